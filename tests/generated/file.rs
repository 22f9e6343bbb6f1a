//! A table as bytes: headings, records with their quirks, quotes, line ends and encodings.

use crate::pen::wide;
use crate::random::Random;

/// What is wrong with a record as a whole.
#[derive(Clone, Copy, PartialEq)]
pub enum Quirk {
    None,
    Short,
    Long,
    /// Bytes that no encoding of text knows.
    Broken,
    /// A text after a closing quote.
    Trailing,
}

#[derive(Clone)]
pub struct Row {
    pub cells: Vec<String>,
    quirk: Quirk,
    /// The cell that the quirk is about.
    at: usize,
    /// Blank lines before it.
    idle: Vec<&'static str>,
}

#[derive(Clone)]
pub struct Table {
    pub name: &'static str,
    /// Ids of the columns that the headings stand for; extra columns have their heading.
    pub columns: Vec<String>,
    pub headings: Vec<String>,
    pub rows: Vec<Row>,
    random: Random,
}

/// What the tables file says of a table.
#[derive(Default, Clone)]
pub struct Settings {
    pub mapped: Vec<(String, String)>,
    pub encoding: Option<&'static str>,
    pub ids_from_rows: bool,
    /// Column, then words and what they are turned into.
    pub values: Vec<(String, Vec<(String, String)>)>,
    pub date_formats: Vec<&'static str>,
}

impl Table {
    /// A table of these columns, each under its id or one of its other headings.
    pub fn new(
        name: &'static str,
        columns: Vec<(&'static str, &'static [&'static str])>,
        mut random: Random,
        settings: &mut Settings,
    ) -> Table {
        let alias = random.below(3);
        let mut table = Table { name, columns: vec![], headings: vec![], rows: vec![], random: random.clone() };
        for (id, aliases) in columns {
            let heading = match alias {
                0 => id.to_string(),
                1 => aliases.first().unwrap_or(&id).to_string(),
                _ => (*random.pick(&[&[id], aliases].concat())).to_string(),
            };
            let mapped = !aliases.is_empty() && random.chance(15);
            if mapped {
                settings.mapped.push((id.to_string(), format!("{heading}列")));
            }
            let heading = if mapped { format!("{heading}列") } else { heading };
            table.columns.push(id.to_string());
            table.headings.push(if random.chance(40) { format!(" {heading}　") } else { heading });
        }
        table.random = random;
        table
    }

    /// Adds a record, which may get a quirk with this chance in 1000.
    pub fn add(&mut self, cells: Vec<String>, nasty: u32) {
        let random = &mut self.random;
        let quirks = [Quirk::Short, Quirk::Long, Quirk::Broken, Quirk::Trailing];
        let quirk = if random.chance(nasty / 2) { *random.pick(&quirks) } else { Quirk::None };
        let idle = if random.chance(40) { vec![random.word(&["", ",,", "　", "\"\"", " , "])] } else { vec![] };
        let at = random.below(cells.len());
        self.rows.push(Row { cells, quirk, at, idle });
    }

    pub fn shuffle(&mut self, random: &mut Random) {
        random.shuffle(&mut self.rows);
    }

    /// The place of a column.
    pub fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known == column)
    }

    /// The file.
    pub fn bytes(&self, settings: &Settings) -> Vec<u8> {
        let mut random = self.random.clone();
        let style = random.below(10);
        let end = |random: &mut Random| match style {
            0..=4 => "\n",
            5..=7 => "\r\n",
            8 => "\r",
            _ => random.word(&["\n", "\r\n", "\r"]),
        };
        let mut text = record(&mut random, &self.headings, (Quirk::None, 0));
        text.push_str(end(&mut random));
        for row in &self.rows {
            for idle in &row.idle {
                text.push_str(idle);
                text.push_str(end(&mut random));
            }
            text.push_str(&record(&mut random, &row.cells, (row.quirk, row.at)));
            text.push_str(end(&mut random));
        }
        if random.chance(300) {
            text.truncate(text.trim_end_matches(['\n', '\r']).len());
        }
        encoded(&text, &mut random, settings.encoding)
    }
}

/// A mark for bytes that are put in once the text is encoded.
const BROKEN: char = '\u{E000}';

fn record(random: &mut Random, cells: &[String], (quirk, at): (Quirk, usize)) -> String {
    let mut parts: Vec<String> = cells
        .iter()
        .map(|cell| {
            let must = cell.contains([',', '\n', '\r']) || cell.starts_with('"');
            if must || random.chance(60) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
        })
        .collect();
    match quirk {
        Quirk::None => {}
        Quirk::Short => {
            parts.pop();
        }
        Quirk::Long => parts.push(if random.chance(500) { String::new() } else { "多".into() }),
        Quirk::Broken => parts[at].push(BROKEN),
        Quirk::Trailing => parts[at] = format!("\"{}\"x", cells[at].replace('"', "\"\"")),
    }
    parts.join(",")
}

fn encoded(text: &str, random: &mut Random, named: Option<&'static str>) -> Vec<u8> {
    let wide = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        // Half of a pair of units is what is broken here.
        text.encode_utf16().map(|unit| if unit == 0xe000 { 0xd800 } else { unit }).flat_map(order).collect()
    };
    let narrow = |mut bytes: Vec<u8>, mark: &[u8]| -> Vec<u8> {
        while let Some(at) = bytes.windows(mark.len()).position(|window| window == mark) {
            bytes.splice(at..at + mark.len(), [0xff]);
        }
        bytes
    };
    let mark = BROKEN.to_string();
    match (named, random.below(12)) {
        (Some("utf-16le"), _) => wide(text, u16::to_le_bytes),
        (Some("gbk" | "gb18030"), _) | (None, 0..=2) => {
            narrow(encoding_rs::GB18030.encode(&text.replace(BROKEN, "\u{1}")).0.into_owned(), b"\x01")
        }
        (None, 3) => wide(&format!("\u{feff}{text}"), u16::to_le_bytes),
        (None, 4) => wide(&format!("\u{feff}{text}"), u16::to_be_bytes),
        (_, 5 | 6) => narrow(format!("\u{feff}{text}").into_bytes(), mark.as_bytes()),
        _ => narrow(text.as_bytes().to_vec(), mark.as_bytes()),
    }
}

/// The tables file, or nothing where it would say nothing.
pub fn tables_file(all: &[(&'static str, Settings)]) -> Option<String> {
    let mut text = String::new();
    for (name, settings) in all {
        let mut lines = String::new();
        if let Some(encoding) = settings.encoding {
            lines.push_str(&format!("encoding = \"{encoding}\"\n"));
        }
        if settings.ids_from_rows {
            lines.push_str("ids = \"row\"\n");
        }
        if !settings.date_formats.is_empty() {
            lines.push_str(&format!("date_formats = {:?}\n", settings.date_formats));
        }
        if !settings.mapped.is_empty() {
            let pairs: Vec<String> = settings.mapped.iter().map(|(id, to)| format!("{id} = \"{to}\"")).collect();
            lines.push_str(&format!("columns = {{ {} }}\n", pairs.join(", ")));
        }
        for (column, words) in &settings.values {
            lines.push_str(&format!("[{name}.values.\"{column}\"]\n"));
            for (from, to) in words {
                lines.push_str(&format!("\"{from}\" = \"{to}\"\n"));
            }
        }
        if !lines.is_empty() {
            text.push_str(&format!("[{name}]\n{lines}\n"));
        }
    }
    (!text.is_empty()).then_some(text)
}

/// An id or a name as another table may write it.
pub fn as_written(random: &mut Random, text: &str) -> String {
    match random.below(12) {
        0 => wide(text),
        1 => format!(" {text}　"),
        _ => text.to_string(),
    }
}
