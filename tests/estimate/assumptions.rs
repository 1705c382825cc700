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
    #![proptest_config(ProptestConfig::with_cases(1_000))]

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
        let lists = [(json!([]), json!([])), (json!(["silver"]), json!([])), (json!(["gold"]), json!([])),
            (json!([]), json!(["vip"])), (json!(["silver"]), json!(["vip"])), (json!(["gold"]), json!(["vip", "new"]))];
        let rules: Vec<Value> = rules.into_iter().zip(audiences).map(|(mut rule, audience)| {
            (rule["levels"], rule["segments"]) = lists[audience].clone();
            rule
        }).collect();
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
}

/// What an estimate with these rules rests on, of a cart that says only this.
#[track_caller]
fn rests_on(rules: &[Value], cart: &Value, expected: &[&str]) {
    assert_eq!(estimate(rules, cart).assumptions, expected);
}

#[test]
fn rewards_are_reported_when_they_are_taken_for_granted() {
    let gift = rule("gift", "instant_reward", &json!({ "rewardCampaignId": "mug" }));
    let last = rule("last", "multiply_for_product", &json!({ "skuIds": [], "lastExecutedRule": true }));
    let open = json!({ "items": [{ "sku": "mug", "grossValue": 10 }], "deliverySkus": [] });
    rests_on(&[points("p", 1.0), gift.clone()], &open, &["rewards"]);
    rests_on(&[points("p", 1.0), gift.clone()], &cart(&[("mug", 10.0)]), &[]);
    // Another order would give the reward, but no other total.
    rests_on(&[points("p", 1.0), last, gift], &open, &[]);
}

#[test]
fn deliveries_are_reported_when_a_rule_leaves_them_out() {
    let open = json!({ "items": [{ "sku": "mug", "grossValue": 10 }], "availableRewards": [] });
    let without = rule("p", "points", &json!({ "pointValue": 1, "excludeDeliveryCost": true }));
    rests_on(&[points("p", 1.0)], &open, &[]);
    rests_on(std::slice::from_ref(&without), &open, &["deliverySkus"]);
    rests_on(std::slice::from_ref(&without), &cart(&[("mug", 10.0)]), &[]);
    rests_on(&[without], &json!({ "items": [] }), &[]);
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
