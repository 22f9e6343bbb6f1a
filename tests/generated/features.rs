//! The cases are worth comparing: everything that a run can find out is found out in some of them.

use std::collections::BTreeMap;

use crate::case::Case;
use crate::compare::with_files;
use crate::sides::{self, Reports, column};

const CASES: u64 = 300;

/// How often a word stands in a column of a report, over all cases.
#[derive(Default)]
struct Seen(BTreeMap<String, usize>);

impl Seen {
    fn words(&mut self, reports: &Reports, file: &str, name: &str) {
        for word in column(reports, file, name) {
            *self.0.entry(format!("{name} {word}")).or_default() += 1;
        }
    }

    fn note(&mut self, reports: &Reports) {
        for file in ["unit_scores.csv", "person_scores.csv"] {
            for name in ["status", "band", "quota_limited", "recommendation"] {
                self.words(reports, file, name);
            }
            let vetoes = column(reports, file, "vetoes");
            *self.0.entry("vetoes".into()).or_default() += vetoes.iter().filter(|ids| !ids.is_empty()).count();
        }
        self.words(reports, "recommendations.csv", "escalated");
        self.words(reports, "rejects.csv", "code");
        self.words(reports, "warnings.csv", "code");
        self.words(reports, "task_scores.csv", "state");
        self.words(reports, "task_scores.csv", "exclusion");
    }
}

const WORDS: [&str; 45] = [
    "status ranked",
    "status not-ranked",
    "status short-service",
    "status incomplete",
    "quota_limited yes",
    "escalated yes",
    "vetoes",
    "recommendation commend",
    "recommendation rectify",
    "recommendation criticize",
    "recommendation interview",
    "recommendation refer",
    "band excellent",
    "band good",
    "band 称职",
    "band fair",
    "band poor",
    "band ",
    "code missing-value",
    "code bad-number",
    "code bad-date",
    "code bad-encoding",
    "code ragged-row",
    "code out-of-range",
    "code duplicate-id",
    "code unknown-unit",
    "code unknown-person",
    "code unknown-level",
    "code unknown-indicator",
    "code unknown-code",
    "code unknown-parent",
    "code parent-cycle",
    "code extension-not-approved-in-time",
    "code zero-target",
    "code zero-denominator",
    "state done",
    "state overdue",
    "state open",
    "exclusion ",
    "exclusion cancelled",
    "exclusion exempt",
    "exclusion container",
    "exclusion out-of-period",
    "exclusion not-judged",
    "recommendation ",
];

#[test]
fn the_cases_show_everything_that_a_run_can_find_out() {
    let mut seen = Seen::default();
    let mut refused = BTreeMap::new();
    for seed in 0..CASES {
        match with_files(&Case::new(seed), sides::of_reference) {
            Ok(reports) => seen.note(&reports),
            Err(why) => {
                refused.insert(seed, why);
            }
        }
    }
    eprintln!("{:#?}\nrefused {refused:#?}", seen.0);
    let count = |word: &str| seen.0.get(word).copied().unwrap_or(0);
    let rare: Vec<&str> = WORDS.into_iter().filter(|word| count(word) < 5).collect();
    assert_eq!(rare, Vec::<&str>::new(), "these are next to never seen");
    assert!(refused.len() * 20 < CASES as usize, "too many cases are refused: {refused:?}");
}

#[test]
fn the_policies_pass_the_lint() {
    for seed in 0..CASES {
        let case = Case::new(seed);
        if let Err(findings) = scoring::policy::parse(&case.policy, "policy.toml") {
            let render = |finding| scoring::policy::lint::render(finding, &case.policy, "policy.toml");
            panic!("case {seed}: {}", findings.iter().map(render).collect::<String>());
        }
    }
}
