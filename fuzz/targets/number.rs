//! Cells of numbers. A sign in front keeps the short way of plain digits from being taken, and changes no number.

#![no_main]

use libfuzzer_sys::fuzz_target;
use scoring::number::{Mode, Number};
use scoring::read::number::{parse, parse_weight};

fn shown(number: &Number) -> Result<String, scoring::number::TooLarge> {
    number.exact().show(30, Mode::HalfUp)
}

fuzz_target!(|cell: &str| {
    match parse(cell) {
        Err(fault) => assert!(!fault.message(cell).is_empty() && !fault.hint(cell).is_empty()),
        Ok(number) if !cell.starts_with(['+', '-']) => {
            let signed = parse(&format!("+{cell}"));
            assert_eq!(signed.map(|signed| shown(&signed)), Ok(shown(&number)));
        }
        Ok(number) => drop(shown(&number)),
    }
    if parse_weight(cell).is_ok() {
        assert!(parse(cell).is_ok());
    }
});
