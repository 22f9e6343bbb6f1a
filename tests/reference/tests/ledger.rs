//! A small ledger by hand: every figure was worked out on paper.

mod support;

use std::collections::BTreeMap;

use support::run_files;

const POLICY: &str = r#"
schema = 1
id = "x"
[period]
from = 2025-01-01
to = 2025-12-31
[levels]
major = 2
routine = 1
default = "routine"
[[indicator]]
id = "time"
method = "deadline"
per_day = 5
weight = 60
[[indicator]]
id = "quality"
method = "rating"
column = "quality"
weight = 40
[[unit.section]]
id = "tasks"
indicators = ["time", "quality"]
[person]
group_by = "unit"
[[person.section]]
id = "tasks"
indicators = ["time", "quality"]
[[event]]
code = "praise"
points = 2
repeat = [1, "1/2"]
[[event]]
code = "fraud"
points = -5
effect = "fail"
[[quota]]
of = "units"
percent = 50
[[rule]]
id = "late"
recommend = "criticize"
all = ["overdue_tasks >= 1"]
clause = "三(四)"
respond_days = 30
[[rule]]
id = "good"
recommend = "commend"
all = ["band = 优秀"]
"#;

const TASKS: &str =
    "任务编号,牵头单位,协办单位,重要程度,第一责任人,完成时限,完成日期,质量评分,状态,延期至,延期批准日期,上级任务编号
t1,甲局,乙局等,major,,2025-03-01,2025-03-03,90,,,,
t2,甲局,,,王五,2025年6月,2025-06-30,/,,,,t9
t3,乙局,,,,2025-05-01,,,,2025-06-01,2025-05-02,
t4,乙局,,,,2025-05-01,,,取消,,,
t5,丙局,,,,2025-05-01,,,,,,
t6,乙局,,,,2025-05-01,,1e3,,,,
t7,甲局,,,,2026-05-01,,,,,,
t8,甲局,,extra,,2025-05-01,,,,,,
t9,甲局,,,,2025-07-01,,,,,,
t9,甲局,,,,2025-07-01,,,,,,
short,row
";

const UNITS: &str = "单位编号,单位名称\nA,甲局\nB,乙局\n";

const POSTS: &str = "人员编号,姓名,单位编号,职务类别,任职起,任职止
p1,张三,A,主要负责人,,2025-06-30
p2,李四,甲局,principal,2025-07-01,
p3,王五,A,承办人,,
p4,王五,B,deputy,,
";

const EVENTS: &str = "事项编号,对象编号,事项代码,日期,同一事项,分值
e1,A,praise,2025-02-01,m,
e2,A,praise,2025-03-01,m,-1
e3,A,praise,2025-04-01,,
e4,B,fraud,2025-04-01,,
e5,B,other,2025-04-01,,
";

const PRIOR: &str = "对象编号,年度,得分,等次,建议\n甲局,2024,95,优秀,通报批评\n甲局,2025,95,,\n";

fn reports() -> BTreeMap<String, String> {
    run_files(&[
        ("policy.toml", POLICY),
        ("tasks.csv", TASKS),
        ("units.csv", UNITS),
        ("posts.csv", POSTS),
        ("events.csv", EVENTS),
        ("prior.csv", PRIOR),
    ])
}

#[test]
fn every_row_ends_in_one_place() {
    let reports = reports();
    assert_eq!(
        reports["rejects.csv"],
        "file,line,column,code,message,hint,cells
tasks.csv,6,牵头单位,unknown-unit,,,\"t5,丙局,,,,2025-05-01,,,,,,\"
tasks.csv,7,质量评分,bad-number,,,\"t6,乙局,,,,2025-05-01,,1e3,,,,\"
tasks.csv,9,重要程度,unknown-level,,,\"t8,甲局,,extra,,2025-05-01,,,,,,\"
tasks.csv,10,任务编号,duplicate-id,,,\"t9,甲局,,,,2025-07-01,,,,,,\"
tasks.csv,11,任务编号,duplicate-id,,,\"t9,甲局,,,,2025-07-01,,,,,,\"
tasks.csv,12,,ragged-row,,,\"short,row\"
events.csv,6,事项代码,unknown-code,,,\"e5,B,other,2025-04-01,,\"
prior.csv,3,年度,out-of-range,,,\"甲局,2025,95,,\"
"
    );
    assert_eq!(
        reports["warnings.csv"],
        "code,file,line,column,message\nextension-not-approved-in-time,tasks.csv,4,延期至,\n"
    );
    assert!(reports["reconciliation.csv"].starts_with(
        "table,item,count
tasks,read,11
tasks,accepted,5
tasks,rejected,6
tasks,scored,3
tasks,excluded.cancelled,1
tasks,excluded.exempt,0
tasks,excluded.container,0
tasks,excluded.out-of-period,1
tasks,excluded.not-judged,0
units,read,2
"
    ));
}

#[test]
fn tasks_are_judged_and_added_up() {
    let reports = reports();
    assert_eq!(
        reports["task_scores.csv"],
        "task_id,state,exclusion,lead_unit,level,weight,late_days,composite,indicator.time,indicator.quality
t1,done,,A,major,1,2,90.00,90.0000,90.0000
t2,done,,A,routine,1,0,100.00,100.0000,
t3,overdue,,B,routine,1,244,0.00,0.0000,
t4,overdue,cancelled,B,routine,1,244,,,
t7,open,out-of-period,A,routine,1,,,,
"
    );
    // A: (2·90 + 1·100)/3 = 93.33…, and 2 + 2·1/2 points; criticized in 2024 already, so a rung higher. B: (2·1/2·90 + 0)/2 = 45, less 5.
    let mut lines = reports["unit_scores.csv"].lines().skip(1);
    assert_eq!(
        lines.next(),
        Some(
            "all,1,1,A,甲局,96.33,excellent,excellent,,ranked,93.33,3.00,0.00,100.00,2,2,1,0,50.00,2,0,0,0,93.33,93.33,90.00,interview,late;good,"
        )
    );
    assert_eq!(
        lines.next(),
        Some(
            "all,2,2,B,乙局,40.00,poor,poor,,ranked,45.00,0.00,5.00,100.00,2,2,2,1,100.00,244,0,0,0,45.00,45.00,90.00,criticize,late,"
        )
    );
}

#[test]
fn persons_share_in_their_unit_by_days() {
    let reports = reports();
    // p1 is the principal of A by post on t1's due day: U = 96.33…, O = 90 (t1) over all days of the post.
    // 王五 of t2 is p3, who has a post in the lead unit.
    let rows: Vec<Vec<&str>> =
        reports["person_scores.csv"].lines().skip(1).map(|line| line.split(',').collect()).collect();
    let of = |id: &str| rows.iter().find(|row| row[3] == id).unwrap();
    assert_eq!((of("p1")[0], of("p1")[5], of("p1")[14]), ("A", "93.80", "1"));
    // O of p3 is 100 (t2): 1/5·96.33… + 4/5·100.
    assert_eq!((of("p3")[5], of("p3")[24]), ("99.27", "365"));
    // p4 has no task of their own: the unit's score alone.
    assert_eq!((of("p4")[5], of("p4")[9]), ("40.00", "ranked"));
}
