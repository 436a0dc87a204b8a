//! `pyrite man`: the manual pages, for those who package the command.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};

use crate::arguments::Arguments;
use crate::staging;
use crate::stop::Stop;
use crate::terminal::Terminal;

/// Print the manual page, or write those of all commands into a folder
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  pyrite man | man -l -
  pyrite man --output ~/.local/share/man/man1")]
pub(crate) struct Options {
    /// Folder to write one page per command into
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

/// Prints or writes them.
pub(crate) fn run(options: &Options, terminal: Terminal) -> Result<(), Stop> {
    let mut command = Arguments::command();
    // Names the commands inside by the whole line, `pyrite serve`.
    command.build();
    let Some(folder) = &options.output else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command)
            .render(&mut page)
            .map_err(|error| Stop::new(format!("The manual page cannot be written: {error}.")))?;
        terminal.print(&String::from_utf8_lossy(&page));
        return Ok(());
    };
    let inner = command.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help").cloned();
    for page in std::iter::once(command.clone()).chain(inner.collect::<Vec<_>>()) {
        let name = page.get_display_name().unwrap_or_else(|| page.get_name()).replace(' ', "-");
        let path = folder.join(format!("{name}.1"));
        let mut text = Vec::new();
        let written = clap_mangen::Man::new(page).render(&mut text).and_then(|()| staging::write(&path, &text));
        written.map_err(|error| crate::build::failed(&path, &error))?;
        terminal.say(&format!("Wrote {}", path.display()));
    }
    Ok(())
}
