//! What a policy may have many of.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what a test needs and lacks fails it")]

mod support;

use std::fmt::Write as _;
use std::fs;

use support::{Input, score};

#[test]
fn each_of_seventy_counts_counts_its_own_task() {
    let folder = tempfile::tempdir().unwrap();
    let mut policy = "schema = 1\nid = \"many\"\n[period]\nfrom = 2025-01-01\nto = 2025-12-31\n\
                      [[indicator]]\nid = \"i\"\nmethod = \"deadline\"\n\
                      [[unit.section]]\nid = \"s\"\nsource = \"tasks\"\nindicators = [\"i\"]\n"
        .to_owned();
    let mut tasks = "task_id,lead_unit,due_on\n".to_owned();
    for number in 0..70 {
        writeln!(policy, "[[count]]\nid = \"c{number}\"\nwhere = [\"task_id = t{number}\"]").unwrap();
        writeln!(tasks, "t{number},局,2025-06-01").unwrap();
    }
    fs::write(folder.path().join("policy.toml"), policy).unwrap();
    fs::write(folder.path().join("tasks.csv"), tasks).unwrap();
    let reports = score(&Input {
        data: &folder.path().join("tasks.csv"),
        policy: &folder.path().join("policy.toml"),
        tables: None,
    });
    let unit = &reports.rows("unit_scores.csv")[0];
    let counts: Vec<&str> = (0..70).map(|number| unit[&format!("count.c{number}")].as_str()).collect();
    assert_eq!(counts, ["1"; 70]);
}
