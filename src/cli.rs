//! The command line as typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::limit::MostRejects;

/// Annual execution assessment (考核): from a task ledger to exact scores, ranks and recommendations.
///
/// A ledger is a folder of tables: `tasks.csv` (任务), and where you have them `units`, `posts`, `measures`, `events`,
/// `prior`, `holidays`. A policy (考核方案) is a TOML file that says what is judged and how it weighs; without one the
/// built-in policy `wuhan-2021` is used. `kaohe init` makes a folder to start from.
#[derive(Debug, Parser)]
#[command(name = "kaohe", version, max_term_width = 100, after_help = EXIT_STATUS)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What can be asked for.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Score a ledger: print ranks and recommendations, write the reports
    ///
    /// Reads the ledger, judges every task, adds up, ranks units and persons in their groups, and proposes
    /// recommendations. Prints the top of each group and writes the reports as CSV files to the folder `--out`.
    /// A row that is wrong is rejected with its place and the reason; all others are scored.
    #[command(after_long_help = SCORE_MANUAL)]
    Score(Score),
    /// Check a ledger: print every rejected row and every warning, with its place
    ///
    /// Reads and judges only: nothing is scored and nothing is written. Prints what is wrong in which file, line and
    /// column, and what to do about it, grouped by code, then indicators that were not applicable in any task, and what
    /// became of the rows of each table.
    #[command(after_long_help = CHECK_MANUAL)]
    Check(Check),
    /// Start a ledger: a commented policy, empty tables, and a README
    ///
    /// Makes the folder where it is missing. Files that are there already are never overwritten: if one of them is in
    /// the way, nothing is written.
    #[command(after_long_help = INIT_MANUAL)]
    Init(Init),
    /// Make the table of earlier years (往年结果) from the reports of earlier runs
    ///
    /// Reads unit_scores.csv, person_scores.csv and manifest.json of each folder, in ids or in Chinese, and writes a row
    /// with score, band and recommendation for each subject and year. The year is that in which the period of the run
    /// begins. Reports that were changed since the run are refused: correct the table afterwards instead.
    #[command(after_long_help = PRIOR_MANUAL)]
    Prior(Prior),
    /// Read, check, test and describe policies
    #[command(subcommand, after_long_help = POLICY_MANUAL)]
    Policy(Policy),
}

/// `kaohe score`.
#[derive(Debug, Args)]
pub struct Score {
    /// What is read.
    #[command(flatten)]
    pub ledger: Ledger,
    /// Folder for the reports, made where it is missing; reports of an earlier run in it are replaced
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub out: PathBuf,
    /// Do not write task_scores.csv, which has a row for every task
    #[arg(long)]
    pub no_task_scores: bool,
    /// Threads to work with; the results are the same for any number [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Print nothing but errors and the number of rejected rows
    #[arg(long, short)]
    pub quiet: bool,
}

/// `kaohe check`.
#[derive(Debug, Args)]
pub struct Check {
    /// What is read.
    #[command(flatten)]
    pub ledger: Ledger,
    /// Print all rows of a code, not only the first 20
    #[arg(long, conflicts_with = "quiet")]
    pub all: bool,
    /// Print the counts and the reconciliation only, no single rows and no progress
    #[arg(long, short)]
    pub quiet: bool,
    /// Print a tables file that would understand more of the ledger, for you to confirm, and nothing else
    #[arg(long, conflicts_with_all = ["all", "quiet"])]
    pub suggest: bool,
}

/// What every command that reads a ledger is told.
#[derive(Debug, Args)]
pub struct Ledger {
    /// The ledger: a folder with tables, or the file of tasks
    #[arg(value_name = "DATA")]
    pub data: PathBuf,
    /// The policy (考核方案), or with --year a folder of policies [default: the built-in wuhan-2021]
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// The year: of the policies in the folder given as --policy, the one whose period ends in it is taken
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i16).range(1900..=2999))]
    pub year: Option<i16>,
    /// The tables file: other headings, words, encodings and formats of dates
    #[arg(long, value_name = "FILE")]
    pub tables: Option<PathBuf>,
    /// Rejected rows that were corrected, each in the place of its row: the folder `rejected` of an earlier run
    #[arg(long, value_name = "DIR")]
    pub also: Option<PathBuf>,
    /// Fail when more rows are rejected: a number, or per cent of the rows read as 2%
    #[arg(long, value_name = "N|P%")]
    pub max_rejects: Option<MostRejects>,
    /// The day whose end is "now", as 2025-12-31 [default: `period.as_of` of the policy]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    /// Headings, bands and recommendations as ids or in Chinese
    #[arg(long, value_enum, default_value_t = Lang::Ids)]
    pub lang: Lang,
}

/// The language of headings and words.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Lang {
    /// Ids, for further work by programs
    Ids,
    /// Chinese, as results are published
    Zh,
}

/// `kaohe init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder to start in
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// `kaohe prior`.
#[derive(Debug, Args)]
pub struct Prior {
    /// Folders of reports, each of another year
    #[arg(value_name = "OUT", required = true)]
    pub runs: Vec<PathBuf>,
    /// The file to write; one that is there already is never overwritten
    #[arg(long, value_name = "FILE", default_value = "prior.csv")]
    pub out: PathBuf,
}

/// `kaohe policy`.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Print a policy in words: what is judged, how it weighs, what follows, each number with its clause
    Show {
        /// The policy [default: the built-in wuhan-2021]
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Look for errors and oddities in a policy, each underlined at its place
    Lint {
        /// The policy
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Try the examples that a policy brings along, and print every cell that comes out otherwise
    Test {
        /// The policy [default: the built-in wuhan-2021]
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Print the JSON schema of policies, for editors that check as you type
    Schema,
}

const EXIT_STATUS: &str = "\
Exit status:
  0  done
  1  the run failed
  2  wrong usage, or a policy with errors
  3  done, but rows were rejected
  4  more rows were rejected than --max-rejects allows";

const SCORE_MANUAL: &str = "\
Example:
  kaohe score ledger-2025 --policy ledger-2025/policy.toml --out results --lang zh

  reads ledger-2025/tasks.csv and the tables beside it, and writes to results/:
    unit_scores.csv       ranks, scores, bands and facts of units
    person_scores.csv     the same of persons, when the policy scores persons
    task_scores.csv       state, lateness and indicator values of every task
    recommendations.csv   what is proposed, with rules, facts, clause and date to respond by
    rejects.csv           rows that were not scored, each with its place, reason and cells
    warnings.csv          oddities in rows that were scored
    signals.csv           what looks odd in the tasks of a unit; changes no score
    reconciliation.csv    rows read, accepted, rejected, skipped, scored, excluded
    reconciliation_by_file.csv
                          rows and sums of the columns of numbers of each file
    rejected_by_unit.csv  how many rejected tasks each unit leads
    rejected/             the rejected rows alone, to be corrected and given back
    manifest.json         digests of the policy, the tables and the reports

  kaohe score ledger-2025 --also results/rejected --out results

  takes the rows that were corrected in results/rejected/ in the place of those that were rejected.
  The ledger itself stays as it is. Corrected rows are never replaced: they stay in that folder.

Reports are written beside their final names and renamed when all are complete: a run that fails
or is stopped leaves those of the run before as they were.

Exit status: 0 done; 1 failed; 2 wrong usage or policy; 3 done, but rows were rejected; 4 more rows
were rejected than --max-rejects allows, and no report was written.";

const CHECK_MANUAL: &str = "\
Example:
  kaohe check ledger-2025

  tasks.csv:12:完成日期: bad-date: `2021-02-30` is no date
    hint: write it as 2021-02-28, or leave the cell empty if the task is not done

  kaohe check ledger-2025 --suggest > tables.toml

  proposes headings, words, units and formats of dates that are near to known ones, each with its
  evidence; what is not sure stands behind #. Read it, correct it, then:
  kaohe check ledger-2025 --tables tables.toml

Exit status: 0 no row was rejected; 1 failed; 2 wrong usage or policy; 3 rows were rejected; 4 more
of them than --max-rejects allows.";

const INIT_MANUAL: &str = "\
Example:
  kaohe init ledger-2026

  writes policy.toml, tasks.csv, units.csv, posts.csv, measures.csv, events.csv, prior.csv,
  holidays.csv and README.md. The tables have Chinese headings and open in Excel and WPS.

Exit status: 0 done; 1 failed, or a file is in the way; 2 wrong usage.";

const PRIOR_MANUAL: &str = "\
Example:
  kaohe score ledger-2024 --policy policies --year 2024 --out out-2024
  kaohe prior out-2024 --out ledger-2025/prior.csv
  kaohe score ledger-2025 --policy policies --year 2025 --out out-2025

Exit status: 0 done; 1 failed, or the file is there already; 2 wrong usage.";

const POLICY_MANUAL: &str = "\
Examples:
  kaohe policy show                            the built-in policy in words
  kaohe policy lint ledger-2025/policy.toml    errors and warnings with their places
  kaohe policy test ledger-2025/policy.toml    whether its examples come out as they say
  kaohe policy schema > policy.schema.json     for editors

Exit status: 0 done; 1 failed, or an example came out otherwise; 2 wrong usage, or a policy with
errors.";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
