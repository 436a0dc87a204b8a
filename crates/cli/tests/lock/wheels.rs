//! Wheels, as small as they can be.

/// A wheel with one module, by its file name.
pub(crate) fn make(file: &str, requires: &[&str]) -> Vec<u8> {
    let mut parts = file.split('-');
    let (name, version) = (parts.next().unwrap(), parts.next().unwrap());
    let requires: String = requires.iter().map(|one| format!("Requires-Dist: {one}\n")).collect();
    zip(&[
        (format!("{name}.py"), format!("VERSION = '{version}'\n")),
        (format!("{name}-{version}.dist-info/METADATA"), metadata(name, version, &requires)),
        (
            format!("{name}-{version}.dist-info/WHEEL"),
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n".to_owned(),
        ),
        (format!("{name}-{version}.dist-info/RECORD"), String::new()),
    ])
}

pub(crate) fn metadata(name: &str, version: &str, requires: &str) -> String {
    format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}\n")
}

/// A zip archive of files that are stored as they are.
fn zip(files: &[(String, String)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, content) in files {
        let mut crc = flate2::Crc::new();
        crc.update(content.as_bytes());
        let mut common = Vec::new();
        // Version 2.0, no flags, stored, 1 January 1980.
        for field in [20_u16, 0, 0, 0, 0x21] {
            common.extend_from_slice(&field.to_le_bytes());
        }
        for field in [crc.sum(), content.len() as u32, content.len() as u32] {
            common.extend_from_slice(&field.to_le_bytes());
        }
        common.extend_from_slice(&(name.len() as u16).to_le_bytes());
        common.extend_from_slice(&0_u16.to_le_bytes());
        let at = out.len() as u32;
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&common);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(content.as_bytes());
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&common);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&at.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let (start, size, count) = (out.len() as u32, directory.len() as u32, files.len() as u16);
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&size.to_le_bytes());
    out.extend_from_slice(&start.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    out
}
