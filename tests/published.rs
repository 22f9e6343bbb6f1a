//! Tables that others published: the same inputs must give the digits they printed.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what a test needs and lacks fails it")]

mod support;

use std::fs;
use std::path::PathBuf;

use support::{Input, Reports, project, reference, rows, score};

fn folder(case: &str) -> PathBuf {
    project("data-samples/published").join(case)
}

fn run(case: &str) -> [Reports; 2] {
    let folder = folder(case);
    let input = Input { data: &folder, policy: &folder.join("policy.toml"), tables: None };
    [score(&input), reference(&input)]
}

/// Every published digit of a case, in both implementations.
fn prints_what_was_published(case: &str) {
    let published = rows(&fs::read(folder(case).join("expected/published.csv")).unwrap());
    assert!(!published.is_empty());
    for reports in run(case) {
        assert_eq!(reports.rows("rejects.csv"), []);
        let units = reports.by("unit_scores.csv", "unit_id");
        for row in &published {
            let ours = &units[&row["unit_id"]][&row["column"]];
            let ours = if row["of"].is_empty() { ours.clone() } else { points(ours, row["of"].parse().unwrap()) };
            assert!(same_digits(&ours, &row["published"]), "{ours} for {row:?}");
        }
    }
}

/// The points that a percentage of full points stands for, at the places of the percentage.
///
/// Points with as many places come back exactly: what the percentage lost is less than half of their last place.
fn points(percent: &str, of: i128) -> String {
    let (digits, places) = fixed(percent);
    let rounded = (digits * of + 50) / 100;
    let one = 10_i128.pow(places as u32);
    format!("{}.{:0places$}", rounded / one, rounded % one)
}

/// A decimal's digits as one number, and how many of them are places.
fn fixed(decimal: &str) -> (i128, usize) {
    let (whole, places) = decimal.split_once('.').unwrap_or((decimal, ""));
    (format!("{whole}{places}").parse().unwrap(), places.len())
}

/// Whether a decimal is the published one, but for zeros after its last place.
fn same_digits(ours: &str, published: &str) -> bool {
    match ours.strip_prefix(published) {
        Some(rest) if published.contains('.') => rest.bytes().all(|digit| digit == b'0'),
        Some(rest) => rest.is_empty() || rest.strip_prefix('.').is_some_and(|r| r.bytes().all(|digit| digit == b'0')),
        None => false,
    }
}

#[test]
fn digits_are_the_same_only_but_for_zeros_at_the_end() {
    for (ours, published, same) in [
        ("94.0", "94", true),
        ("13.50", "13.5", true),
        ("79.0", "79.0", true),
        ("940", "94", false),
        ("94.1", "94", false),
        ("13.51", "13.5", false),
        ("13.4", "13.5", false),
    ] {
        assert_eq!(same_digits(ours, published), same, "{ours} {published}");
    }
    assert_eq!(points("84.17", 12), "10.10");
    assert_eq!(points("80", 50), "40.0");
}

#[test]
fn sichuan_2011_adds_up_five_parts_and_shares_ranks() {
    prints_what_was_published("sichuan-2011");
}

#[test]
fn the_totals_of_sichuan_are_the_sums_of_their_parts() {
    let published = rows(&fs::read(folder("sichuan-2011").join("expected/published.csv")).unwrap());
    let tenths = |decimal: &str| {
        let (digits, places) = fixed(decimal);
        digits * 10_i128.pow(1 - places as u32)
    };
    let totals: Vec<_> = published.iter().filter(|row| row["column"] == "score").collect();
    assert_eq!(totals.len(), 21);
    for total in totals {
        let parts = published.iter().filter(|row| row["unit_id"] == total["unit_id"] && !row["of"].is_empty());
        let sum: i128 = parts.map(|row| tenths(&row["published"])).sum();
        assert_eq!(sum, tenths(&total["published"]), "{}", total["unit_id"]);
    }
}

#[test]
fn lianyungang_12345_slopes_to_a_floor_and_rounds_a_half_up() {
    prints_what_was_published("lianyungang-12345");
}

#[test]
fn opm_derives_a_summary_level_and_one_element_fails_it() {
    prints_what_was_published("opm-ses");
}

#[test]
fn cms_weighs_anew_when_a_part_is_missing() {
    prints_what_was_published("cms-hvbp-weights");
}

/// The publisher's printed weights of 2016 add up to 99.9; the exact ones to 100.
#[test]
fn the_printed_weights_of_2016_do_not_add_up_and_the_exact_ones_do() {
    for reports in run("cms-hvbp-weights") {
        let units = reports.by("unit_scores.csv", "unit_id");
        let tenths = |unit: &str| fixed(&units[unit]["score"]).0;
        let printed: i128 =
            ["process", "experience", "outcome"].map(|one| tenths(&format!("FY2016-{one}"))).iter().sum();
        assert_eq!((printed, tenths("FY2016-all")), (999, 1000));
    }
}

#[test]
fn cms_totals_of_2021_come_out_at_12_places() {
    prints_what_was_published("cms-hvbp-2021");
}

#[test]
fn jongno_adds_up_a_tree_of_rounded_indicators() {
    prints_what_was_published("jongno");
}

#[test]
fn jongno_without_rounding_its_indicators_is_another_number() {
    let copy = tempfile::tempdir().unwrap();
    let policy = fs::read_to_string(folder("jongno").join("policy.toml")).unwrap();
    let policy = policy.replace("round = 2", "round = \"none\"").replace("score = 2", "score = 4");
    fs::write(copy.path().join("policy.toml"), policy).unwrap();
    fs::copy(folder("jongno").join("measures.csv"), copy.path().join("measures.csv")).unwrap();
    let input = Input { data: copy.path(), policy: &copy.path().join("policy.toml"), tables: None };
    for reports in [score(&input), reference(&input)] {
        assert_eq!(reports.rows("unit_scores.csv")[0]["score"], "85.9912");
    }
}

#[test]
fn ministries_of_2014_share_ranks_and_leave_gaps() {
    prints_what_was_published("ties-competition");
}

#[test]
fn departments_of_the_state_council_share_ranks_without_gaps() {
    prints_what_was_published("ties-dense");
}

#[test]
fn every_published_case_has_a_test() {
    let mut cases: Vec<_> = fs::read_dir(folder("")).unwrap().map(|entry| entry.unwrap()).collect();
    cases.retain(|entry| entry.path().is_dir());
    let source = include_str!("published.rs");
    for case in cases {
        let name = case.file_name().into_string().unwrap();
        assert!(source.contains(&format!("prints_what_was_published(\"{name}\")")), "{name}");
    }
}
