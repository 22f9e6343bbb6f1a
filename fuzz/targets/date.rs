//! Cells of dates, and formats of dates: the first line of the input is a format, the rest the cell.

#![no_main]

use std::sync::LazyLock;

use kaohe_fuzz::{POLICY, policy};
use libfuzzer_sys::fuzz_target;
use scoring::policy::Resolution;
use scoring::read::date::{DateContext, parse};
use scoring::read::width;

static CONTEXT: LazyLock<DateContext> = LazyLock::new(|| DateContext::of(&policy(POLICY)));

fuzz_target!(|text: &str| {
    let (format, cell) = text.split_once('\n').unwrap_or(("", text));
    let cell = width::half(cell);
    for resolution in [Resolution::Day, Resolution::Second] {
        let context = DateContext { resolution, ..CONTEXT.clone() };
        match parse(&cell, &context) {
            Err(fault) => assert!(!fault.message(&cell).is_empty() && !fault.hint(&cell).is_empty()),
            Ok(None) => {}
            Ok(Some(moment)) => {
                // A day that was read is one that can be written, and is read again as itself.
                if let Some(date) = moment.day.date() {
                    let again = parse(&date.to_string(), &context);
                    assert_eq!(again.map(|again| again.map(|again| again.day)), Ok(Some(moment.day)));
                }
            }
        }
        if !format.is_empty() {
            let _ = parse(&cell, &context.with_formats(&[format.to_owned()]));
        }
    }
});
