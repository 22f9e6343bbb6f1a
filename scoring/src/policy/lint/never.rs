//! Conditions that can never hold: `score < 60` and `score > 80`. METHOD §3.

use super::conditions::bands_of;
use super::{Notes, guards, value};
use crate::number::Fraction;
use crate::policy::{Condition, Fact, Nature, Op, Policy};
use crate::terms::SubjectKind;

pub(super) fn check(notes: &mut Notes) {
    let draft = notes.draft;
    for guard in guards(draft) {
        let meaning = Meaning { policy: &draft.policy, subject: Some(guard.subject) };
        let all: Vec<&Condition> = guard.when.all.iter().collect();
        if together(notes, &meaning, &format!("{}.all", guard.path), &all) {
            continue;
        }
        for (at, condition) in guard.when.any.iter().enumerate() {
            let with: Vec<&Condition> = all.iter().copied().chain([condition]).collect();
            if let Some(against) = contradiction(&meaning, &with) {
                report(notes, &format!("{}.any[{at}]", guard.path), condition, against);
            }
        }
        for (at, condition) in guard.when.unless.iter().enumerate() {
            let path = format!("{}.unless[{at}]", guard.path);
            if contradiction(&meaning, &[condition]).is_some() {
                report(notes, &path, condition, None);
            }
            if all.iter().any(|other| is_same(other, condition)) {
                let message = format!("`{}` must hold and stops it: it can never hold", condition.text);
                notes.error("never-holds", &path, message, "leave one of them out");
            }
        }
    }
    let meaning = Meaning { policy: &draft.policy, subject: None };
    for (at, indicator) in draft.policy.indicators.iter().enumerate() {
        together(notes, &meaning, &format!("indicator[{at}].where"), &indicator.conditions.iter().collect::<Vec<_>>());
    }
    for (at, count) in draft.policy.counts.iter().enumerate() {
        together(notes, &meaning, &format!("count[{at}].where"), &count.conditions.iter().collect::<Vec<_>>());
    }
}

/// Whether two conditions say the same.
pub(super) fn is_same(a: &Condition, b: &Condition) -> bool {
    let values = |condition: &Condition| {
        let read = |text: &String| value::number(text).map_or_else(|| text.clone(), |number| number.to_string());
        let mut values: Vec<String> = condition.values.iter().map(read).collect();
        values.sort();
        values
    };
    a.fact == b.fact && a.op == b.op && values(a) == values(b)
}

/// Whether some conditions can never hold together, which is reported where it comes about.
fn together(notes: &mut Notes, meaning: &Meaning, path: &str, conditions: &[&Condition]) -> bool {
    for at in 0..conditions.len() {
        let until = conditions.get(..=at).unwrap_or_default();
        if let (Some(against), Some(condition)) = (contradiction(meaning, until), until.last()) {
            report(notes, &format!("{path}[{at}]"), condition, against);
            return true;
        }
    }
    false
}

fn report(notes: &mut Notes, path: &str, condition: &Condition, against: Option<&Condition>) {
    let message = match against {
        Some(other) => format!("`{}` and `{}` can never hold together", other.text, condition.text),
        None => format!("`{}` can never hold", condition.text),
    };
    notes.error("never-holds", path, message, "change a value, or leave one of them out");
}

/// How the left side of conditions is to be understood.
pub(super) struct Meaning<'a> {
    pub policy: &'a Policy,
    /// Whose facts they are; `None`: columns of tasks.
    pub subject: Option<SubjectKind>,
}

/// The numbers that a fact can be.
struct Domain {
    least: Option<Fraction>,
    most: Option<Fraction>,
    whole: bool,
}

/// What the last of some conditions contradicts among those before it on the same fact: one of them, or nothing
/// but what the fact can be.
pub(super) fn contradiction<'a>(meaning: &Meaning, conditions: &[&'a Condition]) -> Option<Option<&'a Condition>> {
    let last = conditions.last()?;
    let on_fact: Vec<&Condition> = conditions.iter().copied().filter(|other| other.fact == last.fact).collect();
    if can_hold(meaning, &on_fact) {
        return None;
    }
    if !can_hold(meaning, &[last]) {
        return Some(None);
    }
    let alone = on_fact.iter().copied().find(|other| !can_hold(meaning, &[other, last]));
    Some(alone.or_else(|| on_fact.first().copied()))
}

/// Whether conditions on one fact can hold together, as far as can be told.
fn can_hold(meaning: &Meaning, conditions: &[&Condition]) -> bool {
    let blank = conditions.iter().any(|condition| condition.op == Op::Blank);
    if blank {
        // A comparison with a blank does not hold.
        return conditions.iter().all(|condition| condition.op == Op::Blank);
    }
    let compared: Vec<&Condition> =
        conditions.iter().copied().filter(|condition| condition.op != Op::NotBlank).collect();
    let Some(first) = compared.first() else { return true };
    if meaning.subject.is_none() && meaning.policy.holds_dates(&first.fact) {
        return true;
    }
    let equal = compared.iter().find(|condition| matches!(condition.op, Op::Eq | Op::In));
    match equal {
        Some(equal) => {
            let domain = meaning.domain(&first.fact);
            let mut candidates = equal.values.iter();
            candidates.any(|value| {
                meaning.is_possible(&first.fact, value, &domain)
                    && compared.iter().all(|condition| meaning.holds(value, condition))
            })
        }
        None => bounds_hold(meaning, &compared, &first.fact),
    }
}

impl Meaning<'_> {
    fn fact(&self, text: &str) -> Option<Fact> {
        Fact::parse(text, self.policy, self.subject?)
    }

    /// A value as a number; bands are numbered from the lowest.
    fn number(&self, fact: &str, text: &str) -> Option<Fraction> {
        if let (Some(fact), Some(subject)) = (self.fact(fact), self.subject)
            && fact.nature() == Nature::Band
        {
            let bands = self.policy.bands_of(bands_of(fact, subject));
            let place = bands.iter().rev().position(|band| band.id == text)?;
            return i128::try_from(place).ok().map(Fraction::whole);
        }
        value::number(text)
    }

    fn domain(&self, text: &str) -> Domain {
        let open = Domain { least: None, most: None, whole: false };
        let Some(subject) = self.subject else { return open };
        let Some(fact) = self.fact(text) else { return open };
        let zero = Some(Fraction::ZERO);
        match fact {
            Fact::Score | Fact::ExactScore => self.scores(subject),
            Fact::UnitScore => self.scores(SubjectKind::Unit),
            Fact::Coverage | Fact::OverdueRate | Fact::Percentile => {
                Domain { least: zero, most: Some(Fraction::HUNDRED), whole: false }
            }
            Fact::Bonus | Fact::Deduction => Domain { least: zero, ..open },
            Fact::Rank | Fact::GroupSize | Fact::RankFromBottom => {
                Domain { least: Some(Fraction::ONE), most: None, whole: true }
            }
            fact if fact.nature() == Nature::Band => {
                let count = self.policy.bands_of(bands_of(fact, subject)).len();
                let most = i128::try_from(count).ok().map(|count| Fraction::whole(count - 1));
                Domain { least: zero, most, whole: true }
            }
            fact if fact.nature() == Nature::Whole => Domain { least: zero, most: None, whole: true },
            _ => open,
        }
    }

    /// Scores lie between floor and cap; where those have more places than a published score, nothing is said.
    fn scores(&self, kind: SubjectKind) -> Domain {
        let side = self.policy.side(kind);
        let places = self.policy.rounding.score;
        let mode = self.policy.rounding.mode;
        let exact = |end: &Fraction| end.round(places, mode).is_ok_and(|round| Fraction::fixed(round, places) == *end);
        let given = |end: &Fraction| exact(end).then(|| end.clone());
        Domain { least: given(&side.floor), most: given(&side.cap), whole: false }
    }

    fn is_possible(&self, fact: &str, text: &str, domain: &Domain) -> bool {
        let Some(number) = self.number(fact, text) else { return true };
        let whole = !domain.whole || matches!(number.parts(), Some((_, 1)));
        whole
            && domain.least.as_ref().is_none_or(|least| number >= *least)
            && domain.most.as_ref().is_none_or(|most| number <= *most)
    }

    /// Whether a condition holds for a value, where that can be told; else yes.
    fn holds(&self, left: &str, condition: &Condition) -> bool {
        let fact = &condition.fact;
        let is = |right: &String| match (self.number(fact, left), self.number(fact, right)) {
            (Some(left), Some(right)) => left == right,
            _ => left == right,
        };
        match condition.op {
            Op::Eq | Op::In => condition.values.iter().any(is),
            Op::Ne => !condition.values.iter().any(is),
            Op::Blank => false,
            Op::NotBlank => true,
            op => {
                let right = condition.values.first().and_then(|right| self.number(fact, right));
                match (self.number(fact, left), right) {
                    (Some(left), Some(right)) => compares(op, &left, &right),
                    _ => true,
                }
            }
        }
    }
}

fn compares(op: Op, left: &Fraction, right: &Fraction) -> bool {
    match op {
        Op::Lt => left < right,
        Op::Le => left <= right,
        Op::Gt => left > right,
        Op::Ge => left >= right,
        _ => true,
    }
}

/// Whether some number meets `<`, `<=`, `>`, `>=` and `!=` together.
fn bounds_hold(meaning: &Meaning, conditions: &[&Condition], fact: &str) -> bool {
    let domain = meaning.domain(fact);
    let mut low = domain.least.map(|least| (least, true));
    let mut high = domain.most.map(|most| (most, true));
    for condition in conditions {
        let Some(number) = condition.values.first().and_then(|value| meaning.number(fact, value)) else { continue };
        let closed = matches!(condition.op, Op::Le | Op::Ge);
        match condition.op {
            Op::Gt | Op::Ge => {
                let tighter = low.as_ref().is_none_or(|(end, is_in)| number > *end || (number == *end && *is_in));
                low = if tighter { Some((number, closed)) } else { low };
            }
            Op::Lt | Op::Le => {
                let tighter = high.as_ref().is_none_or(|(end, is_in)| number < *end || (number == *end && *is_in));
                high = if tighter { Some((number, closed)) } else { high };
            }
            _ => {}
        }
    }
    let (Some(low), Some(high)) = (low, high) else { return true };
    if domain.whole {
        return whole_between(&low, &high, |number| is_excluded(meaning, conditions, fact, number));
    }
    match low.0.cmp(&high.0) {
        std::cmp::Ordering::Less => true,
        std::cmp::Ordering::Equal => low.1 && high.1 && !is_excluded(meaning, conditions, fact, &low.0),
        std::cmp::Ordering::Greater => false,
    }
}

/// An end of a range, and whether it belongs to it.
type End = (Fraction, bool);

/// Whether a whole number lies between two ends that nothing excludes; long ranges always have one.
fn whole_between(low: &End, high: &End, excluded: impl Fn(&Fraction) -> bool) -> bool {
    const FAR: i128 = 100;
    let Ok(floor) = low.0.floor() else { return true };
    for step in 0..FAR {
        let number = Fraction::whole(floor.saturating_add(step));
        let above = number > low.0 || (low.1 && number == low.0);
        let below = number < high.0 || (high.1 && number == high.0);
        if number > high.0 {
            return false;
        }
        if above && below && !excluded(&number) {
            return true;
        }
    }
    true
}

fn is_excluded(meaning: &Meaning, conditions: &[&Condition], fact: &str, number: &Fraction) -> bool {
    let mut unequal = conditions.iter().filter(|condition| condition.op == Op::Ne);
    unequal.any(|condition| condition.values.iter().any(|value| meaning.number(fact, value).as_ref() == Some(number)))
}
