//! SKUs, labels and ids as numbers, so that the evaluator compares integers.
//!
//! PHP compares SKUs and labels with `==`: two numeric texts are equal if their numbers are, so
//! "0123" = "123" = "123.0" and "1e3" = "1000". Equal texts share a *class*, equal labels a *kind*.

use super::interner::{Interner, index};
use crate::scan::number;

/// What reads a number that `scan::number::exact` can't: the host's own function, because
/// `str::parse::<f64>` would be the largest thing in the wasm.
pub(crate) type ParseNumber = fn(&str) -> f64;

/// A label's number of no value.
pub(super) const NO_VALUE: u32 = u32::MAX;
const UNKNOWN: u32 = u32::MAX;
/// From here on not every integer is a double, and `==` depends on how a number is written.
const LARGE: f64 = 9_007_199_254_740_992.0;

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// With a point or an exponent.
    Decimal,
    Integer(i64),
    /// As an integer that has more than 64 bits.
    Overflow,
}

/// A numeric text.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Number {
    value: f64,
    form: Form,
    /// Whether blanks follow, with which PHP 7 does not take it for a number.
    trailing_blanks: bool,
}

/// The texts of an estimator by number.
#[derive(Debug)]
pub(crate) struct Texts {
    parse_number: ParseNumber,
    literals: Interner,
    /// The class of each text, as far as known.
    classes_of_literals: Vec<u32>,
    classes: Interner,
    /// Classes in which a text is numeric for PHP 8 only.
    classes_of_php_8: Vec<bool>,
    /// Large numbers, with their classes.
    large: Vec<(Number, u32)>,
    /// Pairs of two texts.
    labels: Interner,
    /// The kind of each label.
    kinds_of_labels: Vec<u32>,
    /// Pairs of two classes.
    kinds: Interner,
    kinds_of_php_8: Vec<bool>,
}

/// How much of everything there is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extent {
    texts: usize,
    classes: usize,
    labels: usize,
    kinds: usize,
}

impl Texts {
    pub(super) fn new(parse_number: ParseNumber) -> Self {
        Self {
            parse_number,
            literals: Interner::default(),
            classes_of_literals: Vec::new(),
            classes: Interner::default(),
            classes_of_php_8: Vec::new(),
            large: Vec::new(),
            labels: Interner::default(),
            kinds_of_labels: Vec::new(),
            kinds: Interner::default(),
            kinds_of_php_8: Vec::new(),
        }
    }

    /// How many texts there are.
    pub(super) fn len(&self) -> usize {
        self.literals.len()
    }

    /// The number of a JSON number's text.
    pub(super) fn parse_number(&self, text: &str) -> f64 {
        number::exact(text).unwrap_or_else(|| (self.parse_number)(text))
    }

    /// The text's number.
    pub(super) fn text(&mut self, text: &str) -> u32 {
        self.literals.number(text.as_bytes())
    }

    /// The text with this number.
    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn get(&self, text: u32) -> &str {
        core::str::from_utf8(self.literals.get(text)).unwrap_or_default()
    }

    /// The label's number.
    pub(super) fn label(&mut self, key: u32, value: u32) -> u32 {
        let label = self.labels.number(&pair(key, value));
        if index(label) == self.kinds_of_labels.len() {
            // PHP's null equals the empty text.
            let value = if value == NO_VALUE { self.text("") } else { value };
            let (key, value) = (self.class(key), self.class(value));
            let kind = self.kinds.number(&pair(key, value));
            let of_php_8 = self.is_of_php_8(key) || self.is_of_php_8(value);
            set(&mut self.kinds_of_php_8, kind, of_php_8);
            self.kinds_of_labels.push(kind);
        }
        label
    }

    /// The class of a text: the same for all texts that are equal to it.
    pub(super) fn class(&mut self, text: u32) -> u32 {
        if let Some(class) = self.classes_of_literals.get(index(text))
            && *class != UNKNOWN
        {
            return *class;
        }
        let string = core::str::from_utf8(self.literals.get(text)).unwrap_or_default();
        let number = self.numeric(string);
        let class = match number {
            Some(number) if number.value.abs() >= LARGE => self.large_class(text, number),
            // Adding zero turns minus zero into zero.
            Some(number) => self.classes.number(&(number.value + 0.0).to_bits().to_le_bytes()),
            None => self.literal_class(text),
        };
        set(&mut self.classes_of_php_8, class, number.is_some_and(|number| number.trailing_blanks));
        if self.classes_of_literals.len() <= index(text) {
            self.classes_of_literals.resize(index(text) + 1, UNKNOWN);
        }
        if let Some(known) = self.classes_of_literals.get_mut(index(text)) {
            *known = class;
        }
        class
    }

    /// The class of texts that are equal only to themselves.
    fn literal_class(&mut self, text: u32) -> u32 {
        // Classes of numbers have eight bytes.
        let mut key = vec![b'='; 9];
        key.extend_from_slice(self.literals.get(text));
        self.classes.number(&key)
    }

    #[expect(clippy::float_cmp, reason = "PHP compares so, too")]
    fn large_class(&mut self, text: u32, number: Number) -> u32 {
        let equal = |other: Number| match (number.form, other.form) {
            (Form::Integer(one), Form::Integer(other)) => one == other,
            (Form::Decimal, _) | (_, Form::Decimal) => number.value == other.value,
            // PHP compares their texts, and these two are not the same.
            _ => false,
        };
        if let Some((_, class)) = self.large.iter().find(|(other, _)| equal(*other)) {
            return *class;
        }
        let class = self.literal_class(text);
        self.large.push((number, class));
        class
    }

    /// The kind of a label: the same for all labels that are equal to it.
    pub(super) fn kind(&self, label: u32) -> u32 {
        self.kinds_of_labels.get(index(label)).copied().unwrap_or(UNKNOWN)
    }

    /// How many classes there are.
    pub(super) fn classes(&self) -> usize {
        self.classes.len()
    }

    /// How many kinds of labels there are.
    pub(super) fn kinds(&self) -> usize {
        self.kinds.len()
    }

    /// Whether texts of this class are equal on PHP 8 that are not on PHP 7.
    pub(super) fn is_of_php_8(&self, class: u32) -> bool {
        self.classes_of_php_8.get(index(class)) == Some(&true)
    }

    /// Whether labels of this kind are equal on PHP 8 that are not on PHP 7.
    pub(super) fn is_kind_of_php_8(&self, kind: u32) -> bool {
        self.kinds_of_php_8.get(index(kind)) == Some(&true)
    }

    /// How much there is now.
    pub(super) fn extent(&self) -> Extent {
        Extent {
            texts: self.literals.len(),
            classes: self.classes.len(),
            labels: self.labels.len(),
            kinds: self.kinds.len(),
        }
    }

    /// How many texts and labels came since `extent`.
    pub(super) fn grown(&self, extent: Extent) -> usize {
        self.literals.len() + self.labels.len() - extent.texts - extent.labels
    }

    /// Forgets what came since `extent`.
    pub(super) fn truncate(&mut self, extent: Extent) {
        self.literals.truncate(extent.texts);
        self.classes_of_literals.truncate(extent.texts);
        self.classes.truncate(extent.classes);
        self.classes_of_php_8.truncate(extent.classes);
        self.large.retain(|(_, class)| index(*class) < extent.classes);
        self.labels.truncate(extent.labels);
        self.kinds_of_labels.truncate(extent.labels);
        self.kinds.truncate(extent.kinds);
        self.kinds_of_php_8.truncate(extent.kinds);
    }

    /// The number that PHP 8 sees in a text. (`_is_numeric_string_ex` in `Zend/zend_operators.c`.)
    fn numeric(&self, text: &str) -> Option<Number> {
        let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}');
        let text = text.trim_start_matches(is_blank);
        let trimmed = text.trim_end_matches(is_blank);
        let unsigned = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_digits = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if !is_digits(whole) || !is_digits(fraction) || !is_digits(exponent) || exponent.is_empty() {
            return None;
        }
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let value = self.parse_number(trimmed.strip_prefix('+').unwrap_or(trimmed));
        if !value.is_finite() {
            // Two infinities are compared as texts.
            return None;
        }
        let form = if whole.len() < unsigned.len() {
            Form::Decimal
        } else {
            integer(whole, trimmed.starts_with('-')).map_or(Form::Overflow, Form::Integer)
        };
        Some(Number { value, form, trailing_blanks: trimmed.len() < text.len() })
    }
}

fn integer(digits: &str, negative: bool) -> Option<i64> {
    digits.bytes().try_fold(0_i64, |value, digit| {
        let digit = i64::from(digit - b'0');
        value.checked_mul(10)?.checked_add(if negative { -digit } else { digit })
    })
}

fn pair(first: u32, second: u32) -> [u8; 8] {
    (u64::from(first) << 32 | u64::from(second)).to_le_bytes()
}

/// Sets a flag that once set stays so.
fn set(flags: &mut Vec<bool>, number: u32, value: bool) {
    let at = index(number);
    if flags.len() <= at {
        flags.resize(at + 1, false);
    }
    if let Some(flag) = flags.get_mut(at) {
        *flag |= value;
    }
}
