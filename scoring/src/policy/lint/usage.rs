//! What an indicator is used for fits its method and its keys. METHOD §5.

use super::Notes;
use crate::policy::{Indicator, Method, Source};

/// Tasks sections can hold so many indicators together.
const MOST_TASK_INDICATORS: usize = 64;

pub(super) fn check(notes: &mut Notes) {
    let policy = &notes.draft.policy;
    let mut of_tasks = 0;
    for (at, indicator) in policy.indicators.iter().enumerate() {
        let path = format!("indicator[{at}]");
        let (tasks, measures) = (policy.uses(at, Source::Tasks), policy.uses(at, Source::Measures));
        match (tasks, measures) {
            (true, true) => {
                let message = format!("`{}` is in a section of tasks and in one of measures", indicator.id);
                notes.error("mixed-sources", &path, message, "make two indicators of it");
            }
            (false, false) => {
                let message = format!("no section names the indicator `{}`: it is judged for nothing", indicator.id);
                notes.warning("unused-indicator", &path, message, "name it in `indicators` of a section");
            }
            (true, false) => on_tasks(notes, &path, indicator),
            (false, true) => on_measures(notes, &path, indicator),
        }
        of_tasks += usize::from(tasks);
        if tasks && of_tasks == MOST_TASK_INDICATORS + 1 {
            let message = format!("sections of tasks have more than {MOST_TASK_INDICATORS} indicators together");
            notes.error("too-many-indicators", &path, message, "leave some out");
        }
        steps(notes, &path, indicator);
    }
    let bare = policy.unit.sections.is_empty() && policy.person.sections.is_empty();
    if bare {
        let message = "neither units nor persons have a section: nobody gets a score";
        notes.warning("no-sections", "schema", message, "add `[[unit.section]]`");
    }
}

fn on_tasks(notes: &mut Notes, path: &str, indicator: &Indicator) {
    let id = &indicator.id;
    let method = match &indicator.method {
        Method::Slope { .. } => Some("slope"),
        Method::RankPoints { .. } => Some("rank_points"),
        Method::BestShare { .. } => Some("best_share"),
        _ => None,
    };
    if let Some(method) = method {
        let message = format!("the method `{method}` is for measures, and `{id}` is in a section of tasks");
        notes.error("bad-method", &format!("{path}.method"), message, "put it into a section of measures");
    }
    let column = match &indicator.method {
        Method::Rating { column, .. }
        | Method::Checklist { column, .. }
        | Method::Points { column, .. }
        | Method::Flag { column, .. } => Some(column),
        _ => None,
    };
    if column.is_some_and(String::is_empty) {
        let message = format!("`column` is missing: `{id}` does not say which column of a task it reads");
        notes.error("missing-key", path, message, "add `column = \"…\"`");
    }
    if indicator.places.is_none() {
        let message = "only a measure is kept exact; the value of a task has 0 to 8 places";
        notes.error("bad-round", &format!("{path}.round"), message, "write a number of places");
    }
    for key in ["periods", "rate_round"] {
        no_effect(notes, path, key, "speaks of measures only");
    }
    if matches!(indicator.method, Method::Deadline(_)) {
        no_effect(notes, path, "missing", "does not speak of deadlines: without a due date they are N/A");
    }
}

fn on_measures(notes: &mut Notes, path: &str, indicator: &Indicator) {
    let id = &indicator.id;
    let method = match &indicator.method {
        Method::Deadline(_) => Some("deadline"),
        Method::Checklist { .. } => Some("checklist"),
        _ => None,
    };
    if let Some(method) = method {
        let message = format!("the method `{method}` is for tasks, and `{id}` is in a section of measures");
        notes.error("bad-method", &format!("{path}.method"), message, "put it into a section of tasks");
    }
    if !indicator.conditions.is_empty() {
        let message = format!("`where` speaks of columns of tasks, and `{id}` is a measure");
        notes.error("where-on-measure", &format!("{path}.where"), message, "leave `where` out");
    }
    for key in ["judged", "column", "actual", "target"] {
        no_effect(notes, path, key, "speaks of tasks, and this is a measure");
    }
}

/// Keys that `steps` puts out of force.
fn steps(notes: &mut Notes, path: &str, indicator: &Indicator) {
    if matches!(&indicator.method, Method::Deadline(deadline) if deadline.steps.is_some()) {
        for key in ["per_day", "grace_days", "early_per_day"] {
            no_effect(notes, path, key, "is not used with `steps`");
        }
    }
}

fn no_effect(notes: &mut Notes, path: &str, key: &str, why: &str) {
    let path = format!("{path}.{key}");
    if notes.draft.places.has(&path) {
        notes.warning("no-effect", &path, format!("`{key}` has no effect: it {why}"), "leave it out");
    }
}
