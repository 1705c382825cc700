//! An error as it crosses from the gateway to the client.

use serde::{Deserialize, Serialize};

use crate::gateway::ledger::State;

/// The fields of a `LoyaltyError` that cross.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Failure {
    pub(crate) code: String,
    pub(crate) outcome: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<String>,
    /// The loyalty server's status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) retry_after_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) server_message: Option<String>,
}

impl Failure {
    pub(crate) fn new(code: &str, outcome: &str) -> Self {
        Self {
            code: code.to_owned(),
            outcome: outcome.to_owned(),
            message: None,
            field: None,
            status: None,
            retry_after_ms: None,
            server_message: None,
        }
    }

    pub(crate) fn not_applied(code: &str) -> Self {
        Self::new(code, "not_applied")
    }

    /// An argument that is not usable: `field` must be `advice`.
    pub(crate) fn invalid_input(field: &str, advice: &str) -> Self {
        let mut failure = Self::not_applied("invalid_input").with_message(&format!("{field} must be {advice}"));
        failure.field = Some(field.to_owned());
        failure
    }

    pub(crate) fn with_message(mut self, message: &str) -> Self {
        self.message = Some(message.to_owned());
        self
    }

    pub(crate) fn with_retry_after_ms(mut self, delay_ms: u64) -> Self {
        self.retry_after_ms = Some(delay_ms);
        self
    }

    /// The state that an award is left in which failed so; `None` if it is as if it had never been
    /// tried, so that the same key can be used for another try.
    pub(crate) fn award_state(&self) -> Option<State> {
        match (self.outcome.as_str(), self.code.as_str()) {
            ("applied", _) => Some(State::Applied),
            ("not_applied", "event_unavailable" | "limit_exceeded" | "rejected") => Some(State::Rejected),
            ("not_applied", _) => None,
            // Also an outcome that this version does not know: nobody knows what it means.
            _ => Some(State::Unknown),
        }
    }
}
