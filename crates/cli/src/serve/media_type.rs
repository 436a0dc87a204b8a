//! The `Content-Type` of a file, by its name.

/// The type for a file of that name. Text carries `charset=utf-8`.
pub(crate) fn of(name: &str) -> String {
    with_charset(&plain(name))
}

/// Adds the character encoding to the types that are text.
pub(crate) fn with_charset(media_type: &str) -> String {
    if is_text(media_type) { format!("{media_type}; charset=utf-8") } else { media_type.to_owned() }
}

fn is_text(media_type: &str) -> bool {
    media_type.starts_with("text/")
        || media_type.ends_with("+json")
        || media_type.ends_with("+xml")
        || matches!(media_type, "application/json" | "application/toml" | "application/yaml" | "application/xml")
}

fn plain(name: &str) -> String {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    // Where the general table is wrong for pages (`.ts` is a video to it), or does not know the type.
    let known = match extension.as_str() {
        "js" | "mjs" => "text/javascript",
        "wasm" => "application/wasm",
        "py" | "pyi" | "pyw" => "text/x-python",
        "toml" => "application/toml",
        "yaml" | "yml" => "application/yaml",
        "json" | "map" | "ipynb" => "application/json",
        "webmanifest" => "application/manifest+json",
        "ts" | "tsx" | "jsx" | "lock" | "cfg" | "ini" | "log" => "text/plain",
        "md" => "text/markdown",
        "whl" => "application/zip",
        "ico" => "image/x-icon",
        "tgz" => "application/gzip",
        _ => {
            let guess = mime_guess::from_ext(&extension).first_raw();
            guess.unwrap_or(if extension.is_empty() { "text/plain" } else { "application/octet-stream" })
        }
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pages_are_made_of_has_its_type() {
        for (name, expected) in [
            ("index.html", "text/html; charset=utf-8"),
            ("a.htm", "text/html; charset=utf-8"),
            ("style.css", "text/css; charset=utf-8"),
            ("main.js", "text/javascript; charset=utf-8"),
            ("main.MJS", "text/javascript; charset=utf-8"),
            ("main.py", "text/x-python; charset=utf-8"),
            ("pyscript.toml", "application/toml; charset=utf-8"),
            ("pyscript.json", "application/json; charset=utf-8"),
            ("notes.txt", "text/plain; charset=utf-8"),
            ("notes.md", "text/markdown; charset=utf-8"),
            ("data.csv", "text/csv; charset=utf-8"),
            ("icon.svg", "image/svg+xml; charset=utf-8"),
            ("photo.jpg", "image/jpeg"),
            ("photo.PNG", "image/png"),
            ("photo.webp", "image/webp"),
            ("song.mp3", "audio/mpeg"),
            ("film.mp4", "video/mp4"),
            ("font.woff2", "font/woff2"),
            ("a.wasm", "application/wasm"),
            ("a.zip", "application/zip"),
            ("numpy-2.0-py3-none-any.whl", "application/zip"),
            ("a.pdf", "application/pdf"),
            ("app.ts", "text/plain; charset=utf-8"),
            ("LICENSE", "text/plain; charset=utf-8"),
            ("strange.qqq", "application/octet-stream"),
        ] {
            assert_eq!(of(name), expected, "{name}");
        }
    }
}
