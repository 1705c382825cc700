//! Calls through a store's gateway: what is sent, what comes back, and how awards are asked for again.

mod support;

use earnkit::{Code, Cut, Error, Method, Next, Operation, Outcome, TokenFailure};
use serde_json::{Value, json};

use support::arguments::{commitment, set, success};
use support::{Script, Step, answer, json as answers, lost, refused, run};

const CALLS: [Operation; 5] = [
    Operation::ListEarningRules,
    Operation::GetCustomerStatus,
    Operation::TriggerEvent,
    Operation::CreateUser,
    Operation::AssignPoints,
];
const AWARDS: [Operation; 3] = [Operation::TriggerEvent, Operation::CreateUser, Operation::AssignPoints];
const MADE_KEY: &str = "4294967295-1-2-3";
const ORDER: &str = "order-1042";
const CREDENTIAL: &str = "Bearer a-credential-of-the-store";

/// The parameter that the gateway stands for.
fn target(operation: Operation) -> &'static str {
    match operation {
        Operation::CreateUser | Operation::AssignPoints => "koomalooma",
        Operation::Login | Operation::RefreshTokens => "openLoyaltyServer",
        _ => "openLoyalty",
    }
}

/// The arguments with another setting of the gateway.
fn with_setting(operation: Operation, key: &str, value: Value) -> Value {
    set(through(operation), &format!("/{}", target(operation)), key, value)
}

/// The arguments as the JavaScript boundary writes them.
fn through(operation: Operation) -> Value {
    let gateway = json!({ "gatewayUrl": "https://shop.example/loyalty" });
    let mut arguments = json!({ "gateway": true, "key": MADE_KEY, target(operation): gateway });
    let more = match operation {
        Operation::TriggerEvent => json!({ "eventName": "facebook_like" }),
        Operation::AssignPoints => {
            json!({ "userId": "u-1", "commitment": commitment(), "options": { "idempotencyKey": ORDER } })
        }
        Operation::Login => json!({ "credentials": { "username": "anna", "password": "password" } }),
        Operation::RefreshTokens => json!({ "refreshToken": "refresh" }),
        _ => json!({}),
    };
    for (name, value) in more.as_object().expect("an object") {
        arguments[name] = value.clone();
    }
    arguments
}

fn with_options(operation: Operation, options: &Value) -> Value {
    let mut arguments = through(operation);
    for (name, value) in options.as_object().expect("an object") {
        arguments["options"][name] = value.clone();
    }
    arguments
}

/// What the gateway gives: canonical already.
fn canonical(operation: Operation) -> Value {
    match operation {
        Operation::ListEarningRules => json!({ "earningRules": [], "currency": "EUR" }),
        Operation::GetCustomerStatus => json!({
            "points": 12.5, "lockedPoints": 0, "usedPoints": 0, "expiredPoints": 0, "totalEarnedPoints": 12.5,
        }),
        Operation::TriggerEvent => json!({ "points": 10 }),
        Operation::CreateUser => json!({ "partnerId": "p", "partnerUserId": "u", "userSessionId": "s" }),
        Operation::AssignPoints => json!({
            "id": "c-1", "userId": "u-1", "loyaltyUnits": 24, "freeLoyaltyUnits": 1, "redeemed": false,
            "promotionGoalCategory": "mugs", "createdAt": "2026-01-01T10:00:00+01:00",
        }),
        Operation::Login | Operation::RefreshTokens => unreachable!("they do not go through a gateway"),
    }
}

fn works(operation: Operation) -> Step {
    let mut body = canonical(operation);
    if operation.is_award() {
        body["final"] = true.into();
    }
    answers(success(operation), body.to_string())
}

/// A gateway's own error.
fn refuses(status: u16, code: Code, outcome: Outcome, is_final: bool) -> Step {
    let error = json!({ "code": code.as_str(), "outcome": outcome.as_str() });
    answers(status, json!({ "error": error, "final": is_final }).to_string())
}

fn in_progress() -> Step {
    refuses(409, Code::InProgress, Outcome::Unknown, false)
}

/// What became of a call: its result, what was sent with which key, and what it waited for.
struct Story {
    result: Result<Value, Error>,
    keys: Vec<Option<String>>,
    sleeps: Vec<f64>,
    next: Vec<Next>,
}

#[track_caller]
fn story(script: Script, operation: Operation, arguments: &Value) -> Story {
    let (result, client) = run(script, operation, arguments);
    let transport = client.transport();
    assert_eq!(transport.left(), 0, "the script is not over");
    let requests = transport.requests.take();
    if let Err(error) = &result {
        assert_eq!(error.attempts() as usize, requests.len());
    }
    let key = |request: &earnkit::Request| {
        let mut found = request.headers.iter().filter(|(name, _)| *name == "Idempotency-Key");
        let key = found.next().map(|(_, value)| value.clone());
        assert!(found.next().is_none());
        key
    };
    Story {
        result: result.map(|json| serde_json::from_str(&json).expect("it is JSON")),
        keys: requests.iter().map(key).collect(),
        sleeps: transport.sleeps.take(),
        next: transport.attempts.take().iter().map(|attempt| attempt.next).collect(),
    }
}

#[track_caller]
fn fails(steps: impl IntoIterator<Item = Step>, operation: Operation) -> Error {
    story(Script::new(steps), operation, &through(operation)).result.expect_err("the call fails")
}

#[test]
fn requests_are_the_gateways() {
    for (operation, line, body) in [
        (Operation::ListEarningRules, "GET https://shop.example/loyalty/earning-rules", None),
        (Operation::GetCustomerStatus, "GET https://shop.example/loyalty/status", None),
        (Operation::TriggerEvent, "POST https://shop.example/loyalty/events/facebook_like", Some(json!({}))),
        (Operation::CreateUser, "POST https://shop.example/loyalty/users", Some(json!({}))),
        (Operation::AssignPoints, "POST https://shop.example/loyalty/users/u-1/commitments", Some(commitment())),
    ] {
        let (result, client) = run(Script::new([works(operation)]), operation, &through(operation));
        let json: Value = serde_json::from_str(&result.expect("it works")).expect("it is JSON");
        assert_eq!(json, canonical(operation));
        let request = client.transport().requests.take().remove(0);
        assert_eq!(format!("{} {}", request.method.as_str(), request.url), line);
        let sent: Option<Value> = request.body.map(|body| serde_json::from_str(&body).expect("the body is JSON"));
        assert_eq!(sent, body);
        let mut headers = vec![("Accept", "application/json")];
        if request.method == Method::Post {
            let key = if operation == Operation::AssignPoints { ORDER } else { MADE_KEY };
            headers.extend([("Content-Type", "application/json"), ("Idempotency-Key", key)]);
        }
        let sent: Vec<_> = request.headers.iter().map(|(name, value)| (&**name, value.as_str())).collect();
        assert_eq!(sent, headers);
        let route = client.transport().attempts.take()[0].route;
        assert!(
            ["GET /earning-rules", "GET /status", "POST /events/{eventName}", "POST /users"].contains(&route)
                || route == "POST /users/{userId}/commitments"
        );
    }
}

#[test]
fn what_is_not_for_the_gateway_is_not_sent() {
    let operation = Operation::AssignPoints;
    let mut arguments = through(operation);
    arguments["commitment"]["internalNote"] = "not for others".into();
    let (_, client) = run(Script::new([works(operation)]), operation, &arguments);
    let body: Value =
        serde_json::from_str(&client.transport().requests.take()[0].body.clone().expect("a body")).expect("it is JSON");
    assert_eq!(body, commitment());
}

#[test]
fn who_gets_the_award_is_the_gateways_to_say() {
    let user = json!({ "partnerId": "p", "partnerUserId": "u", "userSessionId": "s" });
    let operation = Operation::CreateUser;
    assert_eq!(refused(operation, &set(through(operation), "", "user", user)), "user");
}

#[test]
fn a_gateway_gives_no_tokens() {
    for operation in [Operation::Login, Operation::RefreshTokens] {
        assert_eq!(refused(operation, &through(operation)), "openLoyaltyServer.gatewayUrl");
    }
}

#[test]
fn the_address_is_checked_as_a_servers() {
    for operation in CALLS {
        let at = |url: Value| with_setting(operation, "gatewayUrl", url);
        for url in [json!(null), json!(5), json!(""), json!("/loyalty"), json!("https://u:p@shop.example/loyalty")] {
            assert_eq!(refused(operation, &at(url)), "gateway.gatewayUrl");
        }
        assert_eq!(
            refused(operation, &set(through(operation), "", target(operation), json!({}))),
            "gateway.gatewayUrl"
        );
        assert_eq!(refused(operation, &set(through(operation), "", target(operation), json!("/loyalty"))), "gateway");
        let (result, client) = run(Script::new([works(operation)]), operation, &at(json!("https://shop.example/")));
        assert!(result.is_ok());
        assert!(!client.transport().requests.take()[0].url.contains("example//"));
    }
}

#[test]
fn credentials_are_those_of_fetch() {
    for operation in CALLS {
        let with = |value: Value| with_setting(operation, "credentials", value);
        for value in [json!("omit"), json!("same-origin"), json!("include")] {
            assert!(run(Script::new([works(operation)]), operation, &with(value)).0.is_ok());
        }
        for value in [json!("Include"), json!(""), json!(true), json!(null), json!({})] {
            assert_eq!(refused(operation, &with(value)), "gateway.credentials");
        }
    }
}

#[test]
fn keys_are_visible_ascii() {
    for operation in AWARDS {
        let longest = "k".repeat(255);
        for key in ["k", ORDER, "~!\"\\", &longest] {
            let arguments = with_options(operation, &json!({ "idempotencyKey": key }));
            assert_eq!(story(Script::new([works(operation)]), operation, &arguments).keys, [Some(key.to_owned())]);
        }
        let too_long = "k".repeat(256);
        for key in [json!(""), json!(&too_long), json!("a b"), json!("a\n"), json!("ż"), json!(5), json!(null)] {
            let arguments = with_options(operation, &json!({ "idempotencyKey": key }));
            assert_eq!(refused(operation, &arguments), "options.idempotencyKey");
        }
    }
    for operation in [Operation::ListEarningRules, Operation::GetCustomerStatus] {
        let arguments = with_options(operation, &json!({ "idempotencyKey": "k" }));
        assert_eq!(refused(operation, &arguments), "options.idempotencyKey");
    }
}

/// A redelivered webhook must find its award again, which a random key would not let it.
#[test]
fn a_commitments_key_is_the_stores_to_make() {
    let arguments = set(through(Operation::AssignPoints), "", "options", json!({}));
    assert_eq!(refused(Operation::AssignPoints, &arguments), "options.idempotencyKey");
    let arguments = set(through(Operation::TriggerEvent), "", "key", json!(5));
    assert_eq!(refused(Operation::TriggerEvent, &arguments), "key");
}

fn with_headers(operation: Operation, headers: Value) -> Value {
    with_setting(operation, "headers", headers)
}

fn asking(operation: Operation) -> Value {
    set(through(operation), "", "asks", true.into())
}

#[test]
fn headers_are_added() {
    let headers = json!({ "Authorization": CREDENTIAL, "x-shop!": "a b", "X-Empty": "" });
    for operation in CALLS {
        let given = (Script::new([works(operation)]), with_headers(operation, headers.clone()));
        let asked = (Script::new([works(operation)]).tokens([Ok(Some(headers.to_string()))]), asking(operation));
        for (script, arguments) in [given, asked] {
            let (result, client) = run(script, operation, &arguments);
            assert!(result.is_ok(), "{result:?}");
            let requests = client.transport().requests.take();
            let sent: Vec<_> = requests[0].headers.iter().map(|(name, value)| (&**name, value.as_str())).collect();
            for header in [("Authorization", CREDENTIAL), ("x-shop!", "a b"), ("X-Empty", "")] {
                assert!(sent.contains(&header), "{header:?}");
            }
        }
        let guest = run(Script::new([works(operation)]).tokens([Ok(None)]), operation, &asking(operation));
        assert!(guest.0.is_ok());
    }
}

/// Headers that `fetch` must not see, and the field that is at fault.
fn bad_headers() -> Vec<(Value, &'static str)> {
    vec![
        (json!("Authorization: Bearer x"), "gateway.headers"),
        (json!([]), "gateway.headers"),
        (json!([["a", "b"]]), "gateway.headers"),
        (json!(5), "gateway.headers"),
        (json!({ "": "x" }), "gateway.headers"),
        (json!({ "a b": "x" }), "gateway.headers"),
        (json!({ "a:": "x" }), "gateway.headers"),
        (json!({ "a\r\nb": "x" }), "gateway.headers"),
        (json!({ "ż": "x" }), "gateway.headers"),
        (json!({ "X-A": 5 }), "gateway.headers.X-A"),
        (json!({ "X-A": null }), "gateway.headers.X-A"),
        (json!({ "X-A": ["x"] }), "gateway.headers.X-A"),
        (json!({ "X-A": " x" }), "gateway.headers.X-A"),
        (json!({ "X-A": "x\t" }), "gateway.headers.X-A"),
        (json!({ "X-A": "secret\r\nX-B: x" }), "gateway.headers.X-A"),
        (json!({ "X-A": "secret\u{0}" }), "gateway.headers.X-A"),
        (json!({ "X-A": "sécret" }), "gateway.headers.X-A"),
        (json!({ "idempotency-key": "x" }), "gateway.headers.idempotency-key"),
        (json!({ "Content-Type": "text/plain" }), "gateway.headers.Content-Type"),
        (json!({ "ACCEPT": "*/*" }), "gateway.headers.ACCEPT"),
    ]
}

#[test]
fn bad_headers_are_refused_before_fetch_sees_them() {
    for operation in CALLS {
        for (headers, field) in bad_headers() {
            assert_eq!(refused(operation, &with_headers(operation, headers.clone())), field);
            let script = Script::new([]).tokens([Ok(Some(headers.to_string()))]);
            let (result, client) = run(script, operation, &asking(operation));
            let error = result.expect_err("the call is refused");
            assert_eq!((error.code(), error.outcome(), error.attempts()), (Code::TokenFailed, Outcome::NotApplied, 0));
            assert_eq!((error.field(), client.transport().sent()), (Some(field), 0));
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
    }
}

#[test]
fn a_headers_function_fails_as_a_token_function_does() {
    for operation in CALLS {
        for (failure, code) in [
            (TokenFailure::Failed, Code::TokenFailed),
            (TokenFailure::Cut(Cut::Timeout), Code::Timeout),
            (TokenFailure::Cut(Cut::Aborted), Code::Aborted),
        ] {
            let error = story(Script::new([]).tokens([Err(failure)]), operation, &asking(operation)).result;
            let error = error.expect_err("the call fails");
            assert_eq!((error.code(), error.outcome(), error.attempts()), (code, Outcome::NotApplied, 0));
        }
    }
}

/// The gateway knows the customer, so a 401 is its last word.
#[test]
fn headers_are_asked_for_once() {
    for operation in CALLS {
        let script = Script::new([refuses(401, Code::Unauthorized, Outcome::NotApplied, false)]);
        let script = script.tokens([Ok(Some(json!({ "Authorization": CREDENTIAL }).to_string()))]);
        let story = story(script, operation, &asking(operation));
        assert_eq!((story.result.expect_err("401").code(), story.next), (Code::Unauthorized, vec![Next::Failed]));
    }
}

#[test]
fn headers_are_secrets() {
    let headers = json!({ "Authorization": CREDENTIAL, "Accept-Language": "pl" });
    let operation = Operation::TriggerEvent;
    let says = format!("pl: {CREDENTIAL} is unknown");
    let body = json!({
        "error": { "code": "unauthorized", "outcome": "not_applied", "serverMessage": says, "field": CREDENTIAL },
        "final": true,
    });
    let arguments = with_headers(operation, headers);
    for step in [answers(401, body.to_string()), answers(401, json!({ "error": says }).to_string())] {
        let error = story(Script::new([step]), operation, &arguments).result.expect_err("401");
        assert_eq!(error.server_message(), Some("pl: [secret] is unknown"));
        assert!(!format!("{error:?}").contains("a-credential"));
    }
}

#[test]
fn a_gateways_errors_are_believed() {
    for operation in CALLS {
        for &code in Code::ALL {
            for &outcome in Outcome::ALL {
                // Whatever the status says.
                for status in [400, 401, 409, 422, 500, 502, 203] {
                    let error = fails([refuses(status, code, outcome, true)], operation);
                    let expected = if operation.is_award() { outcome } else { Outcome::NotApplied };
                    assert_eq!((error.code(), error.outcome(), error.status()), (code, expected, Some(status)));
                }
            }
        }
        let body = json!({
            "error": {
                "code": "limit_exceeded", "outcome": "not_applied", "field": "eventName", "status": 418,
                "retryAfterMs": 1234, "serverMessage": "limit\nwas exceeded", "message": "of the gateway", "more": 1,
            },
            "final": true,
        });
        let error = fails([answers(400, body.to_string()).retry_after("9")], operation);
        assert_eq!((error.field(), error.status(), error.retry_after_ms()), (Some("eventName"), Some(418), Some(1234)));
        assert_eq!(error.server_message(), Some("limit was exceeded"));
        let body =
            r#"{"error":{"code":"forbidden","outcome":"not_applied","message":"no such event here"},"final":true}"#;
        assert_eq!(fails([answers(403, body)], operation).server_message(), Some("no such event here"));
    }
}

#[test]
fn what_is_no_gateways_error_is_judged_by_its_status() {
    let arguments = |operation| with_options(operation, &json!({ "retries": 0 }));
    for operation in CALLS {
        for body in [
            "<html>nginx</html>",
            "",
            "{}",
            r#"{"error":{"code":"sorry","outcome":"applied"}}"#,
            r#"{"error":{"code":"rejected","outcome":"maybe"}}"#,
            r#"{"error":{"code":"rejected"}}"#,
            r#"{"error":"rejected"}"#,
            r#"{"error":{"code":"rejected","outcome":"applied","status":"500"}}"#,
            r#"{"error":{"code":"rejected","outcome":"applied"},"final":1}"#,
            r#"{"error":{"code":"rejected","outcome":"applied"}}x"#,
        ] {
            for (status, code, outcome) in [
                (401, Code::Unauthorized, Outcome::NotApplied),
                (409, Code::Conflict, Outcome::Unknown),
                (422, Code::Rejected, Outcome::NotApplied),
                (429, Code::RateLimited, Outcome::NotApplied),
                (502, Code::ServerError, Outcome::Unknown),
            ] {
                let story = story(Script::new([answers(status, body)]), operation, &arguments(operation));
                let error = story.result.expect_err("it fails");
                let expected = if operation.is_award() { outcome } else { Outcome::NotApplied };
                assert_eq!((error.code(), error.outcome()), (code, expected), "{body}");
            }
        }
        let portal = answer(success(operation), Some("text/html"), "<p>Welcome</p>");
        assert_eq!(fails([portal], operation).code(), Code::InvalidResponse);
    }
    // A server's own error is not for others to use.
    let error = support::error(
        Operation::TriggerEvent,
        &support::arguments::once(Operation::TriggerEvent),
        refuses(422, Code::InProgress, Outcome::Applied, true),
    );
    assert_eq!((error.code(), error.outcome()), (Code::Rejected, Outcome::NotApplied));
}

#[test]
fn usages_are_the_customers_own_already() {
    let rule = |usages: Value| {
        json!({ "earningRules": [{
            "earningRuleId": "r", "type": "custom_event", "eventName": "e", "pointsAmount": 5, "usages": usages,
        }] })
    };
    let list = |usages| {
        let step = answers(200, rule(usages).to_string());
        let arguments = through(Operation::ListEarningRules);
        story(Script::new([step]), Operation::ListEarningRules, &arguments).result
    };
    let usages = |usages| list(usages).expect("it works")["earningRules"][0]["usages"].clone();
    assert_eq!(usages(json!(null)), json!(null));
    assert_eq!(usages(json!([])), json!([]));
    let date = json!({ "date": "2026-01-01T10:00:00+01:00" });
    assert_eq!(usages(json!([date, date])), json!([date, date]));
    let with_more = json!([{ "date": "2026-01-01T10:00:00+0100", "subject": { "subjectId": "somebody" } }]);
    assert_eq!(usages(with_more), json!([date]));
    for broken in [json!(5), json!([5]), json!([{}]), json!([{ "date": "soon" }])] {
        let error = list(broken).expect_err("the contract is broken");
        assert_eq!(error.code(), Code::InvalidResponse);
        assert!(error.field().is_some_and(|field| field.starts_with("earningRules[0].usages")));
    }
}

#[test]
fn a_servers_spelling_is_not_the_gateways() {
    for (operation, body, field) in [
        (Operation::CreateUser, r#"{"partner_user_id":"u"}"#, "partnerUserId"),
        (Operation::AssignPoints, r#"{"id":"c","loyaltyUnits":"24"}"#, "loyaltyUnits"),
    ] {
        let error = fails([answers(201, body)], operation);
        let found = (error.code(), error.outcome(), error.field());
        assert_eq!(found, (Code::InvalidResponse, Outcome::Applied, Some(field)));
    }
}

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
    let direct = support::arguments::once(Operation::TriggerEvent);
    assert_eq!(support::error(Operation::TriggerEvent, &direct, answers(500, "")).idempotency_key(), None);
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

#[test]
fn another_address_is_the_hint_after_a_404() {
    let error = fails([answers(404, "<html>")], Operation::ListEarningRules);
    assert!(error.to_string().contains("gateway.gatewayUrl"), "{error}");
}
