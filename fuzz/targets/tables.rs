//! Files of tables, of every kind that can be read.
//!
//! The first byte of the input says what the first file is: its ending by the low four bits, its table by the next
//! three. Its bytes follow; after a line `%%` those of the other tables, as CSV, each up to the next such line.

#![no_main]

use std::sync::LazyLock;

use kaohe_fuzz::{Folder, POLICY, book, hush_libraries, policy, run};
use libfuzzer_sys::fuzz_target;
use scoring::policy::Policy;
use scoring::read::{self, TableName};

static LEDGER: LazyLock<(Folder, Policy)> = LazyLock::new(|| (Folder::default(), policy(POLICY)));

const ENDINGS: [&str; 14] = [
    "csv", "tsv", "csv.gz", "csv.zst", "parquet", "xlsx", "xls", "ods", "tsv.gz", "tsv.zst", "xlsm", "xlsb", "xlsx",
    "ods",
];

/// From this ending on the bytes are the sheet alone, and a workbook is made around it.
const SHEETS: u8 = 12;

/// Stands between the files of an input.
const BETWEEN: &[u8] = b"\n%%\n";

/// The table that must be there.
const TASKS: &[u8] = "编号,牵头单位\n1,甲\n".as_bytes();

fuzz_target!(init: hush_libraries(), |input: &[u8]| {
    let Some((first, bytes)) = input.split_first() else { return };
    let kind = first & 0x0F;
    let Some(ending) = ENDINGS.get(usize::from(kind)) else { return };
    let Some(table) = TableName::ALL.get(usize::from(first >> 4 & 7)) else { return };
    let mut parts = parts(bytes);
    let main = parts.next().unwrap_or_default();
    let workbook = match (kind < SHEETS, *ending) {
        (true, _) => None,
        (false, "ods") => Some(book::ods(main)),
        (false, _) => Some(book::xlsx(main)),
    };
    let mut files = vec![(format!("{}.{ending}", table.id()), workbook.as_deref().unwrap_or(main))];
    for (other, bytes) in TableName::ALL.iter().filter(|other| *other != table).zip(parts) {
        files.push((format!("{}.csv", other.id()), bytes));
    }
    if !files.iter().any(|(name, _)| name.starts_with("tasks.")) {
        files.push(("tasks.csv".to_owned(), TASKS));
    }
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let (folder, policy) = &*LEDGER;
    folder.fill(&files);
    match read::find(folder.path(), None) {
        Ok(sources) => run(&sources, policy),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

/// The files of an input.
fn parts(mut rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut ended = false;
    std::iter::from_fn(move || {
        if ended {
            return None;
        }
        match rest.windows(BETWEEN.len()).position(|window| window == BETWEEN) {
            Some(place) => {
                let (part, after) = rest.split_at(place);
                rest = after.strip_prefix(BETWEEN)?;
                Some(part)
            }
            None => {
                ended = true;
                Some(rest)
            }
        }
    })
}
