//! `manifest.json`: what went in and what came out, with digests. No clock, no folder, no number of threads. METHOD §11.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::read::TableName;
use crate::read::rows::FileInfo;
use crate::report::files::Staged;
use crate::report::tables::account;
use crate::report::{Options, Results};

#[derive(Debug, Serialize)]
struct Manifest<'a> {
    program: &'a str,
    version: &'a str,
    policy: PolicyEntry<'a>,
    period: PeriodEntry,
    as_of: String,
    tables: Vec<TableEntry<'a>>,
    /// The files with rows that were given back; the rows of these stand in the places of rows of the tables.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<TableEntry<'a>>,
    reconciliation: Vec<Line<'a>>,
    reports: Vec<FileEntry<'a>>,
    /// Why names with forbidden words are allowed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed: Vec<Allowed<'a>>,
}

#[derive(Debug, Serialize)]
struct PolicyEntry<'a> {
    id: &'a str,
    sha256: &'a str,
}

#[derive(Debug, Serialize)]
struct PeriodEntry {
    from: String,
    to: String,
}

#[derive(Debug, Serialize)]
struct TableEntry<'a> {
    table: &'a str,
    file: &'a str,
    sha256: &'a str,
    rows: u64,
}

#[derive(Debug, Serialize)]
struct Line<'a> {
    table: &'a str,
    item: String,
    count: u64,
}

#[derive(Debug, Serialize)]
struct FileEntry<'a> {
    file: &'a str,
    sha256: &'a str,
}

#[derive(Debug, Serialize)]
struct Allowed<'a> {
    id: &'a str,
    reason: &'a str,
}

/// What later runs read in the manifest of an earlier one.
#[derive(Debug, Deserialize)]
pub struct Recorded {
    /// The period; manifests of the first versions do not have it.
    pub period: Option<RecordedPeriod>,
    reports: Vec<RecordedReport>,
}

/// The period of an earlier run.
#[derive(Debug, Deserialize)]
pub struct RecordedPeriod {
    /// Its first day.
    #[serde(deserialize_with = "date")]
    pub from: Date,
}

#[derive(Debug, Deserialize)]
struct RecordedReport {
    file: String,
    sha256: String,
}

impl Recorded {
    /// The digest of a report that the run wrote.
    pub fn sha256(&self, name: &str) -> Option<&str> {
        self.reports.iter().find(|report| report.file == name).map(|report| report.sha256.as_str())
    }
}

fn date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

fn entry((table, file): (TableName, &FileInfo)) -> TableEntry<'_> {
    TableEntry { table: table.id(), file: &file.name, sha256: &file.sha256, rows: file.rows }
}

/// The manifest of a run whose other reports are written.
pub(super) fn text(results: &Results<'_>, staged: &Staged, options: Options) -> String {
    let policy = results.policy;
    let ledger = results.ledger;
    let tables = ledger.tables.iter().flat_map(|account| account.files.iter().map(|file| (account.table, file)));
    let sections = policy.unit.sections.iter().chain(&policy.person.sections);
    let allowed = policy
        .indicators
        .iter()
        .map(|indicator| (&indicator.id, &indicator.allow))
        .chain(sections.map(|section| (&section.id, &section.allow)))
        .filter_map(|(id, reason)| Some(Allowed { id, reason: reason.as_deref()? }));
    let manifest = Manifest {
        program: options.program.0,
        version: options.program.1,
        policy: PolicyEntry { id: &policy.id, sha256: &policy.sha256 },
        period: PeriodEntry { from: policy.period.from.to_string(), to: policy.period.to.to_string() },
        as_of: policy.period.as_of.to_string(),
        tables: tables.map(entry).collect(),
        also: ledger.given_back.files().map(entry).collect(),
        reconciliation: account(ledger)
            .into_iter()
            .map(|(table, item, count)| Line { table: table.id(), item, count })
            .collect(),
        reports: staged.digests().map(|(file, sha256)| FileEntry { file, sha256 }).collect(),
        allowed: allowed.collect(),
    };
    let mut text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    text.push('\n');
    text
}
