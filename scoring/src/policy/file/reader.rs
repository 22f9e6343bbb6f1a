//! A reader over TOML tables that keeps account of itself: which keys were asked for, so that unknown keys come
//! out by themselves; where each stands; what is wrong. It never stops at the first fault.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use toml_edit::TableLike;

use super::node::Node;
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

    /// Remembers where a key stands.
    pub(super) fn place(&self, path: &str, span: Range<usize>) {
        self.places.borrow_mut().insert(path, span);
    }

    /// The text between two bytes.
    pub(super) fn slice(&self, span: Range<usize>) -> String {
        self.places.borrow().slice(span)
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

/// A table that notes the keys it is asked for.
pub(super) struct Table<'a> {
    pub(super) log: &'a Log,
    pub(super) path: String,
    table: &'a dyn TableLike,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Table<'a> {
    /// A table of the file; the whole file has an empty path.
    pub(super) fn new(log: &'a Log, path: String, table: &'a dyn TableLike) -> Self {
        Self { log, path, table, asked: RefCell::default() }
    }

    /// The line on which the table starts, from 1.
    pub(super) fn line(&self) -> usize {
        self.log.places.borrow().finding(Severity::Note, "", &self.path, "", "").line
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
        self.log.place(&path, span);
        Some(Node::new(self.log, path, item))
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
