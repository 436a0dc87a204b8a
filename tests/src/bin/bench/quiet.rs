//! Waits until the machine has little else to do: a compiler beside the browser changes times more than either side can.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

/// The part of the machine that others may take.
const LITTLE: f64 = 0.2;
/// How long to look before saying how busy it is.
const LOOK: Duration = Duration::from_millis(500);

/// Time of all cores since the machine has started, in its own unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spent {
    idle: u64,
    all: u64,
}

/// Waits for quiet, at most this long, and returns which part of the machine others had just before. `None` where the
/// system does not say.
pub(crate) fn wait(patience: Duration) -> Option<f64> {
    let end = Instant::now() + patience;
    loop {
        let before = now()?;
        thread::sleep(LOOK);
        let busy = busy(before, now()?);
        if busy <= LITTLE || Instant::now() >= end {
            return Some(busy);
        }
    }
}

fn now() -> Option<Spent> {
    parse(&fs::read_to_string("/proc/stat").ok()?)
}

/// Reads `cpu user nice system idle iowait irq softirq steal …`; guests are part of `user`.
fn parse(text: &str) -> Option<Spent> {
    let numbers = text.lines().next()?.strip_prefix("cpu ")?;
    let times: Vec<u64> = numbers.split_whitespace().take(8).map_while(|number| number.parse().ok()).collect();
    let idle = times.get(3)? + times.get(4)?;
    Some(Spent { idle, all: times.iter().sum() })
}

fn busy(before: Spent, after: Spent) -> f64 {
    let all = after.all.saturating_sub(before.all);
    let idle = after.idle.saturating_sub(before.idle);
    if all == 0 { 0.0 } else { 1.0 - idle as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_for_a_disk_is_not_being_busy() {
        let spent = parse("cpu  10 1 9 70 5 1 2 2 4 0\ncpu0 5 0 4 35 2 0 1 1 0 0\n");
        assert_eq!(spent, Some(Spent { idle: 75, all: 100 }));
        assert_eq!(parse("intr 1 2 3"), None);
    }

    #[test]
    fn busy_is_what_is_not_idle_in_between() {
        let spent = |idle, all| Spent { idle, all };
        assert!((busy(spent(50, 100), spent(125, 200)) - 0.25).abs() < 1e-9);
        assert!(busy(spent(50, 100), spent(50, 100)).abs() < 1e-9);
    }
}
