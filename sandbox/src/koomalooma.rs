//! koomalooma's partner API 1.0, as its OpenAPI document describes it. What the document leaves open is decided
//! here and marked so.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::http::{Request, Response};
use crate::ids::Ids;
use crate::ledger::{Booking, ConfirmationStatus, Ledger, LedgerEntry, Server};

/// Where the API lives in the sandbox.
pub(crate) const PREFIX: &str = "/koomalooma/api";
/// Not documented: how long a commitment stays `pending`.
const PENDING: SignedDuration = SignedDuration::from_mins(15);

/// What koomalooma knows about its partner. The commitments are in the ledger: no call asks for one again.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Koomalooma {
    /// The `X-KoomaLooma-JWT` assigned to the partner.
    pub api_key: String,
    /// The partner.
    pub partner_id: String,
    /// The partner's campaigns. Not documented: another one is a 400.
    pub campaign_ids: Vec<String>,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are koomalooma's")]
struct User {
    partner_id: String,
    partner_user_id: String,
    user_session_id: String,
}

#[derive(Serialize)]
struct Commitment<'a> {
    id: &'a str,
    loyalty_units: i32,
    free_loyalty_units: i32,
    loyalty_accumulation_value: &'a str,
    user_id: &'a str,
    partner_id: &'a str,
    goal: Goal<'a>,
    redeemable_loyalty_units: i32,
    redeemed_loyalty_units: i32,
    redeemed: bool,
    confirmation_status: ConfirmationStatus,
    promotion_goal_description: &'a str,
    promotion_goal_category: &'a str,
    created_at: &'a str,
    updated_at: &'a str,
}

#[derive(Serialize)]
struct Goal<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    value: &'a str,
}

/// The documented errors have no body.
fn bad_request() -> Response {
    Response::empty(400)
}

impl Koomalooma {
    pub(crate) fn handle(&self, request: &Request, now: Timestamp, ids: &mut Ids, ledger: &mut Ledger) -> Response {
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().flatten().map(AsRef::as_ref).collect();
        let result = match segments[..] {
            ["koomalooma", "api", "users"] => {
                self.admit(request).and_then(|()| self.create_user(request, now, ids, ledger))
            }
            ["koomalooma", "api", "users", user_id, "commitments"] if !user_id.is_empty() => {
                self.admit(request).and_then(|()| self.assign_points(request, user_id, now, ids, ledger))
            }
            _ => Err(Response::empty(404)),
        };
        result.unwrap_or_else(|refusal| refusal)
    }

    fn admit(&self, request: &Request) -> Result<(), Response> {
        if request.method != "POST" {
            return Err(Response::empty(405).header("allow", "POST"));
        }
        if request.header_value("x-koomalooma-jwt") != Some(self.api_key.as_str()) {
            return Err(Response::empty(403));
        }
        Ok(())
    }

    fn create_user(
        &self,
        request: &Request,
        now: Timestamp,
        ids: &mut Ids,
        ledger: &mut Ledger,
    ) -> Result<Response, Response> {
        // The document defines no parameters, so every one of them may be missing.
        let body = if request.body.is_empty() { Map::new() } else { json_object(request)? };
        let user = User {
            partner_id: optional_text(&body, "partner_id")?.unwrap_or_else(|| self.partner_id.clone()),
            partner_user_id: optional_text(&body, "partner_user_id")?.unwrap_or_else(|| ids.uuid()),
            user_session_id: optional_text(&body, "user_session_id")?.unwrap_or_else(|| ids.uuid()),
        };
        let booking = Booking::User {
            user_id: user.partner_user_id.clone(),
            partner_id: user.partner_id.clone(),
            user_session_id: user.user_session_id.clone(),
        };
        ledger.book(now, Server::Koomalooma, booking);
        Ok(Response::json(201, &user))
    }

    fn assign_points(
        &self,
        request: &Request,
        user_id: &str,
        now: Timestamp,
        ids: &mut Ids,
        ledger: &mut Ledger,
    ) -> Result<Response, Response> {
        let body = json_object(request)?;
        let campaign_id = required_text(&body, "campaign_id")?;
        let transaction_value = required_text(&body, "transaction_value")?;
        let description = required_text(&body, "promotion_goal_description")?;
        let category = required_text(&body, "promotion_goal_category")?;
        let loyalty_units = whole_units(transaction_value).ok_or_else(bad_request)?;
        if !self.campaign_ids.iter().any(|known| known == campaign_id) {
            return Err(bad_request());
        }
        let id = ids.uuid();
        let created_at = now.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string();
        let commitment = Commitment {
            id: &id,
            loyalty_units,
            free_loyalty_units: 0,
            loyalty_accumulation_value: transaction_value,
            user_id,
            partner_id: &self.partner_id,
            goal: Goal { kind: "purchase", value: transaction_value },
            redeemable_loyalty_units: 0,
            redeemed_loyalty_units: 0,
            redeemed: false,
            confirmation_status: ConfirmationStatus::Pending,
            promotion_goal_description: description,
            promotion_goal_category: category,
            created_at: &created_at,
            updated_at: &created_at,
        };
        let booking = Booking::Commitment {
            user_id: user_id.to_owned(),
            commitment_id: id.clone(),
            campaign_id: campaign_id.to_owned(),
            transaction_value: transaction_value.to_owned(),
            points: f64::from(loyalty_units),
            confirmation_status: ConfirmationStatus::Pending,
        };
        ledger.book(now, Server::Koomalooma, booking);
        Ok(Response::json(201, &commitment))
    }
}

/// Confirms what has been pending for long enough. There is no call that asks for a commitment again, so only the
/// ledger shows it.
pub(crate) fn confirm_due(ledger: &mut Ledger, now: Timestamp) {
    for LedgerEntry { at, booking, .. } in ledger.entries_mut() {
        if let Booking::Commitment { confirmation_status, .. } = booking
            && now.duration_since(*at) >= PENDING
        {
            *confirmation_status = ConfirmationStatus::Confirmed;
        }
    }
}

fn json_object(request: &Request) -> Result<Map<String, Value>, Response> {
    if !request.has_json_body() {
        return Err(bad_request());
    }
    serde_json::from_slice(&request.body).map_err(|_| bad_request())
}

fn required_text<'a>(body: &'a Map<String, Value>, field: &str) -> Result<&'a str, Response> {
    body.get(field).and_then(Value::as_str).ok_or_else(bad_request)
}

fn optional_text(body: &Map<String, Value>, field: &str) -> Result<Option<String>, Response> {
    match body.get(field) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(bad_request()),
    }
}

/// Not documented: one loyalty unit for every whole unit of currency; more than the documented int32 holds is
/// cut off there.
fn whole_units(transaction_value: &str) -> Option<i32> {
    let (whole, fraction) = transaction_value.split_once('.').unwrap_or((transaction_value, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_digits(whole) && is_digits(fraction)).then(|| whole.parse().unwrap_or(i32::MAX))
}
