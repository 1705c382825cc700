//! The boundary: the only place that names JavaScript types. The facade in `pkg-template/` turns
//! JavaScript values into the bytes and the [`Host`] that come in here, and what goes out into
//! results and `LoyaltyError`s.
//!
//! Each export starts a call and returns its number; `poll` drives it. The facade makes every entry
//! into this module itself and guards it, so that a trap rejects the calls in flight and is survived
//! (`spawn_local` would run the polls, and the trap, where nobody catches it).

mod estimator;
mod fetch;
#[cfg(feature = "gateway")]
mod gateway;
mod host;
mod task;

use host::Host;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::client::Client;
use crate::error::Operation;

/// 2 KB of brotli less than the standard library's own.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Drives a call on: after it was started, and each time it asked to be woken.
#[wasm_bindgen]
pub fn poll(task: u32) {
    task::poll(task);
}

/// Starts the call of this name, with its arguments as JSON.
#[wasm_bindgen]
pub fn start(operation: &str, arguments: &[u8], host: Host) -> u32 {
    let Some(&operation) = Operation::ALL.iter().find(|known| known.as_str() == operation) else {
        unreachable!("the facade knows no other calls")
    };
    let result = Client::new(fetch::Fetch::new(host.clone(), operation)).into_call(operation, arguments);
    let report = host.clone();
    let future = async move {
        match result.await {
            Ok(json) => report.resolve(&json),
            Err(error) => report.reject(&error.to_json()),
        }
    };
    task::spawn(host, Box::pin(future))
}
