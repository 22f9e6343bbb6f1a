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

const FAULTY: &str = "任务编号,牵头单位,完成时限\nT1,甲局,2025-03-01\nT2,,2025-03-01\nT3,甲局,三月\n";

#[test]
fn corrections_in_the_folder_of_the_reports_stay_from_run_to_run() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tasks.csv"), FAULTY).unwrap();
    let rejected = folder.path().join("out/rejected/tasks.csv");
    let score = |also: &[&str]| run(kaohe().current_dir(&folder).args(["score", ".", "--quiet"]).args(also));
    let correct = |from: &str, to: &str| {
        let words = fs::read_to_string(&rejected).unwrap();
        assert!(words.contains(from), "{words}");
        fs::write(&rejected, words.replace(from, to)).unwrap();
    };
    assert_eq!(score(&[]).status.code(), Some(3));
    correct("T2,,", "T2,乙局,");
    let output = score(&["--also", "out/rejected"]);
    assert_eq!((output.status.code(), text(&output.stderr).contains("1 row was rejected")), (Some(3), true));
    correct("三月", "2025-03-31");
    for _ in 0..2 {
        assert_eq!(score(&["--also", "out/rejected"]).status.code(), Some(0));
        let kept = "\u{FEFF}file,line,任务编号,牵头单位,完成时限\n\
                    tasks.csv,3,T2,乙局,2025-03-01\ntasks.csv,4,T3,甲局,2025-03-31\n";
        assert_eq!(fs::read_to_string(&rejected).unwrap(), kept);
    }
    let elsewhere = score(&["--also", "out/rejected", "--out", "other"]);
    assert_eq!((elsewhere.status.code(), folder.path().join("other/rejected").exists()), (Some(0), false));
}

#[test]
fn rows_that_somebody_is_correcting_are_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tasks.csv"), FAULTY).unwrap();
    let score = |out: &str| run(kaohe().current_dir(&folder).args(["score", ".", "--quiet", "--out", out]));
    assert_eq!([score("out").status.code(), score("out").status.code()], [Some(3), Some(3)]);
    let rejected = folder.path().join("out/rejected/tasks.csv");
    fs::write(&rejected, "corrected").unwrap();
    let before = files(&folder.path().join("out"));
    let output = score("out");
    assert_eq!(output.status.code(), Some(2));
    let expected = "error: `out/rejected/tasks.csv` was changed since it was written, and this run would replace it; \
                    nothing was read\n\nhint: give it back with `--also` and the folder that it is in, or write the \
                    reports to another folder\n";
    assert_eq!(text(&output.stderr).replace('\\', "/"), expected);
    assert_eq!(files(&folder.path().join("out")), before);
    assert_eq!(fs::read_to_string(rejected).unwrap(), "corrected");
    assert_eq!(score("other").status.code(), Some(3));
}

#[test]
fn rejected_rows_of_an_earlier_run_do_not_stay_behind() {
    let folder = tempfile::tempdir().unwrap();
    let rejected = folder.path().join("out/rejected");
    for (tasks, expected) in [(FAULTY, true), ("任务编号,牵头单位\nT1,甲局\n", false)] {
        fs::write(folder.path().join("tasks.csv"), tasks).unwrap();
        run(kaohe().current_dir(&folder).args(["score", "."]));
        assert_eq!(rejected.exists(), expected);
    }
}

#[test]
fn too_many_rejected_rows_leave_the_reports_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let score =
        |most: &str| run(kaohe().current_dir(&folder).args(["score", ".", "--max-rejects", most])).status.code();
    fs::write(folder.path().join("tasks.csv"), "任务编号,牵头单位\nT1,甲局\n").unwrap();
    assert_eq!(score("0"), Some(0));
    let before = files(&out);
    fs::write(folder.path().join("tasks.csv"), FAULTY).unwrap();
    for most in ["0", "1", "0%", "66%"] {
        assert_eq!(score(most), Some(4), "{most}");
        assert_eq!(files(&out), before);
        let check = run(kaohe().current_dir(&folder).args(["check", ".", "--max-rejects", most]));
        assert_eq!(check.status.code(), Some(4));
        assert!(text(&check.stdout).ends_with("2 rows were rejected (missing-value 1, bad-date 1)\n"));
        let expected = format!("error: 2 of 3 rows were rejected, more than `--max-rejects {most}` allows\n");
        assert!(text(&check.stderr).starts_with(&expected));
    }
    assert!(!out.join("rejected").exists());
    for most in ["2", "67%", "100%"] {
        assert_eq!(score(most), Some(3), "{most}");
    }
    for wrong in ["", "x", "-1", "1.5", "101%"] {
        assert_eq!(score(wrong), Some(2), "{wrong}");
    }
}

#[cfg(unix)]
#[test]
fn a_run_that_is_killed_leaves_the_reports_as_they_were_and_the_next_one_clears_up() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    fs::write(folder.path().join("tasks.csv"), FAULTY).unwrap();
    let score = |data: &str| {
        let mut command = kaohe();
        command.current_dir(&folder).args(["score", data, "--quiet"]);
        command
    };
    run(&mut score("."));
    let before = files(&out);
    // A pipe that nobody writes to holds the run up where it reads.
    let pipe = folder.path().join("pipe.csv");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut child = score("pipe.csv").stderr(Stdio::null()).spawn().unwrap();
    assert!(child.try_wait().unwrap().is_none());
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    assert_eq!(files(&out), before);
    fs::write(out.join(".kaohe-half.tmp"), "half a report").unwrap();
    fs::write(out.join("mine.tmp"), "").unwrap();
    run(&mut score("."));
    let names: Vec<_> = files(&out).into_iter().map(|(name, _)| name).collect();
    assert!(names.contains(&"mine.tmp".to_owned()) && !names.contains(&".kaohe-half.tmp".to_owned()), "{names:?}");
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
