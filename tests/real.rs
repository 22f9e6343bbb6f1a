//! Ledgers that others published, with the verdicts and scores that they published about them.
//!
//! The data are not part of the project. They are looked for in the folder `KAOHE_DATA`, else in the folder with the
//! public ledgers beside the checkout (`../shared/data`). Where a ledger is missing its tests are skipped, and say so;
//! with `KAOHE_REAL_DATA=require` they fail.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "what a test needs and lacks fails it")]

mod support;

mod real {
    mod boston;
    mod cms_hvbp;
    mod uk_business_plans;
    mod uk_gmpp;

    use std::env;
    use std::io::{self, Write};
    use std::path::PathBuf;

    use crate::support::project;

    /// The folder of a public ledger, or none where its tests are to be skipped.
    fn public(name: &str) -> Option<PathBuf> {
        let data = env::var_os("KAOHE_DATA").map_or_else(|| project("../shared/data"), PathBuf::from);
        let folder = data.join(name);
        if folder.is_dir() {
            return Some(folder);
        }
        let message = format!("the public ledger `{name}` is not in `{}`", data.display());
        if env::var_os("KAOHE_REAL_DATA").is_some_and(|value| value == "require") {
            panic!("{message}");
        }
        // What a passing test prints with `eprintln!` is not shown.
        let mut stderr = io::stderr();
        writeln!(stderr, "skipped: {message}").unwrap();
        None
    }
}
