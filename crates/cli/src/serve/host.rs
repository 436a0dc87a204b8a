//! `--as HOST`: answers as a host does that only sends files, to see a built folder as its visitors will.

use std::fs;
use std::path::Path;

use clap::ValueEnum;

/// A host whose ways are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum As {
    /// No headers of ours; folders that begin with `_` only with `.nojekyll`.
    GithubPages,
    /// The headers of `_headers`.
    Netlify,
    /// The headers of `_headers`.
    Cloudflare,
    /// Files and nothing else.
    Plain,
}

/// What such a host does with a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Host {
    /// Patterns of paths and the headers for them, in the order of the file.
    rules: Vec<(String, Vec<(String, String)>)>,
    /// Whether names that begin with `_` are left out.
    jekyll: bool,
}

impl Host {
    /// Reads what the folder says to the host.
    pub(crate) fn of(kind: As, root: &Path) -> Self {
        match kind {
            As::Netlify | As::Cloudflare => {
                Self { rules: rules(&fs::read_to_string(root.join("_headers")).unwrap_or_default()), jekyll: false }
            }
            As::GithubPages => Self { rules: Vec::new(), jekyll: !root.join(".nojekyll").exists() },
            As::Plain => Self::default(),
        }
    }

    /// The headers for a path. Of one name the last counts.
    pub(crate) fn headers(&self, path: &str) -> impl Iterator<Item = (&str, &str)> {
        let fitting = self.rules.iter().filter(move |(pattern, _)| fits(pattern, path));
        fitting.flat_map(|(_, headers)| headers.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// Whether the host does not show that path.
    pub(crate) fn hides(&self, path: &str) -> bool {
        path == "/_headers" || (self.jekyll && path.split('/').any(|name| name.starts_with('_')))
    }
}

fn rules(text: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut rules: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')) {
        match (line.starts_with([' ', '\t']), line.trim().split_once(':')) {
            (true, Some((name, value))) => {
                if let Some((_, headers)) = rules.last_mut() {
                    headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
                }
            }
            _ => rules.push((line.trim().to_owned(), Vec::new())),
        }
    }
    rules
}

/// A star stands for anything.
fn fits(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        Some((before, after)) => {
            path.starts_with(before) && path.ends_with(after) && path.len() >= before.len() + after.len()
        }
        None => pattern == path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_those_of_the_patterns_that_fit() {
        let host = Host { rules: rules("# all\n/*\n  A: 1\n  B: x: y\n/p/*\n  C: 3\n"), jekyll: false };
        assert_eq!(host.headers("/a").collect::<Vec<_>>(), [("a", "1"), ("b", "x: y")]);
        assert_eq!(host.headers("/p/q").last(), Some(("c", "3")));
        assert!(host.hides("/_headers") && !host.hides("/_x/a"));
    }

    #[test]
    fn jekyll_leaves_out_names_with_an_underscore() {
        let host = Host { rules: Vec::new(), jekyll: true };
        assert!(host.hides("/a/_b/c") && !host.hides("/a/b_c"));
    }
}
