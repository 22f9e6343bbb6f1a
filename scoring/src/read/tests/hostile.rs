//! Files that nobody means well with, and files that are broken as if nobody did.

use std::error::Error;

use super::formats::{gzip, read_file, zstandard};
use super::*;

/// A seed of the fuzz targets: the first byte says what kind of file the others are.
fn seed(bytes: &[u8]) -> &[u8] {
    bytes.split_first().map(|(_, file)| file).unwrap_or_default()
}

#[test]
fn a_damaged_parquet_file_that_makes_polars_panic_is_an_error() {
    let damaged = seed(include_bytes!("../../../../fuzz/seeds/tables/parquet_damaged"));
    let error = read_all(&folder(&[("tasks.parquet", damaged)]), None).unwrap_err();
    assert_eq!(error.to_string(), "cannot read the table in `tasks.parquet` from line 2 on");
    assert_eq!(error.source().unwrap().to_string(), "the file is damaged: its parts do not fit together");
    let sound = seed(include_bytes!("../../../../fuzz/seeds/tables/parquet_zstd"));
    assert_eq!(read_all(&folder(&[("tasks.parquet", sound)]), None).unwrap().files[0].rows, 3);
}

#[test]
fn a_small_packed_file_of_one_huge_record_is_read_no_further_than_the_limit() {
    let zeros = [&b"task_id,lead_unit\n1,"[..], &vec![0; 32 << 20]].concat();
    for (name, packed) in [("tasks.csv.gz", gzip(&zeros)), ("tasks.csv.zst", zstandard(&zeros))] {
        // What the end of the file would show to be cut off is not reached.
        let cut_off = &packed[..packed.len() - 2];
        let found = read_file(name, cut_off, Some("[limits]\nrecord_mib = 1\n")).unwrap_err().to_string();
        assert!(found.starts_with(&format!("{name}:2: the record is longer than 1 MiB: ")), "{found}");
        assert!(packed.len() < zeros.len() / 100, "{}", packed.len());
    }
}

#[test]
fn nul_bytes_are_bytes_of_cells_like_others() {
    let rows = rows(b"task_id,lead_unit,\0\n\0,a\0b,\0\n1\0,c,\n\0\n\0,\0,\0");
    assert_eq!(ids(&rows), [(2, "\0"), (3, "1\0"), (4, ""), (5, "\0")]);
    assert_eq!((rows[0].units[0].as_str(), rows[0].raw.as_str()), ("a\0b", "\0,a\0b,\0"));
    assert_eq!(faults(&rows), [(4, "ragged-row", "")]);
}

#[test]
fn a_million_quotes_in_a_row_are_one_cell_or_the_end_of_the_file() {
    let text = |quotes: usize| [&b"task_id,lead_unit\n1,"[..], &vec![b'"'; quotes], b"\n2,b\n"].concat();
    // Half of the quotes between the first and the last stand for the others.
    let even = rows(&text(1_000_000));
    assert_eq!((ids(&even), even[0].units[0].len()), (vec![(2, "1"), (3, "2")], 499_999));
    let odd = rows(&text(1_000_001));
    assert_eq!((ids(&odd), &odd[0].units[1..]), (vec![(2, "1")], ["2", "b"].map(str::to_owned).as_slice()));
}

#[cfg(unix)]
mod names_and_links {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::path::Path;
    use std::process::Command;

    use super::*;

    const ROW: &[u8] = b"task_id,lead_unit\n1,a\n";

    fn refused(folder: &TempDir) -> String {
        let message = read_all(folder, None).unwrap_err().to_string();
        message.replace(&folder.path().display().to_string(), "")
    }

    #[test]
    fn a_link_is_read_as_what_it_leads_to_under_its_own_name() {
        let elsewhere = folder(&[("2025.txt", ROW)]);
        let ledger = folder(&[]);
        symlink(elsewhere.path().join("2025.txt"), ledger.path().join("tasks.csv")).unwrap();
        let table = read_all(&ledger, None).unwrap();
        assert_eq!((table.files[0].name.as_str(), table.files[0].rows), ("tasks.csv", 1));
        let (elsewhere, ledger) = (folder(&[("x/1.csv", ROW)]), folder(&[]));
        symlink(elsewhere.path().join("x"), ledger.path().join("tasks")).unwrap();
        assert_eq!(read_all(&ledger, None).unwrap().files[0].name, "tasks/1.csv");
    }

    #[test]
    fn a_link_that_leads_nowhere_or_to_itself_is_an_error_for_a_table_and_nothing_for_others() {
        let ledger = folder(&[("tasks.csv", ROW)]);
        symlink("gone.txt", ledger.path().join("notes.csv")).unwrap();
        assert_eq!(read_all(&ledger, None).unwrap().files[0].rows, 1);
        let expected = "`/units.csv` is a link that leads nowhere: mend it, or remove it if the table is not needed";
        for to in ["gone.csv", "units.csv"] {
            symlink(to, ledger.path().join("units.csv")).unwrap();
            assert_eq!(refused(&ledger), expected);
            fs::remove_file(ledger.path().join("units.csv")).unwrap();
        }
        let ledger = folder(&[("tasks/1.csv", ROW)]);
        symlink("2.csv", ledger.path().join("tasks/2.csv")).unwrap();
        assert!(refused(&ledger).starts_with("`/tasks/2.csv` is a link that leads nowhere"));
        let error = find(&ledger.path().join("tasks/2.csv"), None).unwrap_err().to_string();
        assert!(
            error.ends_with("2.csv` is a link that leads nowhere: mend it, or remove it if the table is not needed")
        );
    }

    #[test]
    fn a_pipe_or_a_device_is_refused_and_not_waited_for() {
        let ledger = folder(&[("tasks/1.csv", ROW)]);
        let pipe = ledger.path().join("tasks/2.csv");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let expected = "`/tasks/2.csv` is a pipe or a device, and a table is read more than once: save it to a file, and \
                        name that";
        assert_eq!(refused(&ledger), expected);
        fs::rename(&pipe, ledger.path().join("units.csv")).unwrap();
        assert!(refused(&ledger).starts_with("`/units.csv` is a pipe or a device"));
        let device = find(Path::new("/dev/null"), None).unwrap_err().to_string();
        assert!(device.starts_with("`/dev/null` is a pipe or a device"), "{device}");
    }

    #[test]
    fn any_name_of_a_file_is_named_in_full_and_one_that_is_no_text_is_refused() {
        let name = "tasks/a\"b',\n..;=1.csv";
        let ledger = folder(&[(name, ROW)]);
        assert_eq!(read_all(&ledger, None).unwrap().files[0].name, name);
        fs::write(ledger.path().join(OsStr::from_bytes(b"tasks/2\xFF.csv")), ROW).unwrap();
        let expected = "`/tasks/2\u{FFFD}.csv` is no file that a table can be read from, and `tasks/` is for the files \
                        of the table `tasks`: move it elsewhere, or save it as CSV";
        assert_eq!(refused(&ledger), expected);
        // It cannot be the name of a table.
        fs::remove_dir_all(ledger.path().join("tasks")).unwrap();
        fs::write(ledger.path().join(OsStr::from_bytes(b"tasks\xFF.csv")), ROW).unwrap();
        assert!(refused(&ledger).contains("has no table `tasks`"));
    }
}
