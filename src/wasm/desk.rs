//! Where a call and the facade meet.
//!
//! A call says, as the fields of a JSON object:
//! - `attempt`: what became of an attempt, for the caller's `onAttempt`;
//! - and one of `result`, `error`, or what it needs: `request` (to be sent; `ms` is how long the
//!   attempt may take), `known` (the answer's body, up to `most` bytes, and what is known of the
//!   outcome until then), `reason` (the token function, within `ms`), or nothing more than `ms` (to
//!   wait).
//!
//! The answer is a status and bytes: of a response its status (0 for a redirect) and two headers,
//! `Content-Type` and `Retry-After` with a line feed between them; of a body its bytes; of the token
//! function 1 and a token, or 0. A status below zero is a [`Cut`], or [`FAILED`]; beside a failed
//! connection's stand the name and code of the runtime's error.

use core::cell::{Cell, RefCell};
use core::future::poll_fn;
use core::task::Poll;

use crate::outcome::Cut;
use crate::scan::{push_integer, push_quoted};

/// The status of a token function that failed.
pub(super) const FAILED: i32 = -5;

/// What the facade came back with.
pub(super) struct Answer {
    pub(super) status: i32,
    pub(super) bytes: Vec<u8>,
}

#[derive(Default)]
pub(super) struct Desk {
    said: RefCell<String>,
    answer: RefCell<Option<Answer>>,
    pub(super) now_ms: Cell<f64>,
    pub(super) is_aborted: Cell<bool>,
}

impl Answer {
    /// What cut it short.
    pub(super) fn cut(&self) -> Option<Cut> {
        match self.status {
            0.. => None,
            -2 => Some(Cut::Timeout),
            -3 => Some(Cut::Aborted),
            -4 => Some(Cut::TooLarge),
            _ => Some(Cut::Network),
        }
    }

    pub(super) fn into_text(self) -> Option<String> {
        String::from_utf8(self.bytes).ok()
    }
}

impl Desk {
    /// Says a field whose value is a JSON text.
    pub(super) fn tell(&self, name: &str, json: &str) {
        let mut said = self.said.borrow_mut();
        let start = if said.is_empty() { "{\"" } else { ",\"" };
        said.push_str(start);
        said.push_str(name);
        said.push_str("\":");
        said.push_str(json);
    }

    pub(super) fn tell_text(&self, name: &str, text: &str) {
        let mut json = String::new();
        push_quoted(&mut json, text);
        self.tell(name, &json);
    }

    pub(super) fn tell_number(&self, name: &str, number: f64) {
        let mut json = String::new();
        push_integer(&mut json, to_integer(number));
        self.tell(name, &json);
    }

    /// Takes what was said.
    pub(super) fn take_said(&self) -> String {
        let mut said = self.said.take();
        said.push('}');
        said
    }

    pub(super) fn put(&self, answer: Answer) {
        self.answer.replace(Some(answer));
    }

    /// Waits for the answer to what was said.
    pub(super) async fn answer(&self) -> Answer {
        // What started the call is no answer.
        self.answer.take();
        poll_fn(|_| self.answer.take().map_or(Poll::Pending, Poll::Ready)).await
    }
}

/// The next integer, which is what timers take.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "times and sizes are small")]
pub(super) fn to_integer(number: f64) -> u64 {
    number.ceil() as u64
}
