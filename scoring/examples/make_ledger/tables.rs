//! The small tables beside the ledger: units, posts, holidays, last year's results.

use std::path::Path;

use crate::calendar::Day;
use crate::city::City;
use crate::random::Random;

pub fn write(city: &City, folder: &Path, random: &mut Random) -> csv::Result<()> {
    units(city, folder)?;
    posts(city, folder)?;
    holidays(city.year, folder)?;
    prior(city, folder, random)
}

fn units(city: &City, folder: &Path) -> csv::Result<()> {
    let mut table = csv::Writer::from_path(folder.join("units.csv"))?;
    table.write_record(["单位编号", "单位名称", "类别", "上级单位"])?;
    for unit in &city.units {
        let parent = unit.parent.and_then(|parent| city.units.get(parent)).map_or("", |parent| &parent.id);
        table.write_record([&unit.id, &unit.name, unit.group, parent])?;
    }
    Ok(table.flush()?)
}

fn posts(city: &City, folder: &Path) -> csv::Result<()> {
    let mut table = csv::Writer::from_path(folder.join("posts.csv"))?;
    table.write_record(["人员编号", "姓名", "单位编号", "职务类别", "任职起", "任职止"])?;
    for person in &city.persons {
        for post in &person.posts {
            let unit = city.units.get(post.unit).map_or("", |unit| &unit.id);
            let (mut from, mut to) = (String::new(), String::new());
            post.from.write(&mut from);
            post.to.into_iter().for_each(|day| day.write(&mut to));
            table.write_record([&person.id, &person.name, unit, post.kind, &from, &to])?;
        }
    }
    Ok(table.flush()?)
}

/// Days off and worked, as month, first day, last day.
type Span = (i32, i32, i32);

/// The public calendar of 2025; of other years only the holidays that have the same dates every year.
const REST_2025: [Span; 8] =
    [(1, 1, 1), (1, 28, 31), (2, 1, 4), (4, 4, 6), (5, 1, 5), (5, 31, 31), (6, 1, 2), (10, 1, 8)];
const WORK_2025: [Span; 5] = [(1, 26, 26), (2, 8, 8), (4, 27, 27), (9, 28, 28), (10, 11, 11)];
const REST: [Span; 3] = [(1, 1, 1), (5, 1, 1), (10, 1, 3)];

fn holidays(year: i32, folder: &Path) -> csv::Result<()> {
    let (rest, work): (&[Span], &[Span]) = if year == 2025 { (&REST_2025, &WORK_2025) } else { (&REST, &[]) };
    let mut table = csv::Writer::from_path(folder.join("holidays.csv"))?;
    table.write_record(["日期", "类型"])?;
    for (kind, weekend, spans) in [("休", false, rest), ("班", true, work)] {
        for &(month, first, last) in spans {
            for day in (first..=last).map(|day| Day::new(year, month, day)).filter(|day| day.is_weekend() == weekend) {
                let mut date = String::new();
                day.write(&mut date);
                table.write_record([&date, kind])?;
            }
        }
    }
    Ok(table.flush()?)
}

/// What the year before would have said: close to the unit's diligence, with some luck.
fn prior(city: &City, folder: &Path, random: &mut Random) -> csv::Result<()> {
    let mut table = csv::Writer::from_path(folder.join("prior.csv"))?;
    table.write_record(["对象类型", "对象编号", "年度", "得分", "等次", "建议"])?;
    for unit in &city.units {
        for back in [1, 2] {
            // Two years ago is on file for some units only.
            if back == 1 || random.chance(300) {
                table.write_record(result("单位", &unit.name, city.year - back, unit.slack, random))?;
            }
        }
    }
    for person in city.persons.iter().take(city.units.len()) {
        let slack = person.posts.first().and_then(|post| city.units.get(post.unit)).map_or(30, |unit| unit.slack);
        table.write_record(result("个人", &person.id, city.year - 1, slack, random))?;
    }
    Ok(table.flush()?)
}

fn result(kind: &str, subject: &str, year: i32, slack: u32, random: &mut Random) -> [String; 6] {
    let tenths = 975 - slack as i32 * 5 + random.within(-40, 40);
    let (band, recommendation) = match tenths {
        930.. => ("优秀", "表扬激励"),
        900..930 => ("优秀", ""),
        800..900 => ("良好", ""),
        700..800 => ("合格", "责令限期整改"),
        600..700 => ("合格", "通报批评"),
        _ => ("不合格", "约谈"),
    };
    let score = format!("{}.{}", tenths / 10, tenths % 10);
    [kind.to_owned(), subject.to_owned(), year.to_string(), score, band.to_owned(), recommendation.to_owned()]
}
