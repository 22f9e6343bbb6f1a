//! Policies: reading and lint; and, for one without errors, a small ledger scored by it, and its own examples.

#![no_main]

use kaohe_fuzz::run;
use libfuzzer_sys::fuzz_target;
use scoring::policy::{self, Severity};
use scoring::read::{self, TableName};
use scoring::trial;

const TABLES: [(TableName, &str); 5] = [
    (
        TableName::Tasks,
        "task_id,lead_unit,co_units,level,due_on,completed_on,target,actual,quality,principal,状态,A\n\
         1,甲,乙,重大,2025-03-31,2025-04-02,100,90,80,张三,,是\n\
         2,乙,,一般,2025-06-30,,3,,0,李四,,\n\
         3,甲,,,2025-01-01,2024-12-31,0,1e3,120,,cancelled,x\n",
    ),
    (TableName::Measures, "subject_id,indicator,value\n甲,satisfaction,88.5\n乙,satisfaction,100\n"),
    (
        TableName::Events,
        "event_id,subject_id,code,date,points\nE1,甲,praise,2025-05-05,\nE2,乙,praise,2025-05-05,2/3\n",
    ),
    (TableName::Prior, "subject_id,year,score,band,recommendation\n甲,2024,91,good,rectify\n乙,2023,60,,\n"),
    (TableName::Holidays, "date,kind\n2025-10-01,rest\n2025-10-11,work\n"),
];

fuzz_target!(|text: &str| {
    let findings = match policy::parse(text, "policy.toml") {
        Err(findings) => {
            assert!(findings.iter().any(|finding| finding.severity == Severity::Error));
            findings
        }
        Ok((policy, findings)) => {
            assert!(!policy::show(&policy).is_empty());
            run(&read::in_memory(TABLES), &policy);
            drop(trial::examples(&policy));
            findings
        }
    };
    for finding in &findings {
        assert!(!policy::render(finding, text, "policy.toml").is_empty());
    }
});
