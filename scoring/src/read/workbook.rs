//! Workbooks (xlsx, xlsm, xlsb, xls, ods): every sheet that is read is a file of its table, named `tasks.xlsx#台账`.
//!
//! calamine finds the cells; their values become the text that the sheet shows (`cell`), and go the way that all
//! cells go. `sheets` chooses the sheets, `header` finds their headings, `rows` reads them, `safety` looks at a
//! workbook before calamine does.

mod batch;
mod cell;
mod format;
mod header;
mod merged;
mod open;
mod rows;
mod safety;
mod shares;
mod sheets;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::error::ReadError;
use super::limits::Limits;
use header::Header;
use merged::Fill;
use open::Open;
pub(super) use rows::{read, records};
pub(super) use sheets::expand;

/// Columns that a sheet can have, as in Excel.
pub(super) const MOST_COLUMNS: usize = 16_384;

/// Rows that a sheet can have, as in Excel.
pub(super) const MOST_ROWS: u32 = 1_048_576;

/// A workbook, opened when it is first needed and shared by those of its sheets that are read.
#[derive(Debug)]
pub(super) struct Book {
    path: PathBuf,
    /// The name that messages give it.
    name: String,
    limits: Limits,
    open: Mutex<Option<Open>>,
}

/// A sheet of a workbook that is read as a file.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    book: Arc<Book>,
    /// Its name.
    name: String,
    /// Its headings and what fills its merged cells, once it was read.
    found: OnceLock<(Header, Fill)>,
}

impl Sheet {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Book {
    fn new(path: PathBuf, name: String, limits: Limits) -> Self {
        Self { path, name, limits, open: Mutex::new(None) }
    }

    /// Does something with the open workbook; one sheet at a time.
    fn with<T>(&self, work: impl FnOnce(&mut Open) -> Result<T, ReadError>) -> Result<T, ReadError> {
        let mut open: MutexGuard<'_, Option<Open>> = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut book = match open.take() {
            Some(book) => book,
            None => Open::new(&self.path, &self.name, self.limits)?,
        };
        let done = work(&mut book)?;
        *open = Some(book);
        Ok(done)
    }
}
