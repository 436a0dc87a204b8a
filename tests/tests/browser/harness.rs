//! The harness itself, on pages without Python: what it reports has to be true before anything else can be.

use pyrite_tests::Site;

#[test]
fn console_lines_and_uncaught_errors_are_seen_in_order() {
    let page = Site::new()
        .file(
            "index.html",
            "<title>plain</title><p>Read me</p><script>console.log('one', {two: 2});console.error('three');setTimeout(() => { throw new Error('four') })</script>",
        )
        .open();
    let seen = page.wait("the uncaught error", |seen| !seen.uncaught().is_empty());
    assert_eq!(seen.logged(), ["one {\"two\":2}"]);
    assert_eq!(seen.errors(), ["three"]);
    assert!(seen.uncaught()[0].contains("Error: four"));
    assert!(seen.text.contains("Read me"));
}

#[test]
fn the_outside_network_is_cut_off() {
    let page = Site::new().file("index.html", "<title>plain</title>").open();
    let outcome = page.run(
        "return fetch('https://pyscript.net/releases/2025.11.2/core.js').then(() => 'loaded', error => error.message)",
    );
    assert_eq!(outcome, "Failed to fetch");
}
