//! The columns of `tasks` that a policy names, whose text judging needs.

use std::collections::BTreeSet;

use super::batch::TaskColumn;
use crate::policy::{Deadline, Method, Policy};

/// Columns whose text judging always needs.
const ALWAYS: [&str; 3] = ["kind", "level", "status"];

/// Facts of a count's conditions that are no columns.
const NO_COLUMNS: [&str; 2] = ["state", "late_days"];

/// The columns, by id or heading. Dates and numbers that have a type of their own are not among them, where a
/// method alone names them and never shows them as written.
pub(super) fn named_columns(policy: &Policy) -> BTreeSet<String> {
    let mut named: BTreeSet<&str> = ALWAYS.into();
    for indicator in &policy.indicators {
        named.extend(indicator.conditions.iter().map(|condition| condition.fact.as_str()));
        match &indicator.method {
            Method::Deadline(deadline) => named.extend(date_columns(deadline)),
            Method::Ratio { actual, target, .. } => {
                named.extend(Some(actual.as_str()).filter(|column| !is_number(column)));
                named.insert(target);
            }
            Method::Rating { column, .. }
            | Method::Checklist { column, .. }
            | Method::Points { column, .. }
            | Method::Flag { column, .. } => {
                named.insert(column);
            }
            Method::Slope { .. } | Method::RankPoints { .. } | Method::BestShare { .. } => {}
        }
    }
    let counted = policy.counts.iter().flat_map(|count| &count.conditions).map(|condition| condition.fact.as_str());
    named.extend(counted.filter(|fact| !NO_COLUMNS.contains(fact)));
    named.into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The columns of a deadline that have no type of their own.
fn date_columns(deadline: &Deadline) -> impl Iterator<Item = &str> {
    let default = deadline.default_due.as_ref().map(|default| default.from.as_str());
    [deadline.due.as_str(), deadline.done.as_str()].into_iter().chain(default).filter(|column| !is_date(column))
}

fn is_date(id: &str) -> bool {
    TaskColumn::parse(id).is_some_and(|column| TaskColumn::DATES.contains(&column))
}

fn is_number(id: &str) -> bool {
    TaskColumn::parse(id).is_some_and(|column| TaskColumn::NUMBERS.contains(&column))
}
