//! Cases whose weights are three times, or a third of, what they were, or three times with zeros behind.

use toml_edit::{DocumentMut, Item, Table, value};

use crate::case::Case;
use crate::ledger::WEIGHTS;

fn policy_of(case: &Case) -> DocumentMut {
    case.policy.parse().unwrap()
}

/// Times three with zeros behind, as a fraction. `text` is a decimal or a fraction.
fn tripled(text: &str, zeros: usize) -> String {
    let zeros = "0".repeat(zeros);
    if let Some((above, below)) = text.split_once('/') {
        return format!("{}{zeros}/{below}", above.parse::<i64>().unwrap() * 3);
    }
    let (front, back) = text.split_once('.').unwrap_or((text, ""));
    let digits: i64 = format!("{front}{back}").parse().unwrap();
    format!("{}{zeros}/{}", digits * 3, 10_i64.pow(back.len() as u32))
}

fn triple(table: &mut Table, key: &str, absent: &str, zeros: usize) {
    let text = match table.get(key) {
        None => absent.to_string(),
        Some(Item::Value(toml_edit::Value::String(text))) => text.value().clone(),
        Some(item) => item.to_string().trim().to_string(),
    };
    table[key] = value(tripled(&text, zeros));
}

/// All indicators weigh three times as much.
pub fn indicators(case: &Case, zeros: usize) -> Case {
    let mut policy = policy_of(case);
    for indicator in policy["indicator"].as_array_of_tables_mut().unwrap().iter_mut() {
        triple(indicator, "weight", "1", zeros);
    }
    Case { policy: policy.to_string(), ..case.clone() }
}

/// All roles have three times their share.
pub fn roles(case: &Case, zeros: usize) -> Case {
    let mut policy = policy_of(case);
    let roles = policy.entry("roles").or_insert(Item::Table(Table::new())).as_table_mut().unwrap();
    for (role, absent) in [("lead", "1"), ("co", "1/2"), ("principal", "1"), ("deputy", "1"), ("staff", "1")] {
        triple(roles, role, absent, zeros);
    }
    Case { policy: policy.to_string(), ..case.clone() }
}

/// All tasks weigh three times as much.
pub fn tasks(case: &Case) -> Case {
    let mut case = case.clone();
    let Some(table) = case.table("tasks") else { return case };
    match table.place("weight") {
        Some(at) => {
            for row in &mut table.rows {
                let weight = WEIGHTS.iter().find(|(once, _)| *once == row.cells[at]);
                row.cells[at] = weight.unwrap().1.to_string();
            }
        }
        None => {
            table.columns.push("weight".into());
            table.headings.push("weight".into());
            table.rows.iter_mut().for_each(|row| row.cells.push("3".into()));
        }
    }
    case
}
