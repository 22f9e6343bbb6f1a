//! `unit_scores.csv` and `person_scores.csv`. METHOD §11.

use std::borrow::Cow;
use std::io::Write;

use rayon::prelude::*;

use crate::facts::Subject;
use crate::link::Ledger;
use crate::policy::facts::Fact;
use crate::policy::{Policy, Source};
use crate::rank::Standing;
use crate::recommend::Outcome;
use crate::report::cells::Cells;
use crate::report::words::{Lang, text, writer};
use crate::report::{FileError, Results};
use crate::score::Scored;
use crate::terms::SubjectKind;

const BEFORE_ID: [&str; 3] = ["group", "rank", "overall_rank"];
const AFTER_ID: [&str; 19] = [
    "name",
    "score",
    "band",
    "computed_band",
    "quota_limited",
    "status",
    "base_score",
    "bonus",
    "deduction",
    "coverage",
    "tasks",
    "due_tasks",
    "overdue_tasks",
    "open_overdue",
    "overdue_rate",
    "late_days_max",
    "feedback_missed",
    "formal_report_missed",
    "sole_escalations",
];
const OF_PERSONS: [&str; 3] = ["post", "service_days", "unit_score"];
const LAST: [&str; 3] = ["recommendation", "rules", "vetoes"];

/// Facts shown as they are, in the order of their columns after `status`.
const SHOWN: [Fact; 13] = [
    Fact::BaseScore,
    Fact::Bonus,
    Fact::Deduction,
    Fact::Coverage,
    Fact::Tasks,
    Fact::DueTasks,
    Fact::OverdueTasks,
    Fact::OpenOverdue,
    Fact::OverdueRate,
    Fact::LateDaysMax,
    Fact::FeedbackMissed,
    Fact::FormalReportMissed,
    Fact::SoleEscalations,
];

/// Rows of a block; blocks are made side by side.
const ROWS: usize = 1 << 9;
/// Blocks that are made before they are written.
const BLOCKS: usize = 1 << 5;

/// Writes `unit_scores.csv`.
pub(super) fn units(results: &Results<'_>, lang: Lang, into: &mut impl Write) -> Result<(), FileError> {
    let (standings, outcomes) = (&results.standings.units, &results.recommendations.units);
    Table::new(SubjectKind::Unit, results, lang).write(standings, outcomes, into)
}

/// Writes `person_scores.csv`.
pub(super) fn persons(results: &Results<'_>, lang: Lang, into: &mut impl Write) -> Result<(), FileError> {
    let (standings, outcomes) = (&results.standings.persons, &results.recommendations.persons);
    Table::new(SubjectKind::Person, results, lang).write(standings, outcomes, into)
}

/// What is the same for all rows.
struct Table<'a> {
    kind: SubjectKind,
    ledger: &'a Ledger,
    policy: &'a Policy,
    /// The indicators that have a column.
    indicators: Vec<usize>,
    lang: Lang,
}

/// The indicators of one side's sections of tasks and measures, in policy order.
fn indicators(policy: &Policy, kind: SubjectKind) -> Vec<usize> {
    let sections = policy.side(kind).sections.iter().filter(|section| section.source != Source::Sections);
    let mut places: Vec<usize> = sections.flat_map(|section| section.indicators.iter().copied()).collect();
    places.sort_unstable();
    places.dedup();
    places
}

fn headings(kind: SubjectKind, indicators: &[usize], policy: &Policy, lang: Lang) -> Vec<String> {
    let id = match kind {
        SubjectKind::Unit => "unit_id",
        SubjectKind::Person => "person_id",
    };
    let mut headings: Vec<String> = Vec::new();
    let fixed = |ids: &[&'static str]| ids.iter().map(|id| lang.heading(id).to_owned()).collect::<Vec<_>>();
    headings.extend(fixed(&BEFORE_ID));
    headings.extend(fixed(&[id]));
    headings.extend(fixed(&AFTER_ID));
    let named = |family: &str, id: &str, name: &str| match lang {
        Lang::Ids => format!("{family}.{id}"),
        Lang::Zh => name.to_owned(),
    };
    headings.extend(policy.counts.iter().map(|count| named("count", &count.id, &count.name)));
    if kind == SubjectKind::Person {
        headings.extend(fixed(&OF_PERSONS));
    }
    headings.extend(policy.side(kind).sections.iter().map(|section| named("section", &section.id, &section.name)));
    let of_places = indicators.iter().filter_map(|place| policy.indicators.get(*place));
    headings.extend(of_places.map(|indicator| named("indicator", &indicator.id, &indicator.name)));
    headings.extend(fixed(&LAST));
    headings.iter().map(|heading| text(heading).into_owned()).collect()
}

impl<'a> Table<'a> {
    fn new(kind: SubjectKind, results: &Results<'a>, lang: Lang) -> Self {
        let policy = results.policy;
        Self { kind, ledger: results.ledger, policy, indicators: indicators(policy, kind), lang }
    }

    fn write(&self, standings: &[Standing], outcomes: &[Outcome], into: &mut impl Write) -> Result<(), FileError> {
        let mut csv = writer(&mut *into)?;
        csv.write_record(headings(self.kind, &self.indicators, self.policy, self.lang))?;
        csv.flush()?;
        drop(csv);
        for (standings, outcomes) in standings.chunks(ROWS * BLOCKS).zip(outcomes.chunks(ROWS * BLOCKS)) {
            let blocks = standings.par_chunks(ROWS).zip(outcomes.par_chunks(ROWS));
            let blocks: Vec<Vec<u8>> =
                blocks.map(|(standings, outcomes)| self.block(standings, outcomes)).collect::<Result<_, _>>()?;
            blocks.iter().try_for_each(|block| into.write_all(block))?;
        }
        Ok(into.flush()?)
    }

    fn block(&self, standings: &[Standing], outcomes: &[Outcome]) -> Result<Vec<u8>, FileError> {
        let mut bytes = Vec::new();
        let mut cells = Cells::new(&mut bytes, self.policy.rounding);
        for (standing, outcome) in standings.iter().zip(outcomes) {
            self.standing(standing, outcome, &mut cells)?;
            self.values(&standing.scored, &mut cells)?;
            self.consequences(standing, outcome, &mut cells)?;
            cells.end()?;
        }
        cells.finish()?;
        Ok(bytes)
    }

    /// The cells up to the last fact.
    fn standing(&self, standing: &Standing, outcome: &Outcome, cells: &mut Cells<'_>) -> Result<(), FileError> {
        let (policy, lang, scored) = (self.policy, self.lang, &standing.scored);
        let (id, name) = scored.named(self.ledger);
        cells.word(&text(&scored.group))?;
        cells.count(standing.place.map(|place| place.rank))?;
        cells.count(standing.place.map(|place| place.overall_rank))?;
        cells.word(&text(id))?;
        cells.word(&text(name))?;
        cells.score(scored.published)?;
        cells.word(&band(standing.band, policy, lang))?;
        cells.word(&band(standing.computed_band, policy, lang))?;
        cells.word(lang.yes(standing.quota_limited))?;
        cells.word(lang.status(scored.status))?;
        let subject = Subject::ranked_as(standing, outcome.unit_recommendation, policy);
        SHOWN.iter().try_for_each(|fact| cells.number(|into| subject.write(*fact, into)))
    }

    /// Counts, service, sections and indicators.
    fn values(&self, scored: &Scored, cells: &mut Cells<'_>) -> Result<(), FileError> {
        scored.facts.counts.iter().try_for_each(|count| cells.count(Some(*count)))?;
        if self.kind == SubjectKind::Person {
            let service = scored.service.as_ref();
            cells.word(service.and_then(|service| service.post).map_or("", |post| self.lang.post(post)))?;
            cells.count(Some(service.map_or(0, |service| service.days)))?;
            cells.score(service.and_then(|service| service.unit_score))?;
        }
        scored.sections.iter().try_for_each(|value| cells.value(value.as_ref()))?;
        let indicator = |place: &usize| scored.indicators.get(*place).and_then(Option::as_ref);
        self.indicators.iter().try_for_each(|place| cells.value(indicator(place)))
    }

    fn consequences(&self, standing: &Standing, outcome: &Outcome, cells: &mut Cells<'_>) -> Result<(), FileError> {
        let Policy { rules, vetoes, .. } = self.policy;
        let proposal = outcome.proposal.as_ref();
        cells.word(proposal.map_or("", |proposal| self.lang.recommendation(proposal.recommendation)))?;
        let fired = outcome.rules.iter().filter_map(|place| rules.get(*place));
        cells.word(&text(&joined(fired.map(|rule| &*rule.id))))?;
        let held = standing.vetoes.iter().filter_map(|place| vetoes.get(*place));
        cells.word(&text(&joined(held.map(|veto| &*veto.id))))
    }
}

/// A band as a cell.
pub(super) fn band(place: Option<usize>, policy: &Policy, lang: Lang) -> Cow<'_, str> {
    let band = place.and_then(|place| policy.bands.get(place));
    band.map_or(Cow::Borrowed(""), |band| text(lang.named(&band.id, &band.name)))
}

/// Words joined by `;`.
pub(super) fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(";")
}
