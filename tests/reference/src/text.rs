//! Cells as text: trimming, full width, blanks and lists. METHOD §2.

/// Every full-width character U+FF01–U+FF5E becomes its half-width one.
pub fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c as u32 {
            code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// Whether a cell holds nothing or one of the words for nothing.
pub fn is_blank(cell: &str) -> bool {
    matches!(half_width(cell.trim()).to_uppercase().as_str(), "" | "/" | "-" | "—" | "——" | "N/A" | "NA" | "无")
}

/// The parts of a list, in half width, without blank ones.
pub fn list(cell: &str) -> Vec<String> {
    split(cell, &['、', ',', ';', '/', '|', '\n', '\r'])
}

/// The parts of a list of dates, which a `/` does not part.
pub fn list_of_dates(cell: &str) -> Vec<String> {
    split(cell, &['、', ',', ';', '|', '\n', '\r'])
}

/// A list of units or persons: a closing `等` of the last part falls away.
pub fn list_of_names(cell: &str) -> Vec<String> {
    let mut parts = list(cell);
    if let Some(last) = parts.pop() {
        let kept = last.strip_suffix('等').unwrap_or(&last).trim();
        if !is_blank(kept) {
            parts.push(kept.to_string());
        }
    }
    parts
}

fn split(cell: &str, separators: &[char]) -> Vec<String> {
    if is_blank(cell) {
        return Vec::new();
    }
    half_width(cell).split(separators).map(str::trim).filter(|part| !is_blank(part)).map(str::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_lists() {
        for blank in ["", "　", "ｎ／ａ", "na", "——", "－", "无"] {
            assert!(is_blank(blank), "{blank}");
        }
        assert!(!is_blank("0"));
        assert_eq!(list_of_names("发改委、财政局，住建局等"), ["发改委", "财政局", "住建局"]);
        assert_eq!(list_of_names("甲、等"), ["甲"]);
        assert_eq!(list_of_dates("2025/3/1；2025.4.1"), ["2025/3/1", "2025.4.1"]);
    }
}
