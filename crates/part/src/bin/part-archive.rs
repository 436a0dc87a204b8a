//! Lists archives and checks what was unpacked.
#![cfg_attr(target_arch = "wasm32", no_std, no_main)]

pyrite_part::part!(pyrite_part::archive::answer);
