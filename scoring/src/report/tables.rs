//! `rejects.csv`, `warnings.csv` and `reconciliation.csv`. METHOD §2, §11.

use std::io::Write;

use crate::link::Ledger;
use crate::read::TableName;
use crate::report::words::{Lang, text, writer};
use crate::report::{FileError, Results};
use crate::terms::Exclusion;

/// Writes `rejects.csv`: every rejected row with its place, its one code and its cells as they were.
pub(super) fn rejects(results: &Results<'_>, lang: Lang, into: &mut impl Write) -> Result<(), FileError> {
    let mut csv = writer(into)?;
    csv.write_record(["file", "line", "column", "code", "message", "hint", "cells"].map(|id| lang.heading(id)))?;
    for reject in &results.ledger.rejects {
        csv.write_record([
            &*text(&reject.file),
            &reject.place.line.to_string(),
            &*text(&reject.fault.column),
            reject.fault.code.id(),
            &*text(&reject.fault.message),
            &*text(&reject.fault.hint),
            &*text(reject.raw.as_deref().unwrap_or_default()),
        ])?;
    }
    Ok(csv.flush()?)
}

/// Writes `warnings.csv`, by table and line.
pub(super) fn warnings(results: &Results<'_>, lang: Lang, into: &mut impl Write) -> Result<(), FileError> {
    let mut csv = writer(into)?;
    csv.write_record(["code", "file", "line", "column", "message"].map(|id| lang.heading(id)))?;
    for warning in &results.ledger.warnings {
        csv.write_record([
            warning.code,
            &*text(&warning.file),
            &warning.place.line.to_string(),
            &*text(&warning.column),
            &*text(&warning.message),
        ])?;
    }
    Ok(csv.flush()?)
}

/// Writes `reconciliation.csv`: read = accepted + rejected + skipped, and for tasks accepted = scored + Σ excluded.
pub(super) fn reconciliation(results: &Results<'_>, lang: Lang, into: &mut impl Write) -> Result<(), FileError> {
    let mut csv = writer(into)?;
    csv.write_record(["table", "item", "count"].map(|id| lang.heading(id)))?;
    for (table, item, count) in account(results.ledger) {
        csv.write_record([table.id(), &item, &count.to_string()])?;
    }
    Ok(csv.flush()?)
}

/// The reconciliation of a run: table, item, count.
pub fn account(ledger: &Ledger) -> Vec<(TableName, String, u64)> {
    let mut lines = Vec::new();
    for account in &ledger.tables {
        lines.push((account.table, "read".to_owned(), account.read));
        lines.push((account.table, "accepted".to_owned(), account.accepted()));
        lines.push((account.table, "rejected".to_owned(), account.rejected));
        if account.skipped() > 0 {
            lines.push((account.table, "skipped".to_owned(), account.skipped()));
        }
        if account.table == TableName::Tasks {
            lines.push((account.table, "scored".to_owned(), ledger.tasks.scored));
            for why in Exclusion::ALL {
                lines.push((account.table, format!("excluded.{}", why.id()), ledger.tasks.excluded(*why)));
            }
        }
    }
    lines
}
