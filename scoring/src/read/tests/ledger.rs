//! Rows of `tasks`, typed.

use super::super::batch::TaskColumn;
use super::super::names::Names;
use super::*;
use crate::moment::Day;

/// The first batch of a ledger with one row and these columns.
fn one(columns: &[(&str, &str)], policy: &Policy, tables: Option<&str>) -> (TaskBatch, [Vec<String>; 2], Headings) {
    let quoted = |cell: &str| format!("\"{cell}\"");
    let all = [("task_id", "T1"), ("lead_unit", "甲")];
    let all: Vec<_> = all.iter().filter(|(id, _)| !columns.iter().any(|(name, _)| name == id)).chain(columns).collect();
    let line = |cells: Vec<String>| cells.join(",") + "\n";
    let header = line(all.iter().map(|(heading, _)| quoted(heading)).collect());
    let row = line(all.iter().map(|(_, cell)| quoted(cell)).collect());
    let folder = folder(&[("tasks.csv", (header + &row).as_bytes())]);
    let sources = sources(&folder, tables).unwrap();
    let all = |names: &Names| names.iter().map(str::to_owned).collect::<Vec<_>>();
    let each = |names: &Dictionary, batch| (batch, [all(&names.units), all(&names.persons)]);
    let mut table = made(&sources, policy, each).unwrap();
    let (batch, names) = table.batches.pop().unwrap();
    (batch, names, table.headings)
}

fn fault(columns: &[(&str, &str)]) -> Option<(&'static str, String, String, String)> {
    let (batch, ..) = one(columns, &policy(), None);
    let found = batch.faults.into_iter().next().map(|(_, fault)| fault);
    found.map(|fault| (fault.code.id(), fault.column, fault.message, fault.hint))
}

fn code(columns: &[(&str, &str)]) -> &'static str {
    fault(columns).map_or("", |(code, ..)| code)
}

#[test]
fn faults_have_their_codes() {
    for (columns, expected) in [
        (&[("task_id", " — ")][..], "missing-value"),
        (&[("lead_unit", "等")], "missing-value"),
        (&[("weight", "1e3")], "bad-number"),
        (&[("weight", "0.1234567")], "bad-number"),
        (&[("weight", "1/2")], "bad-number"),
        (&[("weight", "-1")], "out-of-range"),
        (&[("weight", "－0")], ""),
        (&[("due_on", "3月")], "bad-date"),
        (&[("due_on", "长期")], ""),
        (&[("quality", "90分")], "bad-number"),
        (&[("quality", "Ｎ／Ａ")], ""),
        (&[("status", "免责")], ""),
        (&[("status", "done")], "out-of-range"),
        (&[("level", "特大")], "unknown-level"),
        (&[("level", "/")], ""),
        (&[("extended_to", "2025-03-01;soon")], "bad-date"),
        (&[("extension_approved_on", "2025-03-01")], "out-of-range"),
        (&[("extended_to", "2025/3/1、2025/4/1"), ("extension_approved_on", "2025/2/1")], ""),
        (&[("evidence", "=1+1")], ""),
    ] {
        assert_eq!(code(columns), expected, "{columns:?}");
    }
}

#[test]
fn a_fault_names_heading_cell_and_way_out() {
    let (_, column, message, hint) = fault(&[("完成日期", "2021-02-30")]).unwrap();
    assert_eq!((column.as_str(), message.as_str()), ("完成日期", "`2021-02-30` is no date"));
    assert!(hint.starts_with("write it as 2021-02-28, or leave the cell empty"), "{hint}");
}

#[test]
fn the_first_column_in_the_order_of_the_method_counts() {
    let columns = [("quality", "x"), ("weight", "-1"), ("due_on", "x"), ("level", "特大")];
    assert_eq!(code(&columns), "unknown-level");
    assert_eq!(code(&columns[..3]), "out-of-range");
}

#[test]
fn without_a_default_a_blank_level_is_missing_even_where_the_column_is() {
    let policy = policy::parse(&POLICY.replace("default = \"一般\"\n", ""), "p.toml").unwrap().0;
    for columns in [&[("level", "")][..], &[]] {
        let (batch, ..) = one(columns, &policy, None);
        assert_eq!(batch.faults[0].1.code.id(), "missing-value");
        assert_eq!(batch.faults[0].1.column, "level");
    }
}

#[test]
fn cells_become_what_they_mean() {
    let columns = [
        ("编号", "Ｔ－１"),
        ("上级任务编号", "Ｔ０"),
        ("牵头单位", "市教育局、（东）区；丙等"),
        ("协办单位", "丙"),
        ("staff", "张三，李四"),
        ("weight", "1.5"),
        ("时限", "2025年3月底前"),
        ("延期至", "2025.4.1\n2025.5.1；长期"),
        ("完成值", "2/3"),
        ("区", " 东　"),
    ];
    let headings: Vec<_> =
        columns.iter().filter(|(heading, _)| !["编号", "牵头单位"].contains(heading)).copied().collect();
    let mut all = headings;
    all.extend([("task_id", columns[0].1), ("lead_unit", columns[2].1)]);
    let (batch, [units, persons], headings) = one(&all, &policy(), None);
    assert!(batch.faults.is_empty(), "{:?}", batch.faults);
    assert_eq!(batch.task_id.get(0), Some("T-1"));
    assert_eq!(batch.parent_id.unwrap().get(0), Some("T0"));
    assert_eq!(units, ["市教育局", "(东)区", "丙"]);
    assert_eq!((batch.lead_unit.get(0), batch.co_units.unwrap().get(0)), (&[0, 1, 2][..], &[2][..]));
    assert_eq!(persons, ["张三", "李四"]);
    assert_eq!(batch.persons[2].as_ref().unwrap().get(0), [0, 1]);
    assert!(batch.persons[0].is_none());
    assert_eq!(batch.weight.unwrap(), [Some(1_500_000)]);
    let day = |text: &str| Day::of(text.parse().unwrap());
    assert_eq!(batch.dates[&TaskColumn::DueOn][0].unwrap().day, day("2025-03-31"));
    let extended = batch.extended_to.unwrap();
    let days: Vec<_> = extended.get(0).iter().flatten().map(|moment| moment.day).collect();
    assert_eq!(days, [day("2025-04-01"), day("2025-05-01")]);
    assert_eq!(batch.numbers[&TaskColumn::Actual].get(0).unwrap().exact().to_string(), "2/3");
    assert_eq!(batch.texts["区"].get(0), Some("东"));
    assert_eq!(headings.of(0, TaskColumn::DueOn.place()), "时限");
    assert_eq!(headings.of(0, TaskColumn::Title.place()), "");
}

#[test]
fn the_tables_file_makes_ids_and_turns_words() {
    let tables =
        "[tasks]\nids = \"row\"\ncolumns = { level = \"档\" }\n[tasks.values]\n档 = {}\nlevel = { 市级 = \"重大\" }\n";
    let (batch, ..) = one(&[("档", "市级")], &policy(), Some(tables));
    assert!(batch.faults.is_empty(), "{:?}", batch.faults);
    assert_eq!(batch.task_id.get(0), Some("tasks:2"));
    assert_eq!(batch.texts["level"].get(0), Some("重大"));
}

#[test]
fn a_policy_names_the_columns_whose_text_is_kept() {
    let named: Vec<_> = named::named_columns(&policy()).into_iter().collect();
    assert_eq!(named, ["kind", "level", "quality", "status", "target", "区"]);
}
