//! Addresses of a page as files of the project.

use pyrite_core::config::address;

/// Stands for wherever the project will be served.
const ORIGIN: &str = "https://project.invalid/";

/// Where an address leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// To a file of the project.
    File(String),
    /// To what the host of the page brings: the runtime below `/_pyrite/`.
    Runtime,
    /// To another site.
    Remote(String),
    /// A template engine decides.
    Unknown,
}

/// The address of a file of the project.
pub(crate) fn url(path: &str) -> String {
    format!("{ORIGIN}{path}")
}

/// Where an address in a document leads. `base` is the address of the document.
pub(crate) fn target(base: &str, written: &str) -> Target {
    if is_template(written) {
        return Target::Unknown;
    }
    let joined = address::join(base, written.trim());
    let Some(path) = joined.strip_prefix(ORIGIN) else {
        let known = address::scheme(&joined).is_some() || joined.starts_with("//");
        return if known { Target::Remote(joined) } else { Target::Unknown };
    };
    let path = decoded(address::path(path));
    if path == "_pyrite" || path.starts_with("_pyrite/") { Target::Runtime } else { Target::File(path) }
}

/// Whether a template engine will put something else here.
pub(crate) fn is_template(text: &str) -> bool {
    ["{{", "{%", "<%", "${", "<?"].iter().any(|mark| text.contains(mark))
}

/// The text behind `%20` and its kin.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits.filter(|_| *first == b'%').and_then(|two| u8::from_str_radix(two, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_files_or_elsewhere() {
        let page = url("app/index.html");
        let file = |path: &str| Target::File(path.into());
        for (written, expected) in [
            ("./main.py?v=2#x", file("app/main.py")),
            ("../lib/a%20b.py", file("lib/a b.py")),
            ("/data.csv", file("data.csv")),
            ("/_pyrite/core.js", Target::Runtime),
            ("https://x.org/a.js", Target::Remote("https://x.org/a.js".into())),
            ("//x.org/a.js", Target::Remote("https://x.org/a.js".into())),
            ("{% static 'a.py' %}", Target::Unknown),
            ("data:,x", Target::Remote("data:,x".into())),
        ] {
            assert_eq!(target(&page, written), expected, "{written}");
        }
    }
}
