//! Bonus, deduction and effects from events. METHOD §7.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::{Signed, Zero};

use crate::number::{Q, whole};
use crate::policy::{Effect, EventCode, Policy, SubjectPolicy};
use crate::subjects::{Event, Subject};

#[derive(Default)]
pub struct Points {
    pub bonus: Q,
    pub deduction: Q,
    /// How many events of each code count.
    pub counts: BTreeMap<String, usize>,
    pub effects: BTreeSet<Effect>,
}

pub fn of_subject(policy: &Policy, limits: &SubjectPolicy, subject: &Subject, events: &[Event]) -> Points {
    let period = &policy.period;
    let dated = |event: &&Event| {
        event.subject == *subject
            && (period.from..=period.to).contains(&event.date.date)
            && event.date.date <= period.as_of
    };
    let mut events: Vec<&Event> = events.iter().filter(dated).collect();
    events.sort_by(|a, b| (a.date.key(), &a.id).cmp(&(b.date.key(), &b.id)));
    let code_of = |event: &Event| policy.events.iter().find(|code| code.code == event.code);
    let points_of = |event: &Event| {
        event.points.clone().or_else(|| code_of(event).map(|code| code.points.clone())).unwrap_or_else(Q::zero)
    };
    let mut points = Points::default();
    points.effects.extend(events.iter().filter_map(|event| code_of(event)?.effect));
    // Events stand by date then id, so the first of those with the largest points is the one that counts.
    let counts = |event: &&&Event| match &event.matter {
        None => true,
        Some(matter) => {
            let same = events.iter().filter(|other| other.matter.as_ref() == Some(matter));
            let best = same.fold(None::<&Event>, |best, other| match best {
                Some(best) if points_of(best).abs() >= points_of(other).abs() => Some(best),
                _ => Some(*other),
            });
            best.is_some_and(|best| best.id == event.id)
        }
    };
    let counting: Vec<&&Event> = events.iter().filter(counts).collect();
    for code in &policy.events {
        let own: Vec<Q> =
            counting.iter().filter(|event| event.code == code.code).map(|event| points_of(event)).collect();
        points.counts.insert(code.code.clone(), own.len());
        let sum = code_sum(code, &own);
        if sum.is_positive() {
            points.bonus += sum;
        } else {
            points.deduction -= sum;
        }
    }
    let bound = |sum: &mut Q, cap: &Option<Q>| {
        if let Some(cap) = cap.as_ref().filter(|cap| **cap < *sum) {
            *sum = cap.clone();
        }
    };
    bound(&mut points.bonus, &limits.bonus_cap);
    bound(&mut points.deduction, &limits.deduction_cap);
    points
}

/// The points of one code, each times the multiplier of its occurrence, held to the code's cap.
fn code_sum(code: &EventCode, points: &[Q]) -> Q {
    let multiplier = |at: usize| code.repeat.get(at).or(code.repeat.last()).cloned().unwrap_or_else(|| whole(1));
    let sum = points.iter().enumerate().fold(Q::zero(), |sum, (at, points)| sum + points * multiplier(at));
    match &code.cap {
        Some(cap) => sum.min(cap.abs()).max(-cap.abs()),
        None => sum,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_multiplier_holds_on_and_the_cap_holds_the_sum() {
        let mut code = EventCode {
            code: "x".into(),
            points: whole(-2),
            repeat: vec![whole(1), whole(2)],
            cap: None,
            effect: None,
        };
        let points = vec![whole(-2); 3];
        assert_eq!(code_sum(&code, &points), whole(-10));
        code.cap = Some(whole(5));
        assert_eq!(code_sum(&code, &points), whole(-5));
    }
}
