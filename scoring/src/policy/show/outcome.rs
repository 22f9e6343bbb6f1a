//! Ranks, bands, quotas, events, vetoes, counts, rules and the ladder in words.

use std::fmt::{self, Write};

use super::{basis, joined, of_groups, titled};
use crate::policy::{Of, Policy, Quota, QuotaTies, RankBy, SeatRounding, Ties, When};
use crate::terms::Effect;

pub(super) fn standings(out: &mut String, policy: &Policy) -> fmt::Result {
    writeln!(out, "\n## Ranks (名次) and bands (等次)\n")?;
    let by = match policy.rank.by {
        RankBy::Published => "published",
        RankBy::Exact => "exact",
    };
    let ties = match policy.rank.ties {
        Ties::Competition => "1, 2, 2, 4",
        Ties::Dense => "1, 2, 2, 3",
    };
    writeln!(out, "- Ranked within the group by the {by} score; equal scores: {ties}")?;
    for key in &policy.rank.tie_break {
        let first = if key.descending { "more" } else { "less" };
        writeln!(out, "- Of equal scores, {first} `{}` stands first", key.fact)?;
    }
    for band in &policy.bands {
        let clause = basis(band.clause.as_deref());
        writeln!(out, "- {}: from {}{} {clause}", titled(&band.name, &band.id), band.from, whose(band.of))?;
    }
    for quota in &policy.quotas {
        self::quota(out, quota)?;
    }
    Ok(())
}

fn whose(of: Of) -> &'static str {
    match of {
        Of::Units => ", units",
        Of::Persons => ", persons",
        Of::Both => "",
    }
}

fn quota(out: &mut String, quota: &Quota) -> fmt::Result {
    let mut percents: Vec<String> =
        quota.percent_by_unit_band.iter().map(|(band, percent)| format!("{percent} % in units of `{band}`")).collect();
    if let Some(percent) = &quota.percent {
        percents.push(format!("{percent} % of a group's ranked"));
    }
    let round = match quota.round {
        SeatRounding::Floor => "rounded down",
        SeatRounding::HalfUp => "rounded half up",
        SeatRounding::Ceil => "rounded up",
    };
    let ties = match quota.ties {
        QuotaTies::Within => "all drop",
        QuotaTies::Extend => "all stay",
    };
    let name = quota.name.as_deref().unwrap_or("Quota (名额)");
    let whom = format!("{}{}", whose(quota.of), of_groups(quota.groups.as_deref()));
    let clause = basis(quota.clause.as_deref());
    writeln!(out, "- {name}{whom}: {}, {round}; a tie at the cut: {ties} {clause}", percents.join(", "))
}

pub(super) fn events(out: &mut String, policy: &Policy) -> fmt::Result {
    if !policy.events.is_empty() {
        writeln!(out, "\n## Events (加减分事项)\n")?;
    }
    for event in &policy.events {
        let repeat = match event.repeat.as_slice() {
            [_] => String::new(),
            list => format!(", times {}", list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        };
        let cap = event.cap.as_ref().map_or(String::new(), |cap| format!(", at most {cap}"));
        let effect = event.effect.map_or(String::new(), |effect| format!(", {}", effect_in_words(effect)));
        let clause = basis(event.clause.as_deref());
        writeln!(out, "- {}: {} points{repeat}{cap}{effect} {clause}", titled(&event.name, &event.code), event.points)?;
    }
    if !policy.vetoes.is_empty() {
        writeln!(out, "\n## Vetoes (一票否决)\n")?;
    }
    for veto in &policy.vetoes {
        let whom = format!("{}{}", veto.subject.id(), of_groups(veto.groups.as_deref()));
        let effect = effect_in_words(veto.effect);
        let clause = basis(veto.clause.as_deref());
        writeln!(out, "- {}, {whom}: {effect} when {} {clause}", titled(&veto.name, &veto.id), when(&veto.when))?;
    }
    Ok(())
}

fn effect_in_words(effect: Effect) -> String {
    let words = match effect {
        Effect::Fail => "the last band",
        Effect::Demote => "one band lower",
        Effect::BlockTop => "not the top band",
    };
    format!("{words} ({})", effect.zh())
}

fn when(when: &When) -> String {
    let mut parts = Vec::new();
    if !when.all.is_empty() {
        parts.push(joined(&when.all, " and "));
    }
    match when.any.as_slice() {
        [] => {}
        [_] => parts.push(joined(&when.any, "")),
        any => parts.push(format!("({})", joined(any, " or "))),
    }
    let unless =
        if when.unless.is_empty() { String::new() } else { format!(", unless {}", joined(&when.unless, " or ")) };
    format!("{}{unless}", parts.join(" and "))
}

pub(super) fn rules(out: &mut String, policy: &Policy) -> fmt::Result {
    if !policy.counts.is_empty() {
        writeln!(out, "\n## Counts of tasks\n")?;
    }
    for count in &policy.counts {
        let lead = if count.as_lead { ", as lead" } else { "" };
        let which = if count.conditions.is_empty() { "all".to_owned() } else { joined(&count.conditions, " and ") };
        writeln!(out, "- {}: {which}{lead} {}", titled(&count.name, &count.id), basis(count.clause.as_deref()))?;
    }
    writeln!(out, "\n## Recommendations (建议)\n")?;
    let rungs = policy.ladder.order.iter().map(|rung| format!("{} ({})", rung.id(), rung.zh())).collect::<Vec<_>>();
    writeln!(out, "- The ladder: {}", rungs.join(", then "))?;
    if policy.ladder.escalate {
        writeln!(out, "- The same rung the year before: the next one, but never up to refer (移送)")?;
    }
    for rule in &policy.rules {
        let whom = format!("{}{}", rule.subject.id(), of_groups(rule.groups.as_deref()));
        let title = titled(&rule.name, &rule.id);
        let what = format!("{} ({})", rule.recommend.id(), rule.recommend.zh());
        let clause = basis(rule.clause.as_deref());
        let days = rule.respond_days.map_or(String::new(), |days| format!("; {days} days to respond"));
        writeln!(out, "- {title}, {whom}: {what} when {}{days} {clause}", when(&rule.when))?;
    }
    Ok(())
}
