//! Random rules and carts, small enough to meet each other.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::rule;

const SKUS: [&str; 10] = ["mug", "tea", "0123", "123", "1e3", "1000", " 12", "12", ".5", "0.50"];
const LABELS: [(&str, &str); 6] = [("size", "xl"), ("size", "s"), ("v", "1"), ("v", "1.0"), ("v", "2"), ("v", "")];

fn skus() -> impl Strategy<Value = Vec<&'static str>> {
    vec(prop::sample::select(SKUS.to_vec()), 0..3)
}

fn labels() -> impl Strategy<Value = Vec<Value>> {
    vec(prop::sample::select(LABELS.to_vec()).prop_map(|(key, value)| json!({ "key": key, "value": value })), 0..3)
}

fn amount() -> impl Strategy<Value = f64> {
    prop::sample::select(vec![-1.0, 0.0, 0.01, 0.33, 0.5, 1.0, 1.005, 1.25, 2.0, 2.3, 3.0, 10.0])
}

/// The fields of a purchase rule, and its type.
fn fields() -> impl Strategy<Value = (&'static str, Value)> {
    let minimum = prop::sample::select(vec![0.0, 0.0, 0.0, -1.0, 10.0, 50.0, 99.99]);
    let inclusion = prop::sample::select(vec!["none_labels", "none_labels", "exclude_labels", "include_labels"]);
    let points = (amount(), minimum, inclusion, skus(), labels(), any::<bool>()).prop_map(
        |(value, minimum, inclusion, skus, labels, without_delivery)| {
            let fields = json!({
                "pointValue": value, "minOrderValue": minimum, "labelsInclusionType": inclusion, "excludedSKUs": skus,
                "excludedLabels": labels, "includedLabels": labels, "excludeDeliveryCost": without_delivery,
            });
            ("points", fields)
        },
    );
    let products = (amount(), skus())
        .prop_map(|(amount, skus)| ("product_purchase", json!({ "pointsAmount": amount, "skuIds": skus })));
    let multiply = (amount(), skus(), labels()).prop_map(|(multiplier, skus, labels)| {
        ("multiply_for_product", json!({ "multiplier": multiplier, "skuIds": skus, "labels": labels }))
    });
    let by_labels = (labels(), amount()).prop_map(|(labels, multiplier)| {
        let with_multiplier = |mut label: Value| {
            label["multiplier"] = multiplier.into();
            label
        };
        let listed: Vec<Value> = labels.into_iter().map(with_multiplier).collect();
        ("multiply_by_product_labels", json!({ "labelMultipliers": listed }))
    });
    let reward = Just(("instant_reward", json!({ "rewardCampaignId": "c" })));
    prop_oneof![4 => points, 3 => products, 3 => multiply, 2 => by_labels, 1 => reward]
}

/// Purchase rules, numbered, for the customers of the level `silver`.
pub(crate) fn rules(most: usize) -> impl Strategy<Value = Vec<Value>> {
    let one = (fields(), prop::bool::weighted(0.1));
    vec(one, 0..=most).prop_map(|rules| {
        let numbered = rules.into_iter().enumerate().map(|(index, ((kind, mut fields), is_last))| {
            fields["lastExecutedRule"] = is_last.into();
            fields["levels"] = json!(["silver"]);
            rule(&index.to_string(), kind, &fields)
        });
        numbered.collect()
    })
}

/// A cart that says everything. Half of the rewards can be given.
pub(crate) fn cart() -> impl Strategy<Value = Value> {
    let gross_value = prop_oneof![
        3 => (-2_000_i32..10_000).prop_map(|cents| f64::from(cents) / 100.0),
        1 => (-2_000_i32..10_000).prop_map(|mills| f64::from(mills) / 1000.0),
        1 => (1_i32..9_999_999).prop_map(|cents| f64::from(cents) * 1000.01),
    ];
    let line = (prop::sample::select(SKUS.to_vec()), gross_value, labels());
    (vec(line, 0..5), skus()).prop_map(|(lines, deliveries)| {
        let item = |(sku, gross_value, labels): (&str, f64, Vec<Value>)| {
            json!({ "sku": sku, "grossValue": gross_value, "labels": labels })
        };
        let items: Vec<Value> = lines.into_iter().map(item).collect();
        let even: Vec<String> = (0..20).step_by(2).map(|index: u32| index.to_string()).collect();
        json!({ "items": items, "deliverySkus": deliveries, "availableRewards": even })
    })
}
