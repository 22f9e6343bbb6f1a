//! Workbooks around the part of them that is fuzzed: mutated as a whole, hardly one would still unpack.

use flate2::Crc;

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const PARTS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
const STRINGS: &str = r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>任务编号</t></si><si><t>牵头单位</t></si><si><t>完成时限</t></si><si><r><t>甲</t></r><r><t>局</t></r></si></sst>"#;
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="10"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;
const MANIFEST: &str = r#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>"#;

/// An xlsx file with this sheet.
pub fn xlsx(sheet: &[u8]) -> Vec<u8> {
    zip(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", PARTS.as_bytes()),
        ("xl/sharedStrings.xml", STRINGS.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
}

/// An ods file with this content.
pub fn ods(content: &[u8]) -> Vec<u8> {
    zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", MANIFEST.as_bytes()),
        ("content.xml", content),
    ])
}

/// Files as a zip file, none of them packed.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut local, mut central) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let mut sum = Crc::new();
        sum.update(bytes);
        let size = u32::try_from(bytes.len()).unwrap_or_default();
        let offset = u32::try_from(local.len()).unwrap_or_default();
        // Version, flags, method, time and date; checksum and sizes; lengths of the name and of what is added to it.
        let mut head = [20_u16, 0, 0, 0, 33].map(u16::to_le_bytes).concat();
        head.extend([sum.sum(), size, size].map(u32::to_le_bytes).concat());
        head.extend([u16::try_from(name.len()).unwrap_or_default(), 0].map(u16::to_le_bytes).concat());
        local.extend([b"PK\x03\x04", &head[..], name.as_bytes(), bytes].concat());
        // Made by; then as above; comment, disk and attributes; where the file begins.
        let tail = [[0; 10].to_vec(), offset.to_le_bytes().to_vec()].concat();
        central.extend([b"PK\x01\x02\x14\x00", &head[..], &tail[..], name.as_bytes()].concat());
    }
    let count = u16::try_from(files.len()).unwrap_or_default().to_le_bytes();
    let sizes = [central.len(), local.len()].map(|size| u32::try_from(size).unwrap_or_default().to_le_bytes()).concat();
    [&local[..], &central[..], b"PK\x05\x06\0\0\0\0", &count, &count, &sizes, b"\0\0"].concat()
}
