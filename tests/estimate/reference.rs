//! A plain evaluator: strings, no short cuts, nothing shared with the one under test.

use std::collections::BTreeMap;

use serde_json::Value;

/// What became of a cart.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Booked {
    pub(crate) total: f64,
    pub(crate) applied: Vec<String>,
    pub(crate) stopped_by: Option<String>,
}

fn round_half_away(value: f64) -> f64 {
    if value >= 0.0 { (value + 0.5).floor() } else { (value - 0.5).ceil() }
}

/// PHP's `round($value, 2)`.
#[expect(clippy::cast_possible_truncation, reason = "a logarithm of a double is small")]
pub(crate) fn round(value: f64) -> f64 {
    if value == 0.0 {
        return value;
    }
    let places = 14 - value.abs().log10().floor() as i32;
    let scaled = if places > 2 && places < 17 {
        round_half_away(value * 10f64.powi(places)) / 10f64.powi(places - 2)
    } else if (value * 100.0).abs() >= 1e15 {
        // "This value is beyond our precision, so rounding it is pointless" (ext/standard/math.c).
        return value;
    } else {
        value * 100.0
    };
    round_half_away(scaled) / 100.0
}

/// PHP 8's `==` for texts.
pub(crate) fn equal(one: &str, other: &str) -> bool {
    let number = |text: &str| {
        let text = text.trim_matches([' ', '\t', '\n', '\r']);
        let is_numeric = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
        text.parse::<f64>().ok().filter(|_| is_numeric)
    };
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

fn texts<'a>(value: &'a Value, field: &str) -> Vec<&'a str> {
    value[field].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn labels<'a>(value: &'a Value, field: &str) -> Vec<&'a Value> {
    value[field].as_array().into_iter().flatten().collect()
}

fn same_label(one: &Value, other: &Value) -> bool {
    let text = |label: &Value, field: &str| label[field].as_str().unwrap_or_default().to_owned();
    equal(&text(one, "key"), &text(other, "key")) && equal(&text(one, "value"), &text(other, "value"))
}

pub(crate) fn group(rule: &Value) -> usize {
    match rule["type"].as_str() {
        Some("points") => 0,
        Some("product_purchase") => 2,
        _ => 1,
    }
}

/// Runs rules, all of which apply, in the order of the list within each group.
pub(crate) fn book(rules: &[&Value], cart: &Value) -> Booked {
    let mut rules = rules.to_vec();
    rules.sort_by_key(|rule| group(rule));
    run(&rules, cart)
}

/// Runs rules in this order.
pub(crate) fn run(rules: &[&Value], cart: &Value) -> Booked {
    let mut booked = Booked::default();
    let mut points: BTreeMap<&str, f64> = BTreeMap::new();
    let mut order = Vec::new();
    let items: Vec<&Value> = cart["items"].as_array().into_iter().flatten().collect();
    let deliveries = texts(cart, "deliverySkus");
    let number = |rule: &Value, field: &str| rule[field].as_f64().unwrap_or_default();
    for rule in rules {
        let id = rule["earningRuleId"].as_str().unwrap_or_default().to_owned();
        let mut touched = false;
        let excluded = if rule["excludeDeliveryCost"] == true { deliveries.clone() } else { Vec::new() };
        let is_excluded =
            |item: &Value| excluded.iter().any(|sku| equal(sku, item["sku"].as_str().unwrap_or_default()));
        if rule["type"] == "points" {
            let counted = items.iter().filter(|item| !is_excluded(item));
            let value = counted.fold(0.0, |sum, item| sum + number(item, "grossValue"));
            if value < number(rule, "minOrderValue") {
                continue;
            }
        }
        if rule["type"] == "instant_reward" && !texts(cart, "availableRewards").contains(&id.as_str()) {
            continue;
        }
        for item in &items {
            let sku = item["sku"].as_str().unwrap_or_default();
            let own = labels(item, "labels");
            let lists = |field: &str| texts(rule, field).iter().any(|listed| equal(listed, sku));
            let has =
                |field: &str| labels(rule, field).iter().any(|listed| own.iter().any(|own| same_label(listed, own)));
            let read = round(points.get(sku).copied().unwrap_or_default());
            let value = match rule["type"].as_str() {
                Some("points") => {
                    let included = labels(rule, "includedLabels");
                    let counts = match rule["labelsInclusionType"].as_str() {
                        Some("exclude_labels") => !has("excludedLabels"),
                        Some("include_labels") => {
                            included.is_empty() || included.iter().any(|label| own.contains(label))
                        }
                        _ => true,
                    };
                    if !counts || lists("excludedSKUs") || is_excluded(item) {
                        continue;
                    }
                    read + number(item, "grossValue") * number(rule, "pointValue")
                }
                Some("product_purchase") if lists("skuIds") => read + number(rule, "pointsAmount"),
                Some("multiply_for_product") if lists("skuIds") || has("labels") => read * number(rule, "multiplier"),
                Some("multiply_by_product_labels") if has("labelMultipliers") => {
                    let pairs = labels(rule, "labelMultipliers")
                        .into_iter()
                        .flat_map(|listed| own.iter().map(move |own| (listed, own)));
                    let factors = pairs.filter(|(listed, own)| same_label(listed, own));
                    read * factors.map(|(listed, _)| number(listed, "multiplier")).product::<f64>()
                }
                _ => continue,
            };
            touched = true;
            if points.insert(sku, value).is_none() {
                order.push(sku);
            }
        }
        if touched {
            booked.applied.push(id.clone());
        }
        if rule["lastExecutedRule"] == true {
            booked.stopped_by = Some(id);
            break;
        }
    }
    booked.total = round(order.iter().fold(0.0, |sum, sku| sum + points[sku]));
    booked
}

/// Every total that some order of the rules within their groups leads to.
pub(crate) fn totals(rules: &[&Value], cart: &Value) -> Vec<f64> {
    let mut totals = Vec::new();
    orders(rules, &mut Vec::new(), &mut |order| totals.push(run(order, cart).total));
    totals.sort_by(f64::total_cmp);
    totals.dedup();
    totals
}

fn orders<'a>(left: &[&'a Value], chosen: &mut Vec<&'a Value>, each: &mut dyn FnMut(&[&'a Value])) {
    let Some(next) = left.iter().map(|rule| group(rule)).min() else { return each(chosen) };
    for (index, rule) in left.iter().enumerate().filter(|(_, rule)| group(rule) == next) {
        let mut left = left.to_vec();
        left.remove(index);
        chosen.push(rule);
        orders(&left, chosen, each);
        chosen.pop();
    }
}
