//! The records of a chunk, and where their cells stand.
//!
//! Cells are places in the text of their chunk: nothing is copied, and the pass that finds where a record ends has
//! found the ends of its cells. Only records with quotes have their cells written out as they read, behind the text.

use std::ops::Range;
use std::slice::Chunks;
use std::sync::Arc;

use memchr::{memchr, memchr_iter};

use super::block::Broken;
use super::hash::Hash;
use super::regular::Regular;
use super::scan::{self, QUOTE};
use super::stream::Chunk;
use super::{separators, total};

/// The records of a chunk, sorted into whole ones and others. Those without any cell filled are not among them.
#[derive(Debug)]
pub(super) struct Split {
    /// The line of each row.
    pub lines: Vec<u64>,
    /// Rows that are not whole, ascending.
    pub broken: Vec<(usize, Broken)>,
    /// Lines of totals, which are no rows here.
    pub skipped: Vec<u64>,
    /// Where each row's record stands in the text.
    pub rows: Vec<Range<usize>>,
    /// The cells of whole rows.
    pub cells: Cells,
}

/// Cells of records that have equally many.
#[derive(Debug)]
pub(super) struct Cells {
    /// The text that they are parts of.
    pub text: Arc<String>,
    /// Cells of a record.
    width: usize,
    /// Of each record the start of every cell, and where one more would start: a byte lies between two cells.
    starts: Vec<u32>,
    /// How many starts lie between those of a column: as many as a record has cells, or one more where the start that
    /// one more cell would have is not that of the next record.
    step: usize,
}

impl Cells {
    /// The cells of a column, one a record; `None` when empty.
    pub fn column(&self, column: usize) -> Column<'_> {
        Column { text: &self.text, records: self.records(column) }
    }

    /// The starts of each record from a column on, of which the first two are those of its cell and of the next.
    fn records(&self, column: usize) -> Chunks<'_, u32> {
        let starts = if column < self.width { self.starts.get(column..) } else { None };
        starts.unwrap_or_default().chunks(self.step)
    }

    /// The places of a column's cells in the text, one a record.
    pub fn places(&self, column: usize) -> impl Iterator<Item = Range<u32>> {
        self.records(column).map_while(|starts| {
            let [start, next] = *starts.first_chunk()?;
            Some(start..next.saturating_sub(1))
        })
    }

    /// The cell of a record; `None` when empty.
    pub fn get(&self, record: usize, column: usize) -> Option<&str> {
        let starts = self.starts.get(record * self.step + column..)?;
        cell(&self.text, *starts.first_chunk()?).filter(|_| column < self.width)
    }
}

/// What stands from one start to the byte before the next.
fn cell(text: &str, [start, next]: [u32; 2]) -> Option<&str> {
    text.get(start as usize..(next as usize).saturating_sub(1)).filter(|cell| !cell.is_empty())
}

/// The cells of a column, one a record; `None` when empty.
#[derive(Debug)]
pub(super) struct Column<'a> {
    text: &'a str,
    records: Chunks<'a, u32>,
}

impl<'a> Iterator for Column<'a> {
    type Item = Option<&'a str>;

    fn next(&mut self) -> Option<Option<&'a str>> {
        let place = self.records.next()?.first_chunk()?;
        Some(cell(self.text, *place))
    }
}

impl Split {
    /// The records of a chunk; those that have not `width` cells are not whole. Totals are skipped when that is asked
    /// for. Bytes that are not hashed yet are added to the hash.
    pub fn of(chunk: Chunk, width: usize, skip_totals: bool, hash: Option<&mut Hash>) -> Self {
        let Chunk { bytes, line, breaks, hashed } = chunk;
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let bytes = error.into_bytes();
                if let Some(hash) = hash {
                    hash.add(bytes.get(hashed..).unwrap_or_default());
                }
                let (text, undecodable) = decoded(&bytes, line);
                return Self::of_any(text, undecodable, line, width, skip_totals);
            }
        };
        match Regular::of(&text, width, breaks, hash.map(|hash| (hash, hashed))).filter(|_| !skip_totals) {
            Some(Regular { rows, starts }) => {
                let lines = (line..).take(rows.len()).collect();
                let cells = Cells { text: Arc::new(text), width, starts, step: width };
                Self { lines, broken: Vec::new(), skipped: Vec::new(), rows, cells }
            }
            None => Self::of_any(text, Vec::new(), line, width, skip_totals),
        }
    }

    /// The records of any text; some may start at bytes that were no text.
    fn of_any(mut text: String, undecodable: Vec<usize>, line: u64, width: usize, skip_totals: bool) -> Self {
        let mut splitting = Splitting {
            text: &text,
            width,
            skip_totals,
            undecodable: undecodable.into_iter().peekable(),
            lines: Vec::new(),
            broken: Vec::new(),
            skipped: Vec::new(),
            rows: Vec::new(),
            starts: Vec::new(),
            noted: 0,
            settled: 0,
            rewritten: String::new(),
        };
        match memchr(QUOTE, text.as_bytes()) {
            None => splitting.plain(line),
            Some(_) => splitting.quoted(line),
        }
        let Splitting { lines, broken, skipped, rows, mut starts, settled, rewritten, .. } = splitting;
        starts.truncate(settled);
        text.push_str(&rewritten);
        Self { lines, broken, skipped, rows, cells: Cells { text: Arc::new(text), width, starts, step: width + 1 } }
    }
}

/// Bytes as text, and where in it records stand that have bytes that are no text.
fn decoded(bytes: &[u8], line: u64) -> (String, Vec<usize>) {
    let mut text = String::with_capacity(bytes.len());
    let mut undecodable = Vec::new();
    let mut records = scan::Records::new(bytes, line);
    let mut rest = bytes;
    while records.next().is_some() {
        let after = records.rest().0;
        let record = rest.get(..rest.len() - after.len()).unwrap_or_default();
        rest = after;
        match simdutf8::basic::from_utf8(record) {
            Ok(record) => text.push_str(record),
            Err(_) => {
                undecodable.push(text.len());
                text.push_str(&String::from_utf8_lossy(record));
            }
        }
    }
    (text, undecodable)
}

/// Records on their way to rows.
struct Splitting<'a> {
    text: &'a str,
    width: usize,
    skip_totals: bool,
    /// Starts of records that are no text.
    undecodable: std::iter::Peekable<std::vec::IntoIter<usize>>,
    lines: Vec<u64>,
    broken: Vec<(usize, Broken)>,
    skipped: Vec<u64>,
    rows: Vec<Range<usize>>,
    /// Starts of cells, with room behind them.
    starts: Vec<u32>,
    /// Those of `starts` that are noted.
    noted: usize,
    /// Those that belong to whole rows.
    settled: usize,
    /// Cells of records with quotes, as they read, each with a byte behind it.
    rewritten: String,
}

impl Splitting<'_> {
    /// Splits text without quotes.
    fn plain(&mut self, mut line: u64) {
        let bytes = self.text.as_bytes();
        let mut start = 0;
        self.start(0);
        separators::each(bytes, |mut separators| {
            self.make_room(2 * separators::PIECE);
            loop {
                let (commas, end) = separators.next();
                self.note_all(separators.place + 1, commas);
                let Some(place) = end else { return };
                self.note(place + 1);
                let is_second_half = place == start
                    && bytes.get(place) == Some(&b'\n')
                    && start.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'\r');
                if is_second_half {
                    self.noted = self.settled;
                } else {
                    self.record(line, start..place);
                    line += 1;
                }
                start = place + 1;
                self.note(start);
            }
        });
        if start < bytes.len() {
            self.start(bytes.len() + 1);
            self.record(line, start..bytes.len());
        }
    }

    /// Splits any text.
    fn quoted(&mut self, line: u64) {
        let mut records = scan::Records::new(self.text.as_bytes(), line);
        let mut start = 0;
        while let Some(record) = records.next() {
            let place = start..start + record.bytes.len();
            if memchr(QUOTE, record.bytes).is_some() {
                self.rewrite(record.bytes);
            } else {
                self.start(place.start);
                let commas = memchr_iter(b',', record.bytes).map(|comma| place.start + comma);
                commas.chain([place.end]).for_each(|end| self.start(end + 1));
            }
            self.record(record.line, place);
            start = self.text.len() - records.rest().0.len();
        }
    }

    /// Writes out the cells of a record.
    fn rewrite(&mut self, record: &[u8]) {
        self.start(self.text.len() + self.rewritten.len());
        for cell in scan::cells(record) {
            self.rewritten.push_str(&String::from_utf8_lossy(&cell));
            self.rewritten.push(',');
            self.start(self.text.len() + self.rewritten.len());
        }
    }

    /// Notes where a cell starts.
    fn start(&mut self, place: usize) {
        self.make_room(1);
        self.note(place);
    }

    /// Makes room for so many starts, and for as many again as there are, so that this is seldom needed.
    #[inline]
    fn make_room(&mut self, more: usize) {
        if self.noted + more > self.starts.len() {
            self.starts.resize((self.noted + more).max(self.starts.len() * 2).max(self.text.len() / 8), 0);
        }
    }

    /// Notes where a cell starts, where there is room for it.
    #[inline]
    fn note(&mut self, place: usize) {
        if let Some(start) = self.starts.get_mut(self.noted) {
            // A chunk is not longer than a record may be, and that is less than 2 GiB.
            *start = u32::try_from(place).unwrap_or(u32::MAX);
        }
        self.noted += 1;
    }

    /// Notes where cells start, where there is room for them: at a place and so many bytes on as the bits say that are
    /// set.
    #[inline]
    fn note_all(&mut self, place: usize, mut bits: u64) {
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        for start in self.starts.get_mut(self.noted..).unwrap_or_default() {
            if bits == 0 {
                return;
            }
            *start = place.saturating_add(bits.trailing_zeros());
            bits &= bits - 1;
            self.noted += 1;
        }
    }

    /// Sorts a record whose cells are noted.
    fn record(&mut self, line: u64, place: Range<usize>) {
        let bytes = self.text.as_bytes().get(place.clone()).unwrap_or_default();
        let is_text = self.undecodable.next_if_eq(&place.start).is_none();
        if scan::is_empty(bytes) {
            self.noted = self.settled;
            return;
        }
        if self.skip_totals && is_total(bytes) {
            self.skipped.push(line);
            self.noted = self.settled;
            return;
        }
        let cells = self.noted - self.settled - 1;
        let broken = match is_text {
            true => (cells != self.width).then_some(Broken::Ragged { cells }),
            false => Some(Broken::Encoding),
        };
        match broken {
            Some(broken) => {
                self.broken.push((self.lines.len(), broken));
                self.noted = self.settled;
            }
            None => self.settled = self.noted,
        }
        self.lines.push(line);
        self.rows.push(place);
    }
}

fn is_total(record: &[u8]) -> bool {
    let cells: Vec<_> = scan::cells(record).collect();
    total::is_total(cells.iter().map(|cell| std::str::from_utf8(cell).unwrap_or("?")))
}

#[cfg(test)]
mod tests {
    use super::super::scan::tests::csv_bytes;
    use super::*;
    use proptest::prelude::*;

    /// Text of records that have two or three cells each, and perhaps something that makes it another.
    fn text() -> impl Strategy<Value = String> {
        let record = prop_oneof![9 => "[a人]{1,9},[ab ]{0,30},[a人]{0,9}", 1 => "[a人,\" \r\n]{0,9}"];
        (prop::collection::vec(record, 0..20), "\n?").prop_map(|(records, end)| records.join("\n") + &end)
    }

    proptest! {
        #[test]
        fn text_is_split_in_the_short_way_as_in_the_long_one_and_hashed(
            text in text(), skip_totals: bool, before in prop::collection::vec(any::<u8>(), 0..70), hashed in 0_usize..9,
        ) {
            let hashed = if hashed < 5 { 0 } else { hashed.min(text.len()) };
            let chunk = Chunk { hashed, ..Chunk::new(text.clone().into_bytes(), 1) };
            let (mut hash, mut whole) = (Hash::default(), Hash::default());
            hash.add(&before);
            let split = Split::of(chunk, 3, skip_totals, Some(&mut hash));
            whole.add(&before);
            whole.add(&text.as_bytes()[hashed..]);
            prop_assert_eq!(hash.hex(), whole.hex());
            let any = Split::of_any(text, Vec::new(), 1, 3, skip_totals);
            prop_assert_eq!((split.lines, split.broken, split.rows), (any.lines, any.broken, any.rows));
            prop_assert_eq!(split.skipped, any.skipped);
            for column in 0..4 {
                prop_assert!(split.cells.column(column).eq(any.cells.column(column)));
                prop_assert!((0..25).all(|row| split.cells.get(row, column) == any.cells.get(row, column)));
            }
        }

        #[test]
        fn records_that_are_whole_and_plain_are_split_in_the_short_way(
            records in prop::collection::vec("[a-z人]{1,40},[a-z]{0,80}", 1..30), end in "\n?",
        ) {
            let text = records.join("\n") + &end;
            let split = Split::of(Chunk::new(text.into_bytes(), 1), 2, false, None);
            prop_assert_eq!((split.cells.step, split.lines.len()), (2, records.len()));
        }

        #[test]
        fn text_without_quotes_is_split_as_any_text_is(
            pieces in prop::collection::vec(csv_bytes(), 1..6), width in 1_usize..4, skip_totals: bool,
        ) {
            let mut bytes = pieces.concat();
            bytes.retain(|byte| *byte != QUOTE);
            let plain = Split::of(Chunk::new(bytes.clone(), 1), width, skip_totals, None);
            // A record of its own at the end, so that nothing else is split in another way.
            bytes.extend_from_slice(b"\n\"\"");
            let quoted = Split::of(Chunk::new(bytes, 1), width, skip_totals, None);
            prop_assert_eq!((plain.lines, plain.broken, plain.rows), (quoted.lines, quoted.broken, quoted.rows));
            for column in 0..width {
                let (plain, quoted) = (plain.cells.column(column), quoted.cells.column(column));
                prop_assert_eq!(plain.collect::<Vec<_>>(), quoted.collect::<Vec<_>>());
            }
        }
    }
}
