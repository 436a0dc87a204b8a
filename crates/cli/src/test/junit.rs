//! The report that continuous integration reads.

use std::fmt::Write as _;

use super::outcome::{Outcome, Result};

/// One suite for each place.
pub(crate) fn render(outcomes: &[Outcome]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<testsuites>\n");
    let mut rest = outcomes;
    while let Some(first) = rest.first() {
        let (suite, more) = rest.split_at(rest.iter().take_while(|one| one.place == first.place).count());
        rest = more;
        let count = |result| suite.iter().filter(|one| one.result == result).count();
        let seconds: f64 = suite.iter().map(|one| one.seconds).sum();
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{seconds:.3}\">",
            first.place.name(),
            suite.len(),
            count(Result::Failed),
            count(Result::Skipped),
        );
        suite.iter().for_each(|one| case(one, &mut out));
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn case(outcome: &Outcome, out: &mut String) {
    let class = outcome.file.strip_suffix(".py").unwrap_or(&outcome.file).replace('/', ".");
    let name = if outcome.name.is_empty() { &outcome.file } else { &outcome.name };
    let _ = write!(
        out,
        "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" time=\"{:.3}\"",
        escaped(&class),
        escaped(name),
        escaped(&outcome.file),
        outcome.seconds
    );
    match outcome.result {
        Result::Passed => out.push_str("/>\n"),
        Result::Skipped => {
            let _ = writeln!(out, "><skipped message=\"{}\"/></testcase>", escaped(&outcome.detail));
        }
        Result::Failed => {
            let (message, detail) = (escaped(outcome.summary()), escaped(&outcome.detail));
            let _ = writeln!(out, "><failure message=\"{message}\">{detail}</failure></testcase>");
        }
    }
}

/// Text for XML, which cannot hold all characters.
fn escaped(text: &str) -> String {
    let allowed = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let mut out = String::new();
    for c in text.chars().filter(allowed) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::options::Place;
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_left_out_or_escaped() {
        let outcome = |place, result, detail: &str| Outcome {
            place,
            file: "a/test_x.py".into(),
            name: "test_<&>".into(),
            result,
            detail: detail.into(),
            seconds: 0.0125,
            picture: None,
        };
        let text = render(&[
            outcome(Place::Py, Result::Failed, "Traceback\nValueError: \u{1b}[1m\"x\"\n  more"),
            outcome(Place::Mpy, Result::Skipped, "no"),
        ]);
        assert_eq!(
            text,
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<testsuites>\n  \
             <testsuite name=\"py\" tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\" time=\"0.013\">\n    \
             <testcase classname=\"a.test_x\" name=\"test_&lt;&amp;&gt;\" file=\"a/test_x.py\" time=\"0.013\">\
             <failure message=\"ValueError: [1m&quot;x&quot;\">Traceback\nValueError: [1m&quot;x&quot;\n  more</failure></testcase>\n  \
             </testsuite>\n  \
             <testsuite name=\"mpy\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\" time=\"0.013\">\n    \
             <testcase classname=\"a.test_x\" name=\"test_&lt;&amp;&gt;\" file=\"a/test_x.py\" time=\"0.013\">\
             <skipped message=\"no\"/></testcase>\n  </testsuite>\n</testsuites>\n"
        );
    }
}
