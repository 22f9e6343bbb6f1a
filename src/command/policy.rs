//! `kaohe policy`: policies in words, their lint, their own tests, and the schema of their file.

use scoring::policy::{self, Severity};
use scoring::trial;

use crate::cli;
use crate::exit::{Failure, Outcome};
use crate::output::{Output, plain};
use crate::settings::{PolicyFile, count};

/// Shows, checks or tests a policy.
pub fn run(typed: &cli::Policy, output: &mut Output) -> Result<Outcome, Failure> {
    match typed {
        cli::Policy::Show { file } => {
            let policy = PolicyFile::load(file.as_deref())?.policy()?;
            output.line(policy::show(&policy).trim_end())?;
            Ok(Outcome::Done)
        }
        cli::Policy::Lint { file } => lint(&PolicyFile::load(Some(file))?, output),
        cli::Policy::Test { file } => test(&PolicyFile::load(file.as_deref())?, output),
        cli::Policy::Schema => {
            output.line(policy::schema().trim_end())?;
            Ok(Outcome::Done)
        }
    }
}

fn lint(file: &PolicyFile, output: &mut Output) -> Result<Outcome, Failure> {
    let findings = match policy::parse(&file.text, &file.name) {
        Ok((_, findings)) | Err(findings) => findings,
    };
    if !findings.is_empty() {
        output.line(file.render(findings.iter()))?;
    }
    let of = |severity, word: &str| match count(&findings, severity) {
        0 => None,
        1 => Some(format!("1 {word}")),
        many => Some(format!("{many} {word}s")),
    };
    let counts = [of(Severity::Error, "error"), of(Severity::Warning, "warning"), of(Severity::Note, "note")];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let verdict = if counts.is_empty() { "nothing to say".to_owned() } else { counts.join(", ") };
    output.line(format_args!("{}: {verdict}", file.name))?;
    Ok(if count(&findings, Severity::Error) == 0 { Outcome::Done } else { Outcome::Faulty })
}

fn test(file: &PolicyFile, output: &mut Output) -> Result<Outcome, Failure> {
    let policy = file.policy()?;
    let tried = trial::examples(&policy);
    for tried in &tried {
        let name = plain(&tried.example.name);
        if tried.differences.is_empty() {
            output.line(format_args!("ok      {name}"))?;
            continue;
        }
        output.line(format_args!("FAILED  {name} ({}:{})", file.name, tried.example.line))?;
        for difference in &tried.differences {
            output.line(format_args!("  {}", plain(&difference.to_string())))?;
        }
    }
    let failed = tried.iter().filter(|tried| !tried.differences.is_empty()).count();
    let examples = if tried.len() == 1 { "1 example".to_owned() } else { format!("{} examples", tried.len()) };
    output.line(format_args!("{}: {examples}, {failed} failed", file.name))?;
    Ok(if failed == 0 { Outcome::Done } else { Outcome::Failed })
}
