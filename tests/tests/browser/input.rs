//! `input()` asks the visitor.

use pyrite_tests::{Fault, Site, on_both_interpreters};

const CODE: &str = "\
from pyscript import window
def show(text):
    window.console.log(text)
show('hello ' + input('Your name? '))
try:
    input()
except EOFError as error:
    show('declined: ' + str(error))
";

on_both_interpreters! {
    fn input_asks_the_visitor_and_tells_when_nobody_answers(on) {
        for attributes in ["", "async=\"false\"", "worker"] {
            let page = Site::page(&on.script_with(attributes, CODE)).open();
            page.answer(Some("Ada"));
            page.answer(None);
            page.wait_for_line("declined: EOF when reading a line");
            assert_eq!(page.seen().logged()[0], "hello Ada");
            page.assert_no_errors();
        }
    }

    fn input_in_a_worker_that_cannot_reach_the_page_says_why(on) {
        let body = "<script>delete WebAssembly.Suspending</script>".to_owned() + &on.script_with("worker", "input('?')");
            let page = Site::page(&body).flag("--no-isolation").fault("service-worker.js", Fault::Status(404)).open();
        page.wait_for_banner("input() has to ask the page");
    }
}
