//! Finds the name that was probably meant.

/// How alike two names must be, from 0 to 1.
const ALIKE: f64 = 0.84;

/// The names most like the wanted one, best first, three at most.
pub(crate) fn similar<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted_key = wanted.to_lowercase();
    let mut scored: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (likeness(&wanted_key, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    scored.sort_by(|(one, a), (other, b)| other.total_cmp(one).then_with(|| a.cmp(b)));
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

fn likeness(wanted: &str, name: &str) -> f64 {
    // `page` for `page.html`: the commonest slip of all.
    let stem = |text: &str| text.rsplit_once('.').map_or(text.to_owned(), |(stem, _)| stem.to_owned());
    if !wanted.is_empty() && stem(wanted) == stem(name) {
        return 1.0;
    }
    strsim::jaro_winkler(wanted, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_understood() {
        let names = ["index.html", "about.html", "main.py", "Images", "pyscript.toml"];
        assert_eq!(similar("indx.html", names), ["index.html"]);
        assert_eq!(similar("about", names), ["about.html"]);
        assert_eq!(similar("images", names), ["Images"]);
        assert_eq!(similar("pyscript.tom", names), ["pyscript.toml"]);
    }

    #[test]
    fn nothing_is_suggested_for_something_else() {
        assert_eq!(similar("favicon.ico", ["index.html", "main.py"]), [""; 0]);
        assert_eq!(similar("", ["index.html", ".x"]), [""; 0]);
    }
}
