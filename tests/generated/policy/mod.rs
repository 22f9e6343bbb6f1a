//! Policies made up by a seed: every key of the method, within what the lint allows.

mod conditions;
mod indicators;
mod outcome;
mod sections;
mod standing;

use crate::plan::Plan;
use crate::random::Random;

use sections::Section;

/// Lines of a policy file.
#[derive(Default)]
pub struct Lines(String);

impl Lines {
    fn head(&mut self, head: &str) {
        self.0.push_str(&format!("\n{head}\n"));
    }

    /// A key whose value is written as TOML wants it.
    fn set(&mut self, key: &str, value: impl std::fmt::Display) {
        self.0.push_str(&format!("{key} = {value}\n"));
    }

    fn text(&mut self, key: &str, text: &str) {
        self.set(key, quoted(text));
    }

    /// Now and then a name and a clause, which change no score.
    fn named(&mut self, random: &mut Random) {
        if random.chance(150) {
            self.text("name", random.word(&["名称", "Name", "=名"]));
        }
        if random.chance(150) {
            self.text("clause", random.word(&["三(五)", "二(三)", "-四"]));
        }
    }

    fn texts(&mut self, key: &str, texts: &[String]) {
        self.set(key, format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")));
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What later parts of a policy need to know of earlier ones. Figures are in tenths.
#[derive(Default)]
pub struct Side {
    pub sections: Vec<Section>,
    pub full: i64,
    pub floor: i64,
    pub cap: i64,
}

#[derive(Default)]
pub struct Draft {
    pub task_indicators: Vec<String>,
    pub measure_indicators: Vec<String>,
    /// Indicators that weigh nothing.
    pub weightless: Vec<String>,
    pub unit: Side,
    pub person: Side,
    pub by_unit: bool,
    pub person_groups: Vec<String>,
    pub unit_bands: Vec<String>,
    pub person_bands: Vec<String>,
    pub counts: Vec<String>,
    /// Places of a published score.
    pub places: u32,
}

/// A number given in tenths: bare, as text, or as a fraction.
pub fn number(random: &mut Random, tenths: i64) -> String {
    let plain = crate::pen::tenths_text(tenths);
    match random.below(4) {
        0 => quoted(&plain),
        1 => quoted(&format!("{tenths}/10")),
        _ => plain,
    }
}

/// A weight above 0.
fn weight(random: &mut Random) -> &'static str {
    random.word(&["1", "1", "2", "3", "4", "0.5", "\"1/3\"", "\"2/7\"", "30", "12.25"])
}

/// Writes a policy, and notes in the plan what tables can hand in for it.
pub fn write(plan: &mut Plan) -> String {
    let mut random = Random::of(plan.random.below(usize::MAX) as u64, "policy");
    let mut lines = Lines::default();
    let places = setting(&mut random, plan, &mut lines);
    let mut draft = Draft { places, ..Draft::default() };
    let with_tasks = !random.chance(60);
    indicators::write(&mut random, plan, &mut draft, &mut lines, with_tasks);
    sections::write(&mut random, plan, &mut draft, &mut lines);
    standing::write(&mut random, plan, &mut draft, &mut lines);
    outcome::write(&mut random, plan, &mut draft, &mut lines);
    plan.bands = draft.unit_bands.clone();
    lines.0
}

/// Gives the places of a published score.
fn setting(random: &mut Random, plan: &Plan, lines: &mut Lines) -> u32 {
    lines.set("schema", 1);
    lines.text("id", "generated");
    if random.chance(500) {
        lines.text("title", "年度考核");
        lines.text("authority", "办公厅");
    }
    lines.head("[period]");
    lines.set("from", plan.from);
    lines.set("to", if random.chance(500) { quoted(&plan.to.to_string()) } else { plan.to.to_string() });
    if plan.as_of != plan.to || random.chance(200) {
        lines.set("as_of", plan.as_of);
    }
    if random.chance(500) {
        lines.text("belongs_by", random.word(&["due", "assigned", "completed"]));
    }
    if random.chance(600) {
        lines.set("carry_over", random.chance(800));
    }
    if plan.second || random.chance(300) {
        lines.head("[time]");
        lines.text("resolution", if plan.second { "second" } else { "day" });
    } else if random.chance(300) {
        lines.head("[time]");
        lines.text("days", random.word(&["calendar", "working", "working"]));
    }
    if plan.second && random.chance(300) {
        lines.text("days", "working");
    }
    let places = rounding(random, lines);
    roles(random, lines);
    if !plan.levels.is_empty() {
        lines.head("[levels]");
        for level in &plan.levels {
            lines.set(&quoted(level), weight(random));
        }
        if random.chance(750) {
            lines.text("default", random.pick(&plan.levels).as_str());
        }
    }
    if random.chance(600) {
        let names =
            if plan.levels.is_empty() { vec!["重大".to_string(), "x".to_string()] } else { plan.levels.clone() };
        lines.head("[closed_loop]");
        lines.texts("formal_levels", &random.some(&names, 1));
    }
    if random.chance(100) {
        lines.head("[lint]");
        lines.texts("forbidden", &["开会数量".to_string()]);
    }
    places
}

fn rounding(random: &mut Random, lines: &mut Lines) -> u32 {
    if random.chance(300) {
        return 2;
    }
    lines.head("[rounding]");
    if random.chance(700) {
        lines.text("mode", random.word(&["half-up", "half-even"]));
    }
    if random.chance(500) {
        lines.set("indicator", random.pick(&[0, 1, 2, 4, 8]));
    }
    let places = *random.pick(&[0, 0, 1, 1, 2, 2, 3, 6, 12]);
    if places != 2 {
        lines.set("score", places);
    }
    places
}

fn roles(random: &mut Random, lines: &mut Lines) {
    if random.chance(400) {
        return;
    }
    lines.head("[roles]");
    for role in ["lead", "co", "principal", "deputy", "staff"] {
        if random.chance(500) {
            lines.set(role, random.word(&["1", "2", "0.5", "\"1/3\"", "\"2/3\"", "0", "\"3/7\""]));
        }
    }
    if random.chance(600) {
        lines.text("co_mode", random.word(&["each", "split", "split"]));
    }
}
