//! The headers that the pages of a build work best with.

use std::collections::BTreeSet;

use super::page::Policy;

/// The headers under which a page gets shared memory, where it has workers.
pub(crate) const ISOLATION: [(&str, &str); 3] = [
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
];

/// A content security policy that the pages run under. WebAssembly is compiled; no text is ever evaluated.
pub(crate) fn policy(policy: &Policy) -> String {
    let list = |fixed: &str, more: &[&BTreeSet<String>]| {
        let mut text = fixed.to_owned();
        for one in more.iter().copied().flatten() {
            text.push(' ');
            text.push_str(one);
        }
        text
    };
    let unsafe_hashes = if policy.handlers.is_empty() { "" } else { " 'unsafe-hashes'" };
    let others = [&policy.other_sites];
    [
        "default-src 'self'".to_owned(),
        list(
            &format!("script-src 'self' 'wasm-unsafe-eval'{unsafe_hashes}"),
            &[&policy.scripts, &policy.handlers, &policy.script_sites],
        ),
        list("style-src 'self' 'unsafe-inline'", &[&policy.style_sites]),
        list("img-src 'self' data: blob:", &others),
        list("media-src 'self' data: blob:", &others),
        list("font-src 'self' data:", &[&policy.style_sites, &policy.other_sites]),
        list("connect-src 'self' data: blob:", &[&policy.script_sites, &policy.other_sites]),
        list("frame-src 'self' data: blob:", &[&policy.frame_sites]),
        "worker-src 'self' blob:".to_owned(),
        "object-src 'none'".to_owned(),
        "base-uri 'self'".to_owned(),
    ]
    .join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_evaluated() {
        let text = policy(&Policy { scripts: ["'sha256-x'".to_owned()].into(), ..Policy::default() });
        assert!(text.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-x';"), "{text}");
        assert!(!text.contains("'unsafe-eval'") && !text.contains("unsafe-hashes"), "{text}");
    }
}
