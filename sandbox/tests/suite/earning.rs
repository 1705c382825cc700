//! Listing rules and triggering events in the seeded shop.

use earnkit_sandbox::open_loyalty::Limit;
use earnkit_sandbox::{Period, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{DAY_MS, MONDAY_MS, Shop, date, json_body};

const ANNA: &str = "anna@example.com";
const JAN: &str = "jan@example.com";

fn names(rules: &[Value]) -> Vec<&str> {
    rules.iter().map(|rule| rule["name"].as_str().unwrap()).collect()
}

#[track_caller]
fn assert_points(response: &Response, points: f64) {
    assert_eq!(response.status, 200, "{response:?}");
    assert_eq!(json_body(response)["points"].as_f64(), Some(points));
}

#[track_caller]
fn assert_refused(response: &Response, error: &str) {
    assert_eq!(response.status, 400, "{response:?}");
    assert_eq!(json_body(response), json!({ "error": error }));
}

#[test]
fn the_seed_shows_every_type_and_every_quirk() {
    let mut shop = Shop::new();
    let token = shop.token(ANNA);
    let rules = shop.list(&token);
    assert_eq!(rules.len(), 23);
    for kind in [
        "points",
        "product_purchase",
        "multiply_for_product",
        "multiply_by_product_labels",
        "instant_reward",
        "event",
        "custom_event",
        "referral",
        "geolocation",
        "qrcode",
        "streak",
    ] {
        assert!(rules.iter().any(|rule| rule["type"] == kind), "{kind}");
    }
    let any = |holds: fn(&Value) -> bool| rules.iter().any(holds);
    assert!(any(|rule| rule["skuIds"].is_object()), "products with gaps");
    assert!(any(|rule| rule["excludedSKUs"] == json!([""])), "a field left blank");
    assert!(any(|rule| rule["limit"] == json!({})), "a limit never set");
    assert!(any(|rule| rule["limit"] == json!({ "active": false })), "a limit switched off");
    assert!(any(|rule| rule["limit"]["period"] == "3 months"), "a limit");
    assert!(any(|rule| rule.get("description").is_none()), "no description");
    assert!(any(|rule| rule["levelNames"] == json!([])), "an empty map");
    let names_of_levels = |rule: &Value| rule["levelNames"].as_object().map_or(0, serde_json::Map::len);
    let has_deleted_level = |rule: &Value| rule["levels"].as_array().unwrap().len() > names_of_levels(rule);
    assert!(rules.iter().any(has_deleted_level), "a level that was deleted");
    assert!(any(|rule| rule["segmentNames"].is_object()), "a segment");
    assert!(any(|rule| rule["posNames"].is_object()), "a point of sale");
    assert!(any(|rule| rule["hasPhoto"] == true), "a picture");
    assert!(any(|rule| rule["allTimeActive"] == false && rule["endAt"].is_string()), "a window");
}

#[test]
fn everybody_sees_the_same_list_with_everybodys_usages() {
    let mut shop = Shop::new();
    let (anna, jan) = (shop.token(ANNA), shop.token(JAN));
    assert_eq!(shop.list(&anna), shop.list(&jan));
    let rules = shop.list(&anna);
    let subjects: Vec<&Value> =
        rules[0]["usages"].as_array().unwrap().iter().map(|u| &u["subject"]["subjectId"]).collect();
    let ids = [ANNA, "ola@example.com"].map(|username| shop.user(username).id.clone());
    assert!(ids.iter().all(|id| subjects.contains(&&json!(id))));
}

#[test]
fn the_list_follows_the_windows_of_the_rules() {
    let mut shop = Shop::new();
    let token = shop.token(ANNA);
    let (vote, calendar) = ("Vote for the next poster", "Open the tea calendar");
    let listed = |shop: &mut Shop, token: &str| {
        let rules = shop.list(token);
        [vote, calendar].map(|name| names(&rules).contains(&name))
    };
    assert_eq!(listed(&mut shop, &token), [true, false]);
    assert_refused(&shop.trigger(&token, "tea_calendar.opened"), "event does not exist");
    // The last second counts.
    shop.now_ms += 3 * DAY_MS;
    let token = shop.token(ANNA);
    assert_eq!(listed(&mut shop, &token), [true, false]);
    shop.now_ms += 1_000;
    assert_eq!(listed(&mut shop, &token), [false, false]);
    shop.now_ms += 7 * DAY_MS;
    let token = shop.token(ANNA);
    assert_eq!(listed(&mut shop, &token), [false, true]);
    assert_points(&shop.trigger(&token, "tea_calendar.opened"), 5.0);
}

#[test]
fn an_event_books_points_a_usage_and_a_ledger_entry() {
    let mut shop = Shop::new();
    let token = shop.token(ANNA);
    assert_points(&shop.trigger(&token, "facebook_like"), 100.0);
    let anna = shop.user(ANNA).id.clone();
    let rule = shop.rule("Like us").clone();
    let usage = rule.usages.last().unwrap();
    assert_eq!((&usage.customer_id, usage.date.as_millisecond()), (&anna, MONDAY_MS));
    let expected = json!({
        "sequence": 2,
        "at": Timestamp::from_millisecond(MONDAY_MS).unwrap(),
        "server": "open-loyalty",
        "kind": "event",
        "customerId": anna,
        "eventName": "facebook_like",
        "earningRuleId": rule.earning_rule_id,
        "points": 100.0,
    });
    assert_eq!(shop.ledger()[1], expected);
}

#[test]
fn limits_are_as_the_seed_says() {
    let mut shop = Shop::new();
    let token = shop.token(ANNA);
    for points in [100.0, 100.0] {
        assert_points(&shop.trigger(&token, "facebook_like"), points);
    }
    assert_refused(&shop.trigger(&token, "facebook_like"), "limit exceeded");
    assert_refused(&shop.trigger(&token, "tea_quiz"), "limit exceeded");
    for points in [30.0, 30.0] {
        assert_points(&shop.trigger(&token, "review.written"), points);
    }
    assert_refused(&shop.trigger(&token, "review.written"), "limit exceeded");
    for _ in 0..20 {
        assert_points(&shop.trigger(&token, "photo.shared"), 12.5);
        assert_points(&shop.trigger(&token, "newsletter.poll"), 15.0);
    }
    assert_eq!(shop.ledger().iter().filter(|entry| entry["kind"] == "event").count(), 2 + 2 + 40);
}

#[test]
fn the_seed_has_the_same_limits_left_at_any_moment() {
    let hour = 3_600_000;
    for hours in 0..(24 * 8) {
        let mut shop = Shop::at(MONDAY_MS + hours * hour + 17);
        let token = shop.token(ANNA);
        assert_refused(&shop.trigger(&token, "tea_quiz"), "limit exceeded");
        for _ in 0..2 {
            assert_points(&shop.trigger(&token, "facebook_like"), 100.0);
            assert_points(&shop.trigger(&token, "review.written"), 30.0);
        }
        assert_refused(&shop.trigger(&token, "facebook_like"), "limit exceeded");
        assert_refused(&shop.trigger(&token, "review.written"), "limit exceeded");
    }
}

#[test]
fn a_limit_ends_with_its_calendar_window_in_warsaw() {
    // The nights in which the clocks change, and a common one: the last second of the window, and the next.
    let cases = [
        (Period::Day, "2026-03-28T23:59:59+0100"),
        (Period::Day, "2026-03-29T23:59:59+0200"),
        (Period::Day, "2026-10-24T23:59:59+0200"),
        (Period::Day, "2026-10-25T23:59:59+0100"),
        (Period::Week, "2026-03-29T23:59:59+0200"),
        (Period::Month, "2026-03-31T23:59:59+0200"),
        (Period::Month, "2028-02-29T23:59:59+0100"),
        (Period::Quarter, "2026-06-30T23:59:59+0200"),
        (Period::HalfYear, "2026-12-31T23:59:59+0100"),
        (Period::Year, "2026-12-31T23:59:59+0100"),
    ];
    for (period, last_second) in cases {
        let mut shop = Shop::at(date(last_second).as_millisecond());
        let token = shop.token(ANNA);
        let rule = shop.rule("Show your mug");
        let earnkit_sandbox::open_loyalty::RuleKind::CustomEvent { limit, .. } = &mut rule.kind else { panic!() };
        *limit = Limit::per(period, 1);
        assert_points(&shop.trigger(&token, "photo.shared"), 12.5);
        assert_refused(&shop.trigger(&token, "photo.shared"), "limit exceeded");
        shop.now_ms += 1_000;
        assert_points(&shop.trigger(&token, "photo.shared"), 12.5);
    }
}

#[test]
fn levels_and_segments_decide_who_earns() {
    let mut shop = Shop::new();
    let (anna, jan) = (shop.token(ANNA), shop.token(JAN));
    let absent = "event does not exist";
    assert_refused(&shop.trigger(&anna, "tasting.attended"), absent);
    assert_points(&shop.trigger(&jan, "tasting.attended"), 200.0);
    assert_points(&shop.trigger(&anna, "newsletter.poll"), 15.0);
    assert_refused(&shop.trigger(&jan, "newsletter.poll"), absent);
    // The highest of the rules that apply pays.
    assert_points(&shop.trigger(&anna, "review.written"), 30.0);
    assert_points(&shop.trigger(&jan, "review.written"), 60.0);
    assert_refused(&shop.trigger(&anna, "no_such_event"), absent);
    let ewa = shop.token("ewa@example.com");
    assert_refused(&shop.trigger(&ewa, "facebook_like"), absent);
    shop.control("POST", "/sandbox/customers", &json!({ "email": "ewa@example.com", "status": "active" }));
    assert_points(&shop.trigger(&ewa, "facebook_like"), 100.0);
}

#[test]
fn there_is_no_falling_back_to_a_lower_rule() {
    let mut shop = Shop::new();
    let token = shop.token(JAN);
    for _ in 0..3 {
        assert_points(&shop.trigger(&token, "review.written"), 60.0);
    }
    assert_refused(&shop.trigger(&token, "review.written"), "limit exceeded");
}

#[test]
fn points_lift_a_customer_to_the_next_level() {
    let mut shop = Shop::new();
    let gold = shop.user(JAN).customer.as_ref().unwrap().level_id.clone();
    for _ in 0..8 {
        assert_ne!(shop.user(ANNA).customer.as_ref().unwrap().level_id, gold);
        let token = shop.token(ANNA);
        shop.trigger(&token, "facebook_like");
        shop.trigger(&token, "facebook_like");
        for _ in 0..4 {
            shop.trigger(&token, "newsletter.poll");
        }
        if shop.user(ANNA).customer.as_ref().unwrap().level_id == gold {
            return;
        }
        shop.advance(24 * 3_600);
    }
    panic!("1,500 points should have been enough for Gold");
}
