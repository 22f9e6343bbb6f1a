//! A ledger to measure with: the sample city, many times over.

use std::error::Error;
use std::path::Path;

use scoring::judge::{Judge, Judged};
use scoring::link::{self, Ledger};
use scoring::policy::{self, Policy};
use scoring::read::batch::TaskBatch;
use scoring::read::{self, Small, Sources, TableName, TaskTable};

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

    /// The tables as read, with what `each` makes of the batches of tasks.
    pub fn read<J: Send>(&self, each: impl Fn(TaskBatch) -> J + Sync) -> Result<(Small, TaskTable<J>), Failed> {
        let sources = self.sources();
        let small = read::small(&sources, &self.policy)?;
        let tasks = read::tasks(&sources, &self.policy, each, &|_| {})?;
        Ok((small, tasks.ok_or("no tasks")?))
    }

    /// What judges the tasks.
    pub fn judge(&self) -> Result<Judge<'_>, Failed> {
        let mut small = read::small(&self.sources(), &self.policy)?;
        let holidays = small.holidays.as_mut().map(link::holidays).unwrap_or_default();
        Ok(Judge::new(&self.policy, &holidays, self.sources().dates(&self.policy, TableName::Tasks))?)
    }

    /// The ledger, judged and linked.
    pub fn ledger(&self) -> Result<Ledger, Failed> {
        let judge = self.judge()?;
        let (small, TaskTable { files, headings, dictionaries, totals, batches }) =
            self.read(|batch| judge.judge(batch))?;
        let batches: Vec<Judged> = batches.into_iter().collect::<Result<_, _>>()?;
        Ok(link::link(small, Some(TaskTable { files, headings, dictionaries, totals, batches }), &self.policy))
    }
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
