//! Why rows that are given back cannot take the place of others.

use std::fmt;
use std::path::PathBuf;

/// A cell of a file that is given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The file.
    pub path: PathBuf,
    /// The line on which its row starts.
    pub line: u64,
    /// The heading of its column.
    pub column: String,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path.display(), self.line, self.column)
    }
}

/// What is wrong with a folder of rows that are given back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GivenBackError {
    /// A folder without any of the tables.
    #[error("`{}` has no table of rows to give back: give the folder `rejected` of an earlier run", folder.display())]
    NoTable {
        /// The folder.
        folder: PathBuf,
    },
    /// A file whose first two columns do not say where its rows stand.
    #[error(
        "`{}` does not say where its rows stand: its first two columns must be `file` and `line`, as they were written",
        path.display()
    )]
    NoPlace {
        /// The file.
        path: PathBuf,
    },
    /// A column of the ledger is not there any more.
    #[error("`{}` has no column `{heading}`, which `{file}` has: put it back as it was written", path.display())]
    LostColumn {
        /// The file.
        path: PathBuf,
        /// The heading.
        heading: String,
        /// The file of the ledger.
        file: String,
    },
    /// The ledger has no such file.
    #[error("{cell}: the table `{table}` has no file `{file}`: write the name as it was, or remove the row")]
    UnknownFile {
        /// Where it is named.
        cell: Cell,
        /// The table.
        table: &'static str,
        /// The name.
        file: String,
    },
    /// A line that is no number.
    #[error("{cell}: `{text}` is no line: write the number as it was, or remove the row")]
    NoLine {
        /// Where it stands.
        cell: Cell,
        /// What stands there.
        text: String,
    },
    /// The file of the ledger has no row on that line.
    #[error("{cell}: `{file}` has no row on line {line}: write the number as it was, or remove the row")]
    NoRow {
        /// Where it is named.
        cell: Cell,
        /// The file of the ledger.
        file: String,
        /// The line of the ledger.
        line: u64,
    },
    /// Two rows for one place.
    #[error("{cell}: the row of `{file}` on line {line} is given back {first} already: remove one of the two")]
    Twice {
        /// The second of them.
        cell: Cell,
        /// The file of the ledger.
        file: String,
        /// The line of the ledger.
        line: u64,
        /// Where the first of them is, in words.
        first: String,
    },
    /// A cell in a column that the row's file does not have.
    #[error("{cell}: `{file}` has no column `{}`: empty the cell", cell.column)]
    ForeignCell {
        /// The cell.
        cell: Cell,
        /// The file of the ledger.
        file: String,
    },
}
