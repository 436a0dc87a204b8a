//! The guide's list of commands, made from the command line's own definition: a test keeps `docs/commands.md` current.

use clap::{Command, CommandFactory as _};

use crate::arguments::Arguments;

const INTRODUCTION: &str = "# Commands

Made from `pyrite --help`. `pyrite COMMAND --help` says the same on the terminal; `pyrite completions SHELL` makes your shell
complete all of it.
";

/// The whole page.
fn render() -> String {
    let mut command = Arguments::command();
    command.build();
    let mut out = String::from(INTRODUCTION);
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help") {
        section(inner, &mut out);
    }
    out.push_str("\n## Every command\n\n");
    out.push_str("| option | meaning |\n| --- | --- |\n");
    for argument in command.get_arguments() {
        row(argument, &mut out);
    }
    out
}

fn section(command: &Command, out: &mut String) {
    out.push_str(&format!("\n## `pyrite {}`\n\n", command.get_name()));
    let usage = command.clone().render_usage().to_string();
    out.push_str(&format!("```sh\n{}\n```\n\n", usage.trim_start_matches("Usage: ").trim()));
    let about = command.get_long_about().or_else(|| command.get_about()).map(ToString::to_string).unwrap_or_default();
    out.push_str(&format!("{}\n", about.trim_end()));
    let own: Vec<_> = command
        .get_arguments()
        .filter(|argument| !argument.is_global_set() && argument.get_id() != "help" && argument.get_id() != "version")
        .collect();
    if !own.is_empty() {
        out.push_str("\n| option | meaning |\n| --- | --- |\n");
        own.into_iter().for_each(|argument| row(argument, out));
    }
    if let Some(after) = command.get_after_help() {
        out.push_str(&format!("\n```text\n{}\n```\n", after.to_string().trim_end()));
    }
}

fn row(argument: &clap::Arg, out: &mut String) {
    let value = argument.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
    let takes = argument.get_action().takes_values();
    let mut names = Vec::new();
    if let Some(short) = argument.get_short() {
        names.push(format!("`-{short}`"));
    }
    if let Some(long) = argument.get_long() {
        let value = value.as_ref().filter(|_| takes).map(|value| format!(" {value}")).unwrap_or_default();
        names.push(format!("`--{long}{value}`"));
    }
    if names.is_empty() {
        names.push(format!("`{}`", value.unwrap_or_default()));
    }
    let mut meaning = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let words: Vec<String> =
        argument.get_possible_values().iter().map(|word| format!("`{}`", word.get_name())).collect();
    if takes && !words.is_empty() {
        meaning.push_str(&format!("; one of {}", words.join(", ")));
    }
    let defaults: Vec<String> =
        argument.get_default_values().iter().map(|value| format!("`{}`", value.to_string_lossy())).collect();
    if takes && !defaults.is_empty() {
        meaning.push_str(&format!(" ({} if left out)", defaults.join(", ")));
    }
    out.push_str(&format!("| {} | {} |\n", names.join(", "), meaning.replace('|', "\\|")));
}

#[test]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
fn the_guide_lists_every_command_as_it_is() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/commands.md");
    let text = render();
    if std::env::var_os("PYRITE_UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == text,
        "docs/commands.md is not current: run `PYRITE_UPDATE=1 cargo test -p pyrite the_guide_lists`"
    );
}
