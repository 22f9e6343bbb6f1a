//! Where a subject stands: its score, status and facts before any rank. METHOD §6, §8, §10.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Fact, Facts};
use crate::moment::{Moment, add_months};
use crate::number::{Q, round, whole};
use crate::people::Post;
use crate::points::{self, Points};
use crate::policy::{Effect, Kind, Policy};
use crate::recommend::Recommendation;
use crate::score::{self, Own, Part};
use crate::subjects::{Event, Prior, Subject};
use crate::tables::Table;
use crate::tasks::{State, Task, meets};

pub struct Standing {
    pub kind: Kind,
    pub id: String,
    pub name: String,
    pub group: String,
    pub status: &'static str,
    /// F, never rounded.
    pub exact: Option<Q>,
    /// F at the places of a score.
    pub score: Option<Q>,
    pub facts: Facts,
    pub effects: BTreeSet<Effect>,
    pub vetoes: Vec<String>,
    pub rank: Option<usize>,
    pub overall_rank: Option<usize>,
    pub computed_band: String,
    pub band: String,
    pub quota_limited: bool,
    /// Rules that fired, in policy order.
    pub rules: Vec<String>,
    pub recommendation: Option<Recommendation>,
}

impl Standing {
    pub fn is_ranked(&self) -> bool {
        self.status == "ranked"
    }
}

/// What the stages before have found.
pub struct Findings<'a> {
    pub policy: &'a Policy,
    /// Absent when there is no tasks table.
    pub table: Option<&'a Table>,
    pub events: &'a [Event],
    pub prior: &'a BTreeMap<Subject, Vec<Prior>>,
}

/// What is known of a subject before its score.
pub struct Outline<'a> {
    pub kind: Kind,
    pub id: String,
    pub name: String,
    pub group: String,
    /// Its scored tasks with the shares of its roles.
    pub parts: Vec<Part<'a>>,
    /// Tasks that facts count, and those of them that it leads.
    pub counted: Vec<&'a Task>,
    pub leading: Vec<&'a Task>,
    pub measures: BTreeMap<String, Q>,
    pub own: Own,
    pub base: Option<Q>,
    pub service_days: i64,
    pub post: Option<Post>,
}

impl Findings<'_> {
    /// The standing of a subject, with its facts but those that need a rank.
    pub fn standing(&self, outline: Outline, further: &[(&str, Fact)]) -> Standing {
        let policy = self.policy;
        let limits = policy.subject(outline.kind);
        let subject = (outline.kind, outline.id.clone());
        let points = points::of_subject(policy, limits, &subject, self.events);
        let exact = outline
            .base
            .as_ref()
            .map(|base| (base + &points.bonus - &points.deduction).min(limits.cap.clone()).max(limits.floor.clone()));
        let score = exact.as_ref().map(|exact| round(exact, policy.rounding.score, policy.rounding.half));
        let mut facts = Facts::default();
        self.task_facts(&outline, &mut facts);
        self.prior_facts(&subject, score.as_ref(), &mut facts);
        for (name, fact) in further {
            facts.set(name, fact.clone());
        }
        facts.set("score", Fact::figure(score.clone()));
        facts.set("exact_score", Fact::figure(exact.clone()));
        facts.set("base_score", Fact::figure(outline.base.clone()));
        facts.set("bonus", Fact::Figure(points.bonus.clone()));
        facts.set("deduction", Fact::Figure(points.deduction.clone()));
        facts.set("coverage", Fact::figure(outline.own.coverage.clone()));
        facts.set("group", Fact::text(&outline.group));
        for section in &limits.sections {
            facts.set(&format!("section.{}", section.id), Fact::figure(outline.own.sections.get(&section.id).cloned()));
        }
        for indicator in &policy.indicators {
            let value = score::indicator_value(policy, &indicator.id, &outline.parts, &outline.measures);
            facts.set(&format!("indicator.{}", indicator.id), Fact::figure(value));
        }
        for (code, count) in &points.counts {
            facts.set(&format!("event.{code}"), Fact::count(*count));
        }
        let status = self.status(&outline);
        facts.set("status", Fact::text(status));
        let (effects, vetoes) = self.effects(&outline, &points, &mut facts);
        Standing {
            kind: outline.kind,
            id: outline.id,
            name: outline.name,
            group: outline.group,
            status,
            exact,
            score,
            facts,
            effects,
            vetoes,
            rank: None,
            overall_rank: None,
            computed_band: String::new(),
            band: String::new(),
            quota_limited: false,
            rules: Vec::new(),
            recommendation: None,
        }
    }

    fn status(&self, outline: &Outline) -> &'static str {
        let limits = self.policy.subject(outline.kind);
        let scored = outline.counted.iter().filter(|task| task.scored()).count() as i64;
        let thin = outline.own.coverage.as_ref().is_some_and(|coverage| *coverage < limits.min_coverage);
        if outline.base.is_none() || scored < score::min_tasks(limits, &outline.group, outline.kind == Kind::Unit) {
            "not-ranked"
        } else if outline.kind == Kind::Person && outline.service_days < self.policy.min_service_days {
            "short-service"
        } else if thin || outline.own.held_back {
            "incomplete"
        } else {
            "ranked"
        }
    }

    /// Effects of events and of vetoes, and the vetoes that fired.
    fn effects(&self, outline: &Outline, points: &Points, facts: &mut Facts) -> (BTreeSet<Effect>, Vec<String>) {
        let mut effects = points.effects.clone();
        let vetoed =
            |effects: &BTreeSet<Effect>| Fact::text(if effects.contains(&Effect::Fail) { "yes" } else { "no" });
        facts.set("vetoed", vetoed(&effects));
        let mut fired = Vec::new();
        for veto in &self.policy.vetoes {
            let fits = veto.subject == outline.kind && (veto.groups.is_empty() || veto.groups.contains(&outline.group));
            if fits && veto.when.holds(|condition| facts.holds(condition, self.policy)) {
                fired.push(veto.id.clone());
                effects.extend(veto.effect);
            }
        }
        facts.set("vetoed", vetoed(&effects));
        (effects, fired)
    }

    fn prior_facts(&self, subject: &Subject, score: Option<&Q>, facts: &mut Facts) {
        let Some(years) = self.prior.get(subject) else { return };
        facts.prior_recommendations = years.iter().map(|prior| prior.recommendation.clone()).collect();
        let Some(latest) = years.first() else { return };
        facts.set("prior.score", Fact::figure(latest.score.clone()));
        let band = if latest.band.is_empty() { Fact::Blank } else { Fact::Band(subject.0, latest.band.clone()) };
        facts.set("prior.band", band);
        facts.set("prior.recommendation", Fact::text(&latest.recommendation));
        if let (Some(score), Some(before)) = (score, &latest.score) {
            facts.set("score_change", Fact::Figure(score - before));
        }
    }

    fn task_facts(&self, outline: &Outline, facts: &mut Facts) {
        let counted = &outline.counted;
        let late = |task: &&&Task| task.late_days.is_some_and(|days| days > 0);
        let done = counted.iter().filter(|task| task.state == State::Done).count();
        let open_overdue = counted.iter().filter(|task| task.state == State::Overdue).count();
        let done_late = counted.iter().filter(|task| task.state == State::Done).filter(late).count();
        let (due, overdue) = (done + open_overdue, open_overdue + done_late);
        facts.set("tasks", Fact::count(counted.len()));
        facts.set("due_tasks", Fact::count(due));
        facts.set("done_tasks", Fact::count(done));
        facts.set("overdue_tasks", Fact::count(overdue));
        facts.set("open_overdue", Fact::count(open_overdue));
        let rate = (due > 0).then(|| whole(100) * whole(overdue as i64) / whole(due as i64));
        facts.set("overdue_rate", Fact::figure(rate));
        let most = counted.iter().filter_map(|task| task.late_days).max().unwrap_or(0).max(0);
        facts.set("late_days_max", Fact::Count(most));
        facts.set("feedback_missed", Fact::count(self.leading(outline, |task| self.missed(task, "feedback_on"))));
        let formal =
            |task: &Task| self.policy.formal_levels.contains(&task.level) && self.missed(task, "formal_report_on");
        facts.set("formal_report_missed", Fact::count(self.leading(outline, formal)));
        facts.set("sole_escalations", Fact::count(self.leading(outline, |task| self.sole_escalation(task))));
        for count in &self.policy.counts {
            let among = if count.as_lead { &outline.leading } else { counted };
            let met = among
                .iter()
                .filter(|task| count.conditions.iter().all(|condition| self.count_condition(task, condition)));
            facts.set(&format!("count.{}", count.id), Fact::count(met.count()));
        }
    }

    fn leading(&self, outline: &Outline, holds: impl Fn(&Task) -> bool) -> usize {
        outline.leading.iter().filter(|task| holds(task)).count()
    }

    fn date(&self, task: &Task, column: &str) -> Option<Moment> {
        let table = self.table?;
        table.date(table.rows.get(task.row)?, column).ok().flatten()
    }

    /// Whether an act fell due (feedback date, else a month after the task was given) and was not done by then.
    fn missed(&self, task: &Task, act: &str) -> bool {
        let month_later = || {
            let given = self.date(task, "assigned_on")?;
            Some(Moment { date: add_months(given.date, 1)?, ..given })
        };
        let Some(due) = self.date(task, "feedback_due_on").or_else(month_later) else { return false };
        let period = &self.policy.period;
        let lies = period.from <= due.date && due <= Moment::end_of(period.as_of);
        lies && !self.date(task, act).is_some_and(|date| date <= due)
    }

    fn sole_escalation(&self, task: &Task) -> bool {
        let period = &self.policy.period;
        let Some(escalated) = self.date(task, "escalated_on") else { return false };
        let lies = period.from <= escalated.date && escalated <= Moment::end_of(period.as_of);
        lies && !self.date(task, "consulted_on").is_some_and(|date| date <= escalated)
    }

    fn count_condition(&self, task: &Task, condition: &crate::condition::Condition) -> bool {
        match condition.fact.as_str() {
            "state" => condition.holds_for_cell(task.state.word(), None),
            "late_days" => {
                let text = task.late_days.map(|days| days.to_string()).unwrap_or_default();
                condition.holds_for_cell(&text, None)
            }
            _ => {
                self.table.is_some_and(|table| meets(self.policy, table, &table.rows[task.row], &task.level, condition))
            }
        }
    }
}
