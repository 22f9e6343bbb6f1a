//! What is too large to be a ledger.

use super::formats::{gzip, read_file, zstandard};
use super::*;

/// A record may have one MiB, which is quick to read.
const LOW: &str = "[limits]\nrecord_mib = 1\n";
const LONGEST: usize = 1 << 20;

fn message(name: &str, bytes: &[u8], tables: &str) -> String {
    read_file(name, bytes, Some(tables)).unwrap_err().to_string()
}

#[test]
fn a_record_that_is_too_long_is_an_error_with_its_line() {
    let expected = "tasks.csv:3: the record is longer than 1 MiB: close a quote that stays open, or name the delimiter \
                    in the tables file; `[limits] record_mib` there raises the limit";
    let long = |length: usize, end: &str| {
        [&b"task_id,lead_unit,note\n1,\xE7\x94\xB2,x\n2,b,"[..], &vec![b'a'; length - 4], end.as_bytes()].concat()
    };
    let rows = rows_with(&long(LONGEST, "\n"), Some(LOW)).unwrap();
    assert_eq!((rows.len(), rows[1].raw.len()), (2, LONGEST));
    assert_eq!(message("tasks.csv", &long(LONGEST + 1, "\n3,c,y"), LOW), expected);
    let packed = gzip(&long(LONGEST + 1, ""));
    assert!(message("tasks.csv.gz", &packed, LOW).starts_with("tasks.csv.gz:3: the record is longer than 1 MiB"));
    let header = vec![b'a'; LONGEST + 1];
    assert!(message("tasks.csv", &header, LOW).starts_with("tasks.csv:1: the record is longer than 1 MiB"));
    let raised = rows_with(&long(LONGEST + 1, "\n"), Some("[limits]\nrecord_mib = 2\n")).unwrap();
    assert_eq!(raised[1].raw.len(), LONGEST + 1);
}

#[test]
fn without_a_tables_file_a_record_may_have_64_mib() {
    let expected = "tasks.csv.zst:2: the record is longer than 64 MiB: ";
    let long = |length: usize| [&b"task_id,lead_unit,note\n1,a,"[..], &vec![b'x'; length - 4]].concat();
    let whole = read_file("tasks.csv.zst", &zstandard(&long(64 << 20)), None).unwrap();
    assert_eq!(whole.1[0].raw.len(), 64 << 20);
    let found = read_file("tasks.csv.zst", &zstandard(&long((64 << 20) + 1)), None).unwrap_err().to_string();
    assert!(found.starts_with(expected), "{found}");
}

#[test]
fn a_header_with_too_many_columns_is_an_error_that_counts_them() {
    let header = |columns: usize| format!("task_id,lead_unit{}\n1,a\n", ",x".repeat(columns - 2));
    let expected = "`tasks.csv` has 1000000 columns, and may have 16384: remove those that are not needed, or raise \
                    `[limits] columns` in the tables file";
    assert_eq!(message("tasks.csv", header(1_000_000).as_bytes(), ""), expected);
    assert_eq!(faults(&rows(header(16_384).as_bytes())), [(2, "ragged-row", "")]);
    assert!(message("tasks.csv", b"task_id,lead_unit,x\n", "[limits]\ncolumns = 2\n").contains("has 3 columns"));
    let raised = rows_with(header(16_385).as_bytes(), Some("[limits]\ncolumns = 16385\n")).unwrap();
    assert_eq!(faults(&raised), [(2, "ragged-row", "")]);
}
