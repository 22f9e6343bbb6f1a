//! Which column of a file is which column of its table. METHOD §2.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::columns::FileColumns;
use super::delimiter::COMMA;
use super::error::ReadError;
use super::settings::TableSettings;
use super::table::{ColumnSpec, TableName};
use super::{blank, trim};

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// Its place in the file.
    pub index: usize,
    /// Its heading in the file.
    pub heading: String,
    /// Words that the tables file turns into others.
    words: FxHashMap<String, String>,
}

impl Column {
    /// A cell as the rest of reading sees it: trimmed, with the tables file's words in place, `None` when blank.
    #[inline]
    pub fn cell<'a>(&'a self, raw: Option<&'a str>) -> Option<&'a str> {
        if self.words.is_empty() {
            return raw.and_then(as_written);
        }
        self.in_words(raw.unwrap_or_default())
    }

    #[inline(never)]
    fn in_words<'a>(&'a self, raw: &'a str) -> Option<&'a str> {
        let cell = trim(raw);
        Some(self.words.get(cell).map_or(cell, String::as_str)).filter(|cell| !blank(cell))
    }

    /// Whether words are turned into others.
    pub fn changes_words(&self) -> bool {
        !self.words.is_empty()
    }
}

/// A cell, trimmed; `None` when it is blank.
#[inline]
pub(super) fn as_written(raw: &str) -> Option<&str> {
    if is_plain(raw.as_bytes()) { Some(raw) } else { trimmed(raw) }
}

// Apart, so that what nearly all cells need is small enough to stand where it is used.
#[inline(never)]
fn trimmed(raw: &str) -> Option<&str> {
    Some(trim(raw)).filter(|cell| !blank(cell))
}

/// Whether a cell shows by its first and its last byte that it is neither blank nor to be trimmed, as nearly all do:
/// no sign of blank begins with a digit or a letter, but for N/A.
#[inline]
pub(super) fn is_plain(cell: &[u8]) -> bool {
    match cell {
        [b'N' | b'n', ..] => false,
        [first, .., last] => first.is_ascii_alphanumeric() && last.is_ascii_graphic(),
        [one] => one.is_ascii_alphanumeric(),
        [] => false,
    }
}

/// The columns of a file.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    table: TableName,
    /// Columns that the file has.
    pub width: usize,
    /// What stands between its cells, where it is text.
    pub delimiter: u8,
    /// The headings of the file as they are.
    headings: Vec<String>,
    /// By place in the table's list.
    columns: Vec<Option<Column>>,
    /// Columns that the policy names, by id or heading.
    pub named: BTreeMap<String, Column>,
    /// Whether file and line make the ids.
    pub ids_from_rows: bool,
    /// Whether columns are read; else records alone are.
    reads_columns: bool,
}

impl Layout {
    /// Finds the columns by the headings of a file; `named` are those that the policy names.
    pub fn new(
        table: TableName,
        file: &str,
        headings: &[String],
        settings: &TableSettings,
        named: &BTreeSet<String>,
    ) -> Result<Self, ReadError> {
        let trimmed: Vec<&str> = headings.iter().map(|heading| trim(heading)).collect();
        let finder = Finder { table, file, headings: &trimmed, settings };
        let columns: Vec<Option<Column>> =
            table.columns().iter().map(|spec| finder.taken(spec)).collect::<Result<_, _>>()?;
        finder.check_measures(&columns)?;
        finder.check_words()?;
        let mut layout = Self {
            table,
            width: headings.len(),
            delimiter: COMMA,
            headings: headings.to_vec(),
            columns,
            named: BTreeMap::new(),
            ids_from_rows: settings.ids_from_rows,
            reads_columns: true,
        };
        for name in named {
            let standard = table.column(name).and_then(|place| layout.column(place)).cloned();
            if let Some(column) = standard.or_else(|| layout.extra(&finder, name)) {
                layout.named.insert(name.clone(), column);
            }
        }
        Ok(layout)
    }

    /// The columns that a file has, whatever it lacks: what is missing, stands twice or is mapped to a heading that is
    /// not there is passed over.
    pub fn of_what_is_there(table: TableName, headings: &[String], settings: &TableSettings) -> Self {
        let trimmed: Vec<&str> = headings.iter().map(|heading| trim(heading)).collect();
        let mut settings = settings.clone();
        let there = |heading: &str| Finder { table, file: "", headings: &trimmed, settings: &settings }.find(heading);
        let lost: Vec<&str> =
            settings.columns.iter().filter(|(_, heading)| there(heading).is_none()).map(|(id, _)| *id).collect();
        settings.columns.retain(|id, _| !lost.contains(id));
        let finder = Finder { table, file: "", headings: &trimmed, settings: &settings };
        let columns = table.columns().iter().map(|spec| finder.taken(spec).ok().flatten()).collect();
        Self {
            columns,
            ids_from_rows: settings.ids_from_rows,
            reads_columns: true,
            ..Self::of_records(table, headings)
        }
    }

    /// The layout of a file whose records alone are read.
    pub fn of_records(table: TableName, headings: &[String]) -> Self {
        let (headings, width) = (headings.to_vec(), headings.len());
        let (columns, named) = (Vec::new(), BTreeMap::new());
        Self { table, width, delimiter: COMMA, headings, columns, named, ids_from_rows: false, reads_columns: false }
    }

    /// The same layout, by which records alone are read.
    pub fn without_reading(self) -> Self {
        Self { reads_columns: false, ..self }
    }

    /// A column that no column of the table takes; of several with one heading the first.
    fn extra(&self, finder: &Finder<'_>, heading: &str) -> Option<Column> {
        let index = finder.find(heading)?;
        let taken = self.columns.iter().flatten().any(|column| column.index == index);
        (!taken).then(|| finder.column(index, heading, heading))
    }

    /// A column of the table, where the file has it.
    pub fn column(&self, place: usize) -> Option<&Column> {
        self.columns.get(place)?.as_ref()
    }

    /// The columns as later stages need them.
    pub fn headings(&self) -> FileColumns {
        FileColumns::new(self.headings.clone(), self.columns.clone())
    }

    /// The heading of the table's column at a place in the file; blank where it takes none.
    pub fn heading_at(&self, index: usize) -> &str {
        self.columns.iter().flatten().find(|column| column.index == index).map_or("", |column| &column.heading)
    }

    /// How a fault names a column: by its heading in the file, or by its id where the file lacks it.
    pub fn heading(&self, place: usize) -> &str {
        match self.column(place) {
            Some(column) => &column.heading,
            None => self.table.columns().get(place).map_or("", |spec| spec.id),
        }
    }

    /// The columns that are read, by their places in the file.
    pub fn used(&self) -> Vec<usize> {
        if !self.reads_columns {
            return Vec::new();
        }
        let all: BTreeSet<usize> =
            self.columns.iter().flatten().chain(self.named.values()).map(|column| column.index).collect();
        all.into_iter().collect()
    }
}

struct Finder<'a> {
    table: TableName,
    file: &'a str,
    headings: &'a [&'a str],
    settings: &'a TableSettings,
}

impl Finder<'_> {
    /// The first column with a heading; `标题#2` is the second with the heading `标题`, where no heading is that itself.
    fn find(&self, heading: &str) -> Option<usize> {
        let nth = |heading: &str, nth: usize| {
            let same = self.headings.iter().enumerate().filter(|(_, known)| **known == heading);
            same.map(|(place, _)| place).nth(nth)
        };
        nth(heading, 0).or_else(|| {
            let (heading, number) = heading.rsplit_once('#')?;
            nth(heading, number.parse::<usize>().ok()?.checked_sub(1)?)
        })
    }

    fn column(&self, index: usize, heading: &str, name: &str) -> Column {
        let words = self.settings.values.get(name).into_iter().flatten();
        let words = words.map(|(from, to)| (from.clone(), to.clone())).collect();
        Column { index, heading: heading.to_owned(), words }
    }

    fn taken(&self, spec: &ColumnSpec) -> Result<Option<Column>, ReadError> {
        if self.settings.ids_from_rows && spec.id == "task_id" {
            return Ok(None);
        }
        let heading = match self.settings.columns.get(spec.id) {
            Some(mapped) if self.find(mapped).is_none() => {
                return Err(ReadError::MissingHeading {
                    file: self.file.to_owned(),
                    column: spec.id.to_owned(),
                    heading: mapped.clone(),
                });
            }
            Some(mapped) => Some(mapped.as_str()),
            None => [&spec.id].into_iter().chain(spec.aliases).copied().find(|name| self.find(name).is_some()),
        };
        let Some(heading) = heading else {
            return if spec.required { Err(self.missing(spec)) } else { Ok(None) };
        };
        if self.headings.iter().filter(|known| **known == heading).count() > 1 {
            return Err(ReadError::DoubledHeading {
                file: self.file.to_owned(),
                column: spec.id,
                heading: heading.to_owned(),
            });
        }
        Ok(self.find(heading).map(|index| self.column(index, heading, spec.id)))
    }

    fn missing(&self, spec: &ColumnSpec) -> ReadError {
        ReadError::MissingColumn {
            file: self.file.to_owned(),
            table: self.table.id(),
            column: spec.id,
            aliases: spec.aliases,
            headings: self.headings.iter().map(|heading| (*heading).to_owned()).collect(),
        }
    }

    /// A measure is a value, or a numerator over a denominator.
    fn check_measures(&self, columns: &[Option<Column>]) -> Result<(), ReadError> {
        if self.table != TableName::Measures {
            return Ok(());
        }
        let has = |id| self.table.column(id).and_then(|place| columns.get(place)?.as_ref()).is_some();
        if has("value") || (has("numerator") && has("denominator")) {
            return Ok(());
        }
        let value = self.table.columns().iter().find(|spec| spec.id == "value");
        value.map_or(Ok(()), |spec| Err(self.missing(spec)))
    }

    fn check_words(&self) -> Result<(), ReadError> {
        let unknown = |name: &&String| self.table.column(name).is_none() && self.find(name).is_none();
        match self.settings.values.keys().find(unknown) {
            None => Ok(()),
            Some(name) => Err(ReadError::MissingHeading {
                file: self.file.to_owned(),
                column: format!("values.{name}"),
                heading: name.clone(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::Settings;
    use super::*;
    use proptest::prelude::*;

    fn layout(headings: &[&str], settings: &str, named: &[&str]) -> Result<Layout, String> {
        let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
        let settings = Settings::parse(settings, "tables.toml").unwrap().table(TableName::Tasks);
        let named = named.iter().map(|name| (*name).to_owned()).collect();
        Layout::new(TableName::Tasks, "tasks.csv", &headings, &settings, &named).map_err(|error| error.to_string())
    }

    fn index(layout: &Layout, id: &str) -> Option<usize> {
        Some(layout.column(TableName::Tasks.column(id)?)?.index)
    }

    proptest! {
        #[test]
        fn a_plain_cell_is_one_that_trimming_leaves_and_that_is_not_blank(cell in "[ -~　Ａ-Ｚ／nN/A-]{0,6}") {
            if is_plain(cell.as_bytes()) {
                prop_assert_eq!(trim(&cell), &cell);
                prop_assert!(!blank(&cell));
            }
        }
    }

    #[test]
    fn a_column_is_found_by_mapping_then_id_then_the_first_alias() {
        let headings = ["序号", " 编号　", "lead_unit", "牵头单位", "X"];
        let found = layout(&headings, "[tasks]\ncolumns = { level = \"X\" }", &[]).unwrap();
        assert_eq!(index(&found, "task_id"), Some(1));
        assert_eq!(index(&found, "lead_unit"), Some(2));
        assert_eq!(index(&found, "level"), Some(4));
        assert_eq!(found.headings().heading(4), "X");
    }

    #[test]
    fn columns_may_stand_in_any_order() {
        let found = layout(&["lead_unit", "task_id"], "", &[]).unwrap();
        assert_eq!((index(&found, "task_id"), index(&found, "lead_unit")), (Some(1), Some(0)));
    }

    #[test]
    fn a_column_that_must_be_there_is_named_with_its_aliases() {
        let error = layout(&["task_id"], "", &[]).unwrap_err();
        assert!(error.starts_with("`tasks.csv` has no column `lead_unit` (or `牵头单位`, `责任单位`"), "{error}");
        assert!(error.ends_with("[tasks] columns = { lead_unit = \"…\" }; the file has `task_id`"), "{error}");
        let long = "一二三四五六七八九十".repeat(3);
        let many: Vec<&str> = [long.as_str(), "", "b"].into_iter().chain(["c"; 9]).collect();
        let error = layout(&many, "", &[]).unwrap_err();
        let expected = "; the file has `一二三四五六七八九十一二三四五六七八九十一二三四…`, `b`, `c`, `c`, `c`, `c`, `c`, \
                        `c` … (12 in all)";
        assert!(error.ends_with(expected), "{error}");
        let error = layout(&["task_id", "lead_unit"], "[tasks]\ncolumns = { level = \"X\" }", &[]).unwrap_err();
        assert_eq!(error, "`tasks.csv` has no column `X`, which the tables file names for `level`");
    }

    #[test]
    fn a_heading_that_is_used_may_not_stand_twice_and_of_an_extra_one_the_first_counts() {
        let error = layout(&["task_id", "lead_unit", "task_id"], "", &[]).unwrap_err();
        assert!(error.starts_with("`tasks.csv` has the column `task_id` twice"), "{error}");
        let found = layout(&["task_id", "lead_unit", "区", "区"], "", &["区", "乡"]).unwrap();
        assert_eq!(found.named.get("区").unwrap().index, 2);
        assert!(!found.named.contains_key("乡"));
    }

    #[test]
    fn each_of_the_columns_with_one_heading_can_be_named_by_its_number() {
        let headings = ["task_id", "lead_unit", "评级", "评级", "评级", "区#2", "区", "区"];
        let settings = "[tasks]\ncolumns = { level = \"评级#2\" }\n[tasks.values.\"评级#3\"]\n红 = \"1\"";
        let found = layout(&headings, settings, &["评级", "评级#2", "评级#3", "评级#4", "评级#0", "区#2"]).unwrap();
        assert_eq!((index(&found, "level"), found.headings().heading(4)), (Some(3), "评级#2"));
        let named: Vec<_> = found.named.iter().map(|(name, column)| (name.as_str(), column.index)).collect();
        assert_eq!(named, [("区#2", 5), ("评级", 2), ("评级#3", 4)]);
        assert_eq!(found.named["评级#3"].cell(Some("红")), Some("1"));
        let error = layout(&headings, "[tasks]\ncolumns = { level = \"评级#4\" }", &[]).unwrap_err();
        assert_eq!(error, "`tasks.csv` has no column `评级#4`, which the tables file names for `level`");
        let error = layout(&headings, "[tasks]\ncolumns = { level = \"评级\" }", &[]).unwrap_err();
        assert!(error.ends_with("rename one of them, or name one in the tables file as `评级#2`"), "{error}");
    }

    #[test]
    fn ids_from_rows_need_no_column() {
        let found = layout(&["编号", "lead_unit"], "[tasks]\nids = \"row\"", &["编号"]).unwrap();
        assert_eq!(index(&found, "task_id"), None);
        assert_eq!(found.named.get("编号").unwrap().index, 0);
    }

    #[test]
    fn words_are_turned_into_others_before_anything_reads_them() {
        let settings = "[tasks.values.level]\n市级 = \"major\"\n- = \"minor\"\n其他 = \"无\"";
        let found = layout(&["task_id", "lead_unit", "级别"], settings, &[]).unwrap();
        let level = found.column(4).unwrap();
        assert_eq!(level.cell(Some(" 市级　")), Some("major"));
        assert_eq!(level.cell(Some("-")), Some("minor"));
        assert_eq!(level.cell(Some("其他")), None);
        assert_eq!(level.cell(Some("市级以上")), Some("市级以上"));
        assert!(layout(&["task_id", "lead_unit"], "[tasks.values.lvl]\na = \"b\"", &[]).is_err());
    }
}
