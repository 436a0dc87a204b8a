//! The pages: the same text for both sides, but for the folder of the runtime.

use clap::builder::PossibleValuesParser;

use crate::contender::Contender;

/// A page to visit.
pub(crate) struct Page {
    /// Its name in addresses and in the report.
    pub(crate) name: &'static str,
    /// What it is, for people.
    pub(crate) title: &'static str,
    /// The event after which there is nothing more to wait for.
    pub(crate) ends_with: &'static str,
    /// What its body holds.
    pub(crate) body: &'static str,
    /// What the body's Python has left in `data-proof` of the body element, so that we know it ran.
    pub(crate) proof: Option<&'static str>,
    /// Whether a second visit, with all files at hand, is another thing.
    pub(crate) twice: bool,
    /// What is compared with, where that is no page of PyScript: the body of a page that loads Pyodide by itself.
    pub(crate) bare: Option<&'static str>,
    /// Whether ours goes without the runtime as well.
    pub(crate) alone: bool,
}

/// A worker's script that puts what each operation takes, in milliseconds, into `window.measured`.
macro_rules! worker {
    ($tag:literal) => {
        concat!(
            "<script>\n",
            include_str!("worker.js"),
            "</script>\n<script type=\"",
            $tag,
            "\" worker>\n",
            include_str!("worker.py"),
            "</script>"
        )
    };
}

/// A script that imports 30 modules of the standard library.
macro_rules! imports {
    () => {
        concat!(
            "<script type=\"py\">\nimport argparse, array, base64, bisect, calendar, collections, configparser, csv, datetime, decimal\n",
            "import difflib, email.message, fractions, functools, heapq, html.parser, http.cookies, json, logging, pathlib\n",
            "import pprint, random, shlex, statistics, string, tempfile, textwrap, urllib.parse, uuid, xml.etree.ElementTree\n",
            "from pyscript import document\ndocument.body.dataset.proof = str(6 * 7)\n</script>",
        )
    };
}

/// What asks for a snapshot; PyScript reads it, and knows no such key.
macro_rules! snapshot {
    () => {
        "<py-config type=\"json\">{\"pyrite\": {\"snapshot\": true}}</py-config>\n"
    };
}

/// Python that tells how long its interpreter took to start: since this thread asked for Pyodide's module.
macro_rules! started {
    ($attributes:literal) => {
        concat!(
            "<script type=\"py\"",
            $attributes,
            ">\nfrom js import performance\nnow = performance.now()\n",
            "asked = min(load.startTime for load in performance.getEntriesByType('resource') if 'pyodide.mjs' in load.name)\n",
            "from pyscript import document, window\nwindow.measured.start = now - asked\n",
            "document.body.dataset.proof = str(6 * 7)\n</script>",
        )
    };
}

/// A page that loads `interpreter` by itself and tells how long that took.
macro_rules! alone {
    ($load:literal) => {
        concat!(
            "<script type=\"module\">\nconst asked = performance.now();\n",
            $load,
            "const proof = interpreter.runPython(\"str(6 * 7)\");\nmeasured.start = performance.now() - asked;\n",
            "document.body.dataset.proof = proof;\ndispatchEvent(new Event(\"py:done\"));\n</script>",
        )
    };
}

/// Pyodide as it is published, and as its documentation says to load it.
const BARE: &str = alone!(
    "const { loadPyodide } = await import(\"./FOLDER/pyodide/pyodide.mjs\");
const interpreter = await loadPyodide();
"
);

/// Pyodide as Pyrite ships and loads it, and nothing else of a page.
const COMPILED: &str = alone!(
    "const { start } = await import(\"./FOLDER/py.js\");
const folder = new URL(\"./FOLDER/pyodide/\", location.href);
const options = { stdLibURL: folder + \"python_stdlib_compiled.zip\" };
const { interpreter } = await start(folder + \"pyodide.mjs\", options, console.log, console.error);
"
);

/// The same as [`BARE`] in a worker.
const BARE_WORKER: &str = "<script type=\"module\">
const address = JSON.stringify(new URL(\"./FOLDER/pyodide/pyodide.mjs\", location.href));
const code = `const asked = performance.now();
const { loadPyodide } = await import(${address});
const proof = (await loadPyodide()).runPython(\"str(6 * 7)\");
postMessage([performance.now() - asked, proof]);`;
const worker = new Worker(URL.createObjectURL(new Blob([code], { type: \"text/javascript\" })), { type: \"module\" });
worker.onmessage = ({ data: [start, proof] }) => {
  measured.start = start;
  document.body.dataset.proof = proof;
  dispatchEvent(new Event(\"py:done\"));
};
</script>";

/// What most pages have in common.
const PLAIN: Page = Page {
    name: "",
    title: "",
    ends_with: "py:done",
    body: "",
    proof: Some("42"),
    twice: true,
    bare: None,
    alone: false,
};

/// All of them. A new page is one more entry; Python on it may put numbers of its own into `window.measured`, which
/// a measure then reads by name.
pub(crate) const PAGES: &[Page] = &[
    Page {
        name: "none",
        title: "no Python",
        ends_with: "py:all-done",
        body: "<p>No Python here.</p>",
        proof: None,
        ..PLAIN
    },
    Page {
        name: "mpy",
        title: "one `mpy` script",
        ends_with: "mpy:done",
        body: "<script type=\"mpy\">\nfrom pyscript import document\ndocument.body.dataset.proof = str(6 * 7)\n</script>",
        ..PLAIN
    },
    Page {
        name: "py",
        title: "one `py` script",
        body: "<script type=\"py\">\nfrom pyscript import document\ndocument.body.dataset.proof = str(6 * 7)\n</script>",
        ..PLAIN
    },
    Page { name: "imports", title: "a `py` script that imports 30 standard modules", body: imports!(), ..PLAIN },
    Page {
        name: "snapshot-imports",
        title: "30 standard modules, from a snapshot",
        body: concat!(snapshot!(), imports!()),
        ..PLAIN
    },
    Page {
        name: "snapshot",
        title: "one `py` script, from a snapshot",
        body: concat!(
            snapshot!(),
            "<script type=\"py\">\nfrom pyscript import document\ndocument.body.dataset.proof = str(6 * 7)\n</script>"
        ),
        ..PLAIN
    },
    Page {
        name: "snapshot-worker",
        title: "one `py` worker, from a snapshot",
        body: concat!(
            snapshot!(),
            "<script type=\"py\" worker>\nfrom pyscript import document\ndocument.body.dataset.proof = str(6 * 7)\n</script>"
        ),
        ..PLAIN
    },
    Page {
        name: "library",
        title: "Pyodide alone; ours has its library compiled",
        body: COMPILED,
        bare: Some(BARE),
        alone: true,
        ..PLAIN
    },
    Page {
        name: "start",
        title: "Pyodide itself, published; ours has its library compiled",
        body: started!(""),
        bare: Some(BARE),
        ..PLAIN
    },
    Page {
        name: "start-worker",
        title: "the same in a worker",
        body: started!(" worker"),
        bare: Some(BARE_WORKER),
        ..PLAIN
    },
    Page {
        name: "start-snapshot",
        title: "Pyodide itself, published; ours has a snapshot",
        body: concat!(snapshot!(), started!("")),
        bare: Some(BARE),
        ..PLAIN
    },
    Page {
        name: "start-snapshot-worker",
        title: "the same in a worker, from a snapshot",
        body: concat!(snapshot!(), started!(" worker")),
        bare: Some(BARE_WORKER),
        ..PLAIN
    },
    Page {
        name: "package",
        title: "an `mpy` script that imports the package",
        ends_with: "mpy:done",
        body: concat!(
            "<script type=\"mpy\">\nimport sys\nfrom js import measured, performance\n",
            // PyScript has imported its own before.
            "for name in list(sys.modules):\n    if name.split('.')[0] == 'pyscript':\n        del sys.modules[name]\n",
            "start = performance.now()\nimport pyscript\n",
            "measured.package = performance.now() - start\n",
            "from pyscript import display, document, fetch, when\nmeasured.names = performance.now() - start\n",
            "document.body.dataset.proof = str(6 * 7)\n</script>",
        ),
        twice: false,
        ..PLAIN
    },
    Page {
        name: "worker-mpy",
        title: "an `mpy` worker and its page",
        ends_with: "mpy:done",
        body: worker!("mpy"),
        twice: false,
        ..PLAIN
    },
    Page { name: "worker-py", title: "a `py` worker and its page", body: worker!("py"), twice: false, ..PLAIN },
];

/// What tells the time of the end, and then all that was loaded.
const PROBE: &str = include_str!("probe.js");

/// The names that `--page` takes.
pub(crate) fn names() -> PossibleValuesParser {
    PAGES.iter().map(|page| page.name).collect::<Vec<_>>().into()
}

/// The page with this name.
pub(crate) fn named(name: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.name == name)
}

impl Page {
    /// Its path on the server.
    pub(crate) fn path(&self, contender: Contender) -> String {
        format!("/{}-{}.html", contender.folder(), self.name)
    }

    /// Its text.
    pub(crate) fn html(&self, contender: Contender) -> String {
        let (folder, attribute) = (contender.folder(), contender.attribute());
        let probe = PROBE.replace("END_EVENT", self.ends_with);
        let without = match (contender, self.bare) {
            (Contender::Pyrite, _) => self.alone.then_some(self.body),
            (Contender::PyScript, bare) => bare,
        };
        let (runtime, body) = match without {
            Some(body) => (String::new(), body.replace("FOLDER", folder)),
            None => (
                format!(
                    "<link rel=\"stylesheet\" href=\"{folder}/core.css\">\n\
                     <script type=\"module\" src=\"{folder}/core.js\"{attribute}></script>\n"
                ),
                self.body.to_owned(),
            ),
        };
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
             <link rel=\"icon\" href=\"data:,\">\n<script>\n{probe}</script>\n{runtime}</head>\n<body>\n{body}\n</body>\n</html>\n",
            title = self.title,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_get_the_same_page_but_for_the_runtime() {
        for page in PAGES.iter().filter(|page| page.bare.is_none()) {
            let peer = page.html(Contender::PyScript);
            let ours = page.html(Contender::Pyrite);
            assert_ne!(peer, ours);
            assert_eq!(peer.replace("pyscript/core", "pyrite/core").replace(" offline>", ">"), ours);
        }
    }

    #[test]
    fn a_page_ends_with_its_own_event() {
        for page in PAGES {
            let html = page.html(Contender::Pyrite);
            assert!(html.contains(page.ends_with), "{}", page.name);
            assert!(!html.contains("END_EVENT"), "{}", page.name);
        }
    }
}
