//! `--offline`: a service worker that keeps the whole site, and isolates pages where the host cannot.

use std::path::Path;

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::encode::{Content, Output, is_for_hosts};
use super::files::RuntimeFolder;
use super::lock::hex;
use super::walk::is_page;
use super::{failed, page};
use crate::stop::Stop;

/// The file that registers it, at the root of the site.
pub(crate) const REGISTER: &str = "pyrite-register.js";
/// The service worker itself.
const WORKER: &str = "pyrite-offline.js";

/// What registers it. A file: a content security policy need not allow another script in the page.
pub(crate) fn register() -> String {
    format!(
        "if (location.protocol !== \"file:\") navigator.serviceWorker?.register(new URL(\"{WORKER}\", import.meta.url))\
         .catch((error) => console.warn(`Not kept for offline use: ${{error.message}}`));\n"
    )
}

/// The tag that loads it. `up` leads from the page to the root.
pub(crate) fn tag(up: &str) -> String {
    format!("<script type=\"module\" src=\"{up}{REGISTER}\"></script>")
}

/// What the service worker that looks after workers has to do as well: it stands between them and the site's.
fn also_isolates() -> String {
    "addEventListener(\"fetch\",(e)=>{if(!new URL(e.request.url).searchParams.has(\"pyrite-wait\"))e.respondWith(\
     caches.match(e.request,{ignoreSearch:!0}).then((r)=>r??fetch(e.request)).then((r)=>{const h=new Headers(r.headers);\
     h.set(\"cross-origin-embedder-policy\",\"require-corp\");h.set(\"cross-origin-resource-policy\",\"cross-origin\");\
     return new Response(r.body,{status:r.status,statusText:r.statusText,headers:h})}))});\n"
        .to_owned()
}

/// Adds the service worker to a build.
pub(crate) fn add(outputs: &mut Vec<Output>, runtime: &RuntimeFolder, isolated: bool) -> Result<(), Stop> {
    let told = |path: &str, error: std::io::Error| failed(Path::new(path), &error);
    let waiting = format!("{}/service-worker.js", runtime.name);
    if let Some(output) = outputs.iter_mut().find(|output| output.path == waiting) {
        let mut text = output.bytes().map_err(|error| told(&waiting, error))?.into_owned();
        text.extend_from_slice(also_isolates().as_bytes());
        output.content = Content::Made(text);
    }
    outputs.push(Output { path: REGISTER.to_owned(), content: Content::Made(register().into_bytes()) });
    let mut files = Vec::new();
    let mut version = Sha256::new();
    for output in outputs.iter().filter(|output| !is_for_hosts(&output.path) && output.path != waiting) {
        let bytes = output.bytes().map_err(|error| told(&output.path, error))?;
        let hash = page::integrity(&bytes);
        version.update(&output.path);
        version.update(&hash);
        // Some hosts add something to pages; all else must be what was built.
        let checked = if is_page(&output.path) { json!("") } else { json!(hash) };
        files.push(json!([percent(&output.path), checked]));
    }
    let version = hex(&version.finalize());
    let text = format!(
        "const VERSION = \"{}\";\nconst ISOLATED = {isolated};\nconst FILES = {};\n{}",
        &version[..16],
        serde_json::Value::Array(files),
        include_str!("offline.js")
    );
    outputs.push(Output { path: WORKER.to_owned(), content: Content::Made(text.into_bytes()) });
    Ok(())
}

/// A path as an address.
fn percent(path: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(path, KEPT).to_string()
}
