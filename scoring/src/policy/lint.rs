//! The lint of policies. METHOD §3.

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The policy cannot be used.
    Error,
    /// It can, but look at this.
    Warning,
    /// Worth knowing.
    Note,
}

/// Something the lint says, with its place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// A stable code, such as `bands-overlap`.
    pub code: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// Columns of the place in the line, in characters from 1, end excluded.
    pub columns: (usize, usize),
    /// What is wrong.
    pub message: String,
    /// A way out.
    pub hint: String,
}

/// Looks through a policy and notes what METHOD §3 calls an error or a warning.
pub(super) fn check(_draft: &super::file::Draft, _findings: &mut Vec<Finding>) {}
