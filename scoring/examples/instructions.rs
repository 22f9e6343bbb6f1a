//! One stage of a fixed ledger on one thread, for callgrind to count: `instructions judge|tally|score [blanks]`.
//!
//! Only what runs inside `measured` is to be counted, so that neither reading nor polars is in the figure.

#[path = "../benches/ledger.rs"]
mod ledger;

use std::error::Error;
use std::process::ExitCode;

use scoring::link::Linked;
use scoring::score;

use ledger::Case;

/// Copies of the sample's 800 tasks.
const COPIES: usize = 5;

const USAGE: &str = "usage: instructions judge|tally|score [blanks]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        [stage] => run(stage, false),
        [stage, "blanks"] => run(stage, true),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // With standard error closed there is nobody left to tell.
            let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{error}\n"));
            ExitCode::FAILURE
        }
    }
}

fn run(stage: &str, blanks: bool) -> Result<(), Box<dyn Error>> {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let case = Case::sample(COPIES, blanks)?;
    // Errors cannot leave the thread as they are.
    let worked = one.install(|| work(stage, &case).map_err(|error| error.to_string()));
    Ok(worked?)
}

fn work(stage: &str, case: &Case) -> Result<(), Box<dyn Error>> {
    if stage == "judge" {
        let judge = case.judge()?;
        let batches = case.read(|batch| batch)?;
        let judged = measured(|| batches.into_iter().map(|batch| judge.judge(batch)).collect::<Vec<_>>());
        return Ok(judged.into_iter().try_for_each(|judged| judged.map(drop))?);
    }
    if stage == "tally" {
        let Linked { ledger, keys, reckoning, .. } = case.linked()?;
        let batches = reckoning.into_batches();
        measured(|| ledger::tally(&batches, &ledger, &keys, &case.policy))?;
        return Ok(());
    }
    let (ledger, tally) = case.tallied()?;
    match stage {
        "score" => measured(|| score::score(&tally, &ledger, &case.policy)).map(drop).map_err(Into::into),
        _ => Err(USAGE.into()),
    }
}

/// What is counted.
#[inline(never)]
fn measured<T>(work: impl FnOnce() -> T) -> T {
    std::hint::black_box(work())
}
