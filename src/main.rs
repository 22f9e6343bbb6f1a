//! `kaohe` (考核): annual execution assessment from a task ledger, on the command line.
//!
//! `main` parses, runs one command, prints the outcome and returns an exit status: 0 done; 1 the run failed; 2 wrong
//! usage or a policy with errors; 3 done, but rows were rejected; 4 more
//! rows were rejected than may be. What is computed lives in the crate `scoring`.

mod cli;
mod command;
mod exit;
mod limit;
mod output;
mod settings;
mod summary;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;
use crate::output::Output;

fn main() -> ExitCode {
    scoring::read::hush_caught_panics();
    let mut output = Output::new();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => {
            output.usage(&usage);
            // Help and version that were asked for are no error.
            return if usage.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    let outcome = command::run(&cli.command, &mut output).and_then(|outcome| {
        output.finish()?;
        Ok(outcome)
    });
    match outcome {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            output.failure(&failure);
            (&failure).into()
        }
    }
}
