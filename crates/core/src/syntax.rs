//! What the readers of TOML and JSON share: a position in a text, and errors that name it.
//!
//! Readers give `None` for an error and leave it with the cursor: that makes the parsers, which pages have to load,
//! a third smaller than errors that travel through every return.

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
    pub message: String,
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
    /// Where reading failed first, and why.
    error: Option<(usize, String)>,
}

impl<'a> Cursor<'a> {
    /// At the start, behind the byte order mark that some editors write.
    pub(crate) fn new(text: &'a str) -> Self {
        let mut cursor = Self { text, at: 0, line: 1, counted: 0, error: None };
        cursor.eat_all("\u{feff}");
        cursor
    }

    /// What a reader has to say in the end.
    pub(crate) fn finish<T>(self, read: Option<T>) -> Result<T, SyntaxError> {
        read.ok_or_else(|| self.into_error())
    }

    fn into_error(self) -> SyntaxError {
        let (at, message) = self.error.unwrap_or_default();
        let (mut line, mut column) = (1, 1);
        for byte in self.text.bytes().take(at) {
            // The bytes that continue a character count for nothing.
            column += u32::from(byte & 0xc0 != 0x80);
            if byte == b'\n' {
                line += 1;
                column = 1;
            }
        }
        SyntaxError { line, column, message }
    }

    /// The next byte; zero at the end, which no reader accepts inside a text either.
    pub(crate) fn peek(&self) -> u8 {
        self.byte(0)
    }

    #[inline(never)]
    pub(crate) fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    pub(crate) fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Steps over a byte if it comes next.
    #[inline(never)]
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte && !self.at_end();
        self.at += usize::from(found);
        found
    }

    /// Steps over a text if it comes next.
    #[inline(never)]
    pub(crate) fn eat_all(&mut self, wanted: &str) -> bool {
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    /// Steps over all bytes that are wanted and gives them.
    #[inline(never)]
    pub(crate) fn take_while(&mut self, wanted: fn(u8) -> bool) -> &'a str {
        let start = self.at;
        while !self.at_end() && wanted(self.peek()) {
            self.at += 1;
        }
        self.slice(start)
    }

    /// Steps over what stands for itself in a text: everything but control characters and these three.
    #[inline(never)]
    pub(crate) fn take_plain(&mut self, others: [u8; 3]) -> &'a str {
        let start = self.at;
        while !self.at_end() && self.peek() >= b' ' && !others.contains(&self.peek()) {
            self.at += 1;
        }
        self.slice(start)
    }

    /// The text from a byte up to here.
    #[inline(never)]
    pub(crate) fn slice(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or("")
    }

    #[inline(never)]
    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// The line that comes next. Counts on from where it was asked last, so that asking for each key costs one pass.
    #[inline(never)]
    pub(crate) fn line(&mut self) -> u32 {
        while self.counted < self.at {
            self.line += u32::from(self.text.as_bytes().get(self.counted) == Some(&b'\n'));
            self.counted += 1;
        }
        self.line
    }

    /// Fails at a byte, with a message in parts.
    pub(crate) fn fail_at<T>(&mut self, at: usize, message: &[&str]) -> Option<T> {
        self.note(at, message);
        None
    }

    /// Fails at what comes next.
    pub(crate) fn fail<T>(&mut self, message: &str) -> Option<T> {
        self.note(self.at, &[message]);
        None
    }

    /// Fails, saying what should come next and what does.
    pub(crate) fn expected<T>(&mut self, wanted: &str) -> Option<T> {
        self.note_expected(wanted);
        None
    }

    #[inline(never)]
    #[cold]
    fn note(&mut self, at: usize, message: &[&str]) {
        if self.error.is_none() {
            self.error = Some((at, message.concat()));
        }
    }

    #[inline(never)]
    #[cold]
    fn note_expected(&mut self, wanted: &str) {
        let rest = self.rest();
        let mut next = rest.chars();
        let first = next.next();
        let shown = rest.get(..rest.len() - next.as_str().len()).unwrap_or("");
        match first {
            None => self.note(self.at, &["expected ", wanted, ", found the end"]),
            Some('\n' | '\r') => self.note(self.at, &["expected ", wanted, ", found the end of the line"]),
            Some(_) => self.note(self.at, &["expected ", wanted, ", found `", shown, "`"]),
        }
    }

    /// Reads the digits of `\uXXXX` or `\UXXXXXXXX`.
    #[inline(never)]
    pub(crate) fn hex(&mut self, count: usize) -> Option<u32> {
        let mut number = 0;
        for _ in 0..count {
            number = number << 4 | char::from(self.peek()).to_digit(16)?;
            self.at += 1;
        }
        Some(number)
    }
}

/// The two shapes of decimal numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decimal {
    Whole,
    /// With a fraction or an exponent.
    Broken,
}

/// The shape of a decimal number without sign, if it is one: `1_000`, `0.5`, `1e+06`. Underscores between digits are
/// allowed; leading zeros are not.
pub(crate) fn decimal(word: &str) -> Option<Decimal> {
    let bytes = word.as_bytes();
    let mut at = 0;
    let mut shape = Decimal::Whole;
    if bytes.first() == Some(&b'0') && bytes.get(1).is_some_and(|byte| byte.is_ascii_digit() || *byte == b'_') {
        return None;
    }
    digits(bytes, &mut at, 10)?;
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        shape = Decimal::Broken;
        digits(bytes, &mut at, 10)?;
    }
    if bytes.get(at).is_some_and(|byte| byte | 0x20 == b'e') {
        at += 1;
        shape = Decimal::Broken;
        if bytes.get(at).is_some_and(|byte| matches!(byte, b'+' | b'-')) {
            at += 1;
        }
        digits(bytes, &mut at, 10)?;
    }
    (at == bytes.len()).then_some(shape)
}

/// Steps over digits, with single underscores between them if at all; there has to be one.
#[inline(never)]
pub(crate) fn digits(bytes: &[u8], at: &mut usize, radix: u32) -> Option<()> {
    let is_digit = |at: usize| bytes.get(at).is_some_and(|byte| char::from(*byte).is_digit(radix));
    if !is_digit(*at) {
        return None;
    }
    while is_digit(*at) || bytes.get(*at) == Some(&b'_') && is_digit(*at + 1) {
        *at += 1;
    }
    Some(())
}
