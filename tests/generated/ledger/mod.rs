//! The tables of a case.

mod subjects;
mod tasks;

pub use tasks::WEIGHTS;

use crate::file::{Settings, Table, as_written};
use crate::pen::Pen;
use crate::plan::Plan;
use crate::random::Random;

type Columns = Vec<(&'static str, &'static [&'static str])>;

/// The tables that are there, each with what the tables file says of it.
pub fn write(plan: &mut Plan, whole_folder: bool) -> Vec<(Table, Settings)> {
    let seed = plan.random.below(usize::MAX) as u64;
    let mut random = Random::of(seed, "ledger");
    let with_tasks = !whole_folder || !random.chance(50);
    let mut tables = Vec::new();
    let mut add = |table: (Table, Settings)| tables.push(table);
    if with_tasks {
        add(tasks::write(plan, Random::of(seed, "tasks")));
    }
    if !whole_folder {
        return tables;
    }
    if random.chance(850) {
        add(subjects::units(plan, Random::of(seed, "units")));
    }
    if random.chance(800) {
        add(subjects::posts(plan, Random::of(seed, "posts")));
    }
    if !with_tasks || random.chance(850) {
        add(subjects::measures(plan, Random::of(seed, "measures")));
    }
    if random.chance(850) {
        add(subjects::events(plan, Random::of(seed, "events")));
    }
    if random.chance(800) {
        add(subjects::prior(plan, Random::of(seed, "prior")));
    }
    if random.chance(700) {
        add(subjects::holidays(plan, Random::of(seed, "holidays")));
    }
    tables
}

/// Which columns a table has, in which order.
fn columns(random: &mut Random, all: &Columns, must: &[&str]) -> Columns {
    let mut columns: Columns = all.iter().filter(|(id, _)| must.contains(id) || !random.chance(90)).copied().collect();
    if random.chance(300) {
        random.shuffle(&mut columns);
    }
    columns
}

fn settings(random: &mut Random) -> Settings {
    let encoding = if random.chance(60) { Some(random.word(&["utf-8", "gbk", "gb18030", "utf-16le"])) } else { None };
    Settings { encoding, ..Settings::default() }
}

fn pen(plan: &Plan, random: &mut Random) -> Pen {
    let timed = if plan.second { 450 } else { 60 };
    Pen::new(Random::of(random.below(usize::MAX) as u64, "pen"), plan.nasty, timed)
}

/// A name that nobody has, now and then.
fn stranger(pen: &mut Pen, names: [&str; 2]) -> Option<String> {
    (pen.trouble() && pen.random.chance(400)).then(|| pen.random.word(&names).to_string())
}

/// A unit as a table names it: by id, by name, or one that nobody knows. Gives its place too.
fn unit(plan: &Plan, pen: &mut Pen) -> (String, usize) {
    let at = pen.random.below(plan.units.len());
    let unit = &plan.units[at];
    if let Some(name) = stranger(pen, ["无此局", "U99"]) {
        return (name, at);
    }
    let text = if unit.name.is_empty() || pen.random.chance(700) { &unit.id } else { &unit.name };
    let shared = plan.units.iter().filter(|other| other.name == *text || other.id == *text).count() > 1;
    let text = if shared && !pen.trouble() { &unit.id } else { text };
    (as_written(&mut pen.random, text), at)
}

fn person(plan: &Plan, pen: &mut Pen) -> (String, usize) {
    let at = pen.random.below(plan.persons.len());
    let person = &plan.persons[at];
    if let Some(name) = stranger(pen, ["无名氏", "P99"]) {
        return (name, at);
    }
    let shared = plan.persons.iter().filter(|other| other.name == person.name || other.id == person.name).count() > 1;
    let by_name = !person.name.is_empty() && pen.random.chance(if shared { 60 } else { 250 });
    (as_written(&mut pen.random, if by_name { &person.name } else { &person.id }), at)
}

/// A subject of a measure, event or earlier year.
struct Subject {
    kind: String,
    id: String,
    /// Whether it is a person, and which one it is.
    key: (bool, usize),
}

fn subject(plan: &Plan, pen: &mut Pen, of: (bool, bool)) -> Subject {
    let is_person = of.1 && (!of.0 || pen.random.chance(450));
    let (id, at) = if is_person { person(plan, pen) } else { unit(plan, pen) };
    let words: &[&str] = if is_person { &["person", "个人"] } else { &["unit", "单位", ""] };
    let kind = if pen.trouble() && pen.random.chance(400) { "部门" } else { pen.random.word(words) };
    Subject { kind: kind.into(), id, key: (is_person, at) }
}
