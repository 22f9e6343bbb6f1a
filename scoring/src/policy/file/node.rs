//! A value of the file, read as what it should be; what it is not is noted with its place.

use jiff::civil::Date;
use toml_edit::{Item, TableLike, Value};

use super::number;
use super::reader::{Log, Table};
use crate::number::Fraction;
use crate::policy::Condition;

/// A value with its path.
pub(super) struct Node<'a> {
    pub(super) log: &'a Log,
    pub(super) path: String,
    item: Given<'a>,
}

#[derive(Clone, Copy)]
enum Given<'a> {
    Item(&'a Item),
    Value(&'a Value),
}

impl<'a> Node<'a> {
    /// The value of a key.
    pub(super) fn new(log: &'a Log, path: String, item: &'a Item) -> Self {
        Self { log, path, item: Given::Item(item) }
    }

    fn value(&self) -> Option<&'a Value> {
        match self.item {
            Given::Item(item) => item.as_value(),
            Given::Value(value) => Some(value),
        }
    }

    fn wrong(&self, wanted: &str) {
        let kind = match self.item {
            Given::Item(item) => item.type_name(),
            Given::Value(value) => value.type_name(),
        };
        self.error("bad-type", format!("`{}` is {wanted}, not {}", last(&self.path), with_article(kind)), "");
    }

    /// Notes an error here.
    pub(super) fn error(&self, code: &'static str, message: impl Into<String>, hint: impl Into<String>) {
        self.log.error(code, &self.path, message, hint);
    }

    pub(super) fn text(&self) -> Option<String> {
        match self.value() {
            Some(Value::String(text)) => Some(text.value().clone()),
            _ => {
                self.wrong("a text");
                None
            }
        }
    }

    /// The text, if it is one.
    pub(super) fn quiet_text(&self) -> Option<String> {
        self.value().and_then(Value::as_str).map(str::to_owned)
    }

    /// Whether it is this text.
    pub(super) fn is_text(&self, text: &str) -> bool {
        self.value().and_then(Value::as_str) == Some(text)
    }

    /// Whether it is a list with an entry.
    pub(super) fn has_entries(&self) -> bool {
        self.value().and_then(Value::as_array).is_some_and(|array| !array.is_empty())
    }

    pub(super) fn flag(&self) -> Option<bool> {
        match self.value() {
            Some(Value::Boolean(flag)) => Some(*flag.value()),
            _ => {
                self.wrong("true or false");
                None
            }
        }
    }

    /// A number as its text.
    pub(super) fn number(&self) -> Option<Fraction> {
        let text = match self.value() {
            Some(Value::String(text)) => text.value().clone(),
            Some(value @ (Value::Integer(_) | Value::Float(_))) => {
                let span = value.span().unwrap_or_default();
                self.log.slice(span)
            }
            _ => {
                self.wrong("a number");
                return None;
            }
        };
        let number = number::parse(&text);
        if number.is_none() {
            let hint = "write a whole number, a decimal such as 0.5, or a fraction such as \"1/3\"; 20 % is 20";
            self.error("bad-number", format!("`{text}` is no number of a policy"), hint);
        }
        number
    }

    /// A whole number between two ends, both included.
    pub(super) fn whole(&self, least: i128, most: i128) -> Option<i128> {
        let number = self.number()?;
        match number.parts() {
            Some((whole, 1)) if (least..=most).contains(&whole) => Some(whole),
            _ => {
                let range = if most >= i128::from(i64::MAX) {
                    format!("at least {least}")
                } else {
                    format!("{least} to {most}")
                };
                self.error("out-of-range", format!("`{}` is a whole number, {range}", last(&self.path)), "");
                None
            }
        }
    }

    pub(super) fn date(&self) -> Option<Date> {
        let text = match self.value() {
            Some(Value::String(text)) => text.value().clone(),
            Some(Value::Datetime(date)) => date.value().to_string(),
            _ => {
                self.wrong("a date");
                return None;
            }
        };
        let date = (text.len() == 10).then(|| text.parse::<Date>().ok()).flatten();
        if date.is_none() {
            self.error("bad-date", format!("`{text}` is no date"), "write it as 2025-12-31");
        }
        date
    }

    /// The entries of a list.
    pub(super) fn list(&self) -> Option<Vec<Node<'a>>> {
        let Some(Value::Array(array)) = self.value() else {
            self.wrong("a list");
            return None;
        };
        let mut nodes = Vec::new();
        for (at, value) in array.iter().enumerate() {
            let path = format!("{}[{at}]", self.path);
            self.log.place(&path, value.span().unwrap_or_default());
            nodes.push(Node { log: self.log, path, item: Given::Value(value) });
        }
        Some(nodes)
    }

    /// A list of texts, none of them empty.
    pub(super) fn texts(&self) -> Option<Vec<String>> {
        let texts = self.list()?.iter().filter_map(Node::text).collect::<Vec<_>>();
        if texts.iter().any(|text| text.trim().is_empty()) {
            self.error("bad-type", format!("`{}` has an empty entry", last(&self.path)), "");
        }
        Some(texts)
    }

    pub(super) fn conditions(&self) -> Option<Vec<Condition>> {
        Some(self.list()?.iter().filter_map(Node::condition).collect())
    }

    fn condition(&self) -> Option<Condition> {
        match Condition::parse(&self.text()?) {
            Ok(condition) => Some(condition),
            Err(wrong) => {
                let hint = "write `FACT OP VALUE`, such as `score < 60`, `band in fair|poor` or `target is not blank`";
                self.error("bad-condition", wrong, hint);
                None
            }
        }
    }

    /// A list of pairs of numbers.
    pub(super) fn pairs(&self) -> Option<Vec<(Fraction, Fraction)>> {
        let mut pairs = Vec::new();
        for entry in self.list()? {
            let numbers = entry.list()?;
            let [first, second] = numbers.as_slice() else {
                entry.error("bad-type", "an entry is a pair of numbers", "write [[0, 100], [1, 80]]");
                return None;
            };
            pairs.push((first.number()?, second.number()?));
        }
        Some(pairs)
    }

    /// One of some words.
    pub(super) fn choice<T: Copy>(&self, words: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let all = words.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ");
            self.error("bad-word", format!("`{text}` is no value of `{}`", last(&self.path)), format!("write {all}"));
        }
        found
    }

    pub(super) fn table(&self) -> Option<Table<'a>> {
        let like: Option<&dyn TableLike> = match self.item {
            Given::Item(item) => item.as_table_like(),
            Given::Value(value) => value.as_inline_table().map(|table| table as &dyn TableLike),
        };
        if like.is_none() {
            self.wrong("a table");
        }
        Some(Table::new(self.log, self.path.clone(), like?))
    }

    pub(super) fn tables(&self) -> Option<Vec<Table<'a>>> {
        if let Given::Item(Item::ArrayOfTables(tables)) = self.item {
            let tables = tables.iter().enumerate().map(|(at, table)| {
                let path = format!("{}[{at}]", self.path);
                self.log.place(&path, table.span().unwrap_or_default());
                Table::new(self.log, path, table)
            });
            return Some(tables.collect());
        }
        Some(self.list()?.iter().filter_map(Node::table).collect())
    }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

fn with_article(kind: &str) -> String {
    let vowel = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if vowel { "an" } else { "a" })
}
