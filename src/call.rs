//! A call, checked and ready to be sent: the caller's arguments turned into a request, and how to
//! read its answer.

use crate::error::{Error, Operation};
use crate::http::{Limits, Method, Request};
use crate::retry;
use crate::scan::{Absent, Field, Kind, Record, Table, Usages, decode, number};

/// Where a call's secret comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    /// It is in the request, or none is needed.
    Included,
    /// The store's token function is asked for it.
    Ask,
    /// The store has none: a guest.
    Missing,
}

/// A call, checked.
#[allow(missing_debug_implementations, reason = "the request holds secrets")]
pub(crate) struct Call {
    pub(crate) operation: Operation,
    pub(crate) request: Request,
    pub(crate) credential: Credential,
    /// The method and path without ids, for logging.
    pub(crate) route: &'static str,
    /// The status that the vendor documents for success.
    pub(crate) success: u16,
    /// What the answer looks like.
    pub(crate) answer: &'static Table,
    /// The customer that the token belongs to, if it says so.
    pub(crate) customer_id: Option<String>,
    /// What must not appear in an error.
    pub(crate) secrets: Vec<String>,
    /// What to try after a 404.
    pub(crate) not_found_advice: &'static str,
    pub(crate) options: Options,
}

/// The caller's options, defaults filled in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Options {
    pub(crate) limits: Limits,
    pub(crate) total_timeout_ms: f64,
    pub(crate) retries: u32,
}

/// `setTimeout` takes no more.
const MAX_TIMEOUT_MS: f64 = 2_147_483_647.0;
const READ_TIMEOUT_MS: f64 = 10_000.0;
const AWARD_TIMEOUT_MS: f64 = 15_000.0;
const TOTAL_TIMEOUT_MS: f64 = 30_000.0;
const MAX_RESPONSE_BYTES: f64 = 8.0 * 1024.0 * 1024.0;
/// A wasm memory holds no more than this beside the rest.
const MOST_RESPONSE_BYTES: f64 = 1024.0 * 1024.0 * 1024.0;
const MOST_RETRIES: u32 = 10;

/// A table for what a caller gives.
pub(crate) const fn input(fields: &'static [Field]) -> Table {
    Table { fields, union: None, null_is_absent: false }
}

/// An id or a name that the caller gives.
pub(crate) const NAME: Kind = Kind::Text { min: 1, max: 255 };
/// A URL that the caller gives.
pub(crate) const URL: Kind = Kind::Text { min: 1, max: 2048 };
/// A token or key that the caller gives.
pub(crate) const SECRET: Kind = Kind::Text { min: 1, max: 16_384 };

static OPTIONS: Table = input(&[
    Field::new("timeoutMs", Kind::Number, Absent::Leave),
    Field::new("totalTimeoutMs", Kind::Number, Absent::Leave),
    Field::new("maxResponseBytes", Kind::Number, Absent::Leave),
    Field::new("retries", Kind::Number, Absent::Leave),
    Field::new("idempotencyKey", Kind::Raw, Absent::Leave),
]);

/// The arguments of a call by name, and the call that they are of.
pub(crate) struct Arguments {
    operation: Operation,
    record: Record,
}

impl Arguments {
    /// Reads `{"<name>": value, ...}`.
    pub(crate) fn read(operation: Operation, json: &[u8], table: &'static Table) -> Result<Self, Error> {
        let record = decode(json, table, Usages::Nobody).map_err(|fault| Error::input_fault(operation, &fault))?;
        Ok(Self { operation, record })
    }

    /// An argument that is an object, read by its own table.
    pub(crate) fn object(&self, name: &str, table: &'static Table) -> Result<Option<Record>, Error> {
        let Some(json) = self.record.raw(name) else { return Ok(None) };
        decode(json.as_bytes(), table, Usages::Nobody)
            .map(Some)
            .map_err(|fault| Error::input_fault(self.operation, &fault.below(name)))
    }

    /// An object that the call can't do without.
    pub(crate) fn required(&self, name: &str, table: &'static Table) -> Result<Record, Error> {
        self.object(name, table)?.ok_or_else(|| self.invalid(name, "an object"))
    }

    /// A string argument.
    pub(crate) fn text(&self, name: &str) -> String {
        self.record.text(name).unwrap_or_default()
    }

    /// `{"<key>":<argument>}`.
    pub(crate) fn body(&self, name: &str, key: &str) -> String {
        let mut body = "{\"".to_owned();
        body.push_str(key);
        body.push_str("\":");
        body.push_str(self.record.raw(name).unwrap_or("null"));
        body.push('}');
        body
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.record.flag(name)
    }

    pub(crate) fn invalid(&self, field: &str, advice: &str) -> Error {
        Error::invalid_input(self.operation, field, advice)
    }

    pub(crate) fn options(&self) -> Result<Options, Error> {
        let is_award = self.operation.is_award();
        let mut options = Options {
            limits: Limits {
                timeout_ms: if is_award { AWARD_TIMEOUT_MS } else { READ_TIMEOUT_MS },
                max_response_bytes: MAX_RESPONSE_BYTES,
            },
            total_timeout_ms: TOTAL_TIMEOUT_MS,
            retries: if is_award { 0 } else { retry::DEFAULT_RETRIES },
        };
        let Some(record) = self.object("options", &OPTIONS)? else { return Ok(options) };
        let number = |name: &str, most: f64, advice: &str| match record.raw(name).map(|_| record.number(name)) {
            None => Ok(None),
            Some(Some(value)) if value >= 1.0 && value <= most => Ok(Some(value)),
            Some(_) => {
                let mut field = "options.".to_owned();
                field.push_str(name);
                Err(self.invalid(&field, advice))
            }
        };
        let timeout = "a number of milliseconds from 1 to 2147483647";
        if let Some(value) = number("timeoutMs", MAX_TIMEOUT_MS, timeout)? {
            options.limits.timeout_ms = value;
        }
        if let Some(value) = number("totalTimeoutMs", MAX_TIMEOUT_MS, timeout)? {
            options.total_timeout_ms = value;
        }
        if let Some(value) = number("maxResponseBytes", MOST_RESPONSE_BYTES, "a number of bytes from 1 to 1073741824")?
        {
            options.limits.max_response_bytes = value;
        }
        if is_award && record.raw("retries").is_some() {
            return Err(
                self.invalid("options.retries", "left out: this server can't tell a repeated award from a new one")
            );
        }
        if record.raw("idempotencyKey").is_some() {
            return Err(self.invalid(
                "options.idempotencyKey",
                "left out: this server ignores it, so it would promise what nobody keeps",
            ));
        }
        if let Some(raw) = record.raw("retries") {
            let retries = number::safe_integer(raw).and_then(|retries| u32::try_from(retries).ok());
            let retries = retries.filter(|retries| *retries <= MOST_RETRIES);
            options.retries = retries.ok_or_else(|| self.invalid("options.retries", "an integer from 0 to 10"))?;
        }
        Ok(options)
    }
}

/// A request without its credential. Both vendors document `Accept` on every call.
pub(crate) fn request(method: Method, url: String, body: Option<String>) -> Request {
    let mut headers = vec![("Accept", "application/json".to_owned())];
    if body.is_some() {
        headers.push(("Content-Type", "application/json".to_owned()));
    }
    Request { method, url, headers, body }
}
