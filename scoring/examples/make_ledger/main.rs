//! Makes the ledger of a made-up city, of any size: tasks, units, posts, holidays, last year's results.
//!
//! ```sh
//! cargo run --release --example make_ledger -- --out DIR [--tasks N] [--units N] [--persons N] [--seed N]
//!     [--blanks PERCENT] [--year YEAR]
//! ```
//!
//! Without options it makes `data-samples/city-2025`: 800 tasks of 24 units and 80 persons. The same options give
//! the same bytes. `--blanks` empties that share of the cells that indicators look at and changes nothing else.
//! Rows are written as they are made, so ten million tasks take no more memory than ten.

mod calendar;
mod city;
mod numbers;
mod outcome;
mod random;
mod rows;
mod tables;
mod words;

use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use city::City;
use random::Random;
use rows::{Place, Rows};

const USAGE: &str =
    "usage: make_ledger --out DIR [--tasks N] [--units N] [--persons N] [--seed N] [--blanks PERCENT] [--year YEAR]";

struct Options {
    out: PathBuf,
    tasks: u64,
    units: u32,
    persons: u32,
    seed: u64,
    blanks: u32,
    year: i32,
}

fn main() -> ExitCode {
    match options().and_then(|options| make(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // With standard error closed there is nobody left to tell.
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options =
        Options { out: PathBuf::new(), tasks: 800, units: 24, persons: 80, seed: 2004, blanks: 0, year: 2025 };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(USAGE)?;
        let number = || value.parse::<u32>().map_err(|_| format!("`{value}` after `{name}` is no whole number"));
        match name.as_str() {
            "--out" => options.out = PathBuf::from(&value),
            "--tasks" => options.tasks = number()?.into(),
            "--units" => options.units = number()?,
            "--persons" => options.persons = number()?,
            "--seed" => options.seed = number()?.into(),
            "--blanks" => options.blanks = number()?,
            "--year" => options.year = i32::try_from(number()?)?,
            _ => return Err(USAGE.into()),
        }
    }
    if options.out.as_os_str().is_empty() {
        return Err(USAGE.into());
    }
    if options.units == 0 || options.blanks > 100 || !(1900..=2200).contains(&options.year) {
        return Err("at least one unit, at most 100 percent of blanks, a year from 1900 to 2200".into());
    }
    Ok(options)
}

fn make(options: &Options) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(&options.out)?;
    let mut random = Random::new(options.seed);
    let city = City::new(options.year, options.units as usize, options.persons as usize, &mut random);
    tables::write(&city, &options.out, &mut random)?;
    let file = File::create(options.out.join("tasks.csv"))?;
    let mut rows = Rows::new(file, &city, options.seed, options.blanks, options.tasks)?;
    tasks(&city, options.tasks, &mut rows, &mut random)?;
    rows.finish()?;
    Ok(())
}

/// Most tasks stand alone; some are split into two to four that follow them.
fn tasks(city: &City, count: u64, rows: &mut Rows<'_, File>, random: &mut Random) -> Result<(), Box<dyn Error>> {
    let (mut parent, mut parts) = (0, 0);
    for number in 1..=count {
        let task = outcome::task(city, random).ok_or("a city needs a unit")?;
        let place = Place { number, parent: (parts > 0).then_some(parent) };
        rows.write(&task, &place)?;
        if parts > 0 {
            parts -= 1;
        } else if random.chance(20) {
            (parent, parts) = (number, random.within(2, 4));
        }
    }
    Ok(())
}
