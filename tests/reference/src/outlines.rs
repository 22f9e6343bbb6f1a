//! Which tasks, measures and posts make up the score of a unit or a person. METHOD §6, §8.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use num_traits::Zero;

use crate::measure_values;
use crate::number::{Q, whole};
use crate::people::{People, Post};
use crate::policy::{GroupBy, Kind, POSTS, Policy};
use crate::score::{self, Part};
use crate::standing::{Outline, Standing};
use crate::subjects::Measure;
use crate::tasks::Task;
use crate::units::Units;

pub fn units<'a>(policy: &Policy, units: &Units, tasks: &'a [Task], measures: &[Measure]) -> Vec<Outline<'a>> {
    let groups = units.all.values().map(|unit| (unit.id.clone(), unit.group.clone())).collect();
    let mut values = measure_values::values(policy, Kind::Unit, measures, &groups);
    let mut outlines = Vec::new();
    for unit in units.all.values() {
        let scope = if policy.subtree { units.subtree(&unit.id) } else { BTreeSet::from([unit.id.clone()]) };
        let mut parts = Vec::new();
        for task in tasks.iter().filter(|task| task.scored()) {
            let shares = scope.iter().filter_map(|id| unit_share(policy, task, id));
            parts.extend(shares.map(|share| Part { task, share }));
        }
        let counted =
            |task: &&Task| task.counts() && (scope.contains(&task.lead) || task.co.iter().any(|id| scope.contains(id)));
        let measures = values.remove(&unit.id).unwrap_or_default();
        let own = score::own(policy, &policy.unit, &unit.group, &parts, &measures);
        outlines.push(Outline {
            kind: Kind::Unit,
            id: unit.id.clone(),
            name: unit.name.clone(),
            group: unit.group.clone(),
            parts,
            counted: tasks.iter().filter(counted).collect(),
            leading: tasks.iter().filter(|task| task.counts() && scope.contains(&task.lead)).collect(),
            measures,
            base: own.base.clone(),
            own,
            service_days: 0,
            post: None,
        });
    }
    outlines
}

/// The share of a unit's role in a task.
fn unit_share(policy: &Policy, task: &Task, unit: &str) -> Option<Q> {
    if task.lead == unit {
        return Some(policy.roles["lead"].clone());
    }
    let co = &policy.roles["co"];
    let shared = || if policy.co_split { co / whole(task.co.len() as i64) } else { co.clone() };
    task.co.iter().any(|id| id == unit).then(shared)
}

/// The share of a person in a task: the largest of its roles.
fn person_share(policy: &Policy, task: &Task, person: &str) -> Option<Q> {
    let has = |role: &usize| task.persons[*role].iter().any(|id| id == person);
    (0..3).filter(has).map(|role| policy.roles[POSTS[role]].clone()).max()
}

pub fn persons<'a>(
    policy: &Policy,
    people: &People,
    units: &Units,
    unit_standings: &[Standing],
    tasks: &'a [Task],
    measures: &[Measure],
) -> Vec<Outline<'a>> {
    let ids: BTreeSet<String> = people.all.keys().cloned().collect();
    let window = (policy.period.from, policy.period.to.min(policy.period.as_of));
    let posts: BTreeMap<&String, Vec<Post>> = ids.iter().map(|id| (id, posts_in(people, id, window))).collect();
    let group_of = |id: &String| (id.clone(), group(policy, units, latest(&posts[id])));
    let groups: BTreeMap<String, String> = ids.iter().map(group_of).collect();
    let mut values = measure_values::values(policy, Kind::Person, measures, &groups);
    let mut outlines = Vec::new();
    for id in &ids {
        let parts: Vec<Part> = tasks
            .iter()
            .filter(|task| task.scored())
            .filter_map(|task| Some(Part { task, share: person_share(policy, task, id)? }))
            .collect();
        let counted: Vec<&Task> =
            tasks.iter().filter(|task| task.counts() && person_share(policy, task, id).is_some()).collect();
        let measures = values.remove(id).unwrap_or_default();
        let own = score::own(policy, &policy.person, &groups[id], &parts, &measures);
        outlines.push(Outline {
            kind: Kind::Person,
            id: id.clone(),
            name: people.name(id),
            group: groups[id].clone(),
            parts,
            leading: counted.clone(),
            counted,
            measures,
            base: base(policy, &posts[id], window, own.base.as_ref(), unit_standings),
            own,
            service_days: service_days(&posts[id], window),
            post: latest(&posts[id]).cloned(),
        });
    }
    outlines
}

type Window = (NaiveDate, NaiveDate);

fn posts_in(people: &People, id: &str, window: Window) -> Vec<Post> {
    let all = people.all.get(id).map(|person| person.posts.as_slice()).unwrap_or_default();
    all.iter().filter(|post| post.within(window.0, window.1).is_some()).cloned().collect()
}

/// The post with the latest `from`, then the latest `to`, then the first unit id and kind.
fn latest(posts: &[Post]) -> Option<&Post> {
    let from = |post: &Post| post.from.unwrap_or(NaiveDate::MIN);
    let to = |post: &Post| post.to.unwrap_or(NaiveDate::MAX);
    let kind = |post: &Post| POSTS.iter().position(|kind| *kind == post.kind);
    posts.iter().min_by(|a, b| {
        (from(b), to(b)).cmp(&(from(a), to(a))).then_with(|| a.unit.cmp(&b.unit)).then_with(|| kind(a).cmp(&kind(b)))
    })
}

fn group(policy: &Policy, units: &Units, post: Option<&Post>) -> String {
    let Some(post) = post else { return "all".into() };
    match policy.group_by {
        GroupBy::None => "all".into(),
        GroupBy::Post => post.kind.into(),
        GroupBy::Unit => post.unit.clone(),
        GroupBy::UnitGroup => units.all.get(&post.unit).map_or("all", |unit| unit.group.as_str()).into(),
    }
}

/// The mean of what the posts count, by their days; without a post the own score.
fn base(policy: &Policy, posts: &[Post], window: Window, own: Option<&Q>, unit_standings: &[Standing]) -> Option<Q> {
    if posts.is_empty() {
        return own.cloned();
    }
    let (mut total, mut sum) = (Q::zero(), Q::zero());
    for post in posts {
        let Some((first, last)) = post.within(window.0, window.1) else { continue };
        let days = whole((last - first).num_days() + 1);
        let unit = unit_standings
            .iter()
            .find(|standing| standing.id == post.unit)
            .and_then(|standing| standing.exact.as_ref());
        let unit = unit.map(|exact| exact * &policy.person.full / &policy.unit.full);
        let share = &policy.unit_share[post.kind];
        let counts = match (unit, own) {
            (Some(unit), Some(own)) => share * unit + (whole(1) - share) * own,
            (Some(one), None) => one,
            (None, Some(one)) => one.clone(),
            (None, None) => continue,
        };
        sum += &days * counts;
        total += days;
    }
    (!total.is_zero()).then(|| sum / total)
}

/// Days of the window that any post covers.
fn service_days(posts: &[Post], window: Window) -> i64 {
    let mut days = BTreeSet::new();
    for (first, last) in posts.iter().filter_map(|post| post.within(window.0, window.1)) {
        days.extend(first.num_days_from_ce()..=last.num_days_from_ce());
    }
    days.len() as i64
}
