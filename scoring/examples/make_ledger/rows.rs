//! Writes tasks as the rows of a ledger that many hands have kept.

use std::io::Write;

use crate::calendar::Day;
use crate::city::City;
use crate::numbers::{push_hundredths, push_number};
use crate::outcome::Task;
use crate::random::Random;
use crate::words::{STEPS, title};

const HEADINGS: [&str; 29] = [
    "任务编号",
    "任务名称",
    "上级任务编号",
    "类别",
    "重要程度",
    "牵头单位",
    "协办单位",
    "第一责任人",
    "直接责任人",
    "承办人",
    "权重",
    "交办日期",
    "完成时限",
    "延期至",
    "延期批准日期",
    "完成日期",
    "退回日期",
    "反馈时限",
    "反馈日期",
    "正式行文日期",
    "目标值",
    "完成值",
    "质量评分",
    "决策程序",
    "状态",
    "提请协调日期",
    "会商日期",
    "佐证",
    "备注",
];

/// A row that is being written, cell by cell.
pub struct Rows<'a, W: Write> {
    city: &'a City,
    writer: csv::Writer<W>,
    cell: String,
    /// How things are written: a stream of its own, so that it never changes what happens.
    look: Random,
    /// Which cells are left out on purpose.
    blank: Random,
    blank_permille: u32,
    id_digits: usize,
}

/// Where a task stands in the ledger: its number, and that of the task it is a part of.
pub struct Place {
    pub number: u64,
    pub parent: Option<u64>,
}

impl<'a, W: Write> Rows<'a, W> {
    pub fn new(out: W, city: &'a City, seed: u64, blank_percent: u32, tasks: u64) -> csv::Result<Self> {
        let mut writer = csv::WriterBuilder::new().buffer_capacity(1 << 20).from_writer(out);
        writer.write_record(HEADINGS)?;
        Ok(Self {
            city,
            writer,
            cell: String::new(),
            look: Random::new(seed ^ 0x6c6f_6f6b),
            blank: Random::new(seed ^ 0x0062_6c61_6e6b),
            blank_permille: blank_percent * 10,
            id_digits: tasks.to_string().len().max(4),
        })
    }

    pub fn finish(mut self) -> csv::Result<()> {
        self.writer.flush()?;
        Ok(())
    }

    pub fn write(&mut self, task: &Task, place: &Place) -> csv::Result<()> {
        self.what(task, place)?;
        self.who(task)?;
        self.when(task)?;
        self.how_well(task)?;
        self.what_else(task)?;
        self.writer.write_record(None::<&[u8]>)
    }

    fn what(&mut self, task: &Task, place: &Place) -> csv::Result<()> {
        self.push_id(place.number);
        self.end()?;
        for word in title(&mut self.look) {
            self.cell.push_str(word);
        }
        if place.parent.is_some() {
            self.cell.push_str("(分解)");
        }
        self.end()?;
        if let Some(parent) = place.parent {
            self.push_id(parent);
        }
        self.end()?;
        self.text(task.kind)?;
        // 一般 is what a blank means.
        let said = task.level != "一般" || !self.look.chance(300);
        self.text(if said { task.level } else { "" })
    }

    fn who(&mut self, task: &Task) -> csv::Result<()> {
        self.push_unit(task.lead);
        // Some ledgers have all units in one cell, the lead first.
        let together = self.look.chance(100);
        let separator = match self.look.below(20) {
            0 => "，",
            1 => ";",
            2 => ",",
            _ => "、",
        };
        if !together {
            self.end()?;
        }
        for (place, &unit) in task.co.iter().enumerate() {
            if together || place > 0 {
                self.cell.push_str(separator);
            }
            self.push_unit(unit);
        }
        if task.co.len() > 1 && self.look.chance(50) {
            self.cell.push('等');
        }
        self.end()?;
        if together {
            self.end()?;
        }
        self.persons(task)
    }

    fn persons(&mut self, task: &Task) -> csv::Result<()> {
        let city = self.city;
        let unit = city.units.get(task.lead);
        let on = task.due.unwrap_or(Day::new(city.year, 12, 31));
        // A blank principal is whoever holds the post.
        if let Some(person) =
            unit.filter(|_| self.look.chance(400)).and_then(|unit| city.principal(unit, task.lead, on))
        {
            self.push_person(person, city.names_persons);
        }
        self.end()?;
        if let Some(person) = unit.filter(|_| self.look.chance(850)).and_then(|unit| self.look.choose(&unit.deputies)) {
            self.push_person(person, city.names_persons);
        }
        self.end()?;
        let first = unit.filter(|_| self.look.chance(850)).and_then(|unit| self.look.choose(&unit.staff));
        if let Some(person) = first {
            self.push_person(person, city.names_persons);
        }
        // Who comes from another unit is written by id: the lead unit may have somebody of that name.
        let helper = task.co.first().and_then(|&unit| city.units.get(unit)).filter(|_| self.look.chance(250));
        if let Some(person) =
            helper.and_then(|unit| self.look.choose(&unit.staff)).filter(|&person| Some(person) != first)
        {
            if !self.cell.is_empty() {
                self.cell.push('、');
            }
            self.push_person(person, false);
        }
        self.end()
    }

    fn when(&mut self, task: &Task) -> csv::Result<()> {
        match task.half_weight {
            2 if !self.look.chance(100) => {}
            half => {
                push_number(&mut self.cell, half / 2);
                self.cell.push_str(if half % 2 == 1 { ".5" } else { "" });
            }
        }
        self.end()?;
        self.indicator_date(task.assigned)?;
        self.limit(task.due)?;
        for (place, &(to, _)) in task.extensions.iter().enumerate() {
            self.cell.push_str(if place > 0 { "、" } else { "" });
            to.write(&mut self.cell);
        }
        self.end()?;
        for (place, day) in task.extensions.iter().filter_map(|&(_, approved)| approved).enumerate() {
            self.cell.push_str(if place > 0 { "、" } else { "" });
            day.write(&mut self.cell);
        }
        self.end()?;
        for day in [task.completed, task.revoked, task.feedback_due, task.feedback, task.formal_report] {
            self.date(day)?;
        }
        Ok(())
    }

    fn how_well(&mut self, task: &Task) -> csv::Result<()> {
        let style = self.look.below(10);
        let (no_target, no_actual) = (self.left_out(), self.left_out());
        if let Some(target) = task.target.filter(|_| !no_target) {
            match style {
                0 => self.cell.push_str("100%"),
                1 => self.cell.push('1'),
                _ => push_hundredths(&mut self.cell, target * 100, style == 2),
            }
        }
        self.end()?;
        if let (Some(target), Some(achieved)) = (task.target, task.achieved.filter(|_| !no_actual)) {
            match style {
                0 => {
                    push_hundredths(&mut self.cell, achieved * 10, false);
                    self.cell.push('%');
                }
                1 => {
                    let of = target / 20;
                    push_number(&mut self.cell, of * achieved / 1000);
                    self.cell.push('/');
                    push_number(&mut self.cell, of);
                }
                _ => push_hundredths(&mut self.cell, target * achieved / 10, style == 2),
            }
        }
        self.end()?;
        let unrated = self.left_out();
        if let Some(quality) = task.quality.filter(|_| !unrated) {
            push_hundredths(&mut self.cell, quality * 10, false);
        }
        self.end()?;
        let unrecorded = self.left_out();
        if let Some(taken) = task.steps.filter(|_| !unrecorded) {
            // The last step is never the one that was skipped.
            let skipped = STEPS.len() - taken as usize;
            for (place, step) in STEPS.iter().skip(skipped).enumerate() {
                self.cell.push_str(if place > 0 { "、" } else { "" });
                self.cell.push_str(step);
            }
        }
        self.end()
    }

    fn what_else(&mut self, task: &Task) -> csv::Result<()> {
        self.text(task.status)?;
        self.date(task.escalated)?;
        self.date(task.consulted)?;
        let evidence = match self.look.below(100) {
            0 => "验收报告\n现场照片",
            1 => "\"回头看\"检查记录",
            2..60 => "验收报告",
            _ => "",
        };
        self.text(evidence)?;
        let remark = if self.look.chance(30) { "按月调度,年底评估" } else { "" };
        self.text(remark)
    }

    fn text(&mut self, text: &str) -> csv::Result<()> {
        self.cell.push_str(text);
        self.end()
    }

    fn date(&mut self, day: Option<Day>) -> csv::Result<()> {
        if let Some(day) = day {
            day.write_somehow(&mut self.cell, &mut self.look);
        }
        self.end()
    }

    fn indicator_date(&mut self, day: Option<Day>) -> csv::Result<()> {
        let out = self.left_out();
        self.date(day.filter(|_| !out))
    }

    fn limit(&mut self, due: Option<Day>) -> csv::Result<()> {
        let out = self.left_out();
        match due.filter(|_| !out) {
            Some(day) => day.write_limit(&mut self.cell, self.city.year, &mut self.look),
            None if !out => self.cell.push_str(self.look.pick(&["长期", "长期坚持", "持续推进", "常年", ""])),
            None => {}
        }
        self.end()
    }

    fn left_out(&mut self) -> bool {
        self.blank.chance(self.blank_permille)
    }

    fn push_id(&mut self, number: u64) {
        let mut digits = [b'0'; 20];
        let mut rest = number;
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        self.cell.push_str("RW");
        push_number(&mut self.cell, self.city.year);
        self.cell.push('-');
        let from = digits.len().saturating_sub(self.id_digits);
        self.cell.extend(digits.iter().skip(from).map(|&digit| char::from(digit)));
    }

    fn push_unit(&mut self, unit: usize) {
        if let Some(unit) = self.city.units.get(unit) {
            self.cell.push_str(if self.city.names_units { &unit.name } else { &unit.id });
        }
    }

    fn push_person(&mut self, person: usize, by_name: bool) {
        if let Some(person) = self.city.persons.get(person) {
            self.cell.push_str(if by_name { &person.name } else { &person.id });
        }
    }

    /// Ends the cell; a blank one is now and then marked as such.
    fn end(&mut self) -> csv::Result<()> {
        if self.cell.is_empty() {
            self.cell.push_str(match self.look.below(64) {
                0..3 => "/",
                3..5 => "—",
                5 => "无",
                6 => "N/A",
                _ => "",
            });
        }
        self.writer.write_field(self.cell.as_bytes())?;
        self.cell.clear();
        Ok(())
    }
}
