//! Tables that are in several files.

use std::sync::Mutex;

use super::*;
use crate::link::Ledger;
use crate::run;

const FIRST: &[u8] = "编号,牵头单位,完成时限\n1,甲,2025-03-01\n2,乙,\n".as_bytes();
const SECOND: &[u8] = "lead_unit;task_id;区\n丙;3;东\n\n甲;4;西\n".as_bytes();

fn check(folder: &TempDir) -> Ledger {
    run::check(&sources(folder, None).unwrap(), &policy(), &|_| {}).unwrap()
}

fn message(files: &[(&str, &[u8])]) -> String {
    let folder = folder(files);
    let message = sources(&folder, None).unwrap_err().to_string();
    message.replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn a_folder_is_one_table_whose_rows_remember_their_files() {
    let folder = folder(&[
        ("tasks/b.tsv", SECOND),
        ("tasks/a.csv", FIRST),
        ("tasks/.DS_Store", b"x"),
        ("tasks/~$a.xlsx", b"x"),
        ("tasks/Thumbs.db", b"x"),
        ("units/1.csv", "单位编号,单位名称\nU1,甲\n".as_bytes()),
        ("units/2.csv", "unit_id,name\nU2,乙\nU3,丙\n".as_bytes()),
    ]);
    let table = read_all(&folder, None).unwrap();
    let files: Vec<_> = table.files.iter().map(|file| (file.name.as_str(), file.rows)).collect();
    assert_eq!(files, [("tasks/a.csv", 2), ("tasks/b.tsv", 2)]);
    let rows: Vec<Seen> = table.batches.into_iter().flatten().collect();
    assert_eq!(ids(&rows), [(2, "1"), (3, "2"), (2, "3"), (4, "4")]);
    let small = small(&sources(&folder, None).unwrap(), &policy()).unwrap().units.unwrap();
    let places: Vec<_> = small.rows.iter().map(|row| (row.place.file, row.place.line)).collect();
    assert_eq!(places, [(0, 2), (1, 2), (1, 3)]);
    let ledger = check(&folder);
    assert!(ledger.rejects.is_empty(), "{:?}", ledger.rejects);
    assert_eq!((ledger.tables[0].read, ledger.tables[1].read), (4, 3));
}

#[test]
fn a_duplicate_names_the_file_and_the_line_of_the_other_row() {
    let folder = folder(&[
        ("tasks/a.csv", FIRST),
        ("tasks/b.csv", "lead_unit,任务编号\n甲,5\n甲,2\n甲,6\n甲,6\n".as_bytes()),
        ("units/1.csv", "单位编号\n甲\n".as_bytes()),
        ("units/2.csv", "unit_id\n乙\n甲\n".as_bytes()),
    ]);
    let ledger = check(&folder);
    let found: Vec<_> = ledger
        .rejects
        .iter()
        .map(|reject| (reject.file.as_str(), reject.place.line, &*reject.fault.column, &*reject.fault.message))
        .collect();
    let expected = [
        ("tasks/a.csv", 2, "牵头单位", "`甲` is no unit of the table `units`, by id or by a name that only one has"),
        ("tasks/a.csv", 3, "编号", "line 3 of `tasks/b.csv` has the same id"),
        ("tasks/b.csv", 2, "lead_unit", "`甲` is no unit of the table `units`, by id or by a name that only one has"),
        ("tasks/b.csv", 3, "任务编号", "line 3 of `tasks/a.csv` has the same id"),
        ("tasks/b.csv", 4, "任务编号", "line 5 has the same id"),
        ("tasks/b.csv", 5, "任务编号", "line 4 has the same id"),
        ("units/1.csv", 2, "单位编号", "line 3 of `units/2.csv` has the same id"),
        ("units/2.csv", 3, "unit_id", "line 2 of `units/1.csv` has the same id"),
    ];
    assert_eq!(found, expected);
    let raws: Vec<_> = ledger.rejects.iter().map(|reject| reject.raw.as_deref().unwrap_or("none")).collect();
    assert_eq!(raws, ["1,甲,2025-03-01", "2,乙,", "甲,5", "甲,2", "甲,6", "甲,6", "甲", "甲"]);
}

#[test]
fn in_every_table_a_duplicate_names_the_file_and_the_line_of_the_other_row() {
    let tables = [
        ("tasks", "task_id,lead_unit\n1,甲\n"),
        ("units", "unit_id\n甲\n"),
        ("measures", "subject_id,indicator,value\n乙,survey,90\n"),
        ("events", "event_id,subject_id,code,date\nE1,乙,praise,2025-03-01\n"),
        ("prior", "subject_id,year\n乙,2024\n"),
        ("holidays", "date,kind\n2025-03-03,rest\n"),
    ];
    let names = tables.map(|(table, _)| [format!("{table}/1.csv"), format!("{table}/2.csv")]);
    let doubled = tables.iter().zip(&names);
    let doubled = doubled.flat_map(|((_, text), names)| names.each_ref().map(|name| (name.as_str(), text.as_bytes())));
    let alone = ("units/3.csv", "unit_id\n乙\n".as_bytes());
    let ledger = check(&folder(&doubled.chain([alone]).collect::<Vec<_>>()));
    let found: Vec<_> =
        ledger.rejects.iter().map(|reject| (reject.file.clone(), reject.fault.message.clone())).collect();
    let expected = names.iter().flat_map(|[first, second]| {
        let same = |file: &String, other: &String| (file.clone(), format!("line 2 of `{other}` has the same id"));
        [same(first, second), same(second, first)]
    });
    assert_eq!(found, expected.collect::<Vec<_>>());
}

#[test]
fn ids_made_of_rows_have_the_stem_of_their_file() {
    let folder = folder(&[("tasks/2024.csv", b"lead_unit\na\n"), ("tasks/2025.tsv.gz", b"")]);
    let gz = folder.path().join("tasks/2025.tsv.gz");
    fs::write(&gz, super::formats::gzip(b"lead_unit\tx\nb\t1\n")).unwrap();
    let table = read_all(&folder, Some("[tasks]\nids = \"row\"\n")).unwrap();
    let rows: Vec<Seen> = table.batches.into_iter().flatten().collect();
    assert_eq!(ids(&rows), [(2, "2024:2"), (2, "2025:2")]);
}

#[test]
fn progress_goes_through_all_files() {
    let folder = folder(&[("tasks/a.csv", FIRST), ("tasks/b.csv", SECOND)]);
    let heard = Mutex::new(Vec::new());
    let sources = sources(&folder, None).unwrap();
    tasks(&sources, &policy(), &mut || Each(|_: &_, _| ()), &|progress| heard.lock().unwrap().push(progress)).unwrap();
    let total_bytes = (FIRST.len() + SECOND.len()) as u64;
    let first = Progress { bytes: FIRST.len() as u64, total_bytes, rows: 2 };
    assert_eq!(heard.into_inner().unwrap(), [first, Progress { bytes: total_bytes, total_bytes, rows: 4 }]);
}

#[test]
fn what_would_lose_or_double_rows_is_an_error() {
    let beside = message(&[("tasks.csv", FIRST), ("tasks/a.csv", FIRST)]);
    assert_eq!(beside, "`tasks` and `tasks.csv` are both the table `tasks`: remove one of them");
    let packed = message(&[("tasks.csv", FIRST), ("tasks.csv.gz", FIRST)]);
    assert_eq!(packed, "`tasks.csv` and `tasks.csv.gz` are both the table `tasks`: remove one of them");
    let other = message(&[("tasks/a.csv", FIRST), ("tasks/b.doc", b"")]);
    assert!(other.starts_with("`tasks/b.doc` is no file that a table can be read from"), "{other}");
    let inner = message(&[("tasks/a.csv", FIRST), ("tasks/b/c.csv", FIRST)]);
    assert!(inner.starts_with("`tasks/b` is no file that a table can be read from"), "{inner}");
    let same = message(&[("tasks/a.csv", FIRST), ("tasks/a.csv.zst", FIRST)]);
    assert!(same.starts_with("`tasks/a.csv` and `tasks/a.csv.zst` have one name"), "{same}");
    let empty = message(&[("tasks.csv", FIRST), ("units/.keep", b"")]);
    assert_eq!(empty, "`units` has no files: put those of the table `units` there, or remove the folder");
    let column = folder(&[("tasks/a.csv", FIRST), ("tasks/b.csv", b"task_id\n1\n")]);
    let column = read_all(&column, None).unwrap_err().to_string();
    assert!(column.starts_with("`tasks/b.csv` has no column `lead_unit`"), "{column}");
}
