//! The gateway's decisions, by name.

use wasm_bindgen::prelude::wasm_bindgen;

/// A decision on data: both are JSON texts. Nothing for a name or data that only a mistake in the
/// driver sends.
#[wasm_bindgen]
pub fn decide(name: &str, input: &[u8]) -> Option<String> {
    crate::gateway::decide(name, input)
}
