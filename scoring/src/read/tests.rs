//! Whole files, as they come.

mod books;
mod coded;
mod files;
mod folders;
mod formats;
mod hostile;
mod ledger;
mod limits;
mod sheets;
mod typed;
mod whole;
mod yearly;

use std::fs;

use tempfile::TempDir;

use super::batch::Dictionary;
use super::batch::TaskBatch;
use super::pass::Each;
use super::*;
use crate::policy::{self, Policy};

const POLICY: &str = r#"
schema = 1
id = "p"
[period]
from = 2025-01-01
to = 2025-12-31
[levels]
"重大" = 3
"一般" = 1
default = "一般"
[[indicator]]
id = "mark"
method = "rating"
column = "quality"
where = ["区 = 东"]
[[indicator]]
id = "survey"
method = "rating"
rate_round = 1
[[indicator]]
id = "budget"
method = "ratio"
[[indicator]]
id = "passed"
method = "flag"
[[indicator]]
id = "rate"
method = "slope"
threshold = 90
per_point = 2
periods = { h1 = 1, h2 = 1 }
[[unit.section]]
id = "work"
weight = 1
source = "tasks"
indicators = ["mark"]
[[unit.section]]
id = "figures"
weight = 1
source = "measures"
indicators = ["survey", "budget", "passed", "rate"]
[[event]]
code = "praise"
points = 2
"#;

fn policy() -> Policy {
    policy::parse(POLICY, "p.toml").map(|(policy, _)| policy).unwrap()
}

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn sources(folder: &TempDir, tables: Option<&str>) -> Result<Sources, ReadError> {
    let file = folder.path().join("tables-of-the-city.toml");
    fs::write(&file, tables.unwrap_or_default()).unwrap();
    find(folder.path(), tables.map(|_| file.as_path()))
}

/// What a test looks at of a task.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    line: u64,
    id: Option<String>,
    units: Vec<String>,
    /// Code and column of the fault.
    fault: Option<(&'static str, String)>,
    raw: String,
}

fn seen(names: &Dictionary, batch: &TaskBatch) -> Vec<Seen> {
    let names = &names.units;
    let faults: BTreeMap<usize, _> = batch.faults.iter().map(|(row, fault)| (*row, fault)).collect();
    let see = |(row, line): (usize, &u64)| Seen {
        line: *line,
        id: batch.task_id.get(row).map(str::to_owned),
        units: batch.lead_unit.get(row).iter().map(|code| names.name(*code).to_owned()).collect(),
        fault: faults.get(&row).map(|fault| (fault.code.id(), fault.column.clone())),
        raw: batch.records.get(row),
    };
    batch.lines.iter().enumerate().map(see).collect()
}

/// What is made of each batch of tasks.
fn made<J: Send>(
    sources: &Sources,
    policy: &Policy,
    each: impl Fn(&Dictionary, TaskBatch) -> J + Sync,
) -> Result<Read<J>, ReadError> {
    let table = tasks(sources, policy, &mut || Each(&each), &|_| {})?.expect("a table").1;
    let TaskTable { files, headings, parts, .. } = table;
    Ok(Read { files, headings, batches: parts })
}

/// The table of tasks, as something else.
#[derive(Debug)]
struct Read<J> {
    files: Vec<FileInfo>,
    headings: Headings,
    batches: Vec<J>,
}

fn read_all(folder: &TempDir, tables: Option<&str>) -> Result<Read<Vec<Seen>>, ReadError> {
    made(&sources(folder, tables)?, &policy(), |names, batch| seen(names, &batch))
}

fn rows_with(bytes: &[u8], tables: Option<&str>) -> Result<Vec<Seen>, ReadError> {
    Ok(read_all(&folder(&[("tasks.csv", bytes)]), tables)?.batches.into_iter().flatten().collect())
}

fn rows(bytes: &[u8]) -> Vec<Seen> {
    rows_with(bytes, None).unwrap()
}

/// Line and id of each row.
fn ids(rows: &[Seen]) -> Vec<(u64, &str)> {
    rows.iter().map(|row| (row.line, row.id.as_deref().unwrap_or(""))).collect()
}

/// Line, code and column of each row with a fault.
fn faults(rows: &[Seen]) -> Vec<(u64, &'static str, &str)> {
    let fault = |row: &'_ Seen| row.fault.as_ref().map(|(code, _)| *code);
    rows.iter().filter_map(|row| Some((row.line, fault(row)?, row.fault.as_ref()?.1.as_str()))).collect()
}

#[test]
fn signs_for_nothing_are_blank_in_any_case_and_width() {
    for cell in ["", "/", "-", "—", "——", "N/A", "n/a", "NA", "Na", "无", "／", "－", "Ｎ／Ａ", "ｎａ"] {
        assert!(blank(cell), "{cell:?}");
    }
    for cell in ["0", "无意见", "NAN", "---", "N", "—— —", "//", "None", "N / A"] {
        assert!(!blank(cell), "{cell:?}");
    }
    assert_eq!(["　a b\t", "\u{A0}", "a", "", "é "].map(trim), ["a b", "", "a", "", "é"]);
}
