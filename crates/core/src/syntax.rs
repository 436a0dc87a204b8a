//! What the readers of TOML and JSON share: a position in a text, and errors that name it.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::value::push_integer;

/// Lists and tables inside each other: more than anybody writes, less than any stack holds.
pub(crate) const DEPTH: u32 = 128;

/// A text that does not follow its grammar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The line, counted from one.
    pub line: u32,
    /// The character in that line, counted from one.
    pub column: u32,
    /// What is wrong there.
    pub message: Cow<'static, str>,
}

impl SyntaxError {
    /// `line 3, column 7: what is wrong`.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut out = String::from("line ");
        push_integer(&mut out, self.line.into());
        out.push_str(", column ");
        push_integer(&mut out, self.column.into());
        out.push_str(": ");
        out.push_str(&self.message);
        out
    }
}

/// A place in a text that is being read.
pub(crate) struct Cursor<'a> {
    text: &'a str,
    /// The byte that comes next; always at the start of a character when it is used to cut the text.
    pub(crate) at: usize,
    /// The line that `counted` is on.
    line: u32,
    counted: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1, counted: 0 }
    }

    /// The next byte; zero at the end, which no reader accepts inside a text either.
    pub(crate) fn peek(&self) -> u8 {
        self.byte(0)
    }

    pub(crate) fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    pub(crate) fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Steps over a byte if it comes next.
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte && !self.at_end();
        self.at += usize::from(found);
        found
    }

    /// Steps over a text if it comes next.
    pub(crate) fn eat_all(&mut self, wanted: &str) -> bool {
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    /// Steps over all bytes that are wanted and gives them.
    pub(crate) fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        while !self.at_end() && wanted(self.peek()) {
            self.at += 1;
        }
        self.slice(start)
    }

    /// The text from a byte up to here.
    pub(crate) fn slice(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or("")
    }

    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// The line that comes next. Counts on from where it was asked last, so that asking for each key costs one pass.
    pub(crate) fn line(&mut self) -> u32 {
        let between = self.text.as_bytes().get(self.counted..self.at).unwrap_or(&[]);
        self.line += newlines(between);
        self.counted = self.at.max(self.counted);
        self.line
    }

    /// An error at a byte.
    pub(crate) fn error_at(&self, at: usize, message: impl Into<Cow<'static, str>>) -> SyntaxError {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let before = self.text.get(..at).unwrap_or("");
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(start..).unwrap_or("").chars().count();
        SyntaxError {
            line: 1 + newlines(before.as_bytes()),
            column: 1 + u32::try_from(column).unwrap_or(0),
            message: message.into(),
        }
    }

    /// An error at what comes next.
    pub(crate) fn error(&self, message: impl Into<Cow<'static, str>>) -> SyntaxError {
        self.error_at(self.at, message)
    }

    /// An error that says what should come next and what does.
    pub(crate) fn expected(&self, wanted: &str) -> SyntaxError {
        let found = match self.rest().chars().next() {
            None => "the end".into(),
            Some('\n' | '\r') => "the end of the line".into(),
            Some(c) => {
                let mut shown = String::from("`");
                shown.push(c);
                shown.push('`');
                shown
            }
        };
        self.error(["expected ", wanted, ", found ", &found].concat())
    }

    /// Reads the digits of `\uXXXX` or `\UXXXXXXXX`.
    pub(crate) fn hex(&mut self, count: usize) -> Option<u32> {
        let digits = self.rest().get(..count)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += count;
        u32::from_str_radix(digits, 16).ok()
    }
}

fn newlines(bytes: &[u8]) -> u32 {
    bytes.iter().map(|byte| u32::from(*byte == b'\n')).sum()
}
