//! The files that are inside the binary: the runtime and both interpreters, brotli-compressed.

/// One file of the built runtime.
#[derive(Debug)]
pub(crate) struct EmbeddedFile {
    /// Name relative to the runtime's folder, such as `pyodide/pyodide.mjs`.
    pub(crate) path: &'static str,
    /// Media type without parameters.
    pub(crate) media_type: &'static str,
    /// Bytes when decompressed.
    pub(crate) length: usize,
    /// Hash of the decompressed bytes, in hexadecimal digits.
    pub(crate) sha256: &'static str,
    /// What the runtime puts into its address (`?v=`); changes with the contents.
    pub(crate) key: &'static str,
    /// The compressed bytes.
    pub(crate) brotli: &'static [u8],
}

/// Every file of the built runtime.
pub(crate) static FILES: &[EmbeddedFile] = include!(concat!(env!("OUT_DIR"), "/dist.rs"));

/// The file of that name.
pub(crate) fn find(path: &str) -> Option<&'static EmbeddedFile> {
    FILES.iter().find(|file| file.path == path)
}
