//! A world made of data for the client: scripted answers, a clock that only sleeping moves, no randomness.

#![allow(dead_code, reason = "each test binary uses its own part")]

pub(crate) mod arguments;
pub(crate) mod canonical;
pub(crate) mod fixtures;
pub(crate) mod json;
// libFuzzer's targets (`fuzz/`) have no use for the sandbox, and it takes long to compile.
#[cfg(not(fuzzing))]
pub(crate) mod shop;
pub(crate) mod targets;

use core::cell::{Cell, RefCell};
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::collections::VecDeque;

use earnkit::{
    Attempt, Client, Code, Cut, Error, Failure, Limits, Operation, Outcome, Request, Response, TokenFailure,
    TokenReason, Transport,
};
use serde_json::Value;

pub(crate) const JSON: &str = "application/json";

/// 2026-01-01T10:00:00Z.
pub(crate) const NOW_MS: f64 = 1_767_261_600_000.0;

/// Runs a future that never waits for anything.
#[track_caller]
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing in these tests makes a call wait"),
    }
}

/// An answer, and what else happens while it comes.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    result: Result<Response, Failure>,
    takes_ms: f64,
    aborts: bool,
}

impl Step {
    /// The attempt takes this long.
    pub(crate) fn taking_ms(self, takes_ms: f64) -> Self {
        Self { takes_ms, ..self }
    }

    /// The caller's signal fires meanwhile.
    pub(crate) fn and_abort(self) -> Self {
        Self { aborts: true, ..self }
    }

    pub(crate) fn retry_after(mut self, value: &str) -> Self {
        if let Ok(response) = &mut self.result {
            response.retry_after = Some(value.to_owned());
        }
        self
    }

    /// The body ends too early.
    pub(crate) fn cut(mut self, cut: Cut) -> Self {
        if let Ok(response) = &mut self.result {
            response.cut = Some(cut);
            response.body.truncate(response.body.len() / 2);
        }
        self
    }

    pub(crate) fn content_type(mut self, content_type: Option<&str>) -> Self {
        if let Ok(response) = &mut self.result {
            response.content_type = content_type.map(str::to_owned);
        }
        self
    }
}

impl From<Result<Response, Failure>> for Step {
    fn from(result: Result<Response, Failure>) -> Self {
        Self { result, takes_ms: 0.0, aborts: false }
    }
}

/// An answer with a JSON content type.
pub(crate) fn json(status: u16, body: impl Into<Vec<u8>>) -> Step {
    answer(status, Some(JSON), body)
}

pub(crate) fn answer(status: u16, content_type: Option<&str>, body: impl Into<Vec<u8>>) -> Step {
    let content_type = content_type.map(str::to_owned);
    Ok(Response { status, content_type, retry_after: None, body: body.into(), cut: None }).into()
}

/// An attempt that brings no status.
pub(crate) fn lost(cut: Cut, dispatched: bool) -> Step {
    Err(Failure { cut, dispatched, cause: Some("TypeError ECONNREFUSED".to_owned()) }).into()
}

/// What the token function does.
type TokenResult = Result<Option<String>, TokenFailure>;

/// The scripted world. A request that is not in the script fails the test.
#[derive(Default)]
pub(crate) struct Script {
    steps: RefCell<VecDeque<Step>>,
    tokens: RefCell<VecDeque<(f64, TokenResult)>>,
    random: f64,
    now_ms: Cell<f64>,
    waited_ms: f64,
    aborted: Cell<bool>,
    abort_in_sleep: Cell<bool>,
    pub(crate) requests: RefCell<Vec<Request>>,
    pub(crate) limits: RefCell<Vec<Limits>>,
    pub(crate) token_calls: RefCell<Vec<(TokenReason, f64)>>,
    pub(crate) sleeps: RefCell<Vec<f64>>,
    pub(crate) attempts: RefCell<Vec<Attempt>>,
}

impl Script {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self { steps: RefCell::new(steps.into_iter().collect()), random: 1.0, ..Self::default() }
    }

    /// What the token function does, call by call.
    pub(crate) fn tokens(self, tokens: impl IntoIterator<Item = TokenResult>) -> Self {
        let tokens = tokens.into_iter().map(|token| (0.0, token));
        Self { tokens: RefCell::new(tokens.collect()), ..self }
    }

    /// Like [`tokens`](Self::tokens), each taking so many milliseconds.
    pub(crate) fn slow_tokens(self, tokens: impl IntoIterator<Item = (f64, String)>) -> Self {
        let tokens = tokens.into_iter().map(|(takes_ms, token)| (takes_ms, Ok(Some(token))));
        Self { tokens: RefCell::new(tokens.collect()), ..self }
    }

    /// What `random` gives: 1 (the longest delays) unless this says otherwise.
    pub(crate) fn random(self, random: f64) -> Self {
        Self { random, ..self }
    }

    /// The call has waited so long before it comes to the client.
    pub(crate) fn waited_ms(self, waited_ms: f64) -> Self {
        Self { waited_ms, ..self }
    }

    pub(crate) fn aborted(self) -> Self {
        self.aborted.set(true);
        self
    }

    /// The caller's signal fires during the next back-off.
    pub(crate) fn aborting_in_sleep(self) -> Self {
        self.abort_in_sleep.set(true);
        self
    }

    pub(crate) fn sent(&self) -> usize {
        self.requests.borrow().len()
    }

    /// How many steps are left.
    pub(crate) fn left(&self) -> usize {
        self.steps.borrow().len()
    }
}

impl Transport for Script {
    async fn send(&self, request: &Request, limits: Limits) -> Result<Response, Failure> {
        self.requests.borrow_mut().push(request.clone());
        self.limits.borrow_mut().push(limits);
        let step = self.steps.borrow_mut().pop_front().expect("the script has an answer to this request");
        self.now_ms.set(self.now_ms.get() + step.takes_ms);
        if step.aborts {
            self.aborted.set(true);
        }
        step.result
    }

    async fn token(&self, reason: TokenReason, timeout_ms: f64) -> Result<Option<String>, TokenFailure> {
        self.token_calls.borrow_mut().push((reason, timeout_ms));
        let (takes_ms, token) = self.tokens.borrow_mut().pop_front().expect("the script has a token");
        self.now_ms.set(self.now_ms.get() + takes_ms);
        token
    }

    async fn sleep(&self, delay_ms: f64) -> Result<(), Cut> {
        self.sleeps.borrow_mut().push(delay_ms);
        if self.abort_in_sleep.get() {
            self.aborted.set(true);
            return Err(Cut::Aborted);
        }
        self.now_ms.set(self.now_ms.get() + delay_ms);
        Ok(())
    }

    fn now_ms(&self) -> f64 {
        self.now_ms.get()
    }

    fn started_ms(&self) -> f64 {
        self.now_ms() - self.waited_ms
    }

    fn unix_time_ms(&self) -> f64 {
        NOW_MS + self.now_ms.get()
    }

    fn random(&self) -> f64 {
        self.random
    }

    fn is_aborted(&self) -> bool {
        self.aborted.get()
    }

    fn report(&self, attempt: Attempt) {
        self.attempts.borrow_mut().push(attempt);
    }
}

/// What a call over this script gives, and the script to look at.
#[track_caller]
pub(crate) fn run(script: Script, operation: Operation, arguments: &Value) -> (Result<String, Error>, Client<Script>) {
    run_text(script, operation, arguments.to_string().as_bytes())
}

/// Like [`run`], for arguments that no `Value` can hold.
#[track_caller]
pub(crate) fn run_text(
    script: Script,
    operation: Operation,
    arguments: &[u8],
) -> (Result<String, Error>, Client<Script>) {
    let client = Client::new(script);
    let result = block_on(client.call(operation, arguments));
    (result, client)
}

/// The result of a call that is answered once.
#[track_caller]
pub(crate) fn call(operation: Operation, arguments: &Value, step: Step) -> Result<String, Error> {
    let (result, client) = run(Script::new([step]), operation, arguments);
    assert_eq!(client.transport().left(), 0, "nothing was sent");
    result
}

/// The error of a call that is answered once.
#[track_caller]
pub(crate) fn error(operation: Operation, arguments: &Value, step: Step) -> Error {
    call(operation, arguments, step).expect_err("the call fails")
}

/// The field of a call that is refused before anything is sent.
#[track_caller]
pub(crate) fn refused(operation: Operation, arguments: &Value) -> String {
    refused_text(operation, arguments.to_string().as_bytes())
}

/// Like [`refused`], for arguments that no `Value` can hold.
#[track_caller]
pub(crate) fn refused_text(operation: Operation, arguments: &[u8]) -> String {
    let (result, client) = run_text(Script::new([]), operation, arguments);
    let error = result.expect_err("the call is refused");
    assert_eq!((error.code(), error.outcome(), error.attempts()), (Code::InvalidInput, Outcome::NotApplied, 0));
    assert_eq!((error.operation(), error.status()), (operation, None));
    assert_eq!((client.transport().sent(), client.transport().attempts.borrow().len()), (0, 0));
    error.field().expect("the error names a field").to_owned()
}
