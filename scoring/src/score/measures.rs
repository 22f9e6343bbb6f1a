//! Values of indicators from measures handed in, alone or among the group. METHOD §5.

use std::collections::{BTreeMap, BTreeSet};

use crate::judge::method;
use crate::link::yearly::{Given, Measure};
use crate::number::{Fraction, TooLarge};
use crate::policy::{Better, Indicator, Method, Missing, Policy, Rounding, Side, Source};
use crate::score::sections::is_there;
use crate::terms::SubjectKind;

/// What was handed in for one indicator, by subject and period.
type Handed<'a> = BTreeMap<u32, BTreeMap<Option<&'a str>, &'a Given>>;

/// The value of each measures indicator, of 100; by subject that has one, then by place in the policy.
///
/// `assessed` are the subjects with their groups.
///
/// # Errors
/// [`TooLarge`] when a value has more digits than can be kept.
pub fn values<'g>(
    measures: &[Measure],
    kind: SubjectKind,
    assessed: impl Iterator<Item = (u32, &'g str)>,
    policy: &Policy,
) -> Result<BTreeMap<u32, Vec<Option<Fraction>>>, TooLarge> {
    let mut values: BTreeMap<u32, Vec<Option<Fraction>>> = BTreeMap::new();
    let side = policy.side(kind);
    let sections = side.sections.iter().filter(|section| section.source == Source::Measures);
    let places: Vec<usize> = sections.flat_map(|section| section.indicators.iter().copied()).collect();
    if places.is_empty() {
        return Ok(values);
    }
    let groups: &BTreeMap<u32, &str> = &assessed.collect();
    for place in places {
        let Some(indicator) = policy.indicators.get(place) else { continue };
        let mut handed: Handed<'_> = BTreeMap::new();
        for measure in measures.iter().filter(|measure| measure.kind == kind && measure.indicator == place) {
            if let Some(subject) = measure.subject.filter(|subject| groups.contains_key(subject)) {
                handed.entry(subject).or_default().insert(measure.period.as_deref(), &measure.given);
            }
        }
        for (subject, value) in
            of_indicator(indicator, &handed, groups, &filled(place, side, policy, groups), policy.rounding)?
        {
            let of_subject = values.entry(subject).or_insert_with(|| vec![None; policy.indicators.len()]);
            if let Some(slot) = of_subject.get_mut(place) {
                *slot = (&value * &Fraction::HUNDRED).checked_div(&indicator.full);
            }
        }
    }
    Ok(values)
}

/// The groups in which a subject without any row of an indicator counts as zero: those that have a section with it.
fn filled<'g>(place: usize, side: &Side, policy: &Policy, groups: &BTreeMap<u32, &'g str>) -> BTreeSet<&'g str> {
    if policy.indicators.get(place).is_none_or(|indicator| indicator.missing != Missing::Zero) {
        return BTreeSet::new();
    }
    let holds = |section: usize| {
        side.sections
            .get(section)
            .is_some_and(|section| section.source == Source::Measures && section.indicators.contains(&place))
    };
    let has = |group: &&str| (0..side.sections.len()).any(|section| holds(section) && is_there(side, section, group));
    groups.values().copied().filter(has).collect()
}

/// The value of one indicator for each subject that has one; `filled` are the groups in which a blank is zero.
fn of_indicator(
    indicator: &Indicator,
    handed: &Handed<'_>,
    groups: &BTreeMap<u32, &str>,
    filled: &BTreeSet<&str>,
    rounding: Rounding,
) -> Result<BTreeMap<u32, Fraction>, TooLarge> {
    let marks = marks(indicator, handed, rounding)?;
    let mut values = BTreeMap::new();
    for (subject, group) in groups {
        let value = match marks.get(subject) {
            Some(by_period) => mean_of_periods(indicator, *subject, by_period, &marks, groups),
            None if filled.contains(group) && !handed.contains_key(subject) => Some(Fraction::ZERO),
            None => None,
        };
        if let Some(value) = value {
            values.insert(*subject, method::settle(value, indicator, rounding)?);
        }
    }
    Ok(values)
}

/// What a method looks at.
#[derive(Debug, Clone)]
enum Mark {
    /// A measure x.
    Number(Fraction),
    /// A word, for `flag`.
    Word(String),
    /// Actual and target, for `ratio`.
    Parts(Fraction, Fraction),
}

type Marks<'a> = BTreeMap<u32, BTreeMap<Option<&'a str>, Mark>>;

/// The marks of all subjects; measures without a value are left out.
fn marks<'a>(indicator: &Indicator, handed: &Handed<'a>, rounding: Rounding) -> Result<Marks<'a>, TooLarge> {
    let mut marks = Marks::new();
    for (subject, by_period) in handed {
        for (period, given) in by_period {
            let mark = match (&indicator.method, given) {
                (Method::Ratio { .. }, Given::Parts(actual, target)) => {
                    Some(Mark::Parts(actual.clone(), target.clone()))
                }
                (_, Given::Word(word)) => Some(Mark::Word(word.clone())),
                (_, Given::Value(value)) => Some(Mark::Number(rate(value.clone(), indicator, rounding)?)),
                (_, Given::Parts(numerator, denominator)) => {
                    match (&Fraction::HUNDRED * numerator).checked_div(denominator) {
                        Some(value) => Some(Mark::Number(rate(value, indicator, rounding)?)),
                        None => None,
                    }
                }
            };
            if let Some(mark) = mark {
                marks.entry(*subject).or_default().insert(*period, mark);
            }
        }
    }
    Ok(marks)
}

fn rate(value: Fraction, indicator: &Indicator, rounding: Rounding) -> Result<Fraction, TooLarge> {
    match indicator.rate_round {
        Some(places) => Ok(Fraction::fixed(value.round(places, rounding.mode)?, places)),
        None => Ok(value),
    }
}

/// The method in each period, held to floor and cap; the weighted mean over the periods present.
fn mean_of_periods(
    indicator: &Indicator,
    subject: u32,
    by_period: &BTreeMap<Option<&str>, Mark>,
    marks: &Marks<'_>,
    groups: &BTreeMap<u32, &str>,
) -> Option<Fraction> {
    let mut sum = Fraction::ZERO;
    let mut weights = Fraction::ZERO;
    for (period, mark) in by_period {
        let others = || {
            let group = groups.get(&subject);
            marks.iter().filter(move |(other, _)| groups.get(other) == group).filter_map(|(_, by_period)| {
                match by_period.get(period) {
                    Some(Mark::Number(value)) => Some(value),
                    _ => None,
                }
            })
        };
        let Some(value) = of_mark(indicator, mark, others) else { continue };
        let weight = match &indicator.periods {
            Some(periods) => periods.iter().find(|(name, _)| Some(name.as_str()) == *period)?.1.clone(),
            None => Fraction::ONE,
        };
        sum = &sum + &(&weight * &value.held(&indicator.floor, &indicator.cap));
        weights = &weights + &weight;
    }
    sum.checked_div(&weights)
}

/// The value of one mark before it is held; `others` are the group's values of the same period, its own among them.
fn of_mark<'a, I: Iterator<Item = &'a Fraction>>(
    indicator: &Indicator,
    mark: &Mark,
    others: impl Fn() -> I,
) -> Option<Fraction> {
    let full = &indicator.full;
    match (&indicator.method, mark) {
        (Method::Ratio { better, .. }, Mark::Parts(actual, target)) => method::ratio(actual, target, *better, full),
        (Method::Flag { yes, no, .. }, Mark::Word(word)) => {
            crate::read::flag(word).map(|met| if met { yes.clone() } else { no.clone() })
        }
        (Method::Flag { yes, no, .. }, Mark::Number(x)) => match (*x == Fraction::ONE, x.is_zero()) {
            (true, _) => Some(yes.clone()),
            (_, true) => Some(no.clone()),
            _ => None,
        },
        (Method::Rating { min, max, .. }, Mark::Number(x)) => method::rating(x, min, max, full),
        (Method::Points { points, interpolate, .. }, Mark::Number(x)) => {
            Some(method::points(x, points, *interpolate, &indicator.floor))
        }
        (Method::Slope { threshold, per_point }, Mark::Number(x)) => Some(method::slope(x, threshold, per_point, full)),
        (Method::RankPoints { step, better }, Mark::Number(x)) => {
            let ahead = others().filter(|other| is_better(other, x, *better)).count();
            Some(method::rank_points(ahead + 1, step, full))
        }
        (Method::BestShare { better }, Mark::Number(x)) => {
            let positive = others().filter(|other| other.is_positive());
            let best = match better {
                Better::Higher => positive.max(),
                Better::Lower => positive.min(),
            };
            method::best_share(x, best?, *better, full)
        }
        _ => None,
    }
}

fn is_better(other: &Fraction, own: &Fraction, better: Better) -> bool {
    match better {
        Better::Higher => other > own,
        Better::Lower => other < own,
    }
}
