//! Rows about whole subjects: measures, events and earlier years. METHOD §2.

use num_traits::ToPrimitive;

use super::row::RowReader;
use crate::number::{Fraction, Number};
use crate::policy::{Indicator, Method, Policy, Source};
use crate::read::reject::Code;
use crate::read::rows::{EventCells, MeasureCells, PriorCells};
use crate::terms::SubjectKind;

const WHOM: &str = "name the unit or person by id or name";

fn subject_kind(row: &mut RowReader<'_>) -> Option<SubjectKind> {
    if row.cell("subject_kind").is_none() {
        return Some(SubjectKind::Unit);
    }
    row.word("subject_kind", SubjectKind::parse, "unit (单位) or person (个人)")
}

fn subject_id(row: &mut RowReader<'_>) -> Option<String> {
    let id = row.id("subject_id");
    row.required("subject_id", id, WHOM)
}

/// A row of `events`.
pub(in crate::read) fn event(row: &mut RowReader<'_>) -> EventCells {
    let (event_id, code) = (row.id("event_id"), row.text("code"));
    let cells = EventCells {
        event_id: row.required("event_id", event_id, "give the event an id that no other event has"),
        subject_kind: subject_kind(row),
        subject_id: subject_id(row),
        code: row.required("code", code, "name the code of the event in the policy"),
        date: row.date("date"),
        matter_id: row.id("matter_id"),
        points: row.number("points"),
    };
    row.required("date", cells.date, "name the day of the event");
    let codes = || row.policy().events.iter().map(|event| event.code.as_str());
    if let Some(code) = cells.code.as_deref().filter(|code| !codes().any(|known| known == *code)) {
        row.reject(row.at("code").unknown(Code::UnknownCode, code, "event code", codes()));
    }
    cells
}

/// A row of `prior`.
pub(in crate::read) fn prior(row: &mut RowReader<'_>) -> PriorCells {
    PriorCells {
        subject_kind: subject_kind(row),
        subject_id: subject_id(row),
        year: year(row),
        score: row.number("score"),
        band: row.text("band"),
        recommendation: row.text("recommendation"),
    }
}

/// A year before that in which the period begins.
fn year(row: &mut RowReader<'_>) -> Option<i32> {
    let number = row.number("year");
    let exact = row.required("year", number, "name the year, such as 2024")?.exact();
    let first = i32::from(row.policy().period.from.year());
    let year = exact.parts().filter(|(_, below)| *below == 1).and_then(|(year, _)| year.to_i32());
    let earlier = year.filter(|year| *year < first);
    if earlier.is_none() {
        let message = format!("`{}` is no year before {first}", row.cell("year").unwrap_or_default());
        row.reject(row.at("year").out_of_range(message, format!("write a year up to {}", first - 1)));
    }
    earlier
}

/// A row of `measures`.
pub(in crate::read) fn measure(row: &mut RowReader<'_>) -> MeasureCells {
    let kind = subject_kind(row);
    let subject_id = subject_id(row);
    let indicator = row.text("indicator");
    let id = row.required("indicator", indicator, "name the indicator of the policy by its id");
    let indicator = kind.zip(id.as_deref()).and_then(|(kind, id)| indicator_of(row, kind, id));
    let period = row.text("period");
    if let Some((_, indicator)) = indicator {
        check_period(row, indicator, period.as_deref().unwrap_or_default());
    }
    let mut cells = MeasureCells { subject_kind: kind, subject_id, indicator: id, period, ..MeasureCells::default() };
    let is_flag = indicator.is_some_and(|(_, indicator)| matches!(indicator.method, Method::Flag { .. }));
    cells.value_text = row.text("value");
    cells.value = if is_flag { None } else { row.number("value") };
    cells.numerator = row.number("numerator");
    cells.denominator = row.number("denominator");
    check_present(row, indicator.map(|(_, indicator)| indicator));
    if let Some((place, indicator)) = indicator {
        check_value(row, place, indicator, &mut cells);
    }
    cells
}

/// An indicator of a measures section of that kind of subject, and its place in the policy.
fn indicator_of<'a>(row: &mut RowReader<'a>, kind: SubjectKind, id: &str) -> Option<(usize, &'a Indicator)> {
    let found = measured(row.policy(), kind).find(|(_, indicator)| indicator.id == id);
    if found.is_none() {
        let known = measured(row.policy(), kind).map(|(_, indicator)| indicator.id.as_str());
        let what = format!("indicator of measures of {}s", kind.id());
        row.reject(row.at("indicator").unknown(Code::UnknownIndicator, id, &what, known));
    }
    found
}

fn measured(policy: &Policy, kind: SubjectKind) -> impl Iterator<Item = (usize, &Indicator)> {
    let sections = &policy.side(kind).sections;
    policy.indicators.iter().enumerate().filter(move |(place, _)| {
        sections.iter().any(|section| section.source == Source::Measures && section.indicators.contains(place))
    })
}

fn check_period(row: &mut RowReader<'_>, indicator: &Indicator, period: &str) {
    let Some(periods) = &indicator.periods else { return };
    if periods.iter().any(|(name, _)| name == period) {
        return;
    }
    let known: Vec<String> = periods.iter().map(|(name, _)| format!("`{name}`")).collect();
    let message = match period {
        "" => format!("the cell is blank, and indicator `{}` is given by period", indicator.id),
        _ => format!("`{period}` is no period of indicator `{}`", indicator.id),
    };
    row.reject(row.at("period").out_of_range(message, format!("write one of {}", known.join(", "))));
}

/// A measure is a value, or a numerator and a denominator; `ratio` always needs these.
fn check_present(row: &mut RowReader<'_>, indicator: Option<&Indicator>) {
    let blank = |id| row.cell(id).is_none();
    if blank("value") && (blank("numerator") || blank("denominator")) {
        let column = ["value", "numerator", "denominator"].into_iter().find(|id| row.has(id));
        row.reject(row.at(column.unwrap_or("value")).missing("give a value, or a numerator and a denominator"));
    }
    if indicator.is_some_and(|indicator| matches!(indicator.method, Method::Ratio { .. })) {
        for id in ["numerator", "denominator"].into_iter().filter(|id| row.cell(id).is_none()).collect::<Vec<_>>() {
            row.reject(row.at(id).missing("give the actual value as numerator and the target as denominator"));
        }
    }
}

/// What the indicator's method cannot take.
fn check_value(row: &mut RowReader<'_>, place: usize, indicator: &Indicator, cells: &mut MeasureCells) {
    let exact = |number: &Option<Number>| number.as_ref().map(Number::exact);
    let denominator = exact(&cells.denominator);
    let rate = || {
        let rate = exact(&cells.numerator)?.checked_div(denominator.as_ref()?)?;
        Some(&rate * &Fraction::HUNDRED)
    };
    let as_digit = |x: &Fraction| digit(&rounded(row.policy(), indicator, x)?);
    let column = if row.cell("value").is_some() { "value" } else { "numerator" };
    let at = |column: &str| row.at(column).for_indicator(place);
    let fault = match &indicator.method {
        Method::Ratio { .. } => denominator.filter(Fraction::is_negative).map(|_| {
            let hint = "a target is 0 or more".to_owned();
            at("denominator").out_of_range("the denominator is negative".to_owned(), hint)
        }),
        Method::Rating { min, max, .. } => {
            let inside = |x: &Fraction| rounded(row.policy(), indicator, x).is_some_and(|x| *min <= x && x <= *max);
            exact(&cells.value).or_else(rate).filter(|x| !inside(x)).map(|x| {
                let shown = row.cell("value").map_or_else(|| x.to_string(), str::to_owned);
                let message = format!("`{shown}` is outside what indicator `{}` can judge", indicator.id);
                at(column).out_of_range(message, format!("a mark lies between {min} and {max}"))
            })
        }
        Method::Flag { .. } => {
            let word = match cells.value_text.take() {
                Some(text) => flag_word(&text, as_digit).map(|word| cells.value_text.insert(word.to_owned()).as_str()),
                None => rate().map_or(Some("0"), |x| as_digit(&x)),
            };
            let shown = row.cell(column).unwrap_or_default();
            word.is_none().then(|| at(column).unknown_word(shown, "是 or 否"))
        }
        _ => None,
    };
    if let Some(fault) = fault {
        row.reject(fault);
    }
}

fn rounded(policy: &Policy, indicator: &Indicator, x: &Fraction) -> Option<Fraction> {
    match indicator.rate_round {
        None => Some(x.clone()),
        Some(places) => Some(Fraction::fixed(x.round(places, policy.rounding.mode).ok()?, places)),
    }
}

/// A word of `flag`, as it stands or as the digit that a number is. METHOD §5.
fn flag_word(text: &str, as_digit: impl Fn(&Fraction) -> Option<&'static str>) -> Option<&str> {
    match text {
        word if crate::read::flag(word).is_some() => Some(word),
        _ => as_digit(&crate::read::number::parse(&crate::read::width::half(text)).ok()?.exact()),
    }
}

fn digit(x: &Fraction) -> Option<&'static str> {
    match x.parts() {
        Some((0, _)) => Some("0"),
        Some((1, 1)) => Some("1"),
        _ => None,
    }
}
