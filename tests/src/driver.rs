//! The WebDriver server of the browser: one per test process, on a free port.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Map, Value, json};

use crate::reaper;

/// The address of the driver, which is started by the first who asks.
pub(crate) fn address() -> &'static str {
    static DRIVER: OnceLock<Driver> = OnceLock::new();
    &DRIVER.get_or_init(start).address
}

struct Driver {
    address: String,
    /// Ended by the reaper, not by us.
    _process: Child,
}

fn start() -> Driver {
    let mut command = Command::new("chromedriver");
    command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = reaper::adopt(&mut command)
        .spawn()
        .expect("chromedriver starts; on Debian and Ubuntu: sudo apt-get install chromium chromium-driver");
    let mut lines = BufReader::new(child.stdout.take().expect("a piped stdout")).lines();
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| port(&line)).expect("chromedriver says its port");
    // What it says later must go somewhere, or it would block once the pipe is full.
    std::thread::spawn(move || lines.for_each(drop));
    Driver { address: format!("http://127.0.0.1:{port}"), _process: child }
}

/// The port in `ChromeDriver was started successfully on port 12345.`
fn port(line: &str) -> Option<u16> {
    let (_, after) = line.split_once("started successfully on port ")?;
    after.trim_end_matches('.').trim().parse().ok()
}

/// What is asked of a new browser session: a fresh profile and no network but this machine's own address. All other names
/// lead to `elsewhere`, if to anything.
pub(crate) fn capabilities(elsewhere: Option<SocketAddr>) -> Map<String, Value> {
    static PROFILES: AtomicUsize = AtomicUsize::new(0);
    let profile = reaper::scratch().join(PROFILES.fetch_add(1, Ordering::Relaxed).to_string());
    let others = elsewhere.map_or_else(|| "~NOTFOUND".to_owned(), |address| address.to_string());
    let mut options = json!({ "args": [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-background-timer-throttling",
        "--disable-component-update",
        "--disable-sync",
        // A camera and a microphone, and nobody who has to be asked.
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        // Tests of memory collect when they look.
        "--js-flags=--expose-gc",
        "--enable-precise-memory-info",
        // `performance.measureUserAgentSpecificMemory`, which knows the heaps of workers, answers at once.
        "--enable-blink-features=ForceEagerMeasureMemory",
        "--window-size=1000,800",
        format!("--host-resolver-rules=MAP * {others} , EXCLUDE 127.0.0.1"),
        format!("--user-data-dir={}", profile.display()),
    ] });
    if elsewhere.is_some()
        && let Some(arguments) = options["args"].as_array_mut()
    {
        // Its certificates are its own.
        arguments.push(json!("--ignore-certificate-errors"));
    }
    if let Some(browser) = browser() {
        options["binary"] = json!(browser);
    }
    let wanted = json!({
        "browserName": "chrome",
        // Pages here may hang on purpose; the harness waits for conditions instead.
        "pageLoadStrategy": "none",
        "unhandledPromptBehavior": "ignore",
        "timeouts": { "script": 60_000, "pageLoad": 60_000 },
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": options,
    });
    match wanted {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
        .iter()
        .find_map(|name| std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.exists()))
}
