//! A ledger to measure with: the sample city, many times over.

use std::error::Error;
use std::path::Path;

use scoring::judge::Judge;
use scoring::link::roster::Keys;
use scoring::link::tasks::LinkedBatch;
use scoring::link::{self, Gathered, Ledger, Linked};
use scoring::policy::{self, Policy};
use scoring::read::batch::{Dictionary, TaskBatch};
use scoring::read::pass::Each;
use scoring::read::{self, Sources, TableName};
use scoring::run;
use scoring::tally::{Overflow, Tally, Tallying};

const POLICY: &str = include_str!("../policies/wuhan-2021.toml");

/// Columns of the sample that indicators look at.
const JUDGED: [&str; 7] = ["完成日期", "反馈时限", "反馈日期", "正式行文日期", "目标值", "完成值", "质量评分"];

type Failed = Box<dyn Error>;

/// Tables as text, and the policy for them.
pub struct Case {
    /// The tables.
    pub tables: Vec<(TableName, String)>,
    /// The policy.
    pub policy: Policy,
}

impl Case {
    /// The sample city, its tasks so many times over; `blanks` empties 30 % of the cells that indicators look at.
    pub fn sample(copies: usize, blanks: bool) -> Result<Self, Failed> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data-samples/city-2025");
        let text = |table: TableName| std::fs::read_to_string(folder.join(format!("{}.csv", table.id())));
        let mut tables = vec![(TableName::Tasks, copied(&text(TableName::Tasks)?, copies, blanks)?)];
        for table in [TableName::Units, TableName::Posts, TableName::Prior, TableName::Holidays] {
            tables.push((table, text(table)?));
        }
        Ok(Self { tables, policy: built_in()? })
    }

    /// The tables, to be read.
    pub fn sources(&self) -> Sources {
        read::in_memory(self.tables.iter().map(|(table, text)| (*table, text.as_str())))
    }

    /// What `each` makes of the batches of tasks.
    pub fn read<J: Send>(&self, each: impl Fn(TaskBatch) -> J + Sync) -> Result<Vec<J>, Failed> {
        let each = |_: &Dictionary, batch| each(batch);
        let tasks = read::tasks(&self.sources(), &self.policy, &mut || Each(each), &|_| {})?;
        Ok(tasks.ok_or("no tasks")?.1.parts)
    }

    /// What judges the tasks.
    pub fn judge(&self) -> Result<Judge<'_>, Failed> {
        let mut small = read::small(&self.sources(), &self.policy)?;
        let holidays = small.holidays.as_mut().map(link::holidays).unwrap_or_default();
        Ok(Judge::new(&self.policy, &holidays, self.sources().dates(&self.policy, TableName::Tasks))?)
    }

    /// The ledger, judged and linked, with its batches.
    pub fn linked(&self) -> Result<Linked<Gathered>, Failed> {
        Ok(run::linked(&self.sources(), &self.policy, &mut |_| Gathered::default(), &|_| {})?)
    }

    /// The ledger and its tally.
    pub fn tallied(&self) -> Result<(Ledger, Tally), Failed> {
        let Linked { ledger, keys, reckoning, .. } = self.linked()?;
        let tally = tally(&reckoning.into_batches(), &ledger, &keys, &self.policy)?;
        Ok((ledger, tally))
    }
}

/// Adds up the batches of a ledger.
pub fn tally(batches: &[LinkedBatch], ledger: &Ledger, keys: &Keys, policy: &Policy) -> Result<Tally, Overflow> {
    let tallying = Tallying::new(policy, &ledger.units);
    let mut hand = tallying.hand();
    batches.iter().for_each(|batch| tallying.add(&mut hand, batch));
    tallying.finish(vec![hand], keys)
}

/// The built-in policy.
pub fn built_in() -> Result<Policy, Failed> {
    let (policy, _) = policy::file::parse(POLICY, "wuhan-2021.toml").map_err(|_| "the built-in policy has errors")?;
    Ok(policy)
}

/// The rows of a table of tasks so many times, each time with other ids.
fn copied(text: &str, copies: usize, blanks: bool) -> Result<String, Failed> {
    let mut from = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headings = from.headers()?.clone();
    let ids = |heading: &str| ["任务编号", "上级任务编号"].contains(&heading);
    let rows: Vec<csv::StringRecord> = from.records().collect::<Result<_, _>>()?;
    let mut to = csv::Writer::from_writer(Vec::new());
    to.write_record(&headings)?;
    for copy in 0..copies {
        for (row, cells) in rows.iter().enumerate() {
            to.write_record(headings.iter().zip(cells).enumerate().map(|(column, (heading, cell))| match cell {
                _ if blanks && JUDGED.contains(&heading) && (row * 31 + column * 17 + copy) % 10 < 3 => String::new(),
                "" | "/" => cell.to_owned(),
                _ if ids(heading) => format!("{copy}-{cell}"),
                _ => cell.to_owned(),
            }))?;
        }
    }
    Ok(String::from_utf8(to.into_inner()?)?)
}
