//! A case: a folder of tables with a policy and, now and then, a tables file.

use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::file::{self, Settings, Table};
use crate::ledger;
use crate::plan::{Plan, later};
use crate::policy;

#[derive(Clone)]
pub struct Case {
    pub seed: u64,
    pub policy: String,
    pub tables: Vec<(Table, Settings)>,
    /// Instead of the policy's.
    pub as_of: Option<Date>,
    /// Whether a single tasks file is scored instead of a folder.
    pub single: bool,
}

/// Where the files of a case are.
pub struct Files {
    pub data: PathBuf,
    pub policy: PathBuf,
    pub tables: Option<PathBuf>,
    pub as_of: Option<Date>,
}

impl Case {
    pub fn new(seed: u64) -> Case {
        Case::of(seed, Plan::new(seed, None))
    }

    /// A case with so many tasks that the engine reads them in several batches.
    pub fn large(seed: u64) -> Case {
        Case::of(seed, Plan::new(seed, Some(9000)))
    }

    fn of(seed: u64, mut plan: Plan) -> Case {
        let policy = policy::write(&mut plan);
        let single = plan.random.chance(30);
        let tables = ledger::write(&mut plan, !single);
        let days = plan.random.within(-40, 20);
        let as_of = plan.random.chance(100).then(|| later(plan.as_of, days));
        Case { seed, policy, tables, as_of, single }
    }

    pub fn table(&mut self, name: &str) -> Option<&mut Table> {
        self.tables.iter_mut().map(|(table, _)| table).find(|table| table.name == name)
    }

    /// Whether ids of tasks are their lines.
    pub fn ids_are_lines(&self) -> bool {
        self.tables.iter().any(|(_, settings)| settings.ids_from_rows)
    }

    /// Writes the files into a folder of the case's own.
    pub fn write(&self, folder: &Path) -> io::Result<Files> {
        let data = folder.join("data");
        std::fs::create_dir_all(&data)?;
        let mut settings = Vec::new();
        let mut single = None;
        for (table, own) in &self.tables {
            let path = data.join(if self.single { "台账2025.csv".into() } else { format!("{}.csv", table.name) });
            std::fs::write(&path, table.bytes(own))?;
            settings.push((table.name, own.clone()));
            single = self.single.then_some(path);
        }
        let policy = folder.join("policy.toml");
        std::fs::write(&policy, &self.policy)?;
        let tables = file::tables_file(&settings).map(|text| {
            let path = folder.join("tables.toml");
            std::fs::write(&path, text).map(|()| path)
        });
        Ok(Files { data: single.unwrap_or(data), policy, tables: tables.transpose()?, as_of: self.as_of })
    }
}
