//! What the targets share: panics, ledgers on a disk, and a run over one with everything that must hold of it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what a target needs and lacks ends it")]

pub mod book;

use std::fs;
use std::io::{self, Write};
use std::panic;
use std::path::{Path, PathBuf};
use std::process;

use scoring::policy::{self, ExpectedReport, Policy};
use scoring::read::{self, Sources};
use scoring::report::{self, Lang, TaskScores};
use scoring::run;
use tempfile::TempDir;

/// A policy with every kind of table: indicators of tasks, a measure, persons, events, rules.
pub const POLICY: &str = include_str!("../../data-samples/city-2025-bad/policy.toml");

/// Lets panics of libraries that become errors pass, but none of the engine's own, wherever it is caught.
pub fn hush_libraries() {
    read::hush_caught_panics();
    let hushed = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        hushed(panic);
        if panic.location().is_some_and(|place| place.file().contains("scoring/src")) {
            let _ = writeln!(io::stderr(), "{panic}");
            process::abort();
        }
    }));
}

/// A policy that passes its lint.
pub fn policy(text: &str) -> Policy {
    policy::parse(text, "policy.toml").map(|(policy, _)| policy).expect("a policy without errors")
}

/// A folder that is filled anew for each input.
#[derive(Debug)]
pub struct Folder(TempDir);

impl Default for Folder {
    fn default() -> Self {
        Self(tempfile::tempdir().expect("a folder to write to"))
    }
}

impl Folder {
    /// Empties the folder and fills it with these files.
    pub fn fill(&self, files: &[(&str, &[u8])]) {
        for entry in fs::read_dir(self.path()).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        for (name, bytes) in files {
            fs::write(self.file(name), bytes).unwrap();
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Where a file of it is.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }
}

/// Runs a ledger to its reports. It may end in an error, and then the error has words; where it does not, every row is
/// accounted for.
pub fn run(sources: &Sources, policy: &Policy) {
    let mut tasks = Vec::new();
    let task_scores = TaskScores::new(policy, Lang::Ids, &mut tasks);
    let run = match run::run(sources, policy, &|_| {}, Some(&task_scores)) {
        Ok(run) => run,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    for account in &run.ledger.tables {
        let rejects = run.ledger.rejects.iter().filter(|reject| reject.table == account.table);
        assert_eq!(rejects.count() as u64, account.rejected, "{}", account.table.id());
        assert!(account.rejected <= account.read, "{}", account.table.id());
        let in_files: u64 = account.files.iter().map(|file| file.rows).sum();
        assert_eq!(in_files, account.read, "{}", account.table.id());
    }
    assert!(run.ledger.rejects.iter().all(|reject| reject.raw.is_some() && !reject.fault.message.is_empty()));
    let results = run.results(policy);
    for name in [ExpectedReport::UnitScores, ExpectedReport::PersonScores, ExpectedReport::Recommendations] {
        let _ = report::text(&results, name);
    }
}
