//! CSV files: their records, the physical lines these start on, and the encoding of a file. METHOD §2.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// One record of a file.
pub struct Record {
    /// Physical line on which the record starts, from 1.
    pub line: usize,
    pub cells: Vec<String>,
    /// Whether some bytes are not valid in the encoding of the file.
    pub invalid: bool,
}

struct RawRecord<'a> {
    line: usize,
    bytes: &'a [u8],
    fields: Vec<Vec<u8>>,
}

/// Splits and decodes a file. `label` names an encoding other than the detected ones.
pub fn read(bytes: &[u8], label: Option<&str>) -> Result<Vec<Record>, String> {
    for (encoding, bom) in [(UTF_16LE, [0xFF, 0xFE]), (UTF_16BE, [0xFE, 0xFF])] {
        if let Some(rest) = bytes.strip_prefix(&bom) {
            return Ok(read_wide(encoding, rest));
        }
    }
    let named = match label {
        Some(label) => {
            Some(Encoding::for_label(label.as_bytes()).ok_or_else(|| format!("unknown encoding `{label}`"))?)
        }
        None => None,
    };
    let (bytes, encoding) = if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        (rest, Some(UTF_8))
    } else if let Some(rest) = bytes.strip_prefix(b"\x84\x31\x95\x33") {
        (rest, Some(GB18030))
    } else {
        (bytes, named)
    };
    if let Some(encoding) = encoding.filter(|encoding| *encoding == UTF_16LE || *encoding == UTF_16BE) {
        return Ok(read_wide(encoding, bytes));
    }
    let raw = split(bytes);
    let encoding = encoding.unwrap_or_else(|| detect(&raw));
    Ok(raw
        .into_iter()
        .map(|record| Record {
            line: record.line,
            cells: record.fields.iter().map(|field| decode(encoding, field).0).collect(),
            invalid: decode(encoding, record.bytes).1,
        })
        .collect())
}

/// The text, and whether some of it is none. GB18030 has no character 0x80, which the decoder would take for `€`.
fn decode(encoding: &'static Encoding, bytes: &[u8]) -> (String, bool) {
    let mut bytes = bytes.to_vec();
    let mut at = 0;
    while encoding == GB18030 && at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (0x80, _) => bytes[at] = 0xFF,
            (0x81..=0xFE, Some(0x30..=0x39)) => at += 3,
            (0x81..=0xFE, Some(0x40..=0xFE)) => at += 1,
            _ => {}
        }
        at += 1;
    }
    let (text, invalid) = encoding.decode_without_bom_handling(&bytes);
    (text.into_owned(), invalid)
}

fn read_wide(encoding: &'static Encoding, bytes: &[u8]) -> Vec<Record> {
    let text = encoding.decode_without_bom_handling(bytes).0;
    split(text.as_bytes())
        .into_iter()
        .map(|record| {
            let cells: Vec<String> =
                record.fields.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect();
            let invalid = cells.iter().any(|cell| cell.contains('\u{FFFD}'));
            Record { line: record.line, cells, invalid }
        })
        .collect()
}

/// UTF-8 when at most half of the records with a byte ≥ 0x80 are invalid in it, otherwise GB18030.
fn detect(records: &[RawRecord]) -> &'static Encoding {
    let wide = records.iter().filter(|record| !record.bytes.is_ascii());
    let (all, invalid) = wide.fold((0, 0), |(all, invalid), record| {
        (all + 1, invalid + usize::from(std::str::from_utf8(record.bytes).is_err()))
    });
    if invalid * 2 <= all { UTF_8 } else { GB18030 }
}

#[derive(PartialEq)]
enum State {
    FieldStart,
    Bare,
    Quoted,
    /// After a quote inside a quoted field: it closes the field or is the first of two.
    QuoteSeen,
}

/// Records end at CR, LF or CRLF outside quotes; what follows a closing quote is taken as it is.
fn split(bytes: &[u8]) -> Vec<RawRecord<'_>> {
    let mut records = Vec::new();
    let (mut line, mut start, mut start_line) = (1, 0, 1);
    let (mut fields, mut field, mut state) = (Vec::new(), Vec::new(), State::FieldStart);
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let mut width = 1;
        let ends_line = byte == b'\n' || byte == b'\r';
        if ends_line {
            line += 1;
            if byte == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
                width = 2;
            }
        }
        match (&state, byte) {
            (State::Quoted, b'"') => state = State::QuoteSeen,
            (State::Quoted, _) => field.extend_from_slice(&bytes[at..at + width]),
            (State::QuoteSeen, b'"') => {
                field.push(b'"');
                state = State::Quoted;
            }
            (State::FieldStart, b'"') => state = State::Quoted,
            (_, b',') => {
                fields.push(std::mem::take(&mut field));
                state = State::FieldStart;
            }
            _ if ends_line => {
                fields.push(std::mem::take(&mut field));
                records.push(RawRecord {
                    line: start_line,
                    bytes: &bytes[start..at],
                    fields: std::mem::take(&mut fields),
                });
                state = State::FieldStart;
                (start, start_line) = (at + width, line);
            }
            _ => {
                field.push(byte);
                state = State::Bare;
            }
        }
        at += width;
    }
    if start < bytes.len() {
        fields.push(field);
        records.push(RawRecord { line: start_line, bytes: &bytes[start..], fields });
    }
    records
}

/// One record as text, quoted only where needed.
pub fn join(cells: &[String]) -> String {
    let quoted = |cell: &String| {
        if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
    };
    cells.iter().map(quoted).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &[u8]) -> Vec<(usize, Vec<String>)> {
        read(text, None).unwrap().into_iter().map(|record| (record.line, record.cells)).collect()
    }

    #[test]
    fn a_record_knows_its_physical_line() {
        let found = records(b"a,b\r\n\"x\ry\",\"1\"\"2\"3\rp,q \"r\"\n\n\"\"");
        let expected: [(usize, &[&str]); 5] =
            [(1, &["a", "b"]), (2, &["x\ry", "1\"23"]), (4, &["p", "q \"r\""]), (5, &[""]), (6, &[""])];
        assert_eq!(found.len(), 5);
        for (record, (line, cells)) in found.iter().zip(expected) {
            assert_eq!((record.0, record.1.iter().map(String::as_str).collect::<Vec<_>>().as_slice()), (line, cells));
        }
    }

    #[test]
    fn the_encoding_is_that_of_most_records() {
        let (chinese, _, _) = GB18030.encode("编号,单位\n1,财政局\n");
        assert_eq!(records(&chinese)[1].1[1], "财政局");
        let mixed = read(b"\xE7\xBC\x96\n\xE7\xBC\n1\n", None).unwrap();
        assert_eq!(mixed.iter().map(|record| record.invalid).collect::<Vec<_>>(), [false, true, false]);
    }
}
