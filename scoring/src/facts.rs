//! The value of each fact of a subject. METHOD §10.

use std::cmp::Ordering;

use crate::judge::condition::{Cell, Test, decides};
use crate::number::{Fraction, TooLarge};
use crate::policy::facts::{Fact, Nature};
use crate::policy::{Band, Condition, Op, Policy, When};
use crate::rank::Standing;
use crate::score::Scored;
use crate::terms::{Recommendation, SubjectKind};

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// It has none.
    Blank,
    /// A number.
    Number(Fraction),
    /// A word.
    Word(String),
    /// A band, as a place in [`Policy::bands`].
    Band(usize),
}

impl From<Option<Fraction>> for Value {
    fn from(number: Option<Fraction>) -> Self {
        number.map_or(Self::Blank, Self::Number)
    }
}

impl From<Option<&str>> for Value {
    fn from(word: Option<&str>) -> Self {
        word.map_or(Self::Blank, |word| Self::Word(word.to_owned()))
    }
}

impl From<Option<usize>> for Value {
    fn from(band: Option<usize>) -> Self {
        band.map_or(Self::Blank, Self::Band)
    }
}

/// A subject as facts see it: its score, and its standing and its unit's as far as they are known.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// What it scored.
    pub scored: &'a Scored,
    /// Whether a `fail` effect holds.
    pub vetoed: bool,
    /// Its standing, once ranked.
    pub standing: Option<&'a Standing>,
    /// Of a person: the recommendation for the unit of the latest post.
    pub unit_recommendation: Option<Recommendation>,
}

fn whole(number: impl Into<i128>) -> Value {
    Value::Number(Fraction::whole(number.into()))
}

impl<'a> Subject<'a> {
    /// A ranked subject; of a person with the recommendation for the unit of the latest post.
    pub fn ranked_as(standing: &'a Standing, unit_recommendation: Option<Recommendation>, policy: &'a Policy) -> Self {
        let (scored, vetoed) = (&*standing.scored, standing.vetoed());
        Self { policy, scored, vetoed, standing: Some(standing), unit_recommendation }
    }
}

impl Subject<'_> {
    /// The value of a fact.
    pub fn value(&self, fact: Fact) -> Value {
        let scored = self.scored;
        let facts = &scored.facts;
        match fact {
            Fact::Score => scored.score(self.policy).into(),
            Fact::ExactScore => scored.exact.clone().into(),
            Fact::BaseScore => scored.base.clone().into(),
            Fact::Bonus => Value::Number(scored.events().bonus.clone()),
            Fact::Deduction => Value::Number(scored.events().deduction.clone()),
            Fact::Coverage => scored.coverage.clone().into(),
            Fact::Status => Value::Word(scored.status.id().to_owned()),
            Fact::Vetoed => Value::Word(if self.vetoed { "yes" } else { "no" }.to_owned()),
            Fact::Tasks => whole(facts.tasks),
            Fact::DueTasks => whole(facts.due),
            Fact::DoneTasks => whole(facts.done),
            Fact::OverdueTasks => whole(facts.overdue),
            Fact::OpenOverdue => whole(facts.open_overdue),
            Fact::OverdueRate => scored.overdue_rate().into(),
            Fact::LateDaysMax => whole(facts.late_days_max),
            Fact::FeedbackMissed => whole(facts.feedback_missed),
            Fact::FormalReportMissed => whole(facts.formal_report_missed),
            Fact::SoleEscalations => whole(facts.sole_escalations),
            Fact::Group => Value::Word(scored.group.to_string()),
            Fact::Section(place) => scored.sections.get(place).cloned().flatten().into(),
            Fact::Indicator(place) => scored.indicators.get(place).cloned().flatten().into(),
            Fact::Event(place) => whole(scored.events().counts.get(place).copied().unwrap_or_default()),
            Fact::Count(place) => whole(facts.counts.get(place).copied().unwrap_or_default()),
            Fact::PriorScore
            | Fact::PriorBand
            | Fact::PriorRecommendation
            | Fact::PriorCount(_)
            | Fact::ScoreChange => self.earlier(fact),
            Fact::ServiceDays | Fact::Post | Fact::UnitScore | Fact::UnitBand | Fact::UnitRecommendation => {
                self.personal(fact)
            }
            Fact::Band
            | Fact::ComputedBand
            | Fact::Rank
            | Fact::GroupSize
            | Fact::RankFromBottom
            | Fact::Percentile => self.ranked(fact),
        }
    }

    /// Facts of earlier years.
    fn earlier(&self, fact: Fact) -> Value {
        let latest = self.scored.prior.first();
        let score = || latest.and_then(|row| row.score.clone());
        match fact {
            Fact::PriorScore => score().into(),
            Fact::ScoreChange => match (self.scored.score(self.policy), score()) {
                (Some(now), Some(then)) => Value::Number(&now - &then),
                _ => Value::Blank,
            },
            Fact::PriorBand => match latest.and_then(|row| row.band.as_deref()) {
                Some(word) => band_named(word, self.policy, self.scored.kind)
                    .map_or_else(|| Value::Word(band_id(word).to_owned()), Value::Band),
                None => Value::Blank,
            },
            Fact::PriorRecommendation => {
                latest.and_then(|row| row.recommendation.as_deref()).map_or(Value::Blank, |word| {
                    Value::Word(Recommendation::parse(word).map_or(word, |known| known.id()).to_owned())
                })
            }
            Fact::PriorCount(wanted) => {
                let rows = self.scored.prior.iter().filter_map(|row| row.recommendation.as_deref());
                let count = rows.filter(|word| Recommendation::parse(word) == Some(wanted)).count();
                whole(i128::try_from(count).unwrap_or_default())
            }
            _ => Value::Blank,
        }
    }

    /// Facts that only persons have.
    fn personal(&self, fact: Fact) -> Value {
        let Some(service) = &self.scored.service else { return Value::Blank };
        match fact {
            Fact::ServiceDays => whole(service.days),
            Fact::Post => service.post.map(|post| post.id()).into(),
            Fact::UnitScore => {
                service.unit_score.map(|number| Fraction::fixed(number, self.policy.rounding.score)).into()
            }
            Fact::UnitBand => self.standing.and_then(|standing| standing.unit_band).into(),
            Fact::UnitRecommendation => self.unit_recommendation.map(|unit| unit.id()).into(),
            _ => Value::Blank,
        }
    }

    /// Facts that need a rank.
    fn ranked(&self, fact: Fact) -> Value {
        let Some(standing) = self.standing else { return Value::Blank };
        let Some(place) = &standing.place else { return Value::Blank };
        match fact {
            Fact::Band => standing.band.into(),
            Fact::ComputedBand => standing.computed_band.into(),
            Fact::Rank => whole(place.rank as u64),
            Fact::GroupSize => whole(place.group_size as u64),
            Fact::RankFromBottom => whole(place.from_bottom as u64),
            Fact::Percentile => {
                let standing_below = place.group_size + 1 - place.competition_rank;
                Fraction::new(100 * standing_below as i128, place.group_size as i128).into()
            }
            _ => Value::Blank,
        }
    }

    /// Whether a condition holds. One on a fact that nobody has never does; the lint refuses it.
    fn meets(&self, demand: &Demand) -> bool {
        let Some(fact) = demand.fact else { return false };
        match self.value(fact) {
            Value::Blank => demand.test.holds(Cell::Blank),
            Value::Number(number) => demand.test.holds(Cell::Number(&number)),
            Value::Word(word) => demand.test.holds(Cell::Text(&word)),
            Value::Band(band) => demand.band_meets(band),
        }
    }

    /// Whether conditions hold together.
    pub fn meets_all(&self, demands: &Demands) -> bool {
        demands.all.iter().all(|demand| self.meets(demand))
            && (demands.any.is_empty() || demands.any.iter().any(|demand| self.meets(demand)))
            && !demands.unless.iter().any(|demand| self.meets(demand))
    }

    /// Writes the value of a fact as reports show it; nothing for none.
    ///
    /// # Errors
    /// [`TooLarge`] when a number has more digits than can be printed.
    pub fn write(&self, fact: Fact, into: &mut Vec<u8>) -> Result<(), TooLarge> {
        let rounding = self.policy.rounding;
        match self.value(fact) {
            Value::Blank => {}
            Value::Word(word) => into.extend_from_slice(word.as_bytes()),
            Value::Band(band) => {
                let id = self.policy.bands.get(band).map_or("", |band| &band.id);
                into.extend_from_slice(id.as_bytes());
            }
            Value::Number(number) => {
                let places = if fact.nature() == Nature::Whole { 0 } else { rounding.score };
                number.write(places, rounding.mode, into)?;
            }
        }
        Ok(())
    }
}

/// A condition on a fact, read once for all subjects of a kind.
#[derive(Debug, Clone)]
struct Demand {
    fact: Option<Fact>,
    test: Test,
    op: Op,
    /// The bands that its values name.
    bands: Vec<Option<usize>>,
}

/// Conditions on facts, read once for all subjects of a kind.
#[derive(Debug, Clone)]
pub struct Demands {
    all: Vec<Demand>,
    any: Vec<Demand>,
    unless: Vec<Demand>,
}

impl Demands {
    /// Reads the conditions for subjects of a kind.
    pub fn new(when: &When, policy: &Policy, kind: SubjectKind) -> Self {
        let demand = |condition: &Condition| {
            let fact = Fact::parse(&condition.fact, policy, kind);
            let whose = if fact == Some(Fact::UnitBand) { SubjectKind::Unit } else { kind };
            let bands = match fact.map(Fact::nature) {
                Some(Nature::Band) => condition.values.iter().map(|word| band_named(word, policy, whose)).collect(),
                _ => Vec::new(),
            };
            Demand { fact, test: Test::of_fact(condition), op: condition.op, bands }
        };
        let demands = |conditions: &[Condition]| conditions.iter().map(demand).collect();
        Self { all: demands(&when.all), any: demands(&when.any), unless: demands(&when.unless) }
    }
}

impl Demand {
    /// A better band is greater.
    fn band_meets(&self, band: usize) -> bool {
        let order = |other: &Option<usize>| other.map(|other| other.cmp(&band));
        match self.op {
            Op::Blank => false,
            Op::NotBlank => true,
            Op::In => self.bands.iter().any(|other| order(other) == Some(Ordering::Equal)),
            op => self.bands.first().is_some_and(|other| decides(op, order(other))),
        }
    }
}

/// The band that a word names: by the policy's id or name, or by the field's word for the id.
pub fn band_named(word: &str, policy: &Policy, kind: SubjectKind) -> Option<usize> {
    let bands = policy.band_places(kind);
    let find =
        |test: &dyn Fn(&Band) -> bool| bands.iter().copied().find(|place| policy.bands.get(*place).is_some_and(test));
    let common = band_id(word);
    find(&|band| band.id == word)
        .or_else(|| find(&|band| band.name == word))
        .or_else(|| find(&|band| band.id == common))
}

/// The id that a word of the field stands for; other words stay as they are. METHOD §2 (prior).
fn band_id(word: &str) -> &str {
    match word {
        "优秀" => "excellent",
        "良好" => "good",
        "合格" => "fair",
        "不合格" => "poor",
        other => other,
    }
}
