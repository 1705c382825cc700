//! Tokens that a function gives: when it is asked, and what a 401 makes of it.

mod support;

use std::borrow::Cow;

use earnkit::{Code, Cut, Error, Next, Operation, Outcome, TokenFailure, TokenReason};

use TokenReason::{Expired, Initial};
use support::arguments::{CUSTOMER_ID, asking, set, success, success_body, token_of, token_with};
use support::{Script, Step, json, lost, run};

const CUSTOMERS_CALLS: [Operation; 3] =
    [Operation::ListEarningRules, Operation::TriggerEvent, Operation::GetCustomerStatus];

fn works(operation: Operation) -> Step {
    json(success(operation), success_body(operation))
}

/// Open Loyalty 3.2.0 says the same of an expired and of a forged token.
fn expired() -> Step {
    json(401, r#"{"code":401,"message":"Invalid JWT Token"}"#)
}

#[expect(clippy::unnecessary_wraps, reason = "it is what a token function gives")]
fn give(token: String) -> Result<Option<String>, TokenFailure> {
    Ok(Some(token))
}

/// What happened in a call that asks for tokens.
struct Story {
    result: Result<String, Error>,
    reasons: Vec<TokenReason>,
    /// The `Authorization` of each request.
    sent: Vec<String>,
    next: Vec<Next>,
}

#[track_caller]
fn story(script: Script, operation: Operation) -> Story {
    let (result, client) = run(script, operation, &asking(operation));
    let transport = client.transport();
    assert_eq!(transport.left(), 0, "the script is not over");
    let authorization = |headers: &[(Cow<'_, str>, String)]| {
        let values: Vec<_> = headers.iter().filter(|(name, _)| *name == "Authorization").collect();
        assert_eq!(values.len(), 1);
        values[0].1.clone()
    };
    Story {
        result,
        reasons: transport.token_calls.take().into_iter().map(|(reason, _)| reason).collect(),
        sent: transport.requests.take().iter().map(|request| authorization(&request.headers)).collect(),
        next: transport.attempts.take().into_iter().map(|attempt| attempt.next).collect(),
    }
}

#[test]
fn the_function_is_asked_once_if_all_is_well() {
    for operation in CUSTOMERS_CALLS {
        let token = token_of(CUSTOMER_ID);
        let story = story(Script::new([works(operation)]).tokens([give(token.clone())]), operation);
        assert!(story.result.is_ok());
        assert_eq!((story.reasons, story.sent), (vec![Initial], vec![format!("Bearer {token}")]));
    }
}

#[test]
fn an_expired_token_is_replaced_once() {
    for operation in CUSTOMERS_CALLS {
        let (old, new) = (token_of(CUSTOMER_ID), token_with(CUSTOMER_ID, "new"));
        let script = Script::new([expired(), works(operation)]).tokens([give(old.clone()), give(new.clone())]);
        let story = story(script, operation);
        assert!(story.result.is_ok(), "{:?}", story.result);
        assert_eq!(story.reasons, [Initial, Expired]);
        assert_eq!(story.sent, [format!("Bearer {old}"), format!("Bearer {new}")]);
        assert_eq!(story.next, [Next::Refresh, Next::Done]);
    }
}

#[test]
fn a_second_401_is_the_end() {
    for operation in CUSTOMERS_CALLS {
        let tokens = [give(token_of(CUSTOMER_ID)), give(token_with(CUSTOMER_ID, "new"))];
        let story = story(Script::new([expired(), expired()]).tokens(tokens), operation);
        is_unauthorized(&story.result, 2);
        assert_eq!((story.reasons, story.next), (vec![Initial, Expired], vec![Next::Refresh, Next::Failed]));
    }
}

#[track_caller]
fn is_unauthorized(result: &Result<String, Error>, attempts: u32) {
    let error = result.as_ref().expect_err("the call fails");
    let found = (error.code(), error.outcome(), error.status(), error.attempts());
    assert_eq!(found, (Code::Unauthorized, Outcome::NotApplied, Some(401), attempts));
    assert_eq!(error.server_message(), Some("Invalid JWT Token"));
}

#[test]
fn the_same_token_another_customers_or_none_is_not_sent() {
    for operation in CUSTOMERS_CALLS {
        for second in [
            Some(token_of(CUSTOMER_ID)),
            Some(token_of("somebody else")),
            Some(token_of(&format!("{CUSTOMER_ID}x"))),
            Some("an-opaque-token".to_owned()),
            None,
        ] {
            let script = Script::new([expired()]).tokens([give(token_of(CUSTOMER_ID)), Ok(second)]);
            let story = story(script, operation);
            is_unauthorized(&story.result, 1);
            assert_eq!(story.reasons, [Initial, Expired]);
        }
    }
}

#[test]
fn opaque_tokens_can_be_replaced_by_opaque_ones_only() {
    for operation in [Operation::ListEarningRules, Operation::TriggerEvent] {
        let tokens = [give("first-token".to_owned()), give("second-token".to_owned())];
        let replaced = story(Script::new([expired(), works(operation)]).tokens(tokens), operation);
        assert!(replaced.result.is_ok());
        let tokens = [give("first-token".to_owned()), give(token_of(CUSTOMER_ID))];
        is_unauthorized(&story(Script::new([expired()]).tokens(tokens), operation).result, 1);
    }
}

#[test]
fn a_token_that_is_given_as_text_is_not_asked_for() {
    for operation in CUSTOMERS_CALLS {
        let arguments = support::arguments::arguments(operation);
        let (result, client) = run(Script::new([expired()]), operation, &arguments);
        is_unauthorized(&result, 1);
        assert_eq!(client.transport().token_calls.take(), []);
    }
}

#[test]
fn only_the_customers_calls_ask() {
    for operation in Operation::ALL.iter().filter(|operation| !CUSTOMERS_CALLS.contains(operation)) {
        let arguments = set(support::arguments::arguments(*operation), "", "asks", true.into());
        let (result, client) = run(Script::new([json(401, "{}")]), *operation, &arguments);
        assert_eq!(result.expect_err("it fails").code(), Code::Unauthorized);
        assert_eq!(client.transport().token_calls.take(), []);
    }
}

#[test]
fn a_function_that_fails_sends_nothing() {
    for operation in CUSTOMERS_CALLS {
        for (token, code) in [
            (Err(TokenFailure::Failed), Code::TokenFailed),
            (Err(TokenFailure::Cut(Cut::Timeout)), Code::Timeout),
            (Err(TokenFailure::Cut(Cut::Aborted)), Code::Aborted),
            (give("with a blank".to_owned()), Code::TokenFailed),
            (give("with\nbreaks".to_owned()), Code::TokenFailed),
            (give("z\u{fc}rich".to_owned()), Code::TokenFailed),
            (give(String::new()), Code::TokenFailed),
            (give("x".repeat(16_385)), Code::TokenFailed),
        ] {
            let story = story(Script::new([]).tokens([token]), operation);
            let error = story.result.expect_err("there is no token");
            assert_eq!((error.code(), error.outcome(), error.attempts()), (code, Outcome::NotApplied, 0));
        }
    }
}

#[test]
fn a_function_that_fails_after_a_401_ends_the_call() {
    for operation in CUSTOMERS_CALLS {
        for (second, code) in [
            (Err(TokenFailure::Failed), Code::TokenFailed),
            (Err(TokenFailure::Cut(Cut::Timeout)), Code::Timeout),
            (Err(TokenFailure::Cut(Cut::Aborted)), Code::Aborted),
            (give("with\nbreaks".to_owned()), Code::TokenFailed),
        ] {
            let script = Script::new([expired()]).tokens([give(token_of(CUSTOMER_ID)), second]);
            let error = story(script, operation).result.expect_err("there is no second token");
            assert_eq!((error.code(), error.outcome(), error.attempts()), (code, Outcome::NotApplied, 1));
        }
    }
}

#[test]
fn a_new_token_takes_no_retry_away() {
    for operation in [Operation::ListEarningRules, Operation::GetCustomerStatus] {
        let tokens = [give(token_of(CUSTOMER_ID)), give(token_with(CUSTOMER_ID, "new"))];
        let script = Script::new([expired(), json(503, ""), lost(Cut::Network, true), works(operation)]).tokens(tokens);
        let story = story(script, operation);
        assert!(story.result.is_ok(), "{:?}", story.result);
        assert_eq!(story.next, [Next::Refresh, Next::Retry(300.0), Next::Retry(600.0), Next::Done]);
    }
}

#[test]
fn a_token_can_expire_between_retries() {
    let operation = Operation::ListEarningRules;
    let tokens = [give(token_of(CUSTOMER_ID)), give(token_with(CUSTOMER_ID, "new"))];
    let story = story(Script::new([json(503, ""), expired(), works(operation)]).tokens(tokens), operation);
    assert!(story.result.is_ok());
    assert_eq!(story.next, [Next::Retry(300.0), Next::Refresh, Next::Done]);
}

#[test]
fn an_award_is_not_retried_with_a_new_token_either() {
    let tokens = [give(token_of(CUSTOMER_ID)), give(token_with(CUSTOMER_ID, "new"))];
    let script = Script::new([expired(), lost(Cut::Network, true)]).tokens(tokens);
    let error = story(script, Operation::TriggerEvent).result.expect_err("the connection failed");
    assert_eq!((error.code(), error.outcome(), error.attempts()), (Code::Network, Outcome::Unknown, 2));
}

#[test]
fn a_401_that_is_cut_asks_for_nothing() {
    let script = Script::new([expired().cut(Cut::Network)]).tokens([give(token_of(CUSTOMER_ID))]);
    let error = story(script, Operation::TriggerEvent).result.expect_err("the answer was cut");
    assert_eq!((error.code(), error.outcome(), error.status()), (Code::Network, Outcome::NotApplied, Some(401)));
}

#[test]
fn the_function_has_what_is_left_of_the_total() {
    let operation = Operation::ListEarningRules;
    let script = Script::new([expired().taking_ms(4_000.0), works(operation)])
        .slow_tokens([(1_500.0, token_of(CUSTOMER_ID)), (25_000.0, token_with(CUSTOMER_ID, "new"))]);
    // It would be 30,500 ms in all, so the second attempt gets no time.
    let (result, client) = run(script, operation, &asking(operation));
    let error = result.expect_err("there is no time left");
    assert_eq!((error.code(), error.outcome(), error.attempts()), (Code::Timeout, Outcome::NotApplied, 1));
    let transport = client.transport();
    assert_eq!(transport.token_calls.take(), [(Initial, 30_000.0), (Expired, 24_500.0)]);
    assert_eq!(transport.sent(), 1);
}

#[test]
fn a_function_that_takes_all_the_time_sends_nothing() {
    for operation in CUSTOMERS_CALLS {
        let script = Script::new([]).slow_tokens([(30_000.0, token_of(CUSTOMER_ID))]);
        let error = story(script, operation).result.expect_err("there is no time left");
        assert_eq!((error.code(), error.outcome(), error.attempts()), (Code::Timeout, Outcome::NotApplied, 0));
    }
}

#[test]
fn a_status_needs_a_token_that_says_whose_it_is() {
    let operation = Operation::GetCustomerStatus;
    let script = Script::new([]).tokens([give("an-opaque-token".to_owned())]);
    let error = story(script, operation).result.expect_err("the path needs an id");
    let found = (error.code(), error.outcome(), error.field(), error.attempts());
    assert_eq!(found, (Code::InvalidInput, Outcome::NotApplied, Some("openLoyalty.token"), 0));
}
