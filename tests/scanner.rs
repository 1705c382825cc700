//! The scanner against `serde_json`: a body decodes when `serde_json` parses it and it has the documented
//! shape, and then to equal values. Bounded, so that it runs with every build.

mod support;

use std::sync::LazyLock;

use earnkit::{Code, Operation};
use proptest::prelude::*;
use serde_json::Value;

use support::arguments::{CUSTOMER_ID, once, success};
use support::json::{Json, quoted};
use support::{Script, canonical, fixtures, run};

/// `EARNKIT_FUZZ_FACTOR=100 cargo test --test scanner` takes a hundred times as many.
fn config(cases: u32) -> ProptestConfig {
    let factor = std::env::var("EARNKIT_FUZZ_FACTOR").ok().and_then(|factor| factor.parse().ok());
    let cases = cases * factor.unwrap_or(1);
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 4_000, ..ProptestConfig::default() }
}

fn customers(operation: Operation) -> Option<&'static str> {
    (operation == Operation::ListEarningRules).then_some(CUSTOMER_ID)
}

/// What the client makes of a body; `None` if it refuses it.
fn decoded(operation: Operation, body: &[u8]) -> Option<Json> {
    let script = Script::new([support::json(success(operation), body)]);
    let (result, _) = run(script, operation, &once(operation));
    match result {
        Ok(text) => Some(Json::parse(text.as_bytes()).expect("the result is JSON")),
        Err(error) => {
            assert_eq!(error.code(), Code::InvalidResponse);
            None
        }
    }
}

/// What it must make of it.
fn expected(operation: Operation, body: &[u8]) -> Option<Value> {
    let json = Json::parse(body).ok()?;
    canonical::answer(operation, &json, customers(operation)).ok()
}

#[track_caller]
fn agree(operation: Operation, body: &[u8]) -> Result<(), TestCaseError> {
    let found = decoded(operation, body).map(|json| json.to_value());
    prop_assert_eq!(found, expected(operation, body), "{}", String::from_utf8_lossy(body));
    Ok(())
}

fn blanks() -> impl Strategy<Value = &'static str> {
    prop_oneof![6 => Just(""), 1 => prop::sample::select(vec![" ", "\n", "\t", "\r\n", "    "])]
}

/// The text of a string, mostly a valid one.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "[ -~&&[^\"\\\\]]{0,6}",
        2 => "\\PC{0,3}".prop_map(|text| quoted(&text)[1..].trim_end_matches('"').to_owned()),
        2 => prop::sample::select(vec!["\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"]).prop_map(str::to_owned),
        2 => "\\\\u[0-9a-fA-F]{4}",
        1 => "\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}",
        1 => prop::sample::select(vec!["\u{7f}", "\u{2028}", "\u{feff}", "é", "💎"]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

/// The text of a number, mostly a valid one.
fn numbers() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "-?(0|[1-9][0-9]{0,6})(\\.[0-9]{1,4})?",
        2 => "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
        2 => "-?[1-9][0-9]{15,16}",
        2 => any::<f64>().prop_filter("JSON has finite ones only", |n| n.is_finite()).prop_map(|n| format!("{n:e}")),
        1 => "-?1\\.797693134862315[0-9]{1,2}e\\+?30[78]",
        1 => prop::sample::select(vec!["-0", "-0.0", "0e0", "1e308", "1e309", "-1e309", "4.9e-324", "1e-400", "0e999"])
            .prop_map(str::to_owned),
        1 => prop::sample::select(vec!["01", "1.", ".5", "+1", "1e", "--1", "-", "0x1", "1_0", "NaN", "1e+", "00"])
            .prop_map(str::to_owned),
    ]
}

/// The text of any value, mostly a valid one.
fn values() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        texts(),
        numbers(),
        prop::sample::select(vec!["null", "true", "false"]).prop_map(str::to_owned),
        prop::sample::select(vec!["nul", "True", "falsee", "", "'a'", "undefined", "/**/1"]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let separator = (blanks(), blanks()).prop_map(|(before, after)| format!("{before},{after}"));
        let items = (prop::collection::vec(inner.clone(), 0..5), separator, blanks());
        let list = items.prop_map(|(items, separator, blank)| format!("[{blank}{}{blank}]", items.join(&separator)));
        let entry = (keys(), blanks(), inner).prop_map(|(key, blank, value)| format!("{key}{blank}:{blank}{value}"));
        let entries = (prop::collection::vec(entry, 0..5), blanks());
        let object = entries.prop_map(|(entries, blank)| format!("{{{blank}{}{blank}}}", entries.join(",")));
        prop_oneof![list, object]
    })
}

/// Keys that mean something to one table or another, and others.
fn keys() -> impl Strategy<Value = String> {
    let known = vec![
        "points",
        "type",
        "earningRuleId",
        "name",
        "limit",
        "active",
        "period",
        "usages",
        "subject",
        "subjectId",
        "date",
        "labels",
        "key",
        "value",
        "skuIds",
        "levelNames",
        "__proto__",
        "startAt",
        "pointValue",
        "excludedSKUs",
        "goal",
    ];
    prop_oneof![3 => prop::sample::select(known).prop_map(quoted), 1 => texts()]
}

/// The lists and other answers that were recorded, pretty printed as the server does it.
static BODIES: LazyLock<Vec<(Operation, String)>> = LazyLock::new(|| {
    let rule = |rule: &Json| {
        format!("{{\n    \"earningRules\": [\n        {}\n    ],\n    \"currency\": \"PLN\"\n}}", rule.to_text())
    };
    let mut bodies: Vec<_> =
        fixtures::rules().iter().map(|(_, json)| (Operation::ListEarningRules, rule(json))).collect();
    bodies.extend(
        fixtures::raw_rules()
            .into_iter()
            .map(|(_, text)| (Operation::ListEarningRules, format!("{{\"earningRules\":[{text}]}}"))),
    );
    bodies.extend([
        (Operation::TriggerEvent, "{\n    \"points\": 10.5\n}".to_owned()),
        (Operation::Login, r#"{"token":"<jwt>","error":"password change needed","refresh_token":"0a1b"}"#.to_owned()),
        (Operation::CreateUser, r#"{"partner_id":"p","partner_user_id":"u","user_session_id":"s"}"#.to_owned()),
        (
            Operation::AssignPoints,
            r#"{"id":"c","loyalty_units":24,"goal":{"type":"a","value":"b"},"redeemed":false,"created_at":"2016-12-31T12:34:56+00:00"}"#
                .to_owned(),
        ),
        (Operation::GetCustomerStatus, r#"{"points":12.5,"lockedPoints":3,"levelName":"Silver"}"#.to_owned()),
    ]);
    bodies
});

/// One change to some bytes.
#[derive(Clone, Debug)]
enum Edit {
    Replace(prop::sample::Index, u8),
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
    Truncate(prop::sample::Index),
}

impl Edit {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let at = |index: &prop::sample::Index| index.index(bytes.len() + 1);
        match self {
            Self::Replace(index, byte) => {
                let at = at(index);
                if let Some(old) = bytes.get_mut(at) {
                    *old = *byte;
                }
            }
            Self::Insert(index, new) => {
                let at = at(index);
                bytes.splice(at..at, new.iter().copied());
            }
            Self::Remove(index, length) => {
                let at = at(index);
                bytes.drain(at..(at + length).min(bytes.len()));
            }
            Self::Repeat(index, length) => {
                let at = at(index);
                let part = bytes[at..(at + length).min(bytes.len())].to_vec();
                bytes.splice(at..at, part);
            }
            Self::Truncate(index) => bytes.truncate(at(index)),
        }
    }
}

fn edits() -> impl Strategy<Value = Edit> {
    let index = any::<prop::sample::Index>;
    let token = prop::sample::select(vec![
        "\"",
        "\\",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "null",
        "true",
        "1e999",
        "\\u0000",
        "\\ud800",
        "-",
        "0",
        ".",
        "\u{feff}",
        "\"type\":\"points\",",
        "\"__proto__\":{},",
        "é",
        " ",
        "\n",
    ]);
    prop_oneof![
        3 => (index(), any::<u8>()).prop_map(|(at, byte)| Edit::Replace(at, byte)),
        3 => (index(), "[ -~]").prop_map(|(at, text)| Edit::Replace(at, text.as_bytes()[0])),
        3 => (index(), token).prop_map(|(at, token)| Edit::Insert(at, token.as_bytes().to_vec())),
        2 => (index(), 1_usize..12).prop_map(|(at, length)| Edit::Remove(at, length)),
        1 => (index(), 1_usize..60).prop_map(|(at, length)| Edit::Repeat(at, length)),
        1 => index().prop_map(Edit::Truncate),
    ]
}

proptest! {
    #![proptest_config(config(1_000))]

    #[test]
    fn any_text_alone(text in values()) {
        agree(Operation::TriggerEvent, text.as_bytes())?;
        agree(Operation::AssignPoints, text.as_bytes())?;
    }

    #[test]
    fn any_text_in_a_field_of_no_interest(text in values(), blank in blanks()) {
        agree(Operation::TriggerEvent, format!("{{\"points\":1,\"later\":{blank}{text}{blank}}}").as_bytes())?;
    }

    #[test]
    fn any_text_in_a_field(text in values(), key in keys()) {
        agree(Operation::TriggerEvent, format!("{{\"points\":{text}}}").as_bytes())?;
        let rule = format!("\"earningRuleId\":\"r\",{key}:{text}");
        for kind in ["custom_event", "points", "multiply_for_product"] {
            agree(Operation::ListEarningRules, format!("{{\"earningRules\":[{{\"type\":\"{kind}\",{rule}}}]}}").as_bytes())?;
        }
    }

    #[test]
    fn any_number(text in numbers()) {
        agree(Operation::TriggerEvent, format!("{{\"points\":{text}}}").as_bytes())?;
        agree(Operation::TriggerEvent, format!("{{\"x\":[{text} ],\"points\":0}}").as_bytes())?;
    }

    #[test]
    fn any_string(text in texts()) {
        let body = format!("{{\"earningRules\":[{{\"earningRuleId\":{text},\"type\":{text},\"name\":{text},\"levelNames\":{{{text}:{text}}}}}]}}");
        agree(Operation::ListEarningRules, body.as_bytes())?;
    }

    #[test]
    fn recorded_bodies_with_bytes_changed(
        body in prop::sample::select(BODIES.as_slice()),
        edits in prop::collection::vec(edits(), 1..4),
    ) {
        let (operation, text) = body;
        let mut bytes = text.into_bytes();
        for edit in edits {
            edit.apply(&mut bytes);
        }
        agree(operation, &bytes)?;
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        agree(Operation::TriggerEvent, &bytes)?;
    }
}

proptest! {
    #![proptest_config(config(400))]

    /// Other keys twice, and a rule's own keys in any order.
    #[test]
    fn entries_in_any_order_and_twice(picks in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..30)) {
        let rules = fixtures::rules();
        let entries = picks.iter().filter_map(|(rule, entry)| match &rule.get(&rules).1 {
            Json::Object(entries) => Some(entry.get(entries).clone()),
            _ => None,
        });
        let id = ("earningRuleId".to_owned(), Json::Text("r".to_owned()));
        let rule = Json::Object(core::iter::once(id).chain(entries).collect()).to_text();
        agree(Operation::ListEarningRules, format!("{{\"earningRules\":[{rule}]}}").as_bytes())?;
    }
}

/// `serde_json` goes 127 levels deep.
#[test]
fn nesting_ends_where_it_does_for_serde_json() {
    for depth in 1..=140 {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"b\":[", "]}]")] {
            let levels = open.matches(['[', '{']).count();
            let times = depth / levels;
            let value = format!("{}1{}", open.repeat(times), close.repeat(times));
            for body in [
                value.clone(),
                format!("{{\"points\":1,\"x\":{value}}}"),
                format!("{{\"points\":{value}}}"),
                format!("{{\"points\":1,\"x\":{value},\"y\":[{value}]}}"),
            ] {
                let found = decoded(Operation::TriggerEvent, body.as_bytes()).map(|json| json.to_value());
                assert_eq!(found, expected(Operation::TriggerEvent, body.as_bytes()), "{body}");
            }
            let rule = format!(
                "{{\"earningRules\":[{{\"earningRuleId\":\"r\",\"type\":\"t\",\"usages\":{value},\"x\":{value}}}]}}"
            );
            let found = decoded(Operation::ListEarningRules, rule.as_bytes()).map(|json| json.to_value());
            assert_eq!(found, expected(Operation::ListEarningRules, rule.as_bytes()), "{rule}");
        }
    }
    let bottomless = "[".repeat(1 << 20);
    assert!(decoded(Operation::TriggerEvent, bottomless.as_bytes()).is_none());
}

/// Every prefix of a recorded body is refused, and the whole is not.
#[test]
fn nothing_decodes_before_its_end() {
    for (operation, body) in BODIES.iter() {
        for end in 0..body.len() {
            assert!(decoded(*operation, &body.as_bytes()[..end]).is_none(), "{}", &body[..end]);
        }
        assert!(decoded(*operation, body.as_bytes()).is_some());
    }
}

/// Every byte in every place where the grammar has a choice.
#[test]
fn every_byte_in_every_kind_of_place() {
    let places = [
        "{\"points\":1@}",
        "{\"points\":@}",
        "{@}",
        "@",
        "{\"points\":1,\"x\":\"@\"}",
        "{\"points\":1,\"x\":\"\\@\"}",
        "{\"points\":1,\"x\":[@1]}",
        "{\"points\":1,\"x\":1@5}",
        "{\"points\":1,\"x\":\"\\u00@0\"}",
        "{\"points\":-@}",
        "{\"points\":1e@}",
    ];
    for place in places {
        let (before, after) = place.split_once('@').expect("there is a place");
        for first in 0..=u8::MAX {
            for bytes in [vec![first], vec![first, 0x80], vec![first, b'"'], vec![first, 0xA0, 0x80]] {
                let body = [before.as_bytes(), &bytes, after.as_bytes()].concat();
                let found = decoded(Operation::TriggerEvent, &body).map(|json| json.to_value());
                assert_eq!(found, expected(Operation::TriggerEvent, &body), "{body:?}");
            }
        }
    }
}

/// Dates against the calendar of `jiff`.
#[test]
fn dates_are_those_of_the_calendar() {
    let decodes = |date: &str| {
        let body = format!("{{\"id\":\"c\",\"created_at\":{}}}", quoted(date));
        decoded(Operation::AssignPoints, body.as_bytes()).map(|json| match json.get("createdAt") {
            Some(Json::Text(text)) => text.clone(),
            other => panic!("{other:?}"),
        })
    };
    for year in [0, 1, 1900, 1970, 2000, 2023, 2024, 2100, 9999] {
        for month in 0..=13 {
            for day in [0, 1, 28, 29, 30, 31, 32] {
                let date = format!("{year:04}-{month:02}-{day:02}T23:59:59+0100");
                assert_eq!(decodes(&date), canonical::rfc3339(&date), "{date}");
                let exists = jiff::civil::Date::new(year, month, day).is_ok();
                assert_eq!(decodes(&date).is_some(), exists, "{date}");
            }
        }
    }
}

proptest! {
    #![proptest_config(config(1_000))]

    #[test]
    fn texts_like_dates_are_dates_or_not(
        date in "[0-9]{4}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,3})?([zZ]|[+-][0-2][0-9]:?[0-6][0-9]|[+-][0-9]{0,6})?",
    ) {
        agree(Operation::AssignPoints, format!("{{\"id\":\"c\",\"created_at\":\"{date}\"}}").as_bytes())?;
    }

    #[test]
    fn a_date_is_the_moment_that_it_was(second in -62_000_000_000_i64..250_000_000_000, quarters in -56_i32..=56, colon: bool) {
        let offset = jiff::tz::Offset::from_seconds(quarters * 900).expect("an offset within 14 hours");
        let zoned = jiff::Timestamp::from_second(second).expect("a second of our era").to_zoned(offset.to_time_zone());
        let format = if colon { "%Y-%m-%dT%H:%M:%S%:z" } else { "%Y-%m-%dT%H:%M:%S%z" };
        let body = format!("{{\"id\":\"c\",\"created_at\":\"{}\"}}", zoned.strftime(format));
        let json = decoded(Operation::AssignPoints, body.as_bytes()).expect("it decodes");
        let Some(Json::Text(text)) = json.get("createdAt") else { panic!("{json:?}") };
        prop_assert_eq!(text.parse::<jiff::Timestamp>().expect("it is RFC 3339").as_second(), second);
    }
}
