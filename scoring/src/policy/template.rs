//! The policy that a new folder starts with.

/// A small policy with a comment at every key it has, for people to change.
pub fn template() -> &'static str {
    include_str!("../../policies/template.toml")
}
