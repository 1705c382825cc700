//! The estimators, by number. Carts and what they earn cross as numbers: see [`crate::estimate`].

use core::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::estimate::Core;
use crate::time::{moment, to_rfc3339};

#[wasm_bindgen]
extern "C" {
    /// JavaScript's own reading of a number.
    #[wasm_bindgen(js_name = Number)]
    fn parse_number(text: &str) -> f64;

    /// Who asks.
    pub type Asker;

    /// How far the server's clock is ahead of UTC at a time, in minutes; NaN if its time zone is not
    /// known.
    #[wasm_bindgen(method)]
    fn offset(this: &Asker, at_ms: f64) -> f64;

    /// Hears the answer, which is gone when this returns.
    #[wasm_bindgen(method)]
    fn hear(this: &Asker, numbers: &[f64]);

    /// Hears which argument is not usable, and what it must be.
    #[wasm_bindgen(method)]
    fn refuse(this: &Asker, path: &str, advice: &str);
}

thread_local! {
    static ESTIMATORS: RefCell<Vec<Option<Core>>> = const { RefCell::new(Vec::new()) };
}

fn with<R>(estimator: usize, use_core: impl FnOnce(&mut Core) -> R) -> Option<R> {
    ESTIMATORS.with_borrow_mut(|estimators| estimators.get_mut(estimator)?.as_mut().map(use_core))
}

/// Makes the estimator of this number; see [`Core::read`].
#[wasm_bindgen(js_name = createEstimator)]
pub fn create_estimator(estimator: usize, arguments: &[u8], asker: &Asker) {
    match Core::read(arguments, parse_number) {
        Ok(core) => ESTIMATORS.with_borrow_mut(|estimators| {
            while estimators.len() <= estimator {
                estimators.push(None);
            }
            if let Some(slot) = estimators.get_mut(estimator) {
                *slot = Some(core);
            }
        }),
        Err(fault) => asker.refuse(fault.path(), &fault.advice()),
    }
}

/// Forgets an estimator.
#[wasm_bindgen(js_name = freeEstimator)]
pub fn free_estimator(estimator: usize) {
    ESTIMATORS.with_borrow_mut(|estimators| estimators.get_mut(estimator).map(Option::take));
}

/// The number of a text.
#[wasm_bindgen(js_name = textNumber)]
pub fn text_number(estimator: usize, text: &[u8]) -> u32 {
    let text = core::str::from_utf8(text).unwrap_or_default();
    with(estimator, |core| core.text(text)).unwrap_or_default()
}

/// The number of a label.
#[wasm_bindgen(js_name = labelNumber)]
pub fn label_number(estimator: usize, key: u32, value: u32) -> u32 {
    with(estimator, |core| core.label(key, value)).unwrap_or_default()
}

/// What a cart would earn.
#[wasm_bindgen]
pub fn estimate(estimator: usize, cart: &[f64], asker: &Asker) {
    with(estimator, |core| asker.hear(&core.estimate(cart)));
}

/// The time of a date in milliseconds since 1970; NaN if it is none.
#[wasm_bindgen(js_name = timeOf)]
pub fn time_of(date: &str) -> f64 {
    to_rfc3339(date).and_then(|date| moment(&date)).map_or(f64::NAN, |moment| moment.ms)
}

/// The rule that the event with this name's number would award points by now; -1 for none.
#[wasm_bindgen]
pub fn event(estimator: usize, name: u32, now_ms: f64, asker: &Asker) -> i32 {
    let rule = with(estimator, |core| core.event(name, now_ms, &|at_ms| asker.offset(at_ms))).flatten();
    rule.and_then(|rule| i32::try_from(rule).ok()).unwrap_or(-1)
}

/// How often a limited rule was used in this window, and when the next one starts, or NaN. Nothing
/// is heard if there is no limit.
#[wasm_bindgen]
pub fn used(estimator: usize, rule: usize, at_ms: f64, asker: &Asker) {
    let used = with(estimator, |core| core.used(rule, at_ms, &|at_ms| asker.offset(at_ms))).flatten();
    if let Some(used) = used {
        asker.hear(&[used.used, used.resets_at_ms]);
    }
}
