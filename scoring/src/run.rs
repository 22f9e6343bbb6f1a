//! A run from files to proposals: the stages in their order.

use std::collections::{BTreeMap, BTreeSet};

use crate::judge::{Judge, JudgeError, Judged};
use crate::link::{self, Ledger};
use crate::number::TooLarge;
use crate::policy::Policy;
use crate::rank::{self, Standings};
use crate::read::rows::Place;
use crate::read::{self, Progress, ReadError, Sources, TableName, TaskTable};
use crate::recommend::{self, Recommendations};
use crate::report::Results;
use crate::score;
use crate::signals::{self, Found};
use crate::tally::{self, Overflow, Tally};

/// Everything that a run found out.
#[derive(Debug)]
pub struct Run {
    /// The ledger, with rejects and warnings.
    pub ledger: Ledger,
    /// Its tally.
    pub tally: Tally,
    /// Who stands where.
    pub standings: Standings,
    /// What is proposed.
    pub recommendations: Recommendations,
    /// What looks odd.
    pub signals: Vec<Found>,
}

/// A run cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// While reading.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// While judging.
    #[error(transparent)]
    Judge(#[from] JudgeError),
    /// While adding up.
    #[error(transparent)]
    Tally(#[from] Overflow),
    /// While scoring.
    #[error("a score has more digits than can be kept")]
    Score(#[from] TooLarge),
}

/// Reads, judges and links a ledger: all that `check` needs.
///
/// # Errors
/// [`RunError`], naming the file where there is one.
pub fn check(sources: &Sources, policy: &Policy, progress: &(dyn Fn(Progress) + Sync)) -> Result<Ledger, RunError> {
    let mut small = read::small(sources, policy)?;
    let holidays = small.holidays.as_mut().map(link::holidays).unwrap_or_default();
    let judge = Judge::new(policy, &holidays, sources.dates(policy, TableName::Tasks))?;
    let tasks = read::tasks(sources, policy, |batch| judge.judge(batch), progress)?;
    let tasks = tasks.map(all_judged).transpose()?;
    let mut ledger = link::link(small, tasks, policy);
    fill_records(&mut ledger, sources)?;
    ledger.given_back = sources.given_back().clone();
    Ok(ledger)
}

/// The table, when all of its batches could be judged.
fn all_judged(table: TaskTable<Result<Judged, JudgeError>>) -> Result<TaskTable<Judged>, JudgeError> {
    let TaskTable { files, headings, dictionaries, totals, batches } = table;
    let batches = batches.into_iter().collect::<Result<_, _>>()?;
    Ok(TaskTable { files, headings, dictionaries, totals, batches })
}

/// Runs everything from files to proposals.
///
/// # Errors
/// [`RunError`], naming the file where there is one.
pub fn run(sources: &Sources, policy: &Policy, progress: &(dyn Fn(Progress) + Sync)) -> Result<Run, RunError> {
    let ledger = check(sources, policy, progress)?;
    let tally = tally::tally(&ledger, policy)?;
    let scores = score::score(&tally, &ledger, policy)?;
    let standings = rank::rank(scores, policy);
    let recommendations = recommend::recommend(&standings, policy);
    let signals = signals::signals(&ledger);
    Ok(Run { ledger, tally, standings, recommendations, signals })
}

impl Run {
    /// What reports are made of.
    pub fn results<'a>(&'a self, policy: &'a Policy) -> Results<'a> {
        Results {
            policy,
            ledger: &self.ledger,
            tally: &self.tally,
            standings: &self.standings,
            recommendations: &self.recommendations,
            signals: &self.signals,
        }
    }
}

/// Fetches the cells of rows whose fault only linking found.
fn fill_records(ledger: &mut Ledger, sources: &Sources) -> Result<(), ReadError> {
    let missing = ledger.rejects.iter().filter(|reject| reject.raw.is_none() && reject.table == TableName::Tasks);
    let places: BTreeSet<Place> = missing.map(|reject| reject.place).collect();
    if places.is_empty() {
        return Ok(());
    }
    let mut records: BTreeMap<Place, String> = read::records(sources, TableName::Tasks, &places)?;
    for reject in ledger.rejects.iter_mut().filter(|reject| reject.raw.is_none()) {
        reject.raw = records.remove(&reject.place);
    }
    Ok(())
}
