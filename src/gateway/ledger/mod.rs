//! The ledger's decisions: what becomes of an award under its idempotency key.
//!
//! An [`Award`] is one request's way through the ledger, as a state machine: it says what to do next
//! ([`Step`]) and is told what came of it ([`Event`]). Whoever drives it (the Durable Object, the
//! ledger in memory, a store of the shop's own) keeps four promises:
//!
//! - Within one process, requests with the same key are not driven beside each other: a second one
//!   waits for the first ([`join`]).
//! - [`Step::Swap`] replaces the row only if it is still the one that this request read or wrote
//!   last, and has reached the disk before the next step.
//! - [`Step::Send`] is one call, made in the same turn that asks for it. A process that stops in the
//!   middle of it does not finish it later.
//! - After a restart the rows are there, and nothing else is.
//!
//! `model/` drives it through every interleaving of that.

#[cfg(test)]
mod model;
mod row;

use serde::{Deserialize, Serialize};

pub(crate) use row::{Reply, Row, State};

use crate::gateway::failure::Failure;

/// How long a key is kept.
pub(crate) const KEPT_MS: u64 = 30 * 24 * 3_600_000;
/// How long a process of a shared ledger may be at an award before it counts as lost: the call
/// (10 s), a look at the customer's usages (3 s), and as much again.
pub(crate) const LEASE_MS: u64 = 30_000;
/// How soon to ask again for an award that is under way.
const IN_PROGRESS_RETRY_MS: u64 = 1_000;

/// What a request claims a key for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Claim {
    pub(crate) fingerprint: String,
    /// Given to no other claim.
    pub(crate) nonce: String,
    pub(crate) operation: String,
    #[serde(default)]
    pub(crate) event_name: Option<String>,
    #[serde(default)]
    pub(crate) user_id: Option<String>,
    #[serde(default)]
    pub(crate) customer_id: Option<String>,
    /// Whether no other process drives awards of this ledger, so that a pending row without a request
    /// at it is what a crash has left.
    pub(crate) exclusive: bool,
    /// Whether the customer's own usages can be asked for.
    pub(crate) can_settle: bool,
    /// Whether this only asks what is known.
    #[serde(default)]
    pub(crate) only_look: bool,
}

/// A request's way through the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Award {
    claim: Claim,
    stage: Stage,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Stage {
    Reading,
    Admitting,
    Claiming(Row),
    Sending(Row),
    /// What the call brought is being written.
    Closing(Reply, Option<Row>),
    /// What a crash left is being declared unknown.
    Abandoning(Row),
    Settling(Row),
    /// Which rules there are is being written.
    Noting(Row),
    /// What the usages tell is being written.
    Concluding(Row),
    Ended,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(crate) enum Step {
    /// Read the row.
    Read,
    /// Ask the limits whether this customer may have another award now.
    Admit,
    /// Replace the row that was last read or written, if it is still the one, and wait for the disk.
    Swap { to: Option<Row> },
    /// Call the loyalty server, once.
    Send,
    /// Ask the customer's own usages what became of an award.
    Settle { row: Row },
    /// Answer.
    Done { verdict: Verdict },
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum Event {
    Read {
        row: Option<Row>,
    },
    /// `None`: yes. Otherwise when to ask again, in milliseconds.
    Admitted {
        retry_after_ms: Option<u64>,
    },
    Swapped {
        swapped: bool,
    },
    Replied {
        reply: Reply,
    },
    /// `None`: they do not tell. Then `rules` are those that were seen, if it matters for another look.
    Settled {
        reply: Option<Reply>,
        #[serde(default)]
        rules: Option<Vec<String>>,
    },
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// What is stored under the key, and stays.
    Stored {
        row: Row,
        /// Whether it is an earlier request's.
        replayed: bool,
    },
    /// Nothing is stored.
    Refused { failure: Failure },
    /// There is nothing under this key.
    Nothing,
}

fn in_progress() -> Verdict {
    let failure = Failure::new("in_progress", "unknown").with_retry_after_ms(IN_PROGRESS_RETRY_MS);
    Verdict::Refused { failure: failure.with_message("An award with this key is under way") }
}

fn key_reused() -> Verdict {
    let failure = Failure::not_applied("key_reused");
    Verdict::Refused { failure: failure.with_message("This key was used with another request") }
}

/// What to tell a request at whose key another one is at work in the same process: `None` to wait
/// for that one's answer.
pub(crate) fn join(at_work: &str, fingerprint: &str) -> Option<Verdict> {
    (at_work != fingerprint).then(key_reused)
}

/// What to tell a request that has waited long enough for another one.
pub(crate) fn still_at_work() -> Verdict {
    in_progress()
}

impl Award {
    pub(crate) fn begin(claim: Claim) -> (Self, Step) {
        (Self { claim, stage: Stage::Reading }, Step::Read)
    }

    /// Goes on with what came of the last step.
    pub(crate) fn next(self, event: Event, now_ms: u64) -> (Self, Step) {
        let Self { claim, stage } = self;
        let (stage, step) = claim.advance(stage, event, now_ms);
        (Self { claim, stage }, step)
    }

    /// What to tell the caller when the storage fails: until the call nothing has happened, and
    /// from then on what happened is known or is not.
    pub(crate) fn storage_failed(self) -> Verdict {
        match self.stage {
            Stage::Closing(_, Some(row)) | Stage::Concluding(row) | Stage::Settling(row) | Stage::Noting(row) => {
                Verdict::Stored { row, replayed: false }
            }
            Stage::Closing(Reply::Error(failure), None) => Verdict::Refused { failure },
            Stage::Sending(_) | Stage::Closing(..) | Stage::Abandoning(_) => {
                Verdict::Refused { failure: Failure::new("internal", "unknown") }
            }
            Stage::Reading | Stage::Admitting | Stage::Claiming(_) | Stage::Ended => {
                Verdict::Refused { failure: Failure::not_applied("internal") }
            }
        }
    }
}

impl Claim {
    fn advance(&self, stage: Stage, event: Event, now_ms: u64) -> (Stage, Step) {
        match (stage, event) {
            (Stage::Reading, Event::Read { row: Some(row) }) if now_ms.saturating_sub(row.since_ms) < KEPT_MS => {
                self.meet(row, now_ms)
            }
            (Stage::Reading, Event::Read { .. }) if self.only_look => done(Verdict::Nothing),
            (Stage::Reading, Event::Read { .. }) => (Stage::Admitting, Step::Admit),
            (Stage::Admitting, Event::Admitted { retry_after_ms: None }) => {
                let row = self.pending(now_ms);
                (Stage::Claiming(row.clone()), Step::Swap { to: Some(row) })
            }
            (Stage::Admitting, Event::Admitted { retry_after_ms: Some(delay_ms) }) => {
                let failure = Failure::not_applied("rate_limited").with_retry_after_ms(delay_ms);
                done(Verdict::Refused { failure })
            }
            // The claim took so long that another process may take this one for lost before the call ends.
            (Stage::Claiming(row), Event::Swapped { swapped: true })
                if now_ms.saturating_sub(row.since_ms) > LEASE_MS / 3 =>
            {
                (Stage::Closing(Reply::Error(Failure::not_applied("internal")), None), Step::Swap { to: None })
            }
            (Stage::Claiming(row), Event::Swapped { swapped: true }) => (Stage::Sending(row), Step::Send),
            // Somebody else was faster.
            (
                Stage::Claiming(_) | Stage::Abandoning(_) | Stage::Noting(_) | Stage::Concluding(_),
                Event::Swapped { swapped: false },
            ) => (Stage::Reading, Step::Read),
            (Stage::Sending(row), Event::Replied { reply }) => {
                let to = reply.state().map(|state| Row { state, reply: Some(reply.clone()), ..row });
                (Stage::Closing(reply, to.clone()), Step::Swap { to })
            }
            // Should the row be another's by now, then that one took this process for lost. What the
            // call brought is the truth all the same.
            (Stage::Closing(reply, to), Event::Swapped { .. }) => match (reply, to) {
                (_, Some(row)) => self.settle_or_answer(row, false),
                (Reply::Error(failure), None) => done(Verdict::Refused { failure }),
                (Reply::Result(_), None) => done(broken()),
            },
            (Stage::Abandoning(row), Event::Swapped { swapped: true }) => self.settle_or_answer(row, true),
            (Stage::Settling(row), Event::Settled { reply: Some(reply), .. }) => {
                let row = Row { state: reply.state().unwrap_or(State::Rejected), reply: Some(reply), ..row };
                (Stage::Concluding(row.clone()), Step::Swap { to: Some(row) })
            }
            (Stage::Settling(row), Event::Settled { reply: None, rules: Some(rules) }) => {
                let row = Row { rules_then: Some(rules), ..row };
                (Stage::Noting(row.clone()), Step::Swap { to: Some(row) })
            }
            (Stage::Settling(row), Event::Settled { reply: None, rules: None })
            | (Stage::Noting(row) | Stage::Concluding(row), Event::Swapped { swapped: true }) => {
                let replayed = row.nonce != self.nonce;
                done(Verdict::Stored { row, replayed })
            }
            _ => done(broken()),
        }
    }

    /// A row is there already.
    fn meet(&self, row: Row, now_ms: u64) -> (Stage, Step) {
        if row.fingerprint != self.fingerprint && !self.only_look {
            return done(key_reused());
        }
        if row.state != State::Pending {
            return self.settle_or_answer(row, true);
        }
        if !self.exclusive && now_ms.saturating_sub(row.since_ms) < LEASE_MS {
            return done(if self.only_look { Verdict::Stored { row, replayed: true } } else { in_progress() });
        }
        let row = abandoned(row);
        (Stage::Abandoning(row.clone()), Step::Swap { to: Some(row) })
    }

    fn settle_or_answer(&self, row: Row, replayed: bool) -> (Stage, Step) {
        if row.state == State::Unknown && self.can_settle && row.event_name.is_some() {
            (Stage::Settling(row.clone()), Step::Settle { row })
        } else {
            done(Verdict::Stored { row, replayed })
        }
    }

    fn pending(&self, now_ms: u64) -> Row {
        Row {
            fingerprint: self.fingerprint.clone(),
            nonce: self.nonce.clone(),
            operation: self.operation.clone(),
            event_name: self.event_name.clone(),
            user_id: self.user_id.clone(),
            customer_id: self.customer_id.clone(),
            since_ms: now_ms,
            state: State::Pending,
            reply: None,
            reported: false,
            rules_then: None,
        }
    }
}

/// What becomes of a pending row that nobody is at.
pub(crate) fn abandoned(row: Row) -> Row {
    let failure = Failure::new("internal", "unknown").with_message("The gateway stopped in the middle of this award");
    Row { state: State::Unknown, reply: Some(Reply::Error(failure)), ..row }
}

fn done(verdict: Verdict) -> (Stage, Step) {
    (Stage::Ended, Step::Done { verdict })
}

/// For what can't happen as long as the promises above are kept. Nothing is sent.
fn broken() -> Verdict {
    Verdict::Refused { failure: Failure::new("internal", "unknown") }
}
