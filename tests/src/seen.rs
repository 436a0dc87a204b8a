//! What a page has shown and said so far.

use serde::Deserialize;

/// A moment of a page: its text, its banners, and in order all that it said.
#[derive(Clone, Debug, Deserialize)]
pub struct Seen {
    /// The page's address.
    pub url: String,
    /// `loading`, `interactive` or `complete`.
    pub state: String,
    /// The text that a person can read on the page.
    pub text: String,
    /// The error banners, first one first.
    pub banners: Vec<Banner>,
    /// Console lines, uncaught errors and the runtime's events, in the order they came.
    pub entries: Vec<Entry>,
}

/// An error that the page shows.
#[derive(Clone, Debug, Deserialize)]
pub struct Banner {
    /// The diagnostic's code, `PY0404`.
    pub code: Option<String>,
    /// The ARIA role.
    pub role: Option<String>,
    /// All of its text.
    pub text: String,
    /// Whether a person can see it.
    pub visible: bool,
}

/// Something that happened on the page.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Entry {
    /// A call of a console function.
    Console {
        /// `log`, `warn`, `error`, …
        level: String,
        /// The arguments, separated by spaces.
        text: String,
    },
    /// An error that nobody caught, or a rejection that nobody handled.
    Uncaught {
        /// The error with its stack.
        text: String,
    },
    /// A script, style sheet or image that did not load.
    Resource {
        /// Its address.
        text: String,
    },
    /// One of the runtime's events.
    Event(PageEvent),
}

/// One of the runtime's events, as a listener on `window` sees it.
#[derive(Clone, Debug, Deserialize)]
pub struct PageEvent {
    /// `mpy:ready`
    pub name: String,
    /// `Event` or `CustomEvent`.
    pub class: String,
    /// `window`, or the target's id, or else its tag.
    pub target: String,
    /// Whether it bubbles.
    pub bubbles: bool,
    /// Whether it can be cancelled.
    pub cancelable: bool,
    /// The detail when it is a string.
    pub text: Option<String>,
    /// `detail.worker`
    pub worker: Option<bool>,
    /// Whether `detail.script` is the event's target.
    pub script_is_target: bool,
    /// `detail.wrap.type`
    pub wrap_type: Option<String>,
}

impl Seen {
    fn console<'a>(&'a self, wanted: &'a [&str]) -> impl Iterator<Item = &'a str> {
        self.entries.iter().filter_map(move |entry| match entry {
            Entry::Console { level, text } if wanted.contains(&level.as_str()) => Some(text.as_str()),
            _ => None,
        })
    }

    /// What was printed: the lines of `console.log`.
    pub fn logged(&self) -> Vec<&str> {
        self.console(&["log"]).collect()
    }

    /// The calls of `console.error`.
    pub fn errors(&self) -> Vec<&str> {
        self.console(&["error"]).collect()
    }

    /// The calls of `console.warn`.
    pub fn warnings(&self) -> Vec<&str> {
        self.console(&["warn"]).collect()
    }

    /// Errors that nobody caught.
    pub fn uncaught(&self) -> Vec<&str> {
        self.entries
            .iter()
            .filter_map(|entry| match entry {
                Entry::Uncaught { text } => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    /// The runtime's events of one name.
    pub fn events(&self, name: &str) -> Vec<&PageEvent> {
        self.entries
            .iter()
            .filter_map(|entry| match entry {
                Entry::Event(event) if event.name == name => Some(event),
                _ => None,
            })
            .collect()
    }

    /// How often something was printed as a whole line.
    pub fn printed(&self, line: &str) -> usize {
        self.logged().into_iter().filter(|logged| logged.trim_end() == line).count()
    }

    /// The place, in order of time, of the first entry that fits.
    pub fn position(&self, fits: impl Fn(&Entry) -> bool) -> Option<usize> {
        self.entries.iter().position(fits)
    }

    /// The banner whose text contains this.
    pub fn banner(&self, text: &str) -> Option<&Banner> {
        self.banners.iter().find(|banner| banner.text.contains(text))
    }

    /// All of it for a person who looks for what went wrong.
    pub fn report(&self) -> String {
        let mut lines = vec![format!("page {} ({})", self.url, self.state)];
        for entry in &self.entries {
            lines.push(match entry {
                Entry::Console { level, text } => format!("  console.{level}: {}", indented(text)),
                Entry::Uncaught { text } => format!("  uncaught: {}", indented(text)),
                Entry::Resource { text } => format!("  did not load: {text}"),
                Entry::Event(event) => format!(
                    "  event {} on {}{}",
                    event.name,
                    event.target,
                    event.text.as_deref().map(|text| format!(": {text}")).unwrap_or_default()
                ),
            });
        }
        for banner in &self.banners {
            lines.push(format!("  banner {}: {}", banner.code.as_deref().unwrap_or("-"), indented(&banner.text)));
        }
        lines.push(format!("  text: {}", indented(self.text.trim())));
        lines.join("\n")
    }
}

fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n      ")
}
