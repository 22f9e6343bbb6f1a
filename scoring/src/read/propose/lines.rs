//! Proposals as the lines of a tables file.

use std::collections::BTreeMap;

use super::super::error::ReadError;
use super::super::settings::TableSettings;
use super::super::table::TableName;
use super::cells::{Evidence, Orders};
use super::{Looked, Near};
use crate::near::{Known, Nearness};

/// Words or names without anything near that are listed.
const LISTED: usize = 20;

const HEAD: &str = "\
# A tables file, proposed from the ledger. Look at each line, and correct or delete it. Lines that begin with # are
# not sure and change nothing: take away the # of those that hold. Save it as UTF-8 and give it with --tables; lines
# that you have in a tables file already stay there.
";

/// A line of a tables file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// What stands above it as comments.
    pub above: Vec<String>,
    /// TOML.
    pub text: String,
    /// What stands behind it as a comment.
    pub after: String,
    /// Whether it holds as it stands; else it is put behind `#`.
    pub sure: bool,
}

impl Line {
    fn of(sure: bool, text: String) -> Self {
        Self { above: Vec::new(), text, after: String::new(), sure }
    }
}

/// The part of a table.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// Its keys.
    pub keys: Vec<Line>,
    /// `values`, by column id.
    pub values: BTreeMap<&'static str, Vec<Line>>,
    /// `aliases`.
    pub aliases: Vec<Line>,
}

/// What is proposed for a table.
pub(super) fn of_table(
    table: TableName,
    looked: &Looked,
    known: &BTreeMap<&'static str, Vec<String>>,
    settings: &TableSettings,
) -> Section {
    let mut keys: Vec<Line> = looked.failed.iter().map(|error| note(format!("not looked at: {error}"))).collect();
    keys.extend(encodings(looked));
    keys.extend(delimiters(looked));
    keys.extend(columns(table, looked));
    keys.extend(dates(looked, settings));
    Section { keys, values: values(looked, known), aliases: Vec::new() }
}

/// A comment alone.
fn note(text: String) -> Line {
    Line { above: vec![text], ..Line::of(true, String::new()) }
}

/// Encodings that ledgers come in: of Chinese first, then of Western Windows and of old Macs.
const ENCODINGS: [&str; 5] = ["gb18030", "utf-8", "big5", "windows-1252", "macintosh"];

fn encodings(looked: &Looked) -> Vec<Line> {
    let bad_header = looked.failed.iter().find(|error| matches!(error, ReadError::HeaderEncoding { .. }));
    let why = match (&looked.cells.undecodable, bad_header) {
        (Some(evidence), _) => {
            let (rows, all) = (evidence.cells, looked.cells.rows);
            format!("{rows} of {all} rows have bytes that are no text, first {}", evidence.place)
        }
        (None, Some(_)) => "the headings have bytes that are no text".to_owned(),
        (None, None) => return Vec::new(),
    };
    let mut lines: Vec<Line> =
        ENCODINGS.iter().map(|label| Line::of(false, format!("encoding = {}", quoted(label)))).collect();
    if let Some(first) = lines.first_mut() {
        first.above = vec![format!("{why}; one of these may be the encoding (look at the names afterwards):")];
    }
    lines
}

fn delimiters(looked: &Looked) -> Option<Line> {
    let (headings, (byte, sure)) = looked.files.iter().find_map(|headings| Some((headings, headings.delimiter?)))?;
    let delimiter = char::from(byte).to_string();
    let above = format!("{} has one heading alone, and this would part it", headings.file);
    Some(Line { above: vec![above], ..Line::of(sure, format!("delimiter = {}", quoted(&delimiter))) })
}

fn columns(table: TableName, looked: &Looked) -> Vec<Line> {
    let mut lines = Vec::new();
    for (headings, (id, lost)) in looked.files.iter().flat_map(|file| file.lost.iter().map(move |lost| (file, lost))) {
        lines.push(note(format!(
            "{} lacks the heading {}, which the tables file names for {id}",
            headings.file,
            code(lost)
        )));
    }
    for spec in table.columns() {
        let near: Vec<(&str, &Near)> = looked
            .files
            .iter()
            .flat_map(|file| file.near.iter().map(|near| (file.file.as_str(), near)))
            .filter(|(_, near)| near.id == spec.id)
            .collect();
        let first = near.first().map(|(_, near)| *near);
        let one = first.is_some_and(|first| {
            near.len() == looked.files.len()
                && near.iter().all(|(_, near)| near.sure && near.headings == first.headings)
        });
        let mut seen: Vec<&str> = Vec::new();
        for (file, near) in near {
            for heading in &near.headings {
                if seen.contains(&heading.as_str()) {
                    continue;
                }
                seen.push(heading);
                let above = format!("{file}: {} is near to {}", code(heading), code(near.like));
                let text = format!("columns.{} = {}", spec.id, quoted(heading));
                lines.push(Line { above: vec![above], ..Line::of(one, text) });
            }
        }
        if let Some(file) = looked.files.iter().find(|file| file.missing.contains(&spec.id)) {
            let names: Vec<String> = spec.aliases.iter().map(|alias| code(alias)).collect();
            let above = format!("{}: no heading is near to {}, which must be there", file.file, names.join(", "));
            lines.push(Line { above: vec![above], ..Line::of(false, format!("columns.{} = \"…\"", spec.id)) });
            if spec.id == "task_id" {
                let after = "or ids made of file and line".to_owned();
                lines.push(Line { after, ..Line::of(false, "ids = \"row\"".to_owned()) });
            }
        }
    }
    lines
}

fn dates(looked: &Looked, settings: &TableSettings) -> Vec<Line> {
    let list = |formats: &[String]| {
        let all: Vec<String> = settings.date_formats.iter().chain(formats).map(|format| quoted(format)).collect();
        format!("date_formats = [{}]", all.join(", "))
    };
    let mut lines = Vec::new();
    let plain: Vec<String> = looked.cells.formats.keys().map(|format| (*format).to_owned()).collect();
    if !plain.is_empty() {
        let above =
            looked.cells.formats.values().map(|evidence| format!("{}, as {}", times(evidence), code(&evidence.cell)));
        lines.push(Line { above: above.collect(), ..Line::of(true, list(&plain)) });
    }
    if looked.cells.orders.is_empty() {
        return lines;
    }
    let mut above: Vec<String> = Vec::new();
    for orders in looked.cells.orders.values() {
        above.extend(orders_seen(orders));
    }
    above.push("which comes first, the day or the month, is for a person to say:".to_owned());
    if !plain.is_empty() {
        above.push("(in the place of the line above)".to_owned());
    }
    let with = |order: usize| {
        let ordered = looked.cells.orders.keys().filter_map(|formats| formats.get(order).cloned());
        list(&plain.iter().cloned().chain(ordered).collect::<Vec<_>>())
    };
    lines.push(Line { above, after: "day first".to_owned(), ..Line::of(false, with(0)) });
    lines.push(Line { after: "month first".to_owned(), ..Line::of(false, with(1)) });
    lines
}

fn orders_seen(orders: &Orders) -> Vec<String> {
    let either = orders.either.iter().map(|evidence| {
        format!("{} can be read with the day or the month first, as {}", times(evidence), code(&evidence.cell))
    });
    let one = |evidence: &Evidence, order: &str| {
        format!("{} at {} can only be {order} first ({})", code(&evidence.cell), evidence.place, times(evidence))
    };
    let day = orders.day_first.iter().map(|evidence| one(evidence, "day"));
    let month = orders.month_first.iter().map(|evidence| one(evidence, "month"));
    either.chain(day).chain(month).collect()
}

fn values(looked: &Looked, known: &BTreeMap<&'static str, Vec<String>>) -> BTreeMap<&'static str, Vec<Line>> {
    let mut values: BTreeMap<&'static str, Vec<Line>> = BTreeMap::new();
    let mut unlike: BTreeMap<&'static str, usize> = BTreeMap::new();
    for ((column, word), evidence) in &looked.cells.words {
        let words = known.get(column).map(Vec::as_slice).unwrap_or_default();
        let near = Known::new(words.iter().map(String::as_str)).nearest(word);
        let near: Option<(Nearness, Vec<&String>)> =
            near.map(|(nearness, places)| (nearness, places.iter().filter_map(|place| words.get(*place)).collect()));
        let lines = values.entry(column).or_default();
        match near {
            Some((nearness, near)) => {
                let sure = near.len() == 1 && nearness == Nearness::Spelling;
                lines.extend(near.into_iter().map(|meant| mapping(word, meant, sure, times(evidence))));
            }
            None => {
                let count = unlike.entry(column).or_default();
                *count += 1;
                if *count <= LISTED {
                    let words: Vec<String> = words.iter().map(|word| code(word)).collect();
                    let after = format!("{}; known are {}", times(evidence), words.join(", "));
                    lines.push(mapping(word, "…", false, after));
                }
            }
        }
    }
    for (column, count) in unlike.into_iter().filter(|(_, count)| *count > LISTED) {
        values.entry(column).or_default().push(note(format!("and {} more words", count - LISTED)));
    }
    values
}

/// What is proposed for names that no unit has; `known` are ids and names of units.
pub(super) fn aliases(used: &BTreeMap<&str, Evidence>, known: &[(String, String)]) -> Vec<Line> {
    let names: Vec<&str> = known.iter().flat_map(|(id, name)| [id.as_str(), name.as_str()]).collect();
    let is_known = |name: &str| names.iter().any(|known| super::super::width::half(known) == name);
    let unknown: Vec<(&str, &Evidence)> =
        used.iter().map(|(name, evidence)| (*name, evidence)).filter(|(name, _)| !is_known(name)).collect();
    let all = Known::new(names.iter().copied());
    let (mut lines, mut unlike) = (Vec::new(), Vec::new());
    for (name, evidence) in unknown.iter().take(crate::link::hints::MOST_NAMES) {
        let Some((nearness, places)) = all.nearest(name) else {
            unlike.push((*name, *evidence));
            continue;
        };
        let mut units: Vec<&(String, String)> = places.iter().filter_map(|place| known.get(place / 2)).collect();
        units.dedup();
        let sure = units.len() == 1 && matches!(nearness, Nearness::Spelling | Nearness::Part);
        lines.extend(
            units.into_iter().map(|(id, unit)| mapping(name, id, sure, format!("{}; {id} is {unit}", times(evidence)))),
        );
    }
    for (name, evidence) in unlike.iter().take(LISTED) {
        lines.push(mapping(name, "…", false, format!("{}; near to no unit", times(evidence))));
    }
    if unlike.len() > LISTED {
        lines.push(note(format!("and {} more names that are near to no unit", unlike.len() - LISTED)));
    }
    lines
}

fn mapping(from: &str, to: &str, sure: bool, after: String) -> Line {
    Line { after, ..Line::of(sure, format!("{} = {}", quoted(from), quoted(to))) }
}

fn times(evidence: &Evidence) -> String {
    let cells = if evidence.cells == 1 { "1 cell".to_owned() } else { format!("{} cells", evidence.cells) };
    format!("{cells}, first {}", evidence.place)
}

/// A text of the ledger in a comment.
fn code(text: &str) -> String {
    format!("`{text}`")
}

/// A text as TOML in one line.
fn quoted(text: &str) -> String {
    // A string of JSON is one of TOML, but for the one control character that JSON does not escape.
    serde_json::Value::from(text).to_string().replace('\u{7F}', "\\u007F")
}

/// The whole file.
pub(super) fn text(sections: &BTreeMap<TableName, Section>) -> String {
    let mut text = HEAD.to_owned();
    let mut empty = true;
    for (table, section) in sections {
        let id = table.id();
        let values = section.values.iter().map(|(column, lines)| (format!("{id}.values.{column}"), lines));
        let aliases = (format!("{id}.aliases"), &section.aliases);
        for (name, lines) in [(id.to_owned(), &section.keys)].into_iter().chain(values).chain([aliases]) {
            if lines.is_empty() {
                continue;
            }
            empty = false;
            text.push_str(&format!("\n[{name}]\n"));
            lines.iter().for_each(|line| push(&mut text, line));
        }
    }
    if empty {
        text.push_str("\n# There is nothing to propose.\n");
    }
    text
}

fn push(text: &mut String, line: &Line) {
    for comment in &line.above {
        text.push_str(&format!("# {}\n", in_one_line(comment)));
    }
    if line.text.is_empty() {
        return;
    }
    let after = if line.after.is_empty() { String::new() } else { format!("  # {}", in_one_line(&line.after)) };
    text.push_str(&format!("{}{}{after}\n", if line.sure { "" } else { "# " }, line.text));
}

/// A comment may hold no control characters, and ends with its line.
fn in_one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
