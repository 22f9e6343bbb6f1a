//! Conditions on cells: `where` of indicators and counts. METHOD §10.

use std::cmp::Ordering;

use crate::moment::Moment;
use crate::number::{Fraction, Number};
use crate::policy::{Condition, Op, Policy};
use crate::read::date::{self, DateContext};
use crate::read::{number, width};

/// What a condition looks at.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    /// The cell is blank.
    Blank,
    /// A cell of a date column.
    Date(Moment, &'a str),
    /// A cell of another column, or the text of a fact.
    Text(&'a str),
    /// A number.
    Number(&'a Fraction),
}

/// A condition whose values are parsed once.
#[derive(Debug, Clone)]
pub struct Test {
    /// The column or fact.
    pub fact: String,
    op: Op,
    values: Vec<Value>,
    /// How cells read as dates, where the column holds some.
    dates: Option<DateContext>,
}

#[derive(Debug, Clone)]
struct Value {
    text: String,
    number: Option<Fraction>,
    date: Option<Moment>,
}

impl Test {
    /// Prepares a condition on a column of `tasks`; `dates` says how a text that is a date reads.
    pub fn on_column(condition: &Condition, policy: &Policy, dates: &DateContext) -> Self {
        Self::with_dates(condition, policy.holds_dates(&condition.fact).then(|| dates.clone()))
    }

    /// Prepares a condition on a fact; no fact is a date.
    pub fn of_fact(condition: &Condition) -> Self {
        Self::with_dates(condition, None)
    }

    fn with_dates(condition: &Condition, dates: Option<DateContext>) -> Self {
        let date = |text: &str| date::parse(&width::half(text), dates.as_ref()?).ok().flatten();
        let value = |text: &String| Value { text: text.clone(), number: read_number(text), date: date(text) };
        let values = condition.values.iter().map(value).collect();
        Self { fact: condition.fact.clone(), op: condition.op, values, dates }
    }

    /// The cell that a text is.
    pub fn cell<'a>(&self, text: &'a str) -> Cell<'a> {
        let dates = self.dates.as_ref();
        let date = dates.and_then(|dates| date::parse(&width::half(text), dates).ok().flatten());
        date.map_or(Cell::Text(text), |date| Cell::Date(date, text))
    }

    /// Whether the condition holds of a cell.
    pub fn holds(&self, cell: Cell<'_>) -> bool {
        let blank = matches!(cell, Cell::Blank);
        match self.op {
            Op::Blank => blank,
            Op::NotBlank => !blank,
            _ if blank => false,
            Op::In => self.values.iter().any(|value| value.compare(Op::In, cell) == Some(Ordering::Equal)),
            op => self.values.first().is_some_and(|value| decides(op, value.compare(op, cell))),
        }
    }
}

impl Value {
    /// How the cell stands to the value: `None` when both have no order and differ, or an order is asked for.
    fn compare(&self, op: Op, cell: Cell<'_>) -> Option<Ordering> {
        let same = |text: &str| (text == self.text && !op.is_order()).then_some(Ordering::Equal);
        match cell {
            Cell::Blank => None,
            Cell::Date(moment, text) => self.date.map_or_else(|| same(text), |date| Some(moment.cmp(&date))),
            Cell::Number(number) => Some(number.cmp(self.number.as_ref()?)),
            Cell::Text(text) => match &self.number {
                Some(value) => read_number(text).map_or_else(|| same(text), |number| Some(number.cmp(value))),
                None => same(text),
            },
        }
    }
}

/// Whether an order of two sides satisfies an operator. Sides without an order are merely different.
pub fn decides(op: Op, order: Option<Ordering>) -> bool {
    match op {
        Op::Eq | Op::In => order == Some(Ordering::Equal),
        Op::Ne => order != Some(Ordering::Equal),
        Op::Lt => order == Some(Ordering::Less),
        Op::Le => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Op::Gt => order == Some(Ordering::Greater),
        Op::Ge => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Op::Blank | Op::NotBlank => false,
    }
}

/// The number that a text reads as. METHOD §2.
pub fn read_number(text: &str) -> Option<Fraction> {
    number::parse(&width::half(text)).ok().as_ref().map(Number::exact)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &str, cell: Cell<'_>) -> bool {
        Test::of_fact(&Condition::parse(condition).unwrap()).holds(cell)
    }

    #[test]
    fn a_text_knows_no_order_even_beside_itself() {
        assert!(holds("batch = A2", Cell::Text("A2")));
        for condition in ["batch >= A2", "batch <= A2", "batch > A1", "batch < A3", "batch != A2"] {
            assert!(!holds(condition, Cell::Text("A2")), "{condition}");
        }
        assert!(holds("batch >= 20%", Cell::Text("20")));
    }
}
