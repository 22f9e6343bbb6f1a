//! How subjects of one kind are scored: sections, thresholds, and what only persons have. METHOD §6, §8.

use crate::number::Fraction;
use crate::terms::Post;

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
    /// Its indicators, as places in [`Policy::indicators`](super::Policy::indicators).
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
