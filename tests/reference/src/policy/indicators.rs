//! `[[indicator]]`. METHOD §5.

use crate::condition::{self, Condition};
use crate::number::Q;
use crate::toml_value::Table;

#[derive(Clone, Copy, PartialEq)]
pub enum Missing {
    Exclude,
    Zero,
    Error,
}

pub enum Span {
    Months(u32),
    Days(i64),
}

pub struct DefaultDue {
    pub from: String,
    pub span: Span,
}

pub struct Deadline {
    pub due: String,
    pub default_due: Option<DefaultDue>,
    pub done: String,
    pub per_day: Q,
    pub grace: Q,
    pub early_per_day: Q,
    pub steps: Option<Vec<(Q, Q)>>,
    pub undone: Option<Q>,
}

pub enum Method {
    Deadline(Box<Deadline>),
    Ratio { actual: String, target: String, lower: bool },
    Rating { column: String, min: Q, max: Q },
    Checklist { column: String, items: Vec<String> },
    Points { column: String, points: Vec<(Q, Q)>, linear: bool },
    Flag { column: String, yes: Q, no: Q },
    Slope { threshold: Q, per_point: Q },
    RankPoints { step: Q, lower: bool },
    BestShare { lower: bool },
}

pub struct Indicator {
    pub id: String,
    pub weight: Q,
    pub method: Method,
    pub full: Q,
    pub floor: Q,
    pub cap: Q,
    /// Places a value is rounded to; none keeps it exact.
    pub places: Option<u32>,
    own_places: bool,
    pub conditions: Vec<Condition>,
    pub missing: Missing,
    /// Judged whatever the task's state.
    pub always: bool,
    pub periods: Option<Vec<(String, Q)>>,
    pub rate_round: Option<u32>,
}

impl Indicator {
    pub(super) fn default_places(&mut self, places: u32) {
        if !self.own_places {
            self.places = Some(places);
        }
    }
}

pub(super) fn read(table: &Table) -> Result<Indicator, String> {
    let id = table.text("id")?.ok_or("an indicator without `id`")?;
    let full = table.number_or("full", 100)?;
    let method = method(table, &full).map_err(|error| format!("indicator `{id}`: {error}"))?;
    let always = match &method {
        Method::Deadline(deadline) if deadline.done != "completed_on" => {
            table.choice("judged", &["always", "due"])? == 0
        }
        _ => table.choice("judged", &["due", "always"])? == 1,
    };
    let exact = matches!(table.get("round"), Some(crate::toml_value::Value::Text(word)) if word == "none");
    let places = if exact { None } else { table.count("round")?.map(|places| places as u32) };
    Ok(Indicator {
        id,
        weight: table.number_or("weight", 1)?,
        method,
        floor: table.number_or("floor", 0)?,
        cap: table.number("cap")?.unwrap_or_else(|| full.clone()),
        full,
        places,
        own_places: exact || places.is_some(),
        conditions: condition::parse_all(&table.texts("where")?)?,
        missing: [Missing::Exclude, Missing::Zero, Missing::Error]
            [table.choice("missing", &["exclude", "zero", "error"])?],
        always,
        periods: periods(table)?,
        rate_round: table.count("rate_round")?.map(|places| places as u32),
    })
}

fn periods(table: &Table) -> Result<Option<Vec<(String, Q)>>, String> {
    if table.get("periods").is_none() {
        return Ok(None);
    }
    let periods = table.table("periods")?;
    periods
        .0
        .iter()
        .map(|(name, weight)| Ok((name.clone(), weight.as_number()?)))
        .collect::<Result<_, String>>()
        .map(Some)
}

fn method(table: &Table, full: &Q) -> Result<Method, String> {
    let column = || table.text_or("column", "");
    let lower = || Ok::<bool, String>(table.choice("better", &["higher", "lower"])? == 1);
    Ok(match table.text_or("method", "")?.as_str() {
        "deadline" => deadline(table)?,
        "ratio" => Method::Ratio {
            actual: table.text_or("actual", "actual")?,
            target: table.text_or("target", "target")?,
            lower: lower()?,
        },
        "rating" => {
            Method::Rating { column: column()?, min: table.number_or("min", 0)?, max: table.number_or("max", 100)? }
        }
        "checklist" => Method::Checklist { column: column()?, items: table.texts("items")? },
        "points" => Method::Points {
            column: column()?,
            points: pairs(table, "points")?,
            linear: table.choice("interpolate", &["step", "linear"])? == 1,
        },
        "flag" => Method::Flag {
            column: column()?,
            yes: table.number("yes")?.unwrap_or_else(|| full.clone()),
            no: table.number_or("no", 0)?,
        },
        "slope" => {
            Method::Slope { threshold: table.number_or("threshold", 0)?, per_point: table.number_or("per_point", 0)? }
        }
        "rank_points" => Method::RankPoints { step: table.number_or("step", 0)?, lower: lower()? },
        "best_share" => Method::BestShare { lower: lower()? },
        other => return Err(format!("unknown method `{other}`")),
    })
}

fn deadline(table: &Table) -> Result<Method, String> {
    let due = table.table("default_due")?;
    let default_due = match due.text("from")? {
        None => None,
        Some(from) => {
            let span = match (due.count("months")?, due.count("days")?) {
                (Some(months), _) => Span::Months(u32::try_from(months).map_err(|_| "`months` is negative")?),
                (None, days) => Span::Days(days.unwrap_or(0)),
            };
            Some(DefaultDue { from, span })
        }
    };
    let deadline = Deadline {
        due: table.text_or("due", "due_on")?,
        default_due,
        done: table.text_or("done", "completed_on")?,
        per_day: table.number_or("per_day", 0)?,
        grace: table.number_or("grace_days", 0)?,
        early_per_day: table.number_or("early_per_day", 0)?,
        steps: table.get("steps").map(|_| pairs(table, "steps")).transpose()?,
        undone: table.number("undone")?,
    };
    Ok(Method::Deadline(Box::new(deadline)))
}

fn pairs(table: &Table, key: &str) -> Result<Vec<(Q, Q)>, String> {
    use crate::toml_value::Value;
    let pair = |value: &Value| match value {
        Value::List(pair) if pair.len() == 2 => Ok((pair[0].as_number()?, pair[1].as_number()?)),
        _ => Err(format!("`{key}` holds more than pairs")),
    };
    table.list(key)?.iter().map(pair).collect()
}
