//! What pages are told while they are open: that files changed, and what is wrong with the configuration.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use serde::Serialize;
use tokio::sync::broadcast::{self, error::RecvError};

use super::configuration::Problem;
use super::memory::{self, Memory};

/// How many changes are remembered; a page that has missed more is loaded anew.
const MOST_CHANGES: usize = 500;

/// The script that pages get. It is a file of its own, so that a page's content security policy can allow it.
pub(crate) fn script() -> String {
    let python = serde_json::json!({
        "py": include_str!("client/undo_pyodide.py"),
        "mpy": include_str!("client/undo_micropython.py"),
    });
    let parts = [
        include_str!("client/book.js"),
        include_str!("client/again.js"),
        include_str!("client/editors.js"),
        include_str!("client/reload.js"),
    ];
    format!("{{\nconst PYTHON = {python};\n{}}}\n", parts.concat())
}

/// The state shared by the watcher and the open pages.
#[derive(Debug)]
pub(crate) struct Live {
    /// Tells one run of the server from another.
    instance: String,
    state: Mutex<State>,
    memory: Mutex<Memory>,
    sender: broadcast::Sender<String>,
}

#[derive(Debug, Default)]
struct State {
    /// How many changes there were.
    revision: u64,
    /// The paths of the latest of them.
    changes: VecDeque<Vec<String>>,
    /// By the path of the file.
    problems: BTreeMap<String, Problem>,
}

/// What is sent to a page, as JSON. The first message has no `paths`.
#[derive(Serialize)]
struct Message<'a> {
    /// Names this state of the folder; a page that holds another one is out of date.
    token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    paths: Option<&'a [String]>,
    problems: Vec<&'a Problem>,
}

impl Live {
    /// The state of a folder that has not changed yet.
    pub(crate) fn new() -> Self {
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        Self {
            instance: format!("{nanos:x}"),
            state: Mutex::default(),
            memory: Mutex::default(),
            sender: broadcast::channel(64).0,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn token(&self, revision: u64) -> String {
        format!("{}.{revision}", self.instance)
    }

    /// How many changes there were.
    pub(crate) fn revision(&self) -> u64 {
        self.state().revision
    }

    /// The tag that connects a page. It must be asked for before the page's file is read, so that a change in between is
    /// noticed. It is no `async` script: what the first line of Python does is watched already.
    pub(crate) fn tag(&self) -> String {
        let token = self.token(self.revision());
        format!("<script src=\"/_pyrite/reload.js\" data-token=\"{token}\"></script>")
    }

    /// What the open pages are made of.
    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The files that have changed since, and how many changes there were; nothing where that is not remembered.
    fn since(&self, revision: u64) -> Option<(Vec<String>, u64)> {
        let state = self.state();
        let missed = usize::try_from(state.revision.checked_sub(revision)?).ok()?;
        let from = state.changes.len().checked_sub(missed)?;
        let mut paths: Vec<String> = state.changes.iter().skip(from).flatten().cloned().collect();
        paths.sort();
        paths.dedup();
        Some((paths, state.revision))
    }

    /// What a page has to do to be up to date, as JSON: one that is open under this path and has this state of the folder.
    /// Nothing if it is not known.
    pub(crate) fn update(&self, root: &Path, address: &str, token: &str) -> Option<String> {
        let (instance, revision) = token.split_once('.')?;
        let known = self.memory().document(address, revision.parse().ok()?).filter(|_| instance == self.instance)?;
        let (paths, revision) = self.since(known.revision)?;
        let changed = self.memory().used(&known, &paths);
        let (mut answer, shown) = memory::update(root, &known, &changed);
        if let Some(shown) = shown {
            self.memory().updated(&known, revision, shown);
        }
        if let Some(answer) = answer.as_object_mut() {
            answer.insert("token".to_owned(), self.token(revision).into());
        }
        Some(answer.to_string())
    }

    /// Notes what was found wrong when the server started.
    pub(crate) fn found(&self, problems: Vec<Problem>) {
        self.state().problems.extend(problems.into_iter().map(|problem| (problem.path.clone(), problem)));
    }

    /// Tells all open pages that these files changed. `checked` says of each configuration file how it is now.
    pub(crate) fn changed(&self, paths: &[String], checked: Vec<(String, Option<Problem>)>) {
        let mut state = self.state();
        state.revision += 1;
        state.changes.push_back(paths.to_vec());
        if state.changes.len() > MOST_CHANGES {
            state.changes.pop_front();
        }
        for (path, problem) in checked {
            match problem {
                Some(problem) => state.problems.insert(path, problem),
                None => state.problems.remove(&path),
            };
        }
        let message = self.message(&state, Some(paths));
        // Nobody listening is no mistake.
        let _ = self.sender.send(message);
    }

    fn message(&self, state: &State, paths: Option<&[String]>) -> String {
        let problems = state.problems.values().collect();
        let message = Message { token: self.token(state.revision), paths, problems };
        serde_json::to_string(&message).unwrap_or_default()
    }

    fn hello(&self) -> Event {
        let data = self.message(&self.state(), None);
        Event::default().event("hello").retry(Duration::from_millis(500)).data(data)
    }

    /// The stream of events for one page.
    pub(crate) fn events(self: &std::sync::Arc<Self>) -> Response {
        // Subscribed before the first message is made, so that nothing falls between.
        let start = (std::sync::Arc::clone(self), self.sender.subscribe(), true);
        let events = stream::unfold(start, |(live, mut receiver, first)| async move {
            if first {
                return Some((Ok::<_, Infallible>(live.hello()), (live, receiver, false)));
            }
            let event = match receiver.recv().await {
                Ok(data) => Event::default().event("change").data(data),
                // Too slow: the whole state says what was missed.
                Err(RecvError::Lagged(_)) => live.hello(),
                Err(RecvError::Closed) => return None,
            };
            Some((Ok(event), (live, receiver, false)))
        });
        Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use super::*;

    fn problem(path: &str) -> Problem {
        Problem { path: path.into(), file: path[1..].into(), line: 1, column: 2, message: "m".into(), fresh: true }
    }

    #[test]
    fn each_change_makes_another_token_and_problems_go_when_fixed() {
        let live = Live::new();
        let mut receiver = live.sender.subscribe();
        let before = live.tag();
        live.changed(&["/a.toml".into()], vec![("/a.toml".into(), Some(problem("/a.toml")))]);
        let broken: serde_json::Value = serde_json::from_str(&receiver.try_recv().unwrap()).unwrap();
        assert_eq!(broken["paths"], serde_json::json!(["/a.toml"]));
        assert_eq!(broken["problems"][0]["line"], 1);
        assert_ne!(live.tag(), before);
        assert!(live.tag().contains(broken["token"].as_str().unwrap()));
        live.changed(&["/a.toml".into()], vec![("/a.toml".into(), None)]);
        let fixed: serde_json::Value = serde_json::from_str(&receiver.try_recv().unwrap()).unwrap();
        assert_eq!(fixed["problems"], serde_json::json!([]));
        assert_ne!(fixed["token"], broken["token"]);
    }
}
