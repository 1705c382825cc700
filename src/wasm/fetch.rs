//! The [`Transport`] that is `fetch`.

use core::cell::RefCell;
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;

use gloo_net::http;
use js_sys::{Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestInit, RequestRedirect};

use super::host::{Host, Timer};
use crate::http::{Attempt, Failure, Limits, Next, Request, Response, TokenFailure, TokenReason, Transport};
use crate::outcome::Cut;

#[wasm_bindgen]
extern "C" {
    /// What a `fetch` resolved to: a `Response`, or whatever a store's own `fetch` gives.
    type Answer;

    #[wasm_bindgen(method, getter, catch)]
    fn status(this: &Answer) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch)]
    fn headers(this: &Answer) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = "type")]
    fn kind(this: &Answer) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch)]
    fn redirected(this: &Answer) -> Result<JsValue, JsValue>;

    type Stream;

    #[wasm_bindgen(method, catch, js_name = getReader)]
    fn get_reader(this: &Stream) -> Result<Reader, JsValue>;

    type Reader;

    #[wasm_bindgen(method, catch)]
    fn read(this: &Reader) -> Result<Promise, JsValue>;

    type Chunk;

    #[wasm_bindgen(method, getter)]
    fn done(this: &Chunk) -> bool;

    #[wasm_bindgen(method, getter)]
    fn value(this: &Chunk) -> JsValue;
}

pub(super) struct Fetch {
    host: Host,
}

/// Aborts the request unless it was read to its end, and stops the timer.
struct Guard {
    controller: AbortController,
    timer: Timer,
    finished: bool,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.timer.stop();
        if !self.finished {
            self.controller.abort();
        }
    }
}

/// Stops the timer.
struct Alarm(Timer);

impl Drop for Alarm {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl Fetch {
    pub(super) fn new(host: Host) -> Self {
        Self { host }
    }

    /// Drives `future` until it is done, the timer fires or the caller aborts.
    async fn until<F: Future>(&self, timer: &Timer, future: F) -> Result<F::Output, Cut> {
        let mut future = pin!(future);
        poll_fn(|context| {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                Poll::Ready(Ok(output))
            } else if self.host.aborted() {
                Poll::Ready(Err(Cut::Aborted))
            } else if timer.fired() {
                Poll::Ready(Err(Cut::Timeout))
            } else {
                Poll::Pending
            }
        })
        .await
    }
}

impl Transport for Fetch {
    async fn send(&self, request: Request, limits: Limits) -> Result<Response, Failure> {
        if self.host.aborted() {
            return Err(Failure { cut: Cut::Aborted, dispatched: false, cause: None });
        }
        let lost = |cause: &JsValue| Failure { cut: Cut::Network, dispatched: true, cause: Some(cause_of(cause)) };
        let Ok(controller) = AbortController::new() else {
            return Err(Failure {
                cut: Cut::Network,
                dispatched: false,
                cause: Some("TypeError NO_ABORT_CONTROLLER".to_owned()),
            });
        };
        let init = init(&request, &controller);
        let mut guard = Guard { timer: self.host.timer(limits.timeout_ms), controller, finished: false };
        let promise = self.host.fetch(&request.url, &init).map_err(|cause| lost(&cause))?;
        // What is known so far, for when the rest does not come.
        let seen = RefCell::new(None);
        let reading = async {
            let answer = JsFuture::from(Promise::resolve(&promise)).await.map_err(|cause| lost(&cause))?;
            let (head, answer) = head(answer)?;
            seen.replace(Some(head));
            let body = read_body(answer, limits.max_response_bytes).await;
            Ok(body)
        };
        let ended = self.until(&guard.timer, reading).await;
        let (body, cut) = match ended {
            Ok(Err(failure)) => return Err(failure),
            Ok(Ok(Ok(body))) => (body, None),
            Ok(Ok(Err(cut))) | Err(cut) => (Vec::new(), Some(cut)),
        };
        guard.finished = cut.is_none();
        let Some(head) = seen.take() else {
            return Err(Failure { cut: cut.unwrap_or(Cut::Network), dispatched: true, cause: None });
        };
        Ok(Response { body, cut, ..head })
    }

    async fn token(&self, reason: TokenReason, timeout_ms: f64) -> Result<Option<String>, TokenFailure> {
        let promise = self.host.token(if reason == TokenReason::Initial { "initial" } else { "expired" });
        let alarm = Alarm(self.host.timer(timeout_ms));
        let token = self.until(&alarm.0, JsFuture::from(promise)).await.map_err(TokenFailure::Cut)?;
        let token = token.map_err(|_| TokenFailure::Failed)?;
        match token.as_string() {
            None if token.is_null() || token.is_undefined() => Ok(None),
            None => Err(TokenFailure::Failed),
            token => Ok(token),
        }
    }

    async fn sleep(&self, delay_ms: f64) -> Result<(), Cut> {
        let alarm = Alarm(self.host.timer(delay_ms));
        match self.until(&alarm.0, core::future::pending::<()>()).await {
            Err(Cut::Aborted) => Err(Cut::Aborted),
            _ => Ok(()),
        }
    }

    fn now_ms(&self) -> f64 {
        self.host.now()
    }

    fn unix_time_ms(&self) -> f64 {
        js_sys::Date::now()
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }

    fn is_aborted(&self) -> bool {
        self.host.aborted()
    }

    fn report(&self, attempt: Attempt) {
        let delay_ms = if let Next::Retry(delay_ms) = attempt.next { delay_ms } else { -1.0 };
        let Attempt { attempt, route, status, duration_ms, next, .. } = attempt;
        self.host.attempt(attempt, route, status.unwrap_or(0), duration_ms, next.as_str(), delay_ms);
    }
}

fn init(request: &Request, controller: &AbortController) -> RequestInit {
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    // Never followed: a redirect takes the secret header to another origin. workerd throws on "error".
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(&controller.signal()));
    let headers = Object::new();
    for (name, value) in &request.headers {
        // Setting a property of a fresh object can't fail.
        let _ = Reflect::set(&headers, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    init.set_headers(&headers);
    if let Some(body) = &request.body {
        init.set_body(&JsValue::from_str(body));
    }
    init
}

/// The status and headers, if it is a response.
fn head(answer: JsValue) -> Result<(Response, http::Response), Failure> {
    let answer: Answer = answer.unchecked_into();
    let lost = |cause: &str| Failure { cut: Cut::Network, dispatched: true, cause: Some(cause.to_owned()) };
    let status = answer.status().ok().and_then(|status| status.as_f64());
    let headers = answer.headers().unwrap_or_default();
    if status.is_none() || !Reflect::get(&headers, &JsValue::from_str("get")).is_ok_and(|get| get.is_function()) {
        return Err(lost("TypeError NOT_A_RESPONSE"));
    }
    let was_redirected = answer.redirected().is_ok_and(|redirected| redirected.is_truthy());
    let kind = answer.kind().ok().and_then(|kind| kind.as_string());
    let raw = http::Response::from(answer.unchecked_into::<web_sys::Response>());
    let status = raw.status();
    if status == 0 && kind.as_deref() != Some("opaqueredirect") {
        return Err(lost("TypeError ERROR_RESPONSE"));
    }
    let headers = raw.headers();
    let head = Response {
        status: if was_redirected { 0 } else { status },
        content_type: headers.get("content-type"),
        retry_after: headers.get("retry-after"),
        body: Vec::new(),
        cut: None,
    };
    Ok((head, raw))
}

/// Reads a body that is no stream. (gloo's own `binary` brings `core::fmt` along: 20 KB.)
async fn read_whole(response: http::Response) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(web_sys::Response::from(response).array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// Reads the body chunk by chunk, as far as it may grow.
async fn read_body(response: http::Response, max_bytes: f64) -> Result<Vec<u8>, Cut> {
    let mut body = Vec::new();
    let Some(stream) = response.body() else {
        // No body, or a fetch without streams.
        return read_whole(response).await.ok_or(Cut::Network);
    };
    let reader = stream.unchecked_into::<Stream>().get_reader().map_err(|_| Cut::Network)?;
    loop {
        let read = reader.read().map_err(|_| Cut::Network)?;
        let chunk: Chunk = JsFuture::from(read).await.map_err(|_| Cut::Network)?.unchecked_into();
        if chunk.done() {
            return Ok(body);
        }
        let chunk: Uint8Array = chunk.value().unchecked_into();
        let (from, length) = (body.len(), usize::try_from(chunk.length()).unwrap_or(usize::MAX));
        #[expect(clippy::cast_precision_loss, reason = "a wasm memory is far smaller")]
        if (from + length) as f64 > max_bytes {
            return Err(Cut::TooLarge);
        }
        body.resize(from + length, 0);
        if let Some(tail) = body.get_mut(from..) {
            chunk.copy_to(tail);
        }
    }
}

/// The name and code of a runtime's error: never its message, which may quote the request.
fn cause_of(error: &JsValue) -> String {
    let word = |value: &JsValue, key: &str| {
        let word = Reflect::get(value, &JsValue::from_str(key)).ok().and_then(|word| word.as_string())?;
        let is_plain = word.len() <= 40 && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        is_plain.then_some(word)
    };
    let mut text = word(error, "name").unwrap_or_else(|| "Error".to_owned());
    let cause = Reflect::get(error, &JsValue::from_str("cause")).unwrap_or_default();
    if let Some(code) = word(error, "code").or_else(|| word(&cause, "code")) {
        text.push(' ');
        text.push_str(&code);
    }
    text
}
