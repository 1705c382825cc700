//! What the customer's own usages tell of an award whose answer was lost.

use serde_json::{Value, json};

use super::failure::Failure;
use super::ledger::{Reply, Row};
use super::tally::Tally;
use crate::time::moment;

/// How far the clocks of the gateway and the loyalty server may be apart, when that would make a
/// booking out of one that is older.
const SKEW_MS: f64 = 5_000.0;
/// The same, when it would hide a booking.
const MOST_SKEW_MS: f64 = 600_000.0;
/// How long a call can be under way.
const CALL_MS: f64 = 15_000.0;
/// How long a server may still be at work on a request whose connection is gone.
const LATE_MS: f64 = 300_000.0;

/// The rules that pay for an event, of all that the customer has.
fn rules_of<'a>(rules: &'a Value, event_name: &str) -> Option<Vec<&'a Value>> {
    let is_events = |rule: &&Value| rule["type"] == "custom_event" && rule["eventName"] == event_name;
    Some(rules.get("earningRules")?.as_array()?.iter().filter(is_events).collect())
}

/// What an award of an event brings: of several rules for it the server pays the highest.
pub(crate) fn worth(rules: &Value, event_name: &str) -> f64 {
    let rules = rules_of(rules, event_name).unwrap_or_default();
    rules.iter().filter_map(|rule| rule["pointsAmount"].as_f64()).fold(0.0, f64::max)
}

fn ids<'a>(rules: &[&'a Value]) -> Vec<&'a str> {
    rules.iter().filter_map(|rule| rule["earningRuleId"].as_str()).collect()
}

/// Which rules there were for an award's event when it was made; `None` once that is too long ago to tell.
pub(crate) fn rules_then(rules: &Value, row: &Row, now_ms: u64) -> Option<Vec<String>> {
    let is_then = row.rules_then.is_none() && ms(now_ms) - ms(row.since_ms) <= CALL_MS + SKEW_MS;
    let rules = rules_of(rules, row.event_name.as_deref()?).filter(|_| is_then)?;
    Some(ids(&rules).into_iter().map(str::to_owned).collect())
}

/// The reply that the server would have given, if that can be told: `None` if not.
///
/// A usage has a date and nothing else. So it tells of this award when there are more of them at the
/// time of its call than all other awards of the event in this ledger can have left. And a usage
/// vanishes with its rule. So there was none only if all rules are there that may have paid.
pub(crate) fn settle(rules: &Value, row: &Row, tally: &Tally, now_ms: u64) -> Option<Reply> {
    let event_name = row.event_name.as_deref()?;
    let rules = rules_of(rules, event_name)?;
    let mut usages = Vec::new();
    for rule in &rules {
        for usage in rule["usages"].as_array()? {
            usages.push((moment(usage["date"].as_str()?)?.ms, *rule));
        }
    }
    let since_ms = ms(row.since_ms);
    let (from_ms, to_ms) = (since_ms - SKEW_MS, since_ms + CALL_MS + SKEW_MS);
    let then: Vec<_> = usages.iter().filter(|(at_ms, _)| (from_ms..=to_ms).contains(at_ms)).collect();
    // One that is known to be booked was booked by then; any other may have been booked late.
    let others = tally.recent.iter().filter(|other| {
        other.nonce != row.nonce
            && other.event_name == event_name
            && ms(other.since_ms) <= to_ms + SKEW_MS
            && other.until_ms.map_or(ms(other.since_ms) + LATE_MS, ms) >= from_ms
    });
    if ms(tally.complete_from_ms) <= from_ms - LATE_MS && then.len() > others.count() {
        let points = then.iter().filter_map(|(_, rule)| rule["pointsAmount"].as_f64());
        return Some(Reply::Result(json!({ "points": points.fold(0.0, f64::max) })));
    }
    let is_late = ms(now_ms) - since_ms >= LATE_MS;
    let could_be = usages.iter().any(|(at_ms, _)| *at_ms >= since_ms - MOST_SKEW_MS);
    let listed = ids(&rules);
    let is_complete = row.rules_then.as_ref().is_some_and(|then| then.iter().all(|id| listed.contains(&id.as_str())));
    if rules.is_empty() || !is_complete || !is_late || could_be {
        return None;
    }
    let lost = match &row.reply {
        Some(Reply::Error(failure)) => failure.clone(),
        _ => Failure::not_applied("internal"),
    };
    Some(Reply::Error(Failure { outcome: "not_applied".to_owned(), ..lost }))
}

#[expect(clippy::cast_precision_loss, reason = "a date in milliseconds has 41 bits")]
fn ms(at: u64) -> f64 {
    at as f64
}

#[cfg(test)]
mod tests {
    use super::{rules_then, settle, worth};
    use crate::gateway::failure::Failure;
    use crate::gateway::ledger::{Reply, Row, State};
    use crate::gateway::tally::{Recent, Tally};
    use serde_json::{Value, json};

    /// 2026-01-01T12:00:00Z.
    const NOON: u64 = 1_767_268_800_000;

    fn lost() -> Row {
        Row {
            fingerprint: "f".to_owned(),
            nonce: "this".to_owned(),
            operation: "triggerEvent".to_owned(),
            event_name: Some("facebook_like".to_owned()),
            user_id: None,
            customer_id: None,
            since_ms: NOON,
            state: State::Unknown,
            reply: Some(Reply::Error(Failure::new("network", "unknown"))),
            reported: false,
            rules_then: Some(vec!["like".to_owned()]),
        }
    }

    fn used(dates: &[&str]) -> Value {
        let usages: Vec<Value> = dates.iter().map(|date| json!({ "date": date })).collect();
        json!({ "earningRules": [
            { "type": "points", "usages": null },
            { "type": "custom_event", "eventName": "other", "usages": [{ "date": "2026-01-01T12:00:01Z" }] },
            {
                "earningRuleId": "like", "type": "custom_event", "eventName": "facebook_like", "pointsAmount": 12.5,
                "usages": usages
            },
        ] })
    }

    fn alone() -> Tally {
        Tally::default()
    }

    fn beside(since_ms: u64, until_ms: Option<u64>) -> Tally {
        let other = Recent { nonce: "other".to_owned(), event_name: "facebook_like".to_owned(), since_ms, until_ms };
        Tally { recent: vec![other], ..Tally::default() }
    }

    fn booked() -> Reply {
        Reply::Result(json!({ "points": 12.5 }))
    }

    #[test]
    fn a_usage_that_nothing_else_explains_is_the_awards() {
        assert_eq!(settle(&used(&["2026-01-01T13:00:00+01:00"]), &lost(), &alone(), NOON), Some(booked()));
        assert_eq!(settle(&used(&["2026-01-01T11:59:56Z"]), &lost(), &alone(), NOON), Some(booked()));
        assert_eq!(
            settle(&used(&["2026-01-01T12:00:05Z"]), &lost(), &beside(NOON - 60_000, Some(NOON - 6_000)), NOON),
            Some(booked())
        );
        let two = used(&["2026-01-01T12:00:05Z", "2026-01-01T12:00:06Z"]);
        assert_eq!(settle(&two, &lost(), &beside(NOON, None), NOON), Some(booked()));
    }

    #[test]
    fn a_usage_that_may_be_anothers_tells_nothing() {
        assert_eq!(settle(&used(&["2026-01-01T12:00:05Z"]), &lost(), &beside(NOON, None), NOON + 900_000), None);
        assert_eq!(settle(&used(&["2026-01-01T12:00:05Z"]), &lost(), &beside(NOON - 299_000, None), NOON), None);
        assert_eq!(settle(&used(&["2026-01-01T11:59:54Z"]), &lost(), &alone(), NOON + 900_000), None);
        assert_eq!(settle(&used(&["2026-01-01T12:00:21Z"]), &lost(), &alone(), NOON + 900_000), None);
        let forgetful = Tally { complete_from_ms: NOON, ..Tally::default() };
        assert_eq!(settle(&used(&["2026-01-01T12:00:05Z"]), &lost(), &forgetful, NOON + 10_000), None);
    }

    #[test]
    fn no_usage_means_no_only_after_a_while() {
        let refused = Failure::not_applied("network");
        assert_eq!(settle(&used(&[]), &lost(), &alone(), NOON + 299_999), None);
        assert_eq!(settle(&used(&[]), &lost(), &alone(), NOON + 300_000), Some(Reply::Error(refused)));
    }

    #[test]
    fn no_usage_means_nothing_when_a_rule_has_gone_with_its_usages() {
        let late = NOON + 900_000;
        let paid_by =
            |rules: &[&str]| Row { rules_then: Some(rules.iter().map(|id| (*id).to_owned()).collect()), ..lost() };
        assert_eq!(settle(&used(&[]), &paid_by(&["like", "ended since"]), &alone(), late), None);
        assert_eq!(settle(&used(&[]), &paid_by(&["ended since"]), &alone(), late), None);
        // Nobody knows which rules there were.
        assert_eq!(settle(&used(&[]), &Row { rules_then: None, ..lost() }, &alone(), late), None);
        let refused = Some(Reply::Error(Failure::not_applied("network")));
        assert_eq!(settle(&used(&[]), &paid_by(&["like"]), &alone(), late), refused);
    }

    #[test]
    fn which_rules_there_were_is_noted_at_the_time_only() {
        let unseen = Row { rules_then: None, ..lost() };
        let like = Some(vec!["like".to_owned()]);
        assert_eq!(rules_then(&used(&[]), &unseen, NOON + 13_000), like);
        assert_eq!(rules_then(&used(&[]), &unseen, NOON + 20_001), None);
        assert_eq!(rules_then(&used(&[]), &lost(), NOON), None);
        assert_eq!(rules_then(&Value::Null, &unseen, NOON), None);
    }

    #[test]
    fn an_event_is_worth_its_best_rule() {
        let rules = json!({ "earningRules": [
            { "type": "custom_event", "eventName": "facebook_like", "pointsAmount": 10 },
            { "type": "custom_event", "eventName": "facebook_like", "pointsAmount": 50 },
            { "type": "custom_event", "eventName": "other", "pointsAmount": 100 },
        ] });
        assert_eq!(worth(&rules, "facebook_like").to_bits(), 50_f64.to_bits());
        assert_eq!(worth(&rules, "none").to_bits(), 0_f64.to_bits());
    }

    #[test]
    fn usages_that_are_not_there_tell_nothing() {
        let opaque = json!({ "earningRules": [
            { "type": "custom_event", "eventName": "facebook_like", "pointsAmount": 1, "usages": null },
        ] });
        for rules in [opaque, json!({ "earningRules": [] }), json!({}), Value::Null] {
            assert_eq!(settle(&rules, &lost(), &alone(), NOON + 900_000), None, "{rules}");
        }
    }
}
