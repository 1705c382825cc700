//! What ends a wait: a timer, or the caller's signal.

use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::{Context, Poll};

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use crate::outcome::Cut;

// Global functions of every runtime. web-sys has them as methods of a window, which a worker is not.
#[wasm_bindgen]
extern "C" {
    /// In Node.js, it gives an object.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, delay_ms: f64) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

/// A timer, and the caller's signal. Dropped, it leaves neither timer nor listener behind.
pub(super) struct Alarm<'a> {
    timer: JsValue,
    elapse: Function,
    elapsed: JsFuture,
    signal: Option<(&'a AbortSignal, Function, JsFuture)>,
}

/// A promise, and what resolves it.
fn promise() -> (JsFuture, Function) {
    let mut resolver = None;
    let promise = Promise::new(&mut |resolve, _| resolver = Some(resolve));
    // JavaScript calls it at once.
    (JsFuture::from(promise), resolver.unwrap_or_default())
}

impl<'a> Alarm<'a> {
    pub(super) fn new(delay_ms: f64, signal: Option<&'a AbortSignal>) -> Self {
        let (elapsed, elapse) = promise();
        let signal = signal.map(|signal| {
            let (aborted, abort) = promise();
            // It would throw for what is no event target.
            let _ = signal.add_event_listener_with_callback("abort", &abort);
            (signal, abort, aborted)
        });
        Self { timer: set_timeout(&elapse, delay_ms), elapse, elapsed, signal }
    }

    /// Drives a future until it is done, the signal fires or the time is over.
    pub(super) async fn bound<F: Future>(&mut self, future: F) -> Result<F::Output, Cut> {
        let mut future = pin!(future);
        poll_fn(|context| match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => self.poll(context).map(Err),
        })
        .await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Cut> {
        if let Some((signal, _, aborted)) = &mut self.signal
            && (signal.aborted() || Pin::new(aborted).poll(context).is_ready())
        {
            return Poll::Ready(Cut::Aborted);
        }
        Pin::new(&mut self.elapsed).poll(context).map(|_| Cut::Timeout)
    }
}

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        clear_timeout(&self.timer);
        // A promise that never settles would keep what waits for it.
        let _ = self.elapse.call0(&JsValue::NULL);
        if let Some((signal, abort, _)) = &self.signal {
            let _ = signal.remove_event_listener_with_callback("abort", abort);
            let _ = abort.call0(&JsValue::NULL);
        }
    }
}
