//! What is sent, and what is refused before that.

use earnkit::{Method, Operation};
use serde_json::{Value, json};

use super::{AWARDS, CALLS, MADE_KEY, ORDER, canonical, story, target, through, with_options, with_setting, works};
use crate::support::arguments::{commitment, set};
use crate::support::{Script, refused, run};

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
