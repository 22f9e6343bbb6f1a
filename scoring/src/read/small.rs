//! Rows of the six small tables, typed, and what their cells alone get wrong. METHOD §2.

mod row;
mod subjects;

use super::block::Block;
use super::layout::Layout;
use super::rows::{HolidayCells, Place, PostCells, Row, UnitCells};
use crate::terms::Post;

pub(super) use row::Context;
pub(super) use row::RowReader;
pub(super) use subjects::{event, measure, prior};

/// Types some rows; `cells` does it for one.
pub(super) fn rows<T>(
    context: &Context<'_>,
    layout: &Layout,
    block: &Block,
    cells: impl Fn(&mut RowReader<'_>) -> T,
) -> Vec<Row<T>> {
    let columns = row::columns(context, layout, block);
    let mut broken = block.broken.iter().peekable();
    let rows = block.lines.iter().enumerate();
    rows.map(|(place, line)| {
        let fault = broken.next_if(|(row, _)| *row == place).map(|(_, broken)| *broken);
        let mut reader = RowReader::new(context, layout, &columns, place, fault);
        let cells = cells(&mut reader);
        Row {
            place: Place { file: context.file, line: *line },
            cells,
            fault: reader.into_fault(),
            raw: block.records.get(place),
        }
    })
    .collect()
}

/// A row of `units`.
pub(super) fn unit(row: &mut RowReader<'_>) -> UnitCells {
    let unit_id = row.id("unit_id");
    UnitCells {
        unit_id: row.required("unit_id", unit_id, "give the unit an id that no other unit has"),
        name: row.text("name"),
        group: row.text("group"),
        parent_id: row.id("parent_id"),
    }
}

/// A row of `posts`.
pub(super) fn post(row: &mut RowReader<'_>) -> PostCells {
    let (person_id, unit_id) = (row.id("person_id"), row.id("unit_id"));
    let cells = PostCells {
        person_id: row.required("person_id", person_id, "give the person an id"),
        name: row.text("name"),
        unit_id: row.required("unit_id", unit_id, "name the unit of the post"),
        post: row.required_word("post", post_word, "principal (主要负责人), deputy (分管负责人) or staff (承办人)"),
        from: row.date("from").map(|moment| moment.day),
        to: row.date("to").map(|moment| moment.day),
    };
    if let (Some(from), Some(to)) = (cells.from, cells.to)
        && to < from
    {
        let message = "the post ends before it begins".to_owned();
        row.reject(row.at("to").out_of_range(message, "correct one of the two dates".to_owned()));
    }
    cells
}

/// The ids and words of METHOD §1.
fn post_word(word: &str) -> Option<Post> {
    match word {
        "第一责任人" => Some(Post::Principal),
        "直接责任人" => Some(Post::Deputy),
        _ => Post::parse(word),
    }
}

/// A row of `holidays`.
pub(super) fn holiday(row: &mut RowReader<'_>) -> HolidayCells {
    let date = row.date("date").map(|moment| moment.day);
    HolidayCells {
        date: row.required("date", date, "name the day"),
        worked: row.required_word("kind", holiday_word, "rest (休) or work (班)"),
    }
}

/// Whether the day is worked.
fn holiday_word(word: &str) -> Option<bool> {
    match word {
        "rest" | "休" => Some(false),
        "work" | "班" => Some(true),
        _ => None,
    }
}
