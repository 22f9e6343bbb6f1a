//! What a spreadsheet makes of digits by itself when it opens and saves a file: it is no correction.

/// Digits of a number that a spreadsheet keeps.
const KEPT: usize = 15;

/// The cell as it was, where a spreadsheet alone made what comes back of it: digits without the zeros at their start,
/// with zeros for all beyond the fifteenth, or as `1.23457E+17`. Else the cell as it comes back.
pub(super) fn restored<'a>(cell: &'a str, was: &'a str) -> &'a str {
    if was.is_empty() || !is_digits(was) || cell == was {
        return cell;
    }
    let number = without_zeros(was);
    let came_of_it = cell == number || is_cut(cell, number) || is_in_powers(cell, number);
    if came_of_it { was } else { cell }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn without_zeros(digits: &str) -> &str {
    match digits.trim_start_matches('0') {
        "" => "0",
        number => number,
    }
}

/// Whether the digits beyond those that are kept became zeros.
fn is_cut(cell: &str, number: &str) -> bool {
    let parts = number.split_at_checked(KEPT).zip(cell.split_at_checked(KEPT));
    parts.is_some_and(|((kept, _), (same, zeros))| {
        cell.len() == number.len() && kept == same && zeros.bytes().all(|byte| byte == b'0')
    })
}

/// Whether the cell is the number in powers of ten, rounded to the digits that it has.
fn is_in_powers(cell: &str, number: &str) -> bool {
    let Some((mantissa, power)) = cell.split_once("E+") else { return false };
    let (whole, places) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{places}");
    if whole.len() != 1 || !is_digits(&digits) || power.parse() != Ok(number.len() - 1) {
        return false;
    }
    let Some((kept, rest)) = number.split_at_checked(digits.len()) else { return false };
    let up = u64::from(rest.starts_with(['5', '6', '7', '8', '9']));
    let rounded = kept.parse::<u64>().ok().map(|kept| kept + up);
    rounded.is_some() && rounded == digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_that_a_spreadsheet_changed_are_as_they_were() {
        for (cell, was) in [
            ("1", "001"),
            ("0", "000"),
            ("420106198001011000", "420106198001011234"),
            ("4.20106E+17", "420106198001011234"),
            ("4.2E+17", "420106198001011234"),
            ("1.23457E+11", "123456789012"),
            ("5E+11", "0499999999999"),
        ] {
            assert_eq!(restored(cell, was), was, "{cell}");
        }
    }

    #[test]
    fn what_a_person_changed_stays() {
        for (cell, was) in [
            ("2", "001"),
            ("01", "001"),
            ("", "001"),
            ("420106198001011235", "420106198001011234"),
            ("4.20107E+17", "420106198001011234"),
            ("4.20106E+16", "420106198001011234"),
            ("E+17", "420106198001011234"),
            ("4.2.0E+17", "420106198001011234"),
            ("1E+", "12"),
            ("12", "0x12"),
            ("1", ""),
        ] {
            assert_eq!(restored(cell, was), cell, "{cell}");
        }
    }
}
