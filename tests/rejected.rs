//! Nothing gets lost: rejected rows as they are handed back, whom they would count for, and what each file adds up to.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what a test needs and lacks fails it")]

mod support;

use std::fs;
use std::path::Path;

use support::{Input, Reports, score};
use tempfile::TempDir;

const POLICY: &str = r#"
schema = 1
id = "p"
[period]
from = 2025-01-01
to = 2025-12-31
[[indicator]]
id = "mark"
method = "rating"
column = "quality"
[[unit.section]]
id = "work"
weight = 1
source = "tasks"
indicators = ["mark"]
"#;

/// A folder with a policy and these tables in `data/`.
fn folder(tables: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("policy.toml"), POLICY).unwrap();
    for (name, text) in tables {
        let path = folder.path().join("data").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn run_in(folder: &Path) -> Reports {
    score(&Input { data: &folder.join("data"), policy: &folder.join("policy.toml"), tables: None })
}

fn run(tables: &[(&str, &str)]) -> Reports {
    run_in(folder(tables).path())
}

fn names(reports: &Reports) -> Vec<&str> {
    reports.0.keys().map(String::as_str).filter(|name| name.starts_with("rejected/")).collect()
}

#[test]
fn rejected_rows_stand_alone_under_all_of_their_headings() {
    let reports = run(&[
        ("tasks.csv", "任务编号,牵头单位,质量评分,备注,备注\nT1,甲,90,a,b\nT2,甲,九十,\"c,\n\"\"d\",e\nT3,,80,f,g\n"),
        ("units.csv", "单位编号\n甲\n"),
    ]);
    assert_eq!(names(&reports), ["rejected/tasks.csv"]);
    let expected = "file,line,任务编号,牵头单位,质量评分,备注,备注\n\
                    tasks.csv,3,T2,甲,九十,\"c,\n\"\"d\",e\ntasks.csv,5,T3,,80,f,g\n";
    assert_eq!(reports.0["rejected/tasks.csv"], expected);
    let manifest = &reports.0["manifest.json"];
    assert!(manifest.contains("\"file\": \"rejected/tasks.csv\""), "{manifest}");
}

#[test]
fn files_with_other_headings_share_one_table_in_the_order_of_first_appearance() {
    let reports = run(&[
        ("tasks/a.csv", "任务编号,牵头单位,区\nT1,甲,东\nT2,,西\n"),
        ("tasks/b.csv", "区;备注;lead_unit;task_id\n南;x;;T3\n北;y;乙;T4\n"),
        ("tasks/c.csv", "task_id,lead_unit,别处\nT5,甲,z\n"),
    ]);
    let expected = "file,line,任务编号,牵头单位,区,备注,lead_unit,task_id\n\
                    tasks/a.csv,3,T2,,西,,,\ntasks/b.csv,2,,,南,x,,T3\n";
    assert_eq!(reports.0["rejected/tasks.csv"], expected);
}

#[test]
fn rows_that_are_not_whole_keep_the_cells_that_are_known() {
    let folder = folder(&[]);
    let text =
        b"task_id,lead_unit,note\nT1,\xE7\x94\xB2\nT2,\xE7\x94\xB2,x,y,\nT3,\xFF\xE7\x94\xB2,z\nT4,\xE4\xB9\x99,\n";
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/tasks.csv"), text).unwrap();
    let reports = run_in(folder.path());
    let expected = "file,line,task_id,lead_unit,note\n\
                    tasks.csv,2,T1,甲,\ntasks.csv,3,T2,甲,x,y,\ntasks.csv,4,T3,\u{FFFD}甲,z\n";
    assert_eq!(reports.0["rejected/tasks.csv"], expected);
}

#[test]
fn cells_and_headings_that_a_spreadsheet_would_run_are_guarded_and_apostrophes_kept_apart() {
    let reports = run(&[("tasks.csv", "task_id,lead_unit,=x,line\n=T1,,-5,@a\nT2,,'-5,'b\n")]);
    let expected = "file,line,task_id,lead_unit,'=x,line\n\
                    tasks.csv,2,'=T1,,'-5,'@a\ntasks.csv,3,T2,,''-5,'b\n";
    assert_eq!(reports.0["rejected/tasks.csv"], expected);
}

#[test]
fn a_file_whose_name_a_spreadsheet_would_run_is_guarded_and_found_again() {
    let folder = folder(&[("=t.csv", "task_id,lead_unit,weight\nT1,,1\n")]);
    let data = folder.path().join("data/=t.csv");
    let reports = score(&Input { data: &data, policy: &folder.path().join("policy.toml"), tables: None });
    assert_eq!(reports.0["rejected/tasks.csv"], "file,line,task_id,lead_unit,weight\n'=t.csv,2,T1,,1\n");
    assert!(reports.0["reconciliation_by_file.csv"].contains("\ntasks,'=t.csv,sum,weight,1,0,1,,0\n"));
    let also = folder.path().join("tasks.csv");
    fs::write(&also, reports.0["rejected/tasks.csv"].replace(",,", ",甲,")).unwrap();
    let given = scoring::read::find(&data, None).unwrap().with_given_back(folder.path()).unwrap();
    let records: Vec<_> = given.given_back().records().map(|(_, place, record)| (place.line, record)).collect();
    assert_eq!(records, [(2, "T1,甲,1".to_owned())]);
}

#[test]
fn rejected_tasks_are_counted_for_the_unit_that_leads_them() {
    let text = "task_id,lead_unit,quality\n\
                T1,甲局,90\nT2,U1、U2,x\nT3,甲局等,x\nT4,U2，甲局,80\nT5,=丙,70\nT6,-,70\nT7,U2\nT8,某局\nT9,甲局,80\n";
    let reports = run(&[("tasks.csv", text), ("units.csv", "unit_id,name\nU1,甲局\nU2,+乙局\n")]);
    let expected = "unit,name,rejected,accepted\n'=丙,,1,0\nU1,甲局,2,2\nU2,'+乙局,1,1\n,,2,0\n";
    assert_eq!(reports.0["rejected_by_unit.csv"], expected);
    let folder =
        folder(&[("tasks.csv", "task_id,lead_unit,quality\nT1,老局,x\n"), ("units.csv", "unit_id,name\nU1,甲局\n")]);
    let tables = folder.path().join("tables.toml");
    fs::write(&tables, "[units.aliases]\n老局 = \"甲局\"\n").unwrap();
    let (data, policy) = (folder.path().join("data"), folder.path().join("policy.toml"));
    let reports = score(&Input { data: &data, policy: &policy, tables: Some(&tables) });
    assert_eq!(reports.0["rejected_by_unit.csv"], "unit,name,rejected,accepted\nU1,甲局,1,0\n");
    let none = run(&[("tasks.csv", "task_id,lead_unit\nT1,甲\n")]);
    assert_eq!(none.0["rejected_by_unit.csv"], "unit,name,rejected,accepted\n");
}

#[test]
fn every_file_adds_up_in_its_rows_and_in_its_columns_of_numbers() {
    let reports = run(&[
        (
            "tasks/a.csv",
            "任务编号,牵头单位,权重,质量评分\nT1,甲,1.5,90\nT2,甲,-2,80.25\nT3,,3,\"1,000\"\nT4,甲,2,九十\nT5,甲,5\n",
        ),
        ("tasks/b.csv", "task_id,lead_unit,target,actual\nB1,乙,1/3,45%\nB2,乙,1/3,-5\nB3,,１,x\n"),
        ("units.csv", "unit_id,name\n甲,甲\n乙,乙\n甲乙\n"),
        ("prior.csv", "subject_id,year,score,extra\n甲,2024,80.5,1\n乙,2030,70,2\n"),
    ]);
    let expected = "table,file,item,column,read,accepted,rejected,skipped,unreadable\n\
                    tasks,tasks/a.csv,rows,,5,1,4,0,\n\
                    tasks,tasks/a.csv,sum,权重,9.5,1.5,8,,0\n\
                    tasks,tasks/a.csv,sum,质量评分,1170.25,90,1080.25,,1\n\
                    tasks,tasks/b.csv,rows,,3,2,1,0,\n\
                    tasks,tasks/b.csv,sum,target,5/3,2/3,1,,0\n\
                    tasks,tasks/b.csv,sum,actual,40,40,0,,1\n\
                    units,units.csv,rows,,3,2,1,0,\n\
                    prior,prior.csv,rows,,2,1,1,0,\n\
                    prior,prior.csv,sum,year,4054,2024,2030,,0\n\
                    prior,prior.csv,sum,score,150.5,80.5,70,,0\n";
    assert_eq!(reports.0["reconciliation_by_file.csv"], expected);
}
