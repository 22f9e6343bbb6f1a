//! Where records and cells of a CSV file begin and end, as bytes.
//!
//! A record ends at CR, LF or CRLF outside quotes. A quote opens at the start of a cell only; inside, two of them
//! are one; what follows the closing quote up to the next comma is taken as it stands. The rules need ASCII
//! alone, so they hold for UTF-8 and for text that is not quite UTF-8 alike.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2, memchr3, memrchr2};

pub(super) const QUOTE: u8 = b'"';

/// A record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record<'a> {
    /// The physical line on which it starts.
    pub line: u64,
    /// Its bytes without the line end.
    pub bytes: &'a [u8],
}

/// The records of some text.
#[derive(Debug, Clone)]
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    line: u64,
    quotes: bool,
}

impl<'a> Records<'a> {
    /// The records of text that starts on a line, at the start of a record.
    pub fn new(bytes: &'a [u8], line: u64) -> Self {
        Self { bytes, line, quotes: memchr(QUOTE, bytes).is_some() }
    }

    /// What is left, and its line.
    pub fn rest(&self) -> (&'a [u8], u64) {
        (self.bytes, self.line)
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        if self.bytes.is_empty() {
            return None;
        }
        let end = record_end(self.bytes, self.quotes);
        let (bytes, rest) = self.bytes.split_at_checked(end)?;
        let record = Record { line: self.line, bytes };
        if self.quotes {
            self.line += line_breaks(bytes);
        }
        let end_length = match rest {
            [b'\r', b'\n', ..] => 2,
            [_, ..] => 1,
            [] => 0,
        };
        self.line += u64::from(end_length > 0);
        self.bytes = rest.get(end_length..).unwrap_or_default();
        Some(record)
    }
}

fn tail(bytes: &[u8], from: usize) -> &[u8] {
    bytes.get(from..).unwrap_or_default()
}

/// Length of the first record.
fn record_end(bytes: &[u8], quotes: bool) -> usize {
    let plain = memchr2(b'\r', b'\n', bytes).unwrap_or(bytes.len());
    if !quotes || memchr(QUOTE, bytes.get(..plain).unwrap_or_default()).is_none() {
        return plain;
    }
    let mut at = 0;
    loop {
        if bytes.get(at) == Some(&QUOTE) {
            match closing_quote(bytes, at) {
                Some(close) => at = close + 1,
                None => return bytes.len(),
            }
        }
        match memchr3(b',', b'\r', b'\n', tail(bytes, at)) {
            None => return bytes.len(),
            Some(offset) if bytes.get(at + offset) == Some(&b',') => at += offset + 1,
            Some(offset) => return at + offset,
        }
    }
}

/// The place of the quote that closes the one at `open`.
fn closing_quote(bytes: &[u8], open: usize) -> Option<usize> {
    let mut from = open + 1;
    loop {
        let quote = from + memchr(QUOTE, tail(bytes, from))?;
        if bytes.get(quote + 1) != Some(&QUOTE) {
            return Some(quote);
        }
        from = quote + 2;
    }
}

/// Length of the whole records that text begins with, when more may follow it.
pub(super) fn whole_records(bytes: &[u8]) -> usize {
    // A CR at the end may be half of a CRLF.
    let settled = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let last_end = |from: usize, to: usize| {
        let bare = settled.get(from..to.min(settled.len())).unwrap_or_default();
        memrchr2(b'\r', b'\n', bare).map(|place| from + place + 1)
    };
    let (mut ends, mut bare_from, mut search) = (0, 0, 0);
    while let Some(offset) = memchr(QUOTE, tail(bytes, search)) {
        let quote = search + offset;
        let before = quote.checked_sub(1).and_then(|place| bytes.get(place));
        if matches!(before, None | Some(b',' | b'\r' | b'\n')) {
            ends = last_end(bare_from, quote).unwrap_or(ends);
            match closing_quote(bytes, quote) {
                // A quote at the end may be half of two.
                Some(close) if close + 1 < bytes.len() => (bare_from, search) = (close + 1, close + 1),
                _ => return ends,
            }
        } else {
            search = quote + 1;
        }
    }
    // Between a CR that was left out and its LF there is nothing to cut either.
    last_end(bare_from, bytes.len()).unwrap_or(ends)
}

/// Physical line breaks: CR, LF or CRLF.
pub(super) fn line_breaks(bytes: &[u8]) -> u64 {
    let lf = memchr_iter(b'\n', bytes).count();
    let lone_cr = memchr_iter(b'\r', bytes).filter(|place| bytes.get(place + 1) != Some(&b'\n')).count();
    (lf + lone_cr) as u64
}

/// Whether all cells of a record are empty.
pub(super) fn is_empty(record: &[u8]) -> bool {
    match record.first().copied() {
        None => true,
        Some(b',' | b' ' | b'\t' | QUOTE | 0x80..) | Some(0..=0x1F) => cells(record).all(|cell| is_space(&cell)),
        Some(_) => false,
    }
}

fn is_space(cell: &[u8]) -> bool {
    std::str::from_utf8(cell).is_ok_and(|text| text.trim().is_empty())
}

/// The number of cells of a record.
pub(super) fn count_cells(record: &[u8]) -> usize {
    match memchr(QUOTE, record) {
        None => memchr_iter(b',', record).count() + 1,
        Some(_) => cells(record).count(),
    }
}

/// The cells of a record.
pub(super) fn cells(record: &[u8]) -> impl Iterator<Item = Cow<'_, [u8]>> {
    let mut rest = Some(record);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let (cell, after) = match bytes.first() {
            Some(&QUOTE) => quoted_cell(bytes),
            _ => bare(bytes),
        };
        rest = after;
        Some(cell)
    })
}

/// A cell up to the next comma, and what follows that.
fn bare(bytes: &[u8]) -> (Cow<'_, [u8]>, Option<&[u8]>) {
    match memchr(b',', bytes) {
        Some(comma) => (Cow::Borrowed(bytes.get(..comma).unwrap_or_default()), bytes.get(comma + 1..)),
        None => (Cow::Borrowed(bytes), None),
    }
}

fn quoted_cell(bytes: &[u8]) -> (Cow<'_, [u8]>, Option<&[u8]>) {
    let close = closing_quote(bytes, 0);
    let inside = bytes.get(1..close.unwrap_or(bytes.len())).unwrap_or_default();
    let (after, rest) = match close {
        Some(close) => bare(tail(bytes, close + 1)),
        None => (Cow::Borrowed(&[][..]), None),
    };
    if after.is_empty() && memchr(QUOTE, inside).is_none() {
        return (Cow::Borrowed(inside), rest);
    }
    let mut cell = Vec::with_capacity(inside.len() + after.len());
    let mut inside = inside;
    while let Some(quote) = memchr(QUOTE, inside) {
        let (before, after) = inside.split_at(quote + 1);
        cell.extend_from_slice(before);
        inside = tail(after, 1);
    }
    cell.extend_from_slice(inside);
    cell.extend_from_slice(&after);
    (Cow::Owned(cell), rest)
}

/// Appends a record with its cells quoted only where needed.
pub(super) fn write_record(record: &[u8], text: &mut Vec<u8>) {
    if memchr(QUOTE, record).is_none() {
        text.extend_from_slice(record);
        return;
    }
    write_cells(cells(record), text);
}

/// Appends cells as a record, quoted only where needed.
pub(super) fn write_cells<'a>(cells: impl Iterator<Item = Cow<'a, [u8]>>, text: &mut Vec<u8>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(b',');
        }
        if memchr3(b',', b'\r', b'\n', &cell).is_none() && memchr(QUOTE, &cell).is_none() {
            text.extend_from_slice(&cell);
            continue;
        }
        text.push(QUOTE);
        let mut rest = &cell[..];
        while let Some(quote) = memchr(QUOTE, rest) {
            let (before, after) = rest.split_at(quote + 1);
            text.extend_from_slice(before);
            text.push(QUOTE);
            rest = after;
        }
        text.extend_from_slice(rest);
        text.push(QUOTE);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    type Plain = Vec<(u64, Vec<Vec<u8>>)>;

    /// The same rules, one byte at a time.
    pub(in crate::read) fn plain(bytes: &[u8]) -> Plain {
        #[derive(PartialEq)]
        enum State {
            Start,
            Bare,
            Quoted,
            QuoteSeen,
        }
        let mut records = Vec::new();
        let (mut line, mut first_line, mut at, mut start) = (1, 1, 0, 0);
        let (mut cells, mut cell, mut state) = (Vec::new(), Vec::new(), State::Start);
        while at < bytes.len() {
            let byte = bytes[at];
            let width = if bytes[at..].starts_with(b"\r\n") { 2 } else { 1 };
            let breaks = byte == b'\r' || byte == b'\n';
            line += u64::from(breaks);
            match (&state, byte) {
                (State::Quoted, b'"') => state = State::QuoteSeen,
                (State::Quoted, _) => cell.extend_from_slice(&bytes[at..at + width]),
                (State::QuoteSeen, b'"') => {
                    cell.push(byte);
                    state = State::Quoted;
                }
                (State::Start, b'"') => state = State::Quoted,
                (_, b',') => {
                    cells.push(std::mem::take(&mut cell));
                    state = State::Start;
                }
                _ if breaks => {
                    cells.push(std::mem::take(&mut cell));
                    records.push((first_line, std::mem::take(&mut cells)));
                    state = State::Start;
                    (first_line, start) = (line, at + width);
                }
                _ => {
                    cell.push(byte);
                    state = State::Bare;
                }
            }
            at += width;
        }
        if start < bytes.len() {
            cells.push(cell);
            records.push((first_line, cells));
        }
        records
    }

    fn scanned(bytes: &[u8]) -> Plain {
        Records::new(bytes, 1).map(|record| (record.line, cells(record.bytes).map(Cow::into_owned).collect())).collect()
    }

    fn texts(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        scanned(bytes)
            .into_iter()
            .map(|(line, cells)| (line, cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()))
            .collect()
    }

    /// Bytes that CSV files are made of, at the rates that make trouble.
    pub(in crate::read) fn csv_bytes() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![
            4 => Just(b'a'), 3 => Just(b','), 4 => Just(b'"'), 2 => Just(b'\n'), 2 => Just(b'\r'), 1 => Just(b' '),
            1 => any::<u8>(),
        ];
        prop::collection::vec(byte, 0..60)
    }

    #[test]
    fn a_record_knows_its_physical_line_after_quoted_line_breaks() {
        let found = texts(b"a,b\r\n\"x\ry\",\"1\"\"2\"3\rp,q \"r\"\n\n\"\"");
        let expected =
            [(1, vec!["a", "b"]), (2, vec!["x\ry", "1\"23"]), (4, vec!["p", "q \"r\""]), (5, vec![""]), (6, vec![""])];
        assert_eq!(
            found,
            expected.map(|(line, cells)| (line, cells.into_iter().map(str::to_owned).collect::<Vec<_>>()))
        );
    }

    #[test]
    fn an_open_quote_runs_to_the_end_of_the_file() {
        assert_eq!(texts(b"1,\"a\n2,b"), [(1, vec!["1".to_owned(), "a\n2,b".to_owned()])]);
    }

    #[test]
    fn records_of_spaces_and_commas_are_empty() {
        for record in ["", ",,", " , \t", "\"\",\" \"", "　,"] {
            assert!(is_empty(record.as_bytes()), "{record:?}");
        }
        for record in ["a", ",a", "\"a\"", "-", " /"] {
            assert!(!is_empty(record.as_bytes()), "{record:?}");
        }
        assert!(!is_empty(b"\xFF"));
    }

    #[test]
    fn a_record_is_quoted_only_where_needed() {
        let written = |record: &str| {
            let mut text = Vec::new();
            write_record(record.as_bytes(), &mut text);
            String::from_utf8(text).unwrap()
        };
        assert_eq!(
            written("\"a\",\"b,c\",d\"e,\"f\"g\",\"\""),
            "a,\"b,c\",\"d\"\"e\",fg\",".replace("fg\"", "\"fg\"\"\"")
        );
    }

    #[test]
    fn a_cut_never_falls_between_cr_and_lf_or_two_quotes() {
        assert_eq!(whole_records(b"a\nb\r"), 2);
        assert_eq!(whole_records(b"a\n\"b\""), 2);
        assert_eq!(whole_records(b"a\n\"b\"\n"), 6);
        assert_eq!(whole_records(b"a\n\"b\n"), 2);
        assert_eq!(whole_records(b"a\"b\n\"c\"\nd"), 8);
    }

    proptest! {
        #[test]
        fn the_scan_finds_what_the_plain_splitter_finds(bytes in csv_bytes()) {
            prop_assert_eq!(scanned(&bytes), plain(&bytes));
        }

        #[test]
        fn cutting_into_whole_records_changes_nothing(bytes in csv_bytes(), cut in 0_usize..60) {
            let head = &bytes[..cut.min(bytes.len())];
            let cut = if head.len() == bytes.len() { head.len() } else { whole_records(head) };
            let (first, second) = bytes.split_at(cut);
            let line = 1 + line_breaks(first);
            let both: Vec<_> = Records::new(first, 1).chain(Records::new(second, line)).collect();
            prop_assert_eq!(both, Records::new(&bytes, 1).collect::<Vec<_>>());
        }

        #[test]
        fn writing_a_record_keeps_its_cells(bytes in csv_bytes()) {
            for record in Records::new(&bytes, 1) {
                let mut text = Vec::new();
                write_record(record.bytes, &mut text);
                prop_assert_eq!(plain(&text).into_iter().next().map(|found| found.1).unwrap_or_else(|| vec![vec![]]),
                    cells(record.bytes).map(Cow::into_owned).collect::<Vec<_>>());
                prop_assert_eq!(count_cells(record.bytes), cells(record.bytes).count());
            }
        }

        #[test]
        fn a_record_is_empty_when_all_its_cells_are(bytes in csv_bytes()) {
            for record in Records::new(&bytes, 1) {
                let spaces = |cell: Cow<'_, [u8]>| std::str::from_utf8(&cell).is_ok_and(|text| text.trim().is_empty());
                prop_assert_eq!(is_empty(record.bytes), cells(record.bytes).all(spaces));
            }
        }
    }
}
