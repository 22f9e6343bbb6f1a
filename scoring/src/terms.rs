//! The words of the field (METHOD §1), as types with their ids and Chinese names.

macro_rules! terms {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $id:literal, $zh:literal;)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The id, as policies and reports write it.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),+ }
            }

            /// The Chinese name.
            pub fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh),+ }
            }

            /// Reads an id or a Chinese name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($id | $zh => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

terms! {
    /// A kind of subject (考核对象).
    SubjectKind {
        /// A department, district or bureau.
        Unit = "unit", "单位";
        /// A person.
        Person = "person", "个人";
    }
}

terms! {
    /// A kind of post (职务类别), and a person's role in a task.
    Post {
        /// 第一责任人.
        Principal = "principal", "主要负责人";
        /// 直接责任人.
        Deputy = "deputy", "分管负责人";
        /// 承办人.
        Staff = "staff", "承办人";
    }
}

terms! {
    /// What is recommended (建议). A proposal to people.
    Recommendation {
        /// 表扬激励.
        Commend = "commend", "表扬激励";
        /// 责令限期整改.
        Rectify = "rectify", "责令限期整改";
        /// 通报批评.
        Criticize = "criticize", "通报批评";
        /// 约谈.
        Interview = "interview", "约谈";
        /// 移送.
        Refer = "refer", "移送";
    }
}

terms! {
    /// What an event or a veto does to a band. METHOD §7, §9.
    Effect {
        /// The last band.
        Fail = "fail", "一票否决";
        /// One band lower.
        Demote = "demote", "降一等次";
        /// The top band becomes the second.
        BlockTop = "block-top", "不得评优";
    }
}

terms! {
    /// The state of a task on the as-of day. METHOD §4.
    State {
        /// Completed.
        Done = "done", "已完成";
        /// Not completed, and due.
        Overdue = "overdue", "逾期未完成";
        /// Not due yet.
        Open = "open", "进行中";
    }
}

terms! {
    /// Why an accepted task is not scored, in the order in which reasons count. METHOD §2.
    Exclusion {
        /// 取消.
        Cancelled = "cancelled", "取消";
        /// 免责.
        Exempt = "exempt", "免责";
        /// Only its parts are scored.
        Container = "container", "有下级任务";
        /// It belongs to another period.
        OutOfPeriod = "out-of-period", "不在考核期";
        /// No indicator has a value.
        NotJudged = "not-judged", "未评价";
    }
}

terms! {
    /// The standing of a subject. METHOD §6.
    Status {
        /// It has a rank.
        Ranked = "ranked", "参加排名";
        /// No score, or too few tasks.
        NotRanked = "not-ranked", "不排名";
        /// Served too few days.
        ShortService = "short-service", "任职时间不足";
        /// Too much is missing.
        Incomplete = "incomplete", "材料不全";
    }
}

terms! {
    /// What looks odd in the tasks of a unit. It never changes a score; see `docs/signals.md`.
    Signal {
        /// Completions stand on the very day they were due.
        DueDateHeap = "due-date-heap", "完成日期扎堆在时限当天";
        /// Every actual value equals its target.
        AllComplete = "all-complete", "完成值全部等于目标值";
        /// Completed before it was assigned.
        CompletedBeforeAssigned = "completed-before-assigned", "完成早于交办";
        /// Feedback before it was assigned.
        FeedbackBeforeAssigned = "feedback-before-assigned", "反馈早于交办";
        /// An extension was approved after the due date.
        LateExtension = "late-extension", "到期后才批准延期";
        /// Completions were sent back.
        Revoked = "revoked", "完成被退回较多";
        /// Targets are zero.
        ZeroTargets = "zero-targets", "目标值为零";
        /// Parts do not add up to their parents.
        PartsDisagree = "parts-disagree", "分项与总项不符";
    }
}
