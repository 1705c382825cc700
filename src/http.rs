//! Requests and responses as data, and the world outside as the client sees it.

use core::future::Future;
use std::borrow::Cow;

use crate::error::Operation;
use crate::outcome::Cut;
use crate::text;

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A read.
    Get,
    /// Anything else that these APIs do.
    Post,
}

impl Method {
    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// One request, ready to be sent. It carries secrets, so it has no `Debug`.
#[derive(Clone)]
#[allow(missing_debug_implementations, reason = "headers hold secrets")]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The absolute URL.
    pub url: String,
    /// Names and values, all visible ASCII with blanks inside at most.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// A JSON text.
    pub body: Option<String>,
}

/// How long and how much an attempt may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// From dispatch to the last byte of the body, in milliseconds.
    pub timeout_ms: f64,
    /// The largest body, in bytes.
    pub max_response_bytes: f64,
}

/// What came back. Its body may have been cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status; 0 for a redirect that the runtime hides.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Retry-After`.
    pub retry_after: Option<String>,
    /// The body as far as it was read.
    pub body: Vec<u8>,
    /// What ended the body early.
    pub cut: Option<Cut>,
}

/// An attempt that brought no status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What ended it.
    pub cut: Cut,
    /// Whether the server may have seen the request.
    pub dispatched: bool,
    /// The name and code of the runtime's error, such as `TypeError ECONNREFUSED`.
    pub cause: Option<String>,
}

/// Why the store is asked for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenReason {
    /// The call begins.
    Initial,
    /// The server answered 401 to the last one.
    Expired,
}

/// What the store's token function did instead of giving a string or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFailure {
    /// It threw, rejected, or gave something else.
    Failed,
    /// It did not settle in time, or the caller's signal fired.
    Cut(Cut),
}

/// What became of an attempt, for logging and tracing. Neither secrets nor ids are in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attempt {
    /// The call.
    pub operation: Operation,
    /// From 1.
    pub attempt: u32,
    /// The method and path as a template, such as `GET /api/{storeCode}/customer/earningRule`.
    pub route: &'static str,
    /// The HTTP status, if one was seen.
    pub status: Option<u16>,
    /// From dispatch to the last byte, in milliseconds.
    pub duration_ms: f64,
    /// What happens next.
    pub next: Next,
}

/// What happens after an attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Next {
    /// The call succeeded.
    Done,
    /// The request is sent again after this delay, in milliseconds.
    Retry(f64),
    /// The store is asked for a fresh token.
    Refresh,
    /// The call failed.
    Failed,
}

impl Next {
    /// The name that JavaScript sees.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Retry(_) => "retry",
            Self::Refresh => "refresh",
            Self::Failed => "failed",
        }
    }
}

/// The world outside: the network, the clock and the store's own functions. Everything that is not
/// computing goes through it, so the rest runs and is tested anywhere.
pub trait Transport {
    /// Sends one request, once, and reads the answer to its end.
    ///
    /// # Errors
    /// When no status came.
    fn send(&self, request: &Request, limits: Limits) -> impl Future<Output = Result<Response, Failure>>;

    /// Asks the store for the customer's token, or for the headers that a gateway is to get, as a JSON text; `None` for
    /// a guest.
    ///
    /// # Errors
    /// When the function fails or does not settle within `timeout_ms`.
    fn token(&self, reason: TokenReason, timeout_ms: f64)
    -> impl Future<Output = Result<Option<String>, TokenFailure>>;

    /// Waits.
    ///
    /// # Errors
    /// When the caller's signal fires.
    fn sleep(&self, delay_ms: f64) -> impl Future<Output = Result<(), Cut>>;

    /// A monotonic clock, in milliseconds.
    fn now_ms(&self) -> f64;

    /// When the call that is about to begin did begin, by the same clock: waits before it came here count for it.
    fn started_ms(&self) -> f64 {
        self.now_ms()
    }

    /// Milliseconds since 1970, to understand dates that a server sends.
    fn unix_time_ms(&self) -> f64;

    /// Something in `0.0..1.0`, to spread retries.
    fn random(&self) -> f64;

    /// Whether the caller's signal has fired.
    fn is_aborted(&self) -> bool;

    /// Whether this runs in a page or its worker, where every visitor can read what is there: calls that take a
    /// partner's secret are refused then.
    fn is_browser(&self) -> bool {
        false
    }

    /// Tells the store what became of an attempt.
    fn report(&self, attempt: Attempt);
}

/// Whether a `Content-Type` is JSON's.
pub(crate) fn is_json(content_type: Option<&str>) -> bool {
    let essence = text::before(content_type.unwrap_or_default(), b';').trim_ascii();
    let ends_in = |end: &str, from: usize| essence.get(from..).is_some_and(|found| found.eq_ignore_ascii_case(end));
    let has_suffix = essence.len() > 5 && ends_in("+json", essence.len() - 5);
    ends_in("application/json", 0) || ends_in("text/json", 0) || has_suffix
}

/// Whether a secret can stand in a header: visible ASCII only. Runtimes quote a bad header value in
/// their own error, and the value is a secret.
pub(crate) fn is_header_value(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}

/// Whether a text can be an `Idempotency-Key`.
pub(crate) fn is_idempotency_key(text: &str) -> bool {
    text.len() <= 255 && is_header_value(text)
}
