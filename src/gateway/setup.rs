//! What is wrong with a store's set-up, in one sentence for its log.

use serde::Deserialize;

use crate::arguments::{NAME, SECRET};
use crate::http::is_header_value;
use crate::scan::Kind;
use crate::url;

/// The least length of a credential that nobody is to guess.
const MIN_CREDENTIAL_LENGTH: usize = 16;

/// The options of `createGateway`, functions evaluated.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Setup {
    mount_path: Option<String>,
    origins: Option<Vec<String>>,
    events: Option<Vec<String>>,
    has_identify: bool,
    open_loyalty: Option<OpenLoyalty>,
    koomalooma: Option<Koomalooma>,
    ledger: LedgerKind,
    /// Whether this is anything but a developer's machine.
    is_production: bool,
    server_credential: Option<String>,
    has_server_credential: bool,
    per_minute: f64,
    per_minute_per_address: f64,
    daily_points: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OpenLoyalty {
    base_url: Option<String>,
    store_code: Option<String>,
    path_style: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Koomalooma {
    base_url: Option<String>,
    api_key: Option<String>,
    partner_id: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LedgerKind {
    Durable,
    Store,
    Memory,
    None,
    Unusable,
}

impl Setup {
    /// The first thing that is wrong.
    pub(crate) fn problem(&self) -> Option<String> {
        let needs = |is_right: bool, sentence: &str| (!is_right).then(|| sentence.to_owned());
        let events = self.events.as_deref().unwrap_or_default();
        let awards = !events.is_empty() || self.koomalooma.is_some();
        needs(
            self.mount_path.as_deref().is_some_and(is_mount_path),
            "mountPath must be a path such as \"/loyalty\": a slash first, none at the end, nothing to encode",
        )
        .or_else(|| needs(self.has_identify, "identify must be a function that says who sent a request"))
        .or_else(|| {
            needs(
                self.open_loyalty.is_some() || self.koomalooma.is_some(),
                "openLoyalty or koomalooma must be a function that gives a server",
            )
        })
        .or_else(|| self.open_loyalty.as_ref().and_then(OpenLoyalty::problem))
        .or_else(|| self.koomalooma.as_ref().and_then(Koomalooma::problem))
        .or_else(|| {
            let origins = self.origins.as_deref();
            needs(
                origins.is_some_and(|origins| origins.iter().all(|origin| is_origin(origin))),
                "origins must be a list of origins such as \"https://shop.example\", without a path",
            )
        })
        .or_else(|| {
            let are_names = events.iter().all(|name| is_text(name, NAME) && !name.chars().any(char::is_control));
            needs(self.events.is_some() && are_names, "events must be a list of event names")
        })
        .or_else(|| self.ledger_problem(awards))
        .or_else(|| {
            let is_credential =
                |text: &String| text.len() >= MIN_CREDENTIAL_LENGTH && is_text(text, SECRET) && is_header_value(text);
            needs(
                !self.has_server_credential || self.server_credential.as_ref().is_some_and(is_credential),
                "serverCredential must give 16 or more visible ASCII characters",
            )
        })
        .or_else(|| {
            needs(
                self.per_minute >= 1.0 && self.per_minute_per_address >= 1.0,
                "rateLimit.perMinute and rateLimit.perMinutePerAddress must be numbers from 1 on",
            )
        })
        .or_else(|| needs(self.daily_points.is_none_or(|points| points > 0.0), "dailyPoints must be a number above 0"))
    }

    fn ledger_problem(&self, awards: bool) -> Option<String> {
        let sentence = match self.ledger {
            LedgerKind::None if awards => {
                "ledger must be a function that gives the binding of the Durable Object class Ledger: without it an award can't be repeated safely"
            }
            LedgerKind::Unusable => {
                "ledger must give a Durable Object namespace, memoryLedger() or an object with read and swap: is the binding in the worker's configuration?"
            }
            LedgerKind::Memory if self.is_production => {
                "memoryLedger() is for development: it forgets every award when the process ends, so where others than this machine reach it, and under NODE_ENV=production, it is refused"
            }
            _ => return None,
        };
        Some(sentence.to_owned())
    }
}

impl OpenLoyalty {
    fn problem(&self) -> Option<String> {
        let style = self.path_style.as_deref();
        let sentence = match self.base_url.as_deref().map(upstream) {
            None | Some(Err(Unusable::NoUrl)) => {
                "openLoyalty must give a baseUrl: an absolute URL without credentials, query or fragment"
            }
            Some(Err(Unusable::Insecure)) => {
                "openLoyalty must give a baseUrl with https: tokens would travel in the clear"
            }
            Some(Ok(())) if !matches!(style, None | Some("store" | "legacy")) => {
                "openLoyalty.pathStyle must be \"store\" or \"legacy\""
            }
            Some(Ok(())) if !self.store_code.as_deref().is_none_or(|code| is_text(code, NAME)) => {
                "openLoyalty.storeCode must be 1 to 255 characters"
            }
            Some(Ok(())) => return None,
        };
        Some(sentence.to_owned())
    }
}

impl Koomalooma {
    fn problem(&self) -> Option<String> {
        let is_key = |key: &str| is_text(key, SECRET) && is_header_value(key);
        let sentence = match self.base_url.as_deref().map(upstream) {
            Some(Err(Unusable::NoUrl)) => {
                "koomalooma.baseUrl must be an absolute URL without credentials, query or fragment"
            }
            Some(Err(Unusable::Insecure)) => "koomalooma.baseUrl must be https: the key would travel in the clear",
            _ if !self.api_key.as_deref().is_some_and(is_key) => "koomalooma must give an apiKey: is the secret set?",
            _ if !self.partner_id.as_deref().is_some_and(|id| is_text(id, NAME)) => "koomalooma must give a partnerId",
            _ => return None,
        };
        Some(sentence.to_owned())
    }
}

fn is_text(text: &str, kind: Kind) -> bool {
    matches!(kind, Kind::Text { min, max } if (min..=max).contains(&text.chars().count()))
}

enum Unusable {
    NoUrl,
    Insecure,
}

/// Whether secrets may be sent to an address.
fn upstream(base_url: &str) -> Result<(), Unusable> {
    let base = url::base(base_url).ok_or(Unusable::NoUrl)?;
    let (scheme, rest) = base.split_once("://").ok_or(Unusable::NoUrl)?;
    if scheme.eq_ignore_ascii_case("https") || is_loopback(rest.split('/').next().unwrap_or_default()) {
        return Ok(());
    }
    Err(Unusable::Insecure)
}

/// Whether an authority is this machine's own (RFC 6761, section 6.3, for the names).
fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => host,
        _ => authority,
    };
    let host = host.to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || is_loopback_ipv4(&host)
}

fn is_loopback_ipv4(host: &str) -> bool {
    host.starts_with("127.") && host.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

fn is_mount_path(path: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let is_segment = |text: &str| !text.is_empty() && text != "." && text != ".." && text.bytes().all(is_plain);
    path == "/" || path.strip_prefix('/').is_some_and(|rest| rest.split('/').all(is_segment))
}

/// Whether a text is an origin as browsers send it: nothing behind the port, and no capitals.
fn is_origin(text: &str) -> bool {
    let authority = text.split_once("://").map(|(_, authority)| authority).unwrap_or_default();
    url::base(text).is_some_and(|base| base == text)
        && !authority.contains('/')
        && text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase())
        && !(text.starts_with("https:") && text.ends_with(":443"))
        && !(text.starts_with("http:") && text.ends_with(":80"))
}

#[cfg(test)]
mod tests {
    use super::{Setup, is_loopback, is_mount_path, is_origin};
    use serde_json::{Value, json};

    fn good() -> Value {
        json!({
            "mountPath": "/loyalty", "origins": ["https://shop.example"], "events": ["facebook_like"],
            "hasIdentify": true, "openLoyalty": { "baseUrl": "https://loyalty.example" },
            "koomalooma": { "apiKey": "key", "partnerId": "partner" }, "ledger": "durable", "isProduction": true,
            "serverCredential": "0123456789abcdef", "hasServerCredential": true,
            "perMinute": 30, "perMinutePerAddress": 300, "dailyPoints": 10_000
        })
    }

    fn problem(path: &str, value: Value) -> Option<String> {
        let mut setup = good();
        *setup.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value;
        serde_json::from_value::<Setup>(setup).expect("it is a set-up").problem()
    }

    #[test]
    fn what_is_right_passes() {
        assert_eq!(problem("/mountPath", json!("/")), None);
        assert_eq!(problem("/openLoyalty/baseUrl", json!("http://127.0.0.1:8181")), None);
        assert_eq!(problem("/openLoyalty", Value::Null), None);
        assert_eq!(problem("/koomalooma", Value::Null), None);
        assert_eq!(problem("/dailyPoints", Value::Null), None);
    }

    #[test]
    fn each_mistake_has_its_sentence() {
        for (path, value, starts) in [
            ("/mountPath", json!("loyalty"), "mountPath"),
            ("/mountPath", json!("/loyalty/"), "mountPath"),
            ("/mountPath", Value::Null, "mountPath"),
            ("/hasIdentify", json!(false), "identify"),
            ("/openLoyalty/baseUrl", json!("http://loyalty.example"), "openLoyalty must give a baseUrl with https"),
            ("/openLoyalty/baseUrl", json!("http://127.0.0.1.example"), "openLoyalty must give a baseUrl with https"),
            ("/openLoyalty/baseUrl", json!("loyalty.example"), "openLoyalty must give a baseUrl:"),
            ("/openLoyalty", json!({}), "openLoyalty must give a baseUrl:"),
            ("/openLoyalty", json!({ "baseUrl": "https://a.example", "pathStyle": "x" }), "openLoyalty.pathStyle"),
            ("/koomalooma/apiKey", Value::Null, "koomalooma must give an apiKey"),
            ("/koomalooma/partnerId", Value::Null, "koomalooma must give a partnerId"),
            (
                "/koomalooma",
                json!({ "baseUrl": "http://a.example", "apiKey": "k" }),
                "koomalooma.baseUrl must be https",
            ),
            ("/origins", Value::Null, "origins"),
            ("/origins", json!(["https://shop.example/"]), "origins"),
            ("/origins", json!(["*"]), "origins"),
            ("/events", Value::Null, "events"),
            ("/ledger", json!("none"), "ledger"),
            ("/ledger", json!("unusable"), "ledger"),
            ("/ledger", json!("memory"), "memoryLedger() is for development"),
            ("/serverCredential", json!("short"), "serverCredential"),
            ("/serverCredential", Value::Null, "serverCredential"),
            ("/perMinute", json!(0), "rateLimit"),
            ("/dailyPoints", json!(0), "dailyPoints"),
        ] {
            let sentence = problem(path, value.clone()).unwrap_or_else(|| panic!("{path} may be {value}"));
            assert!(sentence.starts_with(starts), "{path}: {sentence}");
        }
    }

    #[test]
    fn loopback_is_this_machine_only() {
        for own in ["localhost", "LOCALHOST:80", "shop.localhost", "127.0.0.1:8181", "127.1.2.3", "[::1]:80", "[::1]"] {
            assert!(is_loopback(own), "{own}");
        }
        for other in ["localhost.example", "127.0.0.1.example", "[::2]", "10.0.0.1", "0.0.0.0", ""] {
            assert!(!is_loopback(other), "{other}");
        }
    }

    #[test]
    fn origins_are_as_browsers_send_them() {
        for origin in ["https://shop.example", "http://127.0.0.1:8080", "http://[::1]:1"] {
            assert!(is_origin(origin), "{origin}");
        }
        for other in
            ["null", "*", "shop.example", "https://Shop.example", "https://a.example:443", "https://a.example/b"]
        {
            assert!(!is_origin(other), "{other}");
        }
        assert!(!is_mount_path("/a//b") && !is_mount_path("/../a") && !is_mount_path("/%2e") && is_mount_path("/a/b"));
    }
}
