//! Tables that others published: inputs and results.

mod support;

use support::{HEAD, columns, run_files};

#[test]
fn sichuan_2011_sums_five_parts_and_ranks_by_competition() {
    let table = "1,成都市,96.4,74.4,8,7,4,3
2,眉山市,94,75.5,5,7,3.5,3
3,南充市,82.9,67.4,3,6,3.5,3
4,凉山州,82,65.5,5.5,4,4,3
5,资阳市,75.4,61.9,3,4,3.5,3
6,乐山市,72,58,2.5,4.5,4,3
7,德阳市,71.5,61,2,4,3.5,1
8,广安市,68.5,59.5,1.5,2,2.5,3
9,阿坝州,67,55,3,2,4,3
9,泸州市,67,53.5,2.5,6,4,1
11,遂宁市,65.6,54.1,3,4.5,3,1
12,绵阳市,65,48,9,4,4,0
13,宜宾市,62.8,48,4.5,5,3.3,2
14,攀枝花市,61.1,52,4.5,1.8,2.8,0
15,内江市,55,46,2,3,3,1
16,广元市,54.5,42,1,5,3.5,3
17,自贡市,53.5,50,0,0,3.5,0
18,巴中市,53,43.5,0.5,3,3,3
19,雅安市,50,41.5,1,2,2.5,3
20,达州市,41.5,36,0,2,3.5,0
21,甘孜州,38,30.5,0,1,3.5,3";
    let parts = [("a", 77), ("b", 9), ("c", 7), ("d", 4), ("e", 3)];
    let mut policy = format!("{HEAD}[rounding]\nscore = 1\n");
    for (id, full) in parts {
        policy += &format!(
            "[[indicator]]\nid = \"{id}\"\nmethod = \"rating\"\nmax = {full}\nfull = {full}\nweight = {full}\nround = \"none\"\n"
        );
    }
    policy += "[[unit.section]]\nid = \"s\"\nsource = \"measures\"\nindicators = [\"a\", \"b\", \"c\", \"d\", \"e\"]\n";
    let mut measures = "对象编号,指标,数值\n".to_string();
    let mut expected = Vec::new();
    for line in table.lines() {
        let cells: Vec<&str> = line.split(',').collect();
        for ((id, _), value) in parts.iter().zip(&cells[3..]) {
            measures += &format!("{},{id},{value}\n", cells[1]);
        }
        let total = if cells[2].contains('.') { cells[2].to_string() } else { format!("{}.0", cells[2]) };
        expected.push(vec![cells[0].to_string(), cells[1].to_string(), total]);
    }
    let reports = run_files(&[("policy.toml", &policy), ("measures.csv", &measures)]);
    let mut found = columns(&reports["unit_scores.csv"], &["rank", "unit_id", "score"]);
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn lianyungang_12345_slopes_to_a_floor() {
    for (threshold, rate, score) in [
        (98, "87.5", "19.75"),
        (98, "83.33", "17.67"),
        (98, "75", "13.50"),
        (98, "71.43", "12.50"),
        (98, "50", "12.50"),
        (95, "70.59", "12.80"),
    ] {
        let policy = format!(
            "{HEAD}[unit]\nfull = 25\n[[indicator]]\nid = \"a\"\nmethod = \"slope\"\nfull = 25\nfloor = 12.5\nround = 2\nthreshold = {threshold}\nper_point = 0.5
[[unit.section]]\nid = \"s\"\nsource = \"measures\"\nindicators = [\"a\"]\n"
        );
        let measures = format!("subject_id,indicator,value\nu,a,{rate}%\n");
        let reports = run_files(&[("policy.toml", &policy), ("measures.csv", &measures)]);
        assert_eq!(columns(&reports["unit_scores.csv"], &["score"]), [[score]]);
    }
}

#[test]
fn opm_derives_a_summary_level_and_a_critical_element_fails_it() {
    let mut policy = format!("{HEAD}[unit]\nfull = 500\n");
    for (id, weight) in [("a", 10), ("b", 10), ("c", 10), ("d", 10), ("e", 60)] {
        policy += &format!("[[indicator]]\nid = \"{id}\"\nmethod = \"rating\"\nmax = 5\nfull = 5\nweight = {weight}\n");
    }
    policy += "[[unit.section]]\nid = \"s\"\nsource = \"measures\"\nindicators = [\"a\", \"b\", \"c\", \"d\", \"e\"]\n";
    for (id, from) in [("5", 475), ("4", 400), ("3", 300), ("2", 200), ("1", 0)] {
        policy += &format!("[[band]]\nid = \"L{id}\"\nfrom = {from}\n");
    }
    policy += "[[veto]]\nid = \"critical\"\nsubject = \"unit\"\nany = [\"indicator.a = 20\", \"indicator.c = 20\"]\neffect = \"fail\"\n";
    let measures = "subject_id,indicator,value\nx,a,4\nx,b,5\nx,c,3\nx,d,4\nx,e,4\ny,a,5\ny,b,5\ny,c,1\ny,d,5\ny,e,5\n";
    let reports = run_files(&[("policy.toml", &policy), ("measures.csv", measures)]);
    let found = columns(&reports["unit_scores.csv"], &["unit_id", "score", "computed_band", "band", "vetoes"]);
    assert_eq!(found, [["y", "460.00", "L4", "L1", "critical"], ["x", "400.00", "L4", "L4", ""]]);
}

#[test]
fn jongno_adds_up_leaves_that_are_each_rounded() {
    let leaves = [
        ("11", "5", "84.6"),
        ("11", "7", "83.86"),
        ("12", "5", "83.4"),
        ("12", "4", "75.5"),
        ("12", "10", "91.4"),
        ("13", "5", "88.6"),
        ("13", "10", "85.8"),
        ("13", "4", "85.5"),
        ("21", "6", "83.67"),
        ("21", "7", "100"),
        ("21", "6", "100"),
        ("22", "8", "64.26"),
        ("22", "5", "100"),
        ("23", "8", "89.25"),
        ("24", "10", "78.3"),
    ];
    let mut policy = HEAD.to_string();
    let mut measures = "subject_id,indicator,value\n".to_string();
    for (at, (_, weight, rating)) in leaves.iter().enumerate() {
        policy += &format!(
            "[[indicator]]\nid = \"i{at}\"\nmethod = \"rating\"\nfull = {weight}\nweight = {weight}\nround = 2\n"
        );
        measures += &format!("u,i{at},{rating}\n");
    }
    for (top, weight) in [("1", 50), ("2", 50)] {
        policy += &format!("[[unit.section]]\nid = \"{top}\"\nweight = {weight}\nsource = \"sections\"\n");
    }
    for (group, weight) in [("11", 12), ("12", 19), ("13", 19), ("21", 19), ("22", 13), ("23", 8), ("24", 10)] {
        let ids: Vec<String> =
            leaves.iter().enumerate().filter(|(_, leaf)| leaf.0 == group).map(|(at, _)| format!("\"i{at}\"")).collect();
        policy += &format!(
            "[[unit.section]]\nid = \"{group}\"\nweight = {weight}\nsource = \"measures\"\nparent = \"{}\"\nindicators = [{}]\n",
            &group[..1],
            ids.join(",")
        );
    }
    let reports = run_files(&[("policy.toml", &policy), ("measures.csv", &measures)]);
    // 42.86 of 50 and 43.13 of 50, as percent.
    assert_eq!(
        columns(&reports["unit_scores.csv"], &["score", "section.1", "section.2"]),
        [["85.99", "85.72", "86.26"]]
    );
}

#[test]
fn published_ties_share_a_rank() {
    let competition = (
        "79.0 77.1 76.3 76.0 75.9 73.3 73.0 72.3 71.3 71.3 70.3 70.2 67.9 65.4 65.4 64.3 64.0 64.0 61.7 61.2 61.1",
        "1 2 3 4 5 6 7 8 9 9 11 12 13 14 14 16 17 17 19 20 21",
        "competition",
    );
    let dense = (
        "94.9 91.4 88.8 86.3 83.3 83.0 83.0 82.9 82.9 80.7 78.8 77.7 75.4 74.1 71.8 71.6 70.6",
        "1 2 3 4 5 6 6 7 7 8 9 10 11 12 13 14 15",
        "dense",
    );
    for (scores, ranks, ties) in [competition, dense] {
        let policy = format!(
            "{HEAD}[rank]\nties = \"{ties}\"\n[[indicator]]\nid = \"a\"\nmethod = \"rating\"\n[[unit.section]]\nid = \"s\"\nsource = \"measures\"\nindicators = [\"a\"]\n"
        );
        let rows: String = scores.split(' ').enumerate().map(|(at, score)| format!("u{at:02},a,{score}\n")).collect();
        let reports =
            run_files(&[("policy.toml", &policy), ("measures.csv", &format!("subject_id,indicator,value\n{rows}"))]);
        let found: Vec<String> = columns(&reports["unit_scores.csv"], &["rank"]).concat();
        assert_eq!(found.join(" "), ranks);
    }
}

#[test]
fn cms_2021_weighs_anew_when_a_part_is_missing() {
    let mut policy = format!("{HEAD}[rounding]\nscore = 12\n");
    for id in ["a", "b", "c", "d"] {
        policy += &format!("[[indicator]]\nid = \"{id}\"\nmethod = \"rating\"\nround = \"none\"\n");
    }
    policy += "[[unit.section]]\nid = \"s\"\nsource = \"measures\"\nindicators = [\"a\", \"b\", \"c\", \"d\"]\n";
    let measures = "subject_id,indicator,value\n010007,a,20/3\n010007,b,52\n010007,d,0\n010079,a,7.5\n010079,b,31\n010079,c,100/3\n010079,d,30\n010034,a,50\n010034,b,49\n010034,d,100\n";
    let reports = run_files(&[("policy.toml", &policy), ("measures.csv", measures)]);
    let found = columns(&reports["unit_scores.csv"], &["unit_id", "score"]);
    assert_eq!(found, [["010034", "66.333333333333"], ["010079", "25.458333333333"], ["010007", "19.555555555556"]]);
}
