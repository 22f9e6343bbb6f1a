//! Conditions on columns of tasks and on facts of subjects, none of which is impossible.

use super::{Draft, Side};
use crate::pen::tenths_text;
use crate::plan::{Plan, later};
use crate::random::Random;

/// Conditions on different columns of a task; counts know `state` and `late_days` too. `dated`: a deadline reads
/// `约定日期`, so that this column can be asked for an order.
pub fn on_columns(random: &mut Random, plan: &Plan, counting: bool, dated: bool) -> Vec<String> {
    let mut columns = vec![
        "kind",
        "level",
        "quality",
        "满意度",
        "due_on",
        "status",
        "标签",
        "lead_unit",
        "extended_to",
        "title",
        "合规",
        "约定日期",
        "completed_on",
        "target",
        "staff",
        "feedback_on",
        "节点",
    ];
    if counting {
        columns.extend(["state", "state", "late_days", "late_days", "late_days"]);
    }
    random.shuffle(&mut columns);
    let mut conditions: Vec<String> = Vec::new();
    for column in columns {
        if conditions.len() > random.below(3) {
            break;
        }
        if !conditions.iter().any(|known| known.starts_with(column)) {
            conditions.push(on_column(random, plan, column, dated));
        }
    }
    conditions
}

fn order(random: &mut Random) -> &'static str {
    random.word(&["<", "<=", ">", ">=", "=", "!="])
}

fn on_column(random: &mut Random, plan: &Plan, column: &str, dated: bool) -> String {
    if random.chance(150) && column != "state" {
        return format!("{column} {}", random.word(&["is blank", "is not blank"]));
    }
    match column {
        "kind" => random.word(&["kind = 重大行政决策", "kind != 日常", "kind in 日常|督查 | x", "kind=1"]).to_string(),
        "level" if !plan.levels.is_empty() => {
            let (op, level) = (random.word(&["=", "!=", "in"]), random.pick(&plan.levels));
            format!("level {op} {level}")
        }
        "level" => "level != 重大".into(),
        "quality" | "满意度" | "target" => {
            let value = random.word(&["80", "50%", "1/2", "60.0", "0", "９０", "1,000"]);
            format!("{column} {} {value}", order(random))
        }
        "due_on" | "completed_on" | "约定日期" | "feedback_on" => {
            let day = later(plan.from, random.within(0, 300));
            let day = match random.below(4) {
                0 => day.strftime("%Y/%-m/%-d").to_string(),
                1 => day.strftime("%Y年%-m月").to_string(),
                2 if plan.second => format!("{day} 12:00"),
                _ => day.to_string(),
            };
            let op = if column == "约定日期" && !dated { random.word(&["=", "!="]) } else { order(random) };
            format!("{column} {op} {day}")
        }
        "status" => random.word(&["status = active", "status != 免责", "status in exempt|active"]).to_string(),
        "标签" => {
            random.word(&["标签 = 甲", "标签 != +甲", "标签 in 乙|ａ", "标签 = 1", "标签 in 1.0|甲"]).to_string()
        }
        "lead_unit" => format!("lead_unit {} {}", random.word(&["=", "!=", "in"]), random.pick(&plan.units).id),
        "extended_to" => format!("extended_to {} 2025-06-30", order(random)),
        "合规" => random.word(&["合规 = 是", "合规 != 否", "合规 in 1|yes"]).to_string(),
        "staff" => format!("staff = {}", random.pick(&plan.persons).id),
        "节点" => "节点 != 启动".into(),
        "state" => {
            random.word(&["state = done", "state != open", "state in overdue|done", "state = overdue"]).to_string()
        }
        "late_days" => format!("late_days {} {}", order(random), random.word(&["0", "30", "-3", "5", "10"])),
        _ => format!("{column} != 无名"),
    }
}

const TENTHS: [&str; 12] = [
    "coverage",
    "percentile",
    "overdue_rate",
    "base_score",
    "prior.score",
    "score_change",
    "bonus",
    "deduction",
    "exact_score",
    "score",
    "score",
    "unit_score",
];
const WHOLE: [&str; 14] = [
    "rank",
    "group_size",
    "rank_from_bottom",
    "tasks",
    "due_tasks",
    "done_tasks",
    "overdue_tasks",
    "open_overdue",
    "late_days_max",
    "feedback_missed",
    "formal_report_missed",
    "sole_escalations",
    "service_days",
    "rank",
];
const WORDS: [&str; 7] = ["status", "vetoed", "prior.recommendation", "group", "post", "unit_recommendation", "vetoed"];
const BANDS: [&str; 4] = ["band", "computed_band", "prior.band", "unit_band"];

pub const OF_PERSONS: [&str; 5] = ["service_days", "post", "unit_score", "unit_band", "unit_recommendation"];
const RANKED: [&str; 8] = [
    "band",
    "computed_band",
    "rank",
    "group_size",
    "rank_from_bottom",
    "percentile",
    "unit_band",
    "unit_recommendation",
];

/// A fact that is not used yet.
pub fn fact(
    random: &mut Random,
    plan: &Plan,
    draft: &Draft,
    person: bool,
    veto: bool,
    used: &mut Vec<String>,
) -> String {
    loop {
        let fact = match random.below(12) {
            0..=2 => random.word(&TENTHS).to_string(),
            3..=5 => random.word(&WHOLE).to_string(),
            6 => random.word(&WORDS).to_string(),
            7 => random.word(&BANDS).to_string(),
            8 if !plan.codes.is_empty() => format!("event.{}", random.pick(&plan.codes)),
            9 if !draft.counts.is_empty() => format!("count.{}", random.pick(&draft.counts)),
            10 => format!("prior.count.{}", random.word(&["rectify", "criticize", "commend"])),
            11 => match id_of(random, draft, person) {
                Some(fact) => fact,
                None => continue,
            },
            _ => "tasks".into(),
        };
        let forbidden = (!person && OF_PERSONS.contains(&fact.as_str()))
            || (veto && (RANKED.contains(&fact.as_str()) || fact == "vetoed"));
        if !forbidden && !used.contains(&fact) {
            used.push(fact.clone());
            return fact;
        }
    }
}

fn id_of(random: &mut Random, draft: &Draft, person: bool) -> Option<String> {
    let side = if person { &draft.person } else { &draft.unit };
    if random.chance(500) {
        return (!side.sections.is_empty()).then(|| format!("section.{}", random.pick(&side.sections).id));
    }
    let all: Vec<&String> = draft.task_indicators.iter().chain(&draft.measure_indicators).collect();
    Some(format!("indicator.{}", random.pick(&all)))
}

/// A condition that some subject could meet.
pub fn on_fact(random: &mut Random, draft: &Draft, person: bool, fact: &str, groups: &[String]) -> String {
    if random.chance(80) {
        return format!("{fact} {}", random.word(&["is blank", "is not blank"]));
    }
    let side = if person { &draft.person } else { &draft.unit };
    match fact {
        "score" | "exact_score" | "base_score" => between(random, fact, side),
        "unit_score" => between(random, fact, &draft.unit),
        "bonus" | "deduction" => {
            format!("{fact} {} {}", random.word(&[">", ">=", "<="]), random.word(&["0.5", "1", "2"]))
        }
        "score_change" => format!("score_change {} {}", order(random), random.word(&["-5", "0", "2.5"])),
        "status" => {
            random.word(&["status = ranked", "status != incomplete", "status in ranked|not-ranked"]).to_string()
        }
        "vetoed" => random.word(&["vetoed = yes", "vetoed != yes"]).to_string(),
        "post" => random.word(&["post = principal", "post in staff|deputy"]).to_string(),
        "prior.recommendation" | "unit_recommendation" => {
            format!("{fact} {}", random.word(&["= rectify", "!= commend", "in rectify|criticize|interview"]))
        }
        "group" => format!("group {} {}", random.word(&["=", "!="]), random.pick(groups)),
        "band" | "computed_band" | "prior.band" => {
            on_band(random, fact, if person { &draft.person_bands } else { &draft.unit_bands })
        }
        "unit_band" => on_band(random, fact, &draft.unit_bands),
        _ if TENTHS.contains(&fact) || fact.starts_with("section.") || fact.starts_with("indicator.") => {
            format!(
                "{fact} {} {}",
                random.word(&["<", "<=", ">", ">=", "!="]),
                random.word(&["50", "20%", "80.5", "100/3", "66"])
            )
        }
        _ if random.chance(200) => format!("{fact} < {}", random.word(&["2", "3", "10"])),
        _ => format!(
            "{fact} {} {}",
            random.word(&["<=", ">", ">=", "=", "!="]),
            random.word(&["1", "2", "3", "1", "10"])
        ),
    }
}

fn between(random: &mut Random, fact: &str, side: &Side) -> String {
    let value = side.floor + (side.cap - side.floor) * random.within(2, 9) / 10;
    format!("{fact} {} {}", random.word(&["<", "<=", ">", ">=", "!="]), tenths_text(value))
}

fn on_band(random: &mut Random, fact: &str, bands: &[String]) -> String {
    match random.below(4) {
        0 => format!("{fact} in {}", random.some(bands, 1).join("|")),
        1 => format!("{fact} > {}", random.pick(&bands[1..])),
        2 => format!("{fact} < {}", random.pick(&bands[..bands.len() - 1])),
        _ => format!("{fact} {} {}", random.word(&["=", "!=", ">=", "<="]), random.pick(bands)),
    }
}
