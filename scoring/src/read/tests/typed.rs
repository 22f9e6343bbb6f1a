//! Columns with types beside columns of their texts.

#![expect(clippy::disallowed_types, reason = "a file may hold binary numbers")]

use polars::prelude::{AnyValue, Column, DataFrame, DataType, IntoColumn, NamedFrom, ParquetWriter, Series, TimeUnit};
use proptest::prelude::*;
use proptest::sample::select;

use super::super::batch::ListColumn;
use super::super::typed::TypedColumn;
use super::*;

/// Headings of columns of each kind, and one that the policy names.
const HEADINGS: [&str; 12] = [
    "task_id",
    "lead_unit",
    "level",
    "weight",
    "due_on",
    "completed_on",
    "extended_to",
    "target",
    "actual",
    "quality",
    "status",
    "区",
];

const TABLES: [&str; 4] = [
    "",
    "[tasks]\nskip_totals = true\n",
    "[tasks]\ndate_formats = [\"%Y-%d-%m\"]\n",
    "[tasks.values]\nquality = { 1 = \"2\", NaN = \"无\" }\nweight = { 0 = \"-1\" }\ndue_on = { 1970-01-01 = \"长期\" }\n",
];

/// Days that have a text, also such as no cell can name.
fn days() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => 19_000_i64..21_000,
        2 => -800_000_i64..2_932_000,
        1 => select(vec![0_i64, -719_162, -719_163, -4_371_586, 2_932_896]),
    ]
}

fn any_value(dtype: DataType) -> BoxedStrategy<AnyValue<'static>> {
    match dtype {
        DataType::Boolean => any::<bool>().prop_map(AnyValue::Boolean).boxed(),
        DataType::Int8 => any::<i8>().prop_map(AnyValue::Int8).boxed(),
        DataType::Int16 => any::<i16>().prop_map(AnyValue::Int16).boxed(),
        DataType::Int32 => (-3..120_i32).prop_map(AnyValue::Int32).boxed(),
        DataType::Int64 => prop_oneof![-3..120_i64, any::<i64>()].prop_map(AnyValue::Int64).boxed(),
        DataType::UInt8 => any::<u8>().prop_map(AnyValue::UInt8).boxed(),
        DataType::UInt16 => any::<u16>().prop_map(AnyValue::UInt16).boxed(),
        DataType::UInt32 => any::<u32>().prop_map(AnyValue::UInt32).boxed(),
        DataType::UInt64 => prop_oneof![0..120_u64, any::<u64>()].prop_map(AnyValue::UInt64).boxed(),
        DataType::Float32 => prop_oneof![Just(1.5_f32), prop::num::f32::ANY].prop_map(AnyValue::Float32).boxed(),
        DataType::Float64 => prop_oneof![
            (-2000..20_000_i32, 0..9_i32).prop_map(|(digits, places)| f64::from(digits) / 10_f64.powi(places)),
            prop::num::f64::ANY,
            select(vec![0.0, -0.0, f64::NAN, f64::INFINITY]),
        ]
        .prop_map(AnyValue::Float64)
        .boxed(),
        DataType::Decimal(precision, scale) => {
            let digits = prop_oneof![-200..20_000_i128, -10_i128.pow(30)..10_i128.pow(30)];
            digits.prop_map(move |digits| AnyValue::Decimal(digits, precision, scale)).boxed()
        }
        DataType::Date => days().prop_map(|day| AnyValue::Date(day as i32)).boxed(),
        DataType::Datetime(unit, _) => {
            let per_second = match unit {
                TimeUnit::Nanoseconds => 1_000_000_000,
                TimeUnit::Microseconds => 1_000_000,
                TimeUnit::Milliseconds => 1_000,
            };
            let ticks = (days(), -1..86_400_i64, 0..per_second);
            let ticks = ticks.prop_map(move |(day, second, tick)| {
                (day * 86_400 + second).checked_mul(per_second).map_or(0, |ticks| ticks + tick)
            });
            ticks.prop_map(move |ticks| AnyValue::Datetime(ticks, unit, None)).boxed()
        }
        _ => "[ -~]{0,3}|T[0-9]{1,2}|合计|一般|长期|无|　|90%|2025-03-01|１"
            .prop_map(|text| AnyValue::StringOwned(text.into()))
            .boxed(),
    }
}

fn any_type() -> impl Strategy<Value = DataType> {
    select(vec![
        DataType::String,
        DataType::Boolean,
        DataType::Int8,
        DataType::Int16,
        DataType::Int32,
        DataType::Int64,
        DataType::UInt8,
        DataType::UInt16,
        DataType::UInt32,
        DataType::UInt64,
        DataType::Float32,
        DataType::Float64,
        DataType::Decimal(38, 0),
        DataType::Decimal(38, 2),
        DataType::Decimal(38, 30),
        DataType::Date,
        DataType::Datetime(TimeUnit::Milliseconds, None),
        DataType::Datetime(TimeUnit::Microseconds, None),
        DataType::Datetime(TimeUnit::Nanoseconds, None),
    ])
}

fn column(rows: usize, heading: &'static str) -> impl Strategy<Value = Series> {
    let dtype = match heading {
        "task_id" | "lead_unit" => prop_oneof![3 => Just(DataType::String), 1 => any_type()].boxed(),
        "due_on" => prop_oneof![2 => Just(DataType::Date), 1 => any_type()].boxed(),
        "quality" => prop_oneof![2 => Just(DataType::Float64), 1 => any_type()].boxed(),
        _ => any_type().boxed(),
    };
    dtype.prop_flat_map(move |dtype| {
        let values = prop::collection::vec(prop::option::weighted(0.7, any_value(dtype.clone())), rows);
        values.prop_map(move |values| {
            let values: Vec<AnyValue<'_>> = values.into_iter().map(|value| value.unwrap_or(AnyValue::Null)).collect();
            Series::from_any_values_and_dtype(heading.into(), &values, &dtype, true).unwrap()
        })
    })
}

fn frame() -> impl Strategy<Value = Vec<Series>> {
    (1..9_usize).prop_flat_map(|rows| Vec::from(HEADINGS.map(|heading| column(rows, heading))))
}

/// All that reading says of a ledger with these columns, in row groups of so many rows.
fn read(columns: &[Series], group: usize, tables: &str, policy: &Policy) -> String {
    let folder = folder(&[]);
    let columns: Vec<Column> = columns.iter().map(|column| column.clone().into_column()).collect();
    let file = fs::File::create(folder.path().join("tasks.parquet")).unwrap();
    let writer = ParquetWriter::new(file).with_row_group_size(Some(group));
    writer.finish(&mut DataFrame::new_infer_height(columns).unwrap()).unwrap();
    said(&folder, tables, policy)
}

/// All that reading says of a ledger.
pub(super) fn said(folder: &TempDir, tables: &str, policy: &Policy) -> String {
    let read = made(&sources(folder, Some(tables)).unwrap(), policy, |names, batch| {
        let rows = 0..batch.lines.len();
        let records: Vec<String> = rows.clone().map(|row| batch.records.get(row)).collect();
        let texts_of = |texts: &super::super::batch::Texts| {
            rows.clone().map(|row| texts.get(row).map(str::to_owned)).collect::<Vec<_>>()
        };
        let texts: BTreeMap<_, _> = batch.texts.iter().map(|(name, column)| (name, texts_of(column))).collect();
        let dates: BTreeMap<_, _> = batch.dates.iter().collect();
        let numbers: BTreeMap<_, _> = batch.numbers.iter().collect();
        let unit = |code: &u32| names.units.name(*code).to_owned();
        let units: Vec<Vec<String>> =
            rows.clone().map(|row| batch.lead_unit.get(row).iter().map(unit).collect()).collect();
        let co_units: Option<Vec<Vec<String>>> = batch
            .co_units
            .as_ref()
            .map(|units| rows.clone().map(|row| units.get(row).iter().map(unit).collect()).collect());
        let person = |code: &u32| names.persons.name(*code).to_owned();
        let persons = batch.persons.each_ref().map(|persons| {
            let of_row = |persons: &ListColumn<u32>, row| persons.get(row).iter().map(person).collect::<Vec<_>>();
            persons.as_ref().map(|persons| rows.clone().map(|row| of_row(persons, row)).collect::<Vec<_>>())
        });
        let extended_to = &batch.extended_to;
        let ids: Vec<Option<&str>> = rows.clone().map(|row| batch.task_id.get(row)).collect();
        let (lines, faults, weight) = (&batch.lines, &batch.faults, &batch.weight);
        format!("{lines:?} {faults:?} {ids:?} {weight:?} {units:?} {co_units:?} {persons:?} {extended_to:?} {dates:?} {numbers:?} {texts:?} {records:?}")
    })
    .unwrap();
    let (rows, skipped) = (read.files[0].rows, &read.files[0].skipped);
    format!("{rows} {skipped:?} {}", read.batches.join("\n"))
}

fn texts(column: &Series) -> Series {
    let texts = TypedColumn::of(column.clone()).unwrap().unwrap();
    let mut cells = Vec::new();
    texts.texts().fold((), |(), cell| cells.push(cell));
    Series::new(column.name().clone(), cells)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn columns_with_types_are_read_as_their_texts_are(
        columns in frame(), group in 1..4_usize, tables in select(&TABLES[..]), by_second: bool,
    ) {
        let mut policy = policy();
        if by_second {
            policy.time.resolution = policy::Resolution::Second;
        }
        let as_texts: Vec<Series> = columns.iter().map(texts).collect();
        prop_assert_eq!(read(&columns, group, tables, &policy), read(&as_texts, group, tables, &policy));
    }
}

#[test]
fn a_date_that_has_no_text_is_no_cell() {
    let unit = TimeUnit::Milliseconds;
    for (dtype, last) in [(DataType::Date, 2_932_896_i64), (DataType::Datetime(unit, None), 2_932_897 * 86_400_000 - 1)]
    {
        let cells = |ticks: i64| {
            let values = Series::new("due_on".into(), [Some(0), None, Some(ticks)]).cast(&dtype).unwrap();
            TypedColumn::of(values).unwrap().map(|column| column.cell(2).into_owned())
        };
        assert_eq!(cells(last).map(|text| text[..10].to_owned()).as_deref(), Some("9999-12-31"));
        assert_eq!(cells(last + 1), None);
    }
}
