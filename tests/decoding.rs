//! What the servers send becomes canonical: every recorded answer, and every answer that differs from a
//! recorded one in one place, compared with an oracle that is written from the documentation.

mod support;

use earnkit::open_loyalty_types::{EarningRules, RuleKind};
use earnkit::{Code, Operation, Outcome};
use serde_json::{Map, Value, json};

use support::arguments::{CUSTOMER_ID, once, set, success, token_of};
use support::json::Json;
use support::{call, canonical, error, fixtures};

const OPAQUE_TOKEN: &str = "an-opaque-token";

/// The arguments for a customer; `None`: the token is opaque.
fn arguments(operation: Operation, customer_id: Option<&str>) -> Value {
    let arguments = once(operation);
    if arguments.get("openLoyalty").is_none() {
        return arguments;
    }
    let token = customer_id.map_or_else(|| OPAQUE_TOKEN.to_owned(), token_of);
    set(arguments, "/openLoyalty", "token", token.into())
}

/// The answer decodes as the oracle says: to this value, or to an error with this field.
#[track_caller]
fn check(operation: Operation, body: &str, customer_id: Option<&str>) {
    let arguments = arguments(operation, customer_id);
    let answer = || support::json(success(operation), body);
    let expected = Json::parse(body.as_bytes()).map(|json| canonical::answer(operation, &json, customer_id));
    match expected {
        Ok(Ok(expected)) => {
            let text = call(operation, &arguments, answer()).unwrap_or_else(|error| panic!("{error}: {body}"));
            let decoded = Json::parse(text.as_bytes()).expect("the result is JSON").to_value();
            assert_eq!(decoded, expected, "{body}");
            if operation == Operation::ListEarningRules {
                is_typed(&text);
            }
        }
        Ok(Err(path)) => is_refused(operation, &arguments, body, Some(&path)),
        Err(_) => is_refused(operation, &arguments, body, None),
    }
}

#[track_caller]
fn is_refused(operation: Operation, arguments: &Value, body: &str, field: Option<&str>) {
    let error = error(operation, arguments, support::json(success(operation), body));
    let outcome = if operation.is_award() { Outcome::Applied } else { Outcome::NotApplied };
    assert_eq!((error.code(), error.outcome()), (Code::InvalidResponse, outcome), "{body}");
    assert_eq!((error.status(), error.server_message()), (Some(success(operation)), None), "{body}");
    if let Some(field) = field {
        assert_eq!(error.field().unwrap_or_default(), field, "{body}");
    }
}

/// The public Rust types hold every canonical list, and know a known type.
#[track_caller]
fn is_typed(text: &str) {
    let rules: EarningRules = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let value: Value = serde_json::from_str(text).expect("the result is JSON");
    for (rule, value) in rules.earning_rules.iter().zip(value["earningRules"].as_array().expect("a list")) {
        match &rule.kind {
            RuleKind::Known(_) => {}
            RuleKind::Unknown { r#type } => {
                assert_eq!(*r#type, value["type"]);
                assert!(!KNOWN_TYPES.contains(&r#type.as_str()), "{value}");
            }
        }
    }
}

const KNOWN_TYPES: [&str; 10] = [
    "points",
    "product_purchase",
    "multiply_for_product",
    "multiply_by_product_labels",
    "instant_reward",
    "event",
    "custom_event",
    "referral",
    "geolocation",
    "qrcode",
];

/// A list whose second rule this is, since an index that is wrong is mostly a zero.
fn list_of(rule: Json) -> Json {
    let first = [("earningRuleId", "first"), ("type", "one of a later version")];
    let first = Json::Object(first.map(|(key, value)| (key.to_owned(), Json::Text(value.to_owned()))).to_vec());
    Json::Object(vec![
        ("earningRules".to_owned(), Json::List(vec![first, rule])),
        ("currency".to_owned(), Json::Text("PLN".to_owned())),
    ])
}

/// Where something differs: the keys and indices that lead there.
type Place = Vec<usize>;

/// Every place below a value: the entries of objects and the items of lists.
fn places(json: &Json) -> Vec<Place> {
    let children: Vec<&Json> = match json {
        Json::Object(entries) => entries.iter().map(|(_, value)| value).collect(),
        Json::List(items) => items.iter().collect(),
        _ => Vec::new(),
    };
    let mut all = Vec::new();
    for (index, child) in children.into_iter().enumerate() {
        all.push(vec![index]);
        all.extend(places(child).into_iter().map(|below| [vec![index], below].concat()));
    }
    all
}

/// The same with another value at a place, or without it.
fn changed(json: &Json, place: &[usize], new: Option<&Json>) -> Json {
    let [index, below @ ..] = place else { return new.expect("only entries are removed").clone() };
    let mut json = json.clone();
    match &mut json {
        Json::Object(entries) if below.is_empty() && new.is_none() => drop(entries.remove(*index)),
        Json::List(items) if below.is_empty() && new.is_none() => drop(items.remove(*index)),
        Json::Object(entries) => entries[*index].1 = changed(&entries[*index].1, below, new),
        Json::List(items) => items[*index] = changed(&items[*index], below, new),
        other => panic!("{other:?} has nothing below"),
    }
    json
}

/// A value of each type, and some that are only nearly right.
fn replacements() -> Vec<Json> {
    let text = |text: &str| Json::Text(text.to_owned());
    vec![
        Json::Null,
        Json::Bool(true),
        Json::Number(0.0),
        Json::Number(-2.5),
        Json::Number(9_007_199_254_740_992.0),
        Json::Number(f64::MAX),
        Json::Literal("1e999"),
        text(""),
        text("7"),
        text("2018-02-30T00:00:00+0100"),
        Json::List(vec![]),
        Json::List(vec![Json::Null]),
        Json::List(vec![Json::Number(1.0)]),
        Json::List(vec![text("a"), Json::List(vec![])]),
        Json::Object(vec![]),
        Json::Object(vec![("2".to_owned(), text("a")), ("10".to_owned(), Json::Bool(false))]),
    ]
}

/// Everything that differs from a value in one place.
fn mutations(json: &Json) -> impl Iterator<Item = Json> + '_ {
    places(json).into_iter().flat_map(move |place| {
        let removed = changed(json, &place, None);
        let replaced: Vec<Json> = replacements().iter().map(|new| changed(json, &place, Some(new))).collect();
        core::iter::once(removed).chain(replaced)
    })
}

#[test]
fn recorded_rules_become_canonical() {
    for (_, rule) in fixtures::rules() {
        let list = list_of(rule).to_text();
        check(Operation::ListEarningRules, &list, Some(CUSTOMER_ID));
        check(Operation::ListEarningRules, &list, Some("somebody else"));
        check(Operation::ListEarningRules, &list, None);
    }
}

#[test]
fn recorded_texts_become_canonical() {
    for (_, text) in fixtures::raw_rules() {
        check(Operation::ListEarningRules, &format!("{{\"earningRules\": [{text}]}}"), Some(CUSTOMER_ID));
    }
}

#[test]
fn recorded_answers_become_canonical() {
    let mut checked = 0;
    for recorded in fixtures::http().iter().filter(|recorded| recorded.status == 200) {
        let operation = match recorded.request.as_str() {
            request if request.contains("login_check") => Operation::Login,
            request if request.contains("token/refresh") => Operation::RefreshTokens,
            request if request.contains("/earnRule/") => Operation::TriggerEvent,
            request if request.ends_with("/earningRule") => Operation::ListEarningRules,
            other => panic!("{other} is no call of ours"),
        };
        check(operation, &recorded.body, Some(CUSTOMER_ID));
        checked += 1;
    }
    assert_eq!(checked, 13);
}

#[test]
fn a_rule_that_differs_in_one_place_is_canonical_or_names_the_place() {
    for (_, rule) in fixtures::rules() {
        for mutation in mutations(&rule) {
            check(Operation::ListEarningRules, &list_of(mutation).to_text(), Some(CUSTOMER_ID));
        }
    }
}

#[test]
fn other_types_keep_the_common_fields_whatever_else_they_have() {
    let (_, rule) = fixtures::rules().swap_remove(0);
    let Json::Object(mut entries) = rule else { panic!("a rule is an object") };
    for (key, value) in &mut entries {
        if key == "type" {
            *value = Json::Text("streak".to_owned());
        }
    }
    entries.push(("limit".to_owned(), Json::Text("of no known shape".to_owned())));
    let future = Json::Object(entries);
    check(Operation::ListEarningRules, &list_of(future.clone()).to_text(), Some(CUSTOMER_ID));
    for mutation in mutations(&future) {
        check(Operation::ListEarningRules, &list_of(mutation).to_text(), Some(CUSTOMER_ID));
    }
}

#[test]
fn lists_and_statuses_that_differ_in_one_place_are_canonical_or_name_the_place() {
    let parse = |text: &str| Json::parse(text.as_bytes()).expect("it is JSON");
    let list = parse(r#"{"earningRules":[],"currency":"EUR"}"#);
    let status = parse(
        r#"{"firstName":"Anna","customerId":"a","points":12.5,"p2pPoints":0,"totalEarnedPoints":100,"usedPoints":7,
        "expiredPoints":1,"lockedPoints":2,"level":"14.00%","levelName":"Silver","nextLevelName":"Gold",
        "pointsToNextLevel":3.25,"currency":"eur","pointsExpiringBreakdown":[]}"#,
    );
    let tokens = parse(r#"{"token":"a.b.c","error":"password change needed","refresh_token":"0a1b"}"#);
    let points = parse(r#"{"points":10.5}"#);
    for (operation, answer) in [
        (Operation::ListEarningRules, list),
        (Operation::GetCustomerStatus, status),
        (Operation::Login, tokens.clone()),
        (Operation::RefreshTokens, tokens),
        (Operation::TriggerEvent, points),
    ] {
        check(operation, &answer.to_text(), Some(CUSTOMER_ID));
        for mutation in mutations(&answer) {
            check(operation, &mutation.to_text(), Some(CUSTOMER_ID));
        }
        for root in replacements() {
            check(operation, &root.to_text(), Some(CUSTOMER_ID));
        }
    }
}

/// An answer as the vendor's schema describes it.
fn sample(document: &Value, name: &str) -> Json {
    let properties = document["definitions"][name]["properties"].as_object().expect("it has properties");
    let value = |key: &String, schema: &Map<String, Value>| match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => sample(document, reference.rsplit('/').next().unwrap_or_default()),
        None => match (&schema["type"], schema.get("default"), schema.get("enum")) {
            (_, Some(default), _) => Json::Text(default.as_str().expect("a text").to_owned()),
            (_, _, Some(members)) => Json::Text(members[0].as_str().expect("a text").to_owned()),
            (kind, ..) if kind == "integer" => Json::Number(f64::from(i32::MAX)),
            (kind, ..) if kind == "boolean" => Json::Bool(true),
            (kind, ..) if kind == "string" => Json::Text(format!("some {key}")),
            (kind, ..) => panic!("{kind} is new"),
        },
    };
    let entry = |(key, schema): (&String, &Value)| (key.clone(), value(key, schema.as_object().expect("a schema")));
    Json::Object(properties.iter().map(entry).collect())
}

#[test]
fn koomaloomas_schemas_become_canonical_and_differences_name_the_place() {
    let document = fixtures::koomalooma();
    for (operation, schema) in [(Operation::CreateUser, "User"), (Operation::AssignPoints, "Commitment")] {
        let answer = sample(&document, schema);
        check(operation, &answer.to_text(), None);
        for mutation in mutations(&answer) {
            check(operation, &mutation.to_text(), None);
        }
    }
}

#[test]
fn every_property_of_koomaloomas_schemas_reaches_the_caller_in_camel_case() {
    let document = fixtures::koomalooma();
    let camel_case = |name: &str| {
        let mut words = name.split('_');
        let first = words.next().unwrap_or_default().to_owned();
        words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
    };
    for (operation, schema) in [(Operation::CreateUser, "User"), (Operation::AssignPoints, "Commitment")] {
        let body = sample(&document, schema).to_text();
        let text = call(operation, &arguments(operation, None), support::json(201, body)).expect("it decodes");
        let result: Map<String, Value> = serde_json::from_str(&text).expect("an object");
        let properties = document["definitions"][schema]["properties"].as_object().expect("it has properties");
        let names: Vec<String> = properties.keys().map(|name| camel_case(name)).collect();
        assert_eq!(result.len(), names.len());
        assert!(names.iter().all(|name| result.contains_key(name)), "{result:?}");
    }
}

#[test]
fn the_documented_example_reads_as_documented() {
    let (_, rule) =
        fixtures::rules().into_iter().find(|(label, _)| label == "custom_event_limit").expect("it is there");
    let body = Json::Object(vec![("earningRules".to_owned(), Json::List(vec![rule]))]).to_text();
    let operation = Operation::ListEarningRules;
    let text = call(operation, &arguments(operation, Some(CUSTOMER_ID)), support::json(200, body)).expect("it decodes");
    let result: Value = serde_json::from_str(&text).expect("the result is JSON");
    let bronze = "000096cf-32a3-43bd-9034-4df343e5fd93";
    assert_eq!(
        result,
        json!({ "earningRules": [{
            "levels": [bronze], "segments": [], "pos": [], "hasPhoto": false,
            "earningRuleId": "00000000-0000-474c-b092-000000000005", "name": "Facebook like", "description": "D",
            "active": true, "allTimeActive": true, "usages": [{ "date": "2018-07-01T12:00:00+02:00" }],
            "lastExecutedRule": false, "eventName": "facebook_like", "pointsAmount": 100.5,
            "limit": { "active": true, "period": "day", "limit": 2 }, "type": "custom_event",
            "usageUrl": "https://loyalty.example/api/v1/earnRule/facebook_like/customer/:customerId",
            "segmentNames": {}, "levelNames": { bronze: "Bronze" }, "posNames": {},
        }] })
    );
}
