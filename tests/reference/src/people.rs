//! Persons and their posts, and how other tables name them. METHOD §2, §8.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::run_log::RunLog;
use crate::tables::{Fault, Row, Table, fault};
use crate::text::half_width;
use crate::units::Units;

#[derive(Clone)]
pub struct Post {
    pub unit: String,
    /// `principal`, `deputy` or `staff`.
    pub kind: &'static str,
    /// None: open.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl Post {
    pub fn holds_on(&self, date: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= date) && self.to.is_none_or(|to| date <= to)
    }

    /// The days of a window that the post covers, first and last.
    pub fn within(&self, first: NaiveDate, last: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        let from = self.from.map_or(first, |from| from.max(first));
        let to = self.to.map_or(last, |to| to.min(last));
        (from <= to).then_some((from, to))
    }
}

#[derive(Default)]
pub struct Person {
    pub names: BTreeSet<String>,
    pub posts: Vec<Post>,
}

#[derive(Default)]
pub struct People {
    /// Whether there is a posts table.
    pub table: bool,
    pub all: BTreeMap<String, Person>,
}

impl People {
    /// The name shown: the smallest given one, else the id.
    pub fn name(&self, id: &str) -> String {
        self.all.get(id).and_then(|person| person.names.first().cloned()).unwrap_or_else(|| id.to_string())
    }

    /// Adds persons that no table describes.
    pub fn add_bare<'a>(&mut self, ids: impl Iterator<Item = &'a String>) {
        for id in ids {
            self.all.entry(id.clone()).or_default();
        }
    }

    /// Whom a cell of a task names. `units` are the task's, the lead unit first.
    pub fn resolve_in(&self, text: &str, units: &[String]) -> Option<String> {
        if !self.table || self.all.contains_key(text) {
            return Some(text.to_string());
        }
        let named = || {
            self.all.iter().filter(|(_, person)| person.names.iter().any(|name| half_width(name) == half_width(text)))
        };
        let (lead, others) = units.split_at(units.len().min(1));
        let mut circles: Vec<Vec<&String>> = Vec::new();
        for circle in [lead, others] {
            let inside = |person: &Person| person.posts.iter().any(|post| circle.contains(&post.unit));
            circles.push(named().filter(|(_, person)| inside(person)).map(|(id, _)| id).collect());
        }
        circles.push(named().map(|(id, _)| id).collect());
        let decides = circles.into_iter().find(|circle| !circle.is_empty())?;
        (decides.len() == 1).then(|| decides[0].clone())
    }

    /// Whom a cell of another table names.
    pub fn resolve(&self, text: &str) -> Option<String> {
        self.resolve_in(text, &[])
    }

    /// All who hold the principal post of a unit on a day.
    pub fn principals(&self, unit: &str, date: NaiveDate) -> Vec<String> {
        let holds = |post: &Post| post.kind == "principal" && post.unit == unit && post.holds_on(date);
        self.all.iter().filter(|(_, person)| person.posts.iter().any(holds)).map(|(id, _)| id.clone()).collect()
    }
}

pub fn read(table: Option<&Table>, units: &Units, log: &mut RunLog) -> People {
    let Some(table) = table else { return People::default() };
    let judge = |row: &Row| -> Result<(String, String, Post), Fault> {
        if let Some(code) = row.broken {
            return Err(fault(code, ""));
        }
        let id = table.required_id(row, "person_id")?;
        let unit = table.required_id(row, "unit_id")?;
        let unit = units.resolve(&unit).ok_or_else(|| fault("unknown-unit", "unit_id"))?;
        let kind = kind(&table.required_text(row, "post")?).ok_or_else(|| fault("out-of-range", "post"))?;
        let from = table.date(row, "from")?.map(|moment| moment.date);
        let to = table.date(row, "to")?.map(|moment| moment.date);
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            return Err(fault("out-of-range", "to"));
        }
        Ok((id, table.text(row, "name"), Post { unit, kind, from, to }))
    };
    let mut people = People { table: true, ..People::default() };
    for (id, name, post) in log.sort_out(table, table.rows.iter().map(judge).collect()) {
        let person = people.all.entry(id).or_default();
        if !name.is_empty() {
            person.names.insert(name);
        }
        person.posts.push(post);
    }
    people
}

fn kind(word: &str) -> Option<&'static str> {
    match word {
        "principal" | "主要负责人" | "第一责任人" => Some("principal"),
        "deputy" | "分管负责人" | "直接责任人" => Some("deputy"),
        "staff" | "承办人" => Some("staff"),
        _ => None,
    }
}
