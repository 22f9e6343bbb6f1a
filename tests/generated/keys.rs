//! Every key of a policy matters: in some case, another value of it changes a cell of a report.

use std::collections::{BTreeMap, BTreeSet};

use scoring::policy::keys::{Kind, keys};
use toml::Value;

use crate::case::Case;
use crate::compare::with_files;
use crate::sides;

/// Cases looked at before a key counts as one that changes nothing.
const MOST: u64 = 400;

/// Keys that change no cell by their nature: what they are for.
const SAID_ELSEWHERE: [(&str, &str); 12] = [
    ("schema", "the version of the format"),
    ("id", "the manifest and the terminal"),
    ("title", "the terminal"),
    ("authority", "the policy in words"),
    ("lint.forbidden", "the lint"),
    ("name", "reports in Chinese and the policy in words"),
    ("clause", "the policy in words"),
    ("allow", "the manifest"),
    ("weights_total", "the lint"),
    ("to", "the lint"),
    ("reason", "words for people"),
    ("example", "tests of the policy"),
];

/// The way to a value in a file.
type Way = Vec<Step>;

#[derive(Clone)]
enum Step {
    Key(String),
    At(usize),
}

#[test]
fn another_value_of_any_key_changes_a_cell_of_some_case() {
    let kinds: BTreeMap<&str, Kind> = keys().map(|key| (key.path, key.kind)).collect();
    let holds_no_value = |kind: &Kind| matches!(kind, Kind::Table | Kind::Tables);
    let mut open: BTreeSet<&str> = kinds
        .iter()
        .filter(|(path, kind)| !holds_no_value(kind) && !said_elsewhere(path))
        .map(|(path, _)| *path)
        .collect();
    for seed in 0..MOST {
        if open.is_empty() {
            break;
        }
        settle(&Case::new(seed), &kinds, &mut open);
    }
    assert_eq!(open, BTreeSet::new(), "keys whose value changed no cell");
}

fn said_elsewhere(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or(path);
    SAID_ELSEWHERE.iter().any(|(key, _)| match *key {
        // Clauses of rules stand in the recommendations.
        "clause" => last == "clause" && path != "rule[].clause",
        "id" => path == "id",
        "to" => path == "band[].to",
        "example" => path.starts_with("example"),
        key => path == key || last == key,
    })
}

/// Takes out of `open` the keys of a case that change one of its cells.
fn settle(case: &Case, kinds: &BTreeMap<&str, Kind>, open: &mut BTreeSet<&str>) {
    let policy: Value = toml::from_str(&case.policy).unwrap();
    let mut found = Vec::new();
    walk(&policy, &mut Vec::new(), "", kinds, &mut found);
    found.retain(|(path, _)| open.contains(path.as_str()));
    if found.is_empty() {
        return;
    }
    let reports = |policy: String| with_files(&Case { policy, ..case.clone() }, sides::of_engine);
    let Ok(before) = reports(text(&policy)) else { return };
    for (path, way) in found {
        let shows = |policy: String| reports(policy).is_ok_and(|after| after != before);
        if open.contains(path.as_str()) && changed(&policy, &way, &path, kinds[path.as_str()]).into_iter().any(shows) {
            open.remove(path.as_str());
        }
    }
}

/// The values of a file whose keys are listed, each with its path and the way to it.
fn walk(value: &Value, way: &mut Way, path: &str, kinds: &BTreeMap<&str, Kind>, found: &mut Vec<(String, Way)>) {
    match value {
        Value::Table(table) => {
            for (key, inner) in table {
                let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                way.push(Step::Key(key.clone()));
                match kinds.get(path) {
                    // The keys of a map are names: any of its values is one of the map.
                    Some(Kind::Map) if !kinds.contains_key(below.as_str()) => {
                        found.push((path.to_owned(), way.clone()))
                    }
                    _ => walk(inner, way, &below, kinds, found),
                }
                way.pop();
            }
        }
        Value::Array(array) if array.first().is_some_and(Value::is_table) => {
            for (at, inner) in array.iter().enumerate() {
                way.push(Step::At(at));
                walk(inner, way, &format!("{path}[]"), kinds, found);
                way.pop();
            }
        }
        _ if kinds.contains_key(path) => found.push((path.to_owned(), way.clone())),
        _ => {}
    }
}

/// The policy with other values at a place, and without the key.
fn changed(policy: &Value, way: &[Step], path: &str, kind: Kind) -> Vec<String> {
    let mut here = policy.clone();
    let here = at(&mut here, way).clone();
    let mut policies = Vec::new();
    if let (true, Some(id)) = (path.ends_with("id") || path == "event[].code", here.as_str()) {
        // What names it goes along.
        policies.push(text(policy).replace(id, &format!("{id}9")));
    }
    if path == "band[].of" {
        policies.push(text(&with_bands_swapped(policy)));
    }
    for value in others(&here, kind) {
        let mut other = policy.clone();
        *at(&mut other, way) = value;
        policies.push(text(&other));
    }
    if let Some((Step::Key(key), around)) = way.split_last() {
        let mut without = policy.clone();
        at(&mut without, around).as_table_mut().unwrap().remove(key);
        policies.push(text(&without));
    }
    policies
}

/// The bands of units given to persons, and the other way round: one alone would leave both kinds without a last band.
fn with_bands_swapped(policy: &Value) -> Value {
    let mut policy = policy.clone();
    for band in policy["band"].as_array_mut().unwrap() {
        let other = match band.get("of").and_then(Value::as_str) {
            Some("units") => "persons",
            Some("persons") => "units",
            _ => "both",
        };
        band.as_table_mut().unwrap().insert("of".to_owned(), Value::from(other));
    }
    policy
}

fn text(policy: &Value) -> String {
    toml::to_string(policy).unwrap()
}

fn at<'v>(value: &'v mut Value, way: &[Step]) -> &'v mut Value {
    way.iter().fold(value, |value, step| match step {
        Step::Key(key) => &mut value[key.as_str()],
        Step::At(at) => &mut value[*at],
    })
}

fn others(here: &Value, kind: Kind) -> Vec<Value> {
    let texts = |words: &[&str]| words.iter().map(|word| Value::from(*word)).collect::<Vec<_>>();
    let whole = |numbers: &[i64]| numbers.iter().map(|number| Value::from(*number)).collect::<Vec<_>>();
    match kind {
        Kind::Number | Kind::Whole(..) | Kind::Map => whole(&[0, 1, 2, 3, 7, 20, 55, 90, 150]),
        Kind::PlacesOrNone(..) => whole(&[0, 1, 2, 3]),
        Kind::Flag => vec![Value::from(here.as_bool() != Some(true))],
        Kind::Words(words) => texts(words),
        Kind::Date => ["2024-06-30", "2025-03-31", "2025-08-31", "2026-06-30"]
            .into_iter()
            .map(|day| Value::Datetime(day.parse().unwrap()))
            .collect(),
        Kind::Conditions => ["tasks >= 0", "tasks >= 100000", "title = 无此事项", "title != 无此事项"]
            .into_iter()
            .map(|condition| Value::from(vec![condition]))
            .collect(),
        Kind::Text => texts(&[
            "assigned_on",
            "due_on",
            "completed_on",
            "feedback_on",
            "target",
            "actual",
            "quality",
            "procedures",
            "一般",
            "其他",
        ]),
        Kind::Texts | Kind::WordList(_) | Kind::Numbers | Kind::Pairs => {
            let mut array = here.as_array().cloned().unwrap_or_default();
            array.pop();
            vec![Value::Array(array)]
        }
        Kind::Table | Kind::Tables => Vec::new(),
    }
}
