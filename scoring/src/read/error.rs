//! Why a run cannot go on reading.

use std::path::PathBuf;

use polars::prelude::PolarsError;

use super::given_back::GivenBackError;

/// Headings of a file that an error shows.
const SHOWN: usize = 8;

/// Characters of a heading that an error shows.
const LONGEST_SHOWN: usize = 24;

/// What stops reading. A row that is wrong does not: see [`super::reject`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// A file or folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Something that is no file, where a table is looked for.
    #[error(
        "`{}` is a pipe or a device, and a table is read more than once: save it to a file, and name that",
        path.display()
    )]
    NoFile {
        /// The path.
        path: PathBuf,
    },
    /// A link that leads to nothing, where a table is looked for.
    #[error("`{}` is a link that leads nowhere: mend it, or remove it if the table is not needed", path.display())]
    BrokenLink {
        /// The link.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Rows that are given back cannot take the place of others.
    #[error(transparent)]
    GivenBack(#[from] GivenBackError),
    /// A packed file that cannot be unpacked to its end.
    #[error("cannot unpack `{file}`: it is damaged or was cut off; copy it anew from where it came")]
    Packed {
        /// The file.
        file: String,
        /// What is wrong with it.
        source: std::io::Error,
    },
    /// A record that is longer than any row can be.
    #[error(
        "{file}:{line}: the record is longer than {limit} MiB: close a quote that stays open, or name the delimiter \
         in the tables file; `[limits] record_mib` there raises the limit"
    )]
    LongRecord {
        /// The file.
        file: String,
        /// The line on which it starts.
        line: u64,
        /// What a record may have, in MiB.
        limit: usize,
    },
    /// A file with more columns than a table can need.
    #[error(
        "`{file}` has {columns} columns, and may have {limit}: remove those that are not needed, or raise \
         `[limits] columns` in the tables file"
    )]
    TooManyColumns {
        /// The file.
        file: String,
        /// How many it has.
        columns: usize,
        /// How many it may have.
        limit: usize,
    },
    /// Neither of the tables of which one must be there.
    #[error(
        "`{}` has no table `tasks` and no table `measures`: put `tasks.csv`, `tasks.xlsx` or `tasks.parquet` there{}",
        folder.display(),
        or_alone(other.as_deref())
    )]
    NoTable {
        /// The folder.
        folder: PathBuf,
        /// A file of it that a table could be read from.
        other: Option<String>,
    },
    /// A file that is read more than once is another one the second time.
    #[error("`{file}` changed while it was read: run again when nobody writes to it")]
    Changed {
        /// The file.
        file: String,
    },
    /// Two files for one table.
    #[error("`{}` and `{}` are both the table `{table}`: remove one of them", first.display(), second.display())]
    TwoFiles {
        /// The table.
        table: &'static str,
        /// One file.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
    /// Something in the folder of a table that is no file of a table.
    #[error(
        "`{}` is no file that a table can be read from, and `{table}/` is for the files of the table `{table}`: \
         move it elsewhere, or save it as CSV",
        path.display()
    )]
    NoTableFile {
        /// The file.
        path: PathBuf,
        /// The table.
        table: &'static str,
    },
    /// Two files of a table differ in their endings alone.
    #[error("`{first}` and `{second}` have one name, and may be the same rows twice: rename or remove one of them")]
    OneName {
        /// One file.
        first: String,
        /// The other.
        second: String,
    },
    /// The folder of a table has no files.
    #[error("`{}` has no files: put those of the table `{table}` there, or remove the folder", folder.display())]
    EmptyFolder {
        /// The folder.
        folder: PathBuf,
        /// The table.
        table: &'static str,
    },
    /// The folder of a table has too many files.
    #[error("`{}` has more than {limit} files: put some of them together", folder.display())]
    TooManyFiles {
        /// The folder.
        folder: PathBuf,
        /// How many it may have.
        limit: u16,
    },
    /// The tables file says something that it cannot say.
    #[error("{file}:{line}: {message}")]
    TablesFile {
        /// The tables file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// A file without a header.
    #[error("`{file}` is empty: its first line must name the columns")]
    NoHeader {
        /// The file.
        file: String,
    },
    /// A header that is no text.
    #[error(
        "{file}:{line}: the header has bytes that are no text in {encoding}: save the file as UTF-8, \
         or name its encoding in the tables file"
    )]
    HeaderEncoding {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// The encoding.
        encoding: &'static str,
    },
    /// A column that must be there is not.
    #[error(
        "`{file}` has no column `{column}`{}: name its heading in the tables file, [{table}] columns = {{ {column} = \"…\" }}{}",
        also(aliases),
        there(headings)
    )]
    MissingColumn {
        /// The file.
        file: String,
        /// The table.
        table: &'static str,
        /// The column's id.
        column: &'static str,
        /// The headings it is also known by.
        aliases: &'static [&'static str],
        /// The headings of the file.
        headings: Vec<String>,
    },
    /// A heading that the tables file names is not in the file.
    #[error("`{file}` has no column `{heading}`, which the tables file names for `{column}`")]
    MissingHeading {
        /// The file.
        file: String,
        /// The column's id.
        column: String,
        /// The heading.
        heading: String,
    },
    /// A heading stands in front of a row.
    #[error(
        "{file}:{line}: `{heading}` heads a row and no column: the table lies on its side. Turn its rows into columns \
         in a spreadsheet (copy, then paste transposed), and save that"
    )]
    OnItsSide {
        /// The file.
        file: String,
        /// The line of the row.
        line: u64,
        /// The heading.
        heading: String,
    },
    /// The tables file names the headings of a file that is no text.
    #[error("`{file}` has headings of its own: `headings` in the tables file is for text files alone")]
    OwnHeadings {
        /// The file.
        file: String,
    },
    /// A heading that is used stands twice.
    #[error(
        "`{file}` has the column `{heading}` twice, and `{column}` is read from it: rename one of them, or name one \
         in the tables file as `{heading}#2`"
    )]
    DoubledHeading {
        /// The file.
        file: String,
        /// The column's id.
        column: &'static str,
        /// The heading.
        heading: String,
    },
    /// A column of a Parquet file holds what no cell can.
    #[error("`{file}`: column `{column}` holds values of a kind that no cell can have ({kind})")]
    ColumnKind {
        /// The file.
        file: String,
        /// The heading.
        column: String,
        /// The kind, as polars names it.
        kind: String,
    },
    /// A file with the ending of a workbook that is none.
    #[error("`{file}` {what}: {remedy}")]
    NoWorkbook {
        /// The file.
        file: String,
        /// What it is.
        what: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A workbook with a password.
    #[error("`{file}` has a password: open it in Excel or WPS, take the password away, and save it")]
    Locked {
        /// The file.
        file: String,
    },
    /// A workbook that cannot be read.
    #[error("cannot read the workbook `{file}` ({why}): open it in Excel or WPS and save it anew as .xlsx")]
    Workbook {
        /// The file.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// A workbook that is too large unpacked.
    #[error(
        "`{file}` is larger unpacked than a workbook may be: if it is no mistake, raise the limit in the tables file, \
         [limits] workbook_mib = {}",
        limit.saturating_mul(2)
    )]
    LargeWorkbook {
        /// The file.
        file: String,
        /// What it may have, in MiB.
        limit: usize,
    },
    /// A sheet with too many cells.
    #[error("`{file}` has more than {limit} cells, empty ones counted: divide it, or save it as CSV")]
    ManyCells {
        /// The file.
        file: String,
        /// How many it may have.
        limit: u64,
    },
    /// A sheet that the tables file names is not in the workbook.
    #[error("`{file}` has no sheet {sheet}, which the tables file names; its sheets are {}", quoted(sheets))]
    NoSheet {
        /// The file.
        file: String,
        /// The sheet.
        sheet: String,
        /// Those that it has.
        sheets: Vec<String>,
    },
    /// No sheet of a workbook is the table.
    #[error(
        "no sheet of `{file}` ({}) has the headings of the table `{table}` in its first rows: name one in the tables \
         file, [{table}] sheet = \"…\"",
        quoted(sheets)
    )]
    NoSheetFits {
        /// The file.
        file: String,
        /// The table.
        table: &'static str,
        /// Its sheets.
        sheets: Vec<String>,
    },
    /// Several sheets of a workbook could be the table.
    #[error(
        "{} of `{file}` could each be the table `{table}`: name one in the tables file, [{table}] sheet = \"…\", or \
         read several as one table, sheets = [\"…\", \"…\"] or \"all\"",
        quoted(sheets)
    )]
    WhichSheet {
        /// The file.
        file: String,
        /// The table.
        table: &'static str,
        /// The sheets.
        sheets: Vec<String>,
    },
    /// No row of a sheet is a header.
    #[error(
        "{nearest} (row {row} was taken for the headings, as none of the first {rows} has all that must be there; \
         [{table}] header_row = … names another)"
    )]
    NoHeaderFits {
        /// What the row lacks that comes nearest.
        nearest: Box<ReadError>,
        /// That row.
        row: u32,
        /// How many rows were looked at.
        rows: u32,
        /// The table.
        table: &'static str,
    },
    /// Merged cells are to be filled where none are to be seen.
    #[error("merged cells of `{file}` cannot be seen, and `fill_down` is to fill them: save the workbook as .xlsx")]
    UnseenMerges {
        /// The file.
        file: String,
    },
    /// polars cannot read a file.
    #[error("cannot read the table in `{file}` from line {line} on")]
    Table {
        /// The file.
        file: String,
        /// The line from which on it was read.
        line: u64,
        /// What polars says.
        source: PolarsError,
    },
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The first headings of a file, and how many follow.
fn there(headings: &[String]) -> String {
    let short = |heading: &String| match heading.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("`{}…`", heading.get(..end).unwrap_or_default()),
        None => format!("`{heading}`"),
    };
    let shown: Vec<String> = headings.iter().filter(|heading| !heading.is_empty()).take(SHOWN).map(short).collect();
    let rest = match headings.len() {
        all if all > SHOWN => format!(" … ({all} in all)"),
        _ => String::new(),
    };
    if shown.is_empty() { String::new() } else { format!("; the file has {}{rest}", shown.join(", ")) }
}

fn or_alone(other: Option<&str>) -> String {
    other.map_or_else(String::new, |other| format!(", or give the file with the tasks by itself, such as `{other}`"))
}

fn also(aliases: &[&str]) -> String {
    let named: Vec<String> = aliases.iter().map(|alias| format!("`{alias}`")).collect();
    if named.is_empty() { String::new() } else { format!(" (or {})", named.join(", ")) }
}
