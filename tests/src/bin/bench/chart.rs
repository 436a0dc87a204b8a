//! The shares as a picture: PyScript is a line at one, Pyrite a bar that is better the shorter it is.

use std::fmt::Write as _;

use crate::measures::Unit;
use crate::report::{Report, Row};
use crate::table;

const WIDTH: f64 = 760.0;
/// Where bars begin, and where the longest ends.
const LEFT: f64 = 300.0;
const RIGHT: f64 = 664.0;
const TOP: f64 = 84.0;
const LINE: f64 = 24.0;
const BAR: f64 = 12.0;
/// Room above the name of a page.
const GAP: f64 = 12.0;

/// It is shown as an image, where the page's own colours cannot be asked for: so it brings a ground of its own.
pub(crate) const STYLE: &str = "\
svg{--ground:#fff;--edge:#d5d9e0;--text:#1f2430;--soft:#5b6472;--count:#7a8699;--time:#c2570c;--line:#1f2430}\
@media(prefers-color-scheme:dark){svg{--ground:#16191f;--edge:#343a45;--text:#e8eaee;--soft:#a3acba;--count:#8e9bb0;--time:#f2913d;--line:#e8eaee}}\
text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif;fill:var(--text)}\
.title{font-size:16px;font-weight:600}.page{font-weight:600}.soft{fill:var(--soft)}.small{font-size:12px}\
.count{fill:var(--count)}.time{fill:var(--time)}.ground{fill:var(--ground);stroke:var(--edge)}\
.one{stroke:var(--line);stroke-dasharray:3 3}.spread{stroke:var(--text);stroke-width:1.5}.grid{stroke:var(--edge)}";

/// The whole picture.
pub(crate) fn svg(report: &Report) -> String {
    let longest = table::loading(report).map(|row| row.share.max).fold(1.0, f64::max);
    let scale = Scale { longest: (longest * 4.0).ceil() / 4.0 };
    let (body, bottom) = rows(report, scale);
    let height = bottom + 46.0;
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-labelledby=\"title\">\n\
         <title id=\"title\">Pyrite compared with PyScript {peer}: {summary}</title>\n<style>{STYLE}</style>\n\
         <rect class=\"ground\" x=\".5\" y=\".5\" width=\"{w}\" height=\"{h}\" rx=\"10\"/>\n\
         <text class=\"title\" x=\"20\" y=\"32\">Pyrite compared with PyScript {peer}</text>\n\
         <text class=\"soft\" x=\"20\" y=\"53\">PyScript is the dashed line at 1; shorter is better. Thin lines: lowest and highest of {rounds} rounds.</text>",
        peer = escaped(&report.versions.pyscript),
        summary = escaped(&summary(report)),
        rounds = report.rounds,
        w = WIDTH - 1.0,
        h = height - 1.0,
    );
    out.push_str(&grid(scale, bottom));
    out.push_str(&body);
    let one = scale.x(1.0);
    let _ = writeln!(
        out,
        "<line class=\"one\" x1=\"{one:.1}\" x2=\"{one:.1}\" y1=\"{:.1}\" y2=\"{bottom:.1}\"/>",
        TOP - 8.0
    );
    out.push_str(&legend(height - 20.0));
    out.push_str("</svg>\n");
    out
}

#[derive(Clone, Copy)]
struct Scale {
    longest: f64,
}

impl Scale {
    fn x(self, share: f64) -> f64 {
        LEFT + (RIGHT - LEFT) * share / self.longest
    }
}

fn grid(scale: Scale, bottom: f64) -> String {
    let mut out = String::new();
    let mut share = 0.0;
    while share <= scale.longest {
        let x = scale.x(share);
        let _ = writeln!(
            out,
            "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{bottom:.1}\"/>\
             <text class=\"soft small\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{share}</text>",
            TOP - 8.0,
            bottom + 16.0
        );
        share += 0.25;
    }
    out
}

/// The bars, and where they end.
fn rows(report: &Report, scale: Scale) -> (String, f64) {
    let mut out = String::new();
    let (mut y, mut page) = (TOP, "");
    for row in table::loading(report) {
        if row.page != page {
            y += if page.is_empty() { 0.0 } else { GAP };
            page = &row.page;
            let name = escaped(&table::page_title(page).replace('`', ""));
            let _ = writeln!(out, "<text class=\"page\" x=\"20\" y=\"{:.1}\">{name}</text>", y + BAR);
            y += LINE;
        }
        out.push_str(&bar(row, y, scale));
        y += LINE;
    }
    (out, y)
}

fn bar(row: &Row, y: f64, scale: Scale) -> String {
    let class = match row.unit {
        Unit::Milliseconds | Unit::Operation => "time",
        Unit::Bytes | Unit::Requests => "count",
    };
    let title = escaped(&table::title(row).replace('`', ""));
    let share = row.share;
    let (left, end) = (scale.x(0.0), scale.x(share.median));
    let (least, most) = (scale.x(share.min), scale.x(share.max));
    let middle = y + BAR / 2.0;
    let spread = if most - least < 1.0 {
        String::new()
    } else {
        format!("<line class=\"spread\" x1=\"{least:.1}\" x2=\"{most:.1}\" y1=\"{middle:.1}\" y2=\"{middle:.1}\"/>")
    };
    format!(
        "<text x=\"32\" y=\"{baseline:.1}\">{title}</text>\
         <rect class=\"{class}\" x=\"{left:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{BAR}\" rx=\"2\"/>{spread}\
         <text x=\"{shown:.1}\" y=\"{baseline:.1}\" text-anchor=\"end\">{times:.2}×</text>\n",
        baseline = y + BAR - 1.5,
        width = (end - left).max(1.0),
        shown = WIDTH - 28.0,
        times = share.median,
    )
}

fn legend(y: f64) -> String {
    let entry = |x: f64, class: &str, what: &str| {
        format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{:.1}\" width=\"{BAR}\" height=\"{BAR}\" rx=\"2\"/>\
             <text class=\"soft small\" x=\"{}\" y=\"{y:.1}\">{what}</text>\n",
            y - BAR + 1.5,
            x + BAR + 6.0
        )
    };
    entry(20.0, "count", "what is loaded") + &entry(140.0, "time", "how long it takes")
}

/// What the picture shows, for those who do not see it.
fn summary(report: &Report) -> String {
    let said = |row: &Row| {
        format!("{}, {}: {:.2} times PyScript's", table::page_title(&row.page), table::title(row), row.share.median)
            .replace('`', "")
    };
    table::loading(report).map(said).collect::<Vec<_>>().join("; ")
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::report;

    #[test]
    fn every_measure_has_a_bar_as_long_as_its_share() {
        let picture = svg(&report());
        // Shares of 2/3 and 0.6 where one is 364 wide.
        assert!(picture.contains("class=\"count\" x=\"300.0\" y=\"108.0\" width=\"242.7\""), "{picture}");
        assert!(picture.contains("class=\"time\" x=\"300.0\" y=\"132.0\" width=\"218.4\""), "{picture}");
        assert!(picture.contains(">0.67×<") && picture.contains(">0.60×<"), "{picture}");
    }

    #[test]
    fn only_what_was_apart_has_a_thin_line() {
        assert_eq!(svg(&report()).matches("class=\"spread\"").count(), 1);
    }

    #[test]
    fn those_who_do_not_see_it_are_told() {
        let picture = svg(&report());
        assert!(picture.contains("one mpy script, bytes before the interpreter: 0.67 times PyScript"), "{picture}");
    }

    #[test]
    fn names_cannot_break_the_picture() {
        assert_eq!(escaped("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
    }
}
