//! What a call says to the facade: a JSON object, written field by field.

use crate::http::{Attempt, Next, Request};
use crate::scan::{push_integer, push_quoted};

#[derive(Default)]
pub(super) struct Said(String);

impl Said {
    /// A field whose value is a JSON text.
    pub(super) fn json(&mut self, name: &str, json: &str) {
        self.name(name);
        self.0.push_str(json);
    }

    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        push_quoted(&mut self.0, text);
    }

    /// A number, to the next integer, which is what timers take.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "times and sizes are small")]
    pub(super) fn number(&mut self, name: &str, number: f64) {
        self.name(name);
        push_integer(&mut self.0, number.ceil() as u64);
    }

    fn name(&mut self, name: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        push_quoted(&mut self.0, name);
        self.0.push(':');
    }

    pub(super) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }

    /// What `fetch` takes.
    pub(super) fn request(&mut self, request: &Request) {
        let mut headers = Self::default();
        for (name, value) in &request.headers {
            headers.text(name, value);
        }
        let mut said = Self::default();
        said.text("url", &request.url);
        said.text("method", request.method.as_str());
        said.json("headers", &headers.finish());
        if let Some(body) = &request.body {
            said.text("body", body);
        }
        self.json("request", &said.finish());
    }

    /// The facade knows the operation, and measures the duration by the clock that it lends.
    pub(super) fn attempt(&mut self, attempt: Attempt) {
        let mut said = Self::default();
        said.number("attempt", f64::from(attempt.attempt));
        said.text("route", attempt.route);
        if let Some(status) = attempt.status.filter(|status| *status != 0) {
            said.number("status", f64::from(status));
        }
        said.text("next", attempt.next.as_str());
        if let Next::Retry(delay_ms) = attempt.next {
            said.number("delayMs", delay_ms);
        }
        self.json("attempt", &said.finish());
    }
}
