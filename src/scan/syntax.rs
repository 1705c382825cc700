//! JSON syntax over bytes: a cursor that finds where values begin and end, and copies nothing.
//!
//! It accepts exactly the texts that `serde_json` accepts as a `Value` (its oracle in the tests):
//! RFC 8259, at most 127 levels deep, no lone surrogates, no number beyond a double. A byte order
//! mark in front is skipped, as `Response.json()` skips it.

use super::raw_text::RawText;
use super::{Fault, Reason, number};

/// Nesting that `serde_json` allows, and PHP's encoder never reaches.
const MAX_DEPTH: u8 = 127;

/// A one in each of eight bytes.
const LOW: u64 = u64::from_ne_bytes([1; 8]);

/// What kind of value stands at the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Object,
    Array,
    Text,
    Number,
    Bool,
    Null,
    /// No value: the text is at fault.
    Nothing,
}

/// A place in the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    at: usize,
    depth: u8,
}

/// The cursor. At the first fault it goes to the end of the text, where there is nothing: no element
/// follows, and every value is empty. So its reader can go on, and asks for the fault when it has to
/// know. (A `Result` from each step would take 2 KB of wasm to be passed on.)
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    depth: u8,
    fault: Option<Fault>,
}

#[expect(
    clippy::inline_always,
    reason = "a call takes longer than what it does, which `opt-level = \"z\"` does not care for"
)]
impl<'a> Cursor<'a> {
    /// A cursor before the first value of `bytes`, which must be UTF-8.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let text = core::str::from_utf8(bytes);
        let fault = if text.is_err() { Some(Fault::new(Reason::Syntax)) } else { None };
        let text = text.unwrap_or_default();
        Self { text: text.strip_prefix('\u{feff}').unwrap_or(text), at: 0, depth: 0, fault }
    }

    /// Notes a fault, unless there is one.
    pub(crate) fn fail(&mut self, reason: Reason) {
        if self.fault.is_none() {
            self.put_back(Fault::new(reason));
        }
    }

    /// Puts a fault into the place of the one that was taken.
    pub(crate) fn put_back(&mut self, fault: Fault) {
        self.at = self.text.len();
        self.fault = Some(fault);
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.fault.is_some()
    }

    /// Takes the fault. The cursor stays where it is until it is [rewound](Self::rewind).
    pub(crate) fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take()
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark { at: self.at, depth: self.depth }
    }

    /// Goes back, to read a value again.
    pub(crate) fn rewind(&mut self, mark: Mark) {
        self.at = mark.at;
        self.depth = mark.depth;
    }

    /// What was read since `mark`.
    pub(crate) fn since(&self, mark: Mark) -> &'a str {
        self.text.get(mark.at..self.at).unwrap_or_default()
    }

    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn blanks(&mut self) {
        while matches!(self.byte(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
            // Pretty-printed answers are blank for the most part.
            while let Some(bytes) = self.eight() {
                let others = bytes ^ (LOW * 0x20);
                self.at += (others.trailing_zeros() / 8) as usize;
                if others != 0 {
                    break;
                }
            }
        }
    }

    #[inline(always)]
    fn expect(&mut self, byte: u8) {
        if self.byte() == byte {
            self.at += 1;
        } else {
            self.fail(Reason::Syntax);
        }
    }

    /// The shape of the next value, blanks before it skipped.
    pub(crate) fn shape(&mut self) -> Shape {
        self.blanks();
        match self.byte() {
            b'{' => Shape::Object,
            b'[' => Shape::Array,
            b'"' => Shape::Text,
            b'-' | b'0'..=b'9' => Shape::Number,
            b't' | b'f' => Shape::Bool,
            b'n' => Shape::Null,
            _ => {
                self.fail(Reason::Syntax);
                Shape::Nothing
            }
        }
    }

    /// Fails unless only blanks are left.
    pub(crate) fn end(&mut self) {
        self.blanks();
        if self.at != self.text.len() {
            self.fail(Reason::Syntax);
        }
    }

    /// Enters the array or object at the cursor.
    pub(crate) fn open(&mut self) {
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.fail(Reason::Syntax);
        }
    }

    /// Whether another element follows; `first` on the first call after [`open`](Self::open).
    /// Leaves the array or object when none does.
    pub(crate) fn more(&mut self, first: bool, close: u8) -> bool {
        self.blanks();
        if self.byte() == close {
            self.at += 1;
            self.depth -= 1;
            return false;
        }
        if !first {
            self.expect(b',');
        }
        !self.has_failed()
    }

    /// The next key of the object that the cursor is in, or `None` when it is left.
    pub(crate) fn key(&mut self, first: bool) -> Option<RawText<'a>> {
        if !self.more(first, b'}') {
            return None;
        }
        self.blanks();
        let key = self.text_value();
        self.blanks();
        self.expect(b':');
        if self.has_failed() { None } else { Some(key) }
    }

    /// Reads a string.
    pub(crate) fn text_value(&mut self) -> RawText<'a> {
        self.expect(b'"');
        let start = self.mark();
        let mut escaped = false;
        loop {
            self.plain();
            match self.byte() {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    self.escape();
                }
                0..=0x1f => {
                    self.fail(Reason::Syntax);
                    return RawText { raw: "", escaped: false };
                }
                _ => self.at += 1,
            }
        }
        let raw = self.since(start);
        self.at += 1;
        RawText { raw, escaped }
    }

    /// Skips what needs no look by itself, eight bytes at a time.
    #[inline(always)]
    fn plain(&mut self) {
        while let Some(bytes) = self.eight() {
            let is_zero = |bytes: u64| bytes.wrapping_sub(LOW) & !bytes;
            let below_blank = bytes.wrapping_sub(LOW * 0x20) & !bytes;
            let quote_or_backslash = is_zero(bytes ^ (LOW * 0x22)) | is_zero(bytes ^ (LOW * 0x5c));
            // The high bit of a byte tells; of the lowest one it tells the truth.
            let stops = (below_blank | quote_or_backslash) & (LOW * 0x80);
            self.at += (stops.trailing_zeros() / 8) as usize;
            if stops != 0 {
                return;
            }
        }
    }

    /// The next eight bytes, if there are as many.
    #[inline(always)]
    fn eight(&self) -> Option<u64> {
        self.text.as_bytes().get(self.at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
    }

    fn escape(&mut self) {
        self.at += 1;
        let kind = self.byte();
        self.at += 1;
        match kind {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
            b'u' => match self.unit() {
                0xD800..=0xDBFF => {
                    let is_pair = self.byte() == b'\\' && {
                        self.at += 1;
                        self.byte() == b'u'
                    };
                    if is_pair {
                        self.at += 1;
                    }
                    if !is_pair || !matches!(self.unit(), 0xDC00..=0xDFFF) {
                        self.fail(Reason::LoneSurrogate);
                    }
                }
                0xDC00..=0xDFFF => self.fail(Reason::LoneSurrogate),
                _ => {}
            },
            _ => self.fail(Reason::Syntax),
        }
    }

    fn unit(&mut self) -> u32 {
        let mut unit = 0;
        for _ in 0..4 {
            let Some(digit) = char::from(self.byte()).to_digit(16) else {
                self.fail(Reason::Syntax);
                return 0;
            };
            unit = unit << 4 | digit;
            self.at += 1;
        }
        unit
    }

    /// Reads a number; its text is valid and finite.
    pub(crate) fn number_value(&mut self) -> &'a str {
        let start = self.mark();
        if self.byte() == b'-' {
            self.at += 1;
        }
        if self.byte() == b'0' {
            self.at += 1;
        } else {
            self.digits();
        }
        if self.byte() == b'.' {
            self.at += 1;
            self.digits();
        }
        let has_exponent = matches!(self.byte(), b'e' | b'E');
        if has_exponent {
            self.at += 1;
            if matches!(self.byte(), b'+' | b'-') {
                self.at += 1;
            }
            self.digits();
        }
        if self.has_failed() {
            return "";
        }
        let text = self.since(start);
        // Without an exponent it takes 309 digits to overflow.
        if (has_exponent || text.len() >= 300) && !number::is_finite(text) {
            self.fail(Reason::NotFinite);
        }
        text
    }

    /// Reads at least one digit.
    fn digits(&mut self) {
        let start = self.at;
        while self.byte().is_ascii_digit() {
            self.at += 1;
        }
        if self.at == start {
            self.fail(Reason::Syntax);
        }
    }

    /// Reads `true`, `false` or `null`.
    pub(crate) fn word_value(&mut self) -> &'static str {
        let word = match self.byte() {
            b't' => "true",
            b'f' => "false",
            _ => "null",
        };
        if self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            self.at += word.len();
        } else {
            self.fail(Reason::Syntax);
        }
        word
    }

    /// Skips any value, checking it on the way.
    pub(crate) fn skip(&mut self) {
        // A bit for each open level (set: an object), so that depth costs no stack.
        let mut objects: u128 = 0;
        let floor = self.depth;
        let mut first = true;
        loop {
            if self.depth > floor {
                let object = objects & 1 == 1;
                let more = if object { self.key(first).is_some() } else { self.more(first, b']') };
                if !more {
                    objects >>= 1;
                    first = false;
                    if self.depth == floor || self.has_failed() {
                        return;
                    }
                    continue;
                }
            }
            first = false;
            match self.shape() {
                shape @ (Shape::Object | Shape::Array) => {
                    self.open();
                    objects = objects << 1 | u128::from(shape == Shape::Object);
                    first = true;
                    continue;
                }
                Shape::Text => _ = self.text_value(),
                Shape::Number => _ = self.number_value(),
                _ => _ = self.word_value(),
            }
            if self.depth == floor {
                return;
            }
        }
    }
}
