//! `kaohe policy`: policies in words, their lint, and the schema of their file.

use scoring::policy::{self, Severity};

use crate::cli;
use crate::exit::{Failure, Outcome};
use crate::output::Output;
use crate::settings::{PolicyFile, count};

/// Shows or checks a policy.
pub fn run(typed: &cli::Policy, output: &mut Output) -> Result<Outcome, Failure> {
    match typed {
        cli::Policy::Show { file } => {
            let policy = PolicyFile::load(file.as_deref())?.policy()?;
            output.line(policy::show(&policy).trim_end())?;
            Ok(Outcome::Done)
        }
        cli::Policy::Lint { file } => lint(&PolicyFile::load(Some(file))?, output),
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
