//! Addresses in pages: which file of the site one means, and how one page names a file.

/// The file of the site that an address in `page` means. `None` for other sites and for what is no file.
pub(crate) fn local(page: &str, address: &str) -> Option<String> {
    let address = address.trim_ascii();
    if address.is_empty() || address.starts_with(['#', '?']) || address.starts_with("//") || has_scheme(address) {
        return None;
    }
    let path = address.split(['?', '#']).next()?;
    let path = percent_encoding::percent_decode_str(path).decode_utf8().ok()?;
    let mut parts: Vec<&str> = match path.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => page.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev().collect(),
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            // Above the root is the root, as in browsers.
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    Some(match path.ends_with('/') {
        true if joined.is_empty() => "index.html".to_owned(),
        true => format!("{joined}/index.html"),
        false => joined,
    })
}

/// Whether it names a site or another thing than a file beside the page.
pub(crate) fn has_scheme(address: &str) -> bool {
    address.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

/// The way from a page to the root of the site: `./` or `../` as often as needed.
pub(crate) fn up(page: &str) -> String {
    match page.matches('/').count() {
        0 => "./".to_owned(),
        depth => "../".repeat(depth),
    }
}

/// The site of an address on another one, such as `https://example.org`.
pub(crate) fn origin(address: &str) -> Option<String> {
    let address = address.trim_ascii();
    let (scheme, rest) = match address.strip_prefix("//") {
        Some(rest) => ("https", rest),
        None => address.split_once("://")?,
    };
    if !matches!(scheme, "http" | "https" | "ws" | "wss") {
        return None;
    }
    let host: String =
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']')).collect();
    (!host.is_empty()).then(|| format!("{scheme}://{}", host.to_ascii_lowercase().trim_end_matches([':', '.'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_files() {
        let of = |page, address| local(page, address);
        assert_eq!(of("a/index.html", "../style.css?x#y").as_deref(), Some("style.css"));
        assert_eq!(of("a/b/index.html", "./m%20n.py").as_deref(), Some("a/b/m n.py"));
        assert_eq!(of("a/index.html", "/x/").as_deref(), Some("x/index.html"));
        assert_eq!(of("index.html", "../../x.py").as_deref(), Some("x.py"));
        for address in ["", "#a", "https://x.org/a", "//x.org/a", "data:,", "mailto:a@b"] {
            assert_eq!(of("index.html", address), None, "{address}");
        }
    }

    #[test]
    fn the_way_to_the_root_is_relative() {
        assert_eq!((up("index.html"), up("a/b/c.html")), ("./".to_owned(), "../../".to_owned()));
    }

    #[test]
    fn an_origin_is_scheme_and_host() {
        assert_eq!(origin("https://Api.Example.org:8080/x?y").as_deref(), Some("https://api.example.org:8080"));
        assert_eq!(origin("//a.org/x").as_deref(), Some("https://a.org"));
        assert_eq!(origin("data:,x"), None);
        assert_eq!(origin("https://"), None);
    }
}
