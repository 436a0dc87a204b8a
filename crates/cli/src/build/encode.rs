//! Writes the files of a build, with their compressed forms beside them.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::failed;
use crate::embedded::EmbeddedFile;
use crate::serve::runtime::gzipped;
use crate::stop::Stop;
use crate::terminal::step;

/// Where the bytes of an output come from.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// They were made.
    Made(Vec<u8>),
    /// A file of this machine.
    File(PathBuf),
    /// A file of the runtime.
    Runtime(&'static EmbeddedFile),
}

/// A file of the build.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    /// Its path below the output folder.
    pub(crate) path: String,
    pub(crate) content: Content,
}

impl Output {
    /// All of its bytes.
    pub(crate) fn bytes(&self) -> io::Result<Cow<'_, [u8]>> {
        Ok(match &self.content {
            Content::Made(bytes) => Cow::Borrowed(bytes),
            Content::File(source) => Cow::Owned(fs::read(source)?),
            Content::Runtime(file) => Cow::Owned(unpacked(file)?),
        })
    }
}

/// A file of the runtime as a browser sees it.
pub(crate) fn unpacked(file: &EmbeddedFile) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(file.length);
    brotli::BrotliDecompress(&mut io::Cursor::new(file.brotli), &mut bytes)?;
    Ok(bytes)
}

/// Compressing what is compressed already only costs time.
const COMPRESSED: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "webp", "avif", "mp3", "mp4", "webm", "ogg", "m4a", "mov", "woff", "woff2", "gz",
    "br", "tgz", "whl", "bz2", "xz", "7z", "zip",
];

/// Beyond this the best brotli takes minutes and gives little.
const SLOW: usize = 4 << 20;

/// The brotli form, where that is smaller.
pub(crate) fn brotli(path: &str, content: &Content, bytes: &[u8]) -> io::Result<Option<Vec<u8>>> {
    if let Content::Runtime(file) = content {
        return Ok((file.brotli.len() < bytes.len()).then(|| file.brotli.to_vec()));
    }
    if COMPRESSED.contains(&super::walk::extension(path).as_str()) {
        return Ok(None);
    }
    let quality = if bytes.len() > SLOW { 9 } else { 11 };
    let parameters =
        brotli::enc::BrotliEncoderParams { quality, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut io::Cursor::new(bytes), &mut packed, &parameters)?;
    Ok((packed.len() < bytes.len()).then_some(packed))
}

fn gzip(path: &str, bytes: &[u8]) -> io::Result<Option<Vec<u8>>> {
    if COMPRESSED.contains(&super::walk::extension(path).as_str()) && !path.ends_with("_compiled.zip") {
        return Ok(None);
    }
    let level = if bytes.len() > SLOW { flate2::Compression::new(6) } else { flate2::Compression::best() };
    let packed = gzipped(bytes, level)?;
    Ok((packed.len() < bytes.len()).then_some(packed))
}

/// Writes all of them below the folder.
pub(crate) fn write(folder: &Path, outputs: &[Output]) -> Result<(), Stop> {
    let next = AtomicUsize::new(0);
    let failure: Mutex<Option<Stop>> = Mutex::new(None);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(output) = outputs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let done = one(folder, output);
                    step();
                    if let Err(stop) = done {
                        failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(stop);
                        // The others stop too.
                        next.store(outputs.len(), Ordering::Relaxed);
                    }
                }
            });
        }
    });
    match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(stop) => Err(stop),
        None => Ok(()),
    }
}

fn one(folder: &Path, output: &Output) -> Result<(), Stop> {
    let bytes = output.bytes().map_err(|error| match &output.content {
        Content::File(source) => Stop::new(format!("`{}` cannot be read: {error}.", source.display())),
        _ => failed(Path::new(&output.path), &error),
    })?;
    plain(folder, &output.path, &bytes)?;
    // Of hosts, not of pages.
    if is_for_hosts(&output.path) {
        return Ok(());
    }
    let told = |error: io::Error| failed(Path::new(&output.path), &error);
    if let Some(packed) = brotli(&output.path, &output.content, &bytes).map_err(told)? {
        plain(folder, &format!("{}.br", output.path), &packed)?;
    }
    if let Some(packed) = gzip(&output.path, &bytes).map_err(told)? {
        plain(folder, &format!("{}.gz", output.path), &packed)?;
    }
    Ok(())
}

/// What a host reads and no browser asks for.
pub(crate) fn is_for_hosts(path: &str) -> bool {
    path.starts_with(".pyrite/") || matches!(path, "_headers" | ".nojekyll")
}

/// Writes one file as it is.
pub(crate) fn plain(folder: &Path, path: &str, bytes: &[u8]) -> Result<(), Stop> {
    crate::staging::add(folder, path, bytes).map_err(|error| failed(Path::new(path), &error))
}
