//! Whatever a project holds, `check` ends, and ends by itself.

use pyrite_check::Tree;

use crate::{HEAD, found};

const PAGE: &str = "<py-config>\n[files]\n\"{A}\" = \"é\"\n\"./é.py\" = \"./b/*\"\n[js_modules.main]\n\"./a.js\" = \"ä\"\n</py-config>\n\
    <script type=\"py\" worker config='{\"packages\": [\"é\"]}' src='./é.py'></script><mpy-script>\n  x = \"&lt;é\"\n  ü = 1 # ß\n</mpy-script>\
    <script type=\"module\">await PyWorker(/* é */ './é.py'); MPWorker('ü</script><script type='mpy-editor' />é";
const CODE: &str = "from js import Map as é, setTimeout\nimport time\nasync def ü(ß=lambda: é()):\n    time.sleep(1)\n    with (open('é') as a, b): pass\n\
    setTimeout(ü, 'ü')\nmatch é:\n  case {**x}: await y.sync.z()\nw.sync.é = ü\nf'{é!r:>{1}}' '\\N{BULLET}' \"\"\"é\n";

/// Numbers that look like chance, the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

fn look(page: &str, code: &str) {
    let tree = Tree::default().text("index.html", &format!("{HEAD}{page}")).text("é.py", code).text("a.js", code);
    for finding in found(&tree, None) {
        let text = if finding.file == "index.html" { format!("{HEAD}{page}") } else { code.to_owned() };
        let _ = pyrite_check::position(&text, finding.span.start);
        let fixed = finding.fix.as_ref().map(|fix| pyrite_check::apply(&text, [fix]));
        assert!(fixed.is_none_or(|(_, count)| count == 1));
    }
}

#[test]
fn pages_and_code_may_end_anywhere() {
    for (end, _) in PAGE.char_indices() {
        look(&PAGE[..end], CODE);
    }
    for (end, _) in CODE.char_indices() {
        look(PAGE, &CODE[..end]);
        look(&format!("<script type=\"py\">{}</script><py-script>{}</py-script>", &CODE[..end], &CODE[end..]), "");
    }
}

#[test]
fn pieces_may_be_missing_doubled_and_elsewhere() {
    let mut chance = Chance(7);
    for _ in 0..1500 {
        let mut mixed = |text: &str| {
            let mut letters: Vec<char> = text.chars().collect();
            for _ in 0..=chance.below(4) {
                let (from, length) = (chance.below(letters.len()), chance.below(12));
                let piece: Vec<char> = letters.iter().skip(from).take(length).copied().collect();
                let to = chance.below(letters.len());
                if chance.below(2) == 0 {
                    letters.drain(from..(from + length).min(letters.len()));
                } else {
                    letters.splice(to..to, piece);
                }
            }
            letters.into_iter().collect::<String>()
        };
        let (page, code) = (mixed(PAGE), mixed(CODE));
        look(&page, &code);
    }
}

#[test]
fn code_may_be_nested_deeper_than_any_stack() {
    let deep = [
        format!("1{}", "+1".repeat(100_000)),
        format!("a{}", ".b".repeat(100_000)),
        format!("f{}", "()".repeat(100_000)),
        "not ".repeat(100_000),
        "lambda:".repeat(100_000),
        "[".repeat(100_000),
        "f(1,".repeat(100_000),
        "f'{".repeat(100_000),
        format!("1{}", "+1".repeat(590)),
        format!("{}1", "not ".repeat(590)),
    ];
    for code in &deep {
        look(PAGE, code);
        look(&format!("<script type=\"mpy\">{code}</script>"), "");
    }
    let blocks: String = (0..2000).map(|depth| format!("{}if 1:\n", " ".repeat(depth))).collect();
    look(PAGE, &blocks);
    look(&format!("<py-config>a = {}</py-config>", "[".repeat(100_000)), "");
    look(&"<div>".repeat(100_000), "");
}
