//! What became of the rows of each table: each is accepted, rejected or skipped. METHOD §2.

use std::collections::BTreeMap;

use crate::link::{Reject, Warning};
use crate::read::rows::{FileInfo, Headings, Place, Table};
use crate::read::sums::{self, Totals};
use crate::read::{Small, TableName};

/// What became of the rows of a table: read = accepted + rejected + skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableAccount {
    /// The table.
    pub table: TableName,
    /// Its files.
    pub files: Vec<FileInfo>,
    /// Their columns.
    pub headings: Headings,
    /// The sums of their columns of numbers over all whole rows.
    pub totals: BTreeMap<u16, Totals>,
    /// Rows read.
    pub read: u64,
    /// Rows rejected.
    pub rejected: u64,
}

impl TableAccount {
    /// Rows skipped, because they are totals of others.
    pub fn skipped(&self) -> u64 {
        self.files.iter().map(|file| file.skipped.len() as u64).sum()
    }

    /// Rows accepted.
    pub fn accepted(&self) -> u64 {
        self.read.saturating_sub(self.rejected + self.skipped())
    }
}

/// What is known of the table of tasks when it has been read.
#[derive(Debug)]
pub struct TasksRead {
    /// Its files.
    pub files: Vec<FileInfo>,
    /// Their columns.
    pub headings: Headings,
    /// The sums of their columns of numbers over all whole rows.
    pub totals: BTreeMap<u16, Totals>,
}

/// The accounts of all tables, in their order; the rejected rows of the small ones join those of the tasks.
pub(super) fn accounts(small: Small, tasks: Option<TasksRead>, rejects: &mut Vec<Reject>) -> Vec<TableAccount> {
    let mut tables = Vec::new();
    tables.extend(tasks.map(|table| of_tasks(table, rejects)));
    tables.extend(of_rows(TableName::Units, small.units, rejects));
    tables.extend(of_rows(TableName::Posts, small.posts, rejects));
    tables.extend(of_rows(TableName::Measures, small.measures, rejects));
    tables.extend(of_rows(TableName::Events, small.events, rejects));
    tables.extend(of_rows(TableName::Prior, small.prior, rejects));
    tables.extend(of_rows(TableName::Holidays, small.holidays, rejects));
    tables
}

/// What is odd in the files of a table.
pub(super) fn of_files(account: &TableAccount) -> impl Iterator<Item = Warning> {
    (0..).zip(&account.files).flat_map(move |(place, file)| {
        file.warnings.iter().map(move |odd| Warning {
            code: odd.code,
            table: account.table,
            file: file.name.clone(),
            place: Place { file: place, line: odd.line },
            column: odd.column.clone(),
            message: odd.message.clone(),
        })
    })
}

fn of_tasks(table: TasksRead, rejects: &[Reject]) -> TableAccount {
    let read = table.files.iter().map(|file| file.rows).sum();
    let rejected = rejects.iter().filter(|reject| reject.table == TableName::Tasks).count() as u64;
    let TasksRead { files, headings, totals } = table;
    TableAccount { table: TableName::Tasks, files, headings, totals, read, rejected }
}

fn of_rows<T>(name: TableName, table: Option<Table<T>>, rejects: &mut Vec<Reject>) -> Option<TableAccount> {
    let table = table?;
    let skipped: usize = table.files.iter().map(|file| file.skipped.len()).sum();
    let read = (table.rows.len() + skipped) as u64;
    let totals = sums::of_rows(name, &table.rows, &table.headings);
    let before = rejects.len();
    for row in table.rows {
        let Some(fault) = row.fault else { continue };
        let file = table.files.get(row.place.file as usize).map(|file| file.name.clone()).unwrap_or_default();
        rejects.push(Reject { table: name, file, place: row.place, fault, lead: None, raw: Some(row.raw) });
    }
    let rejected = (rejects.len() - before) as u64;
    let Table { files, headings, .. } = table;
    Some(TableAccount { table: name, files, headings, totals, read, rejected })
}
