//! The words of rejects: what is wrong with a row, and what its clerk can do. METHOD §2.

use crate::near::Known;

use super::block::Broken;
use super::date::DateFault;
use super::delimiter;
use super::layout::Layout;
use super::number::NumberFault;
use super::reject::{Class, Code, Fault, Order};

/// The column that a fault lies in.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    layout: &'a Layout,
    place: usize,
    /// The indicator that minds it, by its place in the policy; `None`: the column itself is faulty.
    indicator: Option<usize>,
}

impl<'a> At<'a> {
    pub fn column(layout: &'a Layout, place: usize) -> Self {
        Self { layout, place, indicator: None }
    }

    #[must_use]
    pub fn for_indicator(self, indicator: usize) -> Self {
        Self { indicator: Some(indicator), ..self }
    }

    fn fault(self, class: Class, code: Code, message: String, hint: String) -> Fault {
        let order = match self.indicator {
            Some(indicator) => Order::Indicator(u16::try_from(indicator).unwrap_or(u16::MAX), class),
            None => Order::Column(u8::try_from(self.place).unwrap_or(u8::MAX), class),
        };
        Fault { order, code, column: self.layout.heading(self.place).to_owned(), message, hint }
    }

    pub fn missing(self, hint: &str) -> Fault {
        self.fault(Class::Bad, Code::MissingValue, "the cell is blank".to_owned(), hint.to_owned())
    }

    pub fn bad_number(self, cell: &str, fault: NumberFault) -> Fault {
        self.fault(Class::Bad, Code::BadNumber, fault.message(cell), fault.hint(cell))
    }

    pub fn bad_date(self, cell: &str, fault: &DateFault) -> Fault {
        self.fault(Class::Bad, Code::BadDate, fault.message(cell), fault.hint(cell))
    }

    /// A value that can be read and cannot be.
    pub fn out_of_range(self, message: String, hint: String) -> Fault {
        self.fault(Class::Range, Code::OutOfRange, message, hint)
    }

    /// A word that is none of those possible.
    pub fn unknown_word(self, cell: &str, words: &str) -> Fault {
        self.out_of_range(format!("`{cell}` is none of the words that can stand here"), format!("write {words}"))
    }

    /// A name that the policy does not have; `known` are those that it has.
    pub fn unknown<'k>(self, code: Code, cell: &str, what: &str, known: impl Iterator<Item = &'k str>) -> Fault {
        let known: Vec<&str> = known.collect();
        let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
        let near = Known::new(known.iter().copied()).nearest(cell).map(|(_, places)| places).unwrap_or_default();
        let near: Vec<&str> = near.into_iter().filter_map(|place| known.get(place).copied()).collect();
        let meant = match near.is_empty() {
            true => String::new(),
            false => format!("did you mean {}? ", quoted(&near).join(" or ")),
        };
        let hint = match known.is_empty() {
            true => format!("the policy has no {what}: remove the row, or add one to the policy"),
            false => {
                let all = quoted(&known).join(", ");
                format!("{meant}write one of {all}, or turn the word into one in the tables file")
            }
        };
        self.fault(Class::Unknown, code, format!("`{cell}` is no {what} of the policy"), hint)
    }
}

/// The fault of a record that is no whole row.
pub(super) fn of_record(broken: Broken, layout: &Layout) -> Fault {
    let Layout { width, delimiter, .. } = *layout;
    let delimiter = delimiter::word(delimiter);
    let mut heading = "";
    let (order, code, message, hint) = match broken {
        Broken::Encoding => (
            Order::Encoding,
            Code::BadEncoding,
            "the record has bytes that are no text in the encoding of the file".to_owned(),
            "save the file as UTF-8, or name its encoding in the tables file".to_owned(),
        ),
        Broken::Ragged { cells } => (
            Order::Ragged,
            Code::RaggedRow,
            format!("the record has {cells} cells, and the header has {width}"),
            if cells > width {
                format!(
                    "put a cell that holds a {delimiter} in quotes, and remove cells beyond the last column; where every \
                     row has so many, put the missing names into the header"
                )
            } else {
                format!("put in the missing cells, empty ones with their {delimiter}s too, and close every quote")
            },
        ),
        Broken::Error { column, word } => {
            heading = layout.heading_at(column);
            let message = format!("`{word}` is the error of a formula, and no value");
            (Order::Ragged, Code::OutOfRange, message, "correct the formula, or write the value".to_owned())
        }
    };
    Fault { order, code, column: heading.to_owned(), message, hint }
}
