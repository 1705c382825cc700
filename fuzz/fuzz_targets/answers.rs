//! Whatever a server answers: a digit chooses the call, a digit the status (anything else: the documented one), and
//! the rest is the body.

#![no_main]

#[path = "../../tests/support/mod.rs"]
mod support;

use earnkit::{Code, Operation, Outcome};
use libfuzzer_sys::fuzz_target;

use support::arguments::{CUSTOMER_ID, once, success};
use support::json::Json;
use support::{Script, canonical, json, run};

const STATUSES: [u16; 8] = [200, 201, 204, 302, 400, 401, 404, 503];
/// The longest text of a server that an error repeats, in characters.
const MAX_SERVER_MESSAGE: usize = 200;

fuzz_target!(|data: &[u8]| {
    let [call, status, body @ ..] = data else { return };
    let operation = Operation::ALL[usize::from(call.wrapping_sub(b'0')) % Operation::ALL.len()];
    let documented = success(operation);
    let status = STATUSES.get(usize::from(status.wrapping_sub(b'0'))).copied().unwrap_or(documented);
    let (result, _) = run(Script::new([json(status, body)]), operation, &once(operation));

    if status == documented {
        let customer = (operation == Operation::ListEarningRules).then_some(CUSTOMER_ID);
        let expected = Json::parse(body).ok().and_then(|json| canonical::answer(operation, &json, customer).ok());
        let found = match result {
            Ok(text) => Some(Json::parse(text.as_bytes()).expect("the result is JSON").to_value()),
            Err(error) => {
                let applied = if operation.is_award() { Outcome::Applied } else { Outcome::NotApplied };
                assert_eq!((error.code(), error.outcome()), (Code::InvalidResponse, applied));
                // `1e-400` and `0.99999999999999999999` are no integers, but a double has no digits for the difference.
                if error.to_string().contains("a safe integer") && expected.is_some() {
                    return;
                }
                None
            }
        };
        assert_eq!(found, expected);
    } else {
        let error = result.expect_err("only the documented status is a success");
        assert_eq!((error.status(), error.attempts()), (Some(status), 1));
        assert!(error.server_message().is_none_or(|message| message.chars().count() <= MAX_SERVER_MESSAGE));
    }
});
