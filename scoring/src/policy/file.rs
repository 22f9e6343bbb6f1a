//! The policy file: TOML to a [`Policy`]. METHOD §3.
//!
//! Reading goes through the whole file and brings every finding home, not only the first.

mod example;
mod indicator;
mod node;
mod number;
mod outcome;
mod places;
mod reader;
mod result;
mod setting;
mod side;

use std::collections::BTreeSet;

use jiff::civil::Date;
use sha2::{Digest, Sha256};
use toml_edit::Document;

use super::Policy;
use super::lint::{self, Finding, Severity};
use crate::number::Fraction;
use crate::terms::SubjectKind;

pub(super) use places::Places;
use reader::{Log, Table};

/// The built-in policy.
pub const BUILT_IN: &str = include_str!("../../policies/wuhan-2021.toml");

/// Reads a policy; `name` is the file's name, as [`Policy::file`] keeps it.
///
/// # Errors
/// The findings, when one of them is an error.
pub fn parse(text: &str, name: &str) -> Result<(Policy, Vec<Finding>), Vec<Finding>> {
    let (draft, mut findings, _) = read(text, name)?;
    // What stands on a faulty value would only repeat the fault; unknown keys and names touch nothing else.
    let lintable = |finding: &Finding| matches!(finding.code, "unknown-key" | "bad-id");
    if findings.iter().all(lintable) {
        lint::check(&draft, &mut findings);
    }
    findings.sort_by_key(|finding| (finding.line, finding.columns, finding.severity));
    findings.dedup();
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(findings);
    }
    Ok((draft.policy, findings))
}

/// A policy as read, with what only the lint looks at.
#[derive(Debug)]
pub(super) struct Draft {
    /// The policy.
    pub policy: Policy,
    /// Where its keys stand.
    pub places: Places,
    /// `[lint] forbidden`.
    pub forbidden: Vec<String>,
    /// `weights_total` of the units' and of the persons' sections.
    pub unit_totals: Totals,
    /// The same of persons.
    pub person_totals: Totals,
    /// `to` of each `[[band]]` of the file. Bands that come by default stand behind those.
    pub band_to: Vec<Option<Fraction>>,
}

impl Draft {
    /// The totals of a kind of subject.
    pub fn totals(&self, kind: SubjectKind) -> &Totals {
        match kind {
            SubjectKind::Unit => &self.unit_totals,
            SubjectKind::Person => &self.person_totals,
        }
    }
}

/// What weights must add up to.
#[derive(Debug, Default)]
pub(super) struct Totals {
    /// Those of the top sections.
    pub top: Option<Fraction>,
    /// Those of each section's indicators or children.
    pub sections: Vec<Option<Fraction>>,
}

/// A draft, what was wrong, and every key that was asked for.
pub(super) type Reading = (Draft, Vec<Finding>, BTreeSet<String>);

pub(super) fn read(text: &str, name: &str) -> Result<Reading, Vec<Finding>> {
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let span = error.span().unwrap_or_default();
            let message = error.message().trim().replace('\n', "; ");
            return Err(vec![Places::new(text).at(Severity::Error, "bad-toml", span, message, "")]);
        }
    };
    let log = Log::new(text);
    let root = Table::new(&log, String::new(), document.as_table());
    let parts = policy(&root, text, name);
    root.finish();
    let (places, findings, asked) = log.finish();
    let Parts { policy, forbidden, unit_totals, person_totals, band_to } = parts;
    Ok((Draft { policy, places, forbidden, unit_totals, person_totals, band_to }, findings, asked))
}

/// A draft before its places are known.
struct Parts {
    policy: Policy,
    forbidden: Vec<String>,
    unit_totals: Totals,
    person_totals: Totals,
    band_to: Vec<Option<Fraction>>,
}

fn policy(root: &Table, text: &str, name: &str) -> Parts {
    if let Some(schema) = root.need("schema") {
        schema.whole(1, 1);
    }
    let id = root.id("id").unwrap_or_default();
    let period = setting::period(root);
    let rounding = setting::rounding(root);
    let indicators = indicator::indicators(root, rounding);
    let (unit, unit_totals, scope) = side::unit(root, &indicators);
    let (person, person_totals, persons) = side::person(root, &indicators);
    let (bands, band_to) = result::bands(root, &unit, &person);
    let policy = Policy {
        title: root.text("title").unwrap_or_else(|| id.clone()),
        authority: root.text("authority").unwrap_or_default(),
        examples: example::examples(root, &period),
        period,
        time: setting::time(root),
        rounding,
        levels: setting::levels(root),
        roles: setting::roles(root),
        scope,
        persons,
        formal_levels: setting::formal_levels(root),
        events: outcome::events(root),
        vetoes: outcome::vetoes(root),
        rank: result::rank(root),
        quotas: result::quotas(root, &bands),
        counts: outcome::counts(root),
        rules: outcome::rules(root),
        ladder: outcome::ladder(root),
        sha256: sha256(text),
        file: name.to_owned(),
        id,
        indicators,
        unit,
        person,
        bands,
    };
    Parts { policy, forbidden: setting::forbidden(root), unit_totals, person_totals, band_to }
}

/// The last day of a policy's period, as far as that alone can be read: the rest may be full of faults.
pub fn last_day(text: &str) -> Option<Date> {
    let document = Document::parse(text).ok()?;
    let log = Log::new(text);
    Table::new(&log, String::new(), document.as_table()).table("period")?.get("to")?.date()
}

/// SHA-256 of a text's bytes, in hex.
fn sha256(text: &str) -> String {
    crate::digest::hex(&Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests;
