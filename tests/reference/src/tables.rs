//! Tables as files: headings, cells, and where a fault lies. METHOD §2.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::csvfile::{self, Record};
use crate::moment::{DateRules, Moment, Read};
use crate::number::{self, Q};
use crate::policy::Policy;
use crate::text::{half_width, is_blank};
use crate::toml_value::{self, Table as Toml, Value};

/// Tables in the order of reports.
pub const TABLES: [&str; 7] = ["tasks", "units", "posts", "measures", "events", "prior", "holidays"];

/// Columns of a table, in order, with their aliases.
fn columns(table: &str) -> &'static [(&'static str, &'static [&'static str])] {
    match table {
        "tasks" => &[
            ("task_id", &["任务编号", "编号", "序号"]),
            ("title", &["任务名称", "工作事项", "任务"]),
            ("parent_id", &["上级任务编号"]),
            ("kind", &["类别", "任务类型"]),
            ("level", &["重要程度", "级别"]),
            ("lead_unit", &["牵头单位", "责任单位", "主办单位", "承办单位"]),
            ("co_units", &["协办单位", "配合单位"]),
            ("principal", &["第一责任人"]),
            ("deputy", &["直接责任人", "分管领导"]),
            ("staff", &["承办人", "经办人", "责任人"]),
            ("weight", &["权重"]),
            ("assigned_on", &["交办日期", "下达日期"]),
            ("due_on", &["完成时限", "办结时限", "时限"]),
            ("extended_to", &["延期至"]),
            ("extension_approved_on", &["延期批准日期"]),
            ("completed_on", &["完成日期", "办结日期"]),
            ("revoked_on", &["退回日期"]),
            ("feedback_due_on", &["反馈时限"]),
            ("feedback_on", &["反馈日期"]),
            ("formal_report_on", &["正式行文日期"]),
            ("target", &["目标值"]),
            ("actual", &["完成值"]),
            ("quality", &["质量评分"]),
            ("procedures", &["决策程序"]),
            ("status", &["状态"]),
            ("escalated_on", &["提请协调日期"]),
            ("consulted_on", &["会商日期"]),
            ("evidence", &["佐证"]),
        ],
        "units" => {
            &[("unit_id", &["单位编号"]), ("name", &["单位名称"]), ("group", &["类别"]), ("parent_id", &["上级单位"])]
        }
        "posts" => &[
            ("person_id", &["人员编号"]),
            ("name", &["姓名"]),
            ("unit_id", &["单位编号"]),
            ("post", &["职务类别"]),
            ("from", &["任职起"]),
            ("to", &["任职止"]),
        ],
        "measures" => &[
            ("subject_kind", &["对象类型"]),
            ("subject_id", &["对象编号"]),
            ("indicator", &["指标"]),
            ("period", &["周期"]),
            ("value", &["数值"]),
            ("numerator", &["分子"]),
            ("denominator", &["分母"]),
        ],
        "events" => &[
            ("event_id", &["事项编号"]),
            ("subject_kind", &["对象类型"]),
            ("subject_id", &["对象编号"]),
            ("code", &["事项代码"]),
            ("date", &["日期"]),
            ("matter_id", &["同一事项"]),
            ("points", &["分值"]),
            ("note", &["说明"]),
            ("evidence", &["佐证"]),
        ],
        "prior" => &[
            ("subject_kind", &["对象类型"]),
            ("subject_id", &["对象编号"]),
            ("year", &["年度"]),
            ("score", &["得分"]),
            ("band", &["等次"]),
            ("recommendation", &["建议"]),
        ],
        _ => &[("date", &["日期"]), ("kind", &["类型"])],
    }
}

fn required(table: &str) -> &'static [&'static str] {
    match table {
        "tasks" => &["task_id", "lead_unit"],
        "units" => &["unit_id"],
        "posts" => &["person_id", "unit_id", "post"],
        "measures" => &["subject_id", "indicator"],
        "events" => &["event_id", "subject_id", "code", "date"],
        "prior" => &["subject_id", "year"],
        _ => &["date", "kind"],
    }
}

/// A row that holds something.
pub struct Row {
    pub line: usize,
    /// The cells as they were.
    pub raw: Vec<String>,
    /// The cells trimmed, with the words of the tables file turned into others.
    cells: Vec<String>,
    /// `bad-encoding` or `ragged-row`.
    pub broken: Option<&'static str>,
}

pub struct Table {
    pub name: &'static str,
    pub file: String,
    stem: String,
    headings: Vec<String>,
    /// Place of each column, by id, or by heading for the extra ones.
    places: BTreeMap<String, usize>,
    pub rows: Vec<Row>,
    pub dates: DateRules,
    pub ids_from_rows: bool,
}

/// Why a row is rejected.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub code: &'static str,
    /// Column id or heading; empty for the whole row.
    pub column: String,
}

pub fn fault(code: &'static str, column: &str) -> Fault {
    Fault { code, column: column.to_string() }
}

/// The tables that are there, in the order of reports.
pub fn load(data: &Path, tables_file: Option<&Path>, policy: &Policy) -> Result<BTreeMap<&'static str, Table>, String> {
    let settings = tables_file.map(toml_value::load).transpose()?.unwrap_or_default();
    let files: Vec<(&'static str, PathBuf)> = if data.is_dir() {
        TABLES.iter().map(|name| (*name, data.join(format!("{name}.csv")))).filter(|(_, path)| path.is_file()).collect()
    } else {
        vec![("tasks", data.to_path_buf())]
    };
    if !files.iter().any(|(name, _)| matches!(*name, "tasks" | "measures")) {
        return Err("neither a `tasks` nor a `measures` table".into());
    }
    files
        .into_iter()
        .map(|(name, path)| Ok((name, Table::load(name, &path, &settings.table(name)?, policy)?)))
        .collect()
}

impl Table {
    fn load(name: &'static str, path: &Path, settings: &Toml, policy: &Policy) -> Result<Table, String> {
        let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let file_name = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        let (file, stem) = (file_name(path.file_name()), file_name(path.file_stem()));
        let mut records = csvfile::read(&bytes, settings.text("encoding")?.as_deref())?.into_iter();
        let header = records.next().ok_or_else(|| format!("`{file}` is empty"))?;
        if header.invalid {
            return Err(format!("`{file}`: the header is not valid in the encoding of the file"));
        }
        let ids_from_rows = name == "tasks" && settings.text("ids")?.as_deref() == Some("row");
        let headings: Vec<String> = header.cells.iter().map(|cell| cell.trim().to_string()).collect();
        let places = place_columns(name, &file, &headings, settings, ids_from_rows)?;
        let mut table = Table {
            name,
            file,
            stem,
            headings,
            places,
            rows: Vec::new(),
            dates: DateRules {
                formats: settings.texts("date_formats")?,
                second: policy.second,
                from: policy.period.from,
                to: policy.period.to,
            },
            ids_from_rows,
        };
        let words = table.words(&settings.table("values")?)?;
        table.rows = records
            .filter(|record| record.cells.iter().any(|cell| !cell.trim().is_empty()))
            .map(|record| table.row(record, &words))
            .collect();
        Ok(table)
    }

    /// The words to turn into others, by the place of their column.
    fn words(&self, values: &Toml) -> Result<BTreeMap<usize, BTreeMap<String, String>>, String> {
        let mut words = BTreeMap::new();
        for (column, turned) in &values.0 {
            let (Some(place), Value::Table(turned)) = (self.places.get(column), turned) else { continue };
            let turned = turned.0.iter().map(|(from, to)| Ok((from.trim().to_string(), to.as_text()?)));
            words.insert(*place, turned.collect::<Result<_, String>>()?);
        }
        Ok(words)
    }

    fn row(&self, record: Record, words: &BTreeMap<usize, BTreeMap<String, String>>) -> Row {
        let turn = |(place, cell): (usize, &String)| {
            let cell = cell.trim();
            words.get(&place).and_then(|words| words.get(cell)).map_or(cell, |word| word.trim()).to_string()
        };
        let broken = if record.invalid {
            Some("bad-encoding")
        } else if record.cells.len() != self.headings.len() {
            Some("ragged-row")
        } else {
            None
        };
        Row { line: record.line, cells: record.cells.iter().enumerate().map(turn).collect(), raw: record.cells, broken }
    }

    /// The cell of a column, empty where the file lacks the column.
    pub fn cell<'a>(&self, row: &'a Row, column: &str) -> &'a str {
        self.places.get(column).and_then(|place| row.cells.get(*place)).map_or("", String::as_str)
    }

    /// The heading in the file, or the column's id where the file lacks it.
    pub fn heading(&self, column: &str) -> String {
        self.places
            .get(column)
            .and_then(|place| self.headings.get(*place))
            .cloned()
            .unwrap_or_else(|| column.to_string())
    }

    pub fn has(&self, column: &str) -> bool {
        self.places.contains_key(column)
    }

    pub fn blank(&self, row: &Row, column: &str) -> bool {
        is_blank(self.cell(row, column))
    }

    /// The id a row is known by: its cell, or its place in the file.
    pub fn row_id(&self, row: &Row, column: &str) -> Option<String> {
        if self.ids_from_rows {
            return Some(format!("{}:{}", self.stem, row.line));
        }
        self.id(row, column)
    }

    pub fn id(&self, row: &Row, column: &str) -> Option<String> {
        if self.blank(row, column) { None } else { Some(half_width(self.cell(row, column)).trim().to_string()) }
    }

    pub fn required_id(&self, row: &Row, column: &str) -> Result<String, Fault> {
        self.id(row, column).ok_or_else(|| fault("missing-value", column))
    }

    /// A text cell; empty when blank.
    pub fn text(&self, row: &Row, column: &str) -> String {
        if self.blank(row, column) { String::new() } else { self.cell(row, column).to_string() }
    }

    pub fn required_text(&self, row: &Row, column: &str) -> Result<String, Fault> {
        Some(self.text(row, column)).filter(|text| !text.is_empty()).ok_or_else(|| fault("missing-value", column))
    }

    pub fn number(&self, row: &Row, column: &str) -> Result<Option<Q>, Fault> {
        Ok(self.written(row, column)?.map(|written| written.value))
    }

    pub fn written(&self, row: &Row, column: &str) -> Result<Option<number::Written>, Fault> {
        if self.blank(row, column) {
            return Ok(None);
        }
        number::parse(half_width(self.cell(row, column)).trim()).map(Some).ok_or_else(|| fault("bad-number", column))
    }

    pub fn date(&self, row: &Row, column: &str) -> Result<Option<Moment>, Fault> {
        if self.blank(row, column) {
            return Ok(None);
        }
        match self.dates.read(self.cell(row, column)) {
            Read::Date(moment) => Ok(Some(moment)),
            Read::NoDate => Ok(None),
            Read::Bad => Err(fault("bad-date", column)),
        }
    }

    pub fn list_of_dates(&self, row: &Row, column: &str) -> Result<Vec<Moment>, Fault> {
        if let Ok(one) = self.date(row, column) {
            return Ok(one.into_iter().collect());
        }
        let mut dates = Vec::new();
        for part in crate::text::list_of_dates(self.cell(row, column)) {
            match self.dates.read(&part) {
                Read::Date(moment) => dates.push(moment),
                Read::NoDate => {}
                Read::Bad => return Err(fault("bad-date", column)),
            }
        }
        Ok(dates)
    }
}

fn place_columns(
    name: &str,
    file: &str,
    headings: &[String],
    settings: &Toml,
    ids_from_rows: bool,
) -> Result<BTreeMap<String, usize>, String> {
    let mapping = settings.table("columns")?;
    let find = |heading: &str| headings.iter().position(|known| known == heading);
    let (mut places, mut taken) = (BTreeMap::new(), BTreeSet::new());
    for (id, aliases) in columns(name) {
        if ids_from_rows && *id == "task_id" {
            continue;
        }
        let place = match mapping.text(id)? {
            Some(heading) => Some(find(heading.trim()).ok_or_else(|| format!("`{file}` has no column `{heading}`"))?),
            None => find(id).or_else(|| aliases.iter().find_map(|alias| find(alias))),
        };
        let Some(place) = place else {
            if required(name).contains(id) {
                return Err(format!("`{file}` has no column `{id}`"));
            }
            continue;
        };
        if headings.iter().filter(|heading| **heading == headings[place]).count() > 1 {
            return Err(format!("`{file}` has the column `{}` twice", headings[place]));
        }
        places.insert(id.to_string(), place);
        taken.insert(headings[place].clone());
    }
    for (place, heading) in headings.iter().enumerate() {
        if !taken.contains(heading) {
            places.entry(heading.clone()).or_insert(place);
        }
    }
    Ok(places)
}

/// Ids that two or more rows have.
pub fn twice<K: Ord + Clone>(keys: impl Iterator<Item = K>) -> BTreeSet<K> {
    let mut count: BTreeMap<K, usize> = BTreeMap::new();
    for key in keys {
        *count.entry(key).or_default() += 1;
    }
    count.into_iter().filter(|(_, count)| *count > 1).map(|(key, _)| key).collect()
}
