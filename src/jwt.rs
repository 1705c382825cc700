//! Whose token it is: the customer's id in a JWT's payload, read and not verified (that is the
//! server's business; here it only picks the customer's own usages and path).

use crate::scan::table::ID;
use crate::scan::{Absent, Field, Table, Usages, decode, table};
use crate::text;

static PAYLOAD: Table = table!(&[Field::new("id", ID, Absent::Fail)], union: None, null_is_absent: true);

/// The `id` in the token's payload; `None` for a token that is opaque.
pub(crate) fn customer_id(token: &str) -> Option<String> {
    let (_, rest) = text::split_once(token, b'.')?;
    let (payload, _) = text::split_once(rest, b'.')?;
    let payload = decode_base64url(payload)?;
    decode(&payload, &PAYLOAD, Usages::Nobody).ok()?.text("id")
}

/// RFC 4648 section 5, without padding as JWTs have it.
fn decode_base64url(text: &str) -> Option<Vec<u8>> {
    let mut text = text;
    while let Some(shorter) = text.strip_suffix('=') {
        text = shorter;
    }
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            let [byte, ..] = (bits >> held).to_le_bytes();
            bytes.push(byte);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{customer_id, decode_base64url};
    use base64::Engine;
    use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    fn token(payload: &str) -> String {
        format!("{}.{}.{}", URL_SAFE_NO_PAD.encode("{}"), URL_SAFE_NO_PAD.encode(payload), "c2ln")
    }

    #[test]
    fn the_payload_says_whose_token_it_is() {
        // The payload of Open Loyalty 3.2.0.
        let payload = r#"{"exp":1795408204,"username":"user@example.com","roles":["ROLE_PARTICIPANT"],
            "id":"00000000-0000-474c-b092-b0dd880c07e1","lastLoginAt":null,"permissions":[],"superAdmin":false,
            "iat":"1795321804"}"#;
        assert_eq!(customer_id(&token(payload)).as_deref(), Some("00000000-0000-474c-b092-b0dd880c07e1"));
        assert_eq!(customer_id(&token(r#"{"id":"za\u017c\u00f3\u0142\u0107/\"x"}"#)).as_deref(), Some("zażółć/\"x"));
        assert_eq!(customer_id(&token(r#"{"id":"a","id":"b"}"#)).as_deref(), Some("b"));
    }

    #[test]
    fn any_other_token_is_opaque() {
        for payload in [
            "",
            "{}",
            "[]",
            "null",
            "\"id\"",
            r#"{"id":7}"#,
            r#"{"id":null}"#,
            r#"{"id":""}"#,
            r#"{"id":"\ud800"}"#,
            r#"{"id":"a""#,
            r#"{"sub":"a"}"#,
        ] {
            assert_eq!(customer_id(&token(payload)), None, "{payload}");
        }
        for token in [
            "",
            ".",
            "..",
            "a.b",
            "opaque",
            "a.e30=.c",
            "a.***.c",
            "a.e30\n.c",
            "a.eyJpZCI6ImEifQ",
            "a.eyJpZCI6+mEifQ.c",
        ] {
            assert_eq!(customer_id(token), None, "{token}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn base64url_is_read_with_and_without_padding(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(decode_base64url(&URL_SAFE_NO_PAD.encode(&bytes)), Some(bytes.clone()));
            prop_assert_eq!(decode_base64url(&URL_SAFE.encode(&bytes)), Some(bytes));
        }

        #[test]
        fn what_the_standard_decoder_takes_is_read_the_same(text in "[A-Za-z0-9_=+/ -]{0,12}") {
            if let Ok(bytes) = URL_SAFE_NO_PAD.decode(&text) {
                prop_assert_eq!(decode_base64url(&text), Some(bytes));
            }
        }

        #[test]
        fn nothing_breaks_it(text in ".{0,60}", payload in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = customer_id(&text);
            let _ = customer_id(&format!("a.{text}.c"));
            let _ = customer_id(&format!("a.{}.c", URL_SAFE_NO_PAD.encode(payload)));
        }
    }
}
