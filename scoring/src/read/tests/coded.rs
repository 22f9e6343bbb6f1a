//! Columns whose texts stand in a dictionary beside the same cells elsewhere.

use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, ParquetWriter, Series};
use proptest::prelude::*;
use proptest::sample::select;

use super::super::coding::Coding;
use super::super::layout;
use super::super::names::Names;
use super::super::typed::{CodedTexts, Codes, Distinct, TypedColumn};
use super::super::width::half;
use super::typed::said;
use super::*;

const HEADINGS: [&str; 8] = ["task_id", "lead_unit", "co_units", "principal", "level", "due_on", "status", "区"];

const CELLS: [&str; 17] = [
    "",
    "甲",
    " 甲　",
    "甲、乙",
    "U1",
    "U1;U2 ;甲等",
    "Ｕ１，丙",
    "无",
    "/",
    "一般",
    "重大",
    "active",
    "取消",
    "合计",
    "长期",
    "2025-03-01",
    "a name of more than twelve bytes",
];

const TABLES: [&str; 3] = [
    "",
    "[tasks]\nskip_totals = true\n",
    "[tasks.values]\nlevel = { \"甲\" = \"一般\" }\nlead_unit = { \"/\" = \"乙\" }\n",
];

fn cells(rows: usize) -> impl Strategy<Value = Vec<Option<&'static str>>> {
    prop::collection::vec(prop::option::weighted(0.8, select(&CELLS[..])), rows)
}

fn parquet(columns: &[Vec<Option<&str>>], rows_of_group: Option<usize>) -> TempDir {
    let folder = folder(&[]);
    let column = |(heading, cells): (&str, &Vec<Option<&str>>)| Series::new(heading.into(), cells).into_column();
    let columns: Vec<Column> = HEADINGS.into_iter().zip(columns).map(column).collect();
    let file = fs::File::create(folder.path().join("tasks.parquet")).unwrap();
    let writer = ParquetWriter::new(file).with_row_group_size(rows_of_group);
    writer.finish(&mut DataFrame::new_infer_height(columns).unwrap()).unwrap();
    folder
}

fn csv(columns: &[Vec<Option<&str>>]) -> TempDir {
    let mut text = HEADINGS.join(",") + "\n";
    for row in 0..columns[0].len() {
        let cells = columns.iter().map(|cells| format!("\"{}\"", cells[row].unwrap_or_default()));
        text += &(cells.collect::<Vec<_>>().join(",") + "\n");
    }
    folder(&[("tasks.csv", text.as_bytes())])
}

/// A dictionary with a text that stands in it twice.
fn coded(keys: &[Option<u32>]) -> CodedTexts {
    let texts = ["seldom", "甲", "甲、乙", "", "乙", "甲"];
    let bytes = texts.iter().flat_map(|text| [&(text.len() as u32).to_le_bytes(), text.as_bytes()].concat());
    let distinct = Distinct::of_page(bytes.collect(), texts.len()).unwrap();
    let codes = keys.iter().map(|key| key.unwrap_or(texts.len() as u32)).collect();
    CodedTexts::new(distinct, Codes::new(codes, keys.contains(&None)))
}

/// What is read of each row, whatever rows it is read with.
fn by_row(folder: &TempDir) -> Vec<String> {
    let read = made(&sources(folder, None).unwrap(), &policy(), |names, batch| {
        let unit = |code: &u32| names.units.name(*code).to_owned();
        let person = |code: &u32| names.persons.name(*code).to_owned();
        let row = |row: usize| {
            let units = [Some(&batch.lead_unit), batch.co_units.as_ref()];
            let units = units.map(|units| units.map(|units| units.get(row).iter().map(unit).collect::<Vec<_>>()));
            let persons = batch
                .persons
                .each_ref()
                .map(|persons| persons.as_ref().map(|persons| persons.get(row).iter().map(person).collect::<Vec<_>>()));
            let fault = batch.faults.iter().find(|(faulty, _)| *faulty == row).map(|(_, fault)| fault);
            let (line, id, record) = (batch.lines.get(row), batch.task_id.get(row), batch.records.get(row));
            format!("{line:?} {id:?} {units:?} {persons:?} {fault:?} {record:?}")
        };
        (0..batch.lines.len()).map(row).collect::<Vec<_>>()
    });
    read.unwrap().batches.concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn rows_are_read_alike_whatever_row_group_they_are_in(
        columns in (1..40_usize).prop_flat_map(|rows| Vec::from(HEADINGS.map(|_| cells(rows)))),
        rows_of_group in 1..40_usize,
    ) {
        prop_assert_eq!(by_row(&parquet(&columns, Some(rows_of_group))), by_row(&csv(&columns)));
    }

    #[test]
    fn texts_of_a_dictionary_are_read_as_those_of_a_csv_file(
        columns in (1..40_usize).prop_flat_map(|rows| Vec::from(HEADINGS.map(|_| cells(rows)))),
        tables in select(&TABLES[..]),
    ) {
        let policy = policy();
        prop_assert_eq!(said(&parquet(&columns, None), tables, &policy), said(&csv(&columns), tables, &policy));
    }

    #[test]
    fn lists_of_a_dictionary_are_those_of_each_row(
        mut keys in prop::collection::vec(prop::option::of(1..6_u32), 1..30),
        in_order: bool,
        cut in 0..30_usize,
        kept in prop::collection::vec(any::<bool>(), 30),
    ) {
        if in_order {
            let mut met = Vec::new();
            for key in keys.iter_mut().flatten() {
                let place = met.iter().position(|known| known == key).unwrap_or_else(|| {
                    met.push(*key);
                    met.len() - 1
                });
                *key = place as u32;
            }
        }
        let whole = TypedColumn::Coded(coded(&keys));
        let cut = cut.min(keys.len());
        let mask = kept.iter().take(keys.len()).map(|kept| Some(*kept)).collect();
        let parts = [whole.slice(0, cut), whole.slice(cut, keys.len() - cut), whole.filter(&mask).unwrap()];
        let (mut at_once, mut each) = (Names::default(), Names::default());
        for part in &parts {
            let part = part.coded().unwrap();
            let mut coding = Coding::new(&mut each, 0);
            part.codes().iter().for_each(|code| coding.add(part.cell(*code)));
            let plain = coding.settled();
            let listed = at_once.listed(part);
            for row in 0..part.codes().len() {
                prop_assert_eq!(listed.get(row), plain.get(row));
            }
        }
        prop_assert_eq!(at_once.iter().collect::<Vec<_>>(), each.iter().collect::<Vec<_>>());
    }

    #[test]
    fn short_ids_are_as_they_are_read_one_by_one(
        cells in prop::collection::vec(prop_oneof![4 => "[A-Za-z0-9][!-~]{0,11}", 1 => "[ -~人Ａ]{0,14}"], 0..6)
    ) {
        let ids = TypedColumn::of(Series::new("".into(), &cells)).unwrap().unwrap().short_ids();
        let read: Vec<Option<String>> =
            cells.iter().map(|cell| layout::as_written(cell).map(|cell| half(cell).into_owned())).collect();
        if let Some(ids) = ids {
            let found: Vec<Option<String>> = (0..cells.len()).map(|row| ids.get(row).map(str::to_owned)).collect();
            prop_assert_eq!((found, ids.len()), (read, cells.len()));
        } else {
            prop_assert!(cells.iter().any(|cell| cell.len() > 12 || !layout::is_plain(cell.as_bytes()) || !cell.is_ascii()));
        }
    }
}
