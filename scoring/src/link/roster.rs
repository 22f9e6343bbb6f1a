//! Whom names in tasks may stand for, as far as the small tables say it: known before the first task is read.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::link::persons::{self, People, Person};
use crate::link::units::{self, Directory, Unit};
use crate::read::Small;
use crate::read::aliases::Aliases;
use crate::read::names::Names;
use crate::terms::SubjectKind;

/// Units and persons by the small tables, and those whom tasks are the first to name.
///
/// Units and persons go by *keys*. Where their table is there, a key is the place in the list of them; elsewhere it
/// counts the names in the order in which tasks were the first to have them, and [`Keys`] says at the end which place
/// in the sorted list each has.
#[derive(Debug)]
pub struct Roster {
    /// Whether the table `units` is there.
    pub units_known: bool,
    /// Its units, sorted by id; without it those of posts and measures.
    pub units: Vec<Unit>,
    /// Units by id and name.
    pub directory: Directory,
    /// Persons of the table `posts`, sorted by id.
    pub persons: Vec<Person>,
    /// Persons with posts by id and name.
    pub people: People,
    /// Other names of units.
    pub unit_aliases: Aliases,
    /// Other names of persons.
    pub person_aliases: Aliases,
}

impl Roster {
    /// The roster by the small tables; takes the aliases out of them, and finds the faults of `units` and `posts`.
    pub fn new(small: &mut Small) -> Self {
        let unit_aliases = std::mem::take(&mut small.unit_aliases);
        let person_aliases = std::mem::take(&mut small.person_aliases);
        let units_known = small.units.is_some();
        let units = match &mut small.units {
            Some(table) => units::link(table, &unit_aliases),
            None => provisional_units(named_in(small), &unit_aliases),
        };
        let directory = Directory::of(&units).with_aliases(&unit_aliases);
        let (persons, people) = match &mut small.posts {
            Some(table) => {
                let persons = persons::link(table, &directory, units_known);
                let people = People::new(&persons, table, &person_aliases);
                (persons, people)
            }
            None => (Vec::new(), People::default()),
        };
        Self { units_known, units, directory, persons, people, unit_aliases, person_aliases }
    }

    /// The lists of units and persons as they are in the end, with whom tasks were the first to name, and the places
    /// of the keys in them.
    pub fn complete(&mut self, met: Met) -> Keys {
        let met_units = names_of(met.units);
        let met_persons = names_of(met.persons);
        let mut keys = Keys::default();
        if !self.units_known {
            let before = std::mem::take(&mut self.units);
            let ids = before.iter().map(|unit| unit.id.clone()).chain(met_units.iter().map(str::to_owned));
            self.units = provisional_units(ids, &self.unit_aliases);
            let place = |id: &str| place_of(&self.units, |unit| &unit.id, id);
            for held in self.persons.iter_mut().flat_map(|person| &mut person.posts) {
                held.unit = held.unit.and_then(|old| before.get(old as usize)).and_then(|unit| place(&unit.id));
            }
            keys.units = Some(met_units.iter().filter_map(place).collect());
            self.directory = Directory::of(&self.units).with_aliases(&self.unit_aliases);
        }
        if !self.people.known {
            let mut sorted: Vec<(&str, usize)> = met_persons.iter().zip(0..).collect();
            sorted.par_sort_unstable();
            let mut places = vec![0; sorted.len()];
            for ((_, key), place) in sorted.iter().zip(0_u32..) {
                places.get_mut(*key).into_iter().for_each(|own| *own = place);
            }
            let person = |(id, _): &(&str, usize)| Person {
                id: (*id).to_owned(),
                name: (*id).to_owned(),
                posts: Vec::new(),
                subject: false,
            };
            self.persons = sorted.par_iter().map(person).collect();
            keys.persons = Some(places);
        }
        keys
    }
}

/// Units and persons whom tasks are the first to name, each with a key.
#[derive(Debug, Default)]
pub struct Met {
    units: Mutex<Names>,
    persons: Mutex<Names>,
}

impl Met {
    /// The key of a unit.
    pub fn unit(&self, id: &str) -> u32 {
        self.units.lock().unwrap_or_else(PoisonError::into_inner).code(id)
    }

    /// The key of a person.
    pub fn person(&self, id: &str) -> u32 {
        self.persons.lock().unwrap_or_else(PoisonError::into_inner).code(id)
    }

    /// The name that has a key of a unit.
    pub fn unit_of(&self, key: u32) -> String {
        self.units.lock().unwrap_or_else(PoisonError::into_inner).name(key).to_owned()
    }
}

/// The places of keys in the sorted lists; `None` where keys are places themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys {
    /// Of units.
    pub units: Option<Vec<u32>>,
    /// Of persons.
    pub persons: Option<Vec<u32>>,
}

impl Keys {
    /// The place of a unit's key.
    pub fn unit(&self, key: u32) -> Option<u32> {
        match &self.units {
            Some(places) => places.get(key as usize).copied(),
            None => Some(key),
        }
    }

    /// The place of a person's key.
    pub fn person(&self, key: u32) -> Option<u32> {
        match &self.persons {
            Some(places) => places.get(key as usize).copied(),
            None => Some(key),
        }
    }
}

fn names_of(names: Mutex<Names>) -> Names {
    names.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// The place of an id in a list that is sorted by id.
pub(super) fn place_of<T>(sorted: &[T], id_of: impl Fn(&T) -> &String, id: &str) -> Option<u32> {
    let place = sorted.binary_search_by(|one| id_of(one).as_str().cmp(id)).ok()?;
    u32::try_from(place).ok()
}

/// The units that posts and measures name.
fn named_in(small: &Small) -> impl Iterator<Item = String> {
    let measured = small.measures.iter().flat_map(|table| &table.rows);
    let measured = measured
        .filter(|row| row.cells.subject_kind == Some(SubjectKind::Unit))
        .filter_map(|row| row.cells.subject_id.clone());
    let served = small.posts.iter().flat_map(|table| &table.rows).filter_map(|row| row.cells.unit_id.clone());
    measured.chain(served)
}

fn provisional_units(ids: impl Iterator<Item = String>, aliases: &Aliases) -> Vec<Unit> {
    let mut ids: Vec<String> = ids.map(|id| aliases.find(&id).map_or(id.clone(), str::to_owned)).collect();
    ids.sort_unstable();
    ids.dedup();
    let unit = |id: String| Unit { name: id.clone(), id, group: units::ALL.to_owned(), parent: None, subject: false };
    ids.into_iter().map(unit).collect()
}
