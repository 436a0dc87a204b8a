//! `pyrite completions`: what a shell needs to complete commands and options.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::terminal::Terminal;

/// Print what a shell needs to complete commands and options
#[derive(Debug, Clone, Copy, Args)]
#[command(after_help = "Examples:
  pyrite completions bash > ~/.local/share/bash-completion/completions/pyrite
  pyrite completions zsh > ~/.zfunc/_pyrite
  pyrite completions fish > ~/.config/fish/completions/pyrite.fish
  pyrite completions powershell >> $PROFILE")]
pub(crate) struct Options {
    /// The shell
    pub(crate) shell: Shell,
}

/// Prints them.
pub(crate) fn run(options: &Options, terminal: Terminal) {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "pyrite", &mut script);
    terminal.print(&String::from_utf8_lossy(&script));
}
