//! `--report`: what the pages weigh, as an HTML page with a treemap.

use std::fmt::Write as _;

use super::weight::{PageWeight, human};

/// Width and height of a map.
const SIZE: (f64, f64) = (960.0, 360.0);

/// The page. It needs no script and nothing from elsewhere.
pub(crate) fn page(pages: &[PageWeight]) -> String {
    let mut text = String::from(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>What the pages weigh</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <style>\n:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }\n\
         body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem }\n\
         svg { width: 100%; height: auto; display: block }\nrect { stroke: Canvas; stroke-width: 2 }\n\
         svg text { font: 13px system-ui, sans-serif; fill: #fff }\ntable { border-collapse: collapse; width: 100% }\n\
         th, td { text-align: right; padding: .2rem .6rem; border-bottom: 1px solid #8884 }\n\
         th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere }\n</style></head><body>\n\
         <h1>What the pages weigh</h1>\n<p>What a first visit loads, compressed with brotli.</p>\n",
    );
    for page in pages {
        let _ = writeln!(
            text,
            "<h2>{}</h2>\n<p>{} sent, {} unpacked</p>\n{}",
            escaped(&page.page),
            human(page.sent()),
            human(page.raw()),
            map(page)
        );
        text.push_str("<table><tr><th>file</th><th>brotli</th><th>bytes</th></tr>\n");
        for (name, raw, sent) in &page.parts {
            let _ =
                writeln!(text, "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", escaped(name), human(*sent), human(*raw));
        }
        text.push_str("</table>\n");
    }
    text.push_str("</body></html>\n");
    text
}

fn map(page: &PageWeight) -> String {
    let sizes: Vec<u64> = page.parts.iter().map(|part| part.2).collect();
    let mut text = format!(
        "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"Treemap of {}\">",
        SIZE.0,
        SIZE.1,
        escaped(&page.page)
    );
    for ((name, _, sent), [x, y, w, h]) in page.parts.iter().zip(squares(&sizes)) {
        let hue = name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 360;
        let _ = write!(
            text,
            "<g><title>{0} {1}</title><rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" fill=\"hsl({hue} 45% 35%)\"/>",
            escaped(name),
            human(*sent)
        );
        let short = name.rsplit('/').next().unwrap_or(name);
        #[allow(clippy::cast_precision_loss, reason = "a width in pixels")]
        let fits = w > short.len() as f64 * 7.5 + 12.0 && h > 22.0;
        if fits {
            let _ = write!(text, "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>", x + 7.0, y + 17.0, escaped(short));
        }
        text.push_str("</g>");
    }
    text + "</svg>"
}

/// Places for sizes, given from the largest, as `[x, y, width, height]`: halves of equal weight, over and over.
fn squares(sizes: &[u64]) -> Vec<[f64; 4]> {
    let mut places = Vec::with_capacity(sizes.len());
    split(sizes, [0.0, 0.0, SIZE.0, SIZE.1], &mut places);
    places
}

fn split(sizes: &[u64], [x, y, w, h]: [f64; 4], places: &mut Vec<[f64; 4]>) {
    if sizes.len() <= 1 {
        places.extend(sizes.iter().map(|_| [x, y, w, h]));
        return;
    }
    let total: u64 = sizes.iter().sum();
    let mut first = 0;
    let mut at = 0;
    while at < sizes.len() - 1 && (at == 0 || (first + sizes[at]) * 2 <= total) {
        first += sizes[at];
        at += 1;
    }
    #[allow(clippy::cast_precision_loss, reason = "a share of a picture")]
    let share = if total == 0 { 0.5 } else { first as f64 / total as f64 };
    let (one, two) = if w > h {
        ([x, y, w * share, h], [x + w * share, y, w * (1.0 - share), h])
    } else {
        ([x, y, w, h * share], [x, y + h * share, w, h * (1.0 - share)])
    };
    split(&sizes[..at], one, places);
    split(&sizes[at..], two, places);
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_as_the_sizes() {
        let sizes = [600_u64, 300, 80, 20, 0];
        let places = squares(&sizes);
        assert_eq!(places.len(), sizes.len());
        let whole = SIZE.0 * SIZE.1;
        for (size, [_, _, w, h]) in sizes.iter().zip(&places) {
            #[allow(clippy::cast_precision_loss)]
            let expected = *size as f64 / 1000.0;
            assert!((w * h / whole - expected).abs() < 1e-9, "{size}: {w} × {h}");
        }
    }

    #[test]
    fn names_are_text() {
        let page = PageWeight::new("<b>.html".into(), vec![("<i>".into(), (2, 1))]);
        assert!(!super::page(&[page]).contains("<b>"));
    }
}
