//! The lint of policies: what METHOD §3 calls an error or a warning, each with its place in the file.

mod bands;
mod conditions;
mod ids;
mod never;
mod outranked;
mod render;
mod rules;
mod usage;
mod value;
mod weights;
mod words;

use super::file::Draft;
use super::{Condition, When};
use crate::terms::SubjectKind;

pub use render::render;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The policy cannot be used.
    Error,
    /// It can, but look at this.
    Warning,
    /// Worth knowing.
    Note,
}

/// Something the lint says, with its place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// A stable code, such as `bands-overlap`.
    pub code: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// Columns of the place in the line, in characters from 1, end excluded.
    pub columns: (usize, usize),
    /// What is wrong.
    pub message: String,
    /// A way out; empty where there is nothing to add.
    pub hint: String,
}

/// Looks through a policy and adds what there is to say.
pub(super) fn check(draft: &Draft, findings: &mut Vec<Finding>) {
    let mut notes = Notes { draft, findings };
    ids::check(&mut notes);
    usage::check(&mut notes);
    weights::check(&mut notes);
    words::check(&mut notes);
    bands::check(&mut notes);
    conditions::check(&mut notes);
    never::check(&mut notes);
    rules::check(&mut notes);
    outranked::check(&mut notes);
}

/// A draft, and what is said about it.
struct Notes<'a, 'f> {
    draft: &'a Draft,
    findings: &'f mut Vec<Finding>,
}

impl Notes<'_, '_> {
    fn error(&mut self, code: &'static str, path: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.findings.push(self.draft.places.finding(Severity::Error, code, path, message, hint));
    }

    fn warning(&mut self, code: &'static str, path: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.findings.push(self.draft.places.finding(Severity::Warning, code, path, message, hint));
    }

    fn note(&mut self, code: &'static str, path: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.findings.push(self.draft.places.finding(Severity::Note, code, path, message, hint));
    }
}

/// The table of a kind of subject.
fn side_key(kind: SubjectKind) -> &'static str {
    kind.id()
}

/// Conditions of a veto or a rule, with where they stand.
struct Guard<'a> {
    path: String,
    subject: SubjectKind,
    veto: bool,
    when: &'a When,
}

/// Everything that has conditions on facts.
fn guards(draft: &Draft) -> Vec<Guard<'_>> {
    let policy = &draft.policy;
    let vetoes = policy.vetoes.iter().enumerate().map(|(at, veto)| Guard {
        path: format!("veto[{at}]"),
        subject: veto.subject,
        veto: true,
        when: &veto.when,
    });
    let rules = policy.rules.iter().enumerate().map(|(at, rule)| Guard {
        path: format!("rule[{at}]"),
        subject: rule.subject,
        veto: false,
        when: &rule.when,
    });
    vetoes.chain(rules).collect()
}

/// The conditions of a guard with their paths.
fn conditions_of<'a>(guard: &Guard<'a>) -> Vec<(String, &'a Condition)> {
    let parts = [("all", &guard.when.all), ("any", &guard.when.any), ("unless", &guard.when.unless)];
    let mut conditions = Vec::new();
    for (key, part) in parts {
        conditions.extend(part.iter().enumerate().map(|(at, c)| (format!("{}.{key}[{at}]", guard.path), c)));
    }
    conditions
}

#[cfg(test)]
mod tests;
