//! Indicators and their methods. METHOD §5.

use super::reader::Table;
use super::setting;
use crate::number::Fraction;
use crate::policy::{Better, Deadline, DefaultDue, Indicator, Interpolate, Judged, Method, Missing, Rounding, Span};

/// Reads the keys of a method, given full marks.
type Read = fn(&Table, &Fraction) -> Method;

/// The methods.
const METHODS: &[(&str, Read)] = &[
    ("deadline", deadline),
    ("ratio", ratio),
    ("rating", rating),
    ("checklist", checklist),
    ("points", points),
    ("flag", flag),
    ("slope", slope),
    ("rank_points", rank_points),
    ("best_share", best_share),
];

pub(super) fn indicators(root: &Table, rounding: Rounding) -> Vec<Indicator> {
    root.tables("indicator").into_iter().map(|table| indicator(table, rounding)).collect()
}

fn indicator(table: Table, rounding: Rounding) -> Indicator {
    let id = table.id("id").unwrap_or_default();
    let full = table.number("full", Fraction::HUNDRED);
    if !full.is_positive() {
        table.error("out-of-range", "full", format!("`full` is {full}; it must be above 0"), "");
    }
    let floor = table.number("floor", Fraction::ZERO);
    let cap = table.number("cap", full.clone());
    if cap < floor {
        table.error("out-of-range", "floor", format!("`floor` {floor} is above `cap` {cap}"), "");
    }
    let words = METHODS.iter().map(|(name, read)| (*name, (*name, *read))).collect::<Vec<_>>();
    let method = table.need("method").and_then(|node| node.choice(&words));
    let (name_of_method, method) = match method {
        Some((name, read)) => (name, read(&table, &full)),
        None => ("", Method::BestShare { better: Better::Higher }),
    };
    let conditions = table.conditions("where");
    let words = [("exclude", Missing::Exclude), ("zero", Missing::Zero), ("error", Missing::Error)];
    let missing = table.choice("missing", &words, Missing::Exclude);
    let usual = match &method {
        Method::Deadline(deadline) if deadline.done != "completed_on" => Judged::Always,
        _ => Judged::Due,
    };
    let indicator = Indicator {
        name: table.text("name").unwrap_or_else(|| id.clone()),
        clause: table.text("clause"),
        allow: table.text("allow"),
        weight: table.number("weight", Fraction::ONE),
        places: places(&table, rounding),
        rate_round: setting::places(&table, "rate_round", 12),
        judged: table.choice("judged", &[("due", Judged::Due), ("always", Judged::Always)], usual),
        periods: periods(&table),
        id,
        full,
        floor,
        cap,
        missing,
        conditions,
        method,
    };
    finish(&table, name_of_method);
    indicator
}

/// Unknown keys: of another method, or of none.
fn finish(table: &Table, method: &str) {
    if method.is_empty() {
        return;
    }
    table.close(|key| {
        let others = METHODS.iter().map(|(name, _)| *name).filter(|name| crate::policy::keys::is_of_method(key, name));
        let others = others.map(|name| format!("`{name}`")).collect::<Vec<_>>();
        if others.is_empty() {
            format!("`{key}` is no key of `indicator[]`")
        } else {
            format!("`{key}` is no key of the method `{method}`, but of {}", others.join(", "))
        }
    });
}

/// Places of the value; `"none"` keeps it exact.
fn places(table: &Table, rounding: Rounding) -> Option<u32> {
    let Some(node) = table.get("round") else { return Some(rounding.indicator) };
    if node.is_text("none") {
        return None;
    }
    node.whole(0, 8).and_then(|places| u32::try_from(places).ok())
}

fn periods(table: &Table) -> Option<Vec<(String, Fraction)>> {
    let node = table.get("periods")?;
    let mut periods = Vec::new();
    for (name, node) in node.table()?.entries() {
        let weight = node.number().unwrap_or(Fraction::ONE);
        if weight.is_negative() {
            node.error("out-of-range", format!("the period `{name}` weighs {weight}; it must be at least 0"), "");
        }
        periods.push((name, weight));
    }
    if periods.iter().all(|(_, weight)| weight.is_zero()) {
        node.error("weights-zero", "the weights of the periods are all zero", "give at least one a weight above 0");
    }
    Some(periods)
}

fn deadline(table: &Table, _full: &Fraction) -> Method {
    let steps = table.get("steps").and_then(|node| node.pairs());
    if let Some(steps) = &steps {
        if !steps.first().is_some_and(|(days, _)| days.is_zero()) {
            table.error("bad-steps", "steps", "`steps` start at 0 days late", "write [[0, 100], [1, 80]]");
        }
        ascending(table, "steps", steps);
    }
    Method::Deadline(Deadline {
        due: table.text("due").unwrap_or_else(|| "due_on".to_owned()),
        done: table.text("done").unwrap_or_else(|| "completed_on".to_owned()),
        default_due: default_due(table),
        per_day: table.number("per_day", Fraction::ZERO),
        grace_days: table.at_least_zero("grace_days").unwrap_or(Fraction::ZERO),
        early_per_day: table.number("early_per_day", Fraction::ZERO),
        steps,
        undone: table.get("undone").and_then(|node| node.number()),
    })
}

fn default_due(table: &Table) -> Option<DefaultDue> {
    let inner = table.table("default_due")?;
    let most = i128::from(i16::MAX);
    let from = inner.need("from").and_then(|node| node.text());
    let months = inner.whole("months", 0, most).and_then(|months| i32::try_from(months).ok());
    let days = inner.whole("days", 0, most).and_then(|days| i32::try_from(days).ok());
    let span = match (months, days) {
        (Some(months), None) => Some(Span::Months(months)),
        (None, Some(days)) => Some(Span::Days(days)),
        _ => {
            let message = "`default_due` takes either `months` or `days`";
            table.error("bad-type", "default_due", message, "write { from = \"assigned_on\", months = 1 }");
            None
        }
    };
    inner.finish();
    Some(DefaultDue { from: from?, span: span? })
}

fn ratio(table: &Table, _full: &Fraction) -> Method {
    Method::Ratio {
        actual: table.text("actual").unwrap_or_else(|| "actual".to_owned()),
        target: table.text("target").unwrap_or_else(|| "target".to_owned()),
        better: better(table),
    }
}

fn better(table: &Table) -> Better {
    table.choice("better", &[("higher", Better::Higher), ("lower", Better::Lower)], Better::Higher)
}

/// The column; measures need none, tasks do, which the lint sees.
fn column(table: &Table) -> String {
    table.text("column").unwrap_or_default()
}

fn rating(table: &Table, _full: &Fraction) -> Method {
    let min = table.number("min", Fraction::ZERO);
    let max = table.number("max", Fraction::HUNDRED);
    if max <= min {
        table.error("out-of-range", "max", format!("`max` {max} is not above `min` {min}"), "");
    }
    Method::Rating { column: column(table), min, max }
}

fn checklist(table: &Table, _full: &Fraction) -> Method {
    let items = table.need("items").and_then(|node| node.texts()).unwrap_or_default();
    if items.is_empty() {
        table.error("bad-type", "items", "`items` is empty", "name the items of the list");
    }
    for (at, item) in items.iter().enumerate() {
        if items.iter().take(at).any(|other| other == item) {
            table.error("duplicate-id", &format!("items[{at}]"), format!("the item `{item}` stands twice"), "");
        }
    }
    Method::Checklist { column: column(table), items }
}

fn points(table: &Table, _full: &Fraction) -> Method {
    let points = table.need("points").and_then(|node| node.pairs()).unwrap_or_default();
    if points.is_empty() {
        table.error("bad-steps", "points", "`points` is empty", "write [[60, 50], [90, 100]]");
    }
    ascending(table, "points", &points);
    let words = [("step", Interpolate::Step), ("linear", Interpolate::Linear)];
    let interpolate = table.choice("interpolate", &words, Interpolate::Step);
    Method::Points { column: column(table), points, interpolate }
}

fn ascending(table: &Table, key: &'static str, pairs: &[(Fraction, Fraction)]) {
    for (at, pair) in pairs.windows(2).enumerate() {
        if let [(before, _), (after, _)] = pair
            && after <= before
        {
            let message = format!("{after} follows {before} in `{key}`: the first numbers must go up");
            table.error("bad-steps", &format!("{key}[{}]", at + 1), message, "");
        }
    }
}

fn flag(table: &Table, full: &Fraction) -> Method {
    Method::Flag {
        column: column(table),
        yes: table.number("yes", full.clone()),
        no: table.number("no", Fraction::ZERO),
    }
}

fn needed(table: &Table, key: &'static str) -> Fraction {
    if table.need(key).is_none() {
        return Fraction::ONE;
    }
    table.number(key, Fraction::ONE)
}

fn slope(table: &Table, _full: &Fraction) -> Method {
    let threshold = table.need("threshold").and_then(|node| node.number()).unwrap_or(Fraction::ZERO);
    Method::Slope { threshold, per_point: needed(table, "per_point") }
}

fn rank_points(table: &Table, _full: &Fraction) -> Method {
    Method::RankPoints { step: needed(table, "step"), better: better(table) }
}

fn best_share(table: &Table, _full: &Fraction) -> Method {
    Method::BestShare { better: better(table) }
}
