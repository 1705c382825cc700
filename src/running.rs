//! The life of a call: token, attempts, verdict. It waits for nothing: each step takes what came of
//! the last one, and says what the call needs to go on.

use crate::call::{Call, Credential, Endpoint};
use crate::error::{Code, Error, Operation, Outcome};
use crate::http::{Attempt, Failure, Limits, Next, Request, Response, TokenFailure, TokenReason, is_json};
use crate::outcome::{Answer, Body, Cut, combine, decide, decide_unanswered, success_status};
use crate::scan::{Usages, decode};
use crate::{gateway_target, jwt, koomalooma, open_loyalty, retry, server_error};

/// What the world outside is like at a step: see [`Transport`](crate::Transport).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Now {
    /// A monotonic clock.
    pub(crate) clock_ms: f64,
    pub(crate) unix_time_ms: f64,
    pub(crate) random: f64,
    pub(crate) is_aborted: bool,
}

/// What a call needs to go on.
pub(crate) enum Need {
    /// Its request is to be sent.
    Answer(Limits),
    /// The store's function is to be asked for a token, or for a gateway's headers, within this many milliseconds.
    Secret(TokenReason, f64),
    /// This many milliseconds are to pass.
    Pause(f64),
    /// It has ended.
    Nothing(Result<String, Error>),
}

/// What came of it.
pub(crate) enum Got {
    /// Nothing was needed yet. The call began at this time, by the clock of [`Now::clock_ms`].
    Start(f64),
    Answer(Result<Response, Failure>),
    Secret(Result<Option<String>, TokenFailure>),
    Pause(Result<(), Cut>),
}

/// A call under way.
pub(crate) struct Running {
    call: Box<Call>,
    now: Now,
    started_ms: f64,
    sent_ms: f64,
    attempts: u32,
    /// The attempts that followed a failure; one with a fresh token is none of them.
    retries: u32,
    /// What is known of the attempts before this one.
    earlier: Outcome,
    /// Whether a fresh token may still be asked for.
    can_refresh: bool,
    /// The refusal that a fresh token is asked for.
    refused: Option<Error>,
    report: Option<Attempt>,
}

impl Running {
    /// Checks a call's arguments and makes its request.
    pub(crate) fn prepare(operation: Operation, arguments: &[u8]) -> Result<Self, Error> {
        let endpoint = match operation {
            Operation::CreateUser => &koomalooma::CREATE_USER,
            Operation::AssignPoints => &koomalooma::ASSIGN_POINTS,
            Operation::ListEarningRules => &open_loyalty::LIST_EARNING_RULES,
            Operation::TriggerEvent => &open_loyalty::TRIGGER_EVENT,
            Operation::GetCustomerStatus => &open_loyalty::GET_CUSTOMER_STATUS,
            Operation::Login => &open_loyalty::LOGIN,
            Operation::RefreshTokens => &open_loyalty::REFRESH_TOKENS,
        };
        let call = Call::prepare(endpoint, arguments)?;
        Ok(Self {
            can_refresh: call.credential == Credential::AskToken,
            call,
            now: Now { clock_ms: 0.0, unix_time_ms: 0.0, random: 0.0, is_aborted: false },
            started_ms: 0.0,
            sent_ms: 0.0,
            attempts: 0,
            retries: 0,
            earlier: Outcome::NotApplied,
            refused: None,
            report: None,
        })
    }

    /// The request as it is to be sent now.
    pub(crate) fn request(&self) -> &Request {
        &self.call.request
    }

    /// What became of the attempt that the last step was about.
    pub(crate) fn take_report(&mut self) -> Option<Attempt> {
        self.report.take()
    }

    /// Goes on with what the call needed.
    pub(crate) fn step(&mut self, got: Got, now: Now) -> Need {
        self.now = now;
        self.advance(got).unwrap_or_else(|error| {
            let outcome = combine(self.earlier, error.code(), error.outcome(), error.is_final());
            let key = self.call.options.idempotency_key.take();
            Need::Nothing(Err(error.with_outcome(outcome).with_attempts(self.attempts).with_idempotency_key(key)))
        })
    }

    fn advance(&mut self, got: Got) -> Result<Need, Error> {
        match got {
            Got::Start(started_ms) => {
                self.started_ms = started_ms;
                self.go_on_unless_aborted()?;
                match self.call.credential {
                    Credential::Missing => {
                        return Err(self
                            .unsent(Code::Unauthorized)
                            .with_advice("Sign the customer in first: there is no token"));
                    }
                    Credential::AskToken | Credential::AskHeaders => {
                        return Ok(Need::Secret(TokenReason::Initial, self.left_ms()));
                    }
                    Credential::Included => {}
                }
            }
            Got::Secret(secret) => self.take_secret(secret)?,
            Got::Pause(paused) => paused.map_err(|cut| self.unsent(cut.code()))?,
            Got::Answer(answer) => {
                if let Some(need) = self.take_answer(answer)? {
                    return Ok(need);
                }
            }
        }
        self.go_on_unless_aborted()?;
        let timeout_ms = self.call.options.limits.timeout_ms.min(self.left_ms());
        if timeout_ms <= 0.0 {
            return Err(self.unsent(Code::Timeout));
        }
        self.sent_ms = self.now.clock_ms;
        Ok(Need::Answer(Limits { timeout_ms, ..self.call.options.limits }))
    }

    fn go_on_unless_aborted(&self) -> Result<(), Error> {
        if self.now.is_aborted { Err(self.unsent(Code::Aborted)) } else { Ok(()) }
    }

    fn take_answer(&mut self, answer: Result<Response, Failure>) -> Result<Option<Need>, Error> {
        if matches!(&answer, Err(failure) if !failure.dispatched) {
            return self.judge(answer).map(|json| Some(Need::Nothing(Ok(json))));
        }
        self.attempts += 1;
        let status = answer.as_ref().ok().map(|response| response.status);
        let verdict = self.judge(answer);
        let next = match &verdict {
            Ok(_) => Next::Done,
            Err(error) if self.can_refresh && error.code() == Code::Unauthorized => Next::Refresh,
            Err(error) => self.after_failure(error),
        };
        self.report = Some(Attempt {
            operation: self.call.endpoint.operation,
            attempt: self.attempts,
            route: self.call.route,
            status,
            duration_ms: self.now.clock_ms - self.sent_ms,
            next,
        });
        match (verdict, next) {
            (Err(error), Next::Retry(delay_ms)) => {
                self.earlier = combine(self.earlier, error.code(), error.outcome(), error.is_final());
                self.retries += u32::from(error.code() != Code::InProgress);
                Ok(Some(Need::Pause(delay_ms)))
            }
            (Err(error), Next::Refresh) => {
                self.can_refresh = false;
                self.refused = Some(error);
                Ok(Some(Need::Secret(TokenReason::Expired, self.left_ms())))
            }
            (verdict, _) => verdict.map(|json| Some(Need::Nothing(Ok(json)))),
        }
    }

    fn take_secret(&mut self, secret: Result<Option<String>, TokenFailure>) -> Result<(), Error> {
        let wants_headers = self.call.credential == Credential::AskHeaders;
        let secret = secret.map_err(|failure| match failure {
            TokenFailure::Cut(cut) => self.unsent(cut.code()),
            TokenFailure::Failed => self.unsent(Code::TokenFailed).with_advice(if wants_headers {
                "The headers function must give an object of strings, or nothing"
            } else {
                "The token function must give a string, or nothing for a guest"
            }),
        })?;
        match (secret, self.refused.take()) {
            (None, Some(refused)) => Err(refused),
            (None, None) if wants_headers => Ok(()),
            (None, None) => Err(self
                .unsent(Code::Unauthorized)
                .with_advice("Sign the customer in first: the token function gave none")),
            (Some(headers), None) if wants_headers => gateway_target::add_headers(&mut self.call, &headers)
                .map_err(|fault| self.unsent(Code::TokenFailed).with_fault(&fault)),
            (Some(token), refused) => {
                // The same token again, or another customer's, would only repeat the 401 or worse.
                let is_others = open_loyalty::is_token(&token) && jwt::customer_id(&token) != self.call.customer_id;
                match refused {
                    Some(refused) if is_others || self.call.secrets.contains(&token) => Err(refused),
                    _ => self.authorize(token),
                }
            }
        }
    }

    fn left_ms(&self) -> f64 {
        self.started_ms + self.call.options.total_timeout_ms - self.now.clock_ms
    }

    /// A failure at a moment when nothing is under way that could apply.
    fn unsent(&self, code: Code) -> Error {
        Error::new(self.call.endpoint.operation, code, Outcome::NotApplied)
    }

    fn authorize(&mut self, token: String) -> Result<(), Error> {
        if !open_loyalty::is_token(&token) {
            return Err(self
                .unsent(Code::TokenFailed)
                .with_advice("The token function must give a JWT: visible ASCII without blanks"));
        }
        open_loyalty::authorize(&mut self.call, token)
    }

    /// What to do about a failed attempt.
    fn after_failure(&self, error: &Error) -> Next {
        // Waiting for the answer is no attempt of its own, so only time ends it.
        let waits = error.code() == Code::InProgress && self.call.options.retries > 0;
        // A gateway tells what became of an award to who asks again.
        let is_open = self.call.is_through_gateway
            && error.outcome() == Outcome::Unknown
            && matches!(error.code(), Code::ServerError | Code::Rejected);
        let retries =
            self.retries < self.call.options.retries && (is_open || retry::is_transient(error.code(), error.status()));
        if error.is_final() || !(waits || retries) || self.now.is_aborted {
            return Next::Failed;
        }
        let delay_ms = retry::delay_ms(self.retries + 1, error.retry_after_ms(), self.now.random);
        let delay_ms = if waits { delay_ms.max(retry::BASE_DELAY_MS) } else { delay_ms };
        if delay_ms < self.left_ms() { Next::Retry(delay_ms) } else { Next::Failed }
    }

    /// Reads an answer and decides what it means.
    fn judge(&self, answer: Result<Response, Failure>) -> Result<String, Error> {
        let &Endpoint { operation, answer: table, .. } = self.call.endpoint;
        let response = match answer {
            Ok(response) => response,
            Err(Failure { cut, dispatched, cause }) => {
                let (code, outcome) = decide_unanswered(cut, dispatched);
                return Err(Error::new(operation, code, outcome).with_network(cause.filter(|_| cut == Cut::Network)));
            }
        };
        let retry_after = response.retry_after.as_deref();
        let retry_after_ms = retry_after.and_then(|header| retry::retry_after_ms(header, self.now.unix_time_ms));
        let is_json = is_json(response.content_type.as_deref());
        let is_success = response.status == success_status(operation) && is_json;
        if self.call.is_through_gateway
            && !is_success
            && response.cut.is_none()
            && let Some(refusal) = gateway_target::refusal(&response.body)
        {
            let presentable = |text: String| server_error::presentable(&text, &self.call.secrets);
            return Err(Error::new(operation, refusal.code, refusal.outcome)
                .with_status(refusal.status.or(Some(response.status)))
                .with_retry_after_ms(refusal.retry_after_ms.or(retry_after_ms))
                .with_field(refusal.field.map(presentable))
                .with_server_message(refusal.message.map(presentable))
                .with_final(refusal.is_final));
        }
        let mut fault = None;
        let mut message = None;
        let body = if let Some(cut) = response.cut {
            Body::Cut(cut)
        } else if is_success {
            let usages = match self.call.customer_id.as_deref() {
                _ if self.call.is_through_gateway => Usages::Own,
                Some(customer) => Usages::Of(customer),
                None => Usages::Nobody,
            };
            match decode(&response.body, table, usages) {
                Ok(record) => return Ok(record.into_json()),
                Err(why) => {
                    fault = Some(why);
                    Body::Unusable
                }
            }
        } else {
            message = server_error::message(&response.body);
            message.as_deref().map_or(Body::Unusable, |message| Body::Usable(server_error::classify(message)))
        };
        let Some((code, outcome)) = decide(operation, Answer { status: response.status, is_json, body }) else {
            return Err(Error::new(operation, Code::Internal, Outcome::Unknown));
        };
        let mut error = Error::new(operation, code, outcome)
            .with_status(Some(response.status).filter(|status| *status != 0))
            .with_retry_after_ms(retry_after_ms)
            .with_server_message(message.map(|message| server_error::presentable(&message, &self.call.secrets)));
        if let Some(fault) = fault {
            error = error.with_fault(&fault);
        }
        match code {
            Code::NotFound => Err(error.with_advice(self.call.not_found)),
            _ => Err(error),
        }
    }
}
