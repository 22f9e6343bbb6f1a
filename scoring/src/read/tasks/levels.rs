//! The levels of rows (重要程度), and what is wrong with them. METHOD §2.

use super::Typing;
use crate::policy::Levels;
use crate::read::batch::TaskColumn;
use crate::read::coding::bytes;
use crate::read::reject::Code;
use crate::read::{eight, layout};

impl Typing<'_> {
    /// The level of each row, as a place among those of the policy; `None` when it has none.
    pub(super) fn levels(&mut self) -> Option<Vec<u32>> {
        let levels = self.context.policy.levels.as_ref()?;
        let by_name = |cell: &str| levels.weights.iter().position(|(name, _)| name == cell);
        let place = |cell: Option<&str>| u32::try_from(cell.map_or(levels.default, by_name)?).ok();
        let quick = self.levels_of_dictionary(place).or_else(|| self.levels_by_bytes(levels));
        if quick.is_some() {
            return quick;
        }
        let at = self.at(TaskColumn::Level);
        let mut places = Vec::with_capacity(self.block.lines.len());
        let cells: Vec<Option<&str>> = match self.cells(TaskColumn::Level) {
            Some(cells) => cells.map(|(_, cell)| cell).collect(),
            None => vec![None; self.block.lines.len()],
        };
        for (row, cell) in cells.into_iter().enumerate() {
            let known = place(cell);
            match cell {
                _ if known.is_some() => {}
                Some(cell) => {
                    let known = levels.weights.iter().map(|(name, _)| name.as_str());
                    self.fault(row, at.unknown(Code::UnknownLevel, cell, "level", known));
                }
                None => {
                    self.fault(row, at.missing("name a level, or give the policy a default one ([levels] default)"));
                }
            }
            places.push(known.unwrap_or_default());
        }
        Some(places)
    }

    /// The levels of a column of texts that have codes, where all of these texts are levels.
    fn levels_of_dictionary(&self, place: impl Fn(Option<&str>) -> Option<u32>) -> Option<Vec<u32>> {
        let texts = self.coded(TaskColumn::Level)?;
        let places: Vec<u32> = texts.cells().map(place).collect::<Option<_>>()?;
        texts.codes().iter().map(|code| places.get(*code as usize).copied()).collect()
    }

    /// The levels of a column where all have short names, which takes no more than to compare numbers.
    fn levels_by_bytes(&self, levels: &Levels) -> Option<Vec<u32>> {
        let (text, cells) = self.places(TaskColumn::Level)?;
        let names = levels.weights.iter().zip(0_u32..).map(|((name, _), place)| (name.as_str(), place));
        // A name that is blank, or that has spaces around it, is no cell's.
        let names = names.filter(|(name, _)| !name.is_empty() && layout::as_written(name) == Some(*name));
        let keys: Vec<(u64, u32)> =
            names.filter_map(|(name, place)| Some((eight::key(name.as_bytes())?, place))).collect();
        let default = levels.default.and_then(|default| u32::try_from(default).ok());
        let mut places = Vec::with_capacity(self.block.lines.len());
        for cell in cells {
            let cell = bytes(text, &cell);
            let by_key = |key| keys.iter().find(|(known, _)| *known == key).map(|(_, place)| *place);
            places.push(if cell.is_empty() { default } else { eight::key(cell).and_then(by_key) }?);
        }
        Some(places)
    }
}
