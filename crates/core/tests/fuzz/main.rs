//! Mutation tests of what pages, package descriptions and servers write: configurations, templates, requirements,
//! indexes.
//!
//! A brief run with fixed numbers is part of every test run. A long one, with new numbers each time:
//! `FUZZ_SECONDS=600 cargo test --release -p pyrite-core --test fuzz -- --ignored fuzz_config` (or `fuzz_install`,
//! `fuzz_templates`, `fuzz_requirements`). It starts from the files in `crates/core/fuzz/corpus/`; an input that fails is written there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod config;
mod install;
mod mutate;
mod requirements;
mod templates;

macro_rules! targets {
    ($($module:ident $brief:ident $long:ident,)*) => {$(
        #[test]
        fn $brief() {
            mutate::briefly(stringify!($module), $module::WORDS, $module::check);
        }

        #[test]
        #[ignore = "takes as long as FUZZ_SECONDS says"]
        fn $long() {
            mutate::for_long(stringify!($module), $module::WORDS, $module::check);
        }
    )*};
}

targets! {
    config config_briefly fuzz_config,
    install install_briefly fuzz_install,
    templates templates_briefly fuzz_templates,
    requirements requirements_briefly fuzz_requirements,
}
