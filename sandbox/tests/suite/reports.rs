//! What the shop's own systems report for a customer.

use earnkit_sandbox::{Request, Response};
use serde_json::{Value, json};

use crate::recorded_events::{recorded_of_kind, shop_of, stored_rules};
use crate::support::{Shop, bearer, json_body, text};

const JAN: &str = "jan@example.com";

fn report(shop: &mut Shop, token: &str, path: &str, username: &str, body: &Value) -> Response {
    let customer_id = shop.user(username).id.clone();
    let path = path.replace("{id}", &customer_id);
    shop.send(&bearer(Request::new("POST", &path), token).json(body))
}

const GEOLOCATION: &str = "/api/earningRule/geolocation/customer/{id}";
const QRCODE: &str = "/api/earningRule/qrcode/customer/{id}";
const EVENT: &str = "/api/v1/earnRule/tasting.attended/customer/{id}";

#[test]
fn places_earn_as_recorded() {
    let cases = recorded_of_kind("geo");
    assert_eq!(cases.len(), 33);
    let mut compared = 0;
    for case in cases {
        let expected = &case["expected"];
        // The last bit of the mathematical functions decides these, and every platform has its own.
        if expected["distancesKm"].as_array().unwrap().contains(&Value::Null) {
            continue;
        }
        let mut shop = shop_of(&case);
        let token = shop.admin_token();
        shop.sandbox.open_loyalty.rules = stored_rules(&case["rules"]);
        let place = json!({ "earningRule": { "latitude": case["latitude"], "longitude": case["longitude"] } });
        let response = report(&mut shop, &token, GEOLOCATION, "anna@example.com", &place);
        let paid: Vec<Value> = shop.ledger()[1..].iter().map(|entry| entry["earningRuleId"].clone()).collect();
        let mut matched: Vec<Value> = expected["matched"].as_array().unwrap().clone();
        for rule in &mut matched {
            if rule.is_object() {
                *rule = rule["earningRuleId"].clone();
            }
        }
        assert_eq!(paid, matched, "{case}");
        assert_eq!(response.status, if matched.is_empty() { 400 } else { 200 }, "{case}");
        compared += 1;
    }
    assert!(compared >= 25, "{compared}");
}

#[test]
fn a_place_a_code_and_an_event_book_points() {
    let mut shop = Shop::new();
    let token = shop.admin_token();
    let place = json!({ "earningRule": { "latitude": 50.0515, "longitude": "19.945" } });
    assert_eq!(json_body(&report(&mut shop, &token, GEOLOCATION, JAN, &place)), json!({ "points": 20 }));
    let code = json!({ "earningRule": { "code": "KUBEK-7Q2M-LID" } });
    assert_eq!(json_body(&report(&mut shop, &token, QRCODE, JAN, &code)), json!({ "points": 7.25 }));
    assert_eq!(json_body(&report(&mut shop, &token, EVENT, JAN, &json!({}))), json!({ "points": 200 }));
    let names: Vec<Value> = shop.ledger()[1..].iter().map(|entry| entry["eventName"].clone()).collect();
    assert_eq!(names, ["geolocation", "qrcode", "tasting.attended"]);
}

#[test]
fn a_form_is_taken_too() {
    let mut shop = Shop::new();
    let token = shop.admin_token();
    let path = QRCODE.replace("{id}", &shop.user(JAN).id);
    let form = "earningRule%5Bcode%5D=KUBEK-7Q2M-LID";
    let request = Request::new("POST", &path).body("application/x-www-form-urlencoded", form);
    assert_eq!(shop.send(&bearer(request, &token)).status, 200);
}

#[test]
fn what_earns_nothing_is_refused_in_the_servers_words() {
    let mut shop = Shop::new();
    let token = shop.admin_token();
    let far = json!({ "earningRule": { "latitude": 0, "longitude": 0 } });
    let response = report(&mut shop, &token, GEOLOCATION, JAN, &far);
    assert_eq!(text(&response), "{\n    \"error\": \"limit was exceeded \"\n}");
    let code = json!({ "earningRule": { "code": "unknown" } });
    let response = report(&mut shop, &token, QRCODE, JAN, &code);
    assert_eq!(text(&response), "{\n    \"error\": \"event does not exist\"\n}");
    for (path, body) in [(GEOLOCATION, json!({})), (QRCODE, json!({ "earningRule": { "code": "" } }))] {
        let response = report(&mut shop, &token, path, JAN, &body);
        assert_eq!(response.status, 400);
        assert!(json_body(&response)["form"]["children"].is_object(), "{path}");
    }
}

#[test]
fn customers_cannot_report_for_themselves() {
    let mut shop = Shop::new();
    let token = shop.token(JAN);
    for path in [GEOLOCATION, QRCODE, EVENT] {
        assert_eq!(report(&mut shop, &token, path, JAN, &json!({})).status, 403, "{path}");
    }
    let admin = shop.admin_token();
    assert_eq!(report(&mut shop, &admin, EVENT, "guest@example.com", &json!({})).status, 404);
}
