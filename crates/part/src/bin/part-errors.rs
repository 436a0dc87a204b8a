//! Finds the words for failures.
#![cfg_attr(target_arch = "wasm32", no_std, no_main)]

pyrite_part::part!(|request: &[u8]| pyrite_part::text(request, pyrite_part::errors::answer));
