//! `unit_scores.csv` and `person_scores.csv`. METHOD §11.

use std::borrow::Cow;
use std::io::Write;

use rayon::prelude::*;

use crate::link::Ledger;
use crate::number::{Fraction, TooLarge};
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

/// Rows of a block; blocks are made side by side.
const ROWS: usize = 1 << 9;
/// Blocks that are made while those before them are written.
const BLOCKS: usize = 1 << 4;
/// Bytes of a row, about.
const ROW: usize = 1 << 8;
/// Subjects that are looked at before their rows are made.
const TOGETHER: usize = 16;

/// Writes `unit_scores.csv`.
pub(super) fn units(results: &Results<'_>, lang: Lang, into: &mut (impl Write + Send)) -> Result<(), FileError> {
    let (standings, outcomes) = (&results.standings.units, &results.recommendations.units);
    Table::new(SubjectKind::Unit, results, lang).write(standings, outcomes, into)
}

/// Writes `person_scores.csv`.
pub(super) fn persons(results: &Results<'_>, lang: Lang, into: &mut (impl Write + Send)) -> Result<(), FileError> {
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

    fn write(
        &self,
        standings: &[Standing],
        outcomes: &[Outcome],
        into: &mut (impl Write + Send),
    ) -> Result<(), FileError> {
        let mut csv = writer(&mut *into)?;
        csv.write_record(headings(self.kind, &self.indicators, self.policy, self.lang))?;
        csv.flush()?;
        drop(csv);
        let mut made: Vec<Vec<u8>> = Vec::new();
        let mut chunks = standings.chunks(ROWS * BLOCKS).zip(outcomes.chunks(ROWS * BLOCKS));
        loop {
            let chunk = chunks.next();
            let write = || made.iter().try_for_each(|block| into.write_all(block));
            let (written, next) = rayon::join(write, || chunk.map(|chunk| self.blocks(chunk)).transpose());
            written?;
            let Some(next) = next? else { break };
            made = next;
        }
        Ok(into.flush()?)
    }

    /// Makes blocks side by side.
    fn blocks(&self, (standings, outcomes): (&[Standing], &[Outcome])) -> Result<Vec<Vec<u8>>, TooLarge> {
        let blocks = standings.par_chunks(ROWS).zip(outcomes.par_chunks(ROWS));
        blocks.map(|(standings, outcomes)| self.block(standings, outcomes)).collect()
    }

    fn block(&self, standings: &[Standing], outcomes: &[Outcome]) -> Result<Vec<u8>, TooLarge> {
        let mut bytes = Vec::with_capacity(standings.len() * ROW);
        let mut cells = Cells::new(&mut bytes, self.policy.rounding);
        for (standings, outcomes) in standings.chunks(TOGETHER).zip(outcomes.chunks(TOGETHER)) {
            self.look(standings);
            for (standing, outcome) in standings.iter().zip(outcomes) {
                self.standing(standing, &mut cells)?;
                self.facts(&standing.scored, &mut cells)?;
                self.values(&standing.scored, &mut cells)?;
                self.consequences(standing, outcome, &mut cells);
                cells.end();
            }
        }
        Ok(bytes)
    }

    /// Looks at what some rows are made of, which stands in the order of ids and not of ranks, so that it is at hand
    /// afterwards: looks do not wait for each other, as rows do.
    fn look(&self, standings: &[Standing]) {
        let first = |values: &[Option<Fraction>]| values.first().is_some_and(Option::is_some);
        let looks = standings.iter().map(|Standing { scored, .. }| {
            let (id, name) = scored.named(self.ledger);
            let bytes = id.as_bytes().first().max(name.as_bytes().first()).copied();
            // What it scored takes several lines of memory.
            let own = scored.base.is_some() ^ scored.coverage.is_some() ^ scored.exact.is_some();
            let service = scored.service.as_ref().is_some_and(|service| service.unit_score.is_some());
            let values = own ^ service ^ first(&scored.sections) ^ first(&scored.indicators);
            let counts = scored.facts.tasks as usize ^ scored.facts.counts.len() ^ scored.prior.len();
            usize::from(bytes.unwrap_or_default()) ^ usize::from(values) ^ counts
        });
        std::hint::black_box(looks.fold(0, |seen, look| seen ^ look));
    }

    /// The cells up to the status.
    fn standing(&self, standing: &Standing, cells: &mut Cells<'_>) -> Result<(), TooLarge> {
        let (policy, lang, scored) = (self.policy, self.lang, &standing.scored);
        let (id, name) = scored.named(self.ledger);
        cells.word(&text(&scored.group));
        cells.count(standing.place.map(|place| place.rank))?;
        cells.count(standing.place.map(|place| place.overall_rank))?;
        cells.word(&text(id));
        cells.word(&text(name));
        cells.score(scored.published)?;
        cells.word(&band(standing.band, policy, lang));
        cells.word(&band(standing.computed_band, policy, lang));
        cells.word(lang.yes(standing.quota_limited));
        cells.word(lang.status(scored.status));
        Ok(())
    }

    /// The facts after the status.
    fn facts(&self, scored: &Scored, cells: &mut Cells<'_>) -> Result<(), TooLarge> {
        let (events, facts) = (scored.events(), &scored.facts);
        let exact = [scored.base.as_ref(), Some(&events.bonus), Some(&events.deduction), scored.coverage.as_ref()];
        exact.into_iter().try_for_each(|value| cells.value(value))?;
        let counts = [facts.tasks, facts.due, facts.overdue, facts.open_overdue];
        counts.into_iter().try_for_each(|count| cells.count(Some(count)))?;
        cells.value(scored.overdue_rate().as_ref())?;
        cells.count(Some(facts.late_days_max))?;
        let missed = [facts.feedback_missed, facts.formal_report_missed, facts.sole_escalations];
        missed.into_iter().try_for_each(|count| cells.count(Some(count)))
    }

    /// Counts, service, sections and indicators.
    fn values(&self, scored: &Scored, cells: &mut Cells<'_>) -> Result<(), TooLarge> {
        scored.facts.counts.iter().try_for_each(|count| cells.count(Some(*count)))?;
        if self.kind == SubjectKind::Person {
            let service = scored.service.as_ref();
            cells.word(service.and_then(|service| service.post).map_or("", |post| self.lang.post(post)));
            cells.count(Some(service.map_or(0, |service| service.days)))?;
            cells.score(service.and_then(|service| service.unit_score))?;
        }
        scored.sections.iter().try_for_each(|value| cells.value(value.as_ref()))?;
        let indicator = |place: &usize| scored.indicators.get(*place).and_then(Option::as_ref);
        self.indicators.iter().try_for_each(|place| cells.value(indicator(place)))
    }

    fn consequences(&self, standing: &Standing, outcome: &Outcome, cells: &mut Cells<'_>) {
        let Policy { rules, vetoes, .. } = self.policy;
        let proposal = outcome.proposal.as_ref();
        cells.word(proposal.map_or("", |proposal| self.lang.recommendation(proposal.recommendation)));
        let fired = outcome.rules.iter().filter_map(|place| rules.get(*place));
        cells.word(&text(&joined(fired.map(|rule| &*rule.id))));
        let held = standing.vetoes.iter().filter_map(|place| vetoes.get(*place));
        cells.word(&text(&joined(held.map(|veto| &*veto.id))));
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
