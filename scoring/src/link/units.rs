//! Units: their ids, names, groups and parents. METHOD §2 (units).

use rustc_hash::FxHashMap;

use crate::link::fault::{doubled, parent_cycle, unknown_parent};
use crate::link::hints::Hints;
use crate::link::ids::on_cycles;
use crate::read::aliases::Aliases;
use crate::read::reject::{Class, Code, Fault, Order};
use crate::read::rows::{Headings, Row, Table, UnitCells};
use crate::read::width::half;

/// A unit (单位).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its id.
    pub id: String,
    /// Its name, by default the id.
    pub name: String,
    /// Its group (考核类别).
    pub group: String,
    /// The unit above it, as a place in the list of units.
    pub parent: Option<u32>,
    /// Whether it is assessed. Without the table `units` only those are that accepted tasks and measures name.
    pub subject: bool,
}

/// The group of units and persons that have no other.
pub const ALL: &str = "all";

/// What a name stands for.
#[derive(Debug, Default)]
pub struct Directory {
    ids: FxHashMap<String, u32>,
    /// `None`: two have the name.
    names: FxHashMap<String, Option<u32>>,
    aliases: Aliases,
}

impl Directory {
    /// The directory of some ids and names; of entries with one id the first counts.
    pub fn new<'a>(entries: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut directory = Self::default();
        for (place, (id, name)) in entries.enumerate() {
            let place = u32::try_from(place).unwrap_or(u32::MAX);
            let place = *directory.ids.entry(id.to_owned()).or_insert(place);
            let named = directory.names.entry(half(name).into_owned()).or_insert(Some(place));
            *named = named.filter(|known| *known == place);
        }
        directory
    }

    /// The directory of a list of units.
    pub fn of(units: &[Unit]) -> Self {
        Self::new(units.iter().map(|unit| (unit.id.as_str(), unit.name.as_str())))
    }

    /// The same with other names by the tables file.
    #[must_use]
    pub fn with_aliases(self, aliases: &Aliases) -> Self {
        Self { aliases: aliases.clone(), ..self }
    }

    /// The place of what an id, a name or an alias stands for; an id wins, then a name, and a name held by two names
    /// neither.
    pub fn find(&self, text: &str) -> Option<u32> {
        let known =
            |text: &str| self.ids.get(text).copied().or_else(|| self.names.get(half(text).as_ref()).copied().flatten());
        known(text).or_else(|| known(self.aliases.find(text)?))
    }
}

/// Finds the faults of the table as a whole, and the units of its accepted rows, sorted by id.
pub fn link(table: &mut Table<UnitCells>, aliases: &Aliases) -> Vec<Unit> {
    let keys = table.rows.iter().map(|row| row.cells.unit_id.clone()).collect();
    doubled(table, Some(0), keys);
    parents(&mut table.rows, &table.headings, aliases);
    let mut accepted: Vec<&UnitCells> =
        table.rows.iter().filter(|row| row.fault.is_none()).map(|row| &row.cells).collect();
    accepted.sort_by(|a, b| a.unit_id.cmp(&b.unit_id));
    let mut units: Vec<Unit> = accepted
        .iter()
        .map(|cells| {
            let id = cells.unit_id.clone().unwrap_or_default();
            Unit {
                name: cells.name.clone().unwrap_or_else(|| id.clone()),
                group: cells.group.clone().unwrap_or_else(|| ALL.to_owned()),
                id,
                parent: None,
                subject: true,
            }
        })
        .collect();
    let directory = Directory::of(&units).with_aliases(aliases);
    for (unit, cells) in units.iter_mut().zip(&accepted) {
        unit.parent = cells.parent_id.as_deref().and_then(|parent| directory.find(parent));
    }
    units
}

/// `unknown-parent` and `parent-cycle`, among all rows whether accepted or not.
fn parents(rows: &mut [Row<UnitCells>], headings: &Headings, aliases: &Aliases) {
    let named: Vec<_> = rows.iter().enumerate().filter(|(_, row)| row.cells.unit_id.is_some()).collect();
    let directory = Directory::new(named.iter().map(|(_, row)| {
        let id = row.cells.unit_id.as_deref().unwrap_or_default();
        (id, row.cells.name.as_deref().unwrap_or(id))
    }));
    let directory = directory.with_aliases(aliases);
    // The first row of each id stands for all of them.
    let first = |name: &Option<String>| named.get(directory.find(name.as_deref()?)? as usize).map(|(place, _)| *place);
    let parents: Vec<Option<usize>> = rows.iter().map(|row| first(&row.cells.parent_id)).collect();
    // Rejected rows count too: of those with one id the one leads on whose parent is the first by code point.
    let mut above = parents.clone();
    for ((row, parent), own) in rows.iter().zip(&parents).zip(0..) {
        let id = |place: &usize| rows.get(*place).map(|row| &row.cells.unit_id);
        let Some(leads) =
            first(&row.cells.unit_id).filter(|first| *first != own).and_then(|first| above.get_mut(first))
        else {
            continue;
        };
        *leads = [*leads, *parent].into_iter().flatten().min_by_key(id);
    }
    let cycles = on_cycles(&above);
    for (place, row) in rows.iter_mut().enumerate() {
        let Some(parent) = &row.cells.parent_id else { continue };
        let heading = headings.of(row.place.file, 3);
        let fault = if cycles.binary_search(&place).is_ok() {
            parent_cycle(Order::Column(3, Class::Unknown), heading, parent)
        } else if parents.get(place).copied().flatten().is_none() {
            unknown_parent(Order::Column(3, Class::Unknown), heading, parent)
        } else {
            continue;
        };
        Fault::first(&mut row.fault, fault);
    }
}

/// A unit that a row names and the table does not have.
pub fn unknown(order: Order, heading: &str, name: &str, hints: &Hints) -> Fault {
    let hint = hints.units.get(name).map_or("write the unit as in `units`, or add it there", String::as_str);
    Fault {
        order,
        code: Code::UnknownUnit,
        column: heading.to_owned(),
        message: format!("`{name}` is no unit of the table `units`, by id or by a name that only one has"),
        hint: hint.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::rows::Place;

    /// The codes of rows of id, name and parent.
    fn codes(rows: &[(&str, &str, &str)]) -> Vec<&'static str> {
        let cell = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let row = |(line, (id, name, parent)): (u64, &(&str, &str, &str))| Row {
            place: Place { file: 0, line },
            cells: UnitCells { unit_id: cell(id), name: cell(name), group: None, parent_id: cell(parent) },
            fault: None,
            raw: String::new(),
        };
        let rows = (2..).zip(rows).map(row).collect();
        let mut table = Table { files: Vec::new(), headings: Headings::default(), rows };
        link(&mut table, &Aliases::default());
        table.rows.iter().map(|row| row.fault.as_ref().map_or("", |fault| fault.code.id())).collect()
    }

    #[test]
    fn a_unit_that_stands_twice_still_has_its_name() {
        let twice = [("1", "甲", ""), ("1", "甲", ""), ("2", "乙", "甲")];
        assert_eq!(codes(&twice), ["duplicate-id", "duplicate-id", ""]);
        let two = [("1", "甲", ""), ("3", "甲", ""), ("2", "乙", "甲")];
        assert_eq!(codes(&two), ["", "", "unknown-parent"]);
    }

    #[test]
    fn a_cycle_over_an_id_that_stands_twice_is_one_in_any_order_of_rows() {
        let codes_of = |first, second| codes(&[("1", "", "2"), ("2", "", first), ("2", "", second)]);
        let expected = ["parent-cycle", "duplicate-id", "duplicate-id"];
        assert_eq!(codes_of("1", ""), expected);
        assert_eq!(codes_of("", "1"), expected);
        let codes_of = |first, second| codes(&[("1", "", "2"), ("2", "", first), ("2", "", second), ("3", "", "")]);
        assert_eq!(codes_of("1", "3"), codes_of("3", "1"));
        assert_eq!(codes_of("", ""), ["", "duplicate-id", "duplicate-id", ""]);
    }
}
