//! What follows from a score: events and vetoes, ranks, bands, quotas, counts, rules and the ladder. METHOD §7, §9, §10.

use super::{Condition, When};
use crate::number::Fraction;
use crate::terms::{Effect, Recommendation, SubjectKind};

/// A code of events. METHOD §7.
#[derive(Debug, Clone)]
pub struct EventCode {
    /// Its code.
    pub code: String,
    /// Its name, by default the code.
    pub name: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// Points of one event.
    pub points: Fraction,
    /// Multipliers of the first, second … event; the last holds on. Never empty.
    pub repeat: Vec<Fraction>,
    /// Most that the code's sum may come to, either way.
    pub cap: Option<Fraction>,
    /// What it does to the band.
    pub effect: Option<Effect>,
}

/// A veto. METHOD §7.
#[derive(Debug, Clone)]
pub struct Veto {
    /// Its id.
    pub id: String,
    /// Its name, by default the id.
    pub name: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// Whom it concerns.
    pub subject: SubjectKind,
    /// Groups it concerns; `None`: all.
    pub groups: Option<Vec<String>>,
    /// When it holds.
    pub when: When,
    /// What it does to the band.
    pub effect: Effect,
}

/// How ranks are given. METHOD §9.
#[derive(Debug, Clone)]
pub struct Rank {
    /// Whether published or exact scores are ranked.
    pub by: RankBy,
    /// What follows a tie.
    pub ties: Ties,
    /// Keys for equal scores.
    pub tie_break: Vec<TieKey>,
}

/// Which score is ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankBy {
    /// The published one.
    Published,
    /// The exact one.
    Exact,
}

/// What follows a tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ties {
    /// 1, 2, 2, 4.
    Competition,
    /// 1, 2, 2, 3.
    Dense,
}

/// A key for equal scores.
#[derive(Debug, Clone)]
pub struct TieKey {
    /// The fact.
    pub fact: String,
    /// Whether more stands first.
    pub descending: bool,
}

/// Which kinds of subjects something concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Units.
    Units,
    /// Persons.
    Persons,
    /// Both.
    Both,
}

impl Of {
    /// Whether it concerns this kind.
    pub fn fits(self, kind: SubjectKind) -> bool {
        matches!((self, kind), (Of::Both, _) | (Of::Units, SubjectKind::Unit) | (Of::Persons, SubjectKind::Person))
    }
}

/// A band (等次). METHOD §9.
#[derive(Debug, Clone)]
pub struct Band {
    /// Its id.
    pub id: String,
    /// Its name, by default the id.
    pub name: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// The lowest published score in it.
    pub from: Fraction,
    /// Whose band it is.
    pub of: Of,
}

/// A quota of the top band. METHOD §9.
#[derive(Debug, Clone)]
pub struct Quota {
    /// Its name.
    pub name: Option<String>,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// Whom it concerns.
    pub of: Of,
    /// Groups it concerns; `None`: all.
    pub groups: Option<Vec<String>>,
    /// Percent of the group's ranked subjects.
    pub percent: Option<Fraction>,
    /// Percent by the unit's final band (band id).
    pub percent_by_unit_band: Vec<(String, Fraction)>,
    /// How seats are rounded.
    pub round: SeatRounding,
    /// What becomes of a tie at the cut.
    pub ties: QuotaTies,
}

/// How a number of seats is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeatRounding {
    /// Down.
    Floor,
    /// Half up.
    HalfUp,
    /// Up.
    Ceil,
}

/// What becomes of those who share the rank at the cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaTies {
    /// All of them drop.
    Within,
    /// All of them stay.
    Extend,
}

/// A count of tasks. METHOD §10.
#[derive(Debug, Clone)]
pub struct Count {
    /// Its id.
    pub id: String,
    /// Its name, by default the id.
    pub name: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// Conditions on task columns, `state` and `late_days`.
    pub conditions: Vec<Condition>,
    /// Whether only tasks led count.
    pub as_lead: bool,
}

/// A rule of recommendation. METHOD §10.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// Its name, by default the id.
    pub name: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// Whom it concerns.
    pub subject: SubjectKind,
    /// Groups it concerns; `None`: all.
    pub groups: Option<Vec<String>>,
    /// What it recommends.
    pub recommend: Recommendation,
    /// When it holds.
    pub when: When,
    /// Text with `{fact}`.
    pub reason: Option<String>,
    /// Days to respond in.
    pub respond_days: Option<i32>,
}

/// The order of sanctions. METHOD §10.
#[derive(Debug, Clone)]
pub struct Ladder {
    /// Sanctions, mildest first.
    pub order: Vec<Recommendation>,
    /// Whether a sanction given the year before moves up a rung.
    pub escalate: bool,
}
