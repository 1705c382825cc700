//! A store's gateway as a target of calls: its routes under one address, the headers that the store adds, and errors
//! that say themselves what they mean. The gateway itself is another module.

use std::borrow::Cow;

use crate::arguments::{Arguments, URL, input, optional};
use crate::call::{Call, Credential, Server};
use crate::error::{Code, Error, Operation, Outcome};
use crate::http::{Method, is_idempotency_key};
use crate::scan::syntax::{Cursor, Shape};
use crate::scan::table::{ID, TEXT};
use crate::scan::{Absent, Fault, Field, Kind, Record, Table, Usages, decode, table};

pub(crate) static SERVER: Server = Server {
    name: "gateway",
    address: "gatewayUrl",
    table: &TARGET,
    authenticate: prepare,
    not_found: ["Check gateway.gatewayUrl"; 2],
};

/// The body of a request that says everything in its path.
pub(crate) static NOTHING: Table = input!(&[]);

static TARGET: Table = input!(&[
    Field::new("gatewayUrl", URL, Absent::Fail),
    optional("credentials", Kind::Raw),
    optional("headers", Kind::Raw),
]);

const HEADERS_ADVICE: &str = "an object of header names and their values, or a function that gives one";
const VALUE_ADVICE: &str = "visible ASCII, with blanks inside at most";
const OURS_ADVICE: &str = "left out, because earnkit sets it";

/// Adds the store's headers, and the key of an award.
fn prepare(arguments: &Arguments, gateway: &Record, call: &mut Call) -> Result<(), Error> {
    let credentials = gateway.raw("credentials");
    if credentials.is_some_and(|text| !["\"omit\"", "\"same-origin\"", "\"include\""].contains(&text)) {
        let advice = "\"omit\", \"same-origin\" or \"include\"";
        return Err(arguments.invalid("gateway.credentials", advice));
    }
    if arguments.has("user") {
        let advice = "left out: the gateway enrols the customer that it has identified";
        return Err(arguments.invalid("user", advice));
    }
    if arguments.flag("asks") {
        call.credential = Credential::AskHeaders;
    } else if let Some(headers) = gateway.raw("headers") {
        add_headers(call, headers).map_err(|fault| arguments.invalid(fault.path(), &fault.advice()))?;
    }
    if call.request.method == Method::Post {
        let is_made_here = call.endpoint.operation != Operation::AssignPoints;
        let made = || arguments.text("key").filter(|key| is_made_here && is_idempotency_key(key));
        let key = call.options.idempotency_key.take().or_else(made).ok_or_else(|| {
            let advice = "given, and made of a business fact such as \"order-1042\": an order that is reported again must find it again";
            arguments.invalid("options.idempotencyKey", advice)
        })?;
        call.request.headers.push((Cow::Borrowed("Idempotency-Key"), key.clone()));
        call.options.idempotency_key = Some(key);
    }
    Ok(())
}

/// Adds the store's own headers: an object of strings.
pub(crate) fn add_headers(call: &mut Call, json: &str) -> Result<(), Fault> {
    read_headers(call, json).map_err(|fault| fault.below("headers").below("gateway"))
}

fn read_headers(call: &mut Call, json: &str) -> Result<(), Fault> {
    let mut cursor = Cursor::new(json.as_bytes());
    if cursor.shape() != Shape::Object {
        return Err(Fault::expected(HEADERS_ADVICE));
    }
    let mut first = true;
    cursor.open();
    while let Some(key) = cursor.key(first) {
        first = false;
        let name = key.decode();
        if !is_header_name(&name) {
            return Err(Fault::expected(HEADERS_ADVICE));
        }
        let is_ours = |ours: &&str| ours.eq_ignore_ascii_case(&name);
        if ["Accept", "Content-Type", "Idempotency-Key"].iter().any(is_ours) {
            return Err(Fault::expected(OURS_ADVICE).below(&name));
        }
        let value = if cursor.shape() == Shape::Text { cursor.text_value().decode() } else { "\n".to_owned() };
        if value.trim_ascii().len() < value.len() || !value.bytes().all(|b| matches!(b, b' '..=b'~')) {
            return Err(Fault::expected(VALUE_ADVICE).below(&name));
        }
        if value.len() >= SHORTEST_SECRET {
            call.secrets.push(value.clone());
        }
        call.request.headers.push((Cow::Owned(name), value));
    }
    cursor.take_fault().map_or(Ok(()), Err)
}

/// What is shorter is a language or a currency. As a secret, it would make holes in what servers say.
const SHORTEST_SECRET: usize = 8;

/// RFC 9110, section 5.6.2: a token.
fn is_header_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

static ANSWER: Table = table!(&[Field::new("error", Kind::Object(&REFUSAL), Absent::Fail), optional("final", Kind::Bool)],
    union: None,
    null_is_absent: true,);

static REFUSAL: Table = table!(&[
        Field::new("code", ID, Absent::Fail),
        Field::new("outcome", ID, Absent::Fail),
        optional("message", TEXT),
        optional("field", TEXT),
        optional("status", Kind::Integer),
        optional("retryAfterMs", Kind::Integer),
        optional("serverMessage", TEXT),
    ],
    union: None,
    null_is_absent: true,);

/// What a gateway says about a failed call.
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) outcome: Outcome,
    /// Whether the same again would bring the same.
    pub(crate) is_final: bool,
    pub(crate) field: Option<String>,
    /// The status of the loyalty server, if the gateway got that far.
    pub(crate) status: Option<u16>,
    pub(crate) retry_after_ms: Option<u64>,
    pub(crate) message: Option<String>,
}

/// Reads a gateway's error. `None` if it is somebody else's, such as a proxy's.
pub(crate) fn refusal(body: &[u8]) -> Option<Refusal> {
    let answer = decode(body, &ANSWER, Usages::Nobody).ok()?;
    let error = decode(answer.raw("error")?.as_bytes(), &REFUSAL, Usages::Nobody).ok()?;
    let (code, outcome) = (error.text("code")?, error.text("outcome")?);
    Some(Refusal {
        code: *Code::ALL.iter().find(|known| known.as_str() == code)?,
        outcome: *Outcome::ALL.iter().find(|known| known.as_str() == outcome)?,
        is_final: answer.flag("final"),
        field: error.text("field"),
        status: error.integer("status"),
        retry_after_ms: error.integer("retryAfterMs"),
        message: error.text("serverMessage").or_else(|| error.text("message")),
    })
}
