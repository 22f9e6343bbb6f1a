//! The columns of a file as later stages need them: its headings, and which cell of a record is which.

use std::collections::BTreeMap;

use super::layout::Column;
use super::{scan, trim};

/// The columns of one file of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileColumns {
    headings: Vec<String>,
    columns: Vec<Option<Column>>,
}

impl FileColumns {
    pub(super) fn new(headings: Vec<String>, columns: Vec<Option<Column>>) -> Self {
        Self { headings, columns }
    }

    /// All headings of the file as they are, those of extra columns too.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// The heading of a column of the table; blank when the file lacks it.
    pub fn heading(&self, column: usize) -> &str {
        self.columns.get(column).and_then(Option::as_ref).map_or("", |column| &column.heading)
    }

    /// The cell of a column of the table in a record of the file, as reading sees it: trimmed, with the tables file's
    /// words in place, `None` when blank.
    pub fn cell<'a>(&'a self, record: &'a [String], column: usize) -> Option<&'a str> {
        let column = self.columns.get(column)?.as_ref()?;
        column.cell(record.get(column.index).map(String::as_str))
    }
}

/// Headings as they are told apart: trimmed, each with the number of those before it that are the same.
pub fn numbered_headings(headings: &[String]) -> Vec<(String, usize)> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let number = |heading: &str, count: &mut usize| {
        let number = *count;
        *count += 1;
        (heading.to_owned(), number)
    };
    headings
        .iter()
        .map(|heading| trim(heading))
        .map(|heading| number(heading, seen.entry(heading).or_default()))
        .collect()
}

/// The cells of a record that is written as CSV.
pub fn cells(record: &str) -> Vec<String> {
    scan::cells(record.as_bytes()).map(|cell| String::from_utf8_lossy(&cell).into_owned()).collect()
}
