//! The command line as resolved: files found, the policy read, the day set.

use std::fs;
use std::path::{Path, PathBuf};

use scoring::policy::{self, Finding, Policy, Severity};
use scoring::read::{self, Sources};
use scoring::report::Lang;

use crate::cli;
use crate::exit::{Errors, Failure};

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
}

impl Settings {
    /// Reads the policy and finds the tables.
    pub fn resolve(typed: &cli::Ledger) -> Result<Self, Failure> {
        let mut policy = PolicyFile::load(typed.policy.as_deref())?.policy()?;
        if let Some(as_of) = typed.as_of {
            let from = policy.period.from;
            if as_of < from {
                return Err(Failure::TooEarly { as_of, from });
            }
            policy.period.as_of = as_of;
        }
        let sources = read::find(&typed.data, typed.tables.as_deref())?;
        let lang = match typed.lang {
            cli::Lang::Ids => Lang::Ids,
            cli::Lang::Zh => Lang::Zh,
        };
        Ok(Self { sources, policy, built_in: typed.policy.is_none(), lang })
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

/// Starts the threads that everything works on; without a number one per core.
pub fn start_threads(threads: Option<u16>) -> Result<(), Failure> {
    let Some(threads) = threads else { return Ok(()) };
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.into())
        .build_global()
        .map_err(|source| Failure::Threads { threads, source })
}
