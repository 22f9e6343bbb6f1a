//! Events, vetoes, counts, rules, the ladder, and how ties are broken.

use super::{Draft, Lines, conditions, number};
use crate::plan::Plan;
use crate::random::Random;

const SANCTIONS: [&str; 4] = ["rectify", "criticize", "interview", "refer"];

pub fn write(random: &mut Random, plan: &mut Plan, draft: &mut Draft, lines: &mut Lines) {
    for at in 0..random.within(0, 4) {
        event(random, plan, lines, at);
    }
    for at in 0..random.within(0, 3) {
        let id = format!("{}{at}", random.word(&["count", "超期"]));
        let dated = lines.0.contains("\"约定日期\"");
        lines.head("[[count]]");
        lines.text("id", &id);
        lines.named(random);
        lines.texts("where", &conditions::on_columns(random, plan, true, dated));
        if random.chance(400) {
            lines.set("as_lead", random.chance(700));
        }
        draft.counts.push(id);
    }
    for at in 0..*random.pick(&[0, 0, 1, 2]) {
        veto(random, plan, draft, lines, at);
    }
    let mut order = SANCTIONS.map(String::from).to_vec();
    if random.chance(400) {
        order = random.some(&order, 2);
        random.shuffle(&mut order);
    }
    let mut seen: Vec<String> = Vec::new();
    for at in 0..random.within(1, 8) {
        rule(random, plan, draft, lines, (at, &order), &mut seen);
    }
    ladder(random, lines, &order);
    rank(random, plan, draft, lines);
}

fn event(random: &mut Random, plan: &mut Plan, lines: &mut Lines, at: i64) {
    let code = format!("{}{at}", random.word(&["award", "通报", "c"]));
    lines.head("[[event]]");
    lines.text("code", &code);
    if random.chance(850) {
        let tenths = *random.pick(&[20, 5, -10, -25, 0, 33, -50]);
        lines.set("points", number(random, tenths));
    }
    if random.chance(500) {
        lines.set("repeat", random.word(&["[1, 2]", "[1, 0.5, 0]", "[\"1/3\"]", "[2]", "[0, 1, 3]"]));
    }
    if random.chance(300) {
        lines.set("cap", random.word(&["3", "\"7/3\"", "0.5", "10"]));
    }
    if random.chance(350) {
        lines.text("effect", random.word(&["fail", "demote", "block-top"]));
    }
    lines.named(random);
    plan.codes.push(code);
}

struct Guarded {
    person: bool,
    lists: [Vec<String>; 3],
}

/// `all`, `any` and `unless` on different facts; `all` or `any` says something.
fn guarded(random: &mut Random, plan: &Plan, draft: &Draft, veto: bool, events_alone: bool) -> Guarded {
    let person = random.chance(500);
    let groups = if person { &draft.person_groups } else { &plan.groups };
    let mut used = Vec::new();
    let mut lists: [Vec<String>; 3] = Default::default();
    let counts = *random.pick(&[[1, 0, 0], [2, 0, 0], [0, 2, 0], [1, 2, 0], [1, 0, 1], [0, 1, 1], [1, 0, 0]]);
    for (list, count) in lists.iter_mut().zip(counts) {
        for _ in 0..count {
            let left: Vec<&String> =
                plan.codes.iter().filter(|code| !used.contains(&format!("event.{code}"))).collect();
            let fact = if events_alone && !left.is_empty() {
                let fact = format!("event.{}", random.pick(&left));
                used.push(fact.clone());
                fact
            } else if events_alone {
                continue;
            } else {
                conditions::fact(random, plan, draft, person, veto, &mut used)
            };
            list.push(conditions::on_fact(random, draft, person, &fact, groups));
        }
    }
    if lists[0].is_empty() && lists[1].is_empty() {
        lists[0].push("tasks >= 1".into());
        lists[2].clear();
    }
    Guarded { person, lists }
}

impl Lines {
    fn guard(&mut self, random: &mut Random, plan: &Plan, draft: &Draft, guarded: &Guarded) {
        self.text("subject", if guarded.person { "person" } else { "unit" });
        if random.chance(200) {
            let groups = if guarded.person { &draft.person_groups } else { &plan.groups };
            self.texts("groups", &random.some(groups, 1));
        }
        for (key, list) in ["all", "any", "unless"].iter().zip(&guarded.lists) {
            if !list.is_empty() {
                self.texts(key, list);
            }
        }
    }
}

fn veto(random: &mut Random, plan: &Plan, draft: &Draft, lines: &mut Lines, at: i64) {
    let guarded = guarded(random, plan, draft, true, false);
    lines.head("[[veto]]");
    lines.text("id", &format!("veto{at}"));
    lines.named(random);
    lines.guard(random, plan, draft, &guarded);
    lines.text("effect", random.word(&["fail", "demote", "block-top", "demote"]));
}

fn rule(
    random: &mut Random,
    plan: &Plan,
    draft: &Draft,
    lines: &mut Lines,
    (at, order): (i64, &[String]),
    seen: &mut Vec<String>,
) {
    let events_alone = random.chance(200);
    let guarded = guarded(random, plan, draft, false, events_alone);
    let recommend = if random.chance(150) { "commend" } else { random.pick(order).as_str() };
    let key = format!("{recommend} {} {:?}", guarded.person, guarded.lists);
    if seen.contains(&key) {
        return;
    }
    seen.push(key);
    lines.head("[[rule]]");
    lines.text("id", &format!("{}{at}", random.word(&["rule", "规则", "=r"])));
    lines.guard(random, plan, draft, &guarded);
    lines.text("recommend", recommend);
    if random.chance(500) {
        lines.text("reason", "得分 {score}，任务 {tasks}");
    }
    if random.chance(600) {
        lines.text("clause", random.word(&["三(五)1", "-二", "三(四)"]));
    }
    if random.chance(100) {
        lines.text("name", "规则名");
    }
    if random.chance(600) {
        lines.set("respond_days", random.pick(&[0, 5, 30, 400]));
    }
}

fn ladder(random: &mut Random, lines: &mut Lines, order: &[String]) {
    let usual = order == SANCTIONS;
    if usual && random.chance(500) {
        return;
    }
    lines.head("[ladder]");
    if !usual || random.chance(500) {
        lines.texts("order", order);
    }
    if random.chance(600) {
        lines.text("repeat", random.word(&["escalate", "none"]));
    }
}

fn rank(random: &mut Random, plan: &Plan, draft: &Draft, lines: &mut Lines) {
    if random.chance(350) {
        return;
    }
    lines.head("[rank]");
    if random.chance(500) {
        lines.text("by", random.word(&["published", "exact"]));
    }
    if random.chance(600) {
        lines.text("ties", random.word(&["competition", "dense", "dense"]));
    }
    if random.chance(500) {
        let mut used = Vec::new();
        let keys: Vec<String> = (0..random.within(1, 3))
            .map(|_| {
                let fact = conditions::fact(random, plan, draft, true, true, &mut used);
                format!("{fact} {}", random.word(&["asc", "desc"]))
            })
            .collect();
        lines.texts("tie_break", &keys);
    }
}
