//! The pages that the server writes itself: the list of a folder, and what is said when there is nothing to serve.

use super::address::encoded;

/// One entry of a folder's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) folder: bool,
}

const STYLE: &str = "\
:root{color-scheme:light dark;font:17px/1.6 system-ui,sans-serif}\
body{max-width:42rem;margin:0 auto;padding:2rem 1.25rem;overflow-wrap:anywhere}\
h1{font-size:1.4rem;line-height:1.3}ul{list-style:none;padding:0}\
li a{display:block;padding:.4rem .5rem;border-radius:6px;text-decoration:none}\
li a:hover,li a:focus-visible{background:#8882;text-decoration:underline}\
code{font-family:ui-monospace,monospace}footer{margin-top:2rem;opacity:.7;font-size:.85rem}";

fn page(title: &str, head: &str, body: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n{head}</head>\n<body>\n{body}<footer>Pyrite {version}</footer>\n</body>\n</html>\n",
        title = escaped(title),
    )
}

/// The list of a folder without `index.html`. `head` is a tag to put into the page's head.
pub(crate) fn listing(segments: &[String], entries: &[Entry], head: &str) -> String {
    let place = if segments.is_empty() { "this folder".to_owned() } else { segments.join("/") };
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    // What can be opened comes first, then the folders, then the rest.
    sorted.sort_by_key(|entry| (!is_page(entry), !entry.folder, entry.name.to_lowercase(), entry.name.clone()));
    let mut list = String::new();
    if !segments.is_empty() {
        list.push_str("<li><a href=\"../\">../</a></li>\n");
    }
    for entry in sorted {
        let slash = if entry.folder { "/" } else { "" };
        let name = escaped(&entry.name);
        // With the dot, a name with a colon is not taken for an address.
        let link = format!(".{}{slash}", encoded(std::iter::once(entry.name.as_str())));
        list.push_str(&format!("<li><a href=\"{link}\">{name}{slash}</a></li>\n"));
    }
    if list.is_empty() {
        list.push_str("<li>Nothing here yet. Add an <code>index.html</code>.</li>\n");
    }
    let title = format!("Files in {place}");
    page(&title, head, &format!("<h1>{}</h1>\n<ul>\n{list}</ul>\n", escaped(&title)))
}

fn is_page(entry: &Entry) -> bool {
    !entry.folder && (entry.name.ends_with(".html") || entry.name.ends_with(".htm"))
}

/// What is said instead of a file that is not there. `similar` are paths that may have been meant.
pub(crate) fn missing(path: &str, similar: &[(String, String)], head: &str) -> String {
    let mut body = format!("<h1>There is no file <code>{}</code> here</h1>\n", escaped(path));
    if similar.is_empty() {
        body.push_str("<p>Look at the spelling of its name, upper and lower case too.</p>\n");
    } else {
        body.push_str("<p>Did you mean one of these?</p>\n<ul>\n");
        for (link, name) in similar {
            body.push_str(&format!("<li><a href=\"{}\">{}</a></li>\n", escaped(link), escaped(name)));
        }
        body.push_str("</ul>\n");
    }
    body.push_str("<p><a href=\"/\">To the start</a></p>\n");
    page("Not found", head, &body)
}

/// The same for what is no page: a script or an image asks, and a console shows it.
pub(crate) fn missing_text(path: &str, similar: &[(String, String)]) -> String {
    let mut text = format!("There is no file {path} here.\n");
    if let Some((_, name)) = similar.first() {
        text.push_str(&format!("hint: did you mean {name}?\n"));
    }
    text
}

/// What is said of a file that is not served.
pub(crate) fn refused(path: &str, reason: &str, head: &str) -> String {
    let body = format!(
        "<h1><code>{}</code> is not served</h1>\n<p>Reason: {}.</p>\n<p><a href=\"/\">To the start</a></p>\n",
        escaped(path),
        escaped(reason)
    );
    page("Not served", head, &body)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, folder: bool) -> Entry {
        Entry { name: name.to_owned(), folder }
    }

    #[test]
    fn a_list_has_pages_first_and_escapes_names() {
        let entries = [entry("z.py", false), entry("sub", true), entry("<b>&\".html", false), entry("a:b.txt", false)];
        let text = listing(&["docs".to_owned()], &entries, "");
        let links: Vec<&str> = text.split("<a href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(links, ["../", "./%3Cb%3E%26%22.html", "./sub/", "./a%3Ab.txt", "./z.py"]);
        assert!(text.contains("&lt;b&gt;&amp;&quot;.html</a>"), "{text}");
        assert!(!text.contains("<b>"), "{text}");
    }

    #[test]
    fn an_empty_folder_says_what_to_do() {
        assert!(listing(&[], &[], "").contains("Add an <code>index.html</code>"));
    }

    #[test]
    fn what_is_missing_is_named_safely() {
        let text = missing("/<script>", &[("/a.html".to_owned(), "a.html".to_owned())], "");
        assert!(
            text.contains("<code>/&lt;script&gt;</code>") && text.contains("<a href=\"/a.html\">a.html</a>"),
            "{text}"
        );
    }
}
