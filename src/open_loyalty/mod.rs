//! The Open Loyalty Customer Earning API: requests in both path styles. What comes back is in
//! [`tables`].

mod tables;
#[cfg(not(target_arch = "wasm32"))]
pub mod types;

use crate::call::{Arguments, Call, Credential, NAME, Options, SECRET, URL, input, request};
use crate::error::{Error, Operation};
use crate::http::{Method, is_header_value};
use crate::scan::{Absent, Field, Kind, Record, Table};
use crate::{jwt, url};

const fn required(name: &'static str, kind: Kind) -> Field {
    Field::new(name, kind, Absent::Fail)
}

const fn optional(name: &'static str, kind: Kind) -> Field {
    Field::new(name, kind, Absent::Leave)
}

const OPTIONS: Field = optional("options", Kind::Raw);
const ASKS: Field = optional("asks", Kind::Bool);

static READ: Table = input(&[required("openLoyalty", Kind::Raw), OPTIONS, ASKS]);
static TRIGGER_EVENT: Table = input(&[required("openLoyalty", Kind::Raw), required("eventName", NAME), OPTIONS, ASKS]);
static LOGIN: Table = input(&[required("openLoyaltyServer", Kind::Raw), required("credentials", Kind::Raw), OPTIONS]);
static REFRESH_TOKENS: Table =
    input(&[required("openLoyaltyServer", Kind::Raw), required("refreshToken", SECRET), OPTIONS]);

static TARGET: Table = input(&[
    required("baseUrl", URL),
    optional("storeCode", NAME),
    optional("pathStyle", NAME),
    optional("token", Kind::Raw),
]);

static CREDENTIALS: Table = input(&[
    Field::renamed("username", "_username", NAME, Absent::Fail),
    Field::renamed("password", "_password", Kind::Text { min: 1, max: 4096 }, Absent::Fail),
]);

/// Servers up to 3.x have no store code in their paths, and another path for events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PathStyle {
    Store,
    Legacy,
}

struct Target {
    /// The base URL, `/api` and the store code.
    root: String,
    style: PathStyle,
    record: Record,
}

fn target(arguments: &Arguments, name: &str) -> Result<Target, Error> {
    let record = arguments.required(name, &TARGET)?;
    let invalid = |field: &str, advice: &str| {
        let mut path = name.to_owned();
        path.push_str(field);
        arguments.invalid(&path, advice)
    };
    let base_url = record.text("baseUrl").unwrap_or_default();
    let mut root = url::base(&base_url).ok_or_else(|| invalid(".baseUrl", url::BASE_ADVICE))?;
    root.push_str("/api");
    let style = match record.text("pathStyle").as_deref() {
        None | Some("store") => PathStyle::Store,
        Some("legacy") => PathStyle::Legacy,
        Some(_) => return Err(invalid(".pathStyle", "\"store\" or \"legacy\"")),
    };
    if style == PathStyle::Store {
        let store_code = record.text("storeCode");
        url::push_segment(&mut root, store_code.as_deref().unwrap_or("DEFAULT"))
            .ok_or_else(|| invalid(".storeCode", url::SEGMENT_ADVICE))?;
    }
    Ok(Target { root, style, record })
}

impl Target {
    /// The credential for a customer's call, and the token if it is already there.
    fn credential(&self, arguments: &Arguments) -> Result<(Credential, Option<String>), Error> {
        if arguments.flag("asks") {
            return Ok((Credential::Ask, None));
        }
        match self.record.raw("token") {
            None | Some("null") => Ok((Credential::Missing, None)),
            Some(_) => match self.record.text("token") {
                Some(token) if is_token(&token) => Ok((Credential::Included, Some(token))),
                _ => Err(arguments
                    .invalid("openLoyalty.token", "the customer's JWT as a string, or a function that gives it")),
            },
        }
    }

    fn call(self, operation: Operation, method: Method, body: Option<String>, options: Options) -> Call {
        let is_store = self.style == PathStyle::Store;
        let (route, answer) = match operation {
            Operation::TriggerEvent if is_store => {
                ("POST /api/{storeCode}/customer/earningRule/{eventName}", &tables::POINTS)
            }
            Operation::TriggerEvent => ("POST /api/customer/earnRule/{eventName}", &tables::POINTS),
            Operation::GetCustomerStatus if is_store => {
                ("GET /api/{storeCode}/customer/{customerId}/status", &tables::CUSTOMER_STATUS)
            }
            Operation::GetCustomerStatus => ("GET /api/customer/{customerId}/status", &tables::CUSTOMER_STATUS),
            Operation::Login if is_store => ("POST /api/{storeCode}/customer/login_check", &tables::TOKENS),
            Operation::Login => ("POST /api/customer/login_check", &tables::TOKENS),
            Operation::RefreshTokens if is_store => ("POST /api/{storeCode}/token/refresh", &tables::TOKENS),
            Operation::RefreshTokens => ("POST /api/token/refresh", &tables::TOKENS),
            _ if is_store => ("GET /api/{storeCode}/customer/earningRule", &tables::EARNING_RULES),
            _ => ("GET /api/customer/earningRule", &tables::EARNING_RULES),
        };
        let has_body = body.is_some();
        let mut request = request(method, self.root, body);
        if !has_body {
            // As the vendor's documentation has it.
            request.headers.push(("Content-Type", "application/x-www-form-urlencoded".to_owned()));
        }
        Call {
            operation,
            request,
            credential: Credential::Included,
            route,
            success: 200,
            answer,
            customer_id: None,
            secrets: Vec::new(),
            not_found_advice: if is_store {
                "check baseUrl and storeCode; servers up to 3.x want pathStyle: \"legacy\""
            } else {
                "check baseUrl; servers from 4.x on want pathStyle: \"store\""
            },
            options,
        }
    }

    fn customers_call(
        self,
        arguments: &Arguments,
        operation: Operation,
        method: Method,
        options: Options,
    ) -> Result<Call, Error> {
        let (credential, token) = self.credential(arguments)?;
        let mut call = self.call(operation, method, None, options);
        call.credential = credential;
        if let Some(token) = token
            && !authorize(&mut call, token)
        {
            return Err(no_customer_id(operation));
        }
        Ok(call)
    }
}

/// Whether a text can be sent as a token.
pub(crate) fn is_token(text: &str) -> bool {
    text.len() <= 16_384 && is_header_value(text)
}

/// Puts the customer's token into the request, and the customer's id where the path wants it.
/// `false` if it wants one and the token has none.
pub(crate) fn authorize(call: &mut Call, token: String) -> bool {
    call.customer_id = jwt::customer_id(&token);
    if call.operation == Operation::GetCustomerStatus {
        let id = call.customer_id.as_deref().unwrap_or_default();
        if url::push_segment(&mut call.request.url, id).is_none() {
            return false;
        }
        call.request.url.push_str("/status");
    }
    let mut value = String::with_capacity(7 + token.len());
    value.push_str("Bearer ");
    value.push_str(&token);
    call.request.headers.push(("Authorization", value));
    call.secrets.push(token);
    true
}

/// The status of a customer needs the customer's id, which only the token has.
pub(crate) fn no_customer_id(operation: Operation) -> Error {
    Error::invalid_input(
        operation,
        "openLoyalty.token",
        "a JWT whose payload has the customer's id, because the path of this call contains it",
    )
}

pub(crate) fn list_earning_rules(json: &[u8]) -> Result<Call, Error> {
    let arguments = Arguments::read(Operation::ListEarningRules, json, &READ)?;
    let options = arguments.options()?;
    let mut target = target(&arguments, "openLoyalty")?;
    target.root.push_str("/customer/earningRule");
    target.customers_call(&arguments, Operation::ListEarningRules, Method::Get, options)
}

pub(crate) fn trigger_event(json: &[u8]) -> Result<Call, Error> {
    let arguments = Arguments::read(Operation::TriggerEvent, json, &TRIGGER_EVENT)?;
    let options = arguments.options()?;
    let mut target = target(&arguments, "openLoyalty")?;
    target.root.push_str(if target.style == PathStyle::Store { "/customer/earningRule" } else { "/customer/earnRule" });
    url::push_segment(&mut target.root, &arguments.text("eventName"))
        .ok_or_else(|| arguments.invalid("eventName", url::SEGMENT_ADVICE))?;
    target.customers_call(&arguments, Operation::TriggerEvent, Method::Post, options)
}

pub(crate) fn get_customer_status(json: &[u8]) -> Result<Call, Error> {
    let arguments = Arguments::read(Operation::GetCustomerStatus, json, &READ)?;
    let options = arguments.options()?;
    let mut target = target(&arguments, "openLoyalty")?;
    target.root.push_str("/customer");
    target.customers_call(&arguments, Operation::GetCustomerStatus, Method::Get, options)
}

pub(crate) fn login(json: &[u8]) -> Result<Call, Error> {
    let arguments = Arguments::read(Operation::Login, json, &LOGIN)?;
    let options = arguments.options()?;
    let mut target = target(&arguments, "openLoyaltyServer")?;
    target.root.push_str("/customer/login_check");
    let credentials = arguments.required("credentials", &CREDENTIALS)?;
    let password = credentials.text("_password");
    let mut call = target.call(Operation::Login, Method::Post, Some(credentials.into_json()), options);
    call.secrets.extend(password);
    Ok(call)
}

pub(crate) fn refresh_tokens(json: &[u8]) -> Result<Call, Error> {
    let arguments = Arguments::read(Operation::RefreshTokens, json, &REFRESH_TOKENS)?;
    let options = arguments.options()?;
    let mut target = target(&arguments, "openLoyaltyServer")?;
    target.root.push_str("/token/refresh");
    let body = arguments.body("refreshToken", "refresh_token");
    let mut call = target.call(Operation::RefreshTokens, Method::Post, Some(body), options);
    call.secrets.push(arguments.text("refreshToken"));
    Ok(call)
}
