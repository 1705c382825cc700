//! Requests and responses as plain data: the shells (a TCP server, a JavaScript `fetch`) carry them.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

/// A request as it arrived.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Request {
    /// The method, in upper case.
    pub method: String,
    /// Path and query as sent: still percent-encoded, without scheme, host and fragment.
    pub target: String,
    /// Header names in any case, in the order of arrival.
    pub headers: Vec<(String, String)>,
    /// The bytes of the body; empty when there is none.
    #[serde(skip)]
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: &str, target: &str) -> Self {
        Self { method: method.to_owned(), target: target.to_owned(), ..Self::default() }
    }

    /// The same request with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same request with a body of this content type.
    #[must_use]
    pub fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut request = self.header("content-type", content_type);
        request.body = body.into();
        request
    }

    /// The same request with a JSON body.
    #[must_use]
    pub fn json(self, value: &serde_json::Value) -> Self {
        self.body("application/json", value.to_string())
    }

    /// The value of the first header of this name.
    pub fn header_value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(candidate, _)| candidate.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The path without the query.
    pub fn path(&self) -> &str {
        self.target.split(['?', '#']).next().unwrap_or_default()
    }

    /// The first parameter of this name in the query.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let (_, query) = self.target.split_once('?')?;
        form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// The segments of the path, decoded; `None` when one of them is not UTF-8.
    pub(crate) fn segments(&self) -> Option<Vec<Cow<'_, str>>> {
        self.path()
            .strip_prefix('/')?
            .split('/')
            .map(|segment| percent_decode_str(segment).decode_utf8().ok())
            .collect()
    }

    /// The media type of the body, in lower case and without its parameters.
    pub(crate) fn media_type(&self) -> Option<String> {
        let value = self.header_value("content-type")?;
        let media_type = value.split(';').next().unwrap_or_default();
        Some(media_type.trim().to_ascii_lowercase())
    }

    pub(crate) fn has_json_body(&self) -> bool {
        matches!(self.media_type().as_deref(), Some("application/json" | "application/x-json"))
    }
}

/// A response to send.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Header names in lower case.
    pub headers: Vec<(String, String)>,
    /// The bytes of the body.
    #[serde(skip)]
    pub body: Vec<u8>,
}

impl Response {
    /// A response without headers and body.
    pub fn empty(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    /// A response with a body of this content type.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut response = Self::empty(status).header("content-type", content_type);
        response.body = body.into();
        response
    }

    /// A JSON response whose text is already written.
    pub(crate) fn json_text(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status, "application/json", body)
    }

    /// A JSON response in the compact form.
    pub(crate) fn json(status: u16, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => Self::json_text(status, body),
            Err(error) => Self::new(500, "text/plain", error.to_string()),
        }
    }

    /// The same response with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The value of the first header of this name.
    pub fn header_value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(candidate, _)| candidate.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// What the shell has to do with a response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The number of the request in the request log, for [`Sandbox::finish`](crate::Sandbox::finish);
    /// `None` for requests that are not logged.
    pub sequence: Option<u64>,
    /// The name of the fault that was used up by this request.
    pub fault: Option<String>,
    /// How long to wait before anything else.
    pub delay_ms: u64,
    /// What to do with the response.
    pub delivery: Delivery,
    /// The response; to be kept back or cut as `delivery` says.
    pub response: Response,
}

/// How much of a response reaches the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Delivery {
    /// All of it.
    Whole,
    /// All of it, in pieces and without an announced length.
    Streamed,
    /// Nothing: close the connection without a byte.
    Drop,
    /// Nothing: leave the connection open.
    StallHeaders,
    /// The head and so many bytes of the body; then leave the connection open.
    StallBody {
        /// The bytes of the body to send.
        bytes: usize,
    },
    /// The head with the length of the whole body, and so many bytes of it; then close the connection.
    Truncate {
        /// The bytes of the body to send.
        bytes: usize,
    },
}

impl Delivery {
    /// Whether the client gets to see a status at all.
    pub fn sends_status(self) -> bool {
        !matches!(self, Self::Drop | Self::StallHeaders)
    }
}
