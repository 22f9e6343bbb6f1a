//! The command line as it is typed, and the blocks of the READMEs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn kaohe() -> Command {
    Command::new(env!("CARGO_BIN_EXE_kaohe"))
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The files of a folder, without its folders, with their bytes, by name.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let mut files: Vec<_> = paths.map(|path| (name(&path), fs::read(&path).unwrap())).collect();
    files.sort();
    files
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data-samples").join(name)
}

/// Copies the tables of a sample.
fn copy_sample(name: &str, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for (name, bytes) in files(&sample(name)) {
        fs::write(to.join(name), bytes).unwrap();
    }
}

#[test]
fn commands_print_what_they_should() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd").env("COLUMNS", "100");
}

/// The blocks marked `console` are run as they stand, with the program that was built in the place of `cargo run`.
#[test]
fn the_blocks_of_the_readmes_are_true() {
    let folder = tempfile::tempdir().unwrap();
    for readme in ["README.md", "README.zh-CN.md"] {
        let words = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(readme)).unwrap();
        let case = folder.path().join(readme);
        fs::write(&case, words.replace("$ cargo run --release --", "$ kaohe")).unwrap();
        for data in ["city-2025", "city-2025-bad"] {
            copy_sample(data, &case.with_extension("in").join("data-samples").join(data));
        }
        // With a folder of this name the commands may write files.
        fs::create_dir_all(case.with_extension("out")).unwrap();
    }
    let cases = trycmd::TestCases::new();
    cases.case(folder.path().join("*.md"));
    cases.run();
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    for arguments in [&["policy", "show"][..], &["--help"], &["policy", "schema"]] {
        let mut child = kaohe().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        assert_eq!(text(&output.stderr), "", "{arguments:?}");
    }
}

#[test]
fn reports_never_go_among_the_tables() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tasks.csv"), "任务编号,牵头单位\nT1,甲局\n").unwrap();
    let before = files(folder.path());
    let absolute = folder.path().to_str().unwrap();
    for (data, out) in [(".", "."), (".", absolute), ("tasks.csv", "."), (absolute, "./.")] {
        let output = run(kaohe().current_dir(&folder).args(["score", data, "--out", out]));
        assert_eq!(output.status.code(), Some(2), "{data} {out}");
        assert!(text(&output.stderr).contains("is the folder of the ledger itself"));
    }
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_run_that_fails_leaves_the_reports_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let data = folder.path().join("data");
    copy_sample("city-2025", &data);
    let score = || run(kaohe().arg("score").arg(&data).arg("--out").arg(&out));
    assert_eq!(score().status.code(), Some(0));
    let before = files(&out);
    assert!(!before.is_empty());
    fs::write(data.join("units.csv"), "单位编号,单位编号\nU1,U1\n").unwrap();
    let output = score();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("error: "));
    assert_eq!(files(&out), before);
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let reports: Vec<_> = ["1", "2", "5"]
        .iter()
        .map(|threads| {
            let out = folder.path().join(threads);
            let mut command = kaohe();
            command.arg("score").arg(sample("city-2025")).args(["--quiet", "--threads", threads, "--out"]).arg(&out);
            let output = run(&mut command);
            assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
            assert_eq!((text(&output.stdout), text(&output.stderr)), ("", ""));
            files(&out)
        })
        .collect();
    assert_eq!(reports[0], reports[1]);
    assert_eq!(reports[0], reports[2]);
}

#[test]
fn task_scores_of_an_earlier_run_do_not_stay_behind() {
    let folder = tempfile::tempdir().unwrap();
    let names = |arguments: &[&str]| -> Vec<String> {
        let mut command = kaohe();
        command.arg("score").arg(sample("city-2025")).arg("--out").arg(folder.path()).args(arguments);
        assert_eq!(run(&mut command).status.code(), Some(0));
        files(folder.path()).into_iter().map(|(name, _)| name).collect()
    };
    assert!(names(&[]).contains(&"task_scores.csv".to_owned()));
    assert!(!names(&["--no-task-scores"]).contains(&"task_scores.csv".to_owned()));
}

#[test]
fn a_new_ledger_can_be_checked_and_scored_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("ledger");
    assert_eq!(run(kaohe().arg("init").arg(&dir)).status.code(), Some(0));
    let policy = dir.join("policy.toml");
    for verb in ["check", "score"] {
        let mut command = kaohe();
        command.current_dir(&folder).arg(verb).arg(&dir).arg("--policy").arg(&policy);
        let output = run(&mut command);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    }
    let lint = run(kaohe().args(["policy", "lint"]).arg(&policy));
    assert_eq!(lint.status.code(), Some(0), "{}", text(&lint.stdout));
}

#[test]
fn a_proposed_tables_file_can_be_confirmed_and_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/suggest.in");
    let check = |arguments: &[&str]| {
        let mut command = kaohe();
        command.arg("check").arg(case.join("ledger")).arg("--policy").arg(case.join("policy.toml"));
        run(command.current_dir(&folder).args(arguments))
    };
    let proposed = check(&["--suggest"]);
    assert_eq!(proposed.status.code(), Some(1), "a column is missing");
    let confirmed = text(&proposed.stdout)
        .replace("# date_formats = [\"%d/%m/%Y\"]", "date_formats = [\"%d/%m/%Y\"]")
        .replace("# \"特急\" = \"…\"", "\"特急\" = \"重大\"");
    fs::write(folder.path().join("tables.toml"), &confirmed).unwrap();
    let checked = check(&["--tables", "tables.toml"]);
    assert_eq!(checked.status.code(), Some(0), "{confirmed}\n{}", text(&checked.stdout));
    let again = check(&["--tables", "tables.toml", "--suggest"]);
    assert_eq!(again.status.code(), Some(0));
    assert!(text(&again.stdout).ends_with("# There is nothing to propose.\n"), "{}", text(&again.stdout));
}

#[test]
fn many_groups_do_not_flood_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let units: String = (10..40).map(|unit| format!("U{unit},类{unit}\n")).collect();
    fs::write(folder.path().join("units.csv"), format!("单位编号,类别\n{units}")).unwrap();
    fs::write(folder.path().join("tasks.csv"), "任务编号,牵头单位\nT1,U10\n").unwrap();
    let output = run(kaohe().current_dir(&folder).args(["score", "."]));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout).matches("in group 类").count(), 12);
    assert!(text(&output.stdout).contains("… and 18 more groups of units, see the reports"));
}

#[test]
fn a_workbook_is_checked_and_scored_and_its_rows_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let rows = [
        ["2025年度督查台账", "", "", ""],
        ["任务编号", "牵头单位", "完成时限", "完成日期"],
        ["T1", "甲局", "2025-03-01", "2025-02-27"],
        ["T2", "乙局", "三月", ""],
        ["T3", "乙局", "2025-05-01", "2025-06-01"],
        ["合计", "3", "", ""],
    ];
    sheet.write_row_matrix(0, 0, rows).unwrap();
    book.save(folder.path().join("tasks.xlsx")).unwrap();
    let check = run(kaohe().current_dir(&folder).args(["check", "tasks.xlsx"]));
    assert_eq!(check.status.code(), Some(3));
    assert!(text(&check.stdout).contains("tasks.xlsx#Sheet1:4:完成时限: bad-date: `三月` is no date"));
    let score = run(kaohe().current_dir(&folder).args(["score", "tasks.xlsx", "--lang", "zh"]));
    assert_eq!(score.status.code(), Some(3));
    let line = text(&score.stdout).lines().find(|line| line.starts_with("tasks:")).unwrap();
    assert!(line.starts_with("tasks: 4 读入 = 2 采用 + 1 剔除 + 1 跳过; 2 采用 = 2 计分"), "{line}");
    let report = |name: &str| fs::read_to_string(folder.path().join("out").join(name)).unwrap();
    assert!(
        report("reconciliation.csv")
            .contains("tasks,read,4\ntasks,accepted,2\ntasks,rejected,1\ntasks,skipped,1\ntasks,scored,2\n")
    );
    assert!(report("rejects.csv").contains("\ntasks.xlsx#Sheet1,4,完成时限,bad-date,"));
    assert!(report("manifest.json").contains("\"file\": \"tasks.xlsx#Sheet1\""));
    fs::create_dir(folder.path().join("corrected")).unwrap();
    fs::write(folder.path().join("corrected/tasks.csv"), report("rejected/tasks.csv").replace("三月", "2025-03"))
        .unwrap();
    fs::write(folder.path().join("tables.toml"), "[tasks]\nfill_down = [\"lead_unit\"]\n").unwrap();
    let again = ["score", "tasks.xlsx", "--also", "corrected", "--tables", "tables.toml", "--out", "again"];
    let again = run(kaohe().current_dir(&folder).args(again));
    assert_eq!(again.status.code(), Some(0), "{}", text(&again.stderr));
    assert!(text(&again.stdout).contains("tasks: 4 read = 3 accepted + 0 rejected + 1 skipped; 3 accepted = 3 scored"));
}
