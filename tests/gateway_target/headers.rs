//! The store's own headers, given or asked for.

use earnkit::{Code, Cut, Next, Operation, Outcome, TokenFailure};
use serde_json::{Value, json};

use super::{CALLS, CREDENTIAL, refuses, story, through, with_setting, works};
use crate::support::arguments::set;
use crate::support::{Script, json as answers, refused, run};

fn with_headers(operation: Operation, headers: Value) -> Value {
    with_setting(operation, "headers", headers)
}

fn asking(operation: Operation) -> Value {
    set(through(operation), "", "asks", true.into())
}

#[test]
fn headers_are_added() {
    let headers = json!({ "Authorization": CREDENTIAL, "x-shop!": "a b", "X-Empty": "" });
    for operation in CALLS {
        let given = (Script::new([works(operation)]), with_headers(operation, headers.clone()));
        let asked = (Script::new([works(operation)]).tokens([Ok(Some(headers.to_string()))]), asking(operation));
        for (script, arguments) in [given, asked] {
            let (result, client) = run(script, operation, &arguments);
            assert!(result.is_ok(), "{result:?}");
            let requests = client.transport().requests.take();
            let sent: Vec<_> = requests[0].headers.iter().map(|(name, value)| (&**name, value.as_str())).collect();
            for header in [("Authorization", CREDENTIAL), ("x-shop!", "a b"), ("X-Empty", "")] {
                assert!(sent.contains(&header), "{header:?}");
            }
        }
        let guest = run(Script::new([works(operation)]).tokens([Ok(None)]), operation, &asking(operation));
        assert!(guest.0.is_ok());
    }
}

/// Headers that `fetch` must not see, and the field that is at fault.
fn bad_headers() -> Vec<(Value, &'static str)> {
    vec![
        (json!("Authorization: Bearer x"), "gateway.headers"),
        (json!([]), "gateway.headers"),
        (json!([["a", "b"]]), "gateway.headers"),
        (json!(5), "gateway.headers"),
        (json!({ "": "x" }), "gateway.headers"),
        (json!({ "a b": "x" }), "gateway.headers"),
        (json!({ "a:": "x" }), "gateway.headers"),
        (json!({ "a\r\nb": "x" }), "gateway.headers"),
        (json!({ "ż": "x" }), "gateway.headers"),
        (json!({ "X-A": 5 }), "gateway.headers.X-A"),
        (json!({ "X-A": null }), "gateway.headers.X-A"),
        (json!({ "X-A": ["x"] }), "gateway.headers.X-A"),
        (json!({ "X-A": " x" }), "gateway.headers.X-A"),
        (json!({ "X-A": "x\t" }), "gateway.headers.X-A"),
        (json!({ "X-A": "secret\r\nX-B: x" }), "gateway.headers.X-A"),
        (json!({ "X-A": "secret\u{0}" }), "gateway.headers.X-A"),
        (json!({ "X-A": "sécret" }), "gateway.headers.X-A"),
        (json!({ "idempotency-key": "x" }), "gateway.headers.idempotency-key"),
        (json!({ "Content-Type": "text/plain" }), "gateway.headers.Content-Type"),
        (json!({ "ACCEPT": "*/*" }), "gateway.headers.ACCEPT"),
    ]
}

#[test]
fn bad_headers_are_refused_before_fetch_sees_them() {
    for operation in CALLS {
        for (headers, field) in bad_headers() {
            assert_eq!(refused(operation, &with_headers(operation, headers.clone())), field);
            let script = Script::new([]).tokens([Ok(Some(headers.to_string()))]);
            let (result, client) = run(script, operation, &asking(operation));
            let error = result.expect_err("the call is refused");
            assert_eq!((error.code(), error.outcome(), error.attempts()), (Code::TokenFailed, Outcome::NotApplied, 0));
            assert_eq!((error.field(), client.transport().sent()), (Some(field), 0));
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
    }
}

#[test]
fn a_headers_function_fails_as_a_token_function_does() {
    for operation in CALLS {
        for (failure, code) in [
            (TokenFailure::Failed, Code::TokenFailed),
            (TokenFailure::Cut(Cut::Timeout), Code::Timeout),
            (TokenFailure::Cut(Cut::Aborted), Code::Aborted),
        ] {
            let error = story(Script::new([]).tokens([Err(failure)]), operation, &asking(operation)).result;
            let error = error.expect_err("the call fails");
            assert_eq!((error.code(), error.outcome(), error.attempts()), (code, Outcome::NotApplied, 0));
        }
    }
}

/// The gateway knows the customer, so a 401 is its last word.
#[test]
fn headers_are_asked_for_once() {
    for operation in CALLS {
        let script = Script::new([refuses(401, Code::Unauthorized, Outcome::NotApplied, false)]);
        let script = script.tokens([Ok(Some(json!({ "Authorization": CREDENTIAL }).to_string()))]);
        let story = story(script, operation, &asking(operation));
        assert_eq!((story.result.expect_err("401").code(), story.next), (Code::Unauthorized, vec![Next::Failed]));
    }
}

#[test]
fn headers_are_secrets() {
    let headers = json!({ "Authorization": CREDENTIAL, "Accept-Language": "pl" });
    let operation = Operation::TriggerEvent;
    let says = format!("pl: {CREDENTIAL} is unknown");
    let body = json!({
        "error": { "code": "unauthorized", "outcome": "not_applied", "serverMessage": says, "field": CREDENTIAL },
        "final": true,
    });
    let arguments = with_headers(operation, headers);
    for step in [answers(401, body.to_string()), answers(401, json!({ "error": says }).to_string())] {
        let error = story(Script::new([step]), operation, &arguments).result.expect_err("401");
        assert_eq!(error.server_message(), Some("pl: [secret] is unknown"));
        assert!(!format!("{error:?}").contains("a-credential"));
    }
}
