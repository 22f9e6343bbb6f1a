//! Judging tasks: the state of each on the as-of day, and the value of each indicator. METHOD §4, §5.
//!
//! Everything here follows from a row's own cells, the policy and the calendar. It comes before linking, because an
//! indicator may reject a row, and a rejected row names no unit and is nobody's part.

pub mod calendar;
pub mod columns;
pub mod condition;
pub mod indicator;
pub mod method;
pub mod signs;
pub mod state;
mod together;
mod whole;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::judge::calendar::Calendar;
use crate::judge::columns::{BatchColumns, Columns, CountColumn, TOGETHER};
use crate::judge::condition::Test;
use crate::judge::indicator::{Setting, Task, TaskIndicator, Verdict};
use crate::judge::signs::{Figure, Figures, Signs};
use crate::judge::state::{Standing, TaskDates, Window};
use crate::judge::together::Together;
use crate::moment::{Day, Moment};
use crate::policy::{Policy, Source};
use crate::read::batch::{ListColumn, TaskBatch, TaskColumn, TextColumn};
use crate::read::date::DateContext;
use crate::read::names::Names;
use crate::read::reject::Fault;
use crate::terms::{Exclusion, State};

/// Most indicators of tasks that a policy can have: the set of those present in a task is kept in 64 bits.
pub const MOST_INDICATORS: usize = 64;

/// The run cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JudgeError {
    /// A value does not fit.
    #[error("line {line}: the value of an indicator has more digits than can be kept")]
    TooLarge {
        /// The line of the row.
        line: u64,
    },
    /// Too many indicators.
    #[error("the policy has {count} indicators of tasks; {MOST_INDICATORS} can be kept")]
    TooManyIndicators {
        /// How many it has.
        count: usize,
    },
}

/// Judges batches of tasks under one policy.
#[derive(Debug)]
pub struct Judge<'p> {
    policy: &'p Policy,
    window: Window,
    calendar: Calendar,
    dates: DateContext,
    indicators: Vec<TaskIndicator<'p>>,
    counts: Vec<Vec<Test>>,
    default_level: &'p str,
}

/// A batch as judged: what later stages need, by row.
#[derive(Debug, Default)]
pub struct Judged {
    /// The file, as a place in the table's files.
    pub file: u16,
    /// `task_id`.
    pub task_id: TextColumn,
    /// `parent_id`.
    pub parent_id: Option<TextColumn>,
    /// `lead_unit`, codes of units.
    pub lead_unit: ListColumn<u32>,
    /// `co_units`, codes of units.
    pub co_units: Option<ListColumn<u32>>,
    /// `principal`, `deputy`, `staff`, codes of persons.
    pub persons: [Option<ListColumn<u32>>; 3],
    /// The levels of the policy, or else those that tasks name.
    pub levels: Names,
    /// Weights in millionths; `None`: all 1.
    pub weight: Option<Vec<Option<i128>>>,
    /// One a row.
    pub tasks: Vec<JudgedTask>,
    /// Target and actual value of each row, until linking has compared those of parents and parts; empty where no row
    /// can name a parent.
    pub figures: Vec<[Figure; 2]>,
    /// Values of the indicators of tasks sections, one after another for each row, in units of their places;
    /// [`NOT_APPLICABLE`] for none.
    pub values: Vec<i64>,
    /// Which counts each row meets, a bit for each in policy order, 64 to a number; empty without counts.
    pub counts: Vec<u64>,
    /// Rows with a fault, ascending, with their cells as they were.
    pub faults: Vec<(usize, Fault, String)>,
    /// Warnings, by row.
    pub warnings: Vec<(usize, TaskWarning)>,
}

/// The value of an indicator that is not applicable.
pub const NOT_APPLICABLE: i64 = i64::MIN;

/// What judging says of one row.
#[derive(Debug, Clone, Copy)]
pub struct JudgedTask {
    /// Its line.
    pub line: u64,
    /// Its state.
    pub state: State,
    /// Late days L.
    pub late_days: Option<i32>,
    /// The day on which its principal post counts: D, or as_of when D is absent or later (§8).
    pub principal_day: Day,
    /// Its level, a code of `levels`.
    pub level: u32,
    /// Why its own cells keep it from being scored; `container` is for linking to say.
    pub exclusion: Option<Exclusion>,
    /// Facts for closed loop counts.
    pub feedback_missed: bool,
    /// A formal report of a level that owes one was missed.
    pub formal_report_missed: bool,
    /// Escalated without consultation.
    pub sole_escalation: bool,
    /// What looks odd in it.
    pub signs: Signs,
}

/// Something odd in a row that does not reject it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskWarning {
    /// An extension does not count.
    ExtensionNotApprovedInTime,
    /// A target is 0.
    ZeroTarget {
        /// The column of the target, as the policy names it.
        column: String,
    },
}

impl<'p> Judge<'p> {
    /// Prepares a policy; `holidays` says of single days whether they are worked, `dates` how dates in further columns
    /// read.
    ///
    /// # Errors
    /// [`JudgeError::TooManyIndicators`].
    pub fn new(policy: &'p Policy, holidays: &BTreeMap<Day, bool>, dates: DateContext) -> Result<Self, JudgeError> {
        let places = task_indicators(policy);
        if places.len() > MOST_INDICATORS {
            return Err(JudgeError::TooManyIndicators { count: places.len() });
        }
        let indicators = places
            .into_iter()
            .filter_map(|place| Some(TaskIndicator::new(place, policy.indicators.get(place)?, policy, &dates)))
            .collect();
        let tests =
            |conditions: &[_]| conditions.iter().map(|condition| Test::on_column(condition, policy, &dates)).collect();
        let counts = policy.counts.iter().map(|count| tests(&count.conditions)).collect();
        let default_level = policy
            .levels
            .as_ref()
            .and_then(|levels| levels.weights.get(levels.default?))
            .map_or("", |(name, _)| name.as_str());
        let calendar = Calendar::new(policy, holidays);
        Ok(Self { policy, window: Window::of(policy), calendar, dates, indicators, counts, default_level })
    }

    /// Judges a batch.
    ///
    /// # Errors
    /// [`JudgeError::TooLarge`].
    pub fn judge(&self, mut batch: TaskBatch) -> Result<Judged, JudgeError> {
        let (rows, width) = (batch.lines.len(), self.indicators.len());
        let mut judged = Judged {
            file: batch.file,
            tasks: Vec::with_capacity(rows),
            values: Vec::with_capacity(rows * width),
            ..Judged::default()
        };
        let mut faults: BTreeMap<usize, Fault> = std::mem::take(&mut batch.faults).into_iter().collect();
        let columns = self.bind(&batch);
        let (names, levels) = self.levels(&batch, &columns);
        let is_formal = |name: &str| self.policy.formal_levels.iter().any(|formal| formal == name);
        let levels = Levels { of_rows: &levels, formal: names.iter().map(is_formal).collect() };
        let mut together = Together::default();
        for first in (0..rows).step_by(TOGETHER) {
            self.stand(first, rows.min(first + TOGETHER) - first, &columns, &mut together);
            let zero_targets = self.values(first, &columns, &mut faults, &mut together)?;
            self.rows(first, &together, &levels, &columns, &mut judged);
            self.warn(&zero_targets, &mut judged);
        }
        judged.levels = names;
        judged.faults = faults.into_iter().map(|(row, fault)| (row, fault, batch.records.get(row))).collect();
        judged.warnings.sort_by_key(|(row, _)| *row);
        judged.warnings.retain(|(row, _)| judged.faults.binary_search_by_key(row, |(faulty, ..)| *faulty).is_err());
        Ok(Judged {
            task_id: batch.task_id,
            parent_id: batch.parent_id,
            lead_unit: batch.lead_unit,
            co_units: batch.co_units,
            persons: batch.persons,
            weight: batch.weight,
            ..judged
        })
    }

    /// Finds what follows from the dates of some rows, and their signs.
    fn stand(&self, first: usize, rows: usize, columns: &BatchColumns<'_>, together: &mut Together) {
        // Apart, so that nothing is computed of dates that most tables lack.
        match columns.usual_dates(first, rows) {
            Some(dates) => self.stand_on(dates, together),
            None => self.stand_on((first..first + rows).map(|row| columns.dates(row)), together),
        }
        columns.figures.note(first, &mut together.signs);
    }

    fn stand_on<'d>(&self, dates: impl Iterator<Item = TaskDates<'d>>, together: &mut Together) {
        together.standings.clear();
        together.signs.clear();
        for dates in dates {
            let standing = Standing::of(&dates, self.window, self.policy, &self.calendar);
            together.signs.push(signs::of(&dates, &standing, self.window));
            together.standings.push(standing);
        }
    }

    /// The levels of a batch, and the place of each row's level among them.
    fn levels<'b>(&self, batch: &'b TaskBatch, columns: &BatchColumns<'_>) -> (Names, Cow<'b, [u32]>) {
        let mut names = Names::default();
        let places = match (&self.policy.levels, &batch.levels) {
            (Some(known), Some(places)) => {
                known.weights.iter().for_each(|(name, _)| _ = names.code(name));
                Cow::Borrowed(&places[..])
            }
            _ => {
                let rows = 0..batch.lines.len();
                rows.map(|row| names.code(columns.level.meant(row).unwrap_or_default())).collect()
            }
        };
        (names, places)
    }

    /// Finds the values of some rows, indicator by indicator; gives the rows of targets that are 0, with the places of
    /// the indicators.
    fn values(
        &self,
        first: usize,
        columns: &BatchColumns<'_>,
        faults: &mut BTreeMap<usize, Fault>,
        together: &mut Together,
    ) -> Result<Vec<(usize, usize)>, JudgeError> {
        let setting = Setting { window: self.window, calendar: &self.calendar, dates: &self.dates };
        let Together { standings, values, .. } = together;
        let mut zero_targets = Vec::new();
        values.resize(self.indicators.len() * TOGETHER, NOT_APPLICABLE);
        let indicators = self.indicators.iter().zip(&columns.indicators).zip(values.chunks_exact_mut(TOGETHER));
        for (place, ((indicator, bound), values)) in indicators.enumerate() {
            let said = indicator.judge_all(bound, first, standings, setting, values, |row, verdict| match verdict {
                Verdict::ZeroTarget => zero_targets.push((row, place)),
                Verdict::Fault(fault) => {
                    faults.entry(row).or_insert(*fault);
                }
                Verdict::Value(_) | Verdict::NotApplicable => {}
            });
            said.map_err(|row| JudgeError::TooLarge {
                line: columns.batch.lines.get(row).copied().unwrap_or_default(),
            })?;
        }
        Ok(zero_targets)
    }

    fn bind<'a>(&self, batch: &'a TaskBatch) -> BatchColumns<'a>
    where
        'p: 'a,
    {
        let columns = Columns { batch, default_level: self.default_level };
        let counted = |tests: &Vec<Test>| tests.iter().map(|test| CountColumn::of(&test.fact, &columns)).collect();
        BatchColumns {
            batch,
            level: columns.column("level"),
            status: columns.column("status"),
            dates: TaskColumn::DATES.map(|column| columns.dates(column)),
            figures: Figures::of(columns.numbers(TaskColumn::Target), columns.numbers(TaskColumn::Actual)),
            indicators: self.indicators.iter().map(|indicator| indicator.bind(&columns)).collect(),
            counts: self.counts.iter().map(counted).collect(),
        }
    }

    /// Adds rows whose values are there.
    fn rows(
        &self,
        first: usize,
        together: &Together,
        levels: &Levels<'_>,
        columns: &BatchColumns<'_>,
        judged: &mut Judged,
    ) {
        let Together { standings, signs, .. } = together;
        let are_judged = together.put_values(self.indicators.len(), &mut judged.values);
        let batch = columns.batch;
        let lists = [&batch.extended_to, &batch.extension_approved_on];
        if batch.parent_id.is_some() || !self.counts.is_empty() || lists.iter().any(|list| list.is_some()) {
            let tasks = (first..).zip(standings).map(|(row, standing)| Task { row, standing });
            tasks.for_each(|task| self.more(task, columns, judged));
        }
        let day = |due: Moment| if due <= self.window.as_of { due.day } else { self.window.as_of.day };
        let lines = (first..).zip(batch.lines.iter().zip(levels.of_rows).skip(first));
        let rows = standings.iter().zip(signs).zip(are_judged).zip(lines);
        judged.tasks.extend(rows.map(|(((standing, signs), is_judged), (row, (line, level)))| JudgedTask {
            line: *line,
            state: standing.state,
            late_days: standing.late_days,
            principal_day: day(standing.due.unwrap_or(self.window.as_of)),
            level: *level,
            exclusion: exclusion(columns, row, standing, is_judged),
            feedback_missed: standing.feedback_missed,
            formal_report_missed: standing.formal_report_missed
                && levels.formal.get(*level as usize).copied().unwrap_or_default(),
            sole_escalation: standing.sole_escalation,
            signs: *signs,
        }));
    }

    /// Adds of a row what most ledgers do not have.
    fn more(&self, task: Task<'_>, columns: &BatchColumns<'_>, judged: &mut Judged) {
        if columns.batch.parent_id.is_some() {
            judged.figures.push(columns.figures.kept(task.row));
        }
        for _ in 0..task.standing.ignored_extensions {
            judged.warnings.push((task.row, TaskWarning::ExtensionNotApprovedInTime));
        }
        let words = self.counts.chunks(64).zip(columns.counts.chunks(64));
        judged.counts.extend(words.map(|(counts, columns)| counts_met(counts, columns, task)));
    }

    /// Warns of targets that are 0 in rows, by the places of the indicators.
    fn warn(&self, zero_targets: &[(usize, usize)], judged: &mut Judged) {
        for (row, place) in zero_targets {
            let exclusion = judged.tasks.get(*row).and_then(|task| task.exclusion);
            let target = self.indicators.get(*place).and_then(TaskIndicator::target);
            if let (None | Some(Exclusion::NotJudged), Some(column)) = (exclusion, target) {
                judged.warnings.push((*row, TaskWarning::ZeroTarget { column: column.to_owned() }));
            }
        }
    }
}

/// The levels of a batch.
struct Levels<'b> {
    /// The level of each row.
    of_rows: &'b [u32],
    /// Whether tasks of a level owe a formal report.
    formal: Vec<bool>,
}

/// The indicators of tasks sections, units' then persons', as places in the policy, ascending.
pub fn task_indicators(policy: &Policy) -> Vec<usize> {
    let sections = policy.unit.sections.iter().chain(&policy.person.sections);
    let mut places: Vec<usize> = sections
        .filter(|section| section.source == Source::Tasks)
        .flat_map(|section| section.indicators.iter().copied())
        .collect();
    places.sort_unstable();
    places.dedup();
    places
}

fn counts_met(counts: &[Vec<Test>], columns: &[Vec<CountColumn<'_>>], task: Task<'_>) -> u64 {
    let met = |(tests, columns): (&Vec<Test>, &Vec<CountColumn<'_>>)| {
        tests.iter().zip(columns).all(|(test, column)| column.meets(test, task))
    };
    counts.iter().zip(columns).map(met).enumerate().fold(0, |bits, (place, met)| bits | u64::from(met) << place)
}

#[inline]
fn exclusion(columns: &BatchColumns<'_>, row: usize, standing: &Standing, is_judged: bool) -> Option<Exclusion> {
    match columns.status.text(row) {
        Some("cancelled" | "取消") => Some(Exclusion::Cancelled),
        Some("exempt" | "免责") => Some(Exclusion::Exempt),
        _ if !standing.in_period => Some(Exclusion::OutOfPeriod),
        _ if !is_judged => Some(Exclusion::NotJudged),
        _ => None,
    }
}
