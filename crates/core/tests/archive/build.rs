//! Archives made byte by byte, for what no tool would make.

/// An entry of a zip file; all that it says can be a lie.
#[derive(Clone)]
pub(crate) struct Zipped {
    pub(crate) name: Vec<u8>,
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) packed: Vec<u8>,
    pub(crate) size: u32,
    pub(crate) crc32: u32,
    pub(crate) mode: u16,
    pub(crate) extra: Vec<u8>,
}

impl Zipped {
    pub(crate) fn stored(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        let mut crc = flate2::Crc::new();
        crc.update(content);
        Self {
            name: name.as_ref().to_vec(),
            flags: 0x800,
            method: 0,
            packed: content.to_vec(),
            size: content.len() as u32,
            crc32: crc.sum(),
            mode: 0o100_644,
            extra: Vec::new(),
        }
    }

    pub(crate) fn deflated(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        use std::io::Write;
        let mut stream = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        stream.write_all(content).unwrap();
        Self { method: 8, packed: stream.finish().unwrap(), ..Self::stored(name, content) }
    }

    pub(crate) fn link(name: &str, target: &str) -> Self {
        Self { mode: 0o120_777, ..Self::stored(name, target.as_bytes()) }
    }
}

pub(crate) fn zip(entries: &[Zipped]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut offsets = Vec::new();
    for entry in entries {
        offsets.push(bytes.len());
        bytes.extend(b"PK\x03\x04\x14\x00");
        for field in [entry.flags, entry.method, 0, 0x21] {
            bytes.extend(field.to_le_bytes());
        }
        for field in [entry.crc32, entry.packed.len() as u32, entry.size] {
            bytes.extend(field.to_le_bytes());
        }
        bytes.extend((entry.name.len() as u16).to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(&entry.name);
        bytes.extend(&entry.packed);
    }
    let start = bytes.len();
    for (entry, offset) in entries.iter().zip(offsets) {
        central(&mut bytes, entry, offset as u32);
    }
    end(&mut bytes, start, entries.len());
    bytes
}

/// Adds an entry of the central directory.
pub(crate) fn central(bytes: &mut Vec<u8>, entry: &Zipped, offset: u32) {
    bytes.extend(b"PK\x01\x02\x14\x03\x14\x00");
    for field in [entry.flags, entry.method, 0, 0x21] {
        bytes.extend(field.to_le_bytes());
    }
    for field in [entry.crc32, entry.packed.len() as u32, entry.size] {
        bytes.extend(field.to_le_bytes());
    }
    for field in [entry.name.len() as u16, entry.extra.len() as u16, 0, 0, 0, 0, entry.mode] {
        bytes.extend(field.to_le_bytes());
    }
    bytes.extend(offset.to_le_bytes());
    bytes.extend(&entry.name);
    bytes.extend(&entry.extra);
}

/// Adds the record at the end of a zip file whose central directory begins at `start`.
pub(crate) fn end(bytes: &mut Vec<u8>, start: usize, count: usize) {
    let size = bytes.len() - start;
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend((count as u16).to_le_bytes());
    bytes.extend((count as u16).to_le_bytes());
    bytes.extend((size as u32).to_le_bytes());
    bytes.extend((start as u32).to_le_bytes());
    bytes.extend([0, 0]);
}

/// An entry of a tar file: its header, and its data up to the next multiple of 512.
pub(crate) fn tarred(name: &str, kind: u8, link: &str, content: &[u8]) -> Vec<u8> {
    let mut bytes = header(name, kind, link, format!("{:011o}\0", content.len()).as_bytes()).to_vec();
    bytes.extend(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

/// A header whose size is written as told.
pub(crate) fn header(name: &str, kind: u8, link: &str, size: &[u8]) -> [u8; 512] {
    let mut header = [0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..124 + size.len()].copy_from_slice(size);
    header[156] = kind;
    header[157..157 + link.len()].copy_from_slice(link.as_bytes());
    header[257..265].copy_from_slice(b"ustar\x0000");
    seal(&mut header);
    header
}

/// Writes the sum that makes a header one.
pub(crate) fn seal(header: &mut [u8]) {
    header[148..156].fill(b' ');
    let sum: u32 = header[..512].iter().map(|&byte| u32::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

pub(crate) fn file(name: &str, content: &[u8]) -> Vec<u8> {
    tarred(name, b'0', "", content)
}

pub(crate) fn tar(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = entries.concat();
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

/// Records of an extended header.
pub(crate) fn pax(records: &[(&str, &str)]) -> Vec<u8> {
    let mut text = String::new();
    for (key, value) in records {
        let rest = key.len() + value.len() + 3;
        let mut length = rest + 1;
        while length != rest + length.to_string().len() {
            length += 1;
        }
        text.push_str(&format!("{length} {key}={value}\n"));
    }
    tarred("PaxHeaders/x", b'x', "", text.as_bytes())
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut stream = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    stream.write_all(bytes).unwrap();
    stream.finish().unwrap()
}
