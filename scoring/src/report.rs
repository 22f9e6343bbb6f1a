//! Reports: CSV files and a manifest. METHOD §11.
//!
//! Files are written beside their final names and renamed once all are complete, so a run that fails leaves the old
//! reports as they were.

pub mod by_file;
pub mod by_unit;
mod cells;
mod composite;
pub mod files;
pub mod manifest;
pub mod proposals;
pub mod rejected;
pub mod scores;
mod signals;
pub mod tables;
pub mod tasks;
pub mod words;

use std::io::{self, Write};
use std::path::Path;

use crate::link::Ledger;
use crate::number::TooLarge;
use crate::policy::{ExpectedReport, Policy};
use crate::rank::Standings;
use crate::read::TableName;
use crate::recommend::Recommendations;
use crate::report::files::{Staged, StagedFile};
use crate::signals::Found;
use crate::tally::Tally;

pub use tasks::{LeadCells, TaskScores};
pub use words::Lang;

/// The report on the rows and sums of each file.
pub const BY_FILE: &str = "reconciliation_by_file.csv";
/// The report on the units of rejected tasks.
pub const BY_UNIT: &str = "rejected_by_unit.csv";

/// Everything that reports are made of.
#[derive(Debug, Clone, Copy)]
pub struct Results<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The ledger.
    pub ledger: &'a Ledger,
    /// The tally.
    pub tally: &'a Tally,
    /// Who stands where.
    pub standings: &'a Standings,
    /// What is proposed.
    pub recommendations: &'a Recommendations,
    /// What looks odd.
    pub signals: &'a [Found],
}

/// How reports are written.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The language of headings and words.
    pub lang: Lang,
    /// Whether `task_scores.csv` is written.
    pub task_scores: bool,
    /// Whether rows that were given back and are accepted stay among those that are handed out, so that no correction is
    /// lost where these are the files that were given back.
    pub keep_given_back: bool,
    /// The program's name and version, for the manifest.
    pub program: (&'static str, &'static str),
}

/// A report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The disk said no.
    #[error("cannot write `{file}`")]
    Unwritable {
        /// The file.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// A number cannot be printed.
    #[error("a number in `{file}` has more digits than can be printed")]
    TooLarge {
        /// The file.
        file: String,
    },
}

/// Why one file failed.
#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Csv(#[from] csv::Error),
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
}

impl FileError {
    fn of(self, file: &str) -> ReportError {
        let file = file.to_owned();
        match self {
            Self::Io(source) => ReportError::Unwritable { file, source },
            Self::Csv(error) => ReportError::Unwritable { file, source: io::Error::other(error) },
            Self::TooLarge(_) => ReportError::TooLarge { file },
        }
    }
}

/// Reports that are being written to a folder.
#[derive(Debug)]
pub struct Reports {
    /// The tasks, whose report is written while the ledger is gone through. It goes before its folder does.
    tasks: Option<StagedFile>,
    staged: Staged,
    options: Options,
}

/// Begins the reports in a folder, which is made where it is missing.
///
/// # Errors
/// [`ReportError`], naming the folder or file.
pub fn begin(out: &Path, options: Options) -> Result<Reports, ReportError> {
    let unwritable = |file: String| move |source| ReportError::Unwritable { file, source };
    let staged = Staged::new(out).map_err(unwritable(out.display().to_string()))?;
    let tasks = options.task_scores.then(|| staged.file(tasks::NAME)).transpose();
    Ok(Reports { tasks: tasks.map_err(unwritable(tasks::NAME.to_owned()))?, staged, options })
}

impl Reports {
    /// The report on tasks, where it is wanted.
    pub fn task_scores<'a>(&'a mut self, policy: &'a Policy) -> Option<TaskScores<'a>> {
        let lang = self.options.lang;
        self.tasks.as_mut().map(|file| TaskScores::new(policy, lang, file))
    }

    /// Writes all other reports, and lets them take the place of earlier ones. Gives the names of the files.
    ///
    /// # Errors
    /// [`ReportError`], naming the file; no report has been replaced then.
    pub fn finish(self, results: &Results<'_>) -> Result<Vec<String>, ReportError> {
        let Self { mut staged, options, tasks } = self;
        let lang = options.lang;
        write(&mut staged, "unit_scores.csv", |file| scores::units(results, lang, file))?;
        if results.policy.person.present {
            write(&mut staged, "person_scores.csv", |file| scores::persons(results, lang, file))?;
        }
        if let Some(file) = tasks {
            staged.close(file).map_err(|source| FileError::Io(source).of(tasks::NAME))?;
        }
        write(&mut staged, "recommendations.csv", |file| proposals::write(results, lang, file))?;
        write(&mut staged, "rejects.csv", |file| tables::rejects(results, lang, file))?;
        write(&mut staged, "warnings.csv", |file| tables::warnings(results, lang, file))?;
        write(&mut staged, "signals.csv", |file| signals::write(results, lang, file))?;
        write(&mut staged, "reconciliation.csv", |file| tables::reconciliation(results, lang, file))?;
        write(&mut staged, BY_FILE, |file| by_file::write(results, lang, file))?;
        write(&mut staged, BY_UNIT, |file| by_unit::write(results, lang, file))?;
        let handed_out = rejected::Rows::of(results, options.keep_given_back);
        let rejected = handed_out.tables();
        for table in &rejected {
            write(&mut staged, &rejected::name(*table), |file| handed_out.write(*table, lang, file))?;
        }
        let manifest = manifest::text(results, &staged, options);
        write(&mut staged, "manifest.json", |file| Ok(file.write_all(manifest.as_bytes())?))?;
        let tables = TableName::ALL.into_iter().filter(|table| !rejected.contains(table));
        let mut gone: Vec<String> = tables.map(rejected::name).collect();
        gone.extend((!options.task_scores).then(|| tasks::NAME.to_owned()));
        gone.extend((!results.policy.person.present).then(|| "person_scores.csv".to_owned()));
        staged.publish(&gone).map_err(|(file, source)| ReportError::Unwritable { file, source })
    }
}

/// One report as text, headings and words as ids; `None` when the policy makes no such report, and for the report on
/// tasks, which is written while the ledger is gone through.
///
/// # Errors
/// [`ReportError::TooLarge`].
pub fn text(results: &Results<'_>, report: ExpectedReport) -> Result<Option<String>, ReportError> {
    let (lang, mut bytes) = (Lang::Ids, Vec::new());
    let written = match report {
        ExpectedReport::UnitScores => scores::units(results, lang, &mut bytes),
        ExpectedReport::PersonScores if !results.policy.person.present => return Ok(None),
        ExpectedReport::PersonScores => scores::persons(results, lang, &mut bytes),
        ExpectedReport::TaskScores => return Ok(None),
        ExpectedReport::Recommendations => proposals::write(results, lang, &mut bytes),
        ExpectedReport::Rejects => tables::rejects(results, lang, &mut bytes),
    };
    written.map_err(|error| error.of(report.id()))?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

fn write(
    staged: &mut Staged,
    name: &str,
    content: impl FnOnce(&mut StagedFile) -> Result<(), FileError>,
) -> Result<(), ReportError> {
    let mut file = staged.file(name).map_err(|source| FileError::Io(source).of(name))?;
    content(&mut file).map_err(|error| error.of(name))?;
    staged.close(file).map_err(|source| FileError::Io(source).of(name))
}
