//! Conditions as text: `FACT OP VALUE`. METHOD §10.
//!
//! A fact or a column heading may hold spaces and dots; a value may hold anything. The operator is the leftmost
//! one, and of those that begin at one place the longest.

use std::fmt;

use super::{Deadline, Method, Policy};

/// Conditions that must all hold, of which one must hold, of which none may hold.
#[derive(Debug, Clone, Default)]
pub struct When {
    /// All of these.
    pub all: Vec<Condition>,
    /// At least one of these, when there are any.
    pub any: Vec<Condition>,
    /// None of these.
    pub unless: Vec<Condition>,
}

/// `FACT OP VALUE`. METHOD §10.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The fact or column.
    pub fact: String,
    /// How it is compared.
    pub op: Op,
    /// What it is compared with: several for [`Op::In`], none for the blank tests, one otherwise.
    pub values: Vec<String>,
    /// The condition as written.
    pub text: String,
}

/// How a condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `in`
    In,
    /// `is blank`
    Blank,
    /// `is not blank`
    NotBlank,
}

impl Op {
    /// Whether it asks for an order, which only numbers, dates and bands have.
    pub fn is_order(self) -> bool {
        matches!(self, Self::Lt | Self::Le | Self::Gt | Self::Ge)
    }
}

/// The operators, longest first where one begins like another.
const OPERATORS: &[(&str, Op)] = &[
    (" is not blank", Op::NotBlank),
    (" is blank", Op::Blank),
    (" in ", Op::In),
    ("!=", Op::Ne),
    ("<=", Op::Le),
    (">=", Op::Ge),
    ("=", Op::Eq),
    ("<", Op::Lt),
    (">", Op::Gt),
];

/// Columns of `tasks` that hold dates. METHOD §2.
const DATE_COLUMNS: [&str; 11] = [
    "assigned_on",
    "due_on",
    "extended_to",
    "extension_approved_on",
    "completed_on",
    "revoked_on",
    "feedback_due_on",
    "feedback_on",
    "formal_report_on",
    "escalated_on",
    "consulted_on",
];

impl Policy {
    /// Whether a column of `tasks` holds dates, so that conditions on it compare dates: by its type, or because a
    /// deadline reads it.
    pub fn holds_dates(&self, column: &str) -> bool {
        let reads = |deadline: &Deadline| {
            let from = deadline.default_due.as_ref().map(|default| default.from.as_str());
            deadline.due == column || deadline.done == column || from == Some(column)
        };
        let mut methods = self.indicators.iter().map(|indicator| &indicator.method);
        DATE_COLUMNS.contains(&column)
            || methods.any(|method| matches!(method, Method::Deadline(deadline) if reads(deadline)))
    }
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let Some((fact, op, value)) = split(text) else {
            return Err(format!("`{text}` has no operator"));
        };
        let fact = fact.trim();
        let value = value.trim();
        if fact.is_empty() {
            return Err(format!("`{text}` names no fact before `{op}`"));
        }
        if value.starts_with(['=', '<', '>']) {
            return Err(format!("`{text}` has an unknown operator"));
        }
        let values: Vec<String> = match op {
            Op::Blank | Op::NotBlank => Vec::new(),
            Op::In => value.split('|').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect(),
            _ => vec![value.to_owned()],
        };
        if values.iter().all(String::is_empty) && !matches!(op, Op::Blank | Op::NotBlank) {
            return Err(format!("`{text}` has no value after `{op}`"));
        }
        Ok(Self { fact: fact.to_owned(), op, values, text: text.to_owned() })
    }
}

/// Splits a text at its leftmost operator.
fn split(text: &str) -> Option<(&str, Op, &str)> {
    for (at, _) in text.char_indices() {
        let (before, rest) = text.split_at(at);
        for (word, op) in OPERATORS {
            let Some(after) = rest.strip_prefix(word) else { continue };
            if matches!(op, Op::Blank | Op::NotBlank) && !after.is_empty() {
                continue;
            }
            return Some((before, *op, after));
        }
    }
    None
}

/// The operator as conditions write it.
impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Eq => "=",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::In => "in",
            Self::Blank => "is blank",
            Self::NotBlank => "is not blank",
        })
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, Op, Vec<String>) {
        let condition = Condition::parse(text).unwrap();
        (condition.fact, condition.op, condition.values)
    }

    #[test]
    fn a_condition_splits_at_its_leftmost_operator() {
        assert_eq!(parts("score<60"), ("score".into(), Op::Lt, vec!["60".into()]));
        assert_eq!(parts("score >= 60"), ("score".into(), Op::Ge, vec!["60".into()]));
        assert_eq!(parts("完成 情况 != a = b"), ("完成 情况".into(), Op::Ne, vec!["a = b".into()]));
        assert_eq!(parts("unit_recommendation in interview | refer").2, ["interview", "refer"]);
        assert_eq!(parts("indicator.质量 = x in y").1, Op::Eq);
    }

    #[test]
    fn blank_tests_stand_at_the_end() {
        assert_eq!(parts("target is not blank"), ("target".into(), Op::NotBlank, vec![]));
        assert_eq!(parts("prior.score is blank").1, Op::Blank);
        assert_eq!(parts("x = a is blank").1, Op::Eq);
    }

    #[test]
    fn what_is_no_condition_says_why() {
        for text in ["score", "", "= 5", "score >", "score == 5", "score => 5", "a in |", "is blank"] {
            assert!(Condition::parse(text).is_err(), "{text}");
        }
    }
}
