//! What is in a build.

use std::fs;
use std::io::Read as _;

use crate::{Project, files, settled};

#[test]
fn a_page_of_micropython_has_what_it_uses_and_nothing_else() {
    let project = Project::page("<script type=\"mpy\" src=\"main.py\"></script>\n")
        .file("main.py", "print('Hello')")
        .file("style.css", "p {}")
        .file(".git/config", "")
        .file("__pycache__/x.pyc", "")
        .file("pyproject.toml", "")
        .file("test_main.py", "");
    project.build(&[]);
    insta::assert_snapshot!(settled(&project.names().join("\n")));
    insta::assert_snapshot!(settled(&project.built("index.html")));
}

#[test]
fn workers_configurations_and_pyodide_bring_their_files() {
    let project = Project::page("<script type=\"py\" worker config='{\"packages\": [\"x\"]}'>print(1)</script>\n");
    project.build(&["--offline", "--target", "github-pages", "--report"]);
    let mut names = project.names();
    // A distribution whose pages all start from a snapshot brings its files, too.
    let all = names.len();
    names.retain(|name| !name.ends_with("/snapshot.js") && !name.ends_with("/snapshot.bin"));
    assert_eq!(all - names.len(), if cfg!(snapshot_for_all) { 2 } else { 0 });
    insta::assert_snapshot!(settled(&names.join("\n")));
    let report = project.built(".pyrite/report.html");
    assert!(report.contains("<svg") && report.contains("pyodide.asm.wasm"), "{report}");
}

#[test]
fn every_host_gets_its_words() {
    let project = Project::page("<script>1</script><p onclick='f()'></p><script type=\"mpy\" worker>1</script>\n");
    let targets = ["netlify", "cloudflare", "nginx", "caddy", "django", "flask"];
    let flags: Vec<&str> =
        ["--base", "/docs"].into_iter().chain(targets.iter().flat_map(|name| ["--target", *name])).collect();
    project.build(&flags);
    for name in [
        "_headers",
        ".pyrite/nginx.conf",
        ".pyrite/Caddyfile",
        ".pyrite/django/pyrite_headers.py",
        ".pyrite/django/pyrite.html",
        ".pyrite/flask/pyrite_headers.py",
        ".pyrite/flask/pyrite.html",
    ] {
        insta::assert_snapshot!(name.replace(['/', '.'], "_"), settled(&project.built(name)));
    }
}

#[test]
fn pages_in_folders_and_released_addresses_find_the_runtime() {
    let project = Project::new()
        .file("index.html", "<script type=module>import { PyWorker } from '/_pyrite/core.js'</script>")
        .file("a/b/page.html", "<html><script type=module src=https://pyscript.net/releases/2025.11.2/core.js></script><script type=py></script>")
        .file("a/own.js", "import '/_pyrite/core.js'; import 'https://pyscript.net/releases/2025.11.2/core.js'");
    project.build(&[]);
    assert!(settled(&project.built("index.html")).contains("from './pyrite-HASH/core.js'"));
    assert!(
        settled(&project.built("a/b/page.html")).contains("src=../../pyrite-HASH/core.js integrity=\"sha384-HASH\"")
    );
    assert_eq!(settled(&project.built("a/own.js")), "import '../pyrite-HASH/core.js'; import '../pyrite-HASH/core.js'");
}

#[test]
fn names_have_hashes_where_only_tags_name_them() {
    let project = Project::page(
        "<link rel=stylesheet href=a.css><link rel=stylesheet href=b.css><img src='p.svg'><script src=c.js></script>",
    )
    .file("a.css", "a{}")
    .file("b.css", "b{}")
    .file("c.js", "// loads b.css later")
    .file("p.svg", "<svg/>");
    project.build(&[]);
    let page = settled(&project.built("index.html"));
    assert!(page.contains("href=./a.HASH.css integrity=") && page.contains("href=b.css integrity="), "{page}");
    assert!(page.contains("src='./p.HASH.svg'") && page.contains("src=./c.HASH.js integrity="), "{page}");
    assert!(project.out().join("b.css").is_file() && !project.out().join("a.css").exists());
}

#[test]
fn compressed_forms_unpack_to_the_file() {
    let project = Project::page("<script type=py>1</script>");
    project.build(&[]);
    let all = files(&project.out());
    let mut compared = 0;
    for (name, packed) in &all {
        let mut unpacked = Vec::new();
        let of = if let Some(of) = name.strip_suffix(".br") {
            brotli::BrotliDecompress(&mut packed.as_slice(), &mut unpacked).unwrap();
            of
        } else if let Some(of) = name.strip_suffix(".gz") {
            flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).unwrap();
            of
        } else {
            continue;
        };
        assert!(unpacked == all[of], "{name} is something else");
        assert!(packed.len() < all[of].len(), "{name} is larger");
        compared += 1;
    }
    assert!(compared > 20, "only {compared}");
}

#[test]
fn the_same_site_gives_the_same_bytes() {
    let project = Project::page("<script type=mpy worker>1</script>").file("a/b.txt", "x");
    project.build(&["--offline"]);
    let first = files(&project.out());
    project.build(&["--offline"]);
    assert!(first == files(&project.out()));
}

#[test]
fn an_output_inside_of_the_site_is_not_built_again() {
    let project = Project::page("x");
    let flags = ["-o", "site/dist"];
    let run = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_pyrite"));
        let output = command.current_dir(project.site()).args(["build", "-o", "dist"]).output().unwrap();
        assert!(output.status.success(), "{flags:?} {}", String::from_utf8_lossy(&output.stderr));
    };
    run();
    run();
    assert!(!project.site().join("dist/dist").exists());
    assert!(project.site().join("dist/index.html").is_file());
}

#[test]
fn what_the_pages_weigh_is_said() {
    let project = Project::page("<script type=mpy>1</script>");
    let said = project.build(&[]);
    assert!(said.contains("mostly") && said.contains("micropython/micropython.wasm"), "{said}");
    assert!(said.contains("Built 1 page into out"), "{said}");
    assert_eq!(project.build(&["--quiet"]), "");
}

#[test]
fn other_sites_that_the_pages_need_are_said() {
    let project = Project::page("<img src=https://img.example.org/x.png><a href=https://not.example.org>x</a>")
        .file("main.py", "fetch('https://api.example.org/v1')");
    let said = project.build(&["--target", "netlify"]);
    assert!(
        said.contains("https://api.example.org, https://img.example.org") && !said.contains("not.example"),
        "{said}"
    );
    let headers = project.built("_headers");
    assert!(
        headers.contains("connect-src 'self' data: blob: https://api.example.org https://img.example.org;"),
        "{headers}"
    );
}

#[test]
fn a_single_file_names_nothing_beside_it() {
    let project = Project::page("<link rel=icon href=i.svg><script type=mpy src=main.py></script>")
        .file("i.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
        .file("main.py", "print('</script>')");
    project.build(&["--single-file"]);
    let text = fs::read_to_string(project.out()).unwrap();
    assert!(!text.contains("/_pyrite/"), "the server's address is left");
    assert!(text.contains("href=\"data:image/svg+xml"), "the icon is not inside");
}
