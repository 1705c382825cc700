//! The texts of Open Loyalty's answers. Its controllers, its framework and its firewall each have a form of their
//! own, to the byte (recorded from Open Loyalty 3.2.0).

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::http::Response;
use crate::php_json;

/// What a controller answers.
pub(super) fn ok(value: &impl Serialize) -> Response {
    Response::json_text(200, php_json::pretty(value))
}

/// What a controller answers that has booked points.
pub(super) fn points(points: f64) -> Response {
    #[derive(Serialize)]
    struct Body {
        points: f64,
    }
    ok(&Body { points })
}

/// What the authentication handlers answer.
pub(super) fn ok_compact(value: &impl Serialize) -> Response {
    Response::json_text(200, php_json::compact(value))
}

/// What a controller refuses: `error` is a text.
pub(super) fn refused(error: &'static str) -> Response {
    #[derive(Serialize)]
    struct Body {
        error: &'static str,
    }
    Response::json_text(400, php_json::pretty(&Body { error }))
}

/// What a form refuses whose fields are missing or of a wrong type.
pub(super) fn invalid_form(fields: &[&str]) -> Response {
    let error = json!({ "errors": ["This value should not be blank."] });
    let children: Map<String, Value> = fields.iter().map(|name| ((*name).to_owned(), error.clone())).collect();
    let body = json!({ "form": { "children": children }, "errors": [] });
    Response::json_text(400, php_json::pretty(&body))
}

/// What the framework refuses: `error` is an object, and a line feed follows.
pub(super) fn framework(status: u16) -> Response {
    let message = match status {
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        _ => "Internal Server Error",
    };
    let body = format!("{{\"error\":{{\"code\":{status},\"message\":\"{message}\"}}}}\n");
    Response::json_text(status, body)
}

/// The framework's refusal of a method.
pub(super) fn method_not_allowed(allowed: &str) -> Response {
    framework(405).header("allow", allowed)
}

/// What the firewall answers to a missing or useless token.
pub(super) fn unauthorized(message: &str) -> Response {
    let body = format!("{{\"code\":401,\"message\":\"{message}\"}}");
    Response::json_text(401, body).header("www-authenticate", "Bearer")
}

/// What the login answers to wrong credentials.
pub(super) fn bad_login() -> Response {
    Response::json_text(401, "{\"message\":\"Bad credentials.\"}")
}

/// What the refresh answers to a useless refresh token.
pub(super) fn bad_refresh() -> Response {
    Response::json_text(401, "{\"code\":401,\"message\":\"Bad credentials\"}")
}
