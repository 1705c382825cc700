//! The [`Transport`] that is `fetch`.

use core::cell::RefCell;
use core::future::{Future, pending};
use core::pin::Pin;

use gloo_net::http;
use js_sys::{Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, ReadableStreamDefaultReader, RequestInit, RequestRedirect, ResponseType};

use super::alarm::Alarm;
use crate::http::{Attempt, Failure, Limits, Request, Response, TokenFailure, TokenReason, Transport};
use crate::outcome::Cut;

#[wasm_bindgen]
extern "C" {
    // Not gloo's: that ends in a trap when a `fetch` rejects with something else than an `Error`.
    #[wasm_bindgen(catch)]
    fn fetch(url: &str, init: &RequestInit) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

type TokenFuture = Pin<Box<dyn Future<Output = Result<Option<String>, TokenFailure>>>>;

/// `fetch` as a [`Transport`], for a Rust program in a page, a worker, an edge runtime or Node.js.
///
/// A call that is dropped is aborted: whether an award happened is not known then.
///
/// ```ignore
/// let client = Client::new(Fetch::new());
/// let rules = client.list_earning_rules(&open_loyalty, CallOptions::default()).await?;
/// ```
#[derive(Default)]
#[allow(missing_debug_implementations, reason = "it is made of functions")]
pub struct Fetch {
    signal: Option<AbortSignal>,
    token: Option<Box<dyn Fn(TokenReason) -> TokenFuture>>,
    on_attempt: Option<Box<dyn Fn(Attempt)>>,
}

impl Fetch {
    /// The runtime's own `fetch`, which no signal ends and nobody watches.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends calls with [`Code::Aborted`](crate::Code) when the signal fires.
    #[must_use]
    pub fn with_signal(self, signal: AbortSignal) -> Self {
        Self { signal: Some(signal), ..self }
    }

    /// Asks this function for the customer's token where `OpenLoyalty::token` is `None`: once for a call, and once more,
    /// with [`TokenReason::Expired`], after a 401. `Ok(None)`, as for a guest, ends the call before anything is sent.
    /// Calls at the same time ask one by one.
    #[must_use]
    pub fn with_token<F>(self, token: impl Fn(TokenReason) -> F + 'static) -> Self
    where
        F: Future<Output = Result<Option<String>, TokenFailure>> + 'static,
    {
        Self { token: Some(Box::new(move |reason| Box::pin(token(reason)))), ..self }
    }

    /// Tells this function what became of each request.
    #[must_use]
    pub fn on_attempt(self, report: impl Fn(Attempt) + 'static) -> Self {
        Self { on_attempt: Some(Box::new(report)), ..self }
    }
}

/// Ends the request when nobody waits for it any more; after its end, this changes nothing.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Transport for Fetch {
    async fn send(&self, request: &Request, limits: Limits) -> Result<Response, Failure> {
        let lost = |cut, cause| Failure { cut, dispatched: true, cause };
        let not_sent = |cut, cause| Failure { cut, dispatched: false, cause };
        if self.is_aborted() {
            return Err(not_sent(Cut::Aborted, None));
        }
        let not_made = |error: JsValue| not_sent(Cut::Network, name_of(&error));
        let controller = AbortOnDrop(AbortController::new().map_err(not_made)?);
        let init = init(request, &controller.0.signal()).map_err(not_made)?;
        let mut alarm = Alarm::new(limits.timeout_ms, self.signal.as_ref());
        let promise = fetch(&request.url, &init).map_err(|error| lost(Cut::Network, name_of(&error)))?;
        // What is known so far, for when the rest does not come.
        let seen = RefCell::new(None);
        let reading = async {
            let response = JsFuture::from(promise).await.map_err(|error| name_of(&error))?;
            let response: web_sys::Response =
                response.dyn_into().map_err(|_| Some("TypeError NOT_A_RESPONSE".to_owned()))?;
            let response = http::Response::from(response);
            seen.replace(Some(head(&response)));
            Ok(read_body(&response, limits.max_response_bytes).await)
        };
        let (body, cut) = match alarm.bound(reading).await {
            Ok(Err(cause)) => return Err(lost(Cut::Network, cause)),
            Ok(Ok(Ok(body))) => (body, None),
            Ok(Ok(Err(cut))) | Err(cut) => (Vec::new(), Some(cut)),
        };
        let head: Response = seen.take().ok_or_else(|| lost(cut.unwrap_or(Cut::Network), None))?;
        Ok(Response { body, cut, ..head })
    }

    async fn token(&self, reason: TokenReason, timeout_ms: f64) -> Result<Option<String>, TokenFailure> {
        let Some(token) = &self.token else { return Ok(None) };
        Alarm::new(timeout_ms, self.signal.as_ref()).bound(token(reason)).await.map_err(TokenFailure::Cut)?
    }

    async fn sleep(&self, delay_ms: f64) -> Result<(), Cut> {
        match Alarm::new(delay_ms, self.signal.as_ref()).bound(pending::<()>()).await {
            Err(Cut::Aborted) => Err(Cut::Aborted),
            _ => Ok(()),
        }
    }

    fn now_ms(&self) -> f64 {
        performance_now()
    }

    fn unix_time_ms(&self) -> f64 {
        js_sys::Date::now()
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }

    fn is_aborted(&self) -> bool {
        self.signal.as_ref().is_some_and(AbortSignal::aborted)
    }

    fn is_browser(&self) -> bool {
        let global = js_sys::global();
        let has = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).is_ok_and(|value| value.is_truthy());
        let is_node = Reflect::get(&global, &"process".into())
            .and_then(|process| Reflect::get(&process, &"versions".into()))
            .is_ok_and(|versions| versions.is_object() && has(&versions, "node"));
        let is_server = ["Deno", "Bun", "EdgeRuntime", "WebSocketPair", "fastly"].iter().any(|name| has(&global, name));
        !is_node && !is_server && ["document", "WorkerGlobalScope"].iter().any(|name| has(&global, name))
    }

    fn report(&self, attempt: Attempt) {
        if let Some(report) = &self.on_attempt {
            report(attempt);
        }
    }
}

fn init(request: &Request, signal: &AbortSignal) -> Result<RequestInit, JsValue> {
    let headers = Object::new();
    for (name, value) in &request.headers {
        Reflect::set(&headers, &name.as_ref().into(), &value.as_str().into())?;
    }
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    init.set_headers(&headers);
    init.set_signal(Some(signal));
    // It would take the secret header to another origin.
    init.set_redirect(RequestRedirect::Manual);
    if let Some(body) = &request.body {
        init.set_body(&body.as_str().into());
    }
    Ok(init)
}

fn head(response: &http::Response) -> Response {
    let is_redirect = response.redirected() || response.type_() == ResponseType::Opaqueredirect;
    let headers = response.headers();
    Response {
        status: if is_redirect { 0 } else { response.status() },
        content_type: headers.get("content-type"),
        retry_after: headers.get("retry-after"),
        body: Vec::new(),
        cut: None,
    }
}

/// Reads the body chunk by chunk, as far as it may grow. Who stops waiting for it aborts the request.
#[expect(clippy::cast_precision_loss, reason = "a body in memory is shorter")]
async fn read_body(response: &http::Response, most: f64) -> Result<Vec<u8>, Cut> {
    let mut body = Vec::new();
    let Some(stream) = response.body() else { return Ok(body) };
    let reader = ReadableStreamDefaultReader::new(&stream).map_err(|_| Cut::Network)?;
    loop {
        let chunk = JsFuture::from(reader.read()).await.map_err(|_| Cut::Network)?;
        let part = |name: &str| Reflect::get(&chunk, &name.into()).map_err(|_| Cut::Network);
        if part("done")?.is_truthy() {
            return Ok(body);
        }
        let bytes: Uint8Array = part("value")?.dyn_into().map_err(|_| Cut::Network)?;
        if body.len() as f64 + f64::from(bytes.length()) > most {
            return Err(Cut::TooLarge);
        }
        body.extend(bytes.to_vec());
    }
}

/// The name and code of a runtime's error, never its message: that may quote the request.
fn name_of(error: &JsValue) -> Option<String> {
    let get = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).ok();
    let cause = get(error, "cause").unwrap_or_default();
    let code = [error, &cause].into_iter().filter_map(|of| get(of, "code")).find(JsValue::is_string);
    let is_word = |word: &String| {
        (1..=40).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let words = [get(error, "name"), code].into_iter().flatten().filter_map(|word| word.as_string());
    let words: Vec<String> = words.filter(is_word).collect();
    (!words.is_empty()).then(|| words.join(" "))
}
