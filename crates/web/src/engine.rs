//! An interpreter that is ready to run scripts, whichever it is.

use alloc::string::String;

use js_sys::{Function, Object, Reflect};
use pyrite_core::Language;
use pyrite_core::script::Mode;
use pyrite_core::sources::Placement;
use wasm_bindgen::prelude::*;

use crate::bindings::{Interpreter, keep_callbacks, write_files};
use crate::micropython::MicroPython;
use crate::pyodide::Pyodide;

/// Where the Python package lives in an interpreter's file system.
pub(crate) const LIBRARY: &str = "/lib/pyrite";

/// What an interpreter is given when it starts.
pub(crate) struct Setup {
    /// The address of the interpreter's module.
    pub(crate) address: String,
    /// What else it is started with.
    pub(crate) options: Object,
    /// Takes a line of standard output.
    pub(crate) stdout: Function,
    /// Takes a line of standard error.
    pub(crate) stderr: Function,
}

/// A running interpreter.
pub(crate) enum Engine {
    Pyodide(Pyodide),
    MicroPython(MicroPython),
}

impl Engine {
    /// Starts an interpreter. Takes from a tenth of a second to several.
    pub(crate) async fn start(language: Language, setup: &Setup) -> Result<Self, JsValue> {
        Ok(match language {
            Language::Pyodide => Self::Pyodide(Pyodide::start(setup).await?),
            Language::MicroPython => Self::MicroPython(MicroPython::start(setup).await?),
        })
    }

    /// Gives the interpreter the Python package (`files`: path to text) and the module that it is built on.
    pub(crate) fn install(&self, files: &Object, bridge: &Object) -> Result<(), JsValue> {
        let interpreter = self.interpreter();
        write_files(interpreter, LIBRARY, files)?;
        if let Self::MicroPython(micropython) = self {
            Reflect::set(bridge, &"runner".into(), micropython.runner())?;
        }
        interpreter.register_module("_pyscript", bridge);
        interpreter
            .run(&["import sys\nsys.path.append('", LIBRARY, "')\nimport _pyrite\n_pyrite.prepare()"].concat())?;
        if let Self::Pyodide(pyodide) = self {
            keep_callbacks(interpreter, bridge);
            pyodide.connect()?;
        }
        Ok(())
    }

    /// The interpreter's own interface.
    pub(crate) fn interpreter(&self) -> &Interpreter {
        match self {
            Self::Pyodide(pyodide) => pyodide.interpreter(),
            Self::MicroPython(micropython) => micropython.interpreter(),
        }
    }

    /// Runs code to its end, or to its last `await`. `script` is the element it belongs to; `begun` is called when the
    /// code has run up to its first pause, or is about to run to it without a stop.
    pub(crate) async fn run(
        &self,
        code: &str,
        placement: &Placement,
        mode: Mode,
        script: &JsValue,
        begun: &Function,
    ) -> Result<(), JsValue> {
        match self {
            Self::Pyodide(pyodide) => pyodide.run(code, placement, mode, script, begun).await,
            Self::MicroPython(micropython) => micropython.run(code, placement, mode, script, begun).await,
        }
    }

    /// The element of the script that runs at this moment, where the interpreter can tell.
    pub(crate) fn current(&self) -> Option<JsValue> {
        match self {
            Self::Pyodide(pyodide) => pyodide.current(),
            Self::MicroPython(micropython) => micropython.current(),
        }
    }
}
