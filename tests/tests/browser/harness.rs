//! The harness itself, on pages without Python: what it reports has to be true before anything else can be.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pyrite_tests::{Fault, Network, Site};

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

#[test]
fn faults_happen_on_the_wire() {
    let page = Site::new()
        .file("index.html", "<title>plain</title>")
        .file("good.txt", "good")
        .fault("status.txt", Fault::Status(503))
        .fault("half.txt", Fault::HangUp)
        .fault("refused.txt", Fault::Refuse)
        .fault("body.txt", Fault::Body("text/plain", b"other".to_vec()))
        .open();
    let outcome = |path: &str| {
        page.text_of(&format!(
            "fetch('{path}').then(async answer => `${{answer.status}} ${{await answer.text()}}`).catch(error => error.message)"
        ))
    };
    assert_eq!(outcome("good.txt"), "200 good");
    assert!(outcome("status.txt").starts_with("503 "));
    // Depending on when the browser notices.
    assert!(["network error", "Failed to fetch"].contains(&outcome("half.txt").as_str()));
    assert_eq!(outcome("refused.txt"), "Failed to fetch");
    assert_eq!(outcome("body.txt"), "200 other");
}

#[test]
fn the_network_can_be_slow_or_gone() {
    let mut page = Site::new().file("index.html", "<title>plain</title>").open();
    let took = "fetch('/index.html?' + Math.random()).then(() => performance.now() - start)";
    page.browser().network(Network::Slow(Duration::from_millis(300))).unwrap();
    let slow = page.run(&format!("const start = performance.now(); return {took}")).as_f64().unwrap();
    assert!(slow >= 300.0, "{slow} ms");
    page.browser().network(Network::Offline).unwrap();
    assert_eq!(page.run("return fetch('/index.html').catch(error => error.message)"), "Failed to fetch");
    page.browser().network(Network::Normal).unwrap();
    assert_eq!(page.run("return fetch('/index.html').then(answer => answer.status)"), 200);
}

#[test]
fn no_browser_and_no_server_outlives_a_killed_test() {
    let mut test = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "--nocapture", "harness::waits_to_be_killed"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(test.stdout.take().unwrap()).lines();
    let folder = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("serves ").map(str::to_owned));
    let folder = folder.expect("the other test opens a page");
    assert!(!processes_about(&folder).is_empty());
    let kin = Path::new(&folder).parent().unwrap().to_string_lossy().into_owned();
    test.kill().unwrap();
    test.wait().unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    while Path::new(&kin).exists() || !processes_about(&kin).is_empty() {
        assert!(Instant::now() < end, "left behind: {:?}", processes_about(&kin));
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
#[ignore = "started, and killed, by the test above"]
fn waits_to_be_killed() {
    let page = Site::new().file("index.html", "<title>plain</title>").open();
    println!("serves {}", page.server().folder().display());
    std::thread::sleep(Duration::from_secs(60));
}

/// Command lines of running processes (servers, browsers) with this folder in them.
fn processes_about(folder: &str) -> Vec<String> {
    let running = Command::new("ps").args(["-eo", "stat=,args="]).output().unwrap();
    let lines = String::from_utf8_lossy(&running.stdout).into_owned();
    lines.lines().filter(|line| line.contains(folder) && !line.starts_with('Z')).map(str::to_owned).collect()
}
