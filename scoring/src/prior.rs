//! The table `prior` (往年结果) from the reports of earlier runs. METHOD §2, §11.
//!
//! The year of a run is that in which its period begins, because a rung goes up (METHOD §10) by the year before that in
//! which the new period begins. Reports in both languages are understood; ids are written wherever they are known.

use std::fs;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use sha2::{Digest, Sha256};

use crate::digest::hex;
use crate::report::Lang;
use crate::report::manifest::Recorded;
use crate::report::words::{untext, writer};
use crate::terms::{Recommendation, SubjectKind};

/// The name of the manifest in a folder of reports.
const MANIFEST: &str = "manifest.json";
/// Columns of the table.
const COLUMNS: [&str; 6] = ["subject_kind", "subject_id", "year", "score", "band", "recommendation"];

/// What a run of an earlier year says of its subjects.
#[derive(Debug)]
pub struct Earlier {
    folder: PathBuf,
    year: i16,
    rows: Vec<[String; COLUMNS.len()]>,
}

/// The table `prior`.
#[derive(Debug)]
pub struct PriorTable {
    /// Its file: CSV with a BOM.
    pub text: String,
    /// Its rows.
    pub rows: usize,
    /// The years it has, ascending.
    pub years: Vec<i16>,
}

/// The table cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PriorError {
    /// A report cannot be read.
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A manifest that no run wrote.
    #[error("`{}` is no manifest of a run", path.display())]
    NoManifest {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// A manifest of a version that did not write the period down.
    #[error("`{}` does not say which period was assessed", path.display())]
    NoPeriod {
        /// The file.
        path: PathBuf,
    },
    /// A report is not the one that the run wrote.
    #[error("`{}` is not as the run wrote it: its digest is not that of `{MANIFEST}`", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A report does not read as CSV.
    #[error("cannot read the rows of `{}`", path.display())]
    BadRows {
        /// The file.
        path: PathBuf,
        /// Why.
        source: csv::Error,
    },
    /// A report lacks a column.
    #[error("`{}` has no column `{column}`", path.display())]
    NoColumn {
        /// The file.
        path: PathBuf,
        /// The column.
        column: &'static str,
    },
    /// Two runs of one year.
    #[error("`{}` and `{}` are both of {year}", first.display(), second.display())]
    TwoOfYear {
        /// The year.
        year: i16,
        /// One folder.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
    /// The table cannot be written as text.
    #[error("cannot write the table")]
    Unwritable(#[from] std::io::Error),
}

/// Reads the reports of a run: those of units and, where it has them, of persons.
///
/// # Errors
/// [`PriorError`], naming the file.
pub fn read(folder: &Path) -> Result<Earlier, PriorError> {
    let path = folder.join(MANIFEST);
    let recorded: Recorded = serde_json::from_slice(&bytes(&path)?)
        .map_err(|source| PriorError::NoManifest { path: path.clone(), source })?;
    let Some(period) = &recorded.period else { return Err(PriorError::NoPeriod { path }) };
    let year = period.from.year();
    let mut rows = Vec::new();
    for (kind, name, id) in
        [(SubjectKind::Unit, "unit_scores.csv", "unit_id"), (SubjectKind::Person, "person_scores.csv", "person_id")]
    {
        if let Some(sha256) = recorded.sha256(name) {
            rows.extend(report(&folder.join(name), sha256, kind, id, year)?);
        }
    }
    Ok(Earlier { folder: folder.to_owned(), year, rows })
}

/// The table of some runs, by year.
///
/// # Errors
/// [`PriorError::TwoOfYear`].
pub fn table(mut runs: Vec<Earlier>) -> Result<PriorTable, PriorError> {
    runs.sort_by_key(|run| run.year);
    for pair in runs.windows(2) {
        if let [first, second] = pair
            && first.year == second.year
        {
            let year = first.year;
            return Err(PriorError::TwoOfYear { year, first: first.folder.clone(), second: second.folder.clone() });
        }
    }
    let mut bytes = Vec::new();
    let mut csv = writer(&mut bytes)?;
    let unwritable = |error: csv::Error| PriorError::Unwritable(error.into());
    csv.write_record(COLUMNS).map_err(unwritable)?;
    for row in runs.iter().flat_map(|run| &run.rows) {
        csv.write_record(row).map_err(unwritable)?;
    }
    csv.flush()?;
    drop(csv);
    Ok(PriorTable {
        text: String::from_utf8_lossy(&bytes).into_owned(),
        rows: runs.iter().map(|run| run.rows.len()).sum(),
        years: runs.iter().map(|run| run.year).collect(),
    })
}

fn bytes(path: &Path) -> Result<Vec<u8>, PriorError> {
    fs::read(path).map_err(|source| PriorError::Unreadable { path: path.to_owned(), source })
}

/// The rows of one report; those without score, band and recommendation say nothing to a later year.
fn report(
    path: &Path,
    sha256: &str,
    kind: SubjectKind,
    id: &'static str,
    year: i16,
) -> Result<Vec<[String; COLUMNS.len()]>, PriorError> {
    let bytes = bytes(path)?;
    if hex(&Sha256::digest(&bytes)) != sha256 {
        return Err(PriorError::Changed { path: path.to_owned() });
    }
    let bad_rows = |source| PriorError::BadRows { path: path.to_owned(), source };
    let mut reader = csv::Reader::from_reader(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes));
    let headings = reader.headers().map_err(bad_rows)?.clone();
    let place = |column| place(&headings, column).ok_or(PriorError::NoColumn { path: path.to_owned(), column });
    let (id, score, band) = (place(id)?, place("score")?, place("band")?);
    let recommendation = place("recommendation")?;
    let mut rows = Vec::new();
    for row in reader.records() {
        let row = row.map_err(bad_rows)?;
        let cell = |place: usize| untext(row.get(place).unwrap_or_default());
        let known = Recommendation::parse(cell(recommendation)).map(Recommendation::id);
        let found = [cell(score), cell(band), known.unwrap_or(cell(recommendation))];
        if found.iter().any(|cell| !cell.is_empty()) {
            let [score, band, recommendation] = found;
            let row = [kind.id(), cell(id), &year.to_string(), score, band, recommendation];
            rows.push(row.map(str::to_owned));
        }
    }
    Ok(rows)
}

/// The place of a column by its heading in either language. Names of indicators may be headings too: they stand before
/// the recommendation and behind all else that is looked for.
fn place(headings: &StringRecord, column: &'static str) -> Option<usize> {
    let is_it = |heading: &str| [Lang::Ids, Lang::Zh].iter().any(|lang| lang.heading(column) == heading);
    if column == "recommendation" {
        let from_end = headings.iter().collect::<Vec<_>>().into_iter().rev().position(is_it)?;
        return Some(headings.len() - 1 - from_end);
    }
    headings.iter().position(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of reports with digests as a run writes them.
    fn folder(from: &str, reports: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut entries = Vec::new();
        for (name, text) in reports {
            fs::write(folder.path().join(name), text).unwrap();
            entries.push(format!(r#"{{"file":"{name}","sha256":"{}"}}"#, hex(&Sha256::digest(text.as_bytes()))));
        }
        let period = if from.is_empty() { String::new() } else { format!(r#""period":{{"from":"{from}","to":"x"}},"#) };
        let manifest = format!(r#"{{{period}"version":"1","reports":[{}]}}"#, entries.join(","));
        fs::write(folder.path().join(MANIFEST), manifest).unwrap();
        folder
    }

    fn text(folders: &[&tempfile::TempDir]) -> String {
        let table = table(folders.iter().map(|folder| read(folder.path()).unwrap()).collect()).unwrap();
        assert_eq!(table.rows, table.text.lines().count() - 1);
        table.text
    }

    #[test]
    fn each_year_has_its_units_and_persons_under_the_ids_of_the_table() {
        let units = "\u{feff}group,rank,unit_id,score,band,recommendation,rules\nall,1,'-U1,80.00,good,rectify,r\nall,,U2,,,,\n";
        let later = folder("2024-01-01", &[("unit_scores.csv", units)]);
        let earlier = folder(
            "2023-07-01",
            &[
                ("unit_scores.csv", "unit_id,score,band,recommendation\n"),
                ("person_scores.csv", "person_id,score,band,recommendation\nP1,99.50,excellent,\n"),
            ],
        );
        let expected = "\u{feff}subject_kind,subject_id,year,score,band,recommendation\n\
                        person,P1,2023,99.50,excellent,\nunit,-U1,2024,80.00,good,rectify\n";
        assert_eq!(text(&[&later, &earlier]), expected);
    }

    #[test]
    fn reports_in_chinese_are_understood_whatever_indicators_are_called() {
        let units = "\u{feff}单位编号,得分,等次,得分,建议,建议,规则\nU1,80.00,良好,1.00,2.00,责令限期整改,r\n";
        let folder = folder("2024-01-01", &[("unit_scores.csv", units)]);
        assert_eq!(text(&[&folder]).lines().nth(1), Some("unit,U1,2024,80.00,良好,rectify"));
    }

    #[test]
    fn what_no_run_wrote_is_refused() {
        let units = ("unit_scores.csv", "unit_id,score,band,recommendation\n");
        let changed = folder("2024-01-01", &[units]);
        fs::write(changed.path().join(units.0), "unit_id,score,band,recommendation\nU1,100.00,excellent,\n").unwrap();
        assert!(matches!(read(changed.path()), Err(PriorError::Changed { .. })));
        assert!(matches!(read(folder("", &[units]).path()), Err(PriorError::NoPeriod { .. })));
        assert!(matches!(read(folder("soon", &[units]).path()), Err(PriorError::NoManifest { .. })));
        let lacking = folder("2024-01-01", &[("unit_scores.csv", "unit_id,score\n")]);
        assert!(matches!(read(lacking.path()), Err(PriorError::NoColumn { column: "band", .. })));
    }

    #[test]
    fn two_runs_of_one_year_are_refused() {
        let folders = [folder("2024-01-01", &[]), folder("2024-07-01", &[])];
        let runs = folders.iter().map(|folder| read(folder.path()).unwrap()).collect();
        assert!(matches!(table(runs), Err(PriorError::TwoOfYear { year: 2024, .. })));
    }
}
