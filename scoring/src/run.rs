//! A run from files to proposals: the stages in their order.

use std::collections::{BTreeMap, BTreeSet};

use crate::judge::{Judge, JudgeError};
use crate::link::roster::Roster;
use crate::link::tasks::LinkedBatch;
use crate::link::{self, Ledger, LinkError, Linked, Nothing, Reckoning, UnitIds};
use crate::number::TooLarge;
use crate::policy::Policy;
use crate::rank::{self, Standings};
use crate::read::rows::Place;
use crate::read::{self, Progress, ReadError, Sources, TableName};
use crate::recommend::{self, Recommendations};
use crate::report::{LeadCells, ReportError, Results, TaskScores};
use crate::score;
use crate::signals::{self, Found, Shown};
use crate::tally::{Hand, Overflow, Tally, Tallying};

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
    /// While writing the report on tasks.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// While scoring.
    #[error("a score has more digits than can be kept")]
    Score(#[from] TooLarge),
}

/// Reads, judges and links a ledger: all that `check` needs.
///
/// # Errors
/// [`RunError`], naming the file where there is one.
pub fn check(sources: &Sources, policy: &Policy, progress: &(dyn Fn(Progress) + Sync)) -> Result<Ledger, RunError> {
    Ok(linked(sources, policy, &mut |_| Nothing, progress)?.ledger)
}

/// Goes through a ledger with someone who reckons with its tasks.
///
/// # Errors
/// [`RunError`], naming the file where there is one.
pub fn linked<R: Reckoning>(
    sources: &Sources,
    policy: &Policy,
    begin: &mut dyn FnMut(&Roster) -> R,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Linked<R>, RunError> {
    let mut small = read::small(sources, policy)?;
    let holidays = small.holidays.as_mut().map(link::holidays).unwrap_or_default();
    let judge = Judge::new(policy, &holidays, sources.dates(policy, TableName::Tasks))?;
    let mut linked = link::go_through(sources, small, &judge, policy, begin, progress)?;
    fill_records(&mut linked.ledger, sources)?;
    linked.ledger.given_back = sources.given_back().clone();
    Ok(linked)
}

/// What a run makes of each batch of tasks.
struct Reckoned<'a, 's> {
    tallying: Tallying<'a>,
    task_scores: Option<&'a TaskScores<'s>>,
}

impl Reckoning for Reckoned<'_, '_> {
    type Share = (Hand, Shown, LeadCells);

    fn share(&self) -> Self::Share {
        (self.tallying.hand(), Shown::default(), LeadCells::default())
    }

    fn batch(&self, (hand, shown, leads): &mut Self::Share, number: usize, batch: LinkedBatch, units: &UnitIds<'_>) {
        self.tallying.add(hand, &batch);
        shown.add(&batch);
        if let Some(task_scores) = self.task_scores {
            task_scores.add(leads, number, &batch, units);
        }
    }
}

/// Runs everything from files to proposals; writes the report on tasks on the way, where it is wanted.
///
/// # Errors
/// [`RunError`], naming the file where there is one.
pub fn run(
    sources: &Sources,
    policy: &Policy,
    progress: &(dyn Fn(Progress) + Sync),
    task_scores: Option<&TaskScores<'_>>,
) -> Result<Run, RunError> {
    let mut begin = |roster: &Roster| {
        task_scores.into_iter().for_each(TaskScores::begin);
        Reckoned { tallying: Tallying::new(policy, &roster.units), task_scores }
    };
    let Linked { ledger, keys, reckoning, shares } = linked(sources, policy, &mut begin, progress)?;
    let (hands, shown) = shares.into_iter().map(|(hand, shown, _)| (hand, shown)).unzip();
    let tally = reckoning.tallying.finish(hands, &keys)?;
    task_scores.map_or(Ok(()), TaskScores::finish)?;
    let rank = || {
        let standings = rank::rank(score::score(&tally, &ledger, policy)?, policy);
        let recommendations = recommend::recommend(&standings, policy);
        Ok::<_, TooLarge>((standings, recommendations))
    };
    let (ranked, signals) = rayon::join(rank, || signals::signals(shown, &keys));
    let (standings, recommendations) = ranked?;
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

impl From<LinkError> for RunError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Read(error) => Self::Read(error),
            LinkError::Judge(error) => Self::Judge(error),
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

#[cfg(test)]
mod tests {
    use std::fs;

    use encoding_rs::GB18030;

    use super::*;
    use crate::policy::{BUILT_IN, parse};
    use crate::report::Lang;

    /// The tally, the report on tasks and what was counted, of a ledger in these bytes.
    fn outcome(tasks: &[u8]) -> (Tally, String, u64) {
        let (policy, _) = parse(BUILT_IN, "wuhan-2021.toml").unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("tasks.csv"), tasks).unwrap();
        let mut text = Vec::new();
        let task_scores = TaskScores::new(&policy, Lang::Ids, &mut text);
        let sources = read::find(folder.path(), None).unwrap();
        let run = run(&sources, &policy, &|_| {}, Some(&task_scores)).unwrap();
        drop(task_scores);
        (run.tally, String::from_utf8(text).unwrap(), run.ledger.tasks.scored)
    }

    /// So many tasks of some units.
    fn ledger(rows: usize, unit: impl Fn(usize) -> String) -> String {
        let row = |row| format!("T{row},{},2025-03-31,2025-03-{:02}\n", unit(row), row % 28 + 1);
        "task_id,lead_unit,due_on,completed_on\n".to_owned() + &(0..rows).map(row).collect::<String>()
    }

    #[test]
    fn tasks_count_once_when_their_file_turns_out_to_be_in_another_encoding() {
        // The first Chinese name stands beyond what is looked at before a file is read.
        let text = ledger(60_000, |row| if row < 50_000 { format!("U{}", row % 7) } else { "市财政局".to_owned() });
        let utf8 = outcome(text.as_bytes());
        assert_eq!(utf8.2, 60_000);
        assert_eq!(outcome(&GB18030.encode(&text).0), utf8);
    }

    #[test]
    fn a_ledger_that_is_gone_through_again_is_added_up_once() {
        let unit = |row| format!("U{}", row % 7);
        let plain = ledger(30_000, unit);
        let doubled = format!("{plain}T30001,U1,2025-03-31,\nT30001,U1,2025-03-31,\n");
        assert_eq!(outcome(doubled.as_bytes()), outcome(plain.as_bytes()));
    }
}
