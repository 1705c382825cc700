//! The life of a call: token, attempts, verdict.

use core::future::Future;

use crate::call::{Call, Credential, Endpoint};
use crate::error::{Code, Error, Operation, Outcome};
use crate::http::{Attempt, Failure, Limits, Next, Response, TokenFailure, TokenReason, Transport, is_json};
use crate::outcome::{Answer, Body, Cut, combine, decide, decide_unanswered, success_status};
use crate::scan::{Usages, decode};
use crate::{gateway_target, jwt, koomalooma, open_loyalty, retry, server_error};

/// The client: seven calls over one [`Transport`].
#[derive(Debug)]
pub struct Client<T> {
    transport: T,
}

impl<T: Transport> Client<T> {
    /// A client over a transport.
    pub const fn new(transport: T) -> Self {
        Self { transport }
    }

    /// The transport.
    pub const fn transport(&self) -> &T {
        &self.transport
    }

    /// Makes a call whose arguments are a JSON text, and gives its result as a canonical JSON text.
    /// This is what the JavaScript boundary uses; from Rust, the typed calls read better.
    ///
    /// `arguments` is `{"<parameter name>": value, ..., "options"?: {...}}`, the parameters being
    /// those of the JavaScript function; beside them `"asks": true` says that the transport has a
    /// token or headers function, `"browser": true` that this runs where visitors can read secrets,
    /// and `"gateway": true` that a gateway stands in place of the server, `"key"` then being random
    /// text that makes an award's key if the options name none.
    ///
    /// # Errors
    /// Whatever goes wrong, with its [`Outcome`].
    pub fn call(&self, operation: Operation, arguments: &[u8]) -> impl Future<Output = Result<String, Error>> {
        run(&self.transport, prepare(operation, arguments))
    }

    /// The same, for a client of one call.
    #[cfg(target_arch = "wasm32")]
    pub(crate) fn into_call(
        self,
        operation: Operation,
        arguments: &[u8],
    ) -> impl Future<Output = Result<String, Error>> + use<T> {
        let prepared = prepare(operation, arguments);
        async move { run(&self.transport, prepared).await }
    }
}

/// Checks a call's arguments and makes its request.
fn prepare(operation: Operation, arguments: &[u8]) -> Result<Box<Call>, Error> {
    let endpoint = match operation {
        Operation::CreateUser => &koomalooma::CREATE_USER,
        Operation::AssignPoints => &koomalooma::ASSIGN_POINTS,
        Operation::ListEarningRules => &open_loyalty::LIST_EARNING_RULES,
        Operation::TriggerEvent => &open_loyalty::TRIGGER_EVENT,
        Operation::GetCustomerStatus => &open_loyalty::GET_CUSTOMER_STATUS,
        Operation::Login => &open_loyalty::LOGIN,
        Operation::RefreshTokens => &open_loyalty::REFRESH_TOKENS,
    };
    Call::prepare(endpoint, arguments)
}

async fn run<T: Transport>(transport: &T, prepared: Result<Box<Call>, Error>) -> Result<String, Error> {
    let mut running = Running {
        transport,
        started_ms: transport.started_ms(),
        attempts: 0,
        retries: 0,
        earlier: Outcome::NotApplied,
        call: prepared?,
    };
    let result = running.run().await;
    result.map_err(|error| {
        let outcome = combine(running.earlier, error.code(), error.outcome(), error.is_final());
        let key = running.call.options.idempotency_key;
        error.with_outcome(outcome).with_attempts(running.attempts).with_idempotency_key(key)
    })
}

struct Running<'t, T> {
    transport: &'t T,
    started_ms: f64,
    attempts: u32,
    /// The attempts that followed a failure; one with a fresh token is none of them.
    retries: u32,
    /// What is known of the attempts before this one.
    earlier: Outcome,
    call: Box<Call>,
}

impl<T: Transport> Running<'_, T> {
    async fn run(&mut self) -> Result<String, Error> {
        if self.transport.is_aborted() {
            return Err(self.unsent(Code::Aborted));
        }
        let mut refreshes = u32::from(self.call.credential == Credential::AskToken);
        match self.call.credential {
            Credential::Missing => {
                return Err(self
                    .unsent(Code::Unauthorized)
                    .with_advice("Sign the customer in first: there is no token"));
            }
            Credential::AskToken => {
                let token = self.token(TokenReason::Initial).await?;
                let token = token.ok_or_else(|| {
                    self.unsent(Code::Unauthorized)
                        .with_advice("Sign the customer in first: the token function gave none")
                })?;
                self.authorize(token)?;
            }
            Credential::AskHeaders => {
                if let Some(headers) = self.token(TokenReason::Initial).await? {
                    gateway_target::add_headers(&mut self.call, &headers)
                        .map_err(|fault| self.unsent(Code::TokenFailed).with_fault(&fault))?;
                }
            }
            Credential::Included => {}
        }
        loop {
            let sent_ms = self.transport.now_ms();
            let timeout_ms = self.call.options.limits.timeout_ms.min(self.left_ms());
            if timeout_ms <= 0.0 {
                return Err(self.unsent(Code::Timeout));
            }
            let limits = Limits { timeout_ms, ..self.call.options.limits };
            let answer = self.transport.send(&self.call.request, limits).await;
            if matches!(&answer, Err(failure) if !failure.dispatched) {
                return self.judge(answer);
            }
            self.attempts += 1;
            let status = answer.as_ref().ok().map(|response| response.status);
            let verdict = self.judge(answer);
            let next = match &verdict {
                Ok(_) => Next::Done,
                Err(error) if refreshes > 0 && error.code() == Code::Unauthorized => Next::Refresh,
                Err(error) => self.after_failure(error),
            };
            self.transport.report(Attempt {
                operation: self.call.endpoint.operation,
                attempt: self.attempts,
                route: self.call.route,
                status,
                duration_ms: self.transport.now_ms() - sent_ms,
                next,
            });
            match (verdict, next) {
                (Err(error), Next::Retry(delay_ms)) => {
                    self.earlier = combine(self.earlier, error.code(), error.outcome(), error.is_final());
                    self.retries += u32::from(error.code() != Code::InProgress);
                    self.transport.sleep(delay_ms).await.map_err(|cut| self.unsent(cut.code()))?;
                }
                (Err(error), Next::Refresh) => {
                    refreshes -= 1;
                    let Some(token) = self.token(TokenReason::Expired).await? else { return Err(error) };
                    // The same token again, or another customer's, would only repeat the 401 or worse.
                    let is_others = open_loyalty::is_token(&token) && jwt::customer_id(&token) != self.call.customer_id;
                    if is_others || self.call.secrets.contains(&token) {
                        return Err(error);
                    }
                    self.authorize(token)?;
                }
                (verdict, _) => return verdict,
            }
        }
    }

    fn left_ms(&self) -> f64 {
        self.started_ms + self.call.options.total_timeout_ms - self.transport.now_ms()
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

    async fn token(&self, reason: TokenReason) -> Result<Option<String>, Error> {
        match self.transport.token(reason, self.left_ms()).await {
            Ok(token) => Ok(token),
            Err(TokenFailure::Cut(cut)) => Err(self.unsent(cut.code())),
            Err(TokenFailure::Failed) => {
                Err(self.unsent(Code::TokenFailed).with_advice(if self.call.credential == Credential::AskHeaders {
                    "The headers function must give an object of strings, or nothing"
                } else {
                    "The token function must give a string, or nothing for a guest"
                }))
            }
        }
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
        if error.is_final() || !(waits || retries) || self.transport.is_aborted() {
            return Next::Failed;
        }
        let delay_ms = retry::delay_ms(self.retries + 1, error.retry_after_ms(), self.transport.random());
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
        let retry_after_ms =
            retry_after.and_then(|header| retry::retry_after_ms(header, self.transport.unix_time_ms()));
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
