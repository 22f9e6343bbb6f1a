//! `recommendations.csv`. METHOD §11.

use std::io::Write;

use crate::facts::Subject;
use crate::number::show_fixed;
use crate::rank::Standing;
use crate::recommend::Outcome;
use crate::report::scores::{band, joined};
use crate::report::words::{Lang, text, writer};
use crate::report::{FileError, Results};

const HEADINGS: [&str; 14] = [
    "subject_kind",
    "subject_id",
    "name",
    "group",
    "score",
    "band",
    "recommendation",
    "rung",
    "escalated",
    "rules",
    "facts",
    "clause",
    "respond_by",
    "state",
];

/// Writes `recommendations.csv`: units, then persons, each in the order of its score file.
pub(super) fn write(results: &Results<'_>, lang: Lang, into: &mut impl Write) -> Result<(), FileError> {
    let mut csv = writer(into)?;
    csv.write_record(HEADINGS.map(|id| lang.heading(id)))?;
    let units = results.standings.units.iter().zip(&results.recommendations.units);
    let persons = results.standings.persons.iter().zip(&results.recommendations.persons);
    for (standing, outcome) in units.chain(persons) {
        if let Some(cells) = row(standing, outcome, results, lang)? {
            csv.write_record(cells)?;
        }
    }
    Ok(csv.flush()?)
}

fn row(
    standing: &Standing,
    outcome: &Outcome,
    results: &Results<'_>,
    lang: Lang,
) -> Result<Option<[String; 14]>, FileError> {
    let Some(proposal) = &outcome.proposal else { return Ok(None) };
    let (scored, policy) = (&standing.scored, results.policy);
    let (id, name) = scored.named(results.ledger);
    let subject = Subject::ranked_as(standing, outcome.unit_recommendation, policy);
    let rules = || proposal.rules.iter().filter_map(|place| policy.rules.get(*place));
    let mut facts = Vec::with_capacity(proposal.facts.len());
    for fact in &proposal.facts {
        let mut value = Vec::new();
        subject.write(*fact, &mut value)?;
        facts.push(format!("{}={}", fact.text(policy, scored.kind), String::from_utf8_lossy(&value)));
    }
    let proposed = match lang {
        Lang::Ids => "proposed",
        Lang::Zh => "建议",
    };
    Ok(Some([
        lang.subject_kind(scored.kind).to_owned(),
        text(id).into_owned(),
        text(name).into_owned(),
        text(&scored.group).into_owned(),
        scored.published.map_or(Ok(String::new()), |score| show_fixed(score, policy.rounding.score))?,
        band(standing.band, policy, lang).into_owned(),
        lang.recommendation(proposal.recommendation).to_owned(),
        proposal.rung.map_or(String::new(), |rung| rung.to_string()),
        lang.yes(proposal.escalated).to_owned(),
        text(&joined(rules().map(|rule| rule.id.as_str()))).into_owned(),
        text(&facts.join(";")).into_owned(),
        text(&joined(rules().filter_map(|rule| rule.clause.as_deref()))).into_owned(),
        proposal.respond_by.map_or(String::new(), |date| date.to_string()),
        proposed.to_owned(),
    ]))
}
