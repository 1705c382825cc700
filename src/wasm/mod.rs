//! The boundary: the only place that names JavaScript types. The facade in `pkg-template/` turns
//! JavaScript values into the bytes that come in here, and what goes out into results and
//! `LoyaltyError`s.
//!
//! A call never reaches out. It asks the facade for what it needs ([`desk`]), and the facade, whose
//! runtime awaits better than any library, comes back with the answer. So nothing but the facade
//! enters this module; it guards each entry, and a trap is survived.

mod desk;
mod estimator;
mod fetch;
#[cfg(feature = "gateway")]
mod gateway;
mod task;

use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::client::Client;
use crate::error::Operation;
use desk::{Answer, Desk};

/// 2 KB of brotli less than the standard library's own.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Starts a call, by its place in [`Operation::ALL`], with its arguments as JSON. Gives its number.
#[wasm_bindgen]
pub fn start(operation: usize, arguments: &[u8]) -> u32 {
    let Some(&operation) = Operation::ALL.get(operation) else { unreachable!("the facade knows no other calls") };
    let desk = Rc::new(Desk::default());
    let result = Client::new(fetch::Fetch::new(Rc::clone(&desk), operation)).into_call(operation, arguments);
    let counter = Rc::clone(&desk);
    let future = async move {
        match result.await {
            Ok(json) => counter.tell("result", &json),
            Err(error) => counter.tell("error", &error.to_json()),
        }
    };
    task::add(desk, Box::pin(future))
}

/// Drives a call on, with the answer to what it asked for last, and gives what it says then: a JSON
/// object. See [`desk`] for both.
#[wasm_bindgen]
pub fn resume(task: u32, now_ms: f64, is_aborted: bool, status: i32, bytes: Vec<u8>) -> String {
    task::resume(task, now_ms, is_aborted, Answer { status, bytes })
}
