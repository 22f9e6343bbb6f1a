//! `[unit]` and `[person]` with their sections.

use super::{Draft, Lines, number, weight};
use crate::plan::Plan;
use crate::random::Random;

#[derive(Default)]
pub struct Section {
    pub id: String,
    source: &'static str,
    weight: String,
    groups: Vec<String>,
    indicators: Vec<String>,
    parent: Option<String>,
}

pub fn write(random: &mut Random, plan: &mut Plan, draft: &mut Draft, lines: &mut Lines) {
    lines.head("[unit]");
    (draft.unit.full, draft.unit.floor, draft.unit.cap) = limits(random, lines);
    if random.chance(250) {
        lines.text("scope", random.word(&["subtree", "subtree", "own"]));
    }
    let groups = plan.groups.clone();
    draft.unit.sections = sections(random, draft, &groups);
    for measure in &mut plan.measures {
        measure.of.0 = draft.unit.sections.iter().any(|section| section.indicators.contains(&measure.id));
    }
    lines.totals(random, &draft.unit.sections, None);
    for section in &draft.unit.sections {
        lines.section(random, "[[unit.section]]", section, &draft.unit.sections);
    }
    if random.chance(120) {
        (draft.person.full, draft.person.cap) = (1000, 1000);
        draft.person_groups = vec!["all".into()];
        return;
    }
    lines.head("[person]");
    (draft.person.full, draft.person.floor, draft.person.cap) = limits(random, lines);
    person_keys(random, plan, draft, lines);
    let groups = draft.person_groups.clone();
    if !random.chance(120) {
        draft.person.sections = sections(random, draft, &groups);
    }
    for measure in &mut plan.measures {
        measure.of.1 = draft.person.sections.iter().any(|section| section.indicators.contains(&measure.id));
    }
    lines.totals(random, &draft.person.sections, None);
    for section in &draft.person.sections {
        lines.section(random, "[[person.section]]", section, &draft.person.sections);
    }
}

/// `full`, `floor` and `cap` in tenths, with the keys beside them.
fn limits(random: &mut Random, lines: &mut Lines) -> (i64, i64, i64) {
    let full = *random.pick(&[1000, 1000, 1000, 1200, 10000, 125]);
    if full != 1000 {
        lines.set("full", number(random, full));
    }
    let floor = *random.pick(&[0, 0, 0, full / 10, -full / 5]);
    if floor != 0 {
        lines.set("floor", number(random, floor));
    }
    let cap = *random.pick(&[full, full, full, full * 6 / 5, full * 9 / 10]);
    if cap != full {
        lines.set("cap", number(random, cap));
    }
    if random.chance(400) {
        lines.set("min_tasks", random.within(0, 3));
    }
    if random.chance(300) {
        lines.set("min_coverage", random.word(&["50", "20", "100", "33.3", "\"200/3\""]));
    }
    for key in ["bonus_cap", "deduction_cap"] {
        if random.chance(400) {
            lines.set(key, random.word(&["5", "2.5", "\"10/3\"", "0"]));
        }
    }
    (full, floor, cap)
}

fn person_keys(random: &mut Random, plan: &Plan, draft: &mut Draft, lines: &mut Lines) {
    if random.chance(300) {
        lines.set("min_service_days", random.pick(&[1, 90, 200, 400]));
    }
    let by = random.word(&["post", "post", "unit", "unit", "unit-group", "none"]);
    if by != "post" || random.chance(300) {
        lines.text("group_by", by);
    }
    draft.by_unit = by == "unit";
    draft.person_groups = match by {
        "post" => ["principal", "deputy", "staff"].map(String::from).into(),
        "unit" => plan.units.iter().map(|unit| unit.id.clone()).collect(),
        "unit-group" => plan.groups.clone(),
        _ => vec!["all".into()],
    };
    if random.chance(500) {
        let share = |random: &mut Random| random.word(&["1", "0", "0.5", "\"1/3\"", "\"2/7\""]);
        let shares: Vec<String> = random
            .some(&["principal", "deputy", "staff"], 1)
            .iter()
            .map(|post| format!("{post} = {}", share(random)))
            .collect();
        lines.set("unit_share", format!("{{ {} }}", shares.join(", ")));
    }
}

/// Leaves of tasks and measures, and sections of sections above some of them. The first is there for all.
fn sections(random: &mut Random, draft: &Draft, groups: &[String]) -> Vec<Section> {
    let mut parents: Vec<Section> = Vec::new();
    if random.chance(400) {
        for at in 0..random.within(1, 2) {
            let parent = parents.first().filter(|_| random.chance(600)).map(|above| above.id.clone());
            let id = format!("{}{at}", if random.chance(300) { "板块" } else { "tree" });
            parents.push(Section {
                id,
                source: "sections",
                weight: weight(random).into(),
                parent,
                ..Section::default()
            });
        }
    }
    let mut leaves = Vec::new();
    let only = if random.chance(150) { "measures" } else { "" };
    for at in 0..random.within(1, 4) {
        let tasks = draft.measure_indicators.is_empty()
            || (only.is_empty() && !draft.task_indicators.is_empty() && random.chance(if at == 0 { 800 } else { 500 }));
        let (source, all) =
            if tasks { ("tasks", &draft.task_indicators) } else { ("measures", &draft.measure_indicators) };
        let mut section =
            Section { id: format!("{source}{at}"), source, weight: weight(random).into(), ..Section::default() };
        section.indicators = random.some(all, 1);
        if section.indicators.iter().all(|id| draft.weightless.contains(id)) {
            section.indicators.insert(0, all[0].clone());
        }
        if at > 0 {
            if !parents.is_empty() && random.chance(650) {
                section.parent = Some(random.pick(&parents).id.clone());
            } else if random.chance(60) {
                section.weight = "0".into();
            }
            if random.chance(350) && section.weight != "0" {
                section.groups = random.some(groups, 1);
            }
        }
        leaves.push(section);
    }
    if random.chance(500) {
        leaves.into_iter().chain(parents).collect()
    } else {
        parents.into_iter().chain(leaves).collect()
    }
}

impl Lines {
    /// `weights_total` of the sections below one, or of the top ones, where these are whole numbers and there for all.
    fn totals(&mut self, random: &mut Random, sections: &[Section], parent: Option<&str>) {
        let below: Vec<&Section> = sections.iter().filter(|section| section.parent.as_deref() == parent).collect();
        let weights: Option<Vec<i64>> = below.iter().map(|section| section.weight.parse().ok()).collect();
        if let Some(weights) = weights
            && !weights.is_empty()
            && below.iter().all(|section| section.groups.is_empty())
            && random.chance(500)
        {
            self.set("weights_total", weights.iter().sum::<i64>());
        }
    }

    fn section(&mut self, random: &mut Random, head: &str, section: &Section, all: &[Section]) {
        self.head(head);
        self.text("id", &section.id);
        self.text("source", section.source);
        if section.weight != "1" || random.chance(500) {
            self.set("weight", &section.weight);
        }
        if !section.groups.is_empty() {
            self.texts("groups", &section.groups);
        }
        if section.source == "sections" {
            self.totals(random, all, Some(&section.id));
        } else {
            self.texts("indicators", &section.indicators);
        }
        if let Some(parent) = &section.parent {
            self.text("parent", parent);
        }
        if random.chance(450) {
            self.text("missing", random.word(&["exclude", "zero", "zero", "hold"]));
        }
        self.named(random);
    }
}
