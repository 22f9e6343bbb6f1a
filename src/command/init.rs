//! `kaohe init`: a folder to start a ledger in.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use scoring::policy;
use scoring::read::TableName;

use crate::cli;
use crate::exit::{Failure, Outcome};
use crate::output::Output;

const README: &str = include_str!("init/README.md");

/// Starts a ledger.
pub fn run(typed: &cli::Init, output: &mut Output) -> Result<Outcome, Failure> {
    let mut files =
        vec![("README.md".to_owned(), README.to_owned()), ("policy.toml".to_owned(), policy::template().to_owned())];
    files.extend(TableName::ALL.map(|table| (format!("{}.csv", table.id()), empty(table))));
    for (name, _) in &files {
        let path = typed.dir.join(name);
        // A link that leads nowhere is in the way too.
        if path.symlink_metadata().is_ok() {
            return Err(Failure::InTheWay { path });
        }
    }
    let unwritable = |path: &Path| {
        let path = path.to_owned();
        move |source| Failure::Unwritable { path, source }
    };
    fs::create_dir_all(&typed.dir).map_err(unwritable(&typed.dir))?;
    for (name, content) in &files {
        let path = typed.dir.join(name);
        let file = OpenOptions::new().write(true).create_new(true).open(&path);
        file.and_then(|mut file| file.write_all(content.as_bytes())).map_err(unwritable(&path))?;
    }
    output.line(format_args!("started a ledger in {}: fill in tasks.csv, then", typed.dir.display()))?;
    output.line(format_args!(
        "  kaohe check {dir} --policy {policy}\n  kaohe score {dir} --policy {policy}",
        dir = typed.dir.display(),
        policy = typed.dir.join("policy.toml").display()
    ))?;
    Ok(Outcome::Done)
}

/// A table that has its Chinese headings only; with a BOM, so that Excel knows the encoding.
fn empty(table: TableName) -> String {
    let headings: Vec<&str> =
        table.columns().iter().map(|column| column.aliases.first().copied().unwrap_or(column.id)).collect();
    format!("\u{feff}{}\n", headings.join(","))
}
