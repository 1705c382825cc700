//! What a customer's status shows.

use earnkit_sandbox::{Request, Response};
use serde_json::{Value, json};

use crate::support::{DAY_MS, Shop, bearer, json_body, text};

const ANNA: &str = "anna@example.com";

fn status(shop: &mut Shop, token: &str, path: &str) -> Response {
    shop.send(&bearer(Request::new("GET", path), token))
}

fn anna(shop: &mut Shop) -> Value {
    let token = shop.token(ANNA);
    let path = format!("/api/DEFAULT/customer/{}/status", shop.user(ANNA).id);
    json_body(&status(shop, &token, &path))
}

#[test]
fn it_shows_points_and_level() {
    let mut shop = Shop::new();
    shop.rule("Drop by").active = false;
    let expected = json!({
        "firstName": "Anna",
        "lastName": "Nowak",
        "customerId": shop.user(ANNA).id,
        "points": 304.4,
        "p2pPoints": 0,
        "totalEarnedPoints": 505.7,
        "usedPoints": 122.5,
        "expiredPoints": 37.5,
        "lockedPoints": 41.3,
        "level": "5.00%",
        "levelName": "Silver",
        "levelConditionValue": 200,
        "nextLevel": "10.00%",
        "nextLevelName": "Gold",
        "nextLevelConditionValue": 1500,
        "transactionsAmount": 355.5,
        "transactionsAmountWithoutDeliveryCosts": 345.7,
        "averageTransactionsAmount": 118.5,
        "transactionsCount": 3,
        "pointsToNextLevel": 994.3,
        "currency": "EUR",
        "pointsExpiringNextMonth": 20,
        "pointsExpiringBreakdown": { "2026-01-25": 20 },
    });
    assert_eq!(anna(&mut shop), expected);
}

#[test]
fn points_are_unlocked_and_expire_with_time() {
    let mut shop = Shop::new();
    shop.rule("Drop by").active = false;
    shop.now_ms += 5 * DAY_MS;
    let unlocked = anna(&mut shop);
    assert_eq!((&unlocked["points"], &unlocked["lockedPoints"]), (&json!(345.7), &json!(0)));
    shop.now_ms += 15 * DAY_MS;
    let expired = anna(&mut shop);
    assert_eq!((&expired["points"], &expired["expiredPoints"]), (&json!(325.7), &json!(57.5)));
    assert_eq!(expired["pointsExpiringBreakdown"], json!([]));
}

#[test]
fn events_add_to_it() {
    let mut shop = Shop::new();
    let token = shop.token(ANNA);
    let before = anna(&mut shop)["points"].as_f64().unwrap();
    shop.trigger(&token, "photo.shared");
    // The second look came with a login of its own, for one point.
    assert_eq!(anna(&mut shop)["points"], json!(before + 12.5 + 1.0));
}

#[test]
fn the_highest_level_has_no_next_one() {
    let mut shop = Shop::new();
    let token = shop.token("jan@example.com");
    let path = format!("/api/customer/{}/status", shop.user("jan@example.com").id);
    let jan = json_body(&status(&mut shop, &token, &path));
    assert_eq!(jan["levelName"], "Gold");
    for absent in ["nextLevel", "nextLevelName", "nextLevelConditionValue", "pointsToNextLevel"] {
        assert_eq!(jan.get(absent), None, "{absent}");
    }
}

#[test]
fn only_the_own_status_is_shown() {
    let mut shop = Shop::new();
    let token = shop.token(ANNA);
    let jan = format!("/api/DEFAULT/customer/{}/status", shop.user("jan@example.com").id);
    let guest = format!("/api/DEFAULT/customer/{}/status", shop.user("guest@example.com").id);
    let own = format!("/api/DEFAULT/customer/{}/status", shop.user(ANNA).id);
    assert_eq!(status(&mut shop, &token, &jan).status, 403);
    assert_eq!(status(&mut shop, &token, &guest).status, 404);
    assert_eq!(status(&mut shop, &token, "/api/DEFAULT/customer/nobody/status").status, 404);
    assert_eq!(shop.send(&Request::new("GET", &own)).status, 401);
    assert_eq!(shop.send(&bearer(Request::new("POST", &own), &token)).status, 405);
    let forbidden = status(&mut shop, &token, &jan);
    assert_eq!(text(&forbidden), "{\"error\":{\"code\":403,\"message\":\"Forbidden\"}}\n");
}
