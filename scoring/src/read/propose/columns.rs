//! Headings that are near to one that a table knows.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::super::layout::Layout;
use super::super::table::TableName;
use super::super::trim;
use super::super::width::half;
use crate::near::{Known, Nearness};

/// Characters from which on a standard heading at the start of a longer one is no accident: 完成时限, not 时限.
const TELLING: usize = 4;

/// Headings that may be a column which the file lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Near {
    /// The column's id.
    pub id: &'static str,
    /// The headings as a tables file names them; several when it is open which is meant.
    pub headings: Vec<String>,
    /// The heading that they are near to.
    pub like: &'static str,
    /// Whether there is one such heading alone, and hardly any other way to read it.
    pub sure: bool,
}

/// A heading and the standard heading that it is nearest to.
struct Pair {
    column: usize,
    like: &'static str,
    rank: (Nearness, Reverse<usize>),
    /// Whether the heading begins with the standard one.
    begins: bool,
    index: usize,
}

/// Looks for columns that a file lacks among the headings that are not taken; `reserved` are those that the policy
/// names itself.
pub(super) fn near(table: TableName, headings: &[String], layout: &Layout, reserved: &BTreeSet<String>) -> Vec<Near> {
    let headings: Vec<&str> = headings.iter().map(|heading| trim(heading)).collect();
    let taken: BTreeSet<usize> = layout.used().into_iter().collect();
    let free = headings
        .iter()
        .enumerate()
        .filter(|(index, heading)| !taken.contains(index) && !heading.is_empty() && !reserved.contains(**heading));
    let pairs: Vec<Pair> = free.filter_map(|(index, heading)| nearest(table, layout, index, heading)).collect();
    let columns = table.columns().iter().enumerate();
    columns
        .filter_map(|(column, spec)| of_column(spec.id, &headings, pairs.iter().filter(|pair| pair.column == column)))
        .collect()
}

/// The column that a heading is nearest to, when the file lacks it.
fn nearest(table: TableName, layout: &Layout, index: usize, heading: &str) -> Option<Pair> {
    // What stands in brackets explains: 责任单位（盖章）.
    let half_width = half(heading);
    let bare = half_width.split('(').next().map(str::trim).filter(|bare| !bare.is_empty()).unwrap_or(heading);
    let names = table.columns().iter().enumerate().flat_map(|(column, spec)| {
        std::iter::once(spec.id).chain(spec.aliases.iter().copied()).map(move |name| (column, name))
    });
    let near = names.filter_map(|(column, like)| {
        let (nearness, _) = Known::new(std::iter::once(like)).nearest(bare)?;
        let begins = bare.chars().filter(|c| !c.is_whitespace()).collect::<String>().starts_with(like);
        Some(Pair { column, like, rank: (nearness, Reverse(like.chars().count())), begins, index })
    });
    near.min_by_key(|pair| (pair.rank, pair.column)).filter(|pair| layout.column(pair.column).is_none())
}

fn of_column<'p>(id: &'static str, headings: &[&str], pairs: impl Iterator<Item = &'p Pair>) -> Option<Near> {
    let pairs: Vec<&Pair> = pairs.collect();
    let best = pairs.iter().map(|pair| pair.rank).min()?;
    let pairs: Vec<&&Pair> = pairs.iter().filter(|pair| pair.rank == best).collect();
    let first = pairs.first()?;
    let like = first.like;
    let sure = match best {
        (Nearness::Spelling, _) => true,
        (Nearness::Part, Reverse(length)) => first.begins && length >= TELLING,
        _ => false,
    };
    let headings: Vec<String> = pairs.iter().filter_map(|pair| named(headings, pair.index)).collect();
    Some(Near { id, sure: sure && headings.len() == 1, headings, like })
}

/// A heading as a tables file names it: `评级#2` is the second of two.
fn named(headings: &[&str], index: usize) -> Option<String> {
    let heading = *headings.get(index)?;
    let same = |until: usize| headings.iter().take(until).filter(|known| **known == heading).count();
    Some(if same(headings.len()) == 1 { heading.to_owned() } else { format!("{heading}#{}", same(index) + 1) })
}

#[cfg(test)]
mod tests {
    use super::super::super::settings::TableSettings;
    use super::*;

    fn found(headings: &[&str]) -> Vec<(&'static str, Vec<String>, bool)> {
        let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
        let layout = Layout::of_what_is_there(TableName::Tasks, &headings, &TableSettings::default());
        let near = near(TableName::Tasks, &headings, &layout, &BTreeSet::from(["质量评分等".to_owned()]));
        near.into_iter().map(|near| (near.id, near.headings, near.sure)).collect()
    }

    fn one(id: &'static str, heading: &str, sure: bool) -> (&'static str, Vec<String>, bool) {
        (id, vec![heading.to_owned()], sure)
    }

    #[test]
    fn spaces_brackets_and_more_around_a_heading_are_seen_through() {
        assert_eq!(
            found(&["任务 编号", "责任单位（盖章）", "完成时限要求", "备注"]),
            [
                one("task_id", "任务 编号", true),
                one("lead_unit", "责任单位（盖章）", true),
                one("due_on", "完成时限要求", true)
            ]
        );
        assert_eq!(
            found(&["任務編號", "牽頭單位"]),
            [one("task_id", "任務編號", true), one("lead_unit", "牽頭單位", true)]
        );
    }

    #[test]
    fn what_may_be_an_accident_is_not_sure() {
        assert_eq!(found(&["task_id", "lead_unit", "整改时限"]), [one("due_on", "整改时限", false)]);
        assert_eq!(found(&["task_id", "lead_unit", "整改完成时限"]), [one("due_on", "整改完成时限", false)]);
        assert_eq!(found(&["task_id", "lead_unit", "完城时限"]), [one("due_on", "完城时限", false)]);
        assert_eq!(found(&["task_id", "lead_unit", "质量评分等"]), []);
    }

    #[test]
    fn where_two_headings_are_equally_near_it_is_open_which_is_meant() {
        let both = vec!["完成时限（原）".to_owned(), "完成时限（新）".to_owned()];
        assert_eq!(found(&["task_id", "lead_unit", "完成时限（原）", "完成时限（新）"]), [("due_on", both, false)]);
        let twice = vec!["级别#1".to_owned(), "级别#2".to_owned()];
        assert_eq!(found(&["task_id", "lead_unit", "级别", "级别"]), [("level", twice, false)]);
    }

    #[test]
    fn columns_that_are_there_need_no_proposal() {
        assert_eq!(found(&["编号", "牵头单位", "任务 编号", "主办单位"]), []);
    }
}
