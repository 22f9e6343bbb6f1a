//! What may not be assessed: 武政〔2021〕5号 §四(二). METHOD §3.

use super::{Notes, side_key};
use crate::terms::SubjectKind;

/// The seven of §四(二).
pub(in crate::policy) const FORBIDDEN: [&str; 7] =
    ["对口开会", "发文", "成立议事协调机构", "专设办公室", "制度上墙", "内刊简报上稿", "关注微信公众号"];

pub(super) fn check(notes: &mut Notes) {
    let draft = notes.draft;
    for (at, indicator) in draft.policy.indicators.iter().enumerate() {
        named(notes, &format!("indicator[{at}]"), &indicator.id, &indicator.name, indicator.allow.as_deref());
    }
    for kind in SubjectKind::ALL {
        for (at, section) in draft.policy.side(*kind).sections.iter().enumerate() {
            let path = format!("{}.section[{at}]", side_key(*kind));
            named(notes, &path, &section.id, &section.name, section.allow.as_deref());
        }
    }
}

fn named(notes: &mut Notes, path: &str, id: &str, name: &str, allow: Option<&str>) {
    if allow.is_some_and(|reason| reason.trim().is_empty()) {
        notes.error("empty-reason", &format!("{path}.allow"), "`allow` gives no reason", "say why it is allowed");
        return;
    }
    if allow.is_some() {
        return;
    }
    let further = notes.draft.forbidden.clone();
    let words = FORBIDDEN.into_iter().chain(further.iter().map(String::as_str));
    for word in words {
        for (key, text) in [("id", id), ("name", name)] {
            let stands_in_id = key == "name" && !notes.draft.places.has(&format!("{path}.name"));
            if !stands_in_id && contains(text, word) {
                let message =
                    format!("`{text}` assesses `{word}`, which 武政〔2021〕5号 §四(二) or the policy forbids");
                let hint = "assess something else, or give the reason in `allow = \"…\"`; reports repeat it";
                notes.error("forbidden-word", &format!("{path}.{key}"), message, hint);
            }
        }
    }
}

/// Whether a text holds a word; 发文件 (to send a file) is not 发文 (to issue documents).
fn contains(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let after = text.get(at + word.len()..).unwrap_or_default();
        word != "发文" || !after.starts_with('件')
    })
}
