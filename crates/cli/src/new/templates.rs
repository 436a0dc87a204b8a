//! The pages to begin with.

use clap::ValueEnum;

use super::{NewFile, escaped};

/// The templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Template {
    /// A button and some Python behind it
    Hello,
    /// A file of numbers, a summary and a chart
    Data,
    /// A ball to catch, on a canvas
    Game,
    /// Cells of Python that visitors change and run
    Notebook,
    /// Computing beside the page
    Worker,
}

macro_rules! files {
    ($folder:literal: $($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../templates/", $folder, "/", $name)))),*]
    };
}

impl Template {
    /// Its files, for a page of this name.
    pub(crate) fn files(self, name: &str) -> Vec<NewFile> {
        let files: &[(&str, &str)] = match self {
            Template::Hello => files!("hello": "index.html" "main.py" "test_page.py"),
            Template::Data => files!("data": "index.html" "main.py" "pyscript.toml" "rain.csv"),
            Template::Game => files!("game": "index.html" "main.py"),
            Template::Notebook => files!("notebook": "index.html"),
            Template::Worker => files!("worker": "index.html" "main.py" "worker.py"),
        };
        let titled = |path: &str, text: &str| {
            if path.ends_with(".html") { text.replace("NAME", &escaped(name)) } else { text.to_owned() }
        };
        files.iter().map(|(path, text)| ((*path).to_owned(), titled(path, text).into_bytes())).collect()
    }
}
