//! The policy (考核方案): what is judged, how it is weighed, what follows. METHOD §3.
//!
//! A [`Policy`] holds typed, checked values; [`parse`] reads one from TOML and lints it.
//! Numbers are exact as written. Every id that one part uses for another is resolved to its place.

pub mod condition;
pub mod facts;
pub mod file;
pub mod keys;
pub mod lint;
pub mod schema;
pub mod show;
pub mod template;

use jiff::civil::Date;

use crate::number::{Fraction, Mode};
use crate::terms::{Effect, Post, Recommendation, SubjectKind};

pub use facts::{Fact, Nature};
pub use file::{BUILT_IN, parse};
pub use lint::{Finding, Severity, render};
pub use schema::schema;
pub use show::show;
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

    /// The bands of a kind of subject, highest first: those of its own, else those of both. METHOD §9.
    pub fn bands_of(&self, kind: SubjectKind) -> Vec<&Band> {
        let own = if kind == SubjectKind::Unit { Of::Units } else { Of::Persons };
        let of = if self.bands.iter().any(|band| band.of == own) { own } else { Of::Both };
        self.bands.iter().filter(|band| band.of == of).collect()
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

/// A test that a policy brings along (`[[example]]`), as it stands in the file. It has no effect on a run.
#[derive(Debug, Clone)]
pub struct Example {
    /// The line on which it starts, from 1.
    pub line: usize,
    /// Its keys, as TOML.
    pub text: String,
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

/// An indicator. METHOD §5.
#[derive(Debug, Clone)]
pub struct Indicator {
    /// Its id.
    pub id: String,
    /// Its name, by default the id.
    pub name: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// Why a forbidden word is allowed in its name.
    pub allow: Option<String>,
    /// Its weight among the indicators of a section.
    pub weight: Fraction,
    /// Full marks.
    pub full: Fraction,
    /// The lowest value.
    pub floor: Fraction,
    /// The highest value.
    pub cap: Fraction,
    /// Places of its value; `None` keeps it exact (measures only).
    pub places: Option<u32>,
    /// Places to which a measure is rounded before anything else.
    pub rate_round: Option<u32>,
    /// What a blank means.
    pub missing: Missing,
    /// Whether only due tasks are judged.
    pub judged: Judged,
    /// Conditions on columns under which it applies.
    pub conditions: Vec<Condition>,
    /// How its value comes about.
    pub method: Method,
    /// Periods of a measure with their weights.
    pub periods: Option<Vec<(String, Fraction)>>,
}

/// What a blank cell means to an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Not applicable.
    Exclude,
    /// Zero.
    Zero,
    /// The row is rejected.
    Error,
}

/// When an indicator is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// Once the task is due.
    Due,
    /// Always.
    Always,
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

/// How an indicator's value comes about. METHOD §5, the table.
#[derive(Debug, Clone)]
pub enum Method {
    /// Days late.
    Deadline(Deadline),
    /// Actual over target.
    Ratio {
        /// Column of the actual value.
        actual: String,
        /// Column of the target.
        target: String,
        /// Which way is better.
        better: Better,
    },
    /// A mark between two ends.
    Rating {
        /// The column; empty on a measure.
        column: String,
        /// The mark that is worth nothing.
        min: Fraction,
        /// The mark that is worth full marks.
        max: Fraction,
    },
    /// Items present.
    Checklist {
        /// The column, a list.
        column: String,
        /// The items looked for. Never empty.
        items: Vec<String>,
    },
    /// A table of points, ascending.
    Points {
        /// The column; empty on a measure.
        column: String,
        /// Number and value, the numbers ascending. Never empty.
        points: Vec<(Fraction, Fraction)>,
        /// How it reads between entries.
        interpolate: Interpolate,
    },
    /// Yes or no.
    Flag {
        /// The column; empty on a measure.
        column: String,
        /// The value of yes.
        yes: Fraction,
        /// The value of no.
        no: Fraction,
    },
    /// Points off below a threshold (measures).
    Slope {
        /// The rate from which on nothing is taken off.
        threshold: Fraction,
        /// Points off for each point of the rate below.
        per_point: Fraction,
    },
    /// Points by place in the group (measures).
    RankPoints {
        /// Percent of full marks off for each place.
        step: Fraction,
        /// Which way is better.
        better: Better,
    },
    /// Share of the group's best (measures).
    BestShare {
        /// Which way is better.
        better: Better,
    },
}

/// The keys of `deadline`.
#[derive(Debug, Clone)]
pub struct Deadline {
    /// Column of the due date; `due_on` is the effective one.
    pub due: String,
    /// Column of the act; `completed_on` is the effective one.
    pub done: String,
    /// The due date where the column is blank.
    pub default_due: Option<DefaultDue>,
    /// Points off a day.
    pub per_day: Fraction,
    /// Days late that cost nothing.
    pub grace_days: Fraction,
    /// Points more a day early.
    pub early_per_day: Fraction,
    /// Values from days late, in place of `per_day`.
    pub steps: Option<Vec<(Fraction, Fraction)>>,
    /// The value when the act is overdue and has not happened.
    pub undone: Option<Fraction>,
}

/// A due date counted from another date.
#[derive(Debug, Clone)]
pub struct DefaultDue {
    /// The column it counts from.
    pub from: String,
    /// How far.
    pub span: Span,
}

/// A span of calendar time.
#[derive(Debug, Clone, Copy)]
pub enum Span {
    /// Months, held to the month's last day.
    Months(i32),
    /// Days.
    Days(i32),
}

/// How `points` reads between its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpolate {
    /// The last entry reached.
    Step,
    /// A straight line.
    Linear,
}

/// How subjects of one kind are scored. METHOD §6.
#[derive(Debug, Clone)]
pub struct Side {
    /// Full marks of the score.
    pub full: Fraction,
    /// Scored tasks needed for a rank; `None` is the default of §6.
    pub min_tasks: Option<u64>,
    /// Coverage in percent needed for a rank.
    pub min_coverage: Fraction,
    /// Most bonus.
    pub bonus_cap: Option<Fraction>,
    /// Most deduction.
    pub deduction_cap: Option<Fraction>,
    /// Lowest score.
    pub floor: Fraction,
    /// Highest score.
    pub cap: Fraction,
    /// Sections (考核板块), in the order of the file.
    pub sections: Vec<Section>,
    /// Whether the policy speaks of this kind at all (`[person]` or `[[person.section]]`).
    pub present: bool,
}

/// A weighted part of a score.
#[derive(Debug, Clone)]
pub struct Section {
    /// Its id.
    pub id: String,
    /// Its name, by default the id.
    pub name: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// Why a forbidden word is allowed in its name.
    pub allow: Option<String>,
    /// Its weight among its siblings.
    pub weight: Fraction,
    /// Groups that have it; `None`: all.
    pub groups: Option<Vec<String>>,
    /// What it is made of.
    pub source: Source,
    /// Its indicators, as places in [`Policy::indicators`].
    pub indicators: Vec<usize>,
    /// The section it is part of, as a place in [`Side::sections`].
    pub parent: Option<usize>,
    /// What it counts as when it has no value.
    pub missing: SectionMissing,
}

/// What a section is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Tasks.
    Tasks,
    /// Measures.
    Measures,
    /// Other sections.
    Sections,
}

/// What a section without a value counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionMissing {
    /// It falls away and the others carry its weight.
    Exclude,
    /// Zero.
    Zero,
    /// The subject is incomplete.
    Hold,
}

/// Which tasks count for a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Its own.
    Own,
    /// Its own and those of all units below.
    Subtree,
}

/// What only persons have. METHOD §8.
#[derive(Debug, Clone)]
pub struct Persons {
    /// The unit's share in the score of a principal.
    pub principal_share: Fraction,
    /// The unit's share in the score of a deputy.
    pub deputy_share: Fraction,
    /// The unit's share in the score of staff.
    pub staff_share: Fraction,
    /// Service days needed for a rank.
    pub min_service_days: u64,
    /// What groups persons.
    pub group_by: GroupBy,
}

impl Persons {
    /// The unit's share for a kind of post.
    pub fn unit_share(&self, post: Post) -> &Fraction {
        match post {
            Post::Principal => &self.principal_share,
            Post::Deputy => &self.deputy_share,
            Post::Staff => &self.staff_share,
        }
    }
}

/// What groups persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    /// The kind of their latest post.
    Post,
    /// The unit of their latest post.
    Unit,
    /// The group of that unit.
    UnitGroup,
    /// Nothing.
    None,
}

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

/// Conditions that must all hold, of which one must hold, of which none may hold.
#[derive(Debug, Clone, Default)]
pub struct When {
    /// All of these.
    pub all: Vec<Condition>,
    /// At least one of these, when there are any.
    pub any: Vec<Condition>,
    /// None of these.
    pub unless: Vec<Condition>,
}

/// `FACT OP VALUE`. METHOD §10.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The fact or column.
    pub fact: String,
    /// How it is compared.
    pub op: Op,
    /// What it is compared with: several for [`Op::In`], none for the blank tests, one otherwise.
    pub values: Vec<String>,
    /// The condition as written.
    pub text: String,
}

/// How a condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `in`
    In,
    /// `is blank`
    Blank,
    /// `is not blank`
    NotBlank,
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
