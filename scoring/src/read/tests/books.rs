//! Workbooks of other programs, and such as are none or are dangerous.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

fn read(name: &str, bytes: &[u8], tables: &str) -> Result<(Vec<FileInfo>, Vec<Seen>), String> {
    let table = read_all(&folder(&[(name, bytes)]), Some(tables)).map_err(|error| error.to_string())?;
    Ok((table.files, table.batches.into_iter().flatten().collect()))
}

fn error(name: &str, bytes: &[u8]) -> String {
    read(name, bytes, "").unwrap_err()
}

/// A file of parts.
fn parts(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook of OpenDocument with the rows of one sheet.
fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content><office:body><office:spreadsheet>\
         <table:table table:name=\"台账\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    parts(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

fn text_cell(text: &str) -> String {
    format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
}

fn text_row(cells: &[&str]) -> String {
    let cells: String = cells.iter().map(|cell| text_cell(cell)).collect();
    format!("<table:table-row>{cells}</table:table-row>")
}

const END_OF_ODS: &str = "<table:table-row table:number-rows-repeated=\"1048000\">\
                          <table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";

#[test]
fn an_ods_table_that_does_not_end_is_damage_and_not_waited_for() {
    let torn = |from: &str| {
        let rows = [text_row(&["编号", "牵头单位"]), text_row(&["1", "甲"])].concat();
        read("tasks.ods", &ods(&rows.replace(from, "")), "")
            .map(|(_, rows)| rows.len())
            .map_err(|error| error.to_string())
    };
    assert_eq!(torn("nothing"), Ok(1));
    for end in ["</table:table-row>", "</table:table-cell>", "</text:p>"] {
        let message = torn(end).unwrap_err();
        assert!(message.contains("its content is no XML"), "{message}");
    }
    let cut_off = "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"a\">";
    let kind = b"application/vnd.oasis.opendocument.spreadsheet";
    let manifest = ("META-INF/manifest.xml", &b"<manifest:manifest/>"[..]);
    let book = parts(&[("mimetype", kind), manifest, ("content.xml", cut_off.as_bytes())]);
    let message = read("tasks.ods", &book, "").map(|_| ()).unwrap_err().to_string();
    assert!(message.contains("its content is no XML"), "{message}");
}

#[test]
fn workbooks_of_libreoffice_are_read_and_percentages_that_cannot_be_seen_are_warned_of() {
    let row = "<table:table-row><table:table-cell office:value-type=\"float\" office:value=\"1\"/>\
               <table:table-cell office:value-type=\"string\"><text:p>甲</text:p></table:table-cell>\
               <table:table-cell office:value-type=\"date\" office:date-value=\"2025-03-01\"/>\
               <table:table-cell office:value-type=\"percentage\" office:value=\"0.45\"/></table:table-row>";
    let gap = "<table:table-row table:number-rows-repeated=\"3\"><table:table-cell/></table:table-row>";
    let rows =
        [&text_row(&["2025年台账"]), gap, &text_row(&["编号", "牵头单位", "完成时限", "目标值"]), row, END_OF_ODS]
            .concat();
    let (files, rows) = read("tasks.ods", &ods(&rows), "").unwrap();
    assert_eq!(ids(&rows), [(6, "1")]);
    assert_eq!(rows[0].raw, "1,甲,2025-03-01,0.45");
    assert_eq!(files[0].name, "tasks.ods#台账");
    let found: Vec<_> = files[0].warnings.iter().map(|odd| (odd.code, odd.line, odd.column.as_str())).collect();
    assert_eq!(found, [("percent-format-unseen", 5, "目标值")]);
    let message = read("tasks.ods", &ods(&text_row(&["编号", "牵头单位"])), "[tasks]\nfill_down = [\"lead_unit\"]\n")
        .unwrap_err();
    assert!(message.starts_with("merged cells of `tasks.ods#台账` cannot be seen"), "{message}");
}

#[test]
fn cells_that_are_repeated_beyond_all_memory_are_refused() {
    let cell =
        "<table:table-cell table:number-columns-repeated=\"16384\" office:value-type=\"float\" office:value=\"1\"/>";
    let wide = format!("<table:table-row>{cell}</table:table-row>").repeat(2000);
    let high = format!("<table:table-row table:number-rows-repeated=\"1048576\">{cell}</table:table-row>");
    let spaces = "<table:table-row><table:table-cell office:value-type=\"string\"><text:p><text:s text:c=\"99999999999\"/>\
                  </text:p></table:table-cell></table:table-row>";
    let limit = "[limits]\nworkbook_mib = 64\n";
    for rows in [wide.as_str(), &high, spaces] {
        let message = read("tasks.ods", &ods(rows), limit).unwrap_err();
        assert_eq!(
            message,
            "`tasks.ods` is larger unpacked than a workbook may be: if it is no mistake, raise the limit in the tables \
             file, [limits] workbook_mib = 128"
        );
    }
}

/// A record of an xls file.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn place(row: u16, column: u16, format: u16) -> Vec<u8> {
    [row, column, format].into_iter().flat_map(u16::to_le_bytes).collect()
}

fn label(row: u16, column: u16, text: &str) -> Vec<u8> {
    let length = text.encode_utf16().count() as u16;
    record(0x0204, &[place(row, column, 0), length.to_le_bytes().to_vec(), vec![1], utf16(text)].concat())
}

/// A number; format 1 is that of dates.
fn number(row: u16, column: u16, format: u16, text: &str) -> Vec<u8> {
    let calamine::Data::Float(number) = calamine::Data::Float(text.parse().unwrap()) else { unreachable!() };
    record(0x0203, &[&place(row, column, format)[..], &number.to_le_bytes()].concat())
}

/// The records of a workbook of one sheet.
fn biff(cells: &[Vec<u8>]) -> Vec<u8> {
    biff_with(&[], cells)
}

/// The same with shared texts.
fn biff_with(shared: &[u8], cells: &[Vec<u8>]) -> Vec<u8> {
    let begin = |kind: u8| record(0x0809, &[0, 6, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let format = |number: u8| record(0x00E0, &[&[0, 0, number, 0][..], &[0; 16]].concat());
    let end = record(0x000A, &[]);
    let name = [&[2, 1][..], &utf16("台账")].concat();
    let sheet = |start: u32| record(0x0085, &[&start.to_le_bytes()[..], &[0, 0], &name].concat());
    let globals = |start| [begin(5), format(0), format(14), sheet(start), shared.to_vec(), end.clone()].concat();
    let start = globals(0).len() as u32;
    [globals(start), begin(16), cells.concat(), end].concat()
}

/// An OLE file with one stream, of large sectors all: its table, its list, and the stream.
fn ole(name: &str, stream: &[u8]) -> Vec<u8> {
    let length = stream.len().max(4096);
    let sectors = length.div_ceil(512) as u32;
    let mut header = vec![0; 76];
    header[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    header[26..34].copy_from_slice(&[3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    header[44] = 1;
    header[48] = 1;
    header[60..64].copy_from_slice(&[0xFE, 0xFF, 0xFF, 0xFF]);
    header[68..72].copy_from_slice(&[0xFE, 0xFF, 0xFF, 0xFF]);
    header.extend(0_u32.to_le_bytes());
    header.resize(512, 0xFF);
    let end = 0xFFFF_FFFE_u32;
    let next = (2..sectors + 2).map(|sector| if sector == sectors + 1 { end } else { sector + 1 });
    let mut table: Vec<u8> = [0xFFFF_FFFD, end].into_iter().chain(next).flat_map(u32::to_le_bytes).collect();
    table.resize(512, 0xFF);
    let entry = |name: &str, kind: u8, start: u32, length: usize| {
        let mut entry = utf16(name);
        entry.resize(128, 0);
        (entry[64], entry[66]) = (name.len() as u8 * 2 + 2, kind);
        entry[116..120].copy_from_slice(&start.to_le_bytes());
        entry[120..124].copy_from_slice(&(length as u32).to_le_bytes());
        entry
    };
    let mut list = [entry("Root Entry", 5, end, 0), entry(name, 2, 2, length)].concat();
    list.resize(512, 0);
    let mut stream = stream.to_vec();
    stream.resize(sectors as usize * 512, 0);
    [header, table, list, stream].concat()
}

#[test]
fn workbooks_of_old_excel_are_read_whatever_their_ending_is() {
    let cells = [
        label(0, 0, "编号"),
        label(0, 1, "牵头单位"),
        label(0, 2, "完成时限"),
        label(0, 3, "目标值"),
        number(1, 0, 0, "20250301001"),
        label(1, 1, "甲"),
        number(1, 2, 1, "45717.604166666664"),
        number(1, 3, 0, "0.45"),
    ];
    let bytes = ole("Workbook", &biff(&cells));
    for name in ["tasks.xls", "tasks.xlsx"] {
        let (files, rows) = read(name, &bytes, "").unwrap();
        assert_eq!((files[0].name.clone(), files[0].rows), (format!("{name}#台账"), 1));
        assert_eq!(rows[0].raw, "20250301001,甲,2025-03-01 14:30:00,0.45");
        assert_eq!(files[0].warnings.len(), 1);
    }
    let mut book = Workbook::new();
    book.add_worksheet().write_row(0, 0, ["编号", "牵头单位"]).unwrap();
    assert_eq!(read("tasks.xls", &book.save_to_buffer().unwrap(), "").unwrap().0[0].name, "tasks.xls#Sheet1");
}

/// A record of an xlsb file.
fn binary(kind: u16, data: &[u8]) -> Vec<u8> {
    let kind = match u8::try_from(kind) {
        Ok(kind @ ..0x80) => vec![kind],
        _ => vec![(kind & 0x7F) as u8 | 0x80, (kind >> 7) as u8],
    };
    [&kind[..], &[data.len() as u8], data].concat()
}

fn wide(text: &str) -> Vec<u8> {
    [&(text.encode_utf16().count() as u32).to_le_bytes()[..], &utf16(text)].concat()
}

/// A workbook of one sheet whose texts are given by record.
fn xlsb(texts: &[Vec<u8>]) -> Vec<u8> {
    let none = |kind| binary(kind, &[]);
    let count = (texts.len() as u32).to_le_bytes();
    let strings = [binary(0x009F, &[count, count].concat()), texts.concat(), none(0x00A0)].concat();
    let sheet = binary(0x009C, &[&[0; 4][..], &[1, 0, 0, 0], &wide("rId1"), &wide("台账")].concat());
    let book = [none(0x0083), none(0x008F), sheet, none(0x0090), none(0x009D), none(0x0084)].concat();
    let row = |row: u32| binary(0x0000, &[&row.to_le_bytes()[..], &[0; 13]].concat());
    let place = |column: u32| [column.to_le_bytes(), [0; 4]].concat();
    let text = |column: u32, text: u32| binary(0x0007, &[place(column), text.to_le_bytes().to_vec()].concat());
    let calamine::Data::Float(share) = calamine::Data::Float("0.45".parse().unwrap()) else { unreachable!() };
    let number = |column: u32| binary(0x0005, &[place(column), share.to_le_bytes().to_vec()].concat());
    let cells = [row(0), text(0, 0), text(1, 1), text(2, 2), row(1), text(0, 3), text(1, 4), number(2)].concat();
    let sheet = [none(0x0081), binary(0x0094, &[0; 16]), none(0x0091), cells, none(0x0092), none(0x0082)].concat();
    let relations = b"<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.bin\"/></Relationships>";
    parts(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.bin", &book),
        ("xl/_rels/workbook.bin.rels", relations),
        ("xl/sharedStrings.bin", &strings),
        ("xl/worksheets/sheet1.bin", &sheet),
    ])
}

#[test]
fn binary_workbooks_are_read_and_their_texts_must_lie_in_their_records() {
    let text = |text: &str| binary(0x0013, &[&[0][..], &wide(text)].concat());
    let (files, rows) = read("tasks.xlsb", &xlsb(&["编号", "牵头单位", "目标值", "1", "甲"].map(text)), "").unwrap();
    assert_eq!((files[0].name.as_str(), rows[0].raw.as_str()), ("tasks.xlsb#台账", "1,甲,0.45"));
    assert_eq!(files[0].warnings[0].column, "目标值");
    let long = [text("编号"), binary(0x0013, &[0]), text("目标值"), text("1"), text("甲")];
    assert!(error("tasks.xlsb", &xlsb(&long)).contains("(a text is longer than its record)"));
}

#[test]
fn single_cells_that_span_a_sheet_and_chains_that_never_end_are_refused() {
    let far = ole("Workbook", &biff(&[label(0, 0, "编号"), label(65_535, 255, "x")]));
    let message = read("tasks.xls", &far, "[limits]\nworkbook_mib = 64\n").unwrap_err();
    assert!(message.starts_with("`tasks.xls` is larger unpacked than a workbook may be"), "{message}");
    let text = [&[1, 0, 0, 0, 1, 0, 0, 0][..], &30_000_u16.to_le_bytes(), &[0], &[b'x'; 8000]].concat();
    let more = record(0x003C, &[&[0][..], &[b'x'; 8000]].concat());
    let last = record(0x003C, &[&[0][..], &[b'x'; 14_000]].concat());
    let shared = [record(0x00FC, &text), more, last].concat();
    let cells: Vec<Vec<u8>> = (0..1000).map(|row| record(0x00FD, &[place(row, 0, 0), vec![0; 4]].concat())).collect();
    let book = ole("Workbook", &biff_with(&shared, &cells));
    let message = read("tasks.xls", &book, "[limits]\nworkbook_mib = 64\n").unwrap_err();
    assert!(message.starts_with("`tasks.xls` is larger unpacked than a workbook may be"), "{message}");
    assert!(error("tasks.xls", &book).starts_with("`tasks.xls#台账` has no column"));
    let declared = [&[0; 4][..], &[0xFF, 0xFF, 0xFF, 0x7F], &[0, 0, 0xFF, 0xFF, 0, 0]].concat();
    let declared = ole("Workbook", &biff(&[record(0x0200, &declared)]));
    assert!(error("tasks.xls", &declared).starts_with("`tasks.xls` is larger unpacked"));
    let mut circle = ole("Workbook", &biff(&[]));
    circle[512 + 4..512 + 8].copy_from_slice(&1_u32.to_le_bytes());
    let message = error("tasks.xls", &circle);
    assert!(message.starts_with("cannot read the workbook `tasks.xls` (its chains of sectors never end)"), "{message}");
}

#[test]
fn what_has_the_ending_of_a_workbook_and_is_none_says_what_to_do() {
    let anew = "open it in Excel or WPS and save it as .xlsx";
    for (bytes, expected) in [
        (&b""[..], "is empty: copy it anew from where it came".to_owned()),
        (
            b"<html><table><tr><td>1</td></tr></table></html>",
            format!("is a web page with the ending of a workbook: {anew}"),
        ),
        (
            b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>",
            format!("is an XML spreadsheet, not a workbook: {anew}"),
        ),
        (
            b"task_id,lead_unit\n1,a\n",
            format!("is text with the ending of a workbook: give it the ending .csv, or {anew}"),
        ),
        (
            b"\x00\x01\x02",
            "is no workbook: copy it anew from where it came, or save the table as .xlsx or .csv".to_owned(),
        ),
        (&parts(&[("a.txt", b"x")]), "is an archive, not a workbook: take the workbook out of the archive".to_owned()),
        (&ole("WordDocument", b""), "is a file of another program: save the table as .xlsx or .csv".to_owned()),
    ] {
        assert_eq!(error("tasks.xls", bytes), format!("`tasks.xls` {expected}"));
    }
}

#[test]
fn a_workbook_with_a_password_says_so() {
    let locked = "`tasks.xlsx` has a password: open it in Excel or WPS, take the password away, and save it";
    assert_eq!(error("tasks.xlsx", &ole("EncryptedPackage", b"")), locked);
    let cells = [record(0x002F, &[1, 0])].concat();
    let old = ole("Workbook", &[record(0x0809, &[0; 16]), cells].concat());
    assert_eq!(error("tasks.xlsx", &old), locked);
}

/// A good workbook with its parts changed.
fn changed(change: impl Fn(&str, String) -> String) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["编号", "牵头单位"]).unwrap();
    sheet.write_row_with_format(1, 0, ["1", "甲"], &Format::new().set_bold()).unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(book.save_to_buffer().unwrap())).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let changed: Vec<(String, Vec<u8>)> = names
        .into_iter()
        .map(|name| {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut zip.by_name(&name).unwrap(), &mut text).unwrap();
            let text = change(&name, text);
            (name, text.into_bytes())
        })
        .collect();
    parts(&changed.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>())
}

#[test]
fn a_workbook_that_is_damaged_says_so_and_what_to_do() {
    let good = changed(|_, text| text);
    assert_eq!(ids(&read("tasks.xlsx", &good, "").unwrap().1), [(2, "1")]);
    let anew = "open it in Excel or WPS and save it anew as .xlsx";
    let is_damaged = |message: String| {
        assert!(message.starts_with("cannot read the workbook `tasks.xlsx") && message.ends_with(anew), "{message}");
    };
    is_damaged(error("tasks.xlsx", &good[..good.len() / 2]));
    is_damaged(error(
        "tasks.xlsx",
        &changed(|name, text| if name.contains("sheet1.xml") { text[..300].to_owned() } else { text }),
    ));
    is_damaged(error("tasks.xlsx", &changed(|_, text| text.replace("r=\"B2\"", "r=\"B1\""))));
    is_damaged(error(
        "tasks.xlsx",
        &changed(|_, text| text.replace("uniqueCount=\"4\"", "uniqueCount=\"99999999999\"")),
    ));
    is_damaged(error("tasks.xlsx", &changed(|_, text| text.replace("<v>2</v>", "<v>999</v>"))));
}

#[test]
fn dates_in_the_system_of_1904_are_four_years_later() {
    let date = |text: String| {
        text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ")
            .replace("<c r=\"A2\" s=\"1\" t=\"s\"><v>2</v>", "<c r=\"A2\" s=\"1\"><v>44255</v>")
    };
    let as_date = |text: String| text.replace("<xf numFmtId=\"0\" fontId=\"1\"", "<xf numFmtId=\"14\" fontId=\"1\"");
    let rows = read("tasks.xlsx", &changed(|_, text| as_date(date(text))), "").unwrap().1;
    assert_eq!(rows[0].raw, "2025-03-01,甲");
}

#[test]
fn a_workbook_that_unpacks_to_more_than_the_limit_is_refused() {
    let bomb = changed(|name, text| match name.contains("sheet1.xml") {
        true => text.replace("<sheetData>", &format!("<sheetData>{}", " ".repeat(3 << 20))),
        false => text,
    });
    assert!(bomb.len() < 1 << 16);
    let read = |mib| read("tasks.xlsx", &bomb, &format!("[limits]\nworkbook_mib = {mib}\n"));
    assert!(read(2).unwrap_err().starts_with("`tasks.xlsx` is larger unpacked than a workbook may be"));
    assert_eq!(ids(&read(4).unwrap().1), [(2, "1")]);
}

#[test]
fn a_text_that_very_many_cells_share_counts_as_often_as_they_do() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["编号", "牵头单位", "备注"]).unwrap();
    for row in 1..100 {
        sheet.write_row(row, 0, [row.to_string().as_str(), "甲", &"x".repeat(30_000)]).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let message = read("tasks.xlsx", &bytes, "[limits]\nworkbook_mib = 2\n").unwrap_err();
    assert!(message.starts_with("`tasks.xlsx` is larger unpacked"), "{message}");
    assert_eq!(read("tasks.xlsx", &bytes, "").unwrap().1.len(), 99);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_damage_makes_it_panic_or_run_on(at in 0_usize..100_000, bytes in prop::collection::vec(any::<u8>(), 1..6), written in "[<>/=\"0-9A-Z&; ]{1,8}") {
        let damage = |good: &[u8], by: &[u8]| {
            let mut bad = good.to_vec();
            let at = at % bad.len();
            let end = (at + by.len()).min(bad.len());
            bad[at..end].copy_from_slice(&by[..end - at]);
            bad
        };
        let cells = [label(0, 0, "编号"), label(0, 1, "牵头单位"), number(1, 0, 0, "1"), label(1, 1, "甲")];
        let old = ole("Workbook", &biff(&cells));
        let sheet = ods(&[text_row(&["编号", "牵头单位"]), text_row(&["1", "甲"])].concat());
        let new = changed(|_, text| text);
        let text = |text: &str| self::binary(0x0013, &[&[0][..], &wide(text)].concat());
        let binary = xlsb(&["编号", "牵头单位", "目标值", "1", "甲"].map(text));
        let limit = "[limits]\nworkbook_mib = 8\n";
        for (name, good) in [("tasks.xls", &old), ("tasks.ods", &sheet), ("tasks.xlsx", &new), ("tasks.xlsb", &binary)] {
            let _ = read(name, &damage(good, &bytes), limit);
        }
        let inside = changed(|name, part| match name.ends_with(".xml") {
            true => String::from_utf8_lossy(&damage(part.as_bytes(), written.as_bytes())).into_owned(),
            false => part,
        });
        let _ = read("tasks.xlsx", &inside, limit);
        let rows = [text_row(&["编号", "牵头单位"]), text_row(&["1", "甲"])].concat();
        let _ = read("tasks.ods", &ods(&String::from_utf8_lossy(&damage(rows.as_bytes(), written.as_bytes()))), limit);
    }
}
