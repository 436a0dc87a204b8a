//! How a command ends before it is done: what happened, what to do, and the exit code.

use std::fmt::Write as _;

/// A reason to stop, as it is told to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stop {
    /// What happened, and where.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: Option<String>,
    /// For the shell. One unless a command says otherwise; two is wrong usage.
    pub(crate) code: u8,
}

impl Stop {
    /// A reason without a way out.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, code: 1 }
    }

    /// The same with a way out.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with an exit code of its own.
    pub(crate) fn code(mut self, code: u8) -> Self {
        self.code = code;
        self
    }

    /// Both lines, as printed to the terminal.
    pub(crate) fn report(&self) -> String {
        let mut text = format!("error: {}", self.message);
        if let Some(hint) = &self.hint {
            let _ = write!(text, "\nhint: {hint}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_what_where_and_what_to_do() {
        assert_eq!(Stop::new("`a` is there already.").report(), "error: `a` is there already.");
        let stop = Stop::new("`a` is there already.").hint("take another name.").code(2);
        assert_eq!(stop.report(), "error: `a` is there already.\nhint: take another name.");
        assert_eq!(stop.code, 2);
    }
}
