//! US hospitals, fiscal year 2021: totals and weighted parts at 12 places, and what floating point makes of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;

use super::public;
use crate::support::{Input, Row, project, rows, score};

/// Each domain's indicator, and the headings of its score and of its weighted part.
const DOMAINS: [(&str, &str, &str); 4] = [
    (
        "clinical",
        "Unweighted Normalized Clinical Outcomes Domain Score",
        "Weighted Normalized Clinical Outcomes Domain Score",
    ),
    (
        "engagement",
        "Unweighted Person and Community Engagement Domain Score",
        "Weighted Person and Community Engagement Domain Score",
    ),
    ("safety", "Unweighted Normalized Safety Domain Score", "Weighted Safety Domain Score"),
    (
        "efficiency",
        "Unweighted Normalized Efficiency and Cost Reduction Domain Score",
        "Weighted Efficiency and Cost Reduction Domain Score",
    ),
];

const TOTAL: &str = "Total Performance Score";

/// The hospitals as published, and our units by id: `010007` is a hospital, `010007:safety` its weighted part.
fn run() -> Option<(Vec<Row>, BTreeMap<String, Row>)> {
    let hospitals = rows(&fs::read(public("cms_hvbp_fy2021")?.join("hvbp_tps.csv")).unwrap());
    let data = tempfile::tempdir().unwrap();
    let (mut units, mut measures) = ("unit_id,group\n".to_owned(), "subject_id,indicator,value\n".to_owned());
    for hospital in &hospitals {
        let id = &hospital["Facility ID"];
        let present = DOMAINS.iter().filter(|(_, unweighted, _)| hospital[*unweighted] != "Not Available");
        let scores: Vec<_> =
            present.map(|(domain, unweighted, _)| (domain, fraction(&hospital[*unweighted]))).collect();
        writeln!(units, "{id},hospitals").unwrap();
        for (domain, value) in &scores {
            writeln!(measures, "{id},{domain},{value}").unwrap();
            // A weighted part is the total of a hospital that has the same domains, and 0 in the other ones.
            writeln!(units, "{id}:{domain},parts").unwrap();
            for (other, _) in &scores {
                let value = if other == domain { value } else { "0" };
                writeln!(measures, "{id}:{domain},{other},{value}").unwrap();
            }
        }
    }
    fs::write(data.path().join("units.csv"), units).unwrap();
    fs::write(data.path().join("measures.csv"), measures).unwrap();
    let policy = project("tests/real/cms-hvbp/policy.toml");
    let reports = score(&Input { data: data.path(), policy: &policy, tables: None });
    assert_eq!(reports.rows("rejects.csv"), []);
    Some((hospitals, reports.by("unit_scores.csv", "unit_id")))
}

/// The fraction of least denominator, at most 2000, that a decimal with 12 places was rounded from.
fn fraction(decimal: &str) -> String {
    const ONE: u128 = 1_000_000_000_000;
    let (whole, places) = decimal.split_once('.').unwrap();
    assert_eq!(places.len(), 12);
    let printed: u128 = format!("{whole}{places}").parse().unwrap();
    let nearest = |denominator: u128| (printed * denominator + ONE / 2) / ONE;
    let rounded = |numerator: u128, denominator: u128| (2 * numerator * ONE + denominator) / (2 * denominator);
    let fits = |denominator: &u128| rounded(nearest(*denominator), *denominator) == printed;
    let denominator = (1..=2000).find(fits).unwrap();
    format!("{}/{denominator}", nearest(denominator))
}

#[test]
fn a_fraction_is_recovered_from_its_12_places() {
    assert_eq!(fraction("6.666666666667"), "20/3");
    assert_eq!(fraction("52.000000000000"), "52/1");
    assert_eq!(fraction("7.500000000000"), "15/2");
}

#[test]
fn every_total_and_weighted_part_comes_out_at_12_places() {
    let Some((hospitals, units)) = run() else { return };
    assert_eq!(hospitals.len(), 2_676);
    let mut not_adding_up = 0;
    for hospital in &hospitals {
        let id = &hospital["Facility ID"];
        assert_eq!(units[id]["score"], hospital[TOTAL], "{id}");
        for (domain, _, weighted) in DOMAINS {
            let ours = units.get(&format!("{id}:{domain}")).map_or("Not Available", |part| &part["score"]);
            assert_eq!(ours, hospital[weighted], "{id} {domain}");
        }
        let digits = |cell: &str| cell.replace('.', "").parse::<u64>().ok();
        let parts: u64 = DOMAINS.iter().filter_map(|(_, _, weighted)| digits(&hospital[*weighted])).sum();
        not_adding_up += u32::from(Some(parts) != digits(&hospital[TOTAL]));
    }
    // Totals are rounded from the exact sum, so in some rows the printed parts do not add up to the printed total.
    assert_eq!(not_adding_up, 166);
}

/// What binary floating point does to equal totals.
#[derive(Debug, PartialEq)]
struct Damage {
    /// Groups of equal totals that are no longer equal.
    groups_split: usize,
    /// Hospitals whose competition rank is another.
    ranks_changed: usize,
    /// The most places that a hospital moves.
    most_places: usize,
}

/// Exact totals against three usual ways to write the same sum in f64; `README.md` beside the policy has the table.
#[test]
fn floating_point_splits_equal_totals_and_changes_ranks() {
    let Some((hospitals, units)) = run() else { return };
    let exact: Vec<usize> = hospitals.iter().map(|one| units[&one["Facility ID"]]["rank"].parse().unwrap()).collect();
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, rank) in exact.iter().enumerate() {
        groups.entry(*rank).or_default().push(place);
    }
    groups.retain(|_, members| members.len() > 1);
    assert_eq!(groups.len(), 349);

    let damage = |total: fn(&Row) -> f64| {
        let totals: Vec<f64> = hospitals.iter().map(total).collect();
        let differ = |members: &&Vec<usize>| {
            members.iter().map(|place| totals[*place].to_bits()).collect::<BTreeSet<_>>().len() > 1
        };
        let moved = exact.iter().zip(ranks(&totals)).map(|(exact, rank)| exact.abs_diff(rank));
        Damage {
            groups_split: groups.values().filter(differ).count(),
            ranks_changed: moved.clone().filter(|places| *places > 0).count(),
            most_places: moved.max().unwrap(),
        }
    };
    let expected = |groups_split, ranks_changed, most_places| Damage { groups_split, ranks_changed, most_places };
    assert_eq!(damage(weights_made_to_add_up), expected(81, 126, 28));
    assert_eq!(damage(sum_over_weights), expected(41, 71, 6));
    assert_eq!(damage(sum_of_printed_parts), expected(81, 232, 15));
}

fn scores(hospital: &Row) -> Vec<f64> {
    DOMAINS.iter().filter_map(|(_, unweighted, _)| hospital[*unweighted].parse().ok()).collect()
}

/// Σ v · (w / Σ w)
fn weights_made_to_add_up(hospital: &Row) -> f64 {
    let scores = scores(hospital);
    let weight = 0.25 / (0.25 * scores.len() as f64);
    scores.iter().map(|score| score * weight).sum()
}

/// Σ v · w / Σ w
fn sum_over_weights(hospital: &Row) -> f64 {
    let scores = scores(hospital);
    scores.iter().map(|score| score * 0.25).sum::<f64>() / (0.25 * scores.len() as f64)
}

/// The weighted parts as they were printed.
fn sum_of_printed_parts(hospital: &Row) -> f64 {
    DOMAINS.iter().filter_map(|(_, _, weighted)| hospital[*weighted].parse::<f64>().ok()).sum()
}

/// Competition ranks, the highest total first.
fn ranks(totals: &[f64]) -> Vec<usize> {
    let mut sorted = totals.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    totals.iter().map(|total| sorted.partition_point(|other| other > total) + 1).collect()
}
