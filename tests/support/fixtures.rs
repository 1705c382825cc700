//! The recorded answers in `tests/fixtures/`; its README names the sources.

use serde_json::Value;

use super::json::Json;

const RULES: &[u8] = include_bytes!("../fixtures/open-loyalty-rules.json");
const HTTP: &[u8] = include_bytes!("../fixtures/open-loyalty-http.json");
const KOOMALOOMA: &[u8] = include_bytes!("../fixtures/koomalooma-openapi.json");

#[track_caller]
fn section(name: &str) -> Vec<(String, Json)> {
    let file = Json::parse(RULES).expect("the fixture is JSON");
    match file.get(name) {
        Some(Json::Object(entries)) => entries.clone(),
        other => panic!("{name} is {other:?}"),
    }
}

/// Every recorded rule by its label, keys in the order of the server.
pub(crate) fn rules() -> Vec<(String, Json)> {
    section("examples")
}

/// The recorded rules whose text the server writes otherwise than `serde_json`.
pub(crate) fn raw_rules() -> Vec<(String, String)> {
    let text = |value| match value {
        Json::Text(text) => text,
        other => panic!("{other:?} is no text"),
    };
    section("rawText").into_iter().map(|(label, value)| (label, text(value))).collect()
}

/// A recorded answer.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) label: String,
    /// Such as `GET /api/customer/earningRule`.
    pub(crate) request: String,
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

/// Every recorded answer that has a status.
pub(crate) fn http() -> Vec<Recorded> {
    let file: Value = serde_json::from_slice(HTTP).expect("the fixture is JSON");
    let text = |value: &Value| value.as_str().expect("it is text").to_owned();
    let responses = file["responses"].as_array().expect("a list of responses");
    let answered = responses.iter().filter(|response| response["status"].is_u64());
    answered
        .map(|response| Recorded {
            label: text(&response["label"]),
            request: text(&response["request"]),
            status: response["status"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status"),
            content_type: text(&response["headers"]["content-type"]),
            body: text(&response["body"]),
        })
        .collect()
}

/// koomalooma's OpenAPI document.
pub(crate) fn koomalooma() -> Value {
    serde_json::from_slice(KOOMALOOMA).expect("the fixture is JSON")
}
