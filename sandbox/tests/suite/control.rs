//! The control interface, the log, and the state as a whole.

use earnkit_sandbox::{Options, Request, Sandbox};
use serde_json::{Value, json};

use crate::support::{MONDAY_MS, Shop, bearer, json_body, login, text};

const ANNA: &str = "anna@example.com";

fn requests(shop: &mut Shop) -> Vec<Value> {
    shop.control("GET", "/sandbox/requests", &Value::Null)["requests"].as_array().unwrap().clone()
}

#[test]
fn the_log_shows_requests_without_their_secrets() {
    let mut shop = Shop::new();
    let tokens = json_body(&shop.login(ANNA));
    let (token, refresh_token) = (tokens["token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    shop.control("POST", "/sandbox/faults", &json!({ "fault": "apply_then_drop" }));
    let reply = shop.reply(&Request::new("GET", &format!("/api/token/refresh?refresh_token={refresh_token}")));
    shop.sandbox.finish(reply.sequence.unwrap(), 12);
    let log = shop.send(&Request::new("GET", "/sandbox/requests"));
    assert!(!text(&log).contains(token) && !text(&log).contains(refresh_token));
    let expected = json!([
        { "sequence": 1, "at": "2026-01-05T10:00:00Z", "method": "POST",
          "path": "/api/DEFAULT/customer/login_check", "status": 200, "durationMs": null },
        { "sequence": 2, "at": "2026-01-05T10:00:00Z", "method": "GET", "path": "/api/token/refresh",
          "status": null, "durationMs": 12, "fault": "apply_then_drop" },
    ]);
    assert_eq!(json_body(&log)["requests"], expected);
}

#[test]
fn the_log_keeps_the_last_thousand() {
    let mut shop = Shop::new();
    for _ in 0..1_003 {
        shop.send(&Request::new("GET", "/"));
    }
    let log = requests(&mut shop);
    assert_eq!(log.len(), 1_000);
    assert_eq!((&log[0]["sequence"], &log[999]["sequence"]), (&json!(4), &json!(1_003)));
    shop.sandbox.finish(1_003, 5);
    shop.sandbox.finish(1, 5);
    assert_eq!(requests(&mut shop)[999]["durationMs"], 5);
}

#[test]
fn the_clock_moves_and_goes_back() {
    let mut shop = Shop::new();
    let clock = |shop: &mut Shop, body: Value| shop.control("POST", "/sandbox/clock", &body);
    assert_eq!(clock(&mut shop, json!({ "advanceSeconds": 90.5 }))["now"], "2026-01-05T10:01:30.5Z");
    assert_eq!(clock(&mut shop, json!({ "advanceSeconds": -60 }))["offsetMs"], 30_500);
    let later = clock(&mut shop, json!({ "now": "2027-03-01T00:00:00+01:00" }));
    assert_eq!(later["now"], "2027-02-28T23:00:00Z");
    shop.now_ms += 1_000;
    let now = shop.control("GET", "/sandbox/clock", &Value::Null);
    assert_eq!(now["now"], "2027-02-28T23:00:01Z");
    for body in [
        json!({}),
        json!({ "advanceSeconds": 1, "now": "2027-03-01T00:00:00Z" }),
        json!({ "now": "tomorrow" }),
        json!({ "advanceSeconds": 1e300 }),
        json!({ "advanceSeconds": 1e12 }),
    ] {
        let response = shop.send(&Request::new("POST", "/sandbox/clock").json(&body));
        assert_eq!(response.status, 400, "{body}");
    }
}

#[test]
fn a_reset_forgets_everything_but_keeps_tokens_good() {
    let mut shop = Shop::new();
    let token = shop.token(ANNA);
    shop.trigger(&token, "facebook_like");
    shop.advance(3_600);
    shop.control("POST", "/sandbox/faults", &json!({ "fault": "html" }));
    shop.control("POST", "/sandbox/reset", &Value::Null);
    assert_eq!((shop.ledger().len(), requests(&mut shop).len()), (0, 0));
    assert_eq!(shop.control("GET", "/sandbox/clock", &Value::Null)["offsetMs"], 0);
    assert_eq!(shop.trigger(&token, "facebook_like").status, 200);
    assert_eq!(shop.ledger()[0]["sequence"], 1);
}

#[test]
fn the_same_seed_and_time_give_the_same_answers() {
    let play = |seed: u64| {
        let mut sandbox = Sandbox::new(Options { seed }, MONDAY_MS);
        let tokens = sandbox.handle(&login(ANNA, "password"), MONDAY_MS).response;
        let token = json_body(&tokens)["token"].as_str().unwrap().to_owned();
        let list = bearer(Request::new("GET", "/api/DEFAULT/customer/earningRule"), &token);
        [tokens, sandbox.handle(&list, MONDAY_MS).response]
    };
    assert_eq!(play(1), play(1));
    assert_ne!(play(1), play(2));
}

#[test]
fn the_state_survives_as_json() {
    let mut shop = Shop::new();
    let token = shop.token(ANNA);
    shop.trigger(&token, "photo.shared");
    shop.advance(60);
    shop.control("POST", "/sandbox/faults", &json!({ "fault": "truncate", "path": "status", "count": 3 }));
    let text = serde_json::to_string(&shop.sandbox).unwrap();
    let mut restored = Shop { sandbox: serde_json::from_str(&text).unwrap(), now_ms: shop.now_ms };
    assert_eq!(serde_json::to_string(&restored.sandbox).unwrap(), text);
    assert_eq!(restored.ledger(), shop.ledger());
    assert_eq!(restored.list(&token), shop.list(&token));
    assert_eq!(restored.login(ANNA), shop.login(ANNA));
}

#[test]
fn pages_of_every_origin_may_call() {
    let mut shop = Shop::new();
    let origin = "https://shop.example";
    let preflight = Request::new("OPTIONS", "/api/DEFAULT/customer/earningRule")
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "GET")
        .header("Access-Control-Request-Headers", "authorization,content-type");
    let response = shop.send(&preflight);
    assert_eq!(response.status, 204);
    assert_eq!(response.header_value("access-control-allow-origin"), Some(origin));
    let allowed = response.header_value("access-control-allow-headers").unwrap().to_ascii_lowercase();
    for name in ["accept", "authorization", "content-type", "x-koomalooma-jwt"] {
        assert!(allowed.split(", ").any(|candidate| candidate == name), "{name}");
    }
    let refused = shop.send(&Request::new("GET", "/api/DEFAULT/customer/earningRule").header("Origin", origin));
    assert_eq!(refused.header_value("access-control-allow-origin"), Some(origin));
    assert_eq!(refused.header_value("access-control-expose-headers"), Some("Retry-After"));
    let same_origin = shop.send(&Request::new("GET", "/api/DEFAULT/customer/earningRule"));
    assert_eq!(same_origin.header_value("access-control-allow-origin"), None);
    let control = shop.send(&Request::new("GET", "/sandbox/ledger").header("Origin", origin));
    assert_eq!(control.header_value("access-control-allow-origin"), Some("*"));
    assert_eq!(shop.send(&Request::new("OPTIONS", "/sandbox/faults")).status, 204);
    assert_eq!(requests(&mut shop).len(), 2);
}

#[test]
fn unknown_control_paths_are_told() {
    let mut shop = Shop::new();
    assert_eq!(shop.send(&Request::new("GET", "/sandbox/nope")).status, 404);
    assert_eq!(shop.send(&Request::new("PUT", "/sandbox/ledger")).status, 405);
    let nobody = json!({ "email": "nobody@example.com" });
    assert_eq!(shop.send(&Request::new("POST", "/sandbox/customers").json(&nobody)).status, 400);
    let gold = json!({ "email": ANNA, "level": "Gold" });
    shop.control("POST", "/sandbox/customers", &gold);
    let token = shop.token(ANNA);
    assert_eq!(shop.trigger(&token, "tasting.attended").status, 200);
}

#[test]
fn a_rule_can_be_added() {
    let mut shop = Shop::new();
    let token = shop.token(ANNA);
    assert_eq!(shop.trigger(&token, "my.event").status, 400);
    let limit = json!({ "active": true, "period": "day", "limit": 1 });
    let rule = json!({ "eventName": "my.event", "pointsAmount": 7.5, "limit": limit });
    let added = shop.control("POST", "/sandbox/rules", &rule);
    let granted = shop.trigger(&token, "my.event");
    assert_eq!((granted.status, json_body(&granted)), (200, json!({ "points": 7.5 })));
    assert_eq!(shop.ledger().last().unwrap()["earningRuleId"], added["earningRuleId"]);
    assert_eq!(json_body(&shop.trigger(&token, "my.event")), json!({ "error": "limit exceeded" }));
    let without_points = json!({ "eventName": "my.event" });
    assert_eq!(shop.send(&Request::new("POST", "/sandbox/rules").json(&without_points)).status, 400);
}

#[test]
fn hostile_requests_get_an_answer() {
    let mut shop = Shop::new();
    let token = shop.token(ANNA);
    for target in [
        "",
        "*",
        "//",
        "/api",
        "/api/",
        "/api//customer/earningRule",
        "/api/%ff/customer/earningRule",
        "/api/DEFAULT/customer/earningRule/%2e%2e",
        "/api/DEFAULT/customer/earningRule/%00",
        "/api/DEFAULT/customer/earningRule/%F0%9F%8D%B5?a=%ff&&=",
        "/api/DEFAULT/customer/earningRule?x#y",
        "/koomalooma/api/users/%ff/commitments",
        "/sandbox",
        "/sandbox/",
    ] {
        for method in ["GET", "POST", "PUT", "DELETE", "HEAD", ""] {
            let request = bearer(Request::new(method, target), &token).body("application/json", [0xff, 0xfe]);
            let status = shop.send(&request).status;
            assert!((200..500).contains(&status), "{method} {target}: {status}");
        }
    }
}
