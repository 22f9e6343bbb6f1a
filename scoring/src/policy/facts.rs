//! The facts of a subject that conditions, keys for ties and reasons may name. METHOD §10.
//!
//! The one list of them: the lint, the ranking and the rules all read facts here.

use crate::terms::{Recommendation, SubjectKind};

use super::Policy;

/// What kind of thing a fact is, and so how it compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// An exact number.
    Number,
    /// A whole number, at least 0.
    Whole,
    /// A band: a better one is greater.
    Band,
    /// A word: only `=`, `!=` and `in`.
    Word,
}

macro_rules! facts {
    ($($(#[$doc:meta])* $variant:ident = $id:literal, $nature:ident, $kinds:ident, $ranked:literal;)+) => {
        /// A fact of a subject. Places are those of the lists of [`Policy`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fact {
            $($(#[$doc])* $variant,)+
            /// `section.ID`: a section's value; its place in the sections of that kind of subject.
            Section(usize),
            /// `indicator.ID`: an indicator's value of 100; its place in [`Policy::indicators`].
            Indicator(usize),
            /// `event.CODE`: how many events of the code count; its place in [`Policy::events`].
            Event(usize),
            /// `count.ID`: a count of tasks; its place in [`Policy::counts`].
            Count(usize),
            /// `prior.count.RECOMMENDATION`: how many earlier years gave it.
            PriorCount(Recommendation),
        }

        /// The facts without a place, in the order of METHOD §10, with whether only persons have them.
        pub const PLAIN: &[(Fact, &str, bool)] = &[$((Fact::$variant, $id, facts!(@persons $kinds))),+];

        impl Fact {
            /// How it compares.
            pub fn nature(self) -> Nature {
                match self {
                    $(Self::$variant => Nature::$nature,)+
                    Self::Section(_) | Self::Indicator(_) => Nature::Number,
                    Self::Event(_) | Self::Count(_) | Self::PriorCount(_) => Nature::Whole,
                }
            }

            /// Whether it is known only once ranks, bands or recommendations are given.
            pub fn needs_rank(self) -> bool {
                match self {
                    $(Self::$variant => $ranked,)+
                    _ => false,
                }
            }

            /// Whether it is about events alone: rules on such facts apply whatever a subject's status.
            pub fn is_event(self) -> bool {
                matches!(self, Self::Event(_))
            }
        }
    };
    (@persons both) => { false };
    (@persons persons) => { true };
}

facts! {
    /// The published score.
    Score = "score", Number, both, false;
    /// The score before it is rounded.
    ExactScore = "exact_score", Number, both, false;
    /// The score before bonus and deduction.
    BaseScore = "base_score", Number, both, false;
    /// Points of events above zero.
    Bonus = "bonus", Number, both, false;
    /// Points of events below zero, as a positive number.
    Deduction = "deduction", Number, both, false;
    /// Percent of the section weights present.
    Coverage = "coverage", Number, both, false;
    /// The final band.
    Band = "band", Band, both, true;
    /// The band that the score alone gives.
    ComputedBand = "computed_band", Band, both, true;
    /// The rank in the group.
    Rank = "rank", Whole, both, true;
    /// Ranked subjects of the group.
    GroupSize = "group_size", Whole, both, true;
    /// 1 + the number of ranked subjects that stand lower.
    RankFromBottom = "rank_from_bottom", Whole, both, true;
    /// 100·(n − rank + 1)/n.
    Percentile = "percentile", Number, both, true;
    /// The standing: ranked, not-ranked, short-service, incomplete.
    Status = "status", Word, both, false;
    /// `yes` when a `fail` effect holds, else `no`.
    Vetoed = "vetoed", Word, both, false;
    /// Tasks.
    Tasks = "tasks", Whole, both, false;
    /// Tasks that are done or overdue.
    DueTasks = "due_tasks", Whole, both, false;
    /// Tasks that are done.
    DoneTasks = "done_tasks", Whole, both, false;
    /// Tasks done late or overdue.
    OverdueTasks = "overdue_tasks", Whole, both, false;
    /// Tasks overdue and not done.
    OpenOverdue = "open_overdue", Whole, both, false;
    /// Percent of the due tasks that are late.
    OverdueRate = "overdue_rate", Number, both, false;
    /// The most days late.
    LateDaysMax = "late_days_max", Whole, both, false;
    /// Tasks without feedback in time.
    FeedbackMissed = "feedback_missed", Whole, both, false;
    /// Tasks without a formal report in time.
    FormalReportMissed = "formal_report_missed", Whole, both, false;
    /// Tasks brought up without consulting before.
    SoleEscalations = "sole_escalations", Whole, both, false;
    /// The score of the latest earlier year.
    PriorScore = "prior.score", Number, both, false;
    /// The band of the latest earlier year.
    PriorBand = "prior.band", Band, both, false;
    /// The recommendation of the latest earlier year.
    PriorRecommendation = "prior.recommendation", Word, both, false;
    /// The score less that of the latest earlier year.
    ScoreChange = "score_change", Number, both, false;
    /// Days served in the window.
    ServiceDays = "service_days", Whole, persons, false;
    /// The kind of the latest post.
    Post = "post", Word, persons, false;
    /// The score of that post's unit.
    UnitScore = "unit_score", Number, persons, false;
    /// The final band of that unit.
    UnitBand = "unit_band", Band, persons, true;
    /// The recommendation for that unit.
    UnitRecommendation = "unit_recommendation", Word, persons, true;
    /// The group.
    Group = "group", Word, both, false;
}

impl Fact {
    /// The fact that a text names for a kind of subject; `None` when that kind has no such fact.
    pub fn parse(text: &str, policy: &Policy, kind: SubjectKind) -> Option<Self> {
        if let Some((fact, _, persons)) = PLAIN.iter().find(|(_, id, _)| *id == text) {
            return (!persons || kind == SubjectKind::Person).then_some(*fact);
        }
        if let Some(id) = text.strip_prefix("prior.count.") {
            return Recommendation::parse(id).map(Self::PriorCount);
        }
        let (family, id) = text.split_once('.')?;
        match family {
            "section" => policy.side(kind).sections.iter().position(|section| section.id == id).map(Self::Section),
            "indicator" => policy.indicators.iter().position(|indicator| indicator.id == id).map(Self::Indicator),
            "event" => policy.events.iter().position(|event| event.code == id).map(Self::Event),
            "count" => policy.counts.iter().position(|count| count.id == id).map(Self::Count),
            _ => None,
        }
    }

    /// The fact as conditions write it.
    pub fn text(self, policy: &Policy, kind: SubjectKind) -> String {
        let named = |family: &str, id: Option<&String>| format!("{family}.{}", id.map_or("", String::as_str));
        match self {
            Self::Section(at) => named("section", policy.side(kind).sections.get(at).map(|section| &section.id)),
            Self::Indicator(at) => named("indicator", policy.indicators.get(at).map(|indicator| &indicator.id)),
            Self::Event(at) => named("event", policy.events.get(at).map(|event| &event.code)),
            Self::Count(at) => named("count", policy.counts.get(at).map(|count| &count.id)),
            Self::PriorCount(recommendation) => format!("prior.count.{}", recommendation.id()),
            plain => PLAIN.iter().find(|(fact, ..)| *fact == plain).map_or("", |(_, id, _)| id).to_owned(),
        }
    }
}
