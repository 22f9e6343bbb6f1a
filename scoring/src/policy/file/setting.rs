//! Period, time, rounding, levels, roles, and the short tables beside them. METHOD §3.

use jiff::civil::Date;

use super::reader::Table;
use crate::number::{Fraction, Mode};
use crate::policy::{BelongsBy, CoMode, DayCount, Levels, Period, Resolution, Roles, Rounding, Time};

pub(super) fn period(root: &Table) -> Period {
    const DAY: Date = Date::constant(2000, 1, 1);
    let mut period = Period { from: DAY, to: DAY, as_of: DAY, belongs_by: BelongsBy::Due, carry_over: false };
    let Some(table) = root.need("period").and_then(|node| node.table()) else { return period };
    let from = table.need("from").and_then(|node| node.date());
    let to = table.need("to").and_then(|node| node.date());
    let as_of = table.get("as_of").and_then(|node| node.date());
    if let (Some(from), Some(to)) = (from, to) {
        period.from = from;
        period.to = to;
        period.as_of = as_of.unwrap_or(to);
        if to < from {
            table.error("out-of-range", "to", format!("the period ends on {to}, before it begins on {from}"), "");
        } else if period.as_of < from {
            let message = format!("`as_of` {} is before the period begins on {from}", period.as_of);
            table.error("out-of-range", "as_of", message, "");
        }
    }
    let words = [("due", BelongsBy::Due), ("assigned", BelongsBy::Assigned), ("completed", BelongsBy::Completed)];
    period.belongs_by = table.choice("belongs_by", &words, BelongsBy::Due);
    period.carry_over = table.flag("carry_over");
    table.finish();
    period
}

pub(super) fn time(root: &Table) -> Time {
    let mut time = Time { resolution: Resolution::Day, days: DayCount::Calendar };
    if let Some(table) = root.table("time") {
        let words = [("day", Resolution::Day), ("second", Resolution::Second)];
        time.resolution = table.choice("resolution", &words, time.resolution);
        let words = [("calendar", DayCount::Calendar), ("working", DayCount::Working)];
        time.days = table.choice("days", &words, time.days);
        table.finish();
    }
    time
}

pub(super) fn rounding(root: &Table) -> Rounding {
    let mut rounding = Rounding { mode: Mode::HalfUp, indicator: 4, score: 2 };
    if let Some(table) = root.table("rounding") {
        let words = [("half-up", Mode::HalfUp), ("half-even", Mode::HalfEven)];
        rounding.mode = table.choice("mode", &words, rounding.mode);
        rounding.indicator = places(&table, "indicator", 8).unwrap_or(rounding.indicator);
        rounding.score = places(&table, "score", 12).unwrap_or(rounding.score);
        table.finish();
    }
    rounding
}

/// A number of decimal places.
pub(super) fn places(table: &Table, key: &'static str, most: i128) -> Option<u32> {
    u32::try_from(table.whole(key, 0, most)?).ok()
}

pub(super) fn levels(root: &Table) -> Option<Levels> {
    let table = root.table("levels")?;
    let default = table.get("default").and_then(|node| node.text());
    let mut weights = Vec::new();
    for (name, node) in table.entries() {
        if name == "default" {
            continue;
        }
        let weight = node.number().unwrap_or(Fraction::ONE);
        if weight.is_negative() {
            node.error("out-of-range", format!("the level `{name}` weighs {weight}; it must be at least 0"), "");
        }
        weights.push((name, weight));
    }
    let place = default.as_ref().and_then(|default| weights.iter().position(|(name, _)| name == default));
    if let (Some(default), None) = (&default, place) {
        let names = weights.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        table.error("unknown-level", "default", format!("`{default}` is no level"), format!("the levels are {names}"));
    }
    Some(Levels { weights, default: place })
}

pub(super) fn roles(root: &Table) -> Roles {
    let table = root.table("roles");
    let share = |key: &'static str, absent: Fraction| {
        table.as_ref().and_then(|table| table.at_least_zero(key)).unwrap_or(absent)
    };
    let mut roles = Roles {
        lead: share("lead", Fraction::ONE),
        co: share("co", Fraction::fixed(5, 1)),
        principal: share("principal", Fraction::ONE),
        deputy: share("deputy", Fraction::ONE),
        staff: share("staff", Fraction::ONE),
        co_mode: CoMode::Each,
    };
    if let Some(table) = table {
        let words = [("each", CoMode::Each), ("split", CoMode::Split)];
        roles.co_mode = table.choice("co_mode", &words, CoMode::Each);
        table.finish();
    }
    roles
}

pub(super) fn formal_levels(root: &Table) -> Vec<String> {
    let Some(table) = root.table("closed_loop") else { return Vec::new() };
    let levels = table.texts("formal_levels").unwrap_or_default();
    table.finish();
    levels
}

pub(super) fn forbidden(root: &Table) -> Vec<String> {
    let Some(table) = root.table("lint") else { return Vec::new() };
    let words = table.texts("forbidden").unwrap_or_default();
    table.finish();
    words
}
