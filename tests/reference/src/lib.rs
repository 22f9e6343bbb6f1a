//! A second implementation of the method, slow and plain, on fractions.
//!
//! It shares no code with the engine: its worth is that it is another reading of the method. Generated ledgers and
//! the samples are compared cell by cell between the two. `message` and `hint` are left empty, and there is no manifest.
//!
//! Readings, where METHOD is open:
//! - A closing `等` falls away from the last part of a list that is not blank; what is left may be blank too.
//! - The whole numbers of a fraction may have groups of three with commas. A weight with more than 6 places, or a
//!   fraction as one, is `bad-number`.
//! - A time of day has hours 0–23; where `nothing` stands between day and time the day takes two digits if it can.
//!   Of a list of dates, parts that mean no date fall away. Where a date must be there, one that means none is `missing-value`.
//! - The words of flags, `status`, `post`, `subject_kind` and holidays are compared exactly. A flag measure is such a word or a number that is 1 or 0;
//!   what is neither is `out-of-range`.
//! - The key of `[tasks.values]` is a column's id, or the heading of an extra column.
//! - A BOM wins over an encoding that the tables file names. A header that is invalid is an error.
//! - A doubled composite key is a fault of the whole row, a doubled id or holiday one of its column.
//! - The column of a fault that the file lacks is shown by its id. A row of measures with neither value nor both parts
//!   is faulted at the first of `value`, `numerator`, `denominator` that the file has. A `ratio` measure without both
//!   parts is `missing-value` at the blank one.
//! - A blank period is not one that `periods` name, so it is `out-of-range` where they are given.
//! - `unknown-parent` looks at all rows free of bad-encoding and ragged-row, and at these too where ids are lines; of rows
//!   with one id the one leads on, on a cycle, whose parent is the first by code point.
//! - A parent that was rejected is no unit: what stands below it stands below nothing.
//! - `extension-not-approved-in-time` is given once for each extension ignored, of every accepted task; `zero-target`
//!   once for each indicator of a task that is not excluded.
//! - A year that is no whole number, or not earlier, is `out-of-range`.
//! - `missing = "error"` rejects where `where` holds and the task is due (or the indicator always judged), also when cancelled.
//! - Only indicators that a tasks section names look at tasks.
//! - `indicator.ID` does not ask whether a section is there for the subject's group, but `missing = "zero"` fills
//!   in only where one is.
//! - Done late is at least one late day. Coverage is blank without sections.
//! - Of equal latest posts the first unit id counts, then principal before deputy before staff.
//! - `rules` of a score file are all whose conditions held, also a `commend` that a sanction or effect kept back.
//! - Clauses that are blank are left out; a fact of several rules is shown once. `respond_by` is of the first rule
//!   alone, blank if that has no days.
//! - Without `[person]` and person sections persons are in no report, the recommendations included.
//! - In conditions and indicators a column that was taken goes by its id alone, not by its heading in the file.
//! - A quota, a veto and a rule without `groups` fit all groups; a rule without any condition holds.
//! - Text keys for ties go by code point, bands by their order; a word that is no band of the policy stands behind
//!   these and before a blank, whichever way the key goes.
//! - A policy's numbers have the grammar of cells. A date column is one of that type, or one that a deadline reads; of a
//!   list of dates, conditions compare a cell that reads as one date, and others as text.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

mod calendar;
mod condition;
mod csvfile;
mod facts;
mod judge;
mod measure_values;
mod moment;
mod number;
mod outlines;
mod parents;
mod people;
mod points;
mod policy;
mod rank;
mod recommend;
mod report;
mod run_log;
mod score;
mod standing;
mod subjects;
mod tables;
mod tasks;
mod text;
mod toml_value;
mod units;

use facts::Fact;
use policy::{Kind, Policy};
use run_log::RunLog;
use standing::{Findings, Outline, Standing};

/// What a run looks at.
pub struct Options {
    /// A folder with tables as CSV, or a tasks file.
    pub data: PathBuf,
    pub policy: PathBuf,
    /// The tables file.
    pub tables: Option<PathBuf>,
    /// `YYYY-MM-DD`, instead of the policy's.
    pub as_of: Option<String>,
}

/// The reports, by file name, without a BOM.
pub fn run(options: &Options) -> Result<BTreeMap<String, String>, String> {
    let policy = Policy::load(&options.policy, options.as_of.as_deref())?;
    let tables = tables::load(&options.data, options.tables.as_deref(), &policy)?;
    let mut log = RunLog::default();
    let calendar = calendar::read(tables.get("holidays"), policy.working_days, &mut log);
    let mut units = units::read(tables.get("units"), &mut log);
    let mut people = people::read(tables.get("posts"), &units, &mut log);
    let tasks = match tables.get("tasks") {
        Some(table) => {
            tasks::read(&tasks::Context { policy: &policy, table, calendar: &calendar }, &units, &people, &mut log)
        }
        None => Vec::new(),
    };
    if !people.table {
        people.add_bare(tasks.iter().flat_map(|task| task.persons.iter().flatten()));
    }
    let known = subjects::Known { units: &units, people: &people };
    let measures = subjects::measures(tables.get("measures"), &known, &policy, &mut log);
    let events = subjects::events(tables.get("events"), &known, &policy, &mut log);
    let prior = subjects::prior(tables.get("prior"), &known, &policy, &mut log);
    for id in tasks.iter().flat_map(|task| std::iter::once(&task.lead).chain(&task.co)) {
        units.add_bare(id);
    }
    for id in measure_values::named(&measures, Kind::Unit) {
        units.add_bare(&id);
    }
    let findings = Findings { policy: &policy, table: tables.get("tasks"), events: &events, prior: &prior };

    let outlines = outlines::units(&policy, &units, &tasks, &measures);
    let mut of_units: Vec<Standing> = outlines.into_iter().map(|outline| findings.standing(outline, &[])).collect();
    rank::rank(&policy, Kind::Unit, &mut of_units, &BTreeMap::new());
    recommend::recommend(&policy, &mut of_units, &prior);

    let outlines = outlines::persons(&policy, &people, &units, &of_units, &tasks, &measures);
    let further = |outline: &Outline| person_facts(outline, &of_units);
    let mut of_persons: Vec<Standing> = outlines
        .into_iter()
        .map(|outline| {
            let further = further(&outline);
            findings.standing(outline, &further)
        })
        .collect();
    let unit_bands = of_units.iter().map(|unit| (unit.id.clone(), unit.band.clone())).collect();
    rank::rank(&policy, Kind::Person, &mut of_persons, &unit_bands);
    recommend::recommend(&policy, &mut of_persons, &prior);

    let with_persons = policy.has_persons || !policy.person.sections.is_empty();
    if !with_persons {
        of_persons.clear();
    }
    let mut reports = BTreeMap::new();
    let mut add = |name: &str, content: String| reports.insert(name.to_string(), content);
    add("unit_scores.csv", report::scores(&policy, Kind::Unit, &of_units)?);
    if with_persons {
        add("person_scores.csv", report::scores(&policy, Kind::Person, &of_persons)?);
    }
    add("task_scores.csv", report::tasks(&policy, &tasks)?);
    add("recommendations.csv", report::recommendations(&policy, [&of_units, &of_persons])?);
    add("rejects.csv", report::rejects(&log)?);
    add("warnings.csv", report::warnings(&log)?);
    add("reconciliation.csv", report::reconciliation(&log, &tasks)?);
    Ok(reports)
}

/// Facts that a person has from the unit of the latest post and from service.
fn person_facts(outline: &Outline, units: &[Standing]) -> Vec<(&'static str, Fact)> {
    let mut facts = vec![("service_days", Fact::Count(outline.service_days))];
    let Some(post) = &outline.post else { return facts };
    facts.push(("post", Fact::text(post.kind)));
    if let Some(unit) = units.iter().find(|unit| unit.id == post.unit) {
        let band = if unit.band.is_empty() { Fact::Blank } else { Fact::Band(Kind::Unit, unit.band.clone()) };
        facts.push(("unit_score", Fact::figure(unit.score.clone())));
        facts.push(("unit_band", band));
        facts.push(("unit_recommendation", recommend::as_fact(unit)));
    }
    facts
}

/// Writes the reports, each with a BOM.
pub fn write(options: &Options, out: &Path) -> Result<(), String> {
    let reports = run(options)?;
    std::fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
    for (name, content) in reports {
        std::fs::write(out.join(&name), format!("\u{FEFF}{content}")).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}
