//! What kind of file a table is in, by the ending of its name.

use std::path::Path;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// What is in it.
    pub format: Format,
    /// How that is packed.
    pub packing: Option<Packing>,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Records with a delimiter.
    Text,
    /// Parquet.
    Parquet,
    /// Sheets; which of the kinds of workbook it is shows what is in it.
    Workbook,
}

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    /// gzip, of one member or several.
    Gzip,
    /// Zstandard.
    Zstd,
}

/// The endings of workbooks.
const WORKBOOKS: [&str; 5] = ["xlsx", "xlsm", "xlsb", "xls", "ods"];

impl Kind {
    /// Text as it is.
    pub const TEXT: Self = Self { format: Format::Text, packing: None };
}

/// The stem of a file and its kind; `None` for an ending that no table has.
pub(super) fn of(path: &Path) -> Option<(&str, Kind)> {
    let name = path.file_name()?.to_str()?;
    let (rest, packing) = match split(name)? {
        (rest, ending) if ending.eq_ignore_ascii_case("gz") => (rest, Some(Packing::Gzip)),
        (rest, ending) if ending.eq_ignore_ascii_case("zst") => (rest, Some(Packing::Zstd)),
        _ => (name, None),
    };
    let (stem, ending) = split(rest)?;
    let is = |known: &str| ending.eq_ignore_ascii_case(known);
    let format = match packing {
        _ if is("csv") || is("tsv") => Format::Text,
        None if is("parquet") => Format::Parquet,
        None if WORKBOOKS.iter().any(|known| is(known)) => Format::Workbook,
        _ => return None,
    };
    Some((stem, Kind { format, packing }))
}

/// A name without its ending, and the ending.
fn split(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_what_a_file_holds_in_any_case() {
        let kind = |name: &'static str| of(Path::new(name)).map(|(stem, kind)| (stem, kind.format, kind.packing));
        assert_eq!(kind("a/tasks.csv"), Some(("tasks", Format::Text, None)));
        assert_eq!(kind("tasks.TSV"), Some(("tasks", Format::Text, None)));
        assert_eq!(kind("tasks.1.Csv.GZ"), Some(("tasks.1", Format::Text, Some(Packing::Gzip))));
        assert_eq!(kind("tasks.tsv.zst"), Some(("tasks", Format::Text, Some(Packing::Zstd))));
        assert_eq!(kind("tasks.parquet"), Some(("tasks", Format::Parquet, None)));
        for name in ["tasks.xlsx", "tasks.XLSM", "tasks.xlsb", "tasks.xls", "tasks.ods"] {
            assert_eq!(kind(name), Some(("tasks", Format::Workbook, None)), "{name}");
        }
        for name in
            ["tasks", "tasks.doc", "tasks.gz", ".csv", ".csv.gz", "tasks.parquet.gz", "tasks.xlsx.gz", "tasks.csv.bak"]
        {
            assert_eq!(kind(name), None, "{name}");
        }
    }
}
