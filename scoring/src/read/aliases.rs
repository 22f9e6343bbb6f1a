//! Names that the tables file turns into others: old names of units and persons, and short forms.
//!
//! An id wins over a name, and a name over an alias. So that nobody has to know that, an alias may not be an id or name
//! that somebody has.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::error::ReadError;
use super::rows::{PostCells, Table, UnitCells};
use super::width::half;

/// The aliases of units or of persons.
#[derive(Debug, Clone, Default)]
pub struct Aliases {
    /// The tables file, for messages.
    file: String,
    /// By alias, in half width.
    known: BTreeMap<String, Target>,
}

/// What an alias stands for.
#[derive(Debug, Clone)]
struct Target {
    /// An id, a name or another alias, in half width.
    name: String,
    /// The line of the tables file.
    line: usize,
}

impl Aliases {
    /// No aliases yet, of a tables file.
    pub(super) fn of(file: &str) -> Self {
        Self { file: file.to_owned(), known: BTreeMap::new() }
    }

    /// Adds an alias that stands on a line of the tables file.
    ///
    /// # Errors
    /// [`ReadError::TablesFile`] when it is blank, or stands for two names.
    pub(super) fn add(&mut self, alias: &str, name: &str, line: usize) -> Result<(), ReadError> {
        let (alias, name) = (half(alias.trim()).into_owned(), half(name.trim()).into_owned());
        if alias.is_empty() || name.is_empty() {
            return Err(self.error(line, "an alias is a name, and stands for a name or an id".to_owned()));
        }
        match self.known.insert(alias.clone(), Target { name, line }) {
            None => Ok(()),
            Some(other) => {
                Err(self.error(line, format!("`{alias}` stands for `{}` already, on line {}", other.name, other.line)))
            }
        }
    }

    /// What a name stands for, when it is an alias: the end of the way from alias to alias.
    pub fn find(&self, name: &str) -> Option<&str> {
        let first = self.known.get(half(name).as_ref())?;
        let mut target = first;
        // In a circle one comes back after as many steps as there are aliases.
        for _ in 0..self.known.len() {
            match self.known.get(&target.name) {
                Some(next) => target = next,
                None => break,
            }
        }
        Some(&target.name)
    }

    /// The name itself, or what it stands for.
    pub fn resolve<'a>(&'a self, name: &'a str) -> &'a str {
        self.find(name).unwrap_or(name)
    }

    /// Checks that no alias leads in a circle.
    ///
    /// # Errors
    /// [`ReadError::TablesFile`], naming the first line of which the alias does.
    pub(super) fn check_circles(&self) -> Result<(), ReadError> {
        let circles = |alias: &str| self.find(alias).is_some_and(|end| self.known.contains_key(end));
        let first = self.known.iter().filter(|(alias, _)| circles(alias)).min_by_key(|(_, target)| target.line);
        let Some((alias, target)) = first else { return Ok(()) };
        let message = format!(
            "`{alias}` stands for `{}`, and from there aliases lead in a circle: let one of them stand for a name that \
             is there",
            target.name
        );
        Err(self.error(target.line, message))
    }

    /// Checks aliases against what a table knows: ids and names of all its rows, rejected ones too.
    fn check(&self, what: &str, table: &str, knows: impl Fn(&str) -> bool) -> Result<(), ReadError> {
        for (alias, target) in &self.known {
            if knows(alias) {
                let message = format!(
                    "`{alias}` is {what} of the table `{table}`, so it cannot be an alias of `{}`: remove the line, or \
                     the row of `{table}`",
                    target.name
                );
                return Err(self.error(target.line, message));
            }
            let end = self.resolve(alias);
            if !knows(end) {
                let message = format!(
                    "`{alias}` stands for `{end}`, and `{table}` has no such id or name: write it as there, or add it \
                     there"
                );
                return Err(self.error(target.line, message));
            }
        }
        Ok(())
    }

    /// Checks the aliases of units against the table `units`.
    ///
    /// # Errors
    /// [`ReadError::TablesFile`] for an alias that a unit has as id or name, and for one of a unit that is not there.
    pub(super) fn check_units(&self, table: &Table<UnitCells>) -> Result<(), ReadError> {
        let rows = table.rows.iter().map(|row| (row.cells.unit_id.as_deref(), row.cells.name.as_deref()));
        let names = names(rows);
        self.check("a unit", "units", |name| names.contains(name))
    }

    /// The same for persons and the table `posts`.
    ///
    /// # Errors
    /// As [`Self::check_units`].
    pub(super) fn check_posts(&self, table: &Table<PostCells>) -> Result<(), ReadError> {
        let rows = table.rows.iter().map(|row| (row.cells.person_id.as_deref(), row.cells.name.as_deref()));
        let names = names(rows);
        self.check("a person", "posts", |name| names.contains(name))
    }

    fn error(&self, line: usize, message: String) -> ReadError {
        ReadError::TablesFile { file: self.file.clone(), line, message }
    }
}

/// The ids and names of rows, in half width.
fn names<'a>(rows: impl Iterator<Item = (Option<&'a str>, Option<&'a str>)>) -> BTreeSet<Cow<'a, str>> {
    rows.flat_map(|(id, name)| [id, name]).flatten().map(half).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aliases(pairs: &[(&str, &str)]) -> Aliases {
        let mut aliases = Aliases::of("tables.toml");
        for (line, (alias, name)) in (2..).zip(pairs) {
            aliases.add(alias, name, line).unwrap();
        }
        aliases
    }

    #[test]
    fn an_alias_may_stand_for_another_and_width_does_not_matter() {
        let aliases = aliases(&[("市房管局（原）", "市住房局"), ("市住房局", "Ｕ０７")]);
        assert_eq!(aliases.find("市房管局(原)"), Some("U07"));
        assert_eq!(aliases.resolve("市财政局"), "市财政局");
        assert!(aliases.check_circles().is_ok());
    }

    #[test]
    fn a_circle_of_aliases_is_an_error_with_its_line() {
        let circle = aliases(&[("丙", "甲"), ("甲", "乙"), ("乙", "甲")]);
        let error = circle.check_circles().unwrap_err().to_string();
        assert!(
            error.starts_with("tables.toml:2: `丙` stands for `甲`, and from there aliases lead in a circle"),
            "{error}"
        );
        assert!(aliases(&[("甲", "甲")]).check_circles().is_err());
    }

    #[test]
    fn an_alias_stands_for_one_name_alone() {
        let mut aliases = aliases(&[("甲", "乙")]);
        let error = aliases.add("甲", "丙", 3).unwrap_err().to_string();
        assert_eq!(error, "tables.toml:3: `甲` stands for `乙` already, on line 2");
        assert!(aliases.add(" ", "丙", 4).is_err());
        assert!(aliases.add("丁", "", 4).is_err());
    }
}
