//! Whether the chosen host sends the headers that a page's workers want.

use pyrite_core::{Code as Number, Language};

use crate::context::Context;
use crate::finding::{Finding, Level};
use crate::page::Page;
use crate::page::scripts::{Role, Unit};
use crate::project::File;

/// Where a site will stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// GitHub Pages.
    GithubPages,
    /// Netlify.
    Netlify,
    /// Cloudflare Pages.
    Cloudflare,
    /// Vercel.
    Vercel,
    /// A server that sends files and nothing else.
    Static,
}

impl Host {
    /// All of them.
    pub const ALL: [Host; 5] = [Host::GithubPages, Host::Netlify, Host::Cloudflare, Host::Vercel, Host::Static];

    /// The word for it on a command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Host::GithubPages => "github-pages",
            Host::Netlify => "netlify",
            Host::Cloudflare => "cloudflare",
            Host::Vercel => "vercel",
            Host::Static => "static",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Host::GithubPages => "GitHub Pages",
            Host::Netlify => "Netlify",
            Host::Cloudflare => "Cloudflare Pages",
            Host::Vercel => "Vercel",
            Host::Static => "A plain server",
        }
    }

    /// The file in which a site asks this host for headers.
    fn file(self) -> Option<&'static str> {
        match self {
            Host::Netlify | Host::Cloudflare => Some("_headers"),
            Host::Vercel => Some("vercel.json"),
            Host::GithubPages | Host::Static => None,
        }
    }
}

const HEADERS: [&str; 2] = ["cross-origin-opener-policy", "cross-origin-embedder-policy"];

/// Says it once per page, at the first worker.
pub(crate) fn check(context: &mut Context<'_>, page: &Page, units: &[Unit], host: Host) {
    let silent = |unit: &Unit| unit.env.settings.as_ref().is_some_and(|settings| settings.config.sync_main_only);
    let workers = units.iter().filter(|unit| unit.env.worker && unit.env.role != Role::Module && !silent(unit));
    let worker =
        workers.clone().find(|unit| unit.env.language == Language::MicroPython).or_else(|| workers.clone().next());
    let Some(worker) = worker else { return };
    let by_service_worker = page.text.contains("mini-coi") || page.text.contains("coi-serviceworker");
    if by_service_worker || page.live().any(|element| element.attribute("service-worker").is_some()) {
        return;
    }
    if let Some(name) = host.file()
        && let File::Text(text) = context.project.read(name)
        && HEADERS.iter().all(|header| text.to_ascii_lowercase().contains(header))
    {
        return;
    }
    let element = page.live().find(|element| {
        element.attribute("worker").is_some() || super::super::page::markup::special(element).is_some()
    });
    let (file, span) = match element {
        Some(element) => (page.path.as_str(), element.tag.clone()),
        None => (worker.code.file.as_str(), 0..0),
    };
    let way = if worker.env.language == Language::MicroPython {
        "then reaches the page by a service worker, some hundred times a second instead of ten thousands"
    } else {
        "then reaches the page in slower ways, and cannot be interrupted"
    };
    let message = format!("{} sends no isolation headers by itself; the worker {way}.", host.name());
    let hint = match host.file() {
        Some("_headers") => {
            "write a file `_headers`: `/*`, and below it, indented, `Cross-Origin-Opener-Policy: same-origin` and \
             `Cross-Origin-Embedder-Policy: require-corp`"
        }
        Some(_) => "set `Cross-Origin-Opener-Policy` and `Cross-Origin-Embedder-Policy` in `vercel.json`",
        None => "if that is too slow, `mini-coi.js` in the page adds them; else there is nothing to do",
    };
    let finding = Finding::new(Number::MissingHeaders, Level::Warning, file, span, message).hint(hint);
    context.findings.add(finding);
}
