//! The pages of docs/ name everything there is.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;

use scoring::read::TableName;
use scoring::read::reject::Code;
use scoring::signals::threshold;
use scoring::terms::{Effect, Exclusion, Recommendation, Signal, State, Status};

fn page(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).unwrap()
}

#[test]
fn every_column_stands_with_its_headings() {
    let page = page("tables.md");
    for table in TableName::ALL {
        let start = page.find(&format!("\n## {} ", table.id())).unwrap();
        let part = &page[start + 1..];
        let part = &part[..part.find("\n## ").unwrap()];
        for column in table.columns() {
            let row = format!("| `{}` | {} |", column.id, column.aliases.join(", "));
            let line = part.lines().find(|line| line.starts_with(&row));
            let line = line.unwrap_or_else(|| panic!("docs/tables.md, {}: no row `{row}`", table.id()));
            assert_eq!(line.contains(", must |"), column.required, "{} {}", table.id(), column.id);
        }
        assert_eq!(part.matches("\n| `").count(), table.columns().len(), "{}", table.id());
    }
}

#[test]
fn every_code_has_a_part() {
    let page = page("codes.md");
    for code in Code::ALL {
        assert!(page.contains(&format!("\n### {}\n", code.id())), "{}", code.id());
    }
}

#[test]
fn every_term_stands_with_its_chinese_word() {
    let page = page("terms.md");
    let states = State::ALL.iter().map(|word| (word.id(), word.zh()));
    let exclusions = Exclusion::ALL.iter().map(|word| (word.id(), word.zh()));
    let statuses = Status::ALL.iter().map(|word| (word.id(), word.zh()));
    let recommendations = Recommendation::ALL.iter().map(|word| (word.id(), word.zh()));
    let effects = Effect::ALL.iter().map(|word| (word.id(), word.zh()));
    let signals = Signal::ALL.iter().map(|word| (word.id(), word.zh()));
    for (id, zh) in states.chain(exclusions).chain(statuses).chain(recommendations).chain(effects).chain(signals) {
        assert!(page.contains(&format!("| `{id}` | {zh} |")), "{id} {zh}");
    }
}

#[test]
fn every_signal_stands_with_its_threshold() {
    let page = page("signals.md");
    for signal in Signal::ALL {
        let (least, (above, below)) = threshold(*signal);
        let share = match (above, below) {
            (0, 1) => String::new(),
            (1, 1) => ", and all of those compared".to_owned(),
            (1, 2) => ", and half of those compared".to_owned(),
            (1, 10) => ", and a tenth of those compared".to_owned(),
            other => panic!("{other:?} has no words"),
        };
        let row = format!("| `{}` | {} | at least {least} tasks{share} |", signal.id(), signal.zh());
        assert!(page.contains(&row), "docs/signals.md: no row `{row}`");
        assert!(page.contains(&format!("**`{}`**", signal.id())), "{}", signal.id());
    }
}
