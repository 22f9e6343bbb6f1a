//! What is asked of a unit in one task, and what came of it: dates and numbers, not yet words.

use crate::calendar::Day;
use crate::city::{City, Load, Unit};
use crate::random::Random;
use crate::words::KINDS;

/// One extension: the new time limit and the day of its approval.
pub type Extension = (Day, Option<Day>);

pub struct Task {
    pub lead: usize,
    pub co: Vec<usize>,
    pub kind: &'static str,
    pub level: &'static str,
    /// In halves: 2 is the usual weight of 1.
    pub half_weight: i32,
    pub assigned: Option<Day>,
    pub due: Option<Day>,
    pub extensions: Vec<Extension>,
    pub completed: Option<Day>,
    pub revoked: Option<Day>,
    pub feedback_due: Option<Day>,
    pub feedback: Option<Day>,
    pub formal_report: Option<Day>,
    /// Target, and what came of it in thousandths of the target.
    pub target: Option<i32>,
    pub achieved: Option<i32>,
    /// In tenths of a point.
    pub quality: Option<i32>,
    /// How many of the six steps were taken, for decisions.
    pub steps: Option<u32>,
    pub status: &'static str,
    pub escalated: Option<Day>,
    pub consulted: Option<Day>,
}

/// A task of some unit of the city.
pub fn task(city: &City, random: &mut Random) -> Option<Task> {
    let (lead, unit) = lead(city, random)?;
    let mut task = asked(city, lead, unit.load, random);
    if unit.load != Load::OpenOnly {
        let slack = unit.slack;
        extend(&mut task, slack, random);
        complete(&mut task, slack, Day::new(city.year, 1, 1), random);
        rate(&mut task, slack, random);
    }
    answer(&mut task, unit.slack, Day::new(city.year, 12, 31), random);
    Some(task)
}

fn lead<'a>(city: &'a City, random: &mut Random) -> Option<(usize, &'a Unit)> {
    loop {
        let number = random.below(city.units.len() as u32) as usize;
        let unit = city.units.get(number)?;
        let takes = match unit.load {
            Load::Usual(of_four) => random.below(4) < of_four,
            Load::Little => random.chance(40),
            Load::OpenOnly => random.chance(100),
        };
        if takes {
            return Some((number, unit));
        }
    }
}

/// Kind, level, time limit and who helps.
fn asked(city: &City, lead: usize, load: Load, random: &mut Random) -> Task {
    let (kind, level) = kind_and_level(random);
    // A few limits lie in the year before (carried over, or out of the period), a few in the next.
    let due = match random.below(1000) {
        0..25 => Day::new(city.year - 1, random.within(10, 12), random.within(1, 28)),
        25..40 => Day::new(city.year + 1, random.within(1, 6), random.within(1, 28)),
        _ => Day::new(city.year, random.within(1, 12), random.within(1, 28)),
    };
    let due = if random.chance(450) { due.month_end() } else { due };
    let given = due.plus(-random.within(20, 150));
    let standing = load == Load::OpenOnly || random.chance(20);
    let assigned = if standing { Day::new(city.year, random.within(1, 9), random.within(1, 28)) } else { given };
    Task {
        lead,
        co: helpers(city, lead, load, random),
        kind,
        level,
        half_weight: if random.chance(100) { random.choose(&[1, 3, 4]).unwrap_or(2) } else { 2 },
        assigned: (!random.chance(15)).then_some(assigned),
        due: (!standing).then_some(due),
        extensions: vec![],
        completed: None,
        revoked: None,
        feedback_due: random.chance(300).then(|| assigned.plus(random.within(10, 45))),
        feedback: None,
        formal_report: None,
        target: random.chance(600).then(|| random.within(1, 60) * 20),
        achieved: None,
        quality: None,
        steps: None,
        status: match random.below(1000) {
            0..12 => "免责",
            12..24 => "取消",
            24..60 => "active",
            _ => "",
        },
        escalated: None,
        consulted: None,
    }
}

fn kind_and_level(random: &mut Random) -> (&'static str, &'static str) {
    let mut place = random.below(1000);
    for (kind, share, major, key) in KINDS {
        if place < share {
            let level = match random.below(1000) {
                drawn if drawn < major => "重大",
                drawn if drawn < major + key => "重点",
                _ => "一般",
            };
            return (kind, level);
        }
        place -= share;
    }
    ("日常工作", "一般")
}

/// None to three other units; those with little or open work only help nobody.
fn helpers(city: &City, lead: usize, load: Load, random: &mut Random) -> Vec<usize> {
    let wanted = match random.below(100) {
        _ if load == Load::OpenOnly => 0,
        0..55 => 0,
        55..78 => 1,
        78..93 => 2,
        _ => 3,
    };
    let mut found = Vec::with_capacity(wanted);
    for _ in 0..wanted {
        let other = random.below(city.units.len() as u32) as usize;
        let helps = city.units.get(other).is_some_and(|unit| matches!(unit.load, Load::Usual(_)));
        if helps && other != lead && !found.contains(&other) {
            found.push(other);
        }
    }
    found
}

/// Extensions: the slacker ask more often, and more often only when it is too late.
fn extend(task: &mut Task, slack: u32, random: &mut Random) {
    let Some(mut due) = task.due else { return };
    while random.chance(20 + slack) && task.extensions.len() < 3 {
        let to = due.plus(random.within(15, 60));
        let approved = match random.below(100) {
            late if late < slack / 2 => Some(due.plus(random.within(1, 10))),
            late if late < slack / 2 + 4 => None,
            _ => Some(due.plus(-random.within(1, 20))),
        };
        task.extensions.push((to, approved));
        if approved.is_none() {
            return;
        }
        due = to;
    }
}

fn complete(task: &mut Task, slack: u32, start: Day, random: &mut Random) {
    let Some(due) = task.due else {
        // A standing task is finished now and then.
        task.completed = task.assigned.filter(|_| random.chance(250)).map(|day| day.plus(random.within(20, 90)));
        return;
    };
    let due = task.extensions.iter().fold(
        due,
        |due, &(to, approved)| {
            if approved.is_some_and(|day| day <= due) { due.max(to) } else { due }
        },
    );
    if random.chance(slack * slack / 16) {
        return;
    }
    // What was due the year before is in the ledger mostly because it was left over.
    if due < start && random.chance(700) {
        task.completed = Some(start.plus(random.within(8, 150)));
        return;
    }
    let late = if random.chance(slack * 7 / 2) {
        if random.chance(60 + slack * 2) { random.within(20, 90) } else { 1 + random.below(6 + slack / 4) as i32 }
    } else {
        -random.within(0, 20)
    };
    // Nothing is finished before it is asked for.
    let completed = task.assigned.map_or(due.plus(late), |assigned| due.plus(late).max(assigned));
    task.completed = Some(completed);
    if random.chance(slack * slack / 50) {
        let revoked = completed.plus(random.within(3, 40));
        task.revoked = Some(revoked);
        if random.chance(300) {
            task.completed = Some(revoked.plus(random.within(1, 30)));
        }
    }
}

/// What was achieved, how well, and by which steps.
fn rate(task: &mut Task, slack: u32, random: &mut Random) {
    let done = task.completed.is_some();
    if task.target.is_some() {
        task.achieved = match (done, random.chance(1000 - slack * 10)) {
            (true, true) => Some(1000 + random.choose(&[0, 0, 0, 20, 50, 100]).unwrap_or(0)),
            (true, false) => Some(1000 - random.within(10, 40 + slack as i32 * 5)),
            (false, true) => Some(random.within(20, 90) * 10),
            (false, false) => None,
        };
    }
    if done && random.chance(850) {
        task.quality = Some((980 - slack as i32 * 4 + random.within(-60, 60)).clamp(300, 1000) / 5 * 5);
    }
    if task.kind == "重大行政决策" {
        let missed = (0..6).filter(|_| random.chance(slack * 5)).count() as u32;
        task.steps = (!random.chance(slack)).then_some(6 - missed);
    }
}

/// Feedback, formal reports, matters brought up for coordination.
fn answer(task: &mut Task, slack: u32, end: Day, random: &mut Random) {
    let limit = task.feedback_due.or_else(|| task.assigned.map(Day::next_month));
    if let (Some(limit), Some(assigned)) = (limit, task.assigned) {
        let answered = match random.below(1000) {
            drawn if drawn < slack * 3 => None,
            drawn if drawn < slack * 7 => Some(limit.plus(random.within(1, 15))),
            _ => Some(assigned.plus(random.within(3, 28)).min(limit)),
        };
        task.feedback = answered.filter(|&day| day <= end.plus(20));
        let formal = task.level == "重大" && !random.chance(slack * 3);
        task.formal_report = task.feedback.filter(|_| formal).map(|day| match day.plus(random.within(0, 5)) {
            later if day <= limit => later.min(limit),
            later => later,
        });
    }
    if let Some(assigned) = task.assigned.filter(|_| random.chance(50)) {
        let consulted = assigned.plus(random.within(5, 15));
        task.escalated = Some(consulted.plus(random.within(1, 10)));
        task.consulted = (!random.chance(slack * 8)).then_some(consulted);
    }
}
