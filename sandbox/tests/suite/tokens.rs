//! Login, refresh, and what a token is good for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use earnkit_sandbox::Request;
use serde_json::{Value, json};

use crate::support::{DAY_MS, MONDAY_MS, Shop, bearer, json_body, login};

const ANNA: &str = "anna@example.com";

fn payload(token: &str) -> Value {
    serde_json::from_slice(&BASE64URL.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

fn list_status(shop: &mut Shop, token: &str) -> u16 {
    shop.send(&bearer(Request::new("GET", "/api/DEFAULT/customer/earningRule"), token)).status
}

fn refresh(shop: &mut Shop, token: &str) -> earnkit_sandbox::Response {
    let body = json!({ "refresh_token": token });
    shop.send(&Request::new("POST", "/api/DEFAULT/token/refresh").json(&body))
}

#[test]
fn the_payload_has_the_recorded_fields_in_the_recorded_types() {
    let mut shop = Shop::new();
    let token = shop.token(ANNA);
    let seconds = MONDAY_MS / 1_000;
    let expected = json!({
        "exp": seconds + 86_400,
        "username": ANNA,
        "roles": ["ROLE_PARTICIPANT"],
        "id": shop.user(ANNA).id,
        "lastLoginAt": "2026-01-04T11:00:00+0100",
        "permissions": [],
        "superAdmin": false,
        "iat": seconds.to_string(),
    });
    assert_eq!(payload(&token), expected);
    let text = BASE64URL.decode(token.split('.').nth(1).unwrap()).unwrap();
    let recorded: Value = serde_json::from_str(include_str!("../../../tests/fixtures/open-loyalty-http.json")).unwrap();
    let mut rest = std::str::from_utf8(&text).unwrap();
    for key in ["exp", "username", "roles", "id", "lastLoginAt", "permissions", "superAdmin", "iat"] {
        assert!(!recorded["jwtPayloadExample"][key].is_null() || key == "lastLoginAt", "{key}");
        let at = rest.find(&format!("\"{key}\":"));
        rest = &rest[at.unwrap_or_else(|| panic!("{key} is missing or out of order in {rest}"))..];
    }
}

#[test]
fn a_first_login_has_no_last_login_and_the_next_one_has() {
    let mut shop = Shop::new();
    let first = shop.token("jan@example.com");
    shop.now_ms += 60_000;
    let second = shop.token("jan@example.com");
    assert_eq!(payload(&first)["lastLoginAt"], Value::Null);
    assert_eq!(payload(&second)["lastLoginAt"], "2026-01-05T11:00:00+0100");
}

#[test]
fn a_token_lives_a_day() {
    let mut shop = Shop::new();
    let token = shop.token(ANNA);
    shop.now_ms += DAY_MS;
    assert_eq!(list_status(&mut shop, &token), 200);
    shop.now_ms += 1_000;
    assert_eq!(list_status(&mut shop, &token), 401);
}

#[test]
fn the_clock_expires_tokens_too() {
    let mut shop = Shop::new();
    let token = shop.token(ANNA);
    shop.advance(86_401);
    assert_eq!(list_status(&mut shop, &token), 401);
}

#[test]
fn a_forged_token_is_refused() {
    let mut shop = Shop::new();
    let token = shop.token(ANNA);
    let parts: Vec<&str> = token.split('.').collect();
    let mut claims = payload(&token);
    claims["id"] = json!(shop.user("jan@example.com").id);
    let claims = BASE64URL.encode(claims.to_string());
    let none = BASE64URL.encode(r#"{"typ":"JWT","alg":"none"}"#);
    for forged in [
        format!("{}.{claims}.{}", parts[0], parts[2]),
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{token}.{token}"),
        String::new(),
        "...".to_owned(),
    ] {
        assert_eq!(list_status(&mut shop, &forged), 401, "{forged}");
    }
}

#[test]
fn a_refresh_keeps_the_token_and_extends_its_life() {
    let mut shop = Shop::new();
    let tokens = json_body(&shop.login(ANNA));
    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    for _ in 0..3 {
        shop.now_ms += 29 * DAY_MS;
        let refreshed = refresh(&mut shop, refresh_token);
        assert_eq!(refreshed.status, 200);
        let refreshed = json_body(&refreshed);
        assert_eq!(refreshed["refresh_token"], tokens["refresh_token"]);
        assert_ne!(refreshed["token"], tokens["token"]);
        assert_eq!(list_status(&mut shop, refreshed["token"].as_str().unwrap()), 200);
    }
    shop.now_ms += 31 * DAY_MS;
    assert_eq!(refresh(&mut shop, refresh_token).status, 401);
}

#[test]
fn logins_and_refreshes_fire_the_login_event() {
    let mut shop = Shop::new();
    let tokens = json_body(&shop.login(ANNA));
    refresh(&mut shop, tokens["refresh_token"].as_str().unwrap());
    let rule = shop.rule("Drop by").earning_rule_id.clone();
    let customer = shop.user(ANNA).id.clone();
    let ledger = shop.ledger();
    assert_eq!(ledger.len(), 2);
    for (entry, refresh) in ledger.iter().zip([false, true]) {
        assert_eq!(entry["server"], "open-loyalty");
        assert_eq!(entry["kind"], "login");
        assert_eq!(entry["customerId"], json!(customer));
        assert_eq!(entry["refresh"], refresh);
        assert_eq!(entry["eventName"], "oloy.customer.logged_in");
        assert_eq!(entry["earningRuleId"], json!(rule));
        assert_eq!(entry["points"], 1.0);
    }
}

#[test]
fn a_failed_login_books_nothing() {
    let mut shop = Shop::new();
    shop.send(&login(ANNA, "wrong"));
    assert_eq!(refresh(&mut shop, "0").status, 401);
    assert_eq!(shop.ledger(), Vec::<Value>::new());
}

#[test]
fn phone_and_card_number_are_good_for_a_login_too() {
    let mut shop = Shop::new();
    for username in ["+48600100200", "7004210001", " anna@example.com "] {
        let token = shop.token(username);
        assert_eq!(payload(&token)["username"], ANNA, "{username}");
    }
}

#[test]
fn who_is_not_active_is_kept_out() {
    let mut shop = Shop::new();
    assert_eq!(shop.login("marek@example.com").status, 401);
    let token = shop.token(ANNA);
    shop.control("POST", "/sandbox/customers", &json!({ "email": ANNA, "active": false }));
    assert_eq!(list_status(&mut shop, &token), 401);
    assert_eq!(shop.login(ANNA).status, 401);
    shop.control("POST", "/sandbox/customers", &json!({ "email": ANNA, "active": true }));
    assert_eq!(list_status(&mut shop, &token), 200);
}

#[test]
fn a_malformed_body_is_refused_before_the_token_is_looked_at() {
    let mut shop = Shop::new();
    let request = Request::new("POST", "/api/DEFAULT/customer/earningRule/facebook_like");
    for body in ["{", "1", "\"text\"", "null", "{} {}"] {
        let request = request.clone().body("application/json; charset=utf-8", body);
        assert_eq!(shop.send(&request).status, 400, "{body}");
    }
    for (content_type, body) in [("text/plain", "{"), ("application/json", ""), ("application/json", "0")] {
        let request = request.clone().body(content_type, body);
        assert_eq!(shop.send(&request).status, 401, "{content_type} {body}");
    }
}
