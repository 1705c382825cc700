//! What a caller gives: arguments by name, and options.

use crate::error::{Error, Operation};
use crate::http::{Limits, is_idempotency_key};
use crate::retry;
use crate::scan::{Absent, Field, Kind, Record, Table, Usages, decode, number};

/// The caller's options, defaults filled in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Options {
    pub(crate) limits: Limits,
    pub(crate) total_timeout_ms: f64,
    pub(crate) retries: u32,
    /// Only through a gateway.
    pub(crate) idempotency_key: Option<String>,
}

/// `setTimeout` takes no more.
const MAX_TIMEOUT_MS: f64 = 2_147_483_647.0;
const READ_TIMEOUT_MS: f64 = 10_000.0;
const AWARD_TIMEOUT_MS: f64 = 15_000.0;
const TOTAL_TIMEOUT_MS: f64 = 30_000.0;
const MAX_RESPONSE_BYTES: f64 = 8.0 * 1024.0 * 1024.0;
/// A wasm memory holds no more than this beside the rest.
const MOST_RESPONSE_BYTES: f64 = 1024.0 * 1024.0 * 1024.0;
/// Awards through a gateway have as many by default: their answer is worth waiting for, until the total timeout.
const MOST_RETRIES: u32 = 10;

/// A table for what a caller gives.
macro_rules! input {
    ($fields:expr) => {
        $crate::scan::table!($fields, union: None, null_is_absent: false)
    };
}
pub(crate) use input;

/// An id or a name that the caller gives.
pub(crate) const NAME: Kind = Kind::Text { min: 1, max: 255 };
/// A URL that the caller gives.
pub(crate) const URL: Kind = Kind::Text { min: 1, max: 2048 };
/// A token or key that the caller gives.
pub(crate) const SECRET: Kind = Kind::Text { min: 1, max: 16_384 };

/// A parameter that must be given.
pub(crate) const fn required(name: &'static str, kind: Kind) -> Field {
    Field::new(name, kind, Absent::Fail)
}

/// A parameter that can be left out.
pub(crate) const fn optional(name: &'static str, kind: Kind) -> Field {
    Field::new(name, kind, Absent::Leave)
}

/// Whether it is a gateway that was given in place of the server.
pub(crate) const GATEWAY: Field = optional("gateway", Kind::Bool);

static OPTIONS: Table = input!(&[
    optional("timeoutMs", Kind::Number),
    optional("totalTimeoutMs", Kind::Number),
    optional("maxResponseBytes", Kind::Number),
    optional("retries", Kind::Number),
    optional("idempotencyKey", Kind::Raw),
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
        self.object_named(name, name, table)
    }

    /// The same, for one that has another name in errors.
    pub(crate) fn object_named(&self, name: &str, shown: &str, table: &'static Table) -> Result<Option<Record>, Error> {
        let Some(json) = self.record.raw(name) else { return Ok(None) };
        decode(json.as_bytes(), table, Usages::Nobody)
            .map(Some)
            .map_err(|fault| Error::input_fault(self.operation, &fault.below(shown)))
    }

    /// An argument as it was given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.record.raw(name).is_some()
    }

    pub(crate) fn into_record(self) -> Record {
        self.record
    }

    /// A string argument.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.record.text(name)
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.record.flag(name)
    }

    pub(crate) fn invalid(&self, field: &str, advice: &str) -> Error {
        Error::invalid_input(self.operation, field, advice)
    }

    pub(crate) fn options(&self) -> Result<Options, Error> {
        let is_award = self.operation.is_award();
        let is_repeatable = !is_award || self.flag(GATEWAY.name);
        let mut options = Options {
            limits: Limits {
                timeout_ms: if is_award { AWARD_TIMEOUT_MS } else { READ_TIMEOUT_MS },
                max_response_bytes: MAX_RESPONSE_BYTES,
            },
            total_timeout_ms: TOTAL_TIMEOUT_MS,
            retries: match (is_award, is_repeatable) {
                (false, _) => retry::DEFAULT_RETRIES,
                (true, true) => MOST_RETRIES,
                (true, false) => 0,
            },
            idempotency_key: None,
        };
        let Some(record) = self.object("options", &OPTIONS)? else { return Ok(options) };
        let timeout = "a number of milliseconds from 1 to 2147483647";
        let numbers = [
            ("options.timeoutMs", &mut options.limits.timeout_ms, MAX_TIMEOUT_MS, timeout),
            ("options.totalTimeoutMs", &mut options.total_timeout_ms, MAX_TIMEOUT_MS, timeout),
            (
                "options.maxResponseBytes",
                &mut options.limits.max_response_bytes,
                MOST_RESPONSE_BYTES,
                "a number of bytes from 1 to 1073741824",
            ),
        ];
        for (path, option, most, advice) in numbers {
            let name = path.get("options.".len()..).unwrap_or_default();
            if record.raw(name).is_some() {
                let value = record.number(name).filter(|value| *value >= 1.0 && *value <= most);
                *option = value.ok_or_else(|| self.invalid(path, advice))?;
            }
        }
        if record.raw("idempotencyKey").is_some() {
            let key = record.text("idempotencyKey").filter(|key| is_idempotency_key(key));
            let advice = if is_award && is_repeatable {
                options.idempotency_key = key;
                "1 to 255 characters of visible ASCII"
            } else {
                "left out: this server ignores it, so it would promise what nobody keeps"
            };
            if options.idempotency_key.is_none() {
                return Err(self.invalid("options.idempotencyKey", advice));
            }
        }
        if let Some(raw) = record.raw("retries") {
            if !is_repeatable {
                let advice = "left out: this server can't tell a repeated award from a new one";
                return Err(self.invalid("options.retries", advice));
            }
            let retries = number::safe_integer(raw).and_then(|retries| u32::try_from(retries).ok());
            let retries = retries.filter(|retries| *retries <= MOST_RETRIES);
            options.retries = retries.ok_or_else(|| self.invalid("options.retries", "an integer from 0 to 10"))?;
        }
        Ok(options)
    }
}
