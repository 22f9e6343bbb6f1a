//! The tests that a policy brings along (`[[example]]`): small tables, and what must come of them.

use jiff::civil::Date;

use crate::read::TableName;

/// A test of a policy. It has no effect on a run.
#[derive(Debug, Clone)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// The line on which it starts, from 1.
    pub line: usize,
    /// The day whose end is "now", where it is not that of the period.
    pub as_of: Option<Date>,
    /// Its tables, as CSV.
    pub tables: Vec<(TableName, String)>,
    /// The rows and columns of reports that must come out, as CSV.
    pub expect: Vec<(ExpectedReport, String)>,
}

/// A report of which an example expects cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedReport {
    /// `unit_scores.csv`.
    UnitScores,
    /// `person_scores.csv`.
    PersonScores,
    /// `task_scores.csv`.
    TaskScores,
    /// `recommendations.csv`.
    Recommendations,
    /// `rejects.csv`.
    Rejects,
}

impl ExpectedReport {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 5] =
        [Self::UnitScores, Self::PersonScores, Self::TaskScores, Self::Recommendations, Self::Rejects];

    /// The report's name, which is the stem of its file.
    pub fn id(self) -> &'static str {
        match self {
            Self::UnitScores => "unit_scores",
            Self::PersonScores => "person_scores",
            Self::TaskScores => "task_scores",
            Self::Recommendations => "recommendations",
            Self::Rejects => "rejects",
        }
    }

    /// The columns by which a row is found.
    pub fn key(self) -> &'static [&'static str] {
        match self {
            Self::UnitScores => &["unit_id"],
            Self::PersonScores => &["person_id"],
            Self::TaskScores => &["task_id"],
            Self::Recommendations => &["subject_kind", "subject_id"],
            Self::Rejects => &["file", "line"],
        }
    }
}
