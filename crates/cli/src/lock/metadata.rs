//! What a wheel says about itself.

use std::io::Read as _;
use std::str::FromStr as _;

use pep508_rs::{Requirement, VerbatimUrl};
use pyrite_core::archive::{self, Kind, Limits, Method};

/// What it needs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Metadata {
    pub(crate) requires: Vec<Requirement<VerbatimUrl>>,
    pub(crate) requires_python: Option<String>,
}

impl Metadata {
    /// Reads a METADATA file. Lines that are no requirement are passed over, as pip does with what it cannot use.
    pub(crate) fn parse(text: &str) -> Self {
        let mut found = Self::default();
        // What follows the first empty line is for people.
        for line in text.lines().take_while(|line| !line.is_empty()) {
            let Some((key, value)) = line.split_once(':') else { continue };
            match key.to_ascii_lowercase().as_str() {
                "requires-dist" => found.requires.extend(Requirement::from_str(value.trim())),
                "requires-python" => found.requires_python = Some(value.trim().to_owned()),
                _ => {}
            }
        }
        found
    }
}

/// One file of a wheel, by the end of its path.
pub(crate) fn file_in(wheel: &[u8], end: &str) -> Result<String, String> {
    let plan =
        archive::plan(Kind::Zip, wheel, &Limits::default()).map_err(|error| error.diagnose("the wheel").message)?;
    let entry = plan.files.iter().filter(|entry| entry.path.ends_with(end)).min_by_key(|entry| entry.path.len());
    let entry = entry.ok_or_else(|| format!("it has no {end}"))?;
    let data = wheel.get(entry.data.clone()).ok_or("it is cut off")?;
    let mut bytes = Vec::new();
    match entry.method {
        Method::Stored => bytes.extend_from_slice(data),
        _ => {
            let limit = u64::try_from(entry.size).unwrap_or(u64::MAX).saturating_add(1);
            let read = flate2::read::DeflateDecoder::new(data).take(limit).read_to_end(&mut bytes);
            read.map_err(|error| error.to_string())?;
        }
    }
    archive::verify(entry, &bytes).map_err(|error| error.diagnose("the wheel").message)?;
    String::from_utf8(bytes).map_err(|_| format!("its {end} is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_are_read_up_to_the_description() {
        let found = Metadata::parse(
            "Name: a\nRequires-Dist: b>=1; extra == 'x'\nRequires-Python: >=3.8\nRequires-Dist: ???\n\nRequires-Dist: c\n",
        );
        assert_eq!(found.requires.len(), 1);
        assert_eq!(found.requires_python.as_deref(), Some(">=3.8"));
    }

    #[test]
    fn what_is_no_wheel_is_said() {
        assert!(file_in(b"not a zip", "METADATA").is_err());
    }
}
