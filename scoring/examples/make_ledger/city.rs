//! The units, the persons and their posts: who works where, when, and how well.

use crate::calendar::Day;
use crate::numbers::push_number;
use crate::random::Random;
use crate::words::{GIVEN_FIRST, GIVEN_SECOND, GROUPS, SURNAMES, UNITS};

/// How much work a unit has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// Takes this many of four tasks that are offered to it.
    Usual(u32),
    /// Hardly ever gets a task.
    Little,
    /// Has standing tasks without a time limit only, none of them finished.
    OpenOnly,
}

pub struct Unit {
    pub id: String,
    pub name: String,
    pub group: &'static str,
    pub parent: Option<usize>,
    /// What it lacks in diligence, 0 to 100; the ledger shows it only by what happens.
    pub slack: u32,
    pub load: Load,
    pub principals: Vec<usize>,
    pub deputies: Vec<usize>,
    pub staff: Vec<usize>,
}

pub struct Post {
    pub unit: usize,
    pub kind: &'static str,
    pub from: Day,
    pub to: Option<Day>,
}

pub struct Person {
    pub id: String,
    pub name: String,
    pub posts: Vec<Post>,
}

pub struct City {
    pub year: i32,
    pub units: Vec<Unit>,
    pub persons: Vec<Person>,
    /// Ledgers of people name units and persons; large ones, where names repeat, go by id.
    pub names_units: bool,
    pub names_persons: bool,
}

/// Slack of the 24 units of the sample city, before they are shuffled.
const SLACK: [u32; 24] = [5, 8, 11, 16, 20, 22, 24, 26, 28, 30, 31, 33, 35, 36, 38, 40, 42, 45, 48, 52, 57, 62, 68, 80];

impl City {
    pub fn new(year: i32, units: usize, persons: usize, random: &mut Random) -> Self {
        let mut slack: Vec<u32> = SLACK.into_iter().cycle().take(units).collect();
        random.shuffle(&mut slack);
        let units = slack.into_iter().enumerate().map(|(number, slack)| unit(number, units, slack, random)).collect();
        let mut city = Self {
            year,
            units,
            persons: Vec::with_capacity(persons),
            names_units: false,
            names_persons: persons <= SURNAMES.len() * GIVEN_FIRST.len() * GIVEN_SECOND.len(),
        };
        city.names_units = city.units.len() <= UNITS.len();
        for number in 0..persons {
            let person = city.person(number, persons, random);
            for post in &person.posts {
                if let Some(unit) = city.units.get_mut(post.unit) {
                    match post.kind {
                        "主要负责人" => unit.principals.push(number),
                        "分管负责人" => unit.deputies.push(number),
                        _ => unit.staff.push(number),
                    }
                }
            }
            city.persons.push(person);
        }
        city
    }

    /// The person who holds the principal post of a unit on a day, if the ledger should name one.
    pub fn principal(&self, unit: &Unit, unit_number: usize, day: Day) -> Option<usize> {
        unit.principals.iter().copied().find(|&person| {
            self.persons.get(person).is_some_and(|person| person.posts.iter().any(|post| post.holds(unit_number, day)))
        })
    }

    /// The first `count` persons lead one unit each, the next `count` are deputies, the rest staff.
    fn person(&self, number: usize, persons: usize, random: &mut Random) -> Person {
        let count = self.units.len();
        let unit = number % count;
        let kind = match number / count {
            0 => "主要负责人",
            1 => "分管负责人",
            _ => "承办人",
        };
        let since = Day::new(self.year - random.within(1, 5), random.within(1, 12), random.within(1, 28));
        let mut posts = vec![Post { unit, kind, from: since, to: None }];
        let half = Day::new(self.year, 7, 1);
        let rotates = (number % 26 == 7 && same_rank(number, number + 13, count, persons)).then(|| number + 13);
        let rotated = (number % 26 == 20 && same_rank(number, number - 13, count, persons)).then(|| number - 13);
        if let Some(other) = rotates.or(rotated) {
            posts.first_mut().into_iter().for_each(|post| post.to = Some(half.plus(-1)));
            posts.push(Post { unit: other % count, kind, from: half, to: None });
        } else if number % 17 == 9 && count > 5 {
            let beside = if kind == "主要负责人" { "分管负责人" } else { kind };
            posts.push(Post { unit: (unit + 5) % count, kind: beside, from: Day::new(self.year, 3, 1), to: None });
        } else if persons >= 30 && number + 1 == persons {
            posts.first_mut().into_iter().for_each(|post| post.from = Day::new(self.year, 11, 1));
        } else if persons >= 30 && number + 2 == persons {
            posts.first_mut().into_iter().for_each(|post| post.to = Some(Day::new(self.year - 1, 12, 31)));
        }
        Person { id: code('P', number + 1, persons), name: name(number), posts }
    }
}

impl Post {
    fn holds(&self, unit: usize, day: Day) -> bool {
        self.unit == unit && self.kind == "主要负责人" && self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

fn unit(number: usize, units: usize, slack: u32, random: &mut Random) -> Unit {
    let id = code('U', number + 1, units);
    let (name, group) = match UNITS.get(number) {
        Some(&(name, group)) => (name.to_owned(), group),
        None => (format!("直属单位{}", number + 1), GROUPS.get(number % 3).copied().unwrap_or_default()),
    };
    let load = match units - number {
        1 if units >= 10 => Load::OpenOnly,
        2 if units >= 10 => Load::Little,
        _ => Load::Usual(random.below(3) + 2),
    };
    // A single task says little of a unit, so those with hardly any are as good as others.
    let slack = if matches!(load, Load::Usual(_)) { slack } else { 20 };
    // One unit of the sample city stands under another; of those beyond it every tenth does.
    let parent = match number {
        22 => Some(4),
        24.. if number % 10 == 9 => Some(number - 1),
        _ => None,
    };
    Unit { id, name, group, parent, slack, load, principals: vec![], deputies: vec![], staff: vec![] }
}

/// Two persons swap posts in mid-year only when both exist and both lead, or both do not.
fn same_rank(one: usize, other: usize, units: usize, persons: usize) -> bool {
    one < persons && other < persons && (one / units).min(2) == (other / units).min(2) && one % units != other % units
}

/// `U01`: as many digits as the largest number has, and at least two.
fn code(letter: char, number: usize, count: usize) -> String {
    let mut digits = String::new();
    push_number(&mut digits, i32::try_from(number).unwrap_or(i32::MAX));
    let width = count.to_string().len().max(2);
    format!("{letter}{digits:0>width$}")
}

/// Names differ for the first 6,000 persons, but for the 62nd, who is called as the 31st is, in another unit.
fn name(number: usize) -> String {
    let number = if number == 61 { 30 } else { number };
    let (surname, turn) = (number % SURNAMES.len(), number / SURNAMES.len());
    // 37 has no factor in common with 120, so each turn gives a surname another of the 120 given names.
    let given = (surname * 11 + turn * 37) % (GIVEN_FIRST.len() * GIVEN_SECOND.len());
    let words = [
        SURNAMES.get(surname * 7 % SURNAMES.len()),
        GIVEN_FIRST.get(given / GIVEN_SECOND.len()),
        GIVEN_SECOND.get(given % GIVEN_SECOND.len()),
    ];
    words.into_iter().flatten().copied().collect()
}
