//! Delimiters other than the comma.
//!
//! The rest of reading knows the comma alone. In a file with another delimiter the two change places as it is read,
//! so that records and cells are found by the same rules; then each record is written as CSV with its own commas
//! and delimiters back in its cells. Lines stay as they are.

use std::borrow::Cow;

use super::scan::{self, Records};

/// The delimiter that the rest of reading knows.
pub(super) const COMMA: u8 = b',';

/// Delimiters that are recognised; of two that are equally frequent the later is taken.
const RECOGNISED: [u8; 3] = [b'\t', b';', COMMA];

/// Delimiters that a tables file may name.
pub(super) const NAMED: [u8; 4] = [COMMA, b';', b'\t', b'|'];

/// What clerks call a delimiter.
pub(super) fn word(delimiter: u8) -> &'static str {
    match delimiter {
        b';' => "semicolon",
        b'\t' => "tab",
        b'|' => "vertical bar",
        _ => "comma",
    }
}

/// The delimiter of a file by its header, the first record that is not empty: the most frequent outside quotes.
/// `None` when the header does not end in this text and more may follow.
pub(super) fn recognise(text: &[u8], ended: bool) -> Option<u8> {
    let mut counts = [0_usize; 3];
    let (mut start, mut opening, mut quoted) = (0, true, false);
    for (place, byte) in text.iter().enumerate() {
        let opens = std::mem::take(&mut opening);
        match byte {
            b'"' if quoted => {
                // Two quotes inside close and open again.
                (quoted, opening) = (false, text.get(place + 1) == Some(&b'"'));
            }
            b'"' if opens => quoted = true,
            _ if quoted => {}
            b'\r' | b'\n' => {
                if has_content(text.get(start..place).unwrap_or_default()) {
                    return Some(most_frequent(counts));
                }
                (start, counts) = (place + 1, [0; 3]);
            }
            _ => {
                for (count, _) in counts.iter_mut().zip(RECOGNISED).filter(|(_, delimiter)| delimiter == byte) {
                    *count += 1;
                }
            }
        }
        opening |= !quoted && matches!(byte, b'\r' | b'\n' | b'\t' | b';' | b',');
    }
    ended.then(|| most_frequent(counts))
}

fn has_content(record: &[u8]) -> bool {
    String::from_utf8_lossy(record).chars().any(|c| !c.is_whitespace() && !matches!(c, ',' | ';' | '"'))
}

fn most_frequent(counts: [usize; 3]) -> u8 {
    RECOGNISED.into_iter().zip(counts).max_by_key(|(_, count)| *count).map_or(COMMA, |(delimiter, _)| delimiter)
}

/// Lets the delimiter and the comma change places.
pub(super) fn swap(text: &mut [u8], delimiter: u8) {
    for byte in text {
        if *byte == delimiter {
            *byte = COMMA;
        } else if *byte == COMMA {
            *byte = delimiter;
        }
    }
}

/// Whole records of swapped text as CSV, each with its line end.
pub(super) fn canonical(swapped: &[u8], delimiter: u8) -> Vec<u8> {
    let mut text = Vec::with_capacity(swapped.len());
    let (mut records, mut rest) = (Records::new(swapped, 1), swapped);
    while let Some(record) = records.next() {
        let back = |cell: Cow<'_, [u8]>| {
            let mut cell = cell.into_owned();
            swap(&mut cell, delimiter);
            Cow::Owned(cell)
        };
        let start = text.len();
        scan::write_cells(scan::cells(record.bytes).map(back), &mut text);
        if text.len() == start && !record.bytes.is_empty() {
            // Without its quotes a record that is empty could be no record, or its line ends one.
            text.extend_from_slice(b"\"\"");
        }
        let after = records.rest().0;
        text.extend_from_slice(rest.get(record.bytes.len()..rest.len() - after.len()).unwrap_or_default());
        rest = after;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::scan::tests::{csv_bytes, plain};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_most_frequent_delimiter_outside_quotes_is_that_of_the_file() {
        for (text, expected) in [
            ("a,b,c\n1;2;3;4", b','),
            ("a;b,c;d\n", b';'),
            ("a\tb", b'\t'),
            ("a;b,c\n", b','),
            ("a;b\tc\n", b';'),
            ("\"x;y;z\",b\n", b','),
            ("\"x\"\";\n;y\"\tb\r", b'\t'),
            ("a;\"b,,,\"\n", b';'),
            ("a\"b;c\"d;e\n", b';'),
            ("a\"\"b,c\"\",\"\"\";\";;;\n", b';'),
            (" ,,,\r\n　;\n\"\"\na;b\n", b';'),
            ("", b','),
            ("only\n", b','),
        ] {
            assert_eq!(recognise(text.as_bytes(), true), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn a_header_that_goes_on_is_not_decided() {
        assert_eq!(recognise(b"\n\na;b", false), None);
        assert_eq!(recognise(b"\"a\nb", false), None);
        assert_eq!(recognise(b"a;b\r", false), Some(b';'));
    }

    proptest! {
        #[test]
        fn another_delimiter_changes_no_cell_and_no_line(bytes in csv_bytes(), place in 0_usize..3) {
            let delimiter = [b';', b'\t', b'|'][place];
            let swapped = |cell: &Vec<u8>| {
                let mut cell = cell.clone();
                swap(&mut cell, delimiter);
                cell
            };
            let expected: Vec<_> = plain(&bytes).into_iter()
                .map(|(line, cells)| (line, cells.iter().map(swapped).collect::<Vec<_>>())).collect();
            prop_assert_eq!(plain(&canonical(&bytes, delimiter)), expected);
        }

        #[test]
        fn no_bytes_make_recognising_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = recognise(&bytes, true);
            let _ = canonical(&bytes, b';');
        }
    }
}
