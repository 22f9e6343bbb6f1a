//! Which files the tables are in. METHOD §2.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

use super::error::ReadError;
use super::given_back::GivenBack;
use super::settings::Settings;
use super::source::SourceFile;
use super::table::TableName;
use super::{Sources, kind, workbook};

/// Files that programs leave in folders by themselves.
const LEFT_BY_PROGRAMS: [&str; 2] = ["thumbs.db", "desktop.ini"];

/// Finds the tables in a folder, or takes one file as `tasks`, and reads the tables file.
///
/// # Errors
/// [`ReadError`] when there is neither `tasks` nor `measures`, when two files are one table, for a folder of a table
/// with a file that is none, and for a tables file that says what it cannot say.
pub fn find(data: &Path, tables_file: Option<&Path>) -> Result<Sources, ReadError> {
    let settings = tables_file.map(Settings::load).transpose()?.unwrap_or_default();
    let metadata = metadata(data)?;
    if !metadata.is_dir() {
        check_file(data)?;
        let files =
            BTreeMap::from([(TableName::Tasks, sheets(vec![SourceFile::new(data)], TableName::Tasks, &settings)?)]);
        return Ok(Sources { files, settings, given_back: GivenBack::default() });
    }
    let files = tables(data, &settings)?;
    if !files.contains_key(&TableName::Tasks) && !files.contains_key(&TableName::Measures) {
        return Err(ReadError::NoTable { folder: data.to_owned(), other: other(data)? });
    }
    Ok(Sources { files, settings, given_back: GivenBack::default() })
}

/// The tables in a folder, each with its files.
pub(super) fn tables(folder: &Path, settings: &Settings) -> Result<BTreeMap<TableName, Vec<SourceFile>>, ReadError> {
    let mut found: BTreeMap<TableName, (PathBuf, Vec<SourceFile>)> = BTreeMap::new();
    for path in sorted(folder)? {
        let Some((table, files)) = table(&path)? else { continue };
        if let Some((first, _)) = found.insert(table, (path.clone(), files)) {
            return Err(ReadError::TwoFiles { table: table.id(), first, second: path });
        }
    }
    found.into_iter().map(|(table, (_, files))| Ok((table, sheets(files, table, settings)?))).collect()
}

/// The files of a table, each workbook by its sheets.
fn sheets(files: Vec<SourceFile>, table: TableName, settings: &Settings) -> Result<Vec<SourceFile>, ReadError> {
    let mut all = Vec::with_capacity(files.len());
    for file in files {
        all.extend(workbook::expand(file, table, &settings.table(table))?);
    }
    Ok(all)
}

/// Tables that are given as text of CSV, not as files.
pub fn in_memory<'t>(tables: impl IntoIterator<Item = (TableName, &'t str)>) -> Sources {
    let file =
        |(table, text): (TableName, &str)| (table, vec![SourceFile::in_memory(&format!("{}.csv", table.id()), text)]);
    let files = tables.into_iter().map(file).collect();
    Sources { files, settings: Settings::default(), given_back: GivenBack::default() }
}

/// What a path leads to, by way of links.
fn metadata(path: &Path) -> Result<Metadata, ReadError> {
    std::fs::metadata(path).map_err(|source| match path.is_symlink() {
        true => ReadError::BrokenLink { path: path.to_owned(), source },
        false => unreadable(path, source),
    })
}

/// Refuses what cannot be read from its start as often as wanted. A pipe would also keep the run waiting.
fn check_file(path: &Path) -> Result<(), ReadError> {
    if metadata(path)?.is_file() { Ok(()) } else { Err(ReadError::NoFile { path: path.to_owned() }) }
}

fn unreadable(path: &Path, source: std::io::Error) -> ReadError {
    ReadError::Unreadable { path: path.to_owned(), source }
}

/// What is in a folder, by name.
fn sorted(folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = entries.map_err(|source| unreadable(folder, source))?;
    let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

/// The first file of a folder that a table could be read from, but for those that are one by their names.
fn other(folder: &Path) -> Result<Option<String>, ReadError> {
    let readable = |path: &PathBuf| {
        let stem = kind::of(path).filter(|_| path.is_file() && !is_left_by_programs(path)).map(|(stem, _)| stem);
        stem.is_some_and(|stem| TableName::parse(stem).is_none())
    };
    let name = |path: PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(sorted(folder)?.into_iter().find(readable).map(name))
}

/// The table that a file or a folder is, and its files.
fn table(path: &Path) -> Result<Option<(TableName, Vec<SourceFile>)>, ReadError> {
    if path.is_dir() {
        let table = path.file_name().and_then(|name| TableName::parse(name.to_str()?));
        return table.map(|table| Ok((table, files(path, table)?))).transpose();
    }
    let Some(table) = kind::of(path).and_then(|(stem, _)| TableName::parse(stem)) else { return Ok(None) };
    check_file(path)?;
    Ok(Some((table, vec![SourceFile::new(path)])))
}

/// The files of a table that has a folder. A file that cannot be read would be rows that are lost, so it is an error.
fn files(folder: &Path, table: TableName) -> Result<Vec<SourceFile>, ReadError> {
    let mut files: Vec<SourceFile> = Vec::new();
    for path in sorted(folder)?.into_iter().filter(|path| !is_left_by_programs(path)) {
        if path.is_dir() || kind::of(&path).is_none() {
            return Err(ReadError::NoTableFile { path, table: table.id() });
        }
        check_file(&path)?;
        let file = SourceFile::in_folder(table.id(), &path);
        if let Some(first) = files.iter().find(|other| other.stem == file.stem) {
            return Err(ReadError::OneName { first: first.name.clone(), second: file.name });
        }
        files.push(file);
    }
    match u16::try_from(files.len()) {
        Ok(0) => Err(ReadError::EmptyFolder { folder: folder.to_owned(), table: table.id() }),
        Ok(_) => Ok(files),
        Err(_) => Err(ReadError::TooManyFiles { folder: folder.to_owned(), limit: u16::MAX }),
    }
}

/// Whether a file is hidden, or a program's own: `.DS_Store`, `~$tasks.xlsx`.
fn is_left_by_programs(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(['.', '~']) || LEFT_BY_PROGRAMS.iter().any(|known| known.eq_ignore_ascii_case(&name))
}
