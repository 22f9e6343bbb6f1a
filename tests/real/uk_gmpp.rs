//! The UK Government Major Projects Portfolio, 2014 to 2023: ratings as they were published.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use encoding_rs::WINDOWS_1252;
use scoring::policy;
use scoring::read;
use scoring::run;

use super::public;
use crate::support::{Input, Reports, project, score};

/// Projects of each year with one row each: green, amber/green, amber, amber/red, red, none; and unreadable end dates.
/// Whole years, and for 2021 to 2023 the ratings, are those of the government's annual reports.
const PUBLISHED: [(u16, [u64; 6], u64); 6] = [
    (2018, [2, 22, 59, 38, 8, 4], 5),
    (2019, [4, 18, 66, 38, 4, 3], 6),
    (2020, [3, 18, 59, 32, 11, 2], 5),
    (2021, [12, 29, 84, 44, 7, 8], 6),
    (2022, [24, 0, 170, 0, 27, 14], 17),
    (2023, [26, 0, 183, 0, 23, 12], 30),
];

const RATINGS: [(&str, u64); 5] = [("green", 100), ("amber_green", 75), ("amber", 50), ("amber_red", 25), ("red", 0)];

fn file(year: u16) -> Option<PathBuf> {
    Some(public("uk_gmpp_2014_2023")?.join(format!("uk_{year}.csv")))
}

fn tables(year: u16) -> PathBuf {
    project(&format!("tests/real/uk-gmpp/{year}.toml"))
}

fn run(ledger: &Path, tables: &Path) -> Reports {
    score(&Input { data: ledger, policy: &project("tests/real/uk-gmpp/policy.toml"), tables: Some(tables) })
}

/// The department and the rating of each project, counted without the engine: `None` for a text that is no rating.
fn projects(ledger: &Path, year: u16) -> Vec<(String, Option<usize>)> {
    let text = WINDOWS_1252.decode(&fs::read(ledger).unwrap()).0.into_owned();
    let delimiter = if year < 2021 { b',' } else { b';' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let headings = reader.headers().unwrap().clone();
    let places = |name: &str| -> Vec<usize> { (0..headings.len()).filter(|place| &headings[*place] == name).collect() };
    let (department, ratings) = (places("department")[0], places("colour_rating"));
    let project = |row: csv::StringRecord| {
        let rating =
            ratings.iter().map(|place| row[*place].trim().to_lowercase()).find(|cell| !cell.is_empty()).unwrap();
        let rating = RATINGS.iter().position(|(name, _)| name.replace('_', "/") == rating);
        // 2020 has some departments in two spellings.
        let department = if year == 2020 { row[department].replace('f', "F") } else { row[department].to_owned() };
        (department, rating)
    };
    reader.records().map(|row| project(row.unwrap())).collect()
}

#[test]
fn every_project_is_rated_as_published_or_rejected_for_its_exemption() {
    for (year, published, _) in PUBLISHED {
        let Some(ledger) = file(year) else { return };
        let reports = run(&ledger, &tables(year));
        let count = reports.reconciliation();
        let [rated @ .., none] = published;
        let places = ["read", "accepted", "rejected", "scored"].map(|item| count[item]);
        let (all, with_rating) = (published.iter().sum(), rated.iter().sum());
        assert_eq!(places, [all, with_rating, none, with_rating], "{year}");
        for reject in reports.rows("rejects.csv") {
            assert_eq!((reject["code"].as_str(), reject["column"].as_str()), ("bad-number", "colour_rating"), "{year}");
        }
        let units = reports.rows("unit_scores.csv");
        let whole = |name: &str| -> u64 {
            units
                .iter()
                .flat_map(|unit| {
                    [name.to_owned(), format!("{name}_2")]
                        .map(|id| unit[&format!("count.{id}")].parse::<u64>().unwrap())
                })
                .sum()
        };
        assert_eq!(RATINGS.map(|(name, _)| whole(name)), rated, "{year}");
    }
}

#[test]
fn counts_and_scores_of_every_department_follow_from_its_projects() {
    for (year, ..) in PUBLISHED {
        let Some(ledger) = file(year) else { return };
        let mut departments: BTreeMap<String, [u64; 5]> = BTreeMap::new();
        for (department, rating) in projects(&ledger, year) {
            if let Some(rating) = rating {
                departments.entry(department).or_default()[rating] += 1;
            }
        }
        let units = run(&ledger, &tables(year)).by("unit_scores.csv", "unit_id");
        assert_eq!(units.keys().collect::<Vec<_>>(), departments.keys().collect::<Vec<_>>(), "{year}");
        for (department, counted) in departments {
            let unit = &units[&department];
            let ours = RATINGS.map(|(name, _)| {
                [format!("count.{name}"), format!("count.{name}_2")]
                    .iter()
                    .map(|id| unit[id].parse::<u64>().unwrap())
                    .sum::<u64>()
            });
            assert_eq!(ours, counted, "{year} {department}");
            let projects: u64 = counted.iter().sum();
            assert_eq!(unit["tasks"], projects.to_string(), "{year} {department}");
            // The mean of the points in hundredths, half up.
            let points: u64 = counted.iter().zip(RATINGS).map(|(count, (_, points))| count * points).sum();
            let hundredths = (points * 200 + projects) / (projects * 2);
            let expected = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            assert_eq!(unit["score"], expected, "{year} {department}");
        }
    }
}

#[test]
fn end_dates_are_read_in_the_format_of_each_year_and_texts_in_their_place_are_rejected() {
    for (year, published, unreadable) in PUBLISHED {
        let Some(ledger) = file(year) else { return };
        let settings = fs::read_to_string(tables(year)).unwrap();
        let with_dates = settings.replace("columns = {", "columns = { due_on = \"end_date\",");
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), with_dates).unwrap();
        let rejects = run(&ledger, file.path()).rows("rejects.csv");
        let of_dates: Vec<_> = rejects.iter().filter(|reject| reject["column"] == "end_date").collect();
        assert_eq!(of_dates.len() as u64, unreadable, "{year}");
        assert!(of_dates.iter().all(|reject| reject["code"] == "bad-date"), "{year}");
        // A row has one code; the date comes first.
        assert!((rejects.len() - of_dates.len()) as u64 <= published[5], "{year}");
    }
}

/// Departments of 2023: projects that were in 2022 too with both end dates readable, those of them that end not later
/// than was said in 2022, and the days by which the others do, all counted by the publisher of the files.
const SLIPS: [(&str, u64, u64, Option<u64>); 19] = [
    ("MOD", 40, 30, Some(25_509)),
    ("HMRC", 18, 12, Some(4_754)),
    ("DFT", 16, 13, Some(1_670)),
    ("MOJ", 16, 9, Some(2_272)),
    ("HO", 15, 8, Some(2_730)),
    ("DESNZ", 13, 9, Some(3_885)),
    ("DEFRA", 12, 11, Some(365)),
    ("DFE", 9, 9, Some(0)),
    ("DLUHC", 7, 4, Some(3_559)),
    ("CO", 7, 6, Some(365)),
    ("DHSC", 6, 5, Some(3_399)),
    ("DWP", 4, 2, Some(182)),
    ("FCDO", 4, 1, Some(848)),
    ("DSIT", 4, 4, Some(0)),
    ("DCMS", 3, 1, Some(2_190)),
    ("ONS", 2, 2, Some(0)),
    ("HMLR", 1, 1, None),
    ("NCA", 1, 1, None),
    ("HMT", 1, 0, Some(365)),
];

/// Number, department and end date of each project of a year.
fn ends(year: u16) -> Option<Vec<[String; 3]>> {
    let text = WINDOWS_1252.decode(&fs::read(file(year)?).unwrap()).0.into_owned();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    let headings = reader.headers().unwrap().clone();
    let place = |name: &str| headings.iter().position(|heading| heading == name).unwrap();
    let places = ["project_number", "department", "end_date"].map(place);
    Some(reader.records().map(|row| row.unwrap()).map(|row| places.map(|place| row[place].trim().to_owned())).collect())
}

#[test]
fn the_slips_of_every_department_from_2022_to_2023_are_those_that_were_counted() {
    let (Some(before), Some(now)) = (ends(2022), ends(2023)) else { return };
    let before: BTreeMap<&str, &str> = before.iter().map(|[number, _, end]| (number.as_str(), end.as_str())).collect();
    let mut ledger = csv::Writer::from_writer(Vec::new());
    ledger.write_record(["project_number", "department", "end_date_before", "end_date"]).unwrap();
    for [number, department, end] in &now {
        if let Some(before) = before.get(number.as_str()) {
            ledger.write_record([number, department, *before, end]).unwrap();
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tasks.csv");
    fs::write(&path, ledger.into_inner().unwrap()).unwrap();
    let reports = score(&Input {
        data: &path,
        policy: &project("tests/real/uk-gmpp/slips.toml"),
        tables: Some(&project("tests/real/uk-gmpp/slips.tables.toml")),
    });
    let mut days: BTreeMap<String, u64> = BTreeMap::new();
    for task in reports.rows("task_scores.csv") {
        *days.entry(task["lead_unit"].clone()).or_default() += task["late_days"].parse::<u64>().unwrap_or(0);
    }
    let units = reports.by("unit_scores.csv", "unit_id");
    for (department, matched, not_later, days_later) in SLIPS {
        let unit = &units[department];
        assert_eq!(unit["tasks"], matched.to_string(), "{department}");
        assert_eq!(unit["overdue_tasks"], (matched - not_later).to_string(), "{department}");
        if let Some(days_later) = days_later {
            assert_eq!(days[department], days_later, "{department}");
        }
        // The share of those not later, in hundredths of a per cent, half up.
        let share = (not_later * 20_000 + matched) / (matched * 2);
        assert_eq!(unit["score"], format!("{}.{:02}", share / 100, share % 100), "{department}");
    }
    let (tasks, later): (Vec<u64>, Vec<u64>) = units
        .values()
        .map(|unit| (unit["tasks"].parse::<u64>().unwrap(), unit["overdue_tasks"].parse::<u64>().unwrap()))
        .unzip();
    let (tasks, later): (u64, u64) = (tasks.iter().sum(), later.iter().sum());
    assert_eq!((tasks, tasks - later), (179, 128));
}

#[test]
fn years_with_a_project_in_each_column_are_refused_and_the_reason_is_said() {
    let names = [(2014, "Project name"), (2015, "Project name"), (2016, "Project Name"), (2017, "Project Name")];
    for (year, name) in names {
        let Some(ledger) = file(year) else { return };
        let settings = format!(
            "[tasks]\nencoding = \"windows-1252\"\ncolumns = {{ task_id = \"{name}\", lead_unit = \"Department\" }}\n"
        );
        let tables = tempfile::NamedTempFile::new().unwrap();
        fs::write(tables.path(), settings).unwrap();
        let text = fs::read_to_string(project("tests/real/uk-gmpp/policy.toml")).unwrap();
        let (policy, _) = policy::parse(&text, "policy.toml").unwrap();
        let sources = read::find(&ledger, Some(tables.path())).unwrap();
        let expected = format!(
            "uk_{year}.csv:2: `Department` heads a row and no column: the table lies on its side. Turn its rows into \
             columns in a spreadsheet (copy, then paste transposed), and save that"
        );
        assert_eq!(run::check(&sources, &policy, &|_| {}).unwrap_err().to_string(), expected);
    }
}
