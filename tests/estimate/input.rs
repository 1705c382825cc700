//! Input that is not what it should be.

use earnkit::{Estimator, InvalidInput};
use serde_json::{Value, json};

use super::support::{NOW_MS, estimate, known, points, rule};

#[track_caller]
fn refused(cart: &str, field: &str) {
    let refused = known(&[]).estimate(cart.as_bytes(), NOW_MS).expect_err("the cart is refused");
    assert_eq!(refused.field(), field, "{cart}");
}

#[track_caller]
fn not_made(rules: &str, options: &str, field: &str) -> InvalidInput {
    let refused = Estimator::new(rules.as_bytes(), options.as_bytes()).expect_err("the arguments are refused");
    assert_eq!(refused.field(), field, "{rules} {options}");
    refused
}

#[test]
fn a_bad_cart_is_refused_where_it_is_bad() {
    refused("", "cart");
    refused("null", "cart");
    refused("[1]", "cart");
    refused("{}", "cart.items");
    refused(r#"{"items":{}}"#, "cart.items");
    refused(r#"{"items":[null]}"#, "cart.items[0]");
    refused(r#"{"items":[{"sku":5,"grossValue":1}]}"#, "cart.items[0].sku");
    refused(r#"{"items":[{"sku":"","grossValue":1}]}"#, "cart.items[0].sku");
    refused(r#"{"items":[{"grossValue":1}]}"#, "cart.items[0].sku");
    refused(r#"{"items":[{"sku":"a","grossValue":1},{"sku":"b"}]}"#, "cart.items[1].grossValue");
    refused(r#"{"items":[{"sku":"a","grossValue":null}]}"#, "cart.items[0].grossValue");
    refused(r#"{"items":[{"sku":"a","grossValue":"1"}]}"#, "cart.items[0].grossValue");
    refused(r#"{"items":[{"sku":"a","grossValue":1e999}]}"#, "cart.items[0].grossValue");
    refused(r#"{"items":[{"sku":"\ud800","grossValue":1}]}"#, "cart.items[0].sku");
    refused(r#"{"items":[{"sku":"a","grossValue":1,"labels":5}]}"#, "cart.items[0].labels");
    refused(r#"{"items":[{"sku":"a","grossValue":1,"labels":[{"value":"x"}]}]}"#, "cart.items[0].labels[0].key");
    refused(
        r#"{"items":[{"sku":"a","grossValue":1,"labels":[{"key":"x","value":1}]}]}"#,
        "cart.items[0].labels[0].value",
    );
    refused(r#"{"items":[],"at":"yesterday"}"#, "cart.at");
    refused(r#"{"items":[],"at":5}"#, "cart.at");
    refused(r#"{"items":[],"posId":""}"#, "cart.posId");
    refused(r#"{"items":[],"deliverySkus":[5]}"#, "cart.deliverySkus[0]");
    refused(r#"{"items":[],"availableRewards":"all"}"#, "cart.availableRewards");
}

#[test]
fn bad_rules_and_options_are_refused_where_they_are_bad() {
    not_made("", "{}", "rules");
    not_made("5", "{}", "rules");
    not_made("{}", "{}", "rules.earningRules");
    let refused = not_made(r#""rules""#, "{}", "rules");
    assert_eq!(refused.to_string(), "rules must be what listEarningRules returned, or the list in it");
    not_made(r#"{"earningRules":5}"#, "{}", "rules.earningRules");
    not_made("[5]", "{}", "rules[0]");
    not_made(r#"[],"levelIds":["a"]"#, "{}", "rules");
    not_made("[]]", "{}", "rules");
    not_made(r#"[{"earningRuleId":"a","type":"points"},{"type":"points"}]"#, "{}", "rules[1].earningRuleId");
    not_made(r#"{"earningRules":[{"earningRuleId":"a"}]}"#, "{}", "rules.earningRules[0].type");
    not_made(r#"[{"earningRuleId":"a","type":"points","pointValue":"1"}]"#, "{}", "rules[0].pointValue");
    not_made(r#"[{"earningRuleId":"a","type":"points","startAt":"today"}]"#, "{}", "rules[0].startAt");
    not_made(r#"[{"earningRuleId":"a","type":"qrcode","usages":[{"date":1}]}]"#, "{}", "rules[0].usages[0].date");
    not_made("[]", "5", "options");
    not_made("[]", r#"{"levelId":5}"#, "options.levelId");
    not_made("[]", r#"{"segmentIds":[5]}"#, "options.segmentIds[0]");
    let refused = not_made("[]", r#"{"segmentIds":5}"#, "options.segmentIds");
    assert_eq!(refused.to_string(), "options.segmentIds must be a list of strings");
}

#[test]
fn a_label_without_a_value_equals_an_empty_one_but_for_what_is_included() {
    let plain = json!({ "items": [{ "sku": "mug", "grossValue": 10, "labels": [{ "key": "sale" }] }] });
    let empty = json!({ "items": [{ "sku": "mug", "grossValue": 10, "labels": [{ "key": "sale", "value": "" }] }] });
    let triple = rule("m", "multiply_for_product", &json!({ "labels": [{ "key": "sale" }], "multiplier": 3 }));
    let included =
        json!({ "pointValue": 1, "labelsInclusionType": "include_labels", "includedLabels": [{ "key": "sale" }] });
    for (cart, only_included) in [(&plain, 10.0), (&empty, 0.0)] {
        assert_eq!(estimate(&[points("p", 1.0), triple.clone()], cart).points, 30.0);
        assert_eq!(estimate(&[rule("p", "points", &included)], cart).points, only_included);
    }
}

#[test]
fn a_purchase_date_counts_to_the_second_and_both_ends_are_inside() {
    let window = json!({
        "pointValue": 1, "allTimeActive": false,
        "startAt": "2018-06-01T00:00:00+02:00", "endAt": "2018-06-15T12:00:00+02:00",
    });
    let rules = [rule("p", "points", &window)];
    let at = |at: &str| estimate(&rules, &json!({ "items": [{ "sku": "mug", "grossValue": 10 }], "at": at })).points;
    assert_eq!(at("2018-06-01T00:00:00+02:00"), 10.0);
    assert_eq!(at("2018-05-31T23:59:59.999+02:00"), 0.0);
    assert_eq!(at("2018-06-15T12:00:00+0200"), 10.0);
    assert_eq!(at("2018-06-15T10:00:00.999Z"), 10.0);
    assert_eq!(at("2018-06-15T12:00:01+02:00"), 0.0);
}

#[test]
fn a_rule_with_half_a_window_is_never_in_use() {
    for bound in ["startAt", "endAt"] {
        let rules = [rule(
            "p",
            "points",
            &json!({ "pointValue": 1, "allTimeActive": false, bound: "2018-06-15T12:00:00+02:00" }),
        )];
        let cart = json!({ "items": [{ "sku": "mug", "grossValue": 10 }], "at": "2018-06-15T12:00:00+02:00" });
        assert_eq!(estimate(&rules, &cart).points, 0.0);
    }
}

#[test]
fn numbers_with_many_digits_are_read_to_the_last_bit() {
    let rules = br#"[{"earningRuleId":"p","type":"points","pointValue":2.2999999999999998,"allTimeActive":true}]"#;
    let mut estimator = Estimator::new(rules, b"{}").expect("the rules can be read");
    let cart = br#"{"items":[{"sku":"a","grossValue":0.30000000000000004}]}"#;
    let estimate = estimator.estimate(cart, NOW_MS).expect("the cart can be read");
    assert_eq!(estimate.rules[0].points, 2.3 * (0.1 + 0.2));
}

#[test]
fn many_carts_leave_nothing_behind() {
    let mut estimator = known(&[points("p", 1.0)]);
    let mut sizes = Vec::new();
    for round in 10..40 {
        let items: Vec<Value> =
            (10_000..20_000).map(|line| json!({ "sku": format!("{round}/{line}"), "grossValue": 0.5 })).collect();
        let estimate = estimator.estimate(json!({ "items": items }).to_string().as_bytes(), NOW_MS);
        assert_eq!(estimate.expect("the cart can be read").points, 5_000.0);
        for event in 0..1_000 {
            assert_eq!(estimator.event(&format!("{round}/{event}"), NOW_MS, |_| None), None);
        }
        // All that it holds.
        sizes.push(format!("{estimator:?}").len());
    }
    let (first, second) = sizes.split_at(15);
    let most = |sizes: &[usize]| sizes.iter().max().copied().unwrap_or_default();
    // What is left of a hundred and ten thousand texts would show; a longer number does not count.
    assert!(most(second) <= most(first) + 1_000, "{sizes:?}");
}
