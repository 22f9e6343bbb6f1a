//! Bonus and deduction from events (加减分事项). METHOD §7.

use std::collections::BTreeMap;

use crate::judge::state::Window;
use crate::link::yearly::Event;
use crate::number::Fraction;
use crate::policy::{EventCode, Policy, Side};
use crate::terms::Effect;

/// What a subject's events come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSums {
    /// Points above zero.
    pub bonus: Fraction,
    /// Points below zero, as a positive number.
    pub deduction: Fraction,
    /// How many events of each code count, in policy order; empty for a subject without events.
    pub counts: Vec<u64>,
    /// Effects of events, also of those that a matter left out.
    pub effects: Vec<Effect>,
}

/// What no events come to.
pub static NONE: EventSums =
    EventSums { bonus: Fraction::ZERO, deduction: Fraction::ZERO, counts: Vec::new(), effects: Vec::new() };

/// Adds up the events of one subject.
pub fn sum(events: &[&Event], side: &Side, policy: &Policy, window: Window) -> EventSums {
    let mut sums = EventSums { counts: vec![0; policy.events.len()], ..NONE.clone() };
    let dated = |event: &&&Event| {
        let day = event.date.day;
        window.from <= day && day <= window.to && day <= window.as_of.day
    };
    let mut valid: Vec<&Event> = events.iter().filter(dated).copied().collect();
    valid.sort_by(|a, b| (a.date, &a.id).cmp(&(b.date, &b.id)));
    for (place, code) in policy.events.iter().enumerate() {
        if let Some(effect) = code.effect
            && valid.iter().any(|event| event.code == place)
        {
            sums.effects.push(effect);
        }
    }
    let counting = one_per_matter(&valid, policy);
    for (place, code) in policy.events.iter().enumerate() {
        let of_code: Vec<&Event> = counting.iter().filter(|event| event.code == place).copied().collect();
        if let Some(count) = sums.counts.get_mut(place) {
            *count = of_code.len() as u64;
        }
        let points = of_code_sum(&of_code, code);
        if points.is_negative() {
            sums.deduction = &sums.deduction + &points.abs();
        } else {
            sums.bonus = &sums.bonus + &points;
        }
    }
    sums.bonus = capped(sums.bonus, side.bonus_cap.as_ref());
    sums.deduction = capped(sums.deduction, side.deduction_cap.as_ref());
    sums
}

fn points(event: &Event, policy: &Policy) -> Fraction {
    match &event.points {
        Some(own) => own.clone(),
        None => policy.events.get(event.code).map_or(Fraction::ZERO, |code| code.points.clone()),
    }
}

/// Of events with one matter only the one with the largest absolute points; ties go to the earliest date, then id.
fn one_per_matter<'a>(events: &[&'a Event], policy: &Policy) -> Vec<&'a Event> {
    let mut largest: BTreeMap<&str, (&Event, Fraction)> = BTreeMap::new();
    for event in events {
        let Some(matter) = &event.matter else { continue };
        let size = points(event, policy).abs();
        match largest.get_mut(matter.as_str()) {
            Some(kept) if kept.1 >= size => {}
            Some(kept) => *kept = (event, size),
            None => {
                largest.insert(matter, (event, size));
            }
        }
    }
    let counts = |event: &&&Event| {
        event
            .matter
            .as_deref()
            .is_none_or(|matter| largest.get(matter).is_some_and(|(kept, _)| std::ptr::eq(*kept, **event)))
    };
    events.iter().filter(counts).copied().collect()
}

/// Points of the events of one code, in order of date and id, each times its multiplier, held to the code's cap.
fn of_code_sum(events: &[&Event], code: &EventCode) -> Fraction {
    let mut sum = Fraction::ZERO;
    for (occurrence, event) in events.iter().enumerate() {
        let own = event.points.as_ref().unwrap_or(&code.points);
        let multiplier = code.repeat.get(occurrence).or(code.repeat.last());
        sum = &sum + &multiplier.map_or_else(|| own.clone(), |multiplier| own * multiplier);
    }
    match &code.cap {
        Some(cap) => sum.held(&-cap, cap),
        None => sum,
    }
}

fn capped(points: Fraction, cap: Option<&Fraction>) -> Fraction {
    match cap {
        Some(cap) if points > *cap => cap.clone(),
        _ => points,
    }
}
