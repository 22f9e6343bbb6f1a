//! The policy (考核方案): what is judged, how it is weighed, what follows. METHOD §3.
//!
//! A [`Policy`] holds typed, checked values; [`parse`] reads one from TOML and lints it.
//! Numbers are exact as written. Every id that one part uses for another is resolved to its place.

pub mod condition;
pub mod example;
pub mod facts;
pub mod file;
pub mod history;
pub mod indicator;
pub mod keys;
pub mod lint;
pub mod outcome;
pub mod schema;
pub mod show;
pub mod side;
pub mod template;

use jiff::civil::Date;

use crate::number::{Fraction, Mode};
use crate::terms::SubjectKind;

pub use condition::{Condition, Op, When};
pub use example::{Example, ExpectedReport};
pub use facts::{Fact, Nature};
pub use file::{BUILT_IN, parse};
pub use indicator::{Better, Deadline, DefaultDue, Indicator, Interpolate, Judged, Method, Missing, Span};
pub use lint::{Finding, Severity, render};
pub use outcome::{
    Band, Count, EventCode, Ladder, Of, Quota, QuotaTies, Rank, RankBy, Rule, SeatRounding, TieKey, Ties, Veto,
};
pub use schema::schema;
pub use show::show;
pub use side::{GroupBy, Persons, Scope, Section, SectionMissing, Side, Source};
pub use template::template;

/// A policy as it is applied: every default filled in, every reference resolved.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its id, as reports repeat it.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who issued it.
    pub authority: String,
    /// The year assessed.
    pub period: Period,
    /// How time is counted.
    pub time: Time,
    /// Where and how numbers are rounded.
    pub rounding: Rounding,
    /// Weights of levels (重要程度); without them every level weighs 1.
    pub levels: Option<Levels>,
    /// Shares of roles.
    pub roles: Roles,
    /// Indicators (指标), in the order of the file.
    pub indicators: Vec<Indicator>,
    /// How units are scored.
    pub unit: Side,
    /// How persons are scored.
    pub person: Side,
    /// What only units have.
    pub scope: Scope,
    /// What only persons have.
    pub persons: Persons,
    /// Levels that owe a formal report (正式行文).
    pub formal_levels: Vec<String>,
    /// Event codes (加减分事项).
    pub events: Vec<EventCode>,
    /// Vetoes (一票否决).
    pub vetoes: Vec<Veto>,
    /// How ranks are given.
    pub rank: Rank,
    /// Bands (等次), highest first.
    pub bands: Vec<Band>,
    /// Quotas of the top band.
    pub quotas: Vec<Quota>,
    /// Counts of tasks that conditions may use.
    pub counts: Vec<Count>,
    /// Rules of recommendation.
    pub rules: Vec<Rule>,
    /// The order of sanctions.
    pub ladder: Ladder,
    /// The policy's own tests.
    pub examples: Vec<Example>,
    /// SHA-256 of the file's bytes, in hex.
    pub sha256: String,
    /// The name of the file, for messages.
    pub file: String,
}

impl Policy {
    /// How subjects of a kind are scored.
    pub fn side(&self, kind: SubjectKind) -> &Side {
        match kind {
            SubjectKind::Unit => &self.unit,
            SubjectKind::Person => &self.person,
        }
    }

    /// Places of the values of an indicator of tasks.
    pub fn places_of(&self, indicator: &Indicator) -> u32 {
        indicator.places.unwrap_or(self.rounding.indicator)
    }

    /// 100 / full marks of an indicator of tasks, per unit of its places.
    pub fn unit_of(&self, indicator: &Indicator) -> Option<Fraction> {
        let unit = &Fraction::fixed(1, self.places_of(indicator)) * &Fraction::HUNDRED;
        Some(unit.checked_div(&indicator.full)?.in_lowest_terms())
    }

    /// The bands of a kind of subject, highest first: those of its own, else those of both. METHOD §9.
    pub fn bands_of(&self, kind: SubjectKind) -> Vec<&Band> {
        self.band_places(kind).into_iter().filter_map(|place| self.bands.get(place)).collect()
    }

    /// The same, as places in [`Policy::bands`].
    pub fn band_places(&self, kind: SubjectKind) -> Vec<usize> {
        let own = if kind == SubjectKind::Unit { Of::Units } else { Of::Persons };
        let of = if self.bands.iter().any(|band| band.of == own) { own } else { Of::Both };
        self.bands.iter().enumerate().filter(|(_, band)| band.of == of).map(|(place, _)| place).collect()
    }

    /// The quota of a group: the first that fits. METHOD §9.
    pub fn quota_of(&self, kind: SubjectKind, group: &str) -> Option<&Quota> {
        self.quotas.iter().find(|quota| quota.of.fits(kind) && is_in(quota.groups.as_deref(), group))
    }

    /// Whether a section of this source, of units or of persons, names the indicator at this place.
    pub fn uses(&self, indicator: usize, source: Source) -> bool {
        let sections = self.unit.sections.iter().chain(&self.person.sections);
        sections.filter(|section| section.source == source).any(|section| section.indicators.contains(&indicator))
    }
}

/// Whether a group is among those named; without names every group is.
pub fn is_in(groups: Option<&[String]>, group: &str) -> bool {
    groups.is_none_or(|groups| groups.iter().any(|name| name == group))
}

/// The period of assessment. METHOD §3.
#[derive(Debug, Clone)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// The day whose end is "now".
    pub as_of: Date,
    /// The date by which a task belongs to the period.
    pub belongs_by: BelongsBy,
    /// Whether undone tasks of earlier periods are in.
    pub carry_over: bool,
}

/// The date by which a task belongs to a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BelongsBy {
    /// Its effective due date.
    Due,
    /// The date it was assigned.
    Assigned,
    /// The date it was completed.
    Completed,
}

/// How time is counted.
#[derive(Debug, Clone, Copy)]
pub struct Time {
    /// The smallest part of time that counts.
    pub resolution: Resolution,
    /// Which days count as late.
    pub days: DayCount,
}

/// The smallest part of time that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// Whole days; times of day are dropped.
    Day,
    /// Seconds.
    Second,
}

/// Which days are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayCount {
    /// All of them.
    Calendar,
    /// Monday to Friday, changed by the table `holidays`.
    Working,
}

/// The points at which numbers are rounded. METHOD §3.
#[derive(Debug, Clone, Copy)]
pub struct Rounding {
    /// Half away from zero, or half to even.
    pub mode: Mode,
    /// Places of an indicator's value, where it names none of its own.
    pub indicator: u32,
    /// Places of a published score.
    pub score: u32,
}

/// Weights of levels.
#[derive(Debug, Clone)]
pub struct Levels {
    /// Name and weight, in the order of the file.
    pub weights: Vec<(String, Fraction)>,
    /// The level of a task that names none.
    pub default: Option<usize>,
}

/// Shares that a role gives in a task.
#[derive(Debug, Clone)]
pub struct Roles {
    /// Of the lead unit.
    pub lead: Fraction,
    /// Of a co unit.
    pub co: Fraction,
    /// Of a principal.
    pub principal: Fraction,
    /// Of a deputy.
    pub deputy: Fraction,
    /// Of staff.
    pub staff: Fraction,
    /// Whether each co unit has the share, or all of them divide it.
    pub co_mode: CoMode,
}

/// How co units share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoMode {
    /// Each gets the share.
    Each,
    /// They divide it by their number.
    Split,
}
