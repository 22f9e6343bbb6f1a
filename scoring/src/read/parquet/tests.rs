use std::fs;

use polars::prelude::{Column, DataFrame, DataType, IntoColumn, NamedFrom, ParquetWriter, Series};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::moment::Day;

/// Written by pyarrow with room for 100 bytes in a dictionary, in row groups of 60 rows and pages of a few: the first
/// pages of the persons hold codes, and those after them texts.
const HALF_PLAIN: &[u8] = include_bytes!("half_plain.parquet");

fn file(write: impl FnOnce(&mut fs::File)) -> (TempDir, SourceFile) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tasks.parquet");
    write(&mut fs::File::create(&path).unwrap());
    (folder, SourceFile::new(&path))
}

fn id(row: usize) -> String {
    format!("T{row:05}")
}

fn day(row: usize) -> Option<i32> {
    (!row.is_multiple_of(5)).then_some(20_000 + row as i32 % 7)
}

fn number(row: usize) -> Option<i64> {
    (row % 7 > 1).then_some(row as i64 * 1000)
}

/// So many ids in row groups of so many rows, enough for them not to get a dictionary, and in pages of few, with a unit
/// each, and a text, a day and a number that are not always there.
fn ids(rows: usize, of_group: usize) -> (TempDir, SourceFile) {
    let ids: Vec<String> = (0..rows).map(id).collect();
    let units: Vec<String> = (0..rows).map(|row| format!("U{}", row % 2)).collect();
    let texts: Vec<Option<&str>> = (0..rows).map(|row| (row % 3 > 0).then_some("甲")).collect();
    let days = Series::new("due_on".into(), (0..rows).map(day).collect::<Vec<_>>()).cast(&DataType::Date).unwrap();
    let numbers: Vec<Option<i64>> = (0..rows).map(number).collect();
    let columns = [
        Series::new("task_id".into(), ids),
        Series::new("lead_unit".into(), units),
        Series::new("区".into(), texts),
        days,
        Series::new("target".into(), numbers),
    ];
    let columns: Vec<Column> = columns.map(IntoColumn::into_column).into();
    let mut table = DataFrame::new_infer_height(columns).unwrap();
    file(|file| {
        let writer = ParquetWriter::new(file).with_row_group_size(Some(of_group)).with_data_page_size(Some(100));
        writer.finish(&mut table).unwrap();
    })
}

fn cells(column: &TypedColumn, rows: usize) -> Vec<String> {
    (0..rows).map(|row| column.cell(row).into_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn rows_anywhere_in_a_row_group_have_the_texts_of_the_file(
        of_group in 130..300_usize, group in 0..3_usize, start in 0..1000_usize, rows in 1..1000_usize
    ) {
        let (_folder, file) = ids(of_group * 3, of_group);
        let outline = Outline::of(&file).unwrap();
        prop_assert_eq!(outline.slices.iter().map(|slice| slice.rows).collect::<Vec<_>>(), [of_group; 3]);
        let start = start % of_group;
        let rows = 1 + rows % (of_group - start);
        let columns = outline.columns(&file, Slice { start, rows, ..outline.slices[group] }).unwrap();
        prop_assert!(matches!(columns[0], TypedColumn::Plain(_)), "ids are read as they stand");
        prop_assert!(matches!(columns[1], TypedColumn::Coded(_)) && matches!(columns[2], TypedColumn::Coded(_)));
        let all = || (of_group * group + start..).take(rows);
        prop_assert_eq!(cells(&columns[0], rows), all().map(id).collect::<Vec<_>>());
        prop_assert_eq!(cells(&columns[1], rows), all().map(|row| format!("U{}", row % 2)).collect::<Vec<_>>());
        let texts = all().map(|row| if row % 3 > 0 { "甲" } else { "" });
        prop_assert_eq!(cells(&columns[2], rows), texts.collect::<Vec<_>>());
        let is_day_coded = matches!(&columns[3], TypedColumn::Values(values) if values.is_coded());
        prop_assert!(is_day_coded);
        let days = all().map(|row| day(row).map_or(String::new(), |day| Day(day).date().unwrap().to_string()));
        prop_assert_eq!(cells(&columns[3], rows), days.collect::<Vec<_>>());
        let numbers = all().map(|row| number(row).map_or(String::new(), |number| number.to_string()));
        prop_assert_eq!(cells(&columns[4], rows), numbers.collect::<Vec<_>>());
        let cut = rows / 2;
        prop_assert_eq!(cells(&columns[0].slice(cut, rows - cut), rows - cut), all().skip(cut).map(id).collect::<Vec<_>>());
        let odd = columns[0].filter(&(0..rows).map(|row| Some(row % 2 == 1)).collect()).unwrap();
        prop_assert_eq!(cells(&odd, rows / 2), all().skip(1).step_by(2).map(id).collect::<Vec<_>>());
        let ids = columns[0].short_ids().unwrap();
        prop_assert!((0..rows).map(|row| ids.get(row)).eq(cells(&columns[0], rows).iter().map(|id| Some(id.as_str()))));
    }
}

#[test]
fn a_column_whose_pages_are_codes_first_and_texts_then_is_read_as_texts() {
    let (_folder, file) = file(|file| std::io::Write::write_all(file, HALF_PLAIN).unwrap());
    let outline = Outline::of(&file).unwrap();
    assert_eq!(outline.slices.iter().map(|slice| slice.rows).collect::<Vec<_>>(), [60, 40]);
    let mut first = 0;
    for slice in &outline.slices {
        let columns = outline.columns(&file, *slice).unwrap();
        let [TypedColumn::Plain(_), TypedColumn::Coded(_), TypedColumn::Values(_)] = columns.as_slice() else {
            panic!("{columns:?}");
        };
        for (row, number) in (first..).take(slice.rows).enumerate() {
            let person = if number % 9 > 0 { format!("P{:03}", number * 7 % 100) } else { String::new() };
            let expected = [id(number), format!("U{}", number % 7), person];
            assert_eq!([0, 1, 2].map(|column: usize| columns[column].cell(row).into_owned()), expected);
        }
        first += slice.rows;
    }
}

#[test]
fn texts_that_are_not_plainly_read_are_left_to_polars() {
    for odd in ["", " T1", "甲", "N1", &"T".repeat(200)] {
        let mut ids: Vec<String> = (0..150).map(id).collect();
        ids.push(odd.to_owned());
        let column = Series::new("task_id".into(), &ids).into_column();
        let mut table = DataFrame::new_infer_height(vec![column]).unwrap();
        let (_folder, file) = file(|file| {
            ParquetWriter::new(file).finish(&mut table).unwrap();
        });
        let outline = Outline::of(&file).unwrap();
        let columns = outline.columns(&file, outline.slices[0]).unwrap();
        assert!(matches!(columns[0], TypedColumn::Values(_)), "{odd}");
        assert_eq!(cells(&columns[0], ids.len()), ids);
    }
}
