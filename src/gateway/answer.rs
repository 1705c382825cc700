//! The gateway's answers, as HTTP has them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::failure::Failure;
use super::ledger::{Reply, Row, State, Verdict};
use super::route::Route;

/// An HTTP response, and what the log says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
    /// `ok` for a read that succeeded; else the outcome.
    pub(crate) outcome: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    #[serde(default)]
    pub(crate) replayed: bool,
}

const NO_STORE: &str = "no-store";

impl Answer {
    pub(crate) fn new(status: u16, outcome: &str, body: Option<String>) -> Self {
        let mut answer =
            Self { status, headers: Vec::new(), body, outcome: outcome.to_owned(), code: None, replayed: false };
        if answer.body.is_some() {
            answer.push("Content-Type", "application/json");
        }
        answer.push("Cache-Control", NO_STORE);
        answer.push("X-Content-Type-Options", "nosniff");
        answer
    }

    pub(crate) fn push(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn with_headers(mut self, headers: &[(String, String)]) -> Self {
        self.headers.extend_from_slice(headers);
        self
    }

    /// A failure that nothing is stored of.
    pub(crate) fn failure(failure: &Failure) -> Self {
        Self::failure_as(failure.http_status(), failure)
    }

    pub(crate) fn failure_as(status: u16, failure: &Failure) -> Self {
        Self::error(status, failure, failure.is_final())
    }

    fn error(status: u16, failure: &Failure, is_final: bool) -> Self {
        let body = json!({ "error": failure, "final": is_final }).to_string();
        let mut answer = Self::new(status, &failure.outcome, Some(body));
        answer.code = Some(failure.code.clone());
        if let Some(delay_ms) = failure.retry_after_ms {
            answer.push("Retry-After", &delay_ms.div_ceil(1000).to_string());
        }
        answer
    }

    /// The answer to an award.
    pub(crate) fn award(route: &Route, verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Stored { row, replayed } => {
                let answer = match &row.reply {
                    Some(Reply::Result(result)) => {
                        let status = if route.is_koomalooma() { 201 } else { 200 };
                        Self::new(status, "applied", Some(with_final(result).to_string()))
                    }
                    Some(Reply::Error(failure)) => Self::error(failure.http_status(), failure, true),
                    None => Self::failure(&Failure::new("internal", "unknown")),
                };
                Self { replayed: *replayed, ..answer }
            }
            Verdict::Refused { failure } => Self::failure(failure),
            Verdict::Nothing => Self::failure(&Failure::not_applied("internal")),
        }
    }

    /// What the ledger knows of a key.
    pub(crate) fn known(key: &str, verdict: &Verdict) -> Self {
        let row = match verdict {
            Verdict::Stored { row, .. } => row,
            Verdict::Refused { failure } => return Self::failure(failure),
            Verdict::Nothing => {
                let failure = Failure::not_applied("not_found");
                return Self::failure(&failure.with_message("Nothing is stored under this key"));
            }
        };
        let Row { operation, state, reply, .. } = row;
        let mut body = json!({ "key": key, "state": state, "operation": operation });
        let answer = match reply {
            Some(Reply::Result(result)) => Some(result.clone()),
            Some(Reply::Error(failure)) => Some(json!({ "error": failure })),
            None => None,
        };
        if let (Some(answer), Some(body)) = (answer, body.as_object_mut()) {
            body.insert("answer".to_owned(), answer);
        }
        let outcome = match state {
            State::Applied => "applied",
            State::Rejected => "not_applied",
            State::Pending | State::Unknown => "unknown",
        };
        Self::new(200, outcome, Some(body.to_string()))
    }

    /// What a read gave.
    pub(crate) fn read(result: &Value) -> Self {
        Self::new(200, "ok", Some(result.to_string()))
    }

    /// The head of an answer with rules, whose body has this `ETag`.
    pub(crate) fn rules(etag: &str, if_none_match: Option<&str>) -> Self {
        let is_known = if_none_match.is_some_and(|list| names_etag(list, etag));
        let mut answer = Self::new(if is_known { 304 } else { 200 }, "ok", None);
        for header in answer.headers.iter_mut().filter(|header| header.0 == "Cache-Control") {
            "private, no-cache".clone_into(&mut header.1);
        }
        if !is_known {
            answer.push("Content-Type", "application/json");
        }
        answer.push("ETag", etag);
        answer
    }
}

/// RFC 9110, section 13.1.2: weak comparison.
fn names_etag(list: &str, etag: &str) -> bool {
    list.split(',').map(str::trim).any(|named| named == "*" || named.strip_prefix("W/").unwrap_or(named) == etag)
}

fn with_final(result: &Value) -> Value {
    let mut result = result.clone();
    if let Some(fields) = result.as_object_mut() {
        fields.insert("final".to_owned(), Value::Bool(true));
    }
    result
}

impl Failure {
    /// The status that it crosses with.
    pub(crate) fn http_status(&self) -> u16 {
        match (self.code.as_str(), self.outcome.as_str()) {
            ("invalid_input" | "event_unavailable" | "limit_exceeded", "not_applied") => 400,
            ("rejected", "not_applied") => self.status.filter(|status| is_plain_refusal(*status)).unwrap_or(400),
            ("unauthorized", _) => 401,
            ("forbidden", _) => 403,
            ("not_found", _) => 404,
            ("in_progress", _) => 409,
            ("key_reused", _) => 422,
            ("rate_limited", _) => 429,
            ("misconfigured", _) => {
                if self.status.is_some() {
                    502
                } else {
                    500
                }
            }
            ("internal", _) => 500,
            ("timeout", _) => 504,
            _ => 502,
        }
    }

    /// Whether sending the request again would change nothing.
    fn is_final(&self) -> bool {
        match self.code.as_str() {
            "invalid_input" | "key_reused" | "rejected" => true,
            // The loyalty server's own are not stored: the next request with this key asks it again.
            "forbidden" | "not_found" => self.status.is_none(),
            _ => false,
        }
    }
}

/// A 4xx that means nothing else than no.
fn is_plain_refusal(status: u16) -> bool {
    (400..500).contains(&status) && ![401, 403, 404, 408, 409, 429].contains(&status)
}

#[cfg(test)]
mod tests {
    use super::{Answer, names_etag};
    use crate::gateway::failure::Failure;
    use serde_json::{Value, json};

    fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
        answer.headers.iter().find(|header| header.0 == name).map(|header| header.1.as_str())
    }

    #[test]
    fn rules_can_be_asked_for_again() {
        let answer = Answer::rules("\"a\"", Some("\"other\""));
        assert_eq!((answer.status, header(&answer, "ETag")), (200, Some("\"a\"")));
        assert_eq!(header(&answer, "Cache-Control"), Some("private, no-cache"));
        assert_eq!(header(&answer, "Content-Type"), Some("application/json"));
        let again = Answer::rules("\"a\"", Some("\"other\", W/\"a\""));
        assert_eq!((again.status, header(&again, "ETag")), (304, Some("\"a\"")));
        assert!(names_etag("*", "\"a\""));
    }

    #[test]
    fn what_the_loyalty_server_keeps_from_being_stored_is_not_final() {
        let is_final = |code, status| Failure { status, ..Failure::not_applied(code) }.is_final();
        for code in ["forbidden", "not_found"] {
            assert!(is_final(code, None), "{code} of the gateway");
            assert!(!is_final(code, Some(403)), "{code} of the loyalty server");
        }
        assert!(is_final("rejected", Some(418)));
        assert!(!is_final("unauthorized", None));
    }

    #[test]
    fn delays_are_rounded_up_to_seconds() {
        let failure = Failure::not_applied("rate_limited").with_retry_after_ms(1_001);
        let answer = Answer::failure(&failure);
        assert_eq!((answer.status, header(&answer, "Retry-After")), (429, Some("2")));
        let body: Value = serde_json::from_str(&answer.body.unwrap_or_default()).expect("it is JSON");
        assert_eq!(
            body,
            json!({ "final": false, "error":
            { "code": "rate_limited", "outcome": "not_applied", "retryAfterMs": 1001 } })
        );
    }
}
