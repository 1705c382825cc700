//! The npm package's boundary. The facade in `pkg-template/` turns
//! JavaScript values into the bytes that come in here, and what goes out into results and
//! `LoyaltyError`s.
//!
//! A call never reaches out. It says what it needs ([`task`]), and the facade, whose runtime awaits
//! better than any library, comes back with the answer. So nothing but the facade enters this module;
//! it guards each entry, and a trap is survived.

mod estimator;
#[cfg(feature = "gateway")]
mod gateway;
mod memory;
mod said;
mod task;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::Operation;
use crate::running::Now;
use task::Answer;

/// 2 KB of brotli less than the standard library's own.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

// Two functions, which js-sys has too: with 1 KB more of what it exports to run futures.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn unix_time_ms() -> f64;

    #[wasm_bindgen(js_namespace = Math)]
    fn random() -> f64;
}

/// Starts a call, by its place in [`Operation::ALL`], with its arguments as JSON bytes. Gives its number.
#[wasm_bindgen]
pub fn start(operation: usize) -> u32 {
    let Some(&operation) = Operation::ALL.get(operation) else { unreachable!("the facade knows no other calls") };
    task::add(operation, &memory::input())
}

/// Drives a call on, with the answer to what it asked for last, and gives what it says then: a JSON
/// object. See [`task`] for both.
#[wasm_bindgen]
pub fn resume(task: u32, now_ms: f64, is_aborted: bool, status: i32) -> usize {
    let now = Now { clock_ms: now_ms, unix_time_ms: unix_time_ms(), random: random(), is_aborted };
    memory::give(task::resume(task, now, Answer { status, bytes: memory::input() }))
}
