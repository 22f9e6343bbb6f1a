//! Bands go down to 0 without a hole and without an overlap. METHOD §3.

use super::Notes;
use crate::number::{Fraction, Mode};
use crate::policy::{Band, Of};
use crate::terms::SubjectKind;

pub(super) fn check(notes: &mut Notes) {
    let draft = notes.draft;
    for of in [Of::Units, Of::Persons, Of::Both] {
        let bands = draft.policy.bands.iter().enumerate().take(draft.band_to.len());
        let bands: Vec<_> = bands.filter(|(_, band)| band.of == of).collect();
        for pair in bands.windows(2) {
            if let [(_, upper), (at, lower)] = pair {
                neighbours(notes, upper, *at, lower);
            }
        }
        if let Some((at, last)) = bands.last()
            && !last.from.is_zero()
        {
            let message = format!("the last band `{}` begins at {}, not at 0", last.id, last.from);
            notes.error(
                "bands-hole",
                &format!("band[{at}].from"),
                message,
                "add a band from = 0, or let this one begin at 0",
            );
        }
        ends(notes, of, &bands);
    }
}

fn neighbours(notes: &mut Notes, upper: &Band, at: usize, lower: &Band) {
    if lower.from >= upper.from {
        let message = format!(
            "bands go down, highest first: `{}` begins at {} and follows `{}`, which begins at {}",
            lower.id, lower.from, upper.id, upper.from
        );
        notes.error("bands-order", &format!("band[{at}].from"), message, "order them, or change where one begins");
        return;
    }
    let Some(to) = notes.draft.band_to.get(at).cloned().flatten() else { return };
    let path = format!("band[{at}].to");
    let places = notes.draft.policy.rounding.score;
    let step = Fraction::fixed(1, places);
    let end = &upper.from - &step;
    if to >= upper.from {
        let message =
            format!("{} is in two bands: `{}` begins at it and `{}` goes to {to}", upper.from, upper.id, lower.id);
        notes.error("bands-overlap", &path, message, format!("let `{}` end at {end}", lower.id));
    } else if to < lower.from {
        let message = format!("`{}` ends at {to}, below where it begins at {}", lower.id, lower.from);
        notes.error("bands-hole", &path, message, format!("let it end at {end}"));
    } else if to < end {
        let score = between(&to, &upper.from, &step, places);
        let message =
            format!("no band holds {score}: between `{}` (to {to}) and `{}` (from {})", lower.id, upper.id, upper.from);
        let hint = format!("scores have {places} places: let `{}` end at {end}, or leave `to` out", lower.id);
        notes.error("bands-hole", &path, message, hint);
    }
}

/// A published score between two ends, the middle one where it can be published.
fn between(low: &Fraction, high: &Fraction, step: &Fraction, places: u32) -> Fraction {
    let middle = &(low + high) * &Fraction::fixed(5, 1);
    match middle.round(places, Mode::HalfUp).map(|score| Fraction::fixed(score, places)) {
        Ok(score) if score > *low && score < *high => score,
        _ => low + step,
    }
}

/// The top end of the first band, and bands above the highest score.
fn ends(notes: &mut Notes, of: Of, bands: &[(usize, &Band)]) {
    let draft = notes.draft;
    let kinds = SubjectKind::ALL.iter().filter(|kind| of.fits(**kind) && draft.policy.side(**kind).present);
    let Some(cap) = kinds.map(|kind| &draft.policy.side(*kind).cap).max() else { return };
    if let Some((at, first)) = bands.first()
        && let Some(Some(to)) = draft.band_to.get(*at)
        && to < cap
    {
        let message = format!("no band holds {cap}: the top band `{}` ends at {to}", first.id);
        notes.error(
            "bands-hole",
            &format!("band[{at}].to"),
            message,
            format!("let it end at {cap}, or leave `to` out"),
        );
    }
    for (at, band) in bands {
        if band.from > *cap {
            let message =
                format!("nobody reaches the band `{}`: it begins at {} and scores end at {cap}", band.id, band.from);
            notes.note("band-unreachable", &format!("band[{at}].from"), message, "");
        }
    }
}
