//! The policy as typed values. METHOD §3; keys a run does not need are not looked at.

mod indicators;
mod standing;

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Datelike, NaiveDate};

use crate::number::{Half, Q, whole};
use crate::toml_value::{self, Table};

pub use indicators::{Deadline, DefaultDue, Indicator, Method, Missing, Span};
pub use standing::{Band, Count, Effect, EventCode, GroupBy, Ladder, Quota, QuotaRound, Rank, Rule, Veto};

pub const POSTS: [&str; 3] = ["principal", "deputy", "staff"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Unit,
    Person,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Belongs {
    Due,
    Assigned,
    Completed,
}

pub struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub as_of: NaiveDate,
    pub belongs: Belongs,
    pub carry_over: bool,
}

pub struct Rounding {
    pub half: Half,
    pub indicator: u32,
    pub score: u32,
}

pub struct Levels {
    pub weights: BTreeMap<String, Q>,
    pub default: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Source {
    Tasks,
    Measures,
    Sections,
}

#[derive(Clone, Copy, PartialEq)]
pub enum MissingSection {
    Exclude,
    Zero,
    Hold,
}

pub struct Section {
    pub id: String,
    pub weight: Q,
    /// Empty: all groups.
    pub groups: Vec<String>,
    pub source: Source,
    pub indicators: Vec<String>,
    pub parent: Option<String>,
    pub missing: MissingSection,
}

/// `[unit]` or `[person]`.
pub struct SubjectPolicy {
    pub sections: Vec<Section>,
    pub full: Q,
    pub min_tasks: Option<i64>,
    pub min_coverage: Q,
    pub bonus_cap: Option<Q>,
    pub deduction_cap: Option<Q>,
    pub floor: Q,
    pub cap: Q,
}

pub struct Policy {
    pub period: Period,
    pub second: bool,
    pub working_days: bool,
    pub rounding: Rounding,
    pub levels: Option<Levels>,
    pub roles: BTreeMap<String, Q>,
    pub co_split: bool,
    pub indicators: Vec<Indicator>,
    pub unit: SubjectPolicy,
    pub person: SubjectPolicy,
    pub subtree: bool,
    pub unit_share: BTreeMap<String, Q>,
    pub min_service_days: i64,
    pub group_by: GroupBy,
    /// Whether the policy speaks of persons at all.
    pub has_persons: bool,
    pub formal_levels: Vec<String>,
    pub events: Vec<EventCode>,
    pub vetoes: Vec<Veto>,
    pub rank: Rank,
    pub bands: BTreeMap<Kind, Vec<Band>>,
    pub quotas: Vec<Quota>,
    pub counts: Vec<Count>,
    pub rules: Vec<Rule>,
    pub ladder: Ladder,
}

impl Policy {
    pub fn load(path: &Path, as_of: Option<&str>) -> Result<Policy, String> {
        Policy::read(&toml_value::load(path)?, as_of)
    }

    fn read(file: &Table, as_of: Option<&str>) -> Result<Policy, String> {
        let unit = file.table("unit")?;
        let person = file.table("person")?;
        let (unit_policy, person_policy) = (subject(&unit)?, subject(&person)?);
        let bands = standing::bands(file, &unit_policy.full, &person_policy.full)?;
        let time = file.table("time")?;
        let roles = file.table("roles")?;
        let mut policy = Policy {
            period: period(&file.table("period")?, as_of)?,
            second: time.choice("resolution", &["day", "second"])? == 1,
            working_days: time.choice("days", &["calendar", "working"])? == 1,
            rounding: rounding(&file.table("rounding")?)?,
            levels: levels(file)?,
            roles: shares(
                &roles,
                &[("lead", 1, 1), ("co", 1, 2), ("principal", 1, 1), ("deputy", 1, 1), ("staff", 1, 1)],
            )?,
            co_split: roles.choice("co_mode", &["each", "split"])? == 1,
            indicators: file.tables("indicator")?.iter().map(indicators::read).collect::<Result<_, _>>()?,
            subtree: unit.choice("scope", &["own", "subtree"])? == 1,
            unit_share: shares(
                &person.table("unit_share")?,
                &[("principal", 3, 5), ("deputy", 1, 2), ("staff", 1, 5)],
            )?,
            min_service_days: person.count("min_service_days")?.unwrap_or(0),
            group_by: standing::group_by(&person)?,
            has_persons: file.get("person").is_some(),
            formal_levels: file.table("closed_loop")?.texts("formal_levels")?,
            events: file.tables("event")?.iter().map(standing::event).collect::<Result<_, _>>()?,
            vetoes: file.tables("veto")?.iter().map(standing::veto).collect::<Result<_, _>>()?,
            rank: standing::rank(&file.table("rank")?)?,
            bands,
            quotas: file.tables("quota")?.iter().map(standing::quota).collect::<Result<_, _>>()?,
            counts: file.tables("count")?.iter().map(standing::count).collect::<Result<_, _>>()?,
            rules: file.tables("rule")?.iter().map(standing::rule).collect::<Result<_, _>>()?,
            ladder: standing::ladder(&file.table("ladder")?)?,
            unit: unit_policy,
            person: person_policy,
        };
        for indicator in &mut policy.indicators {
            indicator.default_places(policy.rounding.indicator);
        }
        policy.check()?;
        Ok(policy)
    }

    pub fn subject(&self, kind: Kind) -> &SubjectPolicy {
        match kind {
            Kind::Unit => &self.unit,
            Kind::Person => &self.person,
        }
    }

    pub fn indicator(&self, id: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.id == id)
    }

    /// The indicators, in policy order, that sections of one kind of subject and one source name.
    pub fn indicators_of(&self, kind: Kind, source: Source) -> Vec<&Indicator> {
        let sections: Vec<&Section> =
            self.subject(kind).sections.iter().filter(|section| section.source == source).collect();
        self.indicators
            .iter()
            .filter(|indicator| sections.iter().any(|section| section.indicators.contains(&indicator.id)))
            .collect()
    }

    /// The indicators that judge tasks, in policy order.
    pub fn task_indicators(&self) -> Vec<&Indicator> {
        let units = self.indicators_of(Kind::Unit, Source::Tasks);
        let persons = self.indicators_of(Kind::Person, Source::Tasks);
        let among = |list: &[&Indicator], id: &str| list.iter().any(|one| one.id == id);
        self.indicators.iter().filter(|one| among(&units, &one.id) || among(&persons, &one.id)).collect()
    }

    pub fn first_year(&self) -> i32 {
        self.period.from.year()
    }

    /// What a run must be able to rely on; the rest is left to the engine's lint.
    fn check(&self) -> Result<(), String> {
        let positive = |full: &Q, what: &str| {
            if *full > whole(0) { Ok(()) } else { Err(format!("`full` of {what} is not above 0")) }
        };
        positive(&self.unit.full, "units")?;
        positive(&self.person.full, "persons")?;
        for indicator in &self.indicators {
            positive(&indicator.full, &indicator.id)?;
            if matches!(&indicator.method, Method::Checklist { items, .. } if items.is_empty()) {
                return Err(format!("indicator `{}` has no items", indicator.id));
            }
        }
        for section in self.unit.sections.iter().chain(&self.person.sections) {
            if let Some(unknown) = section.indicators.iter().find(|id| self.indicator(id).is_none()) {
                return Err(format!("section `{}` names an unknown indicator `{unknown}`", section.id));
            }
        }
        for rule in &self.rules {
            if rule.recommend != "commend" && !self.ladder.order.contains(&rule.recommend) {
                return Err(format!("rule `{}` recommends `{}`, which is no rung", rule.id, rule.recommend));
            }
        }
        Ok(())
    }
}

fn period(table: &Table, as_of: Option<&str>) -> Result<Period, String> {
    let day = |key: &str| table.date(key)?.ok_or_else(|| format!("`period.{key}` is missing"));
    let (from, to) = (day("from")?, day("to")?);
    let as_of = match as_of {
        Some(text) => toml_value::plain_date(text)?,
        None => table.date("as_of")?.unwrap_or(to),
    };
    let belongs = [Belongs::Due, Belongs::Assigned, Belongs::Completed]
        [table.choice("belongs_by", &["due", "assigned", "completed"])?];
    Ok(Period { from, to, as_of, belongs, carry_over: table.flag("carry_over")? })
}

fn rounding(table: &Table) -> Result<Rounding, String> {
    Ok(Rounding {
        half: [Half::Up, Half::Even][table.choice("mode", &["half-up", "half-even"])?],
        indicator: table.count("indicator")?.unwrap_or(4) as u32,
        score: table.count("score")?.unwrap_or(2) as u32,
    })
}

fn levels(file: &Table) -> Result<Option<Levels>, String> {
    if file.get("levels").is_none() {
        return Ok(None);
    }
    let table = file.table("levels")?;
    let named = table.0.iter().filter(|(name, _)| *name != "default");
    let weights = named.map(|(name, value)| Ok((name.clone(), value.as_number()?))).collect::<Result<_, String>>()?;
    Ok(Some(Levels { weights, default: table.text("default")? }))
}

fn shares(table: &Table, defaults: &[(&str, i64, i64)]) -> Result<BTreeMap<String, Q>, String> {
    let share = |(key, above, below): &(&str, i64, i64)| {
        Ok((key.to_string(), table.number(key)?.unwrap_or_else(|| whole(*above) / whole(*below))))
    };
    defaults.iter().map(share).collect()
}

fn subject(table: &Table) -> Result<SubjectPolicy, String> {
    let full = table.number_or("full", 100)?;
    Ok(SubjectPolicy {
        sections: table.tables("section")?.iter().map(section).collect::<Result<_, _>>()?,
        min_tasks: table.count("min_tasks")?,
        min_coverage: table.number_or("min_coverage", 0)?,
        bonus_cap: table.number("bonus_cap")?,
        deduction_cap: table.number("deduction_cap")?,
        floor: table.number_or("floor", 0)?,
        cap: table.number("cap")?.unwrap_or_else(|| full.clone()),
        full,
    })
}

fn section(table: &Table) -> Result<Section, String> {
    let sources = [Source::Tasks, Source::Measures, Source::Sections];
    let missing = [MissingSection::Exclude, MissingSection::Zero, MissingSection::Hold];
    Ok(Section {
        id: table.text("id")?.ok_or("a section without `id`")?,
        weight: table.number_or("weight", 1)?,
        groups: table.texts("groups")?,
        source: sources[table.choice("source", &["tasks", "measures", "sections"])?],
        indicators: table.texts("indicators")?,
        parent: table.text("parent")?,
        missing: missing[table.choice("missing", &["exclude", "zero", "hold"])?],
    })
}
