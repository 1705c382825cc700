//! What a server's error body says.

use crate::outcome::ErrorText;
use crate::scan::Reason;
use crate::scan::raw_text::RawText;
use crate::scan::syntax::{Cursor, Shape};

const MAX_MESSAGE_CHARS: usize = 200;

/// The text of an error body: `{"error": "..."}` from Open Loyalty's controllers,
/// `{"error": {"code", "message"}}` from its framework, `{"code", "message"}` from its login.
pub(crate) fn message(body: &[u8]) -> Option<String> {
    let mut cursor = Cursor::new(body);
    let text = texts(&mut cursor, true);
    cursor.end();
    if cursor.has_failed() { None } else { text.map(RawText::decode) }
}

fn texts<'a>(cursor: &mut Cursor<'a>, outer: bool) -> Option<RawText<'a>> {
    if cursor.shape() != Shape::Object {
        cursor.fail(Reason::Expected("an object"));
        return None;
    }
    let (mut error, mut message) = (None, None);
    let mut first = true;
    cursor.open();
    while let Some(key) = cursor.key(first) {
        first = false;
        let is_error = outer && key.is("error");
        match cursor.shape() {
            Shape::Text if is_error => error = Some(cursor.text_value()),
            Shape::Object if is_error => error = texts(cursor, false),
            Shape::Text if key.is("message") => message = Some(cursor.text_value()),
            _ => cursor.skip(),
        }
    }
    error.or(message)
}

/// What the text says, in the languages that Open Loyalty is translated into.
pub(crate) fn classify(message: &str) -> ErrorText {
    let message = message.trim_ascii();
    let is_one_of = |texts: &[&str]| texts.iter().any(|text| message.eq_ignore_ascii_case(text));
    if is_one_of(&["event does not exist", "event nie istnieje"]) {
        ErrorText::EventUnavailable
    } else if is_one_of(&["limit exceeded", "limit was exceeded", "limit został wyczerpany"]) {
        ErrorText::LimitExceeded
    } else {
        ErrorText::Other
    }
}

/// The text fit for an error: one line, secrets replaced, and cut to 200 characters.
pub(crate) fn presentable(message: &str, secrets: &[String]) -> String {
    let mut text = String::new();
    let mut rest = message;
    let mut length = 0;
    while let Some(c) = rest.chars().next() {
        let hidden = secrets.iter().filter_map(|secret| secret_length(rest, secret)).max();
        if hidden.is_some() {
            if !text.ends_with("[secret]") {
                text.push_str("[secret]");
            }
        } else {
            text.push(if c.is_control() { ' ' } else { c });
        }
        rest = rest.get(hidden.unwrap_or(c.len_utf8())..).unwrap_or_default();
        length += 1;
        if length == MAX_MESSAGE_CHARS {
            break;
        }
    }
    text.chars().take(MAX_MESSAGE_CHARS).collect()
}

/// The least part of a secret that is one too.
const PART: usize = 8;

/// How much of the start of `text` is the secret, or a part of it: servers quote tokens cut short.
fn secret_length(text: &str, secret: &str) -> Option<usize> {
    let common = |from: usize| {
        let secret = secret.as_bytes().get(from..).unwrap_or_default();
        text.bytes().zip(secret).take_while(|(a, b)| a == *b).count()
    };
    let longest = (0..secret.len()).map(common).max()?;
    let longest = (0..=longest).rev().find(|end| text.is_char_boundary(*end))?;
    (longest >= secret.len().min(PART)).then_some(longest)
}

#[cfg(test)]
mod tests {
    use super::{PART, classify, message, presentable};
    use crate::outcome::ErrorText;
    use proptest::prelude::*;

    #[test]
    fn texts_are_known_in_both_languages() {
        for text in ["event does not exist", "event nie istnieje", " Event Does Not Exist\n"] {
            assert_eq!(classify(text), ErrorText::EventUnavailable, "{text}");
        }
        for text in ["limit exceeded", "limit was exceeded ", "limit został wyczerpany", "LIMIT EXCEEDED"] {
            assert_eq!(classify(text), ErrorText::LimitExceeded, "{text}");
        }
        for text in ["", "limit", "event does not exist!", "event", "events does not exist", "limitexceeded"] {
            assert_eq!(classify(text), ErrorText::Other, "{text}");
        }
    }

    #[test]
    fn the_message_is_read_from_every_place() {
        assert_eq!(message(br#"{"error":"a"}"#).as_deref(), Some("a"));
        assert_eq!(message(br#"{"error":{"message":"a"}}"#).as_deref(), Some("a"));
        assert_eq!(message(br#"{"message":"a"}"#).as_deref(), Some("a"));
        assert_eq!(message(br#"{"error":{"error":"too deep"}}"#), None);
        assert_eq!(message(br#"{"message":"a""#), None);
    }

    #[test]
    fn what_is_shorter_than_a_part_is_no_secret() {
        let secrets = ["0123456789abcdef".to_owned()];
        assert_eq!(presentable("0123456 9abcdef", &secrets), "0123456 9abcdef");
        assert_eq!(presentable("01234567 89abcdef", &secrets), "[secret] [secret]");
    }

    /// Pieces of a secret, with other text between them.
    fn quoting(secret: &'static str) -> impl Strategy<Value = String> {
        let piece = (0..secret.len(), 0..=secret.len());
        let piece = piece.prop_map(move |(from, length)| secret.chars().skip(from).take(length).collect::<String>());
        prop::collection::vec(prop_oneof![piece, ".{0,20}"], 0..20).prop_map(|pieces| pieces.concat())
    }

    const SECRET: &str = "eyJhbGciOiJSUzI1NiJ9.cGF5bG9hZA.zażółć-gęślą-jaźń";

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_part_of_a_secret_is_left(text in quoting(SECRET)) {
            let shown = presentable(&text, &[SECRET.to_owned()]);
            prop_assert!(shown.chars().count() <= 200);
            prop_assert!(!shown.chars().any(char::is_control));
            for part in SECRET.as_bytes().windows(2 * PART) {
                prop_assert!(!shown.as_bytes().windows(part.len()).any(|window| window == part), "{}", shown);
            }
        }

        #[test]
        fn text_without_secrets_stays(text in "[ a-z]{0,200}") {
            prop_assert_eq!(presentable(&text, &[SECRET.to_owned()]), text);
        }
    }
}
