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
    /// The status that the vendor documents for success.
    pub(crate) success: u16,
    pub(crate) is_json: bool,
    pub(crate) body: Body,
}

/// Decides what an answer means: `None` for success.
///
/// A status already seen decides the outcome, even if the body is then cut.
pub(crate) fn decide(operation: Operation, answer: Answer) -> Option<(Code, Outcome)> {
    use Outcome::{Applied, NotApplied, Unknown};
    let Answer { status, success, is_json, body } = answer;
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

/// Decides what it means that no status was seen.
pub(crate) fn decide_unanswered(cut: Cut, dispatched: bool) -> (Code, Outcome) {
    (cut.code(), if dispatched { Outcome::Unknown } else { Outcome::NotApplied })
}
