//! Persons and their posts. METHOD §2 (posts), §8.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::link::hints::Hints;
use crate::link::units::{Directory, unknown};
use crate::moment::Day;
use crate::read::aliases::Aliases;
use crate::read::reject::{Class, Code, Fault, Order};
use crate::read::rows::{PostCells, Table};
use crate::read::width::half;
use crate::terms::Post;

/// A person (个人).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The id.
    pub id: String,
    /// The name, by default the id; of several the first by code point.
    pub name: String,
    /// Posts held, in no order that matters.
    pub posts: Vec<PostHeld>,
    /// Whether the person is assessed. Without the table `posts` only those are that accepted tasks name.
    pub subject: bool,
}

/// A post that a person holds or held; both days are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PostHeld {
    /// The unit, as a place in the list of units; `None` when no accepted row names it.
    pub unit: Option<u32>,
    /// The kind of post.
    pub post: Post,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

/// Whom names stand for.
#[derive(Debug, Default)]
pub struct People {
    /// Whether the table `posts` is there.
    pub known: bool,
    ids: FxHashMap<String, u32>,
    names: FxHashMap<String, Vec<u32>>,
    /// Units in which each person has a post at any time.
    units: Vec<Vec<u32>>,
    /// Who holds the principal post of each unit, from when to when.
    principals: FxHashMap<u32, Vec<(Day, Day, u32)>>,
    /// Other names, by the tables file.
    aliases: Aliases,
}

/// Finds the faults of the table, and the persons of its accepted rows, sorted by id.
///
/// `unit_of` gives the place of a unit by id or name; with `units_known` a post in another unit is rejected.
pub fn link(table: &mut Table<PostCells>, units: &Directory, units_known: bool) -> Vec<Person> {
    let hints = &Hints::default();
    let mut persons: BTreeMap<String, Person> = BTreeMap::new();
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &mut table.rows {
        let unit = row.cells.unit_id.as_deref().map(|name| (name, units.find(name)));
        if let Some((name, None)) = unit
            && units_known
        {
            Fault::first(
                &mut row.fault,
                unknown(Order::Column(2, Class::Unknown), table.headings.of(row.place.file, 2), name, hints),
            );
        }
        let (None, Some(id), Some(post)) = (&row.fault, &row.cells.person_id, row.cells.post) else { continue };
        let person = persons.entry(id.clone()).or_insert_with(|| Person {
            id: id.clone(),
            name: id.clone(),
            posts: Vec::new(),
            subject: true,
        });
        person.posts.push(PostHeld {
            unit: unit.and_then(|(_, place)| place),
            post,
            from: row.cells.from.unwrap_or(Day(i32::MIN)),
            to: row.cells.to.unwrap_or(Day(i32::MAX)),
        });
        names.entry(id.clone()).or_default().extend(row.cells.name.clone());
    }
    for (id, mut known) in names {
        known.sort();
        if let (Some(person), Some(name)) = (persons.get_mut(&id), known.into_iter().next()) {
            person.name = name;
        }
    }
    persons.into_values().collect()
}

/// Adds what may have been meant to the rows whose unit nobody is.
pub(super) fn hint(table: &mut Table<PostCells>, hints: &Hints) {
    for row in &mut table.rows {
        let name = row.cells.unit_id.as_deref();
        if let (Some(fault), Some(hint)) = (&mut row.fault, name.and_then(|name| hints.units.get(name)))
            && fault.code == Code::UnknownUnit
        {
            fault.hint.clone_from(hint);
        }
    }
}

impl People {
    /// The directory of persons with posts, and with other names by the tables file.
    pub fn new(persons: &[Person], table: &Table<PostCells>, aliases: &Aliases) -> Self {
        let mut people = Self { known: true, aliases: aliases.clone(), ..Self::default() };
        for (place, person) in persons.iter().enumerate() {
            let place = u32::try_from(place).unwrap_or(u32::MAX);
            people.ids.insert(person.id.clone(), place);
            let mut units: Vec<u32> = person.posts.iter().filter_map(|held| held.unit).collect();
            units.sort_unstable();
            units.dedup();
            people.units.push(units);
            for held in person.posts.iter().filter(|held| held.post == Post::Principal) {
                if let Some(unit) = held.unit {
                    people.principals.entry(unit).or_default().push((held.from, held.to, place));
                }
            }
        }
        for row in table.rows.iter().filter(|row| row.fault.is_none()) {
            let (Some(id), name) = (&row.cells.person_id, &row.cells.name) else { continue };
            let Some(place) = people.ids.get(id).copied() else { continue };
            let known = people.names.entry(half(name.as_deref().unwrap_or(id)).into_owned()).or_default();
            if !known.contains(&place) {
                known.push(place);
            }
        }
        people
    }

    /// The person of an id, or of an alias of one. An alias is never an id that somebody has.
    pub fn by_id(&self, id: &str) -> Option<u32> {
        let known = |id: &str| self.ids.get(id).copied();
        known(id).or_else(|| known(self.aliases.find(id)?))
    }

    /// Those who have a name, or the name that an alias stands for.
    pub fn named(&self, name: &str) -> &[u32] {
        let known = |name: &str| self.names.get(half(name).as_ref());
        known(name).or_else(|| known(self.aliases.find(name)?)).map_or(&[], Vec::as_slice)
    }

    /// The one of some persons with one name, in the first circle in which somebody has it: those with a post in the
    /// lead unit, those with one in the task's other units, all.
    pub fn one_of(&self, named: &[u32], units: &[u32]) -> Option<u32> {
        if named.is_empty() {
            return None;
        }
        let serves = |person: &u32, units: &[u32]| {
            self.units.get(*person as usize).is_some_and(|served| units.iter().any(|unit| served.contains(unit)))
        };
        let (lead, others) = units.split_at(units.len().min(1));
        for circle in [lead, others] {
            let mut inside = named.iter().filter(|person| serves(person, circle));
            match (inside.next(), inside.next()) {
                (Some(one), None) => return Some(*one),
                (Some(_), Some(_)) => return None,
                _ => {}
            }
        }
        match named {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// The person of an id or of a name that only one has.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.by_id(text).or_else(|| self.one_of(self.named(text), &[]))
    }

    /// Who holds the principal post of a unit on a day. §一(三).
    pub fn principals(&self, unit: u32, day: Day) -> impl Iterator<Item = u32> + '_ {
        let held = self.principals.get(&unit).map_or(&[][..], Vec::as_slice);
        held.iter().filter(move |(from, to, _)| *from <= day && day <= *to).map(|(.., person)| *person)
    }
}

/// A person whom a row names and nobody is, or two are.
pub fn unknown_person(order: Order, heading: &str, name: &str, hints: &Hints) -> Fault {
    let hint = hints.persons.get(name).map_or("write the person's id, or add the post to `posts`", String::as_str);
    Fault {
        order,
        code: Code::UnknownPerson,
        column: heading.to_owned(),
        message: format!("`{name}` is no person of the table `posts`, or two have that name"),
        hint: hint.to_owned(),
    }
}
