//! What a file with the ending of a workbook holds, and whether it is safe to open.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use crate::read::error::ReadError;
use crate::read::limits::Limits;

/// The signature of a file of parts, as xlsx and ods are.
const ZIP: &[u8] = b"PK\x03\x04";

/// The signature of an OLE file, as xls is, and everything that has a password.
const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Bytes by which content is told.
const HEAD: u64 = 4096;

/// MiB that the part with the styles may have unpacked: each of its tags becomes a style of many times its length.
const STYLES_MIB: u64 = 16;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

/// Looks what a file holds, and how large it is unpacked.
pub(super) fn look(path: &Path, file: &str, limits: Limits) -> Result<Content, ReadError> {
    let unreadable = |source| ReadError::Unreadable { path: path.to_owned(), source };
    let mut opened = File::open(path).map_err(unreadable)?;
    let mut head = Vec::new();
    opened.by_ref().take(HEAD).read_to_end(&mut head).map_err(unreadable)?;
    if head.starts_with(ZIP) {
        return parts(BufReader::new(opened), file, limits);
    }
    if head.starts_with(OLE) {
        return Ok(Content::Xls);
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

/// Looks through the parts of a file: their names say what it is, and all of them unpacked must stay in the limit.
fn parts(source: BufReader<File>, file: &str, limits: Limits) -> Result<Content, ReadError> {
    let damaged = |why: &ZipError| ReadError::Workbook { file: file.to_owned(), why: why.to_string() };
    let mut zip = ZipArchive::new(source).map_err(|error| damaged(&error))?;
    let has = |name: &str| {
        let mut names = zip.file_names().flatten();
        names.any(|known| known.trim_start_matches('/').eq_ignore_ascii_case(name))
    };
    let content = if has("xl/workbook.bin") {
        Content::Xlsb
    } else if has("mimetype") && has("content.xml") {
        Content::Ods
    } else if has("[Content_Types].xml") || has("_rels/.rels") {
        Content::Xlsx
    } else {
        let remedy = "take the workbook out of the archive";
        return Err(ReadError::NoWorkbook { file: file.to_owned(), what: "is an archive, not a workbook", remedy });
    };
    let limit = limits.workbook();
    let mut left = limit;
    for place in 0..zip.len() {
        let part = match zip.by_index(place) {
            Ok(part) => part,
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
                return Err(ReadError::Locked { file: file.to_owned() });
            }
            Err(error) => return Err(damaged(&error)),
        };
        let name = part.name().map_err(|error| damaged(&error))?;
        let styles = name.ends_with("styles.xml") || name.ends_with("styles.bin");
        let most = if styles { left.min(STYLES_MIB << 20) } else { left };
        let too_large = || ReadError::LargeWorkbook { file: file.to_owned(), limit: limits.workbook_mib as u64 };
        if part.size() > most {
            return Err(too_large());
        }
        // What it says of its size need not be so.
        let size = io::copy(&mut part.take(most + 1), &mut io::sink());
        let size = size.map_err(|error| ReadError::Workbook { file: file.to_owned(), why: error.to_string() })?;
        if size > most {
            return Err(too_large());
        }
        left -= size;
    }
    Ok(content)
}
