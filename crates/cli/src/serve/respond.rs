//! Turns what was found into an HTTP response: conditions, ranges, headers.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

use super::validators::{self, Answer, Validators};

/// Always ask whether it is still the same.
pub(crate) const REVALIDATE: &str = "no-cache";
/// The address names this very content.
pub(crate) const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Something to send.
#[derive(Debug)]
pub(crate) struct Representation {
    pub(crate) media_type: String,
    pub(crate) validators: Validators,
    pub(crate) cache: &'static str,
    /// The value of `Content-Encoding`.
    pub(crate) encoding: Option<&'static str>,
    /// The request headers that the choice of this form depends on.
    pub(crate) vary: Option<&'static str>,
    pub(crate) content: Content,
}

/// Where the bytes are.
#[derive(Debug)]
pub(crate) enum Content {
    Memory(Bytes),
    Disk { file: File, length: u64 },
}

impl Content {
    fn length(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Disk { length, .. } => *length,
        }
    }

    /// The body of a part. `length` bytes from `first` on.
    fn body(self, first: u64, length: u64) -> io::Result<Body> {
        match self {
            Self::Memory(bytes) => {
                let range = usize::try_from(first).ok().zip(usize::try_from(first + length).ok());
                Ok(Body::from(range.map_or_else(Bytes::new, |(from, to)| bytes.slice(from..to))))
            }
            Self::Disk { mut file, .. } => {
                file.seek(SeekFrom::Start(first))?;
                // What fits into one buffer is not worth a stream.
                if length <= 64 * 1024 {
                    let mut bytes = Vec::new();
                    file.take(length).read_to_end(&mut bytes)?;
                    return Ok(Body::from(bytes));
                }
                let part = tokio::fs::File::from_std(file).take(length);
                Ok(Body::from_stream(ReaderStream::with_capacity(part, 64 * 1024)))
            }
        }
    }
}

/// Answers a `GET` or `HEAD` with it.
pub(crate) fn send(method: &Method, request: &HeaderMap, found: Representation) -> Response {
    let length = found.content.length();
    // A part of something compressed helps nobody.
    let ranges = found.encoding.is_none() && method == Method::GET;
    let answer = validators::decide(request, &found.validators, length, ranges);
    let (status, part) = match answer {
        Answer::NotModified => (StatusCode::NOT_MODIFIED, None),
        Answer::Whole => (StatusCode::OK, Some((0, length))),
        Answer::Part { first, last } => (StatusCode::PARTIAL_CONTENT, Some((first, last - first + 1))),
        Answer::Unsatisfiable => (StatusCode::RANGE_NOT_SATISFIABLE, Some((0, 0))),
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    put(headers, header::ETAG, &found.validators.etag);
    put(headers, header::CACHE_CONTROL, found.cache);
    if let Some(vary) = found.vary {
        put(headers, header::VARY, vary);
    }
    if let Some(modified) = found.validators.modified {
        put(headers, header::LAST_MODIFIED, &httpdate::fmt_http_date(modified));
    }
    if let Some((_, length)) = part {
        put(headers, header::CONTENT_LENGTH, &length.to_string());
        if status != StatusCode::RANGE_NOT_SATISFIABLE {
            put(headers, header::CONTENT_TYPE, &found.media_type);
        }
        match found.encoding {
            Some(encoding) => put(headers, header::CONTENT_ENCODING, encoding),
            None => put(headers, header::ACCEPT_RANGES, "bytes"),
        }
    }
    match answer {
        Answer::Part { first, last } => put(headers, header::CONTENT_RANGE, &format!("bytes {first}-{last}/{length}")),
        Answer::Unsatisfiable => put(headers, header::CONTENT_RANGE, &format!("bytes */{length}")),
        _ => {}
    }
    if let Some((first, length)) = part.filter(|(_, length)| method != Method::HEAD && *length > 0) {
        match found.content.body(first, length) {
            Ok(body) => *response.body_mut() = body,
            Err(error) => {
                return text(StatusCode::INTERNAL_SERVER_ERROR, format!("The file cannot be read: {error}.\n"));
            }
        }
    }
    response
}

/// A short text, or a page, that must not be kept.
pub(crate) fn text(status: StatusCode, content: String) -> Response {
    said(status, "text/plain; charset=utf-8", content)
}

/// A page of the server's own.
pub(crate) fn page(status: StatusCode, content: String) -> Response {
    said(status, "text/html; charset=utf-8", content)
}

fn said(status: StatusCode, media_type: &str, content: String) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    put(response.headers_mut(), header::CONTENT_TYPE, media_type);
    put(response.headers_mut(), header::CONTENT_LENGTH, &content.len().to_string());
    put(response.headers_mut(), header::CACHE_CONTROL, REVALIDATE);
    *response.body_mut() = Body::from(content);
    response
}

/// Sets a header. A value that no header can hold is left out.
pub(crate) fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
