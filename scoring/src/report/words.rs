//! Words and cells of reports: headings in two languages, and text that no spreadsheet runs. METHOD §11.

use std::borrow::Cow;
use std::io::Write;

use crate::terms::{Exclusion, Post, Recommendation, Signal, State, Status, SubjectKind};

/// The language of headings and words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// The ids of METHOD §11.
    Ids,
    /// Chinese, as reports are published.
    Zh,
}

macro_rules! in_both {
    ($($name:ident: $term:ty),+) => {
        $(
            /// The word in this language.
            pub fn $name(self, word: $term) -> &'static str {
                match self { Self::Ids => word.id(), Self::Zh => word.zh() }
            }
        )+
    };
}

impl Lang {
    in_both!(
        status: Status,
        state: State,
        exclusion: Exclusion,
        post: Post,
        recommendation: Recommendation,
        subject_kind: SubjectKind,
        signal: Signal
    );

    /// `yes` or blank.
    pub fn yes(self, holds: bool) -> &'static str {
        match (holds, self) {
            (false, _) => "",
            (true, Self::Ids) => "yes",
            (true, Self::Zh) => "是",
        }
    }

    /// A heading.
    pub fn heading(self, id: &'static str) -> &'static str {
        match self {
            Self::Ids => id,
            Self::Zh => HEADINGS.iter().find(|(known, _)| *known == id).map_or(id, |(_, zh)| zh),
        }
    }

    /// An id or a name.
    pub fn named<'a>(self, id: &'a str, name: &'a str) -> &'a str {
        match self {
            Self::Ids => id,
            Self::Zh => name,
        }
    }
}

const HEADINGS: &[(&str, &str)] = &[
    ("group", "考核类别"),
    ("rank", "名次"),
    ("overall_rank", "总名次"),
    ("unit_id", "单位编号"),
    ("person_id", "人员编号"),
    ("name", "名称"),
    ("score", "得分"),
    ("band", "等次"),
    ("computed_band", "按分等次"),
    ("quota_limited", "名额所限"),
    ("status", "排名情况"),
    ("base_score", "基础分"),
    ("bonus", "加分"),
    ("deduction", "减分"),
    ("coverage", "覆盖率"),
    ("tasks", "任务数"),
    ("due_tasks", "到期任务数"),
    ("overdue_tasks", "逾期任务数"),
    ("open_overdue", "逾期未完成数"),
    ("overdue_rate", "逾期率"),
    ("late_days_max", "最长逾期天数"),
    ("feedback_missed", "未按时反馈数"),
    ("formal_report_missed", "未按时行文数"),
    ("sole_escalations", "未会商提请数"),
    ("recommendation", "建议"),
    ("rules", "规则"),
    ("vetoes", "否决事项"),
    ("post", "职务类别"),
    ("service_days", "任职天数"),
    ("unit_score", "单位得分"),
    ("subject_kind", "对象类型"),
    ("subject_id", "对象编号"),
    ("rung", "档次"),
    ("escalated", "升档"),
    ("facts", "事实"),
    ("clause", "依据"),
    ("respond_by", "反馈期限"),
    ("state", "状态"),
    ("task_id", "任务编号"),
    ("exclusion", "不计分原因"),
    ("lead_unit", "牵头单位"),
    ("level", "重要程度"),
    ("weight", "权重"),
    ("late_days", "逾期天数"),
    ("composite", "综合分"),
    ("file", "文件"),
    ("line", "行"),
    ("column", "列"),
    ("code", "代码"),
    ("message", "问题"),
    ("hint", "处理办法"),
    ("cells", "原行"),
    ("table", "表"),
    ("item", "项目"),
    ("count", "数量"),
    ("unit", "单位"),
    ("read", "读入"),
    ("accepted", "采用"),
    ("rejected", "剔除"),
    ("skipped", "跳过"),
    ("unreadable", "无法识别"),
    ("signal", "迹象"),
    ("of", "可比任务数"),
    ("share", "占比"),
    ("evidence", "任务举例"),
];

/// A text cell that no spreadsheet takes for a formula.
pub fn text(cell: &str) -> Cow<'_, str> {
    match cell.as_bytes().first() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r') => Cow::Owned(format!("'{cell}")),
        _ => Cow::Borrowed(cell),
    }
}

/// The cell that [`text`] was given.
pub fn untext(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if matches!(text(rest), Cow::Owned(_)) => rest,
        _ => cell,
    }
}

/// A CSV writer as reports have it: LF, comma, quoted where needed; the BOM is written first.
pub fn writer<W: Write>(mut into: W) -> std::io::Result<csv::Writer<W>> {
    into.write_all("\u{feff}".as_bytes())?;
    Ok(plain_writer(into))
}

/// The same without a BOM, for a part of a file.
pub fn plain_writer<W: Write>(into: W) -> csv::Writer<W> {
    csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).flexible(true).from_writer(into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe() {
        assert_eq!(text("=1+1"), "'=1+1");
        assert_eq!(text("@SUM"), "'@SUM");
        assert_eq!(text("市发改委"), "市发改委");
        for cell in ["=1+1", "@SUM", "'甲", "甲", "", "'"] {
            assert_eq!(untext(&text(cell)), cell);
        }
    }

    #[test]
    fn lines_end_in_lf_and_commas_are_quoted() {
        let mut bytes = Vec::new();
        {
            let mut writer = writer(&mut bytes).unwrap();
            writer.write_record(["a,b", "say \"x\""]).unwrap();
            writer.flush().unwrap();
        }
        assert_eq!(String::from_utf8(bytes).unwrap(), "\u{feff}\"a,b\",\"say \"\"x\"\"\"\n");
    }
}
