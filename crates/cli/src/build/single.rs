//! `--single-file`: one HTML page with the runtime, the interpreter and its files inside. It opens by `file:` too, where
//! browsers let a page load nothing from beside it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::ops::Range;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::encode::unpacked;
use super::needs::Seen;
use super::weight::human;
use super::{address, failed, packages, walk};
use crate::embedded;
use crate::serve::media_type;
use crate::serve::rewrite::file_of_runtime;
use crate::serve::rewrite::markup::{Tag, Token, tokens};
use crate::serve::root::Root;
use crate::stop::Stop;
use crate::terminal::Terminal;

/// Where the runtime seems to be, beside the page.
const PLACE: &str = "pyrite/";

/// Smaller files are not worth the unpacking.
const SMALL: usize = 32 << 10;

/// Writes the page.
pub(crate) fn build(root: &Root, output: &Path, terminal: Terminal) -> Result<(), Stop> {
    let name = root.page.as_deref().unwrap_or("/index.html").trim_start_matches('/').to_owned();
    if output.is_dir() {
        return Err(Stop::new(format!("`{}` is a folder.", output.display()))
            .hint("name the file to write, such as -o page.html"));
    }
    let site = walk::walk(root, output, terminal)?;
    let Some(page) = site.find(&name) else {
        return Err(Stop::new(format!("There is no page `{name}` in `{}`.", root.shown))
            .hint("name the page: pyrite build page.html --single-file -o page.out.html"));
    };
    if output.canonicalize().is_ok_and(|there| there == page.source) {
        return Err(Stop::new(format!("`{}` is the page itself.", output.display())).hint("write to another file."));
    }
    let text = page.text.as_deref().unwrap_or_default();
    let _progress = terminal.progress("Putting the page together", None);
    let mut files: BTreeMap<String, Value> = BTreeMap::new();
    // Errors look there for the lines of scripts, which are others once more stands in the page.
    files.insert(String::new(), packed(&name, text.as_bytes())?);
    let mut modules: BTreeMap<String, Value> = BTreeMap::new();
    let mut seen = Seen::default();
    seen.page(text);
    let folder = page.source.parent().unwrap_or(Path::new("."));
    for file in &site.files {
        if walk::is_page(&file.path) || output.canonicalize().is_ok_and(|there| there == file.source) {
            continue;
        }
        if let Some(text) = file.text.as_deref().filter(|_| walk::is_code(&file.path)) {
            seen.code(text);
        }
        let bytes = fs::read(&file.source).map_err(|error| failed(&file.source, &error))?;
        if matches!(walk::extension(&file.path).as_str(), "js" | "mjs") {
            modules.insert(format!("./{}", file.path), json!([STANDARD.encode(&bytes), ""]));
        }
        files.insert(format!("./{}", file.path), packed(&file.path, &bytes)?);
    }
    let packages = packages::of(&site)?;
    for output in &packages.outputs {
        let bytes = output.bytes().map_err(|error| failed(Path::new(&output.path), &error))?;
        files.insert(format!("./{PLACE}{}", output.path), packed(&output.path, &bytes)?);
    }
    let own = |path: &str| packages.outputs.iter().all(|output| output.path != path);
    for file in embedded::FILES.iter().filter(|file| seen.needs(file.path) && own(file.path)) {
        let bytes = unpacked(file).map_err(|error| failed(Path::new(file.path), &error))?;
        let place = format!("./{PLACE}{}", file.path);
        if matches!(walk::extension(file.path).as_str(), "js" | "mjs") {
            // The runtime asks for it with its key.
            modules.insert(place, json!([STANDARD.encode(with_own_address(&bytes, file.path)), file.key]));
        } else {
            files.insert(place, packed(file.path, &bytes)?);
        }
    }
    let text = inlined(text, folder, &prelude(&files, &modules));
    crate::staging::write(output, text.as_bytes()).map_err(|error| failed(output, &error))?;
    if let Some(note) = &packages.note {
        terminal.warn(note);
    }
    terminal.say(&format!("Built {} ({})", output.display(), human(text.len() as u64)));
    Ok(())
}

/// A module from a `data:` address does not know where it is.
fn with_own_address(bytes: &[u8], path: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    text.replace("import.meta.url", &format!("new URL(\"./{PLACE}{path}\",document.baseURI).href")).into_bytes()
}

fn packed(path: &str, bytes: &[u8]) -> Result<Value, Stop> {
    let media_type = media_type::of(path);
    if bytes.len() < SMALL {
        return Ok(json!([media_type, STANDARD.encode(bytes), 0]));
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
    let packed = packed.map_err(|error| failed(Path::new(path), &error))?;
    Ok(json!([media_type, STANDARD.encode(packed), 1]))
}

fn prelude(files: &BTreeMap<String, Value>, modules: &BTreeMap<String, Value>) -> String {
    // Base64 and names: `</script` cannot stand in there but as a name.
    let safe = |value: Value| value.to_string().replace('<', "\\u003c");
    format!(
        "<script>const FILES={},MODULES={};{}</script><script type=\"module\">import \"./{PLACE}core.js\"</script>",
        safe(json!(files)),
        safe(json!(modules)),
        include_str!("single.js").trim_end()
    )
}

/// The page with all that its tags load in their places.
fn inlined(text: &str, folder: &Path, prelude: &str) -> String {
    let found = tokens(text);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut begun = false;
    for (index, token) in found.iter().enumerate() {
        let Token::Start(tag) = token else { continue };
        let rel = tag.value(text, "rel").unwrap_or_default().to_ascii_lowercase();
        let of_script = || {
            found.get(index + 2).and_then(|token| match token {
                Token::End { whole, .. } => Some(tag.whole.start..whole.end),
                _ => None,
            })
        };
        if tag.is(text, "script") {
            let Some(src) = tag.value(text, "src") else { continue };
            let kind = tag.value(text, "type").unwrap_or_default().to_ascii_lowercase();
            if file_of_runtime(src).as_deref() == Some("core.js") {
                let Some(whole) = of_script() else { continue };
                edits.push((whole, if begun { String::new() } else { prelude.to_owned() }));
                begun = true;
            } else if matches!(kind.as_str(), "" | "text/javascript" | "module")
                && let (Some(whole), Some(code)) = (of_script(), read(folder, src))
            {
                let kind = if kind == "module" { " type=\"module\"" } else { "" };
                let code = String::from_utf8_lossy(&code).replace("</script", "<\\/script").replace("<!--", "<\\!--");
                edits.push((whole, format!("<script{kind}>{code}</script>")));
            }
        } else if tag.is(text, "link") {
            let Some(href) = tag.value(text, "href") else { continue };
            if let Some(file) = file_of_runtime(href) {
                let style = embedded::find(&file).filter(|_| rel == "stylesheet").and_then(|file| unpacked(file).ok());
                let style = style.map(|css| format!("<style>{}</style>", String::from_utf8_lossy(&css)));
                edits.push((tag.whole.clone(), style.unwrap_or_default()));
            } else if rel == "stylesheet"
                && let Some(css) = read(folder, href)
            {
                let css = String::from_utf8_lossy(&css).replace("</style", "<\\/style");
                edits.push((tag.whole.clone(), format!("<style>{css}</style>")));
            } else if rel.contains("icon") {
                edits.extend(as_data(text, folder, tag, "href"));
            }
        } else if ["img", "audio", "video", "source"].iter().any(|name| tag.is(text, name)) {
            edits.extend(as_data(text, folder, tag, "src"));
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut result = String::with_capacity(text.len() + prelude.len());
    let mut at = 0;
    for (range, new) in edits {
        result.push_str(&text[at..range.start]);
        result.push_str(&new);
        at = range.end;
    }
    result.push_str(&text[at..]);
    result
}

/// The file as the address of itself.
fn as_data(text: &str, folder: &Path, tag: &Tag, name: &str) -> Option<(Range<usize>, String)> {
    let attribute = tag.attribute(text, name)?;
    let value = text[attribute.value.clone()].trim_ascii();
    let bytes = read(folder, value)?;
    let media_type = media_type::of(value.split(['?', '#']).next()?).replace("; ", ";");
    Some((attribute.whole.clone(), format!("{name}=\"data:{media_type};base64,{}\"", STANDARD.encode(bytes))))
}

/// A file that the page names, wherever it is on this machine.
fn read(folder: &Path, value: &str) -> Option<Vec<u8>> {
    if address::has_scheme(value) || value.starts_with(['/', '#']) {
        return None;
    }
    let path = percent_encoding::percent_decode_str(value.split(['?', '#']).next()?).decode_utf8().ok()?.into_owned();
    fs::read(folder.join(path)).ok()
}
