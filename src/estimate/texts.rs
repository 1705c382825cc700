//! SKUs, labels and ids as numbers, so that the evaluator compares integers.
//!
//! PHP compares SKUs and labels with `==`: two numeric texts are equal if their numbers are, so
//! "0123" = "123" = "123.0" and "1e3" = "1000". Each text has a *class*, the same for all texts
//! that are equal to it, and each label too.

use super::interner::{Interner, index};
use crate::scan::number::exact;

/// What reads a number that [`exact`] can't: the host's own function, because `str::parse::<f64>`
/// would be the largest thing in the wasm.
pub(crate) type ParseNumber = fn(&str) -> f64;

/// Stands for the number of a label's value that there is not.
pub(super) const NO_VALUE: u32 = u32::MAX;
const TWO_TO_THE_63: f64 = 9_223_372_036_854_775_808.0;

/// What is known of a string.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// The class of a text or label.
    class: u32,
    /// Of a class: whether something in it is equal on PHP 8 that is not on PHP 7.
    is_of_php_8: bool,
}

/// The texts and labels of an estimator, and their classes, by number. The first byte of a string
/// tells what it stands for.
#[derive(Debug)]
pub(crate) struct Texts {
    parse_number: ParseNumber,
    strings: Interner,
    known: Vec<Known>,
}

impl Texts {
    pub(super) fn new(parse_number: ParseNumber) -> Self {
        Self { parse_number, strings: Interner::default(), known: Vec::new() }
    }

    /// How many numbers were given out.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// The value of a JSON number.
    pub(super) fn parse_number(&self, text: &str) -> f64 {
        exact(text).unwrap_or_else(|| (self.parse_number)(text))
    }

    /// The text's number.
    pub(super) fn text(&mut self, text: &str) -> u32 {
        let (known, is_new) = self.number(&[b"t", text.as_bytes()].concat());
        if is_new && let Some((key, has_trailing_blanks)) = self.numeric(text) {
            let class = self.number(&key).0;
            // PHP 7 does not take a text with blanks at its end for a number.
            self.set_class(known, class, has_trailing_blanks);
        }
        known
    }

    /// The label's number.
    pub(super) fn label(&mut self, key: u32, value: u32) -> u32 {
        let (known, is_new) = self.number(&pair(b'l', key, value));
        if is_new {
            // PHP's null equals the empty text.
            let value = if value == NO_VALUE { self.text("") } else { value };
            let (key, value) = (self.class(key), self.class(value));
            let class = self.number(&pair(b'c', key, value)).0;
            self.set_class(known, class, self.is_of_php_8(key) || self.is_of_php_8(value));
        }
        known
    }

    /// The class of a text or label.
    pub(super) fn class(&self, known: u32) -> u32 {
        self.known.get(index(known)).map_or(known, |known| known.class)
    }

    /// Whether something in this class is equal on PHP 8 that is not on PHP 7.
    pub(super) fn is_of_php_8(&self, class: u32) -> bool {
        self.known.get(index(class)).is_some_and(|class| class.is_of_php_8)
    }

    /// A string's number, and whether it is new. Without further ado it is in a class of its own.
    fn number(&mut self, string: &[u8]) -> (u32, bool) {
        let class = self.strings.number(string);
        let is_new = index(class) == self.known.len();
        if is_new {
            self.known.push(Known { class, is_of_php_8: false });
        }
        (class, is_new)
    }

    fn set_class(&mut self, known: u32, class: u32, is_of_php_8: bool) {
        if let Some(known) = self.known.get_mut(index(known)) {
            known.class = class;
        }
        if let Some(class) = self.known.get_mut(index(class)) {
            class.is_of_php_8 |= is_of_php_8;
        }
    }

    /// What stands for the number that PHP 8 sees in a text (`_is_numeric_string_ex` in
    /// `Zend/zend_operators.c`), and whether blanks follow it.
    fn numeric(&self, text: &str) -> Option<(Vec<u8>, bool)> {
        let bytes = text.as_bytes();
        let is_visible = |byte: &u8| !matches!(byte, b' ' | 9..=13);
        let start = bytes.iter().position(is_visible)?;
        let end = bytes.iter().rposition(is_visible)? + 1;
        let (mut digits, mut has_point, mut has_exponent) = (0, false, false);
        let mut before = b'e';
        for byte in bytes.get(start..end)? {
            match byte {
                b'0'..=b'9' => digits += 1,
                b'.' if !has_point && !has_exponent => has_point = true,
                b'e' | b'E' if digits > 0 && !has_exponent => (digits, has_exponent) = (0, true),
                b'+' | b'-' if before | 0x20 == b'e' => {}
                _ => return None,
            }
            before = *byte;
        }
        let sign = bytes.get(start).copied().filter(|byte| matches!(byte, b'+' | b'-'));
        let unsigned = text.get(start + usize::from(sign.is_some())..end)?;
        let value = self.parse_number(unsigned);
        let is_integer = !has_point && !has_exponent;
        // Two infinities are compared as texts, and so are integers that do not fit into 64 bits.
        if digits == 0 || !value.is_finite() || is_integer && value >= TWO_TO_THE_63 {
            return None;
        }
        let mut key = vec![b'n', if value > 0.0 { sign.unwrap_or(b'+') } else { b'+' }];
        // From 2^53 on, not every integer is a double, and PHP compares them as integers.
        if is_integer && value >= 9_007_199_254_740_992.0 && !is_exactly(unsigned, value) {
            key.extend(unsigned.bytes().skip_while(|byte| *byte == b'0'));
        } else {
            key.extend(value.to_le_bytes());
        }
        Some((key, end < bytes.len()))
    }
}

/// Whether a double below 2^63 is this integer to the last digit.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a whole number below 2^63")]
fn is_exactly(digits: &str, value: f64) -> bool {
    digits.bytes().fold(0_u64, |number, digit| number.wrapping_mul(10).wrapping_add(u64::from(digit & 15)))
        == value as u64
}

fn pair(kind: u8, first: u32, second: u32) -> [u8; 9] {
    let mut key = [kind; 9];
    let bytes = (u64::from(first) << 32 | u64::from(second)).to_le_bytes();
    key.iter_mut().skip(1).zip(bytes).for_each(|(to, byte)| *to = byte);
    key
}

#[cfg(test)]
mod tests {
    use super::{NO_VALUE, Texts};

    fn texts() -> Texts {
        Texts::new(|text| text.parse().expect("it is a number"))
    }

    /// Whether PHP 8 says `$one == $other`.
    fn equal(one: &str, other: &str) -> bool {
        let mut texts = texts();
        let (one, other) = (texts.text(one), texts.text(other));
        texts.class(one) == texts.class(other)
    }

    #[test]
    fn numeric_texts_are_equal_by_value() {
        for (one, other) in [
            ("0123", "123"),
            ("123", "123.0"),
            ("1e3", "1000"),
            ("1E+3", "1000."),
            (" 12", "12"),
            ("\t\n\u{b}\u{c}\r 12", "12"),
            ("12 ", "12"),
            (" 12 \n", "1.2e1"),
            (".5", "0.5"),
            ("-0", "0"),
            ("-0.0", "+0"),
            ("+7", "007"),
            ("0e1", "0e2"),
            ("0.1", "0.10000000000000000555"),
            ("9007199254740993", "09007199254740993"),
            ("9007199254740992", "9007199254740992.0"),
            ("1000000000000000000", "1e18"),
            ("1e18", "1000000000000000000.0"),
            ("-9007199254740993 ", "-09007199254740993"),
        ] {
            assert!(equal(one, other), "{one:?} {other:?}");
            assert!(equal(other, one), "{other:?} {one:?}");
        }
    }

    #[test]
    fn other_texts_are_equal_only_to_themselves() {
        for (one, other) in [
            ("a", "A"),
            ("", " "),
            ("", "0"),
            ("0x1A", "26"),
            ("1e", "1"),
            ("1e+", "1"),
            ("1 2", "12"),
            (".", "0"),
            ("-", "0"),
            ("+-1", "-1"),
            (".e3", "0"),
            ("1.2.3", "1.2"),
            ("1e5.5", "1e5"),
            ("12a", "12"),
            ("1_000", "1000"),
            ("١", "1"),
            ("\u{a0}12", "12"),
            ("1e400", "1e500"),
            ("nan", "NAN"),
            ("9007199254740993", "9007199254740992"),
            ("9223372036854775807", "9223372036854775808"),
            ("18446744073709551616", "18446744073709551617"),
            ("18446744073709551616", "018446744073709551616"),
            ("18446744073709551616", "18446744073709551616 "),
            ("9007199254740993", "-9007199254740993"),
            ("1\u{e}5", "1.5"),
            ("1e\u{b}5", "1e5"),
            ("-1", "1"),
        ] {
            assert!(!equal(one, other), "{one:?} {other:?}");
            assert!(equal(one, one) && equal(other, other));
        }
    }

    #[test]
    fn what_only_php_8_takes_for_equal_is_known() {
        let mut texts = texts();
        let (plain, other) = (texts.text("12"), texts.text("13"));
        assert!(!texts.is_of_php_8(texts.class(plain)));
        let blank = texts.text("12 ");
        assert!(texts.is_of_php_8(texts.class(plain)) && texts.is_of_php_8(texts.class(blank)));
        assert!(!texts.is_of_php_8(texts.class(other)));
        let label = texts.label(other, blank);
        assert!(texts.is_of_php_8(texts.class(label)));
    }

    #[test]
    fn labels_are_equal_by_key_and_value() {
        let mut texts = texts();
        let [size, one, other, empty] = ["size", "1", "1.0", ""].map(|text| texts.text(text));
        let label = texts.label(size, one);
        assert_eq!(texts.label(size, one), label);
        let loosely = texts.label(size, other);
        assert!(loosely != label && texts.class(loosely) == texts.class(label));
        let swapped = texts.label(one, size);
        assert_ne!(texts.class(swapped), texts.class(label));
        let (none, blank) = (texts.label(size, NO_VALUE), texts.label(size, empty));
        assert!(none != blank && texts.class(none) == texts.class(blank));
    }
}
