//! The estimators, by number. Carts and what they earn cross as numbers: see [`crate::estimate`].

use core::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use super::memory;
use crate::estimate::{CART, Core};
use crate::scan::{Absent, Fault, Field, Kind, Table, Usages, decode, table};
use crate::time::{moment, to_rfc3339};

// By these names the glue has them.
#[wasm_bindgen]
extern "C" {
    /// JavaScript's own reading of a number, which stands there.
    #[wasm_bindgen(js_name = hostNumber)]
    fn host_number(start: usize, length: usize) -> f64;

    /// How far the server's clock is ahead of UTC at a time, in minutes; NaN if its time zone is not
    /// known.
    #[wasm_bindgen(js_name = hostOffset)]
    fn host_offset(at_ms: f64) -> f64;
}

fn parse_number(text: &str) -> f64 {
    host_number(text.as_ptr().expose_provenance(), text.len())
}

thread_local! {
    static ESTIMATORS: RefCell<Vec<Option<Core>>> = const { RefCell::new(Vec::new()) };
}

fn with<R>(estimator: usize, use_core: impl FnOnce(&mut Core) -> R) -> Option<R> {
    ESTIMATORS.with_borrow_mut(|estimators| estimators.get_mut(estimator)?.as_mut().map(use_core))
}

/// Gives which argument is not usable, and in a second line what it must be.
fn refuse(fault: &Fault) -> usize {
    memory::give([fault.path(), "\n", &fault.advice()].concat())
}

/// Makes the estimator of this number, or gives a text that says why not; see [`Core::read`].
#[wasm_bindgen(js_name = createEstimator)]
pub fn create_estimator(estimator: usize) -> usize {
    let core = match Core::read(&memory::input(), parse_number) {
        Ok(core) => core,
        Err(fault) => return refuse(&fault),
    };
    ESTIMATORS.with_borrow_mut(|estimators| {
        while estimators.len() <= estimator {
            estimators.push(None);
        }
        if let Some(slot) = estimators.get_mut(estimator) {
            *slot = Some(core);
        }
    });
    0
}

static ARGUMENTS: Table =
    table!(&[Field::new("cart", Kind::Object(&CART), Absent::Fail)], union: None, null_is_absent: false);

/// Gives a text that says what is wrong with `{"cart": {...}}`, if something is.
#[wasm_bindgen(js_name = checkCart)]
pub fn check_cart() -> usize {
    decode(&memory::input(), &ARGUMENTS, Usages::Nobody).err().map_or(0, |fault| refuse(&fault))
}

/// Forgets an estimator.
#[wasm_bindgen(js_name = freeEstimator)]
pub fn free_estimator(estimator: usize) {
    ESTIMATORS.with_borrow_mut(|estimators| estimators.get_mut(estimator).map(Option::take));
}

/// The number of a text.
#[wasm_bindgen(js_name = textNumber)]
pub fn text_number(estimator: usize) -> u32 {
    let text = memory::input_text();
    with(estimator, |core| core.text(&text)).unwrap_or_default()
}

/// The number of a label.
#[wasm_bindgen(js_name = labelNumber)]
pub fn label_number(estimator: usize, key: u32, value: u32) -> u32 {
    with(estimator, |core| core.label(key, value)).unwrap_or_default()
}

/// What a cart would earn: numbers for numbers.
#[wasm_bindgen]
pub fn estimate(estimator: usize) -> usize {
    memory::give_numbers(|cart| with(estimator, |core| core.estimate(cart)).unwrap_or_default())
}

/// The time of a date in milliseconds since 1970; NaN if it is none.
#[wasm_bindgen(js_name = timeOf)]
pub fn time_of() -> f64 {
    to_rfc3339(&memory::input_text()).and_then(|date| moment(&date)).map_or(f64::NAN, |moment| moment.ms)
}

/// The rule that the event of this name would award points by now; -1 for none.
#[wasm_bindgen]
pub fn event(estimator: usize, now_ms: f64) -> i32 {
    let name = memory::input_text();
    let rule = with(estimator, |core| core.event(&name, now_ms, &host_offset)).flatten();
    rule.and_then(|rule| i32::try_from(rule).ok()).unwrap_or(-1)
}

/// How often a rule was used in this window, its limit, and when the next window starts, or NaN.
/// No numbers if there is no limit.
#[wasm_bindgen]
pub fn used(estimator: usize, rule: usize, at_ms: f64) -> usize {
    memory::give_numbers(|_| {
        let used = with(estimator, |core| core.used(rule, at_ms, &host_offset)).flatten();
        used.map(|used| vec![used.used, used.limit, used.resets_at_ms]).unwrap_or_default()
    })
}
