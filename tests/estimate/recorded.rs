//! The recorded answers, every one.

use earnkit::{Estimate, Estimator};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::support::{NOW_MS, estimator, recorded};

/// The one level that the recorded rules are for.
const LEVEL: &str = "000096cf-32a3-43bd-9034-4df343e5fd93";

/// The cart as the estimator takes it.
fn cart(vector: &Value) -> Value {
    let rewards = vector["instantRewardApplicable"].as_object().cloned().unwrap_or_default();
    let available = rewards.iter().filter(|(_, is_applicable)| **is_applicable == Value::Bool(true));
    json!({
        "items": vector["cart"]["items"],
        "deliverySkus": vector["cart"]["excludedDeliverySKUs"],
        "availableRewards": available.map(|(id, _)| id).collect::<Vec<_>>(),
    })
}

#[track_caller]
fn estimate(vector: &Value, options: &Value) -> Estimate {
    let mut estimator = estimator(&vector["rules"], options);
    estimator.estimate(cart(vector).to_string().as_bytes(), NOW_MS).expect("the cart can be read")
}

/// Carts, without the two whose customer has a status: whether it may earn is a setting of the server.
fn carts() -> impl Iterator<Item = Value> {
    let carts = ["handPicked", "random", "unknownType"].into_iter().flat_map(recorded);
    carts.filter(|vector| vector["customerStatus"] != "blocked")
}

fn ids<'a>(ids: impl IntoIterator<Item = &'a String>) -> Value {
    json!(ids.into_iter().collect::<Vec<_>>())
}

#[test]
fn carts_earn_what_the_server_books() {
    let known = json!({ "levelId": LEVEL, "segmentIds": [] });
    let mut count = 0;
    for vector in carts() {
        let id = &vector["id"];
        let expected = &vector["expected"];
        let estimate = estimate(&vector, &known);
        assert_eq!(Some(estimate.points), expected["total"].as_f64(), "{id}: total");
        let products: Vec<Value> =
            estimate.products.iter().map(|product| json!([product.sku, product.points])).collect();
        assert_eq!(floats(&json!(products)), floats(&expected["perSku"]), "{id}: SKUs");
        assert_eq!(ids(estimate.rules.iter().map(|rule| &rule.earning_rule_id)), expected["appliedIds"], "{id}: rules");
        let names: Vec<&str> = estimate.rules.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(names.join(", "), expected["comment"], "{id}: comment");
        assert_eq!(json!(estimate.stopped_by_rule_id), expected["stoppedAt"], "{id}: stop");
        assert_eq!(json!(estimate.rewards), campaigns(&vector), "{id}: rewards");
        let unrounded: f64 =
            expected["perSkuUnrounded"].as_array().into_iter().flatten().filter_map(|sku| sku[1].as_f64()).sum();
        let by_rule: f64 = estimate.rules.iter().map(|rule| rule.points).sum();
        assert!((unrounded - by_rule).abs() <= 1e-9 * unrounded.abs().max(1.0), "{id}: {by_rule} is not {unrounded}");
        evaluated(&vector, &estimate);
        count += 1;
    }
    assert_eq!(count, 340);
}

/// Numbers as doubles: JSON writes 100 where the estimate has 100.0.
fn floats(list: &Value) -> Vec<(String, f64)> {
    let entry = |entry: &Value| (entry[0].as_str().expect("a SKU").to_owned(), entry[1].as_f64().expect("points"));
    list.as_array().expect("a list").iter().map(entry).collect()
}

/// The campaigns of the instant rewards that were handed out.
fn campaigns(vector: &Value) -> Value {
    let rules = vector["rules"].as_array().expect("a list");
    let campaign = |id: &Value| {
        rules.iter().find(|rule| rule["earningRuleId"] == *id).expect("it exists")["rewardCampaignId"].clone()
    };
    vector["expected"]["instantRewards"].as_array().expect("a list").iter().map(campaign).collect()
}

/// What the server says of each rule that it ran.
#[track_caller]
fn evaluated(vector: &Value, estimate: &Estimate) {
    let steps = vector["expected"]["evaluated"].as_array().expect("a list");
    for skipped in &estimate.skipped {
        let step = steps.iter().find(|step| step["id"] == skipped.earning_rule_id.as_str());
        let executed = step.map(|step| step["executed"] == Value::Bool(true));
        let reason = match executed {
            Some(true) => "no_matching_item",
            Some(false) if skipped.missing.is_some() => "below_minimum",
            Some(false) => "reward_unavailable",
            None if skipped.reason == "unknown_type" => "unknown_type",
            None => "stopped",
        };
        assert_eq!(skipped.reason, reason, "{}: {}", vector["id"], skipped.earning_rule_id);
    }
    let mentioned = estimate.skipped.len() + estimate.rules.len() + estimate.rewards.len();
    let purchases = [
        "points",
        "product_purchase",
        "multiply_for_product",
        "multiply_by_product_labels",
        "instant_reward",
        "time_travel",
    ];
    let rules = vector["rules"].as_array().expect("a list").iter();
    assert_eq!(
        mentioned,
        rules.filter(|rule| purchases.iter().any(|kind| rule["type"] == *kind)).count(),
        "{}",
        vector["id"]
    );
}

/// Whether a status may earn is a setting that the server keeps to itself, and a place, a code and a friend are not in
/// what an estimator is asked. All other answers of the file are checked here.
#[test]
fn what_is_left_out_is_what_an_estimate_is_not_asked() {
    let groups = ["handPicked", "random", "unknownType", "otherHandPicked", "otherRandom"];
    let mut left_out = std::collections::BTreeMap::new();
    for vector in groups.into_iter().flat_map(recorded) {
        let kind = vector["kind"].as_str().expect("a kind").to_owned();
        if vector["customerStatus"] == "blocked" {
            *left_out.entry("a blocked customer".to_owned()).or_insert(0) += 1;
        } else if !["transaction", "event", "customEvent"].contains(&kind.as_str()) {
            *left_out.entry(kind).or_insert(0) += 1;
        }
    }
    assert_eq!(json!(left_out), json!({ "a blocked customer": 2, "geo": 33, "qrcode": 1, "referral": 1 }));
}

#[test]
fn a_customer_of_whom_nothing_is_known_gets_every_rule() {
    for vector in carts() {
        let estimate = estimate(&vector, &json!({}));
        assert_eq!(Some(estimate.points), vector["expected"]["total"].as_f64(), "{}", vector["id"]);
        let rests_on_customer = estimate.assumptions.contains(&"customer");
        assert!(rests_on_customer || estimate.points == 0.0, "{}", vector["id"]);
    }
}

#[test]
fn php_7_and_other_orders_are_reported() {
    let known = json!({ "levelId": LEVEL, "segmentIds": [] });
    let mut reported = 0;
    for vector in carts() {
        let estimate = estimate(&vector, &known);
        let rests_on_order = estimate.assumptions == ["ruleOrder"];
        assert!(rests_on_order || estimate.assumptions.is_empty(), "{}: {:?}", vector["id"], estimate.assumptions);
        assert!(rests_on_order || vector["php7"].is_null(), "{}", vector["id"]);
        reported += usize::from(rests_on_order);
    }
    // Those of PHP 7, and those for which some other order gives another total.
    assert_eq!(reported, 85);
}

#[test]
fn events_award_what_the_server_books() {
    let mut count = 0;
    for vector in ["otherHandPicked", "otherRandom"].into_iter().flat_map(recorded) {
        let kind = vector["kind"].as_str().expect("a kind");
        if !["event", "customEvent"].contains(&kind) || vector["customerStatus"] == "blocked" {
            continue;
        }
        let mut estimator = estimator(&vector["rules"], &json!({ "levelId": LEVEL, "segmentIds": [] }));
        let event = estimator.event(vector["eventName"].as_str().expect("a name"), NOW_MS, |_| None);
        let expected = vector["expected"]["points"].as_f64().expect("points");
        assert_eq!(event.as_ref().map_or(0.0, |event| event.points), expected, "{}", vector["id"]);
        if kind == "customEvent" {
            let id = event.map(|event| event.earning_rule_id).unwrap_or_default();
            assert_eq!(json!(id), vector["expected"]["earningRuleId"], "{}", vector["id"]);
        }
        count += 1;
    }
    assert_eq!(count, 24);
}

#[test]
fn limits_count_as_on_the_server() {
    assert_eq!(recorded("limits").len(), 60);
    for vector in recorded("limits") {
        let customer = &vector["customerId"];
        let usages = vector["usages"].as_array().expect("a list").iter();
        let own: Vec<Value> = usages
            .filter(|usage| usage["subject"]["subjectId"] == *customer)
            .map(|usage| json!({ "date": usage["date"] }))
            .collect();
        let rule = json!({
            "earningRuleId": "r", "type": vector["type"], "allTimeActive": true, "limit": vector["limit"], "usages": own,
        });
        let estimator = estimator(&json!([rule]), &json!({}));
        assert_eq!(vector["timezone"], "Europe/Warsaw");
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("the rule since 1996");
        let now_ms = ms(&vector["now"]);
        let remaining = estimator.remaining("r", now_ms, |at_ms| Some(offset_minutes(&zone, at_ms)));
        if vector["limit"]["active"] == Value::Bool(false) {
            assert_eq!(remaining, None, "{}", vector["id"]);
            continue;
        }
        let remaining = remaining.expect("there is a limit");
        let expected = &vector["expected"];
        assert_eq!(Some(remaining.used), expected["used"].as_f64(), "{}: used", vector["id"]);
        assert_eq!(json!(remaining.left == 0.0), expected["exceeded"], "{}: exceeded", vector["id"]);
        // The server's windows end a second before the next one starts.
        let resets_at = expected["window"].get(1).map(|end| ms(end) + 1000.0);
        assert_eq!(remaining.resets_at_ms, resets_at, "{}: window", vector["id"]);
        let written = estimator.remaining("r", now_ms, |_| None).expect("there is a limit");
        assert!(
            vector["now"].as_str().is_some_and(|now| now.contains("10-28")) || written.used == remaining.used,
            "{}",
            vector["id"]
        );
    }
}

#[track_caller]
fn ms(date: &Value) -> f64 {
    let date = date.as_str().expect("a date");
    let (date, minutes) = date.split_at(date.len() - 2);
    let date: Timestamp = format!("{date}:{minutes}").parse().expect("a date");
    date.duration_since(Timestamp::UNIX_EPOCH).as_secs_f64() * 1000.0
}

fn offset_minutes(zone: &TimeZone, at_ms: f64) -> f64 {
    let at = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs_f64(at_ms / 1000.0);
    f64::from(zone.to_offset(at).seconds()) / 60.0
}

#[test]
fn rules_apply_to_whom_the_server_applies_them() {
    assert_eq!(recorded("applicability").len(), 8);
    for vector in recorded("applicability") {
        let customer = &vector["customer"];
        let options = json!({ "levelId": customer["level"], "segmentIds": customer["segments"] });
        let mut estimator: Estimator = estimator(&vector["rules"], &options);
        let mut cart = json!({ "items": [{ "sku": "A", "grossValue": 1 }], "deliverySkus": [], "at": vector["at"] });
        cart["posId"] = vector["transactionPos"].clone();
        let estimate = estimator.estimate(cart.to_string().as_bytes(), 0.0).expect("the cart can be read");
        let used = ids(estimate.rules.iter().map(|rule| &rule.earning_rule_id));
        assert_eq!(used, vector["expected"]["usedForTransaction"], "{}", vector["id"]);
        assert!(estimate.skipped.iter().all(|skipped| skipped.reason == "not_applicable"), "{}", vector["id"]);
    }
}
