//! Events, vetoes, ranks, bands, quotas, counts, rules and the ladder. METHOD §7, §9, §10.

use std::collections::BTreeMap;

use super::Kind;
use crate::condition::{self, Condition};
use crate::number::{Q, whole};
use crate::toml_value::Table;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    Fail,
    Demote,
    BlockTop,
}

pub struct EventCode {
    pub code: String,
    pub points: Q,
    pub repeat: Vec<Q>,
    pub cap: Option<Q>,
    pub effect: Option<Effect>,
}

pub struct Veto {
    pub id: String,
    pub subject: Kind,
    pub groups: Vec<String>,
    pub when: When,
    pub effect: Option<Effect>,
}

/// `all`, `any` and `unless`.
pub struct When {
    pub all: Vec<Condition>,
    pub any: Vec<Condition>,
    pub unless: Vec<Condition>,
}

impl When {
    fn read(table: &Table) -> Result<When, String> {
        let conditions = |key: &str| condition::parse_all(&table.texts(key)?);
        Ok(When { all: conditions("all")?, any: conditions("any")?, unless: conditions("unless")? })
    }

    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.all.iter().chain(&self.any).chain(&self.unless)
    }

    pub fn holds(&self, test: impl Fn(&Condition) -> bool) -> bool {
        self.all.iter().all(&test)
            && (self.any.is_empty() || self.any.iter().any(&test))
            && !self.unless.iter().any(&test)
    }
}

pub struct Rank {
    pub exact: bool,
    pub dense: bool,
    /// Fact, and whether the larger one comes first.
    pub tie_break: Vec<(String, bool)>,
}

pub struct Band {
    pub id: String,
    pub name: String,
    pub from: Q,
}

#[derive(Clone, Copy)]
pub enum QuotaRound {
    Floor,
    HalfUp,
    Ceil,
}

pub struct Quota {
    of: Option<Kind>,
    groups: Vec<String>,
    pub percent: Option<Q>,
    pub by_unit_band: BTreeMap<String, Q>,
    pub round: QuotaRound,
    pub extend: bool,
}

impl Quota {
    pub fn fits(&self, kind: Kind, group: &str) -> bool {
        self.of.is_none_or(|of| of == kind) && (self.groups.is_empty() || self.groups.iter().any(|name| name == group))
    }
}

pub struct Count {
    pub id: String,
    pub conditions: Vec<Condition>,
    pub as_lead: bool,
}

pub struct Rule {
    pub id: String,
    pub clause: String,
    pub subject: Kind,
    pub groups: Vec<String>,
    pub recommend: String,
    pub when: When,
    pub respond_days: Option<i64>,
}

impl Rule {
    /// Whether all of its conditions are on events, so that it applies whatever the status.
    pub fn on_events_alone(&self) -> bool {
        self.when.conditions().count() > 0
            && self.when.conditions().all(|condition| condition.fact.starts_with("event."))
    }
}

pub struct Ladder {
    pub order: Vec<String>,
    pub escalate: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub enum GroupBy {
    Post,
    Unit,
    UnitGroup,
    None,
}

pub(super) fn group_by(person: &Table) -> Result<GroupBy, String> {
    let choices = [GroupBy::Post, GroupBy::Unit, GroupBy::UnitGroup, GroupBy::None];
    Ok(choices[person.choice("group_by", &["post", "unit", "unit-group", "none"])?])
}

fn effect(table: &Table) -> Result<Option<Effect>, String> {
    match table.text("effect")?.as_deref() {
        None => Ok(None),
        Some("fail") => Ok(Some(Effect::Fail)),
        Some("demote") => Ok(Some(Effect::Demote)),
        Some("block-top") => Ok(Some(Effect::BlockTop)),
        Some(other) => Err(format!("unknown effect `{other}`")),
    }
}

fn of(table: &Table) -> Result<Option<Kind>, String> {
    Ok([None, Some(Kind::Unit), Some(Kind::Person)][table.choice("of", &["both", "units", "persons"])?])
}

fn one_kind(table: &Table) -> Result<Kind, String> {
    Ok([Kind::Unit, Kind::Person][table.choice("subject", &["unit", "person"])?])
}

pub(super) fn event(table: &Table) -> Result<EventCode, String> {
    Ok(EventCode {
        code: table.text("code")?.ok_or("an event without `code`")?,
        points: table.number_or("points", 0)?,
        repeat: table.numbers("repeat")?,
        cap: table.number("cap")?,
        effect: effect(table)?,
    })
}

pub(super) fn veto(table: &Table) -> Result<Veto, String> {
    Ok(Veto {
        id: table.text("id")?.ok_or("a veto without `id`")?,
        subject: one_kind(table)?,
        groups: table.texts("groups")?,
        when: When::read(table)?,
        effect: effect(table)?,
    })
}

pub(super) fn rank(table: &Table) -> Result<Rank, String> {
    let key = |text: &String| match text.split_once(char::is_whitespace) {
        Some((fact, order)) if order.trim() == "asc" => Ok((fact.to_string(), false)),
        Some((fact, order)) if order.trim() == "desc" => Ok((fact.to_string(), true)),
        _ => Err(format!("`{text}` is no key for ties")),
    };
    Ok(Rank {
        exact: table.choice("by", &["published", "exact"])? == 1,
        dense: table.choice("ties", &["competition", "dense"])? == 1,
        tie_break: table.texts("tie_break")?.iter().map(key).collect::<Result<_, _>>()?,
    })
}

/// The bands of each kind of subject: its own, else those of both, else the default ones.
pub(super) fn bands(file: &Table, unit_full: &Q, person_full: &Q) -> Result<BTreeMap<Kind, Vec<Band>>, String> {
    let tables = file.tables("band")?;
    let mut bands = BTreeMap::new();
    for (kind, full) in [(Kind::Unit, unit_full), (Kind::Person, person_full)] {
        let (mut own, mut both) = (Vec::new(), Vec::new());
        for table in &tables {
            match of(table)? {
                Some(of) if of == kind => own.push(band(table)?),
                Some(_) => {}
                None => both.push(band(table)?),
            }
        }
        let chosen = [own, both].into_iter().find(|list| !list.is_empty()).unwrap_or_else(|| default_bands(full));
        bands.insert(kind, chosen);
    }
    Ok(bands)
}

fn band(table: &Table) -> Result<Band, String> {
    let id = table.text("id")?.ok_or("a band without `id`")?;
    Ok(Band { name: table.text_or("name", "")?, from: table.number_or("from", 0)?, id })
}

fn default_bands(full: &Q) -> Vec<Band> {
    [("excellent", 90), ("good", 80), ("fair", 60), ("poor", 0)]
        .map(|(id, from)| Band { id: id.into(), name: String::new(), from: full * whole(from) / whole(100) })
        .into()
}

pub(super) fn quota(table: &Table) -> Result<Quota, String> {
    let by_band = table.table("percent_by_unit_band")?;
    let rounds = [QuotaRound::Floor, QuotaRound::HalfUp, QuotaRound::Ceil];
    Ok(Quota {
        of: of(table)?,
        groups: table.texts("groups")?,
        percent: table.number("percent")?,
        by_unit_band: by_band
            .0
            .iter()
            .map(|(band, percent)| Ok((band.clone(), percent.as_number()?)))
            .collect::<Result<_, String>>()?,
        round: rounds[table.choice("round", &["floor", "half-up", "ceil"])?],
        extend: table.choice("ties", &["within", "extend"])? == 1,
    })
}

pub(super) fn count(table: &Table) -> Result<Count, String> {
    Ok(Count {
        id: table.text("id")?.ok_or("a count without `id`")?,
        conditions: condition::parse_all(&table.texts("where")?)?,
        as_lead: table.flag("as_lead")?,
    })
}

pub(super) fn rule(table: &Table) -> Result<Rule, String> {
    Ok(Rule {
        id: table.text("id")?.ok_or("a rule without `id`")?,
        clause: table.text_or("clause", "")?,
        subject: one_kind(table)?,
        groups: table.texts("groups")?,
        recommend: table.text_or("recommend", "")?,
        when: When::read(table)?,
        respond_days: table.count("respond_days")?,
    })
}

pub(super) fn ladder(table: &Table) -> Result<Ladder, String> {
    let mut order = table.texts("order")?;
    if order.is_empty() {
        order = ["rectify", "criticize", "interview", "refer"].map(String::from).into();
    }
    Ok(Ladder { order, escalate: table.choice("repeat", &["escalate", "none"])? == 0 })
}
