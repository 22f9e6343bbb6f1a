//! Work that is finished later never scores higher.

use jiff::civil::{Date, date};

use crate::case::Files;
use crate::plan::later;
use crate::random::Random;
use crate::sides;

const CASES: u64 = 80;
const AS_OF: Date = date(2025, 12, 31);

struct Task {
    due: Date,
    completed: Option<Date>,
    quality: i64,
}

fn policy(random: &mut Random) -> String {
    let days = random.word(&["calendar", "working"]);
    let by = random.word(&["due", "assigned"]);
    let late = match random.below(3) {
        0 => "steps = [[0, 100], [1, 80], [8, 60], [30, 0]]".to_string(),
        1 => format!("per_day = {}\ngrace_days = {}", random.within(0, 9), random.within(0, 5)),
        _ => format!("per_day = 5\nearly_per_day = {}\ncap = 120", random.within(0, 3)),
    };
    format!(
        "schema = 1\nid = \"later\"\n
[period]\nfrom = 2025-01-01\nto = 2025-12-31\nbelongs_by = \"{by}\"\n
[time]\ndays = \"{days}\"\n
[rounding]\nscore = 12\nindicator = 8\n
[unit]\ncap = 120\n
[[indicator]]\nid = \"time\"\nmethod = \"deadline\"\nweight = {}\n{late}\n
[[indicator]]\nid = \"quality\"\nmethod = \"rating\"\ncolumn = \"quality\"\njudged = \"always\"\n
[[unit.section]]\nid = \"work\"\nsource = \"tasks\"\nindicators = [\"time\", \"quality\"]\n",
        random.within(1, 4)
    )
}

fn tasks(random: &mut Random) -> Vec<Task> {
    let mut tasks = Vec::new();
    for _ in 0..random.within(1, 6) {
        let due = later(date(2025, 1, 1), random.within(0, 364));
        let done = later(due, random.within(-60, 60));
        let completed = (random.chance(800) && done <= AS_OF).then_some(done);
        tasks.push(Task { due, completed, quality: random.within(0, 100) });
    }
    tasks
}

/// The score of the one unit, in billionths of a thousandth; −1 without one.
fn score(policy: &str, tasks: &[Task]) -> i128 {
    let folder = tempfile::tempdir().unwrap();
    let mut table = String::from("task_id,lead_unit,assigned_on,due_on,completed_on,quality\n");
    for (at, task) in tasks.iter().enumerate() {
        let completed = task.completed.map(|day| day.to_string()).unwrap_or_default();
        table.push_str(&format!("{at},u,2025-01-01,{},{completed},{}\n", task.due, task.quality));
    }
    std::fs::write(folder.path().join("tasks.csv"), table).unwrap();
    std::fs::write(folder.path().join("policy.toml"), policy).unwrap();
    let files = Files {
        data: folder.path().join("tasks.csv"),
        policy: folder.path().join("policy.toml"),
        tables: None,
        as_of: None,
    };
    let reports = sides::of_engine(&files).unwrap();
    let shown = sides::column(&reports, "unit_scores.csv", "score")[0].replace('.', "");
    shown.parse().unwrap_or(-1)
}

#[test]
fn making_one_task_later_never_raises_the_score_of_its_unit() {
    let mut lower = 0;
    for seed in 0..CASES {
        let mut random = Random::of(seed, "later");
        let (policy, mut tasks) = (policy(&mut random), tasks(&mut random));
        let before = score(&policy, &tasks);
        let at = random.below(tasks.len());
        let Some(completed) = tasks[at].completed else { continue };
        let left = completed.until(AS_OF).unwrap().get_days();
        tasks[at].completed = Some(later(completed, random.within(0, i64::from(left))));
        let after = score(&policy, &tasks);
        assert!(after <= before, "seed {seed}: {after} after {before}");
        lower += usize::from(after < before);
    }
    assert!(lower > 10, "only {lower} scores went down");
}
