//! What carts earn, against Open Loyalty 3.2.0's own evaluator.

use earnkit_sandbox::open_loyalty::purchase::{Delivery, Evaluation, Item, evaluate};
use earnkit_sandbox::open_loyalty::{Label, Rule};
use serde_json::{Value, json};

use crate::recorded_events::stored_rules;

fn recorded() -> Vec<Value> {
    let recorded: Value = serde_json::from_str(include_str!("../fixtures/open-loyalty-purchases.json")).unwrap();
    let groups = ["handPicked", "random", "unknownType"];
    groups.iter().flat_map(|group| recorded[group].as_array().unwrap().clone()).collect()
}

fn evaluated(case: &Value) -> Evaluation {
    let item = |item: &Value| Item {
        sku: item["sku"].as_str().unwrap().to_owned(),
        gross_value: item["grossValue"].as_f64().unwrap(),
        labels: serde_json::from_value::<Vec<Label>>(item["labels"].clone()).unwrap(),
    };
    let cart = &case["cart"];
    let items: Vec<Item> = cart["items"].as_array().unwrap().iter().map(item).collect();
    let skus: Vec<String> = serde_json::from_value(cart["excludedDeliverySKUs"].clone()).unwrap();
    let rules = stored_rules(&case["rules"]);
    let rules: Vec<&Rule> = rules.iter().collect();
    let is_available = |rule: &Rule| case["instantRewardApplicable"][&rule.earning_rule_id] != json!(false);
    evaluate(&rules, &items, Delivery { skus: &skus }, is_available)
}

fn floats(value: &Value) -> Vec<(String, f64)> {
    let pair = |pair: &Value| (pair[0].as_str().unwrap().to_owned(), pair[1].as_f64().unwrap());
    value.as_array().unwrap().iter().map(pair).collect()
}

#[test]
fn carts_earn_as_recorded_to_the_last_bit() {
    let cases = recorded();
    assert_eq!(cases.len(), 341);
    for case in cases {
        // Whether this customer's status may earn at all is decided before the evaluator is asked.
        if case["customerStatus"] == "blocked" {
            continue;
        }
        let expected = &case["expected"];
        let evaluation = evaluated(&case);
        let id = &case["id"];
        assert_eq!(evaluation.products, floats(&expected["perSkuUnrounded"]), "{id}");
        assert_eq!(Some(evaluation.total), expected["total"].as_f64(), "{id}");
        assert_eq!(json!(evaluation.applied), expected["appliedIds"], "{id}");
        assert_eq!(json!(evaluation.comment), expected["comment"], "{id}");
        assert_eq!(json!(evaluation.stopped_at), expected["stoppedAt"], "{id}");
        assert_eq!(json!(evaluation.rewards), expected["instantRewards"], "{id}");
        let tried: Vec<Value> =
            evaluation.evaluated.iter().map(|(id, executed)| json!({ "id": id, "executed": executed })).collect();
        assert_eq!(json!(tried), expected["evaluated"], "{id}");
    }
}
