//! Runs over files written for one test.

#![allow(dead_code, reason = "each test file uses a part of this")]

use std::collections::BTreeMap;

use reference::{Options, run};

pub const HEAD: &str = "schema = 1\nid = \"x\"\n[period]\nfrom = 2025-01-01\nto = 2025-12-31\n";

/// Runs over files given as (name, content); `policy.toml` is the policy, `tables.toml` the tables file.
pub fn run_files(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let path = |name: &str| folder.path().join(name);
    let tables = Some(path("tables.toml")).filter(|path| path.is_file());
    run(&Options { data: folder.path().into(), policy: path("policy.toml"), tables, as_of: None }).unwrap()
}

/// The cells of some columns of a report, row by row.
pub fn columns(report: &str, names: &[&str]) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(report.as_bytes());
    let header = reader.headers().unwrap().clone();
    let places: Vec<usize> = names.iter().map(|name| header.iter().position(|one| one == *name).unwrap()).collect();
    reader.records().map(|row| row.unwrap()).map(|row| places.iter().map(|at| row[*at].to_string()).collect()).collect()
}

/// The same, one line for each row.
pub fn lines(report: &str, names: &[&str]) -> Vec<String> {
    columns(report, names).into_iter().map(|row| row.join(" ")).collect()
}
