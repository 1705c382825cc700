//! What is sent, to the byte: method, URL, headers and body of every call.

mod support;

use earnkit::{Method, Operation};
use serde_json::{Value, json};

use support::arguments::{
    API_KEY, CUSTOMER_ID, PASSWORD, REFRESH_TOKEN, arguments, asking, commitment, set, success, success_body, token_of,
    without,
};
use support::{Script, json, run};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("Content-Type", "application/json");
const ACCEPT: (&str, &str) = ("Accept", "application/json");

struct Sent {
    method: Method,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<Value>,
}

/// The one request of a call that works.
#[track_caller]
fn sent_by(script: Script, operation: Operation, arguments: &Value) -> Sent {
    let (result, client) = run(script, operation, arguments);
    result.unwrap_or_else(|error| panic!("{error}"));
    let mut requests = client.transport().requests.take();
    assert_eq!(requests.len(), 1);
    let request = requests.remove(0);
    let mut headers: Vec<_> = request.headers.into_iter().map(|(name, value)| (name.into_owned(), value)).collect();
    headers.sort();
    let body = request.body.map(|body| serde_json::from_str(&body).expect("the body is JSON"));
    Sent { method: request.method, url: request.url, headers, body }
}

fn works(operation: Operation) -> Script {
    Script::new([json(success(operation), success_body(operation))])
}

#[track_caller]
fn sends(operation: Operation, arguments: &Value, line: &str, headers: &[(&str, &str)], body: Option<Value>) {
    let sent = sent_by(works(operation), operation, arguments);
    assert_eq!(format!("{} {}", sent.method.as_str(), sent.url), line);
    let mut expected: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    expected.sort();
    assert_eq!((sent.headers, sent.body), (expected, body));
}

/// The object that holds the server's address.
fn server_of(operation: Operation) -> &'static str {
    match operation {
        Operation::CreateUser | Operation::AssignPoints => "/koomalooma",
        Operation::Login | Operation::RefreshTokens => "/openLoyaltyServer",
        _ => "/openLoyalty",
    }
}

/// The arguments with another setting of the server.
fn with(operation: Operation, key: &str, value: &str) -> Value {
    set(arguments(operation), server_of(operation), key, value.into())
}

#[test]
fn customers_calls() {
    let token = format!("Bearer {}", token_of(CUSTOMER_ID));
    let headers = [ACCEPT, FORM, ("Authorization", token.as_str())];
    for (operation, style, line) in [
        (
            Operation::ListEarningRules,
            "store",
            "GET https://loyalty.example.com/api/DEFAULT/customer/earningRule".to_owned(),
        ),
        (Operation::ListEarningRules, "legacy", "GET https://loyalty.example.com/api/customer/earningRule".to_owned()),
        (
            Operation::TriggerEvent,
            "store",
            "POST https://loyalty.example.com/api/DEFAULT/customer/earningRule/facebook_like".to_owned(),
        ),
        (
            Operation::TriggerEvent,
            "legacy",
            "POST https://loyalty.example.com/api/customer/earnRule/facebook_like".to_owned(),
        ),
        (
            Operation::GetCustomerStatus,
            "store",
            format!("GET https://loyalty.example.com/api/DEFAULT/customer/{CUSTOMER_ID}/status"),
        ),
        (
            Operation::GetCustomerStatus,
            "legacy",
            format!("GET https://loyalty.example.com/api/customer/{CUSTOMER_ID}/status"),
        ),
    ] {
        sends(operation, &with(operation, "pathStyle", style), &line, &headers, None);
    }
}

#[test]
fn logins_and_refreshes() {
    let credentials = json!({ "_username": "user@example.com", "_password": PASSWORD });
    let refresh = json!({ "refresh_token": REFRESH_TOKEN });
    for (operation, style, line, body) in [
        (Operation::Login, "store", "POST https://loyalty.example.com/api/DEFAULT/customer/login_check", &credentials),
        (Operation::Login, "legacy", "POST https://loyalty.example.com/api/customer/login_check", &credentials),
        (Operation::RefreshTokens, "store", "POST https://loyalty.example.com/api/DEFAULT/token/refresh", &refresh),
        (Operation::RefreshTokens, "legacy", "POST https://loyalty.example.com/api/token/refresh", &refresh),
    ] {
        sends(operation, &with(operation, "pathStyle", style), line, &[ACCEPT, JSON], Some(body.clone()));
    }
}

#[test]
fn koomalooma() {
    let headers = [ACCEPT, ("X-KoomaLooma-JWT", API_KEY)];
    let with_body = [ACCEPT, JSON, ("X-KoomaLooma-JWT", API_KEY)];
    let users = "POST https://koomalooma.example.com/api/users";
    sends(Operation::CreateUser, &arguments(Operation::CreateUser), users, &headers, None);
    let user = json!({ "partnerId": "p-1", "partnerUserId": "u-1", "userSessionId": "s-1" });
    let wire = json!({ "partner_id": "p-1", "partner_user_id": "u-1", "user_session_id": "s-1" });
    let arguments_with_user = set(arguments(Operation::CreateUser), "", "user", user);
    sends(Operation::CreateUser, &arguments_with_user, users, &with_body, Some(wire));
    let line = "POST https://koomalooma.example.com/api/users/u-1/commitments";
    let wire = json!({
        "campaign_id": "spring", "transaction_value": "24.90",
        "promotion_goal_description": "A mug", "promotion_goal_category": "mugs",
    });
    sends(Operation::AssignPoints, &arguments(Operation::AssignPoints), line, &with_body, Some(wire));
}

#[test]
fn koomaloomas_own_address_is_the_default() {
    for (operation, url) in [
        (Operation::CreateUser, "https://api.koomalooma.com/api/users"),
        (Operation::AssignPoints, "https://api.koomalooma.com/api/users/u-1/commitments"),
    ] {
        let arguments = without(arguments(operation), "/koomalooma", "baseUrl");
        assert_eq!(sent_by(works(operation), operation, &arguments).url, url);
    }
}

#[test]
fn a_token_function_leads_to_the_same_request() {
    for operation in [Operation::ListEarningRules, Operation::TriggerEvent, Operation::GetCustomerStatus] {
        let given = sent_by(works(operation), operation, &arguments(operation));
        let script = works(operation).tokens([Ok(Some(token_of(CUSTOMER_ID)))]);
        let asked = sent_by(script, operation, &asking(operation));
        assert_eq!((given.url, given.headers, given.body), (asked.url, asked.headers, asked.body));
    }
}

#[test]
fn store_codes_are_one_segment() {
    for (operation, rest) in [
        (Operation::ListEarningRules, "customer/earningRule"),
        (Operation::TriggerEvent, "customer/earningRule/facebook_like"),
        (Operation::Login, "customer/login_check"),
        (Operation::RefreshTokens, "token/refresh"),
    ] {
        for (store_code, segment) in [
            ("DEFAULT", "DEFAULT"),
            ("shop 1", "shop%201"),
            ("../admin", "..%2Fadmin"),
            ("a?b#c", "a%3Fb%23c"),
            ("żółw", "%C5%BC%C3%B3%C5%82w"),
        ] {
            let url = sent_by(works(operation), operation, &with(operation, "storeCode", store_code)).url;
            assert_eq!(url, format!("https://loyalty.example.com/api/{segment}/{rest}"));
        }
        // Old servers have no stores, so nothing is made of it.
        let legacy = set(with(operation, "storeCode", ".."), server_of(operation), "pathStyle", "legacy".into());
        assert!(!sent_by(works(operation), operation, &legacy).url.contains(".."));
    }
}

#[test]
fn event_names_and_user_ids_are_one_segment() {
    let long = "x".repeat(255);
    let long_emoji = "💎".repeat(255);
    let encoded_emoji = "%F0%9F%92%8E".repeat(255);
    for (text, segment) in [
        ("customerAttendedEvent", "customerAttendedEvent"),
        ("share.product_1", "share.product_1"),
        ("../../admin", "..%2F..%2Fadmin"),
        ("%2e%2e", "%252e%252e"),
        ("..%2f", "..%252f"),
        ("a/b", "a%2Fb"),
        ("?limit=1", "%3Flimit%3D1"),
        ("#top", "%23top"),
        ("a b\u{a0}c", "a%20b%C2%A0c"),
        ("💎", "%F0%9F%92%8E"),
        ("\u{202e}\u{2028}", "%E2%80%AE%E2%80%A8"),
        (long.as_str(), long.as_str()),
        (long_emoji.as_str(), encoded_emoji.as_str()),
    ] {
        let event = set(arguments(Operation::TriggerEvent), "", "eventName", text.into());
        let url = sent_by(works(Operation::TriggerEvent), Operation::TriggerEvent, &event).url;
        assert_eq!(url, format!("https://loyalty.example.com/api/DEFAULT/customer/earningRule/{segment}"));
        let user = set(arguments(Operation::AssignPoints), "", "userId", text.into());
        let url = sent_by(works(Operation::AssignPoints), Operation::AssignPoints, &user).url;
        assert_eq!(url, format!("https://koomalooma.example.com/api/users/{segment}/commitments"));
    }
}

/// The id comes from a token that anyone can write.
#[test]
fn a_customers_id_is_one_segment() {
    let operation = Operation::GetCustomerStatus;
    let arguments = set(arguments(operation), "/openLoyalty", "token", token_of("../admin?x#💎").into());
    let url = sent_by(works(operation), operation, &arguments).url;
    assert_eq!(url, "https://loyalty.example.com/api/DEFAULT/customer/..%2Fadmin%3Fx%23%F0%9F%92%8E/status");
}

#[test]
fn base_urls_keep_their_prefix_and_lose_their_slashes() {
    for (base_url, prefix) in [
        ("https://shop.example", "https://shop.example"),
        ("https://shop.example/", "https://shop.example"),
        ("http://localhost:8181/", "http://localhost:8181"),
        ("https://shop.example/loyalty/v1", "https://shop.example/loyalty/v1"),
        ("https://shop.example/loyalty//", "https://shop.example/loyalty"),
        ("http://[::1]:8181", "http://[::1]:8181"),
        ("http://127.0.0.1", "http://127.0.0.1"),
    ] {
        for operation in Operation::ALL {
            let root = if server_of(*operation) == "/koomalooma" { "/users" } else { "/api/" };
            let url = sent_by(works(*operation), *operation, &with(*operation, "baseUrl", base_url)).url;
            assert!(url.starts_with(&format!("{prefix}{root}")), "{url}");
            assert!(url::Url::parse(&url).is_ok_and(|parsed| parsed.as_str() == url), "{url}");
        }
    }
}

#[test]
fn texts_reach_the_server_unchanged() {
    let text = "\"quotes\" \\ / \u{8}\n\t💎 ż \u{2028} \u{0} </script>";
    let credentials = json!({ "username": text, "password": text });
    let login = set(arguments(Operation::Login), "", "credentials", credentials);
    let sent = sent_by(works(Operation::Login), Operation::Login, &login);
    assert_eq!(sent.body, Some(json!({ "_username": text, "_password": text })));
    let refresh = set(arguments(Operation::RefreshTokens), "", "refreshToken", text.into());
    let sent = sent_by(works(Operation::RefreshTokens), Operation::RefreshTokens, &refresh);
    assert_eq!(sent.body, Some(json!({ "refresh_token": text })));
    let mut goal = set(commitment(), "", "promotionGoalDescription", text.into());
    goal["transactionValue"] = "000000000000001.0001".into();
    let assign = set(arguments(Operation::AssignPoints), "", "commitment", goal);
    let body = sent_by(works(Operation::AssignPoints), Operation::AssignPoints, &assign).body.expect("it has a body");
    assert_eq!(body["promotion_goal_description"], text);
    assert_eq!(body["transaction_value"], "000000000000001.0001");
}

#[test]
fn unknown_arguments_are_not_sent() {
    let mut with_more = arguments(Operation::AssignPoints);
    with_more["commitment"]["internalNote"] = "not for the vendor".into();
    with_more["koomalooma"]["fetch"] = "something".into();
    with_more["more"] = json!([1, 2, 3]);
    let more = sent_by(works(Operation::AssignPoints), Operation::AssignPoints, &with_more);
    let plain = sent_by(works(Operation::AssignPoints), Operation::AssignPoints, &arguments(Operation::AssignPoints));
    assert_eq!((more.url, more.headers, more.body), (plain.url, plain.headers, plain.body));
}

#[test]
fn a_browser_must_be_allowed_to_hold_the_key() {
    for operation in [Operation::CreateUser, Operation::AssignPoints] {
        let in_page = set(arguments(operation), "", "browser", true.into());
        assert_eq!(support::refused(operation, &in_page), "koomalooma.apiKey");
        let not_allowed = set(in_page.clone(), "/koomalooma", "dangerouslyAllowBrowser", false.into());
        assert_eq!(support::refused(operation, &not_allowed), "koomalooma.apiKey");
        let allowed = set(in_page, "/koomalooma", "dangerouslyAllowBrowser", true.into());
        sent_by(works(operation), operation, &allowed);
        let on_a_server = set(arguments(operation), "", "browser", false.into());
        sent_by(works(operation), operation, &on_a_server);
    }
}
