//! Both sides give the same reports, cell by cell.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;

use crate::case::{Case, Files};
use crate::sides::{self, Reports};

/// Looks at a case: in the folder named by `KAOHE_KEEP`, where it stays, or in one that goes away.
pub fn with_files<T>(case: &Case, look: impl FnOnce(&Files) -> T) -> T {
    if let Some(keep) = std::env::var_os("KAOHE_KEEP") {
        let folder = PathBuf::from(keep).join(format!("case-{}", case.seed));
        return look(&case.write(&folder).unwrap());
    }
    let folder = tempfile::tempdir().unwrap();
    look(&case.write(folder.path()).unwrap())
}

const CASES: u64 = 300;
const LARGE_CASES: u64 = 2;

/// Columns that are words for people, which the second implementation leaves out.
const WORDS: [&str; 2] = ["message", "hint"];

fn number_of(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn both_implementations_give_the_same_reports() {
    let seeds = match number_of("KAOHE_CASE") {
        Some(seed) => seed..seed + 1,
        None => 0..number_of("KAOHE_CASES").unwrap_or(CASES),
    };
    compare(seeds, Case::new);
}

#[test]
fn ledgers_of_several_batches_give_the_same_reports() {
    compare(0..number_of("KAOHE_LARGE_CASES").unwrap_or(LARGE_CASES), Case::large);
}

/// Compares some cases, and tells where those that differ do.
fn compare(seeds: Range<u64>, case: impl Fn(u64) -> Case) {
    let most = if seeds.end - seeds.start > 1 { 8 } else { 500 };
    let mut differing = Vec::new();
    for seed in seeds {
        let found = with_files(&case(seed), differences);
        if found.is_empty() {
            continue;
        }
        eprintln!("case {seed}: {} differences", found.len());
        found.iter().take(most).for_each(|difference| eprintln!("  {difference}"));
        differing.push(seed);
    }
    assert_eq!(differing, Vec::<u64>::new(), "these cases differ");
}

/// Where the reports of the engine and, named second, of the reference differ.
fn differences(files: &Files) -> Vec<String> {
    let (engine, reference) = match (sides::of_engine(files), sides::of_reference(files)) {
        (Ok(engine), Ok(reference)) => (engine, reference),
        (Err(_), Err(_)) => return vec![],
        (Err(why), Ok(_)) => return vec![format!("only the engine refuses: {why}")],
        (Ok(_), Err(why)) => return vec![format!("only the reference refuses: {why}")],
    };
    between(&engine, &reference)
}

/// Where reports of two runs differ, in words.
pub fn between(left: &Reports, right: &Reports) -> Vec<String> {
    let mut found = Vec::new();
    let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    for name in names {
        match (left.get(name), right.get(name)) {
            (Some(left), Some(right)) => report(name, left, right, &mut found),
            (Some(_), None) => found.push(format!("{name}: only the first writes it")),
            _ => found.push(format!("{name}: only the second writes it")),
        }
    }
    found
}

fn report(name: &str, left: &[Vec<String>], right: &[Vec<String>], found: &mut Vec<String>) {
    if left.len() != right.len() {
        let only = |these: &[Vec<String>], those: &[Vec<String>]| -> Vec<Vec<String>> {
            let absent = |row: &&Vec<String>| !those.iter().any(|other| other[..2] == row[..2]);
            these.iter().filter(absent).take(3).cloned().collect()
        };
        let (first, second) = (only(left, right), only(right, left));
        found.push(format!("{name}: {} and {} records; {first:?} and {second:?}", left.len(), right.len()));
        return;
    }
    let header = &right[0];
    for (at, (left, right)) in left.iter().zip(right).enumerate() {
        if left.len() != right.len() {
            found.push(format!("{name}, record {at}: {} and {} cells", left.len(), right.len()));
        }
        for ((column, one), other) in header.iter().zip(left).zip(right) {
            if one != other && !(at > 0 && WORDS.contains(&column.as_str())) {
                found.push(format!("{name}, record {at} ({}), {column}: `{one}` and `{other}`", left[..2].join(" ")));
            }
        }
    }
}
