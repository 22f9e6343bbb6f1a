//! A finding as people read it: the line of the file, underlined.

use std::fmt::Write;

use super::{Finding, Severity};

/// The finding with the line it is about, underlined; `text` is the file and `name` its name.
pub fn render(finding: &Finding, text: &str, name: &str) -> String {
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let line: String = text.lines().nth(finding.line.saturating_sub(1)).unwrap_or_default().replace('\t', " ");
    let (first, end) = finding.columns;
    let number = finding.line.to_string();
    let margin = " ".repeat(number.len());
    let before: usize = line.chars().take(first.saturating_sub(1)).map(width).sum();
    let marked: usize = line.chars().skip(first.saturating_sub(1)).take(end.saturating_sub(first)).map(width).sum();
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{word}[{}]: {}", finding.code, finding.message);
    let _ = writeln!(out, "{margin}--> {name}:{number}:{first}");
    let _ = writeln!(out, "{margin} |");
    let _ = writeln!(out, "{number} | {line}");
    let _ = writeln!(out, "{margin} | {}{}", " ".repeat(before), "^".repeat(marked.max(1)));
    if !finding.hint.is_empty() {
        let _ = writeln!(out, "{margin} = hint: {}", finding.hint);
    }
    out
}

/// Columns that a character takes on a terminal.
fn width(letter: char) -> usize {
    match u32::from(letter) {
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE4F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_columns_of_the_underline() {
        let text = "a = 1\nname = \"发文数\" # x\n";
        let finding = Finding {
            severity: Severity::Error,
            code: "forbidden-word",
            line: 2,
            columns: (8, 13),
            message: "no".into(),
            hint: "rename it".into(),
        };
        let expected = "error[forbidden-word]: no\n --> p.toml:2:8\n  |\n2 | name = \"发文数\" # x\n  |        ^^^^^^^^\n  = hint: rename it\n";
        assert_eq!(render(&finding, text, "p.toml"), expected);
    }
}
