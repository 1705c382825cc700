//! Arguments as the JavaScript boundary writes them: for each call, the least that it takes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use earnkit::Operation;
use serde_json::{Map, Value, json};

pub(crate) const OPEN_LOYALTY: &str = "https://loyalty.example.com";
pub(crate) const KOOMALOOMA: &str = "https://koomalooma.example.com/api";
pub(crate) const API_KEY: &str = "eyJhbGciOiJIUzI1NiJ9.cGFydG5lciA0Mg.c2lnbmF0dXJlLW9mLXRoZS1wYXJ0bmVy";
pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const REFRESH_TOKEN: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
/// The customer that has one of the usages in the recorded list.
pub(crate) const CUSTOMER_ID: &str = "57524216-c059-405a-b951-3ab5c49bae14";

/// A customer's token with the payload of Open Loyalty 3.2.0.
pub(crate) fn token_of(customer_id: &str) -> String {
    token_with(customer_id, "0")
}

/// The same customer's token with another signature.
pub(crate) fn token_with(customer_id: &str, signature: &str) -> String {
    token_of_payload(
        &json!({
            "exp": 1_795_408_204, "username": "user@example.com", "roles": ["ROLE_PARTICIPANT"], "id": customer_id,
            "lastLoginAt": null, "permissions": [], "superAdmin": false, "iat": "1795321804",
        }),
        signature,
    )
}

pub(crate) fn token_of_payload(payload: &Value, signature: &str) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let header = json!({ "alg": "RS256" }).to_string();
    let signature = format!("a signature that is long enough to be found: {signature}");
    format!("{}.{}.{}", encode(&header), encode(&payload.to_string()), encode(&signature))
}

pub(crate) fn commitment() -> Value {
    json!({
        "campaignId": "spring", "transactionValue": "24.90",
        "promotionGoalDescription": "A mug", "promotionGoalCategory": "mugs",
    })
}

/// The arguments of a call, without options.
pub(crate) fn arguments(operation: Operation) -> Value {
    let koomalooma = json!({ "apiKey": API_KEY, "baseUrl": KOOMALOOMA });
    let server = json!({ "baseUrl": OPEN_LOYALTY });
    let open_loyalty = json!({ "baseUrl": OPEN_LOYALTY, "token": token_of(CUSTOMER_ID) });
    match operation {
        Operation::CreateUser => json!({ "koomalooma": koomalooma }),
        Operation::AssignPoints => json!({ "koomalooma": koomalooma, "userId": "u-1", "commitment": commitment() }),
        Operation::ListEarningRules | Operation::GetCustomerStatus => json!({ "openLoyalty": open_loyalty }),
        Operation::TriggerEvent => json!({ "openLoyalty": open_loyalty, "eventName": "facebook_like" }),
        Operation::Login => json!({
            "openLoyaltyServer": server,
            "credentials": { "username": "user@example.com", "password": PASSWORD },
        }),
        Operation::RefreshTokens => json!({ "openLoyaltyServer": server, "refreshToken": REFRESH_TOKEN }),
    }
}

/// The same for a call whose transport has a token function.
pub(crate) fn asking(operation: Operation) -> Value {
    set(without(arguments(operation), "/openLoyalty", "token"), "", "asks", json!(true))
}

/// The same for a single attempt.
pub(crate) fn once(operation: Operation) -> Value {
    let arguments = arguments(operation);
    if operation.is_award() { arguments } else { set(arguments, "", "options", json!({ "retries": 0 })) }
}

#[track_caller]
fn object<'a>(arguments: &'a mut Value, pointer: &str) -> &'a mut Map<String, Value> {
    arguments.pointer_mut(pointer).and_then(Value::as_object_mut).expect("an object is there")
}

/// Sets a key of the object at a JSON pointer.
#[track_caller]
pub(crate) fn set(mut arguments: Value, pointer: &str, key: &str, value: Value) -> Value {
    object(&mut arguments, pointer).insert(key.to_owned(), value);
    arguments
}

/// Removes a key of the object at a JSON pointer.
#[track_caller]
pub(crate) fn without(mut arguments: Value, pointer: &str, key: &str) -> Value {
    object(&mut arguments, pointer).remove(key).expect("the key is there");
    arguments
}

/// The status that the vendor documents for success.
pub(crate) fn success(operation: Operation) -> u16 {
    match operation {
        Operation::CreateUser | Operation::AssignPoints => 201,
        _ => 200,
    }
}

/// A body that the vendor documents for success.
pub(crate) fn success_body(operation: Operation) -> &'static str {
    match operation {
        Operation::CreateUser => r#"{"partner_id":"p","partner_user_id":"u","user_session_id":"s"}"#,
        Operation::AssignPoints => r#"{"id":"c-1","loyalty_units":24}"#,
        Operation::ListEarningRules => "{\n    \"earningRules\": [],\n    \"currency\": \"EUR\"\n}",
        Operation::TriggerEvent => "{\n    \"points\": 10\n}",
        Operation::GetCustomerStatus => r#"{"points":12.5}"#,
        Operation::Login | Operation::RefreshTokens => r#"{"token":"<jwt>","refresh_token":"<128 hex digits>"}"#,
    }
}
