//! Runs over folders, and their reports as rows.

#![allow(dead_code, reason = "each test file uses a part of this")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use scoring::policy;
use scoring::report::{self, Lang, Options};
use scoring::{read, run};

/// A row of a report, by heading.
pub type Row = BTreeMap<String, String>;

/// What is to be scored.
pub struct Input<'a> {
    /// A folder, or a tasks file.
    pub data: &'a Path,
    pub policy: &'a Path,
    pub tables: Option<&'a Path>,
}

/// The files of a run by name, without a BOM.
pub struct Reports(pub BTreeMap<String, String>);

/// A run of the engine.
pub fn score(input: &Input<'_>) -> Reports {
    let text = fs::read_to_string(input.policy).unwrap();
    let (policy, _) = policy::parse(&text, "policy.toml").unwrap();
    let sources = read::find(input.data, input.tables).unwrap();
    let out = tempfile::tempdir().unwrap();
    let options = Options { lang: Lang::Ids, task_scores: true, keep_given_back: false, program: ("kaohe", "test") };
    let mut reports = report::begin(out.path(), options).unwrap();
    let run = run::run(&sources, &policy, &|_| {}, reports.task_scores(&policy).as_ref()).unwrap();
    let names = reports.finish(&run.results(&policy)).unwrap();
    let read = |name: String| {
        let text = fs::read_to_string(out.path().join(&name)).unwrap();
        (name, text.strip_prefix('\u{FEFF}').map_or(text.clone(), str::to_owned))
    };
    Reports(names.into_iter().map(read).collect())
}

/// A run of the second implementation.
pub fn reference(input: &Input<'_>) -> Reports {
    let options = reference::Options {
        data: input.data.to_owned(),
        policy: input.policy.to_owned(),
        tables: input.tables.map(Path::to_owned),
        as_of: None,
    };
    Reports(reference::run(&options).unwrap())
}

impl Reports {
    /// The rows of a report.
    pub fn rows(&self, name: &str) -> Vec<Row> {
        rows(self.0[name].as_bytes())
    }

    /// The rows of a report by the cell of one column.
    pub fn by(&self, name: &str, column: &str) -> BTreeMap<String, Row> {
        self.rows(name).into_iter().map(|row| (row[column].clone(), row)).collect()
    }

    /// What `reconciliation.csv` says of tasks, by item.
    pub fn reconciliation(&self) -> BTreeMap<String, u64> {
        let rows = self.rows("reconciliation.csv").into_iter().filter(|row| row["table"] == "tasks");
        rows.map(|row| (row["item"].clone(), row["count"].parse().unwrap())).collect()
    }
}

/// The rows of a CSV file.
pub fn rows(bytes: &[u8]) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(bytes);
    let headings = reader.headers().unwrap().clone();
    let cells = |row: csv::StringRecord| headings.iter().zip(row.iter()).map(|(a, b)| (a.into(), b.into())).collect();
    reader.records().map(|row| cells(row.unwrap())).collect()
}

/// A path in the project.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
