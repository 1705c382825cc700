//! A string as JSON spells it.

/// A string as it stands between its quotes, escapes and all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawText<'a> {
    /// The text between the quotes; itself valid inside quotes of another JSON text.
    pub(crate) raw: &'a str,
    /// Whether a `\` occurs in it.
    pub(crate) escaped: bool,
}

impl RawText<'_> {
    /// The string's value.
    pub(crate) fn decode(self) -> String {
        if !self.escaped {
            return self.raw.to_owned();
        }
        let mut text = String::with_capacity(self.raw.len());
        let mut rest = self.raw.chars();
        while let Some(c) = rest.next() {
            text.push(if c == '\\' { unescape(&mut rest) } else { c });
        }
        text
    }

    /// Whether the string's value is `other`.
    pub(crate) fn is(self, other: &str) -> bool {
        if self.escaped { self.decode() == other } else { self.raw == other }
    }
}

/// Reads the rest of an escape. The cursor has checked it, so what can't be is a replacement character.
fn unescape(rest: &mut core::str::Chars<'_>) -> char {
    match rest.next() {
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => {
            let unit = hex4(rest);
            let code = if (0xD800..0xDC00).contains(&unit) {
                rest.next();
                rest.next();
                0x1_0000 + ((unit & 0x3FF) << 10) + (hex4(rest) & 0x3FF)
            } else {
                unit
            };
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        Some(other) => other,
        None => char::REPLACEMENT_CHARACTER,
    }
}

fn hex4(rest: &mut core::str::Chars<'_>) -> u32 {
    rest.by_ref().take(4).fold(0, |unit, c| unit << 4 | c.to_digit(16).unwrap_or(0))
}
