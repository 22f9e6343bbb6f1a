//! Units, and how other tables name them. METHOD §2.

use std::collections::{BTreeMap, BTreeSet};

use crate::parents::on_cycles;
use crate::run_log::RunLog;
use crate::tables::{Fault, Row, Table, fault, twice};
use crate::text::half_width;

pub struct Unit {
    pub id: String,
    pub name: String,
    pub group: String,
    pub parent: Option<String>,
}

#[derive(Default)]
pub struct Units {
    /// Whether there is a units table.
    pub table: bool,
    pub all: BTreeMap<String, Unit>,
    names: Names,
}

impl Units {
    /// The id of the unit that a cell names; without a units table what the cell says.
    pub fn resolve(&self, text: &str) -> Option<String> {
        if self.table { self.names.resolve(text) } else { Some(text.to_string()) }
    }

    /// Adds a unit that no table describes.
    pub fn add_bare(&mut self, id: &str) {
        if !self.table {
            let unit = || Unit { id: id.to_string(), name: id.to_string(), group: "all".into(), parent: None };
            self.all.entry(id.to_string()).or_insert_with(unit);
        }
    }

    /// The unit and all units below it.
    pub fn subtree(&self, id: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::from([id.to_string()]);
        loop {
            let below =
                self.all.values().filter(|unit| unit.parent.as_ref().is_some_and(|parent| found.contains(parent)));
            let new: Vec<String> = below.map(|unit| unit.id.clone()).filter(|id| !found.contains(id)).collect();
            if new.is_empty() {
                return found;
            }
            found.extend(new);
        }
    }
}

/// Ids and names; an id wins, and a name that two ids hold names neither.
#[derive(Default)]
struct Names {
    ids: BTreeSet<String>,
    names: BTreeMap<String, BTreeSet<String>>,
}

impl Names {
    fn add(&mut self, id: &str, name: &str) {
        self.ids.insert(id.to_string());
        if !name.is_empty() {
            self.names.entry(half_width(name)).or_default().insert(id.to_string());
        }
    }

    fn resolve(&self, text: &str) -> Option<String> {
        let text = half_width(text);
        if self.ids.contains(&text) {
            return Some(text);
        }
        self.names.get(&text).filter(|ids| ids.len() == 1).and_then(|ids| ids.first().cloned())
    }
}

pub fn read(table: Option<&Table>, log: &mut RunLog) -> Units {
    let Some(table) = table else { return Units::default() };
    let id = |row: &Row| table.id(row, "unit_id").filter(|_| row.broken.is_none());
    let doubles = twice(table.rows.iter().filter_map(id));
    let mut names = Names::default();
    for row in &table.rows {
        if let Some(id) = id(row) {
            names.add(&id, &table.text(row, "name"));
        }
    }
    let parent = |row: &Row| table.id(row, "parent_id").map(|text| names.resolve(&text));
    let cycles = on_cycles(table.rows.iter().filter_map(|row| Some((id(row)?, parent(row)??))));
    let judge = |row: &Row| -> Result<Unit, Fault> {
        if let Some(code) = row.broken {
            return Err(fault(code, ""));
        }
        let id = table.required_id(row, "unit_id")?;
        if doubles.contains(&id) {
            return Err(fault("duplicate-id", "unit_id"));
        }
        let parent = match parent(row) {
            Some(None) => return Err(fault("unknown-parent", "parent_id")),
            _ if cycles.contains(&id) => return Err(fault("parent-cycle", "parent_id")),
            found => found.flatten(),
        };
        let or = |text: String, default: &str| if text.is_empty() { default.to_string() } else { text };
        Ok(Unit { name: or(table.text(row, "name"), &id), group: or(table.text(row, "group"), "all"), parent, id })
    };
    let accepted = log.sort_out(table, table.rows.iter().map(judge).collect());
    let mut units = Units { table: true, ..Units::default() };
    for unit in accepted {
        units.names.add(&unit.id, &unit.name);
        units.all.insert(unit.id.clone(), unit);
    }
    units
}
