//! What `--fix` writes. What was mended is found no more.

use pyrite_check::{File, Project as _, Tree, apply};

use crate::{found, page, shown};

/// Mends all files, and gives those that changed.
fn mended(tree: &Tree) -> String {
    let findings = found(tree, None);
    let mut files: Vec<&str> = findings.iter().filter(|f| f.fix.is_some()).map(|f| f.file.as_str()).collect();
    files.dedup();
    let mut after = tree.clone();
    let mut out = String::new();
    for name in files {
        let File::Text(text) = tree.read(name) else { panic!("{name} is no text") };
        let fixes = findings.iter().filter(|f| f.file == name).filter_map(|f| f.fix.as_ref());
        let (text, count) = apply(&text, fixes);
        out.push_str(&format!("--- {name}: {count} mended\n{text}\n"));
        after = after.text(name, &text);
    }
    out.push_str("--- left\n");
    out.push_str(&shown(&after, &found(&after, None)));
    out
}

#[test]
fn classes_get_their_new() {
    insta::assert_snapshot!(mended(&page(
        "<script type=\"py\">\n  from js import Map, Uint8Array\n  a, b = Map(), [Uint8Array(3)]\n</script>"
    )));
}

#[test]
fn sleeping_becomes_waiting() {
    insta::assert_snapshot!(mended(&page(
        "<script type=\"mpy\">\n  import time\n\n  time.sleep(1)\n  async def f():\n      time.sleep(0.1)\n  def g():\n      time.sleep(2)\n</script>"
    )));
}

#[test]
fn files_are_turned_and_elements_closed() {
    insta::assert_snapshot!(mended(
        &page("<py-config src=\"./py.toml\" />\n<script type=\"mpy\" worker=\"./a.py\"></script>\n")
            .text("py.toml", "packages = [\"sklearn\"]\n[files]\n\"a.py\" = \"https://example.com/a.py\"\n")
            .text("a.py", "")
    ));
}

#[test]
fn the_runtime_is_loaded_as_a_module() {
    insta::assert_snapshot!(mended(
        &Tree::default()
            .text("index.html", "<script defer src=\"./core.js\"></script>\n<script type=\"py\">1</script>")
    ));
}
