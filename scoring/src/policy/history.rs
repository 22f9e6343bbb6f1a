//! Policies of several years side by side: each year is scored by its own, whenever it is run.

use std::fmt;

use super::file::last_day;

/// The text of a policy file.
#[derive(Debug, Clone)]
pub struct PolicyText {
    /// The file's name.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// The policy of a year.
#[derive(Debug)]
pub struct Chosen {
    /// The policy.
    pub policy: PolicyText,
    /// Names of files beside it whose period cannot be read, so that nobody knows of which year they are.
    pub unread: Vec<String>,
}

/// Not exactly one policy is of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotOne {
    /// The year.
    pub year: i16,
    /// The policies of that year: none, or more than one.
    pub found: Vec<String>,
    /// Those of other years.
    pub others: Vec<(String, i16)>,
    /// Files whose period cannot be read.
    pub unread: Vec<String>,
}

impl std::error::Error for NotOne {}

impl fmt::Display for NotOne {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, found, others, unread } = self;
        if found.is_empty() {
            write!(f, "no policy has a period that ends in {year}")?;
            let years: Vec<String> = others.iter().map(|(name, year)| format!("`{name}` ends in {year}")).collect();
            write!(f, ": {}", if years.is_empty() { "there is none".to_owned() } else { years.join(", ") })?;
        } else {
            write!(f, "{} policies have periods that end in {year}: {}", found.len(), named(found))?;
        }
        if unread.is_empty() { Ok(()) } else { write!(f, "; no period can be read in {}", named(unread)) }
    }
}

/// Names in words.
pub fn named(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The policy whose period ends in a year. The others may be full of faults.
///
/// # Errors
/// [`NotOne`], naming the files.
pub fn of_year(files: Vec<PolicyText>, year: i16) -> Result<Chosen, NotOne> {
    let mut of_it = Vec::new();
    let (mut others, mut unread) = (Vec::new(), Vec::new());
    for file in files {
        match last_day(&file.text).map(|day| day.year()) {
            Some(end) if end == year => of_it.push(file),
            Some(end) => others.push((file.name, end)),
            None => unread.push(file.name),
        }
    }
    match (of_it.pop(), of_it.is_empty()) {
        (Some(policy), true) => Ok(Chosen { policy, unread }),
        (last, _) => {
            let found = of_it.into_iter().chain(last).map(|file| file.name).collect();
            Err(NotOne { year, found, others, unread })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(texts: &[(&str, &str)]) -> Vec<PolicyText> {
        let file = |(name, to): &(&str, &str)| PolicyText {
            name: (*name).to_owned(),
            text: format!("[period]\nto = {to}\n[unit]\nfulll = 1\n"),
        };
        texts.iter().map(file).collect()
    }

    #[test]
    fn the_policy_of_a_year_is_the_one_whose_period_ends_in_it() {
        let all = [("a", "2024-12-31"), ("b", "2025-06-30"), ("c", "soon")];
        let chosen = of_year(files(&all), 2025).unwrap();
        assert_eq!((chosen.policy.name.as_str(), chosen.unread.as_slice()), ("b", &["c".to_owned()][..]));
    }

    #[test]
    fn none_or_two_of_a_year_are_named() {
        let all = files(&[("a", "2024-12-31"), ("b", "2024-12-31"), ("c", "soon")]);
        let said = |files: &[PolicyText], year| of_year(files.to_vec(), year).unwrap_err().to_string();
        assert_eq!(
            said(&all, 2024),
            "2 policies have periods that end in 2024: `a`, `b`; no period can be read in `c`"
        );
        assert_eq!(said(&all[1..2], 2025), "no policy has a period that ends in 2025: `b` ends in 2024");
        assert_eq!(said(&[], 2025), "no policy has a period that ends in 2025: there is none");
    }
}
