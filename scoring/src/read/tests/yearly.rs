//! Rows of the six small tables.

use super::*;

/// Codes and columns of the faults of a small table, by line.
fn faults_of(name: &str, text: &str) -> Vec<(u64, &'static str, String)> {
    fn found<T>(table: Option<Table<T>>) -> Vec<(u64, &'static str, String)> {
        let rows = table.into_iter().flat_map(|table| table.rows);
        rows.filter_map(|row| row.fault.map(|fault| (row.place.line, fault.code.id(), fault.column))).collect()
    }
    let small = read_small(name, text);
    [
        found(small.units),
        found(small.posts),
        found(small.measures),
        found(small.events),
        found(small.prior),
        found(small.holidays),
    ]
    .concat()
}

fn read_small(name: &str, text: &str) -> Small {
    let file = format!("{name}.csv");
    let folder = match name {
        "measures" => folder(&[(&file, text.as_bytes())]),
        _ => folder(&[("tasks.csv", b"task_id,lead_unit\n"), (&file, text.as_bytes())]),
    };
    small(&sources(&folder, None).unwrap(), &policy()).unwrap()
}

fn expect(name: &str, text: &str, expected: &[(u64, &'static str, &str)]) {
    let found = faults_of(name, text);
    let found: Vec<_> = found.iter().map(|(line, code, column)| (*line, *code, column.as_str())).collect();
    assert_eq!(found, expected, "{name}");
}

#[test]
fn units_need_an_id() {
    let text = "单位编号,单位名称,类别,上级单位\nＵ１,市教育局,职能,/\n-,无名,职能,U1\nU2,甲\n";
    expect("units", text, &[(3, "missing-value", "单位编号"), (4, "ragged-row", "")]);
    let units = read_small("units", text).units.unwrap();
    let first = &units.rows[0].cells;
    assert_eq!(
        (first.unit_id.as_deref(), first.name.as_deref(), first.parent_id.as_deref()),
        (Some("U1"), Some("市教育局"), None)
    );
    assert_eq!(units.rows[2].raw, "U2,甲");
    assert_eq!(
        (units.files[0].rows, [0, 1, 2, 3].map(|column| units.headings.of(0, column))),
        (3, ["单位编号", "单位名称", "类别", "上级单位"])
    );
}

#[test]
fn posts_have_words_and_an_order_of_dates() {
    let text = "person_id,unit_id,post,from,to\np,u,第一责任人,2025-01-01,\np,u,分管负责人,,2025-13-01\n\
                p,u,chief,,\np,u,,,\np,u,staff,2025-02-01,2025-01-31\np,u,staff,2025-02-01,2025-02-01\n";
    let expected =
        [(3, "bad-date", "to"), (4, "out-of-range", "post"), (5, "missing-value", "post"), (6, "out-of-range", "to")];
    expect("posts", text, &expected);
}

#[test]
fn measures_are_values_or_fractions_of_known_indicators() {
    let text = "subject_kind,subject_id,indicator,period,value,numerator,denominator\n\
                ,u,survey,,90.04,,\n\
                个人,u,survey,,90,,\n\
                team,u,survey,,90,,\n\
                unit,,survey,,90,,\n\
                unit,u,nothing,,90,,\n\
                unit,u,survey,,,,\n\
                unit,u,survey,,,1,0\n\
                unit,u,survey,,100.04,,\n\
                unit,u,survey,,100.05,,\n\
                unit,u,survey,,,3,2\n\
                unit,u,budget,,90,,5\n\
                unit,u,budget,,,5,-5\n\
                unit,u,passed,,是,,\n\
                unit,u,passed,,1.0,,\n\
                unit,u,passed,,也许,,\n\
                unit,u,rate,h1,90,,\n\
                unit,u,rate,h3,90,,\n\
                unit,u,rate,,90,,\n\
                unit,u,rate,h2,很好,,\n";
    let expected = [
        (3, "unknown-indicator", "indicator"),
        (4, "out-of-range", "subject_kind"),
        (5, "missing-value", "subject_id"),
        (6, "unknown-indicator", "indicator"),
        (7, "missing-value", "value"),
        (10, "out-of-range", "value"),
        (11, "out-of-range", "numerator"),
        (12, "missing-value", "numerator"),
        (13, "out-of-range", "denominator"),
        (16, "out-of-range", "value"),
        (18, "out-of-range", "period"),
        (19, "out-of-range", "period"),
        (20, "bad-number", "value"),
    ];
    expect("measures", text, &expected);
    let rows = read_small("measures", text).measures.unwrap().rows;
    assert_eq!(rows[13].cells.value_text.as_deref(), Some("1"));
}

#[test]
fn measures_need_a_column_to_be_read_from() {
    let folder = folder(&[("measures.csv", b"subject_id,indicator,numerator\n")]);
    let error = small(&sources(&folder, None).unwrap(), &policy()).unwrap_err();
    assert!(error.to_string().starts_with("`measures.csv` has no column `value`"), "{error}");
}

#[test]
fn events_have_a_code_and_a_day() {
    let text = "event_id,subject_id,code,date,points\ne1,u,praise,2025-03-01,\ne2,u,blame,2025-03-01,\n\
                e3,u,praise,长期,\ne4,u,praise,2025-03-01,+\n,u,praise,2025-03-01,2\n";
    let expected = [
        (3, "unknown-code", "code"),
        (4, "missing-value", "date"),
        (5, "bad-number", "points"),
        (6, "missing-value", "event_id"),
    ];
    expect("events", text, &expected);
}

#[test]
fn prior_years_lie_before_the_period() {
    let text = "subject_id,year,score\nu,2024,80\nu,2025,80\nu,2023.5,80\nu,去年,80\nu,,80\nu,２０２３,80\n";
    let expected = [
        (3, "out-of-range", "year"),
        (4, "out-of-range", "year"),
        (5, "bad-number", "year"),
        (6, "missing-value", "year"),
    ];
    expect("prior", text, &expected);
}

#[test]
fn holidays_are_worked_or_not() {
    let text = "日期,类型\n2025-01-01,休\n2025-01-04,班\n2025-01-05,放假\n,休\n";
    expect("holidays", text, &[(4, "out-of-range", "类型"), (5, "missing-value", "日期")]);
    let rows = read_small("holidays", text).holidays.unwrap().rows;
    assert_eq!([rows[0].cells.worked, rows[1].cells.worked], [Some(false), Some(true)]);
}
