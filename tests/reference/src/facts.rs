//! Facts of a subject, and conditions on them. METHOD §10.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::condition::{Compared, Condition, compare_text};
use crate::number::{Q, show, show_short, whole};
use crate::policy::{Kind, Policy};
use crate::subjects::{band_id, recommendation_id};

#[derive(Clone, Debug)]
pub enum Fact {
    Blank,
    Count(i64),
    /// A figure shown at the places of a score.
    Figure(Q),
    Text(String),
    /// A band of a kind of subject, by id.
    Band(Kind, String),
}

impl Fact {
    pub fn figure(value: Option<Q>) -> Fact {
        value.map_or(Fact::Blank, Fact::Figure)
    }

    pub fn text(value: &str) -> Fact {
        if value.is_empty() { Fact::Blank } else { Fact::Text(value.to_string()) }
    }

    pub fn count(value: usize) -> Fact {
        Fact::Count(value as i64)
    }

    pub fn show(&self, policy: &Policy) -> String {
        match self {
            Fact::Blank => String::new(),
            Fact::Count(count) => count.to_string(),
            Fact::Figure(value) => show(value, policy.rounding.score, policy.rounding.half),
            Fact::Text(text) | Fact::Band(_, text) => text.clone(),
        }
    }

    fn number(&self) -> Option<Q> {
        match self {
            Fact::Count(count) => Some(whole(*count)),
            Fact::Figure(value) => Some(value.clone()),
            _ => None,
        }
    }
}

#[derive(Default)]
pub struct Facts {
    known: BTreeMap<String, Fact>,
    /// Recommendations of all prior rows.
    pub prior_recommendations: Vec<String>,
}

impl Facts {
    pub fn set(&mut self, name: &str, fact: Fact) {
        self.known.insert(name.to_string(), fact);
    }

    pub fn get(&self, name: &str) -> Fact {
        if let Some(word) = name.strip_prefix("prior.count.") {
            let word = recommendation_id(word);
            return Fact::count(self.prior_recommendations.iter().filter(|one| **one == word).count());
        }
        self.known.get(name).cloned().unwrap_or(Fact::Blank)
    }

    pub fn show(&self, name: &str, policy: &Policy) -> String {
        self.get(name).show(policy)
    }

    pub fn holds(&self, condition: &Condition, policy: &Policy) -> bool {
        let fact = self.get(&condition.fact);
        condition.holds(matches!(fact, Fact::Blank), |value| compare(&fact, value, policy))
    }
}

fn compare(fact: &Fact, value: &str, policy: &Policy) -> Compared {
    match fact {
        Fact::Blank => Compared::Same(false),
        Fact::Count(_) | Fact::Figure(_) => match (fact.number(), crate::condition::as_number(value)) {
            (Some(left), Some(right)) => Compared::Ordered(left.cmp(&right)),
            (Some(left), None) => Compared::Same(show_short(&left) == value),
            _ => Compared::Same(false),
        },
        Fact::Text(text) => compare_text(text, value),
        Fact::Band(kind, band) => {
            let other = band_id(policy, *kind, value);
            match (place(policy, *kind, band), place(policy, *kind, &other)) {
                (Some(left), Some(right)) => Compared::Ordered(right.cmp(&left)),
                _ => Compared::Same(*band == other),
            }
        }
    }
}

/// Place of a band from the top.
fn place(policy: &Policy, kind: Kind, band: &str) -> Option<usize> {
    policy.bands[&kind].iter().position(|one| one.id == band)
}

/// Order of two facts as keys for ties; a blank one stands last whichever way the others go.
pub fn order(left: &Fact, right: &Fact, descending: bool, policy: &Policy) -> Ordering {
    let turned = |order: Ordering| if descending { order.reverse() } else { order };
    match (left, right) {
        (Fact::Blank, Fact::Blank) => Ordering::Equal,
        (Fact::Blank, _) => Ordering::Greater,
        (_, Fact::Blank) => Ordering::Less,
        (Fact::Band(kind, a), Fact::Band(_, b)) => match (place(policy, *kind, a), place(policy, *kind, b)) {
            (Some(one), Some(other)) => turned(other.cmp(&one)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => turned(a.cmp(b)),
        },
        (Fact::Text(a), Fact::Text(b)) => turned(a.cmp(b)),
        _ => turned(left.number().cmp(&right.number())),
    }
}
