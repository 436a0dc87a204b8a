//! The two sides of every comparison.

use serde::{Deserialize, Serialize};

/// Whose runtime a page loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Contender {
    /// What `cargo xtask dist` has built.
    Pyrite,
    /// `@pyscript/core`, as it is published.
    PyScript,
}

impl Contender {
    /// Both, in the order of this round: who goes first changes, so that neither always finds the machine warmer.
    pub(crate) fn in_round(round: usize) -> [Self; 2] {
        if round.is_multiple_of(2) { [Self::PyScript, Self::Pyrite] } else { [Self::Pyrite, Self::PyScript] }
    }

    /// The folder its files are served in.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Pyrite => "pyrite",
            Self::PyScript => "pyscript",
        }
    }

    /// Its name as people write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pyrite => "Pyrite",
            Self::PyScript => "PyScript",
        }
    }

    /// The attribute that lets it take the interpreters from beside its `core.js`, where both sides find the same.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Pyrite => "",
            Self::PyScript => " offline",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_is_in_each_round_and_they_take_turns_at_the_start() {
        let first: Vec<_> = (0..4).map(|round| Contender::in_round(round)[0]).collect();
        assert_eq!(first, [Contender::PyScript, Contender::Pyrite, Contender::PyScript, Contender::Pyrite]);
        assert!((0..2).all(|round| Contender::in_round(round)[0] != Contender::in_round(round)[1]));
    }
}
