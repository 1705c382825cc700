//! The last requests, without anything secret: no header, no query, no body.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How many requests are kept.
const CAPACITY: usize = 1_000;

/// The last requests.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RequestLog {
    requests: VecDeque<LoggedRequest>,
    logged: u64,
}

/// One request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoggedRequest {
    /// Counts from 1, over those that were forgotten too.
    pub sequence: u64,
    /// The time on the sandbox's clock.
    pub at: Timestamp,
    /// The method.
    pub method: String,
    /// The path without the query, as it was sent.
    pub path: String,
    /// The status that the client got to see; `None` when there was none.
    pub status: Option<u16>,
    /// How long the answer took; `None` while the connection is still open.
    pub duration_ms: Option<u64>,
    /// The fault that was acted out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

impl RequestLog {
    /// Adds a request and returns its number.
    pub(crate) fn add(&mut self, at: Timestamp, method: &str, path: &str) -> u64 {
        self.logged += 1;
        if self.requests.len() == CAPACITY {
            self.requests.pop_front();
        }
        self.requests.push_back(LoggedRequest {
            sequence: self.logged,
            at,
            method: method.to_owned(),
            path: path.to_owned(),
            status: None,
            duration_ms: None,
            fault: None,
        });
        self.logged
    }

    pub(crate) fn get_mut(&mut self, sequence: u64) -> Option<&mut LoggedRequest> {
        let first = self.requests.front()?.sequence;
        let index = usize::try_from(sequence.checked_sub(first)?).ok()?;
        self.requests.get_mut(index)
    }

    /// The requests that are kept, the oldest first.
    pub fn requests(&self) -> impl ExactSizeIterator<Item = &LoggedRequest> {
        self.requests.iter()
    }
}
