//! Tasks: their dates tell a story, and every cell may be written in any way.

use jiff::civil::Date;

use super::{Columns, columns, pen, person, settings, unit};
use crate::file::{Settings, Table, as_written};
use crate::pen::{Pen, wide};
use crate::plan::{Plan, later};
use crate::random::Random;

const COLUMNS: [(&str, &[&str]); 28] = [
    ("task_id", &["任务编号", "编号", "序号"]),
    ("title", &["任务名称", "工作事项", "任务"]),
    ("parent_id", &["上级任务编号"]),
    ("kind", &["类别", "任务类型"]),
    ("level", &["重要程度", "级别"]),
    ("lead_unit", &["牵头单位", "责任单位", "主办单位", "承办单位"]),
    ("co_units", &["协办单位", "配合单位"]),
    ("principal", &["第一责任人"]),
    ("deputy", &["直接责任人", "分管领导"]),
    ("staff", &["承办人", "经办人", "责任人"]),
    ("weight", &["权重"]),
    ("assigned_on", &["交办日期", "下达日期"]),
    ("due_on", &["完成时限", "办结时限", "时限"]),
    ("extended_to", &["延期至"]),
    ("extension_approved_on", &["延期批准日期"]),
    ("completed_on", &["完成日期", "办结日期"]),
    ("revoked_on", &["退回日期"]),
    ("feedback_due_on", &["反馈时限"]),
    ("feedback_on", &["反馈日期"]),
    ("formal_report_on", &["正式行文日期"]),
    ("target", &["目标值"]),
    ("actual", &["完成值"]),
    ("quality", &["质量评分"]),
    ("procedures", &["决策程序"]),
    ("status", &["状态"]),
    ("escalated_on", &["提请协调日期"]),
    ("consulted_on", &["会商日期"]),
    ("evidence", &["佐证"]),
];

/// Columns that the method does not know.
const EXTRA: [&str; 8] = ["满意度", "指标值", "节点", "合规", "回访日期", "约定日期", "标签", "=备注"];

/// Weights, and three times the same.
pub const WEIGHTS: [(&str, &str); 16] = [
    ("", "3"),
    ("1", "3"),
    ("2", "6"),
    ("0.5", "1.5"),
    ("２．５", "7.5"),
    ("1,000", "3000"),
    ("45%", "135%"),
    ("+3", "9"),
    ("0", "0"),
    ("0.000001", "0.000003"),
    ("10.10", "30.3"),
    ("无", "3"),
    ("-1", "-3"),
    ("1/3", "1/1"),
    ("0.0000001", "0.0000003"),
    ("1e3", "3e3"),
];

pub fn write(plan: &Plan, mut random: Random) -> (Table, Settings) {
    let mut pen = pen(plan, &mut random);
    let mut settings = settings(&mut random);
    // Without tables of units and persons these ids are all there is.
    let mut all: Columns = COLUMNS.to_vec();
    all.extend(EXTRA.map(|heading| (heading, &[][..])));
    let mut columns = columns(&mut random, &all, &["task_id", "lead_unit", "due_on", "completed_on"]);
    if !columns.iter().any(|(id, _)| *id == "extended_to") && !random.chance(100) {
        columns.retain(|(id, _)| *id != "extension_approved_on");
    }
    settings.ids_from_rows = random.chance(50);
    if settings.ids_from_rows && random.chance(500) {
        columns.retain(|(id, _)| *id != "task_id");
    }
    words(plan, &mut random, &columns, &mut settings);
    let mut table = Table::new("tasks", columns, random.clone(), &mut settings);
    if random.chance(60) {
        let heading = match random.below(6) {
            0 => table.headings[0].clone(),
            1 | 2 => random.word(&["序号", "责任人", "编号", "任务"]).to_string(),
            _ => "=备注".into(),
        };
        table.columns.push("twice".into());
        table.headings.push(heading);
    }
    let count = plan.tasks;
    for at in 0..count {
        let task = Task::new(plan, &mut pen);
        let cells =
            table.columns.iter().map(|column| task.cell(plan, &mut pen, column, at, count, &settings)).collect();
        table.add(cells, plan.nasty);
    }
    (table, settings)
}

/// Words that the tables file turns into others, and formats of its own.
fn words(plan: &Plan, random: &mut Random, columns: &Columns, settings: &mut Settings) {
    let has = |id: &str| columns.iter().any(|(column, _)| *column == id);
    let pair = |from: &str, to: &str| (from.to_string(), to.to_string());
    if random.chance(120) && has("level") && !plan.levels.is_empty() {
        settings.values.push(("level".into(), vec![pair("市级", &plan.levels[0]), pair("区级", "")]));
    }
    if random.chance(80) && has("status") {
        settings.values.push(("status".into(), vec![pair("撤销", "cancelled"), pair("正常", "active")]));
    }
    if random.chance(80) && has("合规") {
        settings.values.push(("合规".into(), vec![pair("合格", "是"), pair("1", "否")]));
    }
    if random.chance(80) {
        settings.date_formats = vec!["%d/%m/%Y", "%Y%m%d%H%M"];
    }
}

/// When a task was given, was due and was done.
struct Task {
    assigned: Date,
    due: Date,
    completed: Option<Date>,
}

impl Task {
    fn new(plan: &Plan, pen: &mut Pen) -> Task {
        let random = &mut pen.random;
        let assigned = later(plan.from, random.within(-150, 330));
        let due = later(assigned, random.within(5, 160));
        let late = match random.below(6) {
            0 => 0,
            1 => random.within(1, 3),
            2 => random.within(4, 90),
            _ => random.within(-40, 0),
        };
        let completed = random.chance(720).then(|| later(due, late));
        Task { assigned, due, completed }
    }

    fn cell(&self, plan: &Plan, pen: &mut Pen, column: &str, at: usize, count: usize, settings: &Settings) -> String {
        match column {
            "task_id" | "parent_id" => id(pen, column, at, count, settings.ids_from_rows),
            "lead_unit" | "co_units" | "principal" | "deputy" | "staff" => names(plan, pen, column),
            "level" | "status" | "kind" | "合规" | "标签" | "procedures" | "节点" => word(plan, pen, column),
            "weight" => weight(pen),
            "target" | "actual" | "quality" | "满意度" | "指标值" => figure(pen, column),
            "title" => pen
                .random
                .word(&["修路", "+建校", "=cmd()", "第一行\n第二行", "a \"b\" c", "植树，造林", ""])
                .to_string(),
            "evidence" | "=备注" | "twice" => {
                pen.random.word(&["照片", "-", "@见附件", "\u{3000}", "x,y"]).to_string()
            }
            _ => self.date(plan, pen, column, settings),
        }
    }

    fn date(&self, plan: &Plan, pen: &mut Pen, column: &str, settings: &Settings) -> String {
        let (chance, day) = match column {
            "assigned_on" => (850, self.assigned),
            "due_on" => (900, self.due),
            "completed_on" => (1000, self.completed.unwrap_or(plan.from)),
            "revoked_on" => (80, later(self.completed.unwrap_or(self.due), pen.random.within(-3, 40))),
            "feedback_due_on" => (400, later(self.assigned, pen.random.within(10, 60))),
            "feedback_on" => (500, later(self.assigned, pen.random.within(10, 60))),
            "formal_report_on" => (500, later(self.assigned, pen.random.within(15, 50))),
            "escalated_on" => (200, later(self.assigned, pen.random.within(-10, 90))),
            "consulted_on" => (400, later(self.assigned, pen.random.within(-10, 90))),
            "回访日期" => (500, later(self.due, pen.random.within(-20, 30))),
            "约定日期" => (500, later(self.assigned, pen.random.within(0, 60))),
            _ => return self.extensions(pen, column),
        };
        if (column == "completed_on" && self.completed.is_none()) || !pen.random.chance(chance) {
            return pen.blank();
        }
        if !settings.date_formats.is_empty() && pen.random.chance(300) {
            return day.strftime("%d/%m/%Y").to_string();
        }
        pen.date(day)
    }

    fn extensions(&self, pen: &mut Pen, column: &str) -> String {
        // The same for both columns of a task: its due date decides how many there are.
        let count = [0, 0, 0, 0, 1, 1, 2, 3][(self.due.day() + self.assigned.day()) as usize % 8];
        let mut days = Vec::new();
        let mut due = self.due;
        for _ in 0..count {
            let next = later(due, pen.random.within(-5, 40));
            let day = if column == "extended_to" { next } else { later(due, pen.random.within(-20, 3)) };
            days.push(pen.exact_date(day));
            due = next;
        }
        if column == "extension_approved_on" && pen.random.chance(100) {
            days.pop();
        }
        if pen.trouble() {
            days.push("改期".into());
        }
        if days.is_empty() { pen.blank() } else { pen.list(&days, false) }
    }
}

fn id(pen: &mut Pen, column: &str, at: usize, count: usize, from_rows: bool) -> String {
    let name = |at: usize| if at.is_multiple_of(3) { format!("T-{at:03}") } else { format!("{}号", at + 1) };
    if column == "task_id" {
        if pen.trouble() {
            return if pen.random.chance(500) { pen.blank() } else { name(at / 2) };
        }
        let name = name(at);
        return as_written(&mut pen.random, &name);
    }
    if pen.trouble() {
        return "T-999".into();
    }
    if !pen.random.chance(130) {
        return pen.blank();
    }
    // Mostly a task further up, so that cycles stay rare.
    let above = if pen.trouble() { pen.random.below(count) } else { pen.random.below(at + 1) };
    if above == at && pen.nasty == 0 {
        return pen.blank();
    }
    if from_rows { format!("tasks:{}", above + 2) } else { name(above) }
}

fn names(plan: &Plan, pen: &mut Pen, column: &str) -> String {
    let units = column == "lead_unit" || column == "co_units";
    let count = match column {
        "lead_unit" => *pen.random.pick(&[1, 1, 1, 1, 1, 2]),
        "co_units" => *pen.random.pick(&[0, 0, 1, 1, 2, 3]),
        "principal" => *pen.random.pick(&[0, 0, 1, 1]),
        _ => *pen.random.pick(&[0, 1, 1, 2]),
    };
    let parts: Vec<String> = (0..count).map(|_| if units { unit(plan, pen).0 } else { person(plan, pen).0 }).collect();
    if parts.is_empty() || (column == "lead_unit" && pen.trouble()) {
        return pen.blank();
    }
    let list = pen.list(&parts, true);
    if pen.random.chance(80) { format!("{list}{}", pen.random.word(&["等", " 等", "、等"])) } else { list }
}

fn word(plan: &Plan, pen: &mut Pen, column: &str) -> String {
    let random = &mut pen.random;
    match column {
        "level" => {
            if random.chance(12) {
                return "特急".into();
            }
            if random.chance(150) || plan.levels.is_empty() {
                return random
                    .word(&["", "-", "市级", "区级"])
                    .to_string()
                    .replace("市级", if plan.nasty > 0 { "市级" } else { "" })
                    .replace("区级", "");
            }
            random.pick(&plan.levels).clone()
        }
        "status" => match random.below(24) {
            0 => "exempt".into(),
            1 => "免责".into(),
            2 => "cancelled".into(),
            3 => "取消".into(),
            4 => "active".into(),
            5 if plan.nasty > 0 => random.word(&["撤销", "Active", "正常"]).to_string(),
            _ => pen.blank(),
        },
        "kind" => random.word(&["重大行政决策", "日常", "督查", "x", "1.0", ""]).to_string(),
        "合规" => {
            let odd = pen.trouble();
            if odd {
                return pen.random.word(&["合格", "YES", "１", "maybe"]).to_string();
            }
            pen.random
                .word(&["是", "yes", "y", "true", "1", "√", "否", "no", "n", "false", "0", "×", "", ""])
                .to_string()
        }
        "标签" => random.word(&["甲", "乙", "ａ", "+甲", "1", "１", "", "a"]).to_string(),
        "procedures" => steps(pen, &["公众参与", "专家论证", "风险评估", "合法性审查", "集体讨论"]),
        _ => steps(pen, &["启动", "中期", "END", "ＥＮＤ", "其他"]),
    }
}

fn steps(pen: &mut Pen, all: &[&str]) -> String {
    let parts: Vec<String> = pen.random.some(all, 0).iter().map(|part| (*part).to_string()).collect();
    if parts.is_empty() { pen.blank() } else { pen.list(&parts, true) }
}

fn weight(pen: &mut Pen) -> String {
    let count = if pen.trouble() { WEIGHTS.len() } else { 12 };
    pen.random.pick(&WEIGHTS[..count]).0.to_string()
}

fn figure(pen: &mut Pen, column: &str) -> String {
    if pen.random.chance(200) {
        return pen.blank();
    }
    if pen.nasty > 0 && pen.random.chance(4) {
        return wide("12345678901234567890.1234567");
    }
    let tenths = match column {
        "quality" | "满意度" => *pen.random.pick(&[1000, 950, 905, 888, 800, 733, 600, 415, 0, 20]),
        "target" | "指标值" => *pen.random.pick(&[100, 1000, 70, 30, 12000, 5]),
        _ => pen.random.within(0, 130) * pen.random.pick(&[1, 1, 10]),
    };
    let wrong = pen.trouble();
    let tenths = match column {
        "target" | "指标值" if wrong => -10,
        "target" | "指标值" if pen.random.chance(40) => 0,
        "quality" | "满意度" if wrong => 1300,
        _ => tenths,
    };
    pen.number(tenths)
}
