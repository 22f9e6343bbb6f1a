//! `signals.csv`: what looks odd in the tasks of units. See `docs/signals.md`.

use std::io::Write;

use crate::report::scores::joined;
use crate::report::words::{Lang, text, writer};
use crate::report::{FileError, Results};

const HEADINGS: [&str; 7] = ["signal", "unit_id", "name", "tasks", "of", "share", "evidence"];

/// Writes `signals.csv`, by signal, then unit.
pub(super) fn write(results: &Results<'_>, lang: Lang, into: &mut impl Write) -> Result<(), FileError> {
    let rounding = results.policy.rounding;
    let mut csv = writer(into)?;
    csv.write_record(HEADINGS.map(|id| lang.heading(id)))?;
    for found in results.signals {
        let unit = results.ledger.units.get(found.unit as usize);
        let (id, name) = unit.map_or(("", ""), |unit| (&unit.id, &unit.name));
        csv.write_record([
            lang.signal(found.signal),
            &*text(id),
            &*text(name),
            &found.tasks.to_string(),
            &found.of.to_string(),
            &found.share().show(rounding.score, rounding.mode)?,
            &*text(&joined(found.evidence.iter().map(String::as_str))),
        ])?;
    }
    Ok(csv.flush()?)
}
