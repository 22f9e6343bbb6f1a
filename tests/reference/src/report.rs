//! Reports. METHOD §11.

use std::cmp::Ordering;

use crate::number::show;
use crate::number::show_short;
use crate::policy::{Kind, Policy, Section};
use crate::run_log::RunLog;
use crate::score::composite;
use crate::standing::Standing;
use crate::tasks::{EXCLUSIONS, Task};

/// A CSV under construction: a header and rows of finished cells.
struct Sheet(csv::Writer<Vec<u8>>);

impl Sheet {
    fn new(header: &[String]) -> Result<Sheet, String> {
        let mut sheet = Sheet(csv::WriterBuilder::new().from_writer(Vec::new()));
        sheet.row(header)?;
        Ok(sheet)
    }

    fn row(&mut self, cells: &[String]) -> Result<(), String> {
        self.0.write_record(cells).map_err(|error| error.to_string())
    }

    fn finish(self) -> Result<String, String> {
        let bytes = self.0.into_inner().map_err(|error| error.to_string())?;
        String::from_utf8(bytes).map_err(|error| error.to_string())
    }
}

/// A text cell that no spreadsheet runs.
fn text(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_string() }
}

fn yes(flag: bool) -> String {
    if flag { "yes".into() } else { String::new() }
}

fn words(line: &str) -> Vec<String> {
    line.split(',').map(str::to_string).collect()
}

/// The order of a score file: by group, in it the ranked by rank, then the others, each by id.
pub fn in_order(standings: &[Standing]) -> Vec<&Standing> {
    let mut sorted: Vec<&Standing> = standings.iter().collect();
    let place = |standing: &Standing| standing.rank.unwrap_or(usize::MAX);
    sorted.sort_by(|a, b| -> Ordering { (&a.group, place(a), &a.id).cmp(&(&b.group, place(b), &b.id)) });
    sorted
}

pub fn scores(policy: &Policy, kind: Kind, standings: &[Standing]) -> Result<String, String> {
    let person = kind == Kind::Person;
    let mut header = words("group,rank,overall_rank");
    header.push(if person { "person_id" } else { "unit_id" }.into());
    header.extend(words("name,score,band,computed_band,quota_limited,status"));
    let mut facts = words(
        "base_score,bonus,deduction,coverage,tasks,due_tasks,overdue_tasks,open_overdue,overdue_rate,late_days_max,feedback_missed,formal_report_missed,sole_escalations",
    );
    facts.extend(policy.counts.iter().map(|count| format!("count.{}", count.id)));
    if person {
        facts.extend(words("post,service_days,unit_score"));
    }
    let sections: &[Section] = &policy.subject(kind).sections;
    facts.extend(sections.iter().map(|section| format!("section.{}", section.id)));
    let used = policy
        .indicators
        .iter()
        .filter(|indicator| sections.iter().any(|section| section.indicators.contains(&indicator.id)));
    facts.extend(used.map(|indicator| format!("indicator.{}", indicator.id)));
    header.extend(facts.iter().cloned());
    header.extend(words("recommendation,rules,vetoes"));
    let mut sheet = Sheet::new(&header)?;
    for standing in in_order(standings) {
        let rank = |rank: Option<usize>| rank.map(|rank| rank.to_string()).unwrap_or_default();
        let mut row = vec![
            text(&standing.group),
            rank(standing.rank),
            rank(standing.overall_rank),
            text(&standing.id),
            text(&standing.name),
        ];
        row.push(standing.facts.show("score", policy));
        row.extend([
            text(&standing.band),
            text(&standing.computed_band),
            yes(standing.quota_limited),
            standing.status.to_string(),
        ]);
        row.extend(facts.iter().map(|fact| standing.facts.show(fact, policy)));
        row.push(text(standing.recommendation.as_ref().map_or("", |recommendation| &recommendation.word)));
        row.extend([text(&standing.rules.join(";")), text(&standing.vetoes.join(";"))]);
        sheet.row(&row)?;
    }
    sheet.finish()
}

pub fn recommendations(policy: &Policy, kinds: [&[Standing]; 2]) -> Result<String, String> {
    let header = "subject_kind,subject_id,name,group,score,band,recommendation,rung,escalated,rules,facts,clause,respond_by,state";
    let mut sheet = Sheet::new(&words(header))?;
    for standing in kinds.into_iter().flat_map(in_order) {
        let Some(found) = &standing.recommendation else { continue };
        let facts: Vec<String> = found.facts.iter().map(|(fact, value)| format!("{fact}={value}")).collect();
        let kind = if standing.kind == Kind::Unit { "unit" } else { "person" };
        sheet.row(&[
            kind.to_string(),
            text(&standing.id),
            text(&standing.name),
            text(&standing.group),
            standing.facts.show("score", policy),
            text(&standing.band),
            text(&found.word),
            found.rung.map(|rung| rung.to_string()).unwrap_or_default(),
            yes(found.escalated),
            text(&found.rules.join(";")),
            text(&facts.join(";")),
            text(&found.clauses.join(";")),
            found.respond_by.map(|date| date.to_string()).unwrap_or_default(),
            "proposed".to_string(),
        ])?;
    }
    sheet.finish()
}

pub fn tasks(policy: &Policy, tasks: &[Task]) -> Result<String, String> {
    let units = policy.indicators_of(Kind::Unit, crate::policy::Source::Tasks);
    let persons = policy.indicators_of(Kind::Person, crate::policy::Source::Tasks);
    let mut indicators = units;
    for one in persons {
        if !indicators.iter().any(|known| known.id == one.id) {
            indicators.push(one);
        }
    }
    let mut header = words("task_id,state,exclusion,lead_unit,level,weight,late_days,composite");
    header.extend(indicators.iter().map(|indicator| format!("indicator.{}", indicator.id)));
    let mut sheet = Sheet::new(&header)?;
    for task in tasks {
        let composite = composite(policy, task, indicators.iter().map(|indicator| &indicator.id));
        let mut row = vec![
            text(&task.id),
            task.state.word().to_string(),
            task.exclusion.unwrap_or_default().to_string(),
            text(&task.lead),
            text(&task.level),
            show_short(&task.weight),
            task.late_days.map(|days| days.to_string()).unwrap_or_default(),
            composite.map(|value| show(&value, policy.rounding.score, policy.rounding.half)).unwrap_or_default(),
        ];
        for indicator in &indicators {
            let places = indicator.places.unwrap_or(policy.rounding.indicator);
            let value = task.values.get(&indicator.id).map(|value| show(value, places, policy.rounding.half));
            row.push(value.unwrap_or_default());
        }
        sheet.row(&row)?;
    }
    sheet.finish()
}

pub fn rejects(log: &RunLog) -> Result<String, String> {
    let mut sheet = Sheet::new(&words("file,line,column,code,message,hint,cells"))?;
    for reject in log.rejects() {
        let line = reject.line.to_string();
        sheet.row(&[
            text(&reject.file),
            line,
            text(&reject.column),
            reject.code.into(),
            String::new(),
            String::new(),
            text(&reject.cells),
        ])?;
    }
    sheet.finish()
}

pub fn warnings(log: &RunLog) -> Result<String, String> {
    let mut sheet = Sheet::new(&words("code,file,line,column,message"))?;
    for warning in log.warnings() {
        sheet.row(&[
            warning.code.into(),
            text(&warning.file),
            warning.line.to_string(),
            text(&warning.column),
            String::new(),
        ])?;
    }
    sheet.finish()
}

pub fn reconciliation(log: &RunLog, tasks: &[Task]) -> Result<String, String> {
    let mut sheet = Sheet::new(&words("table,item,count"))?;
    for (table, read, accepted) in log.counts() {
        let mut items = vec![
            ("read".to_string(), read),
            ("accepted".to_string(), accepted),
            ("rejected".to_string(), read - accepted),
        ];
        if table == "tasks" {
            items.push(("scored".to_string(), tasks.iter().filter(|task| task.scored()).count()));
            let excluded = |code: &str| tasks.iter().filter(|task| task.exclusion == Some(code)).count();
            items.extend(EXCLUSIONS.iter().map(|code| (format!("excluded.{code}"), excluded(code))));
        }
        for (item, count) in items {
            sheet.row(&[table.to_string(), item, count.to_string()])?;
        }
    }
    sheet.finish()
}
