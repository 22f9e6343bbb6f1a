//! How a command ends: its exit status, and the words of its failure.

use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

use jiff::civil::Date;
use scoring::policy::history::NotOne;
use scoring::prior::PriorError;
use scoring::read::ReadError;
use scoring::report::ReportError;
use scoring::run::RunError;

use crate::limit::MostRejects;

/// How a command that did its work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// Done, but rows were rejected.
    Rejected,
    /// The policy that was to be checked has errors.
    Faulty,
    /// An example of the policy that was to be tested came out otherwise.
    Failed,
}

impl Outcome {
    /// The outcome of a run with so many rejected rows.
    pub fn of_rejects(rejects: usize) -> Self {
        if rejects == 0 { Self::Done } else { Self::Rejected }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::Failed => Self::FAILURE,
            Outcome::Faulty => Self::from(2),
            Outcome::Rejected => Self::from(3),
        }
    }
}

/// Why a command did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A policy file cannot be read.
    #[error("cannot read the policy `{}`", path.display())]
    PolicyUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A policy has errors.
    #[error("the policy `{name}` has {errors}")]
    PolicyFaulty {
        /// The file's name.
        name: String,
        /// How many errors.
        errors: Errors,
        /// All of them, with their places.
        findings: String,
    },
    /// A folder of policies, and no year to choose by.
    #[error("`--policy {}` is a folder of policies, and no year is given", folder.display())]
    NoYear {
        /// The folder.
        folder: PathBuf,
    },
    /// A year, and no folder of policies to choose from.
    #[error("`--year {year}` chooses among the policies in a folder, and no folder is given")]
    NoFolder {
        /// The year.
        year: i16,
    },
    /// Not exactly one policy of a folder is of the year.
    #[error("cannot choose a policy in `{}`", folder.display())]
    NotOne {
        /// The folder.
        folder: PathBuf,
        /// What was found.
        source: NotOne,
    },
    /// The as-of day lies before the period.
    #[error("`--as-of {as_of}` is before the period begins, on {from}")]
    TooEarly {
        /// The day given.
        as_of: Date,
        /// The first day of the period.
        from: Date,
    },
    /// Reports would stand among the tables.
    #[error("`--out {}` is the folder of the ledger itself", out.display())]
    OutIsData {
        /// The folder.
        out: PathBuf,
    },
    /// Rejected rows were corrected, and would be replaced.
    #[error("`{}` was changed since it was written, and this run would replace it; nothing was read", path.display())]
    Corrected {
        /// The file.
        path: PathBuf,
        /// Its folder.
        folder: PathBuf,
    },
    /// More rows were rejected than may be.
    #[error("{rejected} of {read} rows were rejected, more than `--max-rejects {most}` allows")]
    TooManyRejects {
        /// Rows rejected.
        rejected: usize,
        /// Rows read.
        read: u64,
        /// What was allowed.
        most: MostRejects,
    },
    /// A file that `init` would write is there already.
    #[error("`{}` is there already; nothing was written", path.display())]
    InTheWay {
        /// The file.
        path: PathBuf,
    },
    /// A table of earlier years is there already: it may hold what people put right in it.
    #[error("`{}` is there already; nothing was written", path.display())]
    TableInTheWay {
        /// The file.
        path: PathBuf,
    },
    /// A file of a new ledger cannot be written.
    #[error("cannot write `{}`", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The threads cannot be started.
    #[error("cannot start {threads} threads")]
    Threads {
        /// How many.
        threads: u16,
        /// Why.
        source: rayon::ThreadPoolBuildError,
    },
    /// The tables cannot be found.
    #[error(transparent)]
    Sources(#[from] ReadError),
    /// The run cannot go on.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The table of earlier years cannot be made.
    #[error(transparent)]
    Prior(#[from] PriorError),
    /// A report cannot be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The terminal, or what stands in for it, takes no more.
    #[error("cannot print the results")]
    Print(#[from] std::io::Error),
}

/// A number of errors, in words.
#[derive(Debug, Clone, Copy)]
pub struct Errors(pub usize);

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => write!(f, "an error"),
            errors => write!(f, "{errors} errors"),
        }
    }
}

impl Failure {
    /// What to do about it, where that is not plain from the words.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::PolicyFaulty { .. } => {
                Some("correct the policy; `kaohe policy lint FILE` looks at it alone, docs/policy.md explains each key")
            }
            Self::NoYear { .. } | Self::NoFolder { .. } => {
                Some("give both, such as `--policy policies --year 2025`, or one policy file alone")
            }
            Self::NotOne { .. } => Some("`[period] to` of a policy says of which year it is"),
            Self::Prior(PriorError::Changed { .. }) => {
                Some("score that year again; what was decided otherwise is put right in the table that comes out")
            }
            Self::Prior(PriorError::NoPeriod { .. }) => Some("score that year again with this version"),
            Self::Prior(PriorError::Unreadable { .. }) => Some("give folders that `kaohe score` wrote its reports to"),
            Self::TooEarly { .. } => Some("give a day from that one on, or a policy for the year meant"),
            Self::OutIsData { .. } => Some("give another folder for the reports, such as `--out out`"),
            Self::Corrected { .. } => {
                Some("give it back with `--also` and the folder that it is in, or write the reports to another folder")
            }
            Self::TooManyRejects { .. } => {
                Some("`kaohe check` lists them; no report was written, those of an earlier run are as they were")
            }
            Self::InTheWay { .. } => Some("give a folder that is new or empty"),
            Self::TableInTheWay { .. } => Some("give another name with `--out`, or take the file away"),
            Self::Unwritable { .. } | Self::Report(_) => {
                Some("see whether the folder may be written to and the disk has room")
            }
            Self::Sources(ReadError::Unreadable { .. } | ReadError::NoTable { .. }) => {
                Some("`kaohe init DIR` makes a folder with all tables to start from, docs/tables.md explains them")
            }
            Self::Run(RunError::Read(
                ReadError::MissingColumn { .. }
                | ReadError::MissingHeading { .. }
                | ReadError::NoHeaderFits { .. }
                | ReadError::HeaderEncoding { .. },
            )) => Some("`kaohe check DATA --suggest` proposes a tables file from what is there"),
            _ => None,
        }
    }
}

impl From<&Failure> for ExitCode {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::PolicyUnreadable { .. }
            | Failure::PolicyFaulty { .. }
            | Failure::NoYear { .. }
            | Failure::NoFolder { .. }
            | Failure::NotOne { .. }
            | Failure::Prior(PriorError::TwoOfYear { .. })
            | Failure::TooEarly { .. }
            | Failure::Corrected { .. }
            | Failure::OutIsData { .. } => Self::from(2),
            Failure::TooManyRejects { .. } => Self::from(4),
            _ => Self::FAILURE,
        }
    }
}
