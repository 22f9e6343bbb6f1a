//! The tables file: how the tables of one place differ from those of METHOD §2.

mod sheets;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use encoding_rs::Encoding;
use toml_edit::{Document, Item, TableLike, Value};

use super::aliases::Aliases;
use super::delimiter;
use super::error::ReadError;
use super::limits::Limits;
use super::table::TableName;
use super::width::half;
pub(super) use sheets::{SheetRef, SheetSettings, Sheets};

/// A tables file.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    tables: BTreeMap<TableName, TableSettings>,
    limits: Limits,
}

/// What a tables file says of one table.
#[derive(Debug, Clone, Default)]
pub(super) struct TableSettings {
    /// Headings by column id.
    pub columns: BTreeMap<&'static str, String>,
    /// Words that become others, by column id or heading.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Whether file and line make the ids.
    pub ids_from_rows: bool,
    /// Further formats of dates (strftime).
    pub date_formats: Vec<String>,
    /// The encoding of its files.
    pub encoding: Option<&'static Encoding>,
    /// The headings of its text files, instead of those that these have.
    pub headings: Vec<String>,
    /// What stands between the cells of its files.
    pub delimiter: Option<u8>,
    /// How large things may be, in all tables.
    pub limits: Limits,
    /// How sheets of workbooks are read.
    pub sheets: SheetSettings,
    /// Whether rows that are totals are skipped; by itself in workbooks alone.
    pub skip_totals: Option<bool>,
    /// Other names of its units or persons.
    pub aliases: Aliases,
}

impl Settings {
    /// Reads a tables file.
    pub fn load(path: &Path) -> Result<Self, ReadError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| ReadError::Unreadable { path: path.to_owned(), source })?;
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self::parse(&text, &file)
    }

    /// Reads the text of a tables file.
    pub fn parse(text: &str, file: &str) -> Result<Self, ReadError> {
        Source { text: &with_quoted_keys(text), file }.settings()
    }

    /// What it says of a table.
    pub fn table(&self, table: TableName) -> TableSettings {
        let settings = self.tables.get(&table).cloned().unwrap_or_default();
        TableSettings { limits: self.limits, ..settings }
    }
}

#[derive(Clone, Copy)]
struct Source<'a> {
    text: &'a str,
    file: &'a str,
}

impl Source<'_> {
    fn error(self, span: Option<Range<usize>>, message: String) -> ReadError {
        ReadError::TablesFile { file: self.file.to_owned(), line: self.line(span), message }
    }

    fn line(self, span: Option<Range<usize>>) -> usize {
        let before = span.and_then(|span| self.text.get(..span.start)).unwrap_or_default();
        memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1
    }

    fn settings(self) -> Result<Settings, ReadError> {
        let document =
            Document::parse(self.text).map_err(|error| self.error(error.span(), error.message().to_owned()))?;
        let mut settings = Settings::default();
        for (name, span, item) in entries(document.as_table()) {
            if name == "limits" {
                settings.limits = self.limits(item)?;
                continue;
            }
            let Some(table) = TableName::parse(name) else {
                let known = TableName::ALL.map(TableName::id).join(", ");
                return Err(self.error(
                    span,
                    format!("unknown table `{name}`; the tables are {known}; `limits` is for all of them"),
                ));
            };
            settings.tables.insert(table, self.table(table, item)?);
        }
        Ok(settings)
    }

    fn table(self, table: TableName, item: &Item) -> Result<TableSettings, ReadError> {
        let mut settings = TableSettings::default();
        for (key, span, item) in entries(self.table_like(item, table.id())?) {
            match key {
                "columns" => {
                    for (id, span, item) in entries(self.table_like(item, key)?) {
                        let Some(column) = table.columns().iter().find(|column| column.id == id) else {
                            return Err(self.error(span, format!("`{}` has no column `{id}`", table.id())));
                        };
                        settings.columns.insert(column.id, self.text(item, id)?.trim().to_owned());
                    }
                }
                "values" => {
                    for (column, _, item) in entries(self.table_like(item, key)?) {
                        settings.values.insert(column.trim().to_owned(), self.words(item, column)?);
                    }
                }
                "ids" if table == TableName::Tasks => match self.text(item, key)? {
                    "row" => settings.ids_from_rows = true,
                    other => return Err(self.error(item.span(), format!("`ids` is \"row\", not \"{other}\""))),
                },
                "aliases" if matches!(table, TableName::Units | TableName::Posts) => {
                    settings.aliases = self.aliases(item)?;
                }
                "date_formats" => settings.date_formats = self.formats(item)?,
                "headings" => settings.headings = self.headings(item)?,
                "delimiter" => settings.delimiter = Some(self.delimiter(item)?),
                "encoding" => {
                    let label = self.text(item, key)?;
                    let encoding = Encoding::for_label_no_replacement(label.as_bytes());
                    settings.encoding =
                        Some(encoding.ok_or_else(|| self.error(item.span(), format!("unknown encoding `{label}`")))?);
                }
                "skip_totals" => {
                    let wrong = || self.error(item.span(), "`skip_totals` is true or false".to_owned());
                    settings.skip_totals = Some(item.as_bool().ok_or_else(wrong)?);
                }
                _ if self.sheet_key(&mut settings.sheets, table, key, item)? => {}
                _ => return Err(self.error(span, format!("unknown key `{key}` in [{}]", table.id()))),
            }
        }
        Ok(settings)
    }

    fn words(self, item: &Item, column: &str) -> Result<BTreeMap<String, String>, ReadError> {
        entries(self.table_like(item, column)?)
            .map(|(from, _, to)| Ok((from.trim().to_owned(), self.text(to, from)?.trim().to_owned())))
            .collect()
    }

    fn headings(self, item: &Item) -> Result<Vec<String>, ReadError> {
        let headings = item.as_array().and_then(|array| array.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
        let headings = headings.filter(|headings| !headings.is_empty()).ok_or_else(|| {
            self.error(item.span(), "`headings` is a list of all headings in their order, each in quotes".to_owned())
        })?;
        Ok(headings.into_iter().map(str::to_owned).collect())
    }

    fn aliases(self, item: &Item) -> Result<Aliases, ReadError> {
        let mut aliases = Aliases::of(self.file);
        for (alias, span, item) in entries(self.table_like(item, "aliases")?) {
            aliases.add(alias, self.text(item, alias)?, self.line(span))?;
        }
        aliases.check_circles()?;
        Ok(aliases)
    }

    fn formats(self, item: &Item) -> Result<Vec<String>, ReadError> {
        let wrong = |span| self.error(span, "`date_formats` is a list of formats such as \"%d/%m/%Y\"".to_owned());
        let array = item.as_array().ok_or_else(|| wrong(item.span()))?;
        array
            .iter()
            .map(|value: &Value| {
                let format = value.as_str().ok_or_else(|| wrong(value.span()))?;
                // A format that cannot be written cannot be read either.
                jiff::fmt::strtime::format(&*half(format), jiff::civil::DateTime::constant(2025, 3, 1, 0, 0, 0, 0))
                    .map_err(|error| self.error(value.span(), format!("`{format}` is no format of dates: {error}")))?;
                Ok(format.to_owned())
            })
            .collect()
    }

    fn limits(self, item: &Item) -> Result<Limits, ReadError> {
        let mut limits = Limits::default();
        for (key, span, item) in entries(self.table_like(item, "limits")?) {
            let Some((limit, range)) = limits.key(key) else {
                return Err(self.error(span, format!("unknown key `{key}` in [limits]")));
            };
            let number = item.as_integer().and_then(|number| usize::try_from(number).ok());
            *limit = number.filter(|number| range.contains(number)).ok_or_else(|| {
                let (least, most) = range.into_inner();
                self.error(item.span(), format!("`{key}` is a whole number from {least} to {most}"))
            })?;
        }
        Ok(limits)
    }

    fn delimiter(self, item: &Item) -> Result<u8, ReadError> {
        let known = |text: &str| delimiter::NAMED.into_iter().find(|delimiter| text.as_bytes() == [*delimiter]);
        known(self.text(item, "delimiter")?).ok_or_else(|| {
            let message = "`delimiter` is \",\", \";\", \"|\" or \"\\t\" (a tab)".to_owned();
            self.error(item.span(), message)
        })
    }

    fn table_like<'i>(self, item: &'i Item, key: &str) -> Result<&'i dyn TableLike, ReadError> {
        item.as_table_like().ok_or_else(|| self.error(item.span(), format!("`{key}` is a table of keys and values")))
    }

    fn text<'i>(self, item: &'i Item, key: &str) -> Result<&'i str, ReadError> {
        item.as_str().ok_or_else(|| self.error(item.span(), format!("`{key}` is a text in quotes")))
    }
}

/// The keys of a table with their places.
fn entries(table: &dyn TableLike) -> impl Iterator<Item = (&str, Option<Range<usize>>, &Item)> {
    table.iter().map(|(key, item)| {
        let span = table.key(key).and_then(toml_edit::Key::span);
        (key, span, item)
    })
}

/// The text with quotes around keys in Chinese, which TOML takes only in quotes: `市级 = "major"`. Lines stay as they are.
fn with_quoted_keys(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' => string_length(rest, c),
            _ => rest
                .find(|c: char| c.is_whitespace() || "=.,[]{}\"'#".contains(c))
                .unwrap_or(rest.len())
                .max(c.len_utf8()),
        };
        let (word, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let is_key = matches!(after.trim_start_matches([' ', '\t']).chars().next(), Some('=' | '.' | ']'));
        if is_key && !c.is_whitespace() && !matches!(c, '"' | '\'' | '#') && !word.is_ascii() {
            quoted.extend(["\"", word, "\""]);
        } else {
            quoted.push_str(word);
        }
        rest = after;
    }
    quoted
}

/// Length of the string that text begins with, its quotes included.
fn string_length(text: &str, quote: char) -> usize {
    let triple = String::from(quote).repeat(3);
    let marks = if text.starts_with(&triple) { triple } else { String::from(quote) };
    let mut at = marks.len();
    while let Some(rest) = text.get(at..) {
        if rest.starts_with(&marks) {
            return at + marks.len();
        }
        match rest.chars().next() {
            Some('\\') if quote == '"' => at += 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            Some(c) => at += c.len_utf8(),
            None => break,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(text: &str) -> String {
        Settings::parse(text, "tables.toml").unwrap_err().to_string()
    }

    #[test]
    fn every_key_is_read() {
        let text = "[tasks]\ncolumns = { task_id = \"CASE_ID\" }\nids = \"row\"\ndate_formats = [\"%d/%m/%Y\"]\n\
                    encoding = \"macintosh\"\nsheets = [\"甲\", 2]\nheader_rows = [2, 3]\n\
                    fill_down = [\"区\"]\nskip_totals = false\ndelimiter = \"\\t\"\n[tasks.values.level]\n市级 = \"major\"\n";
        let tasks = Settings::parse(text, "tables.toml").unwrap().table(TableName::Tasks);
        assert_eq!(tasks.columns.get("task_id").unwrap(), "CASE_ID");
        assert!(tasks.ids_from_rows);
        assert_eq!(tasks.date_formats, ["%d/%m/%Y"]);
        assert_eq!(tasks.encoding, Some(encoding_rs::MACINTOSH));
        assert_eq!(tasks.delimiter, Some(b'\t'));
        let sheets = vec![SheetRef::Name("甲".to_owned()), SheetRef::Number(2)];
        assert_eq!(tasks.sheets.chosen, Some(Sheets::Named(sheets)));
        assert_eq!((tasks.sheets.header_rows, tasks.sheets.fill_down), (Some((2, 3)), vec!["区".to_owned()]));
        assert_eq!(tasks.skip_totals, Some(false));
        assert_eq!(tasks.values.get("level").unwrap().get("市级").unwrap(), "major");
    }

    #[test]
    fn limits_hold_for_every_table_and_stay_where_they_are_not_named() {
        let settings =
            Settings::parse("[limits]\nrecord_mib = 8\nworkbook_mib = 1024\n[units]\n", "tables.toml").unwrap();
        let expected = Limits { record_mib: 8, workbook_mib: 1024, ..Limits::default() };
        for table in TableName::ALL {
            assert_eq!(settings.table(table).limits, expected);
            assert_eq!(Settings::default().table(table).limits, Limits::default());
        }
        let all =
            Settings::parse("limits = { record_mib = 1024, columns = 1_000_000, workbook_mib = 65536 }", "t.toml");
        let expected = Limits { record_mib: 1_024, columns: 1_000_000, workbook_mib: 65_536 };
        assert_eq!(all.unwrap().table(TableName::Tasks).limits, expected);
    }

    #[test]
    fn keys_in_chinese_need_no_quotes() {
        let text = "[tasks.values.重要程度] # 级别 = 1\n市级 = \"甲 = 乙\"\n'区级' = '丙'\n[units]\nvalues = { name = { 市局 = \"局\" } }";
        let settings = Settings::parse(text, "tables.toml").unwrap();
        let words = settings.table(TableName::Tasks).values;
        let words: Vec<_> = words.get("重要程度").unwrap().iter().collect();
        assert_eq!(words, [(&"区级".to_owned(), &"丙".to_owned()), (&"市级".to_owned(), &"甲 = 乙".to_owned())]);
        assert_eq!(settings.table(TableName::Units).values.get("name").unwrap().len(), 1);
        assert!(Settings::parse("[tasks]\nencoding = 市级", "tables.toml").is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*", toml in "[\\[\\]{}=.,\"'#\\\\a市\n ]{0,40}") {
            let _ = Settings::parse(&text, "tables.toml");
            let _ = Settings::parse(&toml, "tables.toml");
        }
    }

    #[test]
    fn what_it_cannot_say_is_an_error_with_its_line() {
        assert_eq!(message("[tasks]\n\ncolums = {}\n"), "tables.toml:3: unknown key `colums` in [tasks]");
        assert!(message("\n[task]\n").starts_with("tables.toml:2: unknown table `task`"));
        assert_eq!(message("[units]\ncolumns = { id = \"a\" }"), "tables.toml:2: `units` has no column `id`");
        assert_eq!(message("[tasks]\nencoding = \"gbk2\""), "tables.toml:2: unknown encoding `gbk2`");
        assert_eq!(message("[tasks]\nids = \"line\""), "tables.toml:2: `ids` is \"row\", not \"line\"");
        assert_eq!(message("[units]\nids = \"row\""), "tables.toml:2: unknown key `ids` in [units]");
        assert!(message("[tasks]\ndelimiter = \";;\"").starts_with("tables.toml:2: `delimiter` is \",\""));
        for (key, start) in [
            ("sheet = 0", "a sheet is its name in quotes"),
            ("sheet = 1\nsheets = \"all\"", "`sheet` and `sheets` say the same"),
            ("sheets = []", "`sheets` is \"all\", or a list of sheets"),
            ("sheets = [\"a\", \"a\"]", "the sheet `a` stands twice"),
            ("header_row = 0", "a row of a sheet is a number from 1"),
            ("header_row = 1\nheader_rows = [1]", "`header_row` and `header_rows` say the same"),
            ("header_rows = [2, 4]", "`header_rows` is a list of one row, or of two"),
            ("fill_down = \"区\"", "`fill_down` is a list of columns"),
            ("fill_down = [\"权重\"]", "`权重` holds numbers"),
            ("skip_totals = \"yes\"", "`skip_totals` is true or false"),
        ] {
            let message = message(&format!("[tasks]\n{key}\n"));
            let line = 1 + key.lines().count();
            assert!(message.starts_with(&format!("tables.toml:{line}: {start}")), "{message}");
        }
        assert!(message("[limits]\nworkbook_mib = 0").starts_with("tables.toml:2: `workbook_mib` is a whole number"));
        assert_eq!(message("[limits]\nmib = 1"), "tables.toml:2: unknown key `mib` in [limits]");
        for headings in ["[]", "[1]", "\"a\""] {
            let found = message(&format!("[tasks]\nheadings = {headings}"));
            assert!(found.starts_with("tables.toml:2: `headings` is a list of all headings"), "{found}");
        }
        assert!(message("[tasks]\ndate_formats = [\"%d/%K\"]").starts_with("tables.toml:2: `%d/%K` is no format"));
        assert_eq!(message("[limits]\n\nrecord = 1\n"), "tables.toml:3: unknown key `record` in [limits]");
        for number in ["0", "1025", "-1", "64.0", "\"64\"", "9223372036854775807"] {
            let expected = "tables.toml:2: `record_mib` is a whole number from 1 to 1024";
            assert_eq!(message(&format!("[limits]\nrecord_mib = {number}")), expected, "{number}");
        }
        assert!(message("limits = 64").starts_with("tables.toml:1: `limits` is a table"));
        assert_eq!(message("[tasks.aliases]\n甲 = \"乙\""), "tables.toml:1: unknown key `aliases` in [tasks]");
        assert_eq!(message("[units.aliases]\n\n甲 = 1"), "tables.toml:3: `甲` is a text in quotes");
        assert!(
            message("[posts.aliases]\n甲 = \"乙\"\n乙 = \"甲\"").starts_with("tables.toml:2: `甲` stands for `乙`")
        );
        assert!(message("[tasks\n").starts_with("tables.toml:1: "));
    }
}
