//! Whom the tasks name: units and persons, by id or by name. METHOD §2, §8 (principals).

mod lists;

use rustc_hash::FxHashMap;

use crate::judge::Judged;
use crate::link::roster::{Met, Roster};
use crate::link::tasks::{Roles, role_bit};
use crate::read::batch::{Dictionary, ListColumn, TaskColumn};
use crate::terms::Post;

/// What a batch's names come to.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Keys of units: the lead first, then the co units, each once.
    pub units: ListColumn<u32>,
    /// Keys of persons with their roles, each once.
    pub persons: ListColumn<(u32, Roles)>,
    /// Names that nobody has.
    pub unknown: Vec<(usize, Unknown)>,
}

/// A name that no unit or no person has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unknown {
    /// The column that names it.
    pub column: TaskColumn,
    /// The name, in half width.
    pub name: String,
}

/// Whom the names of one worker's dictionary stand for, by code.
#[derive(Debug)]
pub(super) struct Known<'r> {
    roster: &'r Roster,
    /// The key of each unit's code; [`NOT_ONE`] where nobody is it.
    units: Vec<u32>,
    /// Its place in the roster's list, which is where posts are; [`NO_PLACE`] when only tasks name it.
    places: Vec<u32>,
    /// The key of each person's code; [`NOT_ONE`] where it is no id.
    persons: Vec<u32>,
    /// Whose name it is then.
    named: FxHashMap<u32, &'r [u32]>,
}

/// A unit that is not in the roster's list has no post and no principal.
const NO_PLACE: u32 = u32::MAX;

/// What is no unit; or no id of a person, but a name of some or of nobody.
const NOT_ONE: u32 = u32::MAX;

impl<'r> Known<'r> {
    pub fn new(roster: &'r Roster) -> Self {
        let named = FxHashMap::default();
        Self { roster, units: Vec::new(), places: Vec::new(), persons: Vec::new(), named }
    }

    /// How many names have been looked up.
    pub fn len(&self) -> usize {
        self.units.len() + self.persons.len()
    }

    /// Looks up the names that are new in the dictionary.
    fn learn(&mut self, names: &Dictionary, met: &Met) {
        let roster = self.roster;
        for code in self.units.len()..names.units.len() {
            let name = names.units.name(u32::try_from(code).unwrap_or(u32::MAX));
            let place = roster.directory.find(name);
            let unit = match roster.units_known {
                true => place,
                false => Some(met.unit(roster.unit_aliases.resolve(name))),
            };
            self.units.push(unit.unwrap_or(NOT_ONE));
            self.places.push(place.unwrap_or(NO_PLACE));
        }
        for code in self.persons.len()..names.persons.len() {
            let code = u32::try_from(code).unwrap_or(u32::MAX);
            let name = names.persons.name(code);
            let person = match roster.people.known {
                true => roster.people.by_id(name),
                false => Some(met.person(roster.person_aliases.resolve(name))),
            };
            if person.is_none() {
                self.named.insert(code, roster.people.named(name));
            }
            self.persons.push(person.unwrap_or(NOT_ONE));
        }
    }

    /// The key of a unit.
    pub fn unit_key(&self, code: u32) -> Option<u32> {
        self.units.get(code as usize).copied().filter(|key| *key != NOT_ONE)
    }

    /// Finds the units and persons that the rows of a batch name.
    pub fn name(&mut self, judged: &Judged, names: &Dictionary, met: &Met) -> Named {
        self.learn(names, met);
        let keys = judged.persons.each_ref().map(|column| keys(&self.persons, column.as_ref()));
        self.all_known(judged, &keys).unwrap_or_else(|| self.row_by_row(judged, names, &keys))
    }

    /// Finds them at once for all rows of a batch that names nobody but by ids, as nearly all do; `None` for another
    /// one, and where posts have to say who a principal is. Of a row nothing has to be asked then.
    fn all_known(&self, judged: &Judged, persons: &[Vec<u32>; 3]) -> Option<Named> {
        let [lead, co] =
            [Some(&judged.lead_unit), judged.co_units.as_ref()].map(|column| (column, keys(&self.units, column)));
        let [principals, ..] = &judged.persons;
        let are_named = || principals.as_ref().is_some_and(|principals| principals.blank().next().is_none());
        if lead.1.contains(&NOT_ONE)
            || co.1.contains(&NOT_ONE)
            || persons.iter().any(|keys| keys.contains(&NOT_ONE))
            || (self.roster.people.known && !are_named())
        {
            return None;
        }
        let rows = judged.tasks.len();
        let units = lists::units(rows, [(lead.0, &lead.1), (co.0, &co.1)]);
        let columns = Post::ALL.iter().map(|post| role_bit(*post)).zip(judged.persons.iter().zip(persons));
        let columns = columns.filter_map(|(role, (column, keys))| Some((role, column.as_ref()?, keys.as_slice())));
        let persons = lists::persons(rows, &columns.collect::<Vec<_>>());
        Some(Named { units, persons, unknown: Vec::new() })
    }

    /// Finds them for one row after another, by the keys of the persons.
    fn row_by_row(&self, judged: &Judged, names: &Dictionary, keys: &[Vec<u32>; 3]) -> Named {
        let rows = judged.tasks.len();
        let mut named = Named {
            units: ListColumn::with_capacity(rows, rows * 2),
            persons: ListColumn::with_capacity(rows, rows * 2),
            unknown: Vec::new(),
        };
        let columns = judged.persons.each_ref().map(Option::as_ref);
        let of = [TaskColumn::Principal, TaskColumn::Deputy, TaskColumn::Staff];
        // Where there are posts, it is them who say who the principals are when no cell does.
        let people_known = self.roster.people.known;
        let mut persons: Vec<_> = (Post::ALL.iter().zip(of).zip(columns.into_iter().zip(keys)))
            .filter(|((post, _), (column, _))| column.is_some() || (people_known && **post == Post::Principal))
            .map(|((post, of), (column, keys))| {
                (*post, of, ListColumn::cells(column), ListColumn::cells_of(column, keys))
            })
            .collect();
        let lead_units = ListColumn::cells(Some(&judged.lead_unit));
        let co_units = ListColumn::cells(judged.co_units.as_ref());
        // Where the units of the row at hand stand in the roster's list, which is where posts are.
        let mut places: Vec<u32> = Vec::new();
        for ((row, task), (lead, co)) in judged.tasks.iter().enumerate().zip(lead_units.zip(co_units)) {
            places.clear();
            let first = named.units.items().len();
            for (codes, column) in [(lead, TaskColumn::LeadUnit), (co, TaskColumn::CoUnits)] {
                for code in codes {
                    let Some(unit) = self.unit_key(*code) else {
                        named.unknown(row, column, names.units.name(*code));
                        continue;
                    };
                    if !named.units.from(first).contains(&unit) {
                        named.units.add(unit);
                        let place = || self.places.get(*code as usize).copied().unwrap_or(NO_PLACE);
                        places.extend(people_known.then(place));
                    }
                }
            }
            named.units.end();
            let first = named.persons.items().len();
            for (post, column, codes, keys) in &mut persons {
                let (codes, keys) = (codes.next().unwrap_or_default(), keys.next().unwrap_or_default());
                for (code, key) in codes.iter().zip(keys) {
                    match if *key == NOT_ONE { self.named(*code, &places) } else { Some(*key) } {
                        Some(person) => lists::add_role(&mut named.persons, first, person, role_bit(*post)),
                        None => named.unknown(row, *column, names.persons.name(*code)),
                    }
                }
                if codes.is_empty()
                    && *post == Post::Principal
                    && let Some(lead) = places.first()
                {
                    let principals = self.roster.people.principals(*lead, task.principal_day);
                    principals.for_each(|person| lists::add_role(&mut named.persons, first, person, role_bit(*post)));
                }
            }
            named.persons.end();
        }
        named
    }

    /// The person of a code that is no id, in a task whose units stand at these places.
    fn named(&self, code: u32, units: &[u32]) -> Option<u32> {
        self.roster.people.one_of(self.named.get(&code)?, units)
    }
}

/// The keys of a column of codes. They are looked up one right after another, so that look-ups wait for memory
/// together.
fn keys(known: &[u32], column: Option<&ListColumn<u32>>) -> Vec<u32> {
    let key = |code: &u32| known.get(*code as usize).copied().unwrap_or(NOT_ONE);
    column.map_or_else(Vec::new, |codes| codes.items().iter().map(key).collect())
}

impl Named {
    #[cold]
    fn unknown(&mut self, row: usize, column: TaskColumn, name: &str) {
        self.unknown.push((row, Unknown { column, name: name.to_owned() }));
    }
}
