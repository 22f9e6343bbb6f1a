//! The edge to calamine: open workbooks, their sheets and cells.
//!
//! calamine may panic on files that somebody made to be odd, so what it does is caught and called damage.

use std::fmt::{self, Display};
use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::Path;

use calamine::{
    Data, Ods, OdsError, Range, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsb, XlsbError, Xlsx, XlsxError,
};

use super::MOST_COLUMNS;
use super::cell;
use super::format::Shown;
use super::merged::Region;
use super::safety::{self, Content};
use crate::read::error::ReadError;
use crate::read::foreign;
use crate::read::limits::Limits;

type Source = BufReader<File>;

/// An open workbook.
pub(super) struct Open {
    /// The name that messages give it.
    file: String,
    limits: Limits,
    book: Books,
}

enum Books {
    Xlsx(Box<Xlsx<Source>>),
    Xlsb(Box<Xlsb<Source>>),
    Xls(Box<Xls<Source>>),
    Ods(Box<Ods<Source>>),
}

/// One of its sheets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SheetName {
    pub name: String,
    pub visible: bool,
}

/// A cell that is filled.
#[derive(Debug)]
pub(super) struct Cell<'a> {
    /// Counted from 0.
    pub row: u32,
    /// Counted from 0.
    pub column: usize,
    /// What it says.
    pub text: &'a str,
}

impl fmt::Debug for Open {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Open").field(&self.file).finish()
    }
}

impl Open {
    /// Opens a workbook, whatever its ending says it is.
    pub fn new(path: &Path, file: &str, limits: Limits) -> Result<Self, ReadError> {
        let content = safety::look(path, file, limits)?;
        let source = || {
            let opened = File::open(path).map(BufReader::new);
            opened.map_err(|source| ReadError::Unreadable { path: path.to_owned(), source })
        };
        let book = match content {
            Content::Xlsx => Books::Xlsx(Box::new(caught(file, || Xlsx::new(source()?).map_err(|e| e.of(file)))?)),
            Content::Xlsb => Books::Xlsb(Box::new(caught(file, || Xlsb::new(source()?).map_err(|e| e.of(file)))?)),
            Content::Xls => Books::Xls(Box::new(caught(file, || Xls::new(source()?).map_err(|e| e.of(file)))?)),
            Content::Ods => Books::Ods(Box::new(caught(file, || Ods::new(source()?).map_err(|e| e.of(file)))?)),
        };
        Ok(Self { file: file.to_owned(), limits, book })
    }

    /// Its sheets with cells, in their order.
    pub fn sheets(&self) -> Vec<SheetName> {
        let metadata = match &self.book {
            Books::Xlsx(book) => book.sheets_metadata(),
            Books::Xlsb(book) => book.sheets_metadata(),
            Books::Xls(book) => book.sheets_metadata(),
            Books::Ods(book) => book.sheets_metadata(),
        };
        let sheets = metadata.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let name = |sheet: &calamine::Sheet| SheetName {
            name: sheet.name.clone(),
            visible: sheet.visible == SheetVisible::Visible,
        };
        sheets.map(name).collect()
    }

    /// Whether it shows what number formats make of its cells.
    pub fn sees_formats(&self) -> bool {
        matches!(self.book, Books::Xlsx(_))
    }

    /// Goes through the filled cells of a sheet, row by row, until `each` breaks.
    pub fn cells(&mut self, sheet: &str, each: &mut dyn FnMut(Cell<'_>) -> ControlFlow<()>) -> Result<(), ReadError> {
        let Self { file, limits, book } = self;
        let (mut last, mut ordered) = (0, true);
        // A text that many cells share stands in the file once.
        let mut room = limits.workbook();
        caught(file, || {
            book.cells(file, sheet, &mut |cell| {
                ordered = last <= cell.row;
                last = cell.row;
                room = room.saturating_sub(cell.text.len() as u64);
                if ordered && room > 0 { each(cell) } else { ControlFlow::Break(()) }
            })
        })?;
        match (ordered, room) {
            (false, _) => Err(damaged(file, &"its rows are out of order")),
            (true, 0) => Err(ReadError::LargeWorkbook { file: file.clone(), limit: limits.workbook_mib }),
            (true, _) => Ok(()),
        }
    }

    /// The merged cells of a sheet; `None` when they are not to be seen in workbooks of this kind.
    pub fn regions(&mut self, sheet: &str) -> Result<Option<Vec<Region>>, ReadError> {
        let Self { file, book, .. } = self;
        let merged = caught(file, || match book {
            Books::Xlsx(book) => book.merge_cells_by_sheet_name(sheet).map(Some).map_err(|e| e.of(file)),
            Books::Xls(book) => book.merge_cells_by_sheet_name(sheet).map(Some).map_err(|e| e.of(file)),
            Books::Xlsb(_) | Books::Ods(_) => Ok(None),
        })?;
        Ok(merged.map(|merged| merged.into_iter().map(Region::from).collect()))
    }
}

impl Books {
    fn cells(
        &mut self,
        file: &str,
        sheet: &str,
        each: &mut dyn FnMut(Cell<'_>) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        match self {
            Self::Xlsx(book) => {
                let mut cells = book.worksheet_cells_reader(sheet).map_err(|e| e.of(file))?;
                let shown: Vec<Shown> = cells.styles().iter().map(Shown::of_style).collect();
                while let Some((found, style)) = cells.next_cell_with_style_id().map_err(|e| e.of(file))? {
                    let shown = shown.get(style).copied().unwrap_or(Shown::Plain);
                    if hand_on(found.get_position(), &cell::text(found.get_value(), shown), each).is_break() {
                        break;
                    }
                }
            }
            Self::Xlsb(book) => {
                let mut cells = book.worksheet_cells_reader(sheet).map_err(|e| e.of(file))?;
                while let Some(found) = cells.next_cell().map_err(|e| e.of(file))? {
                    if hand_on(found.get_position(), &cell::text(found.get_value(), Shown::Plain), each).is_break() {
                        break;
                    }
                }
            }
            Self::Xls(book) => whole(&book.worksheet_range(sheet).map_err(|e| e.of(file))?, each),
            Self::Ods(book) => whole(&book.worksheet_range(sheet).map_err(|e| e.of(file))?, each),
        }
        Ok(())
    }
}

fn whole(range: &Range<Data>, each: &mut dyn FnMut(Cell<'_>) -> ControlFlow<()>) {
    let (first_row, first_column) = range.start().unwrap_or_default();
    for (row, cells) in (first_row..).zip(range.rows()) {
        for (column, value) in (first_column..).zip(cells) {
            if hand_on((row, column), &cell::text(&cell::of_range(value), Shown::Plain), each).is_break() {
                return;
            }
        }
    }
}

fn hand_on(
    (row, column): (u32, u32),
    text: &str,
    each: &mut dyn FnMut(Cell<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    match usize::try_from(column) {
        Ok(column) if !text.is_empty() && column < MOST_COLUMNS => each(Cell { row, column, text }),
        _ => ControlFlow::Continue(()),
    }
}

/// What calamine does, with its panics as damage to the file.
fn caught<T>(file: &str, work: impl FnOnce() -> Result<T, ReadError>) -> Result<T, ReadError> {
    foreign::caught(work).unwrap_or_else(|| Err(damaged(file, &"its parts do not fit together")))
}

fn damaged(file: &str, why: &dyn Display) -> ReadError {
    ReadError::Workbook { file: file.to_owned(), why: why.to_string() }
}

/// An error of calamine as one of reading.
trait OfFile: Display + Sized {
    fn is_password(&self) -> bool;

    fn of(self, file: &str) -> ReadError {
        match self.is_password() {
            true => ReadError::Locked { file: file.to_owned() },
            false => damaged(file, &self),
        }
    }
}

impl OfFile for XlsxError {
    fn is_password(&self) -> bool {
        matches!(self, Self::Password)
    }
}

impl OfFile for XlsbError {
    fn is_password(&self) -> bool {
        matches!(self, Self::Password)
    }
}

impl OfFile for XlsError {
    fn is_password(&self) -> bool {
        matches!(self, Self::Password)
    }
}

impl OfFile for OdsError {
    fn is_password(&self) -> bool {
        matches!(self, Self::Password)
    }
}
