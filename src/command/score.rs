//! `kaohe score`: from a ledger to ranks, recommendations and reports.

use std::collections::BTreeMap;
use std::io;

use scoring::link::Ledger;
use scoring::number::{TooLarge, show_fixed};
use scoring::policy::{GroupBy, Policy};
use scoring::rank::Standing;
use scoring::recommend::Outcome as Proposed;
use scoring::report::{self, Lang, Options, rejected};
use scoring::run::{self, Run, RunError};
use scoring::terms::{Post, Recommendation, SubjectKind};

use crate::cli;
use crate::exit::{Failure, Outcome};
use crate::output::{Align, Output, plain};
use crate::settings::{self, Settings};
use crate::summary;

/// Subjects of a large group that are shown.
const SHOWN: usize = 10;
/// Subjects of a group that is shown whole: nobody is left out to save two lines.
const WHOLE: usize = 12;
/// Groups of a kind of subject that are shown: there may be one for every unit.
const GROUPS: usize = 12;

/// Scores a ledger.
pub fn run(typed: &cli::Score, output: &mut Output) -> Result<Outcome, Failure> {
    let settings = Settings::resolve(&typed.ledger)?;
    settings.note_unread(output)?;
    let out = settings::reports_apart(&typed.out, &typed.ledger.data)?;
    let keep_given_back = settings::keeps_given_back(&out, typed.ledger.also.as_deref())?;
    settings::start_threads(typed.threads)?;
    let options = Options {
        keep_given_back,
        lang: settings.lang,
        task_scores: !typed.no_task_scores,
        program: (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")),
    };
    let reading = output.reading(!typed.quiet);
    let Settings { sources, policy, .. } = &settings;
    let mut reports = report::begin(&out, options)?;
    let task_scores = reports.task_scores(policy);
    let run = run::run(sources, policy, &|progress| reading.at(progress), task_scores.as_ref());
    drop(task_scores);
    let run = run?;
    settings.check_rejects(&run.ledger)?;
    reading.stage("writing reports");
    let files = reports.finish(&run.results(policy))?;
    reading.done(summary::rows_read(&run.ledger), output)?;
    if !typed.quiet {
        print(&run, &settings, output)?;
        match settings.lang {
            Lang::Ids => output.line(format_args!("reports in {}: {}", out.display(), files.join(", ")))?,
            Lang::Zh => output.line(format_args!("报表在 {}：{}", out.display(), files.join("，")))?,
        }
    }
    if let Some(counts) = summary::rejects_line(&run.ledger) {
        let gap = if typed.quiet { "" } else { "\n" };
        let place = out.join("rejects.csv");
        output.note(format_args!("{gap}warning: {counts} and do not count: see {}", place.display()))?;
        if !typed.quiet {
            let folder = out.join(rejected::FOLDER);
            output.note(format_args!(
                "hint: correct them in {0}, and give them back with `--also {0}`",
                folder.display()
            ))?;
        }
    }
    let outcome = Outcome::of_rejects(run.ledger.rejects.len());
    // The program ends here, and its memory goes back as a whole sooner than piece by piece.
    std::mem::forget(run);
    Ok(outcome)
}

fn print(run: &Run, settings: &Settings, output: &mut Output) -> Result<(), Failure> {
    output.line(summary::headline(settings))?;
    let sides = [
        (SubjectKind::Unit, &run.standings.units, &run.recommendations.units),
        (SubjectKind::Person, &run.standings.persons, &run.recommendations.persons),
    ];
    for (kind, standings, proposed) in sides {
        print_side(kind, (standings, proposed), &run.ledger, settings, output)?;
    }
    output.blank()?;
    for (kind, _, proposed) in sides {
        print_proposals(kind, proposed, settings.lang, output)?;
    }
    output.line(summary::reconciliation_line(&run.ledger, settings.lang))?;
    if let Some(given_back) = summary::given_back_line(&run.ledger, settings.lang) {
        output.line(given_back)?;
    }
    if let Some(by_unit) = summary::rejected_by_unit_line(&run.ledger, settings.lang) {
        output.line(by_unit)?;
    }
    if let Some(signals) = summary::signals_line(&run.signals, settings.lang) {
        output.line(signals)?;
    }
    Ok(())
}

/// The top of each group.
fn print_side(
    kind: SubjectKind,
    (standings, proposed): (&[Standing], &[Proposed]),
    ledger: &Ledger,
    settings: &Settings,
    output: &mut Output,
) -> Result<(), Failure> {
    let Settings { policy, lang, .. } = settings;
    let id = match kind {
        SubjectKind::Unit => "unit_id",
        SubjectKind::Person => "person_id",
    };
    let headings = [
        (lang.heading("rank"), Align::Right),
        (lang.heading(id), Align::Left),
        (lang.heading("name"), Align::Left),
        (lang.heading("score"), Align::Right),
        (lang.heading("band"), Align::Left),
        (lang.heading("recommendation"), Align::Left),
    ];
    let subjects: Vec<(&Standing, &Proposed)> = standings.iter().zip(proposed).collect();
    let groups = groups(&subjects);
    for group in groups.iter().take(GROUPS) {
        let Some((first, _)) = group.first() else { continue };
        output.blank()?;
        output.line(title(kind, &first.scored.group, group.len(), policy, *lang))?;
        let shown = if group.len() > WHOLE { SHOWN } else { WHOLE };
        let row = |(standing, proposed): &(&Standing, &Proposed)| row(standing, proposed, ledger, policy, *lang);
        let rows: Result<Vec<_>, _> = group.iter().take(shown).map(row).collect();
        output.table(&headings, &rows.map_err(RunError::from)?)?;
        match group.get(shown..) {
            Some(rest) if !rest.is_empty() => output.line(more(rest.len(), *lang))?,
            _ => {}
        }
    }
    match groups.get(GROUPS..) {
        Some(rest) if !rest.is_empty() => {
            output.blank()?;
            output.line(more_groups(kind, rest.len(), *lang))?;
        }
        _ => {}
    }
    Ok(())
}

/// Subjects by their groups, in whose order they stand: the end of each is found by halves, since a group may be large.
fn groups<'s, 'a>(subjects: &'s [(&'a Standing, &'a Proposed)]) -> Vec<&'s [(&'a Standing, &'a Proposed)]> {
    let (mut groups, mut rest) = (Vec::new(), subjects);
    while let Some((first, _)) = rest.first() {
        let (group, others) = rest.split_at(rest.partition_point(|(own, _)| own.scored.group <= first.scored.group));
        groups.push(group);
        rest = others;
    }
    groups
}

/// What stands above the table of a group.
fn title(kind: SubjectKind, group: &str, subjects: usize, policy: &Policy, lang: Lang) -> String {
    let post = Post::parse(group).filter(|_| kind == SubjectKind::Person && policy.persons.group_by == GroupBy::Post);
    let group = post.map_or_else(|| plain(group), |post| lang.post(post).to_owned());
    let basis = summary::basis(policy, lang);
    match lang {
        Lang::Ids if subjects == 1 => format!("1 {} in group {group} ({basis})", kind.id()),
        Lang::Ids => format!("{subjects} {}s in group {group} ({basis})", kind.id()),
        Lang::Zh => format!("{}·{group} {subjects}个（{basis}）", kind.zh()),
    }
}

fn more(rest: usize, lang: Lang) -> String {
    match lang {
        Lang::Ids => format!("  … and {rest} more"),
        Lang::Zh => format!("  … 另有{rest}个"),
    }
}

fn more_groups(kind: SubjectKind, rest: usize, lang: Lang) -> String {
    match lang {
        Lang::Ids => format!("… and {rest} more groups of {}s, see the reports", kind.id()),
        Lang::Zh => format!("… {}另有{rest}类，见报表", kind.zh()),
    }
}

fn row(
    standing: &Standing,
    proposed: &Proposed,
    ledger: &Ledger,
    policy: &Policy,
    lang: Lang,
) -> Result<Vec<String>, TooLarge> {
    let scored = &standing.scored;
    let (id, name) = scored.named(ledger);
    let score = scored.published.map(|score| show_fixed(score, policy.rounding.score)).transpose()?;
    let band = standing.band.and_then(|place| policy.bands.get(place)).map(|band| lang.named(&band.id, &band.name));
    Ok(vec![
        standing.place.map_or(String::new(), |place| place.rank.to_string()),
        id.to_owned(),
        name.to_owned(),
        score.unwrap_or_default(),
        // Who is not ranked has no band, but a reason.
        band.map_or_else(|| format!("({})", lang.status(scored.status)), str::to_owned),
        proposed.proposal.as_ref().map_or("", |proposal| lang.recommendation(proposal.recommendation)).to_owned(),
    ])
}

/// How many of each recommendation are proposed.
fn print_proposals(kind: SubjectKind, proposed: &[Proposed], lang: Lang, output: &mut Output) -> io::Result<()> {
    let mut counts: BTreeMap<Recommendation, usize> = BTreeMap::new();
    for proposal in proposed.iter().filter_map(|outcome| outcome.proposal.as_ref()) {
        *counts.entry(proposal.recommendation).or_default() += 1;
    }
    if counts.is_empty() {
        return Ok(());
    }
    let words: Vec<String> = counts
        .iter()
        .map(|(recommendation, count)| format!("{} {count}", lang.recommendation(*recommendation)))
        .collect();
    match lang {
        Lang::Ids => output.line(format_args!("proposed for {}s: {}", kind.id(), words.join(", "))),
        Lang::Zh => output.line(format_args!("对{}的建议：{}", kind.zh(), words.join("，"))),
    }
}
