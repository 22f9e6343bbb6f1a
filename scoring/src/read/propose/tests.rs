//! What is proposed for whole ledgers, and that it can be given back.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::policy::{Policy, parse};
use crate::read;
use crate::run;

const POLICY: &str = "schema = 1\nid = \"t\"\n[period]\nfrom = 2025-01-01\nto = 2025-12-31\n[levels]\n\"重大\" = 3\n\
                      \"一般\" = 1\ndefault = \"一般\"\n[[indicator]]\nid = \"i\"\nmethod = \"deadline\"\n\
                      [[unit.section]]\nid = \"s\"\nweight = 1\nsource = \"tasks\"\nindicators = [\"i\"]\n";

fn policy() -> Policy {
    parse(POLICY, "p.toml").unwrap().0
}

fn folder(tables: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in tables {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

/// Proposals without the words at the head, by line.
fn proposed_with(folder: &Path, tables: Option<&Path>) -> Vec<String> {
    let text = read::propose(&read::find(folder, tables).unwrap(), &policy());
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.iter().take(3).all(|line| line.starts_with("# ")));
    lines[3..].iter().filter(|line| !line.is_empty()).map(|line| (*line).to_owned()).collect()
}

fn proposed(tables: &[(&str, &str)]) -> Vec<String> {
    let tables: Vec<(&str, &[u8])> = tables.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    proposed_with(folder(&tables).path(), None)
}

/// Rejects of a ledger under a tables file, as codes, or why it cannot be read.
fn checked(folder: &Path, settings: &str) -> Result<Vec<&'static str>, String> {
    let file = folder.join("tables.toml");
    fs::write(&file, settings).unwrap();
    let sources = read::find(folder, Some(&file)).map_err(|error| error.to_string())?;
    let ledger = run::check(&sources, &policy(), &|_| {}).map_err(|error| error.to_string())?;
    Ok(ledger.rejects.iter().map(|reject| reject.fault.code.id()).collect())
}

const UNITS: &str = "单位编号,单位名称\nU1,市财政局\nU2,江岸区人民政府\n";

#[test]
fn a_ledger_that_is_understood_needs_no_proposal() {
    let tasks = "任务编号,牵头单位,完成时限\nT1,U1,2025-03-01\nT2,江岸区人民政府,\n";
    assert_eq!(proposed(&[("tasks.csv", tasks), ("units.csv", UNITS)]), ["# There is nothing to propose."]);
}

#[test]
fn headings_are_proposed_where_reading_fails_without_them() {
    let tasks = "任务 编号,责任单位(盖章),完成时限要求,整改时限\nT1,市财政局,13/04/2025,\n";
    assert_eq!(
        proposed(&[("tasks.csv", tasks)]),
        [
            "[tasks]",
            "# tasks.csv: `任务 编号` is near to `任务编号`",
            "columns.task_id = \"任务 编号\"",
            "# tasks.csv: `责任单位(盖章)` is near to `责任单位`",
            "columns.lead_unit = \"责任单位(盖章)\"",
            "# tasks.csv: `完成时限要求` is near to `完成时限`",
            "columns.due_on = \"完成时限要求\"",
            "# `13/04/2025` at tasks.csv:2 can only be day first (1 cell, first tasks.csv:2)",
            "# which comes first, the day or the month, is for a person to say:",
            "# date_formats = [\"%d/%m/%Y\"]  # day first",
            "# date_formats = [\"%m/%d/%Y\"]  # month first",
        ]
    );
}

#[test]
fn a_column_that_must_be_there_and_is_near_to_nothing_is_asked_for() {
    let lines = proposed(&[("tasks.csv", "甲,乙\n1,2\n")]);
    assert_eq!(
        lines,
        [
            "[tasks]",
            "# tasks.csv: no heading is near to `任务编号`, `编号`, `序号`, which must be there",
            "# columns.task_id = \"…\"",
            "# ids = \"row\"  # or ids made of file and line",
            "# tasks.csv: no heading is near to `牵头单位`, `责任单位`, `主办单位`, `承办单位`, which must be there",
            "# columns.lead_unit = \"…\"",
        ]
    );
}

#[test]
fn words_near_to_known_ones_are_proposed_and_others_are_asked_for() {
    let tasks = "任务编号,牵头单位,重要程度,状态\nT1,U1,重 大,取 消\nT2,U1,重 大,\nT3,U1,特急,\nT4,U1,重大级,\n";
    assert_eq!(
        proposed(&[("tasks.csv", tasks)]),
        [
            "[tasks.values.level]",
            "# \"特急\" = \"…\"  # 1 cell, first tasks.csv:4; known are `重大`, `一般`",
            "\"重 大\" = \"重大\"  # 2 cells, first tasks.csv:2",
            "# \"重大级\" = \"重大\"  # 1 cell, first tasks.csv:5",
            "[tasks.values.status]",
            "\"取 消\" = \"取消\"  # 1 cell, first tasks.csv:2",
        ]
    );
}

#[test]
fn both_orders_of_day_and_month_are_put_forward_and_neither_is_chosen() {
    let tasks = "任务编号,牵头单位,完成时限,延期至\nT1,U1,03/04/2025,05/06/2025、2025-07-01\nT2,U1,04/13/2025,\nT3,U1,2025年3月1号,\n";
    assert_eq!(
        proposed(&[("tasks.csv", tasks)]),
        [
            "[tasks]",
            "# 1 cell, first tasks.csv:4, as `2025年3月1号`",
            "date_formats = [\"%Y年%m月%d号\"]",
            "# 2 cells, first tasks.csv:2 can be read with the day or the month first, as `03/04/2025`",
            "# `04/13/2025` at tasks.csv:3 can only be month first (1 cell, first tasks.csv:3)",
            "# which comes first, the day or the month, is for a person to say:",
            "# (in the place of the line above)",
            "# date_formats = [\"%Y年%m月%d号\", \"%d/%m/%Y\"]  # day first",
            "# date_formats = [\"%Y年%m月%d号\", \"%m/%d/%Y\"]  # month first",
        ]
    );
}

#[test]
fn aliases_of_units_are_proposed_from_all_tables() {
    let tasks = "任务编号,牵头单位\nT1,财政局、市財政局\nT2,财政局\nT3,江岸\nT4,市财攻局\nT5,气象台\n";
    let posts = "人员编号,单位编号,职务类别\nP1,江岸,主要负责人\n";
    let events = "事项编号,对象类型,对象编号,事项代码,日期\nE1,个人,张三,x,2025-03-01\n";
    let lines = proposed(&[("tasks.csv", tasks), ("units.csv", UNITS), ("posts.csv", posts), ("events.csv", events)]);
    let start = lines.iter().position(|line| line == "[units.aliases]").unwrap();
    let aliases: Vec<&str> = lines[start..].iter().map(String::as_str).take(6).collect();
    assert_eq!(
        aliases,
        [
            "[units.aliases]",
            "\"市財政局\" = \"U1\"  # 1 cell, first tasks.csv:2; U1 is 市财政局",
            "# \"市财攻局\" = \"U1\"  # 1 cell, first tasks.csv:5; U1 is 市财政局",
            "\"江岸\" = \"U2\"  # 2 cells, first tasks.csv:4; U2 is 江岸区人民政府",
            "\"财政局\" = \"U1\"  # 2 cells, first tasks.csv:2; U1 is 市财政局",
            "# \"气象台\" = \"…\"  # 1 cell, first tasks.csv:6; near to no unit",
        ]
    );
}

#[test]
fn a_delimiter_and_an_encoding_are_proposed_where_they_are_not_plain() {
    let piped = folder(&[("tasks.csv", "任务编号|牵头单位|完成 时限\nT1|甲局|2025-03-01\n".as_bytes())]);
    assert_eq!(
        proposed_with(piped.path(), None),
        [
            "[tasks]",
            "# tasks.csv has one heading alone, and this would part it",
            "delimiter = \"|\"",
            "# tasks.csv: `完成 时限` is near to `完成时限`",
            "columns.due_on = \"完成 时限\"",
        ]
    );
    let foreign = folder(&[("tasks.csv", b"\x81\xFF,\xFF\nT1,\xFF\n")]);
    assert_eq!(
        proposed_with(foreign.path(), None)[2..],
        [
            "# the headings have bytes that are no text; one of these may be the encoding (look at the names afterwards):",
            "# encoding = \"gb18030\"",
            "# encoding = \"utf-8\"",
            "# encoding = \"big5\"",
            "# encoding = \"windows-1252\"",
            "# encoding = \"macintosh\"",
        ]
    );
    let mixed = ["任务编号,牵头单位\nT1,甲局\nT2,乙局\n".as_bytes(), b"T3,\xFF\n"].concat();
    let mixed = folder(&[("tasks.csv", &mixed)]);
    assert_eq!(
        proposed_with(mixed.path(), None)[..3],
        [
            "[tasks]",
            "# 1 of 3 rows have bytes that are no text, first tasks.csv:4; one of these may be the encoding (look at the names afterwards):",
            "# encoding = \"gb18030\"",
        ]
    );
}

#[test]
fn files_of_one_table_with_different_headings_are_not_decided() {
    let tables = [("tasks/a.csv", "任务编号,牵头单位 \n"), ("tasks/b.csv", "任务 编号,牵头单位\n")];
    assert_eq!(
        proposed(&tables),
        ["[tasks]", "# tasks/b.csv: `任务 编号` is near to `任务编号`", "# columns.task_id = \"任务 编号\""]
    );
}

#[test]
fn what_is_proposed_can_be_given_back_and_is_understood() {
    let tasks = "\"任务\n编号\",责任单位(盖章),完成时限要求,重要 程度\n\
                 T1,财政局,13/04/2025,重 大\nT2,江岸,03/04/2025,一般\n";
    let folder = folder(&[("tasks.csv", tasks.as_bytes()), ("units.csv", UNITS.as_bytes())]);
    assert!(checked(folder.path(), "").unwrap_err().contains("has no column `task_id`"));
    let sources = read::find(folder.path(), None).unwrap();
    let proposal = read::propose(&sources, &policy());
    assert_eq!(checked(folder.path(), &proposal), Ok(vec!["bad-date", "bad-date"]));
    let confirmed = proposal.replace("# date_formats = [\"%d/%m/%Y\"]", "date_formats = [\"%d/%m/%Y\"]");
    assert_ne!(confirmed, proposal);
    assert_eq!(checked(folder.path(), &confirmed), Ok(vec![]));
    // Nothing is left to propose then.
    let file = folder.path().join("tables.toml");
    assert_eq!(proposed_with(folder.path(), Some(&file)), ["# There is nothing to propose."]);
}

#[test]
fn a_heading_that_the_tables_file_names_and_the_file_lacks_is_said_and_another_is_proposed() {
    let folder = folder(&[("tasks.csv", "任务编号,牵头单位,期限\nT1,甲局,2025-03-01\n".as_bytes())]);
    let file = folder.path().join("tables.toml");
    fs::write(&file, "[tasks]\ncolumns = { due_on = \"限期\", lead_unit = \"责任部门\" }\n").unwrap();
    let lines = proposed_with(folder.path(), Some(&file));
    assert_eq!(lines[..2], ["[tasks]", "# tasks.csv lacks the heading `限期`, which the tables file names for due_on"]);
}

#[test]
fn the_headings_of_a_workbook_are_found_below_its_title() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let rows: [&[&str]; 4] =
        [&["2025年任务台账"], &["任务 编号", "责任单位(盖章)", "时限", "重要程度"], &["T1", "甲局", "", "重 大"], &[]];
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write(row, column, *cell).unwrap();
        }
    }
    let folder = folder(&[("tasks.xlsx", &book.save_to_buffer().unwrap())]);
    // Of headings of sheets inner spaces fall away by themselves.
    assert_eq!(
        proposed_with(folder.path(), None),
        [
            "[tasks]",
            "# tasks.xlsx#Sheet1: `责任单位(盖章)` is near to `责任单位`",
            "columns.lead_unit = \"责任单位(盖章)\"",
            "[tasks.values.level]",
            "\"重 大\" = \"重大\"  # 1 cell, first tasks.xlsx#Sheet1:3",
        ]
    );
    let proposal = read::propose(&read::find(folder.path(), None).unwrap(), &policy());
    assert_eq!(checked(folder.path(), &proposal), Ok(vec![]));
}

proptest::proptest! {
    #[test]
    fn whatever_a_ledger_holds_the_proposal_is_a_tables_file(
        tasks in "[任务 编号牵头单位\"|,;()\n\r\u{7F}\u{1}#='\\\\/0-9]{0,80}", bytes in proptest::collection::vec(0_u8.., 0..60),
    ) {
        for bytes in [tasks.as_bytes(), &bytes, &[tasks.as_bytes(), &bytes].concat()] {
            let folder = folder(&[("tasks.csv", bytes), ("units.csv", UNITS.as_bytes())]);
            let proposal = read::propose(&read::find(folder.path(), None).unwrap(), &policy());
            let parsed = super::super::settings::Settings::parse(&proposal, "tables.toml");
            proptest::prop_assert!(parsed.is_ok(), "{proposal}\n{parsed:?}");
        }
    }
}
