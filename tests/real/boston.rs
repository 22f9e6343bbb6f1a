//! City of Boston, 311, cases opened in 2015: every verdict on time or not is the city's.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::copy;

use flate2::read::GzDecoder;

use super::public;
use crate::support::{Input, project, rows, score};

#[test]
fn every_verdict_on_a_case_with_a_target_is_the_citys() {
    let Some(folder) = public("boston311_2015") else { return };
    let unpacked = tempfile::tempdir().unwrap();
    let tasks = unpacked.path().join("tasks.csv");
    let packed = File::open(folder.join("boston311_2015.csv.gz")).unwrap();
    copy(&mut GzDecoder::new(packed), &mut File::create(&tasks).unwrap()).unwrap();

    let reports = score(&Input {
        data: unpacked.path(),
        policy: &project("tests/real/boston/policy.toml"),
        tables: Some(&project("tests/real/boston/tables.toml")),
    });

    let count = reports.reconciliation();
    let excluded: u64 = count.iter().filter(|(item, _)| item.starts_with("excluded.")).map(|(_, count)| count).sum();
    assert_eq!((count["read"], count["accepted"], count["rejected"]), (121_145, 121_145, 0));
    assert_eq!(count["scored"] + excluded, 121_145);

    let ours = reports.by("task_scores.csv", "task_id");
    let mut compared: BTreeMap<&str, u64> = BTreeMap::new();
    let cases = rows(&fs::read(&tasks).unwrap());
    for case in cases.iter().filter(|case| !case["TARGET_DT"].is_empty() && !case["OnTime_Status"].is_empty()) {
        let id = &case["CASE_ENQUIRY_ID"];
        let task = &ours[id];
        // An open case that is not due yet has no value, and for the city it is on time.
        let verdict = match (task["indicator.on_time"].as_str(), task["state"].as_str()) {
            ("100.0000", "done") | ("", "open") => "ONTIME",
            ("0.0000", "done" | "overdue") => "OVERDUE",
            other => panic!("{id}: {other:?}"),
        };
        assert_eq!(verdict, case["OnTime_Status"], "{id}");
        *compared.entry(verdict).or_default() += 1;
    }
    assert_eq!(compared, BTreeMap::from([("ONTIME", 63_555), ("OVERDUE", 30_446)]));
    assert_eq!(cases.len(), ours.len());

    // The same by department, as the reports show it: nowhere a case judged otherwise.
    let departments = reports.by("unit_scores.csv", "unit_id");
    let official = rows(&fs::read(folder.join("official_flag_by_subject.csv")).unwrap());
    assert_eq!(departments.len(), official.len());
    for row in official {
        let department = &departments[&row["SUBJECT"]];
        let counts = ["tasks", "count.city_ontime", "count.city_overdue"].map(|column| &department[column]);
        assert_eq!(counts, [&row["cases"], &row["ONTIME"], &row["OVERDUE"]]);
        for column in ["late_but_ontime", "in_time_but_overdue", "open_but_overdue"] {
            assert_eq!(department[&format!("count.{column}_for_the_city")], "0", "{}", row["SUBJECT"]);
        }
    }
}
