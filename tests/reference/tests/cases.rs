//! One rule of the method at a time, each worked out by hand.

mod support;

use support::{HEAD, lines, run_files};

/// A policy of one rating measure `a`, with more after it.
fn rating(more: &str) -> String {
    format!(
        "{HEAD}[[indicator]]\nid = \"a\"\nmethod = \"rating\"\n[[unit.section]]\nid = \"s\"\nsource = \"measures\"\nindicators = [\"a\"]\n{more}"
    )
}

fn scored(policy: &str, scores: &[(&str, &str)], names: &[&str]) -> Vec<String> {
    let rows: String = scores.iter().map(|(unit, score)| format!("{unit},a,{score}\n")).collect();
    lines(
        &run_files(&[("policy.toml", policy), ("measures.csv", &format!("subject_id,indicator,value\n{rows}"))])["unit_scores.csv"],
        names,
    )
}

const FOUR: [(&str, &str); 4] = [("u1", "95"), ("u2", "92"), ("u3", "92"), ("u4", "91")];

#[test]
fn a_quota_cuts_the_top_band_and_ties_at_the_cut_drop_or_stay() {
    let bands = |more: &str| scored(&rating(&format!("[[quota]]\n{more}\n")), &FOUR, &["band", "quota_limited"]);
    assert_eq!(bands("percent = 50"), ["excellent ", "good yes", "good yes", "good yes"]);
    assert_eq!(bands("percent = 50\nties = \"extend\""), ["excellent ", "excellent ", "excellent ", "good yes"]);
    assert_eq!(bands("percent = 75"), ["excellent ", "excellent ", "excellent ", "good yes"]);
    assert_eq!(bands("percent = 20\nties = \"extend\""), ["good yes"; 4]);
    assert_eq!(bands("percent = 20\nround = \"ceil\""), ["excellent ", "good yes", "good yes", "good yes"]);
    assert_eq!(bands("percent = 10\nof = \"persons\""), ["excellent "; 4]);
}

#[test]
fn ties_break_by_facts_and_a_blank_one_stands_last() {
    let policy = rating("[rank]\ntie_break = [\"prior.score asc\"]\n");
    let measures = "subject_id,indicator,value\nu1,a,90\nu2,a,90\nu3,a,90\n";
    let prior = "subject_id,year,score\nu2,2024,80\nu3,2024,70\n";
    let reports = run_files(&[("policy.toml", &policy), ("measures.csv", measures), ("prior.csv", prior)]);
    assert_eq!(lines(&reports["unit_scores.csv"], &["rank", "unit_id"]), ["1 u3", "2 u2", "3 u1"]);
}

#[test]
fn published_scores_tie_where_exact_ones_do_not() {
    let policy = rating("[rounding]\nscore = 0\n");
    let two = [("u1", "90.4"), ("u2", "89.6")];
    assert_eq!(scored(&policy, &two, &["rank", "score"]), ["1 90", "1 90"]);
    assert_eq!(
        scored(&rating("[rank]\nby = \"exact\"\n[rounding]\nscore = 0\n"), &two, &["rank", "score"]),
        ["1 90", "2 90"]
    );
}

#[test]
fn measures_compare_within_their_group_and_period() {
    let policy = format!(
        "{HEAD}[[indicator]]\nid = \"k\"\nmethod = \"rank_points\"\nstep = 10\n[indicator.periods]\nQ1 = 1\nQ2 = 3\n
[[indicator]]\nid = \"b\"\nmethod = \"best_share\"\nbetter = \"lower\"\nmissing = \"zero\"\n
[[unit.section]]\nid = \"s\"\nsource = \"measures\"\nindicators = [\"k\", \"b\"]\n"
    );
    let units = "unit_id,group\nu1,g\nu2,g\nu3,g\nu4,h\n";
    let measures = "subject_id,indicator,period,value,numerator,denominator
u1,k,Q1,5,,\nu2,k,Q1,5,,\nu3,k,Q1,1,,\nu1,k,Q2,1,,\nu2,k,Q2,2,,\nu4,k,Q1,1,,\nu4,k,Q3,1,,
u1,b,,4,,\nu2,b,,,3,100\nu3,b,,0,,\nu4,b,,,1,0\n";
    let reports = run_files(&[("policy.toml", &policy), ("units.csv", units), ("measures.csv", measures)]);
    let mut found = lines(&reports["unit_scores.csv"], &["unit_id", "indicator.k", "indicator.b"]);
    found.sort();
    // u1: (100 + 3·90)/4, and 3/4 of the best; u3: third in Q1, and 0 is no share; u4 is alone in h.
    assert_eq!(found, ["u1 92.50 75.00", "u2 100.00 100.00", "u3 80.00 ", "u4 100.00 "]);
    assert_eq!(lines(&reports["rejects.csv"], &["line", "column", "code"]), ["8 period out-of-range"]);
    assert_eq!(lines(&reports["warnings.csv"], &["code", "line", "column"]), ["zero-denominator 12 denominator"]);
}

const TASK_POLICY: &str = "[[indicator]]\nid = \"q\"\nmethod = \"rating\"\ncolumn = \"quality\"\njudged = \"always\"\n[[unit.section]]\nid = \"s\"\nindicators = [\"q\"]\n";

#[test]
fn below_a_unit_each_part_counts_but_a_task_once() {
    let policy = format!("{HEAD}[unit]\nscope = \"subtree\"\n{TASK_POLICY}");
    let units = "unit_id,name,parent_id\nA,,\nB,,A\nC,局,B\n";
    let tasks = "task_id,lead_unit,co_units,quality\n1,B,局等,90\n2,C,,60\n3,A,,30\n";
    let reports = run_files(&[("policy.toml", &policy), ("units.csv", units), ("tasks.csv", tasks)]);
    // A and B: task 1 with 1 + 1/2. A: (135 + 60 + 30)/3.5; B: (135 + 60)/2.5; C: (45 + 60)/1.5.
    assert_eq!(
        lines(&reports["unit_scores.csv"], &["unit_id", "score", "tasks"]),
        ["B 78.00 2", "C 70.00 2", "A 64.29 3"]
    );
}

#[test]
fn co_units_divide_their_share() {
    let policy = format!("{HEAD}[roles]\nco_mode = \"split\"\n{TASK_POLICY}");
    let tasks = "task_id,lead_unit,co_units,quality\n1,A,B、C、B、A,90\n2,B,,30\n";
    let reports = run_files(&[("policy.toml", &policy), ("tasks.csv", tasks)]);
    // B: (1/4·90 + 30)/(5/4).
    assert_eq!(lines(&reports["unit_scores.csv"], &["unit_id", "score"]), ["A 90.00", "C 90.00", "B 42.00"]);
}

#[test]
fn a_name_is_looked_for_in_the_units_of_the_task_first() {
    let policy = format!("{HEAD}{TASK_POLICY}[[person.section]]\nid = \"s\"\nindicators = [\"q\"]\n");
    let posts = "person_id,name,unit_id,post\np1,张三,A,staff\np2,张三,B,staff\np3,张三,C,staff\n";
    let tasks = "task_id,lead_unit,co_units,staff,quality\n1,A,B,张三,90\n2,D,B,张三,60\n3,D,,张三,50\n4,D,,p3,40\n";
    let reports = run_files(&[("policy.toml", &policy), ("posts.csv", posts), ("tasks.csv", tasks)]);
    assert_eq!(lines(&reports["rejects.csv"], &["line", "column", "code"]), ["4 staff unknown-person"]);
    let found = lines(&reports["person_scores.csv"], &["person_id", "group", "section.s", "service_days"]);
    assert_eq!(found, ["p1 staff 90.00 365", "p2 staff 60.00 365", "p3 staff 40.00 365"]);
}

#[test]
fn of_one_matter_the_largest_event_counts_and_its_own_points_are_multiplied() {
    let policy = rating(
        "[[event]]\ncode = \"c\"\npoints = -1\nrepeat = [1, 3]\ncap = 10\n[[event]]\ncode = \"d\"\npoints = 2\neffect = \"block-top\"\n",
    );
    let events = "event_id,subject_id,code,date,matter_id,points
1,u1,c,2025-01-02,,\n2,u1,c,2025-01-03,,-2\n3,u1,d,2025-01-04,m,\n4,u1,c,2025-01-04,m,-2\n5,u1,d,2024-12-31,,\n";
    let reports = run_files(&[
        ("policy.toml", &policy),
        ("measures.csv", "subject_id,indicator,value\nu1,a,95\n"),
        ("events.csv", events),
    ]);
    // c: −1 and 3·−2; of m the event with the smaller id, d.
    let names = ["bonus", "deduction", "score", "computed_band", "band"];
    assert_eq!(lines(&reports["unit_scores.csv"], &names), ["2.00 7.00 90.00 excellent good"]);
}

#[test]
fn sections_that_are_missing_are_left_out_filled_or_hold_back() {
    let section = |id: &str, weight: u32, more: &str| {
        format!(
            "[[unit.section]]\nid = \"{id}\"\nweight = {weight}\nsource = \"measures\"\nindicators = [\"b\"]\n{more}\n"
        )
    };
    let b = "[[indicator]]\nid = \"b\"\nmethod = \"rating\"\n";
    let status = |more: String| {
        scored(&rating(&format!("{b}{more}")), &[("u", "80")], &["score", "coverage", "status"]).concat()
    };
    assert_eq!(status(section("t", 3, "")), "80.00 25.00 ranked");
    assert_eq!(status(section("t", 3, "missing = \"zero\"")), "20.00 100.00 ranked");
    assert_eq!(status(section("t", 3, "missing = \"hold\"")), "80.00 25.00 incomplete");
    assert_eq!(status(section("t", 3, "groups = [\"g\"]\nmissing = \"hold\"")), "80.00 100.00 ranked");
    assert_eq!(status(section("t", 3, "") + "[unit]\nmin_coverage = 30\n"), "80.00 25.00 incomplete");
}

#[test]
fn a_parent_is_a_container_while_a_part_counts_and_old_tasks_are_carried_over() {
    let policy = format!("{}carry_over = true\n{TASK_POLICY}", HEAD);
    let tasks = "task_id,parent_id,lead_unit,due_on,completed_on,status,quality
1,,A,2025-05-01,,,50\n2,1,A,2025-05-01,,,50\n3,,A,2025-05-01,,,50\n4,3,A,2025-05-01,,cancelled,50
5,,A,2024-05-01,2025-01-01,,50\n6,,A,2024-05-01,2024-12-31,,50\n7,,A,2026-01-01,,,50\n8,,A,,,,/\n";
    let reports = run_files(&[("policy.toml", &policy), ("tasks.csv", tasks)]);
    let expected =
        ["1 container", "2 ", "3 ", "4 cancelled", "5 ", "6 out-of-period", "7 out-of-period", "8 not-judged"];
    assert_eq!(lines(&reports["task_scores.csv"], &["task_id", "exclusion"]), expected);
}

#[test]
fn the_tables_file_turns_words_and_makes_ids() {
    let policy = format!("{HEAD}[levels]\nmajor = 2\ndefault = \"major\"\n{TASK_POLICY}");
    let tables = "[tasks]\nids = \"row\"\ncolumns = { lead_unit = \"who\" }\n[tasks.values.level]\n\"市级\" = \"major\"\n[tasks.values.quality]\n\"好\" = \"90\"\n";
    let tasks = "序号,who,级别,quality,parent_id\n1,=A,市级,好,\n1,=A,,好,tasks:2\n";
    let reports = run_files(&[("policy.toml", &policy), ("tables.toml", tables), ("tasks.csv", tasks)]);
    let found = lines(&reports["task_scores.csv"], &["task_id", "exclusion", "lead_unit", "level", "indicator.q"]);
    assert_eq!(found, ["tasks:2 container '=A major ", "tasks:3  '=A major 90.0000"]);
}
