use crate::policy::{BUILT_IN, Finding, Severity, parse};

/// A policy with a section of units, and what a case adds.
fn with(more: &str) -> String {
    format!(
        r#"schema = 1
id = "p"
[period]
from = 2025-01-01
to = 2025-12-31
[[indicator]]
id = "speed"
method = "deadline"
per_day = 5
[[unit.section]]
id = "tasks"
source = "tasks"
indicators = ["speed"]
{more}"#
    )
}

fn findings(text: &str) -> Vec<Finding> {
    match parse(text, "p.toml") {
        Ok((_, findings)) | Err(findings) => findings,
    }
}

fn errors(text: &str) -> Vec<(&'static str, String)> {
    let errors = findings(text).into_iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| (finding.code, finding.message)).collect()
}

fn codes(more: &str) -> Vec<&'static str> {
    errors(&with(more)).into_iter().map(|(code, _)| code).collect()
}

fn warnings(more: &str) -> Vec<&'static str> {
    let all = findings(&with(more)).into_iter().filter(|finding| finding.severity == Severity::Warning);
    all.map(|finding| finding.code).filter(|code| *code != "rung-without-rule").collect()
}

fn rule(all: &str) -> String {
    format!("[[rule]]\nid = \"r\"\nsubject = \"unit\"\nrecommend = \"rectify\"\nall = [{all}]\n")
}

fn person_rule(all: &str) -> String {
    rule(all).replace("\"unit\"", "\"person\"")
}

const BENCH: &str = r#"schema = 1
id = "bench"
title = "bench"
authority = "none"
[period]
from = 2025-01-01
to = 2025-12-31
belongs_by = "assigned"
[levels]
major = 3
key = 2
routine = 1
default = "routine"
[roles]
lead = 1
co = "1/2"
principal = "2/5"
deputy = "3/5"
[[indicator]]
id = "timeliness"
method = "deadline"
per_day = 5
weight = 40
[[indicator]]
id = "completion"
method = "ratio"
weight = 30
[[indicator]]
id = "quality"
method = "rating"
column = "quality"
weight = 20
[[indicator]]
id = "feedback"
method = "deadline"
due = "feedback_due_on"
default_due = { from = "assigned_on", months = 1 }
done = "feedback_on"
steps = [[0, 100], [1, 0]]
weight = 10
[[unit.section]]
id = "tasks"
source = "tasks"
weight = 1
indicators = ["timeliness", "completion", "quality", "feedback"]
[[person.section]]
id = "tasks"
source = "tasks"
weight = 1
indicators = ["timeliness", "completion", "quality", "feedback"]
"#;

#[test]
fn the_built_in_policy_is_clean() {
    assert_eq!(findings(BUILT_IN), []);
}

#[test]
fn a_policy_without_rules_is_warned_of_its_bare_ladder_only() {
    let codes: Vec<_> = findings(BENCH).iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["rung-without-rule"]);
}

fn bands(bands: &[(&str, &str, &str)], places: u32) -> String {
    let mut text = with(&format!("[rounding]\nscore = {places}\n[unit]\nfull = 500\n"));
    text = text.replace("[unit]\nfull = 500\n", "").replace("[[unit.section]]", "[unit]\nfull = 500\n[[unit.section]]");
    for (id, from, to) in bands {
        text += &format!("[[band]]\nid = \"{id}\"\nfrom = {from}\n");
        if !to.is_empty() {
            text += &format!("to = {to}\n");
        }
    }
    text
}

// Usda/NFC: 290–349 and a band that ends at 290.
#[test]
fn the_overlap_at_290_is_refused_by_name() {
    let text = bands(&[("a", "350", ""), ("b", "290", "349"), ("c", "0", "290")], 0);
    let expected = "290 is in two bands: `b` begins at it and `c` goes to 290".to_owned();
    assert_eq!(errors(&text), [("bands-overlap", expected)]);
}

// UK CQC: 25–38, 39–62, 63–87, above 87.
#[test]
fn the_hole_at_38_and_a_half_is_refused_by_name() {
    let text = bands(&[("d", "88", ""), ("c", "63", "87"), ("b", "39", "62"), ("a", "25", "38")], 2);
    let errors = errors(&text);
    assert!(errors.contains(&("bands-hole", "no band holds 38.5: between `a` (to 38) and `b` (from 39)".to_owned())));
    assert_eq!(errors.len(), 4);
}

// 遵义: ≥95, 90–94, 80–89, <80.
#[test]
fn the_hole_at_94_and_a_half_is_refused_by_name() {
    let text = bands(&[("a", "95", ""), ("b", "90", "94"), ("c", "80", "89"), ("d", "0", "79.99")], 2);
    let errors = errors(&text);
    assert_eq!(errors.first().unwrap().1, "no band holds 94.5: between `b` (to 94) and `a` (from 95)");
    assert_eq!(errors.len(), 2);
}

#[test]
fn whole_scores_need_no_band_between_whole_ends() {
    assert_eq!(errors(&bands(&[("a", "95", ""), ("b", "90", "94"), ("c", "0", "89")], 0)), []);
}

// SAKIP: seven at 14.29, three at 33.33.
#[test]
fn rounded_sevenths_and_thirds_do_not_add_up() {
    for (count, weight, sum, part) in [(7, "14.29", "100.03", "100/7"), (3, "33.33", "99.99", "100/3")] {
        let mut text = "schema = 1\nid = \"p\"\n[period]\nfrom = 2025-01-01\nto = 2025-12-31\n".to_owned();
        let ids: Vec<_> = (0..count).map(|at| format!("\"i{at}\"")).collect();
        for id in &ids {
            text += &format!("[[indicator]]\nid = {id}\nmethod = \"rating\"\nweight = {weight}\n");
        }
        text += "[[unit.section]]\nid = \"s\"\nsource = \"measures\"\nweights_total = 100\n";
        text += &format!("indicators = [{}]\n", ids.join(", "));
        let findings = findings(&text);
        let finding = findings.iter().find(|finding| finding.code == "weights-total").unwrap();
        assert_eq!(finding.message, format!("the weights of the indicators of `s` add up to {sum}, not to 100"));
        assert!(finding.hint.contains(part), "{}", finding.hint);
        assert_eq!(text.lines().nth(finding.line - 1), Some("weights_total = 100"));
    }
}

#[test]
fn bounds_that_exclude_each_other_never_hold() {
    let text = with(&rule(r#""score < 60", "tasks > 3", "score > 80""#));
    let expected = "`score < 60` and `score > 80` can never hold together".to_owned();
    assert_eq!(errors(&text), [("never-holds", expected)]);
    for all in [
        r#""tasks > 3", "tasks < 4""#,
        r#""coverage > 100""#,
        r#""rank < 1""#,
        r#""band = good", "band = fair""#,
        r#""band > excellent""#,
        r#""group = a", "group in b|c""#,
        r#""score is blank", "score < 5""#,
        r#""score = 20%", "score != 20""#,
        r#""tasks >= 3", "tasks <= 3", "tasks != 3""#,
        r#""score > 100""#,
    ] {
        assert_eq!(codes(&rule(all)), ["never-holds"], "{all}");
    }
}

#[test]
fn bounds_that_leave_something_are_left_alone() {
    for all in [
        r#""score >= 60", "score <= 60""#,
        r#""tasks > 3", "tasks < 5""#,
        r#""band <= good", "band >= good""#,
        r#""group != a", "group in a|b""#,
        r#""score_change < -5""#,
        r#""band in fair|poor", "overdue_rate >= 20%""#,
    ] {
        assert_eq!(codes(&rule(all)), Vec::<&str>::new(), "{all}");
    }
}

#[test]
fn an_alternative_that_cannot_hold_is_named() {
    let text = with(&(rule(r#""score < 60""#) + "any = [\"score > 70\", \"tasks > 3\"]\n"));
    assert_eq!(errors(&text).len(), 1);
}

#[test]
fn facts_are_those_of_the_kind_of_subject() {
    assert_eq!(codes(&rule("\"speed > 3\"")), ["unknown-fact"]);
    assert_eq!(codes(&rule("\"service_days > 3\"")), ["unknown-fact"]);
    assert_eq!(codes(&rule("\"event.E1 > 3\"")), ["unknown-fact"]);
    assert_eq!(codes(&rule("\"indicator.speed < 3\", \"section.tasks < 3\"")), Vec::<&str>::new());
    assert_eq!(codes(&person_rule("\"service_days > 3\", \"prior.count.refer = 0\"")), Vec::<&str>::new());
    assert_eq!(codes(&person_rule("\"section.tasks > 3\"")), ["unknown-fact"]);
    assert_eq!(codes(&rule("\"band = top\"")), ["unknown-band"]);
    assert_eq!(codes(&rule("\"status = asleep\"")), ["bad-value"]);
    assert_eq!(codes(&(rule("\"score < 3\"") + "reason = \"{score} {tsaks}\"\n")), ["unknown-fact"]);
}

#[test]
fn a_veto_stands_on_facts_that_come_before_ranks() {
    let veto = |all: &str| format!("[[veto]]\nid = \"v\"\nsubject = \"unit\"\neffect = \"fail\"\nall = [\"{all}\"]\n");
    assert_eq!(codes(&veto("band = poor")), ["needs-rank"]);
    assert_eq!(codes(&veto("vetoed = no")), ["needs-veto"]);
    assert_eq!(codes(&veto("overdue_tasks > 9")), Vec::<&str>::new());
}

#[test]
fn ties_are_broken_by_facts_that_come_before_ranks() {
    for fact in ["rank", "overall_rank", "band", "percentile", "group_size", "unit_recommendation", "quota_limited"] {
        assert_eq!(codes(&format!("[rank]\ntie_break = [\"{fact} asc\"]\n")), ["needs-rank"], "{fact}");
    }
    assert_eq!(codes("[rank]\ntie_break = [\"exact_score desc\", \"overdue_rate asc\"]\n"), Vec::<&str>::new());
    assert_eq!(codes("[rank]\ntie_break = [\"luck asc\"]\n"), ["unknown-fact"]);
    assert_eq!(codes("[rank]\ntie_break = [\"score\"]\n"), ["bad-tie-break"]);
}

#[test]
fn forbidden_words_need_a_reason() {
    let name = |more: &str| with("").replace("id = \"speed\"", &format!("id = \"speed\"\n{more}"));
    assert_eq!(errors(&name("name = \"发文数量\"")).first().unwrap().0, "forbidden-word");
    assert_eq!(errors(&name("name = \"发文件数量\"")), []);
    assert_eq!(errors(&name("name = \"发文数量\"\nallow = \"上级要求\"")), []);
    assert_eq!(errors(&name("name = \"微信点赞\"")), []);
    let more = name("name = \"微信点赞\"") + "[lint]\nforbidden = [\"点赞\"]\n";
    assert_eq!(errors(&more).first().unwrap().0, "forbidden-word");
}

#[test]
fn weights_are_summed_group_by_group() {
    let sections = |total: &str| {
        let text = with("").replace(
            "[[unit.section]]\nid = \"tasks\"",
            "[unit]\nweights_total = TOTAL\n[[unit.section]]\nid = \"tasks\"\nweight = 60\ngroups = [\"a\"]",
        );
        text.replace("TOTAL", total)
            + "[[unit.section]]\nid = \"b\"\nsource = \"tasks\"\nweight = 60\ngroups = [\"b\"]\nindicators = [\"speed\"]\n[[unit.section]]\nid = \"c\"\nsource = \"tasks\"\nweight = 40\ngroups = [\"a\", \"b\"]\nindicators = [\"speed\"]\n"
    };
    assert_eq!(errors(&sections("100")), []);
    assert_eq!(errors(&sections("160")).first().unwrap().0, "weights-total");
    let all = sections("100").replace("groups = [\"a\", \"b\"]", "");
    assert_eq!(errors(&all), []);
    assert!(findings(&all).iter().any(|finding| finding.code == "weights-of-others"));
}

#[test]
fn weights_are_neither_negative_nor_all_zero() {
    let weight = |weight: &str| with("").replace("per_day = 5", &format!("per_day = 5\nweight = {weight}"));
    assert_eq!(errors(&weight("-1")).first().unwrap().0, "weight-negative");
    assert_eq!(errors(&weight("0")).first().unwrap().0, "weights-zero");
}

#[test]
fn ids_stand_once() {
    assert_eq!(codes("[[count]]\nid = \"c\"\n[[count]]\nid = \"c\"\n"), ["duplicate-id"]);
    assert_eq!(codes("[[event]]\ncode = \"c\"\n[[event]]\ncode = \"c\"\n"), ["duplicate-id"]);
}

#[test]
fn two_rules_that_say_the_same_are_refused() {
    let second = rule("\"tasks > 3\", \"score < 60\"").replace("\"r\"", "\"q\"");
    assert_eq!(codes(&(rule("\"score < 60\", \"tasks > 3\"") + &second)), ["same-rule"]);
}

#[test]
fn a_rule_that_a_higher_one_always_covers_is_noted() {
    let higher = rule("\"score < 70\"").replace("\"r\"", "\"q\"").replace("rectify", "criticize");
    let all = findings(&with(&(rule("\"score < 60\", \"tasks > 3\"") + &higher)));
    assert!(all.iter().any(|finding| finding.code == "always-outranked" && finding.message.starts_with("`r`")));
    let lower = findings(&with(&(rule("\"score < 80\"") + &higher)));
    assert!(lower.iter().all(|finding| finding.code != "always-outranked"));
}

#[test]
fn methods_stand_in_sections_they_fit() {
    let slope =
        with("").replace("method = \"deadline\"\nper_day = 5", "method = \"slope\"\nthreshold = 98\nper_point = 1");
    assert_eq!(errors(&slope).first().unwrap().0, "bad-method");
    assert_eq!(errors(&slope.replace("\"tasks\"\nind", "\"measures\"\nind")), []);
    let deadline = with("").replace("source = \"tasks\"", "source = \"measures\"");
    assert_eq!(errors(&deadline).first().unwrap().0, "bad-method");
    let both = "[[unit.section]]\nid = \"m\"\nsource = \"measures\"\nindicators = [\"speed\"]\n";
    assert_eq!(codes(both), ["mixed-sources"]);
    let rating = with("").replace("method = \"deadline\"\nper_day = 5", "method = \"rating\"");
    assert_eq!(errors(&rating).first().unwrap().0, "missing-key");
    let measure = rating
        .replace("\"rating\"", "\"rating\"\nwhere = [\"kind = a\"]")
        .replace("source = \"tasks\"", "source = \"measures\"");
    assert_eq!(errors(&measure).first().unwrap().0, "where-on-measure");
}

#[test]
fn what_weighs_little_or_is_paper_is_warned_of() {
    let light = "[[indicator]]\nid = \"x\"\nmethod = \"ratio\"\nweight = 0.01\n[[unit.section]]\nid = \"y\"\nsource = \"tasks\"\nindicators = [\"speed\", \"x\"]\n";
    assert_eq!(warnings(light), ["light-indicator"]);
    let paper = "[[indicator]]\nid = \"x\"\nmethod = \"deadline\"\ndone = \"feedback_on\"\n[[unit.section]]\nid = \"y\"\nsource = \"tasks\"\nindicators = [\"x\"]\n";
    assert_eq!(warnings(paper), ["paper-heavy"]);
    assert_eq!(warnings("[[indicator]]\nid = \"x\"\nmethod = \"ratio\"\n"), ["unused-indicator"]);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        let _ = findings(&text);
    }

    #[test]
    fn no_value_makes_it_panic(key in "[a-z_.\\[\\]]{0,12}", value in "\\PC{0,12}") {
        let _ = findings(&with(&format!("{key} = {value}\n")));
        let _ = findings(&with(&rule(&format!("{:?}", format!("score {value}")))));
    }
}

#[test]
fn weights_of_parts_are_no_matter_where_a_group_lacks_the_whole() {
    let sections = r#"[[unit.section]]
id = "whole"
source = "sections"
groups = ["区"]
weights_total = 100
[[unit.section]]
id = "one"
parent = "whole"
source = "tasks"
weight = 60
indicators = ["speed"]
[[unit.section]]
id = "other"
parent = "whole"
source = "tasks"
weight = 40
groups = ["区"]
indicators = ["speed"]
[[unit.section]]
id = "else"
source = "tasks"
groups = ["局"]
indicators = ["speed"]
"#;
    assert!(codes(sections).is_empty());
    assert_eq!(codes(&sections.replace("weight = 40", "weight = 30")), ["weights-total"]);
}

#[test]
fn an_exception_that_can_never_hold_is_an_error() {
    let rule = |unless: &str| format!("{}unless = [{unless}]\n", rule("\"score < 60\""));
    assert_eq!(codes(&rule("\"overdue_rate > 100\"")), ["never-holds"]);
    assert!(codes(&rule("\"overdue_rate >= 100\"")).is_empty());
}

#[test]
fn earlier_years_may_have_recommended_other_words() {
    assert!(codes(&rule("\"prior.recommendation = 诫勉\"")).is_empty());
    assert_eq!(codes(&rule("\"prior.recommendation = 约谈\"")), ["bad-value"]);
    assert_eq!(codes(&person_rule("\"unit_recommendation = 诫勉\"")), ["bad-value"]);
}

#[test]
fn an_extra_column_is_text_and_knows_no_order_of_dates() {
    let count = |condition: &str| format!("[[count]]\nid = \"c\"\nwhere = [\"{condition}\"]\n");
    assert!(codes(&count("due_on >= 2025-06-01")).is_empty());
    assert!(codes(&count("验收日期 = 2025-06-01")).is_empty());
    assert_eq!(codes(&count("验收日期 >= 2025-06-01")), ["never-holds"]);
}

#[test]
fn conditions_are_the_same_where_their_numbers_are() {
    let second = rule("\"score < 60.0\"").replace("\"r\"", "\"s\"");
    assert_eq!(codes(&format!("{}{second}", rule("\"score < 60\""))), ["same-rule"]);
}
