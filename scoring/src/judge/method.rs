//! The values of indicators: one formula per method, for tasks and measures alike. METHOD §5, the table.

use crate::number::{Fraction, Mode, TooLarge};
use crate::policy::{Better, Deadline, Indicator, Interpolate, Rounding};

/// The value of an indicator: held to its floor and cap, then rounded where it has places.
///
/// # Errors
/// [`TooLarge`] when the value has more digits than can be kept.
pub fn settle(value: Fraction, indicator: &Indicator, rounding: Rounding) -> Result<Fraction, TooLarge> {
    let held = value.held(&indicator.floor, &indicator.cap);
    match indicator.places {
        Some(places) => Ok(Fraction::fixed(held.round(places, rounding.mode)?, places)),
        None => Ok(held),
    }
}

/// The same in units of its places, for task indicators.
///
/// # Errors
/// [`TooLarge`] when the value does not fit 64 bits.
pub fn settle_fixed(value: Fraction, indicator: &Indicator, places: u32, mode: Mode) -> Result<i64, TooLarge> {
    let held = value.held(&indicator.floor, &indicator.cap);
    i64::try_from(held.round(places, mode)?).map_err(|_| TooLarge)
}

/// `deadline`: by days late, negative when early.
pub fn deadline(days: i32, keys: &Deadline, full: &Fraction) -> Fraction {
    let days = Fraction::whole(days.into());
    let late = days.clone().max(Fraction::ZERO);
    if let Some(steps) = &keys.steps {
        return last_reached(steps, &late).unwrap_or_else(|| full.clone());
    }
    let counted = (&late - &keys.grace_days).max(Fraction::ZERO);
    let early = (-&days).max(Fraction::ZERO);
    &(full - &(&keys.per_day * &counted)) + &(&keys.early_per_day * &early)
}

/// `ratio`: `None` when the target is 0.
pub fn ratio(actual: &Fraction, target: &Fraction, better: Better, full: &Fraction) -> Option<Fraction> {
    let share = actual.checked_div(target)?;
    Some(match better {
        Better::Higher => full * &share,
        Better::Lower => full * &(&Fraction::whole(2) - &share),
    })
}

/// `rating`: `None` when the mark is outside `min` to `max`.
pub fn rating(mark: &Fraction, min: &Fraction, max: &Fraction, full: &Fraction) -> Option<Fraction> {
    if mark < min || mark > max {
        return None;
    }
    (full * &(mark - min)).checked_div(&(max - min))
}

/// `checklist`: the share of items present.
pub fn checklist(present: usize, items: usize, full: &Fraction) -> Fraction {
    let count = |number: usize| Fraction::whole(i128::try_from(number).unwrap_or(i128::MAX));
    (full * &count(present)).checked_div(&count(items)).unwrap_or(Fraction::ZERO)
}

/// `points`: from a table, by steps or along straight lines.
pub fn points(x: &Fraction, table: &[(Fraction, Fraction)], interpolate: Interpolate, floor: &Fraction) -> Fraction {
    let after = table.partition_point(|(at, _)| at <= x);
    let before = after.checked_sub(1).and_then(|place| table.get(place));
    let next = table.get(after);
    match (interpolate, before, next) {
        (Interpolate::Step, Some((_, value)), _) => value.clone(),
        (Interpolate::Step, None, _) => floor.clone(),
        (Interpolate::Linear, Some((x0, v0)), Some((x1, v1))) => {
            let share = (x - x0).checked_div(&(x1 - x0)).unwrap_or(Fraction::ZERO);
            v0 + &(&(v1 - v0) * &share)
        }
        (Interpolate::Linear, Some((_, end)), None) | (Interpolate::Linear, None, Some((_, end))) => end.clone(),
        (Interpolate::Linear, None, None) => floor.clone(),
    }
}

/// `slope`: points off below a threshold.
pub fn slope(rate: &Fraction, threshold: &Fraction, per_point: &Fraction, full: &Fraction) -> Fraction {
    full - &(per_point * &(threshold - rate).max(Fraction::ZERO))
}

/// `rank_points`: by place in the group, from 1.
pub fn rank_points(place: usize, step: &Fraction, full: &Fraction) -> Fraction {
    let below = Fraction::whole(i128::try_from(place.saturating_sub(1)).unwrap_or(i128::MAX));
    let lost = (step * &below).checked_div(&Fraction::HUNDRED).unwrap_or(Fraction::ZERO);
    full * &(&Fraction::ONE - &lost)
}

/// `best_share`: the share of the group's best; `None` when the value is not above 0.
pub fn best_share(value: &Fraction, best: &Fraction, better: Better, full: &Fraction) -> Option<Fraction> {
    if !value.is_positive() {
        return None;
    }
    match better {
        Better::Higher => (full * value).checked_div(best),
        Better::Lower => (full * best).checked_div(value),
    }
}

fn last_reached(table: &[(Fraction, Fraction)], x: &Fraction) -> Option<Fraction> {
    let after = table.partition_point(|(at, _)| at <= x);
    after.checked_sub(1).and_then(|place| table.get(place)).map(|(_, value)| value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(numerator: i128, denominator: i128) -> Fraction {
        Fraction::new(numerator, denominator).unwrap()
    }

    #[test]
    fn lianyungang_a_rate_of_83_33_loses_half_a_point_per_point_below_98() {
        let value = slope(&exact(8333, 100), &exact(98, 1), &exact(1, 2), &exact(25, 1));
        assert_eq!(value.show(2, Mode::HalfUp).unwrap(), "17.67");
        assert_eq!(value, exact(17_665, 1000));
    }

    #[test]
    fn linear_points_lie_on_the_line_and_the_ends_hold() {
        let table = [(exact(0, 1), exact(0, 1)), (exact(3, 1), exact(100, 1))];
        let at = |x| points(&x, &table, Interpolate::Linear, &Fraction::ZERO);
        assert_eq!(at(exact(1, 1)), exact(100, 3));
        assert_eq!(at(exact(9, 1)), exact(100, 1));
        assert_eq!(at(exact(-1, 1)), Fraction::ZERO);
    }

    #[test]
    fn the_third_place_loses_two_steps() {
        assert_eq!(rank_points(3, &exact(5, 1), &exact(100, 1)), exact(90, 1));
    }
}
