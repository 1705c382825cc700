//! The error table, row by row: which code and outcome an answer stands for, in every call.

mod support;

use earnkit::{Code, Cut, Error, Operation, Outcome};
use serde_json::json;

use Outcome::{Applied, NotApplied, Unknown};
use support::arguments::{asking, once, success, success_body};
use support::{JSON, Script, Step, answer, error, fixtures, json, lost, run};

const HTML: &str = "text/html; charset=utf-8";
const GATEWAY_PAGE: &str = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";
const PORTAL_PAGE: &str = "<!doctype html><title>Welcome to the guest network</title>";
const CUTS: [(Cut, Code); 3] =
    [(Cut::Network, Code::Network), (Cut::Timeout, Code::Timeout), (Cut::Aborted, Code::Aborted)];

/// Reads do nothing, so they never did it.
fn outcome_of(operation: Operation, of_awards: Outcome) -> Outcome {
    if operation.is_award() { of_awards } else { NotApplied }
}

/// What the framework of Open Loyalty says.
fn framework(status: u16, message: &str) -> Step {
    json(status, format!("{{\"error\":{{\"code\":{status},\"message\":\"{message}\"}}}}\n"))
}

/// Every call that is answered so fails so.
#[track_caller]
fn all_fail(step: &Step, status: Option<u16>, code: Code, outcome: Outcome) -> Vec<Error> {
    let fail = |operation: &Operation| fails(*operation, step.clone(), status, code, outcome);
    Operation::ALL.iter().map(fail).collect()
}

#[track_caller]
fn fails(operation: Operation, step: Step, status: Option<u16>, code: Code, outcome: Outcome) -> Error {
    let error = error(operation, &once(operation), step);
    let expected = (code, outcome_of(operation, outcome), operation, status, 1);
    let found = (error.code(), error.outcome(), error.operation(), error.status(), error.attempts());
    assert_eq!(found, expected);
    error
}

#[test]
fn refusals_did_nothing() {
    for (status, message, code) in [
        (401, "Unauthorized", Code::Unauthorized),
        (403, "Forbidden", Code::Forbidden),
        (404, "Not Found", Code::NotFound),
        (405, "Method Not Allowed", Code::Rejected),
        (406, "Not Acceptable", Code::Rejected),
        (413, "Payload Too Large", Code::Rejected),
        (415, "Unsupported Media Type", Code::Rejected),
        (418, "I'm a teapot", Code::Rejected),
        (422, "Unprocessable Entity", Code::Rejected),
        (429, "Too Many Requests", Code::RateLimited),
        (451, "Unavailable For Legal Reasons", Code::Rejected),
        (499, "Client Closed Request", Code::Rejected),
    ] {
        for error in all_fail(&framework(status, message), Some(status), code, NotApplied) {
            assert_eq!(error.server_message(), Some(message));
        }
        all_fail(&answer(status, Some(HTML), GATEWAY_PAGE), Some(status), code, NotApplied);
        all_fail(&answer(status, None, ""), Some(status), code, NotApplied);
    }
}

#[test]
fn what_may_have_happened_is_unknown() {
    for (status, code) in [
        (408, Code::Timeout),
        (409, Code::Conflict),
        (500, Code::ServerError),
        (501, Code::ServerError),
        (502, Code::ServerError),
        (503, Code::ServerError),
        (504, Code::ServerError),
        (520, Code::ServerError),
        (599, Code::ServerError),
        (100, Code::InvalidResponse),
        (600, Code::InvalidResponse),
        (999, Code::InvalidResponse),
    ] {
        all_fail(&framework(status, "Something"), Some(status), code, Unknown);
        all_fail(&answer(status, Some(HTML), GATEWAY_PAGE), Some(status), code, Unknown);
        all_fail(&answer(status, None, ""), Some(status), code, Unknown);
    }
}

#[test]
fn redirects_are_not_followed() {
    for status in [300, 301, 302, 303, 304, 307, 308] {
        all_fail(
            &answer(status, Some(HTML), "<a href=\"https://elsewhere.example\">moved</a>"),
            Some(status),
            Code::Redirected,
            Unknown,
        );
    }
    // What `redirect: "manual"` makes of one in a browser.
    all_fail(&answer(0, None, ""), None, Code::Redirected, Unknown);
}

#[test]
fn another_success_is_none() {
    for operation in Operation::ALL {
        for status in [200, 201, 202, 203, 204, 206, 226] {
            if status != success(*operation) {
                fails(*operation, json(status, success_body(*operation)), Some(status), Code::InvalidResponse, Unknown);
            }
        }
    }
}

#[test]
fn a_captive_portal_is_no_success() {
    for operation in Operation::ALL {
        let status = success(*operation);
        fails(*operation, answer(status, Some(HTML), PORTAL_PAGE), Some(status), Code::InvalidResponse, Unknown);
        for content_type in
            [None, Some(""), Some("text/plain"), Some("application/jsonp"), Some("application/x-json"), Some("json")]
        {
            let step = answer(status, content_type, success_body(*operation));
            fails(*operation, step, Some(status), Code::InvalidResponse, Unknown);
        }
    }
}

#[test]
fn json_has_several_content_types() {
    for operation in Operation::ALL {
        for content_type in [
            JSON,
            "Application/JSON",
            "application/json; charset=utf-8",
            " application/json ;x",
            "text/json",
            "application/hal+json",
            "application/vnd.api+json;v=1",
        ] {
            let step = answer(success(*operation), Some(content_type), success_body(*operation));
            let (result, _) = run(Script::new([step]), *operation, &once(*operation));
            assert!(result.is_ok(), "{content_type}: {result:?}");
        }
    }
}

#[test]
fn a_success_with_an_unusable_body_was_applied() {
    for operation in Operation::ALL {
        let status = success(*operation);
        for body in ["", " ", "null", "5", "[1]", "{\"points\":", PORTAL_PAGE, "{\"error\":{\"message\":\"no\"}}x"] {
            let error = fails(*operation, json(status, body), Some(status), Code::InvalidResponse, Applied);
            assert_eq!((error.server_message(), error.retry_after_ms()), (None, None));
        }
    }
}

#[test]
fn a_body_that_is_cut_keeps_the_outcome_of_its_status() {
    for (step, outcome) in [
        (framework(401, "Unauthorized"), NotApplied),
        (framework(403, "Forbidden"), NotApplied),
        (framework(404, "Not Found"), NotApplied),
        (framework(422, "Unprocessable Entity"), NotApplied),
        (framework(429, "Too Many Requests"), NotApplied),
        (framework(408, "Request Timeout"), Unknown),
        (framework(409, "Conflict"), Unknown),
        (framework(500, "Internal Server Error"), Unknown),
        (framework(503, "Service Unavailable"), Unknown),
        (answer(302, Some(HTML), "moved"), Unknown),
        (answer(0, None, ""), Unknown),
        (json(202, "{}"), Unknown),
        (answer(200, Some(HTML), PORTAL_PAGE), Unknown),
        (answer(201, None, "{}"), Unknown),
    ] {
        for (cut, code) in CUTS {
            for operation in Operation::ALL {
                let error = error(*operation, &once(*operation), step.clone().cut(cut));
                let expected = (code, outcome_of(*operation, outcome), None, 1);
                assert_eq!((error.code(), error.outcome(), error.field(), error.attempts()), expected, "{step:?}");
            }
        }
    }
}

#[test]
fn a_success_that_is_cut_was_applied() {
    for operation in Operation::ALL {
        let status = success(*operation);
        let step = json(status, success_body(*operation));
        for (cut, code) in CUTS {
            fails(*operation, step.clone().cut(cut), Some(status), code, Applied);
        }
        fails(*operation, step.cut(Cut::TooLarge), Some(status), Code::InvalidResponse, Applied);
    }
}

#[test]
fn a_body_that_is_too_large_is_judged_by_its_status() {
    for (status, code, outcome) in [
        (401, Code::Unauthorized, NotApplied),
        (404, Code::NotFound, NotApplied),
        (429, Code::RateLimited, NotApplied),
        (409, Code::Conflict, Unknown),
        (500, Code::ServerError, Unknown),
        (307, Code::Redirected, Unknown),
        (202, Code::InvalidResponse, Unknown),
    ] {
        all_fail(&framework(status, "x").cut(Cut::TooLarge), Some(status), code, outcome);
    }
}

#[test]
fn without_a_status_a_request_that_left_is_unknown() {
    for (cut, code) in CUTS {
        for error in all_fail(&lost(cut, true), None, code, Unknown) {
            // The runtime's name for it says something of a failed connection only.
            assert_eq!(format!("{error:?}").contains("ECONNREFUSED"), cut == Cut::Network);
        }
    }
}

#[test]
fn a_request_that_never_left_did_nothing_and_does_not_count() {
    for operation in Operation::ALL {
        for (cut, code) in CUTS {
            let error = error(*operation, &once(*operation), lost(cut, false));
            let found = (error.code(), error.outcome(), error.status(), error.attempts());
            assert_eq!(found, (code, NotApplied, None, 0));
        }
    }
}

#[test]
fn an_abort_before_dispatch_sends_nothing() {
    for operation in Operation::ALL {
        let (result, client) = run(Script::new([]).aborted(), *operation, &once(*operation));
        let error = result.expect_err("the call was aborted");
        assert_eq!((error.code(), error.outcome(), error.attempts()), (Code::Aborted, NotApplied, 0));
        assert_eq!(client.transport().sent(), 0);
    }
}

#[test]
fn an_event_that_is_not_there_is_unavailable() {
    for text in ["event does not exist", "event nie istnieje", "Event does not exist ", "\\u0065vent does not exist"] {
        let step = json(400, format!("{{\n    \"error\": \"{text}\"\n}}"));
        fails(Operation::TriggerEvent, step, Some(400), Code::EventUnavailable, NotApplied);
    }
}

#[test]
fn a_limit_that_is_used_up_is_exceeded() {
    for text in ["limit exceeded", "limit was exceeded ", "limit został wyczerpany", "limit zosta\\u0142 wyczerpany"] {
        let step = json(400, format!("{{\n    \"error\": \"{text}\"\n}}"));
        fails(Operation::TriggerEvent, step, Some(400), Code::LimitExceeded, NotApplied);
    }
}

#[test]
fn another_text_of_the_event_endpoint_is_a_refusal() {
    for text in ["Ereignis existiert nicht", "l'événement n'existe pas", "limit", "customer is blocked", "事件不存在"]
    {
        let body = json!({ "error": text }).to_string();
        let error = fails(Operation::TriggerEvent, json(400, body), Some(400), Code::Rejected, NotApplied);
        assert_eq!(error.server_message(), Some(text));
    }
    fails(Operation::TriggerEvent, framework(400, "Bad Request"), Some(400), Code::Rejected, NotApplied);
}

/// Open Loyalty answers so when it fails after booking.
#[test]
fn an_event_refused_without_a_word_may_have_been_booked() {
    let operation = Operation::TriggerEvent;
    for body in [
        "",
        "\n",
        "{}",
        "[]",
        "null",
        "{\"error\"",
        "{\"error\":\"event does not exist\"",
        GATEWAY_PAGE,
        "{\"errors\":[]}",
        "{\"error\":5}",
    ] {
        fails(operation, json(400, body), Some(400), Code::Rejected, Unknown);
    }
    fails(operation, answer(400, Some(HTML), GATEWAY_PAGE), Some(400), Code::Rejected, Unknown);
    fails(operation, answer(400, None, ""), Some(400), Code::Rejected, Unknown);
    let refusal = json(400, "{\"error\": \"event does not exist\"}");
    for (cut, code) in [
        (Cut::Network, Code::Rejected),
        (Cut::TooLarge, Code::Rejected),
        (Cut::Timeout, Code::Timeout),
        (Cut::Aborted, Code::Aborted),
    ] {
        fails(operation, refusal.clone().cut(cut), Some(400), code, Unknown);
    }
}

#[test]
fn the_events_texts_mean_nothing_elsewhere() {
    for text in ["event does not exist", "limit exceeded"] {
        let body = format!("{{\"error\":\"{text}\"}}");
        for operation in Operation::ALL.iter().filter(|operation| **operation != Operation::TriggerEvent) {
            fails(*operation, json(400, body.clone()), Some(400), Code::Rejected, NotApplied);
        }
        fails(Operation::TriggerEvent, json(404, body.clone()), Some(404), Code::NotFound, NotApplied);
        fails(Operation::TriggerEvent, json(500, body), Some(500), Code::ServerError, Unknown);
    }
}

/// koomalooma documents no body for its 400 and 403.
#[test]
fn other_calls_refused_without_a_word_did_nothing() {
    for operation in Operation::ALL.iter().filter(|operation| **operation != Operation::TriggerEvent) {
        fails(*operation, answer(400, None, ""), Some(400), Code::Rejected, NotApplied);
        fails(*operation, answer(403, None, ""), Some(403), Code::Forbidden, NotApplied);
    }
}

#[test]
fn recorded_refusals_are_what_they_say() {
    let mut checked = 0;
    for recorded in fixtures::http().iter().filter(|recorded| recorded.status != 200) {
        let operation = match recorded.request.as_str() {
            request if request.contains("login_check") => Operation::Login,
            request if request.contains("token/refresh") => Operation::RefreshTokens,
            request if request.contains("/earnRule/") => Operation::TriggerEvent,
            _ => Operation::ListEarningRules,
        };
        let (code, outcome) = match (recorded.status, recorded.label.as_str()) {
            (400, "custom event: none") => (Code::EventUnavailable, NotApplied),
            (400, "custom event: limit") => (Code::LimitExceeded, NotApplied),
            (400, "custom event: boom") => (Code::Rejected, Unknown),
            (400 | 405, _) => (Code::Rejected, NotApplied),
            (401, _) => (Code::Unauthorized, NotApplied),
            (403, _) => (Code::Forbidden, NotApplied),
            (404, _) => (Code::NotFound, NotApplied),
            (status, label) => panic!("{label} has status {status}"),
        };
        let step = answer(recorded.status, Some(&recorded.content_type), recorded.body.as_str());
        fails(operation, step, Some(recorded.status), code, outcome);
        checked += 1;
    }
    assert_eq!(checked, 28);
}

#[test]
fn a_404_names_the_other_path_style() {
    let operation = Operation::ListEarningRules;
    let says = |style: &str| {
        let arguments = support::arguments::set(once(operation), "/openLoyalty", "pathStyle", style.into());
        error(operation, &arguments, framework(404, "Not Found")).to_string()
    };
    assert!(says("store").contains("pathStyle: \"legacy\""), "{}", says("store"));
    assert!(says("legacy").contains("pathStyle: \"store\""), "{}", says("legacy"));
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    for operation in Operation::ALL {
        for (header, expected) in [
            ("7", Some(7_000)),
            ("0", Some(0)),
            ("Thu, 01 Jan 2026 10:00:30 GMT", Some(30_000)),
            ("Thu, 01 Jan 2026 09:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
            ("", None),
        ] {
            for status in [429, 503, 404] {
                let error = error(*operation, &once(*operation), framework(status, "later").retry_after(header));
                assert_eq!(error.retry_after_ms(), expected, "{header}");
            }
        }
    }
}

#[test]
fn a_guest_is_unauthorized_and_sends_nothing() {
    for operation in [Operation::ListEarningRules, Operation::TriggerEvent, Operation::GetCustomerStatus] {
        let without = support::arguments::without(once(operation), "/openLoyalty", "token");
        let null = support::arguments::set(without.clone(), "/openLoyalty", "token", json!(null));
        for (script, arguments) in [
            (Script::new([]), without),
            (Script::new([]), null),
            (Script::new([]).tokens([Ok(None)]), asking(operation)),
        ] {
            let (result, client) = run(script, operation, &arguments);
            let error = result.expect_err("there is no token");
            let found = (error.code(), error.outcome(), error.status(), error.attempts());
            assert_eq!(found, (Code::Unauthorized, NotApplied, None, 0));
            assert_eq!(client.transport().sent(), 0);
        }
    }
}
