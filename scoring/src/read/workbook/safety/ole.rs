//! xls files before they are opened: an OLE file, a file system of its own, whose file `Workbook` holds records.
//!
//! Its sectors are chained by numbers, and its cells have places, that somebody can make up: chains that never end,
//! and single cells that span a sheet which nobody has memory for. Both are found here. MS-CFB, MS-XLS.

use super::{Refusal, texts};

/// Bytes that a cell takes in memory at most, with its formula and a copy.
const CELL: u64 = 64;

/// The end of a chain, and the first number that is no sector.
const END: u32 = 0xFFFF_FFFE;
const NO_SECTOR: u32 = 0xFFFF_FFFC;

/// Bytes below which a stream lies in small sectors, and their size.
const SMALL_STREAM: usize = 4096;
const SMALL_SECTOR: usize = 64;

/// Tables of sectors that the header has room for.
const HEADER_TABLES: usize = 109;

const NEVER_ENDS: Refusal = Refusal::Damaged("its chains of sectors never end");
const CUT_OFF: Refusal = Refusal::Damaged("it was cut off");

/// Checks a file; `limit` is in bytes.
pub(super) fn check(bytes: &[u8], limit: u64) -> Result<(), Refusal> {
    if bytes.len() as u64 > limit {
        return Err(Refusal::Large);
    }
    let ole = Ole::new(bytes)?;
    if ole.entry("EncryptedPackage").is_some() {
        return Err(Refusal::Locked);
    }
    let entry = ole.entry("Workbook").or_else(|| ole.entry("Book"));
    check_records(&ole.stream(entry.ok_or(Refusal::Foreign)?)?, limit)
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).filter_map(|four| u32_at(four, 0))
}

/// Sectors that follow each other by a table of numbers.
struct Sectors<'a> {
    bytes: &'a [u8],
    size: usize,
    next: Vec<u32>,
}

impl Sectors<'_> {
    fn get(&self, number: u32) -> Option<&[u8]> {
        let start = (number as usize).checked_mul(self.size)?;
        let end = start.saturating_add(self.size).min(self.bytes.len());
        self.bytes.get(start..end).filter(|sector| !sector.is_empty())
    }

    /// What stands in a chain of sectors, up to a length.
    fn chain(&self, start: u32, length: usize) -> Result<Vec<u8>, Refusal> {
        let (mut chain, mut number) = (Vec::new(), start);
        for _ in 0..=self.bytes.len() / self.size {
            if number == END || chain.len() >= length {
                return Ok(chain);
            }
            let sector = self.get(number).ok_or(CUT_OFF)?;
            let wanted = length.saturating_sub(chain.len());
            chain.extend_from_slice(sector.get(..wanted).unwrap_or(sector));
            number = self.next.get(number as usize).copied().unwrap_or(END);
        }
        Err(NEVER_ENDS)
    }
}

/// A file in the file system.
struct Entry {
    name: String,
    start: u32,
    length: usize,
}

struct Ole<'a> {
    sectors: Sectors<'a>,
    entries: Vec<Entry>,
    small: Vec<u8>,
    small_next: Vec<u32>,
}

impl<'a> Ole<'a> {
    fn new(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let field = |at| u32_at(bytes, at).ok_or(CUT_OFF);
        let size = match u16_at(bytes, 30) {
            Some(9) => 512,
            Some(12) => 4096,
            _ => return Err(Refusal::Damaged("its sectors have a size that none can have")),
        };
        // The header takes the room of a sector.
        let mut sectors = Sectors { bytes: bytes.get(size..).ok_or(CUT_OFF)?, size, next: Vec::new() };
        let mut table: Vec<u32> = numbers(bytes.get(76..512).ok_or(CUT_OFF)?).collect();
        let mut more = field(68)?;
        for _ in 0..=sectors.bytes.len() / size {
            let Some(sector) = sectors.get(more).filter(|_| more < NO_SECTOR) else { break };
            table.extend(numbers(sector));
            more = table.pop().unwrap_or(END);
        }
        if more < NO_SECTOR && sectors.get(more).is_some() {
            return Err(NEVER_ENDS);
        }
        if table.len() > sectors.bytes.len() / size + HEADER_TABLES {
            return Err(NEVER_ENDS);
        }
        let tables = table.into_iter().filter(|number| *number < NO_SECTOR);
        let next = tables.map(|number| sectors.get(number).map(numbers).ok_or(CUT_OFF));
        let next: Vec<u32> = next.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        sectors.next = next;
        let entries: Vec<Entry> =
            sectors.chain(field(48)?, usize::MAX)?.chunks_exact(128).filter_map(|bytes| entry(bytes, size)).collect();
        let (small, small_next) = match (field(64)? as usize, entries.first()) {
            (0, _) | (_, None) => (Vec::new(), Vec::new()),
            (count, Some(root)) => {
                let table = sectors.chain(field(60)?, count.saturating_mul(size))?;
                (sectors.chain(root.start, root.length)?, numbers(&table).collect())
            }
        };
        Ok(Self { sectors, entries, small, small_next })
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    fn stream(&self, entry: &Entry) -> Result<Vec<u8>, Refusal> {
        if entry.length >= SMALL_STREAM {
            return self.sectors.chain(entry.start, entry.length);
        }
        let small = Sectors { bytes: &self.small, size: SMALL_SECTOR, next: self.small_next.clone() };
        small.chain(entry.start, entry.length)
    }
}

/// An entry of the list of files; those of large sectors have lengths of twice the size.
fn entry(bytes: &[u8], sector: usize) -> Option<Entry> {
    let units = bytes.get(..64)?.chunks_exact(2).filter_map(|two| u16_at(two, 0)).take_while(|unit| *unit != 0);
    let name = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    let high = if sector > 512 { u64::from(u32_at(bytes, 124)?) << 32 } else { 0 };
    let length = usize::try_from(high + u64::from(u32_at(bytes, 120)?)).unwrap_or(usize::MAX);
    Some(Entry { name, start: u32_at(bytes, 116)?, length })
}

/// A record of a workbook: its kind, its data, and what follows.
fn record(stream: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let length = usize::from(u16_at(stream, 2)?);
    let (data, rest) = stream.get(4..)?.split_at_checked(length)?;
    Some((u16_at(stream, 0)?, data, rest))
}

/// Kinds of records.
mod kind {
    pub const END: u16 = 0x000A;
    pub const PASSWORD: u16 = 0x002F;
    pub const CONTINUE: u16 = 0x003C;
    pub const SHEET: u16 = 0x0085;
    pub const TEXTS: u16 = 0x00FC;
    pub const BEGIN: u16 = 0x0809;
    pub const DIMENSIONS: u16 = 0x0200;
    pub const SEVERAL_NUMBERS: u16 = 0x00BD;
    pub const SHARED_TEXT: u16 = 0x00FD;
    /// Those of one cell each.
    pub const CELLS: [u16; 7] = [0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, SHARED_TEXT, 0x0006];
}

/// Checks that the cells of all sheets fit into the memory that a workbook may take.
fn check_records(stream: &[u8], limit: u64) -> Result<(), Refusal> {
    let (mut sheets, mut shared, mut rest) = (Vec::new(), Vec::new(), stream);
    while let Some((kind, data, after)) = record(rest) {
        rest = after;
        match kind {
            kind::PASSWORD if u16_at(data, 0) != Some(0) => return Err(Refusal::Locked),
            kind::SHEET => sheets.extend(u32_at(data, 0)),
            kind::TEXTS => {
                let mut more = Vec::new();
                while let Some((kind::CONTINUE, data, after)) = record(rest) {
                    more.push(data);
                    rest = after;
                }
                shared = texts::lengths(data, more);
            }
            kind::END => break,
            _ => {}
        }
    }
    let (mut bytes, mut walked) = (0_u64, 0);
    for start in sheets {
        let sheet = Sheet::read(stream.get(start as usize..).ok_or(CUT_OFF)?, &shared);
        walked += sheet.length;
        bytes = bytes.saturating_add(sheet.cells.saturating_mul(CELL)).saturating_add(sheet.text);
        // Each sheet has records of its own.
        if walked > stream.len() {
            return Err(Refusal::Damaged("its sheets lie in each other"));
        }
        if bytes > limit {
            return Err(Refusal::Large);
        }
    }
    Ok(())
}

/// What a sheet comes to.
struct Sheet {
    /// Bytes of its records.
    length: usize,
    /// Cells between its first and its last.
    cells: u64,
    /// Bytes of its shared texts, each as often as a cell has it.
    text: u64,
}

impl Sheet {
    fn read(records: &[u8], shared: &[u64]) -> Self {
        let (mut rest, mut depth, mut begun) = (records, 0_u32, false);
        let (mut declared, mut text) = (0, 0_u64);
        let (mut rows, mut columns) = ((u16::MAX, 0), (u16::MAX, 0));
        while let Some((kind, data, after)) = record(rest) {
            rest = after;
            match kind {
                kind::BEGIN if begun => depth += 1,
                kind::BEGIN => begun = true,
                kind::END if depth == 0 => break,
                kind::END => depth -= 1,
                _ if depth > 0 => {}
                kind::DIMENSIONS => declared = declared.max(dimensions(data)),
                _ if kind == kind::SEVERAL_NUMBERS || kind::CELLS.contains(&kind) => {
                    let (Some(row), Some(first)) = (u16_at(data, 0), u16_at(data, 2)) else { continue };
                    let last = data.len().checked_sub(2).and_then(|at| u16_at(data, at));
                    let last = last.filter(|_| kind == kind::SEVERAL_NUMBERS).unwrap_or(first);
                    rows = (rows.0.min(row), rows.1.max(row));
                    columns = (columns.0.min(first), columns.1.max(first).max(last));
                    let number = u32_at(data, 6).filter(|_| kind == kind::SHARED_TEXT);
                    let length = number.and_then(|number| shared.get(number as usize)).unwrap_or(&0);
                    text = text.saturating_add(*length);
                }
                _ => {}
            }
        }
        let count = |(first, last): (u16, u16)| u64::from(last.saturating_sub(first)) + 1;
        let cells = declared.max(count(rows) * count(columns));
        Self { length: records.len() - rest.len(), cells, text }
    }
}

/// The cells that a sheet says it has.
fn dimensions(data: &[u8]) -> u64 {
    let (rows, columns) = match data.len() {
        10 => (u16_at(data, 2).map(u32::from), u16_at(data, 6)),
        _ => (u32_at(data, 4), u16_at(data, 10)),
    };
    u64::from(rows.unwrap_or(0)) * u64::from(columns.unwrap_or(0))
}
