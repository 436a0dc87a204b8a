//! Serves the runtime and the interpreters that are inside this binary, compressed as the browser likes it.

use std::io::{self, Read as _, Write as _};
use std::sync::OnceLock;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::Response;
use flate2::Compression;

use super::encoding::{self, Encoding};
use super::media_type;
use super::respond::{self, Content, IMMUTABLE, REVALIDATE, Representation};
use super::validators::Validators;
use crate::embedded::{self, EmbeddedFile};

/// Forms of a file that are made when they are first asked for.
#[derive(Debug, Default)]
struct Forms {
    plain: OnceLock<Option<Bytes>>,
    gzip: OnceLock<Option<Bytes>>,
}

/// The embedded files, with what was made of them so far.
#[derive(Debug)]
pub(crate) struct Runtime {
    forms: Vec<Forms>,
}

impl Runtime {
    /// Nothing is decompressed until somebody asks.
    pub(crate) fn new() -> Self {
        Self { forms: embedded::FILES.iter().map(|_| Forms::default()).collect() }
    }

    /// Answers for the file of that name. Decompressing takes a moment: not for the thread that answers others.
    pub(crate) fn answer(&self, name: &str, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
        let index = embedded::FILES.iter().position(|file| file.path == name)?;
        let (file, forms) = (&embedded::FILES[index], self.forms.get(index)?);
        let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
        let encoding = encoding::negotiate(accepted.unwrap_or_default());
        let content = match encoding {
            Encoding::Brotli => Some(Bytes::from_static(file.brotli)),
            Encoding::Gzip => forms.gzip(file),
            Encoding::Identity => forms.plain(file),
        };
        let Some(content) = content else {
            let message = format!("The runtime's file {name} is damaged.\nhint: install pyrite again.\n");
            return Some(respond::text(StatusCode::INTERNAL_SERVER_ERROR, message));
        };
        let found = Representation {
            media_type: media_type::with_charset(file.media_type),
            validators: Validators { etag: etag(file, encoding), modified: None },
            cache: if names_content(uri.query(), file) { IMMUTABLE } else { REVALIDATE },
            encoding: encoding.header(),
            vary: Some("Accept-Encoding"),
            content: Content::Memory(content),
        };
        let mut response = respond::send(method, headers, found);
        if name == "service-worker.js" {
            // It looks after pages above its own folder.
            respond::put(response.headers_mut(), header::HeaderName::from_static("service-worker-allowed"), "/");
        }
        Some(response)
    }
}

impl Forms {
    fn plain(&self, file: &EmbeddedFile) -> Option<Bytes> {
        self.plain.get_or_init(|| decompressed(file).map(Bytes::from)).clone()
    }

    fn gzip(&self, file: &EmbeddedFile) -> Option<Bytes> {
        self.gzip.get_or_init(|| gzipped(&self.plain(file)?, Compression::new(6)).ok().map(Bytes::from)).clone()
    }
}

fn decompressed(file: &EmbeddedFile) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(file.length);
    brotli::Decompressor::new(file.brotli, 1 << 16).read_to_end(&mut plain).ok()?;
    (plain.len() == file.length).then_some(plain)
}

/// The gzip form.
///
/// # Errors
/// When there is no memory for it.
pub(crate) fn gzipped(plain: &[u8], level: Compression) -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
    encoder.write_all(plain)?;
    encoder.finish()
}

fn etag(file: &EmbeddedFile, encoding: Encoding) -> String {
    let hash = file.sha256.get(..32).unwrap_or(file.sha256);
    format!("\"{hash}{}\"", encoding.tag())
}

/// Whether the address says which content it means: `?v=` with the key, or at least eight digits of its hash. The version
/// of a wheel is in its name.
fn names_content(query: Option<&str>, file: &EmbeddedFile) -> bool {
    let is_key = |value: &str| value == file.key || value.len() >= 8 && file.sha256.starts_with(value);
    file.path.ends_with(".whl")
        || query.into_iter().flat_map(|query| query.split('&')).filter_map(|pair| pair.strip_prefix("v=")).any(is_key)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use super::*;

    #[test]
    fn every_embedded_file_decompresses_to_its_length() {
        assert!(embedded::find("core.js").is_some(), "the runtime's entry is missing");
        for file in embedded::FILES {
            assert!(decompressed(file).is_some(), "{}", file.path);
        }
    }

    #[test]
    fn gzip_gives_the_same_bytes_back() {
        let file = embedded::find("core.js").unwrap();
        let forms = Forms::default();
        let gzip = forms.gzip(file).unwrap();
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&gzip[..]).read_to_end(&mut plain).unwrap();
        assert_eq!(plain, forms.plain(file).unwrap());
    }

    #[test]
    fn only_an_address_with_the_right_hash_may_be_kept_for_ever() {
        let file = |path| EmbeddedFile {
            path,
            media_type: "",
            length: 0,
            sha256: "0123456789abcdef",
            key: "fedcba9876",
            brotli: &[],
        };
        assert!(names_content(Some("v=01234567"), &file("a.js")));
        assert!(names_content(Some("a=b&v=0123456789"), &file("a.js")));
        assert!(names_content(Some("v=fedcba9876"), &file("a.js")));
        assert!(names_content(None, &file("a-1.0-py3-none-any.whl")));
        for query in [
            None,
            Some(""),
            Some("v="),
            Some("v=0123"),
            Some("v=76543210"),
            Some("w=01234567"),
            Some("v=0.1.0"),
            Some("v=fedcba98"),
        ] {
            assert!(!names_content(query, &file("a.js")), "{query:?}");
        }
    }
}
