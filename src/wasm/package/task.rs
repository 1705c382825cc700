//! The calls under way, by number, and what they say to the facade.
//!
//! A call says, as the fields of a JSON object:
//! - `attempt`: what became of an attempt, for the caller's `onAttempt`;
//! - and one of `result`, `error`, or what it needs: `request` (to be sent; `ms` is how long the
//!   attempt may take), `known` (the answer's body, up to `most` bytes, and what is known of the
//!   outcome until then), `reason` (the token or headers function, within `ms`), or nothing more than
//!   `ms` (to wait).
//!
//! The answer is a status and bytes: of a response its status (0 for a redirect) and two headers,
//! `Content-Type` and `Retry-After` with a line feed between them; of a body its bytes; of a function
//! 1 and what it gave, or 0. A status below zero is a [`Cut`], or [`FAILED`]; beside a failed
//! connection's stand the name and code of the runtime's error.

use core::cell::RefCell;

#[cfg(feature = "gateway")]
use super::gateway;
use super::said::Said;
use crate::error::{Error, Operation};
use crate::http::{Failure, Response, TokenFailure, TokenReason, is_json};
use crate::outcome::{self, Cut};
use crate::running::{Got, Need, Now, Running};
use crate::text;

/// The status of a function that failed.
const FAILED: i32 = -5;

/// What the facade came back with.
pub(super) struct Answer {
    pub(super) status: i32,
    pub(super) bytes: Vec<u8>,
}

impl Answer {
    /// What cut it short.
    fn cut(&self) -> Option<Cut> {
        match self.status {
            0.. => None,
            -2 => Some(Cut::Timeout),
            -3 => Some(Cut::Aborted),
            -4 => Some(Cut::TooLarge),
            _ => Some(Cut::Network),
        }
    }

    fn into_text(self) -> Option<String> {
        String::from_utf8(self.bytes).ok()
    }
}

/// What a call waits for.
enum Awaited {
    Nothing,
    /// A status and headers, and how long the body may become.
    Head(f64),
    /// The body of this response.
    Body(Response),
    Secret,
    Pause,
}

struct Task {
    operation: Operation,
    /// An error if the arguments are not usable.
    running: Result<Running, Error>,
    awaited: Awaited,
}

thread_local! {
    static TASKS: RefCell<Vec<Option<Task>>> = const { RefCell::new(Vec::new()) };
}

/// Takes a call in; nothing of it runs yet.
pub(super) fn add(operation: Operation, arguments: &[u8]) -> u32 {
    let task = Some(Task { operation, running: Running::prepare(operation, arguments), awaited: Awaited::Nothing });
    TASKS.with_borrow_mut(|tasks| {
        let free = tasks.iter().position(Option::is_none).unwrap_or(tasks.len());
        match tasks.get_mut(free) {
            Some(slot) => *slot = task,
            None => tasks.push(task),
        }
        u32::try_from(free).unwrap_or(u32::MAX)
    })
}

/// Drives a call on until it waits for the next answer or has ended, and gives what it says.
pub(super) fn resume(number: u32, now: Now, answer: Answer) -> String {
    let mut said = Said::default();
    TASKS.with_borrow_mut(|tasks| {
        if let Some(slot) = tasks.get_mut(number as usize)
            && let Some(task) = slot.take()
        {
            *slot = task.resume(now, answer, &mut said);
        }
    });
    said.finish()
}

impl Task {
    /// Goes on; `None` when it has ended.
    fn resume(mut self, now: Now, answer: Answer, said: &mut Said) -> Option<Self> {
        let running = match &mut self.running {
            Ok(running) => running,
            Err(error) => {
                said.json("error", &error.to_json());
                return None;
            }
        };
        let cut = answer.cut();
        let got = match (self.awaited, cut) {
            // The clock runs since the caller called: the loading of this module counts.
            (Awaited::Nothing, _) => Got::Start(0.0),
            (Awaited::Head(_), Some(cut)) => {
                Got::Answer(Err(Failure { cut, dispatched: true, cause: answer.into_text() }))
            }
            (Awaited::Head(most), None) => {
                let head = head(answer);
                let known = outcome::known(self.operation, head.status, is_json(head.content_type.as_deref()));
                said.text("known", known.as_str());
                said.number("most", most);
                self.awaited = Awaited::Body(head);
                return Some(self);
            }
            (Awaited::Body(head), cut) => Got::Answer(Ok(Response { body: answer.bytes, cut, ..head })),
            (Awaited::Secret, cut) => Got::Secret(match (answer.status, cut) {
                (FAILED, _) => Err(TokenFailure::Failed),
                (_, Some(cut)) => Err(TokenFailure::Cut(cut)),
                (0, None) => Ok(None),
                _ => Ok(answer.into_text()),
            }),
            (Awaited::Pause, Some(Cut::Aborted)) => Got::Pause(Err(Cut::Aborted)),
            (Awaited::Pause, _) => Got::Pause(Ok(())),
        };
        let need = running.step(got, now);
        if let Some(attempt) = running.take_report() {
            said.attempt(attempt);
        }
        self.awaited = match need {
            Need::Answer(limits) => {
                said.request(running.request());
                said.number("ms", limits.timeout_ms);
                Awaited::Head(limits.max_response_bytes)
            }
            Need::Secret(reason, timeout_ms) => {
                said.text("reason", if reason == TokenReason::Initial { "initial" } else { "expired" });
                said.number("ms", timeout_ms);
                Awaited::Secret
            }
            Need::Pause(delay_ms) => {
                said.number("ms", delay_ms);
                Awaited::Pause
            }
            Need::Nothing(Ok(json)) => {
                #[cfg(feature = "gateway")]
                let json = if self.operation == Operation::ListEarningRules { gateway::keep(json) } else { json };
                said.json("result", &json);
                return None;
            }
            Need::Nothing(Err(error)) => {
                said.json("error", &error.to_json());
                return None;
            }
        };
        Some(self)
    }
}

/// The status and the headers of a response.
fn head(answer: Answer) -> Response {
    // No status has more than three digits.
    let status = u16::try_from(answer.status).unwrap_or(u16::MAX);
    let headers = answer.into_text().unwrap_or_default();
    let (content_type, retry_after) = text::split_once(&headers, b'\n').unwrap_or_default();
    let header = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Response {
        status,
        content_type: header(content_type),
        retry_after: header(retry_after),
        body: Vec::new(),
        cut: None,
    }
}
