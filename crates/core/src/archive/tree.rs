//! From what stands in an archive to what is made of it.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use super::check::is_bomb;
use super::{ArchiveError, Entry, Item, Limits, Plan, Problem, What, path};

/// As many as a system follows before it gives up.
const LINKS: usize = 40;

/// Follows links, and refuses what cannot be made or would be too much.
pub(super) fn settle(mut items: Vec<Item>, archive: usize, limits: &Limits) -> Result<Plan, ArchiveError> {
    sort(&mut items);
    let items = unique(items)?;
    let mut plan = Plan::default();
    let mut total: usize = 0;
    let mut previous = "";
    for item in &items {
        let path = &item.entry.path;
        for (slash, byte) in path.bytes().enumerate() {
            let directory = path.get(..slash).unwrap_or_default();
            if byte == b'/' && previous != directory && !path::is_below(previous, directory) {
                plan.directories.push(String::from(directory));
            }
        }
        previous = path;
        if matches!(item.what, What::Directory) {
            plan.directories.push(path.clone());
        } else {
            let found = &follow(&items, item)?.entry;
            total = total.saturating_add(found.size);
            if is_bomb(found.data.len(), found.size) {
                return Err(ArchiveError::of(Problem::Bomb, path));
            }
            plan.files.push(Entry { path: path.clone(), data: found.data.clone(), ..*found });
        }
        if plan.directories.len() + plan.files.len() > limits.entries {
            return Err(Problem::Many(limits.entries).into());
        }
    }
    if total > limits.total {
        return Err(Problem::Total(limits.total).into());
    }
    // Entries can share their data, so that none of them alone is suspicious.
    if is_bomb(archive, total) {
        return Err(Problem::Bomb.into());
    }
    Ok(plan)
}

/// By path and age. Shell's sort: the standard library's has eight times its bytes.
fn sort(items: &mut [Item]) {
    let mut gap = items.len();
    while gap > 1 {
        gap = (gap * 5 / 11).max(1);
        for end in gap..items.len() {
            let mut at = end;
            while at >= gap && compare(&items[at - gap], &items[at]).is_gt() {
                items.swap(at - gap, at);
                at -= gap;
            }
        }
    }
}

fn compare(one: &Item, other: &Item) -> Ordering {
    path::compare(&one.entry.path, &other.entry.path).then(one.order.cmp(&other.order))
}

/// One item for each path; the last one counts, for that is how tar replaces a file.
fn unique(items: Vec<Item>) -> Result<Vec<Item>, ArchiveError> {
    let mut kept: Vec<Item> = Vec::with_capacity(items.len());
    for item in items {
        let is_directory = matches!(item.what, What::Directory);
        let path = &item.entry.path;
        if path.is_empty() {
            if is_directory {
                continue;
            }
            return Err(ArchiveError::of(Problem::Name, path));
        }
        if let Some(last) = kept.last_mut() {
            let last_is_directory = matches!(last.what, What::Directory);
            let same = last.entry.path == *path;
            if same && is_directory != last_is_directory || !last_is_directory && path::is_below(path, &last.entry.path)
            {
                return Err(ArchiveError::of(Problem::Clash, &last.entry.path));
            }
            if same {
                *last = item;
                continue;
            }
        }
        kept.push(item);
    }
    Ok(kept)
}

/// The file that `item` is or leads to.
fn follow<'a>(items: &'a [Item], item: &'a Item) -> Result<&'a Item, ArchiveError> {
    let mut found = item;
    for _ in 0..LINKS {
        let from = &found.entry.path;
        let (target, path) = match &found.what {
            What::Symbolic(target) => (target, path::join(path::parent(from), target, true)),
            What::Hard(target) => (target, path::join("", target, false)),
            _ => return Ok(found),
        };
        let there = path.and_then(|path| {
            let place = items.binary_search_by(|item| path::compare(&item.entry.path, &path));
            place
                .ok()
                .and_then(|at| items.get(at))
                .filter(|item| !matches!(item.what, What::Directory))
                .ok_or(Problem::LinkLost)
        });
        found = there.map_err(|problem| {
            let problem = if problem == Problem::Leaves { Problem::LinkLeaves } else { Problem::LinkLost };
            // As `ls` shows it.
            let mut name = from.clone();
            name.push_str(" -> ");
            name.push_str(target);
            ArchiveError::of(problem, &name)
        })?;
    }
    Err(ArchiveError::of(Problem::LinkLoop, &item.entry.path))
}
