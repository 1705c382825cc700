//! What an estimate says that it rests on, against everything that could be.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::generate;
use super::reference::{self, group};
use super::support::{NOW_MS, cart, estimate, estimator, points, rule};

/// Whether PHP 7.2's `usort` leaves rules of one group in another order: its insertion sort, step by step.
fn php_7_reorders(rules: &[Value]) -> bool {
    let mut list: Vec<(usize, usize)> = rules.iter().map(group).enumerate().collect();
    let above = |list: &[(usize, usize)], one: usize, other: usize| list[one].1 > list[other].1;
    let len = list.len();
    if len > 16 {
        return true;
    }
    let sorted_first = if len < 6 {
        if len >= 3 {
            sort_three(&mut list);
        }
        len.min(3)
    } else {
        1
    };
    for next in sorted_first..len {
        if !above(&list, next - 1, next) {
            continue;
        }
        let mut at = next - 1;
        if len < 6 || next < 6 {
            while at > 0 && above(&list, at - 1, next) {
                at -= 1;
            }
        } else {
            loop {
                at -= 2;
                if !above(&list, at, next) {
                    at += 1;
                    at += usize::from(!above(&list, at, next));
                    break;
                }
                if at == 0 {
                    break;
                }
                if at == 1 {
                    at = usize::from(above(&list, next, 0));
                    break;
                }
            }
        }
        let moved = list.remove(next);
        list.insert(at, moved);
    }
    list.windows(2).any(|pair| pair[0].1 == pair[1].1 && pair[0].0 > pair[1].0)
}

fn sort_three(list: &mut [(usize, usize)]) {
    let above = |list: &[(usize, usize)], one: usize, other: usize| list[one].1 > list[other].1;
    if !above(list, 0, 1) {
        if above(list, 1, 2) {
            list.swap(1, 2);
            if above(list, 0, 1) {
                list.swap(0, 1);
            }
        }
    } else if !above(list, 2, 1) {
        list.swap(0, 2);
    } else {
        list.swap(0, 1);
        if above(list, 1, 2) {
            list.swap(1, 2);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_order_of_rules_is_reported_when_it_can_matter_and_only_then(
        rules in generate::rules(6), cart in generate::cart(),
    ) {
        let totals = reference::totals(&rules.iter().collect::<Vec<_>>(), &cart);
        let expected = totals.len() > 1 || php_7_reorders(&rules);
        let reported = estimate(&rules, &cart).assumptions.contains(&"ruleOrder");
        prop_assert_eq!(reported, expected, "{:?}", totals);
    }

    #[test]
    fn with_many_rules_the_order_is_reported_whenever_it_can_matter(
        rules in generate::rules(14), cart in generate::cart(), seed in any::<u64>(),
    ) {
        let estimate = estimate(&rules, &cart);
        if !estimate.assumptions.contains(&"ruleOrder") {
            // Some other orders.
            let mut shuffled: Vec<&Value> = rules.iter().collect();
            for round in 0..20_u64 {
                shuffled.sort_by_key(|rule| (rule["earningRuleId"].to_string().len() as u64 + 1).wrapping_mul(seed ^ round.wrapping_mul(0x9E37_79B9_7F4A_7C15)).rotate_left(17) ^ rule.to_string().len() as u64);
                shuffled.rotate_left(usize::try_from(round).unwrap_or(0) % rules.len().max(1));
                prop_assert_eq!(reference::book(&shuffled, &cart).total, estimate.points);
            }
        }
    }

    #[test]
    fn the_customer_is_reported_when_another_would_earn_another_total(
        rules in generate::rules(5), cart in generate::cart(), audiences in prop::collection::vec(0_usize..6, 5),
        known in 0_usize..5,
    ) {
        let rules: Vec<Value> = rules.into_iter().zip(audiences).map(|(rule, audience)| for_audience(rule, audience)).collect();
        let options = [json!({}), json!({ "levelId": "silver" }), json!({ "levelId": null }), json!({ "segmentIds": ["vip"] }),
            json!({ "segmentIds": [] })];
        let options = &options[known];
        let ask = |options: &Value| {
            estimator(&json!(rules), options).estimate(cart.to_string().as_bytes(), NOW_MS).expect("the cart can be read")
        };
        let estimate = ask(options);
        let mut others = Vec::new();
        for level in [json!(null), json!("silver"), json!("gold"), json!("other")] {
            for segments in [json!([]), json!(["vip"]), json!(["new"]), json!(["other"]), json!(["vip", "new"])] {
                let is_possible = options.get("levelId").is_none_or(|known| *known == level)
                    && options.get("segmentIds").is_none_or(|known| *known == segments);
                if is_possible {
                    let other = ask(&json!({ "levelId": level, "segmentIds": segments }));
                    prop_assert!(!other.assumptions.contains(&"customer"));
                    others.push(other.points);
                }
            }
        }
        let reported = estimate.assumptions.contains(&"customer");
        prop_assert!(reported || others.iter().all(|points| *points == estimate.points), "{others:?} {}", estimate.points);
    }

    #[test]
    fn what_rests_on_nothing_is_booked_whatever_the_server_knows(
        rules in generate::rules(4), mut cart in generate::cart(), audiences in prop::collection::vec(0_usize..6, 4),
        known in 0_usize..6, knows_rewards in any::<bool>(), knows_deliveries in any::<bool>(),
    ) {
        let rules: Vec<Value> = rules.into_iter().zip(audiences).map(|(rule, audience)| for_audience(rule, audience)).collect();
        let options = [json!({}), json!({ "levelId": "silver" }), json!({ "levelId": null }), json!({ "segmentIds": ["vip"] }),
            json!({ "segmentIds": [] }), json!({ "levelId": "silver", "segmentIds": [] })];
        let (rewards, deliveries) = (cart["availableRewards"].take(), cart["deliverySkus"].take());
        if knows_rewards {
            cart["availableRewards"] = rewards.clone();
        }
        if knows_deliveries {
            cart["deliverySkus"] = deliveries.clone();
        }
        let estimate = estimator(&json!(rules), &options[known]).estimate(cart.to_string().as_bytes(), NOW_MS);
        let estimate = estimate.expect("the cart can be read");
        if estimate.assumptions.is_empty() {
            let skus: Vec<&str> = cart["items"].as_array().into_iter().flatten().filter_map(|item| item["sku"].as_str()).collect();
            let deliveries = if knows_deliveries { vec![deliveries] } else { subsets(&skus).iter().map(|skus| json!(skus)).collect() };
            let rewards = if knows_rewards { vec![rewards] } else { subsets(&["0", "1", "2", "3"]).iter().map(|ids| json!(ids)).collect() };
            for (rules, deliveries) in possible_rules(&rules, &options[known]).iter().flat_map(|rules| deliveries.iter().map(move |skus| (rules, skus))) {
                for rewards in &rewards {
                    (cart["deliverySkus"], cart["availableRewards"]) = (deliveries.clone(), rewards.clone());
                    prop_assert_eq!(reference::totals(rules, &cart), vec![estimate.points], "{} {:?}", cart, rules);
                }
            }
        }
    }
}

/// The rule, for some of the customers.
fn for_audience(mut rule: Value, audience: usize) -> Value {
    let lists = [
        (json!([]), json!([])),
        (json!(["silver"]), json!([])),
        (json!(["gold"]), json!([])),
        (json!([]), json!(["vip"])),
        (json!(["silver"]), json!(["vip"])),
        (json!(["gold"]), json!(["vip", "new"])),
    ];
    (rule["levels"], rule["segments"]) = lists[audience].clone();
    rule
}

/// Every list that leaves some out.
fn subsets(all: &[&str]) -> Vec<Vec<String>> {
    let chosen = |mask: u32| {
        let is_chosen = |(bit, _): &(usize, &&str)| mask >> bit & 1 == 1;
        all.iter().enumerate().filter(is_chosen).map(|(_, text)| (*text).to_owned()).collect()
    };
    (0..1_u32 << all.len()).map(chosen).collect()
}

/// The sets of rules that customers of whom this is known can get, as the server decides.
fn possible_rules<'a>(rules: &'a [Value], options: &Value) -> Vec<Vec<&'a Value>> {
    let lists =
        |rule: &Value, field: &str, id: &str| rule[field].as_array().expect("a list").iter().any(|own| own == id);
    let mut possible: Vec<Vec<&Value>> = Vec::new();
    for level in [None, Some("silver"), Some("gold"), Some("other")] {
        for segments in subsets(&["vip", "new", "other"]) {
            let is_possible = options.get("levelId").is_none_or(|known| *known == json!(level))
                && options.get("segmentIds").is_none_or(|known| *known == json!(segments));
            let includes = |rule: &&Value| {
                level.is_none() && segments.is_empty()
                    || level.is_some_and(|level| lists(rule, "levels", level))
                    || segments.iter().any(|segment| lists(rule, "segments", segment))
            };
            let list: Vec<&Value> = rules.iter().filter(includes).collect();
            if is_possible && !possible.contains(&list) {
                possible.push(list);
            }
        }
    }
    possible
}

/// What an estimate with these rules rests on, of a cart that says only this.
#[track_caller]
fn rests_on(rules: &[Value], cart: &Value, expected: &[&str]) {
    assert_eq!(estimate(rules, cart).assumptions, expected);
}

#[test]
fn rewards_are_reported_when_one_that_is_taken_for_granted_stops_a_rule() {
    let gift = |is_last: bool| {
        rule("gift", "instant_reward", &json!({ "rewardCampaignId": "c", "lastExecutedRule": is_last }))
    };
    let double = |skus: &[&str]| rule("m", "multiply_for_product", &json!({ "skuIds": skus, "multiplier": 2 }));
    let bonus = |sku: &str| rule("b", "product_purchase", &json!({ "skuIds": [sku], "pointsAmount": 50 }));
    let last = rule("last", "multiply_for_product", &json!({ "skuIds": [], "lastExecutedRule": true }));
    let open = json!({ "items": [{ "sku": "mug", "grossValue": 10 }], "deliverySkus": [] });
    rests_on(&[points("p", 1.0), gift(true), bonus("mug")], &open, &["rewards"]);
    // What it gives does not change the total.
    rests_on(&[points("p", 1.0), gift(false), bonus("mug")], &open, &[]);
    rests_on(&[points("p", 1.0), gift(true), bonus("tea")], &open, &[]);
    rests_on(&[points("p", 1.0), gift(true)], &open, &[]);
    rests_on(&[points("p", 1.0), gift(true), bonus("mug")], &cart(&[("mug", 10.0)]), &[]);
    // It is stopped itself. In another order it would stop the other, with the same result.
    rests_on(&[points("p", 1.0), last.clone(), gift(true), bonus("mug")], &open, &[]);
    rests_on(&[points("p", 1.0), gift(true), last, bonus("tea")], &open, &["rewards"]);
    // Before a rule of its group, it also depends on the order.
    rests_on(&[points("p", 1.0), gift(true), double(&["mug"])], &open, &["ruleOrder", "rewards"]);
    rests_on(&[points("p", 1.0), gift(true), double(&["tea"])], &open, &[]);
}

#[test]
fn deliveries_are_reported_when_a_rule_that_leaves_them_out_could_count_less() {
    let on = |lines: &[(&str, f64)]| json!({ "items": cart(lines)["items"], "availableRewards": [] });
    let without = |minimum: f64, is_last: bool, sku: &str| {
        rule(
            "p",
            "points",
            &json!({
                "pointValue": 1, "excludeDeliveryCost": true, "minOrderValue": minimum, "lastExecutedRule": is_last, "excludedSKUs": [sku],
            }),
        )
    };
    let mug = on(&[("mug", 10.0)]);
    rests_on(&[points("p", 1.0)], &mug, &[]);
    rests_on(&[without(0.0, false, "")], &mug, &["deliverySkus"]);
    rests_on(&[without(0.0, false, "")], &cart(&[("mug", 10.0)]), &[]);
    rests_on(&[without(0.0, false, "")], &json!({ "items": [] }), &[]);
    // Below its minimum, it stays there without the delivery, but not without what was given back.
    rests_on(&[without(50.0, false, "")], &mug, &[]);
    rests_on(&[without(50.0, false, "")], &on(&[("mug", 60.0), ("tea", -20.0)]), &["deliverySkus"]);
    // No line counts, but whether it runs can stop another.
    rests_on(&[without(5.0, false, "mug")], &mug, &[]);
    rests_on(&[without(5.0, true, "mug")], &mug, &["deliverySkus"]);
    rests_on(&[without(0.0, true, "mug")], &mug, &[]);
}

#[test]
fn a_rule_that_never_runs_does_not_depend_on_the_customer() {
    let stop = rule("stop", "points", &json!({ "pointValue": 1, "lastExecutedRule": true, "levels": ["silver"] }));
    let bonus = rule("b", "product_purchase", &json!({ "skuIds": ["mug"], "pointsAmount": 50, "segments": ["vip"] }));
    let options = json!({ "levelId": "silver" });
    let cart = cart(&[("mug", 10.0)]).to_string();
    let ask =
        |rules: Value| estimator(&rules, &options).estimate(cart.as_bytes(), NOW_MS).expect("the cart can be read");
    assert!(ask(json!([stop, bonus])).assumptions.is_empty());
    let mut goes_on = stop.clone();
    goes_on["lastExecutedRule"] = false.into();
    assert_eq!(ask(json!([goes_on, bonus])).assumptions, ["customer"]);
    // Points that cancel out are points that a multiplier finds.
    let double = rule("m", "multiply_for_product", &json!({ "skuIds": ["mug"], "multiplier": 2, "segments": ["vip"] }));
    goes_on["pointValue"] = 1.into();
    let both = r#"{"items":[{"sku":"mug","grossValue":10},{"sku":"tea","grossValue":-10}]}"#;
    let estimate = estimator(&json!([goes_on, double]), &options).estimate(both.as_bytes(), NOW_MS);
    assert_eq!(estimate.expect("the cart can be read").assumptions, ["customer"]);
}

#[test]
fn what_only_php_8_takes_for_equal_is_reported_as_an_order() {
    let bonus = |sku: &str| rule("b", "product_purchase", &json!({ "skuIds": [sku], "pointsAmount": 50 }));
    assert_eq!(estimate(&[bonus("12 ")], &cart(&[("12", 10.0)])).points, 50.0);
    rests_on(&[bonus("12 ")], &cart(&[("12", 10.0)]), &["ruleOrder"]);
    rests_on(&[bonus("12")], &cart(&[("12 ", 10.0)]), &["ruleOrder"]);
    rests_on(&[bonus("12")], &cart(&[("12", 10.0), ("13 ", 10.0)]), &[]);
    rests_on(&[bonus(" 12")], &cart(&[("12", 10.0)]), &[]);
}

#[test]
fn a_reward_of_no_campaign_can_not_be_given() {
    let gift = rule("g", "instant_reward", &json!({ "rewardCampaignId": null, "lastExecutedRule": true }));
    let bonus = rule("b", "product_purchase", &json!({ "skuIds": ["mug"], "pointsAmount": 5 }));
    let estimate =
        estimate(&[gift, bonus], &json!({ "items": [{ "sku": "mug", "grossValue": 1 }], "deliverySkus": [] }));
    assert_eq!((estimate.points, estimate.assumptions.len(), estimate.stopped_by_rule_id), (5.0, 0, None));
    let skipped: Vec<_> = estimate.skipped.iter().map(|rule| (rule.earning_rule_id.as_str(), rule.reason)).collect();
    assert_eq!(skipped, [("g", "reward_unavailable")]);
}

/// A page waits for the answer.
#[test]
fn in_a_long_cart_not_all_orders_are_tried() {
    let rules: Vec<Value> = (0..6).map(|id| points(&id.to_string(), 0.333)).collect();
    let rests_on = |lines| estimate(&rules, &cart(&vec![("mug", 0.99); lines])).assumptions;
    assert!(rests_on(10).is_empty());
    assert_eq!(rests_on(10_000), ["ruleOrder"]);
}
