//! What comes back.

use earnkit::{Code, Operation, Outcome};
use serde_json::{Value, json};

use super::{CALLS, fails, refuses, story, through, with_options};
use crate::support::arguments::success;
use crate::support::{Script, answer, json as answers};

#[test]
fn a_gateways_errors_are_believed() {
    for operation in CALLS {
        for &code in Code::ALL {
            for &outcome in Outcome::ALL {
                // Whatever the status says.
                for status in [400, 401, 409, 422, 500, 502, 203] {
                    let error = fails([refuses(status, code, outcome, true)], operation);
                    let expected = if operation.is_award() { outcome } else { Outcome::NotApplied };
                    assert_eq!((error.code(), error.outcome(), error.status()), (code, expected, Some(status)));
                }
            }
        }
        let body = json!({
            "error": {
                "code": "limit_exceeded", "outcome": "not_applied", "field": "eventName", "status": 418,
                "retryAfterMs": 1234, "serverMessage": "limit\nwas exceeded", "message": "of the gateway", "more": 1,
            },
            "final": true,
        });
        let error = fails([answers(400, body.to_string()).retry_after("9")], operation);
        assert_eq!((error.field(), error.status(), error.retry_after_ms()), (Some("eventName"), Some(418), Some(1234)));
        assert_eq!(error.server_message(), Some("limit was exceeded"));
        let body =
            r#"{"error":{"code":"forbidden","outcome":"not_applied","message":"no such event here"},"final":true}"#;
        assert_eq!(fails([answers(403, body)], operation).server_message(), Some("no such event here"));
    }
}

#[test]
fn what_is_no_gateways_error_is_judged_by_its_status() {
    let arguments = |operation| with_options(operation, &json!({ "retries": 0 }));
    for operation in CALLS {
        for body in [
            "<html>nginx</html>",
            "",
            "{}",
            r#"{"error":{"code":"sorry","outcome":"applied"}}"#,
            r#"{"error":{"code":"rejected","outcome":"maybe"}}"#,
            r#"{"error":{"code":"rejected"}}"#,
            r#"{"error":"rejected"}"#,
            r#"{"error":{"code":"rejected","outcome":"applied","status":"500"}}"#,
            r#"{"error":{"code":"rejected","outcome":"applied"},"final":1}"#,
            r#"{"error":{"code":"rejected","outcome":"applied"}}x"#,
        ] {
            for (status, code, outcome) in [
                (401, Code::Unauthorized, Outcome::NotApplied),
                (409, Code::Conflict, Outcome::Unknown),
                (422, Code::Rejected, Outcome::NotApplied),
                (429, Code::RateLimited, Outcome::NotApplied),
                (502, Code::ServerError, Outcome::Unknown),
            ] {
                let story = story(Script::new([answers(status, body)]), operation, &arguments(operation));
                let error = story.result.expect_err("it fails");
                let expected = if operation.is_award() { outcome } else { Outcome::NotApplied };
                assert_eq!((error.code(), error.outcome()), (code, expected), "{body}");
            }
        }
        let portal = answer(success(operation), Some("text/html"), "<p>Welcome</p>");
        assert_eq!(fails([portal], operation).code(), Code::InvalidResponse);
    }
    // A server's own error is not for others to use.
    let error = crate::support::error(
        Operation::TriggerEvent,
        &crate::support::arguments::once(Operation::TriggerEvent),
        refuses(422, Code::InProgress, Outcome::Applied, true),
    );
    assert_eq!((error.code(), error.outcome()), (Code::Rejected, Outcome::NotApplied));
}

#[test]
fn usages_are_the_customers_own_already() {
    let rule = |usages: Value| {
        json!({ "earningRules": [{
            "earningRuleId": "r", "type": "custom_event", "eventName": "e", "pointsAmount": 5, "usages": usages,
        }] })
    };
    let list = |usages| {
        let step = answers(200, rule(usages).to_string());
        let arguments = through(Operation::ListEarningRules);
        story(Script::new([step]), Operation::ListEarningRules, &arguments).result
    };
    let usages = |usages| list(usages).expect("it works")["earningRules"][0]["usages"].clone();
    assert_eq!(usages(json!(null)), json!(null));
    assert_eq!(usages(json!([])), json!([]));
    let date = json!({ "date": "2026-01-01T10:00:00+01:00" });
    assert_eq!(usages(json!([date, date])), json!([date, date]));
    let with_more = json!([{ "date": "2026-01-01T10:00:00+0100", "subject": { "subjectId": "somebody" } }]);
    assert_eq!(usages(with_more), json!([date]));
    for broken in [json!(5), json!([5]), json!([{}]), json!([{ "date": "soon" }])] {
        let error = list(broken).expect_err("the contract is broken");
        assert_eq!(error.code(), Code::InvalidResponse);
        assert!(error.field().is_some_and(|field| field.starts_with("earningRules[0].usages")));
    }
}

#[test]
fn a_servers_spelling_is_not_the_gateways() {
    for (operation, body, field) in [
        (Operation::CreateUser, r#"{"partner_user_id":"u"}"#, "partnerUserId"),
        (Operation::AssignPoints, r#"{"id":"c","loyaltyUnits":"24"}"#, "loyaltyUnits"),
    ] {
        let error = fails([answers(201, body)], operation);
        let found = (error.code(), error.outcome(), error.field());
        assert_eq!(found, (Code::InvalidResponse, Outcome::Applied, Some(field)));
    }
}

#[test]
fn another_address_is_the_hint_after_a_404() {
    let error = fails([answers(404, "<html>")], Operation::ListEarningRules);
    assert!(error.to_string().contains("gateway.gatewayUrl"), "{error}");
}
