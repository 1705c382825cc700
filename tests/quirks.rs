//! The servers' quirks, and JSON that only a hostile server writes, one by one.

mod support;

use earnkit::{Code, Operation};
use serde_json::{Value, json};

use support::arguments::{CUSTOMER_ID, once, set, token_of, token_of_payload};
use support::{call, error};

/// A list with one custom event rule that has these further entries.
fn body(entries: &str) -> String {
    let comma = if entries.is_empty() { "" } else { "," };
    format!(r#"{{"earningRules":[{{"earningRuleId":"r","type":"custom_event"{comma}{entries}}}]}}"#)
}

fn listed(token: &str) -> Value {
    set(once(Operation::ListEarningRules), "/openLoyalty", "token", token.into())
}

#[track_caller]
fn decoded(body: impl Into<Vec<u8>>, token: &str) -> Value {
    let text = call(Operation::ListEarningRules, &listed(token), support::json(200, body));
    serde_json::from_str(&text.unwrap_or_else(|error| panic!("{error}"))).expect("the result is JSON")
}

/// The rule with these entries has this field.
#[track_caller]
fn has(entries: &str, field: &str, expected: &Value) {
    let list = decoded(body(entries), &token_of(CUSTOMER_ID));
    assert_eq!(list["earningRules"][0][field], *expected, "{list}");
}

/// The rule with these entries does not have this field.
#[track_caller]
fn lacks(entries: &str, field: &str) {
    let list = decoded(body(entries), &token_of(CUSTOMER_ID));
    assert!(list["earningRules"][0].get(field).is_none(), "{list}");
}

/// The list is refused over this field.
#[track_caller]
fn breaks(body: impl Into<Vec<u8>>, field: Option<&str>) {
    let error = error(Operation::ListEarningRules, &listed(&token_of(CUSTOMER_ID)), support::json(200, body));
    assert_eq!((error.code(), error.field()), (Code::InvalidResponse, field));
}

#[test]
fn maps_are_objects() {
    has(r#""levelNames":[]"#, "levelNames", &json!({}));
    has(r#""levelNames":{}"#, "levelNames", &json!({}));
    has(r#""levelNames":null"#, "levelNames", &json!({}));
    has("", "levelNames", &json!({}));
    has(r#""levelNames":{"a":"A","b":null}"#, "levelNames", &json!({ "a": "A" }));
}

#[test]
fn maps_have_no_prototype() {
    has(r#""levelNames":{"__proto__":"x","a":"A"}"#, "levelNames", &json!({ "a": "A" }));
    has(r#""levelNames":{"a":"A","__proto__":{"polluted":true}}"#, "levelNames", &json!({ "a": "A" }));
    has(r#""levelNames":{"\u005f\u005fproto__":"x"}"#, "levelNames", &json!({}));
    has(r#""levelNames":{"_\u005fprot\u006F__":[]}"#, "levelNames", &json!({}));
    has(r#""levelNames":{"constructor":"C","proto":"P"}"#, "levelNames", &json!({ "constructor": "C", "proto": "P" }));
}

#[test]
fn an_unknown_proto_key_leaves_no_trace() {
    lacks(r#""__proto__":{"polluted":true}"#, "__proto__");
    let list = decoded(r#"{"__proto__":{"polluted":true},"earningRules":[]}"#, &token_of(CUSTOMER_ID));
    assert_eq!(list, json!({ "earningRules": [] }));
}

#[test]
fn lists_with_gaps_are_lists_in_the_servers_order() {
    let rule = |ids: &str| {
        format!(r#"{{"earningRules":{{"7":{{"type":"product_purchase","skuIds":{ids},"earningRuleId":"r"}}}}}}"#)
    };
    let ids = |text: &str| decoded(rule(text), &token_of(CUSTOMER_ID))["earningRules"][0]["skuIds"].clone();
    assert_eq!(ids(r#"{"0":"SKU1","2":"SKU3"}"#), json!(["SKU1", "SKU3"]));
    assert_eq!(ids(r#"{"10":"a","9":"b","-1":"c"}"#), json!(["a", "b", "c"]));
    assert_eq!(ids("{}"), json!([]));
    assert_eq!(ids(r#"["x",""]"#), json!(["x", ""]));
}

#[test]
fn limits_have_three_shapes() {
    has("", "limit", &Value::Null);
    has(r#""limit":{}"#, "limit", &Value::Null);
    has(r#""limit":[]"#, "limit", &Value::Null);
    has(r#""limit":{"later":1}"#, "limit", &Value::Null);
    has(r#""limit":{"active":null}"#, "limit", &Value::Null);
    has(r#""limit":{"active":false}"#, "limit", &json!({ "active": false }));
    let full = json!({ "active": true, "period": "day", "limit": 2 });
    has(r#""limit":{"active":true,"period":"day","limit":2}"#, "limit", &full);
    has(r#""limit":{"limit":2.0,"period":"day","active":true}"#, "limit", &full);
}

/// The server takes a limit whose flag is null for one that is off.
#[test]
fn a_limit_always_says_whether_it_is_active() {
    let off = json!({ "active": false, "period": "week", "limit": 3 });
    has(r#""limit":{"period":"week","limit":3}"#, "limit", &off);
    has(r#""limit":{"active":null,"limit":3,"period":"week"}"#, "limit", &off);
}

#[test]
fn integers_are_safe_however_they_are_written() {
    let limit = |text: &str| format!(r#""limit":{{"active":true,"limit":{text}}}"#);
    for (text, value) in [
        ("0", 0_i64),
        ("-0", 0),
        ("2e0", 2),
        ("2.000", 2),
        ("200e-2", 2),
        ("0.02E+2", 2),
        ("9007199254740991", 9_007_199_254_740_991),
        ("-9007199254740991.0", -9_007_199_254_740_991),
        ("0e999999999999", 0),
    ] {
        has(&limit(text), "limit", &json!({ "active": true, "limit": value }));
    }
    for text in ["9007199254740992", "-9007199254740992", "0.5", "2.5e0", "1e-1", "1e16", "\"2\"", "true"] {
        breaks(body(&limit(text)), Some("earningRules[0].limit.limit"));
    }
}

#[test]
fn dates_are_rfc_3339() {
    has(r#""startAt":"2018-01-19T09:45:00+0100""#, "startAt", &json!("2018-01-19T09:45:00+01:00"));
    has(r#""startAt":"2018-01-19T09:45:00-0330""#, "startAt", &json!("2018-01-19T09:45:00-03:30"));
    has(r#""startAt":"2018-01-19T09:45:00\u002b0100""#, "startAt", &json!("2018-01-19T09:45:00+01:00"));
    has(r#""endAt":"2018-01-19t09:45:00.25z""#, "endAt", &json!("2018-01-19T09:45:00.25Z"));
    lacks(r#""startAt":null"#, "startAt");
    for date in [
        "",
        "2018-01-19",
        "2018-02-30T00:00:00+0100",
        "2018-01-19T09:45:00",
        "2018-01-19 09:45:00+0100",
        "2018-01-19T24:00:00+0100",
        "2018-01-19T09:60:00+0100",
        "2018-01-19T09:45:60+0100",
        "2018-01-19T09:45:00+2400",
        "2018-01-19T09:45:00+0160",
        "2018-01-19T09:45:00+010",
        "2018-01-19T09:45:00+01:0",
        "2018-01-19T09:45:00.+0100",
    ] {
        breaks(body(&format!(r#""startAt":"{date}""#)), Some("earningRules[0].startAt"));
    }
}

#[test]
fn a_blank_list_of_excluded_skus_is_empty() {
    let rule = |skus: &str| {
        let body = format!(r#"{{"earningRules":[{{"earningRuleId":"r","excludedSKUs":{skus},"type":"points"}}]}}"#);
        decoded(body, &token_of(CUSTOMER_ID))["earningRules"][0]["excludedSKUs"].clone()
    };
    assert_eq!(rule(r#"[""]"#), json!([]));
    assert_eq!(rule(r#"["","123",""]"#), json!(["123"]));
    assert_eq!(rule("[]"), json!([]));
}

#[test]
fn of_duplicate_keys_the_last_wins() {
    has(r#""name":"first","name":"last""#, "name", &json!("last"));
    has(r#""name":5,"name":"last""#, "name", &json!("last"));
    has(r#""name":"first","name":null"#, "name", &json!(""));
    has(r#""name":"first","n\u0061me":"last""#, "name", &json!("last"));
    has(r#""limit":{"active":5,"active":true}"#, "limit", &json!({ "active": true }));
    breaks(body(r#""name":"first","name":5"#), Some("earningRules[0].name"));
    let usages =
        |date: &str| format!(r#""usages":[{{"date":"no","date":{date},"subject":{{"subjectId":"{CUSTOMER_ID}"}}}}]"#);
    has(&usages(r#""2018-01-19T09:45:00Z""#), "usages", &json!([{ "date": "2018-01-19T09:45:00Z" }]));
    breaks(body(&usages("5")), Some("earningRules[0].usages[0].date"));
    breaks(body(&usages(r#""2018-01-19T09:45:00Z","date":5"#)), Some("earningRules[0].usages[0].date"));
    let subject = |entries: &str| format!(r#""usages":[{{"date":"2018-01-19T09:45:00Z",{entries}}}]"#);
    let own = format!(r#""subjectId":"{CUSTOMER_ID}""#);
    for others in [
        format!(r#""subject":{{{own},"subjectId":"somebody else"}}"#),
        format!(r#""subject":{{{own},"subjectId":5}}"#),
        format!(r#""subject":{{{own}}},"subject":{{"subjectId":"somebody else"}}"#),
        format!(r#""subject":{{{own}}},"subject":null"#),
        format!(r#""subject":{{{own}}},"subject":{{}}"#),
    ] {
        has(&subject(&others), "usages", &json!([]));
    }
    let points = |body: &str| call(Operation::TriggerEvent, &once(Operation::TriggerEvent), support::json(200, body));
    assert_eq!(points(r#"{"points":1,"points":2}"#).expect("it decodes"), r#"{"points":2}"#);
    assert_eq!(points(r#"{"points":"1","points":2}"#).expect("it decodes"), r#"{"points":2}"#);
    assert_eq!(points(r#"{"points":1,"points":"2"}"#).expect_err("it breaks").field(), Some("points"));
}

#[test]
fn the_type_may_stand_anywhere_and_be_escaped() {
    let rule = |entries: &str| decoded(format!(r#"{{"earningRules":[{{{entries}}}]}}"#), &token_of(CUSTOMER_ID));
    let expected = json!(7);
    let value = |list: &Value| list["earningRules"][0]["pointsAmount"].clone();
    assert_eq!(value(&rule(r#""pointsAmount":7,"earningRuleId":"r","type":"event""#)), expected);
    assert_eq!(value(&rule(r#""type":"ev\u0065nt","earningRuleId":"r","pointsAmount":7"#)), expected);
    assert_eq!(value(&rule(r#""type":"points","earningRuleId":"r","pointsAmount":7,"type":"event""#)), expected);
    assert_eq!(value(&rule(r#""type":"event","earningRuleId":"r","pointsAmount":7,"type":"points""#)), Value::Null);
}

#[test]
fn fields_of_another_type_are_dropped_whatever_they_are() {
    lacks(r#""pointValue":"not even a number""#, "pointValue");
    lacks(r#""skuIds":5"#, "skuIds");
    lacks(r#""brandNew":{"a":[1,2,{"b":null}]}"#, "brandNew");
}

#[test]
fn unknown_types_keep_the_common_fields() {
    let body = r#"{"earningRules":[{"type":"streak","earningRuleId":"r","days":7,"pointsAmount":70,"limit":5}]}"#;
    let list = decoded(body, &token_of(CUSTOMER_ID));
    assert_eq!(
        list["earningRules"][0],
        json!({
            "type": "streak", "earningRuleId": "r", "name": "", "active": true, "allTimeActive": false,
            "levels": [], "segments": [], "pos": [], "levelNames": {}, "segmentNames": {}, "posNames": {},
            "hasPhoto": false, "lastExecutedRule": false, "usages": [],
        })
    );
}

#[test]
fn essential_fields_are_essential() {
    breaks("{}", Some("earningRules"));
    breaks("[]", Some("earningRules"));
    breaks(r#"{"earningRules":null}"#, Some("earningRules"));
    breaks(r#"{"earningRules":"none"}"#, Some("earningRules"));
    breaks(r#"{"earningRules":[{"type":"points"}]}"#, Some("earningRules[0].earningRuleId"));
    breaks(r#"{"earningRules":[{"earningRuleId":"","type":"points"}]}"#, Some("earningRules[0].earningRuleId"));
    breaks(r#"{"earningRules":[{"earningRuleId":"r"}]}"#, Some("earningRules[0].type"));
    let eleven = [r#"{"earningRuleId":"r","type":"t"}"#; 11].join(",");
    breaks(format!(r#"{{"earningRules":[{eleven},{{"type":"t"}}]}}"#), Some("earningRules[11].earningRuleId"));
    for body in
        ["", " ", "null", "true", "5", "\"text\"", "[1]", "<html>", "{\"earningRules\":[]", "{\"earningRules\":[]}x"]
    {
        breaks(body, None);
    }
}

#[test]
fn a_byte_order_mark_is_skipped_once() {
    decoded("\u{feff}{\"earningRules\":[]}", &token_of(CUSTOMER_ID));
    breaks("\u{feff}\u{feff}{\"earningRules\":[]}", None);
    breaks("{\u{feff}\"earningRules\":[]}", None);
}

#[test]
fn bytes_that_are_not_utf_8_break_the_contract() {
    breaks(b"{\"earningRules\":[],\"x\":\"\xFF\"}".as_slice(), None);
    breaks(b"{\"earningRules\":[],\"x\":\"\xED\xA0\x80\"}".as_slice(), None);
    breaks(b"{\"earningRules\":[]}\xC3".as_slice(), None);
}

#[test]
fn numbers_are_finite() {
    has(r#""pointsAmount":1.7976931348623157e308"#, "pointsAmount", &json!(f64::MAX));
    has(r#""pointsAmount":2.2999999999999998"#, "pointsAmount", &json!(2.3));
    has(r#""pointsAmount":1e-999"#, "pointsAmount", &json!(0.0));
    breaks(body(r#""pointsAmount":1e309"#), Some("earningRules[0].pointsAmount"));
    breaks(body(r#""pointsAmount":-1e999999999999999999"#), Some("earningRules[0].pointsAmount"));
    for text in ["NaN", "Infinity", "01", "1.", ".5", "+1", "0x10", "1e", "--1"] {
        let error = error(
            Operation::TriggerEvent,
            &once(Operation::TriggerEvent),
            support::json(200, format!("{{\"points\":{text}}}")),
        );
        assert_eq!(error.code(), Code::InvalidResponse, "{text}");
    }
}

const OTHERS: &str = r#""usages":[
    {"earningRuleUsageId":{"earningRuleUsageId":"a1"},"date":"2018-07-01T12:00:00+0200","subject":{"subjectId":"57524216-c059-405a-b951-3ab5c49bae14"}},
    {"date":"of another, so whatever it is","subject":{"subjectId":"SECRET-ONE"}},
    {"date":5,"subject":{"subjectId":"SECRET-TWO"}},
    {"subject":{"subjectId":["57524216-c059-405a-b951-3ab5c49bae14"]}},
    {"date":"2018-07-02T12:00:00+0200","subject":[]},
    {"date":"2018-07-02T12:00:00+0200"}, 5, null, "text", [],
    {"date":"2018-01-02T03:04:05+0100","subj\u0065ct":{"subject\u0049d":"57524216-\u0063059-405a-b951-3ab5c49bae14"}}
]"#;

#[test]
fn usages_are_the_customers_own() {
    let own = json!([{ "date": "2018-07-01T12:00:00+02:00" }, { "date": "2018-01-02T03:04:05+01:00" }]);
    has(OTHERS, "usages", &own);
    has("", "usages", &json!([]));
    has(r#""usages":null"#, "usages", &json!([]));
}

#[test]
fn usages_of_others_leave_no_trace() {
    for token in [token_of(CUSTOMER_ID), token_of("somebody else"), "opaque".to_owned()] {
        let text = call(Operation::ListEarningRules, &listed(&token), support::json(200, body(OTHERS)));
        let text = text.expect("it decodes");
        assert!(!text.contains("SECRET") && !text.contains("another") && !text.contains("57524216"), "{text}");
    }
}

#[test]
fn an_opaque_token_has_no_usages_of_its_own() {
    for token in [
        "opaque".to_owned(),
        "two.parts".to_owned(),
        "a.!!!.c".to_owned(),
        "a.bm90IEpTT04.c".to_owned(),
        token_of_payload(&json!({ "sub": CUSTOMER_ID }), "s"),
        token_of_payload(&json!({ "id": 7 }), "s"),
        token_of_payload(&json!({ "id": "" }), "s"),
        token_of_payload(&json!({ "id": null }), "s"),
        token_of_payload(&json!([CUSTOMER_ID]), "s"),
    ] {
        let list = decoded(body(OTHERS), &token);
        assert_eq!(list["earningRules"][0]["usages"], Value::Null, "{token}");
        let list = decoded(body(""), &token);
        assert_eq!(list["earningRules"][0]["usages"], Value::Null, "{token}");
    }
}

#[test]
fn an_own_usage_has_a_date() {
    let usage =
        |entries: &str| body(&format!(r#""usages":[{{}},{{{entries}"subject":{{"subjectId":"{CUSTOMER_ID}"}}}}]"#));
    for entries in ["", r#""date":null,"#, r#""date":5,"#, r#""date":"yesterday","#] {
        breaks(usage(entries), Some("earningRules[0].usages[1].date"));
    }
}
