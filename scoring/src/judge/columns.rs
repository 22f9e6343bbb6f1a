//! The cells of a batch by the names that policies use.

use crate::judge::condition::{Cell, Test};
use crate::judge::indicator::Task;
use crate::moment::Moment;
use crate::number::{Fraction, Number};
use crate::read::batch::{TaskBatch, TaskColumn};

/// A batch, and what blank cells of `level` and `status` mean.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a> {
    /// The batch.
    pub batch: &'a TaskBatch,
    /// The policy's default level; blank without one.
    pub default_level: &'a str,
}

/// The status of a task that names none.
pub const ACTIVE: &str = "active";

impl<'a> Columns<'a> {
    /// The text of a cell.
    pub fn text(&self, column: &str, row: usize) -> Option<&'a str> {
        self.batch.texts.get(column)?.get(row)
    }

    /// The level of a row.
    pub fn level(&self, row: usize) -> &'a str {
        self.text("level", row).unwrap_or(self.default_level)
    }

    /// The cell of a standard date column; the outer `None` for any other column.
    pub fn date(&self, column: &str, row: usize) -> Option<Option<Moment>> {
        let column = date_column(column)?;
        Some(self.standard_date(column, row))
    }

    /// The cell of a standard date column.
    pub fn standard_date(&self, column: TaskColumn, row: usize) -> Option<Moment> {
        self.batch.dates.get(&column)?.get(row).copied().flatten()
    }

    /// The cell of a standard number column; the outer `None` for any other column.
    pub fn number(&self, column: &str, row: usize) -> Option<Option<&'a Number>> {
        let column = match column {
            "target" => TaskColumn::Target,
            "actual" => TaskColumn::Actual,
            "quality" => TaskColumn::Quality,
            _ => return None,
        };
        Some(self.batch.numbers.get(&column).and_then(|cells| cells.get(row)).and_then(Option::as_ref))
    }

    /// Whether a row meets a condition on its columns.
    pub fn meets(&self, test: &Test, task: Task<'_>) -> bool {
        let text = match test.fact.as_str() {
            "level" => Some(self.level(task.row)).filter(|level| !level.is_empty()),
            "status" => Some(self.text("status", task.row).unwrap_or(ACTIVE)),
            column => self.text(column, task.row),
        };
        test.holds(match (text, self.date(&test.fact, task.row)) {
            (Some(text), Some(Some(date))) => Cell::Date(date, text),
            (Some(text), _) => test.cell(text),
            (None, _) => Cell::Blank,
        })
    }

    /// The same for a condition of a count, which also sees `state` and `late_days`.
    pub fn meets_count(&self, test: &Test, task: Task<'_>) -> bool {
        match test.fact.as_str() {
            "state" => test.holds(Cell::Text(task.standing.state.id())),
            "late_days" => match task.standing.late_days {
                Some(days) => test.holds(Cell::Number(&Fraction::whole(days.into()))),
                None => test.holds(Cell::Blank),
            },
            _ => self.meets(test, task),
        }
    }
}

fn date_column(id: &str) -> Option<TaskColumn> {
    Some(match id {
        "assigned_on" => TaskColumn::AssignedOn,
        "due_on" => TaskColumn::DueOn,
        "completed_on" => TaskColumn::CompletedOn,
        "revoked_on" => TaskColumn::RevokedOn,
        "feedback_due_on" => TaskColumn::FeedbackDueOn,
        "feedback_on" => TaskColumn::FeedbackOn,
        "formal_report_on" => TaskColumn::FormalReportOn,
        "escalated_on" => TaskColumn::EscalatedOn,
        "consulted_on" => TaskColumn::ConsultedOn,
        _ => return None,
    })
}
