//! Events, vetoes, counts, rules and the ladder. METHOD §7, §10.

use super::reader::Table;
use crate::number::Fraction;
use crate::policy::{Count, EventCode, Ladder, Rule, Veto, When};
use crate::terms::{Effect, Recommendation, SubjectKind};

const SUBJECTS: [(&str, SubjectKind); 2] = [("unit", SubjectKind::Unit), ("person", SubjectKind::Person)];

const EFFECTS: [(&str, Effect); 3] =
    [("fail", Effect::Fail), ("demote", Effect::Demote), ("block-top", Effect::BlockTop)];

const RECOMMENDATIONS: [(&str, Recommendation); 5] = [
    ("commend", Recommendation::Commend),
    ("rectify", Recommendation::Rectify),
    ("criticize", Recommendation::Criticize),
    ("interview", Recommendation::Interview),
    ("refer", Recommendation::Refer),
];

pub(super) fn events(root: &Table) -> Vec<EventCode> {
    root.tables("event").into_iter().map(event).collect()
}

fn event(table: Table) -> EventCode {
    let code = table.id("code").unwrap_or_default();
    let event = EventCode {
        name: table.text("name").unwrap_or_else(|| code.clone()),
        clause: table.text("clause"),
        points: table.number("points", Fraction::ZERO),
        repeat: repeat(&table).unwrap_or_else(|| vec![Fraction::ONE]),
        cap: table.at_least_zero("cap"),
        effect: table.get("effect").and_then(|node| node.choice(&EFFECTS)),
        code,
    };
    table.finish();
    event
}

fn repeat(table: &Table) -> Option<Vec<Fraction>> {
    let node = table.get("repeat")?;
    let mut multipliers = Vec::new();
    for entry in node.list()? {
        let Some(multiplier) = entry.number() else { continue };
        multipliers.push(multiplier);
    }
    if multipliers.is_empty() {
        node.error("bad-type", "`repeat` is empty", "write the multipliers of the 1st, 2nd … event, such as [1, 2]");
        return None;
    }
    Some(multipliers)
}

fn when(table: &Table) -> When {
    let when = When { all: table.conditions("all"), any: table.conditions("any"), unless: table.conditions("unless") };
    let asked = ["all", "any"].iter().any(|key| table.get(key).is_some_and(|node| node.has_entries()));
    if !asked {
        table.error("missing-key", "all", format!("`{}` needs conditions in `all` or `any`", table.pattern()), "");
    }
    when
}

fn subject(table: &Table) -> SubjectKind {
    table.need("subject").and_then(|node| node.choice(&SUBJECTS)).unwrap_or(SubjectKind::Unit)
}

pub(super) fn vetoes(root: &Table) -> Vec<Veto> {
    root.tables("veto").into_iter().map(veto).collect()
}

fn veto(table: Table) -> Veto {
    let id = table.id("id").unwrap_or_default();
    let veto = Veto {
        name: table.text("name").unwrap_or_else(|| id.clone()),
        clause: table.text("clause"),
        subject: subject(&table),
        groups: table.texts("groups"),
        when: when(&table),
        effect: table.need("effect").and_then(|node| node.choice(&EFFECTS)).unwrap_or(Effect::Fail),
        id,
    };
    table.finish();
    veto
}

pub(super) fn counts(root: &Table) -> Vec<Count> {
    root.tables("count").into_iter().map(count).collect()
}

fn count(table: Table) -> Count {
    let id = table.id("id").unwrap_or_default();
    let count = Count {
        name: table.text("name").unwrap_or_else(|| id.clone()),
        clause: table.text("clause"),
        conditions: table.conditions("where"),
        as_lead: table.flag("as_lead"),
        id,
    };
    table.finish();
    count
}

pub(super) fn rules(root: &Table) -> Vec<Rule> {
    root.tables("rule").into_iter().map(rule).collect()
}

fn rule(table: Table) -> Rule {
    let id = table.id("id").unwrap_or_default();
    let recommend = table.need("recommend").and_then(|node| node.choice(&RECOMMENDATIONS));
    let days = table.whole("respond_days", 0, i128::from(i16::MAX));
    let rule = Rule {
        name: table.text("name").unwrap_or_else(|| id.clone()),
        clause: table.text("clause"),
        subject: subject(&table),
        groups: table.texts("groups"),
        recommend: recommend.unwrap_or(Recommendation::Commend),
        when: when(&table),
        reason: table.text("reason"),
        respond_days: days.and_then(|days| i32::try_from(days).ok()),
        id,
    };
    table.finish();
    rule
}

pub(super) fn ladder(root: &Table) -> Ladder {
    let order = [Recommendation::Rectify, Recommendation::Criticize, Recommendation::Interview, Recommendation::Refer];
    let mut ladder = Ladder { order: order.to_vec(), escalate: true };
    if let Some(table) = root.table("ladder") {
        ladder.order = rungs(&table).unwrap_or(ladder.order);
        ladder.escalate = table.choice("repeat", &[("escalate", true), ("none", false)], true);
        table.finish();
    }
    ladder
}

fn rungs(table: &Table) -> Option<Vec<Recommendation>> {
    let mut order = Vec::new();
    for node in table.get("order")?.list()? {
        let Some(rung) = node.choice(RECOMMENDATIONS.get(1..).unwrap_or_default()) else { continue };
        if order.contains(&rung) {
            node.error("duplicate-id", format!("`{}` stands twice on the ladder", rung.id()), "");
        }
        order.push(rung);
    }
    Some(order)
}
