//! Linking: the one stage that looks at the whole ledger. Ids that stand twice, parents and containers, names of units
//! and persons, principals by post and date. METHOD §2, §4 (container), §8 (principals).

mod account;
mod counts;
mod fault;
pub mod hints;
pub mod ids;
mod named;
mod parts;
pub mod persons;
pub mod roster;
mod runs;
pub mod tasks;
mod through;
pub mod units;
pub mod whole;
pub mod yearly;

use std::collections::BTreeMap;

pub use account::{TableAccount, TasksRead};
pub use counts::TaskCounts;
pub use through::{Gathered, LinkError, Linked, Nothing, Reckoning, UnitIds, go_through};

use crate::link::fault::doubled;
use crate::link::hints::Hints;
use crate::link::persons::Person;
use crate::link::roster::{Keys, Met, Roster};
use crate::link::tasks::{Kept, Words};
use crate::link::units::Unit;
use crate::link::yearly::{Event, Measure, Prior};
use crate::moment::Day;
use crate::policy::Policy;
use crate::read::batch::Dictionary;
use crate::read::given_back::GivenBack;
use crate::read::reject::Fault;
use crate::read::rows::{HolidayCells, Place, Table};
use crate::read::{Small, TableName};
use crate::terms::SubjectKind;

/// The ledger as a whole: every accepted row with the units and persons it names, and every rejected row.
#[derive(Debug)]
pub struct Ledger {
    /// Units, sorted by id.
    pub units: Vec<Unit>,
    /// Persons, sorted by id.
    pub persons: Vec<Person>,
    /// Whether the table `posts` is there.
    pub posts_known: bool,
    /// What was counted of the tasks.
    pub tasks: TaskCounts,
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

/// The tasks as they were linked, batch by batch.
#[derive(Debug)]
pub struct LinkedTasks {
    /// What is known of the table.
    pub read: TasksRead,
    /// The units and persons that the tasks name.
    pub dictionaries: Vec<Dictionary>,
    /// What is kept of single rows, in the order of the ledger.
    pub kept: Vec<Kept>,
    /// What was counted, by keys.
    pub counts: TaskCounts,
    /// Whom they were the first to name.
    pub met: Met,
}

/// Links the tables of a run whose tasks have been linked batch by batch; says where the keys of units and persons
/// stand in the lists.
pub fn link(mut small: Small, mut roster: Roster, tasks: Option<LinkedTasks>, policy: &Policy) -> (Ledger, Keys) {
    let (read, dictionaries, kept, counts, met) = match tasks {
        Some(LinkedTasks { read, dictionaries, kept, counts, met }) => (Some(read), dictionaries, kept, counts, met),
        None => (None, Vec::new(), Vec::new(), TaskCounts::default(), Met::default()),
    };
    let keys = roster.complete(met);
    let counts = counts.by_place(&keys);
    let mut hints = Hints::default();
    if roster.units_known {
        hints.units = hints::of_units(&small, &dictionaries, &roster.units, &roster.directory);
        small.posts.iter_mut().for_each(|table| persons::hint(table, &hints));
    }
    if roster.people.known {
        hints.persons = hints::of_persons(&small, &dictionaries, &roster.units, &roster.persons, &roster.people);
    }
    let (mut rejects, mut warnings) = (Vec::new(), Vec::new());
    if let Some(read) = &read {
        let words = Words { files: &read.files, headings: &read.headings, keys: &keys, hints: &hints };
        kept.into_iter().for_each(|kept| words.of(kept, &mut rejects, &mut warnings));
    }
    let subjects = yearly::Subjects { roster: &roster, hints: &hints };
    let measures = small.measures.as_mut().map(|table| yearly::measures(table, &subjects, policy, &mut warnings));
    let events = small.events.as_mut().map(|table| yearly::events(table, &subjects, policy));
    let prior = small.prior.as_mut().map(|table| yearly::prior(table, &subjects));
    if let Some(table) = &mut small.holidays {
        holidays(table);
    }
    let (measures, events, prior) =
        (measures.unwrap_or_default(), events.unwrap_or_default(), prior.unwrap_or_default());
    let Roster { units_known, mut units, mut persons, people, .. } = roster;
    if !units_known {
        mark_units(&mut units, &counts, &measures);
    }
    if !people.known {
        persons.iter_mut().enumerate().for_each(|(place, person)| person.subject = counts.names_person(place));
    }
    let tables = account::accounts(small, read, &mut rejects);
    warnings.extend(tables.iter().flat_map(account::of_files));
    rejects.sort_by_key(|reject| (reject.table, reject.place));
    warnings.sort_by(|a, b| (a.table, a.place, a.code, &a.column).cmp(&(b.table, b.place, b.code, &b.column)));
    let (posts_known, given_back) = (people.known, GivenBack::default());
    let ledger = Ledger {
        units,
        persons,
        posts_known,
        tasks: counts,
        measures,
        events,
        prior,
        rejects,
        warnings,
        tables,
        given_back,
    };
    (ledger, keys)
}

/// The days that the table `holidays` speaks of, and whether they are worked. Days named twice are not among them:
/// both rows are rejected.
pub fn holidays(table: &mut Table<HolidayCells>) -> BTreeMap<Day, bool> {
    let keys = table.rows.iter().map(|row| row.cells.date).collect();
    doubled(table, Some(0), keys);
    let accepted = table.rows.iter().filter(|row| row.fault.is_none());
    accepted.filter_map(|row| Some((row.cells.date?, row.cells.worked?))).collect()
}

fn mark_units(units: &mut [Unit], counts: &TaskCounts, measures: &[Measure]) {
    let measured = measures.iter().filter(|measure| measure.kind == SubjectKind::Unit);
    for place in measured.filter_map(|measure| measure.subject) {
        if let Some(unit) = units.get_mut(place as usize) {
            unit.subject = true;
        }
    }
    for (place, unit) in units.iter_mut().enumerate() {
        unit.subject |= counts.names_unit(place);
    }
}
