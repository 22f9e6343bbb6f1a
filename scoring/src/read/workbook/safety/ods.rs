//! ods files before they are opened: rows and cells in them can say that they are repeated, a million times.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::Refusal;

/// Bytes that a cell takes in memory at most, with its formula and a copy.
const CELL: u64 = 64;

/// Rows and columns beyond which repeated ones are left out.
const ROWS: u64 = super::super::MOST_ROWS as u64;
const COLUMNS: u64 = super::super::MOST_COLUMNS as u64;

const BROKEN: Refusal = Refusal::Damaged("its content is no XML");

/// Checks that the cells of `content.xml`, each as often as it is repeated, fit into so many bytes.
pub(super) fn check(content: impl BufRead, limit: u64) -> Result<(), Refusal> {
    let mut reader = Reader::from_reader(content);
    let (mut buffer, mut sheet, mut before) = (Vec::new(), Sheet::default(), 0_u64);
    let mut open = 0_u64;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|_| BROKEN)? {
            Event::Start(tag) => {
                open += 1;
                sheet.tag(&tag, false)?;
            }
            Event::Empty(tag) => sheet.tag(&tag, true)?,
            Event::Text(text) => sheet.text(text.len() as u64),
            Event::GeneralRef(_) => sheet.text(1),
            Event::End(tag) => {
                open = open.saturating_sub(1);
                match tag.name().as_ref() {
                    name if name == ROW => sheet.end_row(),
                    name if name == TABLE => before = before.saturating_add(std::mem::take(&mut sheet).bytes()),
                    _ => {}
                }
            }
            // Of a table that does not end, calamine reads the end of the file for ever.
            Event::Eof => return if open == 0 { Ok(()) } else { Err(BROKEN) },
            _ => {}
        }
        if before.saturating_add(sheet.bytes()) > limit {
            return Err(Refusal::Large);
        }
    }
}

const TABLE: &str = "table:table";
const ROW: &str = "table:table-row";
const CELLS: [&str; 2] = ["table:table-cell", "table:covered-table-cell"];
const SPACES: &str = "text:s";

/// A sheet so far.
#[derive(Default)]
struct Sheet {
    /// Cells of its rows, each row once.
    cells: u64,
    /// Columns up to the last that is filled.
    width: u64,
    /// Rows up to the last that is filled, as often as they are repeated.
    rows: u64,
    empty_rows: u64,
    /// Bytes of text, as often as they are repeated.
    text: u64,
    row: Row,
}

/// A row so far.
#[derive(Default)]
struct Row {
    repeated: u64,
    /// Up to the last cell that is filled.
    cells: u64,
    empty_cells: u64,
    /// How often the last cell is repeated.
    last: u64,
    text: u64,
}

impl Sheet {
    fn tag(&mut self, tag: &BytesStart<'_>, is_empty: bool) -> Result<(), Refusal> {
        let name = tag.name();
        let name = name.as_ref();
        if name == ROW {
            self.row = Row { repeated: number(tag, "table:number-rows-repeated")?.min(ROWS), ..Row::default() };
            if is_empty {
                self.end_row();
            }
        } else if CELLS.contains(&name) {
            let repeated = number(tag, "table:number-columns-repeated")?.min(COLUMNS);
            let row = &mut self.row;
            row.last = repeated;
            if is_filled(tag)? {
                row.cells = (row.cells + row.empty_cells + repeated).min(COLUMNS);
                row.empty_cells = 0;
            } else {
                row.empty_cells += repeated;
            }
        } else if name == SPACES {
            self.text(number(tag, "text:c")?);
        }
        Ok(())
    }

    /// Text in a cell.
    fn text(&mut self, bytes: u64) {
        self.row.text = self.row.text.saturating_add(bytes.saturating_mul(self.row.last.max(1)));
    }

    fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        self.cells = self.cells.saturating_add(row.cells);
        self.text = self.text.saturating_add(row.text.saturating_mul(row.repeated.max(1)));
        if row.cells == 0 {
            self.empty_rows += row.repeated;
        } else {
            self.rows = (self.rows + self.empty_rows + row.repeated).min(ROWS);
            self.empty_rows = 0;
            self.width = self.width.max(row.cells);
        }
    }

    fn bytes(&self) -> u64 {
        let cells = self.cells.saturating_add(self.row.cells).saturating_add(self.rows * self.width);
        cells.saturating_mul(CELL).saturating_add(self.text).saturating_add(self.row.text)
    }
}

/// A number in an attribute; 1 where it is not there.
fn number(tag: &BytesStart<'_>, attribute: &str) -> Result<u64, Refusal> {
    match tag.try_get_attribute(attribute).map_err(|_| BROKEN)? {
        None => Ok(1),
        Some(value) => value.value.trim().parse().map_err(|_| BROKEN),
    }
}

fn is_filled(tag: &BytesStart<'_>) -> Result<bool, Refusal> {
    for attribute in tag.attributes() {
        let key = attribute.map_err(|_| BROKEN)?.key;
        let key: &str = key.as_ref();
        if key == "table:formula" || key.starts_with("office:") || key.starts_with("calcext:") {
            return Ok(true);
        }
    }
    Ok(false)
}
