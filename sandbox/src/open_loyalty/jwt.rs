//! Tokens with the payload that Open Loyalty 3.2.0 gives them. They are signed with HS256, where the server has a
//! pair of keys (RS256): nobody but the server looks at the signature.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::customer::{Role, User};
use crate::calendar;
use crate::ids::Ids;

const PURPOSE: &str = "jwt";
const HEADER: &str = r#"{"typ":"JWT","alg":"HS256"}"#;

#[derive(Deserialize)]
struct Header {
    alg: String,
}

/// The order of the fields is the recorded one; `iat` is a text, `exp` is not.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Payload<'a> {
    exp: i64,
    username: &'a str,
    roles: [Role; 1],
    id: &'a str,
    last_login_at: Option<String>,
    permissions: [(); 0],
    super_admin: bool,
    iat: String,
}

#[derive(Deserialize)]
struct Claims {
    exp: i64,
    id: String,
}

/// A token for this user.
pub(super) fn issue(user: &User, ids: &Ids, now: Timestamp, ttl_seconds: i64) -> String {
    let payload = Payload {
        exp: now.as_second() + ttl_seconds,
        username: &user.username,
        roles: [user.role],
        id: &user.id,
        last_login_at: user.last_login_at.map(calendar::format_date),
        permissions: [],
        super_admin: user.role == Role::Admin,
        iat: now.as_second().to_string(),
    };
    let payload = crate::php_json::compact(&payload);
    let signed = format!("{}.{}", BASE64URL.encode(HEADER), BASE64URL.encode(payload));
    let signature = ids.sign(PURPOSE, signed.as_bytes());
    format!("{signed}.{}", BASE64URL.encode(signature))
}

/// The id in a token that is ours and has not expired.
pub(super) fn verify(token: &str, ids: &Ids, now: Timestamp) -> Option<String> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let header: Header = serde_json::from_slice(&BASE64URL.decode(header).ok()?).ok()?;
    let signature = BASE64URL.decode(signature).ok()?;
    if header.alg != "HS256" || !ids.verify(PURPOSE, signed.as_bytes(), &signature) {
        return None;
    }
    let claims: Claims = serde_json::from_slice(&BASE64URL.decode(payload).ok()?).ok()?;
    (now.as_second() <= claims.exp).then_some(claims.id)
}
