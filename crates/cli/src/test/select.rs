//! The expressions of `-k`: parts of names, with `and`, `or`, `not` and parentheses.

/// An expression, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Selection {
    Part(String),
    Not(Box<Selection>),
    And(Box<Selection>, Box<Selection>),
    Or(Box<Selection>, Box<Selection>),
}

/// Deeper ones are no mistake of a person.
const DEEPEST: usize = 100;

impl Selection {
    /// Reads an expression; the text of the error says what was expected.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let mut words = Words { words: spaced.split_whitespace().collect(), at: 0, depth: 0 };
        let found = words.either()?;
        match words.peek() {
            None => Ok(found),
            Some(word) => Err(format!("`{word}` is not expected there")),
        }
    }

    /// Whether a name fits. Upper and lower case are the same.
    pub(crate) fn fits(&self, name: &str) -> bool {
        match self {
            Self::Part(part) => name.to_lowercase().contains(part),
            Self::Not(inner) => !inner.fits(name),
            Self::And(left, right) => left.fits(name) && right.fits(name),
            Self::Or(left, right) => left.fits(name) || right.fits(name),
        }
    }
}

struct Words<'a> {
    words: Vec<&'a str>,
    at: usize,
    depth: usize,
}

impl<'a> Words<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).copied()
    }

    fn took(&mut self, word: &str) -> bool {
        let is = self.peek() == Some(word);
        self.at += usize::from(is);
        is
    }

    fn either(&mut self) -> Result<Selection, String> {
        let mut left = self.both()?;
        while self.took("or") {
            left = Selection::Or(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Selection, String> {
        let mut left = self.one()?;
        while self.took("and") {
            left = Selection::And(Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<Selection, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("it is nested too deep".to_owned());
        }
        let found = if self.took("not") {
            Selection::Not(Box::new(self.one()?))
        } else if self.took("(") {
            let inner = self.either()?;
            if !self.took(")") {
                return Err("a `)` is missing".to_owned());
            }
            inner
        } else {
            match self.peek() {
                Some(word) if !matches!(word, "and" | "or" | ")") => {
                    self.at += 1;
                    Selection::Part(word.to_lowercase())
                }
                Some(word) => return Err(format!("`{word}` is not expected there")),
                None => return Err("it ends too early".to_owned()),
            }
        };
        self.depth -= 1;
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use super::*;

    #[test]
    fn names_are_chosen() {
        let fits = |text: &str| Selection::parse(text).unwrap().fits("test_cart.py::TestCart::test_add[1-2]");
        for yes in ["add", "CART and add", "not gone", "gone or add", "(gone or add) and not slow", "add[1"] {
            assert!(fits(yes), "{yes}");
        }
        for no in ["gone", "not cart", "add and gone", "not (add or gone)"] {
            assert!(!fits(no), "{no}");
        }
    }

    #[test]
    fn what_is_no_expression_says_why() {
        assert_eq!(Selection::parse("a and").unwrap_err(), "it ends too early");
        assert_eq!(Selection::parse("(a").unwrap_err(), "a `)` is missing");
        assert_eq!(Selection::parse("a b").unwrap_err(), "`b` is not expected there");
        assert_eq!(Selection::parse("or").unwrap_err(), "`or` is not expected there");
        assert_eq!(Selection::parse(&"(".repeat(9999)).unwrap_err(), "it is nested too deep");
    }
}
