//! What a case's policy and its tables have in common: the time, the names, the codes.

use jiff::Span;
use jiff::civil::{Date, date};

use crate::random::Random;

pub struct Unit {
    pub id: String,
    pub name: String,
    pub group: String,
}

pub struct Person {
    pub id: String,
    pub name: String,
}

/// An indicator that measures hand in.
pub struct MeasureKind {
    pub id: String,
    pub method: &'static str,
    pub periods: Vec<String>,
    /// Whether measures sections of units, and of persons, have it.
    pub of: (bool, bool),
}

pub struct Plan {
    pub random: Random,
    /// Of 1000 cells, how many are written wrong.
    pub nasty: u32,
    pub from: Date,
    pub to: Date,
    pub as_of: Date,
    pub second: bool,
    /// How many tasks there are.
    pub tasks: usize,
    pub groups: Vec<String>,
    pub units: Vec<Unit>,
    pub persons: Vec<Person>,
    /// Names of levels; none: the policy has no `[levels]`.
    pub levels: Vec<String>,
    /// What the policy made up, for the tables to use.
    pub measures: Vec<MeasureKind>,
    pub codes: Vec<String>,
    pub bands: Vec<String>,
}

const UNITS: [(&str, &str); 12] = [
    ("U1", "发展改革委"),
    ("U2", "财政局"),
    ("u-03", "住建局"),
    ("007", "联通"),
    ("D8", "=SUM(A1)"),
    ("江岸区", ""),
    ("U9", "财政局"),
    ("U10", "U2"),
    ("X", "ＡＢ局"),
    ("-1", "东湖高新区"),
    ("Z z", "City Bureau"),
    ("十二", "市政府办公厅"),
];

const PERSONS: [(&str, &str); 13] = [
    ("P1", "张伟"),
    ("P2", "李娜"),
    ("P3", "张伟"),
    ("p-4", "王芳"),
    ("00005", "+86"),
    ("P6", "Ann Lee"),
    ("P7", "Ann Lee"),
    ("陈静", ""),
    ("P9", "P1"),
    ("P10", "赵磊"),
    ("P11", "Ｂｏ"),
    ("@12", "孙悦"),
    ("P13", "李娜"),
];

const GROUPS: [&str; 4] = ["区", "职能部门", "park zone", "@功能区"];

impl Plan {
    /// The plan of a seed, with so many tasks or as many as it wants.
    pub fn new(seed: u64, tasks: Option<usize>) -> Plan {
        let mut random = Random::of(seed, "plan");
        let (from, to) = *random.pick(&[
            (date(2025, 1, 1), date(2025, 12, 31)),
            (date(2025, 1, 1), date(2025, 12, 31)),
            (date(2024, 7, 1), date(2025, 6, 30)),
            (date(2025, 4, 1), date(2025, 9, 30)),
        ]);
        let as_of = match random.below(4) {
            0 => later(from, random.within(100, 170)),
            1 => later(to, random.within(1, 60)),
            _ => to,
        };
        let groups = random.some(&GROUPS.map(String::from), 1);
        let mut chosen = UNITS;
        random.shuffle(&mut chosen);
        let count = random.within(3, 8) as usize;
        let mut units: Vec<Unit> = chosen[..count]
            .iter()
            .map(|(id, name)| Unit { id: (*id).into(), name: (*name).into(), group: random.pick(&groups).clone() })
            .collect();
        units.sort_by(|a, b| a.id.cmp(&b.id));
        let mut chosen = PERSONS;
        random.shuffle(&mut chosen);
        let count = random.within(3, 10) as usize;
        let persons = chosen[..count].iter().map(|(id, name)| Person { id: (*id).into(), name: (*name).into() });
        let persons = persons.collect();
        let levels = match random.below(5) {
            0 => vec![],
            1 => vec!["重大".into(), "一般".into()],
            _ => vec!["重大".into(), "重点".into(), "minor".into()],
        };
        let nasty = *random.pick(&[0, 0, 4, 4, 12, 40]);
        let second = random.chance(300);
        let tasks = tasks.unwrap_or_else(|| random.within(8, 40) as usize);
        let (measures, codes, bands) = (vec![], vec![], vec![]);
        Plan { random, nasty, from, to, as_of, second, tasks, groups, units, persons, levels, measures, codes, bands }
    }
}

/// Some days later, or earlier.
pub fn later(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days))
}
