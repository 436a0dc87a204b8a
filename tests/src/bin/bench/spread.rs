//! Medians, and how far the rounds were apart.

use serde::{Deserialize, Serialize};

/// The middle, the least and the most of some numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// Of nothing there is none.
    pub(crate) fn of(numbers: &[f64]) -> Option<Self> {
        let mut sorted = numbers.to_vec();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let upper = sorted.get(middle).copied()?;
        let lower = if sorted.len().is_multiple_of(2) { sorted.get(middle - 1).copied()? } else { upper };
        Some(Self { median: f64::midpoint(lower, upper), min: sorted.first().copied()?, max: sorted.last().copied()? })
    }

    /// Of one side's share of the other, round by round: what slows the whole machine down for a while slows both.
    pub(crate) fn of_shares(ours: &[f64], theirs: &[f64]) -> Option<Self> {
        let shares: Vec<f64> = ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect();
        Self::of(&shares)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(Spread::of(&[3.0, 1.0, 9.0]), Some(Spread { median: 3.0, min: 1.0, max: 9.0 }));
    }

    #[test]
    fn of_an_even_number_it_is_between_the_middle_two() {
        assert_eq!(Spread::of(&[4.0, 1.0, 2.0, 9.0]), Some(Spread { median: 3.0, min: 1.0, max: 9.0 }));
    }

    #[test]
    fn of_none_there_is_none() {
        assert_eq!(Spread::of(&[]), None);
    }

    #[test]
    fn shares_are_taken_round_by_round() {
        // Everything took ten times as long in the second round.
        let share = Spread::of_shares(&[1.0, 10.0], &[2.0, 20.0]);
        assert_eq!(share, Some(Spread { median: 0.5, min: 0.5, max: 0.5 }));
    }
}
