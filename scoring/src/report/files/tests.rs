use super::*;

fn write(folder: &Path, files: &[(&str, &str)], gone: &[&str]) -> Result<Vec<String>, (String, io::Error)> {
    let mut staged = Staged::new(folder).unwrap();
    for (name, text) in files {
        let mut file = staged.file(name).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        staged.close(file).unwrap();
    }
    staged.publish(&gone.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_folder_within_comes_with_its_first_report_and_goes_with_its_last() {
    let out = tempfile::tempdir().unwrap();
    write(out.path(), &[("a.csv", "1"), ("in/b.csv", "2")], &["in/c.csv"]).unwrap();
    assert_eq!(fs::read_to_string(out.path().join("in/b.csv")).unwrap(), "2");
    write(out.path(), &[("a.csv", "3")], &["in/b.csv"]).unwrap();
    assert_eq!(names(out.path()), ["a.csv"]);
    write(out.path(), &[("in/b.csv", "2")], &[]).unwrap();
    fs::write(out.path().join("in/mine.txt"), "").unwrap();
    write(out.path(), &[], &["in/b.csv"]).unwrap();
    assert_eq!(names(&out.path().join("in")), ["mine.txt"]);
}

#[test]
fn what_a_killed_run_left_is_cleared_and_what_a_run_is_writing_is_not() {
    let out = tempfile::tempdir().unwrap();
    let left = [".kaohe-old.tmp", "kaohe-a.tmp", ".kaohe-a.csv", "a.tmp"];
    for name in left {
        fs::write(out.path().join(name), "half").unwrap();
    }
    fs::create_dir(out.path().join(".kaohe-folder.tmp")).unwrap();
    let mut other = Staged::new(out.path()).unwrap();
    assert!(!out.path().join(".kaohe-old.tmp").exists());
    let mut file = other.file("a.csv").unwrap();
    file.write_all(b"whole").unwrap();
    write(out.path(), &[("b.csv", "2")], &[]).unwrap();
    other.close(file).unwrap();
    other.publish(&[]).unwrap();
    assert_eq!(fs::read_to_string(out.path().join("a.csv")).unwrap(), "whole");
    assert_eq!(names(out.path()), [".kaohe-a.csv", ".kaohe-folder.tmp", "a.csv", "a.tmp", "b.csv", "kaohe-a.tmp"]);
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_a_report_is_replaced_and_what_it_leads_to_stays() {
    use std::os::unix::fs::symlink;
    let (out, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let target = elsewhere.path().join("target");
    fs::write(&target, "theirs").unwrap();
    for name in ["a.csv", "gone.csv", ".kaohe-link.tmp"] {
        symlink(&target, out.path().join(name)).unwrap();
    }
    write(out.path(), &[("a.csv", "ours")], &["gone.csv"]).unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), "theirs");
    assert_eq!(fs::read_to_string(out.path().join("a.csv")).unwrap(), "ours");
    assert!(!out.path().join("a.csv").is_symlink());
    assert_eq!(names(out.path()), [".kaohe-link.tmp", "a.csv"]);
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_a_folder_within_is_refused_before_anything_is_replaced() {
    use std::os::unix::fs::symlink;
    let (out, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(elsewhere.path().join("b.csv"), "theirs").unwrap();
    fs::write(out.path().join("a.csv"), "old").unwrap();
    symlink(elsewhere.path(), out.path().join("in")).unwrap();
    let found = write(out.path(), &[("a.csv", "new"), ("in/b.csv", "2")], &[]).unwrap_err();
    assert_eq!(found.0, "in/b.csv");
    assert_eq!(found.1.to_string(), format!("`{}` is no folder, or a link to one", out.path().join("in").display()));
    assert!(write(out.path(), &[("a.csv", "new")], &["in/b.csv"]).is_err());
    assert_eq!(fs::read_to_string(elsewhere.path().join("b.csv")).unwrap(), "theirs");
    assert_eq!(fs::read_to_string(out.path().join("a.csv")).unwrap(), "old");
}

#[test]
fn a_folder_that_was_made_for_reports_goes_when_there_are_none() {
    let above = tempfile::tempdir().unwrap();
    let out = above.path().join("out");
    let mut staged = Staged::new(&out).unwrap();
    let file = staged.file("a.csv").unwrap();
    staged.close(file).unwrap();
    drop(staged);
    assert!(!out.exists());
    fs::create_dir(&out).unwrap();
    drop(Staged::new(&out).unwrap());
    assert!(out.exists(), "it was there before");
    fs::remove_dir(&out).unwrap();
    write(&out, &[("a.csv", "1")], &[]).unwrap();
    assert_eq!(names(&out), ["a.csv"]);
}
