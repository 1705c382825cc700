//! The sandbox for JavaScript. The only place that names JavaScript types.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Options, Request, Sandbox};

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

    /// Answers a request: `head` is a [`Request`] but for its body, and what comes back a [`Reply`](crate::Reply)
    /// and the `body` of its response.
    pub fn handle(&mut self, head: JsValue, body: Vec<u8>, now_ms: f64) -> Result<JsValue, JsValue> {
        let request: Request = serde_wasm_bindgen::from_value(head)?;
        let reply = self.sandbox.handle(&Request { body, ..request }, milliseconds(now_ms));
        let message = serde_wasm_bindgen::to_value(&reply)?;
        Reflect::set(&message, &"body".into(), &Uint8Array::from(reply.response.body.as_slice()))?;
        Ok(message)
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
