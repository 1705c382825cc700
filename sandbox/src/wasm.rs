//! The sandbox for JavaScript, in bytes: each message is the length of a JSON head (four bytes, little endian), the
//! head, and the body. The only place that names JavaScript types.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Options, Request, Response, Sandbox};

const LENGTH_BYTES: usize = size_of::<u32>();

/// A sandbox and what happens to it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct SandboxHandle {
    sandbox: Sandbox,
}

#[wasm_bindgen]
impl SandboxHandle {
    /// A seeded sandbox; times are milliseconds since 1970.
    #[wasm_bindgen(constructor)]
    pub fn new(seed: u32, now_ms: f64) -> Self {
        let options = Options { seed: u64::from(seed) };
        Self { sandbox: Sandbox::new(options, milliseconds(now_ms)) }
    }

    /// The sandbox with the state that [`SandboxHandle::state`] gave; `undefined` when it is not one.
    pub fn restore(state: &[u8]) -> Option<SandboxHandle> {
        let sandbox = serde_json::from_slice(state).ok()?;
        Some(Self { sandbox })
    }

    /// Everything that the sandbox knows, as JSON.
    pub fn state(&self) -> Vec<u8> {
        serde_json::to_vec(&self.sandbox).unwrap_or_default()
    }

    /// Answers a request.
    pub fn handle(&mut self, message: &[u8], now_ms: f64) -> Vec<u8> {
        let request = read(message).unwrap_or_default();
        let reply = self.sandbox.handle(&request, milliseconds(now_ms));
        let head = serde_json::to_vec(&reply).unwrap_or_default();
        write(&head, &reply.response)
    }

    /// Notes how long an answer took.
    pub fn finish(&mut self, sequence: f64, duration_ms: f64) {
        self.sandbox.finish(milliseconds(sequence).unsigned_abs(), milliseconds(duration_ms).unsigned_abs());
    }
}

#[expect(clippy::cast_possible_truncation, reason = "JavaScript has no other number; the cast saturates")]
fn milliseconds(number: f64) -> i64 {
    number as i64
}

fn read(message: &[u8]) -> Option<Request> {
    let (length, rest) = message.split_first_chunk::<LENGTH_BYTES>()?;
    let (head, body) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    let mut request: Request = serde_json::from_slice(head).ok()?;
    request.body = body.to_vec();
    Some(request)
}

fn write(head: &[u8], response: &Response) -> Vec<u8> {
    let length = u32::try_from(head.len()).unwrap_or_default();
    [&length.to_le_bytes(), head, &response.body].concat()
}
