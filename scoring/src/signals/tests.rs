use super::*;
use crate::judge::Judged;
use crate::moment::Day;
use crate::policy::parse;
use crate::read::{TableName, in_memory};
use crate::run;
use crate::terms::State;
use proptest::prelude::*;

const POLICY: &str = "schema = 1\nid = \"t\"\n[period]\nfrom = 2025-01-01\nto = 2025-12-31\n\
                      [[indicator]]\nid = \"i\"\nmethod = \"deadline\"\n\
                      [[unit.section]]\nid = \"s\"\nweight = 1\nsource = \"tasks\"\nindicators = [\"i\"]\n";

/// Signals of tasks whose rows are made from their number, as signal, unit, tasks, of and evidence.
fn found(headings: &str, rows: &[(usize, &dyn Fn(usize) -> String)]) -> Vec<String> {
    let (policy, _) = parse(POLICY, "p.toml").unwrap();
    let mut text = format!("{headings}\n");
    let mut number = 0;
    for (times, row) in rows {
        for _ in 0..*times {
            number += 1;
            text.push_str(&row(number));
            text.push('\n');
        }
    }
    let run = run::run(&in_memory([(TableName::Tasks, text.as_str())]), &policy, &|_| {}, None).unwrap();
    let shown = |found: Found| {
        let unit = &run.ledger.units[found.unit as usize].id;
        let Found { signal, tasks, of, evidence, .. } = found;
        format!("{} {unit} {tasks}/{of} {}", signal.id(), evidence.join(";"))
    };
    run.signals.iter().cloned().map(shown).collect()
}

const DATES: &str = "task_id,lead_unit,assigned_on,due_on,completed_on,revoked_on,feedback_on";

#[test]
fn completions_heaped_on_the_due_date_are_a_signal_from_ten_tasks_and_half_on() {
    let on = |n| format!("T{n},甲局,,2025-03-31,2025-03-31,,");
    let off = |n| format!("T{n},甲局,,2025-03-31,2025-03-30,,");
    assert_eq!(found(DATES, &[(10, &on), (10, &off)]), ["due-date-heap 甲局 10/20 T1;T2;T3"]);
    assert_eq!(found(DATES, &[(10, &on), (11, &off)]), [""; 0]);
    assert_eq!(found(DATES, &[(9, &on)]), [""; 0]);
}

#[test]
fn acts_before_assignment_are_a_signal_from_three_tasks_on() {
    let completed = |n| format!("T{n},乙局,2025-03-01,2025-03-31,2025-02-28,,");
    let feedback = |n| format!("T{n},甲局,2025-03-01,2025-03-31,2025-03-02,,2025-02-28");
    assert_eq!(
        found(DATES, &[(3, &feedback), (3, &completed)]),
        ["completed-before-assigned 乙局 3/3 T4;T5;T6", "feedback-before-assigned 甲局 3/3 T1;T2;T3"]
    );
    assert_eq!(found(DATES, &[(2, &feedback), (2, &completed)]), [""; 0]);
}

#[test]
fn many_revoked_completions_are_a_signal_and_few_among_many_are_not() {
    let revoked = |n| format!("T{n},甲局,,2025-03-31,2025-03-02,2025-04-01,");
    let kept = |n| format!("T{n},甲局,,2025-03-31,2025-03-02,,");
    assert_eq!(found(DATES, &[(27, &kept), (3, &revoked)]), ["revoked 甲局 3/30 T28;T29;T30"]);
    assert_eq!(found(DATES, &[(28, &kept), (3, &revoked)]), [""; 0]);
}

#[test]
fn extensions_after_the_due_date_are_a_signal() {
    let headings = "task_id,lead_unit,due_on,extended_to,extension_approved_on,completed_on";
    let late = |n| format!("T{n},甲局,2025-03-31,2025-04-30,2025-04-02,2025-04-15");
    let plain = |n| format!("T{n},甲局,2025-03-31,,,2025-03-15");
    assert_eq!(found(headings, &[(5, &plain), (3, &late)]), ["late-extension 甲局 3/3 T6;T7;T8"]);
}

const FIGURES: &str = "task_id,lead_unit,due_on,target,actual,parent_id,weight";

#[test]
fn actual_values_that_all_equal_their_targets_and_targets_of_zero_are_signals() {
    let all = |n| format!("T{n},甲局,2025-03-31,{n},{n}.0,,");
    assert_eq!(found(FIGURES, &[(10, &all)]), ["all-complete 甲局 10/10 T1;T2;T3"]);
    let less = |n| format!("T{n},甲局,2025-03-31,{n},0,,");
    assert_eq!(found(FIGURES, &[(10, &all), (1, &less)]), [""; 0]);
    let zero = |n| format!("T{n},甲局,2025-03-31,0,1,,");
    assert_eq!(found(FIGURES, &[(9, &less), (3, &zero)]), ["zero-targets 甲局 3/12 T10;T11;T12"]);
}

#[test]
fn parts_that_do_not_add_up_to_their_parents_are_a_signal() {
    // Every third task is a parent, and the two after it are its parts.
    let row = |target: &'static str| {
        move |n: usize| match n % 3 {
            1 => format!("T{n},甲局,2025-03-31,{target},,,"),
            at => format!("T{n},乙局,2025-03-31,10,,T{},", if at == 2 { n - 1 } else { n - 2 }),
        }
    };
    assert_eq!(found(FIGURES, &[(9, &row("25"))]), ["parts-disagree 甲局 3/3 T1;T4;T7"]);
    assert_eq!(found(FIGURES, &[(9, &row("20"))]), [""; 0], "they add up");
    assert_eq!(found(FIGURES, &[(9, &row("10"))]), [""; 0], "a rate");
    assert_eq!(found(FIGURES, &[(9, &row(""))]), [""; 0], "nothing to compare");
    assert_eq!(found(FIGURES, &[(6, &row("25"))]), [""; 0], "too few");
}

#[test]
fn a_parent_with_a_part_that_does_not_count_is_not_looked_at() {
    let headings = "task_id,lead_unit,target,parent_id,status";
    let row = |n: usize| match n % 3 {
        1 => format!("T{n},甲局,25,,"),
        2 => format!("T{n},甲局,10,T{},cancelled", n - 1),
        _ => format!("T{n},甲局,10,T{},", n - 2),
    };
    assert_eq!(found(headings, &[(9, &row)]), [""; 0]);
}

#[test]
fn the_bits_of_a_set_become_the_bytes_of_a_number() {
    for bits in 0..=u8::MAX {
        let expected: [u8; 8] = std::array::from_fn(|place| bits >> place & 1);
        assert_eq!(bytes(bits).to_le_bytes(), expected);
    }
}

/// A batch of tasks of one unit on these lines; every third shows a signal.
fn batch(lines: std::ops::Range<u64>) -> LinkedBatch {
    let task = |line: u64| {
        let mut signs = Signs::default();
        signs.note(Signal::Revoked, line.is_multiple_of(3));
        JudgedTask {
            line,
            state: State::Done,
            late_days: None,
            principal_day: Day(0),
            level: 0,
            exclusion: None,
            feedback_missed: false,
            formal_report_missed: false,
            sole_escalation: false,
            signs,
        }
    };
    let rows = lines.clone().count();
    let mut judged = Judged { tasks: lines.clone().map(task).collect(), ..Judged::default() };
    lines.for_each(|line| judged.task_id.push(Some(&format!("T{line}"))));
    let units = ListColumn::of_one_each(vec![0; rows]);
    LinkedBatch { judged, units, persons: ListColumn::default(), fates: vec![Fate::Scored; rows] }
}

proptest! {
    #[test]
    fn the_first_tasks_are_the_evidence_in_whatever_order_batches_come(
        order in Just((0..12_u64).collect::<Vec<_>>()).prop_shuffle(), rows in 1..8_u64
    ) {
        let mut shown = Shown::default();
        order.iter().for_each(|number| shown.add(&batch(number * rows..(number + 1) * rows)));
        let all = (0..12 * rows).filter(|line| line.is_multiple_of(3));
        let first = shown.first.remove(&(Signal::Revoked, 0)).unwrap();
        let ids: Vec<String> = first.0.into_iter().flatten().map(|(_, id)| id).collect();
        prop_assert_eq!(ids, all.clone().take(NAMED).map(|line| format!("T{line}")).collect::<Vec<_>>());
        let counts = shown.counts.into_all();
        let count = counts[0][Signal::Revoked as usize];
        prop_assert_eq!((u64::from(count.tasks), u64::from(count.of)), (all.count() as u64, 12 * rows));
    }
}

#[test]
fn the_first_rows_are_the_evidence_in_whatever_order_they_come() {
    let first = |lines: &[u64]| {
        let mut first = First::default();
        lines.iter().for_each(|line| _ = first.keep(Place { file: 0, line: *line }, &format!("T{line}")));
        first.0.into_iter().flatten().map(|(_, id)| id).collect::<Vec<_>>()
    };
    assert_eq!(first(&[5, 1, 9, 3, 4, 2, 8]), ["T1", "T2", "T3"]);
    assert_eq!(first(&[9, 8]), ["T8", "T9"]);
}
