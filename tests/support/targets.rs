//! What holds for any bytes, whoever made them up: libFuzzer (`fuzz/`) or proptest (`tests/fuzz.rs`).

use earnkit::{Code, Estimator, Operation, Outcome};

use super::arguments::{CUSTOMER_ID, once, success};
use super::json::Json;
use super::{Script, canonical, json, run, run_text};

const STATUSES: [u16; 8] = [200, 201, 204, 302, 400, 401, 404, 503];
/// The longest text of a server that an error repeats, in characters.
const MAX_SERVER_MESSAGE: usize = 200;
/// 2018-06-15T12:00:00+02:00, when the recorded rules are in use.
const ESTIMATE_AT_MS: f64 = 1_529_056_800_000.0;

/// A digit for each call, in the order of `Operation::ALL`.
fn operation(digit: u8) -> Operation {
    Operation::ALL[usize::from(digit.wrapping_sub(b'0')) % Operation::ALL.len()]
}

/// Whatever a server answers: a digit chooses the call, a digit the status (anything else: the documented one), and
/// the rest is the body.
#[track_caller]
pub(crate) fn answers(data: &[u8]) {
    let [call, status, body @ ..] = data else { return };
    let operation = operation(*call);
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
}

/// Whatever a store passes: a digit chooses the call, the rest is what the boundary makes of its arguments.
#[track_caller]
pub(crate) fn arguments(data: &[u8]) {
    let [call, arguments @ ..] = data else { return };
    let script = Script::new([json(403, "{}")]).tokens([Ok(Some("header.e30.signature".to_owned()))]);
    let (result, client) = run_text(script, operation(*call), arguments);
    let error = result.expect_err("nothing is granted");
    let sent = client.transport().sent();
    assert_eq!(sent, usize::try_from(error.attempts()).expect("it is small"));
    assert_eq!(error.outcome(), Outcome::NotApplied);
    if error.code() == Code::InvalidInput {
        assert_eq!(sent, 0);
        assert!(error.field().is_some());
    }
    for request in client.transport().requests.borrow().iter() {
        // Names of other scripts are left to the host's own tables.
        if !request.url.is_ascii() || request.url.to_ascii_lowercase().contains("xn--") {
            continue;
        }
        let url = url::Url::parse(&request.url).expect("it is a URL");
        // Dots in a base URL's own path are the store's.
        let is_as_written = request.url.ends_with(url.path()) || request.url.contains("/.");
        assert!(is_as_written, "{} becomes {url}", request.url);
        assert!(url.query().is_none() && url.fragment().is_none() && url.username().is_empty());
        for (_, value) in &request.headers {
            assert!(value.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        }
    }
}

/// Whatever the estimator is given: a list of rules, and after a zero byte a cart.
#[track_caller]
pub(crate) fn estimates(data: &[u8]) {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let (Some(rules), Some(cart)) = (parts.next(), parts.next()) else { return };
    let mut estimator = match Estimator::new(rules, b"{}") {
        Ok(estimator) => estimator,
        Err(refused) => return assert!(refused.field().starts_with("rules"), "{refused}"),
    };
    assert!(Json::parse(rules).is_ok(), "the rules are JSON");
    let estimate = match estimator.estimate(cart, ESTIMATE_AT_MS) {
        Ok(estimate) => estimate,
        Err(refused) => return assert!(refused.field().starts_with("cart"), "{refused}"),
    };
    assert!(Json::parse(cart).is_ok(), "the cart is JSON");
    // As text: what is not a number is not equal to itself.
    let again = estimator.estimate(cart, ESTIMATE_AT_MS).expect("it was taken before");
    assert_eq!(format!("{again:?}"), format!("{estimate:?}"));
    let utc = |_| Some(0.0);
    for id in estimate.rules.iter().map(|rule| &rule.earning_rule_id) {
        assert!(estimator.remaining(id, ESTIMATE_AT_MS, utc).is_none_or(|left| left.left >= 0.0));
        estimator.event(id, ESTIMATE_AT_MS, utc);
    }
}
