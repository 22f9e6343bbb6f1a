//! Tasks: which are accepted, whom they name, which are containers. METHOD §2, §4, §6, §8.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::judge::{Judged, JudgedTask, TaskWarning};
use crate::link::ids::{Ids, RowAt, on_cycles};
use crate::link::units::unknown;
use crate::link::{Names, Reject, Warning, column, duplicate, parent_cycle, persons, unknown_parent};
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

/// What a row's names come to.
#[derive(Debug, Default)]
struct Named {
    units: ListColumn<u32>,
    persons: ListColumn<(u32, Roles)>,
    faults: Vec<(usize, Fault)>,
}

/// Links the tasks; takes the batches out of the table.
pub fn link(
    table: &mut TaskTable<Judged>,
    names: &Names<'_>,
    rejects: &mut Vec<Reject>,
    warnings: &mut Vec<Warning>,
) -> Vec<LinkedBatch> {
    let batches = std::mem::take(&mut table.batches);
    let mut faults = whole_ledger_faults(&batches, table);
    let named: Vec<Named> = batches.par_iter().map(|judged| name_batch(judged, names, &table.headings)).collect();
    let mut linked = Vec::with_capacity(batches.len());
    for ((batch, judged), named) in batches.into_iter().enumerate().zip(named) {
        let mut own = faults.remove(&batch).unwrap_or_default();
        for (row, fault) in named.faults {
            first(&mut own, row, fault, None);
        }
        linked.push(settle(judged, named.units, named.persons, own, table, rejects));
    }
    containers(&mut linked);
    for batch in &mut linked {
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

/// Ids that stand twice, parents that nobody is, and cycles; by batch.
fn whole_ledger_faults(batches: &[Judged], table: &TaskTable<Judged>) -> BTreeMap<usize, RowFaults> {
    let ids = Ids::new(batches);
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
    let children = children(batches);
    let mut parents: Vec<Option<usize>> = Vec::with_capacity(children.len());
    for (at, parent) in &children {
        if ids.find(parent).is_none() {
            add(*at, unknown_parent(column(TaskColumn::ParentId as u8), parent_heading(*at), parent));
        }
        // Of rows with one id the first that names a parent leads on: all of them are rejected, and rejected rows count.
        let above = ids.all(parent).find_map(|found| children.binary_search_by_key(&found, |(at, _)| *at).ok());
        parents.push(above);
    }
    for place in on_cycles(&parents) {
        if let Some((at, parent)) = children.get(place) {
            add(*at, parent_cycle(column(TaskColumn::ParentId as u8), parent_heading(*at), parent));
        }
    }
    faults
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

/// Finds the units and persons that the rows of a batch name.
fn name_batch(judged: &Judged, names: &Names<'_>, headings: &Headings) -> Named {
    let units: Vec<Option<u32>> = judged.units.names().iter().map(|name| names.units.find(name)).collect();
    let ids: Vec<Option<u32>> = judged.persons_named.names().iter().map(|name| person_by_id(names, name)).collect();
    let mut named = Named::default();
    let mut row_units: Vec<u32> = Vec::new();
    let mut row_persons: Vec<(u32, Roles)> = Vec::new();
    for (row, task) in judged.tasks.iter().enumerate() {
        row_units.clear();
        row_persons.clear();
        let lead = judged.lead_unit.get(row).iter().map(|code| (*code, TaskColumn::LeadUnit));
        let co = judged.co_units.as_ref().map_or(&[][..], |cells| cells.get(row));
        for (code, place) in lead.chain(co.iter().map(|code| (*code, TaskColumn::CoUnits))) {
            match units.get(code as usize).copied().flatten() {
                Some(unit) if !row_units.contains(&unit) => row_units.push(unit),
                Some(_) => {}
                None => {
                    let name = judged.units.names().get(code as usize).map_or("", String::as_str);
                    let fault = unknown(column(place as u8), headings.of(judged.file, place as usize), name);
                    named.faults.push((row, fault));
                }
            }
        }
        name_persons(judged, names, headings, row, task, &ids, &row_units, &mut row_persons, &mut named.faults);
        named.units.push(row_units.iter().copied());
        named.persons.push(row_persons.iter().copied());
    }
    named
}

#[expect(clippy::too_many_arguments, reason = "the loop of name_batch, cut where persons begin")]
fn name_persons(
    judged: &Judged,
    names: &Names<'_>,
    headings: &Headings,
    row: usize,
    task: &JudgedTask,
    ids: &[Option<u32>],
    units: &[u32],
    persons: &mut Vec<(u32, Roles)>,
    faults: &mut Vec<(usize, Fault)>,
) {
    let lead = units.first().copied();
    let mut add = |person: u32, role: Roles| match persons.iter_mut().find(|(known, _)| *known == person) {
        Some((_, roles)) => *roles |= role,
        None => persons.push((person, role)),
    };
    let columns = [TaskColumn::Principal, TaskColumn::Deputy, TaskColumn::Staff];
    for ((post, place), cells) in Post::ALL.iter().zip(columns).zip(&judged.persons) {
        let codes = cells.as_ref().map_or(&[][..], |cells| cells.get(row));
        for code in codes {
            let name = judged.persons_named.names().get(*code as usize).map_or("", String::as_str);
            let known = ids.get(*code as usize).copied().flatten();
            let others = units.get(1..).unwrap_or_default();
            match known.or_else(|| names.people.by_name(name, lead, others)) {
                Some(person) => add(person, role_bit(*post)),
                None => {
                    let heading = headings.of(judged.file, place as usize);
                    faults.push((row, persons::unknown_person(column(place as u8), heading, name)));
                }
            }
        }
        if codes.is_empty()
            && *post == Post::Principal
            && let Some(lead) = lead
        {
            names.people.principals(lead, task.principal_day).for_each(|person| add(person, role_bit(*post)));
        }
    }
}

fn person_by_id(names: &Names<'_>, name: &str) -> Option<u32> {
    if names.people.known { names.people.by_id(name) } else { persons::place_of(names.persons, name) }
}

/// Rejects the rows of a batch that have a fault, and gives the others their fate.
fn settle(
    mut judged: Judged,
    units: ListColumn<u32>,
    persons: ListColumn<(u32, Roles)>,
    own: RowFaults,
    table: &TaskTable<Judged>,
    rejects: &mut Vec<Reject>,
) -> LinkedBatch {
    let mut faults = own;
    for (row, fault, raw) in std::mem::take(&mut judged.faults) {
        first(&mut faults, row, fault, Some(raw));
    }
    let file = file_name(&judged, table);
    let mut fates: Vec<Fate> =
        judged.tasks.iter().map(|task| task.exclusion.map_or(Fate::Scored, Fate::Excluded)).collect();
    for (row, (mut fault, raw)) in faults {
        if let Some(fate) = fates.get_mut(row) {
            *fate = Fate::Rejected;
        }
        if let Order::Indicator(..) = fault.order {
            fault.column = table_heading(&fault.column, &table.headings, judged.file);
        }
        let place = place(&judged, row);
        rejects.push(Reject { table: TableName::Tasks, file: file.clone(), place, fault, raw });
    }
    LinkedBatch { judged, units, persons, fates }
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
fn containers(linked: &mut [LinkedBatch]) {
    let mut parents: Vec<RowAt> = Vec::new();
    {
        let with_parents = linked.iter().any(|batch| batch.judged.parent_id.is_some());
        if !with_parents {
            return;
        }
        let judged: Vec<&Judged> = linked.iter().map(|batch| &batch.judged).collect();
        let ids = Ids::of(judged.iter().map(|judged| &judged.task_id).collect());
        for batch in linked.iter() {
            let Some(column) = &batch.judged.parent_id else { continue };
            for row in batch.accepted() {
                let counts = !matches!(
                    batch.judged.tasks.get(row).and_then(|task| task.exclusion),
                    Some(Exclusion::Cancelled | Exclusion::Exempt | Exclusion::OutOfPeriod)
                );
                if counts && let Some(parent) = column.get(row).and_then(|parent| ids.find(parent)) {
                    parents.push(parent);
                }
            }
        }
    }
    for at in parents {
        let fate = linked.get_mut(at.batch as usize).and_then(|batch| batch.fates.get_mut(at.row as usize));
        if let Some(fate) = fate
            && !matches!(fate, Fate::Rejected | Fate::Excluded(Exclusion::Cancelled | Exclusion::Exempt))
        {
            *fate = Fate::Excluded(Exclusion::Container);
        }
    }
}
