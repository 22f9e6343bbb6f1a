//! Delimiters and packed files.

use std::io::Write;

use encoding_rs::GB18030;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::*;

const LEDGER: &str = "编号,牵头单位,说明\n1,市教育局,\"a, b\"\n2,\"汉阳区\n乙\",c;d\te|f\n";

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn zstandard(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn read_file(
    name: &str,
    bytes: &[u8],
    tables: Option<&str>,
) -> Result<(Vec<FileInfo>, Vec<Seen>), ReadError> {
    let table = read_all(&folder(&[(name, bytes)]), tables)?;
    Ok((table.files, table.batches.into_iter().flatten().collect()))
}

pub(super) fn message(name: &str, bytes: &[u8]) -> String {
    read_file(name, bytes, None).unwrap_err().to_string()
}

/// The ledger as a clerk's program writes it with another delimiter.
fn with_delimiter(delimiter: char) -> String {
    let cell = |cell: &str| match cell.contains([delimiter, '\n']) {
        true => format!("\"{cell}\""),
        false => cell.to_owned(),
    };
    let rows = [["编号", "牵头单位", "说明"], ["1", "市教育局", "a, b"], ["2", "汉阳区\n乙", "c;d\te|f"]];
    rows.map(|row| row.map(cell).join(&delimiter.to_string()) + "\n").concat()
}

#[test]
fn the_delimiter_is_recognised_by_the_header() {
    let expected = rows(LEDGER.as_bytes());
    assert_eq!(expected[1].units, ["汉阳区", "乙"]);
    for (name, delimiter) in [("tasks.csv", ';'), ("tasks.csv", '\t'), ("tasks.tsv", '\t'), ("tasks.tsv", ',')] {
        let text = with_delimiter(delimiter);
        assert_eq!(read_file(name, text.as_bytes(), None).unwrap().1, expected, "{name} {delimiter:?}");
        let encoded = GB18030.encode(&text).0;
        assert_eq!(read_file(name, &encoded, None).unwrap().1, expected, "{name} {delimiter:?}");
        let utf16: Vec<u8> = "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(read_file(name, &utf16, None).unwrap().1, expected, "{name} {delimiter:?}");
    }
}

#[test]
fn the_tables_file_may_name_the_delimiter() {
    let expected = rows(LEDGER.as_bytes());
    for (delimiter, name) in [('|', "|"), (';', ";"), ('\t', "\\t"), (',', ",")] {
        let tables = format!("[tasks]\ndelimiter = \"{name}\"\n");
        assert_eq!(rows_with(with_delimiter(delimiter).as_bytes(), Some(&tables)).unwrap(), expected, "{name}");
    }
    let text = "task_id,lead_unit,a;b;c;d\n1,甲,x\n";
    assert!(rows_with(text.as_bytes(), None).unwrap_err().to_string().contains("has no column `task_id`"));
    assert_eq!(ids(&rows_with(text.as_bytes(), Some("[tasks]\ndelimiter = \",\"\n")).unwrap()), [(2, "1")]);
}

#[test]
fn rows_with_another_delimiter_keep_their_lines_and_faults() {
    let rows = rows(b";;\ntask_id;lead_unit;note\r\n1;a\r\n\r\n;;\r\n2;b;\"c\r\nd\"\r\n3;b;\xFF\r\n4;b;\"x,y\"");
    assert_eq!(ids(&rows), [(3, ""), (6, "2"), (8, ""), (9, "4")]);
    assert_eq!(faults(&rows), [(3, "ragged-row", ""), (8, "bad-encoding", "")]);
    assert_eq!(rows[0].raw, "1,a");
    assert_eq!(rows[3].raw, "4,b,\"x,y\"");
}

#[test]
fn the_hint_of_a_ragged_row_names_the_delimiter_of_its_file() {
    for (delimiter, word) in [(',', "comma"), (';', "semicolon"), ('\t', "tab"), ('|', "vertical bar")] {
        let text = "task_id;lead_unit;note\n1;甲\n2;乙;c;d\n".replace(';', &delimiter.to_string());
        let folder = folder(&[("tasks.csv", text.as_bytes())]);
        let tables = (delimiter == '|').then_some("[tasks]\ndelimiter = \"|\"\n");
        let table = made(&sources(&folder, tables).unwrap(), &policy(), |_, batch| batch.faults).unwrap();
        let faults: Vec<_> = table.batches.into_iter().flatten().map(|(_, fault)| fault.hint).collect();
        let expected = [
            format!("put in the missing cells, empty ones with their {word}s too, and close every quote"),
            format!(
                "put a cell that holds a {word} in quotes, and remove cells beyond the last column; where every row has \
                 so many, put the missing names into the header"
            ),
        ];
        assert_eq!(faults, expected);
    }
}

#[test]
fn packed_files_are_read_as_what_they_hold_and_hashed_as_they_are() {
    let expected = rows(LEDGER.as_bytes());
    let (head, tail) = LEDGER.as_bytes().split_at(20);
    let files = [
        ("tasks.csv.gz", gzip(LEDGER.as_bytes())),
        ("tasks.csv.gz", [gzip(head), gzip(tail)].concat()),
        ("tasks.CSV.ZST", zstandard(LEDGER.as_bytes())),
        ("tasks.csv.zst", [zstandard(head), zstandard(tail)].concat()),
        ("tasks.csv.zst", zstandard(&GB18030.encode(LEDGER).0)),
        ("tasks.tsv.gz", gzip(with_delimiter('\t').as_bytes())),
    ];
    for (name, bytes) in files {
        let (files, found) = read_file(name, &bytes, None).unwrap();
        assert_eq!(found, expected, "{name}");
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((files[0].name.as_str(), files[0].sha256.as_str()), (name, digest.as_str()));
    }
}

#[test]
fn rejected_records_of_packed_files_are_found_again() {
    let folder = folder(&[("tasks.csv.gz", &gzip(LEDGER.as_bytes()))]);
    let wanted = BTreeSet::from([Place { file: 0, line: 3 }]);
    let records = records(&sources(&folder, None).unwrap(), TableName::Tasks, &wanted).unwrap();
    assert_eq!(records.values().collect::<Vec<_>>(), ["2,\"汉阳区\n乙\",c;d\te|f"]);
}

#[test]
fn damaged_packed_files_are_errors_that_name_them() {
    let mut ledger = LEDGER.to_owned();
    for row in 0..5000 {
        ledger.push_str(&format!("T{row},单位{},{}\n", row % 7, row * 7919 % 10007));
    }
    for (name, whole) in [("tasks.csv.gz", gzip(ledger.as_bytes())), ("tasks.csv.zst", zstandard(ledger.as_bytes()))] {
        let expected = format!("cannot unpack `{name}`: it is damaged or was cut off; copy it anew from where it came");
        let mut changed = whole.clone();
        changed[whole.len() / 2] ^= 0x55;
        changed[whole.len() / 2 + 1] ^= 0x55;
        for bytes in [&whole[..whole.len() - 1], &whole[..whole.len() / 2], &changed, b"task_id,lead_unit\n"] {
            assert_eq!(message(name, bytes), expected);
        }
        let garbage = [&whole[..], b"garbage"].concat();
        assert_eq!(message(name, &garbage), expected);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_unpacking_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..100)) {
        for (name, whole) in [("tasks.csv.gz", gzip(LEDGER.as_bytes())), ("tasks.csv.zst", zstandard(LEDGER.as_bytes()))] {
            for start in [0, 4, 10, whole.len() / 2, whole.len()] {
                let _ = read_file(name, &[&whole[..start], &bytes].concat(), None);
            }
        }
    }
}
