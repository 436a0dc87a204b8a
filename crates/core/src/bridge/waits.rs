//! Who waits for whom: a cycle is found when it closes.
//!
//! A worker that calls the page stands still until the page's function has settled. A function of the page may in turn
//! wait for a function of a worker. When that worker stands still because of the very same function, nobody will ever
//! move again.

use alloc::string::String;
use alloc::vec::Vec;

/// A call that a worker waits for: names both.
#[derive(Clone, Debug)]
struct Blocked {
    worker: u32,
    call: u32,
    function: String,
}

/// A function of the page, on behalf of a call, waits for a function of a worker.
#[derive(Clone, Debug)]
struct Awaited {
    wait: u32,
    call: u32,
    worker: u32,
    function: String,
}

/// The waits of one page and all its workers.
#[derive(Debug, Default)]
pub struct Waits {
    blocked: Vec<Blocked>,
    awaited: Vec<Awaited>,
    last: u32,
}

impl Waits {
    /// A worker stands still until a function of the page has settled. Gives the id of this call.
    pub fn block(&mut self, worker: u32, function: &str) -> u32 {
        self.last = self.last.wrapping_add(1);
        self.blocked.push(Blocked { worker, call: self.last, function: function.into() });
        self.last
    }

    /// The call has settled: what it waited for does not matter any more.
    pub fn unblock(&mut self, call: u32) {
        self.blocked.retain(|blocked| blocked.call != call);
        self.awaited.retain(|awaited| awaited.call != call);
    }

    /// The call during which a worker stands still, and the name of the page's function.
    #[must_use]
    pub fn call_of(&self, worker: u32) -> Option<(u32, &str)> {
        self.blocked.iter().find(|blocked| blocked.worker == worker).map(|blocked| (blocked.call, &*blocked.function))
    }

    /// The page's function of this call begins to wait for a function of a worker. Gives the id of the wait.
    ///
    /// # Errors
    /// When this closes a cycle: the message for whoever closed it. The wait does not begin then.
    pub fn wait(&mut self, call: u32, worker: u32, function: &str) -> Result<u32, String> {
        let mut path = Vec::new();
        if self.leads_to(worker, call, &mut path) {
            return Err(describe(function, &path));
        }
        self.last = self.last.wrapping_add(1);
        self.awaited.push(Awaited { wait: self.last, call, worker, function: function.into() });
        Ok(self.last)
    }

    /// A wait is over.
    pub fn settle(&mut self, wait: u32) {
        self.awaited.retain(|awaited| awaited.wait != wait);
    }

    /// A worker has ended: it waits for nobody, and nobody will hear from it.
    pub fn forget(&mut self, worker: u32) {
        self.blocked.retain(|blocked| blocked.worker != worker);
        self.awaited.retain(|awaited| awaited.worker != worker);
    }

    /// Whether a worker cannot go on before a call has settled; the functions on the way there go to `path`.
    fn leads_to(&self, worker: u32, call: u32, path: &mut Vec<String>) -> bool {
        // Only functions of the page that settled could make this endless, and those are gone.
        for blocked in self.blocked.iter().filter(|blocked| blocked.worker == worker) {
            path.push(blocked.function.clone());
            if blocked.call == call || path.len() > self.blocked.len() + self.awaited.len() {
                return true;
            }
            for awaited in self.awaited.iter().filter(|awaited| awaited.call == blocked.call) {
                path.push(awaited.function.clone());
                if self.leads_to(awaited.worker, call, path) {
                    return true;
                }
                path.pop();
            }
            path.pop();
        }
        false
    }
}

/// The FAQ's words, then the cycle.
fn describe(function: &str, path: &[String]) -> String {
    let mut text: String =
        ["💀🔒 - Possible deadlock if proxy.", function, "(...args) is awaited: ", function].concat();
    for (index, name) in path.iter().enumerate() {
        let link = if index % 2 == 0 { "() cannot run before " } else { "() has settled, which waits for " };
        text.push_str(link);
        text.push_str(name);
    }
    text.push_str("() has settled, which would wait for ");
    text.push_str(function);
    text.push_str("()\nhint: call it without waiting for its result, or wait after the worker's call has returned");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direct_cycle_is_found_when_it_closes() {
        let mut waits = Waits::default();
        let call = waits.block(1, "main_task");
        let error = waits.wait(call, 1, "worker_task").unwrap_err();
        assert!(error.starts_with("💀🔒 - Possible deadlock if proxy.worker_task(...args) is awaited"), "{error}");
        assert!(error.contains("worker_task() cannot run before main_task() has settled"), "{error}");
    }

    #[test]
    fn a_cycle_through_several_workers_is_found_by_whoever_closes_it() {
        let mut waits = Waits::default();
        let first = waits.block(1, "a");
        assert!(waits.wait(first, 2, "b").is_ok(), "worker 2 is free");
        let second = waits.block(2, "c");
        let error = waits.wait(second, 1, "d").unwrap_err();
        for name in ["a()", "b()", "c()", "d()"] {
            assert!(error.contains(name), "{name} in {error}");
        }
    }

    #[test]
    fn waiting_for_a_busy_worker_is_no_cycle() {
        let mut waits = Waits::default();
        let first = waits.block(1, "a");
        waits.block(2, "b");
        assert!(waits.wait(first, 2, "slow").is_ok());
    }

    #[test]
    fn what_has_settled_closes_no_cycle() {
        let mut waits = Waits::default();
        let first = waits.block(1, "a");
        let wait = waits.wait(first, 2, "b").unwrap();
        waits.settle(wait);
        let second = waits.block(2, "c");
        assert!(waits.wait(second, 1, "d").is_ok(), "a() is merely slow");
        waits.unblock(first);
        assert_eq!(waits.call_of(1), None);
        assert_eq!(waits.call_of(2), Some((second, "c")));
        waits.forget(2);
        assert_eq!(waits.call_of(2), None);
    }
}
