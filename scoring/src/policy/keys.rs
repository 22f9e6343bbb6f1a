//! Every key of a policy, once.

/// Keys of `[[indicator]]` that only some methods have.
const OF_METHODS: &[(&str, &[&str])] = &[
    ("due", &["deadline"]),
    ("default_due", &["deadline"]),
    ("done", &["deadline"]),
    ("per_day", &["deadline"]),
    ("grace_days", &["deadline"]),
    ("early_per_day", &["deadline"]),
    ("steps", &["deadline"]),
    ("undone", &["deadline"]),
    ("actual", &["ratio"]),
    ("target", &["ratio"]),
    ("better", &["ratio", "rank_points", "best_share"]),
    ("column", &["rating", "checklist", "points", "flag"]),
    ("min", &["rating"]),
    ("max", &["rating"]),
    ("items", &["checklist"]),
    ("points", &["points"]),
    ("interpolate", &["points"]),
    ("yes", &["flag"]),
    ("no", &["flag"]),
    ("threshold", &["slope"]),
    ("per_point", &["slope"]),
    ("step", &["rank_points"]),
];

/// Whether a key of `[[indicator]]` belongs to a method.
pub(super) fn is_of_method(key: &str, method: &str) -> bool {
    OF_METHODS.iter().any(|(name, methods)| *name == key && methods.contains(&method))
}
