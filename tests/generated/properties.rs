//! What must hold of the engine for every case, whatever its reports say.

use std::collections::BTreeMap;
use std::path::Path;

use crate::case::{Case, Files};
use crate::compare::{between, with_files};
use crate::random::Random;
use crate::scale;
use crate::sides::{self, Reports};
use scoring::link::tasks::Fate;
use scoring::link::{Gathered, Linked};
use scoring::run;
use scoring::tally::{Tally, Tallying};

const CASES: u64 = 60;

/// The reports about subjects, in which no line of a file is named.
fn of_subjects(case: &Case) -> Result<Reports, String> {
    let mut reports = with_files(case, sides::of_engine)?;
    assert!(reports.contains_key("unit_scores.csv"));
    reports.retain(|name, _| ["unit_scores.csv", "person_scores.csv", "recommendations.csv"].contains(&name.as_str()));
    Ok(reports)
}

fn same(left: &Result<Reports, String>, right: &Result<Reports, String>, what: &str) {
    match (left, right) {
        (Ok(left), Ok(right)) => assert_eq!(between(left, right), Vec::<String>::new(), "{what}"),
        _ => assert_eq!(left, right, "{what}"),
    }
}

fn bytes_with(case: &Case, threads: usize) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let out = tempfile::tempdir().unwrap();
    with_files(case, |files| pool.install(|| sides::engine_files(files, None, out.path())))?;
    Ok(files_of(out.path()))
}

fn files_of(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            let within = files_of(&path).into_iter();
            files.extend(within.map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
        } else {
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
    files
}

#[test]
fn one_thread_and_three_give_the_same_bytes() {
    for seed in 0..CASES {
        let case = Case::new(seed);
        assert_eq!(bytes_with(&case, 1), bytes_with(&case, 3), "case {seed}");
    }
}

#[test]
fn rejected_rows_that_come_back_as_they_were_are_rejected_again_to_the_byte() {
    let mut given_back = 0;
    for seed in 0..CASES {
        let case = Case::new(seed);
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let also = first.path().join("rejected");
        let again = |files: &Files| {
            sides::engine_files(files, None, first.path())?;
            if also.exists() {
                sides::engine_files(files, Some(&also), second.path())?;
            }
            Ok::<_, String>(())
        };
        let ran = with_files(&case, again);
        if !also.exists() {
            continue;
        }
        assert_eq!(ran, Ok(()), "case {seed}");
        given_back += 1;
        let (mut found, mut expected) = (files_of(second.path()), files_of(first.path()));
        // It names what was given back.
        assert_ne!(found.remove("manifest.json"), expected.remove("manifest.json"));
        assert_eq!(found, expected, "case {seed}");
    }
    assert!(given_back > CASES / 4, "{given_back}");
}

#[test]
fn the_order_of_rows_changes_no_score_and_no_recommendation() {
    let mut compared = 0;
    for seed in 0..CASES {
        let case = Case::new(seed);
        // Ids that are lines change with the order.
        if case.ids_are_lines() {
            continue;
        }
        let mut shuffled = case.clone();
        let mut random = Random::of(seed, "shuffle");
        for (table, _) in &mut shuffled.tables {
            table.shuffle(&mut random);
        }
        same(&of_subjects(&case), &of_subjects(&shuffled), &format!("case {seed}"));
        compared += 1;
    }
    assert!(compared > CASES / 2, "{compared} cases are few");
}

#[test]
fn only_the_proportions_of_weights_count() {
    for seed in 0..CASES {
        let case = Case::new(seed);
        let expected = of_subjects(&case);
        same(&expected, &of_subjects(&scale::indicators(&case, 0)), &format!("indicators of case {seed}"));
        same(&expected, &of_subjects(&scale::roles(&case, 0)), &format!("roles of case {seed}"));
        same(&expected, &of_subjects(&scale::tasks(&case)), &format!("tasks of case {seed}"));
        // Products of such weights leave 128 bits, where scoring goes over to fractions.
        let huge = scale::roles(&scale::indicators(&case, 18), 18);
        same(&expected, &of_subjects(&huge), &format!("huge weights of case {seed}"));
    }
}

#[test]
fn the_tallies_of_any_parts_merge_into_the_tally_of_the_whole() {
    for seed in 0..CASES {
        let case = Case::new(seed);
        let text = case.policy.clone();
        let (policy, _) = scoring::policy::parse(&text, "policy.toml").unwrap();
        let linked = with_files(&case, |files| {
            let (policy, sources) = sides::engine_input(files, policy, None)?;
            let linked = run::linked(&sources, &policy, &mut |_| Gathered::default(), &|_| {});
            let linked = linked.map_err(|error| error.to_string())?;
            let run = run::run(&sources, &policy, &|_| {}, None).map_err(|error| error.to_string())?;
            Ok::<_, String>((policy, linked, run.tally))
        });
        let Ok((policy, Linked { ledger, keys, reckoning, .. }, whole)) = linked else { continue };
        let mut batches = reckoning.into_batches();
        let mut random = Random::of(seed, "parts");
        let parts = 1 + random.below(5);
        let fates: Vec<Vec<Fate>> = batches.iter().map(|batch| batch.fates.clone()).collect();
        let part_of: Vec<Vec<usize>> =
            fates.iter().map(|fates| fates.iter().map(|_| random.below(parts)).collect()).collect();
        let mut merged = Tally::default();
        for part in 0..parts {
            let tallying = Tallying::new(&policy, &ledger.units);
            let mut hand = tallying.hand();
            // A row of another part is left out as if it had been rejected.
            for (batch, (fates, part_of)) in batches.iter_mut().zip(fates.iter().zip(&part_of)) {
                let own = fates.iter().zip(part_of).map(|(fate, of)| if *of == part { *fate } else { Fate::Rejected });
                batch.fates = own.collect();
                tallying.add(&mut hand, batch);
            }
            let tally = tallying.finish(vec![hand], &keys).unwrap();
            merged = if part == 0 { tally } else { tally.merge(merged).unwrap() };
        }
        assert_eq!(merged, whole, "case {seed}");
    }
}
