//! Work that is done by libraries on formats that we do not read ourselves: where one panics, the file is damaged.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

thread_local! {
    /// Whether such work is being done on this thread.
    static AT_WORK: Cell<bool> = const { Cell::new(false) };
}

/// What a library makes of a file; `None` when it panics.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = AT_WORK.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    AT_WORK.set(before);
    done.ok()
}

/// Lets the process say nothing of panics that become an error with the name of a file. Others are told as before.
pub fn hush_caught_panics() {
    let told = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !AT_WORK.get() {
            told(panic);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_panics_is_nothing_and_the_work_around_it_goes_on() {
        let whole = caught(|| (caught(|| [1, 2].iter().sum::<i32>()), AT_WORK.get()));
        assert_eq!(whole, Some((Some(3), true)));
        let torn = caught(|| caught(|| Vec::from([1]).swap_remove(1)));
        assert_eq!((torn, AT_WORK.get()), (Some(None), false));
    }
}
