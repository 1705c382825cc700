//! Calls through a store's gateway: what is sent, what comes back, and how awards are asked for again.

mod answers;
mod awards;
mod headers;
mod requests;
#[path = "../support/mod.rs"]
mod support;

use earnkit::{Code, Error, Next, Operation, Outcome};
use serde_json::{Value, json};

use support::arguments::{commitment, set, success};
use support::{Script, Step, json as responds, run};

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
    responds(success(operation), body.to_string())
}

/// A gateway's own error.
fn refuses(status: u16, code: Code, outcome: Outcome, is_final: bool) -> Step {
    let error = json!({ "code": code.as_str(), "outcome": outcome.as_str() });
    responds(status, json!({ "error": error, "final": is_final }).to_string())
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
