//! A whole city in files of other kinds: its reports are those of the plain CSV files, to the byte.

use std::path::Path;

use encoding_rs::GB18030;
use num_traits::ToPrimitive;
use polars::prelude::{DataFrame, IntoColumn, NamedFrom, ParquetWriter, Series};
use rust_decimal::Decimal;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

use super::*;
use crate::policy::ExpectedReport;
use crate::report;
use crate::report::{Lang, TaskScores};
use crate::run;

const TABLES: [&str; 5] = ["tasks", "units", "posts", "prior", "holidays"];

const REPORTS: [ExpectedReport; 4] = [
    ExpectedReport::UnitScores,
    ExpectedReport::PersonScores,
    ExpectedReport::Recommendations,
    ExpectedReport::Rejects,
];

/// A table of the sample city, as text.
pub(super) fn city(table: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data-samples/city-2025");
    fs::read_to_string(folder.join(format!("{table}.csv"))).unwrap()
}

pub(super) fn records(text: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap()).collect()
}

/// The reports of a folder, by the built-in policy.
pub(super) fn reports(folder: &TempDir) -> Vec<String> {
    let (policy, _) = policy::parse(include_str!("../../../policies/wuhan-2021.toml"), "p.toml").unwrap();
    let mut tasks = Vec::new();
    let task_scores = TaskScores::new(&policy, Lang::Ids, &mut tasks);
    let run = run::run(&find(folder.path(), None).unwrap(), &policy, &|_| {}, Some(&task_scores)).unwrap();
    drop(task_scores);
    assert_eq!(run.ledger.tables.len(), TABLES.len());
    let others = REPORTS.iter().map(|report| report::text(&run.results(&policy), *report).unwrap().unwrap());
    others.chain([String::from_utf8(tasks).unwrap()]).collect()
}

/// The reports of the sample as it is.
pub(super) fn plain() -> Vec<String> {
    let tables: Vec<(String, String)> = TABLES.map(|table| (format!("{table}.csv"), city(table))).to_vec();
    let files: Vec<(&str, &[u8])> = tables.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    reports(&folder(&files))
}

/// Writes a cell as somebody types it who lets Excel make of it what it likes: dates, numbers and percentages.
pub(super) fn type_in(sheet: &mut Worksheet, row: u32, column: u16, cell: &str) {
    let (date, percent) = (Format::new().set_num_format("yyyy/m/d"), Format::new().set_num_format("0%"));
    let number =
        |text: &str| text.parse::<Decimal>().ok()?.to_f64().filter(|_| !text.starts_with('0') || text.contains('.'));
    if let Ok(day) = ExcelDateTime::parse_from_str(cell)
        && cell.len() == 10
    {
        sheet.write_datetime_with_format(row, column, &day, &date).unwrap();
    } else if let Some(value) = cell.strip_suffix('%').and_then(number) {
        sheet.write_number_with_format(row, column, value / 100.0, &percent).unwrap();
    } else if let Some(value) = number(cell) {
        sheet.write_number(row, column, value).unwrap();
    } else {
        sheet.write_string(row, column, cell).unwrap();
    }
}

/// A table as a workbook, typed in below some rows of titles.
fn typed(table: &str, titles: u32) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for title in 0..titles {
        sheet.write_string(title, 0, "2025年度督查台账").unwrap();
    }
    for (row, record) in (titles..).zip(records(&city(table))) {
        for (column, cell) in (0..).zip(&record) {
            type_in(sheet, row, column, cell);
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_ledger_typed_into_workbooks_scores_as_the_plain_one_does() {
    let files: Vec<(String, Vec<u8>)> =
        (0..).zip(TABLES).map(|(titles, table)| (format!("{table}.xlsx"), typed(table, titles))).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let (found, expected) = (reports(&folder(&files)), plain());
    for (found, expected) in found.iter().zip(&expected) {
        for (line, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
            assert_eq!(found, expected, "line {}", line + 1);
        }
    }
    assert_eq!(found, expected);
}

/// Records under headings, as CSV.
fn csv_of(headings: &csv::StringRecord, rows: &[csv::StringRecord], delimiter: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(headings).unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

fn parquet_of(headings: &csv::StringRecord, rows: &[csv::StringRecord]) -> Vec<u8> {
    let column = |(place, heading): (usize, &str)| {
        let cells: Vec<&str> = rows.iter().map(|row| &row[place]).collect();
        Series::new(heading.into(), cells).into_column()
    };
    let columns = headings.iter().enumerate().map(column).collect();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut DataFrame::new(rows.len(), columns).unwrap()).unwrap();
    bytes
}

fn sheet_of(headings: &csv::StringRecord, rows: &[csv::StringRecord], typed: bool) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, record) in (0..).zip(std::iter::once(headings).chain(rows)) {
        for (column, cell) in (0..).zip(record) {
            match typed {
                true => type_in(sheet, row, column, cell),
                false => {
                    sheet.write_string(row, column, cell).unwrap();
                }
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// The tasks of the city in twelve files, as twelve units would send them.
fn twelve_files() -> Vec<(String, Vec<u8>)> {
    let all = records(&city("tasks"));
    let (headings, rows) = all.split_first().unwrap();
    let parts: Vec<&[csv::StringRecord]> = rows.chunks(rows.len().div_ceil(12)).collect();
    assert_eq!(parts.len(), 12);
    let text = |part: usize, delimiter| csv_of(headings, parts[part], delimiter);
    let utf8 = |part: usize, delimiter| String::from_utf8(text(part, delimiter)).unwrap();
    let files = [
        ("xlsx", sheet_of(headings, parts[0], true)),
        ("csv", GB18030.encode(&utf8(1, b',')).0.into_owned()),
        ("csv.gz", super::formats::gzip(&text(2, b','))),
        ("csv.zst", zstd::encode_all(text(3, b',').as_slice(), 0).unwrap()),
        ("parquet", parquet_of(headings, parts[4])),
        ("tsv", text(5, b'\t')),
        ("csv", text(6, b';')),
        ("xlsm", sheet_of(headings, parts[7], false)),
        ("csv", utf8(8, b',').replace('\n', "\r\n").into_bytes()),
        ("tsv.gz", super::formats::gzip(&GB18030.encode(&utf8(9, b'\t')).0)),
        ("csv", [b"\xEF\xBB\xBF", &*text(10, b',')].concat()),
        (
            "csv",
            utf8(11, b',').encode_utf16().fold(vec![0xFF, 0xFE], |mut bytes, unit| {
                bytes.extend(unit.to_le_bytes());
                bytes
            }),
        ),
    ];
    (1..).zip(files).map(|(number, (ending, bytes))| (format!("tasks/{number:02}.{ending}"), bytes)).collect()
}

#[test]
fn twelve_files_of_as_many_kinds_score_as_the_one_plain_file_does() {
    let mut files = twelve_files();
    files.extend(TABLES.into_iter().skip(1).map(|table| (format!("{table}.csv"), city(table).into_bytes())));
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    assert_eq!(reports(&folder(&files)), plain());
}
