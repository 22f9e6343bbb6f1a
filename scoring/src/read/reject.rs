//! Rejects: what is wrong with a row, where, and what to do. METHOD §2.

/// Why a row is rejected. A code is never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A cell that must be there is blank.
    MissingValue,
    /// A cell is no number.
    BadNumber,
    /// A cell is no date.
    BadDate,
    /// A record has bytes that are no text in the file's encoding.
    BadEncoding,
    /// A record has more or fewer cells than the header.
    RaggedRow,
    /// A value or a word is none of those possible.
    OutOfRange,
    /// Another row has the same id.
    DuplicateId,
    /// No unit has that id or name.
    UnknownUnit,
    /// No person has that id or name, or two have the name.
    UnknownPerson,
    /// The policy has no such level.
    UnknownLevel,
    /// The policy has no such indicator for measures of that kind of subject.
    UnknownIndicator,
    /// The policy has no such event code.
    UnknownCode,
    /// No row has the id that is named as parent.
    UnknownParent,
    /// The row is its own ancestor.
    ParentCycle,
}

impl Code {
    /// All codes, in the order of METHOD §2.
    pub const ALL: [Self; 14] = [
        Self::MissingValue,
        Self::BadNumber,
        Self::BadDate,
        Self::BadEncoding,
        Self::RaggedRow,
        Self::OutOfRange,
        Self::DuplicateId,
        Self::UnknownUnit,
        Self::UnknownPerson,
        Self::UnknownLevel,
        Self::UnknownIndicator,
        Self::UnknownCode,
        Self::UnknownParent,
        Self::ParentCycle,
    ];

    /// Whether it is a fault of the record, whose cells then cannot be told.
    pub fn is_of_record(self) -> bool {
        matches!(self, Self::BadEncoding | Self::RaggedRow)
    }

    /// The code as reports write it.
    pub fn id(self) -> &'static str {
        match self {
            Self::MissingValue => "missing-value",
            Self::BadNumber => "bad-number",
            Self::BadDate => "bad-date",
            Self::BadEncoding => "bad-encoding",
            Self::RaggedRow => "ragged-row",
            Self::OutOfRange => "out-of-range",
            Self::DuplicateId => "duplicate-id",
            Self::UnknownUnit => "unknown-unit",
            Self::UnknownPerson => "unknown-person",
            Self::UnknownLevel => "unknown-level",
            Self::UnknownIndicator => "unknown-indicator",
            Self::UnknownCode => "unknown-code",
            Self::UnknownParent => "unknown-parent",
            Self::ParentCycle => "parent-cycle",
        }
    }
}

/// Which of a row's faults counts: the first. METHOD §2, "A row has one code".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// The record is no text.
    Encoding,
    /// The record has the wrong number of cells.
    Ragged,
    /// The id stands twice.
    Duplicate,
    /// A column, by its place in the table's list; within it missing or bad, then out of range, then unknown.
    Column(u8, Class),
    /// An indicator, by its place in the policy.
    Indicator(u16, Class),
}

/// The order of faults within one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// `missing-value`, `bad-…`.
    Bad,
    /// `out-of-range`.
    Range,
    /// `unknown-…`, `parent-cycle`.
    Unknown,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Its place among the faults that a row can have.
    pub order: Order,
    /// Its code.
    pub code: Code,
    /// The heading of the column in the file; blank for a fault of the whole row.
    pub column: String,
    /// What is wrong, with the cell in backticks.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Fault {
    /// Keeps the first of two faults of one row.
    pub fn first(kept: &mut Option<Self>, other: Self) {
        if kept.as_ref().is_none_or(|fault| other.order < fault.order) {
            *kept = Some(other);
        }
    }
}
