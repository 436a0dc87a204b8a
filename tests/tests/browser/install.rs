//! Packages that Python installs while it runs.

use pyrite_tests::{Fault, Interpreter, Site, on_both_interpreters};

use crate::wheels::Wheel;

/// A page whose script installs something, on the main thread and in a worker; each shows what it has to say.
fn page(on: Interpreter, attributes: &str, code: &str) -> Site {
    Site::page(&on.script_with(attributes, code))
        .file("wheels/beta-1.0-py3-none-any.whl", Wheel::pure("beta", "1.0", &[]).bytes())
}

on_both_interpreters! {
    fn python_installs_without_a_configuration(on) {
        let code = "import _pyscript\nfrom pyscript import document, window\nawait _pyscript.install(str(window.location.origin) + '/wheels/beta-1.0-py3-none-any.whl')\nimport beta\ndocument.body.append('installed ' + beta.NAME)";
        for attributes in ["", "worker"] {
            let page = page(on, attributes, code).open();
            page.wait("the module", |seen| seen.text.contains("installed beta"));
            page.assert_no_errors();
        }
    }

    fn what_is_there_already_asks_nobody(on) {
        let code = "import _pyscript\nawait _pyscript.install('json', 'os')\nprint('there')";
        let page = page(on, "", code).open();
        page.wait_for_line("there");
        let asked = page.run("return performance.getEntriesByType('resource').map(({name}) => name).filter((name) => !name.startsWith(location.origin))");
        assert_eq!(asked, serde_json::json!([]));
    }

    fn what_cannot_be_installed_is_told_to_python(on) {
        let code = "import _pyscript\nawait _pyscript.install('not a name')";
        let page = page(on, "", code).open();
        page.wait_for_error("`not a name` is not a package");
    }
}

#[test]
fn micropip_can_be_imported_without_a_configuration() {
    let code = "import micropip\nfrom pyscript import document, window\nawait micropip.install(str(window.location.origin) + '/wheels/beta-1.0-py3-none-any.whl')\nimport beta\ndocument.body.append(f\"installed {beta.NAME} {micropip.__name__} {micropip.list()['beta'].version}\")";
    for attributes in ["", "worker"] {
        let page = page(Interpreter::Pyodide, attributes, code).open();
        page.wait("the module", |seen| seen.text.contains("installed beta micropip 1.0"));
        page.assert_no_errors();
    }
}

#[test]
fn micropip_that_does_not_come_is_an_import_error() {
    let code = "try:\n  import micropip\nexcept ImportError as error:\n  print('no', error)";
    let page = page(Interpreter::Pyodide, "", code).fault("-py3-none-any.whl", Fault::Status(404)).open();
    page.wait("the reason", |seen| {
        seen.logged().iter().any(|line| line.contains("no micropip could not be fetched") && line.ends_with("is 404"))
    });
}
