//! One file of a table, read from its start to its end. METHOD §2.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use polars::prelude::PolarsError;
use rayon::iter::{ParallelBridge, ParallelIterator};

use super::block::{Block, Broken};
use super::encoding::{self, Decided};
use super::error::ReadError;
use super::hash::{InOrder, Turn};
use super::kind::{self, Format, Kind};
use super::layout::Layout;
use super::rows::FileInfo;
use super::scan::{self, Records};
use super::settings::TableSettings;
use super::stream::{Chunk, Chunks, StreamError};
use super::table::TableName;
use super::unpack::Bytes;
use super::workbook::{self, Sheet};
use super::{parquet, sideways};

/// How far reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read.
    pub bytes: u64,
    /// Bytes of the file.
    pub total_bytes: u64,
    /// Rows done.
    pub rows: u64,
}

/// A file of a table.
#[derive(Debug)]
pub(super) struct SourceFile {
    pub path: PathBuf,
    /// Its name without folders; with that of the table where it stands in a folder of it.
    pub name: String,
    /// Its name without folders and ending.
    pub stem: String,
    kind: Kind,
    /// Its bytes, when it is not on a disk.
    memory: Option<Arc<[u8]>>,
    decided: OnceLock<Decided>,
    /// The sheet that it is, of a workbook.
    sheet: Option<Sheet>,
}

/// What is made of the rows of a file.
pub(super) struct Reading<T> {
    pub info: FileInfo,
    pub layout: Layout,
    /// In the order of the file.
    pub parts: Vec<T>,
}

/// What reading a file needs to know.
pub(super) struct Plan<'a, T> {
    /// The table.
    pub table: TableName,
    /// What the tables file says of it.
    pub settings: &'a TableSettings,
    /// Finds the columns by the headings.
    pub layout: &'a dyn Fn(&[String]) -> Result<Layout, ReadError>,
    /// Makes something of some rows; their number counts the blocks of the file.
    pub each: &'a (dyn Fn(&Layout, usize, Block) -> T + Sync),
    /// Hears how far reading is.
    pub progress: &'a (dyn Fn(Progress) + Sync),
}

impl SourceFile {
    /// A file of a table; text when its ending says nothing else.
    pub fn new(path: &Path) -> Self {
        let text = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        let (stem, kind) = match kind::of(path) {
            Some((stem, kind)) => (stem.to_owned(), kind),
            None => (text(path.file_stem()), Kind::TEXT),
        };
        let name = text(path.file_name());
        Self { path: path.to_owned(), name, stem, kind, memory: None, decided: OnceLock::new(), sheet: None }
    }

    /// A file in the folder of its table.
    pub fn in_folder(folder: &str, path: &Path) -> Self {
        let file = Self::new(path);
        Self { name: format!("{folder}/{}", file.name), ..file }
    }

    /// Whether it is a workbook, which is read by its sheets.
    pub fn is_workbook(&self) -> bool {
        self.kind.format == Format::Workbook
    }

    /// A sheet of it, with a stem.
    pub fn sheet(&self, stem: String, sheet: Sheet) -> Self {
        let name = format!("{}#{}", self.name, sheet.name());
        Self { name, stem, sheet: Some(sheet), ..Self::new(&self.path) }
    }

    /// CSV that is not on a disk, under the name that a file of it would have.
    pub fn in_memory(name: &str, text: &str) -> Self {
        Self { memory: Some(Arc::from(text.as_bytes())), kind: Kind::TEXT, ..Self::new(Path::new(name)) }
    }

    /// Its bytes from the start on, unpacked.
    pub fn bytes(&self) -> io::Result<Bytes> {
        match &self.memory {
            Some(bytes) => Bytes::new(Box::new(Cursor::new(Arc::clone(bytes))), self.kind.packing),
            None => Bytes::new(Box::new(File::open(&self.path)?), self.kind.packing),
        }
    }

    fn chunks(&self, settings: &TableSettings, decided: Decided) -> Result<Chunks, ReadError> {
        let bytes = self.bytes().map_err(|error| self.unreadable(error))?;
        Ok(Chunks::new(bytes, settings, decided))
    }

    fn stream_error(&self, error: StreamError) -> ReadError {
        let file = self.name.clone();
        match error {
            StreamError::Io(source) => self.unreadable(source),
            StreamError::Packed(source) => ReadError::Packed { file, source },
            StreamError::LongRecord { line, limit } => ReadError::LongRecord { file, line, limit },
        }
    }

    pub fn unreadable(&self, source: std::io::Error) -> ReadError {
        ReadError::Unreadable { path: self.path.clone(), source }
    }

    pub fn table_error(&self, line: u64, source: PolarsError) -> ReadError {
        ReadError::Table { file: self.name.clone(), line, source }
    }

    pub fn total_bytes(&self) -> u64 {
        match &self.memory {
            Some(bytes) => bytes.len() as u64,
            None => std::fs::metadata(&self.path).map_or(0, |data| data.len()),
        }
    }

    /// SHA-256 of its bytes as they lie on the disk, in hex.
    pub fn sha256(&self) -> Result<String, ReadError> {
        let bytes = self.bytes().and_then(|mut bytes| bytes.sha256());
        bytes.map_err(|error| self.unreadable(error))
    }

    /// Reads the file; again, when it turns out to be in another encoding than it began in.
    pub fn read<T: Send>(&self, plan: &Plan<'_, T>) -> Result<Reading<T>, ReadError> {
        loop {
            if let Some(reading) = self.read_once(plan)? {
                return Ok(reading);
            }
        }
    }

    /// Reads the file; `None` when it turned out to be in another encoding than it began in, which is known now.
    pub fn read_once<T: Send>(&self, plan: &Plan<'_, T>) -> Result<Option<Reading<T>>, ReadError> {
        if self.kind.format != Format::Text && !plan.settings.headings.is_empty() {
            return Err(ReadError::OwnHeadings { file: self.name.clone() });
        }
        if let Some(sheet) = &self.sheet {
            return workbook::read(self, sheet, plan).map(Some);
        }
        if self.kind.format == Format::Parquet {
            return parquet::read(self, plan).map(Some);
        }
        let decided = self.decided(plan.settings)?;
        let (reading, invalid) = self.read_in(decided, plan)?;
        let settled = match invalid > 0 && !decided.sure {
            true => encoding::survey(self, plan.settings).map_err(|error| self.stream_error(error))?,
            false => decided,
        };
        // Another thread cannot have decided otherwise.
        let _ = self.decided.set(settled);
        Ok((settled.encoding == decided.encoding).then_some(reading))
    }

    fn decided(&self, settings: &TableSettings) -> Result<Decided, ReadError> {
        match self.decided.get() {
            Some(decided) => Ok(*decided),
            None => encoding::decide(self, settings).map_err(|error| self.stream_error(error)),
        }
    }

    /// Reads the file in an encoding, and says how many of its records are no text in it.
    fn read_in<T: Send>(&self, decided: Decided, plan: &Plan<'_, T>) -> Result<(Reading<T>, u64), ReadError> {
        let mut chunks = self.chunks(plan.settings, decided)?;
        let layout = self.layout(&mut chunks, decided, plan)?;
        let (total_bytes, bytes) = (self.total_bytes(), AtomicU64::new(0));
        let (rows, invalid) = (AtomicU64::new(0), AtomicU64::new(0));
        let skip_totals = plan.settings.skip_totals.unwrap_or(false);
        let in_order = chunks.hash_elsewhere().map(InOrder::new);
        let next = || {
            let chunk = chunks.next().map_err(|error| self.stream_error(error)).transpose();
            bytes.store(chunks.read(), Ordering::Relaxed);
            chunk
        };
        let part = |(place, chunk): (usize, Result<Chunk, ReadError>)| {
            let mut turn = in_order.as_ref().map(|in_order| in_order.turn(place));
            let mut block = Block::of_csv(chunk?, layout.width, skip_totals, turn.as_mut().map(Turn::hash));
            drop(turn);
            let bad = block.broken.iter().filter(|(_, broken)| *broken == Broken::Encoding).count();
            invalid.fetch_add(bad as u64, Ordering::Relaxed);
            let skipped = std::mem::take(&mut block.skipped);
            let new_rows = (block.lines.len() + skipped.len()) as u64;
            let part = (plan.each)(&layout, place, block);
            let rows = rows.fetch_add(new_rows, Ordering::Relaxed) + new_rows;
            (plan.progress)(Progress { bytes: bytes.load(Ordering::Relaxed), total_bytes, rows });
            Ok((place, (part, skipped)))
        };
        let parts = std::iter::from_fn(next).enumerate().par_bridge().map(part);
        let mut parts: Vec<(usize, (T, Vec<u64>))> = parts.collect::<Result<_, ReadError>>()?;
        parts.sort_unstable_by_key(|(place, _)| *place);
        let (parts, skipped): (Vec<T>, Vec<Vec<u64>>) = parts.into_iter().map(|(_, part)| part).unzip();
        if let Some(in_order) = in_order {
            chunks.hash_here(in_order.all());
        }
        let sha256 = chunks.sha256().map_err(|error| self.unreadable(error))?;
        let (rows, skipped) = (rows.into_inner(), skipped.concat());
        let info = FileInfo { name: self.name.clone(), sha256, rows, skipped, warnings: Vec::new() };
        Ok((Reading { info, layout, parts }, invalid.into_inner()))
    }

    fn layout<T>(&self, chunks: &mut Chunks, decided: Decided, plan: &Plan<'_, T>) -> Result<Layout, ReadError> {
        let headings = self.headings(chunks, plan.settings, decided)?;
        match (plan.layout)(&headings) {
            Ok(mut layout) => {
                layout.delimiter = chunks.found_delimiter();
                Ok(layout)
            }
            Err(missing) => {
                let next = chunks.next().map_err(|error| self.stream_error(error))?;
                Err(sideways::reason(missing, next.as_ref()))
            }
        }
    }

    /// Refuses a file with more columns than it may have.
    pub fn check_columns(&self, columns: usize, settings: &TableSettings) -> Result<(), ReadError> {
        let limit = settings.limits.columns;
        if columns <= limit {
            return Ok(());
        }
        Err(ReadError::TooManyColumns { file: self.name.clone(), columns, limit })
    }

    fn headings(
        &self,
        chunks: &mut Chunks,
        settings: &TableSettings,
        decided: Decided,
    ) -> Result<Vec<String>, ReadError> {
        let header = chunks.header().map_err(|error| self.stream_error(error))?;
        let Some((record, line)) = header else {
            return Err(ReadError::NoHeader { file: self.name.clone() });
        };
        if !settings.headings.is_empty() {
            self.check_columns(settings.headings.len(), settings)?;
            return Ok(settings.headings.clone());
        }
        self.check_columns(scan::count_cells(&record), settings)?;
        let texts = scan::cells(&record).map(|cell| String::from_utf8(cell.into_owned()));
        texts.collect::<Result<_, _>>().map_err(|_| ReadError::HeaderEncoding {
            file: self.name.clone(),
            line,
            encoding: decided.encoding.name(),
        })
    }

    /// The records on these lines as they were, as CSV records; `each` gets the line and the record.
    pub fn records(
        &self,
        settings: &TableSettings,
        lines: &BTreeSet<u64>,
        each: &mut dyn FnMut(u64, String),
    ) -> Result<(), ReadError> {
        if let Some(sheet) = &self.sheet {
            return workbook::records(sheet, lines, each);
        }
        if self.kind.format == Format::Parquet {
            return parquet::records(self, settings, lines, each);
        }
        let failed = |error| self.stream_error(error);
        let mut chunks = self.chunks(settings, self.decided(settings)?)?;
        // Nobody asks for the hash.
        drop(chunks.hash_elsewhere());
        while let Some(chunk) = chunks.next().map_err(failed)? {
            let end = chunk.line + scan::line_breaks(&chunk.bytes) + 1;
            if lines.range(chunk.line..end).next().is_none() {
                continue;
            }
            for record in Records::new(&chunk.bytes, chunk.line).filter(|record| lines.contains(&record.line)) {
                let mut text = Vec::new();
                scan::write_record(record.bytes, &mut text);
                each(record.line, String::from_utf8_lossy(&text).into_owned());
            }
        }
        Ok(())
    }
}
