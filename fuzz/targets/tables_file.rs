//! Tables files, and a small ledger read by them.

#![no_main]

use std::sync::LazyLock;

use kaohe_fuzz::{Folder, POLICY, policy, run};
use libfuzzer_sys::fuzz_target;
use scoring::policy::Policy;
use scoring::read;

static LEDGER: LazyLock<(Folder, Policy)> = LazyLock::new(|| (Folder::default(), policy(POLICY)));

const TASKS: &[u8] =
    "编号,牵头单位,级别,完成时限,办结日期,A,A\n1,甲;乙,市级,31/03/2025,2025-04-02,x,\n2,\"丙,丁\",,5月底,,,y\n"
        .as_bytes();
const UNITS: &[u8] = "单位编号;单位名称;类别\n甲;甲局;东\n乙;乙局;西\n".as_bytes();

fuzz_target!(|text: &[u8]| {
    let (folder, policy) = &*LEDGER;
    folder.fill(&[("tasks.csv", TASKS), ("units.csv", UNITS), ("settings.toml", text)]);
    match read::find(folder.path(), Some(&folder.file("settings.toml"))) {
        Ok(sources) => run(&sources, policy),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
