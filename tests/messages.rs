//! The server's own words in an error: which, how many, and never a secret.

mod support;

use earnkit::{Error, Operation, TokenFailure};
use serde_json::{Value, json};

use support::arguments::{
    API_KEY, CUSTOMER_ID, PASSWORD, REFRESH_TOKEN, arguments, asking, once, set, token_of, token_with,
};
use support::{Script, Step, answer, error, run};

/// An error with this body.
#[track_caller]
fn refusal(operation: Operation, body: impl Into<Vec<u8>>) -> Error {
    error(operation, &once(operation), support::json(422, body))
}

#[track_caller]
fn says(body: &str, expected: Option<&str>) {
    for operation in Operation::ALL {
        assert_eq!(refusal(*operation, body).server_message(), expected, "{body}");
    }
}

/// What an error shows of these words of the server.
#[track_caller]
fn shown(operation: Operation, arguments: &Value, words: &str) -> String {
    let error = error(operation, arguments, support::json(422, json!({ "error": words }).to_string()));
    error.server_message().expect("the server said something").to_owned()
}

#[test]
fn words_stand_in_several_places() {
    says(r#"{"error":"from a controller"}"#, Some("from a controller"));
    says(r#"{"error":{"code":404,"message":"from the framework"}}"#, Some("from the framework"));
    says(r#"{"code":401,"message":"from the firewall"}"#, Some("from the firewall"));
    says("{\n    \"error\": \"za\\u017c\\u00f3\\u0142\\u0107 \\ud83d\\udc8e \\/\"\n}", Some("zażółć 💎 /"));
    says(r#"{"message":"outer","error":{"message":"inner"}}"#, Some("inner"));
    says(r#"{"message":"outer","error":{"code":1}}"#, Some("outer"));
    says(r#"{"m\u0065ssage":"escaped"}"#, Some("escaped"));
    says("\u{feff}{\"message\":\"marked\"}", Some("marked"));
}

#[test]
fn without_words_there_is_no_message() {
    for body in
        ["", "{}", "[]", "null", "5", "\"text\"", "[\"text\"]", "<html>", r#"{"message":5}"#, r#"{"error":null}"#]
    {
        says(body, None);
    }
    says(r#"{"message":"cut"#, None);
    says(r#"{"message":"followed"}x"#, None);
    says(r#"{"message":"\ud800"}"#, None);
    for operation in Operation::ALL {
        assert_eq!(refusal(*operation, b"{\"message\":\"\xFF\"}".as_slice()).server_message(), None);
    }
}

#[test]
fn words_in_json_count_whatever_the_content_type_says() {
    for content_type in [None, Some("text/html"), Some("application/problem+json")] {
        let operation = Operation::ListEarningRules;
        let error = error(operation, &once(operation), answer(403, content_type, r#"{"message":"no"}"#));
        assert_eq!(error.server_message(), Some("no"));
    }
}

#[test]
fn words_are_at_most_200_characters_on_one_line() {
    let operation = Operation::ListEarningRules;
    let arguments = once(operation);
    for c in ["x", "é", "💎"] {
        assert_eq!(shown(operation, &arguments, &c.repeat(200)), c.repeat(200));
        assert_eq!(shown(operation, &arguments, &c.repeat(201)), c.repeat(200));
        assert_eq!(shown(operation, &arguments, &c.repeat(100_000)), c.repeat(200));
    }
    assert_eq!(shown(operation, &arguments, "two\r\nlines\t\u{0}\u{1b}[31m\u{85}x"), "two  lines   [31m x");
}

/// The calls that carry a secret, and the secret.
fn secrets() -> Vec<(Operation, Value, String)> {
    let mut all = vec![
        (Operation::CreateUser, arguments(Operation::CreateUser), API_KEY.to_owned()),
        (Operation::AssignPoints, arguments(Operation::AssignPoints), API_KEY.to_owned()),
        (Operation::Login, arguments(Operation::Login), PASSWORD.to_owned()),
        (Operation::RefreshTokens, arguments(Operation::RefreshTokens), REFRESH_TOKEN.to_owned()),
    ];
    for operation in [Operation::ListEarningRules, Operation::TriggerEvent, Operation::GetCustomerStatus] {
        all.push((operation, once(operation), token_of(CUSTOMER_ID)));
        let opaque = "an-opaque-token-0123456789";
        if operation != Operation::GetCustomerStatus {
            all.push((operation, set(once(operation), "/openLoyalty", "token", opaque.into()), opaque.to_owned()));
        }
    }
    all
}

#[test]
fn a_whole_secret_is_replaced() {
    for (operation, arguments, secret) in secrets() {
        assert_eq!(shown(operation, &arguments, &secret), "[secret]");
        assert_eq!(shown(operation, &arguments, &format!("no {secret}!")), "no [secret]!");
        assert_eq!(shown(operation, &arguments, &format!("{secret} and {secret}")), "[secret] and [secret]");
        let far = format!("{}{secret}", "x".repeat(190));
        assert_eq!(shown(operation, &arguments, &far), format!("{}[secret]", "x".repeat(190)));
    }
}

#[test]
fn a_part_of_a_secret_is_replaced() {
    for (operation, arguments, secret) in secrets() {
        let length = secret.len();
        for part in
            [&secret[..12], &secret[..length / 2], &secret[3..length - 3], &secret[length - 12..], &secret[1..9]]
        {
            assert_eq!(shown(operation, &arguments, &format!("bad <{part}...>")), "bad <[secret]...>");
        }
        for part in secret.split('.').filter(|part| part.len() >= 8) {
            assert_eq!(shown(operation, &arguments, part), "[secret]");
        }
        let doubled = format!("{}{}", &secret[..length - 1], &secret[1..]);
        assert_eq!(shown(operation, &arguments, &doubled), "[secret]");
    }
}

#[test]
fn short_passwords_are_replaced_whole() {
    for (password, words, expected) in [
        ("pw1", "wrong: pw1.", "wrong: [secret]."),
        ("aa", "a aa b", "a [secret] b"),
        ("ż", "hasło ż", "hasło [secret]"),
        ("tab\there", "was tab\there", "was [secret]"),
        ("a\"b\\c", "was a\"b\\c", "was [secret]"),
        ("zażółć gęślą", "zażółć gęślą?", "[secret]?"),
    ] {
        let arguments = set(arguments(Operation::Login), "/credentials", "password", password.into());
        assert_eq!(shown(Operation::Login, &arguments, words), expected);
    }
}

#[test]
fn other_words_stay() {
    let arguments = set(arguments(Operation::Login), "/credentials", "password", "password".into());
    assert_eq!(shown(Operation::Login, &arguments, "Bad credentials."), "Bad credentials.");
    let arguments = once(Operation::ListEarningRules);
    assert_eq!(shown(Operation::ListEarningRules, &arguments, "Invalid JWT Token"), "Invalid JWT Token");
}

#[test]
fn both_tokens_are_secrets_after_a_refresh() {
    let operation = Operation::TriggerEvent;
    let (old, new) = (token_of(CUSTOMER_ID), token_with(CUSTOMER_ID, "new"));
    let words = |text: &str| support::json(401, json!({ "message": text }).to_string());
    let script = Script::new([words("first"), words(&format!("{old} or {new}"))]);
    let script = script.tokens([Ok(Some(old)), Ok(Some(new))]);
    let (result, _) = run(script, operation, &asking(operation));
    assert_eq!(result.expect_err("it fails").server_message(), Some("[secret] or [secret]"));
}

/// Every way to print an error.
fn printed(error: &Error) -> String {
    format!("{error} {error:?} {error:#?} {}", core::error::Error::source(error).is_some())
}

#[test]
fn nothing_that_an_error_prints_is_secret() {
    for (operation, arguments, secret) in secrets() {
        let echo = json!({ "error": format!("{secret} {}", &secret[..10]), "points": secret, "id": 5 }).to_string();
        let mut steps: Vec<Step> = [200, 201, 202, 302, 400, 401, 403, 404, 409, 429, 500]
            .map(|status| support::json(status, echo.clone()))
            .to_vec();
        steps.push(answer(200, Some("text/html"), secret.clone()));
        steps.push(answer(500, Some(&secret), secret.clone()).retry_after(&secret));
        steps.push(support::json(200, format!("{{\"{secret}\":\"{secret}")));
        for step in steps {
            let (result, client) = run(Script::new(vec![step; 1]), operation, &no_retries(operation, &arguments));
            let Err(error) = result else { continue };
            let text = printed(&error);
            assert!(!text.contains(&secret) && !text.contains(&secret[..10]), "{text}");
            let reports = format!("{:?}", client.transport().attempts.take());
            assert!(!reports.contains(&secret) && !reports.contains(CUSTOMER_ID), "{reports}");
        }
    }
}

fn no_retries(operation: Operation, arguments: &Value) -> Value {
    let options = if operation.is_award() { json!({}) } else { json!({ "retries": 0 }) };
    set(arguments.clone(), "", "options", options)
}

#[test]
fn refused_secrets_are_not_quoted() {
    let secret = "sk_live_0123456789\n";
    for operation in Operation::ALL {
        for (pointer, key) in [("/koomalooma", "apiKey"), ("/openLoyalty", "token"), ("", "refreshToken")] {
            let arguments = arguments(*operation);
            if arguments.pointer(pointer).is_none_or(|object| object.get(key).is_none()) {
                continue;
            }
            for value in [json!(secret), json!([secret]), json!({ "value": secret })] {
                let arguments = set(arguments.clone(), pointer, key, value.clone());
                let (result, client) = run(Script::new([answer(500, None, "")]), *operation, &arguments);
                if client.transport().sent() == 0 {
                    let text = printed(&result.expect_err("it was not sent"));
                    assert!(!text.contains("sk_live"), "{text}");
                }
            }
        }
    }
    let operation = Operation::TriggerEvent;
    for token in [Ok(Some(secret.to_owned())), Err(TokenFailure::Failed)] {
        let (result, _) = run(Script::new([]).tokens([token]), operation, &asking(operation));
        let text = printed(&result.expect_err("there is no token"));
        assert!(!text.contains("sk_live"), "{text}");
    }
}
