use std::collections::BTreeSet;

use serde_json::Value;

use super::{Key, keys};
use crate::policy::{Severity, file, parse, schema, template};

/// A policy that has every table and every method, so that reading asks for every key.
const EVERYTHING: &str = r#"
time = {}
rounding = {}
roles = {}
closed_loop = {}
lint = {}
levels = { a = 1 }
indicator = [
    { id = "1", method = "deadline", default_due = { from = "assigned_on", days = 1 } },
    { id = "2", method = "ratio" },
    { id = "3", method = "rating" },
    { id = "4", method = "checklist", items = ["a"] },
    { id = "5", method = "points", points = [[0, 0]] },
    { id = "6", method = "flag" },
    { id = "7", method = "slope", threshold = 1, per_point = 1 },
    { id = "8", method = "rank_points", step = 1 },
    { id = "9", method = "best_share" },
]
unit = { section = [{ id = "s", source = "sections" }] }
person = { unit_share = {}, section = [{ id = "s", source = "sections" }] }
event = [{ code = "e" }]
veto = [{ id = "v", subject = "unit", effect = "fail", all = ["tasks > 1"] }]
rank = {}
band = [{ id = "b", from = 0 }]
quota = [{ percent = 1 }]
count = [{ id = "c" }]
rule = [{ id = "r", subject = "unit", recommend = "rectify", all = ["tasks > 1"] }]
ladder = {}
example = [{ name = "x", tasks = "", expect = { rejects = "" } }]
schema = 1
id = "p"
period = { from = 2025-01-01, to = 2025-12-31 }
"#;

fn listed() -> BTreeSet<String> {
    keys().map(|key| key.path.to_owned()).collect()
}

#[test]
fn the_list_has_every_key_that_reading_asks_for() {
    let (_, findings, asked) = file::read(EVERYTHING, "p.toml").unwrap();
    assert_eq!(findings, []);
    assert_eq!(asked, listed());
    assert_eq!(keys().count(), listed().len());
}

#[test]
fn the_schema_has_every_key() {
    fn paths(object: &Value, above: &str, found: &mut BTreeSet<String>) {
        for (name, value) in object["properties"].as_object().unwrap() {
            let path = format!("{above}{name}");
            if value["properties"].is_object() {
                paths(value, &format!("{path}."), found);
            }
            if value["items"]["properties"].is_object() {
                paths(&value["items"], &format!("{path}[]."), found);
            }
            found.insert(path);
        }
    }
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    let mut found = BTreeSet::new();
    paths(&schema, "", &mut found);
    assert_eq!(found, listed());
}

#[test]
fn the_documentation_has_every_key_and_no_other() {
    let text = include_str!("../../../../docs/policy.md");
    let rows: BTreeSet<String> = text.lines().filter(|line| line.starts_with("| `")).map(str::to_owned).collect();
    let wanted: BTreeSet<String> = keys().map(Key::row).collect();
    let missing: Vec<_> = wanted.difference(&rows).collect();
    let other: Vec<_> = rows.difference(&wanted).collect();
    assert!(missing.is_empty() && other.is_empty(), "missing: {missing:#?}\nother: {other:#?}");
}

#[test]
fn every_example_of_the_documentation_reads() {
    let text = include_str!("../../../../docs/policy.md");
    for example in text.split("```toml\n").skip(1).filter_map(|part| part.split_once("```")).map(|(toml, _)| toml) {
        let whole = if example.contains("schema = 1") {
            example.to_owned()
        } else {
            format!("schema = 1\nid = \"p\"\nperiod = {{ from = 2025-01-01, to = 2025-12-31 }}\n{example}")
        };
        let (_, findings, _) = file::read(&whole, "p.toml").unwrap_or_else(|findings| panic!("{findings:#?}"));
        let findings: Vec<_> = findings.iter().filter(|finding| !finding.code.starts_with("unknown-i")).collect();
        assert!(findings.is_empty(), "{example}\n{findings:#?}");
    }
}

#[test]
fn the_template_is_clean() {
    let (policy, findings) = parse(template(), "policy.toml").unwrap();
    assert_eq!(findings, []);
    assert_eq!(policy.id, "my-policy");
}

#[test]
fn a_fault_in_the_template_would_show() {
    let broken = template().replace("from = 60", "from = 85");
    let findings = parse(&broken, "policy.toml").unwrap_err();
    assert!(findings.iter().any(|finding| finding.severity == Severity::Error && finding.code == "bands-order"));
}
