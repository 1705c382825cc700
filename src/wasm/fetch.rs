//! The [`Transport`] that is the facade.

use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;

use super::desk::{Desk, FAILED, to_integer};
use crate::error::Operation;
use crate::http::{Attempt, Failure, Limits, Next, Request, Response, TokenFailure, TokenReason, Transport, is_json};
use crate::outcome::{self, Cut};
use crate::scan::{push_integer, push_quoted};

// Two functions, which js-sys has too: with 1 KB more of what it exports to run futures.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn unix_time_ms() -> f64;

    #[wasm_bindgen(js_namespace = Math)]
    fn random() -> f64;
}

pub(super) struct Fetch {
    desk: Rc<Desk>,
    operation: Operation,
}

impl Fetch {
    pub(super) fn new(desk: Rc<Desk>, operation: Operation) -> Self {
        Self { desk, operation }
    }
}

impl Transport for Fetch {
    async fn send(&self, request: &Request, limits: Limits) -> Result<Response, Failure> {
        if self.is_aborted() {
            return Err(Failure { cut: Cut::Aborted, dispatched: false, cause: None });
        }
        self.desk.tell("request", &json(request));
        self.desk.tell_number("ms", limits.timeout_ms);
        let head = self.desk.answer().await;
        if let Some(cut) = head.cut() {
            return Err(Failure { cut, dispatched: true, cause: head.into_text() });
        }
        // No status has more than three digits.
        let status = u16::try_from(head.status).unwrap_or(u16::MAX);
        let headers = head.into_text().unwrap_or_default();
        let header = |index| headers.split('\n').nth(index).filter(|text| !text.is_empty()).map(str::to_owned);
        let (content_type, retry_after) = (header(0), header(1));
        let known = outcome::known(self.operation, status, is_json(content_type.as_deref()));
        self.desk.tell_text("known", known.as_str());
        self.desk.tell_number("most", limits.max_response_bytes);
        let body = self.desk.answer().await;
        Ok(Response { status, content_type, retry_after, cut: body.cut(), body: body.bytes })
    }

    async fn token(&self, reason: TokenReason, timeout_ms: f64) -> Result<Option<String>, TokenFailure> {
        self.desk.tell_text("reason", if reason == TokenReason::Initial { "initial" } else { "expired" });
        self.desk.tell_number("ms", timeout_ms);
        let answer = self.desk.answer().await;
        match (answer.status, answer.cut()) {
            (FAILED, _) => Err(TokenFailure::Failed),
            (_, Some(cut)) => Err(TokenFailure::Cut(cut)),
            (0, None) => Ok(None),
            _ => Ok(answer.into_text()),
        }
    }

    async fn sleep(&self, delay_ms: f64) -> Result<(), Cut> {
        self.desk.tell_number("ms", delay_ms);
        match self.desk.answer().await.cut() {
            Some(Cut::Aborted) => Err(Cut::Aborted),
            _ => Ok(()),
        }
    }

    fn now_ms(&self) -> f64 {
        self.desk.now_ms.get()
    }

    /// What came before this, such as the loading of this module, counts.
    fn started_ms(&self) -> f64 {
        0.0
    }

    /// What came before this, such as the loading of this module, counts.
    fn started_ms(&self) -> f64 {
        0.0
    }

    fn unix_time_ms(&self) -> f64 {
        unix_time_ms()
    }

    fn random(&self) -> f64 {
        random()
    }

    fn is_aborted(&self) -> bool {
        self.desk.is_aborted.get()
    }

    /// The facade knows the operation, and measures the duration by the clock that it lends.
    fn report(&self, attempt: Attempt) {
        let mut json = "{\"attempt\":".to_owned();
        push_integer(&mut json, u64::from(attempt.attempt));
        json.push_str(",\"route\":");
        push_quoted(&mut json, attempt.route);
        if let Some(status) = attempt.status.filter(|status| *status != 0) {
            json.push_str(",\"status\":");
            push_integer(&mut json, u64::from(status));
        }
        json.push_str(",\"next\":");
        push_quoted(&mut json, attempt.next.as_str());
        if let Next::Retry(delay_ms) = attempt.next {
            json.push_str(",\"delayMs\":");
            push_integer(&mut json, to_integer(delay_ms));
        }
        json.push('}');
        self.desk.tell("attempt", &json);
    }
}

/// What `fetch` takes.
fn json(request: &Request) -> String {
    let mut json = "{\"url\":".to_owned();
    push_quoted(&mut json, &request.url);
    json.push_str(",\"method\":");
    push_quoted(&mut json, request.method.as_str());
    if let Some(body) = &request.body {
        json.push_str(",\"body\":");
        push_quoted(&mut json, body);
    }
    json.push_str(",\"headers\":{");
    for (index, (name, value)) in request.headers.iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        push_quoted(&mut json, name);
        json.push(':');
        push_quoted(&mut json, value);
    }
    json.push_str("}}");
    json
}
