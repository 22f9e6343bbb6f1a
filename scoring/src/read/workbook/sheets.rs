//! Which sheets of a workbook are read.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::header;
use super::open::{Open, SheetName};
use super::{Book, Sheet};
use crate::read::error::ReadError;
use crate::read::layout::Layout;
use crate::read::settings::{SheetRef, Sheets, TableSettings};
use crate::read::source::SourceFile;
use crate::read::table::TableName;

/// A file of a table, or instead of a workbook those of its sheets that are read.
pub(in crate::read) fn expand(
    file: SourceFile,
    table: TableName,
    settings: &TableSettings,
) -> Result<Vec<SourceFile>, ReadError> {
    if !file.is_workbook() {
        return Ok(vec![file]);
    }
    let book = Arc::new(Book::new(file.path.clone(), file.name.clone(), settings.limits));
    let chosen = book.with(|open| Choice { open, file: &file.name, table, settings }.sheets())?;
    let several = chosen.len() > 1;
    let of_sheet = |name: String| {
        let stem = if several { format!("{}#{name}", file.stem) } else { file.stem.clone() };
        file.sheet(stem, Sheet { book: Arc::clone(&book), name, found: OnceLock::new() })
    };
    Ok(chosen.into_iter().map(of_sheet).collect())
}

struct Choice<'a> {
    open: &'a mut Open,
    file: &'a str,
    table: TableName,
    settings: &'a TableSettings,
}

impl Choice<'_> {
    fn sheets(&mut self) -> Result<Vec<String>, ReadError> {
        let sheets = self.open.sheets();
        let visible: Vec<&SheetName> = sheets.iter().filter(|sheet| sheet.visible).collect();
        match &self.settings.sheets.chosen {
            Some(Sheets::All) if visible.is_empty() => Err(self.none(&sheets)),
            Some(Sheets::All) => Ok(visible.into_iter().map(|sheet| sheet.name.clone()).collect()),
            Some(Sheets::Named(wanted)) => wanted.iter().map(|wanted| self.named(wanted, &sheets)).collect(),
            None => self.one(&visible, &sheets),
        }
    }

    fn named(&self, wanted: &SheetRef, sheets: &[SheetName]) -> Result<String, ReadError> {
        let found = match wanted {
            SheetRef::Name(name) => sheets.iter().find(|sheet| sheet.name.trim() == name),
            SheetRef::Number(number) => number.checked_sub(1).and_then(|place| sheets.get(place)),
        };
        found.map(|sheet| sheet.name.clone()).ok_or_else(|| ReadError::NoSheet {
            file: self.file.to_owned(),
            sheet: wanted.to_string(),
            sheets: listed(sheets.iter()),
        })
    }

    /// The one sheet, or the one that is named like the table, or the only one with a header that fits.
    fn one(&mut self, visible: &[&SheetName], all: &[SheetName]) -> Result<Vec<String>, ReadError> {
        let named: Vec<&&SheetName> = visible.iter().filter(|sheet| is_named_like(self.table, &sheet.name)).collect();
        match (visible, named.as_slice()) {
            ([], _) => return Err(self.none(all)),
            ([only], _) => return Ok(vec![only.name.clone()]),
            (_, [named]) => return Ok(vec![named.name.clone()]),
            _ => {}
        }
        let mut fitting = Vec::new();
        for sheet in visible {
            if self.fits(&sheet.name)? {
                fitting.push(*sheet);
            }
        }
        match fitting.as_slice() {
            [only] => Ok(vec![only.name.clone()]),
            [] => Err(ReadError::NoSheetFits {
                file: self.file.to_owned(),
                table: self.table.id(),
                sheets: listed(visible.iter().copied()),
            }),
            _ => Err(ReadError::WhichSheet {
                file: self.file.to_owned(),
                table: self.table.id(),
                sheets: listed(fitting.iter().copied()),
            }),
        }
    }

    fn none(&self, sheets: &[SheetName]) -> ReadError {
        let (file, table) = (self.file.to_owned(), self.table.id());
        ReadError::NoSheetFits { file, table, sheets: listed(sheets.iter()) }
    }

    fn fits(&mut self, sheet: &str) -> Result<bool, ReadError> {
        let layout =
            |headings: &[String]| Layout::new(self.table, self.file, headings, self.settings, &BTreeSet::new());
        let header = header::find(self.open, sheet, self.table, self.settings, &layout)?;
        Ok(header.is_some_and(|header| header::is_header(&layout(&header.headings))))
    }
}

/// Whether a sheet has the id of a table for its name, or a Chinese word for it.
fn is_named_like(table: TableName, sheet: &str) -> bool {
    let sheet = sheet.trim();
    sheet.eq_ignore_ascii_case(table.id()) || table.words().contains(&sheet)
}

fn listed<'a>(sheets: impl Iterator<Item = &'a SheetName>) -> Vec<String> {
    sheets.map(|sheet| sheet.name.clone()).collect()
}
