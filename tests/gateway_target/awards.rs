//! Awards that are asked for again under their key.

use earnkit::{Code, Cut, Operation, Outcome};
use serde_json::json;

use super::{
    AWARDS, CALLS, MADE_KEY, ORDER, canonical, fails, in_progress, refuses, story, through, with_options, works,
};
use crate::support::arguments::success;
use crate::support::{Script, Step, json as answers, lost, run};

#[test]
fn an_award_is_asked_for_again_until_its_answer_is_final() {
    for operation in AWARDS {
        for step in [
            lost(Cut::Network, true),
            lost(Cut::Timeout, true),
            answers(408, ""),
            answers(429, ""),
            answers(500, ""),
            answers(520, "<html>"),
            answers(503, "").retry_after("0"),
            works(operation).cut(Cut::Network),
            answers(400, "").cut(Cut::Network),
            refuses(502, Code::Network, Outcome::Unknown, false),
            refuses(429, Code::RateLimited, Outcome::NotApplied, false),
            in_progress(),
        ] {
            let script = Script::new([step.clone(), step.clone(), step.clone(), step.clone(), works(operation)]);
            let story = story(script, operation, &through(operation));
            assert_eq!(story.result.expect("it works at last"), canonical(operation), "{step:?}");
            assert_eq!(story.keys.len(), 5);
            assert!(story.keys[0].is_some() && story.keys.iter().all(|key| *key == story.keys[0]));
        }
    }
}

#[test]
fn a_final_answer_is_not_asked_for_again() {
    for operation in CALLS {
        for (status, code, outcome) in [
            (502, Code::Network, Outcome::Unknown),
            (504, Code::Timeout, Outcome::Unknown),
            (503, Code::ServerError, Outcome::Unknown),
            (429, Code::RateLimited, Outcome::NotApplied),
            (400, Code::LimitExceeded, Outcome::NotApplied),
            (422, Code::KeyReused, Outcome::NotApplied),
            (409, Code::InProgress, Outcome::Unknown),
        ] {
            fails([refuses(status, code, outcome, true).retry_after("0")], operation);
        }
        for (status, code) in [(403, Code::Forbidden), (500, Code::Misconfigured), (404, Code::NotFound)] {
            fails([refuses(status, code, Outcome::NotApplied, false)], operation);
        }
    }
}

#[test]
fn retries_are_as_many_as_the_caller_allows() {
    for operation in AWARDS {
        for retries in [0, 1, 3, 10] {
            let script = Script::new(vec![lost(Cut::Network, true); retries + 1]);
            let options = json!({ "retries": retries, "totalTimeoutMs": 1_000_000 });
            let story = story(script, operation, &with_options(operation, &options));
            assert_eq!(story.result.expect_err("it fails").outcome(), Outcome::Unknown);
        }
        let script = Script::new([in_progress()]);
        let story = story(script, operation, &with_options(operation, &json!({ "retries": 0 })));
        let error = story.result.expect_err("it may not ask again");
        assert_eq!((error.code(), error.outcome()), (Code::InProgress, Outcome::Unknown));
    }
}

#[test]
fn waiting_for_the_answer_ends_with_the_total_timeout_only() {
    for operation in AWARDS {
        let waits = |step: Step, count: usize| {
            let script = Script::new(vec![step; count]).random(0.0);
            let options = json!({ "retries": 1 });
            story(script, operation, &with_options(operation, &options))
        };
        let asked = waits(in_progress().retry_after("2"), 15);
        assert_eq!(asked.sleeps, [2_000.0; 14]);
        let error = asked.result.expect_err("30 s are over");
        assert_eq!((error.code(), error.outcome()), (Code::InProgress, Outcome::Unknown));
        assert_eq!(error.retry_after_ms(), Some(2_000));
        // Nobody is asked without a pause.
        let eager = waits(in_progress().retry_after("0"), 100);
        assert_eq!(eager.sleeps, [300.0; 99]);
        let long = waits(in_progress().retry_after("31"), 1);
        assert!(long.sleeps.is_empty());
    }
}

/// The first attempt may have been booked, or may still be on its way.
#[test]
fn what_became_of_an_earlier_attempt_stays_unknown() {
    for operation in AWARDS {
        for first in [lost(Cut::Network, true), answers(503, ""), in_progress()] {
            for last in [
                refuses(401, Code::Unauthorized, Outcome::NotApplied, true),
                refuses(403, Code::Forbidden, Outcome::NotApplied, true),
                refuses(429, Code::RateLimited, Outcome::NotApplied, true),
                refuses(500, Code::Misconfigured, Outcome::NotApplied, true),
                refuses(404, Code::NotFound, Outcome::NotApplied, true),
                refuses(400, Code::Rejected, Outcome::NotApplied, false),
                answers(401, ""),
                lost(Cut::Network, false),
            ] {
                let (result, _) = run(Script::new([first.clone(), last]), operation, &through(operation));
                assert_eq!(result.expect_err("it fails").outcome(), Outcome::Unknown);
            }
            for (code, status) in [(Code::LimitExceeded, 400), (Code::EventUnavailable, 400), (Code::KeyReused, 422)] {
                let error = fails([first.clone(), refuses(status, code, Outcome::NotApplied, true)], operation);
                assert_eq!((error.code(), error.outcome()), (code, Outcome::NotApplied));
            }
            let script = Script::new([first.clone()]).aborting_in_sleep();
            let error = story(script, operation, &through(operation)).result.expect_err("aborted");
            assert_eq!((error.code(), error.outcome()), (Code::Aborted, Outcome::Unknown));
        }
        let first = works(operation).cut(Cut::Network);
        let error = fails([first, refuses(401, Code::Unauthorized, Outcome::NotApplied, true)], operation);
        assert_eq!((error.code(), error.outcome()), (Code::Unauthorized, Outcome::Applied));
    }
}

#[test]
fn errors_of_awards_name_their_key() {
    for operation in AWARDS {
        let key = if operation == Operation::AssignPoints { ORDER } else { MADE_KEY };
        for step in [
            refuses(422, Code::KeyReused, Outcome::NotApplied, true),
            answers(404, ""),
            answers(success(operation), "{"),
            lost(Cut::Aborted, true),
        ] {
            assert_eq!(fails([step], operation).idempotency_key(), Some(key));
        }
        let error = story(Script::new([]).aborted(), operation, &through(operation)).result.expect_err("aborted");
        assert_eq!((error.idempotency_key(), error.outcome()), (Some(key), Outcome::NotApplied));
    }
    for operation in [Operation::ListEarningRules, Operation::GetCustomerStatus] {
        assert_eq!(fails([answers(404, "")], operation).idempotency_key(), None);
    }
    let direct = crate::support::arguments::once(Operation::TriggerEvent);
    assert_eq!(crate::support::error(Operation::TriggerEvent, &direct, answers(500, "")).idempotency_key(), None);
}

#[test]
fn reads_are_retried_as_ever() {
    for operation in [Operation::ListEarningRules, Operation::GetCustomerStatus] {
        let error = fails(vec![answers(503, ""); 3], operation);
        assert_eq!((error.code(), error.outcome()), (Code::ServerError, Outcome::NotApplied));
        let script = Script::new([lost(Cut::Network, true), works(operation)]);
        let story = story(script, operation, &through(operation));
        assert_eq!((story.result.expect("it works"), story.keys), (canonical(operation), vec![None, None]));
    }
}
