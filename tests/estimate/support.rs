//! Estimators over JSON values, and the recorded answers.

use std::fs;
use std::path::Path;

use earnkit::{Estimate, Estimator};
use serde_json::{Value, json};

/// 2018-06-15T12:00:00+02:00, when the recorded rules are in use.
pub(crate) const NOW_MS: f64 = 1_529_056_800_000.0;

/// The recorded answers of one kind.
#[track_caller]
pub(crate) fn recorded(kind: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/estimate/open-loyalty.json");
    let text = fs::read_to_string(path).expect("the recorded answers can be read");
    let answers: Value = serde_json::from_str(&text).expect("they are JSON");
    answers[kind].as_array().expect("the kind exists").clone()
}

#[track_caller]
pub(crate) fn estimator(rules: &Value, options: &Value) -> Estimator {
    Estimator::new(rules.to_string().as_bytes(), options.to_string().as_bytes()).expect("the rules can be read")
}

/// An estimator for a customer whose level is known, with rules for that level where they name none.
#[track_caller]
pub(crate) fn known(rules: &[Value]) -> Estimator {
    let for_level = |rule: &Value| {
        let mut rule = rule.clone();
        let is_for_nobody = rule["levels"].is_null() && rule["segments"].is_null();
        if is_for_nobody {
            rule["levels"] = json!(["silver"]);
        }
        rule
    };
    let rules: Vec<Value> = rules.iter().map(for_level).collect();
    estimator(&json!(rules), &json!({ "levelId": "silver", "segmentIds": [] }))
}

#[track_caller]
pub(crate) fn estimate(rules: &[Value], cart: &Value) -> Estimate {
    known(rules).estimate(cart.to_string().as_bytes(), NOW_MS).expect("the cart can be read")
}

/// A cart with these lines.
pub(crate) fn cart(lines: &[(&str, f64)]) -> Value {
    let items: Vec<Value> = lines.iter().map(|(sku, gross)| json!({ "sku": sku, "grossValue": gross })).collect();
    json!({ "items": items, "deliverySkus": [], "availableRewards": [] })
}

/// A rule with these fields.
pub(crate) fn rule(id: &str, kind: &str, fields: &Value) -> Value {
    let mut rule = json!({ "earningRuleId": id, "name": id, "type": kind, "active": true, "allTimeActive": true });
    for (name, value) in fields.as_object().into_iter().flatten() {
        rule[name] = value.clone();
    }
    rule
}

pub(crate) fn points(id: &str, value: f64) -> Value {
    rule(id, "points", &json!({ "pointValue": value }))
}
