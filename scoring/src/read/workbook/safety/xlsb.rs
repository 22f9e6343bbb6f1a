//! The shared texts of an xlsb file before it is opened: each must lie in its own record, because what a text says of
//! its length is believed, and what stood in the record before is still at hand then. MS-XLSB, BrtSSTItem.

use std::io::{self, BufRead, Read};

use super::Refusal;

/// The kind of a record with a text, and the bytes before its characters: flags, and their number.
const TEXT: u16 = 0x0013;
const BEFORE: u64 = 5;

/// Checks the part with the shared texts.
pub(super) fn check(mut part: impl BufRead) -> Result<(), Refusal> {
    loop {
        match check_record(&mut part) {
            Ok(None) => return Ok(()),
            Ok(Some(true)) => {}
            Ok(Some(false)) => return Err(Refusal::Damaged("a text is longer than its record")),
            Err(_) => return Err(Refusal::Damaged("its texts were cut off")),
        }
    }
}

/// Whether the next record is whole; `None` at the end.
fn check_record(part: &mut impl BufRead) -> io::Result<Option<bool>> {
    if part.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let (kind, length) = (number(part, 2)?, number(part, 4)?);
    let mut data = part.take(length);
    let mut whole = true;
    if kind == u64::from(TEXT) {
        let mut before = [0; BEFORE as usize];
        whole = length >= BEFORE;
        if whole {
            data.read_exact(&mut before)?;
            let [_, characters @ ..] = before;
            whole = BEFORE + u64::from(u32::from_le_bytes(characters)) * 2 <= length;
        }
    }
    let left = data.limit();
    let skipped = io::copy(&mut data, &mut io::sink())?;
    if skipped < left { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(Some(whole)) }
}

/// A number of so many bytes at most, seven bits in each.
fn number(part: &mut impl BufRead, most: u32) -> io::Result<u64> {
    let mut number = 0;
    for place in 0..most {
        let mut byte = [0];
        part.read_exact(&mut byte)?;
        let [byte] = byte;
        number += u64::from(byte & 0x7F) << (7 * place);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Ok(number)
}
