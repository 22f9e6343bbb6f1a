//! What reading hands on: rows of the small tables, and batches of task columns.
//!
//! A row that is wrong keeps what could be read of it, because its id still counts when ids are compared.

use crate::moment::{Day, Moment};
use crate::number::Number;
use crate::read::columns::FileColumns;
use crate::read::reject::Fault;
use crate::terms::{Post, SubjectKind};

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, as a place in [`Table::files`] of its table.
    pub file: u16,
    /// The physical line on which its record starts; the header is line 1.
    pub line: u64,
}

/// One row of a small table.
#[derive(Debug, Clone)]
pub struct Row<T> {
    /// Where it stands.
    pub place: Place,
    /// What could be read of it.
    pub cells: T,
    /// Its first fault that reading alone can see.
    pub fault: Option<Fault>,
    /// Its cells as they were, as one CSV record.
    pub raw: String,
}

/// A table as read.
#[derive(Debug, Clone)]
pub struct Table<T> {
    /// The files it was read from.
    pub files: Vec<FileInfo>,
    /// The headings of its columns.
    pub headings: Headings,
    /// Its rows.
    pub rows: Vec<Row<T>>,
}

/// The headings that the columns of a table have in each of its files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headings(Vec<FileColumns>);

impl Headings {
    /// Adds the columns of the next file.
    pub fn push(&mut self, columns: FileColumns) {
        self.0.push(columns);
    }

    /// The columns of a file.
    pub fn file(&self, file: u16) -> Option<&FileColumns> {
        self.0.get(usize::from(file))
    }

    /// The heading of a column in a file; blank when the file lacks it.
    pub fn of(&self, file: u16, column: usize) -> &str {
        self.file(file).map_or("", |columns| columns.heading(column))
    }
}

/// A file as the manifest names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    /// Its name without folders; with that of the table where it stands in a folder of it.
    pub name: String,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// Rows read from it.
    pub rows: u64,
    /// The lines of those among them that are totals of others, which nothing looks at.
    pub skipped: Vec<u64>,
    /// What is odd in it as a whole.
    pub warnings: Vec<FileWarning>,
}

/// Something odd in a file that its rows alone do not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileWarning {
    /// Its code.
    pub code: &'static str,
    /// The line that it is about: that of the headings, for a column.
    pub line: u64,
    /// The heading of the column.
    pub column: String,
    /// What is odd.
    pub message: String,
}

/// `units`. METHOD §2.
#[derive(Debug, Clone, Default)]
pub struct UnitCells {
    /// `unit_id`, in half width.
    pub unit_id: Option<String>,
    /// `name`, as written.
    pub name: Option<String>,
    /// `group`.
    pub group: Option<String>,
    /// `parent_id`: an id or a name, in half width.
    pub parent_id: Option<String>,
}

/// `posts`.
#[derive(Debug, Clone, Default)]
pub struct PostCells {
    /// `person_id`, in half width.
    pub person_id: Option<String>,
    /// `name`, as written.
    pub name: Option<String>,
    /// `unit_id`: an id or a name, in half width.
    pub unit_id: Option<String>,
    /// `post`.
    pub post: Option<Post>,
    /// `from`; blank: open.
    pub from: Option<Day>,
    /// `to`; blank: open.
    pub to: Option<Day>,
}

/// `measures`.
#[derive(Debug, Clone, Default)]
pub struct MeasureCells {
    /// `subject_kind`; blank: unit. `None` when it is no such word.
    pub subject_kind: Option<SubjectKind>,
    /// `subject_id`: an id or a name, in half width.
    pub subject_id: Option<String>,
    /// `indicator`.
    pub indicator: Option<String>,
    /// `period`.
    pub period: Option<String>,
    /// `value`.
    pub value: Option<Number>,
    /// `numerator`.
    pub numerator: Option<Number>,
    /// `denominator`.
    pub denominator: Option<Number>,
    /// `value` as text, for indicators that read words (`flag`).
    pub value_text: Option<String>,
}

/// `events`.
#[derive(Debug, Clone, Default)]
pub struct EventCells {
    /// `event_id`, in half width.
    pub event_id: Option<String>,
    /// `subject_kind`; blank: unit. `None` when it is no such word.
    pub subject_kind: Option<SubjectKind>,
    /// `subject_id`: an id or a name, in half width.
    pub subject_id: Option<String>,
    /// `code`.
    pub code: Option<String>,
    /// `date`: its calendar day.
    pub date: Option<Moment>,
    /// `matter_id`, in half width.
    pub matter_id: Option<String>,
    /// `points`; blank: the policy's.
    pub points: Option<Number>,
}

/// `prior`.
#[derive(Debug, Clone, Default)]
pub struct PriorCells {
    /// `subject_kind`; blank: unit. `None` when it is no such word.
    pub subject_kind: Option<SubjectKind>,
    /// `subject_id`: an id or a name, in half width.
    pub subject_id: Option<String>,
    /// `year`.
    pub year: Option<i32>,
    /// `score`.
    pub score: Option<Number>,
    /// `band`, as written.
    pub band: Option<String>,
    /// `recommendation`, as written.
    pub recommendation: Option<String>,
}

/// `holidays`.
#[derive(Debug, Clone, Default)]
pub struct HolidayCells {
    /// `date`.
    pub date: Option<Day>,
    /// `kind`: whether the day is worked.
    pub worked: Option<bool>,
}
