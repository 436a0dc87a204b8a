//! Findings for a person, each with the lines that it is about.

use std::fmt;
use std::ops::Range;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, Severity, SourceCode};
use pyrite_check::Level;

use super::Shown;
use crate::terminal::Terminal;

/// Columns of a report; wide enough for a hint and narrow enough for half a screen.
const WIDTH: usize = 110;

/// Prints them.
pub(crate) fn print(found: &[Shown], terminal: Terminal) {
    let theme = if terminal.colored_output() { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_width(WIDTH).with_context_lines(1);
    for shown in found {
        let mut text = String::new();
        // A text that cannot be shown is no reason to say nothing.
        if handler.render_report(&mut text, &Report::of(shown)).is_err() {
            let (line, column) = shown.start();
            text =
                format!("{}:{line}:{column}: {} {}\n", shown.path, shown.finding.code.as_str(), shown.finding.message);
        }
        terminal.print(&format!("{text}\n"));
    }
}

/// One finding, or a place that belongs to it.
#[derive(Debug)]
struct Report {
    code: String,
    docs: String,
    level: Level,
    message: String,
    hint: Option<String>,
    source: Option<NamedSource<String>>,
    labels: Vec<LabeledSpan>,
    related: Vec<Report>,
}

impl Report {
    fn of(shown: &Shown) -> Self {
        let finding = &shown.finding;
        let mut report = Self {
            code: finding.code.as_str().to_owned(),
            docs: format!("docs/{}", finding.docs()),
            level: finding.level,
            message: finding.message.clone(),
            hint: finding.hint.clone(),
            source: None,
            labels: vec![LabeledSpan::new_primary_with_span(None, within(&shown.text, &finding.span))],
            related: Vec::new(),
        };
        if shown.text.is_empty() {
            // There are no lines to show, so the file is named in the message.
            report.message = format!("{}: {}", shown.path, report.message);
            report.labels.clear();
        } else {
            report.source = Some(NamedSource::new(&shown.path, shown.text.clone()));
        }
        for (other, (path, text)) in finding.related.iter().zip(&shown.related) {
            report.related.push(Self {
                code: String::new(),
                docs: String::new(),
                level: Level::Note,
                message: other.text.clone(),
                hint: None,
                source: Some(NamedSource::new(path, text.clone())),
                labels: vec![LabeledSpan::new_primary_with_span(None, within(text, &other.span))],
                related: Vec::new(),
            });
        }
        report
    }
}

/// What is missing at the end of a file is shown at its last byte.
fn within(text: &str, span: &Range<usize>) -> Range<usize> {
    let end = span.end.min(text.len());
    span.start.min(end)..end
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.code.is_empty()).then(|| Box::new(&self.code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<Severity> {
        Some(match self.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Note => Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.hint.as_ref().map(|hint| Box::new(hint) as Box<dyn fmt::Display>)
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.docs.is_empty()).then(|| Box::new(&self.docs) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty())
            .then(|| Box::new(self.labels.iter().cloned()) as Box<dyn Iterator<Item = LabeledSpan>>)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        let all = self.related.iter().map(|report| report as &dyn Diagnostic);
        (!self.related.is_empty()).then(|| Box::new(all) as Box<dyn Iterator<Item = &'a dyn Diagnostic>>)
    }
}
