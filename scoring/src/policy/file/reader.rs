//! A reader over TOML tables that keeps account of itself: which keys were asked for, so that unknown keys come
//! out by themselves; where each stands; what is wrong. It never stops at the first fault.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use jiff::civil::Date;
use toml_edit::{Item, TableLike, Value};

use super::number;
use super::places::Places;
use crate::number::Fraction;
use crate::policy::Condition;
use crate::policy::lint::{Finding, Severity};

/// What reading a file brings together.
pub(super) struct Log {
    places: RefCell<Places>,
    findings: RefCell<Vec<Finding>>,
    asked: RefCell<BTreeSet<String>>,
}

impl Log {
    pub(super) fn new(text: &str) -> Self {
        Self { places: RefCell::new(Places::new(text)), findings: RefCell::default(), asked: RefCell::default() }
    }

    /// Notes an error at a path.
    pub(super) fn error(&self, code: &'static str, path: &str, message: impl Into<String>, hint: impl Into<String>) {
        let finding = self.places.borrow().finding(Severity::Error, code, path, message, hint);
        self.findings.borrow_mut().push(finding);
    }

    /// Notes an error at bytes of the file.
    pub(super) fn error_at(&self, code: &'static str, span: Range<usize>, message: String, hint: String) {
        let finding = self.places.borrow().at(Severity::Error, code, span, message, hint);
        self.findings.borrow_mut().push(finding);
    }

    /// The places, the findings, and every key that was asked for (`unit.section[].weight`).
    pub(super) fn finish(self) -> (Places, Vec<Finding>, BTreeSet<String>) {
        (self.places.into_inner(), self.findings.into_inner(), self.asked.into_inner())
    }
}

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
                self.log.places.borrow().slice(span)
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
                let range = if most == i128::MAX { format!("at least {least}") } else { format!("{least} to {most}") };
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
            self.log.places.borrow_mut().insert(&path, value.span().unwrap_or_default());
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
        Some(Table { log: self.log, path: self.path.clone(), table: like?, asked: RefCell::default() })
    }

    fn tables(&self) -> Option<Vec<Table<'a>>> {
        if let Given::Item(Item::ArrayOfTables(tables)) = self.item {
            let tables = tables.iter().enumerate().map(|(at, table)| {
                let path = format!("{}[{at}]", self.path);
                self.log.places.borrow_mut().insert(&path, table.span().unwrap_or_default());
                Table { log: self.log, path, table: table as &dyn TableLike, asked: RefCell::default() }
            });
            return Some(tables.collect());
        }
        Some(self.list()?.iter().filter_map(Node::table).collect())
    }
}

/// A table that notes the keys it is asked for.
pub(super) struct Table<'a> {
    pub(super) log: &'a Log,
    pub(super) path: String,
    table: &'a dyn TableLike,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Table<'a> {
    /// The whole file.
    pub(super) fn root(log: &'a Log, table: &'a dyn TableLike) -> Self {
        Self { log, path: String::new(), table, asked: RefCell::default() }
    }

    /// The line on which the table starts, from 1.
    pub(super) fn line(&self) -> usize {
        self.log.places.borrow().finding(Severity::Note, "", &self.path, "", "").line
    }

    /// The table as TOML, comments left out.
    pub(super) fn to_toml(&self) -> String {
        for key in self.table.iter().map(|(key, _)| key) {
            let path = format!("{}.{key}", pattern(&self.path));
            self.log.asked.borrow_mut().insert(path);
        }
        let mut table = toml_edit::Table::new();
        for (key, item) in self.table.iter() {
            table.insert(key, item.clone());
        }
        table.to_string()
    }

    /// The path of a key of this table.
    pub(super) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &'static str) -> Option<Node<'a>> {
        self.asked.borrow_mut().push(key);
        self.log.asked.borrow_mut().insert(pattern(&self.path_of(key)));
        self.entry(key)
    }

    fn entry(&self, key: &str) -> Option<Node<'a>> {
        let (found, item) = self.table.get_key_value(key)?;
        let path = self.path_of(key);
        let span = item.span().or_else(|| found.span()).unwrap_or_default();
        self.log.places.borrow_mut().insert(&path, span);
        Some(Node { log: self.log, path, item: Given::Item(item) })
    }

    /// The value of a key that must be there.
    pub(super) fn need(&self, key: &'static str) -> Option<Node<'a>> {
        let node = self.get(key);
        if node.is_none() {
            self.error("missing-key", key, format!("`{key}` is missing{}", self.place()), "");
        }
        node
    }

    /// The path with the places in lists left out.
    pub(super) fn pattern(&self) -> String {
        pattern(&self.path)
    }

    fn place(&self) -> String {
        if self.path.is_empty() { String::new() } else { format!(" in `{}`", pattern(&self.path)) }
    }

    /// Notes an error at a key of this table.
    pub(super) fn error(&self, code: &'static str, key: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.log.error(code, &self.path_of(key), message, hint);
    }

    pub(super) fn text(&self, key: &'static str) -> Option<String> {
        self.get(key)?.text()
    }

    /// An id: a text that is not empty and has no blanks at its ends.
    pub(super) fn id(&self, key: &'static str) -> Option<String> {
        let text = self.need(key)?.text()?;
        if text.is_empty() || text.trim() != text || text.chars().any(char::is_control) {
            self.error("bad-id", key, format!("`{text}` is no id"), "an id is a word without blanks at its ends");
        }
        Some(text)
    }

    /// A number, or what it is when absent.
    pub(super) fn number(&self, key: &'static str, absent: Fraction) -> Fraction {
        self.get(key).and_then(|node| node.number()).unwrap_or(absent)
    }

    /// A number not below 0.
    pub(super) fn at_least_zero(&self, key: &'static str) -> Option<Fraction> {
        self.between(key, None)
    }

    /// A number from 0 to 100.
    pub(super) fn percent(&self, key: &'static str) -> Option<Fraction> {
        self.between(key, Some(Fraction::HUNDRED))
    }

    /// A number from 0 to an end.
    pub(super) fn between(&self, key: &'static str, most: Option<Fraction>) -> Option<Fraction> {
        let number = self.get(key)?.number()?;
        if number.is_negative() || most.as_ref().is_some_and(|most| number > *most) {
            let range = most.map_or("at least 0".to_owned(), |most| format!("from 0 to {most}"));
            self.error("out-of-range", key, format!("`{key}` is {number}; it must be {range}"), "");
        }
        Some(number)
    }

    pub(super) fn whole(&self, key: &'static str, least: i128, most: i128) -> Option<i128> {
        self.get(key)?.whole(least, most)
    }

    pub(super) fn flag(&self, key: &'static str) -> bool {
        self.get(key).and_then(|node| node.flag()).unwrap_or(false)
    }

    pub(super) fn texts(&self, key: &'static str) -> Option<Vec<String>> {
        self.get(key)?.texts()
    }

    pub(super) fn conditions(&self, key: &'static str) -> Vec<Condition> {
        self.get(key).and_then(|node| node.conditions()).unwrap_or_default()
    }

    /// One of some words, or what it is when absent.
    pub(super) fn choice<T: Copy>(&self, key: &'static str, words: &[(&str, T)], absent: T) -> T {
        self.get(key).and_then(|node| node.choice(words)).unwrap_or(absent)
    }

    pub(super) fn table(&self, key: &'static str) -> Option<Table<'a>> {
        self.get(key)?.table()
    }

    pub(super) fn tables(&self, key: &'static str) -> Vec<Table<'a>> {
        self.get(key).and_then(|node| node.tables()).unwrap_or_default()
    }

    /// All entries, for tables whose keys are names.
    pub(super) fn entries(&self) -> Vec<(String, Node<'a>)> {
        self.table.iter().filter_map(|(key, _)| Some((key.to_owned(), self.entry(key)?))).collect()
    }

    /// Notes every key that nobody asked for.
    pub(super) fn finish(self) {
        let of = if self.path.is_empty() { "a policy".to_owned() } else { format!("`{}`", pattern(&self.path)) };
        self.close(|key| format!("`{key}` is no key of {of}"));
    }

    /// Notes every key that nobody asked for, in words of one's own.
    pub(super) fn close(&self, words: impl Fn(&str) -> String) {
        let asked = self.asked.borrow();
        for (key, item) in self.table.iter().filter(|(key, _)| !asked.contains(key)) {
            let span = self.table.key(key).and_then(toml_edit::Key::span).or_else(|| item.span()).unwrap_or_default();
            let near = asked.iter().map(|known| (distance(key, known), *known)).min().filter(|(far, _)| *far <= 2);
            let hint = near.map_or(String::new(), |(_, known)| format!("did you mean `{known}`?"));
            self.log.error_at("unknown-key", span, words(key), hint);
        }
    }
}

/// A path with the places in lists left out.
fn pattern(path: &str) -> String {
    let mut pattern = String::new();
    let mut inside = false;
    for letter in path.chars() {
        inside = inside && letter != ']';
        if !inside {
            pattern.push(letter);
        }
        inside = inside || letter == '[';
    }
    pattern
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

fn with_article(kind: &str) -> String {
    let vowel = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if vowel { "an" } else { "a" })
}

/// How many letters two words differ by.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((above, beside), right) in row.iter().skip(1).zip(&row).zip(&b) {
            let before = next.last().copied().unwrap_or_default();
            next.push((beside + usize::from(left != *right)).min(above + 1).min(before + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
