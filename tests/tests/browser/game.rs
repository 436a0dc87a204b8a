//! `py-game`. The real library is compiled and lives elsewhere, so a small one of its name stands in: what is tested here
//! is the way to it, and that it finds the canvas where SDL looks for it.

use pyrite_tests::{Page, Site};

use crate::wheels::Wheel;

/// Draws by the canvas that Pyodide gives to SDL.
const LIBRARY: &str = "
import pyodide_js
def paint(colour):
    canvas = pyodide_js.canvas.getCanvas2D()
    context = canvas.getContext('2d')
    context.fillStyle = colour
    context.fillRect(0, 0, canvas.width, canvas.height)
    return canvas.id
";

const CONFIG: &str = "config='{\"packages\": [\"./wheels/pygame_ce-2.5-py3-none-any.whl\"]}'";

fn with_library(body: &str) -> Site {
    let wheel = Wheel::pure("pygame_ce", "2.5", &[]);
    Site::page(body).file(&format!("wheels/{}", wheel.file()), wheel.with_module(LIBRARY))
}

/// The colour in the middle of a canvas.
fn colour(id: &str) -> String {
    format!("return [...{id}.getContext('2d').getImageData(2, 2, 1, 1).data].join()")
}

#[test]
fn a_game_draws_on_its_canvas() {
    let page = with_library(&format!(
        "<canvas id=\"canvas\" width=\"4\" height=\"4\"></canvas>
         <script>addEventListener('py-game', ({{ detail }}) => console.log('begins', Object.keys(detail).sort().join(), detail.canvas.id));
           addEventListener('py-game:done', () => console.log('over'));
           addEventListener('py-game:progress', ({{ detail }}) => console.log('step', detail))</script>
         <script type=\"py-game\" {CONFIG}>
             import asyncio, pygame_ce
             print('on', pygame_ce.paint('rgb(10, 20, 30)'))
             await asyncio.sleep(0)
         </script>"
    ))
    .open();
    page.wait_for_line("over");
    page.wait_for_line("on canvas");
    page.wait_for_line("begins canvas,code,config,wrap canvas");
    page.wait_for_line("step Loaded Pyodide");
    assert_eq!(page.run(&colour("canvas")), "10,20,30,255");
    page.assert_no_errors();
}

#[test]
fn two_games_have_a_canvas_and_an_interpreter_each() {
    let game = |id: &str| {
        format!(
            "<canvas id=\"{id}\" width=\"4\" height=\"4\"></canvas><script type=\"py-game\" target=\"{id}\" src=\"{id}.py\" {CONFIG}></script>"
        )
    };
    let count = "<script>window.overs = 0; addEventListener('py-game:done', () => { overs++ })</script>";
    let page = with_library(&(count.to_owned() + &game("one") + &game("two")))
        .file("one.py", "import pygame_ce\nmine = 'rgb(1, 2, 3)'\npygame_ce.paint(mine)")
        .file("two.py", "import pygame_ce\npygame_ce.paint('rgb(4, 5, 6)')\nprint('mine' in globals())")
        .open();
    page.wait_until("overs === 2");
    assert_eq!(page.run(&colour("one")), "1,2,3,255");
    assert_eq!(page.run(&colour("two")), "4,5,6,255");
    page.wait_for_line("False");
}

#[test]
fn a_page_may_keep_a_game_from_running() {
    let page = with_library(&format!(
        "<canvas id=\"canvas\"></canvas><script>addEventListener('py-game', (event) => {{ event.preventDefault(); event.detail.wrap.run('print(\"instead\")') }})</script>
         <script type=\"py-game\" {CONFIG}>print('never')</script>"
    ))
    .open();
    let seen = page.wait_for_line("instead");
    assert_eq!(seen.printed("never"), 0);
}

#[test]
fn what_is_wrong_with_a_game_is_told() {
    let page = Site::page("<script type=\"py-game\">print('never')</script>").open();
    let banner = page.wait_for_banner("(PY0409): Unknown target canvas");
    assert!(banner.text.contains("<canvas id=\"canvas\">"), "{}", banner.text);

    // A test has one browser at a time.
    drop(page);
    let page = with_library(&format!(
        "<canvas id=\"canvas\"></canvas><script type=\"py-game\" src=\"game.py\" {CONFIG}></script>"
    ))
    .file("game.py", "import pygame_ce\n\nraise ValueError('game over')\n")
    .open();
    let banner = page.wait_for_banner("game over");
    assert!(banner.text.contains("game.py"), "{}", banner.text);
    assert!(banner.text.contains("line 3"), "{}", banner.text);

    drop(page);
    let page = with_library(&format!(
        "<canvas id=\"canvas\"></canvas><script type=\"py-game\" src=\"none.py\" {CONFIG}></script>"
    ))
    .open();
    page.wait_for_banner("none.py");

    drop(page);
    // Nothing that is named so can be had beside the page.
    let page = Site::page(
        "<canvas id=\"canvas\"></canvas><script type=\"py-game\" config='{\"index_urls\": [\"/none\"]}'>print('never')</script>",
    )
    .open();
    let banner = page.wait_for_banner("(PY3102): A game could not start without pygame-ce");
    assert!(banner.text.contains("put its wheel"), "{}", banner.text);
}

/// The colour that is shown in the middle of a canvas that belongs to a worker.
fn shown(page: &Page, id: &str, colour: &str) {
    // What a worker has drawn is there with the page's next frame, or one after it.
    page.wait_until(&format!(
        "(() => {{ const copy = new OffscreenCanvas(4, 4).getContext('2d'); copy.drawImage({id}, 0, 0); return copy.getImageData(2, 2, 1, 1).data.join() === '{colour}' }})()"
    ));
}

#[test]
fn a_game_in_a_worker_draws_on_a_canvas_of_the_page() {
    let page = with_library(&format!(
        "<canvas id=\"canvas\" width=\"4\" height=\"4\"></canvas>
         <script>addEventListener('py-game', ({{ detail }}) => console.log('begins', Object.keys(detail).sort().join(), detail.xworker instanceof Worker));
           addEventListener('py-game:done', () => console.log('over'));
           addEventListener('py-game:progress', ({{ detail }}) => console.log('step', detail))</script>
         <script type=\"py-game\" worker {CONFIG}>
             import asyncio, pygame_ce
             from pyscript import RUNNING_IN_WORKER, document
             document.title = 'on ' + pygame_ce.paint('rgb(10, 20, 30)') + str(RUNNING_IN_WORKER)
             await asyncio.sleep(0)
         </script>"
    ))
    .open();
    page.wait_for_line("over");
    page.wait_for_line("begins canvas,code,xworker true");
    page.wait_for_line("step Loaded Pyodide");
    assert_eq!(page.text_of("document.title"), "on canvasTrue");
    shown(&page, "canvas", "10,20,30,255");
    page.assert_no_errors();
}

#[test]
fn games_in_workers_have_a_canvas_each_and_may_fail_alone() {
    let game = |id: &str, more: &str| {
        format!(
            "<canvas id=\"{id}\" width=\"4\" height=\"4\"></canvas><script type=\"py-game\" worker target=\"{id}\" src=\"{id}.py\" {more}></script>"
        )
    };
    let count = "<script>window.overs = 0; addEventListener('py-game:done', () => { overs++ })</script>";
    let page = with_library(&(count.to_owned() + &game("one", CONFIG) + &game("two", CONFIG)))
        .file("one.py", "import pygame_ce\npygame_ce.paint('rgb(1, 2, 3)')")
        .file("two.py", "import pygame_ce\npygame_ce.paint('rgb(4, 5, 6)')\nraise ValueError('game over')\n")
        .open();
    page.wait_until("overs === 2");
    shown(&page, "one", "1,2,3,255");
    shown(&page, "two", "4,5,6,255");
    let banner = page.wait_for_banner("game over");
    assert!(banner.text.contains("two.py") && banner.text.contains("line 3"), "{}", banner.text);
}

#[test]
fn why_a_game_cannot_be_in_a_worker_is_told() {
    let page = with_library(&format!(
        "<canvas id=\"canvas\"></canvas><script>canvas.getContext('2d')</script><script type=\"py-game\" worker {CONFIG}>print('never')</script>"
    ))
    .open();
    let banner = page.wait_for_banner("(PY0409): The canvas \"canvas\" cannot be given to a worker");
    assert!(banner.text.contains("without `worker`"), "{}", banner.text);

    // A test has one browser at a time.
    drop(page);
    let page = Site::page(
        "<canvas id=\"canvas\"></canvas><script>addEventListener('py-game:done', () => console.log('over'))</script>
         <script type=\"py-game\" worker config='{\"index_urls\": [\"/none\"]}'>print('never')</script>",
    )
    .open();
    page.wait_for_banner("(PY3102): A game could not start without pygame-ce");
    assert_eq!(page.wait_for_line("over").printed("never"), 0);

    drop(page);
    let page = with_library(&format!(
        "<canvas id=\"canvas\"></canvas><script>addEventListener('py-game', (event) => {{ event.preventDefault(); console.log('kept') }})</script>
         <script type=\"py-game\" worker {CONFIG}>print('never')</script>"
    ))
    .open();
    page.wait_for_line("kept");
    page.assert_no_errors();
}
