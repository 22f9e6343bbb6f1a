//! Records, line ends and encodings.

use encoding_rs::{EUC_JP, GB18030, ISO_2022_JP};
use polars::prelude::{
    Column, DataFrame, DataType, IntoColumn, NamedFrom, ParquetWriter, PolarsResult, Series, TimeUnit,
};
use proptest::prelude::*;

use super::*;

#[test]
fn short_and_long_rows_are_ragged_and_empty_ones_are_no_rows() {
    let rows = rows("task_id,lead_unit,标题\n1,甲,a\n\n , ,　\n2,乙\n,,,,\n3,丙,c,d\n,\n4,丁,\n".as_bytes());
    assert_eq!(ids(&rows), [(2, "1"), (5, ""), (7, ""), (9, "4")]);
    assert_eq!(faults(&rows), [(5, "ragged-row", ""), (7, "ragged-row", "")]);
    assert_eq!(rows[1].raw, "2,乙");
}

#[test]
fn every_line_end_ends_a_record() {
    let text = "task_id,lead_unit\n1,甲\n\n2,乙\n";
    for ends in ["\n", "\r", "\r\n"] {
        let found = rows(text.replace('\n', ends).as_bytes());
        assert_eq!(ids(&found), [(2, "1"), (4, "2")], "{ends:?}");
    }
    assert_eq!(ids(&rows("task_id,lead_unit\r\n1,甲\r2,乙\n3,丙".as_bytes())), [(2, "1"), (3, "2"), (4, "3")]);
}

#[test]
fn lines_are_physical_after_quoted_line_breaks() {
    let text = "task_id,\"lead\n_unit\",lead_unit\r\n1,\"a\r\nb\",甲\r\n\"2\",\"x\ry\n\",\"乙,丙\"\n3,,\"丁";
    let rows = rows(text.as_bytes());
    assert_eq!(ids(&rows), [(3, "1"), (5, "2"), (8, "3")]);
    assert_eq!(rows[1].units, ["乙", "丙"]);
    assert_eq!(rows[1].raw, "2,\"x\ry\n\",\"乙,丙\"");
}

#[test]
fn swapped_columns_are_read_by_their_headings() {
    let rows = rows("牵头单位,任务编号\n甲,1\n".as_bytes());
    assert_eq!((rows[0].id.as_deref(), rows[0].units.as_slice()), (Some("1"), ["甲".to_owned()].as_slice()));
}

#[test]
fn gb18030_is_recognised_and_marks_of_encodings_decide() {
    let text = "编号,牵头单位\n1,市教育局\n2,汉阳区\n";
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let marked = [b"\x84\x31\x95\x33", &GB18030.encode(text).0[..]].concat();
    let files = [
        text.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        GB18030.encode(text).0.into_owned(),
        marked,
        utf16,
    ];
    for bytes in files {
        let rows = rows(&bytes);
        assert_eq!(ids(&rows), [(2, "1"), (3, "2")]);
        assert_eq!(rows[0].units, ["市教育局"]);
    }
}

#[test]
fn a_file_with_few_bad_records_stays_utf8() {
    let rows = rows(b"task_id,lead_unit,\xE6\xA0\x87\n1,\xE7\x94\xB2,a\n2,\xE7\x94,b\n3,c,d\n");
    assert_eq!(faults(&rows), [(3, "bad-encoding", "")]);
    assert_eq!(rows[1].raw, "2,\u{FFFD},b");
}

#[test]
fn an_encoding_that_shows_late_is_found_all_the_same() {
    let mut bytes = b"task_id,lead_unit\n".to_vec();
    for row in 0..200_000 {
        bytes.extend_from_slice(format!("{row},unit\n").as_bytes());
    }
    bytes.extend_from_slice(&GB18030.encode("x,市教育局\n").0);
    let rows = rows(&bytes);
    assert_eq!(rows.len(), 200_001);
    assert_eq!(rows[200_000].units, ["市教育局"]);
    assert_eq!(faults(&rows), []);
}

#[test]
fn the_tables_file_may_name_any_encoding() {
    let text = "task_id,lead_unit\n1,東京\n2,大阪\n";
    for (encoding, label) in [(ISO_2022_JP, "iso-2022-jp"), (EUC_JP, "euc-jp")] {
        let tables = format!("[tasks]\nencoding = \"{label}\"\n");
        let rows = rows_with(&encoding.encode(text).0, Some(&tables)).unwrap();
        assert_eq!(rows[1].units, ["大阪"]);
    }
    let mac = rows_with(b"task_id,lead_unit\r1,caf\x8E\r", Some("[tasks]\nencoding = \"macintosh\"\n")).unwrap();
    assert_eq!(mac[0].units, ["café"]);
}

#[test]
fn only_the_record_with_the_undecodable_bytes_is_rejected() {
    let named = Some("[tasks]\nencoding = \"gb18030\"\n");
    let rows = rows_with(b"task_id,lead_unit\n1,\xCA\xD0\n2,\xCA\n3,\x81\x30,\n4,\xCA\xD0", named).unwrap();
    assert_eq!(ids(&rows), [(2, "1"), (3, ""), (4, ""), (5, "4")]);
    assert_eq!(faults(&rows), [(3, "bad-encoding", ""), (4, "bad-encoding", "")]);
    let mut utf16: Vec<u8> = vec![0xFE, 0xFF];
    utf16.extend("task_id,lead_unit\n1,".encode_utf16().flat_map(u16::to_be_bytes));
    utf16.extend([0xD8, 0x00]);
    utf16.extend("\n2,b\n".encode_utf16().flat_map(u16::to_be_bytes));
    assert_eq!(faults(&super::rows(&utf16)), [(2, "bad-encoding", "")]);
}

#[test]
fn files_that_cannot_be_read_say_why() {
    let message = |files: &[(&str, &[u8])]| read_all(&folder(files), None).unwrap_err().to_string();
    assert_eq!(message(&[("tasks.csv", b"")]), "`tasks.csv` is empty: its first line must name the columns");
    assert!(message(&[("units.csv", b"unit_id\n")]).contains("has no table `tasks` and no table `measures`"));
    let unnamed = message(&[("units.csv", b"unit_id\n"), ("~1.csv", b""), ("2025.txt", b""), ("ledger.csv", b"a\n")]);
    assert!(unnamed.ends_with(" there, or give the file with the tasks by itself, such as `ledger.csv`"), "{unnamed}");
    let two = message(&[("tasks.csv", b"a\n"), ("tasks.parquet", b"")]);
    assert!(two.contains("tasks.csv` and `") && two.contains("tasks.parquet` are both the table `tasks`"), "{two}");
    assert!(message(&[("tasks.parquet", b"PAR1")]).starts_with("cannot read the table in `tasks.parquet`"));
    let header = rows_with(b"task_id,\xE7\x94\n", Some("[tasks]\nencoding = \"utf-8\"\n")).unwrap_err();
    assert!(header.to_string().starts_with("tasks.csv:1: the header has bytes that are no text in UTF-8"));
}

#[test]
fn a_large_file_keeps_its_order_and_lines_on_any_number_of_threads() {
    let mut text = "task_id,lead_unit,note\n".to_owned();
    for row in 0..90_000 {
        let note = if row % 7 == 0 { "\"two\nlines\"" } else { "one line of some length to fill the file with" };
        text.push_str(&format!("T{row},unit {},{note}\n", row % 50));
        text.push_str(if row % 1000 == 0 { "\nshort\n" } else { "" });
    }
    let folder = folder(&[("tasks.csv", text.as_bytes())]);
    let read = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let table = pool.install(|| read_all(&folder, None)).unwrap();
        (table.files[0].clone(), table.batches.into_iter().flatten().collect::<Vec<_>>())
    };
    let (file, rows) = read(1);
    let (file_again, again) = read(3);
    assert_eq!((&file, &rows), (&file_again, &again));
    assert_eq!((file.rows, rows.len(), faults(&rows).len()), (90_090, 90_090, 90));
    let lines = super::super::scan::tests::plain(text.as_bytes()).into_iter().skip(1);
    let lines = lines.filter(|(_, cells)| cells.len() > 1 || !cells[0].is_empty()).map(|(line, _)| line);
    assert!(rows.iter().map(|row| row.line).eq(lines));
    let places: BTreeSet<Place> = rows.iter().step_by(997).map(|row| Place { file: 0, line: row.line }).collect();
    let records = records(&sources(&folder, None).unwrap(), TableName::Tasks, &places).unwrap();
    assert_eq!(records.len(), places.len());
    for row in rows.iter().step_by(997) {
        assert_eq!(records[&Place { file: 0, line: row.line }], row.raw);
    }
}

#[test]
fn a_table_that_lies_on_its_side_is_an_error_that_says_so() {
    let message = |text: &str, tables: Option<&str>| rows_with(text.as_bytes(), tables).unwrap_err().to_string();
    let expected = "tasks.csv:5: `牵头单位` heads a row and no column: the table lies on its side. Turn its rows into \
                    columns in a spreadsheet (copy, then paste transposed), and save that";
    assert_eq!(message("任务编号,1,2\n任务名称,\"a\n\nb\",c\n牵头单位 ,甲,乙\n", None), expected);
    let tables = Some("[tasks]\ncolumns = { task_id = \"Project\", lead_unit = \"Dept\" }\n");
    let found = message("Project;1;2\nDept;a;b\n", tables);
    assert!(found.starts_with("tasks.csv:2: `Dept` heads a row and no column"), "{found}");
    let found = message("Project;1;2\nDepartment;a;b\n", tables);
    assert_eq!(found, "`tasks.csv` has no column `Dept`, which the tables file names for `lead_unit`");
    assert!(message("task_id,x\n1,lead_unit\n", None).starts_with("`tasks.csv` has no column `lead_unit`"));
}

#[test]
fn the_tables_file_may_name_the_headings_of_a_file_whose_header_is_broken() {
    let text = "task_id,lead_unit\n1,x,a\n2,y,b,c\n";
    assert_eq!(faults(&rows(text.as_bytes())).len(), 2);
    let found =
        rows_with(text.as_bytes(), Some("[tasks]\nheadings = [\"task_id\", \"note\", \"lead_unit\"]\n")).unwrap();
    assert_eq!((ids(&found), found[0].units.as_slice()), (vec![(2, "1"), (3, "")], ["a".to_owned()].as_slice()));
    assert_eq!(faults(&found), [(3, "ragged-row", "")]);
    let folder = folder(&[]);
    write_parquet(vec![Series::new("task_id".into(), ["1"]).into_column()], &folder).unwrap();
    let error = read_all(&folder, Some("[tasks]\nheadings = [\"task_id\"]\n")).unwrap_err().to_string();
    let expected = "`tasks.parquet` has headings of its own: `headings` in the tables file is for text files alone";
    assert_eq!(error, expected);
}

fn write_parquet(columns: Vec<Column>, folder: &TempDir) -> PolarsResult<()> {
    let mut frame = DataFrame::new_infer_height(columns)?;
    ParquetWriter::new(std::fs::File::create(folder.path().join("tasks.parquet"))?).finish(&mut frame)?;
    Ok(())
}

#[test]
fn parquet_columns_are_read_as_the_text_they_mean() {
    let folder = folder(&[]);
    let days = Series::new("due_on".into(), [Some(20_148_i32), None, Some(20_149)]).cast(&DataType::Date).unwrap();
    let moments = Series::new("completed_on".into(), [1_740_819_600_000_i64, 0, 0])
        .cast(&DataType::Datetime(TimeUnit::Milliseconds, None))
        .unwrap();
    let columns = vec![
        Series::new("task_id".into(), [Some(1_i64), None, Some(3)]).into_column(),
        Series::new("lead_unit".into(), [Some("甲、乙"), None, Some("a,b")]).into_column(),
        days.into_column(),
        moments.into_column(),
        Series::new("quality".into(), [Some(83.1), None, Some(1e22)]).into_column(),
        Series::new("区".into(), [Some(true), None, None]).into_column(),
    ];
    write_parquet(columns, &folder).unwrap();
    let table = read_all(&folder, None).unwrap();
    let rows: Vec<Seen> = table.batches.into_iter().flatten().collect();
    assert_eq!(ids(&rows), [(2, "1"), (3, ""), (4, "3")]);
    assert_eq!(rows[0].raw, "1,甲、乙,2025-03-01,2025-03-01 09:00:00,83.1,true");
    assert_eq!(rows[2].raw, "3,\"a,b\",2025-03-02,1970-01-01 00:00:00,10000000000000000000000,");
    assert_eq!(faults(&rows), [(3, "missing-value", "task_id")]);
    let wanted = BTreeSet::from([Place { file: 0, line: 4 }]);
    let again = records(&sources(&folder, None).unwrap(), TableName::Tasks, &wanted).unwrap();
    assert_eq!(again.values().collect::<Vec<_>>(), [&rows[2].raw]);
}

#[test]
fn a_large_parquet_file_keeps_its_order_and_lines() {
    let rows = 150_000_u64;
    let ids: Vec<Option<String>> = (0..rows).map(|row| (row % 1000 > 0).then(|| format!("T{row}"))).collect();
    let units: Vec<Option<&str>> = ids.iter().map(|id| id.as_ref().map(|_| "甲")).collect();
    let mut frame =
        DataFrame::new_infer_height(vec![Column::new("task_id".into(), &ids), Column::new("lead_unit".into(), units)])
            .unwrap();
    let folder = folder(&[]);
    for group in [40_000, 140_000] {
        let file = std::fs::File::create(folder.path().join("tasks.parquet")).unwrap();
        ParquetWriter::new(file).with_row_group_size(Some(group)).finish(&mut frame).unwrap();
        let table = read_all(&folder, None).unwrap();
        assert_eq!(table.files[0].rows, 149_850);
        let expected = (2..).zip(&ids).filter_map(|(line, id)| Some((line, id.clone()?)));
        assert!(table.batches.into_iter().flatten().map(|row| (row.line, row.id.unwrap())).eq(expected));
        let places = [3, 32_771, 140_003].map(|line| Place { file: 0, line });
        let again = records(&sources(&folder, None).unwrap(), TableName::Tasks, &BTreeSet::from(places)).unwrap();
        assert_eq!(again.into_values().collect::<Vec<_>>(), ["T1,甲", "T32769,甲", "T140001,甲"]);
    }
}

#[test]
fn rows_of_a_parquet_file_can_be_given_back_too() {
    let folder = folder(&[]);
    let columns = vec![
        Series::new("task_id".into(), [Some("1"), None, Some("3")]).into_column(),
        Series::new("lead_unit".into(), [Some("甲"), None, None]).into_column(),
        Series::new("quality".into(), [Some(83.1), None, Some(-1.5)]).into_column(),
    ];
    write_parquet(columns, &folder).unwrap();
    let also = tempfile::tempdir().unwrap();
    let text = "file,line,task_id,lead_unit,quality\ntasks.parquet,4,３,乙,'-2.5\ntasks.parquet,2,1,甲,90,x\n";
    fs::write(also.path().join("tasks.csv"), text).unwrap();
    let given = sources(&folder, None).unwrap().with_given_back(also.path()).unwrap();
    let batch = |_: &Dictionary, batch: TaskBatch| {
        (batch.lines.clone(), batch.faults.clone(), batch.numbers, batch.records.get(1))
    };
    let (lines, faults, numbers, record) = made(&given, &policy(), batch).unwrap().batches.pop().unwrap();
    let faults: Vec<_> = faults.iter().map(|(row, fault)| (*row, fault.code.id(), &*fault.message)).collect();
    assert_eq!(lines, [2, 4]);
    assert_eq!(faults, [(0, "ragged-row", "the record has 4 cells, and the header has 3")]);
    let quality = &numbers[&super::super::batch::TaskColumn::Quality];
    assert_eq!([0, 1].map(|row| quality.get(row)), [None, super::super::number::parse("-2.5").ok()]);
    assert_eq!(record, "３,乙,-2.5");
    let none = given.with_given_back(folder.path()).unwrap_err().to_string();
    assert!(none.contains("tasks.parquet` does not say where its rows stand"), "{none}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_that_are_given_back_make_reading_panic(
        header in "(file,line,(task_id,|lead_unit,|x,|,|\"|\n){0,4})?",
        bytes in prop_oneof![super::super::scan::tests::csv_bytes(), prop::collection::vec(any::<u8>(), 0..60)],
        line in 0_u64..5,
    ) {
        let ledger = folder(&[("tasks.csv", b"task_id,lead_unit,x\n1,a\n2,b,\xFF\n3,c,d,e\n")]);
        let place = format!("{header}\ntasks.csv,{line},");
        let also = folder(&[("tasks.csv", &[place.as_bytes(), &bytes[..]].concat())]);
        if let Ok(given) = sources(&ledger, None).unwrap().with_given_back(also.path()) {
            let read = made(&given, &policy(), |_, batch| batch.lines).unwrap();
            prop_assert_eq!(read.batches.concat(), [2, 3, 4]);
        }
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), label in 0_usize..5) {
        let tables = ["utf-8", "gb18030", "utf-16le", "iso-2022-jp", "big5"]
            .get(label)
            .map(|label| format!("[tasks]\nencoding = \"{label}\"\n"));
        for start in [&b""[..], b"task_id,lead_unit\n", b"\xFF\xFEt\0a\0"] {
            let _ = rows_with(&[start, &bytes].concat(), tables.as_deref());
            let _ = rows_with(&[start, &bytes].concat(), None);
        }
    }

    #[test]
    fn every_record_with_something_in_it_is_a_row(bytes in super::super::scan::tests::csv_bytes()) {
        let text = [b"task_id,lead_unit\n", &bytes[..]].concat();
        let tables = Some("[tasks]\nencoding = \"utf-8\"\n");
        let filled = |cell: &Vec<u8>| std::str::from_utf8(cell).is_ok_and(|text| text.trim().is_empty());
        let expected = super::super::scan::tests::plain(&text).into_iter().skip(1)
            .filter(|(_, cells)| !cells.iter().all(filled)).map(|(line, _)| line);
        let found = rows_with(&text, tables).unwrap();
        prop_assert_eq!(found.iter().map(|row| row.line).collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }
}
