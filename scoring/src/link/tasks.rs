//! Tasks, batch by batch: which are accepted, whom they name, which are containers. METHOD §2, §4, §6, §8.

use std::collections::BTreeMap;

use crate::judge::{Judged, TaskWarning};
use crate::link::fault::{column, table_heading};
use crate::link::hints::Hints;
use crate::link::named::{Known, Named, Unknown};
use crate::link::parts::figures;
use crate::link::persons::unknown_person;
use crate::link::roster::{Keys, Met};
use crate::link::units::unknown;
use crate::link::whole::{Child, Mark, Marks};
use crate::link::{Lead, Reject, Warning};
use crate::read::TableName;
use crate::read::batch::{Dictionary, ListColumn, TaskColumn};
use crate::read::reject::{Fault, Order};
use crate::read::rows::{FileInfo, Headings, Place};
use crate::terms::{Exclusion, Post, Signal};

/// A role a person has in a task, as a bit; a set of roles is their sum.
pub type Roles = u8;

/// The bit of a role.
pub fn role_bit(post: Post) -> Roles {
    match post {
        Post::Principal => 1,
        Post::Deputy => 2,
        Post::Staff => 4,
    }
}

/// A judged batch with what linking found.
#[derive(Debug)]
pub struct LinkedBatch {
    /// What judging said.
    pub judged: Judged,
    /// Keys of the units of each row: the lead first, then the co units, each once. See [`Keys`].
    pub units: ListColumn<u32>,
    /// Keys of the persons of each row with their roles, each once.
    pub persons: ListColumn<(u32, Roles)>,
    /// What became of each row.
    pub fates: Vec<Fate>,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Rejected.
    Rejected,
    /// Accepted, but not scored.
    Excluded(Exclusion),
    /// Scored.
    Scored,
}

impl LinkedBatch {
    /// Rows that are accepted.
    pub fn accepted(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.fates.len()).filter(|row| self.fates.get(*row).is_some_and(|fate| *fate != Fate::Rejected))
    }
}

/// What is kept of the single rows of a batch: few of them, in most ledgers none.
#[derive(Debug, Default)]
pub struct Kept {
    /// Rows that are rejected.
    rejected: Vec<Rejected>,
    /// What is odd in accepted ones.
    warnings: Vec<(Place, TaskWarning)>,
    /// Rows that name a parent.
    pub children: Vec<Child>,
}

impl Kept {
    /// Whether rows are rejected.
    pub(super) fn has_rejects(&self) -> bool {
        !self.rejected.is_empty()
    }
}

/// A row that is rejected. Headings and hints are known when all is read.
#[derive(Debug)]
struct Rejected {
    place: Place,
    why: Why,
    raw: Option<String>,
    /// The first unit of its lead cell, as written, and its key.
    lead: Option<(String, Option<u32>)>,
}

/// Why a row is rejected.
#[derive(Debug)]
enum Why {
    Fault(Fault),
    Unknown(Unknown),
}

impl Why {
    fn order(&self) -> Order {
        match self {
            Self::Fault(fault) => fault.order,
            Self::Unknown(unknown) => column(unknown.column as u8),
        }
    }
}

/// The first fault of each faulty row, with its cells where they are at hand.
#[derive(Default)]
struct Faults(BTreeMap<usize, (Why, Option<String>)>);

impl Faults {
    fn add(&mut self, row: usize, why: Why, raw: Option<String>) {
        match self.0.get_mut(&row) {
            Some(kept) if kept.0.order() <= why.order() => {}
            Some(kept) => *kept = (why, kept.1.take().or(raw)),
            None => {
                self.0.insert(row, (why, raw));
            }
        }
    }
}

/// Finds whom the rows of a batch name, rejects those that have a fault, and gives the others their fate. `marks` is
/// what the ledger as a whole says of its rows.
pub(super) fn link_batch(
    mut judged: Judged,
    names: &Dictionary,
    known: &mut Known<'_>,
    met: &Met,
    marks: &Marks,
) -> (LinkedBatch, Kept) {
    let Named { units, persons, unknown } = known.name(&judged, names, met);
    let marked = marked(&judged, marks);
    let mut faults = Faults::default();
    for (row, unknown) in unknown {
        faults.add(row, Why::Unknown(unknown), None);
    }
    for (row, fault) in marked.iter().filter_map(|(row, mark)| Some((*row, mark.fault.clone()?))) {
        faults.add(row, Why::Fault(fault), None);
    }
    for (row, fault, raw) in std::mem::take(&mut judged.faults) {
        faults.add(row, Why::Fault(fault), Some(raw));
    }
    let mut fates: Vec<Fate> =
        judged.tasks.iter().map(|task| task.exclusion.map_or(Fate::Scored, Fate::Excluded)).collect();
    let mut kept = Kept::default();
    for (row, (why, raw)) in faults.0 {
        if let Some(fate) = fates.get_mut(row) {
            *fate = Fate::Rejected;
        }
        let lead = judged.lead_unit.get(row).first();
        let lead = lead.map(|code| (names.units.name(*code).to_owned(), known.unit_key(*code)));
        kept.rejected.push(Rejected { place: place(&judged, row), why, raw, lead });
    }
    mark(&mut judged, &mut fates, &marked);
    // Where there are marks, they tell of the children, too.
    if marks.is_empty() {
        kept.children = children(&judged, &fates);
    }
    warn(&mut judged, &fates, &mut kept);
    (LinkedBatch { judged, units, persons, fates }, kept)
}

fn place(judged: &Judged, row: usize) -> Place {
    Place { file: judged.file, line: judged.tasks.get(row).map_or(0, |task| task.line) }
}

/// The rows of a batch that have marks.
fn marked<'m>(judged: &Judged, marks: &'m Marks) -> Vec<(usize, &'m Mark)> {
    let (Some(first), Some(last)) = (judged.tasks.first(), judged.tasks.last()) else { return Vec::new() };
    let at = |line| Place { file: judged.file, line };
    let row = |place: &Place| judged.tasks.binary_search_by_key(&place.line, |task| task.line).ok();
    let here = marks.range(at(first.line)..=at(last.line));
    here.filter_map(|(place, mark)| Some((row(place)?, mark))).collect()
}

/// Makes containers of the rows that are parents, and notes whether the figures of their parts agree with theirs.
fn mark(judged: &mut Judged, fates: &mut [Fate], marked: &[(usize, &Mark)]) {
    for (row, mark) in marked {
        let Some(fate) = fates.get_mut(*row).filter(|_| mark.container) else { continue };
        if matches!(fate, Fate::Rejected | Fate::Excluded(Exclusion::Cancelled | Exclusion::Exempt)) {
            continue;
        }
        *fate = Fate::Excluded(Exclusion::Container);
        let agree = mark.parts.and_then(|parts| parts.agree(figures(judged, *row)));
        if let (Some(agree), Some(task)) = (agree, judged.tasks.get_mut(*row)) {
            task.signs.note(Signal::PartsDisagree, !agree);
        }
    }
}

/// Rows that name a parent.
fn children(judged: &Judged, fates: &[Fate]) -> Vec<Child> {
    let Some(parents) = &judged.parent_id else { return Vec::new() };
    let child = |(row, fate): (usize, &Fate)| {
        let parent = parents.get(row)?.to_owned();
        Some(Child { place: place(judged, row), parent, fate: *fate, figures: figures(judged, row) })
    };
    fates.iter().enumerate().filter_map(child).collect()
}

/// Keeps the warnings of accepted rows. A container is not judged, so its target may be 0.
fn warn(judged: &mut Judged, fates: &[Fate], kept: &mut Kept) {
    for (row, warning) in std::mem::take(&mut judged.warnings) {
        let idle = matches!(warning, TaskWarning::ZeroTarget { .. });
        match fates.get(row) {
            None | Some(Fate::Rejected) => {}
            Some(Fate::Excluded(Exclusion::Container)) if idle => {}
            _ => kept.warnings.push((place(judged, row), warning)),
        }
    }
}

/// What is needed to say in words what was found in rows.
pub(super) struct Words<'a> {
    pub files: &'a [FileInfo],
    pub headings: &'a Headings,
    pub keys: &'a Keys,
    pub hints: &'a Hints,
}

impl Words<'_> {
    /// The rejected rows and the warnings of a batch.
    pub fn of(&self, kept: Kept, rejects: &mut Vec<Reject>, warnings: &mut Vec<Warning>) {
        rejects.extend(kept.rejected.into_iter().map(|rejected| self.reject(rejected)));
        warnings.extend(kept.warnings.into_iter().map(|(place, warning)| self.warning(place, &warning)));
    }

    fn file(&self, place: Place) -> String {
        self.files.get(usize::from(place.file)).map(|file| file.name.clone()).unwrap_or_default()
    }

    fn reject(&self, rejected: Rejected) -> Reject {
        let Rejected { place, why, raw, lead } = rejected;
        let fault = match why {
            Why::Fault(fault) => match fault.order {
                Order::Indicator(..) => {
                    Fault { column: table_heading(&fault.column, self.headings, place.file), ..fault }
                }
                _ => fault,
            },
            Why::Unknown(Unknown { column: named, name }) => {
                let (order, heading) = (column(named as u8), self.headings.of(place.file, named as usize));
                match named {
                    TaskColumn::LeadUnit | TaskColumn::CoUnits => unknown(order, heading, &name, self.hints),
                    _ => unknown_person(order, heading, &name, self.hints),
                }
            }
        };
        let lead = lead.map(|(written, key)| Lead { written, unit: key.and_then(|key| self.keys.unit(key)) });
        Reject { table: TableName::Tasks, file: self.file(place), place, fault, lead, raw }
    }

    fn warning(&self, place: Place, warning: &TaskWarning) -> Warning {
        let (code, column, message) = match warning {
            TaskWarning::ExtensionNotApprovedInTime => (
                "extension-not-approved-in-time",
                self.headings.of(place.file, TaskColumn::ExtendedTo as usize).to_owned(),
                "an extension does not count: it was not approved by the due date before it, or is not later than that",
            ),
            TaskWarning::ZeroTarget { column } => (
                "zero-target",
                table_heading(column, self.headings, place.file),
                "the target is 0, so nothing is judged",
            ),
        };
        let message = message.to_owned();
        Warning { code, table: TableName::Tasks, file: self.file(place), place, column, message }
    }
}
