//! The Open Loyalty Customer Earning API: requests in both path styles. What comes back is in
//! [`tables`].

pub(crate) mod tables;
#[cfg(any(not(target_arch = "wasm32"), feature = "fetch"))]
pub mod types;

use crate::arguments::{Arguments, GATEWAY, NAME, SECRET, URL, input, optional, required};
use crate::call::{Call, Credential, Endpoint, Server};
use crate::error::{Error, Operation};
use crate::gateway_target::NOTHING;
use crate::http::is_header_value;
use crate::jwt;
use crate::scan::table::TEXT;
use crate::scan::{Absent, Field, Kind, Record, Table};

pub(crate) static LIST_EARNING_RULES: Endpoint = Endpoint {
    operation: Operation::ListEarningRules,
    server: &CUSTOMERS,
    parameters: &READ,
    routes: ["GET /api/{storeCode}/customer/earningRule", "GET /api/customer/earningRule", "GET /earning-rules"],
    bodies: [None; 2],
    answer: &tables::EARNING_RULES,
};

pub(crate) static TRIGGER_EVENT: Endpoint = Endpoint {
    operation: Operation::TriggerEvent,
    server: &CUSTOMERS,
    parameters: &EVENT,
    routes: [
        "POST /api/{storeCode}/customer/earningRule/{eventName}",
        "POST /api/customer/earnRule/{eventName}",
        "POST /events/{eventName}",
    ],
    bodies: [None, Some(("", &NOTHING))],
    answer: &tables::POINTS,
};

pub(crate) static GET_CUSTOMER_STATUS: Endpoint = Endpoint {
    operation: Operation::GetCustomerStatus,
    server: &CUSTOMERS,
    parameters: &READ,
    routes: [
        "GET /api/{storeCode}/customer/{customerId}/status",
        "GET /api/customer/{customerId}/status",
        "GET /status",
    ],
    bodies: [None; 2],
    answer: &tables::CUSTOMER_STATUS,
};

pub(crate) static LOGIN: Endpoint = Endpoint {
    operation: Operation::Login,
    server: &SERVER,
    parameters: &LOGIN_PARAMETERS,
    routes: ["POST /api/{storeCode}/customer/login_check", "POST /api/customer/login_check", ""],
    bodies: [Some(("credentials", &CREDENTIALS)), None],
    answer: &tables::TOKENS,
};

pub(crate) static REFRESH_TOKENS: Endpoint = Endpoint {
    operation: Operation::RefreshTokens,
    server: &SERVER,
    parameters: &REFRESH_PARAMETERS,
    routes: ["POST /api/{storeCode}/token/refresh", "POST /api/token/refresh", ""],
    bodies: [Some(("", &REFRESH)), None],
    answer: &tables::TOKENS,
};

const NOT_FOUND: [&str; 2] = [
    "Check baseUrl and storeCode; servers up to 3.x want pathStyle: \"legacy\"",
    "Check baseUrl; servers from 4.x on want pathStyle: \"store\"",
];

/// The server as its customers call it, with a token.
static CUSTOMERS: Server = Server {
    name: "openLoyalty",
    address: "baseUrl",
    table: &TARGET,
    authenticate: authenticate_customer,
    not_found: NOT_FOUND,
};

/// The server as anybody calls it, to get a token.
static SERVER: Server = Server {
    name: "openLoyaltyServer",
    address: "baseUrl",
    table: &TARGET,
    authenticate: collect_secrets,
    not_found: NOT_FOUND,
};

const OPTIONS: Field = optional("options", Kind::Raw);
const ASKS: Field = optional("asks", Kind::Bool);
const CUSTOMERS_OBJECT: Field = required("openLoyalty", Kind::Raw);
const SERVER_OBJECT: Field = required("openLoyaltyServer", Kind::Raw);

static READ: Table = input!(&[CUSTOMERS_OBJECT, GATEWAY, OPTIONS, ASKS]);
static EVENT: Table =
    input!(&[CUSTOMERS_OBJECT, GATEWAY, required("eventName", NAME), OPTIONS, ASKS, optional("key", TEXT)]);
static LOGIN_PARAMETERS: Table = input!(&[SERVER_OBJECT, GATEWAY, required("credentials", Kind::Raw), OPTIONS]);
static REFRESH_PARAMETERS: Table = input!(&[SERVER_OBJECT, GATEWAY, required("refreshToken", SECRET), OPTIONS]);

/// Servers up to 3.x have no store code in their paths, and another path for events: `legacy`.
static TARGET: Table = input!(&[
    required("baseUrl", URL),
    Field::new("storeCode", NAME, Absent::Write("\"DEFAULT\"")),
    optional("pathStyle", NAME),
    optional("token", Kind::Raw),
]);

static CREDENTIALS: Table = input!(&[
    Field::renamed("username", "_username", NAME, Absent::Fail),
    Field::renamed("password", "_password", Kind::Text { min: 1, max: 4096 }, Absent::Fail),
]);

static REFRESH: Table = input!(&[Field::renamed("refreshToken", "refresh_token", SECRET, Absent::Fail)]);

/// Adds the customer's token if it is there, and says where it is if not.
fn authenticate_customer(arguments: &Arguments, server: &Record, call: &mut Call) -> Result<(), Error> {
    // As the vendor's documentation has it for requests without a body.
    call.request.headers.push(("Content-Type".into(), "application/x-www-form-urlencoded".to_owned()));
    call.credential = if arguments.flag("asks") {
        Credential::AskToken
    } else if matches!(server.raw("token"), None | Some("null")) {
        Credential::Missing
    } else {
        let token = server.text("token").filter(|token| is_token(token)).ok_or_else(|| {
            arguments.invalid("openLoyalty.token", "the customer's JWT as a string, or a function that gives it")
        })?;
        authorize(call, token)?;
        Credential::Included
    };
    Ok(())
}

/// Notes what must not appear in an error.
fn collect_secrets(arguments: &Arguments, _: &Record, call: &mut Call) -> Result<(), Error> {
    let credentials = arguments.object("credentials", &CREDENTIALS)?;
    call.secrets.extend(credentials.and_then(|credentials| credentials.text("_password")));
    call.secrets.extend(arguments.text("refreshToken"));
    Ok(())
}

/// Whether a text can be sent as a token.
pub(crate) fn is_token(text: &str) -> bool {
    text.len() <= 16_384 && is_header_value(text)
}

/// Puts the customer's token into the request, in place of one that was there, and the customer's id
/// where the path wants it.
pub(crate) fn authorize(call: &mut Call, token: String) -> Result<(), Error> {
    call.customer_id = jwt::customer_id(&token);
    let id = call.customer_id.clone().unwrap_or_default();
    call.fill_path(|_| Some(id.clone())).map_err(|_| {
        Error::invalid_input(
            call.endpoint.operation,
            "openLoyalty.token",
            "a JWT whose payload has the customer's id, because the path of this call contains it",
        )
    })?;
    let mut value = String::with_capacity(7 + token.len());
    value.push_str("Bearer ");
    value.push_str(&token);
    call.request.headers.retain(|(name, _)| *name != "Authorization");
    call.request.headers.push(("Authorization".into(), value));
    call.secrets.push(token);
    Ok(())
}
