//! What a tables file says of workbooks: sheets, headings and merged cells.

use std::fmt;

use toml_edit::{Item, Value};

use super::Source;
use crate::read::error::ReadError;
use crate::read::table::{CellKind, TableName};
use crate::read::workbook::MOST_ROWS;

/// How sheets of workbooks are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::read) struct SheetSettings {
    /// Which; by itself the one that fits.
    pub chosen: Option<Sheets>,
    /// The first and the last row of the headings, from 1.
    pub header_rows: Option<(u32, u32)>,
    /// Columns, by id or heading, whose merged cells are filled downwards.
    pub fill_down: Vec<String>,
}

/// Which sheets of a workbook are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::read) enum Sheets {
    /// All that are not hidden.
    All,
    /// These, in this order.
    Named(Vec<SheetRef>),
}

/// A sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::read) enum SheetRef {
    /// By its name.
    Name(String),
    /// By its number, from 1, hidden ones counted too.
    Number(usize),
}

impl fmt::Display for SheetRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(formatter, "`{name}`"),
            Self::Number(number) => write!(formatter, "number {number}"),
        }
    }
}

impl Source<'_> {
    /// A key of a table that is about sheets; `false` for one that is not.
    pub(super) fn sheet_key(
        self,
        settings: &mut SheetSettings,
        table: TableName,
        key: &str,
        item: &Item,
    ) -> Result<bool, ReadError> {
        match key {
            "sheet" | "sheets" if settings.chosen.is_some() => {
                return Err(self.error(item.span(), "`sheet` and `sheets` say the same: remove one of them".to_owned()));
            }
            "sheet" => settings.chosen = Some(Sheets::Named(vec![self.sheet(item.as_value(), item)?])),
            "sheets" => settings.chosen = Some(self.sheets(item)?),
            "header_row" | "header_rows" if settings.header_rows.is_some() => {
                let message = "`header_row` and `header_rows` say the same: remove one of them".to_owned();
                return Err(self.error(item.span(), message));
            }
            "header_row" => {
                let row = self.row(item.as_value(), item)?;
                settings.header_rows = Some((row, row));
            }
            "header_rows" => settings.header_rows = Some(self.header_rows(item)?),
            "fill_down" => settings.fill_down = self.fill_down(table, item)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn sheet(self, value: Option<&Value>, item: &Item) -> Result<SheetRef, ReadError> {
        let number = value.and_then(Value::as_integer).and_then(|number| usize::try_from(number).ok());
        match (value.and_then(Value::as_str), number) {
            (Some(name), _) => Ok(SheetRef::Name(name.trim().to_owned())),
            (None, Some(1..)) => Ok(SheetRef::Number(number.unwrap_or(1))),
            _ => Err(self.error(item.span(), "a sheet is its name in quotes, or its number from 1".to_owned())),
        }
    }

    fn sheets(self, item: &Item) -> Result<Sheets, ReadError> {
        if item.as_str() == Some("all") {
            return Ok(Sheets::All);
        }
        let wrong = || self.error(item.span(), "`sheets` is \"all\", or a list of sheets".to_owned());
        let array = item.as_array().filter(|array| !array.is_empty()).ok_or_else(wrong)?;
        let mut sheets = Vec::with_capacity(array.len());
        for value in array {
            let sheet = self.sheet(Some(value), item)?;
            if sheets.contains(&sheet) {
                return Err(self.error(value.span(), format!("the sheet {sheet} stands twice")));
            }
            sheets.push(sheet);
        }
        Ok(Sheets::Named(sheets))
    }

    fn row(self, value: Option<&Value>, item: &Item) -> Result<u32, ReadError> {
        let row = value.and_then(Value::as_integer).and_then(|row| u32::try_from(row).ok());
        row.filter(|row| (1..MOST_ROWS).contains(row))
            .ok_or_else(|| self.error(item.span(), "a row of a sheet is a number from 1".to_owned()))
    }

    fn header_rows(self, item: &Item) -> Result<(u32, u32), ReadError> {
        let wrong = || {
            self.error(item.span(), "`header_rows` is a list of one row, or of two that follow each other".to_owned())
        };
        let array = item.as_array().ok_or_else(wrong)?;
        let rows = array.iter().map(|value| self.row(Some(value), item)).collect::<Result<Vec<u32>, _>>()?;
        match rows.as_slice() {
            [only] => Ok((*only, *only)),
            [first, second] if first + 1 == *second => Ok((*first, *second)),
            _ => Err(wrong()),
        }
    }

    fn fill_down(self, table: TableName, item: &Item) -> Result<Vec<String>, ReadError> {
        let wrong = |span| self.error(span, "`fill_down` is a list of columns, by id or heading".to_owned());
        let array = item.as_array().ok_or_else(|| wrong(item.span()))?;
        let column = |value: &Value| {
            let name = value.as_str().ok_or_else(|| wrong(value.span()))?.trim();
            let spec = table.columns().iter().find(|spec| spec.id == name || spec.aliases.contains(&name));
            match spec {
                // A number in merged cells belongs to all of their rows together, and to none alone.
                Some(spec) if spec.kind() == CellKind::Number => {
                    let message =
                        format!("`{name}` holds numbers, and a number in merged cells is that of all their rows");
                    Err(self.error(value.span(), message))
                }
                _ => Ok(name.to_owned()),
            }
        };
        array.iter().map(column).collect()
    }
}
