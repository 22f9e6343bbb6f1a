//! What may have been meant by names that nobody has.
//!
//! A hint is made once for each name, not once for each row, and of a ledger's unknown names for the first
//! [`MOST_NAMES`] by code point: a ledger with more has the wrong table beside it, and needs no hints to see that.

use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::link::persons::{People, Person};
use crate::link::units::{Directory, Unit};
use crate::near::Known;
use crate::read::Small;
use crate::read::batch::Dictionary;
use crate::terms::SubjectKind;

/// Unknown names that get a hint.
pub const MOST_NAMES: usize = 1000;

/// What to do about unknown names, by name.
#[derive(Debug, Default)]
pub struct Hints {
    /// Of units.
    pub units: FxHashMap<String, String>,
    /// Of persons.
    pub persons: FxHashMap<String, String>,
}

/// Something that a name may stand for.
struct Candidate<'a> {
    id: &'a str,
    name: &'a str,
    /// What else tells it from others with its name.
    more: Option<&'a str>,
}

impl Candidate<'_> {
    fn label(&self) -> String {
        match (self.more, self.id == self.name) {
            (_, true) => format!("`{}`", self.id),
            (None, false) => format!("`{}` ({})", self.name, self.id),
            (Some(more), false) => format!("`{}` ({}, {more})", self.name, self.id),
        }
    }
}

/// Candidates, found by id and by name.
struct Candidates<'a> {
    all: Vec<Candidate<'a>>,
    known: Known,
    /// The candidate of each name in `known`.
    of: Vec<usize>,
    /// The part of the tables file that maps names.
    part: &'static str,
}

impl<'a> Candidates<'a> {
    fn new(all: Vec<Candidate<'a>>, part: &'static str) -> Self {
        let mut names = Vec::new();
        let mut of = Vec::new();
        for (place, candidate) in all.iter().enumerate() {
            for name in [candidate.name, candidate.id] {
                if of.last() != Some(&place) || candidate.id != candidate.name {
                    names.push(name);
                    of.push(place);
                }
            }
        }
        let known = Known::new(names.into_iter());
        Self { all, known, of, part }
    }

    fn hint(&self, name: &str) -> Option<String> {
        let (_, places) = self.known.nearest(name)?;
        let mut found: Vec<usize> = places.iter().filter_map(|place| self.of.get(*place).copied()).collect();
        found.dedup();
        let found: Vec<&Candidate<'_>> = found.iter().filter_map(|place| self.all.get(*place)).collect();
        let meant = found.iter().map(|candidate| candidate.label()).collect::<Vec<_>>().join(" or ");
        let part = self.part;
        let alias = toml_edit::Key::new(name);
        let (write, id) = match found.as_slice() {
            [one] => ("if so, write it so", one.id),
            _ => ("write the one that is meant", "…"),
        };
        let alias = alias.display_repr();
        Some(format!("did you mean {meant}? {write}, or map it in the tables file: [{part}] {alias} = \"{id}\""))
    }
}

fn first_names<'a>(used: impl Iterator<Item = &'a str>, is_unknown: impl Fn(&str) -> bool) -> Vec<&'a str> {
    let unknown: BTreeSet<&str> = used.filter(|name| is_unknown(name)).collect();
    unknown.into_iter().take(MOST_NAMES).collect()
}

fn hints(names: &[&str], hint: impl Fn(&str) -> Option<String> + Sync) -> FxHashMap<String, String> {
    names.par_iter().filter_map(|name| Some(((*name).to_owned(), hint(name)?))).collect()
}

/// The names by which rows of measures, events and earlier years call units or persons.
fn subjects(small: &Small, wanted: SubjectKind) -> impl Iterator<Item = &str> {
    let measures = small.measures.iter().flat_map(|table| &table.rows);
    let measures = measures.map(|row| (row.cells.subject_kind, row.cells.subject_id.as_deref()));
    let events = small.events.iter().flat_map(|table| &table.rows);
    let events = events.map(|row| (row.cells.subject_kind, row.cells.subject_id.as_deref()));
    let prior = small.prior.iter().flat_map(|table| &table.rows);
    let prior = prior.map(|row| (row.cells.subject_kind, row.cells.subject_id.as_deref()));
    let all = measures.chain(events).chain(prior);
    all.filter_map(move |(kind, name)| name.filter(|_| kind == Some(wanted)))
}

/// Hints for the units that tables name and `units` does not have.
pub(super) fn of_units(
    small: &Small,
    in_tasks: &[Dictionary],
    units: &[Unit],
    directory: &Directory,
) -> FxHashMap<String, String> {
    let in_tasks = in_tasks.iter().flat_map(|dictionary| dictionary.units.iter());
    let in_posts = small.posts.iter().flat_map(|table| &table.rows).filter_map(|row| row.cells.unit_id.as_deref());
    let used = in_tasks.chain(in_posts).chain(subjects(small, SubjectKind::Unit));
    let names = first_names(used, |name| directory.find(name).is_none());
    if names.is_empty() {
        return FxHashMap::default();
    }
    let all = units.iter().map(|unit| Candidate { id: &unit.id, name: &unit.name, more: None }).collect();
    let candidates = Candidates::new(all, "units.aliases");
    hints(&names, |name| candidates.hint(name))
}

/// Hints for the persons that tables name and `posts` does not have, and for names that several have.
pub(super) fn of_persons(
    small: &Small,
    in_tasks: &[Dictionary],
    units: &[Unit],
    persons: &[Person],
    people: &People,
) -> FxHashMap<String, String> {
    let in_tasks = in_tasks.iter().flat_map(|dictionary| dictionary.persons.iter());
    let used = in_tasks.chain(subjects(small, SubjectKind::Person));
    let names = first_names(used, |name| people.find(name).is_none());
    if names.is_empty() {
        return FxHashMap::default();
    }
    let candidate = |person: &'_ Person| -> Option<u32> { person.posts.iter().filter_map(|held| held.unit).min() };
    let all = persons.iter().map(|person| Candidate {
        id: &person.id,
        name: &person.name,
        more: candidate(person).and_then(|unit| units.get(unit as usize)).map(|unit| unit.name.as_str()),
    });
    let candidates = Candidates::new(all.collect(), "posts.aliases");
    hints(&names, |name| match people.named(name) {
        [] => candidates.hint(name),
        several => {
            let label = |person: &u32| candidates.all.get(*person as usize).map(Candidate::label);
            let labels: Vec<String> = several.iter().take(crate::near::MOST).filter_map(label).collect();
            let more = if several.len() > labels.len() { " …" } else { "" };
            Some(format!("{} persons have this name: {}{more}; write the id", several.len(), labels.join(", ")))
        }
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::link::Ledger;
    use crate::policy::{BUILT_IN, parse};
    use crate::{read, run};

    const UNITS: &str = "单位编号,单位名称,上级单位\nU01,市财政局,\nU02,市住房和更新局,\nU03,市发展和改革委员会,\nU04,江岸区人民政府,\n";

    /// Checks tables with a tables file.
    fn checked(tables: &[(&str, &str)], settings: &str) -> Result<Ledger, String> {
        let (policy, _) = parse(BUILT_IN, "wuhan-2021.toml").unwrap();
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in tables {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let file = folder.path().join("tables.toml");
        fs::write(&file, settings).unwrap();
        let sources = read::find(folder.path(), Some(&file)).map_err(|error| error.to_string())?;
        run::check(&sources, &policy, &|_| {}).map_err(|error| error.to_string())
    }

    fn tasks(units: &[&str]) -> String {
        let row = |(id, unit): (usize, &&str)| format!("T{id},\"{unit}\",2025-03-01,2025-03-01\n");
        let rows: String = units.iter().enumerate().map(row).collect();
        format!("任务编号,牵头单位,完成时限,完成日期\n{rows}")
    }

    fn hints(ledger: &Ledger) -> Vec<&str> {
        ledger.rejects.iter().map(|reject| reject.fault.hint.as_str()).collect()
    }

    #[test]
    fn the_hint_of_an_unknown_unit_names_the_one_that_is_near() {
        let tasks = tasks(&["财政局", "市 财政局", "市发改委", "江岸区", "市财攻局", "气象台", "市财政局"]);
        let ledger = checked(&[("tasks.csv", &tasks), ("units.csv", UNITS)], "").unwrap();
        let near = |name: &str, id: &str, alias: &str| {
            format!(
                "did you mean `{name}` ({id})? if so, write it so, or map it in the tables file: \
                 [units.aliases] \"{alias}\" = \"{id}\""
            )
        };
        let expected = [
            near("市财政局", "U01", "财政局"),
            near("市财政局", "U01", "市 财政局"),
            near("市发展和改革委员会", "U03", "市发改委"),
            near("江岸区人民政府", "U04", "江岸区"),
            near("市财政局", "U01", "市财攻局"),
            "write the unit as in `units`, or add it there".to_owned(),
        ];
        assert_eq!(hints(&ledger), expected);
    }

    #[test]
    fn units_named_in_posts_and_events_get_a_hint_too() {
        let tables = [
            ("tasks.csv", tasks(&["市财政局"])),
            ("units.csv", UNITS.to_owned()),
            ("posts.csv", "人员编号,单位编号,职务类别\nP1,财政局,主要负责人\n".to_owned()),
            ("prior.csv", "对象编号,年度\n住房和更新局,2024\n".to_owned()),
        ];
        let tables: Vec<_> = tables.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let ledger = checked(&tables, "").unwrap();
        let hints = hints(&ledger);
        assert!(hints[0].starts_with("did you mean `市财政局` (U01)?"), "{hints:?}");
        assert!(hints[1].starts_with("did you mean `市住房和更新局` (U02)?"), "{hints:?}");
    }

    #[test]
    fn of_several_that_are_equally_near_all_are_named_in_order() {
        let units = "单位编号,单位名称\nU2,江汉区城管局\nU1,江岸区城管局\n";
        let tasks = tasks(&["城管局"]);
        let ledger = checked(&[("tasks.csv", &tasks), ("units.csv", units)], "").unwrap();
        assert_eq!(
            hints(&ledger),
            ["did you mean `江岸区城管局` (U1) or `江汉区城管局` (U2)? write the one that is meant, or map it in the \
              tables file: [units.aliases] \"城管局\" = \"…\""]
        );
    }

    #[test]
    fn the_hint_of_a_person_tells_those_of_one_name_apart() {
        let posts = "人员编号,姓名,单位编号,职务类别\nP1,王建国,U01,主要负责人\nP2,王建国,U02,主要负责人\n\
                     P3,李晓明,U03,主要负责人\n";
        let tasks = "任务编号,牵头单位,第一责任人\nT1,U04,王建国\nT2,U04,李曉明\nT3,U04,李晓铭\nT4,U01,王建国\n";
        let ledger = checked(&[("tasks.csv", tasks), ("units.csv", UNITS), ("posts.csv", posts)], "").unwrap();
        let near = |alias: &str| {
            format!(
                "did you mean `李晓明` (P3, 市发展和改革委员会)? if so, write it so, or map it in the tables file: \
                 [posts.aliases] \"{alias}\" = \"P3\""
            )
        };
        let twice = "2 persons have this name: `王建国` (P1, 市财政局), `王建国` (P2, 市住房和更新局); write the id";
        assert_eq!(hints(&ledger), [twice.to_owned(), near("李曉明"), near("李晓铭")]);
    }

    #[test]
    fn an_alias_stands_for_a_unit_in_every_table() {
        let tables = [
            ("tasks.csv", tasks(&["市房管局", "房改办", "市財政局、市房管局"])),
            ("units.csv", format!("{UNITS}U05,房产交易中心,市房管局\n")),
            ("posts.csv", "人员编号,单位编号,职务类别\nP1,市房管局,主要负责人\n".to_owned()),
            ("prior.csv", "对象编号,年度\n房改办,2024\n".to_owned()),
        ];
        let tables: Vec<_> = tables.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let settings = "[units.aliases]\n市房管局 = \"市住房和更新局\"\n房改办 = \"市房管局\"\n市財政局 = \"U01\"\n";
        let ledger = checked(&tables, settings).unwrap();
        assert_eq!(ledger.rejects, []);
        assert_eq!([0, 1].map(|unit| ledger.tasks.led_by(unit)), [1, 2]);
        assert_eq!([0, 1].map(|unit| ledger.tasks.names_unit(unit)), [true, true]);
        assert_eq!(ledger.units[4].parent, Some(1));
        assert_eq!(ledger.persons[0].posts[0].unit, Some(1));
        assert_eq!(ledger.prior[0].subject, Some(1));
        let both = checked(&tables, "").unwrap_or_else(|error| panic!("{error}"));
        assert!(!both.rejects.is_empty());
    }

    #[test]
    fn without_the_tables_units_and_posts_an_alias_and_its_name_are_one() {
        let tasks = "任务编号,牵头单位,第一责任人\nT1,市房管局,老王\nT2,市住房局,王建国\n";
        let settings = "[units.aliases]\n市房管局 = \"市住房局\"\n[posts.aliases]\n老王 = \"王建国\"\n";
        let ledger = checked(&[("tasks.csv", tasks)], settings).unwrap();
        let ids: Vec<&str> = ledger.units.iter().map(|unit| unit.id.as_str()).collect();
        assert_eq!(ids, ["市住房局"]);
        let persons: Vec<&str> = ledger.persons.iter().map(|person| person.id.as_str()).collect();
        assert_eq!(persons, ["王建国"]);
        assert!(ledger.tasks.names_person(0));
    }

    #[test]
    fn an_alias_of_a_person_stands_for_an_id_or_a_name() {
        let posts = "人员编号,姓名,单位编号,职务类别\nP1,王建国,U01,主要负责人\n";
        let tasks = "任务编号,牵头单位,承办人\nT1,U01,老王\nT2,U01,王局\n";
        let settings = "[posts.aliases]\n老王 = \"王建国\"\n王局 = \"P1\"\n";
        let ledger = checked(&[("tasks.csv", tasks), ("units.csv", UNITS), ("posts.csv", posts)], settings).unwrap();
        assert_eq!(ledger.rejects, []);
    }

    #[test]
    fn an_alias_that_is_a_name_or_stands_for_none_stops_the_run() {
        let tasks = tasks(&["市财政局"]);
        let error =
            |settings: &str| checked(&[("tasks.csv", &tasks), ("units.csv", UNITS)], settings).map(|_| ()).unwrap_err();
        assert_eq!(
            error("[units.aliases]\n\n市财政局 = \"U02\"\n"),
            "tables.toml:3: `市财政局` is a unit of the table `units`, so it cannot be an alias of `U02`: remove the \
             line, or the row of `units`"
        );
        assert_eq!(
            error("[units.aliases]\n市房管局 = \"市住房局\"\n"),
            "tables.toml:2: `市房管局` stands for `市住房局`, and `units` has no such id or name: write it as there, or \
             add it there"
        );
    }

    #[test]
    fn of_a_name_with_a_line_break_the_first_part_is_compared() {
        let tasks = tasks(&["市财\n政局"]);
        let ledger = checked(&[("tasks.csv", &tasks), ("units.csv", UNITS)], "").unwrap();
        assert!(hints(&ledger)[0].starts_with("did you mean `市财政局` (U01)?"), "{:?}", hints(&ledger));
    }

    #[test]
    fn an_unknown_event_code_is_compared_with_those_of_the_policy() {
        let tasks = tasks(&["市财政局"]);
        let events = "事项编号,对象编号,事项代码,日期\nE1,市财政局,Commended,2025-03-01\nE2,市财政局,x,2025-03-01\n";
        let text = format!("{BUILT_IN}\n[[event]]\ncode = \"commended\"\npoints = 2\n");
        let (policy, _) = parse(&text, "wuhan-2021.toml").unwrap();
        let tables = [(read::TableName::Tasks, tasks.as_str()), (read::TableName::Events, events)];
        let ledger = run::check(&read::in_memory(tables), &policy, &|_| {}).unwrap();
        let all = "write one of `commended`, or turn the word into one in the tables file";
        assert_eq!(hints(&ledger), [format!("did you mean `commended`? {all}"), all.to_owned()]);
    }

    #[test]
    fn an_unknown_level_is_compared_with_those_of_the_policy() {
        let tasks = "任务编号,牵头单位,重要程度\nT1,甲局,重 大\nT2,甲局,特急\n";
        let ledger = checked(&[("tasks.csv", tasks)], "").unwrap();
        let hints = hints(&ledger);
        assert!(hints[0].starts_with("did you mean `重大`? write one of `"), "{hints:?}");
        assert!(hints[1].starts_with("write one of `"), "{hints:?}");
    }
}
