//! What a file with the ending of a workbook holds, and whether it is safe to open.

mod ods;
mod ole;
mod texts;
mod xlsb;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use crate::read::error::ReadError;
use crate::read::limits::Limits;

/// The signature of a file of parts, as xlsx and ods are.
const ZIP: &[u8] = b"PK\x03\x04";

/// The signature of an OLE file, as xls is, and everything that has a password.
const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Bytes by which content is told.
const HEAD: u64 = 4096;

/// Bytes that the part with the styles may have unpacked: each of its tags becomes a style of many times its length.
const STYLES: u64 = 16 << 20;

/// Bytes that the shortest shared string takes: `<si/>`.
const SHORTEST_STRING: u64 = 5;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

/// Why a file is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// It is larger unpacked than it may be.
    Large,
    /// It has a password.
    Locked,
    /// It is a file of another program.
    Foreign,
    /// Something in it cannot be.
    Damaged(&'static str),
}

impl Refusal {
    fn of(self, file: &str, limits: Limits) -> ReadError {
        let file = file.to_owned();
        match self {
            Self::Large => ReadError::LargeWorkbook { file, limit: limits.workbook_mib },
            Self::Locked => ReadError::Locked { file },
            Self::Foreign => {
                let remedy = "save the table as .xlsx or .csv";
                ReadError::NoWorkbook { file, what: "is a file of another program", remedy }
            }
            Self::Damaged(why) => ReadError::Workbook { file, why: why.to_owned() },
        }
    }
}

/// Looks what a file holds, and how large it is unpacked.
pub(super) fn look(path: &Path, file: &str, limits: Limits) -> Result<Content, ReadError> {
    let unreadable = |source| ReadError::Unreadable { path: path.to_owned(), source };
    let limit = limits.workbook();
    let mut opened = File::open(path).map_err(unreadable)?;
    let mut head = Vec::new();
    opened.by_ref().take(HEAD).read_to_end(&mut head).map_err(unreadable)?;
    if head.starts_with(ZIP) {
        return Parts { file, limits, left: limit }.look(BufReader::new(opened));
    }
    if head.starts_with(OLE) {
        opened.take(limit).read_to_end(&mut head).map_err(unreadable)?;
        return ole::check(&head, limit).map(|()| Content::Xls).map_err(|refusal| refusal.of(file, limits));
    }
    let (what, remedy) = no_workbook(&head);
    Err(ReadError::NoWorkbook { file: file.to_owned(), what, remedy })
}

/// What a file is that is no workbook, and what to do with it.
fn no_workbook(head: &[u8]) -> (&'static str, &'static str) {
    let text = String::from_utf8_lossy(head).trim_start_matches(['\u{FEFF}', ' ', '\r', '\n', '\t']).to_lowercase();
    let anew = "open it in Excel or WPS and save it as .xlsx";
    if head.is_empty() {
        return ("is empty", "copy it anew from where it came");
    }
    if text.starts_with("<?xml") && text.contains("urn:schemas-microsoft-com:office:spreadsheet") {
        return ("is an XML spreadsheet, not a workbook", anew);
    }
    if text.contains("<html") || text.contains("<table") {
        return ("is a web page with the ending of a workbook", anew);
    }
    if head.contains(&0) {
        return ("is no workbook", "copy it anew from where it came, or save the table as .xlsx or .csv");
    }
    (
        "is text with the ending of a workbook",
        "give it the ending .csv, or open it in Excel or WPS and save it as .xlsx",
    )
}

/// A file of parts, whose names say what it is, and which all unpacked must stay in the limit.
struct Parts<'a> {
    file: &'a str,
    limits: Limits,
    /// Bytes that further parts may have.
    left: u64,
}

impl Parts<'_> {
    fn refuse(&self, refusal: Refusal) -> ReadError {
        refusal.of(self.file, self.limits)
    }

    fn damaged(&self, why: &dyn std::error::Error) -> ReadError {
        ReadError::Workbook { file: self.file.to_owned(), why: why.to_string() }
    }

    fn look(mut self, source: BufReader<File>) -> Result<Content, ReadError> {
        let mut zip = ZipArchive::new(source).map_err(|error| self.damaged(&error))?;
        let content = self.content(&zip)?;
        for place in 0..zip.len() {
            match zip.by_index(place) {
                Ok(part) => self.unpack(part)?,
                Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
                    return Err(self.refuse(Refusal::Locked));
                }
                Err(error) => return Err(self.damaged(&error)),
            }
        }
        if content == Content::Ods {
            let part = zip.by_name("content.xml").map_err(|error| self.damaged(&error))?;
            ods::check(BufReader::new(part), self.limits.workbook()).map_err(|refusal| self.refuse(refusal))?;
        }
        Ok(content)
    }

    fn content(&self, zip: &ZipArchive<BufReader<File>>) -> Result<Content, ReadError> {
        let has = |name: &str| {
            let mut names = zip.file_names().flatten();
            names.any(|known| known.trim_start_matches('/').eq_ignore_ascii_case(name))
        };
        if has("xl/workbook.bin") {
            Ok(Content::Xlsb)
        } else if has("mimetype") && has("content.xml") {
            Ok(Content::Ods)
        } else if has("[Content_Types].xml") || has("_rels/.rels") {
            Ok(Content::Xlsx)
        } else {
            let remedy = "take the workbook out of the archive";
            Err(ReadError::NoWorkbook { file: self.file.to_owned(), what: "is an archive, not a workbook", remedy })
        }
    }

    /// Unpacks a part and forgets it: what it says of its size need not be so.
    fn unpack(&mut self, mut part: ZipFile<'_, BufReader<File>>) -> Result<(), ReadError> {
        let name = part.name().map_err(|error| self.damaged(&error))?.to_lowercase();
        let most = if name.contains("styles.") { self.left.min(STYLES) } else { self.left };
        if part.size() > most {
            return Err(self.refuse(Refusal::Large));
        }
        let mut unpacked = Counted { inner: (&mut part).take(most + 1), count: 0 };
        let is_strings = name.ends_with("sharedstrings.xml");
        let strings = if is_strings { strings(BufReader::new(&mut unpacked)) } else { 0 };
        if name.ends_with("sharedstrings.bin") {
            xlsb::check(BufReader::new(&mut unpacked)).map_err(|refusal| self.refuse(refusal))?;
        }
        io::copy(&mut unpacked, &mut io::sink()).map_err(|error| self.damaged(&error))?;
        if unpacked.count > most {
            return Err(self.refuse(Refusal::Large));
        }
        if strings > unpacked.count / SHORTEST_STRING {
            return Err(self.refuse(Refusal::Damaged("it says that it has more texts than it can have")));
        }
        self.left -= unpacked.count;
        Ok(())
    }
}

/// Bytes that are counted as they are read.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(into)?;
        self.count += got as u64;
        Ok(got)
    }
}

/// How many shared strings their part says there are; room for all of them is made at once.
fn strings(part: impl io::BufRead) -> u64 {
    let mut reader = Reader::from_reader(part);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.local_name().as_ref() == "sst" => {
                let count = tag.try_get_attribute("uniqueCount").ok().flatten();
                return count.and_then(|count| count.value.trim().parse().ok()).unwrap_or(0);
            }
            // What is no XML is found when it is opened.
            Ok(Event::Eof) | Err(_) => return 0,
            Ok(_) => {}
        }
    }
}
