//! `reference DATA --policy FILE [--tables FILE] [--as-of DATE] --out DIR`

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let (mut data, mut policy, mut tables, mut as_of, mut out) = (None, None, None, None, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("`{argument}` needs a value"));
        match argument.as_str() {
            "--policy" => policy = Some(PathBuf::from(value()?)),
            "--tables" => tables = Some(PathBuf::from(value()?)),
            "--as-of" => as_of = Some(value()?),
            "--out" => out = Some(PathBuf::from(value()?)),
            _ => data = Some(PathBuf::from(argument)),
        }
    }
    let usage = "reference DATA --policy FILE [--tables FILE] [--as-of DATE] --out DIR";
    let (Some(data), Some(policy), Some(out)) = (data, policy, out) else { return Err(usage.to_string()) };
    reference::write(&reference::Options { data, policy, tables, as_of }, &out)
}
