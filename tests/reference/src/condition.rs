//! Conditions `FACT OP VALUE`. METHOD §10.

use std::cmp::Ordering;

use crate::moment::{DateRules, Read};
use crate::number::{self, Q};
use crate::text::half_width;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    Equal,
    NotEqual,
    Less,
    AtMost,
    More,
    AtLeast,
    In,
    Blank,
    NotBlank,
}

#[derive(Clone, Debug)]
pub struct Condition {
    pub fact: String,
    pub op: Op,
    pub value: String,
}

const SIGNS: [(&str, Op); 7] = [
    ("!=", Op::NotEqual),
    ("<=", Op::AtMost),
    (">=", Op::AtLeast),
    (" in ", Op::In),
    ("=", Op::Equal),
    ("<", Op::Less),
    (">", Op::More),
];

pub fn parse_all(texts: &[String]) -> Result<Vec<Condition>, String> {
    texts.iter().map(|text| parse(text)).collect()
}

fn parse(text: &str) -> Result<Condition, String> {
    let text = text.trim();
    for (words, op) in [(" is not blank", Op::NotBlank), (" is blank", Op::Blank)] {
        if let Some(fact) = text.strip_suffix(words) {
            return Ok(Condition { fact: fact.trim().to_string(), op, value: String::new() });
        }
    }
    // The first sign in the text counts; of those at one place the longest, which stands first in the list.
    let found =
        SIGNS.iter().filter_map(|(sign, op)| Some((text.find(sign)?, sign, *op))).min_by_key(|(place, _, _)| *place);
    let (place, sign, op) = found.ok_or_else(|| format!("`{text}` is no condition"))?;
    let (fact, value) = (text[..place].trim(), text[place + sign.len()..].trim());
    if fact.is_empty() {
        return Err(format!("`{text}` is no condition"));
    }
    Ok(Condition { fact: fact.to_string(), op, value: value.to_string() })
}

impl Condition {
    /// Whether it holds for a cell of a task. `dates` is given for a date column.
    pub fn holds_for_cell(&self, cell: &str, dates: Option<&DateRules>) -> bool {
        self.holds(crate::text::is_blank(cell), |value| compare_cell(cell, value, dates))
    }

    /// Whether it holds for something that compares with a value as `against` says.
    ///
    /// `against` gives the order where one is known; without one, whether the two are the same.
    pub fn holds(&self, blank: bool, against: impl Fn(&str) -> Compared) -> bool {
        match self.op {
            Op::Blank => return blank,
            Op::NotBlank => return !blank,
            _ if blank => return false,
            Op::In => return self.value.split('|').any(|value| against(value.trim()).is_same()),
            _ => {}
        }
        let compared = against(&self.value);
        match self.op {
            Op::Equal => compared.is_same(),
            Op::NotEqual => !compared.is_same(),
            Op::Less => compared.is_one_of(&[Ordering::Less]),
            Op::AtMost => compared.is_one_of(&[Ordering::Less, Ordering::Equal]),
            Op::More => compared.is_one_of(&[Ordering::Greater]),
            _ => compared.is_one_of(&[Ordering::Greater, Ordering::Equal]),
        }
    }
}

/// How two sides compare.
#[derive(Clone, Copy, PartialEq)]
pub enum Compared {
    Ordered(Ordering),
    /// Only whether they are the same is known.
    Same(bool),
}

impl Compared {
    fn is_same(self) -> bool {
        matches!(self, Compared::Ordered(Ordering::Equal) | Compared::Same(true))
    }

    fn is_one_of(self, orders: &[Ordering]) -> bool {
        matches!(self, Compared::Ordered(order) if orders.contains(&order))
    }
}

pub fn as_number(text: &str) -> Option<Q> {
    number::parse(half_width(text.trim()).trim()).map(|written| written.value)
}

/// Two texts: as numbers where both read as numbers, else as a whole.
pub fn compare_text(left: &str, right: &str) -> Compared {
    match (as_number(left), as_number(right)) {
        (Some(left), Some(right)) => Compared::Ordered(left.cmp(&right)),
        _ => Compared::Same(left == right),
    }
}

fn compare_cell(cell: &str, value: &str, dates: Option<&DateRules>) -> Compared {
    let numbers = as_number(cell).is_some() && as_number(value).is_some();
    if let Some(rules) = dates.filter(|_| !numbers)
        && let (Read::Date(left), Read::Date(right)) = (rules.read(cell), rules.read(value))
    {
        return Compared::Ordered(left.key().cmp(&right.key()));
    }
    compare_text(cell, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &str, cell: &str) -> bool {
        parse(condition).unwrap().holds_for_cell(cell, None)
    }

    #[test]
    fn a_condition_compares_numbers_else_whole_texts() {
        assert!(holds("x >= 20%", "20.0"));
        assert!(holds("x = 1/2", "0.5"));
        assert!(!holds("x < b", "a"));
        assert!(holds("x in 重大 | 重点", "重点"));
        assert!(!holds("x != 1", "N/A"));
        assert!(holds("x is blank", "无"));
        assert!(holds("x is not blank", "有"));
        assert!(holds("x!=1", "一"));
    }
}
