//! The koomalooma Partner API 1.0: its two calls, as the vendor's OpenAPI document has them.

#[cfg(not(target_arch = "wasm32"))]
pub mod types;

use crate::call::{Arguments, Call, Credential, NAME, Options, SECRET, URL, input, request};
use crate::error::{Error, Operation};
use crate::http::{Method, is_header_value};
use crate::scan::table::{ID, TEXT};
use crate::scan::{Absent, Field, Kind, Record, Table};
use crate::url;

const DEFAULT_BASE_URL: &str = "https://api.koomalooma.com/api";

const fn required(name: &'static str, kind: Kind) -> Field {
    Field::new(name, kind, Absent::Fail)
}

const fn optional(name: &'static str, kind: Kind) -> Field {
    Field::new(name, kind, Absent::Leave)
}

static CREATE_USER: Table = input(&[
    required("koomalooma", Kind::Raw),
    optional("user", Kind::Raw),
    optional("options", Kind::Raw),
    optional("browser", Kind::Bool),
]);

static ASSIGN_POINTS: Table = input(&[
    required("koomalooma", Kind::Raw),
    required("userId", NAME),
    required("commitment", Kind::Raw),
    optional("options", Kind::Raw),
    optional("browser", Kind::Bool),
]);

static TARGET: Table =
    input(&[required("apiKey", SECRET), optional("baseUrl", URL), optional("dangerouslyAllowBrowser", Kind::Bool)]);

static NEW_USER: Table = input(&[
    Field::renamed("partnerId", "partner_id", NAME, Absent::Fail),
    Field::renamed("partnerUserId", "partner_user_id", NAME, Absent::Fail),
    Field::renamed("userSessionId", "user_session_id", NAME, Absent::Fail),
]);

static NEW_COMMITMENT: Table = input(&[
    Field::renamed("campaignId", "campaign_id", NAME, Absent::Fail),
    Field::renamed("transactionValue", "transaction_value", Kind::Decimal, Absent::Fail),
    Field::renamed(
        "promotionGoalDescription",
        "promotion_goal_description",
        Kind::Text { min: 1, max: 1000 },
        Absent::Fail,
    ),
    Field::renamed("promotionGoalCategory", "promotion_goal_category", NAME, Absent::Fail),
]);

const fn answer(fields: &'static [Field]) -> Table {
    Table { fields, union: None, null_is_absent: true }
}

const fn answered(wire: &'static str, name: &'static str, kind: Kind) -> Field {
    Field::renamed(wire, name, kind, Absent::Leave)
}

static USER: Table = answer(&[
    answered("partner_id", "partnerId", TEXT),
    answered("partner_user_id", "partnerUserId", TEXT),
    answered("user_session_id", "userSessionId", TEXT),
]);

static GOAL: Table = answer(&[answered("type", "type", TEXT), answered("value", "value", TEXT)]);

static COMMITMENT: Table = answer(&[
    Field::new("id", ID, Absent::Fail),
    answered("user_id", "userId", TEXT),
    answered("partner_id", "partnerId", TEXT),
    answered("loyalty_units", "loyaltyUnits", Kind::Integer),
    answered("free_loyalty_units", "freeLoyaltyUnits", Kind::Integer),
    answered("redeemable_loyalty_units", "redeemableLoyaltyUnits", Kind::Integer),
    answered("redeemed_loyalty_units", "redeemedLoyaltyUnits", Kind::Integer),
    answered("loyalty_accumulation_value", "loyaltyAccumulationValue", TEXT),
    answered("goal", "goal", Kind::Object(&GOAL)),
    answered("redeemed", "redeemed", Kind::Bool),
    answered("confirmation_status", "confirmationStatus", TEXT),
    answered("promotion_goal_description", "promotionGoalDescription", TEXT),
    answered("promotion_goal_category", "promotionGoalCategory", TEXT),
    answered("created_at", "createdAt", Kind::Date),
    answered("updated_at", "updatedAt", Kind::Date),
]);

/// The server to talk to, checked.
struct Target {
    base_url: String,
    api_key: String,
}

fn target(arguments: &Arguments) -> Result<Target, Error> {
    let record = arguments.required("koomalooma", &TARGET)?;
    if arguments.flag("browser") && !record.flag("dangerouslyAllowBrowser") {
        return Err(arguments.invalid(
            "koomalooma.apiKey",
            "kept out of pages and their workers, where every visitor can read it; call this from your server or edge worker",
        ));
    }
    let api_key = record.text("apiKey").unwrap_or_default();
    if !is_header_value(&api_key) {
        return Err(arguments.invalid("koomalooma.apiKey", "visible ASCII without blanks"));
    }
    let base_url = record.text("baseUrl");
    let base_url = url::base(base_url.as_deref().unwrap_or(DEFAULT_BASE_URL));
    let base_url = base_url.ok_or_else(|| arguments.invalid("koomalooma.baseUrl", url::BASE_ADVICE))?;
    Ok(Target { base_url, api_key })
}

fn call(operation: Operation, url: String, api_key: String, body: Option<Record>, options: Options) -> Call {
    let mut request = request(Method::Post, url, body.map(Record::into_json));
    request.headers.push(("X-KoomaLooma-JWT", api_key.clone()));
    let (route, answer) = match operation {
        Operation::AssignPoints => ("POST /users/{userId}/commitments", &COMMITMENT),
        _ => ("POST /users", &USER),
    };
    Call {
        operation,
        request,
        credential: Credential::Included,
        route,
        success: 201,
        answer,
        customer_id: None,
        secrets: vec![api_key],
        not_found_advice: "check koomalooma.baseUrl",
        options,
    }
}

pub(crate) fn create_user(json: &[u8]) -> Result<Call, Error> {
    let arguments = Arguments::read(Operation::CreateUser, json, &CREATE_USER)?;
    let options = arguments.options()?;
    let Target { base_url: mut url, api_key } = target(&arguments)?;
    let body = arguments.object("user", &NEW_USER)?;
    url.push_str("/users");
    Ok(call(Operation::CreateUser, url, api_key, body, options))
}

pub(crate) fn assign_points(json: &[u8]) -> Result<Call, Error> {
    let arguments = Arguments::read(Operation::AssignPoints, json, &ASSIGN_POINTS)?;
    let options = arguments.options()?;
    let Target { base_url: mut url, api_key } = target(&arguments)?;
    url.push_str("/users");
    url::push_segment(&mut url, &arguments.text("userId"))
        .ok_or_else(|| arguments.invalid("userId", url::SEGMENT_ADVICE))?;
    let body = arguments.required("commitment", &NEW_COMMITMENT)?;
    url.push_str("/commitments");
    Ok(call(Operation::AssignPoints, url, api_key, Some(body), options))
}
