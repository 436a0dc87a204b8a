//! Names and counting of the events that a page can listen to.

use alloc::string::String;

use crate::script::Language;

/// `py:ready`, `mpy:done`, …
#[must_use]
pub fn name(language: Language, what: &str) -> String {
    let mut name = String::from(language.prefix());
    name.push(':');
    name.push_str(what);
    name
}

/// Fired on `window` once every script of the page has ended, one way or the other.
pub const ALL_DONE: &str = "py:all-done";

/// Counts the scripts that were in the page from the start.
#[derive(Debug, Default)]
pub struct AllDone {
    open: usize,
    sealed: bool,
    fired: bool,
}

impl AllDone {
    /// One more script that `py:all-done` waits for. Scripts that come after [`AllDone::seal`] are not waited for.
    pub fn expect(&mut self) {
        if !self.sealed {
            self.open += 1;
        }
    }

    /// No more scripts belong to the first ones. Gives whether the event is due now.
    #[must_use]
    pub fn seal(&mut self) -> bool {
        self.sealed = true;
        self.due()
    }

    /// One of the expected scripts has ended. Gives whether the event is due now.
    #[must_use]
    pub fn end(&mut self) -> bool {
        self.open = self.open.saturating_sub(1);
        self.due()
    }

    fn due(&mut self) -> bool {
        let due = self.sealed && self.open == 0 && !self.fired;
        self.fired |= due;
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_done_is_due_once_when_the_last_script_ends() {
        let mut all_done = AllDone::default();
        all_done.expect();
        all_done.expect();
        assert!(!all_done.end());
        assert!(!all_done.seal());
        all_done.expect();
        assert!(all_done.end());
        assert!(!all_done.end());
    }

    #[test]
    fn a_page_without_scripts_is_done_at_once() {
        assert!(AllDone::default().seal());
    }
}
