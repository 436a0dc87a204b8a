//! A visit to a page in a real browser: first with nothing cached, then again.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use pyrite_tests::Browser;
use serde::{Deserialize, Serialize};

use crate::contender::Contender;
use crate::pages::Page;
use crate::server::{Answered, Load, Server};

/// Pyodide far away on a busy machine takes its time.
const PATIENCE: Duration = Duration::from_secs(90);
/// For a browser to be done with its own start, or to write what it caches.
const REST: Duration = Duration::from_millis(700);

/// Which visit of a browser to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Turn {
    /// The first, with a profile that has never seen anything.
    Cold,
    /// The second.
    Warm,
}

/// What came out of one visit.
pub(crate) struct Visit {
    /// What the page measured: milliseconds since the navigation began, or numbers of its own.
    pub(crate) values: BTreeMap<String, f64>,
    /// Everything the server sent, but the page itself.
    pub(crate) answered: Vec<Answered>,
    /// When files came, as the page saw it.
    pub(crate) loads: Vec<Load>,
}

/// Visits a page with a new browser: cold, and then warm if that is another thing.
///
/// # Errors
/// When a visit does not end as it should.
pub(crate) fn visits(server: &Server, page: &Page, contender: Contender, away: Duration) -> Result<Vec<(Turn, Visit)>> {
    let browser = Browser::fresh();
    let one = || {
        browser.goto("about:blank")?;
        thread::sleep(REST);
        visit(&browser, server, page, contender, away)
    };
    let said = || format!("{} on the page {:?}", contender.name(), page.name);
    let turns = [Turn::Cold, Turn::Warm].into_iter().take(if page.twice { 2 } else { 1 });
    turns.map(|turn| Ok((turn, one().with_context(said)?))).collect()
}

fn visit(browser: &Browser, server: &Server, page: &Page, contender: Contender, away: Duration) -> Result<Visit> {
    let path = page.path(contender);
    server.begin(away);
    browser.goto(&server.url(&path))?;
    let (said, mut answered) = match server.end(PATIENCE) {
        Ok(ended) => ended,
        Err(error) => bail!("{error}\n{}", state(browser)),
    };
    ensure!(
        said.proof.as_deref() == page.proof,
        "Python left {:?}, not {:?}\n{}",
        said.proof,
        page.proof,
        state(browser)
    );
    answered.retain(|answered| answered.path != path);
    Ok(Visit { values: said.values, answered, loads: said.loads })
}

/// What a person needs to see of a page that failed.
fn state(browser: &Browser) -> String {
    let mut lines = browser.log().unwrap_or_default();
    let recorded = browser.execute("return (window.__recorder ?? []).map(entry => JSON.stringify(entry))");
    if let Ok(serde_json::Value::Array(entries)) = recorded {
        lines.extend(entries.iter().map(|entry| entry.as_str().unwrap_or_default().to_owned()));
    }
    lines.join("\n")
}
