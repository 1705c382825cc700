//! What is sent again, when, and what never is.

mod support;

use earnkit::{Code, Cut, Error, Next, Operation, Outcome};
use serde_json::{Value, json};

use support::arguments::{arguments, set, success, success_body};
use support::{Script, Step, answer, json, lost, run};

const READS: [Operation; 2] = [Operation::ListEarningRules, Operation::GetCustomerStatus];

fn status(status: u16) -> Step {
    json(status, format!("{{\"error\":{{\"code\":{status},\"message\":\"Something\"}}}}\n"))
}

fn works(operation: Operation) -> Step {
    json(success(operation), success_body(operation))
}

/// What may be gone the next time.
fn transient() -> Vec<Step> {
    let mut steps: Vec<Step> = [408, 429, 500, 502, 503, 504].into_iter().map(status).collect();
    steps.extend([lost(Cut::Network, true), lost(Cut::Timeout, true)]);
    steps.extend([status(200).cut(Cut::Network), json(200, "{\"points\":1}").cut(Cut::Timeout)]);
    steps
}

/// What will be the same the next time.
fn lasting() -> Vec<Step> {
    let mut steps: Vec<Step> =
        [400, 401, 403, 404, 405, 409, 410, 422, 501, 505, 302].into_iter().map(status).collect();
    steps.extend([
        json(200, "{}"),
        json(200, ""),
        answer(200, Some("text/html"), "<p>Welcome</p>"),
        answer(0, None, ""),
    ]);
    steps.extend([json(200, "{}").cut(Cut::TooLarge), json(200, "{}").cut(Cut::Aborted), lost(Cut::Aborted, true)]);
    steps
}

fn with_options(operation: Operation, options: Value) -> Value {
    set(arguments(operation), "", "options", options)
}

/// The call fails over this script, which it sends to the end; what it waited for.
#[track_caller]
fn fails(script: Script, operation: Operation, arguments: &Value) -> (Error, Vec<f64>) {
    let (result, client) = run(script, operation, arguments);
    let error = result.expect_err("the call fails");
    let transport = client.transport();
    assert_eq!(transport.left(), 0, "the script is not over");
    assert_eq!(transport.sent(), error.attempts() as usize);
    (error, transport.sleeps.take())
}

#[test]
fn reads_are_tried_three_times() {
    for operation in READS {
        for step in transient() {
            let (result, client) =
                run(Script::new([step.clone(), step.clone(), works(operation)]), operation, &arguments(operation));
            assert!(result.is_ok(), "{step:?}: {result:?}");
            assert_eq!(client.transport().sent(), 3);
            let (error, _) = fails(Script::new([step.clone(), step.clone(), step]), operation, &arguments(operation));
            assert_eq!((error.attempts(), error.outcome()), (3, Outcome::NotApplied));
        }
    }
}

#[test]
fn every_attempt_is_the_same_request() {
    for operation in READS {
        let script = Script::new([status(503), status(503), works(operation)]);
        let (_, client) = run(script, operation, &arguments(operation));
        let requests = client.transport().requests.take();
        let parts: Vec<_> = requests.iter().map(|sent| (sent.method, &sent.url, &sent.headers, &sent.body)).collect();
        assert!(parts.iter().all(|part| *part == parts[0]));
    }
}

#[test]
fn retries_are_as_many_as_the_caller_allows() {
    for operation in READS {
        for retries in [0, 1, 2, 3, 10] {
            let script = Script::new(vec![status(503); retries + 1]);
            let options = json!({ "retries": retries, "totalTimeoutMs": 1_000_000 });
            let (error, sleeps) = fails(script, operation, &with_options(operation, options));
            assert_eq!((error.attempts() as usize, sleeps.len()), (retries + 1, retries));
        }
    }
}

#[test]
fn what_will_not_change_is_not_tried_again() {
    for operation in READS {
        for step in lasting() {
            let (error, sleeps) = fails(Script::new([step]), operation, &arguments(operation));
            assert_eq!((error.attempts(), sleeps.len()), (1, 0), "{error}");
        }
    }
}

#[test]
fn awards_are_sent_once_whatever_happens() {
    for operation in Operation::ALL.iter().filter(|operation| operation.is_award()) {
        for step in transient().into_iter().chain(lasting()) {
            let step = step.retry_after("0");
            let (result, client) = run(Script::new([step]), *operation, &arguments(*operation));
            // Only a login and a status have the shape of these answers.
            if let Err(error) = result {
                assert_eq!(error.attempts(), 1);
            }
            assert_eq!((client.transport().sent(), client.transport().sleeps.take().len()), (1, 0));
        }
    }
}

#[test]
fn delays_double_up_to_five_seconds_with_full_jitter() {
    let options = json!({ "retries": 7, "totalTimeoutMs": 1_000_000 });
    let arguments = with_options(Operation::ListEarningRules, options);
    let script = || Script::new(vec![status(500); 8]);
    let (_, longest) = fails(script(), Operation::ListEarningRules, &arguments);
    assert_eq!(longest, [300.0, 600.0, 1_200.0, 2_400.0, 4_800.0, 5_000.0, 5_000.0]);
    let (_, half) = fails(script().random(0.5), Operation::ListEarningRules, &arguments);
    assert_eq!(half, [150.0, 300.0, 600.0, 1_200.0, 2_400.0, 2_500.0, 2_500.0]);
    let (_, none) = fails(script().random(0.0), Operation::ListEarningRules, &arguments);
    assert_eq!(none, [0.0; 7]);
}

#[test]
fn retry_after_is_honoured() {
    let operation = Operation::ListEarningRules;
    for (header, delay_ms) in [("2", 2_000.0), ("0", 0.0), ("12", 12_000.0), ("Thu, 01 Jan 2026 10:00:07 GMT", 7_000.0)]
    {
        for code in [408, 429, 500, 502, 503, 504] {
            let script = Script::new([status(code).retry_after(header), works(operation)]);
            let (result, client) = run(script, operation, &arguments(operation));
            assert!(result.is_ok());
            assert_eq!(client.transport().sleeps.take(), [delay_ms], "{header}");
        }
    }
    let script = Script::new([status(503).retry_after("soon"), works(operation)]);
    let (_, client) = run(script, operation, &arguments(operation));
    assert_eq!(client.transport().sleeps.take(), [300.0]);
}

#[test]
fn a_retry_after_beyond_the_time_left_is_thrown_at_once() {
    let operation = Operation::ListEarningRules;
    for (header, retry_after_ms) in [("31", 31_000), ("30", 30_000), ("86400", 86_400_000)] {
        let (error, sleeps) = fails(Script::new([status(429).retry_after(header)]), operation, &arguments(operation));
        let found = (error.code(), error.attempts(), error.retry_after_ms(), sleeps.len());
        assert_eq!(found, (Code::RateLimited, 1, Some(retry_after_ms), 0));
    }
    let slow = status(503).retry_after("25").taking_ms(6_000.0);
    let (error, sleeps) = fails(Script::new([slow]), operation, &arguments(operation));
    assert_eq!((error.code(), error.retry_after_ms(), sleeps.len()), (Code::ServerError, Some(25_000), 0));
    let (error, _) =
        fails(Script::new([status(503).retry_after("99999999999999999999999")]), operation, &arguments(operation));
    assert_eq!(error.attempts(), 1);
}

#[test]
fn an_attempt_gets_what_is_left_of_the_total() {
    let operation = Operation::ListEarningRules;
    let slow = lost(Cut::Timeout, true).taking_ms(10_000.0);
    let (result, client) = run(Script::new([slow.clone(), slow.clone(), slow]), operation, &arguments(operation));
    let error = result.expect_err("it never answers");
    assert_eq!((error.code(), error.attempts()), (Code::Timeout, 3));
    let timeouts: Vec<f64> = client.transport().limits.take().iter().map(|limits| limits.timeout_ms).collect();
    assert_eq!(timeouts, [10_000.0, 10_000.0, 9_100.0]);
}

#[test]
fn the_total_ends_the_call_before_the_retries_do() {
    let operation = Operation::ListEarningRules;
    let arguments = with_options(operation, json!({ "retries": 10, "totalTimeoutMs": 2_000, "timeoutMs": 60_000 }));
    let slow = status(503).taking_ms(900.0);
    let (result, client) = run(Script::new([slow.clone(), slow]), operation, &arguments);
    let error = result.expect_err("there is no time for a third");
    assert_eq!((error.code(), error.status(), error.attempts()), (Code::ServerError, Some(503), 2));
    let transport = client.transport();
    assert_eq!(transport.sleeps.take(), [300.0]);
    let timeouts: Vec<f64> = transport.limits.take().iter().map(|limits| limits.timeout_ms).collect();
    assert_eq!(timeouts, [2_000.0, 800.0]);
}

#[test]
fn what_a_call_waited_before_counts() {
    for operation in Operation::ALL {
        let script = Script::new([works(*operation)]).waited_ms(29_000.0);
        let (result, client) = run(script, *operation, &arguments(*operation));
        assert!(result.is_ok());
        let timeouts: Vec<f64> = client.transport().limits.take().iter().map(|limits| limits.timeout_ms).collect();
        assert_eq!(timeouts, [1_000.0]);

        let (result, client) = run(Script::new([]).waited_ms(30_000.0), *operation, &arguments(*operation));
        let error = result.expect_err("there is no time left");
        assert_eq!((error.code(), error.outcome(), error.attempts()), (Code::Timeout, Outcome::NotApplied, 0));
        assert_eq!(client.transport().sent(), 0);
    }
}

#[test]
fn limits_are_those_of_the_call() {
    for operation in Operation::ALL {
        let timeout_ms = if operation.is_award() { 15_000.0 } else { 10_000.0 };
        for (options, expected) in [
            (json!({}), (timeout_ms, 8_388_608.0)),
            (json!({ "timeoutMs": 1 }), (1.0, 8_388_608.0)),
            (json!({ "timeoutMs": 60_000, "maxResponseBytes": 1_073_741_824 }), (30_000.0, 1_073_741_824.0)),
            (json!({ "timeoutMs": 60_000, "totalTimeoutMs": 2_147_483_647 }), (60_000.0, 8_388_608.0)),
            (json!({ "totalTimeoutMs": 12.5, "maxResponseBytes": 1 }), (12.5, 1.0)),
        ] {
            let (_, client) = run(Script::new([works(*operation)]), *operation, &with_options(*operation, options));
            let limits = client.transport().limits.take();
            assert_eq!(limits.iter().map(|l| (l.timeout_ms, l.max_response_bytes)).collect::<Vec<_>>(), [expected]);
        }
    }
}

/// `deadline - performance.now()` has more digits than a double needs.
#[test]
fn times_may_have_any_fraction() {
    let operation = Operation::ListEarningRules;
    let options = json!({ "timeoutMs": 1_234.599_999_964_237_2, "totalTimeoutMs": 29_999.300_000_011_92 });
    let (_, client) = run(Script::new([works(operation)]), operation, &with_options(operation, options));
    let timeout_ms = client.transport().limits.take()[0].timeout_ms;
    assert!((timeout_ms - 1_234.6).abs() < 0.001, "{timeout_ms}");
}

#[test]
fn an_abort_ends_the_back_off() {
    for operation in READS {
        let (error, sleeps) = fails(Script::new([status(503)]).aborting_in_sleep(), operation, &arguments(operation));
        assert_eq!((error.code(), error.outcome()), (Code::Aborted, Outcome::NotApplied));
        assert_eq!((error.attempts(), sleeps.len()), (1, 1));
    }
}

#[test]
fn after_an_abort_nothing_is_sent_again() {
    for operation in READS {
        let (error, sleeps) = fails(Script::new([status(503).and_abort()]), operation, &arguments(operation));
        assert_eq!((error.attempts(), sleeps.len()), (1, 0));
    }
}

#[test]
fn a_request_that_could_not_leave_is_not_tried_again() {
    for operation in READS {
        let (result, client) = run(Script::new([lost(Cut::Network, false)]), operation, &arguments(operation));
        assert_eq!(result.expect_err("nothing left").attempts(), 0);
        assert_eq!(client.transport().attempts.take(), []);
    }
}

#[test]
fn every_attempt_is_reported() {
    let operation = Operation::ListEarningRules;
    let script = Script::new([
        status(503).taking_ms(40.0),
        lost(Cut::Network, true).taking_ms(5.0),
        works(operation).taking_ms(12.0),
    ]);
    let (_, client) = run(script, operation, &arguments(operation));
    let reports = client.transport().attempts.take();
    let expected = [
        (1, Some(503), 40.0, Next::Retry(300.0)),
        (2, None, 5.0, Next::Retry(600.0)),
        (3, Some(200), 12.0, Next::Done),
    ];
    let found: Vec<_> = reports.iter().map(|r| (r.attempt, r.status, r.duration_ms, r.next)).collect();
    assert_eq!(found, expected);
    let (_, client) = run(Script::new([status(404)]), operation, &arguments(operation));
    assert_eq!(client.transport().attempts.take()[0].next, Next::Failed);
}

#[test]
fn routes_are_templates() {
    for (operation, style, route) in [
        (Operation::CreateUser, "", "POST /users"),
        (Operation::AssignPoints, "", "POST /users/{userId}/commitments"),
        (Operation::ListEarningRules, "store", "GET /api/{storeCode}/customer/earningRule"),
        (Operation::ListEarningRules, "legacy", "GET /api/customer/earningRule"),
        (Operation::TriggerEvent, "store", "POST /api/{storeCode}/customer/earningRule/{eventName}"),
        (Operation::TriggerEvent, "legacy", "POST /api/customer/earnRule/{eventName}"),
        (Operation::GetCustomerStatus, "store", "GET /api/{storeCode}/customer/{customerId}/status"),
        (Operation::GetCustomerStatus, "legacy", "GET /api/customer/{customerId}/status"),
        (Operation::Login, "store", "POST /api/{storeCode}/customer/login_check"),
        (Operation::Login, "legacy", "POST /api/customer/login_check"),
        (Operation::RefreshTokens, "store", "POST /api/{storeCode}/token/refresh"),
        (Operation::RefreshTokens, "legacy", "POST /api/token/refresh"),
    ] {
        let mut arguments = arguments(operation);
        for server in ["openLoyalty", "openLoyaltyServer"] {
            if let Some(server) = arguments.get_mut(server) {
                server["pathStyle"] = style.into();
            }
        }
        let (result, client) = run(Script::new([works(operation)]), operation, &arguments);
        assert!(result.is_ok());
        let reports = client.transport().attempts.take();
        let found: Vec<_> = reports.iter().map(|report| (report.operation, report.route)).collect();
        assert_eq!(found, [(operation, route)]);
    }
}
