//! What only the ledger as a whole shows to be wrong: ids that stand twice, parents that nobody is, cycles. METHOD §2.

use std::hash::Hash;

use rustc_hash::FxHashMap;

use crate::read::batch::TaskColumn;
use crate::read::reject::{Class, Code, Fault, Order};
use crate::read::rows::{FileInfo, Headings, Place, Table};

/// Gives `duplicate-id` to all rows whose key another row has too. A row that is not whole has no key. `column` is
/// that of the id, where the table has one.
pub(super) fn doubled<T, K: Eq + Hash>(table: &mut Table<T>, column: Option<usize>, keys: Vec<Option<K>>) {
    let mut first: FxHashMap<K, usize> = FxHashMap::default();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (place, key) in keys.into_iter().enumerate() {
        let Some(key) = key else { continue };
        match first.get(&key) {
            Some(other) => pairs.extend([(place, *other), (*other, place)]),
            None => {
                first.insert(key, place);
            }
        }
    }
    let places: Vec<Place> = table.rows.iter().map(|row| row.place).collect();
    for (place, other) in pairs {
        if let (Some(row), Some(other)) = (table.rows.get_mut(place), places.get(other)) {
            let heading = column.map_or("", |column| table.headings.of(row.place.file, column));
            Fault::first(&mut row.fault, duplicate(heading, &table.files, row.place, *other));
        }
    }
}

/// The heading in the file of a column as a policy names it; a column that the file lacks goes by that name.
pub(super) fn table_heading(column: &str, headings: &Headings, file: u16) -> String {
    let standard = TaskColumn::parse(column).map(|standard| headings.of(file, standard as usize));
    standard.filter(|heading| !heading.is_empty()).unwrap_or(column).to_owned()
}

/// A row whose id stands in another place too.
pub fn duplicate(heading: &str, files: &[FileInfo], here: Place, other: Place) -> Fault {
    let line = other.line;
    let place = match files.get(usize::from(other.file)) {
        Some(file) if other.file != here.file => format!("line {line} of `{}`", file.name),
        _ => format!("line {line}"),
    };
    Fault {
        order: Order::Duplicate,
        code: Code::DuplicateId,
        column: heading.to_owned(),
        message: format!("{place} has the same id"),
        hint: "keep one of the rows, or give one another id".to_owned(),
    }
}

/// A parent that no row has as its id.
pub fn unknown_parent(order: Order, heading: &str, parent: &str) -> Fault {
    Fault {
        order,
        code: Code::UnknownParent,
        column: heading.to_owned(),
        message: format!("no row has the id `{parent}`"),
        hint: "correct the parent, or leave the cell empty".to_owned(),
    }
}

/// A row that is its own ancestor.
pub fn parent_cycle(order: Order, heading: &str, parent: &str) -> Fault {
    Fault {
        order,
        code: Code::ParentCycle,
        column: heading.to_owned(),
        message: format!("going up from `{parent}` one comes back to this row"),
        hint: "correct one of the parents on the way".to_owned(),
    }
}

/// The order of a fault in a column.
pub(super) fn column(place: u8) -> Order {
    Order::Column(place, Class::Unknown)
}
