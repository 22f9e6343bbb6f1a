//! The cells of a batch by the names that policies use.
//!
//! A name is looked up once for a batch, not once for each of its rows.

use crate::judge::condition::{Cell, Test};
use crate::judge::indicator::{Bound, Task};
use crate::judge::signs::Figures;
use crate::judge::state::TaskDates;
use crate::moment::Moment;
use crate::number::{Fraction, Number};
use crate::read::batch::{ListColumn, NumberColumn, TaskBatch, TaskColumn, Texts};

/// The status of a task that names none.
pub const ACTIVE: &str = "active";

/// Rows that are judged together, an indicator after another: so few that what is made of them stays at hand.
pub const TOGETHER: usize = 128;

/// The cells of so many rows from one on; blank ones where the table lacks the column.
pub fn part<'a, T>(cells: &'a [T], first: usize, rows: usize, blank: &'a [T; TOGETHER]) -> &'a [T] {
    cells.get(first..first + rows).or_else(|| blank.get(..rows)).unwrap_or_default()
}

/// The dates of rows that have none.
pub const NO_DATES: &[Option<Moment>; TOGETHER] = &[None; TOGETHER];

/// The numbers of rows that have none.
pub const NO_NUMBERS: &[i64; TOGETHER] = &[NumberColumn::BLANK; TOGETHER];

/// A batch, and what blank cells of `level` and `status` mean.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a> {
    /// The batch.
    pub batch: &'a TaskBatch,
    /// The policy's default level; blank without one.
    pub default_level: &'a str,
}

/// A column of a batch. One that the table lacks has blank cells.
#[derive(Debug, Clone, Copy, Default)]
pub struct Column<'a> {
    text: Option<&'a Texts>,
    /// What a blank cell means to a condition.
    default: Option<&'a str>,
    /// The cells of a column that has dates of its own.
    dates: Option<&'a [Option<Moment>]>,
    /// The cells of a column that has numbers of its own.
    numbers: Option<&'a NumberColumn>,
}

impl<'a> Columns<'a> {
    /// The column of a name.
    pub fn column(&self, name: &str) -> Column<'a> {
        let standard = TaskColumn::parse(name);
        let is_one_of = |columns: &[TaskColumn]| standard.filter(|column| columns.contains(column));
        Column {
            text: self.batch.texts.get(name),
            default: match standard {
                Some(TaskColumn::Level) => Some(self.default_level).filter(|level| !level.is_empty()),
                Some(TaskColumn::Status) => Some(ACTIVE),
                _ => None,
            },
            dates: is_one_of(&TaskColumn::DATES).map(|column| self.dates(column)),
            numbers: is_one_of(&TaskColumn::NUMBERS).map(|column| self.numbers(column)),
        }
    }

    /// The cells of a standard number column; none when the table lacks it.
    pub fn numbers(&self, column: TaskColumn) -> &'a NumberColumn {
        static NONE: NumberColumn = NumberColumn::new();
        self.batch.numbers.get(&column).unwrap_or(&NONE)
    }

    /// The cells of a standard date column; none when the table lacks it.
    pub fn dates(&self, column: TaskColumn) -> &'a [Option<Moment>] {
        self.batch.dates.get(&column).map_or(&[], Vec::as_slice)
    }
}

impl<'a> Column<'a> {
    /// The text of a cell.
    pub fn text(&self, row: usize) -> Option<&'a str> {
        self.text?.get(row)
    }

    /// The text of a cell, or what it means when it is blank.
    pub fn meant(&self, row: usize) -> Option<&'a str> {
        self.text(row).or(self.default)
    }

    /// The cell of a standard date column; the outer `None` for any other column.
    pub fn date(&self, row: usize) -> Option<Option<Moment>> {
        self.dates.map(|dates| dates.get(row).copied().flatten())
    }

    /// The cell of a standard number column; the outer `None` for any other column.
    pub fn number(&self, row: usize) -> Option<Option<Number>> {
        self.numbers.map(|numbers| numbers.get(row))
    }

    /// A standard number column.
    pub fn numbers(&self) -> Option<&'a NumberColumn> {
        self.numbers
    }

    /// A standard date column.
    pub fn dates(&self) -> Option<&'a [Option<Moment>]> {
        self.dates
    }

    /// Whether a row meets a condition on this column.
    pub fn meets(&self, test: &Test, row: usize) -> bool {
        let date = self.dates.and_then(|dates| dates.get(row).copied());
        test.holds(match (self.meant(row), date) {
            (Some(text), Some(Some(date))) => Cell::Date(date, text),
            (Some(text), _) => test.cell(text),
            (None, _) => Cell::Blank,
        })
    }
}

/// The columns of a batch that judging looks at.
pub(super) struct BatchColumns<'a> {
    pub batch: &'a TaskBatch,
    pub level: Column<'a>,
    pub status: Column<'a>,
    /// By place in [`TaskColumn::DATES`].
    pub dates: [&'a [Option<Moment>]; 9],
    pub figures: Figures<'a>,
    pub indicators: Vec<Bound<'a>>,
    pub counts: Vec<Vec<CountColumn<'a>>>,
}

/// What a condition of a count looks at.
pub(super) enum CountColumn<'a> {
    /// The state.
    State,
    /// The days late.
    LateDays,
    /// A column.
    Column(Column<'a>),
}

impl<'a> CountColumn<'a> {
    /// What a condition names.
    pub fn of(fact: &str, columns: &Columns<'a>) -> Self {
        match fact {
            "state" => Self::State,
            "late_days" => Self::LateDays,
            column => Self::Column(columns.column(column)),
        }
    }

    /// Whether a task meets the condition.
    pub fn meets(&self, test: &Test, task: Task<'_>) -> bool {
        match self {
            Self::State => test.holds(Cell::Text(task.standing.state.id())),
            Self::LateDays => match task.standing.late_days {
                Some(days) => test.holds(Cell::Number(&Fraction::whole(days.into()))),
                None => test.holds(Cell::Blank),
            },
            Self::Column(column) => column.meets(test, task.row),
        }
    }
}

impl<'a> BatchColumns<'a> {
    /// The dates of so many rows from one on, of a table that has no more columns of dates than most.
    pub fn usual_dates(&self, first: usize, rows: usize) -> Option<impl Iterator<Item = TaskDates<'a>> + use<'a>> {
        let [assigned, due, completed, revoked, feedback_due, feedback, formal_report, escalated, consulted] =
            self.dates;
        let rare = [revoked, feedback_due, formal_report, escalated, consulted];
        let lists = [&self.batch.extended_to, &self.batch.extension_approved_on];
        let is_usual = rare.iter().all(|dates| dates.is_empty()) && lists.iter().all(|dates| dates.is_none());
        let [assigned, due, completed, feedback] =
            [assigned, due, completed, feedback].map(|dates| part(dates, first, rows, NO_DATES));
        let dates = assigned.iter().zip(due).zip(completed.iter().zip(feedback));
        is_usual.then(|| {
            dates.map(|((assigned, due), (completed, feedback))| TaskDates {
                assigned: *assigned,
                due: *due,
                completed: *completed,
                feedback: *feedback,
                ..TaskDates::default()
            })
        })
    }

    /// The dates of a row.
    pub fn dates(&self, row: usize) -> TaskDates<'a> {
        let [assigned, due, completed, revoked, feedback_due, feedback, formal_report, escalated, consulted] =
            self.dates.map(|dates| dates.get(row).copied().flatten());
        let list = |column: &'a Option<ListColumn<_>>| column.as_ref().map_or(&[][..], |cells| cells.get(row));
        TaskDates {
            assigned,
            due,
            extended_to: list(&self.batch.extended_to),
            approved: list(&self.batch.extension_approved_on),
            completed,
            revoked,
            feedback_due,
            feedback,
            formal_report,
            escalated,
            consulted,
        }
    }
}
