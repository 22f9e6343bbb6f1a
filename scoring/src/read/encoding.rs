//! The encoding of a file. METHOD §2, "Encoding of a file".

use std::io::Read;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::scan::Records;
use super::settings::TableSettings;
use super::source::SourceFile;
use super::stream::{Chunks, StreamError};

/// Bytes looked at before a file is read.
const SAMPLE: u64 = 1 << 20;

/// Marks that name an encoding at the start of a file.
const MARKS: [(&[u8], &Encoding); 4] =
    [(b"\xEF\xBB\xBF", UTF_8), (b"\xFF\xFE", UTF_16LE), (b"\xFE\xFF", UTF_16BE), (b"\x84\x31\x95\x33", GB18030)];

/// An encoding that a file is read in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decided {
    /// The encoding.
    pub encoding: &'static Encoding,
    /// Bytes of its mark at the start of the file.
    pub mark: usize,
    /// Whether no record of the file can make it another.
    pub sure: bool,
}

/// The encoding of a file by its mark, by the tables file, or by the start of the file.
pub(super) fn decide(file: &SourceFile, settings: &TableSettings) -> Result<Decided, StreamError> {
    let mut start = Vec::new();
    let bytes = file.bytes()?;
    let error = if bytes.is_packed() { StreamError::Packed } else { StreamError::Io };
    bytes.take(SAMPLE).read_to_end(&mut start).map_err(error)?;
    if let Some((mark, encoding)) = MARKS.into_iter().find(|(mark, _)| start.starts_with(mark)) {
        return Ok(Decided { encoding, mark: mark.len(), sure: true });
    }
    if let Some(encoding) = settings.encoding {
        return Ok(Decided { encoding, mark: 0, sure: true });
    }
    let looks_like_utf8 = match std::str::from_utf8(&start) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && start.len() as u64 == SAMPLE,
    };
    if looks_like_utf8 { Ok(Decided { encoding: UTF_8, mark: 0, sure: false }) } else { survey(file, settings) }
}

/// The encoding of a file without a mark, by all of its records: UTF-8 when at most half of those with a byte
/// from 0x80 on are invalid in it, else GB18030.
pub(super) fn survey(file: &SourceFile, settings: &TableSettings) -> Result<Decided, StreamError> {
    let mut chunks = Chunks::new(file.bytes()?, settings, Decided { encoding: UTF_8, mark: 0, sure: true });
    let (mut wide, mut invalid) = (0_u64, 0_u64);
    while let Some(chunk) = chunks.next()? {
        for record in Records::new(&chunk.bytes, chunk.line).filter(|record| !record.bytes.is_ascii()) {
            wide += 1;
            invalid += u64::from(simdutf8::basic::from_utf8(record.bytes).is_err());
        }
    }
    let encoding = if invalid.saturating_mul(2) <= wide { UTF_8 } else { GB18030 };
    Ok(Decided { encoding, mark: 0, sure: true })
}

/// Where the next byte stands in its character of GB18030.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Gb18030 {
    /// It begins one.
    #[default]
    First,
    /// After the first byte of two or four.
    Second,
    /// After two of four.
    Third,
    /// After three of four.
    Fourth,
}

impl Gb18030 {
    /// Makes of each 0x80 that begins a character a byte that begins none. GB18030 has no such character; decoders take
    /// it for the `€` of code page 936, and so would take UTF-8 for text.
    pub fn spoil(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *self = match (*self, *byte) {
                (Self::Second, 0x30..=0x39) => Self::Third,
                (Self::Third, 0x81..=0xFE) => Self::Fourth,
                (Self::Second, 0x40..=0xFE) | (Self::Fourth, 0x30..=0x39) => Self::First,
                (_, 0x80) => {
                    *byte = 0xFF;
                    Self::First
                }
                (_, 0x81..=0xFE) => Self::Second,
                _ => Self::First,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_80_is_no_character_of_gb18030_but_may_end_one() {
        let spoiled = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            let mut place = Gb18030::default();
            // In pieces, as they come from a file.
            bytes.chunks_mut(3).for_each(|piece| place.spoil(piece));
            GB18030.decode_without_bom_handling_and_without_replacement(&bytes).map(|text| text.into_owned())
        };
        assert_eq!(spoiled(b"a\x80"), None);
        assert_eq!(spoiled("上海　".as_bytes()), None);
        assert_eq!(spoiled(b"\xA2\xE3\x81\x80,\x95\x32\x82\x36\xC4\xE3").as_deref(), Some("€亐,𠀀你"));
    }
}
