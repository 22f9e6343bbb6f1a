//! A batch of task rows, as typed columns.

mod lists;
mod numbers;

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

pub use lists::{ListCells, ListColumn};
pub(super) use numbers::Making;
pub use numbers::NumberColumn;

use crate::moment::Moment;
use crate::read::names::Names;
use crate::read::reject::Fault;
use crate::read::split::Cells;
use crate::read::table::TableName;
use crate::read::typed::{CodedTexts, TypedColumn};
use crate::read::{layout, scan};

/// A column of `tasks`, in the order of METHOD §2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are METHOD's")]
pub enum TaskColumn {
    TaskId,
    Title,
    ParentId,
    Kind,
    Level,
    LeadUnit,
    CoUnits,
    Principal,
    Deputy,
    Staff,
    Weight,
    AssignedOn,
    DueOn,
    ExtendedTo,
    ExtensionApprovedOn,
    CompletedOn,
    RevokedOn,
    FeedbackDueOn,
    FeedbackOn,
    FormalReportOn,
    Target,
    Actual,
    Quality,
    Procedures,
    Status,
    EscalatedOn,
    ConsultedOn,
    Evidence,
}

impl TaskColumn {
    /// All columns, in order.
    pub const ALL: [Self; 28] = [
        Self::TaskId,
        Self::Title,
        Self::ParentId,
        Self::Kind,
        Self::Level,
        Self::LeadUnit,
        Self::CoUnits,
        Self::Principal,
        Self::Deputy,
        Self::Staff,
        Self::Weight,
        Self::AssignedOn,
        Self::DueOn,
        Self::ExtendedTo,
        Self::ExtensionApprovedOn,
        Self::CompletedOn,
        Self::RevokedOn,
        Self::FeedbackDueOn,
        Self::FeedbackOn,
        Self::FormalReportOn,
        Self::Target,
        Self::Actual,
        Self::Quality,
        Self::Procedures,
        Self::Status,
        Self::EscalatedOn,
        Self::ConsultedOn,
        Self::Evidence,
    ];

    /// Columns of one date each.
    pub const DATES: [Self; 9] = [
        Self::AssignedOn,
        Self::DueOn,
        Self::CompletedOn,
        Self::RevokedOn,
        Self::FeedbackDueOn,
        Self::FeedbackOn,
        Self::FormalReportOn,
        Self::EscalatedOn,
        Self::ConsultedOn,
    ];

    /// Columns of numbers, but for the weight.
    pub const NUMBERS: [Self; 3] = [Self::Target, Self::Actual, Self::Quality];

    /// The column of an id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.get(TableName::Tasks.column(id)?).copied()
    }

    /// Its place in the table's list.
    pub fn place(self) -> usize {
        self as usize
    }
}

/// Text cells: trimmed, with the tables file's words in place, `None` when blank.
#[derive(Debug, Default)]
pub struct TextColumn {
    /// Text that other columns have parts of, too.
    shared: Option<Arc<String>>,
    /// The cells that are no part of it.
    own: String,
    /// Where each cell starts and ends in the shared text, or beyond its end in the own one; a blank cell ends where it
    /// starts.
    places: Vec<(u32, u32)>,
}

impl TextColumn {
    /// A column for so many cells. Those that are parts of a shared text are not copied.
    pub fn with_room(cells: usize, shared: Option<&Arc<String>>) -> Self {
        Self { shared: shared.map(Arc::clone), own: String::new(), places: Vec::with_capacity(cells) }
    }

    /// Cells that are parts of a text of their own, by where each starts and ends.
    pub(super) fn of(own: String, places: Vec<(u32, u32)>) -> Self {
        Self { shared: None, own, places }
    }

    /// Cells that are parts of a shared text, by where each starts and ends.
    pub(super) fn of_parts(shared: Arc<String>, places: Vec<(u32, u32)>) -> Self {
        Self { shared: Some(shared), own: String::new(), places }
    }

    fn shared(&self) -> &str {
        self.shared.as_ref().map_or("", |text| text.as_str())
    }

    /// Adds a cell.
    pub fn push(&mut self, cell: Option<&str>) {
        let cell = cell.unwrap_or_default();
        let shared = self.shared();
        // By where the two lie in memory: a cell that lies inside the text is a part of it.
        let before = cell.as_ptr().addr().wrapping_sub(shared.as_ptr().addr());
        let start = match before.checked_add(cell.len()) {
            Some(end) if end <= shared.len() => before,
            _ => {
                let start = shared.len() + self.own.len();
                self.own.push_str(cell);
                start
            }
        };
        let place = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        self.places.push((place(start), place(start + cell.len())));
    }

    /// Adds a cell that is a part of the shared text.
    pub(super) fn push_part(&mut self, place: Range<u32>) {
        self.places.push((place.start, place.end));
    }

    /// The cell of a row.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.cell(self.shared(), *self.places.get(row)?)
    }

    /// The cells that are not blank.
    pub fn filled(&self) -> impl Iterator<Item = &str> {
        let shared = self.shared();
        self.places.iter().filter_map(|place| self.cell(shared, *place))
    }

    /// The cell at a place.
    #[inline]
    fn cell<'t>(&'t self, shared: &'t str, (start, end): (u32, u32)) -> Option<&'t str> {
        let (start, end) = (start as usize, end as usize);
        let cell = match start.checked_sub(shared.len()) {
            Some(start) => self.own.get(start..end.checked_sub(shared.len())?),
            None => shared.get(start..end),
        };
        cell.filter(|cell| !cell.is_empty())
    }

    /// The number of cells.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

/// The text of a column that the policy names. Most of these columns hold dates and numbers, whose text is asked for
/// only to say what is wrong with one.
#[derive(Debug)]
pub struct Texts(TextsOf);

#[derive(Debug)]
enum TextsOf {
    Column(TextColumn),
    /// A column of cells that stand as they are read, and that nothing turns into others.
    Cells {
        cells: Arc<Cells>,
        column: usize,
    },
    /// Values that have texts, which nothing turns into others.
    Typed(Arc<TypedColumn>),
}

impl Texts {
    pub(super) fn of_column(column: TextColumn) -> Self {
        Self(TextsOf::Column(column))
    }

    pub(super) fn of_cells(cells: Arc<Cells>, column: usize) -> Self {
        Self(TextsOf::Cells { cells, column })
    }

    pub(super) fn of_typed(column: Arc<TypedColumn>) -> Self {
        Self(TextsOf::Typed(column))
    }

    /// The cell of a row: trimmed, with the tables file's words in place, `None` when blank.
    pub fn get(&self, row: usize) -> Option<&str> {
        match &self.0 {
            TextsOf::Column(column) => column.get(row),
            TextsOf::Cells { cells, column } => cells.get(row, *column).and_then(layout::as_written),
            TextsOf::Typed(column) => column.texts().get(row).and_then(layout::as_written),
        }
    }

    /// The same cells by code, where they have codes: what is made of a cell can then be made of a code once.
    pub fn coded(&self) -> Option<&CodedTexts> {
        match &self.0 {
            TextsOf::Typed(column) => column.coded(),
            TextsOf::Column(_) | TextsOf::Cells { .. } => None,
        }
    }
}

/// Units and persons that some batches name. Batches share it one after another, so that a name is kept once and not
/// once for each batch.
#[derive(Debug, Default)]
pub struct Dictionary {
    /// Units, in half width, as written otherwise.
    pub units: Names,
    /// Persons.
    pub persons: Names,
}

/// Some rows of `tasks` that follow each other in one file, as typed columns.
///
/// Rows that are not whole (`bad-encoding`, `ragged-row`) are in it with a fault and blank cells; records without
/// any cell filled are not. A typed cell that is bad is blank here, and its row has the fault.
/// A column that the table lacks is `None`: all its cells are blank.
#[derive(Debug, Default)]
pub struct TaskBatch {
    /// The file, as a place in the table's files.
    pub file: u16,
    /// The line of each row.
    pub lines: Vec<u64>,
    /// Rows with a fault that the cells alone show, ascending, with the row's first fault.
    pub faults: Vec<(usize, Fault)>,
    /// `task_id`, in half width.
    pub task_id: TextColumn,
    /// `parent_id`, in half width.
    pub parent_id: Option<TextColumn>,
    /// `level`, as a place among the levels of the policy, the default one where it is blank; `None` when the policy has
    /// none. A row whose level is none of them is faulty.
    pub levels: Option<Vec<u32>>,
    /// `lead_unit`: the first is the lead, the others co. Codes of units.
    pub lead_unit: ListColumn<u32>,
    /// `co_units`. Codes of units.
    pub co_units: Option<ListColumn<u32>>,
    /// `principal`, `deputy`, `staff`. Codes of persons.
    pub persons: [Option<ListColumn<u32>>; 3],
    /// `weight` in millionths; `None` when blank.
    pub weight: Option<Vec<Option<i128>>>,
    /// Date columns, by [`TaskColumn`]: `assigned_on`, `due_on`, `completed_on`, `revoked_on`, `feedback_due_on`,
    /// `feedback_on`, `formal_report_on`, `escalated_on`, `consulted_on`.
    pub dates: FxHashMap<TaskColumn, Vec<Option<Moment>>>,
    /// `extended_to`; parts that are blank or mean no date have fallen away.
    pub extended_to: Option<ListColumn<Option<Moment>>>,
    /// `extension_approved_on`, in the same way.
    pub extension_approved_on: Option<ListColumn<Option<Moment>>>,
    /// `target`, `actual`, `quality`.
    pub numbers: FxHashMap<TaskColumn, NumberColumn>,
    /// The text of every column that the policy's indicators and conditions name, standard or extra, by id or heading.
    pub texts: FxHashMap<String, Texts>,
    /// The rows' cells as they were.
    pub records: Records,
}

/// The records of some rows as they were.
#[derive(Debug, Default)]
pub struct Records(Kept);

/// How records are kept.
#[derive(Debug)]
enum Kept {
    /// As CSV text, with the place of each row in it.
    Text { text: Arc<String>, rows: Vec<Range<usize>> },
    /// As whole columns.
    Columns(Vec<Arc<TypedColumn>>),
}

impl Default for Kept {
    fn default() -> Self {
        Self::Columns(Vec::new())
    }
}

impl Records {
    /// Records in CSV text, each at its place.
    pub(super) fn of_text(text: Arc<String>, rows: Vec<Range<usize>>) -> Self {
        Self(Kept::Text { text, rows })
    }

    /// Records that are the rows of columns.
    pub(super) fn of_columns(columns: Vec<Arc<TypedColumn>>) -> Self {
        Self(Kept::Columns(columns))
    }

    /// The cells of a row as one CSV record, quoted only where needed.
    pub fn get(&self, row: usize) -> String {
        let mut record = Vec::new();
        match &self.0 {
            Kept::Text { text, rows } => {
                let written = rows.get(row).and_then(|place| text.get(place.clone())).unwrap_or_default();
                scan::write_record(written.as_bytes(), &mut record);
            }
            Kept::Columns(columns) => {
                let cell = |column: &Arc<TypedColumn>| column.cell(row).into_owned().into_bytes().into();
                scan::write_cells(columns.iter().map(cell), &mut record);
            }
        }
        String::from_utf8_lossy(&record).into_owned()
    }
}
