//! The koomalooma Partner API 1.0: its two calls, as the vendor's OpenAPI document has them.

#[cfg(any(not(target_arch = "wasm32"), feature = "fetch"))]
pub mod types;

use crate::arguments::{Arguments, GATEWAY, NAME, SECRET, URL, input, optional, required};
use crate::call::{Call, Endpoint, Server};
use crate::error::{Error, Operation};
use crate::gateway_target::NOTHING;
use crate::http::is_header_value;
use crate::scan::table::{ID, TEXT};
use crate::scan::{Absent, Field, Kind, Record, Table, table};

pub(crate) static CREATE_USER: Endpoint = Endpoint {
    operation: Operation::CreateUser,
    server: &SERVER,
    parameters: &CREATE_USER_PARAMETERS,
    routes: ["POST /users"; 3],
    bodies: [Some(("user", &NEW_USER)), Some(("", &NOTHING))],
    answer: &USER,
};

pub(crate) static ASSIGN_POINTS: Endpoint = Endpoint {
    operation: Operation::AssignPoints,
    server: &SERVER,
    parameters: &ASSIGN_POINTS_PARAMETERS,
    routes: ["POST /users/{userId}/commitments"; 3],
    bodies: [Some(("commitment", &NEW_COMMITMENT)), Some(("commitment", &COMMITMENT_FOR_GATEWAY))],
    answer: &COMMITMENT,
};

static SERVER: Server = Server {
    name: "koomalooma",
    address: "baseUrl",
    table: &TARGET,
    authenticate,
    not_found: ["Check koomalooma.baseUrl"; 2],
};

const SERVER_OBJECT: Field = required("koomalooma", Kind::Raw);
const OPTIONS: Field = optional("options", Kind::Raw);
const BROWSER: Field = optional("browser", Kind::Bool);
const ASKS: Field = optional("asks", Kind::Bool);

static CREATE_USER_PARAMETERS: Table =
    input!(&[SERVER_OBJECT, GATEWAY, optional("user", Kind::Raw), OPTIONS, BROWSER, ASKS, optional("key", TEXT)]);

static ASSIGN_POINTS_PARAMETERS: Table = input!(&[
    SERVER_OBJECT,
    GATEWAY,
    required("userId", NAME),
    required("commitment", Kind::Raw),
    OPTIONS,
    BROWSER,
    ASKS,
]);

static TARGET: Table = input!(&[
    required("apiKey", SECRET),
    Field::new("baseUrl", URL, Absent::Write("\"https://api.koomalooma.com/api\"")),
    optional("dangerouslyAllowBrowser", Kind::Bool),
]);

static NEW_USER: Table = input!(&[
    Field::renamed("partnerId", "partner_id", NAME, Absent::Fail),
    Field::renamed("partnerUserId", "partner_user_id", NAME, Absent::Fail),
    Field::renamed("userSessionId", "user_session_id", NAME, Absent::Fail),
]);

const DESCRIPTION: Kind = Kind::Text { min: 1, max: 1000 };

static NEW_COMMITMENT: Table = input!(&[
    Field::renamed("campaignId", "campaign_id", NAME, Absent::Fail),
    Field::renamed("transactionValue", "transaction_value", Kind::Decimal, Absent::Fail),
    Field::renamed("promotionGoalDescription", "promotion_goal_description", DESCRIPTION, Absent::Fail),
    Field::renamed("promotionGoalCategory", "promotion_goal_category", NAME, Absent::Fail),
]);

static COMMITMENT_FOR_GATEWAY: Table = input!(&[
    required("campaignId", NAME),
    required("transactionValue", Kind::Decimal),
    required("promotionGoalDescription", DESCRIPTION),
    required("promotionGoalCategory", NAME),
]);

macro_rules! answer {
    ($fields:expr) => {
        table!($fields, union: None, null_is_absent: true)
    };
}

const fn answered(wire: &'static str, name: &'static str, kind: Kind) -> Field {
    Field::renamed(wire, name, kind, Absent::Leave)
}

static USER: Table = answer!(&[
    answered("partner_id", "partnerId", TEXT),
    Field::renamed("partner_user_id", "partnerUserId", ID, Absent::Fail),
    answered("user_session_id", "userSessionId", TEXT),
]);

static GOAL: Table = answer!(&[answered("type", "type", TEXT), answered("value", "value", TEXT)]);

static COMMITMENT: Table = answer!(&[
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

/// Adds the partner's secret, unless this is a place where visitors can read it.
fn authenticate(arguments: &Arguments, server: &Record, call: &mut Call) -> Result<(), Error> {
    if arguments.flag("browser") && !server.flag("dangerouslyAllowBrowser") {
        return Err(arguments.invalid(
            "koomalooma.apiKey",
            "kept out of pages and their workers, where every visitor can read it; call this from your server or edge worker",
        ));
    }
    let api_key = server.text("apiKey").unwrap_or_default();
    if !is_header_value(&api_key) {
        return Err(arguments.invalid("koomalooma.apiKey", "visible ASCII without blanks"));
    }
    call.secrets.push(api_key.clone());
    call.request.headers.push(("X-KoomaLooma-JWT".into(), api_key));
    Ok(())
}
