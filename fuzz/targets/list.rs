//! Cells of lists, and what a cell goes through before: trimming, half width, signs for nothing.

#![no_main]

use libfuzzer_sys::fuzz_target;
use scoring::read::list::{names, split, split_dates};
use scoring::read::{blank, flag, trim, width};

fuzz_target!(|cell: &str| {
    let cell = trim(cell);
    assert_eq!(trim(cell), cell);
    let half = width::half(cell);
    assert_eq!(width::half(&half), half);
    assert_eq!(blank(&half), blank(cell));
    let _ = flag(&half);
    for part in split(&half).chain(split_dates(&half)).chain(names(&half)) {
        assert!(!blank(part) && trim(part) == part && half.contains(part));
    }
    assert!(names(&half).count() <= split(&half).count());
});
