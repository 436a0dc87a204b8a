//! `--target`: what a host has to know of a build, in its own words.

use super::encode::{Content, Output};
use super::headers::ISOLATION;
use super::{Options, Target};

/// What the files for hosts are made of.
pub(crate) struct Facts<'a> {
    pub(crate) options: &'a Options,
    /// The name of the runtime's folder.
    pub(crate) runtime: &'a str,
    /// The content security policy.
    pub(crate) policy: &'a str,
    /// Whether pages share memory with workers.
    pub(crate) isolated: bool,
}

impl Facts<'_> {
    fn headers(&self) -> Vec<(&'static str, &str)> {
        let isolation = ISOLATION.into_iter().filter(|_| self.isolated);
        isolation.chain([("Content-Security-Policy", self.policy), ("X-Content-Type-Options", "nosniff")]).collect()
    }
}

const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The files for the hosts that were asked for.
pub(crate) fn files(facts: &Facts<'_>) -> Vec<Output> {
    let mut files: Vec<(&str, String)> = Vec::new();
    for target in &facts.options.target {
        match target {
            Target::Netlify | Target::Cloudflare => files.push(("_headers", underscore_headers(facts))),
            Target::GithubPages => files.push((".nojekyll", String::new())),
            Target::Nginx => files.push((".pyrite/nginx.conf", nginx(facts))),
            Target::Caddy => files.push((".pyrite/Caddyfile", caddy(facts))),
            Target::Django => {
                files.push((".pyrite/django/pyrite_headers.py", django(facts)));
                files.push((
                    ".pyrite/django/pyrite.html",
                    head("{% load static %}", facts, |file| format!("{{% static '{file}' %}}")),
                ));
            }
            Target::Flask => {
                files.push((".pyrite/flask/pyrite_headers.py", flask(facts)));
                let link = |file: &str| format!("{{{{ url_for('static', filename='{file}') }}}}");
                files.push((".pyrite/flask/pyrite.html", head("", facts, link)));
            }
        }
    }
    files.dedup_by(|a, b| a.0 == b.0);
    files
        .into_iter()
        .map(|(path, text)| Output { path: path.to_owned(), content: Content::Made(text.into_bytes()) })
        .collect()
}

fn underscore_headers(facts: &Facts<'_>) -> String {
    let base = &facts.options.base;
    let mut text = format!("{base}*\n");
    for (name, value) in facts.headers() {
        text.push_str(&format!("  {name}: {value}\n"));
    }
    text.push_str(&format!("{base}{}/*\n  Cache-Control: {FOR_EVER}\n", facts.runtime));
    text
}

fn nginx(facts: &Facts<'_>) -> String {
    let base = &facts.options.base;
    let mut headers = String::new();
    for (name, value) in facts.headers() {
        headers.push_str(&format!("add_header {name} \"{value}\" always;\n"));
    }
    let indented = |by: &str| headers.lines().map(|line| format!("{by}{line}\n")).collect::<String>();
    format!(
        "# Put this into the `server` block that serves the built folder.\n\
         location {base} {{\n    gzip_static on;\n    # With the module ngx_brotli: brotli_static on;\n{}\
         \n    location ~ /\\. {{ deny all; }}\n\
         \n    location ~ \\.mjs$ {{\n        types {{ }}\n        default_type text/javascript;\n        gzip_static on;\n    }}\n\
         \n    location {base}{}/ {{\n        gzip_static on;\n{}        add_header Cache-Control \"{FOR_EVER}\" always;\n\
         \n        location ~ \\.mjs$ {{\n            types {{ }}\n            default_type text/javascript;\n        }}\n    }}\n}}\n",
        indented("    "),
        facts.runtime,
        indented("        "),
    )
}

fn caddy(facts: &Facts<'_>) -> String {
    let base = &facts.options.base;
    let mut text = format!("# Import this into the site that serves the built folder.\nheader {base}* {{\n");
    for (name, value) in facts.headers() {
        text.push_str(&format!("\t{name} \"{value}\"\n"));
    }
    text.push_str(&format!("}}\nheader {base}{}/* Cache-Control \"{FOR_EVER}\"\n", facts.runtime));
    text.push_str("file_server {\n\thide .pyrite\n\tprecompressed br gzip\n}\n");
    text
}

fn python_headers(facts: &Facts<'_>) -> String {
    let lines: Vec<String> =
        facts.headers().iter().map(|(name, value)| format!("    \"{name}\": \"{value}\",\n")).collect();
    format!("HEADERS = {{\n{}}}\n", lines.concat())
}

fn django(facts: &Facts<'_>) -> String {
    format!(
        "\"\"\"The headers that pages with Python work best with: add `pyrite_headers.PyriteHeaders` to MIDDLEWARE.\"\"\"\n\n\
         from django.contrib.staticfiles.handlers import StaticFilesHandlerMixin\n\n{}\n\n\
         def with_headers(response):\n    for name, value in HEADERS.items():\n        response.headers.setdefault(name, value)\n    return response\n\n\n\
         class PyriteHeaders:\n    def __init__(self, get_response):\n        self.get_response = get_response\n\n\
         \x20   def __call__(self, request):\n        return with_headers(self.get_response(request))\n\n\n\
         # `runserver` sends static files past all middleware, and workers need these headers as their page does.\n\
         serve = StaticFilesHandlerMixin.serve\n\
         StaticFilesHandlerMixin.serve = lambda self, request: with_headers(serve(self, request))\n",
        python_headers(facts)
    )
}

fn flask(facts: &Facts<'_>) -> String {
    format!(
        "\"\"\"The headers that pages with Python work best with: `pyrite_headers.init_app(app)`.\"\"\"\n\n{}\n\n\
         def init_app(app):\n    @app.after_request\n    def add(response):\n        for name, value in HEADERS.items():\n\
         \x20           response.headers.setdefault(name, value)\n        return response\n",
        python_headers(facts)
    )
}

/// The two lines of a page, for a template. The built folder is among the static files.
fn head(first: &str, facts: &Facts<'_>, link: impl Fn(&str) -> String) -> String {
    let tag = |file: &str, before: &str, after: &str| {
        let integrity = crate::embedded::find(file).and_then(|file| super::encode::unpacked(file).ok());
        let integrity = integrity.map(|bytes| super::page::integrity(&bytes)).unwrap_or_default();
        format!("{before}\"{}\" integrity=\"{integrity}\"{after}\n", link(&format!("{}/{file}", facts.runtime)))
    };
    let first = if first.is_empty() { String::new() } else { format!("{first}\n") };
    format!(
        "{first}{}{}",
        tag("core.css", "<link rel=\"stylesheet\" href=", ">"),
        tag("core.js", "<script type=\"module\" src=", "></script>")
    )
}
