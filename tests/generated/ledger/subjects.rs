//! Units, posts, measures, events, earlier years and holidays.

use super::{Columns, columns, pen, settings, subject, unit};
use crate::file::{Settings, Table, as_written};
use crate::pen::Pen;
use crate::plan::{Plan, later};
use crate::random::Random;

/// Words that a tables file may turn into others.
const WORDS: &[(&str, &str, &str)] = &[
    ("subject_kind", "部门", "单位"),
    ("post", "处长", "deputy"),
    ("kind", "假", "rest"),
    ("group", "区", "职能部门"),
    ("recommendation", "诫勉", "interview"),
    ("band", "一等", "excellent"),
    ("period", "Q9", "Q1"),
];

/// Makes a table of rows that name cells by column.
fn table(
    name: &'static str,
    random: &mut Random,
    all: &Columns,
    must: &[&str],
    rows: Vec<Vec<(&'static str, String)>>,
    nasty: u32,
) -> (Table, Settings) {
    let mut settings = settings(random);
    let columns = columns(random, all, must);
    for (column, from, to) in WORDS {
        if columns.iter().any(|(id, _)| id == column) && random.chance(150) {
            settings.values.push(((*column).into(), vec![((*from).into(), (*to).into())]));
        }
    }
    if random.chance(80) {
        settings.date_formats = vec!["%d/%m/%Y"];
    }
    let mut table = Table::new(name, columns, random.clone(), &mut settings);
    for row in rows {
        let cell = |id: &String| {
            row.iter().find(|(column, _)| column == id).map_or_else(String::new, |(_, cell)| cell.clone())
        };
        let cells = table.columns.iter().map(cell).collect();
        table.add(cells, nasty);
    }
    (table, settings)
}

/// Now and then a row a second time, as it is or with another end.
fn doubled<T: Clone>(random: &mut Random, nasty: u32, rows: &mut Vec<T>) {
    if !rows.is_empty() && random.chance(nasty * 8) {
        let again = random.pick(rows).clone();
        let at = random.below(rows.len() + 1);
        rows.insert(at, again);
    }
}

pub fn units(plan: &Plan, mut random: Random) -> (Table, Settings) {
    let mut pen = pen(plan, &mut random);
    let tree = random.chance(600);
    let mut rows = Vec::new();
    for (at, one) in plan.units.iter().enumerate() {
        let parent = match random.below(3) {
            0 if tree && pen.trouble() => unit(plan, &mut pen).0,
            0 if tree && at > 0 => {
                let above = random.below(at);
                as_written(&mut random, &plan.units[above].id)
            }
            1 if tree && pen.trouble() => one.id.clone(),
            _ => pen.blank(),
        };
        let group = if random.chance(60) { pen.blank() } else { one.group.clone() };
        let id = if pen.trouble() { pen.blank() } else { as_written(&mut random, &one.id) };
        rows.push(vec![("unit_id", id), ("name", one.name.clone()), ("group", group), ("parent_id", parent)]);
    }
    doubled(&mut random, plan.nasty, &mut rows);
    if plan.nasty > 0 && random.chance(200) {
        let mut again = random.pick(&rows).clone();
        again[3].1 = random.pick(&plan.units).id.clone();
        rows.push(again);
    }
    let all: Columns =
        vec![("unit_id", &["单位编号"]), ("name", &["单位名称"]), ("group", &["类别"]), ("parent_id", &["上级单位"])];
    let must: &[&str] = if random.chance(50) { &["unit_id"] } else { &["unit_id", "name"] };
    table("units", &mut random, &all, must, rows, plan.nasty)
}

pub fn posts(plan: &Plan, mut random: Random) -> (Table, Settings) {
    let mut pen = pen(plan, &mut random);
    let words = ["principal", "deputy", "staff", "主要负责人", "第一责任人", "分管负责人", "直接责任人", "承办人"];
    let mut rows = Vec::new();
    for one in &plan.persons {
        for _ in 0..*random.pick(&[1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 0]) {
            let from = later(plan.from, random.within(-500, 300));
            let to = later(from, random.within(-5, 600));
            let from = if random.chance(350) { pen.blank() } else { pen.date(from) };
            let to = if random.chance(450) { pen.blank() } else { pen.date(to) };
            let post = if pen.trouble() { "处长" } else { random.word(&words) };
            let id = as_written(&mut random, &one.id);
            let name = if random.chance(900) { one.name.clone() } else { pen.blank() };
            rows.push(vec![
                ("person_id", id),
                ("name", name),
                ("unit_id", unit(plan, &mut pen).0),
                ("post", post.to_string()),
                ("from", from),
                ("to", to),
            ]);
        }
    }
    doubled(&mut random, plan.nasty, &mut rows);
    let all: Columns = vec![
        ("person_id", &["人员编号"]),
        ("name", &["姓名"]),
        ("unit_id", &["单位编号"]),
        ("post", &["职务类别"]),
        ("from", &["任职起"]),
        ("to", &["任职止"]),
    ];
    table("posts", &mut random, &all, &["person_id", "name", "unit_id", "post"], rows, plan.nasty)
}

const SUBJECT: [(&str, &[&str]); 2] = [("subject_kind", &["对象类型"]), ("subject_id", &["对象编号"])];

pub fn measures(plan: &Plan, mut random: Random) -> (Table, Settings) {
    let mut pen = pen(plan, &mut random);
    let (mut rows, mut seen) = (Vec::new(), Vec::new());
    for measure in &plan.measures {
        let kinds = if pen.trouble() { (true, true) } else { measure.of };
        if kinds == (false, false) {
            continue;
        }
        let periods =
            if measure.periods.is_empty() { vec![String::new(), "一期".into()] } else { measure.periods.clone() };
        for period in periods {
            for _ in 0..random.within(2, 7) {
                let one = subject(plan, &mut pen, kinds);
                let key = (one.key, measure.id.clone(), period.clone());
                if seen.contains(&key) && !pen.trouble() {
                    continue;
                }
                seen.push(key);
                let indicator = if pen.trouble() { "无此指标".into() } else { measure.id.clone() };
                let period = if pen.trouble() { "Q9".into() } else { period.clone() };
                let mut row = vec![
                    ("subject_kind", one.kind),
                    ("subject_id", one.id),
                    ("indicator", indicator),
                    ("period", period),
                ];
                row.extend(figures(&mut pen, measure.method));
                rows.push(row);
            }
        }
    }
    let mut all: Columns = SUBJECT.to_vec();
    all.extend([
        ("indicator", &["指标"][..]),
        ("period", &["周期"]),
        ("value", &["数值"]),
        ("numerator", &["分子"]),
        ("denominator", &["分母"]),
    ]);
    let must = ["subject_kind", "subject_id", "indicator", "period", "value", "numerator", "denominator"];
    table("measures", &mut random, &all, &must, rows, plan.nasty)
}

fn figures(pen: &mut Pen, method: &str) -> Vec<(&'static str, String)> {
    let value = match method {
        "flag" => pen.random.within(0, 1) * 10,
        "best_share" if pen.random.chance(100) => pen.random.within(-20, 0),
        _ => *pen.random.pick(&[950, 900, 905, 800, 725, 661, 100, 450, 1000, 333]),
    };
    let value = if pen.trouble() { 1300 } else { value };
    if method == "ratio" || (method != "flag" && pen.random.chance(300)) {
        let below = if pen.random.chance(50) { 0 } else { pen.random.within(10, 120) };
        let above = pen.random.within(0, below.max(5));
        let value = if pen.random.chance(100) { pen.number(value) } else { pen.blank() };
        return vec![("value", value), ("numerator", pen.number(above)), ("denominator", pen.number(below))];
    }
    if method == "flag" && pen.random.chance(300) {
        return vec![("value", pen.random.word(&["是", "否", "√", "no", "0.6", "YES"]).to_string())];
    }
    if pen.trouble() {
        return vec![("value", pen.blank()), ("numerator", pen.number(5))];
    }
    vec![("value", pen.number(value)), ("numerator", pen.blank()), ("denominator", pen.blank())]
}

pub fn events(plan: &Plan, mut random: Random) -> (Table, Settings) {
    let mut pen = pen(plan, &mut random);
    let mut rows = Vec::new();
    let count = if plan.codes.is_empty() { 2 } else { 22 };
    for at in 0..random.within(0, count) {
        let one = subject(plan, &mut pen, (true, true));
        let code = if plan.codes.is_empty() || pen.trouble() { "无此代码" } else { random.pick(&plan.codes) };
        let date = later(plan.from, random.within(-20, 390));
        let matter = if random.chance(400) { format!("M{}", random.below(4)) } else { pen.blank() };
        let tenths = *random.pick(&[10, -10, 35, -20, 0]);
        let points = if random.chance(250) { pen.number(tenths) } else { pen.blank() };
        rows.push(vec![
            ("event_id", format!("E{:02}", (at * 7) % 31)),
            ("subject_kind", one.kind),
            ("subject_id", one.id),
            ("code", code.to_string()),
            ("date", pen.date(date)),
            ("matter_id", matter),
            ("points", points),
            ("note", "=1+1".into()),
            ("evidence", "函〔2025〕1号".into()),
        ]);
    }
    doubled(&mut random, plan.nasty, &mut rows);
    let mut all: Columns = vec![("event_id", &["事项编号"])];
    all.extend(SUBJECT);
    all.extend([
        ("code", &["事项代码"][..]),
        ("date", &["日期"]),
        ("matter_id", &["同一事项"]),
        ("points", &["分值"]),
        ("note", &["说明"]),
        ("evidence", &["佐证"]),
    ]);
    table("events", &mut random, &all, &["event_id", "subject_kind", "subject_id", "code", "date"], rows, plan.nasty)
}

pub fn prior(plan: &Plan, mut random: Random) -> (Table, Settings) {
    let mut pen = pen(plan, &mut random);
    let year = i64::from(plan.from.year());
    let mut bands: Vec<String> = ["优秀", "良好", "合格", "不合格", "excellent", "一等", ""].map(String::from).into();
    bands.extend(plan.bands.clone());
    let words = [
        "rectify",
        "责令限期整改",
        "criticize",
        "通报批评",
        "interview",
        "约谈",
        "commend",
        "表扬激励",
        "refer",
        "移送",
        "诫勉",
        "",
        "rectify",
        "criticize",
    ];
    let mut rows = Vec::new();
    let mut seen = Vec::new();
    for _ in 0..random.within(0, 20) {
        let one = subject(plan, &mut pen, (true, true));
        let before = random.pick(&[1, 1, 1, 2, 3]);
        let year = if pen.trouble() {
            random.word(&["2026", "2024.5", "前年"]).to_string()
        } else {
            (year - before).to_string()
        };
        let key = (one.key, year.clone());
        if seen.contains(&key) && !pen.trouble() {
            continue;
        }
        seen.push(key);
        let score = random.within(500, 990);
        let score = if random.chance(150) { pen.blank() } else { pen.number(score) };
        rows.push(vec![
            ("subject_kind", one.kind),
            ("subject_id", one.id),
            ("year", as_written(&mut random, &year)),
            ("score", score),
            ("band", random.pick(&bands).clone()),
            ("recommendation", random.word(&words).to_string()),
        ]);
    }
    let mut all: Columns = SUBJECT.to_vec();
    all.extend([("year", &["年度"][..]), ("score", &["得分"]), ("band", &["等次"]), ("recommendation", &["建议"])]);
    table("prior", &mut random, &all, &["subject_kind", "subject_id", "year"], rows, plan.nasty)
}

pub fn holidays(plan: &Plan, mut random: Random) -> (Table, Settings) {
    let mut pen = pen(plan, &mut random);
    let mut day = later(plan.from, random.within(0, 20));
    let mut rows = Vec::new();
    for _ in 0..random.within(0, 14) {
        day = later(day, random.within(i64::from(!pen.trouble()), 25));
        let kind = if pen.trouble() { "假" } else { random.word(&["rest", "休", "work", "班"]) };
        rows.push(vec![("date", pen.date(day)), ("kind", kind.to_string())]);
    }
    let all: Columns = vec![("date", &["日期"]), ("kind", &["类型"])];
    table("holidays", &mut random, &all, &["date", "kind"], rows, plan.nasty)
}
