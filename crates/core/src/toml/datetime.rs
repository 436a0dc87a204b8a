//! TOML's dates and times. They are checked, and kept as text.

use alloc::string::String;

/// A date, a time, or both, in the notation of RFC 3339 with capital letters.
pub(super) fn read(word: &str) -> Option<String> {
    let mut rest = Rest(word.as_bytes());
    if word.as_bytes().get(2) == Some(&b':') {
        rest.time()?;
    } else {
        rest.date()?;
        if rest.eat(b"Tt ") {
            rest.time()?;
            if rest.eat(b"+-") {
                rest.number(2, 23)?;
                rest.expect(b':')?;
                rest.number(2, 59)?;
            } else {
                rest.eat(b"Zz");
            }
        }
    }
    let capital = |byte: u8| if byte == b' ' { 'T' } else { char::from(byte.to_ascii_uppercase()) };
    rest.0.is_empty().then(|| word.bytes().map(capital).collect())
}

/// Whether a word is a date, so that a time may follow after a blank.
pub(super) fn is_date(word: &str) -> bool {
    let mut rest = Rest(word.as_bytes());
    rest.date().is_some() && rest.0.is_empty()
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn date(&mut self) -> Option<()> {
        let year = self.number(4, 9999)?;
        self.expect(b'-')?;
        let month = self.number(2, 12)?;
        self.expect(b'-')?;
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            0 => return None,
            2 => 28 + u32::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        (self.number(2, days)? > 0).then_some(())
    }

    fn time(&mut self) -> Option<()> {
        self.number(2, 23)?;
        self.expect(b':')?;
        self.number(2, 59)?;
        self.expect(b':')?;
        // A leap second has the number 60.
        self.number(2, 60)?;
        if self.eat(b".") {
            self.number(1, 9)?;
            while self.number(1, 9).is_some() {}
        }
        Some(())
    }

    /// Steps over one of these bytes.
    fn eat(&mut self, wanted: &[u8]) -> bool {
        match self.0 {
            [first, rest @ ..] if wanted.contains(first) => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn expect(&mut self, wanted: u8) -> Option<()> {
        self.eat(&[wanted]).then_some(())
    }

    /// Steps over a number of so many digits that is not above a limit.
    #[inline(never)]
    fn number(&mut self, count: usize, most: u32) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        let mut number = 0;
        for digit in digits {
            number = number * 10 + char::from(*digit).to_digit(10)?;
        }
        self.0 = rest;
        (number <= most).then_some(number)
    }
}
