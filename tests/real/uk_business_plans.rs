//! UK government business plans as of 1 August 2012: the counts by department that were published.

use std::fs;

use super::public;
use crate::support::{Input, Reports, Row, project, rows, score};

const LEDGER: &str = "BusinessPlans_20120801_2226.csv";
const RUN: &str = "2012-08-01 22:26:59";

/// Actions that ended in an earlier month than due: one count for each month of ending.
const EARLY: [&str; 6] = ["early_02", "early_03", "early_04", "early_05", "early_06", "early_07"];

/// The reports, and the rows of a published table that tell of the same moment.
fn run(published: &str) -> Option<(Reports, Vec<Row>)> {
    let folder = public("uk_business_plans_2012")?;
    let reports = score(&Input {
        data: &folder.join(LEDGER),
        policy: &project("tests/real/uk-business-plans/policy.toml"),
        tables: Some(&project("tests/real/uk-business-plans/tables.toml")),
    });
    let mut published = rows(&fs::read(folder.join(published)).unwrap());
    published.retain(|row| row.values().any(|cell| cell == RUN));
    Some((reports, published))
}

fn count(row: &Row, id: &str) -> u32 {
    row[&format!("count.{id}")].parse().unwrap()
}

/// A whole number, printed as `7` or `7.0`.
fn whole(cell: &str) -> u32 {
    cell.trim_end_matches(".0").parse().unwrap()
}

/// Tasks in a state that are late, and their days late in total, as they are published.
fn days_late(reports: &Reports, state: &str) -> (String, String) {
    let tasks = reports.rows("task_scores.csv");
    let days = tasks.iter().filter(|task| task["state"] == state).filter_map(|task| task["late_days"].parse().ok());
    let late: Vec<i64> = days.filter(|days| *days > 0).collect();
    (late.len().to_string(), format!("{}.0", late.iter().sum::<i64>()))
}

#[test]
fn counts_of_every_department_are_the_published_ones() {
    let Some((reports, published)) = run("report_snapshots_dept.csv") else { return };
    let departments = reports.by("unit_scores.csv", "unit_id");
    assert_eq!((departments.len(), published.len()), (17, 17));
    for row in &published {
        let name = row["dept_abbrev"].as_str();
        let ours = &departments[name];
        let (ended, late, overdue) = (count(ours, "ended"), count(ours, "late"), count(ours, "overdue"));
        let early: u32 = EARLY.iter().map(|month| count(ours, month)).sum();
        // The Home Office ended one action (651) nine months before it was due, and it was published without a status,
        // `NA`. So it is among the ended ones, but not among the early ones.
        let without_status = count(ours, "no_status");
        assert_eq!(without_status, u32::from(name == "HO"), "{name}");
        let early = early - without_status;
        let on_time = ended - early - late;

        assert_eq!(ours["tasks"].parse(), Ok(whole(&row["dn_actions"])), "{name}");
        assert_eq!(ended, whole(&row["dn_ended"]), "{name}");
        assert_eq!(early, whole(&row["dn_earlyend"]), "{name}");
        assert_eq!(late, whole(&row["dn_lateend"]), "{name}");
        assert_eq!(overdue, whole(&row["dn_overdueend"]), "{name}");
        let published_on_time = whole(&row["dn_ended"]) - whole(&row["dn_earlyend"]) - whole(&row["dn_lateend"]);
        assert_eq!(on_time, published_on_time, "{name}");
    }
}

#[test]
fn days_late_of_the_whole_government_are_the_published_ones() {
    let Some((reports, published)) = run("report_snapshots_all.csv") else { return };
    // The last run stands in the table twice.
    assert_eq!(published.len(), 2);
    for row in published {
        assert_eq!(days_late(&reports, "done"), (row["n_lateend"].clone(), row["t_dayslateend"].clone()));
        assert_eq!(days_late(&reports, "overdue"), (row["n_overdueend"].clone(), row["t_daysoverdueend"].clone()));
    }
}

#[test]
fn every_action_ends_in_one_place() {
    let Some((reports, _)) = run("report_snapshots_all.csv") else { return };
    let count = reports.reconciliation();
    // Judged are those that ended or are past their month; the rest is open.
    let places = ["read", "accepted", "rejected", "scored", "excluded.not-judged"].map(|item| count[item]);
    assert_eq!(places, [1_253, 1_253, 0, 143, 1_110]);
}

/// Reports on an earlier state of the plans, as of a day.
fn earlier(state: &str, tables: &str, as_of: &str) -> Option<Reports> {
    let folder = public("uk_business_plans_2012")?;
    let policy = fs::read_to_string(project("tests/real/uk-business-plans/policy.toml")).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), policy.replace("as_of = 2012-08-01", &format!("as_of = {as_of}"))).unwrap();
    Some(score(&Input {
        data: &folder.join(format!("BusinessPlans_{state}.csv")),
        policy: file.path(),
        tables: Some(&project(&format!("tests/real/uk-business-plans/{tables}"))),
    }))
}

#[test]
fn earlier_states_with_lines_that_end_in_cr_and_with_a_broken_header_give_the_published_counts() {
    let states = [
        ("20120721_0000", "tables-2012-07-21.toml", "2012-07-22", "2012-07-22 23:27:55"),
        ("20120730_2047", "tables-2012-07-30.toml", "2012-07-30", "2012-07-30 20:47:17"),
    ];
    for (state, tables, as_of, published) in states {
        let Some(reports) = earlier(state, tables, as_of) else { return };
        let folder = public("uk_business_plans_2012").unwrap();
        let published = |table: &str| {
            let rows = rows(&fs::read(folder.join(table)).unwrap());
            rows.into_iter().find(|row| row.values().any(|cell| cell == published)).unwrap()
        };
        let read = reports.reconciliation();
        assert_eq!([read["read"], read["accepted"], read["rejected"]], [1_252, 1_252, 0], "{state}");
        let whole_government = published("report_snapshots_all.csv");
        assert_eq!(whole(&whole_government["n_actions"]), 1_252);
        let units = reports.rows("unit_scores.csv");
        let total = |id: &str| units.iter().map(|unit| count(unit, id)).sum::<u32>();
        for (id, column) in [("ended", "n_ended"), ("late", "n_lateend"), ("overdue", "n_overdueend")] {
            assert_eq!(total(id), whole(&whole_government[column]), "{state} {id}");
        }
        assert_eq!(days_late(&reports, "done").1, whole_government["t_dayslateend"], "{state}");
        assert_eq!(days_late(&reports, "overdue").1, whole_government["t_daysoverdueend"], "{state}");
    }
}
