//! The policy file.

use super::Policy;
use super::lint::Finding;

/// The built-in policy.
pub const BUILT_IN: &str = include_str!("../../policies/wuhan-2021.toml");

/// Reads a policy.
///
/// # Errors
/// The findings, when one of them is an error.
pub fn parse(_text: &str, _name: &str) -> Result<(Policy, Vec<Finding>), Vec<Finding>> {
    Err(Vec::new())
}
