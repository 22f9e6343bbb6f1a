//! What a run says about its rows: rejects, warnings and the reconciliation. METHOD §2, §11.

use std::collections::BTreeMap;

use crate::csvfile;
use crate::tables::{Fault, Row, TABLES, Table};

pub struct Reject {
    pub file: String,
    pub line: usize,
    pub column: String,
    pub code: &'static str,
    pub cells: String,
}

pub struct Warning {
    pub code: &'static str,
    pub file: String,
    pub line: usize,
    pub column: String,
}

/// Rejects and warnings by table; counts of rows read and accepted.
#[derive(Default)]
pub struct RunLog {
    rejects: BTreeMap<usize, Vec<Reject>>,
    warnings: BTreeMap<usize, Vec<Warning>>,
    counts: BTreeMap<usize, (usize, usize)>,
}

fn order(table: &Table) -> usize {
    TABLES.iter().position(|name| *name == table.name).unwrap_or(TABLES.len())
}

impl RunLog {
    /// Keeps the rows without a fault; notes the others.
    pub fn sort_out<T>(&mut self, table: &Table, judged: Vec<Result<T, Fault>>) -> Vec<T> {
        let mut accepted = Vec::new();
        for (row, result) in table.rows.iter().zip(judged) {
            match result {
                Ok(item) => accepted.push(item),
                Err(fault) => self.reject(table, row, &fault),
            }
        }
        self.counts.insert(order(table), (table.rows.len(), accepted.len()));
        accepted
    }

    fn reject(&mut self, table: &Table, row: &Row, fault: &Fault) {
        self.rejects.entry(order(table)).or_default().push(Reject {
            file: table.file.clone(),
            line: row.line,
            column: if fault.column.is_empty() { String::new() } else { table.heading(&fault.column) },
            code: fault.code,
            cells: csvfile::join(&row.raw),
        });
    }

    pub fn warn(&mut self, table: &Table, line: usize, code: &'static str, column: &str) {
        let warning = Warning { code, file: table.file.clone(), line, column: table.heading(column) };
        self.warnings.entry(order(table)).or_default().push(warning);
    }

    pub fn rejects(&self) -> impl Iterator<Item = &Reject> {
        self.rejects.values().flatten()
    }

    /// Warnings by table and line.
    pub fn warnings(&self) -> Vec<&Warning> {
        let mut all = Vec::new();
        for list in self.warnings.values() {
            let mut list: Vec<&Warning> = list.iter().collect();
            list.sort_by_key(|warning| warning.line);
            all.extend(list);
        }
        all
    }

    /// Table, rows read, rows accepted.
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, usize, usize)> {
        self.counts.iter().map(|(table, (read, accepted))| (TABLES[*table], *read, *accepted))
    }
}
