//! How units and persons are scored, and their sections. METHOD §6, §8.

use super::Totals;
use super::reader::Table;
use crate::number::Fraction;
use crate::policy::{GroupBy, Indicator, Persons, Scope, Section, SectionMissing, Side, Source};

pub(super) fn unit(root: &Table, indicators: &[Indicator]) -> (Side, Totals, Scope) {
    let table = root.table("unit");
    let (side, totals) = side(table.as_ref(), indicators);
    let mut scope = Scope::Own;
    if let Some(table) = table {
        scope = table.choice("scope", &[("own", Scope::Own), ("subtree", Scope::Subtree)], scope);
        table.finish();
    }
    (side, totals, scope)
}

pub(super) fn person(root: &Table, indicators: &[Indicator]) -> (Side, Totals, Persons) {
    let table = root.table("person");
    let (side, totals) = side(table.as_ref(), indicators);
    let mut persons = Persons {
        principal_share: Fraction::fixed(6, 1),
        deputy_share: Fraction::fixed(5, 1),
        staff_share: Fraction::fixed(2, 1),
        min_service_days: 0,
        group_by: GroupBy::Post,
    };
    if let Some(table) = table {
        unit_share(&table, &mut persons);
        persons.min_service_days = natural(&table, "min_service_days").unwrap_or(0);
        let words = [
            ("post", GroupBy::Post),
            ("unit", GroupBy::Unit),
            ("unit-group", GroupBy::UnitGroup),
            ("none", GroupBy::None),
        ];
        persons.group_by = table.choice("group_by", &words, GroupBy::Post);
        table.finish();
    }
    (side, totals, persons)
}

fn unit_share(table: &Table, persons: &mut Persons) {
    let Some(shares) = table.table("unit_share") else { return };
    let share = |key: &'static str, place: &mut Fraction| {
        if let Some(given) = shares.between(key, Some(Fraction::ONE)) {
            *place = given;
        }
    };
    share("principal", &mut persons.principal_share);
    share("deputy", &mut persons.deputy_share);
    share("staff", &mut persons.staff_share);
    shares.finish();
}

fn natural(table: &Table, key: &'static str) -> Option<u64> {
    u64::try_from(table.whole(key, 0, i128::from(i64::MAX))?).ok()
}

fn side(table: Option<&Table>, indicators: &[Indicator]) -> (Side, Totals) {
    let mut side = Side {
        full: Fraction::HUNDRED,
        min_tasks: None,
        min_coverage: Fraction::ZERO,
        bonus_cap: None,
        deduction_cap: None,
        floor: Fraction::ZERO,
        cap: Fraction::HUNDRED,
        sections: Vec::new(),
        present: table.is_some(),
    };
    let mut totals = Totals::default();
    let Some(table) = table else { return (side, totals) };
    side.full = table.number("full", side.full);
    if !side.full.is_positive() {
        table.error("out-of-range", "full", format!("`full` is {}; it must be above 0", side.full), "");
    }
    side.min_tasks = natural(table, "min_tasks");
    side.min_coverage = table.percent("min_coverage").unwrap_or(Fraction::ZERO);
    side.bonus_cap = table.at_least_zero("bonus_cap");
    side.deduction_cap = table.at_least_zero("deduction_cap");
    side.floor = table.number("floor", Fraction::ZERO);
    side.cap = table.number("cap", side.full.clone());
    if side.cap < side.floor {
        let message = format!("`floor` {} is above `cap` {}", side.floor, side.cap);
        table.error("out-of-range", "floor", message, "");
    }
    totals.top = table.at_least_zero("weights_total");
    (side.sections, totals.sections) = sections(table, indicators);
    (side, totals)
}

fn sections(table: &Table, indicators: &[Indicator]) -> (Vec<Section>, Vec<Option<Fraction>>) {
    let tables = table.tables("section");
    let ids: Vec<String> = tables.iter().filter_map(|table| table.get("id")?.quiet_text()).collect();
    tables.into_iter().map(|table| section(table, indicators, &ids)).unzip()
}

fn section(table: Table, indicators: &[Indicator], ids: &[String]) -> (Section, Option<Fraction>) {
    let id = table.id("id").unwrap_or_default();
    let words = [("tasks", Source::Tasks), ("measures", Source::Measures), ("sections", Source::Sections)];
    let source = table.need("source").and_then(|node| node.choice(&words));
    let words = [("exclude", SectionMissing::Exclude), ("zero", SectionMissing::Zero), ("hold", SectionMissing::Hold)];
    let section = Section {
        name: table.text("name").unwrap_or_else(|| id.clone()),
        clause: table.text("clause"),
        allow: table.text("allow"),
        weight: table.number("weight", Fraction::ONE),
        groups: table.texts("groups"),
        source: source.unwrap_or(Source::Tasks),
        indicators: section_indicators(&table, source, indicators),
        parent: parent(&table, ids),
        missing: table.choice("missing", &words, SectionMissing::Exclude),
        id,
    };
    let total = table.at_least_zero("weights_total");
    table.finish();
    (section, total)
}

fn section_indicators(table: &Table, source: Option<Source>, indicators: &[Indicator]) -> Vec<usize> {
    let given = table.get("indicators");
    match (source, &given) {
        (Some(Source::Sections), Some(node)) => {
            node.error("bad-source", "a section of sections has no indicators", "its children name it as `parent`");
        }
        (Some(Source::Tasks | Source::Measures), None) => {
            table.error("missing-key", "indicators", format!("`indicators` is missing in `{}`", table.pattern()), "");
        }
        _ => {}
    }
    let mut places = Vec::new();
    for node in given.and_then(|node| node.list()).unwrap_or_default() {
        let Some(id) = node.text() else { continue };
        match indicators.iter().position(|indicator| indicator.id == id) {
            None => node.error("unknown-indicator", format!("there is no indicator `{id}`"), ""),
            Some(place) if places.contains(&place) => {
                node.error("duplicate-id", format!("the indicator `{id}` stands twice in this section"), "");
            }
            Some(place) => places.push(place),
        }
    }
    places
}

fn parent(table: &Table, ids: &[String]) -> Option<usize> {
    let node = table.get("parent")?;
    let id = node.text()?;
    let place = ids.iter().position(|other| *other == id);
    if place.is_none() {
        node.error("unknown-section", format!("there is no section `{id}`"), "");
    }
    place
}
