//! Whom rows name, put together from columns of keys that stand for somebody each.

use std::hint::select_unpredictable;

use crate::link::tasks::Roles;
use crate::read::batch::ListColumn;

/// A column of keys, by the column of the codes that they are of.
type Keys<'a> = (Option<&'a ListColumn<u32>>, &'a [u32]);

/// Keys of units that are written at a time.
const UNITS: usize = 3;

/// The units of each of so many rows, those of both columns, each once.
pub(super) fn units(rows: usize, [lead, co]: [Keys<'_>; 2]) -> ListColumn<u32> {
    let (mut items, mut ends, mut end) = (vec![0; lead.1.len() + co.1.len() + UNITS], Vec::with_capacity(rows), 0);
    let [lead, mut co] = [lead, co].map(|(column, keys)| (ListColumn::cells_of(column, keys), keys, 0));
    for (lead, more) in lead.0.take(rows).zip(co.0) {
        let start = co.2;
        co.2 += more.len();
        match (lead, more.len()) {
            // A lead and up to two co units, as in most rows. How many there are is no jump, which would be guessed
            // wrong: what is not there is the lead once more, and whoever stands there already is written over.
            ([lead], 0..UNITS) => {
                let at = |place: usize| co.1.get(start + place).copied().unwrap_or(*lead);
                let one = select_unpredictable(!more.is_empty(), at(0), *lead);
                let two = select_unpredictable(more.len() > 1, at(1), *lead);
                if let Some(units) = items.get_mut(end..).and_then(<[u32]>::first_chunk_mut) {
                    *units = [*lead, select_unpredictable(one != *lead, one, two), two];
                }
                end += 1 + usize::from(one != *lead) + usize::from((two != *lead) & (two != one));
            }
            _ => {
                let first = end;
                for unit in lead.iter().chain(more) {
                    if let Some((next, known)) = items.get_mut(first..=end).and_then(<[u32]>::split_last_mut)
                        && !known.contains(unit)
                    {
                        *next = *unit;
                        end += 1;
                    }
                }
            }
        }
        ends.push(u32::try_from(end).unwrap_or(u32::MAX));
    }
    items.truncate(end);
    ListColumn::of(items, ends)
}

/// The persons of each of so many rows, those of all columns, each once and with the roles of its columns.
pub(super) fn persons(rows: usize, columns: &[(Roles, &ListColumn<u32>, &[u32])]) -> ListColumn<(u32, Roles)> {
    if let [(role, column, keys), (other, more, others)] = columns
        && [column, more].into_iter().all(|column| column.is_one_each())
    {
        return pairs(keys, *role, others, *other);
    }
    let mut persons = ListColumn::with_capacity(rows, columns.iter().map(|(.., keys)| keys.len()).sum());
    let mut columns: Vec<_> =
        columns.iter().map(|(role, column, keys)| (*role, ListColumn::cells_of(Some(column), keys))).collect();
    for _ in 0..rows {
        let first = persons.items().len();
        for (role, cells) in &mut columns {
            for person in cells.next().unwrap_or_default() {
                add_role(&mut persons, first, *person, *role);
            }
        }
        persons.end();
    }
    persons
}

/// Adds a role of a person to a row whose first person has this place.
#[inline]
pub(super) fn add_role(persons: &mut ListColumn<(u32, Roles)>, first: usize, person: u32, role: Roles) {
    match persons.from(first).iter_mut().find(|(known, _)| *known == person) {
        Some((_, roles)) => *roles |= role,
        None => persons.add((person, role)),
    }
}

/// The persons of rows that name one in each of two columns, as most do.
fn pairs(keys: &[u32], role: Roles, others: &[u32], other: Roles) -> ListColumn<(u32, Roles)> {
    let rows = keys.len().min(others.len());
    let (mut items, mut ends, mut end) = (vec![(0, 0); rows * 2], Vec::with_capacity(rows), 0);
    for (person, next) in keys.iter().zip(others) {
        let differ = person != next;
        if let Some(persons) = items.get_mut(end..).and_then(<[(u32, Roles)]>::first_chunk_mut) {
            *persons = [(*person, if differ { role } else { role | other }), (*next, other)];
        }
        end += 1 + usize::from(differ);
        ends.push(end as u32);
    }
    items.truncate(end);
    ListColumn::of(items, ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Cells = Vec<Vec<u32>>;

    fn column(cells: &Cells) -> ListColumn<u32> {
        let mut column = ListColumn::default();
        cells.iter().for_each(|cell| column.push(cell.iter().copied()));
        column
    }

    /// Mostly one key a cell, or always.
    fn cells(rows: usize) -> impl Strategy<Value = Cells> {
        let one = || prop::collection::vec(0..4_u32, 1);
        let some = prop_oneof![2 => one(), 2 => prop::collection::vec(0..4_u32, 0..5)];
        prop_oneof![prop::collection::vec(one(), rows), prop::collection::vec(some, rows)]
    }

    fn columns() -> impl Strategy<Value = (usize, [Cells; 3])> {
        (0..20_usize).prop_flat_map(|rows| (Just(rows), [cells(rows), cells(rows), cells(rows)]))
    }

    proptest! {
        #[test]
        fn rows_have_the_units_and_persons_that_their_cells_name(
            (rows, cells) in columns(), has_co: bool, given in prop::collection::vec(any::<bool>(), 3)
        ) {
            let made = cells.each_ref().map(column);
            let [lead, co, _] = &made;
            let co = has_co.then_some(co);
            let found = units(rows, [(Some(lead), lead.items()), (co, co.map_or(&[], |co| co.items()))]);
            for row in 0..rows {
                let mut expected: Vec<u32> = Vec::new();
                for unit in lead.get(row).iter().chain(co.map_or(&[][..], |co| co.get(row))) {
                    expected.extend((!expected.contains(unit)).then_some(*unit));
                }
                prop_assert_eq!(found.get(row), expected);
            }
            let given: Vec<(Roles, &ListColumn<u32>, &[u32])> =
                [1, 2, 4].into_iter().zip(&made).zip(given).filter(|(_, given)| *given).map(|((role, column), _)| (role, column, column.items())).collect();
            let found = persons(rows, &given);
            for row in 0..rows {
                let mut expected: Vec<(u32, Roles)> = Vec::new();
                for (person, role) in given.iter().flat_map(|(role, column, _)| column.get(row).iter().map(move |person| (person, role))) {
                    match expected.iter_mut().find(|(known, _)| known == person) {
                        Some((_, roles)) => *roles |= *role,
                        None => expected.push((*person, *role)),
                    }
                }
                prop_assert_eq!(found.get(row), expected);
            }
        }
    }
}
