//! Whole responses, against those that Open Loyalty 3.2.0 gave, to the byte.

use earnkit_sandbox::open_loyalty::{Limit, Rule, RuleKind};
use earnkit_sandbox::{Period, Request, Response};
use serde::Deserialize;
use serde_json::json;

use crate::support::{DAY_MS, Shop, bearer, json_body, text};

const ANNA: &str = "anna@example.com";
const LIST: &str = "/api/customer/earningRule";
const EARN: &str = "/api/customer/earnRule/facebook_like";

#[derive(Deserialize)]
struct Recording {
    responses: Vec<Recorded>,
}

#[derive(Deserialize)]
struct Recorded {
    label: String,
    request: String,
    status: Option<u16>,
    #[serde(default)]
    headers: std::collections::BTreeMap<String, String>,
    body: Option<String>,
}

fn recording() -> Vec<Recorded> {
    let recording: Recording =
        serde_json::from_str(include_str!("../../../tests/fixtures/open-loyalty-http.json")).unwrap();
    recording.responses
}

/// A server whose only rule gives so many points for any of the recorded events.
fn shop_with(points: f64, limit: Limit) -> Shop {
    let mut shop = Shop::new();
    let server = &mut shop.sandbox.open_loyalty;
    let model = server.rules[0].clone();
    let rule = |event_name: &str| Rule {
        usages: Vec::new(),
        kind: RuleKind::CustomEvent { event_name: event_name.to_owned(), points_amount: points, limit },
        ..model.clone()
    };
    server.rules = vec![rule("facebook_like"), rule("share.product_1")];
    shop
}

/// A server without rules, as the recording had it where nothing is earned.
fn empty_shop() -> Shop {
    let mut shop = Shop::new();
    shop.sandbox.open_loyalty.rules.clear();
    shop
}

fn form(path: &str, body: &str) -> Request {
    Request::new("POST", path).body("application/x-www-form-urlencoded", body)
}

fn login_json(shop: &mut Shop, username: &str, password: &str) -> Response {
    let body = json!({ "_username": username, "_password": password });
    shop.send(&Request::new("POST", "/api/customer/login_check").json(&body))
}

fn refresh_token(shop: &mut Shop, username: &str) -> String {
    let response = login_json(shop, username, "password");
    json_body(&response)["refresh_token"].as_str().unwrap().to_owned()
}

/// Plays the request of a recording.
fn replay(label: &str) -> Response {
    let mut shop = empty_shop();
    let shop = &mut shop;
    let earn = |mut shop: Shop, path: &str| {
        let token = shop.token(ANNA);
        shop.send(&bearer(Request::new("POST", path), &token))
    };
    match label {
        "login ok, json" => login_json(shop, ANNA, "password"),
        "login ok, form" => {
            shop.send(&form("/api/customer/login_check", "_username=anna%40example.com&_password=password"))
        }
        "login with a temporary password" => login_json(shop, "ewa@example.com", "password"),
        "login wrong password" => login_json(shop, ANNA, "wrong"),
        "login unknown user" => login_json(shop, "nobody@example.com", "password"),
        "login empty body" => shop.send(&Request::new("POST", "/api/customer/login_check").json(&json!({}))),
        "login with GET" => shop.send(&Request::new("GET", "/api/customer/login_check")),
        "login malformed json" => {
            shop.send(&Request::new("POST", "/api/customer/login_check").body("application/json", "{\"_user"))
        }
        _ if label.starts_with("refresh") => replay_refresh(shop, label),
        "custom event: ok" | "custom event, no request body" => earn(shop_with(10.0, Limit::default()), EARN),
        "custom event: half" => earn(shop_with(10.5, Limit::default()), EARN),
        "custom event: none" => earn(empty_shop(), EARN),
        "custom event: limit" => earn(shop_with(10.0, Limit::per(Period::Day, 0)), EARN),
        "custom event, dots" => earn(shop_with(10.0, Limit::default()), "/api/customer/earnRule/share.product_1"),
        "custom event, slash in the name" => earn(empty_shop(), "/api/customer/earnRule/a%2Fb"),
        "custom event, empty name" => earn(empty_shop(), "/api/customer/earnRule/"),
        "custom event: boom" => {
            let mut shop = empty_shop();
            let fault = json!({ "fault": "status", "status": 400, "body": "", "applied": true, "path": "earnRule" });
            shop.control("POST", "/sandbox/faults", &fault);
            earn(shop, EARN)
        }
        _ => replay_with_token(shop, label),
    }
}

fn replay_refresh(shop: &mut Shop, label: &str) -> Response {
    let path = "/api/token/refresh";
    let token = refresh_token(shop, ANNA);
    let body = json!({ "refresh_token": token });
    let request = match label {
        "refresh ok, json" => Request::new("POST", path).json(&body),
        "refresh ok, json with charset" => {
            Request::new("POST", path).body("application/json; charset=utf-8", body.to_string())
        }
        "refresh ok, form" => form(path, &format!("refresh_token={token}")),
        "refresh ok, GET query" => Request::new("GET", &format!("{path}?refresh_token={token}")),
        "refresh unknown token" => Request::new("POST", path).json(&json!({ "refresh_token": "0" })),
        "refresh empty body" => Request::new("POST", path),
        "refresh expired token" => {
            shop.now_ms += 31 * DAY_MS;
            Request::new("POST", path).json(&body)
        }
        "refresh, user no longer exists" => {
            shop.sandbox.open_loyalty.users.retain(|user| user.username != ANNA);
            Request::new("POST", path).json(&body)
        }
        _ => panic!("no replay for {label:?}"),
    };
    shop.send(&request)
}

fn replay_with_token(shop: &mut Shop, label: &str) -> Response {
    let list = || Request::new("GET", LIST);
    let token = shop.token(ANNA);
    let request = match label {
        "no token" => list(),
        "garbage token" => bearer(list(), "garbage"),
        "wrong scheme" => list().header("Authorization", &format!("Basic {token}")),
        "bad signature" => bearer(list(), &format!("{}x", &token[..token.len() - 1])),
        "expired token" => {
            shop.now_ms += DAY_MS + 1_000;
            bearer(list(), &token)
        }
        "token of a user that no longer exists" => {
            shop.sandbox.open_loyalty.users.retain(|user| user.username != ANNA);
            bearer(list(), &token)
        }
        "list" => bearer(list(), &token),
        "list, Accept text/html" => bearer(list(), &token).header("Accept", "text/html"),
        "list, token in query" => Request::new("GET", &format!("{LIST}?bearer={token}")),
        "list with POST" => bearer(Request::new("POST", LIST), &token),
        "list, not a participant" => bearer(list(), &shop.admin_token()),
        "earn, not a participant" => bearer(Request::new("POST", "/api/customer/earnRule/x"), &shop.admin_token()),
        "customer not found" => bearer(Request::new("POST", EARN), &shop.token("guest@example.com")),
        "custom event with GET" => bearer(Request::new("GET", EARN), &token),
        "unknown path" => bearer(Request::new("GET", "/api/customer/nope"), &token),
        "malformed json body with a good token" => {
            bearer(Request::new("POST", EARN), &token).body("application/json", "{")
        }
        "permanent token header (not the master key) on a customer path" => {
            bearer(list(), &token).header("X-AUTH-TOKEN", "x")
        }
        _ => panic!("no replay for {label:?}"),
    };
    shop.send(&request)
}

/// The body with its tokens replaced as the recording did, after a look at their shape.
fn without_tokens(response: &Response) -> String {
    let mut body = text(response).to_owned();
    let Ok(value) = serde_json::from_str::<serde_json::Value>(&body) else { return body };
    if let Some(token) = value["token"].as_str() {
        assert_eq!(token.split('.').count(), 3);
        body = body.replace(token, "<jwt>");
    }
    if let Some(token) = value["refresh_token"].as_str() {
        assert_eq!(token.len(), 128);
        assert!(token.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)));
        body = body.replace(token, "<128 hex digits>");
    }
    body
}

#[test]
fn every_recorded_response_comes_out_to_the_byte() {
    let recorded = recording();
    assert_eq!(recorded.len(), 42);
    for Recorded { label, status, headers, body, .. } in recorded {
        let response = replay(&label);
        // An error that the kernel did not catch was recorded as such.
        assert_eq!(response.status, status.unwrap_or(500), "{label}: {}", text(&response));
        for (name, value) in headers {
            assert_eq!(response.header_value(&name), Some(value.as_str()), "{label}: {name}");
        }
        assert_eq!(response.header_value("www-authenticate").is_some(), {
            let refresh_or_login = label.starts_with("refresh") || label.starts_with("login");
            response.status == 401 && !refresh_or_login
        });
        if let Some(body) = body {
            assert_eq!(without_tokens(&response), body, "{label}");
        }
    }
}

#[test]
fn the_same_answers_come_under_the_paths_with_a_store_code() {
    for Recorded { label, request, .. } in recording() {
        let (_, path) = request.split_once(' ').unwrap();
        let path = path.split('?').next().unwrap();
        let Some(rest) = path.strip_prefix("/api/") else { panic!("{label}: {path}") };
        let rest = rest.replace("earnRule", "earningRule");
        let mut shop = empty_shop();
        let mut status = |path: &str, method: &str| shop.send(&Request::new(method, path)).status;
        let method = request.split(' ').next().unwrap();
        assert_eq!(status(&format!("/api/DEFAULT/{rest}"), method), status(path, method), "{label}");
        assert_eq!(status(&format!("/api/OTHER/{rest}"), method), 404, "{label}");
    }
}
