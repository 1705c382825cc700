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
    match message.trim().to_lowercase().as_str() {
        "event does not exist" | "event nie istnieje" => ErrorText::EventUnavailable,
        "limit exceeded" | "limit was exceeded" | "limit został wyczerpany" => ErrorText::LimitExceeded,
        _ => ErrorText::Other,
    }
}

/// The text fit for an error: one line, secrets replaced, and cut to 200 characters.
pub(crate) fn presentable(message: &str, secrets: &[String]) -> String {
    let mut text: String = message.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    for secret in secrets {
        // A server may quote a JWT in part.
        let parts = secret.split('.').filter(|part| part.len() >= 8);
        for part in core::iter::once(secret.as_str()).chain(parts) {
            if text.contains(part) {
                text = text.replace(part, "[secret]");
            }
        }
    }
    text.chars().take(MAX_MESSAGE_CHARS).collect()
}
