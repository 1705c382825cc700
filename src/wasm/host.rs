//! What the facade gives each call. It is our own object: its members exist and do not throw.

use js_sys::Promise;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{AbortSignal, RequestInit};

#[wasm_bindgen]
extern "C" {
    /// A call's connection to JavaScript.
    #[derive(Clone)]
    pub type Host;

    /// Has the call polled soon, from the facade.
    #[wasm_bindgen(method)]
    pub(super) fn wake(this: &Host);

    /// Ends the call with a result: a JSON text.
    #[wasm_bindgen(method)]
    pub(super) fn resolve(this: &Host, json: &str);

    /// Ends the call with the fields of a `LoyaltyError`: a JSON text.
    #[wasm_bindgen(method)]
    pub(super) fn reject(this: &Host, json: &str);

    /// The caller's `fetch`, or the global one. Gives a response whose status and headers can be
    /// read, or rejects with the name and code of the runtime's error.
    #[wasm_bindgen(method)]
    pub(super) fn fetch(this: &Host, url: &str, init: &RequestInit) -> Promise;

    /// Notes what is known of the outcome, for when a trap leaves nobody to say.
    #[wasm_bindgen(method)]
    pub(super) fn known(this: &Host, outcome: &str);

    /// The caller's token function, one flight at a time.
    #[wasm_bindgen(method)]
    pub(super) fn token(this: &Host, reason: &str) -> Promise;

    /// Whether the caller's signal has fired; when it does, the call is woken.
    #[wasm_bindgen(method, getter)]
    pub(super) fn aborted(this: &Host) -> bool;

    /// Tells the caller's `onAttempt`. A `status` of 0 and a `delay_ms` of -1 stand for none.
    #[wasm_bindgen(method)]
    pub(super) fn attempt(
        this: &Host,
        attempt: u32,
        route: &str,
        status: u16,
        duration_ms: f64,
        next: &str,
        delay_ms: f64,
    );

    /// Milliseconds since the caller called.
    #[wasm_bindgen(method)]
    pub(super) fn now(this: &Host) -> f64;

    /// A timer that wakes the call.
    #[wasm_bindgen(method)]
    pub(super) fn timer(this: &Host, delay_ms: f64) -> Timer;

    pub(super) type Timer;

    #[wasm_bindgen(method, getter)]
    pub(super) fn fired(this: &Timer) -> bool;

    /// Aborted by [`stop`](Timer::stop), unless that comes when all has finished.
    #[wasm_bindgen(method, getter)]
    pub(super) fn signal(this: &Timer) -> AbortSignal;

    /// Stops the timer, and what was started under its signal. The first time counts.
    #[wasm_bindgen(method)]
    pub(super) fn stop(this: &Timer, finished: bool);
}
