//! The two sides of a comparison, and how their reports differ.

use std::collections::BTreeMap;
use std::path::Path;

use scoring::policy::Policy;
use scoring::read::Sources;
use scoring::report::{self, BY_FILE, BY_UNIT, Lang, Options};
use scoring::run;

use crate::case::Files;

/// Reports that the second implementation does not write: METHOD does not name them.
const OWN: [&str; 3] = [BY_FILE, BY_UNIT, "signals.csv"];

/// Reports by file name, as records.
pub type Reports = BTreeMap<String, Vec<Vec<String>>>;

/// What the second implementation says, or why it refuses the case.
pub fn of_reference(files: &Files) -> Result<Reports, String> {
    let options = reference::Options {
        data: files.data.clone(),
        policy: files.policy.clone(),
        tables: files.tables.clone(),
        as_of: files.as_of.map(|day| day.to_string()),
    };
    Ok(reference::run(&options)?.into_iter().map(|(name, text)| (name, records(&text))).collect())
}

/// The records of a CSV file without a BOM.
pub fn records(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let cells = |record: Result<csv::StringRecord, csv::Error>| match record {
        Ok(record) => record.iter().map(str::to_string).collect(),
        Err(error) => vec![error.to_string()],
    };
    reader.records().map(cells).collect()
}

/// The cells of a report's column.
pub fn column<'a>(reports: &'a Reports, file: &str, name: &str) -> Vec<&'a str> {
    let Some([header, rows @ ..]) = reports.get(file).map(Vec::as_slice) else { return vec![] };
    let Some(at) = header.iter().position(|heading| heading == name) else { return vec![] };
    rows.iter().filter_map(|row| row.get(at)).map(String::as_str).collect()
}

/// What the engine says, or why it refuses the case.
pub fn of_engine(files: &Files) -> Result<Reports, String> {
    let out = tempfile::tempdir().map_err(|error| error.to_string())?;
    engine_files(files, None, out.path())?;
    let mut reports = Reports::new();
    for entry in std::fs::read_dir(out.path()).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".csv") && !OWN.contains(&name.as_str()) {
            let text = std::fs::read_to_string(&path).map_err(|error| format!("{name}: {error}"))?;
            let text = text.strip_prefix('\u{feff}').ok_or_else(|| format!("{name} has no BOM"))?;
            reports.insert(name, records(text));
        }
    }
    Ok(reports)
}

/// Runs the engine, with rows that are given back where there are some, and writes its reports to a folder.
pub fn engine_files(files: &Files, also: Option<&Path>, out: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(&files.policy).map_err(|error| error.to_string())?;
    let (policy, _) = scoring::policy::parse(&text, "policy.toml").map_err(|findings| format!("{findings:?}"))?;
    let (policy, sources) = engine_input(files, policy, also)?;
    let options = Options { lang: Lang::Ids, task_scores: true, keep_given_back: false, program: ("kaohe", "0") };
    let mut reports = report::begin(out, options).map_err(|error| error.to_string())?;
    let run = run::run(&sources, &policy, &|_| {}, reports.task_scores(&policy).as_ref());
    let run = run.map_err(|error| error.to_string())?;
    reports.finish(&run.results(&policy)).map_err(|error| error.to_string())?;
    Ok(())
}

/// What the engine runs on: a policy with the case's own as-of date, and the tables.
pub fn engine_input(files: &Files, mut policy: Policy, also: Option<&Path>) -> Result<(Policy, Sources), String> {
    if let Some(as_of) = files.as_of {
        policy.period.as_of = as_of;
    }
    let mut sources = scoring::read::find(&files.data, files.tables.as_deref()).map_err(|error| error.to_string())?;
    if let Some(also) = also {
        sources = sources.with_given_back(also).map_err(|error| error.to_string())?;
    }
    Ok((policy, sources))
}
