//! What number formats show: percentages, and months without their day.

use calamine::Style;

/// What the format of a cell makes of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Nothing that matters here.
    Plain,
    /// A hundred times the value, with a percent sign.
    Percent,
    /// Of a date the year and the month alone.
    Month,
}

/// The formats that Chinese Excel and WPS have built in for `2025年3月`, and `Mar-25`.
const MONTHS: [u32; 6] = [17, 27, 36, 50, 52, 57];

impl Shown {
    /// What a style of a cell shows.
    pub fn of_style(style: &Style) -> Self {
        let Some(format) = &style.number_format else { return Self::Plain };
        match format.format_id {
            Some(id) if MONTHS.contains(&id) => Self::Month,
            _ => Self::of_code(&format.format_code),
        }
    }

    fn of_code(code: &str) -> Self {
        let signs = signs(code);
        let has = |wanted: char| signs.contains(wanted);
        if has('%') {
            return Self::Percent;
        }
        let is_month = has('y') && has('m') && !has('d') && !has('h') && !has('s');
        if is_month { Self::Month } else { Self::Plain }
    }
}

/// The signs of a format's first section that stand for something, in lower case: without quoted and escaped text, and
/// without what stands in brackets.
fn signs(code: &str) -> String {
    let (mut signs, mut quoted, mut bracketed) = (String::new(), false, false);
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            // The character after these is shown as it is, or takes room only.
            '\\' | '_' | '*' => {
                chars.next();
            }
            '[' => bracketed = true,
            ']' => bracketed = false,
            _ if bracketed => {}
            ';' => break,
            _ => signs.extend(c.to_lowercase()),
        }
    }
    signs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_that_are_not_text_make_percentages() {
        for code in ["0%", "0.00%", "#,##0.0%;[Red]-0.0%", "[蓝色]0%", "0\" 约\"%"] {
            assert_eq!(Shown::of_code(code), Shown::Percent, "{code}");
        }
        for code in ["General", "0.00", "0\"%\"", "0\\%", "0_%", "@", "0;0%", ""] {
            assert_eq!(Shown::of_code(code), Shown::Plain, "{code}");
        }
    }

    #[test]
    fn dates_without_a_day_show_their_month() {
        for code in ["yyyy\"年\"m\"月\"", "yyyy-mm", "[$-804]yyyy\"年\"m\"月\";@", "mmm-yy"] {
            assert_eq!(Shown::of_code(code), Shown::Month, "{code}");
        }
        for code in ["yyyy-mm-dd", "m\"月\"d\"日\"", "h:mm", "yyyy\"年\"", "yyyy-mm h"] {
            assert_eq!(Shown::of_code(code), Shown::Plain, "{code}");
        }
    }
}
