//! The tests of one place, from the first to the last, in one browser or, where a page hangs, in several.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::browser::{Browser, Patience, Start};
use super::collect::Collected;
use super::options::Place;
use super::outcome::{Outcome, Result as Ended, Told};
use super::screen::Screen;
use super::{PAGE, PLAN};
use crate::serve::guest::{Given, Guest};
use crate::stop::Stop;
use crate::terminal::Terminal;

/// Between two looks at a page that is not there yet.
const PAUSE: Duration = Duration::from_millis(50);
/// Interpreters and packages may have to be downloaded and started first.
const LONGEST_START: Duration = Duration::from_secs(180);

/// What a run is made of.
pub(crate) struct Session<'a> {
    pub(crate) terminal: Terminal,
    pub(crate) collected: &'a Collected,
    pub(crate) guest: &'a Guest,
    /// Where the folder is served.
    pub(crate) origin: String,
    pub(crate) start: Start,
    pub(crate) config: Option<String>,
    pub(crate) timeout: Duration,
    pub(crate) stop_at_failure: bool,
    pub(crate) pictures: Option<PathBuf>,
}

/// What a run has, and gets.
pub(crate) struct Run {
    pub(crate) browser: Option<Browser>,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) screen: Screen,
}

/// What the page gives when it is asked for news.
#[derive(Deserialize)]
struct News {
    told: Vec<String>,
    done: bool,
    errors: Vec<String>,
}

/// How one page came to its end.
enum End {
    All,
    /// A test hung; those from this number on are left.
    Rest(usize),
}

impl Session<'_> {
    /// Runs all tests in all places, or up to the first failure if that is asked for.
    pub(crate) async fn run(&self, places: &[Place], run: &mut Run) -> Result<(), Stop> {
        for place in places {
            let mut first = 0;
            while let Some(next) = self.from(*place, first, run).await? {
                first = next;
            }
            let failed = run.outcomes.iter().any(|one| one.result == Ended::Failed);
            if failed && self.stop_at_failure {
                break;
            }
        }
        Ok(())
    }

    /// Runs the tests of one place from that number on. Gives the number at which a hanging page left off.
    async fn from(&self, place: Place, first: usize, run: &mut Run) -> Result<Option<usize>, Stop> {
        let plan = self.collected.plan(first, self.stop_at_failure, self.pictures.is_some()).to_string();
        self.guest.give(PLAN, Given { media_type: "application/json; charset=utf-8", text: plan });
        let text = page(place, self.config.as_deref());
        self.guest.give(PAGE, Given { media_type: "text/html; charset=utf-8", text });
        let browser = match run.browser.take() {
            Some(browser) => browser,
            None => {
                let begun = Browser::start(&self.start).await?;
                self.terminal.detail(&format!("Testing with {}", begun.version));
                begun
            }
        };
        // Kept where it is ended, also if this is interrupted.
        let browser = run.browser.insert(browser);
        let end = self.one_page(place, browser, &mut run.outcomes, &mut run.screen).await?;
        run.screen.close();
        match end {
            End::All => Ok(None),
            End::Rest(next) => {
                // It is busy for ever.
                if let Some(hanging) = run.browser.take() {
                    hanging.close().await;
                }
                let more = next < self.collected.tests.len() && !self.stop_at_failure;
                Ok(more.then_some(next))
            }
        }
    }

    async fn one_page(
        &self,
        place: Place,
        browser: &Browser,
        outcomes: &mut Vec<Outcome>,
        screen: &mut Screen,
    ) -> Result<End, Stop> {
        let broken = |what: String| Stop::new(what).code(super::INTERNAL);
        let address = format!("{}{PAGE}?{}", self.origin, place.name());
        browser
            .goto(&address)
            .await
            .map_err(|error| broken(format!("The browser does not open {address}: {error}.")))?;
        let mut heard = 0;
        let mut running: Option<(usize, String, String)> = None;
        let mut picture: Option<PathBuf> = None;
        // The page waits until it is told how many were taken: with each question, since an answer may get lost.
        let mut taken = 0;
        let mut patience = Patience::new(LONGEST_START);
        let mut last_error = String::new();
        loop {
            let ask = format!("return window.pyriteTest?.next({heard}, {taken})");
            let news = browser.execute(&ask).await;
            let news = news.and_then(|news| serde_json::from_value::<News>(news).map_err(|error| error.to_string()));
            let news = match news {
                Ok(news) => news,
                Err(error) => {
                    // Between two documents, or busy.
                    last_error = error;
                    tokio::time::sleep(PAUSE).await;
                    News { told: Vec::new(), done: false, errors: Vec::new() }
                }
            };
            for text in &news.told {
                heard += 1;
                let told: Told = serde_json::from_str(text)
                    .map_err(|error| broken(format!("The page told what is not understood: {error}.")))?;
                if heard == 1 {
                    patience = Patience::new(self.timeout);
                }
                patience.renew();
                match told {
                    Told::Begun { test, file, name } => running = Some((test, file, name)),
                    Told::Picture => {
                        if let Some((_, file, name)) = &running {
                            picture = self.take(place, browser, file, name).await?;
                        }
                        taken += 1;
                    }
                    Told::Result { file, name, outcome, detail, seconds } => {
                        running = None;
                        let picture = picture.take().filter(|_| outcome == Ended::Failed);
                        let outcome = Outcome { place, file, name, result: outcome, detail, seconds, picture };
                        screen.ended(&outcome);
                        outcomes.push(outcome);
                    }
                    Told::Ended => return Ok(End::All),
                }
            }
            if news.done && news.told.is_empty() {
                let why = news.errors.join("\n");
                return Err(broken(format!("The tests could not be started ({}).\n{why}", place.name())));
            }
            if patience.is_over() {
                let Some((test, file, name)) = running else {
                    return Err(broken(format!("The page gives no answer ({}): {last_error}.", place.name())));
                };
                let detail = format!("did not end in {} s", self.timeout.as_secs());
                let seconds = self.timeout.as_secs_f64();
                let outcome = Outcome { place, file, name, result: Ended::Failed, detail, seconds, picture: None };
                screen.ended(&outcome);
                outcomes.push(outcome);
                return Ok(End::Rest(test + 1));
            }
        }
    }

    /// Takes a picture.
    async fn take(&self, place: Place, browser: &Browser, file: &str, name: &str) -> Result<Option<PathBuf>, Stop> {
        let Some(folder) = &self.pictures else { return Ok(None) };
        // A picture that cannot be had is no reason to stop.
        let Ok(bytes) = browser.picture().await else { return Ok(None) };
        let stem = format!("{}-{}-{name}", place.name(), file.strip_suffix(".py").unwrap_or(file));
        let plain = |c: char| if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '-' };
        let stem: String = stem.chars().map(plain).take(150).collect();
        let path = folder.join(format!("{stem}.png"));
        crate::staging::write(&path, &bytes)
            .map_err(|error| crate::build::failed(&path, &error).code(super::INTERNAL))?;
        Ok(Some(path))
    }
}

/// The page that tests run on.
fn page(place: Place, config: Option<&str>) -> String {
    let config = config.map(|path| format!(" config=\"./{}\"", crate::new::escaped(path))).unwrap_or_default();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Tests</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"/_pyrite/core.css\">\n{}\n\
         <script type=\"module\" src=\"/_pyrite/core.js\"></script>\n</head>\n<body>\n<div id=\"pyrite-stage\"></div>\n\
         <script {}{config}>\n{}</script>\n</body>\n</html>\n",
        super::TAG,
        place.attributes(),
        include_str!("../../../../python/testing/start.py"),
    )
}
