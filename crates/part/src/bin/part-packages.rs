//! Decides about packages while they are installed.
#![cfg_attr(target_arch = "wasm32", no_std, no_main)]

pyrite_part::part!(|request: &[u8]| pyrite_part::text(request, pyrite_part::packages::answer));
