//! Tasks: which are accepted, whom they name, which are containers. METHOD §2, §4, §6, §8.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::judge::{Judged, TaskWarning};
use crate::link::fault::{column, duplicate, parent_cycle, unknown_parent};
use crate::link::ids::{Ids, RowAt, on_cycles};
use crate::link::named::{Known, Named, lead, name_batch};
use crate::link::{Lead, Names, Reject, Warning, parts};
use crate::read::TableName;
use crate::read::TaskTable;
use crate::read::batch::{ListColumn, TaskColumn};
use crate::read::reject::{Fault, Order};
use crate::read::rows::{Headings, Place};
use crate::terms::{Exclusion, Post};

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
    /// Units of each row, as places in the list of units: the lead first, then the co units, each once.
    pub units: ListColumn<u32>,
    /// Persons of each row with their roles, each once.
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

/// Links the tasks; takes the batches out of the table.
pub fn link(
    table: &mut TaskTable<Judged>,
    names: &Names<'_>,
    rejects: &mut Vec<Reject>,
    warnings: &mut Vec<Warning>,
) -> Vec<LinkedBatch> {
    let batches = std::mem::take(&mut table.batches);
    let WholeLedger { mut faults, children } = whole_ledger(&batches, table);
    let known: Vec<Known<'_>> = table.dictionaries.par_iter().map(|names_used| Known::new(names_used, names)).collect();
    let faults: Vec<RowFaults> = (0..batches.len()).map(|batch| faults.remove(&batch).unwrap_or_default()).collect();
    // A batch is settled as soon as its names are known, so that what they were called is not kept beside them.
    let settled: Vec<Settled> = batches
        .into_par_iter()
        .zip(faults)
        .map(|(judged, faults)| {
            let known = known.get(judged.dictionary);
            settle(judged, faults, table, known)
        })
        .collect();
    let mut linked = Vec::with_capacity(settled.len());
    for batch in settled {
        linked.push(batch.linked);
        rejects.extend(batch.rejects);
    }
    containers(&mut linked, &children);
    parts::mark(&mut linked, &children);
    for batch in &mut linked {
        batch.judged.figures = Vec::new();
        warn(batch, table, warnings);
    }
    linked
}

type RowFaults = BTreeMap<usize, (Fault, Option<String>)>;

fn first(faults: &mut RowFaults, row: usize, fault: Fault, raw: Option<String>) {
    match faults.get_mut(&row) {
        Some(kept) if kept.0.order <= fault.order => {}
        Some(kept) => *kept = (fault, kept.1.take().or(raw)),
        None => {
            faults.insert(row, (fault, raw));
        }
    }
}

/// What only the ledger as a whole shows.
struct WholeLedger {
    /// Ids that stand twice, parents that nobody is, and cycles; by batch.
    faults: BTreeMap<usize, RowFaults>,
    /// Rows that name a parent, each with the first row that has its id.
    children: Vec<(RowAt, Option<RowAt>)>,
}

fn whole_ledger(batches: &[Judged], table: &TaskTable<Judged>) -> WholeLedger {
    let children = children(batches);
    let ids = Ids::new(batches, children.iter().map(|(_, parent)| *parent));
    let mut faults: BTreeMap<usize, RowFaults> = BTreeMap::new();
    let place = |at: RowAt| {
        let judged = batches.get(at.batch as usize);
        judged.map_or(Place { file: 0, line: 0 }, |judged| place(judged, at.row as usize))
    };
    let heading = |at: RowAt, column: TaskColumn| table.headings.of(place(at).file, column as usize);
    let mut add = |at: RowAt, fault| {
        first(faults.entry(at.batch as usize).or_default(), at.row as usize, fault, None);
    };
    for (at, other) in ids.doubled() {
        add(at, duplicate(heading(at, TaskColumn::TaskId), &table.files, place(at), place(other)));
    }
    let parent_heading = |at: RowAt| heading(at, TaskColumn::ParentId);
    let found: Vec<Option<RowAt>> = children.iter().map(|(_, parent)| ids.find(parent)).collect();
    let mut parents: Vec<Option<usize>> = Vec::with_capacity(children.len());
    for ((at, parent), found) in children.iter().zip(&found) {
        if found.is_none() {
            add(*at, unknown_parent(column(TaskColumn::ParentId as u8), parent_heading(*at), parent));
        }
        // Rejected rows count too: of those with one id the one leads on whose parent is the first by code point.
        let rows = ids.all(parent).filter_map(|at| children.binary_search_by_key(&at, |(at, _)| *at).ok());
        let above = rows.min_by_key(|row| children.get(*row).map(|(_, parent)| *parent));
        parents.push(above);
    }
    for place in on_cycles(&parents) {
        if let Some((at, parent)) = children.get(place) {
            add(*at, parent_cycle(column(TaskColumn::ParentId as u8), parent_heading(*at), parent));
        }
    }
    let children = children.iter().zip(found).map(|((at, _), parent)| (*at, parent)).collect();
    WholeLedger { faults, children }
}

/// Rows that name a parent, in the order of the ledger.
fn children(batches: &[Judged]) -> Vec<(RowAt, &str)> {
    let mut children = Vec::new();
    for (batch, judged) in batches.iter().enumerate() {
        let Some(parents) = &judged.parent_id else { continue };
        for row in 0..parents.len() {
            if let (Some(parent), Ok(batch), Ok(row)) = (parents.get(row), u32::try_from(batch), u32::try_from(row)) {
                children.push((RowAt { batch, row }, parent));
            }
        }
    }
    children
}

/// A batch whose rows have their fate.
struct Settled {
    linked: LinkedBatch,
    rejects: Vec<Reject>,
}

/// Finds whom the rows of a batch name, rejects those that have a fault, and gives the others their fate.
fn settle(mut judged: Judged, mut faults: RowFaults, table: &TaskTable<Judged>, known: Option<&Known<'_>>) -> Settled {
    let named = known.map(|known| name_batch(&judged, known, &table.headings)).unwrap_or_default();
    for (row, fault) in named.faults {
        first(&mut faults, row, fault, None);
    }
    for (row, fault, raw) in std::mem::take(&mut judged.faults) {
        first(&mut faults, row, fault, Some(raw));
    }
    let leads: Vec<Option<Lead>> = faults.keys().map(|row| lead(&judged, *row, known)).collect();
    // Whom the rows name is known now; what they were called takes room.
    (judged.lead_unit, judged.co_units, judged.persons) = (ListColumn::default(), None, [None, None, None]);
    let mut rejects = Vec::new();
    let file = file_name(&judged, table);
    let mut fates: Vec<Fate> =
        judged.tasks.iter().map(|task| task.exclusion.map_or(Fate::Scored, Fate::Excluded)).collect();
    for ((row, (mut fault, raw)), lead) in faults.into_iter().zip(leads) {
        if let Some(fate) = fates.get_mut(row) {
            *fate = Fate::Rejected;
        }
        if let Order::Indicator(..) = fault.order {
            fault.column = table_heading(&fault.column, &table.headings, judged.file);
        }
        let place = place(&judged, row);
        rejects.push(Reject { table: TableName::Tasks, file: file.clone(), place, fault, lead, raw });
    }
    let Named { mut units, mut persons, .. } = named;
    units.shrink();
    persons.shrink();
    Settled { linked: LinkedBatch { judged, units, persons, fates }, rejects }
}

fn file_name(judged: &Judged, table: &TaskTable<Judged>) -> String {
    table.files.get(judged.file as usize).map(|file| file.name.clone()).unwrap_or_default()
}

fn place(judged: &Judged, row: usize) -> Place {
    Place { file: judged.file, line: judged.tasks.get(row).map_or(0, |task| task.line) }
}

/// The warnings of accepted rows. A container is not judged, so its target may be 0.
fn warn(batch: &mut LinkedBatch, table: &TaskTable<Judged>, warnings: &mut Vec<Warning>) {
    let file = file_name(&batch.judged, table);
    for (row, warning) in std::mem::take(&mut batch.judged.warnings) {
        let idle = matches!(warning, TaskWarning::ZeroTarget { .. });
        match batch.fates.get(row) {
            None | Some(Fate::Rejected) => continue,
            Some(Fate::Excluded(Exclusion::Container)) if idle => continue,
            _ => {}
        }
        let (code, column, message) = word(&warning, &table.headings, batch.judged.file);
        let place = place(&batch.judged, row);
        warnings.push(Warning { code, table: TableName::Tasks, file: file.clone(), place, column, message });
    }
}

fn word(warning: &TaskWarning, headings: &Headings, file: u16) -> (&'static str, String, String) {
    match warning {
        TaskWarning::ExtensionNotApprovedInTime => (
            "extension-not-approved-in-time",
            headings.of(file, TaskColumn::ExtendedTo as usize).to_owned(),
            "an extension does not count: it was not approved by the due date before it, or is not later than that"
                .to_owned(),
        ),
        TaskWarning::ZeroTarget { column } => {
            ("zero-target", table_heading(column, headings, file), "the target is 0, so nothing is judged".to_owned())
        }
    }
}

/// The heading in the file of a column as a policy names it; a column that the file lacks goes by that name.
fn table_heading(column: &str, headings: &Headings, file: u16) -> String {
    let standard = TaskColumn::parse(column).map(|standard| headings.of(file, standard as usize));
    standard.filter(|heading| !heading.is_empty()).unwrap_or(column).to_owned()
}

/// Makes containers of the parents of accepted tasks that are not cancelled, exempt or out of the period.
fn containers(linked: &mut [LinkedBatch], children: &[(RowAt, Option<RowAt>)]) {
    let counts = |at: &RowAt| {
        let fate = linked.get(at.batch as usize).and_then(|batch| batch.fates.get(at.row as usize));
        !matches!(
            fate,
            None | Some(
                Fate::Rejected | Fate::Excluded(Exclusion::Cancelled | Exclusion::Exempt | Exclusion::OutOfPeriod)
            )
        )
    };
    let parents: Vec<RowAt> = children.iter().filter(|(at, _)| counts(at)).filter_map(|(_, parent)| *parent).collect();
    for at in parents {
        let fate = linked.get_mut(at.batch as usize).and_then(|batch| batch.fates.get_mut(at.row as usize));
        if let Some(fate) = fate
            && !matches!(fate, Fate::Rejected | Fate::Excluded(Exclusion::Cancelled | Exclusion::Exempt))
        {
            *fate = Fate::Excluded(Exclusion::Container);
        }
    }
}
