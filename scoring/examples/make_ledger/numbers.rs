//! Numbers as people write them.

/// Appends a whole number; `format!` would take longer than all the rest of a row.
pub fn push_number(cell: &mut String, number: i32) {
    if number < 0 {
        cell.push('-');
    }
    let mut place = 1_000_000_000;
    let mut begun = false;
    let size = number.unsigned_abs();
    while place > 0 {
        let digit = size / place % 10;
        if digit > 0 || begun || place == 1 {
            begun = true;
            cell.push(char::from(b'0' + digit as u8));
        }
        place /= 10;
    }
}

/// A number of hundredths, without zeros at its end; `grouped` puts a comma before the last three digits.
pub fn push_hundredths(cell: &mut String, hundredths: i32, grouped: bool) {
    let whole = hundredths / 100;
    if grouped && whole >= 1000 {
        push_number(cell, whole / 1000);
        cell.push(',');
        let last = whole % 1000;
        if last < 100 {
            cell.push('0');
        }
        if last < 10 {
            cell.push('0');
        }
        push_number(cell, last);
    } else {
        push_number(cell, whole);
    }
    let (tenth, hundredth) = (hundredths / 10 % 10, hundredths % 10);
    if tenth + hundredth > 0 {
        cell.push('.');
        push_number(cell, tenth);
        if hundredth > 0 {
            push_number(cell, hundredth);
        }
    }
}
