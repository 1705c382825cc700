//! What an event would award.

use serde_json::{Value, json};

use super::support::{NOW_MS, estimator, known, rule};

fn custom(id: &str, points: f64, fields: &Value) -> Value {
    let mut rule = rule(id, "custom_event", fields);
    rule["eventName"] = "like".into();
    rule["pointsAmount"] = points.into();
    rule
}

/// The rule that awards, of rules for a customer who is known.
fn awards(rules: &[Value]) -> Option<(String, f64)> {
    let event = known(rules).event("like", NOW_MS, |_| None)?;
    Some((event.earning_rule_id, event.points))
}

#[track_caller]
fn is(rules: &[Value], id: &str, points: f64) {
    assert_eq!(awards(rules), Some((id.to_owned(), points)));
}

#[test]
fn the_highest_wins_and_the_first_on_a_tie() {
    let (low, high, same) =
        (custom("low", 5.0, &json!({})), custom("high", 10.5, &json!({})), custom("same", 10.5, &json!({})));
    is(&[low.clone(), high.clone(), same.clone()], "high", 10.5);
    is(&[same, high, low], "same", 10.5);
}

#[test]
fn nothing_and_less_are_no_event() {
    assert_eq!(awards(&[]), None);
    assert_eq!(awards(&[custom("none", 0.0, &json!({})), custom("less", -1.0, &json!({}))]), None);
    assert_eq!(known(&[custom("like", 5.0, &json!({}))]).event("dislike", NOW_MS, |_| None), None);
}

#[test]
fn a_used_up_limit_has_no_substitute() {
    let limit = json!({ "active": true, "period": "forever", "limit": 1 });
    let used = json!({ "limit": limit, "usages": [{ "date": "2018-01-19T09:45:00+01:00" }] });
    let low = custom("low", 5.0, &json!({}));
    assert_eq!(awards(&[low.clone(), custom("high", 10.0, &used)]), None);
    let left = json!({ "limit": limit, "usages": [] });
    is(&[low.clone(), custom("high", 10.0, &left)], "high", 10.0);
    // Whose usages they are is not known.
    is(&[low, custom("high", 10.0, &json!({ "limit": limit, "usages": null }))], "high", 10.0);
}

#[test]
fn only_rules_that_apply_count() {
    let low = custom("low", 5.0, &json!({}));
    for fields in [
        json!({ "active": false }),
        json!({ "allTimeActive": false, "startAt": "2018-06-16T00:00:00+02:00", "endAt": "2018-06-17T00:00:00+02:00" }),
        json!({ "levels": ["gold"] }),
        json!({ "pos": ["shop"] }),
    ] {
        is(&[low.clone(), custom("high", 10.0, &fields)], "low", 5.0);
    }
    let mut unknown = estimator(&json!([custom("gold", 10.0, &json!({ "levels": ["gold"] }))]), &json!({}));
    assert_eq!(unknown.event("like", NOW_MS, |_| None).map(|event| event.points), Some(10.0));
}

#[test]
fn an_event_of_the_servers_own_is_not_what_a_custom_event_of_its_name_triggers() {
    let low = custom("low", 5.0, &json!({}));
    let mut own = custom("own", 50.0, &json!({}));
    own["type"] = "event".into();
    is(&[own.clone(), low.clone()], "low", 5.0);
    let ended = custom("low", 5.0, &json!({ "active": false }));
    assert_eq!(awards(&[own, ended]), None);
}

#[test]
fn the_servers_own_events_are_found_too() {
    let mut login = custom("login", 5.0, &json!({}));
    (login["type"], login["eventName"]) = ("event".into(), "oloy.customer.logged_in".into());
    let event = known(&[login]).event("oloy.customer.logged_in", NOW_MS, |_| None).expect("there is one");
    let expected = json!({ "points": 5.0, "earningRuleId": "login" });
    assert_eq!(serde_json::to_value(event).expect("it is JSON"), expected);
}
