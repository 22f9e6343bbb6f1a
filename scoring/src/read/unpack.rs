//! The bytes of a file, unpacked where it is packed, and hashed as they lie on the disk.

use std::io::{self, BufReader, Read};

use super::hash::Hash;
use super::kind::Packing;
use flate2::read::MultiGzDecoder;

/// Bytes as they come from a disk or from memory.
pub(super) type Source = Box<dyn Read + Send>;

/// A file that is read from its start to its end.
pub(super) enum Bytes {
    /// As it is.
    Plain(Hashed),
    /// Out of gzip.
    Gzip(Box<MultiGzDecoder<Hashed>>),
    /// Out of Zstandard.
    Zstd(zstd::Decoder<'static, BufReader<Hashed>>),
}

impl Bytes {
    /// A file from its start on.
    pub fn new(source: Source, packing: Option<Packing>) -> io::Result<Self> {
        let file = Hashed { source, hash: Some(Hash::default()), read: 0 };
        Ok(match packing {
            None => Self::Plain(file),
            Some(Packing::Gzip) => Self::Gzip(Box::new(MultiGzDecoder::new(file))),
            Some(Packing::Zstd) => Self::Zstd(zstd::Decoder::new(file)?),
        })
    }

    /// Bytes of the file read so far.
    pub fn read_so_far(&self) -> u64 {
        match self {
            Self::Plain(file) => file.read,
            Self::Gzip(decoder) => decoder.get_ref().read,
            Self::Zstd(decoder) => decoder.get_ref().get_ref().read,
        }
    }

    /// Whether the file is packed.
    pub fn is_packed(&self) -> bool {
        !matches!(self, Self::Plain(_))
    }

    /// SHA-256 of the whole file, in hex.
    pub fn sha256(&mut self) -> io::Result<String> {
        let file = match self {
            Self::Plain(file) => file,
            Self::Gzip(decoder) => decoder.get_mut(),
            Self::Zstd(decoder) => decoder.get_mut().get_mut(),
        };
        io::copy(file, &mut io::sink())?;
        Ok(file.hash.as_ref().map(Hash::hex).unwrap_or_default())
    }

    /// Reads so many bytes, or up to the end, and gives how many there were.
    pub fn read_up_to(&mut self, most: usize, into: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.read_up_to(most, into),
            Self::Gzip(_) | Self::Zstd(_) => self.take(most as u64).read_to_end(into),
        }
    }

    /// The hash of the bytes read so far, where these are those of the file: from here on another hashes them, until
    /// the hash comes back.
    pub fn hash_elsewhere(&mut self) -> Option<Hash> {
        match self {
            Self::Plain(file) => file.hash.take(),
            Self::Gzip(_) | Self::Zstd(_) => None,
        }
    }

    /// Takes a hash back, to which all bytes are added that were read meanwhile.
    pub fn hash_here(&mut self, hash: Hash) {
        if let Self::Plain(file) = self {
            file.hash = Some(hash);
        }
    }

    /// Whether bytes are hashed as they are read.
    pub fn is_hashed(&self) -> bool {
        !matches!(self, Self::Plain(Hashed { hash: None, .. }))
    }
}

impl Read for Bytes {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.read(into),
            Self::Gzip(decoder) => decoder.read(into),
            Self::Zstd(decoder) => decoder.read(into),
        }
    }
}

/// A file whose bytes are hashed as they are read.
pub(super) struct Hashed {
    source: Source,
    /// `None` where another hashes them.
    hash: Option<Hash>,
    read: u64,
}

impl Hashed {
    fn add(&mut self, bytes: &[u8]) {
        if let Some(hash) = &mut self.hash {
            hash.add(bytes);
        }
        self.read += bytes.len() as u64;
    }

    /// Reads so many bytes, or up to the end, and gives how many there were.
    fn read_up_to(&mut self, most: usize, into: &mut Vec<u8>) -> io::Result<usize> {
        let before = into.len();
        // From the source itself, so that memory need not be cleared before it is read into.
        let got = (&mut self.source).take(most as u64).read_to_end(into)?;
        self.add(into.get(before..).unwrap_or_default());
        Ok(got)
    }
}

impl Read for Hashed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = self.source.read(into)?;
        self.add(into.get(..got).unwrap_or_default());
        Ok(got)
    }
}
