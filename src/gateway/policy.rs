//! Who may ask what, from where, and in which form.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::Answer;
use super::digest;
use super::failure::Failure;
use super::ledger::Claim;
use super::route::Route;
use crate::http::{is_header_value, is_idempotency_key, is_json};

/// The largest body, in bytes.
const MAX_BODY_BYTES: u64 = 16 * 1024;
/// How long a browser may keep the answer to a preflight request, in seconds.
const PREFLIGHT_AGE: &str = "600";

/// What the store allows.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Policy {
    mount_path: String,
    origins: Vec<String>,
    events: Vec<String>,
    serves_open_loyalty: bool,
    serves_koomalooma: bool,
    takes_commitments: bool,
}

/// What is known of a request before its body is read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Head {
    method: String,
    path: String,
    origin: Option<String>,
    fetch_site: Option<String>,
    content_type: Option<String>,
    content_length: Option<String>,
    idempotency_key: Option<String>,
    /// `Access-Control-Request-Headers`.
    requested_headers: Option<String>,
}

/// A status, and what to say.
type Refusal = Box<(u16, Failure)>;

/// Whether a request is heard.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "admission", rename_all = "snake_case")]
pub(crate) enum Admission {
    Answered { template: &'static str, answer: Answer },
    Admitted { template: &'static str, operation: &'static str, route: Route, headers: Vec<(String, String)> },
}

impl Policy {
    /// Looks at everything that can be known without the body and without asking who it is.
    pub(crate) fn admit(&self, head: &Head) -> Admission {
        let route = Route::find(&head.path, &self.mount_path).filter(|route| self.serves(route));
        let is_listed = head.origin.as_ref().is_some_and(|origin| self.origins.contains(origin));
        let headers = cors(head.origin.as_deref().filter(|_| is_listed));
        let Some(route) = route else {
            let failure = Failure::not_applied("not_found").with_message("The gateway has no such route");
            return Admission::Answered {
                template: "unknown",
                answer: Answer::failure(&failure).with_headers(&headers),
            };
        };
        let answered = |answer: Answer| Admission::Answered { template: route.template(), answer };
        if head.method == "OPTIONS" {
            return answered(preflight(&route, head, is_listed).with_headers(&headers));
        }
        match check(&route, head, is_listed).and_then(|()| self.allows(&route)) {
            Ok(()) => Admission::Admitted { template: route.template(), operation: route.operation(), route, headers },
            Err(refusal) => {
                let (status, failure) = *refusal;
                let mut answer = Answer::failure_as(status, &failure).with_headers(&headers);
                if status == 405 {
                    answer.push("Allow", &[route.method(), ", OPTIONS"].concat());
                }
                answered(answer)
            }
        }
    }

    fn serves(&self, route: &Route) -> bool {
        match route {
            Route::EarningRules | Route::Status | Route::Event { .. } => self.serves_open_loyalty,
            Route::User => self.serves_koomalooma,
            Route::Commitment { .. } => self.takes_commitments,
            Route::Award { .. } | Route::Health => true,
        }
    }

    fn allows(&self, route: &Route) -> Result<(), Refusal> {
        match route {
            Route::Event { event_name } if !self.events.contains(event_name) => Err(Box::new((
                403,
                Failure::not_applied("forbidden").with_message("The store does not allow this event here"),
            ))),
            _ => Ok(()),
        }
    }
}

fn cors(listed: Option<&str>) -> Vec<(String, String)> {
    let mut headers = vec![("Vary".to_owned(), "Origin".to_owned())];
    if let Some(origin) = listed {
        for (name, value) in [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Credentials", "true"),
            ("Access-Control-Expose-Headers", "Retry-After"),
        ] {
            headers.push((name.to_owned(), value.to_owned()));
        }
    }
    headers
}

fn preflight(route: &Route, head: &Head, is_listed: bool) -> Answer {
    if !is_listed {
        return Answer::failure(&not_listed());
    }
    let mut answer = Answer::new(204, "ok", None);
    answer.push("Access-Control-Allow-Methods", route.method());
    // The store's own headers may say who it is, so any are allowed to an origin that is.
    let is_name = |name: &str| is_header_value(name) && name.len() <= 100;
    let names = head.requested_headers.as_deref().unwrap_or_default().split(',').map(str::trim);
    let names: Vec<&str> = names.filter(|name| is_name(name)).take(50).collect();
    if !names.is_empty() {
        answer.push("Access-Control-Allow-Headers", &names.join(", "));
    }
    answer.push("Access-Control-Max-Age", PREFLIGHT_AGE);
    answer
}

fn not_listed() -> Failure {
    Failure::not_applied("forbidden").with_message("This origin is not one of the store's")
}

fn check(route: &Route, head: &Head, is_listed: bool) -> Result<(), Refusal> {
    if head.method != route.method() {
        let message = ["This route is for ", route.method()].concat();
        return Err(Box::new((405, Failure::not_applied("rejected").with_message(&message))));
    }
    let from_page = head.origin.is_some() || head.fetch_site.is_some();
    let is_allowed = match route {
        Route::Commitment { .. } => !from_page,
        _ if route.is_award() => is_listed,
        _ if head.origin.is_some() => is_listed,
        _ => head.fetch_site.as_deref() != Some("cross-site"),
    };
    if !is_allowed {
        let failure = match route {
            Route::Commitment { .. } => {
                Failure::not_applied("forbidden").with_message("Commitments are for the store's servers, not for pages")
            }
            _ => not_listed(),
        };
        return Err(Box::new((403, failure)));
    }
    if let Route::Award { key } = route
        && !is_idempotency_key(key)
    {
        return Err(Box::new((404, Failure::not_applied("not_found"))));
    }
    if !route.is_award() {
        return Ok(());
    }
    if !is_json(head.content_type.as_deref()) {
        let failure = Failure::not_applied("rejected").with_message("The body must be JSON, and Content-Type say so");
        return Err(Box::new((415, failure)));
    }
    let length = head.content_length.as_deref().and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length > MAX_BODY_BYTES) {
        return Err(Box::new((413, too_large())));
    }
    if !head.idempotency_key.as_deref().is_some_and(is_idempotency_key) {
        let failure = Failure::invalid_input("Idempotency-Key", "given: 1 to 255 visible ASCII characters");
        return Err(Box::new((400, failure)));
    }
    Ok(())
}

/// What to say of a body that is longer than it may be.
pub(crate) fn too_large() -> Failure {
    Failure::not_applied("rejected").with_message("The body is larger than 16 KiB")
}

const COMMITMENT_FIELDS: [&str; 4] =
    ["campaignId", "transactionValue", "promotionGoalDescription", "promotionGoalCategory"];

/// Reads a body: an object without a field that has no meaning here.
pub(crate) fn read_body(route: &Route, body: &str) -> Result<Value, Box<Failure>> {
    let known: &[&str] = if matches!(route, Route::Commitment { .. }) { &COMMITMENT_FIELDS } else { &[] };
    let body: Value = serde_json::from_str(body).map_err(|_| Box::new(Failure::invalid_input("body", "JSON")))?;
    let fields = body.as_object().ok_or_else(|| Box::new(Failure::invalid_input("body", "an object")))?;
    match fields.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => {
            let name: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
            Err(Box::new(Failure::invalid_input(&["body.", &name].concat(), "left out")))
        }
        None => Ok(body),
    }
}

/// What a request claims a key for, and in which ledger.
#[derive(Debug, Serialize)]
pub(crate) struct Claiming {
    /// The ledger: one for each customer, and for commitments one for each key, so that one order
    /// can't pay two users.
    pub(crate) scope: String,
    pub(crate) claim: Claim,
}

/// The claim of a request. `customer` is nobody's for a request of the store's own servers.
pub(crate) fn claim(route: &Route, mount_path: &str, key: &str, customer: Option<&str>, body: &Value) -> Claiming {
    let owner = customer.map_or_else(|| ["commitment ", key].concat(), |id| ["customer ", id].concat());
    let (event_name, user_id) = match route {
        Route::Event { event_name } => (Some(event_name.clone()), None),
        Route::Commitment { user_id } => (None, Some(user_id.clone())),
        _ => (None, None),
    };
    let request = serde_json::json!([route.operation(), event_name, user_id, body]).to_string();
    Claiming {
        // Names of Durable Objects are shown in dashboards.
        scope: digest::hex([mount_path, " ", &owner].concat().as_bytes(), 64),
        claim: Claim {
            fingerprint: digest::hex(request.as_bytes(), 64),
            nonce: String::new(),
            operation: route.operation().to_owned(),
            event_name,
            user_id,
            customer_id: customer.map(str::to_owned),
            exclusive: false,
            can_settle: false,
            only_look: matches!(route, Route::Award { .. }),
        },
    }
}
