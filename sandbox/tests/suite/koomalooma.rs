//! koomalooma's API as its OpenAPI document describes it.

use earnkit_sandbox::{Request, Response};
use serde_json::{Value, json};

use crate::support::{API_KEY, Shop, json_body};

const USERS: &str = "/koomalooma/api/users";
const COMMITMENTS: &str = "/koomalooma/api/users/user%201/commitments";

fn post(shop: &mut Shop, path: &str, body: &Value) -> Response {
    shop.send(&Request::new("POST", path).header("X-KoomaLooma-JWT", API_KEY).json(body))
}

fn commitment() -> Value {
    json!({
        "campaign_id": "sandbox-campaign",
        "transaction_value": "24.90",
        "promotion_goal_description": "Two mugs",
        "promotion_goal_category": "mugs",
    })
}

#[test]
fn a_user_is_created_with_and_without_a_body() {
    let mut shop = Shop::new();
    let response = shop.send(&Request::new("POST", USERS).header("x-koomalooma-jwt", API_KEY));
    assert_eq!(response.status, 201);
    let user = json_body(&response);
    assert_eq!(user["partner_id"], "sandbox-shop");
    assert!(user["partner_user_id"].is_string() && user["user_session_id"].is_string());

    let given = json!({ "partner_id": "p", "partner_user_id": "u", "user_session_id": "s" });
    assert_eq!(json_body(&post(&mut shop, USERS, &given)), given);
    let entry = &shop.ledger()[1];
    assert_eq!(entry["server"], "koomalooma");
    assert_eq!(entry["kind"], "user");
    assert_eq!((&entry["userId"], &entry["userSessionId"]), (&json!("u"), &json!("s")));
}

#[test]
fn a_commitment_has_every_documented_field() {
    let mut shop = Shop::new();
    let response = post(&mut shop, COMMITMENTS, &commitment());
    assert_eq!(response.status, 201);
    let answer = json_body(&response);
    let expected = json!({
        "id": answer["id"],
        "loyalty_units": 24,
        "free_loyalty_units": 0,
        "loyalty_accumulation_value": "24.90",
        "user_id": "user 1",
        "partner_id": "sandbox-shop",
        "goal": { "type": "purchase", "value": "24.90" },
        "redeemable_loyalty_units": 0,
        "redeemed_loyalty_units": 0,
        "redeemed": false,
        "confirmation_status": "pending",
        "promotion_goal_description": "Two mugs",
        "promotion_goal_category": "mugs",
        "created_at": "2026-01-05T10:00:00+00:00",
        "updated_at": "2026-01-05T10:00:00+00:00",
    });
    assert_eq!(answer, expected);
}

#[test]
fn a_commitment_is_pending_then_confirmed() {
    let mut shop = Shop::new();
    let id = json_body(&post(&mut shop, COMMITMENTS, &commitment()))["id"].clone();
    let status = |shop: &mut Shop| shop.ledger()[0]["confirmationStatus"].clone();
    assert_eq!(shop.ledger()[0]["commitmentId"], id);
    assert_eq!(status(&mut shop), "pending");
    shop.advance(15 * 60 - 1);
    assert_eq!(status(&mut shop), "pending");
    shop.advance(1);
    assert_eq!(status(&mut shop), "confirmed");
}

#[test]
fn the_same_request_twice_books_twice() {
    let mut shop = Shop::new();
    let first = json_body(&post(&mut shop, COMMITMENTS, &commitment()));
    let second = json_body(&post(&mut shop, COMMITMENTS, &commitment()));
    assert_ne!(first["id"], second["id"]);
    assert_eq!(shop.ledger().len(), 2);
}

#[test]
fn a_missing_or_mistyped_field_is_a_bad_request() {
    let mut shop = Shop::new();
    let mut bodies = Vec::new();
    for field in ["campaign_id", "transaction_value", "promotion_goal_description", "promotion_goal_category"] {
        for wrong in [json!(24.9), json!(null), json!(true), json!(["24.90"]), json!({})] {
            let mut body = commitment();
            body[field] = wrong;
            bodies.push(body);
        }
        let mut body = commitment();
        body.as_object_mut().unwrap().remove(field);
        bodies.push(body);
    }
    for value in ["", "abc", "24,90", "-1", "1.", ".5", "1e3"] {
        let mut body = commitment();
        body["transaction_value"] = json!(value);
        bodies.push(body);
    }
    let mut body = commitment();
    body["campaign_id"] = json!("another-campaign");
    bodies.extend([body, json!([]), json!("text")]);
    for body in bodies {
        let response = post(&mut shop, COMMITMENTS, &body);
        assert_eq!((response.status, response.body.len()), (400, 0), "{body}");
    }
    for body in [json!({ "partner_id": 1 }), json!({ "user_session_id": null }), json!([])] {
        assert_eq!(post(&mut shop, USERS, &body).status, 400, "{body}");
    }
    let keyed = |path: &str| Request::new("POST", path).header("X-KoomaLooma-JWT", API_KEY);
    assert_eq!(shop.send(&keyed(COMMITMENTS)).status, 400);
    assert_eq!(shop.send(&keyed(COMMITMENTS).body("application/json", "{")).status, 400);
    assert_eq!(shop.send(&keyed(USERS).body("text/plain", "{}")).status, 400);
    assert_eq!(shop.ledger(), Vec::<Value>::new());
}

#[test]
fn without_the_right_key_everything_is_forbidden() {
    let mut shop = Shop::new();
    for path in [USERS, COMMITMENTS] {
        for key in [None, Some(""), Some("another-key")] {
            let mut request = Request::new("POST", path).json(&commitment());
            if let Some(key) = key {
                request = request.header("X-KoomaLooma-JWT", key);
            }
            let response = shop.send(&request);
            assert_eq!((response.status, response.body.len()), (403, 0), "{path} {key:?}");
        }
    }
    assert_eq!(shop.ledger(), Vec::<Value>::new());
}

#[test]
fn other_methods_and_paths_are_refused() {
    let mut shop = Shop::new();
    let keyed = |method: &str, path: &str| Request::new(method, path).header("X-KoomaLooma-JWT", API_KEY);
    assert_eq!(shop.send(&keyed("GET", USERS)).status, 405);
    for path in ["/koomalooma/api", "/koomalooma/api/", "/koomalooma/api/users/", "/koomalooma/api/users//commitments"]
    {
        assert_eq!(shop.send(&keyed("POST", path)).status, 404, "{path}");
    }
}

#[test]
fn units_stay_within_the_documented_integer() {
    let mut shop = Shop::new();
    for (value, units) in [("0.99", 0), ("0", 0), ("2147483648.00", i32::MAX), ("999999999999999.9999", i32::MAX)] {
        let mut body = commitment();
        body["transaction_value"] = json!(value);
        assert_eq!(json_body(&post(&mut shop, COMMITMENTS, &body))["loyalty_units"], units, "{value}");
    }
}
