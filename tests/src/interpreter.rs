//! The two interpreters, as pages name them.

/// Which Python runs a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interpreter {
    /// MicroPython, `type="mpy"`.
    MicroPython,
    /// Pyodide, `type="py"`.
    Pyodide,
}

impl Interpreter {
    /// The script type, which is also the prefix of events and tags: `mpy` or `py`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::MicroPython => "mpy",
            Self::Pyodide => "py",
        }
    }

    /// The one that is not this one.
    pub fn other(self) -> Self {
        match self {
            Self::MicroPython => Self::Pyodide,
            Self::Pyodide => Self::MicroPython,
        }
    }

    /// `<script type="…">` around code that starts on a line of its own.
    pub fn script(self, code: &str) -> String {
        self.script_with("", code)
    }

    /// As [`Self::script`], with more attributes.
    pub fn script_with(self, attributes: &str, code: &str) -> String {
        let space = if attributes.is_empty() { "" } else { " " };
        format!("<script type=\"{}\"{space}{attributes}>\n{code}\n</script>\n", self.tag())
    }

    /// `<py-script>` or `<mpy-script>` around code that starts on a line of its own.
    pub fn element(self, attributes: &str, code: &str) -> String {
        let (tag, space) = (self.tag(), if attributes.is_empty() { "" } else { " " });
        format!("<{tag}-script{space}{attributes}>\n{code}\n</{tag}-script>\n")
    }

    /// The full name of one of this interpreter's events: `mpy:ready`.
    pub fn event(self, what: &str) -> String {
        format!("{}:{what}", self.tag())
    }
}
