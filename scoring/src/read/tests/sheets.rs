//! Workbooks as departments fill them in: titles, merged headings, totals, several sheets.

use polars::prelude::{DataFrame, IntoColumn, NamedFrom, ParquetWriter, Series};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

use super::*;
use crate::link::Ledger;
use crate::run;

/// Rows of text from the first row on.
fn write(sheet: &mut Worksheet, rows: &[&[&str]]) {
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
}

/// A workbook of named sheets.
fn book(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        write(book.add_worksheet().set_name(*name).unwrap(), rows);
    }
    book.save_to_buffer().unwrap()
}

/// A workbook of one sheet.
fn sheet(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

fn merge(sheet: &mut Worksheet, from: (u32, u16), to: (u32, u16), text: &str) {
    sheet.merge_range(from.0, from.1, to.0, to.1, text, &Format::new()).unwrap();
}

fn read(bytes: &[u8], tables: &str) -> Result<Read<Vec<Seen>>, ReadError> {
    read_all(&folder(&[("tasks.xlsx", bytes)]), Some(tables))
}

fn read_rows(bytes: &[u8], tables: &str) -> Vec<Seen> {
    read(bytes, tables).unwrap().batches.into_iter().flatten().collect()
}

fn error(bytes: &[u8], tables: &str) -> String {
    read(bytes, tables).unwrap_err().to_string()
}

fn check(folder: &TempDir, tables: Option<&str>) -> Ledger {
    run::check(&sources(folder, tables).unwrap(), &policy(), &|_| {}).unwrap()
}

fn raws(rows: &[Seen]) -> Vec<&str> {
    rows.iter().map(|row| row.raw.as_str()).collect()
}

const HEADINGS: &[&str] = &["编号", "牵头单位", "完成时限"];

#[test]
fn headings_are_found_below_titles_and_lines_are_those_of_the_sheet() {
    let rows: &[&[&str]] = &[
        &["2025年度督查台账"],
        &["填报单位：甲局", "", "填报人：乙"],
        &[],
        HEADINGS,
        &["1", "甲"],
        &[],
        &["2", "乙", "长期", "备注"],
    ];
    let table = read(&book(&[("督查", rows)]), "").unwrap();
    assert_eq!((table.files[0].name.as_str(), table.files[0].rows), ("tasks.xlsx#督查", 2));
    let rows: Vec<Seen> = table.batches.into_iter().flatten().collect();
    assert_eq!(ids(&rows), [(5, "1"), (7, "2")]);
    assert_eq!(raws(&rows), ["1,甲,", "2,乙,长期"]);
}

#[test]
fn spaces_and_line_breaks_inside_a_heading_hide_no_column() {
    let bytes = book(&[("a", &[&["编　号", "牵头\n单位", "完成 时限", "备 注"], &["1", "甲", "长期"]])]);
    let table = read(&bytes, "[tasks]\ncolumns = { due_on = \"完成 时限\", title = \"备 注\" }\n").unwrap();
    let heading = |id| table.headings.of(0, TableName::Tasks.column(id).unwrap());
    assert_eq!(["task_id", "lead_unit", "due_on", "title"].map(heading), ["编号", "牵头单位", "完成 时限", "备 注"]);
}

#[test]
fn a_header_below_the_rows_that_are_looked_at_is_named_in_the_tables_file() {
    let mut rows: Vec<&[&str]> = vec![&["说明"]; 20];
    rows.extend([HEADINGS, &["1", "甲"]]);
    let bytes = book(&[("a", &rows)]);
    assert_eq!(ids(&read_rows(&bytes, "[tasks]\nheader_row = 21\n")), [(22, "1")]);
    let message = error(&bytes, "");
    assert!(message.starts_with("`tasks.xlsx#a` has no column `task_id` (or `任务编号`"), "{message}");
    assert!(message.ends_with("(row 1 was taken for the headings, as none of the first 20 has all that must be there; [tasks] header_row = … names another)"), "{message}");
    assert!(error(&bytes, "[tasks]\nheader_row = 1\n").starts_with("`tasks.xlsx#a` has no column `task_id`"));
    assert_eq!(
        error(&bytes, "[tasks]\nheader_row = 40\n"),
        "`tasks.xlsx#a` is empty: its first line must name the columns"
    );
}

/// 编号 and 区 are merged over both rows, 责任单位 and 进度 over two columns each.
fn two_rows(sheet: &mut Worksheet) {
    merge(sheet, (0, 0), (0, 5), "2025年度督查台账");
    merge(sheet, (1, 0), (2, 0), "编号");
    merge(sheet, (1, 1), (1, 2), "责任单位");
    merge(sheet, (1, 3), (1, 4), "进度");
    merge(sheet, (1, 5), (2, 5), "区");
    for (column, cell) in [(1, "牵头单位"), (2, "配合单位"), (3, "说明"), (4, "完成日期")] {
        sheet.write_string(2, column, cell).unwrap();
    }
    for (column, cell) in ["1", "甲", "乙", "好", "2025-03-01", "东"].into_iter().enumerate() {
        sheet.write_string(3, column as u16, cell).unwrap();
    }
}

#[test]
fn two_rows_of_merged_headings_are_one_header() {
    let bytes = sheet(two_rows);
    for tables in ["", "[tasks]\nheader_rows = [2, 3]\n"] {
        let table = read(&bytes, tables).unwrap();
        let heading = |id| table.headings.of(0, TableName::Tasks.column(id).unwrap());
        assert_eq!(
            ["task_id", "lead_unit", "co_units", "completed_on"].map(heading),
            ["编号", "牵头单位", "配合单位", "完成日期"]
        );
        assert_eq!(raws(&table.batches[0]), ["1,甲,乙,好,2025-03-01,东"]);
    }
    let table =
        read(&bytes, "[tasks]\ncolumns = { title = \"进度/说明\", completed_on = \"进度/完成日期\" }\n").unwrap();
    assert_eq!(table.headings.of(0, 1), "进度/说明");
    let one = error(&bytes, "[tasks]\nheader_row = 3\n");
    assert!(one.starts_with("`tasks.xlsx#Sheet1` has no column `task_id`"), "{one}");
}

#[test]
fn a_lower_heading_that_two_columns_have_keeps_the_upper_one() {
    let bytes = sheet(|sheet| {
        merge(sheet, (0, 0), (1, 0), "编号");
        merge(sheet, (0, 1), (1, 1), "牵头单位");
        merge(sheet, (0, 2), (0, 3), "一季度");
        merge(sheet, (0, 4), (0, 5), "二季度");
        for (column, cell) in ["", "", "目标值", "完成值", "目标值", "完成值"].into_iter().enumerate() {
            sheet.write_string(1, column as u16, cell).unwrap();
        }
        sheet.write_string(2, 0, "1").unwrap().write_string(2, 1, "甲").unwrap();
    });
    let table = read(&bytes, "[tasks]\ncolumns = { target = \"二季度/目标值\" }\n").unwrap();
    let heading = |id| table.headings.of(0, TableName::Tasks.column(id).unwrap());
    assert_eq!([heading("target"), heading("actual")], ["二季度/目标值", ""]);
}

#[test]
fn a_row_below_a_wide_heading_is_no_second_row_of_headings() {
    let bytes = sheet(|sheet| {
        sheet.write_string(0, 0, "编号").unwrap().write_string(0, 1, "牵头单位").unwrap();
        merge(sheet, (0, 2), (0, 3), "备注");
        sheet.write_string(1, 2, "待补").unwrap();
    });
    assert_eq!(faults(&read_rows(&bytes, "")), [(2, "missing-value", "编号")]);
}

#[test]
fn merged_cells_are_blank_but_for_the_first_unless_they_are_to_be_filled() {
    let bytes = sheet(|sheet| {
        write(sheet, &[HEADINGS, &["1"], &["2"], &["3"], &["4", "丙"]]);
        merge(sheet, (1, 1), (2, 1), "甲");
    });
    assert_eq!(faults(&read_rows(&bytes, "")), [(3, "missing-value", "牵头单位"), (4, "missing-value", "牵头单位")]);
    for column in ["lead_unit", "牵头单位"] {
        let rows = read_rows(&bytes, &format!("[tasks]\nfill_down = [\"{column}\"]\n"));
        let units: Vec<_> = rows.iter().map(|row| row.units.concat()).collect();
        assert_eq!(units, ["甲", "甲", "", "丙"]);
        assert_eq!(faults(&rows), [(4, "missing-value", "牵头单位")]);
        assert_eq!(raws(&rows)[1], "2,甲,");
    }
    let message = error(&bytes, "[tasks]\nfill_down = [\"主责单位\"]\n");
    assert_eq!(message, "`tasks.xlsx#Sheet1` has no column `主责单位`, which the tables file names for `fill_down`");
}

#[test]
fn totals_are_skipped_and_counted_in_workbooks_and_elsewhere_when_asked_for() {
    let rows: &[&[&str]] = &[HEADINGS, &["1", "甲"], &["小 计：", "1"], &["2", "合计"], &["", "总计", "3"]];
    let text = "编号,牵头单位,完成时限\n1,甲,\n小 计：,1,\n2,合计,\n,总计,3\n";
    let folder = folder(&[
        ("tasks/a.xlsx", &book(&[("a", rows)])),
        ("tasks/b.csv", text.replace("1,甲", "3,甲").replace("2,合", "4,合").as_bytes()),
    ]);
    let account = |tables: &str| {
        let ledger = check(&folder, Some(tables));
        let of = &ledger.tables[0];
        assert_eq!(of.read, of.accepted() + of.rejected + of.skipped());
        let skipped: Vec<&[u64]> = of.files.iter().map(|file| file.skipped.as_slice()).collect();
        (of.read, of.accepted(), of.rejected, skipped.concat())
    };
    assert_eq!(account(""), (8, 5, 1, vec![3, 5]));
    assert_eq!(account("[tasks]\nskip_totals = true\n"), (8, 4, 0, vec![3, 5, 3, 5]));
    assert_eq!(account("[tasks]\nskip_totals = false\n"), (8, 4, 4, vec![]));
}

#[test]
fn cells_mean_what_the_sheet_shows() {
    let bytes = sheet(|sheet| {
        write(sheet, &[&["编号", "牵头单位", "交办日期", "完成时限", "目标值", "完成值", "质量评分", "区", "佐证"]]);
        let format = |code: &str| Format::new().set_num_format(code);
        let day = ExcelDateTime::parse_from_str("2025-03-01").unwrap();
        let time = ExcelDateTime::parse_from_str("2025-03-01 14:30:00").unwrap();
        sheet.write_number(1, 0, 20_250_301_001.0).unwrap();
        sheet.write_number(1, 1, 12.0).unwrap();
        sheet.write_datetime_with_format(1, 2, &time, &format("yyyy/m/d h:mm")).unwrap();
        sheet.write_datetime_with_format(1, 3, &day, &format("yyyy\"年\"m\"月\"")).unwrap();
        sheet.write_number(1, 4, 83.333_333_333_333_33).unwrap();
        sheet.write_number_with_format(1, 5, 0.123_456, &format("0%")).unwrap();
        sheet.write_string(1, 6, "95.50").unwrap();
        sheet.write_boolean(1, 7, true).unwrap();
        sheet.write_formula(1, 8, Formula::new("=1/3+0.1").set_result("0.433333333333333")).unwrap();
    });
    let rows = read_rows(&bytes, "");
    assert_eq!(
        raws(&rows),
        ["20250301001,12,2025-03-01 14:30:00,2025-03,83.3333333333333,12.3456%,95.50,true,0.433333333333333"]
    );
    assert_eq!(faults(&rows), []);
}

#[test]
fn an_error_in_a_cell_is_never_blank() {
    let bytes = sheet(|sheet| {
        write(sheet, &[&["编号", "牵头单位", "完成时限", "目标值"], &["1", "甲"], &["2", "乙"], &["3"], &["", "丙"]]);
        sheet.write_formula(1, 2, Formula::new("=NA()").set_result("#N/A")).unwrap();
        sheet.write_formula(2, 3, Formula::new("=A1/0").set_result("#DIV/0!")).unwrap();
        sheet.write_formula(3, 1, Formula::new("=VLOOKUP(A4,X:Y,2,0)").set_result("#N/A")).unwrap();
        sheet.write_formula(4, 0, Formula::new("=B0").set_result("#REF!")).unwrap();
    });
    let ledger = check(&folder(&[("tasks.xlsx", &bytes)]), None);
    let found: Vec<_> =
        ledger.rejects.iter().map(|reject| (reject.fault.code.id(), reject.fault.message.as_str())).collect();
    let expected = [
        ("bad-date", "`#N/A` is no date"),
        ("bad-number", "`#DIV/0!` is no number"),
        ("out-of-range", "`#N/A` is the error of a formula, and no value"),
        ("out-of-range", "`#REF!` is the error of a formula, and no value"),
    ];
    assert_eq!(found, expected);
    assert_eq!(ledger.rejects[2].fault.column, "牵头单位");
    assert_eq!(ledger.rejects[0].file, "tasks.xlsx#Sheet1");
    assert_eq!(ledger.rejects[0].raw.as_deref(), Some("1,甲,#N/A,"));
}

#[test]
fn of_several_sheets_the_one_is_read_that_is_named_like_the_table_or_alone_fits() {
    let other: &[&[&str]] = &[&["科目", "金额"]];
    let tasks: &[&[&str]] = &[HEADINGS, &["1", "甲"]];
    let file = |sheets: &[(&str, &[&[&str]])], tables: &str| {
        read(&book(sheets), tables).map(|table| table.files[0].name.clone()).map_err(|error| error.to_string())
    };
    assert_eq!(file(&[("说明", other), ("台账", tasks), ("旧", tasks)], "").unwrap(), "tasks.xlsx#台账");
    assert_eq!(file(&[("说明", other), ("Sheet2", tasks), ("Sheet3", &[])], "").unwrap(), "tasks.xlsx#Sheet2");
    let two = &[("一月", tasks), ("二月", tasks), ("说明", other)];
    assert_eq!(
        file(two, "").unwrap_err(),
        "`一月`, `二月` of `tasks.xlsx` could each be the table `tasks`: name one in the tables file, [tasks] sheet = \
         \"…\", or read several as one table, sheets = [\"…\", \"…\"] or \"all\""
    );
    assert_eq!(file(two, "[tasks]\nsheet = \"二月\"\n").unwrap(), "tasks.xlsx#二月");
    assert_eq!(file(two, "[tasks]\nsheet = 2\n").unwrap(), "tasks.xlsx#二月");
    let missing =
        "`tasks.xlsx` has no sheet `三月`, which the tables file names; its sheets are `一月`, `二月`, `说明`";
    assert_eq!(file(two, "[tasks]\nsheet = \"三月\"\n").unwrap_err(), missing);
    let none = file(&[("a", other), ("b", other)], "").unwrap_err();
    assert!(none.starts_with("no sheet of `tasks.xlsx` (`a`, `b`) has the headings of the table `tasks`"), "{none}");
}

#[test]
fn hidden_sheets_are_read_when_they_are_named() {
    let mut book = Workbook::new();
    write(book.add_worksheet().set_name("新").unwrap(), &[HEADINGS, &["1", "甲"]]);
    write(book.add_worksheet().set_name("旧").unwrap().set_hidden(true), &[HEADINGS, &["2", "乙"]]);
    let bytes = book.save_to_buffer().unwrap();
    for (tables, id) in [("", "1"), ("[tasks]\nsheets = \"all\"\n", "1"), ("[tasks]\nsheet = \"旧\"\n", "2")] {
        assert_eq!(ids(&read_rows(&bytes, tables)), [(2, id)], "{tables}");
    }
}

#[test]
fn several_sheets_are_one_ledger_whose_rows_remember_their_sheet() {
    let bytes = book(&[
        ("甲局", &[HEADINGS, &["1", "甲"], &["2", "甲"]]),
        ("乙局", &[&["标题"], &["lead_unit", "task_id"], &["乙", "2"]]),
    ]);
    let folder = folder(&[("tasks.xlsx", &bytes)]);
    let ledger = check(&folder, Some("[tasks]\nsheets = \"all\"\n"));
    let found: Vec<_> = ledger
        .rejects
        .iter()
        .map(|reject| (reject.file.as_str(), reject.place.line, reject.fault.message.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("tasks.xlsx#甲局", 3, "line 3 of `tasks.xlsx#乙局` has the same id"),
            ("tasks.xlsx#乙局", 3, "line 3 of `tasks.xlsx#甲局` has the same id"),
        ]
    );
    let raws: Vec<_> = ledger.rejects.iter().map(|reject| reject.raw.as_deref().unwrap_or("none")).collect();
    assert_eq!(raws, ["2,甲,", "乙,2"]);
    let rows = read_rows(&bytes, "[tasks]\nsheets = [\"乙局\", 1]\nids = \"row\"\n");
    assert_eq!(ids(&rows), [(3, "tasks#乙局:3"), (2, "tasks#甲局:2"), (3, "tasks#甲局:3")]);
}

#[test]
fn small_tables_may_be_workbooks_too() {
    let folder = folder(&[
        ("tasks.csv", "task_id,lead_unit\n1,甲\n".as_bytes()),
        (
            "units.xlsx",
            &book(&[
                ("单位", &[&["单位名单"], &["单位编号", "单位名称"], &["U1", "甲"], &["合计", "1"]]),
                ("Sheet2", &[]),
            ]),
        ),
    ]);
    let ledger = check(&folder, None);
    assert_eq!(ledger.units.iter().map(|unit| unit.id.as_str()).collect::<Vec<_>>(), ["U1"]);
    let units = &ledger.tables[1];
    assert_eq!(
        (units.files[0].name.as_str(), units.read, units.accepted(), units.skipped()),
        ("units.xlsx#单位", 2, 1, 1)
    );
}

#[test]
fn totals_of_parquet_files_are_skipped_when_asked_for() {
    let column = |name: &str, cells: [&str; 4]| Series::new(name.into(), cells).into_column();
    let columns = vec![column("编号", ["1", "", "合计", "2"]), column("牵头单位", ["甲", "小计", "1", "合计"])];
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut DataFrame::new(4, columns).unwrap()).unwrap();
    let folder = folder(&[("tasks.parquet", &bytes)]);
    let found = |tables| {
        let table = read_all(&folder, Some(tables)).unwrap();
        let lines: Vec<u64> = table.batches.iter().flatten().map(|row| row.line).collect();
        (table.files[0].rows, table.files[0].skipped.clone(), lines)
    };
    assert_eq!(found(""), (4, vec![], vec![2, 3, 4, 5]));
    assert_eq!(found("[tasks]\nskip_totals = true\n"), (4, vec![3, 4], vec![2, 5]));
}

#[test]
fn a_cell_far_away_costs_nothing() {
    let bytes = sheet(|sheet| {
        write(sheet, &[HEADINGS, &["1", "甲"]]);
        sheet.write_string(1_048_575, 16_383, "x").unwrap();
    });
    let table = read(&bytes, "").unwrap();
    assert_eq!(table.files[0].rows, 1);
    assert_eq!(table.headings.of(0, 0), "编号");
}

#[test]
fn many_rows_keep_their_order() {
    let rows: Vec<[String; 2]> = (0..100_000).map(|row| [row.to_string(), "甲".to_owned()]).collect();
    let bytes = sheet(|sheet| {
        write(sheet, &[HEADINGS]);
        for (row, cells) in (1..).zip(&rows) {
            sheet.write_string(row, 0, &cells[0]).unwrap().write_string(row, 1, &cells[1]).unwrap();
        }
    });
    let found = read_rows(&bytes, "");
    let expected: Vec<(u64, &str)> = (2..).zip(rows.iter().map(|cells| cells[0].as_str())).collect();
    assert!(ids(&found) == expected);
}
