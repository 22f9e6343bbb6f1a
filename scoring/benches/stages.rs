//! How long the stages take, each alone: `cargo bench --bench stages`.

#![expect(clippy::expect_used, reason = "a bench that cannot begin stops")]

#[path = "ledger.rs"]
mod ledger;

use divan::{Bencher, black_box};
use scoring::link::Linked;
use scoring::read::TableName;
use scoring::{rank, read, score};

use ledger::Case;

/// Copies of the sample's 800 tasks.
const COPIES: usize = 25;

fn main() {
    divan::main();
}

fn case(blanks: bool) -> Case {
    Case::sample(COPIES, blanks).expect("the sample can be read")
}

/// Tasks of 2,000 units and 100,000 persons, four tasks a person.
fn wide() -> Case {
    let mut tasks = "task_id,lead_unit,co_units,principal,deputy,level,due_on,completed_on,quality\n".to_owned();
    for row in 0..200_000_u64 {
        // A large odd factor scatters the rows' subjects.
        let (unit, person) = (row * 7_919 % 2_000, row * 104_729 % 100_000);
        let (co, deputy) = ((unit + 1 + row % 7) % 2_000, (person + 50_000) % 100_000);
        let (month, day, quality) = (row % 9 + 1, row % 28 + 1, row % 101);
        let dates = format!("2025-{month:02}-15,2025-{month:02}-{day:02}");
        tasks.push_str(&format!("T{row},U{unit},U{co},P{person},P{deputy},一般,{dates},{quality}\n"));
    }
    let policy = ledger::built_in().expect("the built-in policy can be read");
    Case { tables: vec![(TableName::Tasks, tasks)], policy }
}

/// From text to typed columns.
#[divan::bench(args = [false, true])]
fn parse(bencher: Bencher<'_, '_>, blanks: bool) {
    let case = case(blanks);
    bencher.bench_local(|| case.read(black_box).expect("the sample can be read").len());
}

#[divan::bench(args = [false, true])]
fn judge(bencher: Bencher<'_, '_>, blanks: bool) {
    let case = case(blanks);
    let judge = case.judge().expect("the policy can judge");
    let batches = || case.read(|batch| batch).expect("the sample can be read");
    bencher.with_inputs(batches).bench_local_values(|batches| {
        batches.into_iter().map(|batch| judge.judge(batch).expect("the policy can judge")).collect::<Vec<_>>()
    });
}

#[divan::bench(args = [false, true])]
fn tally(bencher: Bencher<'_, '_>, blanks: bool) {
    let case = case(blanks);
    let Linked { ledger, keys, reckoning, .. } = case.linked().expect("the sample can be read");
    let batches = reckoning.into_batches();
    bencher.bench_local(|| ledger::tally(black_box(&batches), &ledger, &keys, &case.policy).expect("the sums fit"));
}

#[divan::bench(args = [false, true])]
fn score(bencher: Bencher<'_, '_>, blanks: bool) {
    let case = case(blanks);
    let (ledger, tally) = case.tallied().expect("the sample can be read");
    bencher.bench_local(|| score::score(black_box(&tally), &ledger, &case.policy).expect("the scores fit"));
}

#[divan::bench(args = [false, true])]
fn rank(bencher: Bencher<'_, '_>, blanks: bool) {
    let case = case(blanks);
    let (ledger, tally) = case.tallied().expect("the sample can be read");
    let scores = || score::score(&tally, &ledger, &case.policy).expect("the scores fit");
    bencher.with_inputs(scores).bench_local_values(|scores| rank::rank(scores, &case.policy));
}

/// Other weights for 2,000 units and 100,000 persons: nothing above the tally runs again.
#[divan::bench]
fn score_again(bencher: Bencher<'_, '_>) {
    let case = wide();
    let (ledger, tally) = case.tallied().expect("the ledger can be read");
    bencher.bench_local(|| {
        let scores = score::score(black_box(&tally), &ledger, &case.policy).expect("the scores fit");
        assert_eq!((scores.units.len(), scores.persons.len()), (2_000, 100_000));
        scores
    });
}

/// The small tables alone.
#[divan::bench]
fn small_tables(bencher: Bencher<'_, '_>) {
    let case = case(false);
    let sources = case.sources();
    assert!(sources.tables().any(|table| table == TableName::Posts));
    bencher.bench_local(|| read::small(black_box(&sources), &case.policy).expect("the sample can be read"));
}
