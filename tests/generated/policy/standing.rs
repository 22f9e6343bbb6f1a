//! `[rank]`, `[[band]]`, `[[quota]]`.

use super::{Draft, Lines, number};
use crate::plan::Plan;
use crate::random::Random;

pub fn write(random: &mut Random, plan: &Plan, draft: &mut Draft, lines: &mut Lines) {
    bands(random, draft, lines);
    for _ in 0..*random.pick(&[0, 1, 1, 2]) {
        quota(random, plan, draft, lines);
    }
}

const DEFAULT: [&str; 4] = ["excellent", "good", "fair", "poor"];

fn bands(random: &mut Random, draft: &mut Draft, lines: &mut Lines) {
    draft.unit_bands = DEFAULT.map(String::from).into();
    draft.person_bands = draft.unit_bands.clone();
    match random.below(5) {
        0 => {}
        1 => draft.unit_bands = some_bands(random, lines, "units", draft.unit.full, draft.places),
        2 => {
            draft.unit_bands = some_bands(random, lines, "", draft.unit.full, draft.places);
            draft.person_bands = some_bands(random, lines, "persons", draft.person.full, draft.places);
        }
        _ => {
            draft.unit_bands = some_bands(random, lines, "both", draft.unit.full, draft.places);
            draft.person_bands = draft.unit_bands.clone();
        }
    }
}

/// Two to five bands from some part of `full` down to 0.
fn some_bands(random: &mut Random, lines: &mut Lines, of: &str, full: i64, places: u32) -> Vec<String> {
    let names = [("excellent", "优秀"), ("good", "良好"), ("称职", ""), ("fair", "合格"), ("poor", "不合格")];
    let chosen = random.some(&names, 2);
    let mut from = full * random.within(75, 95) / 100;
    let mut above: Option<i64> = None;
    for (at, (id, name)) in chosen.iter().enumerate() {
        lines.head("[[band]]");
        lines.text("id", id);
        if !name.is_empty() && random.chance(500) {
            lines.text("name", name);
        }
        if let Some(to) = above.and_then(|above| just_below(above, places)).filter(|_| random.chance(300)) {
            lines.set("to", to);
        }
        if random.chance(100) {
            lines.text("clause", "三(五)");
        }
        if at + 1 == chosen.len() {
            lines.set("from", 0);
        } else {
            lines.set("from", number(random, from));
        }
        above = Some(from);
        from -= (from / 5).max(1) * random.within(1, 2);
        if !of.is_empty() {
            lines.text("of", of);
        }
    }
    chosen.iter().map(|(id, _)| (*id).to_string()).collect()
}

/// The last score below a number of tenths, where such a number can be a score.
fn just_below(tenths: i64, places: u32) -> Option<String> {
    let last = match places {
        0 if tenths % 10 == 0 => return Some((tenths / 10 - 1).to_string()),
        0 => return None,
        _ => tenths * 10_i64.pow(places - 1) - 1,
    };
    let (front, back) = (last / 10_i64.pow(places), last % 10_i64.pow(places));
    Some(format!("{front}.{back:0width$}", width = places as usize))
}

fn quota(random: &mut Random, plan: &Plan, draft: &Draft, lines: &mut Lines) {
    lines.head("[[quota]]");
    lines.named(random);
    let of = random.word(&["", "units", "persons", "both"]);
    if !of.is_empty() {
        lines.text("of", of);
    }
    if random.chance(250) {
        let groups = if of == "persons" { &draft.person_groups } else { &plan.groups };
        lines.texts("groups", &random.some(groups, 1));
    }
    let by_band = of == "persons" && draft.by_unit && random.chance(800);
    if !by_band || random.chance(500) {
        lines.set("percent", random.word(&["20", "30", "50", "33.3", "\"100/3\"", "0", "60"]));
    }
    if random.chance(600) {
        lines.text("round", random.word(&["floor", "half-up", "ceil"]));
    }
    if random.chance(600) {
        lines.text("ties", random.word(&["within", "extend"]));
    }
    if by_band {
        let percents: Vec<String> = random
            .some(&draft.unit_bands, 1)
            .iter()
            .map(|band| format!("{} = {}", super::quoted(band), random.word(&["0", "25", "50", "100", "12.5"])))
            .collect();
        lines.set("percent_by_unit_band", format!("{{ {} }}", percents.join(", ")));
    }
}
