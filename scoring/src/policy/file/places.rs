//! Where in the file a key stands: bytes to lines and columns.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::policy::lint::{Finding, Severity};

/// The text of a policy with the places of its keys, by path (`unit.section[0].weight`).
#[derive(Debug)]
pub(in crate::policy) struct Places {
    text: String,
    spans: BTreeMap<String, Range<usize>>,
}

impl Places {
    /// No places yet.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), spans: BTreeMap::new() }
    }

    /// The text between two bytes.
    pub fn slice(&self, span: Range<usize>) -> String {
        self.text.get(span).unwrap_or_default().to_owned()
    }

    /// Remembers a place.
    pub fn insert(&mut self, path: &str, span: Range<usize>) {
        self.spans.insert(path.to_owned(), span);
    }

    /// Whether the file has a key.
    pub fn has(&self, path: &str) -> bool {
        self.spans.contains_key(path)
    }

    /// The place of a key, else of the nearest table around it, else the start of the file.
    fn span(&self, path: &str) -> Range<usize> {
        let mut path = path;
        loop {
            if let Some(span) = self.spans.get(path) {
                return span.clone();
            }
            match path.rfind(['.', '[']) {
                Some(at) => path = path.get(..at).unwrap_or_default(),
                None => return 0..0,
            }
        }
    }

    /// A finding at a key.
    pub fn finding(
        &self,
        severity: Severity,
        code: &'static str,
        path: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Finding {
        self.at(severity, code, self.span(path), message, hint)
    }

    /// A finding at bytes of the file.
    pub fn at(
        &self,
        severity: Severity,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Finding {
        let (line, columns) = line_and_columns(&self.text, span);
        Finding { severity, code, line, columns, message: message.into(), hint: hint.into() }
    }
}

/// The line of a span, from 1, and its columns there in characters from 1, end excluded.
fn line_and_columns(text: &str, span: Range<usize>) -> (usize, (usize, usize)) {
    let start = span.start.min(text.len());
    let before = text.get(..start).unwrap_or_default();
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let first = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    let marked = text.get(start..span.end.clamp(start, text.len())).unwrap_or_default();
    let length = marked.lines().next().unwrap_or_default().chars().count().max(1);
    (line, (first, first + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_line_and_characters() {
        assert_eq!(line_and_columns("a = 1\n名 = 22\n", 12..14), (2, (5, 7)));
        assert_eq!(line_and_columns("", 0..0), (1, (1, 2)));
    }

    #[test]
    fn a_key_that_is_not_there_stands_at_the_table_around_it() {
        let mut places = Places::new("[unit]\nfull = 1\n");
        places.insert("unit", 0..6);
        assert_eq!(places.finding(Severity::Error, "x", "unit.section[2].weight", "", "").columns, (1, 7));
    }
}
