//! `pyrite check --packages`: packages that nobody has for the interpreter, as `pyrite lock` finds out.

use pyrite_check::{File, Finding, Project as _};

use super::folder::Folder;
use super::{IMPOSSIBLE, Options};
use crate::lock;
use crate::serve::root::Root;
use crate::stop::Stop;
use crate::terminal::Terminal;

/// What the resolver says first when it has asked everybody and nothing fits.
const TITLE: &str = "The packages do not fit together.\n";

const HINT: &str = "ask for other versions, or have pip's or uv's configuration name another place to look";

/// A finding for each package that cannot be had, where it is asked for.
pub(super) fn findings(folder: &Folder, options: &Options, terminal: Terminal) -> Result<Vec<Finding>, Stop> {
    let root = Root::open(&options.path).map_err(|problem| Stop::from(problem).code(IMPOSSIBLE))?;
    let problems = lock::try_each(&root, terminal).map_err(|stop| stop.code(IMPOSSIBLE))?;
    let finding = |(wanted, stop): (Option<lock::wanted::Wanted>, Stop)| {
        // Whoever did not answer may have it.
        let Some(why) = stop.message.strip_prefix(TITLE) else { return Err(stop.code(IMPOSSIBLE)) };
        let (file, name, message) = match wanted {
            Some(wanted) => {
                let message = format!("There is no `{}` for the interpreter.\n{why}", wanted.requirement);
                (wanted.by, wanted.requirement.name.to_string(), message)
            }
            None => (folder.pages().first().cloned().unwrap_or_default(), String::new(), stop.message.clone()),
        };
        let span = match folder.read(&file) {
            File::Text(text) => text.find(&name).map_or(0..0, |at| at..at + name.len()),
            _ => 0..0,
        };
        Ok(Finding::missing_package(&file, span, message, HINT.to_owned()))
    };
    problems.into_iter().map(finding).collect()
}
