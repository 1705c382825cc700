//! The edge gateway's decisions: what a browser may ask, what crosses to it, and what becomes of an
//! award under its key. All of it is pure. Who drives it, in `pkg-template/gateway/`, reads bodies,
//! asks the store who it is, calls the loyalty servers and keeps the rows.

mod answer;
mod digest;
mod failure;
mod ledger;
pub(crate) mod limit;
mod policy;
mod route;
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "the boundary calls it"))]
pub(crate) mod rules;
mod settle;
mod setup;
mod tally;
mod upstream;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use answer::Answer;
use failure::Failure;
use ledger::{Award, Claim, Event, Reply, Row, State, Verdict};
use policy::{Head, Policy};
use route::Route;
use tally::{Recent, Room, Tally};

/// A decision, by name, on data. `None` for a name or data that the driver does not send.
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "the boundary calls it"))]
pub(crate) fn decide(name: &str, input: &[u8]) -> Option<String> {
    let decision = DECISIONS.iter().find(|decision| decision.0 == name)?;
    (decision.1)(input).map(|output| output.to_string())
}

type Decision = fn(&[u8]) -> Option<Value>;

const DECISIONS: &[(&str, Decision)] = &[
    ("setup", |input| read(input).map(|setup: setup::Setup| json!(setup.problem()))),
    ("admit", |input| read(input).map(|Admit { policy, head }| json!(policy.admit(&head)))),
    ("readBody", |input| read(input).map(read_body)),
    ("identity", |input| read(input).map(identity)),
    ("isSameSecret", |input| read(input).map(|(a, b): (String, String)| json!(digest::is_same_secret(&a, &b)))),
    ("hashKey", |input| read(input).map(|key: String| json!(digest::hex(key.as_bytes(), 12)))),
    ("claim", |input| read(input).map(claim)),
    ("begin", |input| read(input).map(|claim: Claim| json!(Award::begin(claim)))),
    ("next", |input| read(input).map(|Next { award, event, now_ms }| json!(award.next(event, now_ms)))),
    ("join", |input| read(input).map(|(at_work, asks): (String, String)| json!(ledger::join(&at_work, &asks)))),
    ("stillAtWork", |_| Some(json!(ledger::still_at_work()))),
    ("storageFailed", |input| read(input).map(|award: Award| json!(award.storage_failed()))),
    ("sweep", |input| read(input).map(sweep)),
    ("open", |input| read(input).map(open)),
    ("close", |input| read(input).map(close)),
    ("settle", |input| read(input).map(settle)),
    ("network", |input| read(input).map(|address: String| json!(limit::network(&address)))),
    ("crossing", |input| read(input).map(crossing)),
    ("answerAward", |input| read(input).map(answer_award)),
    ("answerRead", |input| read(input).map(answer_read)),
    ("answerRules", |input| read(input).map(answer_rules)),
    ("answerFailure", |input| read(input).map(answer_failure)),
    ("answerHealth", |input| read(input).map(answer_health)),
];

fn read<'a, T: Deserialize<'a>>(input: &'a [u8]) -> Option<T> {
    serde_json::from_slice(input).ok()
}

type Headers = Vec<(String, String)>;

#[derive(Deserialize)]
struct Admit {
    policy: Policy,
    head: Head,
}

#[derive(Deserialize)]
struct ReadBody {
    route: Route,
    /// `None`: it was too long.
    text: Option<String>,
}

fn read_body(ReadBody { route, text }: ReadBody) -> Value {
    let Some(text) = text else {
        let failure = policy::too_large();
        return json!({ "failure": failure, "status": 413 });
    };
    match policy::read_body(&route, &text) {
        Ok(body) => json!({ "body": body }),
        Err(failure) => json!({ "failure": failure, "status": failure.http_status() }),
    }
}

fn identity(given: Value) -> Value {
    match upstream::identity(given) {
        Ok(identity) => json!(identity),
        Err(problem) => json!({ "who": "nobody", "problem": problem }),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MakeClaim {
    route: Route,
    mount_path: String,
    key: String,
    customer: Option<String>,
    #[serde(default)]
    body: Value,
}

fn claim(MakeClaim { route, mount_path, key, customer, body }: MakeClaim) -> Value {
    json!(policy::claim(&route, &mount_path, &key, customer.as_deref(), &body))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Next {
    award: Award,
    event: Event,
    now_ms: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sweep {
    row: Row,
    is_at_work: bool,
    now_ms: u64,
}

/// What becomes of a row when the ledger is cleaned up.
#[derive(Serialize)]
#[serde(tag = "fate", rename_all = "snake_case")]
enum Fate {
    Keep,
    Forget,
    /// It has become unknown, or nobody was told: the store must hear of it.
    Report {
        row: Box<Row>,
    },
}

fn sweep(Sweep { row, is_at_work, now_ms }: Sweep) -> Value {
    let age_ms = now_ms.saturating_sub(row.since_ms);
    json!(if age_ms >= ledger::KEPT_MS {
        Fate::Forget
    } else if row.state == State::Pending && !is_at_work && age_ms >= ledger::LEASE_MS {
        Fate::Report { row: Box::new(ledger::abandoned(row)) }
    } else if row.state == State::Unknown && !row.reported {
        Fate::Report { row: Box::new(row) }
    } else {
        Fate::Keep
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Open {
    tally: Option<Tally>,
    award: Recent,
    daily_points: Option<f64>,
    /// The customer's, if they were asked for.
    rules: Option<Value>,
}

fn open(Open { tally, award, daily_points, rules }: Open) -> Value {
    let mut tally = tally.unwrap_or_default();
    let worth_of = rules.as_ref().map(|rules| |event_name: &str| settle::worth(rules, event_name));
    let room = tally.open(award, daily_points, worth_of.as_ref().map(|worth_of| worth_of as _));
    let retry_after_ms = if let Room::None(delay_ms) = room { Some(delay_ms) } else { None };
    json!({ "tally": tally, "retryAfterMs": retry_after_ms, "needsRules": room == Room::Ask })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Close {
    tally: Option<Tally>,
    nonce: String,
    reply: Reply,
    now_ms: u64,
}

fn close(Close { tally, nonce, reply, now_ms }: Close) -> Value {
    let mut tally = tally.unwrap_or_default();
    match reply.state() {
        None | Some(State::Rejected) => tally.forget(&nonce),
        Some(State::Applied) => {
            let points = if let Reply::Result(result) = &reply { result["points"].as_f64() } else { None };
            tally.book(&nonce, points, now_ms);
        }
        Some(State::Pending | State::Unknown) => {}
    }
    json!(tally)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settle {
    rules: Value,
    row: Row,
    tally: Option<Tally>,
    now_ms: u64,
}

fn settle(Settle { rules, row, tally, now_ms }: Settle) -> Value {
    let reply = settle::settle(&rules, &row, &tally.unwrap_or_default(), now_ms);
    json!({ "reply": reply, "rules": settle::rules_then(&rules, &row, now_ms) })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cross {
    route: Route,
    error: upstream::LoyaltyError,
    is_guest: bool,
    is_store: bool,
}

fn crossing(Cross { route, error, is_guest, is_store }: Cross) -> Value {
    let crossing = upstream::crossing(&route, error, is_guest, is_store);
    json!({ "reply": crossing.reply, "problem": crossing.problem })
}

#[derive(Deserialize)]
struct AnswerAward {
    route: Route,
    verdict: Verdict,
    headers: Headers,
}

fn answer_award(AnswerAward { route, verdict, headers }: AnswerAward) -> Value {
    let answer = match &route {
        Route::Award { key } => Answer::known(key, &verdict),
        route => Answer::award(route, &verdict),
    };
    json!(answer.with_headers(&headers))
}

#[derive(Deserialize)]
struct AnswerRead {
    result: Value,
    headers: Headers,
}

fn answer_read(AnswerRead { result, headers }: AnswerRead) -> Value {
    json!(Answer::read(&result).with_headers(&headers))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnswerRules {
    etag: String,
    if_none_match: Option<String>,
    headers: Headers,
}

fn answer_rules(AnswerRules { etag, if_none_match, headers }: AnswerRules) -> Value {
    json!(Answer::rules(&etag, if_none_match.as_deref()).with_headers(&headers))
}

#[derive(Deserialize)]
struct AnswerFailure {
    failure: Failure,
    #[serde(default)]
    status: Option<u16>,
    headers: Headers,
}

fn answer_failure(AnswerFailure { failure, status, headers }: AnswerFailure) -> Value {
    let status = status.unwrap_or_else(|| failure.http_status());
    json!(Answer::failure_as(status, &failure).with_headers(&headers))
}

#[derive(Deserialize)]
struct AnswerHealth {
    health: Value,
    headers: Headers,
}

fn answer_health(AnswerHealth { health, headers }: AnswerHealth) -> Value {
    json!(Answer::new(200, "ok", Some(health.to_string())).with_headers(&headers))
}

#[cfg(test)]
mod tests {
    use super::{DECISIONS, decide};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    /// Inputs that the driver sends, to start from.
    fn inputs() -> Vec<(&'static str, Value)> {
        let row = json!({
            "fingerprint": "f", "nonce": "1", "operation": "triggerEvent", "eventName": "a", "sinceMs": 1,
            "state": "unknown", "reply": { "error": { "code": "network", "outcome": "unknown" } }
        });
        let claim = json!({
            "fingerprint": "f", "nonce": "1", "operation": "triggerEvent", "eventName": "a", "exclusive": true,
            "canSettle": true
        });
        let award = json!({ "claim": claim, "stage": "Reading" });
        let route = json!({ "name": "event", "eventName": "a" });
        let head = json!({ "method": "POST", "path": "/loyalty/events/a", "origin": "https://shop.example" });
        let policy = json!({
            "mountPath": "/loyalty", "origins": ["https://shop.example"], "events": ["a"], "servesOpenLoyalty": true,
            "servesKoomalooma": true, "takesCommitments": true
        });
        vec![
            ("admit", json!({ "policy": policy, "head": head })),
            ("readBody", json!({ "route": route, "text": "{}" })),
            ("identity", json!({ "id": "a", "token": "t" })),
            ("isSameSecret", json!(["a", "b"])),
            ("hashKey", json!("key")),
            ("claim", json!({ "route": route, "mountPath": "/loyalty", "key": "k", "customer": "c", "body": {} })),
            ("begin", claim),
            ("next", json!({ "award": award, "event": { "event": "read", "row": row }, "nowMs": 2 })),
            ("join", json!(["a", "b"])),
            ("storageFailed", award),
            ("sweep", json!({ "row": row, "isAtWork": false, "nowMs": 2 })),
            ("open", json!({ "award": { "nonce": "1", "eventName": "a", "sinceMs": 1 }, "dailyPoints": 1 })),
            ("close", json!({ "nonce": "1", "reply": { "result": { "points": 1 } }, "nowMs": 2 })),
            ("settle", json!({ "rules": { "earningRules": [] }, "row": row, "nowMs": 2 })),
            ("network", json!("::1")),
            ("answerRead", json!({ "result": {}, "headers": [] })),
            ("answerRules", json!({ "etag": "\"a\"", "ifNoneMatch": "*", "headers": [] })),
            ("answerFailure", json!({ "failure": { "code": "a", "outcome": "b" }, "headers": [] })),
            ("answerHealth", json!({ "health": { "ok": true }, "headers": [] })),
        ]
    }

    #[test]
    fn what_the_driver_sends_is_decided() {
        for (name, input) in inputs() {
            assert!(decide(name, input.to_string().as_bytes()).is_some(), "{name}");
        }
        assert_eq!(decide("nothing", b"null"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_input_breaks_a_decision(
            which in any::<prop::sample::Index>(),
            at in any::<prop::sample::Index>(),
            piece in prop_oneof![
                Just("null"), Just("0"), Just("-1"), Just("1e308"), Just("18446744073709551615"), Just("\"\""),
                Just("[]"), Just("{}"), Just("\u{1f48e}"), Just("}"),
            ],
            length in 0_usize..12,
        ) {
            let inputs = inputs();
            let (name, input) = which.get(&inputs);
            let mut text: Vec<char> = input.to_string().chars().collect();
            let from = at.index(text.len());
            let to = (from + length).min(text.len());
            text.splice(from..to, piece.chars());
            let text: String = text.into_iter().collect();
            let _ = decide(name, text.as_bytes());
            for (name, _) in DECISIONS {
                let _ = decide(name, text.as_bytes());
            }
        }
    }
}
