//! What is said to the person at the terminal: how much, and in which colours. Data goes to standard output, talk to
//! standard error, and a closed terminal is no reason to stop.

use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::stop::Stop;

/// The options that every command has.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct Terminal {
    /// Say only what is wrong
    #[arg(short, long, global = true, help_heading = "Terminal")]
    pub(crate) quiet: bool,

    /// Say more about what is done
    #[arg(short, long, global = true, conflicts_with = "quiet", help_heading = "Terminal")]
    pub(crate) verbose: bool,

    /// Colours: `auto` is for terminals only, and minds NO_COLOR and CLICOLOR_FORCE
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Terminal")]
    pub(crate) color: When,
}

/// When there are colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    // Not documented each: the help then has them on one line.
    #[default]
    Auto,
    Always,
    Never,
}

/// The bar that is on the screen: lines that are said meanwhile go above it.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Work that is shown while this value is kept.
pub(crate) struct Progress;

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = SHOWN.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}

/// Says what is done at this moment, where progress is shown.
pub(crate) fn doing(what: &str) {
    if let Some(bar) = &*SHOWN.lock().unwrap_or_else(PoisonError::into_inner) {
        bar.set_message(what.to_owned());
    }
}

/// Whether something that was asked for could not be printed.
static UNPRINTED: AtomicBool = AtomicBool::new(false);

/// Whether all was printed that was asked for.
pub(crate) fn all_printed() -> bool {
    !UNPRINTED.load(Ordering::Relaxed)
}

/// One more step is done.
pub(crate) fn step() {
    if let Some(bar) = &*SHOWN.lock().unwrap_or_else(PoisonError::into_inner) {
        bar.inc(1);
    }
}

const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const CYAN: Style = AnsiColor::Cyan.on_default().bold();

impl Terminal {
    /// What the user asks for, before the arguments are read: the help and the errors of the reader have colours too.
    pub(crate) fn color_asked(arguments: impl Iterator<Item = String>) -> When {
        let mut arguments = arguments.take_while(|argument| argument != "--");
        while let Some(argument) = arguments.next() {
            let value = match argument.strip_prefix("--color") {
                Some("") => arguments.next(),
                Some(value) => value.strip_prefix('=').map(str::to_owned),
                None => None,
            };
            if let Some(when) = value.and_then(|value| When::from_str(&value, true).ok()) {
                return when;
            }
        }
        When::Auto
    }

    /// Sets the colours of everything that is printed from now on.
    pub(crate) fn begin(self) {
        self.color.choice().write_global();
    }

    /// Whether standard output takes colours.
    pub(crate) fn colored_output(self) -> bool {
        AutoStream::choice(&std::io::stdout()) != ColorChoice::Never
    }

    /// Whether a person watches: progress is shown to nobody else. Who wants all lines needs no bar.
    fn is_watched(self) -> bool {
        !self.quiet && !self.verbose && std::io::stderr().is_terminal()
    }

    /// Shows how far some work is for as long as the value is kept. `steps` are known, or there is only a sign of life.
    pub(crate) fn progress(self, what: &str, steps: Option<usize>) -> Progress {
        if self.is_watched() {
            let bar = ProgressBar::with_draw_target(steps.map(|steps| steps as u64), ProgressDrawTarget::stderr());
            let template =
                if steps.is_some() { "{spinner} {prefix} {pos} of {len} {msg}" } else { "{spinner} {prefix} {msg}" };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.tick_chars("|/-\\ "));
            }
            bar.set_prefix(what.to_owned());
            bar.tick();
            bar.enable_steady_tick(Duration::from_millis(120));
            *SHOWN.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
        }
        Progress
    }

    /// Says how it goes, unless it shall be quiet.
    pub(crate) fn say(self, line: &str) {
        if !self.quiet {
            talk(line);
        }
    }

    /// Says what only somebody wants to know who asks for it.
    pub(crate) fn detail(self, line: &str) {
        if self.verbose {
            talk(line);
        }
    }

    /// Says what may be wrong.
    pub(crate) fn warn(self, message: &str) {
        talk(&painted("warning: ", message));
    }

    /// Says why the command ends.
    pub(crate) fn stopped(self, stop: &Stop) {
        talk(&painted("", &stop.report()));
    }

    /// Prints what was asked for. Where that cannot be written, to a full disk for example, the command fails.
    pub(crate) fn print(self, text: &str) {
        let mut out = anstream::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        // Who reads no further has enough.
        if let Err(error) = written
            && error.kind() != ErrorKind::BrokenPipe
            && !UNPRINTED.swap(true, Ordering::Relaxed)
        {
            talk(&painted("error: ", &format!("What was asked for cannot be printed: {error}.")));
        }
    }
}

impl When {
    pub(crate) fn choice(self) -> ColorChoice {
        match self {
            When::Auto => ColorChoice::Auto,
            When::Always => ColorChoice::Always,
            When::Never => ColorChoice::Never,
        }
    }

    /// The same for the reader of arguments.
    pub(crate) fn of_help(self) -> clap::ColorChoice {
        match self {
            When::Auto => clap::ColorChoice::Auto,
            When::Always => clap::ColorChoice::Always,
            When::Never => clap::ColorChoice::Never,
        }
    }
}

fn talk(line: &str) {
    let write = || writeln!(anstream::stderr().lock(), "{line}");
    let _ = match &*SHOWN.lock().unwrap_or_else(PoisonError::into_inner) {
        Some(bar) => bar.suspend(write),
        None => write(),
    };
}

/// The words at the start of lines that say what the line is, in colours.
fn painted(first: &str, text: &str) -> String {
    let mut out = String::new();
    for (index, line) in format!("{first}{text}").lines().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let words = [("error:", RED), ("warning:", YELLOW), ("hint:", CYAN)];
        match words.iter().find(|(word, _)| line.starts_with(word)) {
            Some((word, style)) => out.push_str(&format!("{style}{word}{style:#}{}", &line[word.len()..])),
            None => out.push_str(line),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_known_before_the_arguments_are_read() {
        let asked = |line: &str| Terminal::color_asked(line.split(' ').map(str::to_owned));
        assert_eq!(asked("pyrite --color always check"), When::Always);
        assert_eq!(asked("pyrite check --color=never x"), When::Never);
        assert_eq!(asked("pyrite check"), When::Auto);
        assert_eq!(asked("pyrite check --color"), When::Auto);
        assert_eq!(asked("pyrite check --colors always"), When::Auto);
        assert_eq!(asked("pyrite check -- --color always"), When::Auto);
    }

    #[test]
    fn only_the_first_word_has_a_colour() {
        assert_eq!(painted("", "error: a\nhint: b"), format!("{RED}error:{RED:#} a\n{CYAN}hint:{CYAN:#} b"));
        assert_eq!(painted("warning: ", "an error: c"), format!("{YELLOW}warning:{YELLOW:#} an error: c"));
    }
}
