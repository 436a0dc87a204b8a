//! How pages look, and whether everybody can use them: axe-core over the gallery and over all that the runtime itself
//! shows, on a phone and a desktop, in light and dark. `PYRITE_PICTURES=FOLDER` keeps a picture of each for people.

use std::fs;
use std::path::PathBuf;

use pyrite_tests::{Browser, Page, Site, paths};
use serde_json::json;

use crate::gallery::cards;

const PHONE: u32 = 390;
const DESKTOP: u32 = 1280;

/// Shows pages at this width, in a colour scheme, from now on. For a browser that nobody uses afterwards.
fn emulate(page: &Page, width: u32, scheme: &str) {
    let size = json!({ "width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width == PHONE });
    page.devtools("Emulation.setDeviceMetricsOverride", &size);
    let features = json!({ "features": [
        { "name": "prefers-color-scheme", "value": scheme },
        { "name": "prefers-reduced-motion", "value": "reduce" },
    ] });
    page.devtools("Emulation.setEmulatedMedia", &features);
    wait_for_emulation(page, width, scheme);
}

fn wait_for_emulation(page: &Page, width: u32, scheme: &str) {
    page.wait_until(&format!("innerWidth === {width} && matchMedia('(prefers-color-scheme: {scheme})').matches"));
}

/// Keeps a picture, where that is asked for.
fn keep(page: &mut Page, name: &str) {
    let Some(folder) = std::env::var_os("PYRITE_PICTURES") else { return };
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{name}.png")), page.browser().screenshot().unwrap()).unwrap();
}

/// Fails when something is wider than the page.
#[track_caller]
fn assert_fits(page: &Page, name: &str) {
    let wide = page.run(
        "const most = document.documentElement.clientWidth;
         if (document.documentElement.scrollWidth <= most) return '';
         return [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > most + 1)
           .map((one) => one.outerHTML.slice(0, 80)).slice(0, 5).join('\\n') || 'something'",
    );
    assert_eq!(wide, "", "{name} has to be scrolled sideways");
}

/// What axe-core finds serious or critical.
fn findings(page: &Page) -> Vec<String> {
    if page.run("return typeof axe") != "object" {
        let axe = fs::read_to_string(paths::root().join("web/node_modules/axe-core/axe.min.js")).unwrap();
        page.devtools("Runtime.evaluate", &json!({ "expression": axe }));
    }
    let found = page.run(
        "return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
           .filter(({ impact }) => impact === 'serious' || impact === 'critical')
           .flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any.map(({ message }) => message)}`)))",
    );
    serde_json::from_value(found).unwrap()
}

#[track_caller]
fn assert_accessible(page: &Page, name: &str) {
    let found = findings(page);
    assert!(found.is_empty(), "axe-core on {name}: {found:#?}");
}

/// Gives the worst contrast of the elements that a selector finds below `root`, and where it is.
const CONTRAST: &str = "
  const numbers = (color) => {
    const [r, g, b, a = 1] = color.match(/[\\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches && getComputedStyle(document.documentElement).colorScheme.includes('dark');
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) layers.push(numbers(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), isDark ? [18, 18, 18] : [255, 255, 255]);
  };
  const light = (color) => color.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const all = [...root.querySelectorAll(selector)].filter((element) => element.textContent.trim() || element.matches('svg, .fill'));
  if (!all.length) return ['nothing is there', 0];
  return all.map((element) => {
    const isFill = element.matches('.fill'), style = getComputedStyle(element);
    const below = ground(isFill ? element.parentElement : element);
    const color = over(numbers(isFill ? style.backgroundColor : style.color), below);
    const [most, least] = [light(color), light(below)].sort((one, other) => other - one);
    return [`${element.textContent.slice(0, 40)} ${style.color} on ${below}`, (most + 0.05) / (least + 0.05)];
  }).sort((one, other) => one[1] - other[1])[0];
";

/// Fails when something has less contrast than eyes need. axe-core does not look at what is hidden from screen readers.
#[track_caller]
fn assert_contrast(page: &Page, what: &str, root: &str, selector: &str, least: f64) {
    let worst = page.run(&format!("const root = {root}, selector = {};{CONTRAST}", json!(selector)));
    let ratio = worst[1].as_f64().unwrap_or(0.0);
    assert!(ratio >= least, "{what}: contrast {ratio:.2} of {}", worst[0]);
}

/// All that the runtime itself shows, with long lines wherever a page can have them.
const EVERYTHING: &str = r#"<style>:root { color-scheme: light dark }</style>
<meta name="viewport" content="width=device-width, initial-scale=1">
<main>
<h1>Everything</h1>
<p>Some text.</p>
<py-progress id="progress"></py-progress>
<script type="mpy" terminal>
print('plain \x1b[31mred \x1b[32mgreen \x1b[33myellow \x1b[34mblue \x1b[35mmagenta \x1b[36mcyan \x1b[90mgrey \x1b[93mbright \x1b[38;2;120;120;120mown\x1b[0m https://example.org ' + 'long ' * 30)
</script>
<script type="mpy-editor">
# What everybody wants to know
import math
def area(radius: float) -> float:
    '''Of a circle'''
    return math.pi * radius**2 if radius else None
print(area(2), 'text', 12, True)
a_rather_long_name_that_goes_on = a_rather_long_name_that_goes_on_and_on = a_rather_long_name_that_goes_on_and_on_and_on = 1
area('x')
</script>
<script type="mpy">
raise ValueError('something that went wrong and has much to say: ' + 'word ' * 30)
</script>
</main>"#;

#[test]
fn all_that_the_runtime_shows_fits_and_can_be_read_on_phone_and_desktop_in_light_and_dark() {
    let mut page = Site::page(EVERYTHING).serve().open_in(Browser::fresh(), "/");
    page.wait_for_all_done();
    page.wait_for_banner("ValueError");
    page.wait_until("document.querySelector('button[class*=editor-run]')");
    page.run("document.querySelector('button[class*=editor-run]').click()");
    page.wait_until("document.querySelector('[class*=editor-status]').textContent.startsWith('Error in line 5')");
    page.wait_until("document.querySelector('.xterm-rows').textContent.includes('magenta')");
    // As it is while something loads; it hides when that is over.
    page.run(
        "const bar = progress.shadowRoot.querySelector('[role=progressbar] > div');
         bar.className = 'fill'; bar.style.width = '60%'; progress.hidden = false",
    );
    for scheme in ["light", "dark"] {
        for width in [PHONE, DESKTOP] {
            emulate(&page, width, scheme);
            let name = format!("everything-{width}-{scheme}");
            let ground = if scheme == "dark" { "rgb(25, 26, 25)" } else { "rgb(250, 249, 245)" };
            page.wait_until(&format!(
                "getComputedStyle(document.querySelector('mpy-terminal')).backgroundColor === '{ground}'"
            ));
            // The terminal follows the width, and its colours, a little later.
            let screen = "document.querySelector('.xterm-screen').getBoundingClientRect().right";
            let whole = "document.querySelector('mpy-terminal').getBoundingClientRect().right";
            page.wait_until(&format!("{screen} <= {whole} && {screen} > {whole} - 60"));
            assert_fits(&page, &name);
            page.run("scrollTo(0, 0)");
            keep(&mut page, &name);
            page.run(
                "document.querySelector('.py-errors').style.display = 'none'; scrollTo(0, document.body.scrollHeight)",
            );
            keep(&mut page, &format!("{name}-without-banner"));
            page.run("document.querySelector('.py-errors').style.display = ''");
            assert_accessible(&page, &name);
            assert_contrast(&page, "the terminal", "document", ".xterm-rows span", 4.4);
            let field = "document.querySelector('[class*=editor-input] > div:last-child').shadowRoot";
            assert_contrast(&page, "the code", field, ".cm-line, .cm-line span, .cm-gutterElement", 4.5);
            assert_contrast(
                &page,
                "the output",
                "document",
                "[class*=editor-output], [class*=editor-output] span",
                4.5,
            );
            assert_contrast(&page, "the button", "document", "button[class*=editor-run] svg", 3.0);
            assert_contrast(&page, "the banner", "document", ".py-error, .py-error *", 4.5);
            let bar = "document.querySelector('py-progress').shadowRoot";
            assert_contrast(&page, "the progress bar", bar, ".fill", 3.0);
            assert_contrast(&page, "its words", bar, "p", 4.5);
        }
    }
}

/// Opens every card of the gallery, on a phone, and looks at it when its scripts have ended.
fn the_gallery_can_be_used(scheme: &str) {
    let mut page = Site::new().files_below(&paths::root().join("examples")).serve().open_in(Browser::fresh(), "/");
    emulate(&page, PHONE, scheme);
    let cards = cards(&page);
    assert!(cards.len() > 10, "the gallery has only {cards:?}");
    for card in [String::new()].iter().chain(&cards) {
        if !card.is_empty() {
            page.goto(&format!("/{card}"));
            page.wait_for_all_done();
        }
        wait_for_emulation(&page, PHONE, scheme);
        // Editors and terminals are no scripts that end.
        page.wait_until(
            "[...document.querySelectorAll('script[type*=-editor]:not([setup])')].every(({ target }) => target)
             && [...document.querySelectorAll('script[terminal]')].every(({ terminal }) => terminal)",
        );
        let name = format!("gallery-{}", card.trim_end_matches('/'));
        assert_fits(&page, &name);
        keep(&mut page, &format!("{name}-{PHONE}-{scheme}"));
        assert_accessible(&page, &name);
    }
}

#[test]
fn axe_finds_nothing_serious_in_the_gallery_in_light_colours() {
    the_gallery_can_be_used("light");
}

#[test]
fn axe_finds_nothing_serious_in_the_gallery_in_dark_colours() {
    the_gallery_can_be_used("dark");
}

#[test]
fn axe_finds_what_is_wrong() {
    let bad = "<main><h1>Bad</h1><img src=\"data:,\"><p style=\"color: #aaa; background: #fff\">Pale</p></main>";
    let page = Site::page(bad).open();
    page.wait_for_all_done();
    let found = findings(&page).join("\n");
    assert!(found.contains("image-alt: ") && found.contains("color-contrast: "), "{found}");
}
