//! A file as chunks of whole records, hashed and decoded on the way.

use std::io;

use encoding_rs::{Decoder, DecoderResult, GB18030, UTF_8};

use super::delimiter::{self, COMMA};
use super::encoding::{Decided, Gb18030};
use super::hash::Hash;
use super::limits::Limits;
use super::scan::{self, Records};
use super::settings::TableSettings;
use super::unpack::Bytes;

/// Bytes in a chunk, where records are not longer: so few that what is made of them on the way stays in the cache of
/// a core.
const CHUNK: usize = 1 << 18;

/// What a reader wants to have free at the end, to see that nothing follows.
const PROBE: usize = 32;

/// A CR, an LF or a quote may still belong to the record before it.
const UNSETTLED: usize = 2;

/// What stands in decoded text for bytes that are no text: never a part of UTF-8, so that the record is known.
const UNDECODABLE: u8 = 0xFF;

/// Some whole records, as UTF-8 where they are text.
#[derive(Debug)]
pub(super) struct Chunk {
    /// The records with their line ends.
    pub bytes: Vec<u8>,
    /// The physical line of the first.
    pub line: u64,
    /// Line breaks in them.
    pub breaks: u64,
    /// How many bytes, from the first on, are hashed.
    pub hashed: usize,
}

impl Chunk {
    /// Records that are hashed, from a line on.
    pub fn new(bytes: Vec<u8>, line: u64) -> Self {
        Self { breaks: scan::line_breaks(&bytes), hashed: bytes.len(), bytes, line }
    }
}

/// Why a file cannot be read on.
#[derive(Debug)]
pub(super) enum StreamError {
    /// What the system says.
    Io(io::Error),
    /// A packed file is damaged.
    Packed(io::Error),
    /// A record is longer than it may be.
    LongRecord {
        /// The line on which it starts.
        line: u64,
        /// What a record may have, in MiB.
        limit: usize,
    },
}

impl From<io::Error> for StreamError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A file that is read in chunks.
pub(super) struct Chunks {
    bytes: Bytes,
    decoder: Option<Decoder>,
    /// Where the decoder stands in a character, when it reads GB18030.
    gb18030: Option<Gb18030>,
    /// Bytes of the mark of the encoding that are still to come.
    mark: usize,
    ended: bool,
    /// `None` until the header shows it.
    delimiter: Option<u8>,
    /// Decoded text that is not handed out yet, with comma and delimiter in each other's place.
    text: Vec<u8>,
    /// Bytes as read, when they are to be decoded.
    raw: Vec<u8>,
    /// How many bytes of the text, from the first on, were hashed before another took over.
    hashed: usize,
    line: u64,
    /// What is handed out next.
    pending: Option<Chunk>,
    limits: Limits,
}

impl Chunks {
    /// A file from its start on, with the delimiter and the limits that the tables file names.
    pub fn new(bytes: Bytes, settings: &TableSettings, decided: Decided) -> Self {
        let decoder = (decided.encoding != UTF_8).then(|| decided.encoding.new_decoder_without_bom_handling());
        Self {
            bytes,
            decoder,
            gb18030: (decided.encoding == GB18030).then(Gb18030::default),
            mark: decided.mark,
            ended: false,
            delimiter: settings.delimiter,
            text: Vec::new(),
            raw: Vec::new(),
            hashed: 0,
            line: 1,
            pending: None,
            limits: settings.limits,
        }
    }

    /// Bytes of the file read so far.
    pub fn read(&self) -> u64 {
        self.bytes.read_so_far()
    }

    /// SHA-256 of the whole file, in hex.
    pub fn sha256(&mut self) -> io::Result<String> {
        self.bytes.sha256()
    }

    /// The hash of what is handed out from here on is another's task, who begins with this one and gives it back;
    /// `None` where chunks are not what stands in the file.
    pub fn hash_elsewhere(&mut self) -> Option<Hash> {
        if self.decoder.is_some() || self.found_delimiter() != COMMA {
            return None;
        }
        self.hashed = self.text.len();
        self.bytes.hash_elsewhere()
    }

    /// Takes a hash back to which all chunks were added.
    pub fn hash_here(&mut self, hash: Hash) {
        self.bytes.hash_here(hash);
    }

    /// The first record that is not empty, and its line.
    pub fn header(&mut self) -> Result<Option<(Vec<u8>, u64)>, StreamError> {
        while let Some(chunk) = self.next()? {
            let mut records = Records::new(&chunk.bytes, chunk.line);
            if let Some(record) = records.find(|record| !scan::is_empty(record.bytes)) {
                let header = (record.bytes.to_vec(), record.line);
                let (rest, line) = records.rest();
                self.pending = (!rest.is_empty()).then(|| Chunk::new(rest.to_vec(), line));
                return Ok(Some(header));
            }
        }
        Ok(None)
    }

    /// The next records.
    pub fn next(&mut self) -> Result<Option<Chunk>, StreamError> {
        if let Some(chunk) = self.pending.take() {
            return Ok(Some(chunk));
        }
        let delimiter = self.delimiter()?;
        let (mut wanted, longest) = (CHUNK, self.limits.record());
        loop {
            self.fill(wanted)?;
            if self.text.is_empty() {
                return Ok(None);
            }
            let end = if self.ended { self.text.len() } else { scan::whole_records(&self.text) };
            if end > 0 {
                // With room for the next chunk, so that reading never moves what is there.
                let mut rest = Vec::with_capacity(CHUNK + PROBE);
                rest.extend_from_slice(self.text.get(end..).unwrap_or_default());
                let mut bytes = std::mem::replace(&mut self.text, rest);
                bytes.truncate(end);
                let line = self.line;
                self.check_lengths(&bytes, line)?;
                let breaks = scan::line_breaks(&bytes);
                self.line += breaks;
                let hashed = if self.bytes.is_hashed() { end } else { self.hashed.min(end) };
                self.hashed -= hashed.min(self.hashed);
                let bytes = if delimiter == COMMA { bytes } else { delimiter::canonical(&bytes, delimiter) };
                return Ok(Some(Chunk { bytes, line, breaks, hashed }));
            }
            if self.text.len() > longest + UNSETTLED {
                return Err(self.long_record(self.line));
            }
            wanted = self.text.len().saturating_mul(2).min(longest + UNSETTLED + 1);
        }
    }

    /// What stands between the cells; a comma before the header is read.
    pub fn found_delimiter(&self) -> u8 {
        self.delimiter.unwrap_or(COMMA)
    }

    /// The delimiter, by the header where the tables file does not name it.
    fn delimiter(&mut self) -> Result<u8, StreamError> {
        let mut wanted = CHUNK;
        loop {
            if let Some(delimiter) = self.delimiter {
                return Ok(delimiter);
            }
            self.fill(wanted)?;
            let all = self.ended || self.text.len() > self.limits.record();
            if let Some(delimiter) = delimiter::recognise(&self.text, all) {
                delimiter::swap(&mut self.text, delimiter);
                self.delimiter = Some(delimiter);
            }
            wanted = self.text.len().saturating_mul(2);
        }
    }

    fn fill(&mut self, wanted: usize) -> Result<(), StreamError> {
        while !self.ended && self.text.len() < wanted {
            let (before, missing) = (self.text.len(), wanted - self.text.len());
            if self.decoder.is_some() {
                self.raw.clear();
                self.ended = read_up_to(&mut self.bytes, missing, &mut self.raw, &mut self.mark)?;
                self.decode();
            } else {
                self.ended = read_up_to(&mut self.bytes, missing, &mut self.text, &mut self.mark)?;
            }
            if let Some(delimiter) = self.delimiter.filter(|delimiter| *delimiter != COMMA) {
                delimiter::swap(self.text.get_mut(before..).unwrap_or_default(), delimiter);
            }
        }
        Ok(())
    }

    fn check_lengths(&self, bytes: &[u8], line: u64) -> Result<(), StreamError> {
        let longest = self.limits.record();
        if bytes.len() <= longest {
            return Ok(());
        }
        let long = Records::new(bytes, line).find(|record| record.bytes.len() > longest);
        long.map_or(Ok(()), |record| Err(self.long_record(record.line)))
    }

    fn long_record(&self, line: u64) -> StreamError {
        StreamError::LongRecord { line, limit: self.limits.record_mib }
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

/// Reads so many bytes, or up to the end, and leaves out the mark of the encoding. Gives whether the end was reached.
fn read_up_to(bytes: &mut Bytes, wanted: usize, into: &mut Vec<u8>, mark: &mut usize) -> Result<bool, StreamError> {
    let before = into.len();
    let packed = bytes.is_packed();
    let error = |error| if packed { StreamError::Packed(error) } else { StreamError::Io(error) };
    let got = bytes.read_up_to(wanted, into).map_err(error)?;
    let left_out = (*mark).min(got);
    into.drain(before..before + left_out);
    *mark -= left_out;
    Ok(got < wanted)
}
