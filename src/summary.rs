//! Lines that more than one command prints: the headline, what became of the rows, how many were rejected.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use scoring::link::{Ledger, Reject};
use scoring::policy::Policy;
use scoring::read::TableName;
use scoring::read::reject::Code;
use scoring::read::rows::Place;
use scoring::report::Lang;
use scoring::report::by_unit::{self, RejectedOfUnit};
use scoring::report::tables::account;
use scoring::signals::Found;
use scoring::terms::{Exclusion, Signal};

use crate::output::{Align, Output, plain};
use crate::settings::Settings;

/// How the reconciliation begins the names of reasons for which tasks are not scored.
const EXCLUDED: &str = "excluded.";

/// Units whose rejected tasks are counted one by one.
const UNITS: usize = 8;

/// What is assessed, by which policy, as of which day.
pub fn headline(settings: &Settings) -> String {
    let policy = &settings.policy;
    let period = &policy.period;
    let Policy { title, id, .. } = policy;
    match settings.lang {
        Lang::Ids => {
            let built_in = if settings.built_in { ", built in" } else { "" };
            format!("{title} (policy {id}{built_in}), {} to {}, as of {}", period.from, period.to, period.as_of)
        }
        Lang::Zh => {
            let built_in = if settings.built_in { "，内置" } else { "" };
            let (from, to, as_of) = (period.from, period.to, period.as_of);
            format!("{title}（考核方案 {id}{built_in}），{from} 至 {to}，截至 {as_of}")
        }
    }
}

/// The day and the policy that a table stands on.
pub fn basis(policy: &Policy, lang: Lang) -> String {
    match lang {
        Lang::Ids => format!("as of {}, policy {}", policy.period.as_of, policy.id),
        Lang::Zh => format!("截至 {}，考核方案 {}", policy.period.as_of, policy.id),
    }
}

/// What became of the tasks, or without tasks of the measures, in one line.
pub fn reconciliation_line(ledger: &Ledger, lang: Lang) -> String {
    let lines = account(ledger);
    let table = lines.first().map_or(TableName::Tasks, |(table, _, _)| *table);
    let lines: Vec<&(TableName, String, u64)> = lines.iter().filter(|(of, _, _)| *of == table).collect();
    let part = |item: &str| {
        let count = lines.iter().find(|(_, name, _)| name == item).map_or(0, |(_, _, count)| *count);
        format!("{count} {}", item_word(item, lang))
    };
    let mut text = format!("{}: {} = {} + {}", table.id(), part("read"), part("accepted"), part("rejected"));
    if lines.iter().any(|(_, item, _)| item == "skipped") {
        text.push_str(&format!(" + {}", part("skipped")));
    }
    if table == TableName::Tasks {
        text.push_str(&format!("; {} = {}", part("accepted"), part("scored")));
        for (_, item, _) in lines.iter().filter(|(_, item, _)| item.starts_with(EXCLUDED)) {
            text.push_str(&format!(" + {}", part(item)));
        }
    }
    text
}

/// What became of the rows of each table.
pub fn reconciliation_table(ledger: &Ledger, lang: Lang, output: &mut Output) -> io::Result<()> {
    let lines = account(ledger);
    let mut items: Vec<&str> = Vec::new();
    let mut counts: BTreeMap<(TableName, &str), u64> = BTreeMap::new();
    for (table, item, count) in &lines {
        if !items.contains(&item.as_str()) {
            items.push(item);
        }
        counts.insert((*table, item), *count);
    }
    let mut headings = vec![(lang.heading("table"), Align::Left)];
    headings.extend(items.iter().map(|item| (item_word(item, lang), Align::Right)));
    let rows: Vec<Vec<String>> = ledger
        .tables
        .iter()
        .map(|of| {
            let count = |item: &&str| counts.get(&(of.table, *item)).map_or(String::new(), ToString::to_string);
            std::iter::once(of.table.id().to_owned()).chain(items.iter().map(count)).collect()
        })
        .collect();
    output.table(&headings, &rows)
}

fn item_word(item: &str, lang: Lang) -> &str {
    let excluded = item.strip_prefix(EXCLUDED);
    if let Some(why) = excluded.and_then(Exclusion::parse) {
        return lang.exclusion(why);
    }
    match (lang, item) {
        (Lang::Zh, "read") => "读入",
        (Lang::Zh, "accepted") => "采用",
        (Lang::Zh, "rejected") => "剔除",
        (Lang::Zh, "skipped") => "跳过",
        (Lang::Zh, "scored") => "计分",
        _ => item,
    }
}

/// How many rows were rejected for each code.
pub fn rejects_by_code(ledger: &Ledger) -> BTreeMap<Code, usize> {
    let mut counts = BTreeMap::new();
    for reject in &ledger.rejects {
        *counts.entry(reject.fault.code).or_default() += 1;
    }
    counts
}

/// The counts of rejects in a line; `None` when every row was accepted.
pub fn rejects_line(ledger: &Ledger) -> Option<String> {
    let counts = rejects_by_code(ledger);
    let parts: Vec<String> = counts.iter().map(|(code, count)| format!("{} {count}", code.id())).collect();
    let rows = ledger.rejects.len();
    let were = if rows == 1 { "1 row was".to_owned() } else { format!("{rows} rows were") };
    (rows > 0).then(|| format!("{were} rejected ({})", parts.join(", ")))
}

/// Which units lead the rejected tasks; `None` when no task was rejected.
pub fn rejected_by_unit_line(ledger: &Ledger, lang: Lang) -> Option<String> {
    let mut units = by_unit::rejected_by_unit(ledger);
    units.sort_by_key(|of_unit| Reverse(of_unit.rejected));
    let part = |of_unit: &RejectedOfUnit| {
        let name = match (&of_unit.unit, lang) {
            (Some(id), _) => plain(if of_unit.name.is_empty() { id } else { &of_unit.name }),
            (None, Lang::Ids) => "no unit".to_owned(),
            (None, Lang::Zh) => "未写明单位".to_owned(),
        };
        format!("{name} {}", of_unit.rejected)
    };
    let mut parts: Vec<String> = units.iter().take(UNITS).map(part).collect();
    let rest: u64 = units.iter().skip(UNITS).map(|of_unit| of_unit.rejected).sum();
    match lang {
        _ if rest == 0 => {}
        Lang::Ids => parts.push(format!("other units {rest}")),
        Lang::Zh => parts.push(format!("其他单位 {rest}")),
    }
    (!parts.is_empty()).then(|| match lang {
        Lang::Ids => {
            format!("rejected tasks by lead unit: {}; a late task that is missing raises a score", parts.join(", "))
        }
        Lang::Zh => format!("剔除的任务按牵头单位：{}；逾期任务未计入会抬高得分", parts.join("，")),
    })
}

/// How many signals there are, and what they are not; `None` without any.
pub fn signals_line(signals: &[Found], lang: Lang) -> Option<String> {
    let mut counts: BTreeMap<Signal, usize> = BTreeMap::new();
    let mut units: BTreeSet<u32> = BTreeSet::new();
    for found in signals {
        *counts.entry(found.signal).or_default() += 1;
        units.insert(found.unit);
    }
    let parts: Vec<String> = counts.iter().map(|(signal, count)| format!("{} {count}", lang.signal(*signal))).collect();
    let text = match lang {
        Lang::Ids => {
            let of = if units.len() == 1 { "1 unit".to_owned() } else { format!("{} units", units.len()) };
            format!("signals in {of}, to be looked at and no proof of anything ({}): see signals.csv", parts.join(", "))
        }
        Lang::Zh => format!(
            "{}个单位有需要核实的迹象（{}）：不等于有问题，不影响得分，见 signals.csv",
            units.len(),
            parts.join("，")
        ),
    };
    (!signals.is_empty()).then_some(text)
}

/// What became of the rows that were given back; `None` when there were none.
pub fn given_back_line(ledger: &Ledger, lang: Lang) -> Option<String> {
    let given: BTreeSet<(TableName, Place)> =
        ledger.given_back.records().map(|(table, place, _)| (table, place)).collect();
    let is_given = |reject: &&Reject| given.contains(&(reject.table, reject.place));
    let (rows, again) = (given.len(), ledger.rejects.iter().filter(is_given).count());
    let accepted = rows - again;
    (rows > 0).then(|| match lang {
        Lang::Ids => format!("given back: {rows} = {accepted} accepted + {again} rejected again"),
        Lang::Zh => format!("改正后交回：{rows} = {accepted} 采用 + {again} 仍剔除"),
    })
}

/// Rows in all tables.
pub fn rows_read(ledger: &Ledger) -> u64 {
    ledger.tables.iter().map(|table| table.read).sum()
}
