//! The pages of docs/ name everything there is.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what a test needs and lacks fails it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use scoring::link::tasks::Fate;
use scoring::link::{Gathered, Linked};
use scoring::policy::{self, Policy};
use scoring::read::date::{self, DateContext};
use scoring::read::reject::Code;
use scoring::read::width::half;
use scoring::read::{self, TableName, list, number};
use scoring::run;
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

/// A policy that looks at every kind of cell.
const CELLS: &str = "schema = 1\nid = \"t\"\n[period]\nfrom = 2025-01-01\nto = 2025-12-31\n\
    [[indicator]]\nid = \"open\"\nmethod = \"flag\"\ncolumn = \"公开\"\n\
    [[unit.section]]\nid = \"s\"\nweight = 1\nsource = \"tasks\"\nindicators = [\"open\"]\n";

fn ledger(tables: &[(TableName, String)]) -> (Linked<Gathered>, Policy) {
    let (policy, _) = policy::parse(CELLS, "policy.toml").unwrap();
    let tables = tables.iter().map(|(table, text)| (*table, text.as_str()));
    let linked = run::linked(&read::in_memory(tables), &policy, &mut |_| Gathered::default(), &|_| {}).unwrap();
    (linked, policy)
}

/// A ledger of one task that is done, with a cell under a heading.
fn with_cell(heading: &str, cell: &str, more: &[(TableName, String)]) -> (Linked<Gathered>, Policy) {
    let cell = format!("\"{}\"", cell.replace('"', "\"\""));
    let others = [("任务编号", "T1"), ("牵头单位", "U1"), ("完成时限", "2025-03-01"), ("完成日期", "2025-03-01")];
    let others = others.into_iter().filter(|(known, _)| *known != heading);
    let (headings, cells): (Vec<&str>, Vec<&str>) = others.chain([(heading, cell.as_str())]).unzip();
    let mut tables = vec![(TableName::Tasks, format!("{}\n{}\n", headings.join(","), cells.join(",")))];
    tables.extend_from_slice(more);
    ledger(&tables)
}

/// What a cell means, in the words of docs/tables.md; each cell goes through a whole ledger.
fn meaning(cell: &str, kind: &str) -> String {
    let units = [(TableName::Units, "单位编号,单位名称\nU1,市财政局\n".to_owned())];
    let (heading, more) = match kind {
        "number" => ("目标值", &[][..]),
        "date" => ("完成时限", &[][..]),
        "dates" => ("延期至", &[][..]),
        "units" => ("牵头单位", &[][..]),
        "unit" => ("牵头单位", &units[..]),
        "flag" => ("公开", &[][..]),
        _ => ("状态", &[][..]),
    };
    let (Linked { ledger, keys, reckoning, .. }, policy) = with_cell(heading, cell, more);
    if let Some(reject) = ledger.rejects.first() {
        assert_eq!(reject.fault.column, heading, "{cell}");
        assert!(!reject.fault.hint.is_empty(), "{cell}");
        return format!("refused: `{}`", reject.fault.code.id());
    }
    let trimmed = half(read::trim(cell));
    let dates = DateContext::of(&policy);
    let day = |text: &str| match date::parse(text, &dates).unwrap() {
        Some(moment) => moment.day.date().unwrap().to_string(),
        None => "no date".to_owned(),
    };
    let batch = &reckoning.into_batches()[0];
    match kind {
        _ if read::blank(&trimmed) => "blank".to_owned(),
        "number" => number::parse(&trimmed).unwrap().exact().to_string(),
        "date" => day(&trimmed),
        "dates" => list::split_dates(&trimmed).map(day).collect::<Vec<_>>().join(" + "),
        "unit" | "units" => {
            let named = batch.units.get(0).iter().filter_map(|key| keys.unit(*key));
            let named = named.map(|unit| ledger.units[unit as usize].id.as_str());
            named.collect::<Vec<_>>().join(" + ")
        }
        "flag" => match batch.judged.values[0] {
            0 => "no".to_owned(),
            value if value > 0 => "yes".to_owned(),
            _ => "not applicable".to_owned(),
        },
        _ => match batch.fates[0] {
            Fate::Excluded(why @ (Exclusion::Cancelled | Exclusion::Exempt)) => why.id().to_owned(),
            _ => "active".to_owned(),
        },
    }
}

/// Whether a file in an encoding is understood by itself, or when the tables file names the encoding.
fn encoding(name: &str) -> String {
    let (label, mark) = match name.split_once(" with BOM") {
        Some((label, _)) => (label, true),
        None => (name, false),
    };
    let unit = "市政局";
    let text = format!("{}task_id,lead_unit\nT1,{unit}\n", if mark { "\u{FEFF}" } else { "" });
    let bytes: Vec<u8> = match label {
        "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "UTF-16BE" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(&text).0.into_owned(),
    };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tasks.csv"), bytes).unwrap();
    let file = folder.path().join("tables.toml");
    fs::write(&file, format!("[tasks]\nencoding = \"{label}\"\n")).unwrap();
    let (policy, _) = policy::parse(CELLS, "policy.toml").unwrap();
    let understood = |tables: Option<&Path>| {
        let ledger = run::check(&read::find(folder.path(), tables).unwrap(), &policy, &|_| {}).unwrap();
        ledger.units.iter().any(|known| known.id == unit)
    };
    match (understood(None), understood(Some(&file))) {
        (true, _) => "understood".to_owned(),
        (false, true) => "understood when the tables file names it".to_owned(),
        (false, false) => "refused".to_owned(),
    }
}

#[test]
fn every_cell_that_is_understood_or_refused_is_so() {
    let page = page("tables.md");
    let start = page.find("\n| cell | as | means |\n|---|---|---|\n").unwrap();
    let rows = page[start..].trim_start().lines().skip(2).take_while(|line| line.starts_with("| "));
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows {
        let parts: Vec<&str> = row.trim_matches(['|', ' ']).split(" | ").collect();
        assert_eq!(parts.len(), 3, "docs/tables.md: {row}");
        let (cell, kind, means) = (parts[0], parts[1], parts[2]);
        let plain = |text: &str| text.replace('␣', " ").replace('⏎', "\n").replace("\\|", "|");
        let cell = plain(cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`')).unwrap());
        let found = if kind == "encoding" { encoding(&cell) } else { meaning(&cell, kind) };
        assert_eq!(found, plain(means), "docs/tables.md: {row}");
        *kinds.entry(kind.to_owned()).or_default() += 1;
    }
    let kinds: Vec<&str> = kinds.iter().filter(|(_, rows)| **rows > 3).map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["date", "dates", "encoding", "flag", "number", "status", "unit", "units"]);
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
