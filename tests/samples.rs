//! The samples: the engine writes, to the byte, the reports that the second implementation wrote.
//!
//! `expected/` is made anew, after a change of the method or of a sample, by
//! `cargo run -p reference -- data-samples/CASE --policy POLICY --out data-samples/CASE/expected`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what a test needs and lacks fails it")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use scoring::report::{BY_FILE, BY_UNIT};
use support::{Input, Reports, project, reference, score};

/// Columns whose words are the engine's own.
const WORDS: [&str; 2] = ["message", "hint"];

fn folder(case: &str) -> PathBuf {
    project("data-samples").join(case)
}

fn expected(case: &str) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder(case).join("expected")).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).unwrap();
            let text = text.strip_prefix('\u{FEFF}').map(str::to_owned);
            (entry.file_name().into_string().unwrap(), text.unwrap())
        })
        .collect()
}

/// The reports of the engine that the second implementation writes too, but for the engine's own words.
fn comparable(reports: Reports) -> BTreeMap<String, String> {
    let mut reports = reports.0;
    for name in ["manifest.json", "signals.csv", BY_FILE, BY_UNIT] {
        reports.remove(name).unwrap();
    }
    reports.retain(|name, _| !name.starts_with("rejected/"));
    for name in ["rejects.csv", "warnings.csv"] {
        let text = without_words(&reports[name]);
        reports.insert(name.to_owned(), text);
    }
    reports
}

fn without_words(report: &str) -> String {
    let mut reader = csv::Reader::from_reader(report.as_bytes());
    let headings = reader.headers().unwrap().clone();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&headings).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        let cells = headings.iter().zip(&row).map(|(heading, cell)| if WORDS.contains(&heading) { "" } else { cell });
        writer.write_record(cells).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn same(found: &BTreeMap<String, String>, expected: &BTreeMap<String, String>) {
    let names = |reports: &BTreeMap<String, String>| reports.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(found), names(expected));
    for (name, text) in expected {
        for (line, (found, expected)) in found[name].lines().zip(text.lines()).enumerate() {
            assert_eq!(found, expected, "{name}:{}", line + 1);
        }
        assert!(found[name] == *text, "{name}: one has more lines, or other ends of lines");
    }
}

fn is_as_expected(case: &str, policy: &str) {
    let input = Input { data: &folder(case), policy: &project(policy), tables: None };
    let expected = expected(case);
    same(&reference(&input).0, &expected);
    same(&comparable(score(&input)), &expected);
}

#[test]
fn the_city_is_scored_to_the_byte() {
    is_as_expected("city-2025", "scoring/policies/wuhan-2021.toml");
}

#[test]
fn every_fault_is_rejected_to_the_byte() {
    is_as_expected("city-2025-bad", "data-samples/city-2025-bad/policy.toml");
}

#[test]
fn every_reject_and_warning_has_words() {
    let policy = project("data-samples/city-2025-bad/policy.toml");
    let reports = score(&Input { data: &folder("city-2025-bad"), policy: &policy, tables: None });
    let rejects = reports.rows("rejects.csv");
    assert_eq!(rejects.len(), 16);
    for row in rejects.iter().chain(&reports.rows("warnings.csv")) {
        assert!(!row["message"].is_empty(), "{row:?}");
    }
    assert!(rejects.iter().all(|row| !row["hint"].is_empty()));
}

#[test]
fn policies_beside_the_samples_do_as_their_examples_say() {
    let mut examples = 0;
    for case in fs::read_dir(folder("published")).unwrap() {
        let Ok(text) = fs::read_to_string(case.unwrap().path().join("policy.toml")) else { continue };
        let (policy, _) = scoring::policy::parse(&text, "policy.toml").unwrap();
        for tried in scoring::trial::examples(&policy) {
            examples += 1;
            assert_eq!(tried.differences, [], "{}: {}", policy.id, tried.example.name);
        }
    }
    assert!(examples > 0);
}

#[test]
fn the_signals_of_the_city_name_unit_counts_and_tasks() {
    let policy = project("scoring/policies/wuhan-2021.toml");
    let reports = score(&Input { data: &folder("city-2025"), policy: &policy, tables: None });
    assert_eq!(
        reports.0["signals.csv"],
        "signal,unit_id,name,tasks,of,share,evidence\n\
         revoked,U18,市水务局,3,24,12.50,RW2025-0035;RW2025-0194;RW2025-0664\n"
    );
}

#[test]
fn a_signal_cannot_make_a_spreadsheet_run_its_cells() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..3).map(|row| format!("=T{row},+甲局,2025-03-01,2025-03-31,2025-02-28\n")).collect();
    let tasks = format!("任务编号,牵头单位,交办日期,完成时限,完成日期\n{rows}");
    fs::write(folder.path().join("tasks.csv"), tasks).unwrap();
    let policy = project("scoring/policies/wuhan-2021.toml");
    let reports = score(&Input { data: folder.path(), policy: &policy, tables: None });
    let row = &reports.rows("signals.csv")[0];
    assert_eq!((&*row["unit_id"], &*row["name"], &*row["evidence"]), ("'+甲局", "'+甲局", "'=T0;=T1;=T2"));
}
