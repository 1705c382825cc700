//! Which rule pays, limits, and to whom a rule applies, against Open Loyalty 3.2.0's own evaluator.

use earnkit_sandbox::open_loyalty::{Limit, Rule, RuleKind};
use serde_json::{Value, json};

use crate::support::{Shop, date, json_body, stored_rule, stored_usages};

fn recorded(group: &str) -> Vec<Value> {
    let recorded: Value = serde_json::from_str(include_str!("../fixtures/open-loyalty-events.json")).unwrap();
    recorded[group].as_array().unwrap().clone()
}

pub(crate) fn recorded_of_kind(kind: &str) -> Vec<Value> {
    let all = [recorded("otherHandPicked"), recorded("otherRandom")].concat();
    all.into_iter().filter(|case| case["kind"] == kind).collect()
}

pub(crate) fn stored_rules(listed: &Value) -> Vec<Rule> {
    listed.as_array().unwrap().iter().map(stored_rule).collect()
}

/// A shop with the rules of a case, and Anna as the customer of that case.
pub(crate) fn shop_of(case: &Value) -> Shop {
    let mut shop = Shop::new();
    // To a customer without level and segments every rule applies, as the recording says of its rules.
    shop.sandbox.open_loyalty.levels.clear();
    let anna = shop.user("anna@example.com").customer.as_mut().unwrap();
    anna.level_id = None;
    anna.segments.clear();
    if let Some(status) = case["customerStatus"].as_str() {
        status.clone_into(&mut anna.status);
    }
    shop
}

#[test]
fn custom_events_earn_as_recorded() {
    let cases = recorded_of_kind("customEvent");
    assert_eq!(cases.len(), 11);
    for case in cases {
        let mut shop = shop_of(&case);
        let token = shop.token("anna@example.com");
        shop.sandbox.open_loyalty.rules = stored_rules(&case["rules"]);
        let response = shop.trigger(&token, case["eventName"].as_str().unwrap());
        let expected = &case["expected"];
        assert_eq!(json!(response.status), expected["httpStatus"], "{case}");
        if response.status == 200 {
            assert_eq!(json_body(&response)["points"].as_f64(), expected["points"].as_f64(), "{case}");
            let ledger = shop.ledger();
            assert_eq!(ledger.last().unwrap()["earningRuleId"], expected["earningRuleId"], "{case}");
        }
    }
}

#[test]
fn events_that_the_server_notices_earn_as_recorded() {
    let cases = recorded_of_kind("event");
    assert_eq!(cases.len(), 14);
    for case in cases {
        let mut shop = shop_of(&case);
        // The login is the only such event that a client can cause.
        let mut rules = stored_rules(&case["rules"]);
        for rule in &mut rules {
            if let RuleKind::Event { event_name, .. } = &mut rule.kind
                && case["eventName"] == *event_name
            {
                "oloy.customer.logged_in".clone_into(event_name);
            }
        }
        shop.sandbox.open_loyalty.rules = rules;
        shop.token("anna@example.com");
        let points = shop.ledger()[0]["points"].as_f64().unwrap_or(0.0);
        assert_eq!(Some(points), case["expected"]["points"].as_f64(), "{case}");
    }
}

#[test]
fn limits_count_in_the_recorded_windows() {
    let cases = recorded("limits");
    assert_eq!(cases.len(), 60);
    for case in cases {
        let now = date(case["now"].as_str().unwrap());
        let customer_id = case["customerId"].as_str().unwrap();
        let limit: Limit = serde_json::from_value(case["limit"].clone()).unwrap();
        let mut rule = Shop::new().sandbox.open_loyalty.rules[0].clone();
        rule.usages = stored_usages(&case["usages"]);
        rule.kind = RuleKind::CustomEvent { event_name: "x".to_owned(), points_amount: 1.0, limit };
        let expected = &case["expected"];
        assert_eq!(rule.is_limit_exceeded(customer_id, now), expected["exceeded"], "{case}");
        if limit.active == Some(true) {
            let used = rule.used(limit.period.unwrap(), customer_id, now);
            assert_eq!(json!(used), expected["used"], "{case}");
        }
    }
}

#[test]
fn rules_are_listed_and_apply_as_recorded() {
    let cases = recorded("applicability");
    assert_eq!(cases.len(), 8);
    for case in cases {
        let at = date(case["at"].as_str().unwrap());
        let mut shop = Shop::at(at.as_millisecond());
        let token = shop.token("anna@example.com");
        let rules = stored_rules(&case["rules"]);
        shop.sandbox.open_loyalty.rules.clone_from(&rules);
        let listed: Vec<Value> = shop.list(&token).iter().map(|rule| rule["earningRuleId"].clone()).collect();
        assert_eq!(json!(listed), case["expected"]["listedByCustomerEndpoint"], "{}", case["id"]);

        let anna = shop.user("anna@example.com").customer.as_mut().unwrap();
        anna.level_id = case["customer"]["level"].as_str().map(str::to_owned);
        anna.segments = serde_json::from_value(case["customer"]["segments"].clone()).unwrap();
        let pos = case["transactionPos"].as_str();
        let applies = |rule: &&Rule| rule.is_current(at) && rule.applies_to(anna, pos);
        let used: Vec<&str> = rules.iter().filter(applies).map(|rule| rule.earning_rule_id.as_str()).collect();
        assert_eq!(json!(used), case["expected"]["usedForTransaction"], "{}", case["id"]);
    }
}
