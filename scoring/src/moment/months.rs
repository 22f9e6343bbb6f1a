//! The first days of months, for the years in which nearly all dates of ledgers lie: what would take divisions by
//! the calendar is looked up.

use super::Day;

const FIRST_YEAR: i32 = 1900;
/// Months of 200 years, and one more where the last of them ends.
const KEPT: usize = 200 * 12 + 1;

/// The first day of each month.
#[expect(clippy::indexing_slicing, reason = "computed while the program is built, where iterators cannot be used")]
static FIRST_DAYS: [i32; KEPT] = {
    let mut days = [0; KEPT];
    let (mut place, mut year, mut month) = (0, FIRST_YEAR, 1);
    while place < KEPT {
        days[place] = Day::of_parts(year, month, 1).0;
        (year, month) = if month < 12 { (year, month + 1) } else { (year + 1, 1) };
        place += 1;
    }
    days
};

/// The first day of a month, and that of the next.
fn month(place: usize) -> Option<(i32, i32)> {
    let &[first, next] = FIRST_DAYS.get(place..)?.first_chunk()?;
    Some((first, next))
}

/// The day of a year, month and day of the month; `None` where there is no such day, or none is kept.
#[inline]
pub(super) fn day(year: i32, of_year: i32, day: i32) -> Option<Day> {
    let place = (1..=12).contains(&of_year).then(|| (year - FIRST_YEAR) * 12 + of_year - 1)?;
    let (first, next) = month(usize::try_from(place).ok()?)?;
    (1..=next - first).contains(&day).then_some(Day(first + day - 1))
}

/// The day so many months later, held to the month's last day; `None` where the months are not kept.
#[inline]
pub(super) fn later(day: Day, months: i32) -> Option<Day> {
    let place = usize::try_from(day.0.checked_sub(Day::of_parts(FIRST_YEAR, 1, 1).0)?).ok()?;
    // Months have 146,097 days in 4,800, so that this is the day's month or one beside it.
    let near = place.checked_mul(4_800)? / 146_097;
    let (first, next) = month(near)?;
    let place = (near + usize::from(next <= day.0)).checked_sub(usize::from(first > day.0))?;
    let (first, _) = month(place)?;
    let (later, next) = month(place.checked_add_signed(isize::try_from(months).ok()?)?)?;
    Some(Day(later + (day.0 - first).min(next - later - 1)))
}
