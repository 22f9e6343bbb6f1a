//! `unit_scores.csv` and `person_scores.csv`. METHOD §11.

use std::io::Write;

use rayon::prelude::*;

use crate::facts::Subject;
use crate::number::{Fraction, TooLarge, show_fixed};
use crate::policy::facts::Fact;
use crate::policy::{Policy, Source};
use crate::rank::Standing;
use crate::recommend::Outcome;
use crate::report::words::{Lang, text, writer};
use crate::report::{FileError, Results};
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

/// Rows that are made side by side before they are written.
const ROWS: usize = 1 << 14;

/// Writes `unit_scores.csv`.
pub(super) fn units(results: &Results<'_>, lang: Lang, into: &mut impl Write) -> Result<(), FileError> {
    let outcomes = &results.recommendations.units;
    write(SubjectKind::Unit, &results.standings.units, outcomes, results.policy, lang, into)
}

/// Writes `person_scores.csv`.
pub(super) fn persons(results: &Results<'_>, lang: Lang, into: &mut impl Write) -> Result<(), FileError> {
    let outcomes = &results.recommendations.persons;
    write(SubjectKind::Person, &results.standings.persons, outcomes, results.policy, lang, into)
}

fn write(
    kind: SubjectKind,
    standings: &[Standing],
    outcomes: &[Outcome],
    policy: &Policy,
    lang: Lang,
    into: &mut impl Write,
) -> Result<(), FileError> {
    let indicators = indicators(policy, kind);
    let mut csv = writer(into)?;
    csv.write_record(headings(kind, &indicators, policy, lang))?;
    for (standings, outcomes) in standings.chunks(ROWS).zip(outcomes.chunks(ROWS)) {
        let row = |(standing, outcome)| row(kind, standing, outcome, &indicators, policy, lang);
        let rows: Vec<Vec<String>> = standings.par_iter().zip(outcomes).map(row).collect::<Result<_, _>>()?;
        for row in rows {
            csv.write_record(row)?;
        }
    }
    Ok(csv.flush()?)
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

fn row(
    kind: SubjectKind,
    standing: &Standing,
    outcome: &Outcome,
    indicators: &[usize],
    policy: &Policy,
    lang: Lang,
) -> Result<Vec<String>, TooLarge> {
    let scored = &standing.scored;
    let subject = Subject::ranked_as(standing, outcome.unit_recommendation, policy);
    let rank = |of: fn(&crate::rank::RankPlace) -> usize| {
        standing.place.as_ref().map(of).map_or(String::new(), |rank| rank.to_string())
    };
    let mut cells: Vec<String> = vec![
        text(&scored.group).into_owned(),
        rank(|place| place.rank),
        rank(|place| place.overall_rank),
        text(&scored.id).into_owned(),
        text(&scored.name).into_owned(),
        subject.show(Fact::Score)?,
        band(standing.band, policy, lang),
        band(standing.computed_band, policy, lang),
        lang.yes(standing.quota_limited).to_owned(),
        lang.status(scored.status).to_owned(),
    ];
    for fact in SHOWN {
        cells.push(subject.show(fact)?);
    }
    cells.extend(scored.facts.counts.iter().map(ToString::to_string));
    if kind == SubjectKind::Person {
        let service = scored.service.clone().unwrap_or_default();
        cells.push(service.post.map_or("", |post| lang.post(post)).to_owned());
        cells.push(service.days.to_string());
        cells.push(published(service.unit_score, policy)?);
    }
    for value in &scored.sections {
        cells.push(shown(value.as_ref(), policy)?);
    }
    for place in indicators {
        cells.push(shown(scored.indicators.get(*place).and_then(Option::as_ref), policy)?);
    }
    cells
        .push(outcome.proposal.as_ref().map_or("", |proposal| lang.recommendation(proposal.recommendation)).to_owned());
    cells.push(
        text(&joined(outcome.rules.iter().filter_map(|place| policy.rules.get(*place)).map(|rule| &*rule.id)))
            .into_owned(),
    );
    cells.push(
        text(&joined(standing.vetoes.iter().filter_map(|place| policy.vetoes.get(*place)).map(|veto| &*veto.id)))
            .into_owned(),
    );
    Ok(cells)
}

/// A band as a cell.
pub(super) fn band(place: Option<usize>, policy: &Policy, lang: Lang) -> String {
    let band = place.and_then(|place| policy.bands.get(place));
    band.map_or(String::new(), |band| text(lang.named(&band.id, &band.name)).into_owned())
}

/// Words joined by `;`.
pub(super) fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(";")
}

/// A published score as a cell.
pub(super) fn published(score: Option<i128>, policy: &Policy) -> Result<String, TooLarge> {
    score.map_or(Ok(String::new()), |score| show_fixed(score, policy.rounding.score))
}

fn shown(value: Option<&Fraction>, policy: &Policy) -> Result<String, TooLarge> {
    value.map_or(Ok(String::new()), |value| value.show(policy.rounding.score, policy.rounding.mode))
}
