//! Half width for full width: `２０２５－０３－０１` is `2025-03-01`.

use std::borrow::Cow;

/// How far a full-width character stands above its half-width one.
const SHIFT: u32 = 0xFEE0;

/// The text with every character from U+FF01 to U+FF5E in half width.
pub fn half(text: &str) -> Cow<'_, str> {
    // All of these characters begin with this byte in UTF-8; most cells have none.
    if memchr::memchr(0xEF, text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(narrow).collect())
}

fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - SHIFT).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_signs_become_half_width_and_nothing_else_does() {
        assert_eq!(half("２０２５－０３、（一）ＡＢｃ～"), "2025-03、(一)ABc~");
        assert_eq!(half("市教育局。　\u{FEFF}｟"), "市教育局。　\u{FEFF}｟");
    }

    #[test]
    fn text_without_full_width_characters_is_not_copied() {
        assert!(matches!(half("2025年3月"), Cow::Borrowed(_)));
    }
}
