use super::*;

/// The least that a policy says.
const LEAST: &str = "schema = 1\nid = \"p\"\n[period]\nfrom = 2025-01-01\nto = 2025-12-31\n";

fn codes(text: &str) -> Vec<&'static str> {
    parse(text, "p.toml").unwrap_err().iter().map(|finding| finding.code).collect()
}

#[test]
fn the_built_in_policy_reads_without_errors() {
    let (policy, _) = parse(BUILT_IN, "wuhan-2021.toml").unwrap();
    assert_eq!(policy.id, "wuhan-2021");
    assert_eq!(policy.indicators.len(), 5);
}

#[test]
fn unknown_keys_are_errors_each_with_its_place() {
    let findings = parse(&format!("{LEAST}form = 1\n[unit]\nfulll = 3\n"), "p.toml").unwrap_err();
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let said: Vec<_> = errors.map(|finding| (finding.line, finding.columns, finding.hint.as_str())).collect();
    assert_eq!(said, [(6, (1, 5), "did you mean `from`?"), (8, (1, 6), "did you mean `full`?")]);
}

#[test]
fn several_faults_come_home_together() {
    let text = LEAST.replace("2025-12-31", "\"soon\"") + "[roles]\nlead = 1e3\nco = -1\n[rounding]\nscore = 13\n";
    assert_eq!(codes(&text), ["bad-date", "bad-number", "out-of-range", "out-of-range"]);
}

#[test]
fn examples_bring_their_tables_and_what_must_come_of_them() {
    let text = format!(
        "{LEAST}[[example]]\nname = \"a\"\nas_of = 2025-06-30\ntasks = \"\"\"\ntask_id\n\"\"\"\n\
         [example.expect]\nrejects = \"\"\n[[example]]\nname = \"b\"\nmeasures = \"x\"\nexpect.unit_scores = \"y\"\n"
    );
    let (policy, _) = parse(&text, "p.toml").unwrap();
    let lines: Vec<_> = policy.examples.iter().map(|example| example.line).collect();
    assert_eq!(lines, [6, 14]);
    let first = &policy.examples[0];
    assert_eq!(first.tables, [(crate::read::TableName::Tasks, "task_id\n".to_owned())]);
    assert_eq!(first.as_of, Some(Date::constant(2025, 6, 30)));
    assert_eq!(policy.examples[1].expect, [(crate::policy::ExpectedReport::UnitScores, "y".to_owned())]);
}

#[test]
fn an_example_that_tests_nothing_is_an_error() {
    assert_eq!(codes(&format!("{LEAST}[[example]]\n")), ["missing-key", "missing-key", "missing-key"]);
    let text =
        format!("{LEAST}[[example]]\nname = \"a\"\nas_of = 2024-12-31\ntasks = \"\"\n[example.expect]\nscores = 1\n");
    assert_eq!(codes(&text), ["out-of-range", "missing-key", "unknown-key"]);
}

#[test]
fn the_last_day_is_read_from_a_policy_full_of_faults() {
    assert_eq!(last_day(&format!("{LEAST}[unit]\nfulll = 3\n")), Some(Date::constant(2025, 12, 31)));
    assert_eq!(last_day("[period]\nto = \"soon\"\n"), None);
    assert_eq!(last_day("period = {"), None);
}

#[test]
fn what_is_left_out_has_its_default() {
    let text = format!(
        "{LEAST}[[indicator]]\nid = \"f\"\nmethod = \"deadline\"\ndone = \"feedback_on\"\n[unit]\nfull = 200\n"
    );
    let (policy, _) = parse(&text, "p.toml").unwrap();
    assert_eq!(policy.period.as_of, policy.period.to);
    assert_eq!(policy.roles.co, Fraction::new(1, 2).unwrap());
    assert_eq!(policy.unit.cap, Fraction::whole(200));
    assert_eq!(policy.indicators[0].judged, crate::policy::Judged::Always);
    assert_eq!(policy.indicators[0].places, Some(4));
    let froms = |kind| policy.bands_of(kind).iter().map(|band| band.from.to_string()).collect::<Vec<_>>();
    assert_eq!(froms(SubjectKind::Unit), ["180", "160", "120", "0"]);
    assert_eq!(froms(SubjectKind::Person), ["90", "80", "60", "0"]);
    assert!(policy.unit.present && !policy.person.present);
}

#[test]
fn a_policy_knows_its_file_by_name_and_bytes() {
    let (policy, _) = parse(LEAST, "p.toml").unwrap();
    assert_eq!(policy.file, "p.toml");
    assert_eq!(policy.sha256, sha256(LEAST));
    assert_eq!(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

#[test]
fn what_is_no_toml_is_said_with_its_place() {
    let findings = parse("schema = 1\nid = ?\n", "p.toml").unwrap_err();
    assert_eq!((findings[0].code, findings[0].line), ("bad-toml", 2));
    let deep = format!("id = {}", "[".repeat(100_000));
    assert_eq!(parse(&deep, "p.toml").unwrap_err()[0].code, "bad-toml");
}

proptest::proptest! {
    #[test]
    fn no_value_in_the_place_of_another_makes_it_panic(
        line in 0_usize..300,
        value in proptest::sample::select(vec![
            "", "[]", "{}", "[[]]", "[{}]", "-1", "1e9", "\"\"", "\"1/0\"", "true", "2025-01-01T00:00:00", "[[1, 2, 3]]",
            "[\"a\", 1]", "\"deadline\"", "\"tasks\"", "\"sections\"", "99999999999999999999", "{ a = {} }",
        ]),
    ) {
        let text = crate::policy::template();
        let changed = text.lines().enumerate().map(|(at, old)| match old.split_once(" = ") {
            Some((key, _)) if at == line => format!("{key} = {value}\n"),
            _ => format!("{old}\n"),
        });
        let _ = parse(&changed.collect::<String>(), "p.toml");
    }
}
