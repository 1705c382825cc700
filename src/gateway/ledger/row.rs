//! What the ledger keeps under a key.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::gateway::failure::Failure;

/// What stands behind an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    /// The request that the key was first used for.
    pub(crate) fingerprint: String,
    /// Tells this row from one that another request wrote in its place.
    pub(crate) nonce: String,
    pub(crate) operation: String,
    /// Of an event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) event_name: Option<String>,
    /// Of a commitment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<String>,
    /// The store's own id of whoever asked for it; none for the store's servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) customer_id: Option<String>,
    /// When the loyalty server was called, in milliseconds since 1970.
    pub(crate) since_ms: u64,
    pub(crate) state: State,
    /// What the caller is told; none as long as the row is pending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reply: Option<Reply>,
    /// Whether the store has heard that nobody knows.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub(crate) reported: bool,
    /// Of an unknown event, the rules that may have paid it, if they were seen at the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rules_then: Option<Vec<String>>,
}

/// What is known of an award.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// The loyalty server is being called, or was when everything stopped.
    Pending,
    /// It is booked.
    Applied,
    /// It may be booked.
    Unknown,
    /// The loyalty server refused it for good.
    Rejected,
}

/// What came of a call to the loyalty server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reply {
    Result(Value),
    Error(Failure),
}

impl Reply {
    /// The state that the reply leaves an award in; `None` if it is as if it had never been tried.
    pub(crate) fn state(&self) -> Option<State> {
        match self {
            Self::Result(_) => Some(State::Applied),
            Self::Error(failure) => failure.award_state(),
        }
    }
}
