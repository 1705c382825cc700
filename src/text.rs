//! Taking texts apart by single bytes. What `core::str` has for it finds any pattern from both ends,
//! and that takes 2 KB of wasm.

/// What stands before and behind the first `separator`, which is ASCII.
pub(crate) fn split_once(text: &str, separator: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == separator)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// What stands before the first `separator`, which is ASCII; everything if there is none.
pub(crate) fn before(text: &str, separator: u8) -> &str {
    split_once(text, separator).map_or(text, |(before, _)| before)
}

/// How many characters the text has.
pub(crate) fn count(text: &str) -> usize {
    text.bytes().filter(|byte| is_boundary(*byte)).count()
}

/// Whether a character begins with this byte: it is no continuation byte.
pub(crate) fn is_boundary(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

/// Whether a control character is in the text, of either block: below the blank, or from U+007F to U+009F.
pub(crate) fn has_controls(text: &str) -> bool {
    let mut last = 0;
    text.bytes().any(|byte| {
        // U+0080 to U+009F are C2 80 to C2 9F.
        let is_control = byte < b' ' || byte == 0x7f || last == 0xC2 && byte < 0xA0;
        last = byte;
        is_control
    })
}

/// The number that a text of digits and nothing else is, if it has no more than nine of them.
pub(crate) fn digits(text: &[u8]) -> Option<u32> {
    let digit = |number: u32, byte: &u8| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0'));
    if text.is_empty() || text.len() > 9 { None } else { text.iter().try_fold(0, digit) }
}

#[cfg(test)]
mod tests {
    use super::{before, count, digits, has_controls, split_once};
    use proptest::prelude::*;

    #[test]
    fn a_number_is_all_digits_and_at_most_nine() {
        assert_eq!(digits(b"000000042"), Some(42));
        assert_eq!(digits(b"999999999"), Some(999_999_999));
        for text in ["", "+1", "1 ", "4é", "1234567890"] {
            assert_eq!(digits(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn texts_are_taken_apart_as_by_the_standard_library(text in "[a:ż💎]{0,12}") {
            prop_assert_eq!(split_once(&text, b':'), text.split_once(':'));
            prop_assert_eq!(Some(before(&text, b':')), text.split(':').next());
            prop_assert_eq!(count(&text), text.chars().count());
        }

        #[test]
        fn controls_are_those_of_the_standard_library(text in "[a\\x00-\\x1f\\x7f-\\xa0Ġ💎]{0,2}") {
            prop_assert_eq!(has_controls(&text), text.chars().any(char::is_control));
        }
    }
}
