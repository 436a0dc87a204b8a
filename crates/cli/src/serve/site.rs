//! Answers requests.

use std::path::PathBuf;
use std::sync::Arc;
use std::{io, str};

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::response::Response;
use pyrite_check::again::Shown;

use super::address::Address;
use super::files::{self, Found, Opened};
use super::guest::Guest;
use super::host::Host;
use super::live::{self, Live};
use super::log::{self, Log};
use super::memory::Asked;
use super::respond::{self, Content, REVALIDATE, Representation, put};
use super::rewrite::{self, RUNTIME, Rewritten, Wishes};
use super::runtime::Runtime;
use super::validators::Validators;
use super::{findings, media_type, pages};
use crate::check::folder::Folder;
use crate::embedded;
use crate::similar::similar;

/// The icon of pages that have none, so that no console shows a missing one.
const ICON: &str = include_str!("icon.svg");

/// Where a page asks what `pyrite check` finds on it.
const FINDINGS: &str = "/_pyrite/findings";

/// Where a page asks what it has to do after a change.
const CHANGE: &str = "/_pyrite/change";

/// Larger pages and scripts are sent as they are.
const LARGEST_REWRITTEN: u64 = 16 << 20;

/// The headers under which a page gets shared memory and exact clocks.
const ISOLATION: [(&str, &str); 3] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "cross-origin"),
];

/// A folder being served.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) root: PathBuf,
    /// The host in whose place this one answers.
    pub(crate) host: Option<Host>,
    /// Whether pages get the runtime in the place of a released one.
    pub(crate) rewrite: bool,
    /// Whether pages are isolated from other origins.
    pub(crate) isolation: bool,
    /// Tells pages to reload, unless that is switched off.
    pub(crate) live: Option<Arc<Live>>,
    /// What another command adds.
    pub(crate) guest: Option<Arc<Guest>>,
    pub(crate) runtime: Runtime,
    pub(crate) log: Log,
}

/// A page that is about to be read.
struct Document {
    /// The path under which it is asked for.
    address: String,
    /// How many changes there were before.
    revision: u64,
}

/// A remark for the log, carried by the response.
#[derive(Debug, Clone)]
struct Remark(String);

impl Site {
    /// Answers one request.
    pub(crate) async fn answer(self: Arc<Self>, request: Request) -> Response {
        let (parts, _) = request.into_parts();
        let method = parts.method.clone();
        let path = parts.uri.path().to_owned();
        let target = parts.uri.path_and_query().map_or_else(|| parts.uri.to_string(), ToString::to_string);
        let mut response = self.respond(parts).await;
        if self.isolation {
            for (name, value) in ISOLATION {
                put(response.headers_mut(), HeaderName::from_static(name), value);
            }
        }
        for (name, value) in self.host.iter().flat_map(|host| host.headers(&path)) {
            if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
                put(response.headers_mut(), name, value);
            }
        }
        // Pages that wait for changes would fill the log.
        if target != "/_pyrite/events" && path != FINDINGS && path != CHANGE {
            let remark = response.extensions().get::<Remark>().map(|remark| remark.0.as_str());
            self.log.request(method.as_str(), &target, response.status().as_u16(), remark);
        }
        if method == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        response
    }

    async fn respond(self: &Arc<Self>, parts: Parts) -> Response {
        if parts.method != Method::GET && parts.method != Method::HEAD {
            let mut response = respond::text(
                StatusCode::METHOD_NOT_ALLOWED,
                "This server only sends files: use GET or HEAD.\n".to_owned(),
            );
            put(response.headers_mut(), header::ALLOW, "GET, HEAD");
            return response;
        }
        if parts.uri.path() == "/_pyrite/events"
            && let Some(live) = &self.live
        {
            return live.events();
        }
        if let Some(given) = self.guest.as_ref().and_then(|guest| guest.find(parts.uri.path())) {
            return respond::send(&parts.method, &parts.headers, made(given.media_type, given.text));
        }
        let site = Arc::clone(self);
        // Disks and compression are slow; other requests are answered meanwhile.
        let work = tokio::task::spawn_blocking(move || {
            if parts.uri.path() == FINDINGS && site.live.is_some() {
                site.findings(&parts)
            } else if let Some(live) = site.live.as_ref().filter(|_| parts.uri.path() == CHANGE) {
                site.change(&parts, live)
            } else {
                match parts.uri.path().strip_prefix(RUNTIME) {
                    Some(name) if site.host.is_none() => site.runtime_file(name, &parts),
                    _ => site.file(&parts),
                }
            }
        });
        work.await.unwrap_or_else(|error| {
            let response =
                respond::text(StatusCode::INTERNAL_SERVER_ERROR, "This file could not be sent.\n".to_owned());
            remarked(response, &error.to_string())
        })
    }

    /// What is wrong with a page, by the address under which it is open.
    fn findings(&self, parts: &Parts) -> Response {
        let address = parts.uri.query().and_then(|query| query.strip_prefix("page=")).map(Address::parse);
        let found = match address {
            Some(Ok(address)) => files::find(&self.root, &address),
            _ => Found::Missing(Vec::new()),
        };
        let text = match found {
            Found::File(opened) => findings::of_page(&self.root, &opened.segments.join("/")),
            _ => "[]".to_owned(),
        };
        respond::send(&parts.method, &parts.headers, made("application/json; charset=utf-8", text))
    }

    /// What a page has to do after a change, by its path and the state that it has.
    fn change(&self, parts: &Parts, live: &Live) -> Response {
        let asked = parts.uri.query().and_then(|query| query.strip_prefix("token=")?.split_once("&page="));
        let address = asked.and_then(|(token, page)| Some((token, Address::parse(page).ok()?.path())));
        match address.and_then(|(token, address)| live.update(&self.root, &address, token)) {
            Some(text) => respond::send(&parts.method, &parts.headers, made("application/json; charset=utf-8", text)),
            None => respond::text(StatusCode::NOT_FOUND, "This page is not known.\n".to_owned()),
        }
    }

    fn runtime_file(&self, name: &str, parts: &Parts) -> Response {
        if name == "reload.js" && self.live.is_some() {
            return respond::send(
                &parts.method,
                &parts.headers,
                made("text/javascript; charset=utf-8", live::script()),
            );
        }
        self.runtime.answer(name, &parts.method, &parts.uri, &parts.headers).unwrap_or_else(|| {
            let alike = similar(name, embedded::FILES.iter().map(|file| file.path));
            let alike: Vec<_> = alike.into_iter().map(|name| (String::new(), format!("{RUNTIME}{name}"))).collect();
            let text = pages::missing_text(parts.uri.path(), &alike);
            remarked(respond::text(StatusCode::NOT_FOUND, text), "not a file of the runtime")
        })
    }

    fn file(&self, parts: &Parts) -> Response {
        // Before the file is read: a change after this is news for the page.
        let revision = self.live.as_ref().map(|live| live.revision()).unwrap_or_default();
        let tag = || match &self.live {
            Some(live) => Some(live.tag()),
            None => self.guest.as_ref().map(|guest| guest.tag.to_owned()),
        };
        let head = if is_for_a_frame(parts) { tag() } else { None };
        let address = match Address::parse(parts.uri.path()) {
            Ok(address) => address,
            Err(refusal) => return refused(parts, refusal.reason(), head.as_deref()),
        };
        let found = files::find(&self.root, &address);
        if let Some(live) = &self.live {
            let segments = if let Found::File(opened) = &found { &opened.segments } else { &address.segments };
            live.memory().asked(&self.root, segments, &Asked::of(parts));
        }
        if let Some(host) = &self.host
            && (host.hides(parts.uri.path()) || matches!(found, Found::Folder(_) | Found::Missing(_)))
        {
            return self.missing_on_host(parts);
        }
        match found {
            Found::File(opened) => {
                let document = Document { address: address.path(), revision };
                self.opened(parts, opened, head.as_deref(), &document)
            }
            Found::Elsewhere(path) => {
                let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
                let mut response = respond::text(StatusCode::TEMPORARY_REDIRECT, format!("This folder is at {path}\n"));
                put(response.headers_mut(), header::LOCATION, &format!("{path}{query}"));
                response
            }
            Found::Folder(entries) => {
                let text = pages::listing(&address.segments, &entries, head.as_deref().unwrap_or_default());
                respond::send(&parts.method, &parts.headers, made("text/html; charset=utf-8", text))
            }
            Found::Missing(_) if address.segments == ["favicon.ico"] => {
                respond::send(&parts.method, &parts.headers, made("image/svg+xml; charset=utf-8", ICON.to_owned()))
            }
            Found::Missing(alike) if is_for_a_person(parts) => {
                let text = pages::missing(&address.path(), &alike, head.as_deref().unwrap_or_default());
                respond::page(StatusCode::NOT_FOUND, text)
            }
            Found::Missing(alike) => respond::text(StatusCode::NOT_FOUND, pages::missing_text(&address.path(), &alike)),
            Found::Refused(reason) => refused(parts, &reason, head.as_deref()),
        }
    }

    /// The site's own page for what is not there, or a plain one.
    fn missing_on_host(&self, parts: &Parts) -> Response {
        match std::fs::read_to_string(self.root.join("404.html")) {
            Ok(text) => respond::page(StatusCode::NOT_FOUND, text),
            Err(_) => respond::text(StatusCode::NOT_FOUND, format!("{} is not there.\n", parts.uri.path())),
        }
    }

    fn opened(&self, parts: &Parts, opened: Opened, head: Option<&str>, document: &Document) -> Response {
        let media_type = media_type::of(opened.name());
        let length = opened.metadata.len();
        let validators = Validators::of_file(opened.metadata.modified().ok(), length);
        let kind = media_type.split(';').next().unwrap_or_default();
        let is_page = matches!(kind, "text/html" | "application/xhtml+xml");
        let changeable = (is_page || kind == "text/javascript") && length <= LARGEST_REWRITTEN;
        if !changeable {
            let content = Content::Disk { file: opened.file, length };
            return respond::send(&parts.method, &parts.headers, plain(media_type, validators, content));
        }
        let bytes = match read(&opened.file) {
            Ok(bytes) => bytes,
            Err(error) => return refused(parts, &error.to_string(), head),
        };
        let Ok(text) = str::from_utf8(&bytes) else {
            // The page itself may say how it is written; the header would overrule it.
            let bare = if is_page { kind.to_owned() } else { media_type };
            return respond::send(
                &parts.method,
                &parts.headers,
                plain(bare, validators, Content::Memory(bytes.into())),
            );
        };
        if let (Some(live), Some(_), true) = (&self.live, head, is_page) {
            let path = opened.segments.join("/");
            let shown = Shown::of(&path, text.to_owned(), &Folder::of_page(&self.root, &path));
            live.memory().opened(&document.address, document.revision, shown);
        }
        match self.rewritten(text, &opened, is_page, head) {
            Some(Rewritten { text, replaced }) => {
                if let Some(line) = log::replacement(&opened.segments.join("/"), &replaced) {
                    self.log.once(&line);
                }
                // Pieces of pages that scripts ask for get no reload script. Still no `Vary` by that: the runtime
                // reads the page from the browser's cache, which must give it what was opened as a document. Each
                // form has its own `ETag` and every use is asked for anew, so none is taken for the other.
                respond::send(&parts.method, &parts.headers, made(&media_type, text))
            }
            None => respond::send(
                &parts.method,
                &parts.headers,
                plain(media_type, validators, Content::Memory(bytes.into())),
            ),
        }
    }

    fn rewritten(&self, text: &str, opened: &Opened, is_page: bool, head: Option<&str>) -> Option<Rewritten> {
        let runtime_has: Option<fn(&str) -> bool> = self.rewrite.then_some(|name| embedded::find(name).is_some());
        if !is_page {
            return rewrite::script(text, RUNTIME, runtime_has?);
        }
        let folder = &opened.segments[..opened.segments.len().saturating_sub(1)];
        let module_asks = |reference: &str| files::asks_for_runtime(&self.root, folder, reference);
        rewrite::page(text, &Wishes { runtime: RUNTIME, runtime_has, head, module_asks: &module_asks })
    }
}

fn read(mut file: &std::fs::File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut file, &mut bytes)?;
    Ok(bytes)
}

/// A file as it is on disk.
fn plain(media_type: String, validators: Validators, content: Content) -> Representation {
    Representation { media_type, validators, cache: REVALIDATE, encoding: None, vary: None, content }
}

/// A text made here.
fn made(media_type: &str, text: String) -> Representation {
    let validators = Validators::of_content(text.as_bytes());
    plain(media_type.to_owned(), validators, Content::Memory(text.into()))
}

fn refused(parts: &Parts, reason: &str, head: Option<&str>) -> Response {
    let response = if is_for_a_person(parts) {
        respond::page(StatusCode::FORBIDDEN, pages::refused(parts.uri.path(), reason, head.unwrap_or_default()))
    } else {
        respond::text(StatusCode::FORBIDDEN, format!("{} is not served: {reason}.\n", parts.uri.path()))
    };
    remarked(response, reason)
}

fn remarked(mut response: Response, remark: &str) -> Response {
    response.extensions_mut().insert(Remark(remark.to_owned()));
    response
}

/// Whether a browser will show the answer, so that it may be a page.
fn is_for_a_person(parts: &Parts) -> bool {
    let accept = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// Whether the answer becomes a document of its own. Browsers do not say it on plain `http` to other machines.
fn is_for_a_frame(parts: &Parts) -> bool {
    match parts.headers.get("sec-fetch-dest").and_then(|value| value.to_str().ok()) {
        Some(destination) => ["document", "iframe", "frame", "embed", "object"].contains(&destination),
        None => true,
    }
}
