//! Which files of the runtime a site uses, told from its pages and its code. What may be in use is.

use crate::serve::rewrite::markup::{self, Token};

/// What was seen in pages and code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Scripts for Pyodide.
    pub(crate) py: bool,
    /// Scripts for MicroPython.
    pub(crate) mpy: bool,
    /// Workers.
    pub(crate) worker: bool,
    /// Configurations, or code that installs something.
    pub(crate) config: bool,
    /// Pages that load the runtime, even without a script of ours yet.
    pub(crate) runtime: bool,
    /// Pages that ask the runtime to keep them for use without a network.
    pub(crate) kept: bool,
    /// Attributes such as `py-click`.
    pub(crate) handlers: bool,
    /// Scripts of an interpreter's own name, each in one of their own.
    pub(crate) own: bool,
    /// Snapshots that the build makes.
    pub(crate) snapshots: bool,
    /// Scripts that the build compiles.
    pub(crate) scripts: bool,
    /// All code, to look for words in.
    code: String,
    /// All pages, to look for names of tags and attributes in.
    pages: String,
}

/// Chunks that only pages use which name what they are for.
const NAMED: &[(&str, &str)] = &[
    ("terminal.js", "terminal"),
    ("console.js", "terminal"),
    ("console.js", "editor"),
    ("editor.js", "editor"),
    ("editor.js", "codemirror"),
    ("game.js", "game"),
    ("stage.js", "game"),
    ("donkey.js", "donkey"),
    ("define.js", "define"),
    ("defined.js", "whenDefined"),
    ("defined.js", "terminal"),
    ("define.js", "pyscript.net/latest"),
    ("hooks.js", "hooks"),
    ("progress.js", "progress"),
    ("snapshot.js", "snapshot"),
    ("pyodide/snapshot.bin", "snapshot"),
];

/// What code says when it makes scripts for an interpreter.
const PY: &[&str] = &[
    "py-script",
    "\"py\"",
    "'py'",
    "=py",
    "=\\\"py",
    "PyWorker",
    "create_named_worker",
    "\"pyodide\"",
    "'pyodide'",
    "donkey",
];
const MPY: &[&str] =
    &["mpy-script", "\"mpy\"", "'mpy'", "=mpy", "=\\\"mpy", "MPWorker", "\"micropython\"", "'micropython'"];
/// What code says that installs or configures something.
const CONFIG: &[&str] = &["config", "micropip", "mip", "py_import", "install"];

impl Seen {
    /// Adds what a page says.
    pub(crate) fn page(&mut self, text: &str) {
        let tokens = markup::tokens(text);
        for (index, token) in tokens.iter().enumerate() {
            let Token::Start(tag) = token else { continue };
            let name = text[tag.name.clone()].to_ascii_lowercase();
            let is_handler = |attribute: &str| attribute.starts_with("py-") || attribute.starts_with("mpy-");
            self.handlers |= tag.attributes.iter().any(|attribute| is_handler(&text[attribute.whole.clone()]));
            let kind = tag.value(text, "type").unwrap_or_default().to_ascii_lowercase();
            let language = match name.as_str() {
                "script" => match kind.as_str() {
                    "pyodide" => "py",
                    "micropython" => "mpy",
                    kind => kind.strip_suffix("-editor").or_else(|| kind.strip_suffix("-game")).unwrap_or(kind),
                },
                _ => name.split('-').next().unwrap_or_default(),
            };
            let ours =
                name == "script" || name.ends_with("-script") || name.ends_with("-config") || name.ends_with("-editor");
            if ours && matches!(language, "py" | "mpy") {
                self.runtime = true;
                self.own |= matches!(kind.as_str(), "pyodide" | "micropython");
                match language {
                    "py" => self.py = true,
                    _ => self.mpy = true,
                }
                self.worker |=
                    tag.attribute(text, "worker").is_some() || kind.ends_with("-editor") || name.ends_with("-editor");
                self.config |= tag.attribute(text, "config").is_some() || name.ends_with("-config");
                for attribute in &tag.attributes {
                    self.note(&text[attribute.whole.clone()]);
                }
            }
            if let Some(Token::Script { content }) = tokens.get(index + 1) {
                let content = &text[content.clone()];
                if matches!(kind.as_str(), "" | "module" | "text/javascript") {
                    self.code(content)
                } else {
                    self.note(content)
                }
            } else if ours && name != "script" {
                // The markup knows no end of ours: what follows up to the next one may be their code.
                let end = tokens[index + 1..].iter().find_map(|token| match token {
                    Token::End { name: end, whole } if text[end.clone()].eq_ignore_ascii_case(&name) => {
                        Some(whole.start)
                    }
                    _ => None,
                });
                self.note(&text[tag.whole.end..end.unwrap_or(text.len())]);
            }
        }
        self.kept |= text.contains("offline");
        self.pages.push_str(text);
        self.runtime |= text.contains(crate::serve::rewrite::RUNTIME) || text.contains("pyscript");
    }

    /// Adds JavaScript, Python or a configuration, which may make scripts of any kind.
    pub(crate) fn code(&mut self, text: &str) {
        // A type of a page's own names its interpreter.
        let defines = |interpreter: &str| text.contains("define") && text.contains(interpreter);
        self.py |= has_any(text, PY) || defines("pyodide");
        self.mpy |= has_any(text, MPY) || defines("micropython");
        self.note(text);
    }

    fn note(&mut self, text: &str) {
        self.handlers |= text.contains("py-");
        // A donkey works in one.
        self.worker |= has_any(text, &["worker", "Worker", "donkey"]);
        self.config |= has_any(text, CONFIG);
        self.code.push_str(text);
        self.code.push('\n');
    }

    fn says(&self, word: &str) -> bool {
        self.code.contains(word)
    }

    /// Whether the site uses that file of the runtime.
    pub(crate) fn needs(&self, file: &str) -> bool {
        if !self.runtime {
            return false;
        }
        if cfg!(snapshot_for_all) && matches!(file, "snapshot.js" | "pyodide/snapshot.bin") {
            return self.py;
        }
        let all_names = self.says("import *");
        // The second is loaded by the first.
        if matches!(file, "snapshot.js" | "scripts.js") && self.scripts || file == "snapshot.js" && self.snapshots {
            return true;
        }
        let mut words = NAMED.iter().filter(|(name, _)| *name == file).map(|(_, word)| word).peekable();
        if words.peek().is_some() {
            return words.any(|word| self.says(word) || self.pages.contains(word)) || (file == "define.js" && self.own);
        }
        match file {
            // Only editors of code read it.
            "pyrite.schema.json" => false,
            // What the command itself works with.
            _ if file.starts_with("tools/") => false,
            "py.js" => self.py,
            "mpy.js" => self.mpy,
            "setup.js" => self.config,
            // Another version of Pyodide can only be configured.
            "sources.js" => self.py && self.config,
            "attributes.js" => self.handlers,
            "offline.js" => self.kept,
            "scripts.js" => false,
            "service-worker.js" => self.worker || self.kept,
            "worker.js" | "workers.js" | "bridge.js" | "bridge.wasm" | "ladder.js" | "suspend.js" => self.worker,
            "storage.js" => self.says("storage") || all_names,
            "fs.js" => self.says("fs") || all_names,
            "python/micropip.py" => self.py && self.config,
            "python/mip.py" => self.mpy && self.config,
            "micropython/micropython-separate.mjs" => self.mpy && (self.own || self.says("define")),
            // All of the Python modules together are smaller than one picture.
            _ if file.starts_with("python/pyscript/") => self.py || self.mpy,
            _ if file.starts_with("parts/config") || file == "parts/archive.wasm" || file == "parts/packages.wasm" => {
                self.config
            }
            _ if file.starts_with("pyodide/micropip-") => self.py && self.config,
            _ if file.starts_with("pyodide/") => self.py,
            _ if file.starts_with("micropython/") => {
                self.mpy
                    && (!file.contains("ulab") || self.says("ulab"))
                    && (!file.contains("settrace") || self.says("debug") || self.says("settrace"))
            }
            _ => true,
        }
    }

    /// Whether a first visit of a page that runs without an error loads that file.
    pub(crate) fn loads(&self, file: &str) -> bool {
        // Read for a traceback, or only where the better way is not to be had.
        let later =
            ["errors.js", "parts/errors.wasm", "pyodide/python_stdlib.zip", "service-worker.js", "storage.js", "fs.js"];
        !later.contains(&file)
            && !file.starts_with("python/")
            && (!file.starts_with("parts/") || file.starts_with("parts/config"))
            && !file.starts_with("micropython/micropython-")
            && self.needs(file)
    }
}

fn has_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(page: &str) -> Seen {
        let mut seen = Seen::default();
        seen.page(page);
        seen
    }

    #[test]
    fn an_interpreter_is_needed_by_its_scripts_only() {
        let page = seen(
            "<p>&lt;script type=\"py\"&gt;</p><!-- <script type=py></script> --><script type=mpy>print(1)</script>",
        );
        assert!(page.needs("micropython/micropython.wasm") && page.needs("mpy.js"));
        assert!(!page.needs("pyodide/pyodide.asm.wasm") && !page.needs("py.js"));
        assert!(
            !page.needs("micropython/micropython-ulab.wasm") && !page.needs("worker.js") && !page.needs("setup.js")
        );
        assert!(page.needs("core.js") && page.needs("errors.js"));
    }

    #[test]
    fn workers_configurations_and_words_bring_their_files() {
        let page =
            seen("<script type=py worker config='{\"packages\":[\"ulab\"]}'>from pyscript import storage</script>");
        for file in
            ["worker.js", "bridge.wasm", "setup.js", "parts/config.wasm", "storage.js", "pyodide/micropip-1.whl"]
        {
            assert!(page.needs(file), "{file}");
        }
        assert!(!page.needs("fs.js") && !page.needs("mpy.js"));
    }

    #[test]
    fn scripts_that_are_made_by_code_count() {
        assert!(seen("<script src=/_pyrite/core.js></script><script>s.type = 'mpy'</script>").needs("mpy.js"));
        let mut site = seen("<script type=module src=/_pyrite/core.js></script>");
        assert!(!site.needs("py.js"));
        site.code("from pyscript import PyWorker");
        assert!(site.needs("py.js") && site.needs("worker.js"));
    }

    #[test]
    fn a_site_without_the_runtime_needs_nothing_of_it() {
        assert!(!seen("<p>Hello</p>").needs("core.js"));
    }

    #[test]
    fn what_is_named_brings_its_chunk() {
        let plain = seen("<script type=mpy>print(1)</script>");
        for (page, file) in [
            ("<script type=mpy terminal></script>", "terminal.js"),
            // A terminal waits for the interpreter of its script.
            ("<script type=mpy terminal></script>", "defined.js"),
            ("<script type=py-editor></script>", "editor.js"),
            ("<script type=module>import { codemirror } from '/_pyrite/core.js'</script>", "editor.js"),
            ("<py-progress></py-progress><script type=py></script>", "progress.js"),
            ("<script type=mpy></script><p mpy-click=f></p>", "attributes.js"),
            ("<script type=module>import { donkey } from '/_pyrite/core.js'</script>", "donkey.js"),
            ("<script type=micropython>print(1)</script>", "define.js"),
            ("<script type=micropython>print(1)</script>", "micropython/micropython-separate.mjs"),
            ("<script type=module>import { whenDefined } from '/_pyrite/core.js'</script>", "defined.js"),
            (
                "<script type=module>core.define('mine', { interpreter: 'micropython' })</script><p>/_pyrite/</p>",
                "micropython/micropython-separate.mjs",
            ),
        ] {
            assert!(seen(page).needs(file), "{file}");
            assert!(!plain.needs(file), "{file}");
        }
    }

    #[test]
    fn an_editor_and_a_donkey_bring_all_that_runs_them() {
        let page = seen("<script type=mpy-editor></script>");
        for file in ["editor.js", "console.js", "worker.js", "workers.js", "bridge.js", "micropython/micropython.wasm"]
        {
            assert!(page.needs(file), "{file}");
        }
        assert!(!page.needs("terminal.js") && !page.needs("py.js"));
        let page = seen("<script type=module>import { donkey } from '/_pyrite/core.js'; donkey()</script>");
        for file in ["donkey.js", "worker.js", "workers.js", "bridge.js", "pyodide/pyodide.asm.wasm"] {
            assert!(page.needs(file), "{file}");
        }
    }

    #[test]
    fn what_is_not_known_is_in_use() {
        assert!(seen("<script type=py></script>").needs("some-new-chunk.js"));
    }
}
