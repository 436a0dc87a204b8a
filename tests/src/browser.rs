//! Browser sessions: a small pool that tests borrow from, and the commands they send.

use std::fmt::{self, Debug};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};

use crate::driver;
use crate::elsewhere::Elsewhere;
use crate::front::{Front, Route};

/// More would only take turns on the machines that run the tests.
const SESSIONS: usize = 2;
/// A page that is busy this long has hung.
const PATIENCE: Duration = Duration::from_secs(60);
const RECORDER: &str = include_str!("recorder.js");

/// What the network is like for a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// As it is.
    Normal,
    /// Every request fails.
    Offline,
    /// Every request takes this much longer.
    Slow(Duration),
}

/// A browser session that belongs to one borrower at a time.
pub struct Browser {
    session: Option<Session>,
}

struct Session {
    client: Client,
    network: Network,
    front: Front,
    /// The browser's process.
    process: Option<u64>,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Session>,
    borrowed: usize,
}

fn pool() -> &'static (Mutex<Pool>, Condvar) {
    static POOL: OnceLock<(Mutex<Pool>, Condvar)> = OnceLock::new();
    POOL.get_or_init(Default::default)
}

/// Tests are plain functions; the driver's client is asynchronous.
fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("an asynchronous runtime")
    })
}

/// Waits for an answer of the driver, which itself waits for the page.
fn within<T>(limit: Duration, answer: impl Future<Output = Result<T, CmdError>>) -> anyhow::Result<T> {
    match runtime().block_on(async { tokio::time::timeout(limit, answer).await }) {
        Ok(answer) => Ok(answer?),
        Err(_) => anyhow::bail!("no answer in {} seconds: the page hangs", limit.as_secs()),
    }
}

impl Browser {
    /// Waits for a free session, or starts one.
    pub fn borrow() -> Self {
        let (pool, freed) = pool();
        let mut state = pool.lock().unwrap_or_else(PoisonError::into_inner);
        while state.borrowed >= SESSIONS {
            state = freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.borrowed += 1;
        let idle = state.idle.pop();
        drop(state);
        // From here on `Drop` gives the place back, also when the start below fails.
        let mut browser = Self { session: idle };
        if browser.session.is_none() {
            browser.session = Some(Session::start(None));
        }
        browser
    }

    /// A session with a fresh profile (nothing cached), which is not kept afterwards.
    pub fn fresh() -> Self {
        Self::other(None)
    }

    /// The same, for pages that ask other sites.
    pub fn reaching(elsewhere: &Elsewhere) -> Self {
        Self::other(Some(elsewhere.address()))
    }

    fn other(elsewhere: Option<SocketAddr>) -> Self {
        let mut browser = Self::borrow();
        browser.end();
        browser.session = Some(Session::start(elsewhere));
        browser
    }

    fn session(&self) -> &Session {
        self.session.as_ref().expect("a borrowed session")
    }

    /// Says which server is behind this session's own address.
    pub(crate) fn talk_to(&self, route: Option<Route>) {
        self.session().front.lead_to(route);
    }

    /// This session's own address, which no other session shares.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.session().front.address())
    }

    /// Goes to an address and does not wait for it.
    ///
    /// # Errors
    /// When the driver refuses or the browser is gone.
    pub fn goto(&self, url: &str) -> anyhow::Result<()> {
        within(PATIENCE, self.session().client.goto(url))
    }

    /// Empties its cache.
    pub(crate) fn forget(&self) -> anyhow::Result<()> {
        self.session().devtools("Network.clearBrowserCache", &json!({})).map(drop)
    }

    /// Runs the body of a JavaScript function and returns its result (awaited when it is a promise).
    ///
    /// # Errors
    /// When it throws, or the driver refuses.
    pub fn execute(&self, body: &str) -> anyhow::Result<Value> {
        within(PATIENCE, self.session().client.execute(body, Vec::new()))
    }

    /// Answers the dialog that is open, `prompt()` for example; `None` cancels it. `false` when there is none.
    pub fn answer(&self, text: Option<&str>) -> bool {
        let client = &self.session().client;
        let answered = async {
            match text {
                Some(text) => {
                    client.send_alert_text(text).await?;
                    client.accept_alert().await
                }
                None => client.dismiss_alert().await,
            }
        };
        within(PATIENCE, answered).is_ok()
    }

    /// The page as a picture, PNG.
    ///
    /// # Errors
    /// When the driver refuses.
    pub fn screenshot(&self) -> anyhow::Result<Vec<u8>> {
        within(PATIENCE, self.session().client.screenshot())
    }

    /// The page's HTML as it is now.
    ///
    /// # Errors
    /// When the driver refuses.
    pub fn source(&self) -> anyhow::Result<String> {
        within(PATIENCE, self.session().client.source())
    }

    /// The browser's process, whose descendants do its work.
    pub fn process(&self) -> Option<u64> {
        self.session().process
    }

    /// Sends a command of the Chrome DevTools protocol.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub fn devtools(&self, method: &str, parameters: &Value) -> anyhow::Result<Value> {
        self.session().devtools(method, parameters)
    }

    /// What the browser itself wrote to its console since the last call: failed requests, workers' lines.
    ///
    /// # Errors
    /// When the driver refuses.
    pub fn log(&self) -> anyhow::Result<Vec<String>> {
        let answer = self.session().issue(Post { path: "se/log", body: json!({ "type": "browser" }) })?;
        let lines = answer.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(lines.iter().map(|line| format!("{} {}", text(&line["level"]), text(&line["message"]))).collect())
    }

    /// Sets what the network is like from now on.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn network(&mut self, network: Network) -> anyhow::Result<()> {
        let Some(session) = &mut self.session else { return Ok(()) };
        if session.network == network {
            return Ok(());
        }
        let latency = match network {
            Network::Slow(added) => added.as_millis(),
            Network::Normal | Network::Offline => 0,
        };
        if network == Network::Offline {
            // Who has no network has nothing of pages that other tests have visited, either.
            session.devtools("Network.clearBrowserCache", &json!({}))?;
        }
        session.devtools("Network.enable", &json!({}))?;
        session.devtools(
            "Network.emulateNetworkConditions",
            &json!({
                "offline": network == Network::Offline,
                "latency": latency,
                "downloadThroughput": -1,
                "uploadThroughput": -1,
            }),
        )?;
        session.network = network;
        Ok(())
    }

    /// Ends the session, so that the next borrower gets a new one.
    fn end(&mut self) {
        if let Some(session) = self.session.take()
            && within(Duration::from_secs(5), session.client.clone().close()).is_err()
            && let Some(process) = session.process
        {
            // It hangs, and would go on to take a processor from the other tests.
            let _ = Command::new("kill").args(["-KILL", &process.to_string()]).stderr(Stdio::null()).status();
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if std::thread::panicking() || self.network(Network::Normal).is_err() || self.reset().is_err() {
            self.end();
        }
        let (pool, freed) = pool();
        let mut state = pool.lock().unwrap_or_else(PoisonError::into_inner);
        state.borrowed -= 1;
        state.idle.extend(self.session.take());
        freed.notify_one();
    }
}

impl Browser {
    /// Leaves nothing of the page behind but the files that a browser caches by itself.
    fn reset(&self) -> anyhow::Result<()> {
        if self.session.is_none() {
            return Ok(());
        }
        let _ = within(PATIENCE, self.session().client.dismiss_alert());
        self.execute("try { sessionStorage.clear() } catch {}")?;
        self.goto("about:blank")?;
        self.devtools(
            "Storage.clearDataForOrigin",
            &json!({ "origin": self.origin(), "storageTypes": "cookies,indexeddb,local_storage,service_workers,file_systems,cache_storage" }),
        )?;
        self.talk_to(None);
        self.log().map(drop)
    }
}

impl Session {
    fn start(elsewhere: Option<SocketAddr>) -> Self {
        let client = runtime()
            .block_on(
                ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
                    .capabilities(driver::capabilities(elsewhere))
                    .connect(driver::address()),
            )
            .unwrap_or_else(|error| panic!("the browser did not start: {error}"));
        let process = client.capabilities().and_then(|given| given.get("goog:processID")?.as_u64());
        let front = Front::start().expect("a free port for the session");
        let session = Self { client, network: Network::Normal, front, process };
        session
            .devtools("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": RECORDER }))
            .expect("the browser takes the recorder");
        session
    }

    fn issue(&self, command: Post) -> anyhow::Result<Value> {
        within(PATIENCE, self.client.issue_cmd(command))
    }

    fn devtools(&self, method: &str, parameters: &Value) -> anyhow::Result<Value> {
        self.issue(Post { path: "goog/cdp/execute", body: json!({ "cmd": method, "params": parameters }) })
    }
}

/// A command of the driver's own, beyond the standard.
struct Post {
    path: &'static str,
    body: Value,
}

impl Debug for Post {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "POST {}", self.path)
    }
}

impl WebDriverCompatibleCommand for Post {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
