//! A piece of Python and the file that it stands in: which byte of the one is which of the other.

use std::ops::Range;

use pyrite_core::text::unescape_html;
use ruff_text_size::TextRange;

/// Python, as an interpreter gets it.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    /// The file that it stands in.
    pub(crate) file: String,
    /// The code.
    pub(crate) text: String,
    /// Where each line begins: in the code, and in the file.
    lines: Vec<(usize, usize)>,
    /// The indentation in the file that the code is without.
    indent: Option<String>,
}

impl Code {
    /// All of a file.
    pub(crate) fn whole(file: &str, text: &str) -> Self {
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self {
            file: file.to_owned(),
            text: text[start..].to_owned(),
            lines: vec![(0, start)],
            indent: Some(String::new()),
        }
    }

    /// What stands in an element of a page, without its common indentation. `escaped` if the parser reads it as HTML.
    pub(crate) fn inside(file: &str, page: &str, content: Range<usize>, escaped: bool) -> Self {
        let source = page.get(content.clone()).unwrap_or_default();
        let body = source.trim_ascii_start();
        let before = &source[..source.len() - body.len()];
        let indent = before.rsplit('\n').next().unwrap_or_default();
        let indent = if body.is_empty() { "" } else { indent };
        let mut code = Self { file: file.to_owned(), text: String::new(), lines: Vec::new(), indent: None };
        // Only blanks: code that begins behind the tag has something else in front.
        code.indent = (before.contains('\n') && indent.trim().is_empty()).then(|| indent.to_owned());
        let mut at = content.start;
        for line in source.split_inclusive('\n') {
            let kept = line.strip_prefix(indent).unwrap_or(line);
            code.lines.push((code.text.len(), at + line.len() - kept.len()));
            if escaped {
                code.text.push_str(&unescape_html(kept));
            } else {
                code.text.push_str(kept);
            }
            at += line.len();
        }
        code
    }

    /// The bytes of the file that a byte range of the code is.
    pub(crate) fn place(&self, range: TextRange) -> Range<usize> {
        let start = self.at(range.start().to_usize());
        start..self.at(range.end().to_usize()).max(start)
    }

    /// The byte of the file that a byte of the code is.
    pub(crate) fn at(&self, at: usize) -> usize {
        let index = self.lines.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        let Some(&(start, file)) = self.lines.get(index) else { return 0 };
        file + (at - start)
    }

    /// The indentation of a line of the file, whose code begins at this byte of it. `None` if something else stands there.
    pub(crate) fn indentation(&self, at: usize) -> Option<String> {
        let index = self.lines.partition_point(|(_, file)| *file <= at).saturating_sub(1);
        let own = self.indent.as_ref()?;
        let (start, file) = *self.lines.get(index)?;
        let inner = self.text.get(start..start + at.checked_sub(file)?)?;
        let inner = inner.rsplit('\n').next().unwrap_or_default();
        inner.trim().is_empty().then(|| format!("{own}{inner}"))
    }

    /// The code in a range.
    pub(crate) fn slice(&self, range: TextRange) -> &str {
        self.text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_survive_indentation() {
        let page = "<script type=py>\n    a = 1\n      b\n  c\n</script>";
        let code = Code::inside("i.html", page, 16..page.len() - 9, false);
        assert_eq!(code.text, "\na = 1\n  b\n  c\n");
        for letter in ['a', 'b', 'c'] {
            let at = code.text.find(letter).unwrap();
            let place = code.at(at);
            assert_eq!(page[place..].chars().next(), Some(letter));
        }
        assert_eq!(Code::inside("i.html", "<p>", 3..3, false).at(0), 0);
        assert_eq!(Code::whole("a.py", "\u{feff}x").at(0), 3);
    }
}
