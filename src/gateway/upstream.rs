//! The calls to the loyalty servers: what they are given, and what of their answers crosses.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::failure::Failure;
use super::ledger::Reply;
use super::route::Route;
use crate::arguments::NAME;
use crate::open_loyalty::is_token;
use crate::scan::Kind;

/// Who sent a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "who", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub(crate) enum Identity {
    Guest,
    Customer { id: String, token: Option<String>, user_session_id: Option<String> },
}

/// What the store's `identify` gave.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identified {
    id: Option<Value>,
    token: Option<Value>,
    user_session_id: Option<Value>,
}

/// Reads what `identify` gave; a sentence for the log if it is no identity.
pub(crate) fn identity(given: Value) -> Result<Identity, &'static str> {
    const SHAPE: &str = "identify must give null for a guest, or { id, token, userSessionId }";
    if given.is_null() {
        return Ok(Identity::Guest);
    }
    let given: Identified = serde_json::from_value(given).map_err(|_| SHAPE)?;
    let is_name = |text: &String| {
        matches!(NAME, Kind::Text { max, .. } if text.chars().count() <= max)
            && !text.is_empty()
            && !text.chars().any(char::is_control)
    };
    let text = |value: Option<Value>, is_right: &dyn Fn(&String) -> bool, advice| match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if is_right(&text) => Ok(Some(text)),
        Some(_) => Err(advice),
    };
    let id = text(given.id, &is_name, "identify must give an id: a string of 1 to 255 characters")?;
    Ok(Identity::Customer {
        id: id.ok_or(SHAPE)?,
        token: text(given.token, &|token| is_token(token), "identify must give a token of visible ASCII")?,
        user_session_id: text(
            given.user_session_id,
            &is_name,
            "identify must give a userSessionId of 1 to 255 characters",
        )?,
    })
}

/// The error of a call as the client has it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoyaltyError {
    code: String,
    outcome: String,
    field: Option<String>,
    status: Option<u16>,
    retry_after_ms: Option<u64>,
    server_message: Option<String>,
}

/// What crosses of a call's end, and a sentence for the log if the store's set-up is at fault.
pub(crate) struct Crossing {
    pub(crate) reply: Reply,
    pub(crate) problem: Option<&'static str>,
}

/// What crosses of an error. The server's own words may name anything, so only the store's servers
/// get to see them.
pub(crate) fn crossing(route: &Route, error: LoyaltyError, is_guest: bool, is_store: bool) -> Crossing {
    let LoyaltyError { code, outcome, field, status, retry_after_ms, server_message } = error;
    let is_set_up = |field: &str| {
        ["openLoyalty", "koomalooma", "user", "options"]
            .iter()
            .any(|name| field.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
    };
    let problem = match (code.as_str(), status) {
        ("unauthorized" | "forbidden", _) if route.is_koomalooma() => {
            Some("koomalooma refuses the apiKey: is it the one that koomalooma has assigned?")
        }
        ("unauthorized", _) if is_guest => Some("the loyalty server refuses the guest's token: has it expired?"),
        ("invalid_input", _) if field.as_deref().is_some_and(is_set_up) => Some(
            "the loyalty client refuses what identify or the server's options gave: does the token belong to a customer?",
        ),
        ("token_failed" | "load_failed", _) => Some("the loyalty client could not be loaded"),
        ("not_found", _) if outcome == "not_applied" && !matches!(route, Route::Event { .. }) => {
            Some("the loyalty server has no such address: check baseUrl, storeCode and pathStyle")
        }
        _ => None,
    };
    let mut failure = match problem {
        Some(_) => Failure::not_applied("misconfigured").with_message("The gateway's log says what is wrong"),
        None => Failure::new(&code, &outcome),
    };
    failure.status = status;
    if problem.is_none() {
        failure.field = field;
        failure.retry_after_ms = retry_after_ms;
        failure.server_message = server_message.filter(|_| is_store);
    }
    Crossing { reply: Reply::Error(failure), problem }
}
