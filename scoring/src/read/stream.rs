//! A file as chunks of whole records, hashed and decoded on the way.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, GB18030, UTF_8};
use sha2::{Digest, Sha256};

use super::encoding::{Decided, Gb18030};
use super::scan::{self, Records};

/// Bytes in a chunk, where records are not longer.
const CHUNK: usize = 1 << 20;

/// What stands in decoded text for bytes that are no text: never a part of UTF-8, so that the record is known.
const UNDECODABLE: u8 = 0xFF;

/// Some whole records, as UTF-8 where they are text.
#[derive(Debug)]
pub(super) struct Chunk {
    /// The records with their line ends.
    pub bytes: Vec<u8>,
    /// The physical line of the first.
    pub line: u64,
}

/// Bytes as they come from a disk or from memory.
pub(super) type Source = Box<dyn Read + Send>;

/// A file that is read in chunks.
pub(super) struct Chunks {
    source: Source,
    hash: Sha256,
    decoder: Option<Decoder>,
    /// Where the decoder stands in a character, when it reads GB18030.
    gb18030: Option<Gb18030>,
    /// Bytes of the mark of the encoding that are still to come.
    mark: usize,
    read: u64,
    ended: bool,
    /// Decoded text that is not handed out yet.
    text: Vec<u8>,
    /// Bytes as read, when they are to be decoded.
    raw: Vec<u8>,
    line: u64,
}

impl Chunks {
    /// A file from its start on.
    pub fn new(source: Source, decided: Decided) -> Self {
        let decoder = (decided.encoding != UTF_8).then(|| decided.encoding.new_decoder_without_bom_handling());
        Self {
            source,
            hash: Sha256::new(),
            decoder,
            gb18030: (decided.encoding == GB18030).then(Gb18030::default),
            mark: decided.mark,
            read: 0,
            ended: false,
            text: Vec::new(),
            raw: Vec::new(),
            line: 1,
        }
    }

    /// Bytes of the file read so far.
    pub fn read(&self) -> u64 {
        self.read
    }

    /// SHA-256 of the bytes read so far, in hex.
    pub fn sha256(&self) -> String {
        crate::digest::hex(&self.hash.clone().finalize())
    }

    /// The first record that is not empty, and its line.
    pub fn header(&mut self) -> io::Result<Option<(Vec<u8>, u64)>> {
        while let Some(chunk) = self.next()? {
            let mut records = Records::new(&chunk.bytes, chunk.line);
            if let Some(record) = records.find(|record| !scan::is_empty(record.bytes)) {
                let header = (record.bytes.to_vec(), record.line);
                let (rest, line) = records.rest();
                let mut text = rest.to_vec();
                text.append(&mut self.text);
                (self.text, self.line) = (text, line);
                return Ok(Some(header));
            }
        }
        Ok(None)
    }

    /// The next records.
    pub fn next(&mut self) -> io::Result<Option<Chunk>> {
        let mut wanted = CHUNK;
        loop {
            self.fill(wanted)?;
            if self.text.is_empty() {
                return Ok(None);
            }
            let end = if self.ended { self.text.len() } else { scan::whole_records(&self.text) };
            if end > 0 {
                let rest = self.text.split_off(end);
                let bytes = std::mem::replace(&mut self.text, rest);
                let line = self.line;
                self.line += scan::line_breaks(&bytes);
                return Ok(Some(Chunk { bytes, line }));
            }
            wanted = self.text.len().saturating_mul(2);
        }
    }

    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        while !self.ended && self.text.len() < wanted {
            let missing = wanted - self.text.len();
            if self.decoder.is_some() {
                self.raw.clear();
                let got = read_up_to(&mut self.source, missing, &mut self.raw, &mut self.hash, &mut self.mark)?;
                self.read += got.bytes;
                self.ended = got.ended;
                self.decode();
            } else {
                let got = read_up_to(&mut self.source, missing, &mut self.text, &mut self.hash, &mut self.mark)?;
                self.read += got.bytes;
                self.ended = got.ended;
            }
        }
        Ok(())
    }

    fn decode(&mut self) {
        let Some(decoder) = &mut self.decoder else { return };
        if let Some(place) = &mut self.gb18030 {
            place.spoil(&mut self.raw);
        }
        let mut source = &self.raw[..];
        let mut piece = [0_u8; 8192];
        loop {
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(source, &mut piece, self.ended);
            self.text.extend_from_slice(piece.get(..written).unwrap_or_default());
            source = source.get(read..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.text.push(UNDECODABLE),
            }
        }
    }
}

struct Got {
    bytes: u64,
    ended: bool,
}

/// Reads so many bytes, or up to the end, hashes them and leaves out the mark of the encoding.
fn read_up_to(
    source: &mut Source,
    wanted: usize,
    into: &mut Vec<u8>,
    hash: &mut Sha256,
    mark: &mut usize,
) -> io::Result<Got> {
    let before = into.len();
    let got = source.take(wanted as u64).read_to_end(into)?;
    hash.update(into.get(before..).unwrap_or_default());
    let left_out = (*mark).min(got);
    into.drain(before..before + left_out);
    *mark -= left_out;
    Ok(Got { bytes: got as u64, ended: got < wanted })
}
