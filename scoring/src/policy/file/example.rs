//! `[[example]]`: a policy's own tests. METHOD §3.

use jiff::civil::Date;

use super::reader::Table;
use crate::policy::{Example, ExpectedReport, Period};
use crate::read::TableName;

pub(super) fn examples(root: &Table, period: &Period) -> Vec<Example> {
    root.tables("example").into_iter().map(|table| example(table, period)).collect()
}

fn example(table: Table, period: &Period) -> Example {
    let mut tables = Vec::new();
    for name in TableName::ALL {
        tables.extend(table.text(name.id()).map(|text| (name, text)));
    }
    if !tables.iter().any(|(name, _)| matches!(name, TableName::Tasks | TableName::Measures)) {
        table.error("missing-key", "tasks", "an example needs `tasks` or `measures`", "");
    }
    let example = Example {
        name: table.id("name").unwrap_or_default(),
        line: table.line(),
        as_of: as_of(&table, period),
        tables,
        expect: expect(&table),
    };
    table.finish();
    example
}

fn as_of(table: &Table, period: &Period) -> Option<Date> {
    let as_of = table.get("as_of")?.date()?;
    if as_of < period.from {
        let message = format!("`as_of` {as_of} is before the period begins on {}", period.from);
        table.error("out-of-range", "as_of", message, "");
    }
    Some(as_of)
}

fn expect(table: &Table) -> Vec<(ExpectedReport, String)> {
    let Some(inner) = table.need("expect").and_then(|node| node.table()) else { return Vec::new() };
    let mut expect = Vec::new();
    for report in ExpectedReport::ALL {
        expect.extend(inner.text(report.id()).map(|text| (report, text)));
    }
    if expect.is_empty() {
        inner.error("missing-key", "unit_scores", "`expect` names no report, so nothing is tested", "");
    }
    inner.finish();
    expect
}
