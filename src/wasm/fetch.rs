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
use web_sys::{AbortSignal, RequestInit, RequestRedirect};

use super::host::{Host, Timer};
use crate::error::Operation;
use crate::http::is_json;
use crate::http::{Attempt, Failure, Limits, Next, Request, Response, TokenFailure, TokenReason, Transport};
use crate::outcome::{self, Cut};

#[wasm_bindgen]
extern "C" {
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
    fn value(this: &Chunk) -> Uint8Array;
}

pub(super) struct Fetch {
    host: Host,
    operation: Operation,
}

/// Stops the timer, and what runs under its signal, when it is no longer waited for.
struct Alarm(Timer);

impl Alarm {
    /// Only stops the timer: what ran under its signal has ended by itself.
    fn finish(&self) {
        self.0.stop(true);
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.0.stop(false);
    }
}

impl Fetch {
    pub(super) fn new(host: Host, operation: Operation) -> Self {
        Self { host, operation }
    }

    /// Drives `future` until it is done, the timer fires or the caller aborts.
    async fn until<F: Future>(&self, alarm: &Alarm, future: F) -> Result<F::Output, Cut> {
        let mut future = pin!(future);
        poll_fn(|context| {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                Poll::Ready(Ok(output))
            } else if self.host.aborted() {
                Poll::Ready(Err(Cut::Aborted))
            } else if alarm.0.fired() {
                Poll::Ready(Err(Cut::Timeout))
            } else {
                Poll::Pending
            }
        })
        .await
    }
}

impl Transport for Fetch {
    async fn send(&self, request: &Request, limits: Limits) -> Result<Response, Failure> {
        if self.host.aborted() {
            return Err(Failure { cut: Cut::Aborted, dispatched: false, cause: None });
        }
        let alarm = Alarm(self.host.timer(limits.timeout_ms));
        let promise = self.host.fetch(&request.url, &init(request, &alarm.0.signal()));
        // What is known so far, for when the rest does not come.
        let seen = RefCell::new(None);
        let reading = async {
            let response = JsFuture::from(promise).await.map_err(|cause| cause.as_string())?;
            let response = http::Response::from(response.unchecked_into::<web_sys::Response>());
            let head = head(&response);
            let is_json = is_json(head.content_type.as_deref());
            self.host.known(outcome::known(self.operation, head.status, is_json).as_str());
            seen.replace(Some(head));
            Ok(read_body(response, limits.max_response_bytes).await)
        };
        let lost = |cut, cause| Failure { cut, dispatched: true, cause };
        let (body, cut) = match self.until(&alarm, reading).await {
            Ok(Err(cause)) => return Err(lost(Cut::Network, cause)),
            Ok(Ok(Ok(body))) => {
                alarm.finish();
                (body, None)
            }
            Ok(Ok(Err(cut))) | Err(cut) => (Vec::new(), Some(cut)),
        };
        let head: Response = seen.take().ok_or_else(|| lost(cut.unwrap_or(Cut::Network), None))?;
        Ok(Response { body, cut, ..head })
    }

    async fn token(&self, reason: TokenReason, timeout_ms: f64) -> Result<Option<String>, TokenFailure> {
        let promise = self.host.token(if reason == TokenReason::Initial { "initial" } else { "expired" });
        let alarm = Alarm(self.host.timer(timeout_ms));
        let token = self.until(&alarm, JsFuture::from(promise)).await.map_err(TokenFailure::Cut)?;
        let token = token.map_err(|_| TokenFailure::Failed)?;
        match token.as_string() {
            None if token.is_null() || token.is_undefined() => Ok(None),
            None => Err(TokenFailure::Failed),
            token => Ok(token),
        }
    }

    async fn sleep(&self, delay_ms: f64) -> Result<(), Cut> {
        let alarm = Alarm(self.host.timer(delay_ms));
        match self.until(&alarm, core::future::pending::<()>()).await {
            Err(Cut::Aborted) => Err(Cut::Aborted),
            _ => Ok(()),
        }
    }

    fn now_ms(&self) -> f64 {
        self.host.now()
    }

    /// What came before this, such as the loading of this module, counts.
    fn started_ms(&self) -> f64 {
        0.0
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

fn init(request: &Request, signal: &AbortSignal) -> RequestInit {
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    // Never followed: a redirect takes the secret header to another origin. workerd throws on "error".
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(signal));
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

fn head(response: &http::Response) -> Response {
    let headers = response.headers();
    Response {
        // A redirect that was followed all the same ended who knows where.
        status: if response.redirected() { 0 } else { response.status() },
        content_type: headers.get("content-type"),
        retry_after: headers.get("retry-after"),
        body: Vec::new(),
        cut: None,
    }
}

/// Reads the body chunk by chunk, as far as it may grow.
async fn read_body(response: http::Response, max_bytes: f64) -> Result<Vec<u8>, Cut> {
    let mut body = Vec::new();
    let Some(stream) = response.body() else {
        // No body, or a fetch without streams. (gloo's own `binary` brings `core::fmt` along: 20 KB.)
        let buffer = web_sys::Response::from(response).array_buffer().map_err(|_| Cut::Network)?;
        let buffer = JsFuture::from(buffer).await.map_err(|_| Cut::Network)?;
        let body = Uint8Array::new(&buffer);
        return if f64::from(body.length()) > max_bytes { Err(Cut::TooLarge) } else { Ok(body.to_vec()) };
    };
    let reader = stream.unchecked_into::<Stream>().get_reader().map_err(|_| Cut::Network)?;
    loop {
        let chunk: Chunk =
            JsFuture::from(reader.read().map_err(|_| Cut::Network)?).await.map_err(|_| Cut::Network)?.unchecked_into();
        if chunk.done() {
            return Ok(body);
        }
        let chunk = chunk.value();
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
