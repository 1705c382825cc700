//! The one place that decides what a failure means: its code, and whether the award happened.

use crate::error::{Code, Operation, Outcome};

/// What ended an attempt before its answer was complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The connection failed.
    Network,
    /// The time was up.
    Timeout,
    /// The caller's signal fired.
    Aborted,
    /// The body grew past `maxResponseBytes`.
    TooLarge,
}

impl Cut {
    pub(crate) const fn code(self) -> Code {
        match self {
            Self::Network => Code::Network,
            Self::Timeout => Code::Timeout,
            Self::Aborted => Code::Aborted,
            Self::TooLarge => Code::InvalidResponse,
        }
    }
}

/// What an answer's body turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// It ended too early.
    Cut(Cut),
    /// What the contract says: for a success the documented object, else an error text.
    Usable(ErrorText),
    /// Empty, not JSON, or not the documented object.
    Unusable,
}

/// What a server's error text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorText {
    EventUnavailable,
    LimitExceeded,
    Other,
}

/// What is known of an attempt that was dispatched and answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// 0 for a redirect that the runtime hides.
    pub(crate) status: u16,
    pub(crate) is_json: bool,
    pub(crate) body: Body,
}

/// Decides what an answer means: `None` for success.
///
/// A status already seen decides the outcome, even if the body is then cut.
pub(crate) fn decide(operation: Operation, answer: Answer) -> Option<(Code, Outcome)> {
    use Outcome::{Applied, NotApplied, Unknown};
    let Answer { status, is_json, body } = answer;
    let success = success_status(operation);
    let (code, outcome) = match (status, body) {
        (_, Body::Usable(_)) if status == success && is_json => return None,
        (_, _) if status == success && is_json => (Code::InvalidResponse, Applied),
        (0 | 300..=399, _) => (Code::Redirected, Unknown),
        (400, Body::Usable(text)) if operation == Operation::TriggerEvent => match text {
            ErrorText::EventUnavailable => (Code::EventUnavailable, NotApplied),
            ErrorText::LimitExceeded => (Code::LimitExceeded, NotApplied),
            ErrorText::Other => (Code::Rejected, NotApplied),
        },
        // Open Loyalty answers any other exception with 400 and an empty body, when it may have
        // booked the points already. A connection that ends there tells no more.
        (400, Body::Unusable | Body::Cut(Cut::Network | Cut::TooLarge)) if operation == Operation::TriggerEvent => {
            return Some((Code::Rejected, Unknown));
        }
        (400, Body::Cut(cut)) if operation == Operation::TriggerEvent => (cut.code(), Unknown),
        (401, _) => (Code::Unauthorized, NotApplied),
        (403, _) => (Code::Forbidden, NotApplied),
        (404, _) => (Code::NotFound, NotApplied),
        (408, _) => (Code::Timeout, Unknown),
        (409, _) => (Code::Conflict, Unknown),
        (429, _) => (Code::RateLimited, NotApplied),
        (400..=499, _) => (Code::Rejected, NotApplied),
        (500..=599, _) => (Code::ServerError, Unknown),
        (_, _) => (Code::InvalidResponse, Unknown),
    };
    let code = match body {
        // A body that is too large is no reason of its own beside a status that says it all.
        Body::Cut(cut) if cut != Cut::TooLarge || code == Code::InvalidResponse => cut.code(),
        _ => code,
    };
    Some((code, outcome))
}

/// The status that the vendor documents for success.
pub(crate) const fn success_status(operation: Operation) -> u16 {
    match operation {
        Operation::CreateUser | Operation::AssignPoints => 201,
        _ => 200,
    }
}

/// What is known of the outcome once the status and headers are there, whatever becomes of the rest.
#[cfg_attr(
    not(all(target_arch = "wasm32", feature = "package")),
    allow(dead_code, reason = "only the package's instance of the wasm can be lost in mid-call")
)]
pub(crate) fn known(operation: Operation, status: u16, is_json: bool) -> Outcome {
    let answer = Answer { status, is_json, body: Body::Cut(Cut::Network) };
    let outcome = decide(operation, answer).map_or(Outcome::Unknown, |(_, outcome)| outcome);
    if operation.is_award() { outcome } else { Outcome::NotApplied }
}

/// What is known of an award after a further attempt under the same idempotency key, which failed so.
///
/// An attempt whose fate is unknown may have been booked, or may still be on its way. Only the gateway's last word on the
/// key tells. What turns the caller away (a 401, a 403, a 404, a 429) is none, for it leaves nothing under the key.
pub(crate) fn combine(earlier: Outcome, code: Code, outcome: Outcome, is_final: bool) -> Outcome {
    use Code::{EventUnavailable, InvalidInput, KeyReused, LimitExceeded, Rejected};
    let is_stored = is_final && matches!(code, InvalidInput | EventUnavailable | LimitExceeded | Rejected | KeyReused);
    match (earlier, outcome) {
        (Outcome::Applied, _) => Outcome::Applied,
        (Outcome::Unknown, Outcome::NotApplied) if !is_stored => Outcome::Unknown,
        _ => outcome,
    }
}

/// Decides what it means that no status was seen.
pub(crate) fn decide_unanswered(cut: Cut, dispatched: bool) -> (Code, Outcome) {
    (cut.code(), if dispatched { Outcome::Unknown } else { Outcome::NotApplied })
}

#[cfg(test)]
mod tests;
