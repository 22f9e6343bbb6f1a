//! Ranks, bands and quotas. METHOD §9.

use super::reader::Table;
use crate::number::Fraction;
use crate::policy::{Band, Of, Quota, QuotaTies, Rank, RankBy, SeatRounding, Side, TieKey, Ties};
use crate::terms::SubjectKind;

/// The bands of a policy that names none: id, name, percent of `full`.
const DEFAULT_BANDS: [(&str, &str, i128); 4] =
    [("excellent", "优秀", 90), ("good", "良好", 80), ("fair", "合格", 60), ("poor", "不合格", 0)];

const OF: [(&str, Of); 3] = [("units", Of::Units), ("persons", Of::Persons), ("both", Of::Both)];

pub(super) fn rank(root: &Table) -> Rank {
    let mut rank = Rank { by: RankBy::Published, ties: Ties::Competition, tie_break: Vec::new() };
    if let Some(table) = root.table("rank") {
        rank.by = table.choice("by", &[("published", RankBy::Published), ("exact", RankBy::Exact)], rank.by);
        let words = [("competition", Ties::Competition), ("dense", Ties::Dense)];
        rank.ties = table.choice("ties", &words, rank.ties);
        rank.tie_break = tie_break(&table).unwrap_or_default();
        table.finish();
    }
    rank
}

fn tie_break(table: &Table) -> Option<Vec<TieKey>> {
    let mut keys = Vec::new();
    for node in table.get("tie_break")?.list()? {
        let Some(text) = node.text() else { continue };
        let key = match text.trim().rsplit_once(char::is_whitespace) {
            Some((fact, "asc")) => TieKey { fact: fact.trim_end().to_owned(), descending: false },
            Some((fact, "desc")) => TieKey { fact: fact.trim_end().to_owned(), descending: true },
            _ => {
                let hint = "write `FACT asc` or `FACT desc`, such as `overdue_rate asc`";
                node.error("bad-tie-break", format!("`{text}` does not say which way"), hint);
                TieKey { fact: text, descending: false }
            }
        };
        keys.push(key);
    }
    Some(keys)
}

/// The bands, and `to` of those in the file. A kind of subject that has none gets the default ones.
pub(super) fn bands(root: &Table, unit: &Side, person: &Side) -> (Vec<Band>, Vec<Option<Fraction>>) {
    let (mut bands, to): (Vec<Band>, Vec<_>) = root.tables("band").into_iter().map(band).unzip();
    let bare = |kind| !bands.iter().any(|band: &Band| band.of.fits(kind));
    let missing = (bare(SubjectKind::Unit), bare(SubjectKind::Person));
    match missing {
        (true, true) if unit.full == person.full => bands.extend(default_bands(Of::Both, &unit.full)),
        _ => {
            if missing.0 {
                bands.extend(default_bands(Of::Units, &unit.full));
            }
            if missing.1 {
                bands.extend(default_bands(Of::Persons, &person.full));
            }
        }
    }
    (bands, to)
}

fn default_bands(of: Of, full: &Fraction) -> impl Iterator<Item = Band> {
    DEFAULT_BANDS.iter().map(move |(id, name, percent)| Band {
        id: (*id).to_owned(),
        name: (*name).to_owned(),
        clause: None,
        from: full * &Fraction::fixed(*percent, 2),
        of,
    })
}

fn band(table: Table) -> (Band, Option<Fraction>) {
    let id = table.id("id").unwrap_or_default();
    let band = Band {
        name: table.text("name").unwrap_or_else(|| id.clone()),
        clause: table.text("clause"),
        from: table.need("from").and_then(|node| node.number()).unwrap_or(Fraction::ZERO),
        of: table.choice("of", &OF, Of::Both),
        id,
    };
    let to = table.get("to").and_then(|node| node.number());
    table.finish();
    (band, to)
}

pub(super) fn quotas(root: &Table, bands: &[Band]) -> Vec<Quota> {
    root.tables("quota").into_iter().map(|table| quota(table, bands)).collect()
}

fn quota(table: Table, bands: &[Band]) -> Quota {
    let rounds = [("floor", SeatRounding::Floor), ("half-up", SeatRounding::HalfUp), ("ceil", SeatRounding::Ceil)];
    let ties = [("within", QuotaTies::Within), ("extend", QuotaTies::Extend)];
    let quota = Quota {
        name: table.text("name"),
        clause: table.text("clause"),
        of: table.choice("of", &OF, Of::Both),
        groups: table.texts("groups"),
        percent: table.percent("percent"),
        percent_by_unit_band: by_unit_band(&table, bands),
        round: table.choice("round", &rounds, SeatRounding::Floor),
        ties: table.choice("ties", &ties, QuotaTies::Within),
    };
    if quota.percent.is_none() && quota.percent_by_unit_band.is_empty() {
        table.error("missing-key", "percent", "a quota needs `percent` or `percent_by_unit_band`", "");
    }
    table.finish();
    quota
}

fn by_unit_band(table: &Table, bands: &[Band]) -> Vec<(String, Fraction)> {
    let Some(inner) = table.table("percent_by_unit_band") else { return Vec::new() };
    let mut percents = Vec::new();
    for (id, node) in inner.entries() {
        if !bands.iter().any(|band| band.id == id && band.of.fits(SubjectKind::Unit)) {
            node.error("unknown-band", format!("units have no band `{id}`"), "");
        }
        let Some(percent) = node.number() else { continue };
        if percent.is_negative() || percent > Fraction::HUNDRED {
            node.error("out-of-range", format!("{percent} is no percentage"), "write a number from 0 to 100");
        }
        percents.push((id, percent));
    }
    percents
}
