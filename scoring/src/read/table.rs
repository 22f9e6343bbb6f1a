//! The tables, their columns and the Chinese headings these are known by. METHOD §2.

/// A table of the ledger, in the order of METHOD §2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableName {
    /// 任务.
    Tasks,
    /// 单位.
    Units,
    /// 任职.
    Posts,
    /// 评价值.
    Measures,
    /// 加减分事项.
    Events,
    /// 往年结果.
    Prior,
    /// 节假日调休.
    Holidays,
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Text, ids and lists of them.
    Text,
    /// Numbers.
    Number,
    /// Dates and lists of them.
    Date,
}

/// A column that a table can have.
#[derive(Debug, Clone, Copy)]
pub struct ColumnSpec {
    /// Its id.
    pub id: &'static str,
    /// The headings it is also known by, in the order in which they are tried.
    pub aliases: &'static [&'static str],
    /// Whether a file must have it.
    pub required: bool,
}

impl ColumnSpec {
    /// What its cells are.
    pub fn kind(&self) -> CellKind {
        match self.id {
            "weight" | "target" | "actual" | "quality" | "value" | "numerator" | "denominator" | "points" | "year"
            | "score" => CellKind::Number,
            "extended_to" | "date" | "from" | "to" => CellKind::Date,
            id if id.ends_with("_on") => CellKind::Date,
            _ => CellKind::Text,
        }
    }
}

const fn must(id: &'static str, aliases: &'static [&'static str]) -> ColumnSpec {
    ColumnSpec { id, aliases, required: true }
}

const fn may(id: &'static str, aliases: &'static [&'static str]) -> ColumnSpec {
    ColumnSpec { id, aliases, required: false }
}

const SUBJECT_KIND: ColumnSpec = may("subject_kind", &["对象类型"]);
const SUBJECT_ID: ColumnSpec = must("subject_id", &["对象编号"]);

const TASKS: &[ColumnSpec] = &[
    must("task_id", &["任务编号", "编号", "序号"]),
    may("title", &["任务名称", "工作事项", "任务"]),
    may("parent_id", &["上级任务编号"]),
    may("kind", &["类别", "任务类型"]),
    may("level", &["重要程度", "级别"]),
    must("lead_unit", &["牵头单位", "责任单位", "主办单位", "承办单位"]),
    may("co_units", &["协办单位", "配合单位"]),
    may("principal", &["第一责任人"]),
    may("deputy", &["直接责任人", "分管领导"]),
    may("staff", &["承办人", "经办人", "责任人"]),
    may("weight", &["权重"]),
    may("assigned_on", &["交办日期", "下达日期"]),
    may("due_on", &["完成时限", "办结时限", "时限"]),
    may("extended_to", &["延期至"]),
    may("extension_approved_on", &["延期批准日期"]),
    may("completed_on", &["完成日期", "办结日期"]),
    may("revoked_on", &["退回日期"]),
    may("feedback_due_on", &["反馈时限"]),
    may("feedback_on", &["反馈日期"]),
    may("formal_report_on", &["正式行文日期"]),
    may("target", &["目标值"]),
    may("actual", &["完成值"]),
    may("quality", &["质量评分"]),
    may("procedures", &["决策程序"]),
    may("status", &["状态"]),
    may("escalated_on", &["提请协调日期"]),
    may("consulted_on", &["会商日期"]),
    may("evidence", &["佐证"]),
];

const UNITS: &[ColumnSpec] = &[
    must("unit_id", &["单位编号"]),
    may("name", &["单位名称"]),
    may("group", &["类别"]),
    may("parent_id", &["上级单位"]),
];

const POSTS: &[ColumnSpec] = &[
    must("person_id", &["人员编号"]),
    may("name", &["姓名"]),
    must("unit_id", &["单位编号"]),
    must("post", &["职务类别"]),
    may("from", &["任职起"]),
    may("to", &["任职止"]),
];

const MEASURES: &[ColumnSpec] = &[
    SUBJECT_KIND,
    SUBJECT_ID,
    must("indicator", &["指标"]),
    may("period", &["周期"]),
    may("value", &["数值"]),
    may("numerator", &["分子"]),
    may("denominator", &["分母"]),
];

const EVENTS: &[ColumnSpec] = &[
    must("event_id", &["事项编号"]),
    SUBJECT_KIND,
    SUBJECT_ID,
    must("code", &["事项代码"]),
    must("date", &["日期"]),
    may("matter_id", &["同一事项"]),
    may("points", &["分值"]),
    may("note", &["说明"]),
    may("evidence", &["佐证"]),
];

const PRIOR: &[ColumnSpec] = &[
    SUBJECT_KIND,
    SUBJECT_ID,
    must("year", &["年度"]),
    may("score", &["得分"]),
    may("band", &["等次"]),
    may("recommendation", &["建议"]),
];

const HOLIDAYS: &[ColumnSpec] = &[must("date", &["日期"]), must("kind", &["类型"])];

impl TableName {
    /// All tables, in order.
    pub const ALL: [Self; 7] =
        [Self::Tasks, Self::Units, Self::Posts, Self::Measures, Self::Events, Self::Prior, Self::Holidays];

    /// Its name, which is the stem of its file.
    pub fn id(self) -> &'static str {
        match self {
            Self::Tasks => "tasks",
            Self::Units => "units",
            Self::Posts => "posts",
            Self::Measures => "measures",
            Self::Events => "events",
            Self::Prior => "prior",
            Self::Holidays => "holidays",
        }
    }

    /// Words that a sheet with it may have for its name.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::Tasks => &["任务", "台账", "任务台账"],
            Self::Units => &["单位"],
            Self::Posts => &["任职"],
            Self::Measures => &["评价值"],
            Self::Events => &["加减分事项"],
            Self::Prior => &["往年结果"],
            Self::Holidays => &["节假日调休", "节假日"],
        }
    }

    /// The table of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.id() == id)
    }

    /// Its columns, in order.
    pub fn columns(self) -> &'static [ColumnSpec] {
        match self {
            Self::Tasks => TASKS,
            Self::Units => UNITS,
            Self::Posts => POSTS,
            Self::Measures => MEASURES,
            Self::Events => EVENTS,
            Self::Prior => PRIOR,
            Self::Holidays => HOLIDAYS,
        }
    }

    /// The place of a column.
    pub fn column(self, id: &str) -> Option<usize> {
        self.columns().iter().position(|column| column.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_docs_say_the_same_of_each_columns_cells() {
        let page = include_str!("../../../docs/tables.md");
        for spec in TableName::ALL.iter().flat_map(|table| table.columns()) {
            let row = page.lines().find(|line| line.starts_with(&format!("| `{}` |", spec.id))).unwrap();
            let said = row.split('|').nth(3).unwrap().trim();
            let kind = match spec.kind() {
                CellKind::Number => said.starts_with("number"),
                CellKind::Date => said.starts_with("date") || said.starts_with("list of dates"),
                CellKind::Text => said.starts_with("text") || said.starts_with("list"),
            };
            assert!(kind, "{}: {said}", spec.id);
        }
    }

    #[test]
    fn no_heading_of_a_table_means_two_columns() {
        for table in TableName::ALL {
            let headings = table.columns().iter().flat_map(|column| column.aliases.iter().chain([&column.id]));
            let mut seen: Vec<_> = headings.collect();
            let all = seen.len();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), all, "{}", table.id());
        }
    }
}
