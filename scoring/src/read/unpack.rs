//! The bytes of a file, unpacked where it is packed, and hashed as they lie on the disk.

use std::io::{self, BufReader, Read};

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::kind::Packing;

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
        let file = Hashed { source, hash: Sha256::new(), read: 0 };
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
        Ok(crate::digest::hex(&file.hash.clone().finalize()))
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
    hash: Sha256,
    read: u64,
}

impl Read for Hashed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = self.source.read(into)?;
        self.hash.update(into.get(..got).unwrap_or_default());
        self.read += got as u64;
        Ok(got)
    }
}
