//! `manifest.json`: what went in and what came out, with digests. No clock, no folder, no number of threads. METHOD §11.

use serde::Serialize;

use crate::report::files::Staged;
use crate::report::tables::account;
use crate::report::{Options, Results};

#[derive(Debug, Serialize)]
struct Manifest<'a> {
    program: &'a str,
    version: &'a str,
    policy: PolicyEntry<'a>,
    as_of: String,
    tables: Vec<TableEntry<'a>>,
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

/// The manifest of a run whose other reports are written.
pub(super) fn text(results: &Results<'_>, staged: &Staged, options: Options) -> String {
    let policy = results.policy;
    let tables = results.ledger.tables.iter().flat_map(|account| {
        account.files.iter().map(|file| TableEntry {
            table: account.table.id(),
            file: &file.name,
            sha256: &file.sha256,
            rows: file.rows,
        })
    });
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
        as_of: policy.period.as_of.to_string(),
        tables: tables.collect(),
        reconciliation: account(results.ledger)
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
