//! Every key of a policy, once: its kind, unit, default and clause. The schema and the documentation come from here,
//! and a test compares the list with what reading asks for.

mod outcomes;
mod scores;
mod settings;

/// A key of a policy file.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Where it stands: `unit.section[].weight`, `[]` for each table of a list.
    pub path: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// The unit of its value, or nothing.
    pub unit: &'static str,
    /// What an absent key means; [`NEEDED`] when it must be there.
    pub default: &'static str,
    /// The clause of 武政〔2021〕5号 it rests on, or `none`.
    pub clause: &'static str,
    /// What it says.
    pub about: &'static str,
}

/// In place of a default: the key must be there.
pub const NEEDED: &str = "needed";

/// What the value of a key is.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A text.
    Text,
    /// A day.
    Date,
    /// True or false.
    Flag,
    /// An exact number.
    Number,
    /// A whole number between two ends.
    Whole(i64, i64),
    /// A number of places between two ends, or `"none"`.
    PlacesOrNone(i64, i64),
    /// One of some words.
    Words(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// A list of some words.
    WordList(&'static [&'static str]),
    /// A list of conditions.
    Conditions,
    /// A list of numbers.
    Numbers,
    /// A list of pairs of numbers.
    Pairs,
    /// A table.
    Table,
    /// A table whose keys are names, with a number each.
    Map,
    /// A list of tables.
    Tables,
}

/// Every key, in the order of the documentation.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    [settings::KEYS, scores::KEYS, outcomes::KEYS].into_iter().flatten()
}

impl Key {
    /// Whether it must be there.
    pub fn is_needed(&self) -> bool {
        self.default == NEEDED
    }

    /// Its row in a table of the documentation: key, value, unit, default, clause, what it says.
    pub fn row(&self) -> String {
        let dash = |text: &'static str| if text.is_empty() { "–" } else { text };
        format!(
            "| `{}` | {} | {} | {} | {} | {} |",
            self.path,
            self.kind.in_words().replace('|', "\\|"),
            dash(self.unit),
            dash(self.default),
            self.clause,
            self.about.replace('|', "\\|")
        )
    }
}

impl Kind {
    /// The kind as the documentation names it.
    pub fn in_words(self) -> String {
        let list = |words: &[&str]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ");
        match self {
            Self::Text => "text".to_owned(),
            Self::Date => "date".to_owned(),
            Self::Flag => "`true` `false`".to_owned(),
            Self::Number => "number".to_owned(),
            Self::Whole(least, i64::MAX) => format!("whole number ≥ {least}"),
            Self::Whole(least, most) if least == most => format!("{least}"),
            Self::Whole(least, most) => format!("whole number {least}…{most}"),
            Self::PlacesOrNone(least, most) => format!("whole number {least}…{most}, or `none`"),
            Self::Words(words) => list(words),
            Self::Texts => "list of texts".to_owned(),
            Self::WordList(words) => format!("list of {}", list(words)),
            Self::Conditions => "list of conditions".to_owned(),
            Self::Numbers => "list of numbers".to_owned(),
            Self::Pairs => "list of pairs of numbers".to_owned(),
            Self::Table => "table".to_owned(),
            Self::Map => "table: name = number".to_owned(),
            Self::Tables => "list of tables".to_owned(),
        }
    }
}

/// One line a key: path, kind, unit, default, clause, what it says.
macro_rules! list {
    ($($path:literal, $kind:expr, $unit:literal, $default:expr, $clause:literal, $about:literal;)+) => {
        &[$($crate::policy::keys::Key {
            path: $path,
            kind: $kind,
            unit: $unit,
            default: $default,
            clause: $clause,
            about: $about,
        }),+]
    };
}
use list;

/// Keys of `[[indicator]]` that only some methods have.
const OF_METHODS: &[(&str, &[&str])] = &[
    ("due", &["deadline"]),
    ("default_due", &["deadline"]),
    ("done", &["deadline"]),
    ("per_day", &["deadline"]),
    ("grace_days", &["deadline"]),
    ("early_per_day", &["deadline"]),
    ("steps", &["deadline"]),
    ("undone", &["deadline"]),
    ("actual", &["ratio"]),
    ("target", &["ratio"]),
    ("better", &["ratio", "rank_points", "best_share"]),
    ("column", &["rating", "checklist", "points", "flag"]),
    ("min", &["rating"]),
    ("max", &["rating"]),
    ("items", &["checklist"]),
    ("points", &["points"]),
    ("interpolate", &["points"]),
    ("yes", &["flag"]),
    ("no", &["flag"]),
    ("threshold", &["slope"]),
    ("per_point", &["slope"]),
    ("step", &["rank_points"]),
];

/// Whether a key of `[[indicator]]` belongs to a method.
pub(super) fn is_of_method(key: &str, method: &str) -> bool {
    OF_METHODS.iter().any(|(name, methods)| *name == key && methods.contains(&method))
}

#[cfg(test)]
mod tests;
