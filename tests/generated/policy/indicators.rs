//! `[[indicator]]`: every method, for tasks and for measures.

use super::{Draft, Lines, conditions, number, weight};
use crate::plan::{MeasureKind, Plan};
use crate::random::Random;

const OF_TASKS: [&str; 12] = [
    "deadline",
    "deadline",
    "steps",
    "feedback",
    "formal",
    "visit",
    "ratio",
    "rating",
    "checklist",
    "points",
    "flag",
    "deadline",
];

const OF_MEASURES: [&str; 7] = ["rating", "points", "flag", "ratio", "slope", "rank_points", "best_share"];

pub fn write(random: &mut Random, plan: &mut Plan, draft: &mut Draft, lines: &mut Lines, with_tasks: bool) {
    if with_tasks {
        for at in 0..random.within(2, 5) {
            let kind = random.word(&OF_TASKS);
            let id = format!("{}{at}", if random.chance(300) { "指标" } else { kind });
            start(random, draft, lines, &id, at == 0);
            of_task(random, plan, lines, kind);
            draft.task_indicators.push(id);
        }
    }
    for at in 0..random.within(i64::from(!with_tasks), 5) {
        let method = random.word(&OF_MEASURES);
        let id = format!("{}-{at}", if random.chance(300) { "满意度" } else { method });
        start(random, draft, lines, &id, at == 0);
        let periods = of_measure(random, lines, method);
        draft.measure_indicators.push(id.clone());
        plan.measures.push(MeasureKind { id, method, periods, of: (false, false) });
    }
}

fn start(random: &mut Random, draft: &mut Draft, lines: &mut Lines, id: &str, weighs: bool) {
    lines.head("[[indicator]]");
    lines.text("id", id);
    if random.chance(100) {
        lines.text("name", "发文数量");
        lines.text("allow", "本年度试行");
    } else if random.chance(200) {
        lines.text("name", "名称");
        lines.text("clause", "三(四)");
    }
    if !weighs && random.chance(80) {
        lines.set("weight", 0);
        draft.weightless.push(id.to_string());
    } else if random.chance(800) {
        lines.set("weight", weight(random));
    }
}

/// `full`, `floor`, `cap` and `round`. Gives `full`, in tenths.
fn range(random: &mut Random, lines: &mut Lines, measure: bool) -> i64 {
    let full = *random.pick(&[1000, 1000, 1000, 500, 100, 50, 125]);
    if full != 1000 || random.chance(200) {
        lines.set("full", number(random, full));
    }
    let floor = *random.pick(&[0, 0, 0, full / 10, -full / 5, full / 5]);
    if floor != 0 {
        lines.set("floor", number(random, floor));
    }
    if random.chance(300) {
        let cap = *random.pick(&[full / 2, full * 6 / 5, full * 2]);
        lines.set("cap", number(random, cap));
    }
    if measure && random.chance(200) {
        lines.text("round", "none");
    } else if random.chance(350) {
        lines.set("round", random.pick(&[0, 1, 2, 3, 8]));
    }
    full
}

fn missing(random: &mut Random, lines: &mut Lines) {
    if random.chance(600) {
        let word = random.word(&["exclude", "zero", "zero", "error"]);
        lines.text("missing", word);
    }
}

fn of_task(random: &mut Random, plan: &Plan, lines: &mut Lines, kind: &str) {
    let full = range(random, lines, false);
    let deadline = ["deadline", "steps", "feedback", "formal", "visit"].contains(&kind);
    lines.text("method", if deadline { "deadline" } else { kind });
    if random.chance(400) {
        lines.text("judged", random.word(&["due", "always"]));
    }
    if !deadline {
        missing(random, lines);
    }
    match kind {
        "rating" => rating(random, lines, &["quality", "满意度"]),
        "points" => points(random, lines, full, &["quality", "满意度", "actual"]),
        "ratio" => {
            if random.chance(300) {
                lines.text("actual", random.word(&["quality", "满意度"]));
            }
            if random.chance(200) {
                lines.text("target", "指标值");
            }
            better(random, lines);
        }
        "checklist" => {
            let (column, items) = *random.pick(&[
                ("procedures", &["公众参与", "专家论证", "风险评估", "合法性审查"][..]),
                ("节点", &["启动", "中期", "ＥＮＤ"][..]),
            ]);
            lines.text("column", column);
            let items: Vec<String> = items.iter().map(|item| (*item).to_string()).collect();
            lines.texts("items", &random.some(&items, 1));
        }
        "flag" => flag(random, lines, full, Some("合规")),
        _ => deadline_keys(random, lines, kind, full),
    }
    if random.chance(350) {
        lines.texts("where", &conditions::on_columns(random, plan, false, false));
    }
}

fn deadline_keys(random: &mut Random, lines: &mut Lines, kind: &str, full: i64) {
    match kind {
        "feedback" => {
            lines.text("due", "feedback_due_on");
            lines.text("done", "feedback_on");
        }
        "formal" => {
            lines.text("due", random.word(&["feedback_due_on", "due_on"]));
            lines.text("done", "formal_report_on");
        }
        "visit" => {
            lines.text("due", random.word(&["assigned_on", "约定日期", "due_on"]));
            lines.text("done", random.word(&["回访日期", "completed_on"]));
        }
        _ => {}
    }
    if kind != "deadline" || random.chance(300) {
        let from = random.word(&["assigned_on", "assigned_on", "completed_on", "约定日期"]);
        let (span, count) =
            if random.chance(500) { ("months", random.within(0, 3)) } else { ("days", random.within(0, 60)) };
        lines.set("default_due", format!("{{ from = \"{from}\", {span} = {count} }}"));
    }
    if kind == "steps" || random.chance(100) {
        lines.set("steps", steps(random, full));
    } else {
        for (key, most) in [("per_day", 60), ("grace_days", 50), ("early_per_day", 15)] {
            if random.chance(if key == "per_day" { 900 } else { 350 }) {
                let tenths = random.within(0, most);
                lines.set(key, number(random, tenths));
            }
        }
    }
    if random.chance(350) {
        let tenths = *random.pick(&[0, full / 5, full / 2, -100]);
        lines.set("undone", number(random, tenths));
    }
}

fn steps(random: &mut Random, full: i64) -> String {
    let mut pairs = vec![format!("[0, {}]", number(random, full))];
    let mut days = 0;
    for part in [8, 6, 3, 0] {
        days += random.within(1, 9);
        if random.chance(700) {
            pairs.push(format!("[{days}, {}]", number(random, full * part / 10)));
        }
    }
    format!("[{}]", pairs.join(", "))
}

fn rating(random: &mut Random, lines: &mut Lines, columns: &[&str]) {
    if !columns.is_empty() {
        lines.text("column", random.word(columns));
    }
    if random.chance(300) {
        lines.set("min", random.word(&["-10", "0", "\"-1/3\""]));
    }
    if random.chance(300) {
        lines.set("max", random.word(&["100", "120", "100.5"]));
    }
}

fn points(random: &mut Random, lines: &mut Lines, full: i64, columns: &[&str]) {
    if !columns.is_empty() {
        lines.text("column", random.word(columns));
    }
    let mut x = random.within(-50, 400);
    let mut pairs = Vec::new();
    for _ in 0..random.within(1, 4) {
        let (first, second) = (number(random, x), random.within(-20, full + 50));
        pairs.push(format!("[{first}, {}]", number(random, second)));
        x += random.within(1, 400);
    }
    lines.set("points", format!("[{}]", pairs.join(", ")));
    if random.chance(700) {
        lines.text("interpolate", random.word(&["step", "linear", "linear"]));
    }
}

fn flag(random: &mut Random, lines: &mut Lines, full: i64, column: Option<&str>) {
    if let Some(column) = column {
        lines.text("column", column);
    }
    if random.chance(300) {
        lines.set("yes", number(random, full / 2));
    }
    if random.chance(300) {
        lines.set("no", number(random, -10));
    }
}

fn better(random: &mut Random, lines: &mut Lines) {
    if random.chance(600) {
        lines.text("better", random.word(&["higher", "lower", "lower"]));
    }
}

/// Gives the names of the periods.
fn of_measure(random: &mut Random, lines: &mut Lines, method: &str) -> Vec<String> {
    let full = range(random, lines, true);
    lines.text("method", method);
    missing(random, lines);
    if random.chance(300) {
        lines.set("rate_round", random.pick(&[0, 1, 2]));
    }
    match method {
        "rating" => rating(random, lines, &[]),
        "points" => points(random, lines, full, &[]),
        "flag" => flag(random, lines, full, None),
        "slope" => {
            let threshold = random.within(600, 950);
            lines.set("threshold", number(random, threshold));
            lines.set("per_point", random.word(&["1", "2.5", "\"1/3\"", "0"]));
        }
        "rank_points" => {
            lines.set("step", random.word(&["5", "12.5", "\"10/3\"", "40"]));
            better(random, lines);
        }
        _ => better(random, lines),
    }
    if random.chance(600) {
        return vec![];
    }
    let names = ["Q1", "二季度", "下半年"].map(String::from);
    let periods = random.some(&names, 1);
    let mut weights: Vec<String> =
        periods.iter().map(|name| format!("{} = {}", super::quoted(name), weight(random))).collect();
    if random.chance(200) {
        weights.push("\"idle\" = 0".into());
    }
    lines.set("periods", format!("{{ {} }}", weights.join(", ")));
    periods
}
