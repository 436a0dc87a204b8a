//! Chooses, reads and plans configurations in TOML and JSON.
#![cfg_attr(target_arch = "wasm32", no_std, no_main)]

pyrite_part::part!(|request: &[u8]| pyrite_part::text(request, pyrite_part::config::answer));
