//! Faults that wait for the next requests that they match.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::http::{Delivery, Request, Response};

/// The body of an oversized answer, unless the fault says otherwise: just above the client's limit of 8 MiB.
const OVERSIZE_BYTES: usize = 9 * 1024 * 1024;
/// More than this would only exhaust the memory of whoever runs the sandbox.
const MAX_OVERSIZE_BYTES: usize = 256 * 1024 * 1024;
/// What a captive portal answers: status 200, and not the server's words.
const PORTAL_PAGE: &str = "<!doctype html>\n<html><head><title>Welcome to the guest network</title></head>\
    <body><h1>Welcome to the guest network</h1><p>Please accept the terms of use.</p></body></html>\n";

/// A fault, as `POST /sandbox/faults` takes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub fault: FaultKind,
    /// For how many matching requests.
    #[serde(default = "once")]
    pub count: u32,
    /// Only requests with this method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only requests whose path holds this text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Wait so long before answering; goes with every fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// The status of `status` and `html`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The `Retry-After` header of `status`: seconds, or a date as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Value>,
    /// The body of `status` and `html`: a text is sent as it is, anything else as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// The content type of `status` and `html`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Where `redirect` points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The status of `redirect`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_status: Option<u16>,
    /// The bytes of the body that `stall_body` and `truncate` send, or the size of `oversize`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<usize>,
    /// Whether the server does what it was asked before things go wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<bool>,
}

fn once() -> u32 {
    1
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// A late answer.
    Delay,
    /// Another status.
    Status,
    /// The connection closes; the server did nothing.
    DropBefore,
    /// The connection closes before the first byte; the server did it.
    ApplyThenDrop,
    /// Not a byte of an answer.
    StallHeaders,
    /// An answer that stops in the middle and stays open.
    StallBody,
    /// An answer that stops in the middle; the connection closes.
    Truncate,
    /// A page instead of JSON.
    Html,
    /// An answer with too many bytes: JSON with blanks behind it.
    Oversize,
    /// A redirect.
    Redirect,
}

impl FaultKind {
    /// The name that it has in the control interface.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delay => "delay",
            Self::Status => "status",
            Self::DropBefore => "drop_before",
            Self::ApplyThenDrop => "apply_then_drop",
            Self::StallHeaders => "stall_headers",
            Self::StallBody => "stall_body",
            Self::Truncate => "truncate",
            Self::Html => "html",
            Self::Oversize => "oversize",
            Self::Redirect => "redirect",
        }
    }

    /// Whether the request is applied, and whether `applied` may say otherwise.
    fn applies(self) -> (bool, bool) {
        match self {
            Self::Delay | Self::ApplyThenDrop | Self::StallBody | Self::Truncate | Self::Oversize => (true, false),
            Self::DropBefore => (false, false),
            Self::StallHeaders => (true, true),
            Self::Status | Self::Html | Self::Redirect => (false, true),
        }
    }
}

impl Fault {
    /// A fault for the next request of any kind.
    pub fn new(fault: FaultKind) -> Self {
        Self {
            fault,
            count: once(),
            method: None,
            path: None,
            delay_ms: None,
            status: None,
            retry_after: None,
            body: None,
            content_type: None,
            location: None,
            redirect_status: None,
            bytes: None,
            applied: None,
        }
    }

    /// Says what is wrong with the parameters of a fault.
    pub fn check(&self) -> Result<(), String> {
        let name = self.fault.name();
        let (applied, optional) = self.fault.applies();
        if !optional && self.applied.is_some_and(|wanted| wanted != applied) {
            return Err(format!("\"applied\" is always {applied} with \"{name}\""));
        }
        if self.count == 0 {
            return Err("\"count\" must be at least 1".to_owned());
        }
        if self.status.is_some_and(|status| !(200..=599).contains(&status)) {
            return Err("\"status\" must be between 200 and 599".to_owned());
        }
        let redirects = [301, 302, 303, 307, 308];
        if self.redirect_status.is_some_and(|status| !redirects.contains(&status)) {
            return Err("\"redirectStatus\" must be 301, 302, 303, 307 or 308".to_owned());
        }
        if self.bytes.is_some_and(|bytes| bytes > MAX_OVERSIZE_BYTES) {
            return Err(format!("\"bytes\" must be at most {MAX_OVERSIZE_BYTES}"));
        }
        if self.fault == FaultKind::Delay && self.delay_ms.is_none() {
            return Err("\"delay\" needs \"delayMs\"".to_owned());
        }
        let header_texts = [&self.location, &self.content_type];
        let is_header = |text: &str| text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        if !header_texts.into_iter().flatten().all(|text| is_header(text)) {
            return Err("\"location\" and \"contentType\" must be visible ASCII".to_owned());
        }
        match &self.retry_after {
            None | Some(Value::Number(_)) => Ok(()),
            Some(Value::String(text)) if is_header(text) => Ok(()),
            Some(_) => Err("\"retryAfter\" must be seconds or a date".to_owned()),
        }
    }

    fn matches(&self, request: &Request) -> bool {
        let method = self.method.as_ref();
        let path = self.path.as_ref();
        method.is_none_or(|method| method.eq_ignore_ascii_case(&request.method))
            && path.is_none_or(|path| request.path().contains(path.as_str()))
    }

    /// Whether the request is handed to the server.
    pub(crate) fn is_applied(&self) -> bool {
        self.applied.unwrap_or(self.fault.applies().0)
    }

    /// The response as the fault changes it, and how much of it is to be sent. `response` is what the server
    /// answered, if it was asked.
    pub(crate) fn act(&self, response: Option<Response>) -> (Response, Delivery) {
        let response = response.unwrap_or_default();
        let cut = self.bytes.unwrap_or(response.body.len() / 2);
        let bytes = cut.min(response.body.len());
        match self.fault {
            FaultKind::Delay => (response, Delivery::Whole),
            FaultKind::Status => (self.status_response(), Delivery::Whole),
            FaultKind::DropBefore | FaultKind::ApplyThenDrop => (response, Delivery::Drop),
            FaultKind::StallHeaders => (response, Delivery::StallHeaders),
            FaultKind::StallBody => (response, Delivery::StallBody { bytes }),
            FaultKind::Truncate => (response, Delivery::Truncate { bytes }),
            FaultKind::Html => (self.html_response(), Delivery::Whole),
            FaultKind::Oversize => (self.oversized(response), Delivery::Streamed),
            FaultKind::Redirect => (self.redirect_response(), Delivery::Whole),
        }
    }

    fn status_response(&self) -> Response {
        let status = self.status.unwrap_or(503);
        let body = match &self.body {
            Some(body) => text_of(body),
            None if matches!(status, 204 | 205 | 304) => String::new(),
            None => format!("{{\"error\":{{\"code\":{status},\"message\":\"Injected by the sandbox\"}}}}\n"),
        };
        let content_type = self.content_type.as_deref().unwrap_or("application/json");
        let response = Response::new(status, content_type, body);
        match &self.retry_after {
            Some(value) => response.header("retry-after", &text_of(value)),
            None => response,
        }
    }

    fn html_response(&self) -> Response {
        let content_type = self.content_type.as_deref().unwrap_or("text/html; charset=utf-8");
        let body = self.body.as_ref().map_or_else(|| PORTAL_PAGE.to_owned(), text_of);
        Response::new(self.status.unwrap_or(200), content_type, body)
    }

    fn oversized(&self, mut response: Response) -> Response {
        let bytes = self.bytes.unwrap_or(OVERSIZE_BYTES);
        if response.body.len() < bytes {
            response.body.resize(bytes, b' ');
        }
        response
    }

    fn redirect_response(&self) -> Response {
        let location = self.location.as_deref().unwrap_or("https://elsewhere.invalid/");
        Response::empty(self.redirect_status.unwrap_or(302)).header("location", location)
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The faults that wait, in the order in which they were added.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Faults {
    waiting: Vec<Fault>,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.waiting.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    pub(crate) fn waiting(&self) -> &[Fault] {
        &self.waiting
    }

    /// Uses up one count of the first fault that this request matches.
    pub(crate) fn take(&mut self, request: &Request) -> Option<Fault> {
        let index = self.waiting.iter().position(|fault| fault.matches(request))?;
        self.waiting[index].count -= 1;
        if self.waiting[index].count == 0 {
            return Some(self.waiting.remove(index));
        }
        Some(self.waiting[index].clone())
    }
}
