//! How many rejected rows are too many.

use std::fmt;
use std::str::FromStr;

use scoring::link::Ledger;
use scoring::number::Fraction;
use scoring::read::number;

use crate::summary;

/// The most rows that may be rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MostRejects {
    /// As typed.
    typed: String,
    limit: Limit,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Limit {
    Rows(u64),
    /// Per cent of the rows read.
    Share(Fraction),
}

/// A limit that is neither a number of rows nor a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a number of rows such as 20, or a share of the rows read such as 2%")]
pub struct NoLimit;

impl FromStr for MostRejects {
    type Err = NoLimit;

    fn from_str(typed: &str) -> Result<Self, NoLimit> {
        let typed = typed.trim();
        let limit = match typed.strip_suffix(['%', '％']) {
            Some(share) => {
                let share = number::parse(share.trim()).map_err(|_| NoLimit)?.exact();
                Some(share).filter(|share| !share.is_negative() && *share <= Fraction::HUNDRED).map(Limit::Share)
            }
            None => typed.parse().ok().map(Limit::Rows),
        };
        Ok(Self { typed: typed.to_owned(), limit: limit.ok_or(NoLimit)? })
    }
}

impl fmt::Display for MostRejects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed)
    }
}

impl MostRejects {
    /// Whether so many rejected rows of those read are too many.
    pub fn is_passed(&self, rejected: u64, read: u64) -> bool {
        match &self.limit {
            Limit::Rows(most) => rejected > *most,
            Limit::Share(most) => {
                let share = &Fraction::whole(rejected.into()) * &Fraction::HUNDRED;
                share > most * &Fraction::whole(read.into())
            }
        }
    }

    /// Whether a ledger has too many rejected rows.
    pub fn is_passed_by(&self, ledger: &Ledger) -> bool {
        self.is_passed(ledger.rejects.len() as u64, summary::rows_read(ledger))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(limit: &str, rejected: u64, read: u64) -> bool {
        limit.parse::<MostRejects>().unwrap().is_passed(rejected, read)
    }

    #[test]
    fn as_many_as_the_limit_says_are_not_too_many() {
        assert!(!passed("20", 20, 1000) && passed("20", 21, 1000));
        assert!(!passed("0", 0, 0) && passed("0", 1, 1));
        assert!(!passed("2%", 20, 1000) && passed("2%", 21, 1000));
        assert!(!passed("0.3 %", 3, 1000) && passed("0.3％", 4, 1000));
        assert!(!passed("0%", 0, 0) && !passed("100%", 5, 5));
        assert!(!passed("1/3%", 1, 300) && passed("1/3%", 1, 299));
    }

    #[test]
    fn what_is_no_limit_is_refused() {
        for typed in ["", "-1", "1.5", "a", "%", "-1%", "101%", "1e2%", "99999999999999999999"] {
            assert_eq!(typed.parse::<MostRejects>(), Err(NoLimit), "{typed:?}");
        }
    }
}
