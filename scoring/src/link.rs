//! Linking: the one stage that looks at the whole ledger. Ids that stand twice, parents and containers, names of units
//! and persons, principals by post and date. METHOD §2, §4 (container), §8 (principals).

mod account;
mod fault;
pub mod hints;
mod idle;
pub mod ids;
mod named;
mod parts;
pub mod persons;
pub mod tasks;
pub mod units;
pub mod yearly;

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

pub use account::TableAccount;

use crate::judge::Judged;
use crate::link::fault::doubled;
use crate::link::hints::Hints;
use crate::link::persons::{People, Person};
use crate::link::tasks::LinkedBatch;
use crate::link::units::{Directory, Unit};
use crate::link::yearly::{Event, Measure, Prior};
use crate::moment::Day;
use crate::policy::Policy;
use crate::read::aliases::Aliases;
use crate::read::given_back::GivenBack;
use crate::read::reject::Fault;
use crate::read::rows::{HolidayCells, Place, Table};
use crate::read::{Small, TableName, TaskTable};

/// The ledger as a whole: every accepted row with the units and persons it names, and every rejected row.
#[derive(Debug)]
pub struct Ledger {
    /// Units, sorted by id.
    pub units: Vec<Unit>,
    /// Persons, sorted by id.
    pub persons: Vec<Person>,
    /// Whether the table `posts` is there.
    pub posts_known: bool,
    /// Batches of tasks, in the order of the ledger.
    pub batches: Vec<LinkedBatch>,
    /// Accepted measures.
    pub measures: Vec<Measure>,
    /// Accepted events.
    pub events: Vec<Event>,
    /// Accepted rows of earlier years.
    pub prior: Vec<Prior>,
    /// Rejected rows, by table and line.
    pub rejects: Vec<Reject>,
    /// Warnings, by table and line.
    pub warnings: Vec<Warning>,
    /// What became of the rows of each table.
    pub tables: Vec<TableAccount>,
    /// The rows that were given back, in the places where they were read.
    pub given_back: GivenBack,
}

/// A rejected row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Its table.
    pub table: TableName,
    /// The name of its file.
    pub file: String,
    /// Where it stands.
    pub place: Place,
    /// What is wrong with it.
    pub fault: Fault,
    /// The first unit that a task names as its lead; `None` where it names none, or its record is not whole.
    pub lead: Option<Lead>,
    /// Its cells as they were, as one CSV record; filled in from the file when linking found the fault.
    pub raw: Option<String>,
}

/// A unit that a rejected task names as its lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// As it is written, in half width.
    pub written: String,
    /// Its place in the list of units, where it is known.
    pub unit: Option<u32>,
}

/// Something odd in an accepted row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Its code.
    pub code: &'static str,
    /// Its table.
    pub table: TableName,
    /// The name of its file.
    pub file: String,
    /// Where it stands.
    pub place: Place,
    /// The heading of the column.
    pub column: String,
    /// What is odd.
    pub message: String,
}

/// Links the tables of a run.
pub fn link(mut small: Small, tasks: Option<TaskTable<Judged>>, policy: &Policy) -> Ledger {
    let mut tasks = tasks;
    let units_known = small.units.is_some();
    let mut units = match &mut small.units {
        Some(table) => units::link(table, &small.unit_aliases),
        None => provisional_units(&small, tasks.as_ref()),
    };
    let unit_directory = Directory::new(units.iter().map(|unit| (unit.id.as_str(), unit.name.as_str())))
        .with_aliases(&small.unit_aliases);
    let mut hints = Hints::default();
    if units_known {
        hints.units = hints::of_units(&small, tasks.as_ref(), &units, &unit_directory);
    }
    let person_aliases = std::mem::take(&mut small.person_aliases);
    let (mut persons, people) = match &mut small.posts {
        Some(table) => {
            let persons = persons::link(table, &unit_directory, units_known, &hints);
            let people = People::new(&persons, table, &person_aliases);
            (persons, people)
        }
        None => (provisional_persons(tasks.as_ref(), &person_aliases), People::default()),
    };
    if people.known {
        hints.persons = hints::of_persons(&small, tasks.as_ref(), &units, &persons, &people);
    }
    let ids: FxHashMap<&str, u32> = if people.known {
        FxHashMap::default()
    } else {
        (0..).zip(&persons).map(|(at, person)| (&*person.id, at)).collect()
    };
    let names = Names {
        units: &unit_directory,
        people: &people,
        persons: &ids,
        person_aliases: &person_aliases,
        hints: &hints,
    };
    let mut rejects = Vec::new();
    let mut warnings = Vec::new();
    let batches =
        tasks.as_mut().map(|table| tasks::link(table, &names, &mut rejects, &mut warnings)).unwrap_or_default();
    let subjects = yearly::Subjects {
        units: &unit_directory,
        units_known,
        people: &people,
        persons: &persons,
        person_aliases: &person_aliases,
        hints: &hints,
    };
    let measures = small.measures.as_mut().map(|table| yearly::measures(table, &subjects, policy, &mut warnings));
    let events = small.events.as_mut().map(|table| yearly::events(table, &subjects, policy));
    let prior = small.prior.as_mut().map(|table| yearly::prior(table, &subjects));
    if let Some(table) = &mut small.holidays {
        holidays(table);
    }
    let (measures, events, prior) =
        (measures.unwrap_or_default(), events.unwrap_or_default(), prior.unwrap_or_default());
    if !units_known {
        mark_units(&mut units, &batches, &measures);
    }
    if !people.known {
        mark_persons(&mut persons, &batches);
    }
    let tables = account::accounts(small, tasks, &mut rejects);
    warnings.extend(tables.iter().flat_map(account::of_files));
    rejects.sort_by_key(|reject| (reject.table, reject.place));
    warnings.sort_by(|a, b| (a.table, a.place, a.code, &a.column).cmp(&(b.table, b.place, b.code, &b.column)));
    let (posts_known, given_back) = (people.known, GivenBack::default());
    Ledger { units, persons, posts_known, batches, measures, events, prior, rejects, warnings, tables, given_back }
}

/// Whom names in tasks stand for.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// Units by id and name.
    pub units: &'a Directory,
    /// Persons with posts.
    pub people: &'a People,
    /// Where there are no posts: persons by id.
    pub persons: &'a FxHashMap<&'a str, u32>,
    /// Other names of persons, where there are no posts.
    pub person_aliases: &'a Aliases,
    /// What may have been meant by unknown names.
    pub hints: &'a Hints,
}

/// The days that the table `holidays` speaks of, and whether they are worked. Days named twice are not among them:
/// both rows are rejected.
pub fn holidays(table: &mut Table<HolidayCells>) -> BTreeMap<Day, bool> {
    let keys = table.rows.iter().map(|row| row.cells.date).collect();
    doubled(table, Some(0), keys);
    let accepted = table.rows.iter().filter(|row| row.fault.is_none());
    accepted.filter_map(|row| Some((row.cells.date?, row.cells.worked?))).collect()
}

fn provisional_units(small: &Small, tasks: Option<&TaskTable<Judged>>) -> Vec<Unit> {
    let mut ids: Vec<String> = Vec::new();
    let dictionaries = tasks.iter().flat_map(|table| &table.dictionaries);
    ids.extend(dictionaries.flat_map(|dictionary| dictionary.units.iter().map(str::to_owned)));
    let measured = small.measures.iter().flat_map(|table| &table.rows);
    ids.extend(measured.filter_map(|row| {
        (row.cells.subject_kind == Some(crate::terms::SubjectKind::Unit)).then(|| row.cells.subject_id.clone())?
    }));
    ids.extend(small.posts.iter().flat_map(|table| &table.rows).filter_map(|row| row.cells.unit_id.clone()));
    resolve(&mut ids, &small.unit_aliases);
    ids.sort();
    ids.dedup();
    let unit = |id: String| Unit { name: id.clone(), id, group: units::ALL.to_owned(), parent: None, subject: false };
    ids.into_iter().map(unit).collect()
}

/// Puts what aliases stand for in their place.
fn resolve(ids: &mut [String], aliases: &Aliases) {
    for id in ids {
        if let Some(meant) = aliases.find(id) {
            *id = meant.to_owned();
        }
    }
}

fn provisional_persons(tasks: Option<&TaskTable<Judged>>, aliases: &Aliases) -> Vec<Person> {
    let dictionaries = tasks.iter().flat_map(|table| &table.dictionaries);
    let mut ids: Vec<String> =
        dictionaries.flat_map(|dictionary| dictionary.persons.iter().map(str::to_owned)).collect();
    resolve(&mut ids, aliases);
    ids.sort();
    ids.dedup();
    ids.into_iter().map(|id| Person { name: id.clone(), id, posts: Vec::new(), subject: false }).collect()
}

fn mark_units(units: &mut [Unit], batches: &[LinkedBatch], measures: &[Measure]) {
    let measured = measures.iter().filter(|measure| measure.kind == crate::terms::SubjectKind::Unit);
    for place in measured.filter_map(|measure| measure.subject) {
        if let Some(unit) = units.get_mut(place as usize) {
            unit.subject = true;
        }
    }
    let named = named(batches, units.len(), |batch, row| batch.units.get(row).iter().copied());
    for (unit, named) in units.iter_mut().zip(named) {
        unit.subject |= named;
    }
}

fn mark_persons(persons: &mut [Person], batches: &[LinkedBatch]) {
    let named = named(batches, persons.len(), |batch, row| batch.persons.get(row).iter().map(|(person, _)| *person));
    for (person, named) in persons.iter_mut().zip(named) {
        person.subject |= named;
    }
}

/// Which of so many subjects accepted tasks name.
fn named<'b, I: Iterator<Item = u32>>(
    batches: &'b [LinkedBatch],
    subjects: usize,
    of_row: impl Fn(&'b LinkedBatch, usize) -> I + Sync,
) -> Vec<bool> {
    let mark = |mut named: Vec<bool>, batch: &'b LinkedBatch| {
        for place in batch.accepted().flat_map(|row| of_row(batch, row)) {
            if let Some(named) = named.get_mut(place as usize) {
                *named = true;
            }
        }
        named
    };
    let none = || vec![false; subjects];
    let both = |a: Vec<bool>, b: Vec<bool>| a.into_iter().zip(b).map(|(a, b)| a || b).collect();
    batches.par_iter().fold(none, mark).reduce(none, both)
}
