//! Purchases that the shop books.

use earnkit_sandbox::{Request, Response};
use serde_json::{Value, json};

use crate::support::{DAY_MS, Shop, bearer, json_body};

const ANNA: &str = "anna@example.com";

fn line(sku: &str, gross_value: f64) -> Value {
    json!({ "sku": { "code": sku }, "name": sku, "quantity": 1, "grossValue": gross_value, "category": "", "labels": [] })
}

fn purchase(email: &str, items: &[Value]) -> Value {
    json!({ "transaction": {
        "transactionData": { "documentNumber": "KC-5000", "documentType": "sell", "purchaseDate": "2026-01-05T10:00:00Z" },
        "items": items,
        "customerData": { "name": "A", "email": email },
    } })
}

fn book(shop: &mut Shop, body: &Value) -> Response {
    let token = shop.admin_token();
    shop.send(&bearer(Request::new("POST", "/api/transaction"), &token).json(body))
}

/// The entries of a purchase: the admin's login before it is not of interest.
fn booked(shop: &mut Shop, body: &Value) -> Vec<Value> {
    let before = shop.ledger().len() + 1;
    let response = book(shop, body);
    assert_eq!(response.status, 200, "{response:?}");
    assert!(json_body(&response)["transactionId"].is_string());
    shop.ledger().split_off(before)
}

#[test]
fn the_shops_usual_cart_earns_what_its_rules_promise() {
    let mut shop = Shop::new();
    let items =
        [line("mug-classic", 9.9), line("tea-earl-grey", 5.6), line("poster-tatra", 11.95), line("delivery", 4.9)];
    let [entry] = &booked(&mut shop, &purchase(ANNA, &items))[..] else { panic!("one entry") };
    let rules = ["Points on everything", "Double points on mugs"].map(|name| shop.rule(name).earning_rule_id.clone());
    let reward = shop.rule("A tea sample with your order").earning_rule_id.clone();
    assert_eq!(entry["kind"], "transaction");
    assert_eq!(entry["points"], 37.35);
    assert_eq!(entry["grossValue"], 32.35);
    assert_eq!(entry["documentNumber"], "KC-5000");
    assert_eq!(entry["comment"], "Points on everything, Double points on mugs");
    assert_eq!(entry["earningRuleIds"], json!(rules));
    assert_eq!(entry["rewardRuleIds"], json!([reward]));
}

#[test]
fn every_purchase_rule_of_the_seed_earns() {
    let mut shop = Shop::new();
    let mut tea = line("tea-sencha", 10.0);
    tea["labels"] = json!([{ "key": "origin", "value": "organic" }, { "key": "harvest", "value": "first" }]);
    let mut sale = line("poster-sale", 20.0);
    sale["labels"] = json!([{ "key": "sale", "value": "yes" }]);
    let items = [line("mug-travel", 24.9), tea, sale, line("teapot-glass", 34.0), line("gift-card", 25.0)];
    let [entry] = &booked(&mut shop, &purchase(ANNA, &items))[..] else { panic!("one entry") };
    let mug = (24.9 + 12.45) * 2.0;
    let tea = (10.0 + 5.0) * 1.5 * 3.0;
    let expected = mug + tea + 20.0 + (34.0 + 17.0 + 50.0) + 25.0;
    assert_eq!(entry["points"], expected);
}

#[test]
fn points_and_purchase_show_in_the_status() {
    let mut shop = Shop::new();
    shop.rule("Drop by").active = false;
    book(&mut shop, &purchase(ANNA, &[line("poster-tatra", 11.95), line("delivery", 4.9)]));
    let token = shop.token(ANNA);
    let path = format!("/api/DEFAULT/customer/{}/status", shop.user(ANNA).id);
    let status = json_body(&shop.send(&bearer(Request::new("GET", &path), &token)));
    assert_eq!(status["points"], 316.35);
    assert_eq!(status["transactionsCount"], 4);
    assert_eq!(status["transactionsAmount"], 372.35);
    assert_eq!(status["transactionsAmountWithoutDeliveryCosts"], 357.65);
}

#[test]
fn a_first_purchase_is_an_event_too() {
    let mut shop = Shop::new();
    let body = purchase("ola@example.com", &[line("poster-tatra", 10.0)]);
    let kinds: Vec<Value> = booked(&mut shop, &body).iter().map(|entry| entry["kind"].clone()).collect();
    assert_eq!(kinds, ["transaction", "event"]);
    assert_eq!(shop.ledger().last().unwrap()["points"], 75.0);
    assert_eq!(booked(&mut shop, &body).len(), 1);
}

#[test]
fn the_purchase_date_decides_which_rules_apply() {
    let mut shop = Shop::new();
    let rule = shop.rule("Points on everything");
    rule.all_time_active = false;
    rule.start_at = Some("2026-01-01T00:00:00+01:00".parse().unwrap());
    rule.end_at = Some("2026-01-05T00:00:00+01:00".parse().unwrap());
    let mut points = |date: &str| {
        let mut body = purchase(ANNA, &[line("poster-tatra", 10.0)]);
        body["transaction"]["transactionData"]["purchaseDate"] = json!(date);
        booked(&mut shop, &body)[0]["points"].clone()
    };
    assert_eq!(points("2026-01-01"), 10.0);
    assert_eq!(points("2026-01-05"), 10.0);
    assert_eq!(points("2026-01-05T00:00:01+01:00"), 0.0);
    assert_eq!(points("2025-12-31"), 0.0);
}

#[test]
fn who_does_not_earn_gets_nothing() {
    let mut shop = Shop::new();
    let items = [line("poster-tatra", 10.0)];
    assert_eq!(booked(&mut shop, &purchase("ewa@example.com", &items))[0]["points"], 0.0);
    assert_eq!(booked(&mut shop, &purchase("nobody@example.com", &items)), Vec::<Value>::new());
    let mut refund = purchase(ANNA, &items);
    refund["transaction"]["transactionData"]["documentType"] = json!("return");
    assert_eq!(booked(&mut shop, &refund)[0]["points"], 0.0);
}

#[test]
fn only_the_shop_books_purchases() {
    let mut shop = Shop::new();
    let token = shop.token(ANNA);
    let body = purchase(ANNA, &[line("poster-tatra", 10.0)]);
    let request = |path: &str| Request::new("POST", path).json(&body);
    assert_eq!(shop.send(&bearer(request("/api/transaction"), &token)).status, 403);
    assert_eq!(shop.send(&request("/api/transaction")).status, 401);
    let admin = shop.admin_token();
    assert_eq!(shop.send(&bearer(request("/api/DEFAULT/transaction"), &admin)).status, 200);
    assert_eq!(shop.send(&bearer(Request::new("GET", "/api/transaction"), &admin)).status, 405);
    shop.now_ms += 2 * DAY_MS;
    assert_eq!(shop.send(&bearer(request("/api/transaction"), &admin)).status, 401);
}

#[test]
fn an_incomplete_form_is_refused() {
    let mut shop = Shop::new();
    let mut bodies = vec![json!({}), json!({ "transaction": [] })];
    for field in ["transactionData", "items"] {
        let mut body = purchase(ANNA, &[line("poster-tatra", 10.0)]);
        body["transaction"].as_object_mut().unwrap().remove(field);
        bodies.push(body);
    }
    let mut body = purchase(ANNA, &[]);
    body["transaction"]["transactionData"]["purchaseDate"] = json!("yesterday");
    bodies.push(body);
    for body in bodies {
        let response = book(&mut shop, &body);
        assert_eq!(response.status, 400, "{body}");
        assert!(json_body(&response)["form"]["children"].is_object());
    }
}
