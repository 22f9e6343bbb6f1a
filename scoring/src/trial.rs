//! Trying a policy's own examples: the tables of each go through a whole run, and the cells that it names are compared.

use std::collections::BTreeSet;

use csv::StringRecord;

use crate::policy::{Example, ExpectedReport, Policy};
use crate::report::{self, Lang, ReportError, TaskScores};
use crate::run::{self, Run, RunError};
use crate::{link, read};

/// An example that was tried.
#[derive(Debug)]
pub struct Tried<'p> {
    /// The example.
    pub example: &'p Example,
    /// Everything in which it came out otherwise.
    pub differences: Vec<Difference>,
}

/// In what an example came out otherwise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    /// A cell.
    #[error("{report}, {row}, {column}: expected {}, found {}", shown(expected), shown(found))]
    Cell {
        /// The report.
        report: &'static str,
        /// What names the row.
        row: String,
        /// The column.
        column: String,
        /// The cell that was expected.
        expected: String,
        /// The cell that came out.
        found: String,
    },
    /// A row that did not come out.
    #[error("{report}, {row}: expected a row, found none")]
    NoRow {
        /// The report.
        report: &'static str,
        /// What names the row.
        row: String,
    },
    /// A column that the report does not have, or that the expected rows need.
    #[error("{report}: no column `{column}`")]
    NoColumn {
        /// The report.
        report: &'static str,
        /// The column.
        column: String,
    },
    /// A report that the policy does not make.
    #[error("{report}: the policy makes no such report")]
    NoReport {
        /// The report.
        report: &'static str,
    },
    /// Expected rows that cannot be read.
    #[error("{report}: what is expected cannot be read: {message}")]
    BadTable {
        /// The report.
        report: &'static str,
        /// Why.
        message: String,
    },
    /// A row of the example was rejected, and that was not expected.
    #[error("{file}:{line}: {code}: {message}")]
    Rejected {
        /// The table's file.
        file: String,
        /// The line.
        line: u64,
        /// Its code.
        code: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// The run could not go on.
    #[error("the run failed: {0}")]
    Failed(String),
}

impl From<RunError> for Difference {
    fn from(error: RunError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<ReportError> for Difference {
    fn from(error: ReportError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Tries all examples of a policy, in the order of the file.
pub fn examples(policy: &Policy) -> Vec<Tried<'_>> {
    policy.examples.iter().map(|example| Tried { example, differences: differences(example, policy) }).collect()
}

fn differences(example: &Example, policy: &Policy) -> Vec<Difference> {
    let mut policy = policy.clone();
    policy.period.as_of = example.as_of.unwrap_or(policy.period.as_of);
    let sources = read::in_memory(example.tables.iter().map(|(table, text)| (*table, text.as_str())));
    let mut tasks = Vec::new();
    let task_scores = TaskScores::new(&policy, Lang::Ids, &mut tasks);
    let ran = run::run(&sources, &policy, &|_| {}, Some(&task_scores));
    drop(task_scores);
    match ran {
        Ok(run) => compare(example, &run, &String::from_utf8_lossy(&tasks), &policy),
        Err(error) => vec![error.into()],
    }
}

fn compare(example: &Example, run: &Run, tasks: &str, policy: &Policy) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut named = BTreeSet::new();
    for (report, text) in &example.expect {
        let id = report.id();
        let expected = match Rows::read(text) {
            Ok(expected) => expected,
            Err(error) => {
                differences.push(Difference::BadTable { report: id, message: error.to_string() });
                continue;
            }
        };
        let found = match report {
            ExpectedReport::TaskScores => Ok(Some(tasks.to_owned())),
            _ => report::text(&run.results(policy), *report),
        };
        let found = match found {
            Ok(Some(text)) => Rows::read(&text).unwrap_or_default(),
            Ok(None) => {
                differences.push(Difference::NoReport { report: id });
                continue;
            }
            Err(error) => {
                differences.push(error.into());
                continue;
            }
        };
        expected.compare(&found, *report, &mut differences);
        if *report == ExpectedReport::Rejects {
            named.extend(expected.keys(report.key()));
        }
    }
    differences.extend(run.ledger.rejects.iter().filter(|reject| !is_named(reject, &named)).map(rejected));
    differences
}

/// Whether the expected rejects name a reject, by file and line or by line alone.
fn is_named(reject: &link::Reject, named: &BTreeSet<Vec<String>>) -> bool {
    let line = reject.place.line.to_string();
    named.contains(&vec![reject.file.clone(), line.clone()]) || named.contains(&vec![line])
}

fn rejected(reject: &link::Reject) -> Difference {
    Difference::Rejected {
        file: reject.file.clone(),
        line: reject.place.line,
        code: reject.fault.code.id(),
        message: reject.fault.message.clone(),
    }
}

/// Rows under headings.
#[derive(Debug, Default)]
struct Rows {
    headings: Vec<String>,
    rows: Vec<StringRecord>,
}

impl Rows {
    fn read(text: &str) -> Result<Self, csv::Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let headings = reader.headers()?.iter().map(str::to_owned).collect();
        Ok(Self { headings, rows: reader.records().collect::<Result<_, _>>()? })
    }

    fn place(&self, column: &str) -> Option<usize> {
        self.headings.iter().position(|heading| heading == column)
    }

    /// The cells of each row under those of the columns that are there.
    fn keys(&self, columns: &[&str]) -> impl Iterator<Item = Vec<String>> {
        let places: Vec<usize> = columns.iter().filter_map(|column| self.place(column)).collect();
        self.rows.iter().map(move |row| places.iter().map(|place| cell(row, *place).to_owned()).collect())
    }

    /// Notes every cell in which a report differs from these rows.
    fn compare(&self, found: &Self, report: ExpectedReport, differences: &mut Vec<Difference>) {
        let id = report.id();
        let missing = |column: &str| Difference::NoColumn { report: id, column: column.to_owned() };
        if let Some(key) = report.key().last().filter(|key| self.place(key).is_none()) {
            differences.push(missing(key));
            return;
        }
        let unknown: Vec<&String> = self.headings.iter().filter(|heading| found.place(heading).is_none()).collect();
        differences.extend(unknown.iter().map(|column| missing(column)));
        let keys: Vec<&str> = report.key().iter().copied().filter(|key| self.place(key).is_some()).collect();
        for (row, key) in self.rows.iter().zip(self.keys(&keys)) {
            let Some(at) = found.keys(&keys).position(|other| other == key) else {
                differences.push(Difference::NoRow { report: id, row: key.join(" ") });
                continue;
            };
            let cells = self.headings.iter().zip(row).filter_map(|(column, expected)| {
                let found = cell(found.rows.get(at)?, found.place(column)?);
                (found != expected).then(|| Difference::Cell {
                    report: id,
                    row: key.join(" "),
                    column: column.clone(),
                    expected: expected.to_owned(),
                    found: found.to_owned(),
                })
            });
            differences.extend(cells);
        }
    }
}

fn cell(row: &StringRecord, place: usize) -> &str {
    row.get(place).unwrap_or_default()
}

/// A cell in words.
fn shown(cell: &str) -> &str {
    if cell.is_empty() { "a blank" } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{BUILT_IN, parse, template};

    const POLICY: &str = "schema = 1\nid = \"p\"\nperiod = { from = 2025-01-01, to = 2025-12-31 }\n\
        indicator = [{ id = \"time\", method = \"deadline\", per_day = 5 }]\n\
        unit.section = [{ id = \"s\", source = \"tasks\", indicators = [\"time\"] }]\n\
        [[example]]\nname = \"one\"\ntasks = \"\"\"\ntask_id,lead_unit,due_on,completed_on\n\
        T1,甲局,2025-03-01,2025-03-02\nT2,甲局,soon,\n\"\"\"\n[example.expect]\n";

    fn said(expect: &str) -> Vec<String> {
        let (policy, _) = parse(&format!("{POLICY}{expect}"), "p.toml").unwrap();
        let tried = examples(&policy);
        tried.iter().flat_map(|tried| &tried.differences).map(ToString::to_string).collect()
    }

    #[test]
    fn what_comes_out_as_expected_is_no_difference() {
        let expect = "unit_scores = \"unit_id,score,rank\\n甲局,95.00,1\"\nrejects = \"line,code\\n3,bad-date\"\n\
            task_scores = \"task_id,late_days,indicator.time\\nT1,1,95.0000\"\n";
        assert_eq!(said(expect), Vec::<String>::new());
    }

    #[test]
    fn every_difference_is_named_by_its_cell() {
        let expect = "unit_scores = \"unit_id,score,band,scroe\\n甲局,95,,1\\n乙局,,,\"\n\
            person_scores = \"person_id\"\ntask_scores = \"state\\ndone\"\nrecommendations = \"a,b\\n1\"\n";
        let expected = [
            "unit_scores: no column `scroe`",
            "unit_scores, 甲局, score: expected 95, found 95.00",
            "unit_scores, 甲局, band: expected a blank, found excellent",
            "unit_scores, 乙局: expected a row, found none",
            "person_scores: the policy makes no such report",
            "task_scores: no column `task_id`",
        ];
        let said = said(expect);
        assert_eq!(said[..6], expected);
        assert!(said[6].starts_with("recommendations: what is expected cannot be read: "), "{}", said[6]);
        assert_eq!(said[7], "tasks.csv:3: bad-date: `soon` is no date");
        assert_eq!(said.len(), 8);
    }

    #[test]
    fn a_run_that_cannot_go_on_is_a_difference() {
        let text = POLICY.replace("task_id,lead_unit", "task_id,due") + "rejects = \"line\"\n";
        let (policy, _) = parse(&text, "p.toml").unwrap();
        let said: Vec<_> = examples(&policy)[0].differences.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 1);
        assert!(said[0].starts_with("the run failed: `tasks.csv` has no column `lead_unit`"), "{}", said[0]);
    }

    #[test]
    fn policies_that_come_along_do_as_their_examples_say() {
        for (name, text) in [("wuhan-2021.toml", BUILT_IN), ("policy.toml", template())] {
            let (policy, _) = parse(text, name).unwrap();
            let tried = examples(&policy);
            assert!(!tried.is_empty(), "{name}");
            for tried in tried {
                assert_eq!(tried.differences, [], "{name}: {}", tried.example.name);
            }
        }
    }
}
