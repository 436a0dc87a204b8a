//! The `Accept-Encoding` header: how the runtime's files are compressed for this browser.

/// A compression of the runtime's files, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// The value of `Content-Encoding`.
    pub(crate) fn header(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// What makes the entity tag of this form differ from the others.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Brotli => "-br",
            Self::Gzip => "-gz",
            Self::Identity => "",
        }
    }
}

/// The best compression that the browser takes.
pub(crate) fn negotiate(accepted: &str) -> Encoding {
    if accepts(accepted, "br") {
        Encoding::Brotli
    } else if accepts(accepted, "gzip") || accepts(accepted, "x-gzip") {
        Encoding::Gzip
    } else {
        Encoding::Identity
    }
}

/// Whether the header allows that coding, by its name or else by `*`.
fn accepts(header: &str, coding: &str) -> bool {
    let mut any = None;
    for item in header.split(',') {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let refused = parts.any(|part| {
            let weight = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
            weight.and_then(|weight| weight.trim().parse::<f32>().ok()).is_some_and(|weight| weight <= 0.0)
        });
        if name.eq_ignore_ascii_case(coding) {
            return !refused;
        }
        if name == "*" {
            any = Some(!refused);
        }
    }
    // `x-gzip` is only an old name of gzip; a star is answered by the first two already.
    any.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brotli_is_preferred_then_gzip_then_nothing() {
        assert_eq!(negotiate("gzip, deflate, br, zstd"), Encoding::Brotli);
        assert_eq!(negotiate("gzip, deflate"), Encoding::Gzip);
        assert_eq!(negotiate("deflate"), Encoding::Identity);
        assert_eq!(negotiate(""), Encoding::Identity);
        assert_eq!(negotiate("identity"), Encoding::Identity);
    }

    #[test]
    fn a_weight_of_zero_refuses() {
        assert_eq!(negotiate("br;q=0, gzip;q=0.5"), Encoding::Gzip);
        assert_eq!(negotiate("br; q=0.0, gzip; q=0"), Encoding::Identity);
        assert_eq!(negotiate("BR;q=0.1"), Encoding::Brotli);
    }

    #[test]
    fn a_star_stands_for_what_is_not_named() {
        assert_eq!(negotiate("*"), Encoding::Brotli);
        assert_eq!(negotiate("br;q=0, *"), Encoding::Gzip);
        assert_eq!(negotiate("*;q=0"), Encoding::Identity);
        assert_eq!(negotiate("gzip, *;q=0"), Encoding::Gzip);
    }

    #[test]
    fn a_name_that_only_contains_another_is_not_it() {
        assert_eq!(negotiate("brotli, gzipped"), Encoding::Identity);
    }
}
