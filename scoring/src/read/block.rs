//! Some rows that follow each other in a file, as text columns.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use polars::prelude::StringChunked;
use rustc_hash::FxHashMap;

use super::batch::{Records, TextColumn, Texts};
use super::given_back::GivenRow;
use super::hash::Hash;
use super::layout::Layout;
use super::split::{self, Cells, Split};
use super::stream::Chunk;
use super::typed::{CodedTexts, TypedColumn, TypedTexts, Values};

/// Why a record is no whole row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// It has bytes that are no text.
    Encoding,
    /// It has so many cells, and the header has another number.
    Ragged {
        /// Cells of the record.
        cells: usize,
    },
    /// A cell that should hold text holds the error of a formula.
    Error {
        /// The place of its column in the file.
        column: usize,
        /// Its word.
        word: &'static str,
    },
}

/// Rows as text columns. Records without any cell filled are not among them.
#[derive(Debug)]
pub(super) struct Block {
    /// The line of each row.
    pub lines: Vec<u64>,
    /// Rows that are not whole, ascending.
    pub broken: Vec<(usize, Broken)>,
    /// Lines of totals among the rows, which are skipped and not among the rows here.
    pub skipped: Vec<u64>,
    columns: Columns,
    /// The rows as they were.
    pub records: Records,
}

/// The columns that are read; they hold the whole rows alone.
#[derive(Debug)]
enum Columns {
    /// Of text.
    Cells(Arc<Cells>),
    /// Of what comes in columns, by their places in the file.
    Arrays(FxHashMap<usize, StringChunked>),
    /// Of what has types, all of the file.
    Typed(Vec<Arc<TypedColumn>>),
}

impl Block {
    /// The rows of a chunk of CSV with so many columns. Totals are skipped when that is asked for. Bytes of the chunk
    /// that are not hashed yet are added to the hash.
    pub fn of_csv(chunk: Chunk, width: usize, skip_totals: bool, hash: Option<&mut Hash>) -> Self {
        let Split { lines, broken, skipped, rows, cells } = Split::of(chunk, width, skip_totals, hash);
        let records = Records::of_text(Arc::clone(&cells.text), rows);
        Self { lines, broken, skipped, columns: Columns::Cells(Arc::new(cells)), records }
    }

    /// Whole rows by all of their columns, and the lines of totals that are not among them.
    pub fn of_columns(lines: Vec<u64>, skipped: Vec<u64>, columns: Vec<TypedColumn>) -> Self {
        let columns: Vec<_> = columns.into_iter().map(Arc::new).collect();
        let records = Records::of_columns(columns.clone());
        Self { lines, broken: Vec::new(), skipped, columns: Columns::Typed(columns), records }
    }

    /// Rows by the columns that are read, at their places in the file; these hold the whole rows alone.
    pub fn of_cells(
        lines: Vec<u64>,
        broken: Vec<(usize, Broken)>,
        columns: FxHashMap<usize, StringChunked>,
        records: Records,
    ) -> Self {
        Self { lines, broken, skipped: Vec::new(), columns: Columns::Arrays(columns), records }
    }

    /// The same rows of a file, but with those that are given back in the place of theirs, by line.
    pub fn with_rows(self, given: Option<&BTreeMap<u64, GivenRow>>, layout: &Layout) -> Self {
        let (Some(given), Some(first), Some(last)) = (given, self.lines.first(), self.lines.last()) else {
            return self;
        };
        if given.range(first..=last).next().is_none() {
            return self;
        }
        let rows: Vec<Option<&GivenRow>> = self.lines.iter().map(|line| given.get(line)).collect();
        let row_was = |(row, given): (usize, &Option<&GivenRow>)| given.map(|_| super::cells(&self.records.get(row)));
        let was: Vec<Option<Vec<String>>> = rows.iter().enumerate().map(row_was).collect();
        let mut stays = self.broken.iter().filter(|(row, _)| rows.get(*row).is_some_and(Option::is_none)).peekable();
        let is_broken = |(row, given): (usize, &Option<&GivenRow>)| {
            let stays = stays.next_if(|(broken, _)| *broken == row).map(|(_, broken)| *broken);
            Some((row, given.map_or(stays, |given| given.broken)?))
        };
        let broken: Vec<(usize, Broken)> = rows.iter().enumerate().filter_map(is_broken).collect();
        let column = |index: usize| {
            let mut broken = broken.iter().map(|(row, _)| *row).peekable();
            let cells = self.cells(index).zip(rows.iter().zip(&was)).enumerate();
            let whole = cells.filter(|(row, _)| broken.next_if_eq(row).is_none());
            let column: StringChunked = whole
                .map(|(_, (cell, (given, was)))| given.map_or(cell, |given| given.cell(index, was, cell)))
                .collect();
            (index, column)
        };
        let columns = Columns::Arrays(layout.used().into_iter().map(column).collect());
        let (mut text, mut places) = (String::new(), Vec::with_capacity(rows.len()));
        for (row, given) in rows.iter().enumerate() {
            let start = text.len();
            text.push_str(&given.map_or_else(|| self.records.get(row), GivenRow::record));
            places.push(start..text.len());
        }
        let Self { lines, skipped, .. } = self;
        Self { lines, broken, skipped, columns, records: Records::of_text(Arc::new(text), places) }
    }

    /// The cells of a column, one a row; `None` when empty or when the row is not whole.
    pub fn cells(&self, column: usize) -> Rows<'_> {
        let whole = match &self.columns {
            Columns::Cells(cells) => Whole::Cells(cells.column(column)),
            Columns::Arrays(arrays) => Whole::Texts(arrays.get(&column), 0),
            Columns::Typed(columns) => {
                columns.get(column).map_or(Whole::Texts(None, 0), |column| Whole::Typed(column.texts(), 0))
            }
        };
        let mut broken = self.broken.iter();
        let next_broken = broken.next().map(|(row, _)| *row);
        Rows { rows: 0..self.lines.len(), whole, broken, next_broken }
    }

    /// The places of a column's cells in their [text](Self::text), one a row, where all rows are whole and all cells are
    /// parts of it.
    pub fn places(&self, column: usize) -> Option<(&str, impl Iterator<Item = Range<u32>>)> {
        match &self.columns {
            Columns::Cells(cells) if self.broken.is_empty() => Some((cells.text.as_str(), cells.places(column))),
            Columns::Cells(_) | Columns::Arrays(_) | Columns::Typed(_) => None,
        }
    }

    /// The text that cells are parts of, where they are.
    pub fn text(&self) -> Option<&Arc<String>> {
        match &self.columns {
            Columns::Cells(cells) => Some(&cells.text),
            Columns::Arrays(_) | Columns::Typed(_) => None,
        }
    }

    /// A column of values that say what they mean without their texts.
    pub fn plain(&self, column: usize) -> Option<&Values> {
        self.typed(column)?.plain()
    }

    /// A column of texts that have codes.
    pub fn coded(&self, column: usize) -> Option<&CodedTexts> {
        self.typed(column)?.coded()
    }

    /// A column of ids that are short and plain, as they are read.
    pub fn short_ids(&self, column: usize) -> Option<TextColumn> {
        self.typed(column)?.short_ids()
    }

    fn typed(&self, column: usize) -> Option<&TypedColumn> {
        match &self.columns {
            Columns::Typed(columns) => columns.get(column).map(Arc::as_ref),
            Columns::Cells(_) | Columns::Arrays(_) => None,
        }
    }

    /// The texts of a column as they stand, where the rows are whole.
    pub fn texts(&self, column: usize) -> Option<Texts> {
        match &self.columns {
            Columns::Cells(cells) if self.broken.is_empty() => Some(Texts::of_cells(Arc::clone(cells), column)),
            Columns::Typed(columns) => columns.get(column).map(|column| Texts::of_typed(Arc::clone(column))),
            Columns::Cells(_) | Columns::Arrays(_) => None,
        }
    }
}

/// The cells of a column, one a row; `None` when empty or when the row is not whole.
pub(super) struct Rows<'a> {
    rows: Range<usize>,
    whole: Whole<'a>,
    broken: std::slice::Iter<'a, (usize, Broken)>,
    next_broken: Option<usize>,
}

/// The cells of the whole rows.
enum Whole<'a> {
    Cells(split::Column<'a>),
    /// Texts, where there are any, and the place of the next one.
    Texts(Option<&'a StringChunked>, usize),
    /// Texts of a column with a type, and the place of the next one.
    Typed(TypedTexts<'a>, usize),
}

impl<'a> Iterator for Rows<'a> {
    type Item = Option<&'a str>;

    #[inline]
    fn next(&mut self) -> Option<Option<&'a str>> {
        let row = self.rows.next()?;
        if self.next_broken == Some(row) {
            self.next_broken = self.broken.next().map(|(row, _)| *row);
            return Some(None);
        }
        Some(match &mut self.whole {
            Whole::Cells(cells) => cells.next().flatten(),
            Whole::Texts(texts, next) => {
                let place = *next;
                *next += 1;
                texts.and_then(|texts| texts.get(place))
            }
            Whole::Typed(texts, next) => {
                let place = *next;
                *next += 1;
                texts.get(place)
            }
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rows.size_hint()
    }

    #[inline]
    fn fold<T, F: FnMut(T, Option<&'a str>) -> T>(self, first: T, mut add: F) -> T {
        match self.whole {
            // Nearly always, and then there is nothing to ask for each cell.
            Whole::Cells(cells) if self.next_broken.is_none() => cells.fold(first, add),
            Whole::Texts(Some(texts), 0) if self.next_broken.is_none() => {
                texts.downcast_iter().flat_map(|array| array.iter()).fold(first, add)
            }
            Whole::Typed(texts, 0) if self.next_broken.is_none() => texts.fold(first, add),
            _ => {
                let mut all = first;
                for cell in self {
                    all = add(all, cell);
                }
                all
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::scan::tests::{csv_bytes, plain};
    use super::*;
    use proptest::prelude::*;

    fn block(bytes: &[u8], width: usize) -> Block {
        Block::of_csv(Chunk::new(bytes.to_vec(), 1), width, false, None)
    }

    fn cells(block: &Block, column: usize) -> Vec<Option<&str>> {
        block.cells(column).collect()
    }

    #[test]
    fn short_long_and_undecodable_records_are_rows_that_are_not_whole() {
        let block = block(b"1,a\n2\n3,c,x\n\n4,\xFF\n5,\n", 2);
        assert_eq!(block.lines, [1, 2, 3, 5, 6]);
        let broken = [(1, Broken::Ragged { cells: 1 }), (2, Broken::Ragged { cells: 3 }), (3, Broken::Encoding)];
        assert_eq!(block.broken, broken);
        assert_eq!(cells(&block, 0), [Some("1"), None, None, None, Some("5")]);
        assert_eq!(cells(&block, 1), [Some("a"), None, None, None, None]);
        assert_eq!([0, 1, 2, 3, 4].map(|row| block.records.get(row)), ["1,a", "2", "3,c,x", "4,\u{FFFD}", "5,"]);
    }

    #[test]
    fn nothing_in_a_cell_is_taken_for_a_sign() {
        for cell in ["x\u{1}", "\u{FEFF}a", "#a", "(", "c0", "\u{0}", "a\u{0}b", " a ", "'", "\\", "a\"b"] {
            let text = format!("{cell},b\n");
            assert_eq!(cells(&block(text.as_bytes(), 2), 0), [Some(cell)], "{cell:?}");
        }
    }

    proptest! {
        #[test]
        fn blocks_hold_what_the_plain_splitter_finds(bytes in csv_bytes(), width in 1_usize..4) {
            let block = block(&bytes, width);
            let text = |cell: &Vec<u8>| String::from_utf8(cell.clone()).ok();
            let filled = |cell: &Vec<u8>| text(cell).is_none_or(|text| !text.trim().is_empty());
            let expected: Vec<_> = plain(&bytes).into_iter().filter(|(_, cells)| cells.iter().any(filled)).collect();
            prop_assert_eq!(&block.lines, &expected.iter().map(|(line, _)| *line).collect::<Vec<_>>());
            for (row, (_, cells)) in expected.iter().enumerate() {
                let whole = cells.len() == width && cells.iter().all(|cell| text(cell).is_some());
                prop_assert_eq!(whole, block.broken.iter().all(|(broken, _)| *broken != row));
                for (column, cell) in cells.iter().enumerate().filter(|_| whole) {
                    prop_assert_eq!(block.cells(column).nth(row).flatten().unwrap_or(""), text(cell).unwrap());
                }
                if whole {
                    let again = plain(block.records.get(row).as_bytes());
                    prop_assert_eq!(again.first().map(|record| &record.1), Some(cells));
                }
            }
        }
    }
}
