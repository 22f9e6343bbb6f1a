//! Tasks whose parts do not add up to them. See `docs/signals.md`.

use std::collections::BTreeMap;

use crate::judge::signs::Figure;
use crate::link::ids::RowAt;
use crate::link::tasks::{Fate, LinkedBatch};
use crate::terms::{Exclusion, Signal};

/// Target, actual value and weight, each in millionths where it is given.
type Figures = [Option<i128>; 3];

/// The parts of one task.
#[derive(Debug, Clone, Copy)]
struct Parts {
    /// Sum, least and greatest of each figure; `None` once a part lacks it.
    figures: [Option<(i128, i128, i128)>; 3],
}

impl Parts {
    fn with(self, figures: Figures) -> Self {
        let mut own = self.figures;
        for (own, figure) in own.iter_mut().zip(figures) {
            *own = own.zip(figure).and_then(|((sum, least, most), figure)| {
                Some((sum.checked_add(figure)?, least.min(figure), most.max(figure)))
            });
        }
        Self { figures: own }
    }

    fn one(figures: Figures) -> Self {
        Self { figures: figures.map(|figure| figure.map(|figure| (figure, figure, figure))) }
    }
}

/// Notes at each container whether the figures that it and all of its parts give agree.
///
/// A container of which a part was rejected, cancelled or exempt is not looked at: nobody knows what is missing.
pub(super) fn mark(linked: &mut [LinkedBatch], children: &[(RowAt, Option<RowAt>)]) {
    // `None`: a part of this parent does not count.
    let mut parents: BTreeMap<RowAt, Option<Parts>> = BTreeMap::new();
    for (at, parent) in children.iter().filter_map(|(at, parent)| Some((*at, (*parent)?))) {
        let Some(batch) = linked.get(at.batch as usize) else { continue };
        let counts = !matches!(
            batch.fates.get(at.row as usize),
            None | Some(Fate::Rejected | Fate::Excluded(Exclusion::Cancelled | Exclusion::Exempt))
        );
        let figures = figures(batch, at.row as usize);
        let more = |parts: Option<Parts>| parts.filter(|_| counts).map(|parts| parts.with(figures));
        parents
            .entry(parent)
            .and_modify(|parts| *parts = more(*parts))
            .or_insert_with(|| counts.then(|| Parts::one(figures)));
    }
    for (at, parts) in parents.into_iter().filter_map(|(at, parts)| Some((at, parts?))) {
        let Some(batch) = linked.get_mut(at.batch as usize) else { continue };
        if batch.fates.get(at.row as usize) != Some(&Fate::Excluded(Exclusion::Container)) {
            continue;
        }
        let own = figures(batch, at.row as usize);
        if let (Some(agree), Some(task)) = (agree(own, parts), batch.judged.tasks.get_mut(at.row as usize)) {
            task.signs.note(Signal::PartsDisagree, !agree);
        }
    }
}

fn figures(batch: &LinkedBatch, row: usize) -> Figures {
    let kept = batch.judged.figures.get(row);
    let [target, actual] = kept.map_or([None; 2], |figures| figures.map(Figure::millionths));
    [target, actual, batch.judged.weight.as_ref().and_then(|weights| *weights.get(row)?)]
}

/// Whether the figures agree that a task and all of its parts give; `None` without such figures. A figure agrees when
/// it is the sum of those of the parts, or lies between the least and the greatest of them, as a rate does.
fn agree(own: Figures, parts: Parts) -> Option<bool> {
    let given = own.into_iter().zip(parts.figures).filter_map(|(own, parts)| own.zip(parts));
    given.map(|(own, (sum, least, most))| own == sum || (least <= own && own <= most)).reduce(|a, b| a && b)
}
