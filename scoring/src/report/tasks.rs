//! `task_scores.csv`: every accepted task, in the order of the ledger. METHOD §11.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::judge::{NOT_APPLICABLE, task_indicators};
use crate::link::UnitIds;
use crate::link::tasks::{Fate, LinkedBatch};
use crate::number::{Fraction, write_fixed};
use crate::policy::{Policy, Rounding, Source};
use crate::report::cells::{self, Cells};
use crate::report::composite::Composite;
use crate::report::words::{Lang, text, writer};
use crate::report::{FileError, ReportError};
use crate::tally::WEIGHT_ONE;

/// The name of the report.
pub const NAME: &str = "task_scores.csv";

const HEADINGS: [&str; 8] = ["task_id", "state", "exclusion", "lead_unit", "level", "weight", "late_days", "composite"];

/// Bytes of a row before its indicators, about.
const ROW: usize = 64;

/// Bytes of a cell of an indicator, about.
const CELL: usize = 10;

/// The cells of lead units that one worker has written, by the keys of units: most units lead many tasks.
#[derive(Debug, Default)]
pub struct LeadCells(Vec<Option<Box<[u8]>>>);

impl LeadCells {
    /// The cell of a unit.
    fn of(&mut self, key: u32, units: &UnitIds<'_>) -> &[u8] {
        let place = key as usize;
        if self.0.len() <= place {
            self.0.resize(place + 1, None);
        }
        let cell =
            self.0.get_mut(place).map(|cell| cell.get_or_insert_with(|| cells::cell(&text(&units.of(key))).into()));
        cell.map_or(&[], |cell| cell)
    }
}

/// An indicator's column.
struct Column<'p> {
    /// Its bit, which is its place among the values of a row.
    at: usize,
    places: u32,
    id: &'p str,
    name: &'p str,
}

/// Where rows of `task_scores.csv` go, batch by batch.
pub trait Rows: Send {
    /// Writes some rows.
    ///
    /// # Errors
    /// When they cannot be written.
    fn write(&mut self, rows: &[u8]) -> io::Result<()>;

    /// Forgets what was written.
    ///
    /// # Errors
    /// When it cannot be undone.
    fn start_over(&mut self) -> io::Result<()>;
}

impl Rows for Vec<u8> {
    fn write(&mut self, rows: &[u8]) -> io::Result<()> {
        self.extend_from_slice(rows);
        Ok(())
    }

    fn start_over(&mut self) -> io::Result<()> {
        self.clear();
        Ok(())
    }
}

/// `task_scores.csv` while the ledger is gone through. Batches are put into text side by side and written in order.
pub struct TaskScores<'a> {
    lang: Lang,
    rounding: Rounding,
    columns: Vec<Column<'a>>,
    composite: Composite,
    /// The number of indicators of tasks.
    width: usize,
    written: Mutex<Written<'a>>,
}

/// What has been written.
struct Written<'a> {
    into: &'a mut dyn Rows,
    /// The number of the next batch.
    next: usize,
    /// Batches that came before their turn.
    early: BTreeMap<usize, Vec<u8>>,
    /// Why no more is written.
    failed: Option<FileError>,
}

impl Written<'_> {
    /// Writes what can be written.
    fn go_on(&mut self) {
        while self.failed.is_none()
            && let Some(text) = self.early.remove(&self.next)
        {
            self.next += 1;
            self.failed = self.into.write(&text).err().map(FileError::Io);
        }
    }
}

impl<'a> TaskScores<'a> {
    /// The report, to be written as the tasks come.
    pub fn new(policy: &'a Policy, lang: Lang, into: &'a mut dyn Rows) -> Self {
        let tallied = task_indicators(policy);
        let written = Written { into, next: 0, early: BTreeMap::new(), failed: None };
        let columns = columns(policy, &tallied);
        let composite = Composite::new(policy, &tallied);
        Self { lang, rounding: policy.rounding, columns, composite, width: tallied.len(), written: Mutex::new(written) }
    }

    fn written(&self) -> MutexGuard<'_, Written<'a>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins, or begins again.
    pub fn begin(&self) {
        let mut written = self.written();
        (written.next, written.early) = (0, BTreeMap::new());
        let begun = written.into.start_over().map_err(FileError::Io).and_then(|()| self.headings());
        match begun.and_then(|headings| Ok(written.into.write(&headings)?)) {
            Ok(()) => {}
            Err(error) => written.failed = Some(error),
        }
    }

    /// The line of headings.
    fn headings(&self) -> Result<Vec<u8>, FileError> {
        let mut csv = writer(Vec::new())?;
        let named = self.columns.iter().map(|column| match self.lang {
            Lang::Ids => format!("indicator.{}", column.id),
            Lang::Zh => column.name.to_owned(),
        });
        let headings: Vec<String> = HEADINGS.iter().map(|id| self.lang.heading(id).to_owned()).chain(named).collect();
        csv.write_record(headings.iter().map(|heading| text(heading).into_owned()))?;
        csv.into_inner().map_err(|error| FileError::Io(error.into_error()))
    }

    /// Adds the batch of a number; `units` has the ids of units by key, and `leads` are the worker's.
    pub fn add(&self, leads: &mut LeadCells, number: usize, batch: &LinkedBatch, units: &UnitIds<'_>) {
        let text = self.batch_text(leads, batch, units);
        let mut written = self.written();
        match text {
            Ok(text) => {
                written.early.insert(number, text);
                written.go_on();
            }
            Err(error) => written.failed = Some(error),
        }
    }

    /// Ends the report.
    ///
    /// # Errors
    /// [`ReportError`] for what went wrong on the way.
    pub fn finish(&self) -> Result<(), ReportError> {
        self.written().failed.take().map_or(Ok(()), |error| Err(error.of(NAME)))
    }
}

/// Indicators of tasks sections, units' then persons', each in policy order.
fn columns<'p>(policy: &'p Policy, tallied: &[usize]) -> Vec<Column<'p>> {
    let of_side = |side: &crate::policy::Side| {
        let sections = side.sections.iter().filter(|section| section.source == Source::Tasks);
        let mut places: Vec<usize> = sections.flat_map(|section| section.indicators.iter().copied()).collect();
        places.sort_unstable();
        places
    };
    let mut places: Vec<usize> = Vec::new();
    for place in of_side(&policy.unit).into_iter().chain(of_side(&policy.person)) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let column = |place: &usize| {
        let indicator = policy.indicators.get(*place)?;
        Some(Column {
            at: tallied.iter().position(|known| known == place)?,
            places: policy.places_of(indicator),
            id: &indicator.id,
            name: &indicator.name,
        })
    };
    places.iter().filter_map(column).collect()
}

impl TaskScores<'_> {
    fn batch_text(
        &self,
        leads: &mut LeadCells,
        batch: &LinkedBatch,
        units: &UnitIds<'_>,
    ) -> Result<Vec<u8>, FileError> {
        let (lang, width) = (self.lang, self.width);
        let mut bytes = Vec::with_capacity(batch.fates.len() * (ROW + CELL * self.columns.len()));
        let mut cells = Cells::new(&mut bytes, self.rounding);
        let levels: Vec<Vec<u8>> = batch.judged.levels.iter().map(|level| cells::cell(&text(level))).collect();
        for row in batch.accepted() {
            let Some(task) = batch.judged.tasks.get(row) else { continue };
            let excluded = match batch.fates.get(row) {
                Some(Fate::Excluded(why)) => Some(*why),
                _ => None,
            };
            let values = batch.judged.values.get(row * width..(row + 1) * width).unwrap_or_default();
            let values = if excluded.is_some() { &[] } else { values };
            let weight = batch.judged.weight.as_ref().and_then(|weights| *weights.get(row)?).unwrap_or(WEIGHT_ONE);
            cells.word(&text(batch.judged.task_id.get(row).unwrap_or_default()));
            cells.word(lang.state(task.state));
            cells.word(excluded.map_or("", |why| lang.exclusion(why)));
            match batch.units.get(row).first() {
                Some(key) => cells.made(leads.of(*key, units)),
                None => cells.blank(),
            }
            match levels.get(task.level as usize) {
                Some(level) => cells.made(level),
                None => cells.blank(),
            }
            match weight {
                WEIGHT_ONE => cells.word("1"),
                weight => cells.word(&Fraction::fixed(weight, 6).to_string()),
            }
            cells.count(task.late_days)?;
            cells.number(|into| self.composite.write(values, into))?;
            for column in &self.columns {
                match values.get(column.at).copied().filter(|value| *value != NOT_APPLICABLE) {
                    Some(value) => cells.number(|into| write_fixed(value.into(), column.places, into))?,
                    None => cells.blank(),
                }
            }
            cells.end();
        }
        Ok(bytes)
    }
}
