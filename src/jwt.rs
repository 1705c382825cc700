//! Whose token it is: the customer's id in a JWT's payload, read and not verified (that is the
//! server's business; here it only picks the customer's own usages and path).

use crate::scan::table::ID;
use crate::scan::{Absent, Field, Table, Usages, decode};

static PAYLOAD: Table = Table { fields: &[Field::new("id", ID, Absent::Fail)], union: None, null_is_absent: true };

/// The `id` in the token's payload; `None` for a token that is opaque.
pub(crate) fn customer_id(token: &str) -> Option<String> {
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    let payload = decode_base64url(payload)?;
    decode(&payload, &PAYLOAD, Usages::Nobody).ok()?.text("id")
}

/// RFC 4648 section 5, without padding as JWTs have it.
fn decode_base64url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
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
            bytes.push(u8::try_from(bits >> held & 0xFF).ok()?);
        }
    }
    Some(bytes)
}
