//! The command line as resolved: files found, the policy read, the day set.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use scoring::link::Ledger;
use scoring::policy::history::{self, PolicyText, named};
use scoring::policy::{self, Finding, Policy, Severity};
use scoring::read::{self, Sources};
use scoring::report::{Lang, rejected};

use crate::cli;
use crate::exit::{Errors, Failure};
use crate::limit::MostRejects;
use crate::output::Output;
use crate::summary;

/// What a command that reads a ledger works with.
#[derive(Debug)]
pub struct Settings {
    /// Where the tables are.
    pub sources: Sources,
    /// The policy, its as-of day being the one asked for.
    pub policy: Policy,
    /// Whether it is the built-in one.
    pub built_in: bool,
    /// The language of headings and words.
    pub lang: Lang,
    /// The most rows that may be rejected.
    most_rejects: Option<MostRejects>,
    /// Files beside the policy of which nobody knows the year.
    unread: Vec<String>,
}

impl Settings {
    /// Reads the policy and finds the tables.
    pub fn resolve(typed: &cli::Ledger) -> Result<Self, Failure> {
        let (file, unread) = PolicyFile::choose(typed.policy.as_deref(), typed.year)?;
        let mut policy = file.policy()?;
        if let Some(as_of) = typed.as_of {
            let from = policy.period.from;
            if as_of < from {
                return Err(Failure::TooEarly { as_of, from });
            }
            policy.period.as_of = as_of;
        }
        let mut sources = read::find(&typed.data, typed.tables.as_deref())?;
        if let Some(also) = &typed.also {
            sources = sources.with_given_back(also)?;
        }
        let lang = match typed.lang {
            cli::Lang::Ids => Lang::Ids,
            cli::Lang::Zh => Lang::Zh,
        };
        Ok(Self {
            sources,
            policy,
            built_in: typed.policy.is_none(),
            lang,
            most_rejects: typed.max_rejects.clone(),
            unread,
        })
    }

    /// An error when more rows were rejected than may be.
    pub fn check_rejects(&self, ledger: &Ledger) -> Result<(), Failure> {
        match &self.most_rejects {
            Some(most) if most.is_passed_by(ledger) => Err(Failure::TooManyRejects {
                rejected: ledger.rejects.len(),
                read: summary::rows_read(ledger),
                most: most.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// Says what was passed over while choosing the policy.
    pub fn note_unread(&self, output: &mut Output) -> io::Result<()> {
        if self.unread.is_empty() {
            return Ok(());
        }
        output.note(format_args!("warning: passed over {}: no period can be read there", named(&self.unread)))
    }
}

/// The text of a policy.
#[derive(Debug)]
pub struct PolicyFile {
    /// Its name, for messages.
    pub name: String,
    /// What it says.
    pub text: String,
}

impl PolicyFile {
    /// Reads a file; without one the built-in policy.
    pub fn load(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(Self { name: "wuhan-2021.toml".to_owned(), text: policy::BUILT_IN.to_owned() });
        };
        let text =
            fs::read_to_string(path).map_err(|source| Failure::PolicyUnreadable { path: path.to_owned(), source })?;
        Ok(Self { name: path.display().to_string(), text })
    }

    /// The policy of a year from a folder, or a file; and the files of the folder of which nobody knows the year.
    fn choose(path: Option<&Path>, year: Option<i16>) -> Result<(Self, Vec<String>), Failure> {
        let folder = path.filter(|path| path.is_dir());
        match (folder, year) {
            (None, None) => Ok((Self::load(path)?, Vec::new())),
            (None, Some(year)) => {
                // A path that leads nowhere is said to be that.
                Self::load(path)?;
                Err(Failure::NoFolder { year })
            }
            (Some(folder), None) => Err(Failure::NoYear { folder: folder.to_owned() }),
            (Some(folder), Some(year)) => {
                let chosen = history::of_year(policies_in(folder)?, year)
                    .map_err(|source| Failure::NotOne { folder: folder.to_owned(), source })?;
                let PolicyText { name, text } = chosen.policy;
                Ok((Self { name, text }, chosen.unread))
            }
        }
    }

    /// The policy.
    pub fn policy(&self) -> Result<Policy, Failure> {
        match policy::parse(&self.text, &self.name) {
            Ok((policy, _)) => Ok(policy),
            Err(findings) => Err(Failure::PolicyFaulty {
                name: self.name.clone(),
                errors: Errors(count(&findings, Severity::Error)),
                findings: self.render(findings.iter().filter(|finding| finding.severity == Severity::Error)),
            }),
        }
    }

    /// Findings as people read them.
    pub fn render<'a>(&self, findings: impl Iterator<Item = &'a Finding>) -> String {
        let rendered = findings.map(|finding| policy::lint::render(finding, &self.text, &self.name));
        rendered.collect::<Vec<_>>().join("\n")
    }
}

/// The policy files of a folder.
fn policies_in(folder: &Path) -> Result<Vec<PolicyText>, Failure> {
    let unreadable = |source| Failure::PolicyUnreadable { path: folder.to_owned(), source };
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(unreadable)?;
    let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.retain(|path| path.is_file() && path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")));
    paths.sort();
    let load = |path: &PathBuf| PolicyFile::load(Some(path)).map(|PolicyFile { name, text }| PolicyText { name, text });
    paths.iter().map(load).collect()
}

/// How many findings are this bad.
pub fn count(findings: &[Finding], severity: Severity) -> usize {
    findings.iter().filter(|finding| finding.severity == severity).count()
}

/// The folder for reports, when it is not the one the ledger is read from.
pub fn reports_apart(out: &Path, data: &Path) -> Result<PathBuf, Failure> {
    let folder = if data.is_dir() { Some(data) } else { data.parent() };
    let folder = folder.map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    // A folder that is not there yet is not the one that was read.
    let same = match (fs::canonicalize(out), folder.map(fs::canonicalize)) {
        (Ok(out), Some(Ok(folder))) => out == folder,
        _ => false,
    };
    if same { Err(Failure::OutIsData { out: out.to_owned() }) } else { Ok(out.to_owned()) }
}

/// Whether the corrected rows that are given back are those in the folder of reports, which this run replaces. When they
/// are not, nothing in there may have been corrected.
pub fn keeps_given_back(out: &Path, also: Option<&Path>) -> Result<bool, Failure> {
    let folder = out.join(rejected::FOLDER);
    let same = match (also.map(fs::canonicalize), fs::canonicalize(&folder)) {
        (Some(Ok(also)), Ok(folder)) => also == folder,
        _ => false,
    };
    match rejected::corrected(out) {
        Some(path) if !same => Err(Failure::Corrected { path, folder }),
        _ => Ok(same),
    }
}

/// Starts the threads that everything works on; without a number one per core.
pub fn start_threads(threads: Option<u16>) -> Result<(), Failure> {
    let Some(threads) = threads else { return Ok(()) };
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.into())
        .build_global()
        .map_err(|source| Failure::Threads { threads, source })
}
