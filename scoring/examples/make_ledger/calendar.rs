//! Days, and the ways people write them in ledgers.

use crate::numbers::push_number;
use crate::random::Random;

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i32);

impl Day {
    /// The day of a date of the Gregorian calendar; the month may be 1 to 12, the day 1 to 31.
    pub fn new(year: i32, month: i32, day: i32) -> Self {
        // Years are counted from March, so that the leap day is the last one.
        let shifted = if month <= 2 { year - 1 } else { year };
        let era = shifted.div_euclid(400);
        let of_era = shifted.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        Self(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
    }

    /// Year, month and day of the month.
    pub fn date(self) -> (i32, i32, i32) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let of_year = day_of_era - (365 * of_era + of_era / 4 - of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = era * 400 + of_era + i32::from(month <= 2);
        (year, month, day)
    }

    pub fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    pub fn month_end(self) -> Self {
        let (year, month, _) = self.date();
        if month == 12 { Self::new(year, 12, 31) } else { Self::new(year, month + 1, 1).plus(-1) }
    }

    /// The same day of the next month, or the last one of it.
    pub fn next_month(self) -> Self {
        let (_, _, day) = self.date();
        let last = self.month_end().plus(1).month_end();
        let (year, month, length) = last.date();
        Self::new(year, month, day.min(length))
    }

    pub fn is_weekend(self) -> bool {
        // 1970-01-01 was a Thursday.
        (self.0 + 3).rem_euclid(7) >= 5
    }

    /// Appends the day as `2025-03-01`.
    pub fn write(self, cell: &mut String) {
        let (year, month, day) = self.date();
        push_date(cell, year, month, day, "-");
    }

    /// Appends the day in one of the forms that are read without being told.
    pub fn write_somehow(self, cell: &mut String, random: &mut Random) {
        let (year, month, day) = self.date();
        match random.below(40) {
            0 => push_short(cell, year, month, day, "/"),
            1 => push_short(cell, year, month, day, "."),
            2 => push_date(cell, year, month, day, ""),
            3 | 4 => {
                push_number(cell, year);
                cell.push('年');
                push_number(cell, month);
                cell.push('月');
                push_number(cell, day);
                cell.push('日');
            }
            5 => {
                push_date(cell, year, month, day, "-");
                cell.push_str(" 17:30");
            }
            6 => {
                let start = cell.len();
                push_date(cell, year, month, day, "-");
                let wide: String = cell.get(start..).unwrap_or_default().chars().map(full_width).collect();
                cell.truncate(start);
                cell.push_str(&wide);
            }
            _ => push_date(cell, year, month, day, "-"),
        }
    }

    /// Appends a time limit; the last day of a month also in words. `period` is the year of the assessment:
    /// in it a month needs no year.
    pub fn write_limit(self, cell: &mut String, period: i32, random: &mut Random) {
        let (year, month, _) = self.date();
        if self != self.month_end() || random.chance(500) {
            return self.write_somehow(cell, random);
        }
        let with_year = year != period || random.chance(400);
        if with_year {
            push_number(cell, year);
            cell.push('年');
        }
        if month == 12 && random.chance(600) {
            // `2025年底` has the word for year once, as `年底` has.
            cell.push_str(if with_year { "" } else { "年" });
            cell.push_str(random.pick(&["底", "末", "底前"]));
        } else {
            push_number(cell, month);
            cell.push_str(random.pick(&["月底", "月末", "月底前", "月前"]));
        }
    }
}

fn push_date(cell: &mut String, year: i32, month: i32, day: i32, separator: &str) {
    push_number(cell, year);
    cell.push_str(separator);
    push_two(cell, month);
    cell.push_str(separator);
    push_two(cell, day);
}

fn push_short(cell: &mut String, year: i32, month: i32, day: i32, separator: &str) {
    push_number(cell, year);
    cell.push_str(separator);
    push_number(cell, month);
    cell.push_str(separator);
    push_number(cell, day);
}

fn push_two(cell: &mut String, number: i32) {
    if number < 10 {
        cell.push('0');
    }
    push_number(cell, number);
}

/// The full-width form of a printable ASCII character.
fn full_width(narrow: char) -> char {
    char::from_u32(u32::from(narrow) + 0xfee0).unwrap_or(narrow)
}
