//! Faults: what is decided before a shell acts them out.

use earnkit_sandbox::{Delivery, Fault, FaultKind, Reply, Request};
use serde_json::{Value, json};

use crate::support::{Shop, bearer, json_body, text};

const EVENT: &str = "/api/DEFAULT/customer/earningRule/photo.shared";
const FULL_BODY: &str = "{\n    \"points\": 12.5\n}";

/// Triggers an event under a fault; says whether it was booked.
fn under(fault: &Value) -> (Reply, bool) {
    let mut shop = Shop::new();
    let token = shop.token("anna@example.com");
    shop.control("POST", "/sandbox/faults", fault);
    let reply = shop.reply(&bearer(Request::new("POST", EVENT), &token));
    let booked = shop.ledger().iter().any(|entry| entry["kind"] == "event");
    (reply, booked)
}

#[test]
fn dropping_and_stalling_keep_the_answer_back() {
    for (name, delivery, applied) in [
        ("drop_before", Delivery::Drop, false),
        ("apply_then_drop", Delivery::Drop, true),
        ("stall_headers", Delivery::StallHeaders, true),
    ] {
        let (reply, booked) = under(&json!({ "fault": name }));
        assert_eq!((reply.delivery, booked), (delivery, applied), "{name}");
        assert_eq!(reply.fault.as_deref(), Some(name));
        assert!(!reply.delivery.sends_status());
    }
    let (reply, booked) = under(&json!({ "fault": "stall_headers", "applied": false }));
    assert_eq!((reply.delivery, booked), (Delivery::StallHeaders, false));
}

#[test]
fn cut_answers_are_cut_in_the_middle_or_where_it_is_said() {
    let half = FULL_BODY.len() / 2;
    for (fault, delivery) in [
        (json!({ "fault": "truncate" }), Delivery::Truncate { bytes: half }),
        (json!({ "fault": "truncate", "bytes": 1 }), Delivery::Truncate { bytes: 1 }),
        (json!({ "fault": "truncate", "bytes": 9_999 }), Delivery::Truncate { bytes: FULL_BODY.len() }),
        (json!({ "fault": "stall_body" }), Delivery::StallBody { bytes: half }),
        (json!({ "fault": "stall_body", "bytes": 0 }), Delivery::StallBody { bytes: 0 }),
    ] {
        let (reply, booked) = under(&fault);
        assert_eq!((reply.delivery, booked), (delivery, true), "{fault}");
        assert_eq!(text(&reply.response), FULL_BODY);
    }
}

#[test]
fn a_delay_waits_and_goes_with_every_fault() {
    let (reply, booked) = under(&json!({ "fault": "delay", "delayMs": 250 }));
    assert_eq!((reply.delay_ms, reply.delivery, booked), (250, Delivery::Whole, true));
    assert_eq!(text(&reply.response), FULL_BODY);
    let (reply, _) = under(&json!({ "fault": "drop_before", "delayMs": 7 }));
    assert_eq!((reply.delay_ms, reply.delivery), (7, Delivery::Drop));
}

#[test]
fn a_status_replaces_the_answer() {
    let (reply, booked) = under(&json!({ "fault": "status" }));
    assert_eq!((reply.response.status, booked), (503, false));
    assert_eq!(json_body(&reply.response)["error"]["code"], 503);

    let fault = json!({
        "fault": "status", "status": 429, "retryAfter": 3, "body": { "error": "slow down" },
        "contentType": "application/problem+json", "applied": true,
    });
    let (reply, booked) = under(&fault);
    assert_eq!((reply.response.status, booked), (429, true));
    assert_eq!(reply.response.header_value("retry-after"), Some("3"));
    assert_eq!(reply.response.header_value("content-type"), Some("application/problem+json"));
    assert_eq!(text(&reply.response), r#"{"error":"slow down"}"#);

    let (reply, _) = under(&json!({ "fault": "status", "retryAfter": "Wed, 21 Oct 2026 07:28:00 GMT", "body": "" }));
    assert_eq!(reply.response.header_value("retry-after"), Some("Wed, 21 Oct 2026 07:28:00 GMT"));
    assert_eq!(text(&reply.response), "");
}

#[test]
fn a_page_comes_with_status_200() {
    let (reply, booked) = under(&json!({ "fault": "html" }));
    assert_eq!((reply.response.status, booked), (200, false));
    assert!(reply.response.header_value("content-type").unwrap().starts_with("text/html"));
    assert!(text(&reply.response).starts_with("<!doctype html>"));
    let (_, booked) = under(&json!({ "fault": "html", "applied": true }));
    assert!(booked);
}

#[test]
fn an_oversized_answer_is_still_json() {
    let (reply, booked) = under(&json!({ "fault": "oversize" }));
    assert_eq!((reply.delivery, booked), (Delivery::Streamed, true));
    assert!(reply.response.body.len() > 8 * 1024 * 1024);
    assert_eq!(json_body(&reply.response), json!({ "points": 12.5 }));
    let (reply, _) = under(&json!({ "fault": "oversize", "bytes": 100 }));
    assert_eq!(reply.response.body.len(), 100);
}

#[test]
fn a_redirect_points_elsewhere() {
    for status in [301, 302, 303, 307, 308] {
        let fault = json!({ "fault": "redirect", "location": "https://other.example/x", "redirectStatus": status });
        let (reply, booked) = under(&fault);
        assert_eq!((reply.response.status, booked), (status, false));
        assert_eq!(reply.response.header_value("location"), Some("https://other.example/x"));
    }
}

#[test]
fn a_fault_waits_for_the_requests_that_it_matches() {
    let mut shop = Shop::new();
    let token = shop.token("anna@example.com");
    let fault = json!({ "fault": "status", "count": 2, "method": "post", "path": "photo" });
    shop.control("POST", "/sandbox/faults", &fault);
    shop.control("POST", "/sandbox/faults", &json!({ "fault": "html", "path": "/koomalooma/" }));
    assert_eq!(shop.list(&token).len(), 23);
    assert_eq!(shop.trigger(&token, "facebook_like").status, 200);
    let preflight = Request::new("OPTIONS", EVENT).header("Origin", "https://shop.example");
    assert_eq!(shop.send(&preflight).status, 204);
    let waiting = |shop: &mut Shop| shop.control("GET", "/sandbox/faults", &Value::Null)["faults"].clone();
    assert_eq!(waiting(&mut shop)[0]["count"], 2);
    assert_eq!(shop.trigger(&token, "photo.shared").status, 503);
    assert_eq!(waiting(&mut shop)[0]["count"], 1);
    assert_eq!(shop.trigger(&token, "photo.shared").status, 503);
    assert_eq!(waiting(&mut shop), json!([{ "fault": "html", "count": 1, "path": "/koomalooma/" }]));
    assert_eq!(shop.trigger(&token, "photo.shared").status, 200);
    shop.control("DELETE", "/sandbox/faults", &Value::Null);
    assert_eq!(waiting(&mut shop), json!([]));
}

#[test]
fn faults_can_be_added_without_http() {
    let mut shop = Shop::new();
    shop.sandbox.add_fault(Fault { path: Some("login".to_owned()), ..Fault::new(FaultKind::DropBefore) });
    assert_eq!(shop.reply(&crate::support::login("anna@example.com", "password")).delivery, Delivery::Drop);
}

#[test]
fn nonsense_is_refused() {
    let mut shop = Shop::new();
    for fault in [
        json!({}),
        json!([]),
        json!({ "fault": "fire" }),
        json!({ "fault": "delay" }),
        json!({ "fault": "delay", "delayMs": -1 }),
        json!({ "fault": "delay", "delayMs": 1, "applied": false }),
        json!({ "fault": "drop_before", "applied": true }),
        json!({ "fault": "apply_then_drop", "applied": false }),
        json!({ "fault": "status", "status": 99 }),
        json!({ "fault": "status", "status": 600 }),
        json!({ "fault": "status", "count": 0 }),
        json!({ "fault": "status", "retryAfter": [] }),
        json!({ "fault": "status", "contentType": "a\nb" }),
        json!({ "fault": "redirect", "redirectStatus": 200 }),
        json!({ "fault": "redirect", "location": "https://a.example/\u{e9}" }),
        json!({ "fault": "oversize", "bytes": 10_000_000_000_u64 }),
        json!({ "fault": "status", "sttaus": 500 }),
    ] {
        let response = shop.send(&Request::new("POST", "/sandbox/faults").json(&fault));
        assert_eq!(response.status, 400, "{fault}");
        assert!(json_body(&response)["error"].is_string());
    }
}
