//! Tasks whose parts do not add up to them. See `docs/signals.md`.

use crate::judge::Judged;
use crate::judge::signs::Figure;

/// Target, actual value and weight, each in millionths where it is given.
pub(super) type Figures = [Option<i128>; 3];

/// The parts of one task.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    /// Sum, least and greatest of each figure; `None` once a part lacks it.
    figures: [Option<(i128, i128, i128)>; 3],
}

impl Parts {
    /// With one part more.
    pub fn with(self, figures: Figures) -> Self {
        let mut own = self.figures;
        for (own, figure) in own.iter_mut().zip(figures) {
            *own = own.zip(figure).and_then(|((sum, least, most), figure)| {
                Some((sum.checked_add(figure)?, least.min(figure), most.max(figure)))
            });
        }
        Self { figures: own }
    }

    /// One part alone.
    pub fn one(figures: Figures) -> Self {
        Self { figures: figures.map(|figure| figure.map(|figure| (figure, figure, figure))) }
    }

    /// Whether the figures agree that a task and all of its parts give; `None` without such figures. A figure agrees
    /// when it is the sum of those of the parts, or lies between the least and the greatest of them, as a rate does.
    pub fn agree(&self, own: Figures) -> Option<bool> {
        let given = own.into_iter().zip(self.figures).filter_map(|(own, parts)| own.zip(parts));
        given.map(|(own, (sum, least, most))| own == sum || (least <= own && own <= most)).reduce(|a, b| a && b)
    }
}

/// The figures of a row.
pub(super) fn figures(judged: &Judged, row: usize) -> Figures {
    let kept = judged.figures.get(row);
    let [target, actual] = kept.map_or([None; 2], |figures| figures.map(Figure::millionths));
    [target, actual, judged.weight.as_ref().and_then(|weights| *weights.get(row)?)]
}
