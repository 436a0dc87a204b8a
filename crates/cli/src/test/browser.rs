//! The browser of this machine, driven through its WebDriver.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder};
use serde_json::{Map, Value, json};

use super::options::Kind;
use crate::staging::{self, Bound};
use crate::stop::Stop;

/// A command that the browser cannot answer in this time is tried again.
const PATIENCE: Duration = Duration::from_secs(10);
/// A busy machine takes its time to start a browser.
const LONGEST_START: Duration = Duration::from_secs(120);

/// A browser with its driver, as found on this machine.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) kind: Kind,
    browser: PathBuf,
    driver: PathBuf,
}

impl Kind {
    /// What its files are called, here and there.
    fn names(self) -> (&'static [&'static str], &'static str) {
        match self {
            Kind::Chromium => (&["chromium", "chromium-browser"], "chromedriver"),
            Kind::Chrome => (&["google-chrome-stable", "google-chrome", "chrome"], "chromedriver"),
            Kind::Firefox => (&["firefox", "firefox-esr"], "geckodriver"),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Kind::Chromium => "chromium",
            Kind::Chrome => "chrome",
            Kind::Firefox => "firefox",
        }
    }
}

/// Looks for a browser and its driver. `path` is what `PATH` says.
pub(crate) fn find(wanted: Option<Kind>, path: &std::ffi::OsStr) -> Result<Found, Stop> {
    let on_path = |name: &str| {
        let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        std::env::split_paths(path).map(|folder| folder.join(&name)).find(|file| is_program(file))
    };
    let kinds = wanted.map_or(vec![Kind::Chromium, Kind::Chrome, Kind::Firefox], |kind| vec![kind]);
    let mut without_driver = None;
    for kind in kinds {
        let (names, driver) = kind.names();
        let Some(browser) = names.iter().find_map(|name| on_path(name)) else { continue };
        match on_path(driver) {
            Some(driver) => return Ok(Found { kind, browser, driver }),
            None => without_driver = without_driver.or(Some((kind, driver))),
        }
    }
    let stop = match (without_driver, wanted) {
        (Some((kind, driver)), _) => {
            Stop::new(format!("There is {}, but no {driver} on PATH to drive it.", kind.name()))
        }
        (None, Some(kind)) => Stop::new(format!("There is no {} on PATH.", kind.name())),
        (None, None) => Stop::new("There is no browser with its driver on PATH."),
    };
    Err(stop.hint(
        "install Chromium and chromedriver (on Debian and Ubuntu: sudo apt-get install chromium chromium-driver), \
         or Firefox and geckodriver.",
    ))
}

fn is_program(file: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    }
    #[cfg(not(unix))]
    file.is_file()
}

/// A running driver. Everything that it started ends with it.
struct Driver {
    process: Child,
    address: String,
    /// Present where something else than a test asks for it: tests have an end of their own.
    _bound: Option<Bound>,
}

impl Driver {
    fn start(found: &Found, bound: bool) -> std::io::Result<Self> {
        let bind = |process: &Child| bound.then(|| Bound::to(process.id()));
        let mut command = Command::new(&found.driver);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt as _;
            // A group of its own: Ctrl-C is for us, and we end the browser as it should be ended.
            command.process_group(0);
        }
        if found.kind == Kind::Firefox {
            // It cannot choose a port by itself.
            let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
            command.arg(format!("--port={port}"));
            let process = command.spawn()?;
            let mut driver = Self { _bound: bind(&process), process, address: format!("http://127.0.0.1:{port}") };
            driver.said("Listening on")?;
            return Ok(driver);
        }
        command.arg("--port=0");
        let process = command.spawn()?;
        let mut driver = Self { _bound: bind(&process), process, address: String::new() };
        let line = driver.said("started successfully on port ")?;
        let port = line.rsplit("port ").next().unwrap_or_default().trim().trim_end_matches('.');
        driver.address = format!("http://127.0.0.1:{port}");
        Ok(driver)
    }

    /// Waits for a line with this in it.
    fn said(&mut self, text: &str) -> std::io::Result<String> {
        let ended = || std::io::Error::other("it ended at once");
        let mut lines = BufReader::new(self.process.stdout.take().ok_or_else(ended)?).lines().map_while(Result::ok);
        let line = lines.find(|line| line.contains(text)).ok_or_else(ended)?;
        // What it says later must go somewhere, or it would block once the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(line)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        staging::end_group(self.process.id());
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An open browser.
pub(crate) struct Browser {
    client: Client,
    /// For the report.
    pub(crate) version: String,
    _driver: Driver,
}

/// How a browser is started.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub(crate) found: Found,
    pub(crate) headed: bool,
    pub(crate) arguments: Vec<String>,
    /// Whether Ctrl-C ends it at once.
    pub(crate) bound: bool,
}

impl Browser {
    /// Starts it.
    pub(crate) async fn start(how: &Start) -> Result<Self, Stop> {
        let failed = |what: &str, error: &dyn std::fmt::Display| {
            Stop::new(format!("{what} does not start: {error}."))
                .hint("in a container the browser may need --browser-arg=--no-sandbox; is the driver of its version?")
        };
        let driver = Driver::start(&how.found, how.bound)
            .map_err(|error| failed(&how.found.driver.display().to_string(), &error))?;
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(capabilities(how));
        let started = tokio::time::timeout(LONGEST_START, builder.connect(&driver.address)).await;
        let client = match started {
            Ok(Ok(client)) => client,
            Ok(Err(error)) => {
                let text = error.to_string();
                let line = text.lines().next().unwrap_or_default().trim_end_matches('.').to_owned();
                return Err(failed(&how.found.browser.display().to_string(), &line));
            }
            Err(_) => return Err(failed(&how.found.browser.display().to_string(), &"it takes too long")),
        };
        let version = client
            .capabilities()
            .and_then(|given| given.get("browserVersion")?.as_str().map(str::to_owned))
            .unwrap_or_default();
        Ok(Self { client, version: format!("{} {version}", how.found.kind.name()), _driver: driver })
    }

    /// Goes to a page. A browser that has just started on a busy machine takes its time.
    pub(crate) async fn goto(&self, address: &str) -> Result<(), String> {
        Self::within(LONGEST_START, self.client.goto(address)).await
    }

    /// Runs the body of a JavaScript function and gives its result, awaited if it is a promise.
    pub(crate) async fn execute(&self, body: &str) -> Result<Value, String> {
        Self::within(PATIENCE, self.client.execute(body, Vec::new())).await
    }

    /// The page as a picture, PNG.
    pub(crate) async fn picture(&self) -> Result<Vec<u8>, String> {
        Self::within(PATIENCE, self.client.screenshot()).await
    }

    /// Ends it. What does not end is ended.
    pub(crate) async fn close(self) {
        let _ = tokio::time::timeout(PATIENCE, self.client.close()).await;
    }

    async fn within<T>(
        limit: Duration,
        answer: impl Future<Output = Result<T, fantoccini::error::CmdError>>,
    ) -> Result<T, String> {
        match tokio::time::timeout(limit, answer).await {
            Ok(answer) => answer.map_err(|error| error.to_string()),
            Err(_) => Err("the browser gives no answer".to_owned()),
        }
    }
}

fn capabilities(how: &Start) -> Map<String, Value> {
    let common = json!({
        // Pages may hang; what happens on them is waited for, not they.
        "pageLoadStrategy": "none",
        "unhandledPromptBehavior": "dismiss",
        // A page that is busy this long is asked again.
        "timeouts": { "script": 5_000, "pageLoad": 60_000 },
    });
    let Value::Object(mut wanted) = common else { return Map::new() };
    if how.found.kind == Kind::Firefox {
        let mut arguments = how.arguments.clone();
        if !how.headed {
            arguments.push("-headless".to_owned());
        }
        wanted.insert("browserName".to_owned(), json!("firefox"));
        wanted.insert("moz:firefoxOptions".to_owned(), json!({ "binary": how.found.browser, "args": arguments }));
        return wanted;
    }
    let mut arguments = vec!["--no-first-run", "--disable-dev-shm-usage", "--window-size=1000,800"];
    if !how.headed {
        arguments.push("--headless");
    }
    if is_root() {
        // Chromium does not start as root otherwise.
        arguments.push("--no-sandbox");
    }
    let arguments: Vec<&str> = arguments.into_iter().chain(how.arguments.iter().map(String::as_str)).collect();
    wanted.insert("browserName".to_owned(), json!("chrome"));
    wanted.insert("goog:chromeOptions".to_owned(), json!({ "binary": how.found.browser, "args": arguments }));
    wanted
}

fn is_root() -> bool {
    #[cfg(unix)]
    return rustix::process::geteuid().is_root();
    #[cfg(not(unix))]
    false
}

/// How long a page may take for nothing before it counts as hanging.
pub(crate) struct Patience {
    limit: Duration,
    since: Instant,
}

impl Patience {
    pub(crate) fn new(limit: Duration) -> Self {
        Self { limit, since: Instant::now() }
    }

    /// Something has happened.
    pub(crate) fn renew(&mut self) {
        self.since = Instant::now();
    }

    pub(crate) fn is_over(&self) -> bool {
        self.since.elapsed() > self.limit
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_browser_needs_its_driver() {
        let place = tempfile::tempdir().unwrap();
        let there = |name: &str| {
            std::fs::write(place.path().join(name), "").unwrap();
            std::fs::set_permissions(place.path().join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
        };
        let found = |wanted| find(wanted, place.path().as_os_str());
        assert_eq!(found(None).unwrap_err().message, "There is no browser with its driver on PATH.");
        assert_eq!(found(Some(Kind::Firefox)).unwrap_err().message, "There is no firefox on PATH.");
        there("google-chrome");
        assert_eq!(found(None).unwrap_err().message, "There is chrome, but no chromedriver on PATH to drive it.");
        there("firefox");
        there("geckodriver");
        assert_eq!(found(None).unwrap().kind, Kind::Firefox);
        there("chromedriver");
        assert_eq!(found(None).unwrap().kind, Kind::Chrome);
        there("chromium");
        assert_eq!(found(None).unwrap().kind, Kind::Chromium);
        assert_eq!(found(Some(Kind::Firefox)).unwrap().kind, Kind::Firefox);
    }
}
