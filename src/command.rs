//! What each command does, one file for each verb.

mod check;
mod init;
mod policy;
mod prior;
mod score;

use crate::cli::Command;
use crate::exit::{Failure, Outcome};
use crate::output::Output;

/// Runs a command.
pub fn run(command: &Command, output: &mut Output) -> Result<Outcome, Failure> {
    match command {
        Command::Score(typed) => score::run(typed, output),
        Command::Check(typed) => check::run(typed, output),
        Command::Init(typed) => init::run(typed, output),
        Command::Prior(typed) => prior::run(typed, output),
        Command::Policy(typed) => policy::run(typed, output),
    }
}
