//! Whatever a store passes: a digit chooses the call, the rest is what the boundary makes of its arguments.

#![no_main]

#[path = "../../tests/support/mod.rs"]
mod support;

use earnkit::{Code, Operation, Outcome};
use libfuzzer_sys::fuzz_target;

use support::{Script, json, run_text};

fuzz_target!(|data: &[u8]| {
    let [call, arguments @ ..] = data else { return };
    let operation = Operation::ALL[usize::from(call.wrapping_sub(b'0')) % Operation::ALL.len()];
    let script = Script::new([json(403, "{}")]).tokens([Ok(Some("header.e30.signature".to_owned()))]);
    let (result, client) = run_text(script, operation, arguments);
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
});
