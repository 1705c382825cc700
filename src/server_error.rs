//! What a server's error body says.

use crate::outcome::ErrorText;
use crate::scan::Fault;
use crate::scan::syntax::{Cursor, RawText, Shape};

const MAX_MESSAGE_CHARS: usize = 200;

/// The text of an error body: `{"error": "..."}` from Open Loyalty's controllers,
/// `{"error": {"code", "message"}}` from its framework, `{"code", "message"}` from its login.
pub(crate) fn message(body: &[u8]) -> Option<String> {
    let mut cursor = Cursor::new(body).ok()?;
    let text = texts(&mut cursor, true).ok()??;
    cursor.end().ok()?;
    Some(text.decode())
}

fn texts<'a>(cursor: &mut Cursor<'a>, outer: bool) -> Result<Option<RawText<'a>>, Fault> {
    if cursor.shape()? != Shape::Object {
        return Err(Fault::expected("an object"));
    }
    let (mut error, mut message) = (None, None);
    let mut first = true;
    cursor.open()?;
    while let Some(key) = cursor.key(first)? {
        first = false;
        match (key.raw, cursor.shape()?) {
            ("error", Shape::Text) if outer => error = Some(cursor.text_value()?),
            ("error", Shape::Object) if outer => error = texts(cursor, false)?,
            ("message", Shape::Text) => message = Some(cursor.text_value()?),
            _ => cursor.skip()?,
        }
    }
    Ok(error.or(message))
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
            text.push_str("[secret]");
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

/// How much of the start of `text` is the secret, or a part of it: a server may quote a JWT in part.
fn secret_length(text: &str, secret: &str) -> Option<usize> {
    let parts = secret.split('.').filter(|part| part.len() >= 8);
    parts.chain([secret]).filter(|part| text.starts_with(part)).map(str::len).max()
}
