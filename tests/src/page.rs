//! A page in a browser, and waiting for what happens on it.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{Banner, Browser, Entry, Seen, Server, paths};

/// Generous, because a machine may be busy; no test waits this long unless it fails.
const TIMEOUT: Duration = Duration::from_secs(90);
const PAUSE: Duration = Duration::from_millis(25);
const SNAPSHOT: &str = include_str!("snapshot.js");

/// An open page. When the test fails, its picture, console and HTML are kept.
pub struct Page {
    browser: Browser,
    server: Server,
}

impl Page {
    #[track_caller]
    pub(crate) fn open(browser: Browser, server: Server, path: &str) -> Self {
        let route = server.route();
        if !route.faults.is_empty() {
            // What an earlier page has left there would not be asked for, and nothing go wrong with it.
            browser.forget().unwrap_or_else(|error| panic!("the browser's cache stays: {error}"));
        }
        browser.talk_to(Some(route));
        let page = Self { browser, server };
        page.goto(path);
        page
    }

    /// Goes to another page of the same server.
    #[track_caller]
    pub fn goto(&self, path: &str) {
        let url = self.url(path);
        self.browser.goto(&url).unwrap_or_else(|error| panic!("the browser does not open {url}: {error}"));
        // Another page of the same folder may still be there.
        let is_there = |seen: &Seen| {
            seen.url.strip_prefix(&url).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
        };
        self.wait(&format!("{url} to open"), |seen| is_there(seen) && seen.state != "loading");
    }

    /// From now on nobody answers.
    pub fn cut_off(&self) {
        self.browser.talk_to(None);
    }

    /// The absolute address of a path, as this page's browser reaches it.
    pub fn url(&self, path: &str) -> String {
        format!("{}/{}", self.browser.origin(), path.trim_start_matches('/'))
    }

    /// Loads the page again.
    #[track_caller]
    pub fn reload(&self) {
        // Not later: the driver would not know that its next question is for a page that goes away, and wait for ever.
        self.run("window.__before = true; location.reload();");
        let again = || self.browser.execute("return !window.__before && document.readyState !== 'loading'").ok();
        let end = Instant::now() + TIMEOUT;
        while again() != Some(Value::Bool(true)) {
            assert!(Instant::now() < end, "the page did not load again");
            std::thread::sleep(PAUSE);
        }
    }

    /// Waits for a dialog, `prompt()` for example, and answers it; `None` cancels it.
    #[track_caller]
    pub fn answer(&self, text: Option<&str>) {
        let end = Instant::now() + TIMEOUT;
        while !self.browser.answer(text) {
            assert!(Instant::now() < end, "no dialog was opened");
            std::thread::sleep(PAUSE);
        }
    }

    /// The server behind it.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The browser that shows it.
    pub fn browser(&mut self) -> &mut Browser {
        &mut self.browser
    }

    pub(crate) fn driver(&self) -> &Browser {
        &self.browser
    }

    /// The page at this moment.
    #[track_caller]
    pub fn seen(&self) -> Seen {
        self.try_seen().unwrap_or_else(|error| panic!("the page does not answer: {error}"))
    }

    fn try_seen(&self) -> anyhow::Result<Seen> {
        Ok(serde_json::from_value(self.browser.execute(SNAPSHOT)?)?)
    }

    /// Runs the body of a JavaScript function on the page and returns its result, awaited when it is a promise.
    #[track_caller]
    pub fn run(&self, body: &str) -> Value {
        self.browser.execute(body).unwrap_or_else(|error| panic!("JavaScript failed: {error}\n{body}"))
    }

    /// As [`Self::run`], with the result as text.
    #[track_caller]
    pub fn text_of(&self, expression: &str) -> String {
        let value = self.run(&format!("return {expression}"));
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }

    /// Waits until the page fits, and returns how it was then.
    #[track_caller]
    pub fn wait(&self, what: &str, fits: impl Fn(&Seen) -> bool) -> Seen {
        let end = Instant::now() + TIMEOUT;
        loop {
            // A page between two documents does not answer; it will.
            let seen = self.try_seen();
            match seen {
                Ok(seen) if fits(&seen) => return seen,
                Err(error) if Instant::now() > end => {
                    panic!("waited for {what}, but the page gives no answer: {error}")
                }
                Ok(_) if Instant::now() > end => panic!("waited {} seconds for {what}", TIMEOUT.as_secs()),
                _ => std::thread::sleep(PAUSE),
            }
        }
    }

    /// Waits for a printed line.
    #[track_caller]
    pub fn wait_for_line(&self, line: &str) -> Seen {
        self.wait(&format!("the line {line:?}"), |seen| seen.printed(line) > 0)
    }

    /// Waits for one of the runtime's events.
    #[track_caller]
    pub fn wait_for_event(&self, name: &str) -> Seen {
        self.wait_for_events(name, 1)
    }

    /// Waits until one of the runtime's events has come so often.
    #[track_caller]
    pub fn wait_for_events(&self, name: &str, times: usize) -> Seen {
        self.wait(&format!("{times} {name}"), |seen| seen.events(name).len() >= times)
    }

    /// Waits until all scripts of the page have ended.
    #[track_caller]
    pub fn wait_for_all_done(&self) -> Seen {
        self.wait_for_event("py:all-done")
    }

    /// Waits for a call of `console.error` with this text in it.
    #[track_caller]
    pub fn wait_for_error(&self, text: &str) -> Seen {
        self.wait(&format!("a console error with {text:?}"), |seen| {
            seen.errors().iter().any(|error| error.contains(text))
        })
    }

    /// Waits for a banner with this text in it, and returns it.
    #[track_caller]
    pub fn wait_for_banner(&self, text: &str) -> Banner {
        let seen = self.wait(&format!("a banner with {text:?}"), |seen| seen.banner(text).is_some());
        seen.banner(text).cloned().expect("the banner that was waited for")
    }

    /// Waits until a JavaScript expression is true.
    #[track_caller]
    pub fn wait_until(&self, expression: &str) -> Seen {
        let body = format!("return Boolean({expression})");
        self.wait(expression, |_| self.browser.execute(&body).ok() == Some(Value::Bool(true)))
    }

    /// Fails when anything went wrong on the page that a person would see or find in the console.
    #[track_caller]
    pub fn assert_no_errors(&self) {
        let seen = self.seen();
        assert!(seen.banners.is_empty(), "unexpected banners: {:?}", seen.banners);
        assert!(seen.errors().is_empty(), "unexpected console errors: {:?}", seen.errors());
        assert!(seen.uncaught().is_empty(), "unexpected uncaught errors: {:?}", seen.uncaught());
        let lost = seen.entries.iter().any(|entry| matches!(entry, Entry::Resource { .. }));
        assert!(!lost, "something did not load");
    }

    fn keep_evidence(&self) {
        let name = std::thread::current().name().unwrap_or("test").to_owned();
        let folder = paths::failures(&name);
        let (mut report, answers) = match self.try_seen() {
            Ok(seen) => (seen.report(), true),
            Err(error) => (format!("the page does not answer: {error}"), false),
        };
        // A page that hangs would only hold up each of these.
        if answers {
            report.push_str(&listed("browser's log", &self.browser.log().unwrap_or_default()));
        }
        report.push_str(&listed("server's log", &self.server.log()));
        eprintln!("{report}\nkept in {}", folder.display());
        let kept = fs::create_dir_all(&folder).and_then(|()| {
            fs::write(folder.join("console.txt"), &report)?;
            if answers {
                fs::write(folder.join("page.html"), self.browser.source().unwrap_or_default())?;
                fs::write(folder.join("page.png"), self.browser.screenshot().unwrap_or_default())?;
            }
            Ok(())
        });
        if let Err(error) = kept {
            eprintln!("could not keep all of it: {error}");
        }
    }
}

fn listed(title: &str, lines: &[String]) -> String {
    lines.iter().fold(format!("\n{title}:"), |text, line| text + "\n  " + line)
}

impl Drop for Page {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.keep_evidence();
        }
    }
}
