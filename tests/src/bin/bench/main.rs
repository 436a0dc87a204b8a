//! `cargo xtask bench`: Pyrite against PyScript, on the same pages, with the same interpreters, in turn in one run.
//!
//! What is measured is a table in `measures.rs`, and the pages it is measured on are one in `pages.rs`. What comes
//! out is a [`report::Report`]; the printed table, the guide's table and the chart are made from it alone.

mod chart;
mod contender;
mod files;
mod measures;
mod pages;
mod peer;
mod quiet;
mod report;
mod save;
mod server;
mod spread;
mod table;
mod timeline;
mod visit;
mod workers;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Parser;
use pyrite_tests::paths;

use crate::report::Report;

/// Measure Pyrite against PyScript in one run, as ratios.
#[derive(Parser)]
#[command(name = "cargo xtask bench")]
struct Args {
    /// How often each visit is made on each side.
    #[arg(long, default_value_t = 7, conflicts_with = "quick", value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Three rounds: enough to see where it goes.
    #[arg(long)]
    quick: bool,
    /// Only this page (may be repeated).
    #[arg(long = "page", value_parser = pages::names())]
    pages: Vec<String>,
    /// How many seconds to wait, before each visit, for a machine that has little else to do.
    #[arg(long, default_value_t = 20)]
    patience: u64,
    /// Also print when each file was asked for and when it came.
    #[arg(long)]
    timeline: bool,
    /// Measure nothing; show the latest run again.
    #[arg(long, conflicts_with_all = ["rounds", "quick", "pages"])]
    again: bool,
    /// Instead: visit the pages of tests/peer, which PyScript gets wrong; those with WORD in their name, or all.
    #[arg(long, value_name = "WORD", num_args = 0.., conflicts_with_all = ["rounds", "quick", "pages", "again", "timeline"])]
    peer: Option<Vec<String>>,
    /// Put the table and the chart into docs/performance.md and docs/performance.svg.
    #[arg(long)]
    save: bool,
}

fn main() -> Result<()> {
    let args = Args::parse();
    if let Some(only) = &args.peer {
        let table = peer::compare(only)?;
        if args.save {
            save::compared(&table)?;
            eprintln!("• saved in docs/compared.md");
        }
        return Ok(());
    }
    let report = if args.again { latest()? } else { measured(&args)? };

    print!("{}", table::for_terminal(&report));
    print!("{}", workers::for_terminal(&report));
    if args.timeline {
        print!("\n{}", timeline::text(&report));
    }
    if args.save {
        save::into_guide(&report)?;
        eprintln!("• saved in docs/performance.md and the pictures beside it");
    }
    Ok(())
}

fn measured(args: &Args) -> Result<Report> {
    let rounds = if args.quick { 3 } else { usize::from(args.rounds) };
    let wanted = |page: &pages::Page| args.pages.is_empty() || args.pages.iter().any(|name| name == page.name);
    let chosen: Vec<_> = pages::PAGES.iter().filter(|page| wanted(page)).collect();
    let report = report::measure(&chosen, rounds, Duration::from_secs(args.patience))?;

    let folder = folder();
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    write("latest.json", &serde_json::to_string_pretty(&report)?)?;
    write("latest.svg", &chart::svg(&report))?;
    write("latest-workers.svg", &workers::svg(&report))?;
    eprintln!("• written: {}/latest.json and the pictures beside it", folder.display());
    Ok(report)
}

fn latest() -> Result<Report> {
    let path = folder().join("latest.json");
    let Ok(text) = fs::read_to_string(&path) else {
        bail!("there is no earlier run in {}\nhint: run `cargo xtask bench` once", path.display());
    };
    let report = serde_json::from_str(&text)
        .with_context(|| format!("{} is of another version\nhint: run `cargo xtask bench` again", path.display()))?;
    write("latest.svg", &chart::svg(&report))?;
    write("latest-workers.svg", &workers::svg(&report))?;
    Ok(report)
}

fn folder() -> PathBuf {
    paths::root().join("target/bench")
}

fn write(name: &str, text: &str) -> Result<()> {
    let path = folder().join(name);
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}
