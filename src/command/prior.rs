//! `kaohe prior`: the table of earlier years from the reports of earlier runs.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use scoring::prior;

use crate::cli;
use crate::exit::{Failure, Outcome};
use crate::output::Output;

/// Makes the table.
pub fn run(typed: &cli::Prior, output: &mut Output) -> Result<Outcome, Failure> {
    let runs = typed.runs.iter().map(|folder| prior::read(folder)).collect::<Result<Vec<_>, _>>()?;
    let table = prior::table(runs)?;
    let file = OpenOptions::new().write(true).create_new(true).open(&typed.out);
    file.and_then(|mut file| file.write_all(table.text.as_bytes())).map_err(|source| {
        let path = typed.out.clone();
        match source.kind() {
            ErrorKind::AlreadyExists => Failure::TableInTheWay { path },
            _ => Failure::Unwritable { path, source },
        }
    })?;
    let years: Vec<String> = table.years.iter().map(ToString::to_string).collect();
    let rows = if table.rows == 1 { "1 row".to_owned() } else { format!("{} rows", table.rows) };
    output.line(format_args!("{rows} of {} in {}", years.join(", "), typed.out.display()))?;
    Ok(Outcome::Done)
}
