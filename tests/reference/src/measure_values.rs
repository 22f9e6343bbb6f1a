//! Values of measures, period by period and among the group. METHOD §5.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::{Signed, Zero};

use crate::judge::{held, of_number, ratio, rounded};
use crate::number::{Q, whole};
use crate::policy::{Indicator, Kind, Method, Policy, Source};
use crate::subjects::{Figure, Measure, zero_without_row};

/// Value by subject id, then indicator id; what is N/A is not in it. `groups` gives the group of each subject.
pub fn values(
    policy: &Policy,
    kind: Kind,
    measures: &[Measure],
    groups: &BTreeMap<String, String>,
) -> BTreeMap<String, BTreeMap<String, Q>> {
    let mut all: BTreeMap<String, BTreeMap<String, Q>> = BTreeMap::new();
    for indicator in policy.indicators_of(kind, Source::Measures) {
        let of_it = |measure: &&Measure| {
            measure.subject.0 == kind && measure.indicator == indicator.id && groups.contains_key(&measure.subject.1)
        };
        let rows: Vec<&Measure> = measures.iter().filter(of_it).collect();
        for (subject, periods) in by_subject(indicator, &rows, groups) {
            if let Some(mean) = mean(indicator, &periods) {
                all.entry(subject.to_string())
                    .or_default()
                    .insert(indicator.id.clone(), rounded(policy, indicator, mean));
            }
        }
        for (subject, group) in groups {
            if zero_without_row(indicator)
                && !rows.iter().any(|row| row.subject.1 == *subject)
                && is_there(policy, kind, indicator, group)
            {
                let value = rounded(policy, indicator, held(indicator, Q::zero()));
                all.entry(subject.clone()).or_default().insert(indicator.id.clone(), value);
            }
        }
    }
    all
}

/// Whether some measures section with the indicator is there for the group.
fn is_there(policy: &Policy, kind: Kind, indicator: &Indicator, group: &str) -> bool {
    let sections = crate::score::sections_there(policy.subject(kind), group);
    sections.iter().any(|section| section.source == Source::Measures && section.indicators.contains(&indicator.id))
}

type Periods = BTreeMap<String, Q>;

fn by_subject<'a>(
    indicator: &Indicator,
    rows: &[&'a Measure],
    groups: &BTreeMap<String, String>,
) -> BTreeMap<&'a str, Periods> {
    let mut all: BTreeMap<&str, Periods> = BTreeMap::new();
    for row in rows {
        let group = &groups[&row.subject.1];
        let rivals: Vec<&Q> = rows
            .iter()
            .filter(|other| other.period == row.period && groups[&other.subject.1] == *group)
            .filter_map(|other| match &other.figure {
                Figure::One(x) => Some(x),
                _ => None,
            })
            .collect();
        if let Some(value) = one_value(indicator, &row.figure, &rivals) {
            all.entry(&row.subject.1).or_default().insert(row.period.clone(), held(indicator, value));
        }
    }
    all
}

fn one_value(indicator: &Indicator, figure: &Figure, rivals: &[&Q]) -> Option<Q> {
    let x = match (figure, &indicator.method) {
        (Figure::Two(actual, target), Method::Ratio { lower, .. }) => {
            return Some(ratio(&indicator.full, actual, target, *lower));
        }
        (Figure::One(x), _) => x,
        _ => return None,
    };
    match &indicator.method {
        Method::Flag { yes, no, .. } => Some(if x.is_zero() { no.clone() } else { yes.clone() }),
        Method::RankPoints { step, lower } => {
            let ahead = rivals.iter().filter(|other| if *lower { **other < x } else { **other > x }).count();
            Some(&indicator.full * (whole(1) - step / whole(100) * whole(ahead as i64)))
        }
        Method::BestShare { lower } => {
            let best = rivals.iter().filter(|other| other.is_positive());
            let best = if *lower { best.min() } else { best.max() };
            let best = best.filter(|_| x.is_positive())?;
            Some(if *lower { &indicator.full * *best / x } else { &indicator.full * x / *best })
        }
        _ => of_number(indicator, x),
    }
}

/// The weighted mean over the periods present; the plain one where the policy names no periods.
fn mean(indicator: &Indicator, periods: &Periods) -> Option<Q> {
    let weight = |name: &String| match &indicator.periods {
        Some(weights) => {
            weights.iter().find(|(period, _)| period == name).map_or_else(Q::zero, |(_, weight)| weight.clone())
        }
        None => whole(1),
    };
    let total = periods.keys().fold(Q::zero(), |sum, name| sum + weight(name));
    let sum = periods.iter().fold(Q::zero(), |sum, (name, value)| sum + weight(name) * value);
    (!total.is_zero()).then(|| sum / total)
}

/// Ids of the subjects of a kind that measures name.
pub fn named(measures: &[Measure], kind: Kind) -> BTreeSet<String> {
    measures.iter().filter(|measure| measure.subject.0 == kind).map(|measure| measure.subject.1.clone()).collect()
}
