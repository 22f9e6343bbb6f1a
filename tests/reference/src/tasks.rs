//! Tasks: their rows, their state on the day looked at, and why some are excluded. METHOD §2, §4.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::calendar::Calendar;
use crate::condition::Condition;
use crate::judge;
use crate::moment::Moment;
use crate::number::{Q, whole};
use crate::parents::on_cycles;
use crate::people::People;
use crate::policy::{Belongs, Indicator, Method, POSTS, Policy};
use crate::run_log::RunLog;
use crate::tables::{Fault, Row, Table, fault, twice};
use crate::text::list_of_names;
use crate::units::Units;

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum State {
    Done,
    Overdue,
    Open,
}

impl State {
    pub fn word(self) -> &'static str {
        match self {
            State::Done => "done",
            State::Overdue => "overdue",
            State::Open => "open",
        }
    }
}

pub const EXCLUSIONS: [&str; 5] = ["cancelled", "exempt", "container", "out-of-period", "not-judged"];

pub struct Task {
    pub row: usize,
    pub line: usize,
    pub id: String,
    parent: Option<String>,
    /// With its default; empty without one.
    pub level: String,
    pub lead: String,
    /// Without the lead, each once.
    pub co: Vec<String>,
    /// Persons by role, in the order of `POSTS`.
    pub persons: [Vec<String>; 3],
    pub weight: Q,
    status: &'static str,
    /// Effective due.
    pub due: Option<Moment>,
    /// Effective completion.
    pub completed: Option<Moment>,
    pub state: State,
    pub late_days: Option<i64>,
    ignored_extensions: usize,
    pub exclusion: Option<&'static str>,
    /// Values of indicators, by id; those that are N/A are not in it.
    pub values: BTreeMap<String, Q>,
}

impl Task {
    /// Whether facts count it: scored or `not-judged`.
    pub fn counts(&self) -> bool {
        matches!(self.exclusion, None | Some("not-judged"))
    }

    pub fn scored(&self) -> bool {
        self.exclusion.is_none()
    }
}

/// What judging a task looks at.
pub struct Context<'a> {
    pub policy: &'a Policy,
    pub table: &'a Table,
    pub calendar: &'a Calendar,
}

pub fn read(context: &Context, units: &Units, people: &People, log: &mut RunLog) -> Vec<Task> {
    let table = context.table;
    // A row's place is its id whatever its cells are; a cell of a broken row is none.
    let id = |row: &Row| table.row_id(row, "task_id").filter(|_| row.broken.is_none() || table.ids_from_rows);
    let parent = |row: &Row| table.id(row, "parent_id").filter(|_| row.broken.is_none());
    let ids: BTreeSet<String> = table.rows.iter().filter_map(id).collect();
    let doubles = twice(table.rows.iter().filter_map(id));
    let cycles = on_cycles(table.rows.iter().filter_map(|row| Some((id(row)?, parent(row)?))));
    let mut results = Vec::new();
    for (at, row) in table.rows.iter().enumerate() {
        results.push(match row.broken {
            Some(code) => Err(fault(code, "")),
            None if id(row).is_some_and(|id| doubles.contains(&id)) => Err(fault("duplicate-id", "task_id")),
            None => Reading { context, units, people, ids: &ids, cycles: &cycles }.task(at, row),
        });
    }
    let mut tasks = log.sort_out(table, results);
    for task in &tasks {
        for _ in 0..task.ignored_extensions {
            log.warn(table, task.line, "extension-not-approved-in-time", "extended_to");
        }
    }
    exclude(context, &mut tasks);
    judge::values(context, &mut tasks, log);
    tasks
}

struct Reading<'a> {
    context: &'a Context<'a>,
    units: &'a Units,
    people: &'a People,
    ids: &'a BTreeSet<String>,
    cycles: &'a BTreeSet<String>,
}

impl Reading<'_> {
    /// Columns are looked at in the order METHOD lists them, so that the first fault is the one found.
    fn task(&self, at: usize, row: &Row) -> Result<Task, Fault> {
        let table = self.context.table;
        let id = table.row_id(row, "task_id").ok_or_else(|| fault("missing-value", "task_id"))?;
        let parent = self.parent(row, &id)?;
        let level = self.level(row)?;
        let mut named = self.unit_list(row, "lead_unit")?;
        if named.is_empty() {
            return Err(fault("missing-value", "lead_unit"));
        }
        for unit in self.unit_list(row, "co_units")? {
            if !named.contains(&unit) {
                named.push(unit);
            }
        }
        let mut persons = [Vec::new(), Vec::new(), Vec::new()];
        for (role, column) in persons.iter_mut().zip(POSTS) {
            *role = self.person_list(row, column, &named)?;
        }
        let weight = self.weight(row)?;
        table.date(row, "assigned_on")?;
        table.date(row, "due_on")?;
        let extended = table.list_of_dates(row, "extended_to")?;
        let approved = table.list_of_dates(row, "extension_approved_on")?;
        if approved.len() > extended.len() {
            return Err(fault("out-of-range", "extension_approved_on"));
        }
        for column in ["completed_on", "revoked_on", "feedback_due_on", "feedback_on", "formal_report_on"] {
            table.date(row, column)?;
        }
        for column in ["target", "actual", "quality"] {
            table.number(row, column)?;
        }
        let status = match table.text(row, "status").as_str() {
            "" | "active" => "active",
            "exempt" | "免责" => "exempt",
            "cancelled" | "取消" => "cancelled",
            _ => return Err(fault("out-of-range", "status")),
        };
        table.date(row, "escalated_on")?;
        table.date(row, "consulted_on")?;
        let (due, ignored_extensions) = effective_due(table.date(row, "due_on")?, &extended, &approved);
        let completed = self.completed(row)?;
        let (state, late_days) = state(self.context, due, completed);
        let principals_unknown = persons[0].is_empty() && self.people.table;
        let lead = named.remove(0);
        if principals_unknown {
            let as_of = self.context.policy.period.as_of;
            let day = due.map_or(as_of, |due| due.date.min(as_of));
            persons[0] = self.people.principals(&lead, day);
        }
        let task = Task {
            row: at,
            line: row.line,
            id,
            parent,
            level,
            lead,
            co: named,
            persons,
            weight,
            status,
            due,
            completed,
            state,
            late_days,
            ignored_extensions,
            exclusion: None,
            values: BTreeMap::new(),
        };
        for indicator in self.context.policy.task_indicators() {
            judge::indicator(self.context, indicator, &task, row)?;
        }
        Ok(task)
    }

    fn parent(&self, row: &Row, id: &String) -> Result<Option<String>, Fault> {
        let parent = self.context.table.id(row, "parent_id");
        if parent.as_ref().is_some_and(|parent| !self.ids.contains(parent)) {
            return Err(fault("unknown-parent", "parent_id"));
        }
        if self.cycles.contains(id) {
            return Err(fault("parent-cycle", "parent_id"));
        }
        Ok(parent)
    }

    fn level(&self, row: &Row) -> Result<String, Fault> {
        let text = self.context.table.text(row, "level");
        let Some(levels) = &self.context.policy.levels else { return Ok(text) };
        if text.is_empty() {
            return levels.default.clone().ok_or_else(|| fault("missing-value", "level"));
        }
        if levels.weights.contains_key(&text) { Ok(text) } else { Err(fault("unknown-level", "level")) }
    }

    fn unit_list(&self, row: &Row, column: &str) -> Result<Vec<String>, Fault> {
        let resolve = |text: &String| self.units.resolve(text).ok_or_else(|| fault("unknown-unit", column));
        once(list_of_names(self.context.table.cell(row, column)).iter().map(resolve))
    }

    fn person_list(&self, row: &Row, column: &str, units: &[String]) -> Result<Vec<String>, Fault> {
        let resolve =
            |text: &String| self.people.resolve_in(text, units).ok_or_else(|| fault("unknown-person", column));
        once(list_of_names(self.context.table.cell(row, column)).iter().map(resolve))
    }

    fn weight(&self, row: &Row) -> Result<Q, Fault> {
        let Some(written) = self.context.table.written(row, "weight")? else { return Ok(whole(1)) };
        if written.places.is_none_or(|places| places > 6) {
            return Err(fault("bad-number", "weight"));
        }
        if written.value < whole(0) { Err(fault("out-of-range", "weight")) } else { Ok(written.value) }
    }

    fn completed(&self, row: &Row) -> Result<Option<Moment>, Fault> {
        let as_of = Moment::end_of(self.context.policy.period.as_of);
        let Some(completed) = self.context.table.date(row, "completed_on")?.filter(|date| *date <= as_of) else {
            return Ok(None);
        };
        let revoked = self.context.table.date(row, "revoked_on")?;
        Ok(if revoked.is_some_and(|revoked| completed <= revoked && revoked <= as_of) { None } else { Some(completed) })
    }
}

fn once(items: impl Iterator<Item = Result<String, Fault>>) -> Result<Vec<String>, Fault> {
    let mut kept = Vec::new();
    for item in items {
        let item = item?;
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    Ok(kept)
}

/// D, and how many extensions do not hold.
fn effective_due(due: Option<Moment>, extended: &[Moment], approved: &[Moment]) -> (Option<Moment>, usize) {
    let (mut so_far, mut ignored) = (due, 0);
    for (at, later) in extended.iter().enumerate() {
        let holds = match (so_far, approved.get(at)) {
            (Some(due), Some(approved)) => *later > due && *approved <= due,
            _ => false,
        };
        if holds {
            so_far = Some(*later);
        } else {
            ignored += 1;
        }
    }
    (so_far, ignored)
}

fn state(context: &Context, due: Option<Moment>, completed: Option<Moment>) -> (State, Option<i64>) {
    let as_of = Moment::end_of(context.policy.period.as_of);
    if let Some(completed) = completed {
        return (State::Done, due.map(|due| context.calendar.days(due, completed)));
    }
    match due {
        Some(due) if due <= as_of => (State::Overdue, Some(context.calendar.days(due, as_of).max(1))),
        _ => (State::Open, None),
    }
}

fn exclude(context: &Context, tasks: &mut [Task]) {
    let inside: Vec<bool> = tasks.iter().map(|task| in_period(context, task)).collect();
    let makes_container =
        |(task, inside): (&Task, &bool)| task.parent.clone().filter(|_| task.status == "active" && *inside);
    let containers: BTreeSet<String> = tasks.iter().zip(&inside).filter_map(makes_container).collect();
    for (task, inside) in tasks.iter_mut().zip(inside) {
        task.exclusion = match task.status {
            "active" if containers.contains(&task.id) => Some("container"),
            "active" if !inside => Some("out-of-period"),
            "active" => None,
            status => Some(status),
        };
    }
}

fn in_period(context: &Context, task: &Task) -> bool {
    let period = &context.policy.period;
    let row = &context.table.rows[task.row];
    let assigned = context.table.date(row, "assigned_on").ok().flatten().map(|moment| moment.date);
    let completed = task.completed.map(|moment| moment.date);
    let inside = |date: NaiveDate| period.from <= date && date <= period.to;
    match period.belongs {
        Belongs::Assigned => assigned.is_none_or(inside),
        Belongs::Completed => completed.is_some_and(inside),
        Belongs::Due => {
            let Some(date) = task.due.map(|due| due.date).or(assigned) else { return true };
            let carried =
                period.carry_over && date < period.from && completed.is_none_or(|completed| completed >= period.from);
            inside(date) || carried
        }
    }
}

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

/// Whether a condition on columns holds for a task: on its cells as they stand, level and status with their defaults.
pub fn meets(policy: &Policy, table: &Table, row: &Row, level: &str, condition: &Condition) -> bool {
    let column = condition.fact.as_str();
    let cell = match column {
        "level" => level,
        "status" if table.blank(row, "status") => "active",
        _ => table.cell(row, column),
    };
    let holds_dates = DATE_COLUMNS.contains(&column) || policy.indicators.iter().any(|one| reads_date(one, column));
    condition.holds_for_cell(cell, holds_dates.then_some(&table.dates))
}

/// Whether an indicator is a deadline that reads a column.
fn reads_date(indicator: &Indicator, column: &str) -> bool {
    let Method::Deadline(deadline) = &indicator.method else { return false };
    let from = deadline.default_due.as_ref().map(|default| default.from.as_str());
    deadline.due == column || deadline.done == column || from == Some(column)
}
