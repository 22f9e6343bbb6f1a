//! Rejected rows that were corrected come back in the place of their rows.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what a test needs and lacks fails it")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use encoding_rs::GB18030;
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use scoring::report::{self, Lang, Options};
use scoring::{policy, read, run};
use support::project;
use tempfile::TempDir;

/// The files of a run by name, with their bytes; or why there are none.
type Ran = Result<BTreeMap<String, Vec<u8>>, String>;

/// A table that was good.
struct Good {
    file: &'static str,
    /// Its records as cells.
    records: Vec<Vec<String>>,
    /// The place of the record on each line of the damaged file.
    lines: BTreeMap<u64, usize>,
}

struct Run<'a> {
    data: &'a Path,
    policy: &'a Path,
    tables: Option<&'a Path>,
    also: Option<&'a Path>,
}

impl Run<'_> {
    /// Runs everything, and leaves the reports in a folder.
    fn leave_in(&self, out: &Path) -> Ran {
        let text = fs::read_to_string(self.policy).unwrap();
        let (policy, _) = policy::parse(&text, "policy.toml").unwrap();
        let mut sources = read::find(self.data, self.tables).unwrap();
        if let Some(also) = self.also {
            sources = sources.with_given_back(also).map_err(|error| error.to_string())?;
        }
        let options = Options { lang: Lang::Zh, task_scores: true, keep_given_back: false, program: ("kaohe", "0") };
        let mut reports = report::begin(out, options).unwrap();
        let run = run::run(&sources, &policy, &|_| {}, reports.task_scores(&policy).as_ref());
        let run = run.map_err(|error| error.to_string())?;
        let names = reports.finish(&run.results(&policy)).unwrap();
        Ok(names.into_iter().map(|name| (name.clone(), fs::read(out.join(name)).unwrap())).collect())
    }
}

/// The reports but for the manifest, which names the files.
fn but_manifest(ran: Ran) -> BTreeMap<String, Vec<u8>> {
    let mut files = ran.unwrap();
    files.remove("manifest.json").unwrap();
    files
}

fn csv(records: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    records.iter().for_each(|record| writer.write_record(record).unwrap());
    writer.into_inner().unwrap()
}

fn records(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn city() -> PathBuf {
    project("data-samples/city-2025")
}

fn city_policy() -> PathBuf {
    project("scoring/policies/wuhan-2021.toml")
}

/// Copies the city and damages rows of its tasks and of other tables; gives the good tables.
fn damaged_city(data: &Path) -> Vec<Good> {
    fs::create_dir_all(data).unwrap();
    let mut tables: Vec<Good> = Vec::new();
    for name in ["tasks.csv", "units.csv", "posts.csv", "measures.csv", "events.csv", "prior.csv", "holidays.csv"] {
        let Ok(bytes) = fs::read(city().join(name)) else { continue };
        let good = records(&bytes);
        let mut bad: Vec<Vec<u8>> = good.iter().map(|record| csv(std::slice::from_ref(record))).collect();
        let line = |cells: &[&str]| csv(&[cells.iter().map(|cell| (*cell).to_owned()).collect()]);
        if name == "tasks.csv" {
            bad[5] = bad[5].iter().copied().filter(|byte| *byte != b',').collect();
            bad[6] = [b"x,".as_slice(), &bad[6]].concat();
            bad[7] = [b"\xFF\xFE".as_slice(), &bad[7]].concat();
            bad[8] = bad[9].clone();
            let without_lead =
                good[0].iter().zip(&good[20]).map(|(heading, cell)| if heading == "牵头单位" { "" } else { cell });
            bad[20] = line(&without_lead.collect::<Vec<_>>());
            bad[700] =
                line(&good[700].iter().map(|cell| if cell.contains('-') { "坏" } else { cell }).collect::<Vec<_>>());
        } else if good.len() > 2 {
            bad[2] = line(&vec!["坏"; good[0].len() + 1]);
        }
        fs::write(data.join(name), bad.concat()).unwrap();
        let starts = bad.iter().scan(1, |line, record| {
            let start = *line;
            *line += record.iter().filter(|byte| **byte == b'\n').count() as u64;
            Some(start)
        });
        let lines = starts.zip(0..).collect();
        tables.push(Good { file: name, records: good, lines });
    }
    tables
}

/// Puts the good rows into files that were handed out.
fn corrected(handed_out: &Path, fixed: &Path, good: &[Good], save: impl Fn(Vec<Vec<String>>) -> Vec<u8>) -> usize {
    fs::create_dir_all(fixed).unwrap();
    let mut rows = 0;
    for good in good {
        let Ok(bytes) = fs::read(handed_out.join(good.file)) else { continue };
        let mut table = records(&bytes);
        for row in &mut table[1..] {
            let place = good.lines[&row[1].parse().unwrap()];
            row.truncate(2);
            row.extend(good.records[place].iter().cloned());
            rows += 1;
        }
        fs::write(fixed.join(good.file), save(table)).unwrap();
    }
    rows
}

#[test]
fn a_corrected_ledger_and_corrected_rows_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let good = damaged_city(&at("data"));
    let run = |data: &Path, also: Option<&Path>, out: &str| {
        Run { data, policy: &city_policy(), tables: None, also }.leave_in(&at(out))
    };
    let first = run(&at("data"), None, "first").unwrap();
    assert!(first.contains_key("rejected/tasks.csv"));
    let expected = but_manifest(run(&city(), None, "expected"));
    let as_excel_saves = |mut table: Vec<Vec<String>>| {
        // Further columns, dates in another form, GBK, CRLF, and no cells at the end of rows that are empty there.
        table[0].extend([String::new(), String::new()]);
        for row in &mut table[1..] {
            row.iter_mut()
                .filter(|cell| cell.len() == 10 && cell.starts_with("2025-"))
                .for_each(|cell| *cell = cell.replace('-', "/"));
            while row.last().is_some_and(String::is_empty) {
                row.pop();
            }
        }
        let text = String::from_utf8(csv(&table)).unwrap().replace('\n', "\r\n");
        GB18030.encode(&text).0.into_owned()
    };
    let rows = corrected(&at("first/rejected"), &at("fixed"), &good, |table| csv(&table));
    assert_eq!(rows, records(&first["rejects.csv"]).len() - 1);
    corrected(&at("first/rejected"), &at("excel"), &good, as_excel_saves);
    for also in ["fixed", "excel"] {
        let mut found = but_manifest(run(&at("data"), Some(&at(also)), &format!("out-{also}")));
        assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
        for (name, bytes) in &expected {
            let found = String::from_utf8(found.remove(name).unwrap()).unwrap();
            assert_eq!(found, String::from_utf8(bytes.clone()).unwrap(), "{also}: {name}");
        }
    }
}

#[test]
fn the_manifest_names_the_files_that_were_given_back() {
    let case = Case::new(&[("data/tasks.csv", LEDGER)]);
    let first = String::from_utf8(case.run("").unwrap().remove("manifest.json").unwrap()).unwrap();
    assert!(!first.contains("\"also\""));
    let report = first.split("\"file\": \"rejected/tasks.csv\",").nth(1).unwrap();
    let digest = report.split('"').nth(3).unwrap();
    fs::rename(case.at("out/rejected"), case.at("also")).unwrap();
    let second = String::from_utf8(case.run("also").unwrap().remove("manifest.json").unwrap()).unwrap();
    let entry = format!(
        "\"also\": [\n    {{\n      \"table\": \"tasks\",\n      \"file\": \"tasks.csv\",\n      \
         \"sha256\": \"{digest}\",\n      \"rows\": 2\n    }}\n  ],"
    );
    assert!(second.contains(&entry), "{second}");
}

const POLICY: &str = r#"
schema = 1
id = "p"
[period]
from = 2025-01-01
to = 2025-12-31
[[indicator]]
id = "mark"
method = "rating"
column = "评分"
[[unit.section]]
id = "work"
weight = 1
source = "tasks"
indicators = ["mark"]
"#;

/// A ledger with files that are given back beside it.
struct Case {
    folder: TempDir,
}

impl Case {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let case = Self { folder: tempfile::tempdir().unwrap() };
        case.write("policy.toml", POLICY.as_bytes());
        files.iter().for_each(|(name, bytes)| case.write(name, bytes));
        case
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::create_dir_all(self.at(name).parent().unwrap()).unwrap();
        fs::write(self.at(name), bytes).unwrap();
    }

    fn run(&self, also: &str) -> Ran {
        let tables = Some(self.at("tables.toml")).filter(|path| path.exists());
        let also = Some(self.at(also)).filter(|_| !also.is_empty());
        let (data, policy) = (self.at("data"), self.at("policy.toml"));
        Run { data: &data, policy: &policy, tables: tables.as_deref(), also: also.as_deref() }.leave_in(&self.at("out"))
    }

    /// What stands in the rejects after rows are given back: file, line, code and cells.
    fn rejects(&self, also: &str) -> Vec<[String; 4]> {
        let ran = self.run(also).unwrap();
        let rows = records(&ran["rejects.csv"]);
        rows[1..].iter().map(|row| [0, 1, 3, 6].map(|at| row[at].clone())).collect()
    }

    /// Why rows are refused, without the folder of the case.
    fn refusal(&self, text: &str) -> String {
        self.write("also/tasks.csv", text.as_bytes());
        let refusal = self.run("also").unwrap_err();
        refusal.replace(&format!("{}/", self.folder.path().display()), "")
    }
}

const LEDGER: &[u8] = "任务编号,牵头单位,评分\nT1,甲,90\nT2,,80\nT3,甲,九十\n".as_bytes();

#[test]
fn a_row_that_is_still_wrong_keeps_its_file_and_line() {
    let case = Case::new(&[("data/tasks.csv", LEDGER)]);
    case.write(
        "also/tasks.csv",
        "file,line,任务编号,牵头单位,评分\ntasks.csv,4,T3,甲,九\ntasks.csv,3,T2,乙,80\n".as_bytes(),
    );
    assert_eq!(case.rejects("also"), [["tasks.csv", "4", "bad-number", "T3,甲,九"].map(str::to_owned)]);
    let reconciliation = records(&fs::read(case.at("out/reconciliation.csv")).unwrap());
    let counts: Vec<_> = reconciliation[1..4].iter().map(|row| row[2].as_str()).collect();
    assert_eq!(counts, ["3", "2", "1"]);
    let by_file = records(&fs::read(case.at("out/reconciliation_by_file.csv")).unwrap());
    assert_eq!(by_file[1], ["tasks", "tasks.csv", "rows", "", "3", "2", "1", "0", ""]);
}

#[test]
fn a_fault_that_only_the_whole_ledger_shows_tells_the_cells_that_were_given_back() {
    let case = Case::new(&[("data/tasks.csv", LEDGER)]);
    case.write("also/tasks.csv", "file,line,任务编号,牵头单位,评分\ntasks.csv,4,T1,甲,90\n".as_bytes());
    let expected = [
        ["tasks.csv", "2", "duplicate-id", "T1,甲,90"],
        ["tasks.csv", "3", "missing-value", "T2,,80"],
        ["tasks.csv", "4", "duplicate-id", "T1,甲,90"],
    ];
    assert_eq!(case.rejects("also"), expected.map(|row| row.map(str::to_owned)));
}

#[test]
fn rows_find_their_columns_by_heading_in_each_file_and_ids_made_of_rows_stay() {
    let case = Case::new(&[
        ("data/tasks/a.csv", "lead_unit,评分,备注,备注,完成日期\n甲,x,1,2,2025-03-01\n".as_bytes()),
        ("data/tasks/b.csv", "评分;lead_unit;=x;完成日期\n80;;-;2025/3/1\n70;乙;;2025-03-01\n".as_bytes()),
        ("tables.toml", b"[tasks]\nids = \"row\"\n"),
    ]);
    case.run("").unwrap();
    let handed_out = String::from_utf8(fs::read(case.at("out/rejected/tasks.csv")).unwrap()).unwrap();
    let expected = "\u{FEFF}文件,行,lead_unit,评分,备注,备注,完成日期,'=x\ntasks/a.csv,2,甲,x,1,2,2025-03-01,\n\
         tasks/b.csv,2,,80,,,2025/3/1,'-\n";
    assert_eq!(handed_out, expected);
    case.write("also/tasks.csv", expected.replace("甲,x", "甲,60").replace("2,,80", "2,甲,80").as_bytes());
    assert_eq!(case.rejects("also"), Vec::<[String; 4]>::new());
    let tasks = records(&fs::read(case.at("out/task_scores.csv")).unwrap());
    let ids: Vec<_> = tasks[1..].iter().map(|row| (row[0].as_str(), row[7].as_str())).collect();
    assert_eq!(ids, [("a:2", "60.00"), ("b:2", "80.00"), ("b:3", "70.00")]);
}

#[test]
fn a_short_row_stays_short_until_one_of_its_cells_says_something_else() {
    let case = Case::new(&[("data/tasks.csv", "task_id,lead_unit,评分,a,b\nT1,甲,2025-03-01\n".as_bytes())]);
    let rejected = |text: &str| {
        case.write("also/tasks.csv", format!("file,line,task_id,lead_unit,评分,a,b\n{text}\n").as_bytes());
        case.rejects("also")
    };
    let again = [["tasks.csv", "2", "ragged-row", "T1,甲,2025-03-01"].map(str::to_owned)];
    for padding in ["", ",", ",,", ", ,"] {
        assert_eq!(rejected(&format!("tasks.csv,2,T1,甲,2025-03-01{padding}")), again, "{padding}");
    }
    assert_eq!(rejected("tasks.csv,2,T1,甲,2025/3/1,,")[0][2], "ragged-row");
    for corrected in ["T1,甲,80,2025-03-01,", "T1,甲,80,,", "T1,甲,80,,/"] {
        assert_eq!(rejected(&format!("tasks.csv,2,{corrected}")), Vec::<[String; 4]>::new(), "{corrected}");
    }
    assert_eq!(rejected("tasks.csv,2,T1,甲,2025-03-01,,/")[0][2], "bad-number");
}

#[test]
fn a_long_row_stays_long_while_cells_stand_below_no_heading() {
    let case = Case::new(&[("data/tasks.csv", "task_id,lead_unit,评分\nT1,甲,80,x\nT2,甲,80,\n".as_bytes())]);
    let rejected = |header: &str, text: &str| {
        case.write("also/tasks.csv", format!("file,line,task_id,lead_unit,评分{header}\n{text}\n").as_bytes());
        case.rejects("also")
            .into_iter()
            .map(|[_, line, code, cells]| format!("{line} {code} {cells}"))
            .collect::<Vec<_>>()
    };
    let (first, second) = ("2 ragged-row T1,甲,80,x", "3 ragged-row T2,甲,80,");
    assert_eq!(rejected("", "tasks.csv,2,T1,甲,80,x\ntasks.csv,3,T2,甲,80,"), [first, second]);
    assert_eq!(rejected(",,", "tasks.csv,2,T1,甲,80,x,\ntasks.csv,3,T2,甲,80,,"), [first]);
    assert_eq!(rejected("", "tasks.csv,2,T1,甲,80\ntasks.csv,3,T2,甲,80"), Vec::<String>::new());
}

#[test]
fn a_row_that_is_no_text_stays_so_until_every_such_cell_is_mended() {
    let ledger = b"task_id,lead_unit,\xE8\xAF\x84\xE5\x88\x86,a\nT1,\xFF\xE7\x94\xB2,80,\xFFb\nT2,\xE4\xB9\x99,70,\xE4\xB9\x99\n";
    let case = Case::new(&[("data/tasks.csv", ledger)]);
    let codes = |cells: &str| {
        case.write("also/tasks.csv", format!("file,line,task_id,lead_unit,评分,a\ntasks.csv,2,{cells}\n").as_bytes());
        case.rejects("also").into_iter().map(|[_, _, code, _]| code).collect::<Vec<_>>()
    };
    for cells in ["T1,\u{FFFD}甲,80,\u{FFFD}b", "T1,甲,80,\u{FFFD}b", "T1,?甲,80,b", "T1,\u{FFFD}乙,80,b"] {
        assert_eq!(codes(cells), ["bad-encoding"], "{cells}");
    }
    assert_eq!(codes("T1,甲,80,b"), Vec::<String>::new());
    let garbled = b"file,line,task_id,lead_unit,\xE8\xAF\x84\xE5\x88\x86,a\ntasks.csv,2,T1,\xFF\xE7\x94\xB2,80,b\n";
    case.write("also/tasks.csv", garbled);
    assert_eq!(case.rejects("also")[0][2], "bad-encoding");
}

#[test]
fn a_row_whose_cells_were_emptied_is_rejected_and_not_lost() {
    let case = Case::new(&[("data/tasks.csv", LEDGER)]);
    case.write("also/tasks.csv", "file,line,任务编号,牵头单位,评分\ntasks.csv,4,,,\n".as_bytes());
    let expected = [["tasks.csv", "3", "missing-value", "T2,,80"], ["tasks.csv", "4", "missing-value", ",,"]];
    assert_eq!(case.rejects("also"), expected.map(|row| row.map(str::to_owned)));
}

#[test]
fn a_row_without_its_place_is_an_error_that_names_the_cell() {
    let case = Case::new(&[("data/tasks.csv", LEDGER), ("data/units.csv", "unit_id\n甲\n".as_bytes())]);
    let header = "file,line,任务编号,牵头单位,评分\n";
    let expect = |rows: &str, expected: &str| assert_eq!(case.refusal(&format!("{header}{rows}")), expected);
    expect(
        "tasks.csv,3,T2,甲,80\n任务.csv,4,T3,甲,90\n",
        "also/tasks.csv:3:file: the table `tasks` has no file `任务.csv`: write the name as it was, or remove the row",
    );
    for text in ["", "三", "-3", "3.0", "+3"] {
        let expected =
            format!("also/tasks.csv:2:line: `{text}` is no line: write the number as it was, or remove the row");
        expect(&format!("tasks.csv,{text},T2,甲,80\n"), &expected);
    }
    for line in [0, 1, 9] {
        let expected = format!(
            "also/tasks.csv:2:line: `tasks.csv` has no row on line {line}: write the number as it was, or remove the row"
        );
        expect(&format!("tasks.csv,{line},T2,甲,80\n"), &expected);
    }
    expect(
        "tasks.csv,3,T2,甲,80\ntasks.csv,4,T3,甲,80\ntasks.csv,３,T2,甲,80\n",
        "also/tasks.csv:4:line: the row of `tasks.csv` on line 3 is given back on line 2 already: remove one of the two",
    );
}

#[test]
fn columns_that_are_lost_or_foreign_are_errors() {
    let case =
        Case::new(&[("data/tasks/a.csv", LEDGER), ("data/tasks/b.csv", "task_id,lead_unit,x\nB1,,1\n".as_bytes())]);
    assert_eq!(
        case.refusal("file,line,任务编号,牵头单位\ntasks/a.csv,3,T2,甲\n"),
        "`also/tasks.csv` has no column `评分`, which `tasks/a.csv` has: put it back as it was written"
    );
    assert_eq!(
        case.refusal("file,line,任务编号,牵头单位,评分,说明\ntasks/a.csv,3,T2,甲,80,已核\n"),
        "also/tasks.csv:2:说明: `tasks/a.csv` has no column `说明`: empty the cell"
    );
    assert_eq!(
        case.refusal("任务编号,file,line,牵头单位,评分\nT2,tasks/a.csv,3,甲,80\n"),
        "`also/tasks.csv` does not say where its rows stand: its first two columns must be `file` and `line`, as they \
         were written"
    );
    fs::remove_dir_all(case.at("also")).unwrap();
    fs::create_dir(case.at("also")).unwrap();
    let refusal = case.run("also").unwrap_err();
    assert!(refusal.ends_with("has no table of rows to give back: give the folder `rejected` of an earlier run"));
}

#[test]
fn an_id_that_a_spreadsheet_changed_by_itself_is_as_it_was() {
    let ledger = "任务编号,牵头单位,评分\n001,,90\n420106198001011234,,80\n";
    let case = Case::new(&[("data/tasks.csv", ledger.as_bytes())]);
    let text = "file,line,任务编号,牵头单位,评分\ntasks.csv,2,1,甲,90\ntasks.csv,3,4.20106E+17,甲,80\n";
    case.write("also/tasks.csv", text.as_bytes());
    let tasks = records(&case.run("also").unwrap()["task_scores.csv"]);
    let ids: Vec<_> = tasks[1..].iter().map(|row| row[0].as_str()).collect();
    assert_eq!(ids, ["001", "420106198001011234"]);
}

#[test]
fn rows_of_a_workbook_are_given_back_in_a_workbook_and_merged_cells_stay_filled() {
    let write = |sheet: &mut Worksheet, rows: &[&[&str]]| {
        for (at, row) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(*row).filter(|(_, cell)| !cell.is_empty()) {
                match cell.parse::<u32>() {
                    Ok(number) => sheet.write_number(at, column, number).unwrap(),
                    Err(_) => sheet.write_string(at, column, *cell).unwrap(),
                };
            }
        }
    };
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("台账").unwrap();
    let rows: &[&[&str]] = &[
        &["二〇二五年台账"],
        &["任务编号", "牵头单位", "评分", "完成日期"],
        &["T1", "", "90", "2025-03-01"],
        &["T2", "", "九十", "2025-03-01"],
        &["合计", "", "90"],
    ];
    write(sheet, rows);
    sheet.merge_range(2, 1, 3, 1, "甲", &Format::new()).unwrap();
    let case = Case::new(&[
        ("data/tasks.xlsx", &book.save_to_buffer().unwrap()),
        ("tables.toml", b"[tasks]\nfill_down = [\"lead_unit\"]\n"),
    ]);
    let mut reports = case.run("").unwrap();
    let by_unit = records(&reports["rejected_by_unit.csv"]);
    assert_eq!(by_unit[1..], [["甲", "甲", "1", "1"]]);
    let handed_out = reports.remove("rejected/tasks.csv").unwrap();
    let mut rows = records(&handed_out);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1][1..], ["4", "T2", "甲", "九十", "2025-03-01"]);
    rows[1][4] = "80".to_owned();
    let mut book = Workbook::new();
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    write(book.add_worksheet(), &rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
    case.write("also/tasks.xlsx", &book.save_to_buffer().unwrap());
    let reports = case.run("also").unwrap();
    let tasks = records(&reports["task_scores.csv"]);
    let found: Vec<_> = tasks[1..].iter().map(|row| [0, 3, 7].map(|at| row[at].as_str())).collect();
    assert_eq!(found, [["T1", "甲", "90.00"], ["T2", "甲", "80.00"]]);
    let by_file = records(&reports["reconciliation_by_file.csv"]);
    assert_eq!(by_file[1][3..], ["", "3", "2", "0", "1", ""]);
}

#[test]
fn headings_whose_inner_spaces_a_workbook_loses_are_known_again() {
    let ledger = "任务编号,牵头单位,评分,备 注\nT1,,90,x\n";
    let case = Case::new(&[("data/tasks.csv", ledger.as_bytes())]);
    let rows = [["file", "line", "任务编号", "牵头单位", "评分", "备注"], ["tasks.csv", "2", "T1", "甲", "90", "x"]];
    case.write("also/tasks.csv", &csv(&rows.map(|row| row.map(str::to_owned).to_vec())));
    assert_eq!(case.rejects("also"), Vec::<[String; 4]>::new());
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, row) in (0..).zip(rows) {
        sheet.write_row(at, 0, row.map(|cell| if cell == "备注" { "备 注" } else { cell })).unwrap();
    }
    fs::remove_file(case.at("also/tasks.csv")).unwrap();
    case.write("also/tasks.xlsx", &book.save_to_buffer().unwrap());
    assert_eq!(case.rejects("also"), Vec::<[String; 4]>::new());
}

#[test]
fn the_sources_stay_as_they_are() {
    let case = Case::new(&[("data/tasks.csv", LEDGER)]);
    case.write("also/tasks.csv", "file,line,任务编号,牵头单位,评分\ntasks.csv,4,T3,甲,90\n".as_bytes());
    let given_back = fs::read(case.at("also/tasks.csv")).unwrap();
    case.run("also").unwrap();
    assert_eq!(fs::read(case.at("data/tasks.csv")).unwrap(), LEDGER);
    assert_eq!(fs::read(case.at("also/tasks.csv")).unwrap(), given_back);
}
