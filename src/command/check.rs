//! `kaohe check`: what is wrong with a ledger, and where.

use std::collections::BTreeMap;
use std::io;

use scoring::link::{Ledger, Reject, Warning};
use scoring::policy::Indicator;
use scoring::read;
use scoring::read::reject::Code;
use scoring::run;

use crate::cli;
use crate::exit::{Failure, Outcome};
use crate::output::{Output, plain};
use crate::settings::Settings;
use crate::summary;

/// Rows of a code that are shown, unless all are asked for.
const SHOWN: usize = 20;

/// Checks a ledger.
pub fn run(typed: &cli::Check, output: &mut Output) -> Result<Outcome, Failure> {
    let settings = Settings::resolve(&typed.ledger)?;
    settings.note_unread(output)?;
    if typed.suggest {
        return suggest(&settings, output);
    }
    let reading = output.reading(!typed.quiet);
    let ledger = run::check(&settings.sources, &settings.policy, &|progress| reading.at(progress))?;
    reading.done(summary::rows_read(&ledger), output)?;
    output.line(summary::headline(&settings))?;
    let shown = match (typed.quiet, typed.all) {
        (true, _) => 0,
        (false, true) => usize::MAX,
        (false, false) => SHOWN,
    };
    print_rejects(&ledger, shown, output)?;
    print_warnings(&ledger, shown, output)?;
    print_idle(&ledger, &settings, output)?;
    output.blank()?;
    output.line(summary::basis(&settings.policy, settings.lang))?;
    summary::reconciliation_table(&ledger, settings.lang, output)?;
    output.blank()?;
    if let Some(given_back) = summary::given_back_line(&ledger, settings.lang) {
        output.line(given_back)?;
    }
    let verdict = summary::rejects_line(&ledger).unwrap_or_else(|| "no row was rejected".to_owned());
    output.line(verdict)?;
    settings.check_rejects(&ledger)?;
    Ok(Outcome::of_rejects(ledger.rejects.len()))
}

/// Prints the tables file that the ledger may need. It comes first: it is needed most where reading fails.
fn suggest(settings: &Settings, output: &mut Output) -> Result<Outcome, Failure> {
    output.line(read::propose(&settings.sources, &settings.policy).trim_end())?;
    let ledger = run::check(&settings.sources, &settings.policy, &|_| {})?;
    Ok(Outcome::of_rejects(ledger.rejects.len()))
}

fn print_rejects(ledger: &Ledger, shown: usize, output: &mut Output) -> io::Result<()> {
    let mut by_code: BTreeMap<Code, Vec<&Reject>> = BTreeMap::new();
    for reject in &ledger.rejects {
        by_code.entry(reject.fault.code).or_default().push(reject);
    }
    for (code, rejects) in by_code {
        output.blank()?;
        output.line(format_args!("rejected: {}, {}", code.id(), rows(rejects.len())))?;
        for reject in rejects.iter().take(shown) {
            let fault = &reject.fault;
            let place = place(&reject.file, reject.place.line, &fault.column);
            output.line(format_args!("{place}: {}: {}", code.id(), plain(&fault.message)))?;
            if !fault.hint.is_empty() {
                output.line(format_args!("  hint: {}", plain(&fault.hint)))?;
            }
        }
        print_rest(rejects.len(), shown, output)?;
    }
    Ok(())
}

fn print_warnings(ledger: &Ledger, shown: usize, output: &mut Output) -> io::Result<()> {
    let mut by_code: BTreeMap<&str, Vec<&Warning>> = BTreeMap::new();
    for warning in &ledger.warnings {
        by_code.entry(warning.code).or_default().push(warning);
    }
    for (code, warnings) in by_code {
        output.blank()?;
        output.line(format_args!("warning: {code}, {}", rows(warnings.len())))?;
        for warning in warnings.iter().take(shown) {
            let place = place(&warning.file, warning.place.line, &warning.column);
            output.line(format_args!("{place}: {code}: {}", plain(&warning.message)))?;
        }
        print_rest(warnings.len(), shown, output)?;
    }
    Ok(())
}

/// Says which indicators weighed nothing because no task had a value for them.
fn print_idle(ledger: &Ledger, settings: &Settings, output: &mut Output) -> io::Result<()> {
    let idle = ledger.tasks.idle_indicators(&settings.policy);
    if idle.is_empty() {
        return Ok(());
    }
    output.blank()?;
    output.line(format_args!("note: not applicable in any of {} tasks", ledger.tasks.judged()))?;
    for indicator in idle.iter().filter_map(|place| settings.policy.indicators.get(*place)) {
        let Indicator { id, name, weight, .. } = indicator;
        let name = if name == id { String::new() } else { format!(" {}", plain(name)) };
        output.line(format_args!("{}{name}, weight {weight}", plain(id)))?;
    }
    Ok(())
}

/// Says how many rows are left out.
fn print_rest(rows: usize, shown: usize, output: &mut Output) -> io::Result<()> {
    match rows.checked_sub(shown) {
        Some(rest) if rest > 0 && shown > 0 => output.line(format_args!("… and {rest} more (`--all` prints them)")),
        _ => Ok(()),
    }
}

/// File, line and column; a fault of a whole row has no column.
fn place(file: &str, line: u64, column: &str) -> String {
    let column = if column.is_empty() { String::new() } else { format!(":{}", plain(column)) };
    format!("{}:{line}{column}", plain(file))
}

fn rows(count: usize) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}
