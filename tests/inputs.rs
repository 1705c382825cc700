//! Arguments that are not usable: refused with the right field, and nothing is sent.

mod support;

use earnkit::Operation;
use serde_json::{Value, json};

use support::arguments::{CUSTOMER_ID, arguments, set, success, success_body, token_of, token_of_payload, without};
use support::{Script, json as answer, refused, refused_text, run};

/// The object that holds the server's address.
fn target(operation: Operation) -> &'static str {
    match operation {
        Operation::CreateUser | Operation::AssignPoints => "koomalooma",
        Operation::Login | Operation::RefreshTokens => "openLoyaltyServer",
        _ => "openLoyalty",
    }
}

/// A value of every type but text.
fn no_texts() -> Vec<Value> {
    vec![json!(null), json!(true), json!(5), json!([]), json!(["text"]), json!({}), json!({ "a": "text" })]
}

/// A value of every type but an object.
fn no_objects() -> Vec<Value> {
    vec![json!(null), json!(true), json!(5), json!("text"), json!([]), json!(["text"])]
}

#[track_caller]
fn accepted(operation: Operation, arguments: &Value) {
    let script = Script::new([answer(success(operation), success_body(operation))]);
    let (result, _) = run(script, operation, arguments);
    assert!(result.is_ok(), "{result:?}");
}

#[test]
fn what_is_no_object_at_all_is_refused() {
    for operation in Operation::ALL {
        for text in ["", " ", "null", "5", "\"text\"", "[1]", "{", "{}x", "\u{1}"] {
            let (result, client) = support::run_text(Script::new([]), *operation, text.as_bytes());
            assert_eq!(result.expect_err("it is no object").code(), earnkit::Code::InvalidInput);
            assert_eq!(client.transport().sent(), 0);
        }
    }
}

#[test]
fn every_argument_is_needed() {
    for operation in Operation::ALL {
        for name in arguments(*operation).as_object().expect("an object").keys() {
            assert_eq!(refused(*operation, &without(arguments(*operation), "", name)), *name);
        }
    }
}

#[test]
fn objects_are_objects() {
    for operation in Operation::ALL {
        for value in no_objects() {
            let name = target(*operation);
            assert_eq!(refused(*operation, &set(arguments(*operation), "", name, value.clone())), name);
            assert_eq!(refused(*operation, &set(arguments(*operation), "", "options", value)), "options");
        }
    }
    for value in no_objects() {
        let user = set(arguments(Operation::CreateUser), "", "user", value.clone());
        assert_eq!(refused(Operation::CreateUser, &user), "user");
        let commitment = set(arguments(Operation::AssignPoints), "", "commitment", value.clone());
        assert_eq!(refused(Operation::AssignPoints, &commitment), "commitment");
        let credentials = set(arguments(Operation::Login), "", "credentials", value);
        assert_eq!(refused(Operation::Login, &credentials), "credentials");
    }
}

/// Every text that a caller gives: the call, the object, the key, the most characters.
const TEXTS: [(Operation, &str, &str, usize); 16] = [
    (Operation::CreateUser, "koomalooma", "apiKey", 16_384),
    (Operation::CreateUser, "user", "partnerId", 255),
    (Operation::CreateUser, "user", "partnerUserId", 255),
    (Operation::CreateUser, "user", "userSessionId", 255),
    (Operation::AssignPoints, "koomalooma", "apiKey", 16_384),
    (Operation::AssignPoints, "", "userId", 255),
    (Operation::AssignPoints, "commitment", "campaignId", 255),
    (Operation::AssignPoints, "commitment", "promotionGoalDescription", 1_000),
    (Operation::AssignPoints, "commitment", "promotionGoalCategory", 255),
    (Operation::TriggerEvent, "", "eventName", 255),
    (Operation::ListEarningRules, "openLoyalty", "storeCode", 255),
    (Operation::Login, "openLoyaltyServer", "storeCode", 255),
    (Operation::Login, "credentials", "username", 255),
    (Operation::Login, "credentials", "password", 4_096),
    (Operation::RefreshTokens, "openLoyaltyServer", "storeCode", 255),
    (Operation::RefreshTokens, "", "refreshToken", 16_384),
];

fn with_text(operation: Operation, object: &str, key: &str, value: Value) -> Value {
    let mut arguments = arguments(operation);
    if object == "user" {
        arguments["user"] = json!({ "partnerId": "p", "partnerUserId": "u", "userSessionId": "s" });
    }
    let pointer = if object.is_empty() { String::new() } else { format!("/{object}") };
    set(arguments, &pointer, key, value)
}

#[test]
fn texts_are_texts_of_a_stated_length() {
    for (operation, object, key, most) in TEXTS {
        let path = if object.is_empty() { key.to_owned() } else { format!("{object}.{key}") };
        for value in no_texts() {
            assert_eq!(refused(operation, &with_text(operation, object, key, value)), path);
        }
        accepted(operation, &with_text(operation, object, key, "x".into()));
        accepted(operation, &with_text(operation, object, key, "x".repeat(most).into()));
        for length in [0, most + 1, 10_240.max(most + 1), 1 << 20] {
            assert_eq!(refused(operation, &with_text(operation, object, key, "x".repeat(length).into())), path);
        }
    }
}

#[test]
fn lengths_are_counted_in_characters() {
    for (operation, object, key, most) in TEXTS.into_iter().filter(|(.., key, _)| *key != "apiKey") {
        accepted(operation, &with_text(operation, object, key, "💎".repeat(most).into()));
        let path = refused(operation, &with_text(operation, object, key, "💎".repeat(most + 1).into()));
        assert!(path.ends_with(key), "{path}");
    }
}

/// `JSON.stringify` writes a lone surrogate as an escape.
#[test]
fn lone_surrogates_are_refused() {
    const MARK: &str = "surrogate";
    for (operation, object, key, _) in TEXTS {
        for lone in ["\\ud800", "\\udfff", "\\uD83D", "x\\ud83d\\u0041", "\\udc8e\\ud83d", "\\ud83d\\ud83d\\udc8e"] {
            let text = with_text(operation, object, key, MARK.into()).to_string();
            assert!(text.contains(MARK));
            let field = refused_text(operation, text.replace(MARK, lone).as_bytes());
            // A whole object is refused where it is given.
            assert_eq!(field, if object.is_empty() { key } else { object }, "{lone}");
        }
        let paired = with_text(operation, object, key, MARK.into()).to_string().replace(MARK, "\\ud83d\\udc8e");
        if key != "apiKey" {
            let script = Script::new([answer(success(operation), success_body(operation))]);
            assert!(support::run_text(script, operation, paired.as_bytes()).0.is_ok());
        }
    }
}

#[test]
fn segments_do_not_leave_their_place() {
    for (operation, pointer, key, field) in [
        (Operation::TriggerEvent, "", "eventName", "eventName"),
        (Operation::AssignPoints, "", "userId", "userId"),
        (Operation::ListEarningRules, "/openLoyalty", "storeCode", "openLoyalty.storeCode"),
        (Operation::GetCustomerStatus, "/openLoyalty", "storeCode", "openLoyalty.storeCode"),
        (Operation::TriggerEvent, "/openLoyalty", "storeCode", "openLoyalty.storeCode"),
        (Operation::Login, "/openLoyaltyServer", "storeCode", "openLoyaltyServer.storeCode"),
        (Operation::RefreshTokens, "/openLoyaltyServer", "storeCode", "openLoyaltyServer.storeCode"),
    ] {
        for text in [".", "..", "\0", "a\0b", "\n", "a\r\nX-Injected: 1", "\u{7f}", "\u{9f}"] {
            assert_eq!(refused(operation, &set(arguments(operation), pointer, key, text.into())), field, "{text:?}");
        }
    }
}

/// The id comes from a token that anyone can write.
#[test]
fn an_id_that_is_no_segment_is_refused() {
    let operation = Operation::GetCustomerStatus;
    for id in [json!("."), json!(".."), json!(""), json!("a\nb"), json!("x".repeat(256)), json!(7), json!(null)] {
        let token = token_of_payload(&json!({ "id": id }), "s");
        let arguments = set(arguments(operation), "/openLoyalty", "token", token.into());
        assert_eq!(refused(operation, &arguments), "openLoyalty.token", "{id}");
    }
    let opaque = set(arguments(operation), "/openLoyalty", "token", "opaque".into());
    assert_eq!(refused(operation, &opaque), "openLoyalty.token");
}

#[test]
fn base_urls_are_plain_http_urls() {
    for operation in Operation::ALL {
        let name = target(*operation);
        let with = |value: Value| set(arguments(*operation), &format!("/{name}"), "baseUrl", value);
        let field = format!("{name}.baseUrl");
        for url in [
            "",
            " ",
            "loyalty.example.com",
            "//loyalty.example.com",
            "/api",
            "ftp://loyalty.example.com",
            "javascript:alert(1)",
            "https://",
            "https://user:password@loyalty.example.com",
            "https://loyalty.example.com/?a=b",
            "https://loyalty.example.com/#a",
            "https://loyalty.example.com:99999",
            "https://loyalty.example.com:port",
            "https://loyalty example.com",
            "https://loyalty.example.com\n",
            "https://1.2.3.256",
            "https://[::1",
            "https://[1:2]",
        ] {
            assert_eq!(refused(*operation, &with(url.into())), field, "{url:?}");
        }
        let long = |length: usize| format!("https://x/{}", "a".repeat(length - "https://x/".len()));
        accepted(*operation, &with(long(2_048).into()));
        assert_eq!(refused(*operation, &with(long(2_049).into())), field);
        assert_eq!(refused(*operation, &with(long(1 << 20).into())), field);
        for value in no_texts() {
            assert_eq!(refused(*operation, &with(value)), field);
        }
    }
    for operation in Operation::ALL.iter().filter(|operation| target(**operation) != "koomalooma") {
        let name = target(*operation);
        assert_eq!(
            refused(*operation, &without(arguments(*operation), &format!("/{name}"), "baseUrl")),
            format!("{name}.baseUrl")
        );
    }
}

#[test]
fn path_styles_are_two() {
    for operation in Operation::ALL.iter().filter(|operation| target(**operation) != "koomalooma") {
        let name = target(*operation);
        let field = format!("{name}.pathStyle");
        let with = |value: Value| set(arguments(*operation), &format!("/{name}"), "pathStyle", value);
        for value in no_texts().into_iter().chain([json!(""), json!("Store"), json!("v4"), json!("legacy ")]) {
            assert_eq!(refused(*operation, &with(value)), field);
        }
    }
}

#[test]
fn tokens_and_keys_are_visible_ascii() {
    let bad = ["", " ", "a b", "a\n", "a\r\nX-Injected: 1", "\t", "zürich", "💎", "\u{7f}", "a\0"];
    for operation in [Operation::ListEarningRules, Operation::TriggerEvent, Operation::GetCustomerStatus] {
        let with = |value: Value| set(arguments(operation), "/openLoyalty", "token", value);
        for token in bad {
            assert_eq!(refused(operation, &with(token.into())), "openLoyalty.token", "{token:?}");
        }
        for value in no_texts().into_iter().filter(|value| !value.is_null()) {
            assert_eq!(refused(operation, &with(value)), "openLoyalty.token");
        }
        for length in [16_385, 1 << 20] {
            assert_eq!(refused(operation, &with("x".repeat(length).into())), "openLoyalty.token");
        }
    }
    for operation in [Operation::CreateUser, Operation::AssignPoints] {
        for key in bad {
            let arguments = set(arguments(operation), "/koomalooma", "apiKey", key.into());
            assert_eq!(refused(operation, &arguments), "koomalooma.apiKey", "{key:?}");
        }
    }
    let longest = "x".repeat(16_384);
    accepted(
        Operation::TriggerEvent,
        &set(arguments(Operation::TriggerEvent), "/openLoyalty", "token", longest.into()),
    );
    accepted(
        Operation::TriggerEvent,
        &set(arguments(Operation::TriggerEvent), "/openLoyalty", "token", token_of(CUSTOMER_ID).into()),
    );
}

#[test]
fn transaction_values_are_decimals_in_a_text() {
    let with = |value: Value| set(arguments(Operation::AssignPoints), "/commitment", "transactionValue", value);
    for value in ["0", "24.90", "999999999999999.9999", "007"] {
        accepted(Operation::AssignPoints, &with(value.into()));
    }
    let texts = [
        "",
        ".",
        "24,90",
        "24.",
        ".9",
        "-1",
        "+1",
        "1e3",
        "1.23456",
        "1234567890123456",
        "NaN",
        " 1",
        "1\n",
        "0x1",
        "１",
    ];
    let long = "9".repeat(1 << 20);
    for value in texts.into_iter().chain([long.as_str()]) {
        assert_eq!(refused(Operation::AssignPoints, &with(value.into())), "commitment.transactionValue", "{value:?}");
    }
    for value in no_texts().into_iter().chain([json!(24.9)]) {
        assert_eq!(refused(Operation::AssignPoints, &with(value)), "commitment.transactionValue");
    }
}

#[test]
fn commitments_and_users_are_whole() {
    for key in ["campaignId", "transactionValue", "promotionGoalDescription", "promotionGoalCategory"] {
        let arguments = without(arguments(Operation::AssignPoints), "/commitment", key);
        assert_eq!(refused(Operation::AssignPoints, &arguments), format!("commitment.{key}"));
    }
    let user = json!({ "partnerId": "p", "partnerUserId": "u", "userSessionId": "s" });
    for key in ["partnerId", "partnerUserId", "userSessionId"] {
        let arguments = set(arguments(Operation::CreateUser), "", "user", without(user.clone(), "", key));
        assert_eq!(refused(Operation::CreateUser, &arguments), format!("user.{key}"));
    }
    for key in ["username", "password"] {
        let arguments = without(arguments(Operation::Login), "/credentials", key);
        assert_eq!(refused(Operation::Login, &arguments), format!("credentials.{key}"));
    }
    assert_eq!(
        refused(Operation::CreateUser, &set(arguments(Operation::CreateUser), "", "koomalooma", json!({}))),
        "koomalooma.apiKey"
    );
}

#[test]
fn options_are_in_range() {
    for operation in Operation::ALL {
        let with = |key: &str, value: Value| set(arguments(*operation), "", "options", json!({ key: value }));
        for (key, most) in
            [("timeoutMs", 2_147_483_647_u32), ("totalTimeoutMs", 2_147_483_647), ("maxResponseBytes", 1_073_741_824)]
        {
            for value in [json!(1), json!(1.5), json!(most), json!(1e3), json!(0.1 + 0.2 + 1.0)] {
                accepted(*operation, &with(key, value));
            }
            let numbers = [
                json!(0),
                json!(-1),
                json!(0.999),
                json!(u64::from(most) + 1),
                json!(1e300),
                json!(-0.0),
                json!(5e-324),
                json!(1.234_567_890_123_456_7e-7),
                json!(1.234_567_890_123_456_7e19),
            ];
            let others = [json!(null), json!("1000"), json!(true), json!([]), json!({})];
            for value in numbers.into_iter().chain(others) {
                assert_eq!(refused(*operation, &with(key, value.clone())), format!("options.{key}"), "{value}");
            }
        }
    }
}

#[test]
fn retries_are_for_reads() {
    let values = [json!(-1), json!(11), json!(0.5), json!(null), json!("1"), json!(true), json!(1e300)];
    for operation in Operation::ALL {
        let with = |value: Value| set(arguments(*operation), "", "options", json!({ "retries": value }));
        for value in &values {
            assert_eq!(refused(*operation, &with(value.clone())), "options.retries");
        }
        for value in [json!(0), json!(1), json!(2.0), json!(10)] {
            if operation.is_award() {
                assert_eq!(refused(*operation, &with(value)), "options.retries");
            } else {
                accepted(*operation, &with(value));
            }
        }
    }
}

#[test]
fn idempotency_keys_are_for_gateways() {
    for operation in Operation::ALL {
        for value in [json!("order-1042"), json!(""), json!(null), json!(5), json!({})] {
            let arguments = set(arguments(*operation), "", "options", json!({ "idempotencyKey": value }));
            assert_eq!(refused(*operation, &arguments), "options.idempotencyKey");
        }
    }
}

#[test]
fn flags_are_flags() {
    for operation in [Operation::CreateUser, Operation::AssignPoints] {
        for value in [json!(null), json!(1), json!("true"), json!([]), json!({})] {
            let arguments = set(arguments(operation), "/koomalooma", "dangerouslyAllowBrowser", value);
            assert_eq!(refused(operation, &arguments), "koomalooma.dangerouslyAllowBrowser");
        }
    }
}
