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
