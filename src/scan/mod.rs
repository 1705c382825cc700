//! The one decoder: a table-driven scanner from JSON bytes to canonical JSON text.
//!
//! Server answers and the caller's arguments take the same road. A [`Table`] says which fields an
//! object has, what each is called on either side, of which [`Kind`] it is and what stands in for it
//! when it is absent. [`decode`] walks the bytes once and writes the canonical text as it goes:
//! known fields under their own names, defaults filled in, quirks straightened, the rest dropped.
//!
//! Why not `serde_json` (26 KB more of brotli in the wasm) or `JSON.parse` and
//! `serde_wasm_bindgen::from_value` (42 KB more): see ARCHITECTURE.md. `serde_json` is the oracle in
//! `tests/scanner.rs`.

mod decode;
pub(crate) mod number;
pub(crate) mod pack;
pub(crate) mod raw_text;
mod record;
pub(crate) mod syntax;
pub(crate) mod table;
mod usages;
mod value;

pub(crate) use decode::decode;
pub(crate) use record::{Record, unquote};
pub(crate) use table::{Absent, Field, Kind, Table, Union, table};
pub(crate) use usages::Usages;

/// Why a text could not be decoded, and where. Boxed: it is returned everywhere and made rarely.
#[derive(Debug)]
pub(crate) struct Fault(Box<Details>);

#[derive(Debug)]
struct Details {
    reason: Reason,
    path: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Not JSON, or nested too deep.
    Syntax,
    LoneSurrogate,
    NotFinite,
    Missing,
    /// Of another shape than the one named, which completes "must be ...".
    Expected(&'static str),
    /// Longer than this many characters.
    TooLong(usize),
}

impl Fault {
    pub(crate) fn new(reason: Reason) -> Self {
        Self(Box::new(Details { reason, path: String::new() }))
    }

    pub(crate) fn reason(&self) -> Reason {
        self.0.reason
    }

    /// Such as `earningRules[3].earningRuleId`; empty for the text as a whole.
    pub(crate) fn path(&self) -> &str {
        &self.0.path
    }

    pub(crate) fn expected(what: &'static str) -> Self {
        Self::new(Reason::Expected(what))
    }

    /// Says that the fault lies below `step`: a key, or an index in brackets.
    pub(crate) fn below(mut self, step: &str) -> Self {
        let path = &mut self.0.path;
        if !path.is_empty() && !path.starts_with('[') {
            path.insert(0, '.');
        }
        path.insert_str(0, step);
        self
    }

    pub(crate) fn at_index(self, index: usize) -> Self {
        let mut step = String::from("[");
        push_integer(&mut step, index as u64);
        step.push(']');
        self.below(&step)
    }

    /// Whether the text is JSON and only not of the shape that the table asks for.
    fn is_mismatch(&self) -> bool {
        matches!(self.0.reason, Reason::Missing | Reason::Expected(_) | Reason::TooLong(_))
    }
}

/// Writes an integer without `core::fmt`, which would cost more than the whole scanner.
pub(crate) fn push_integer(text: &mut String, mut value: u64) {
    let start = text.len();
    loop {
        let digit = u8::try_from(value % 10).unwrap_or(0);
        text.insert(start, char::from(b'0' + digit));
        value /= 10;
        if value == 0 {
            return;
        }
    }
}

/// Writes a JSON string.
pub(crate) fn push_quoted(json: &mut String, text: &str) {
    json.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                json.push('\\');
                json.push(c);
            }
            // Nothing that is shown to a person needs them.
            '\0'..='\x1f' => json.push(' '),
            c => json.push(c),
        }
    }
    json.push('"');
}
