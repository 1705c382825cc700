//! The estimators, by number. Carts and what they earn cross as numbers: see [`crate::estimate`].

use core::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::estimate::{CART, Core};
use crate::scan::{Absent, Fault, Field, Kind, Table, Usages, decode, table};
use crate::time::{moment, to_rfc3339};

#[wasm_bindgen]
extern "C" {
    /// JavaScript's own reading of a number.
    #[wasm_bindgen(js_name = Number)]
    fn parse_number(text: &str) -> f64;

    /// Who knows where the server is.
    pub type Zone;

    /// How far the server's clock is ahead of UTC at a time, in minutes; NaN if its time zone is not
    /// known.
    #[wasm_bindgen(method)]
    fn offset(this: &Zone, at_ms: f64) -> f64;
}

thread_local! {
    static ESTIMATORS: RefCell<Vec<Option<Core>>> = const { RefCell::new(Vec::new()) };
}

fn with<R>(estimator: usize, use_core: impl FnOnce(&mut Core) -> R) -> Option<R> {
    ESTIMATORS.with_borrow_mut(|estimators| estimators.get_mut(estimator)?.as_mut().map(use_core))
}

/// Which argument is not usable, and in a second line what it must be.
fn refusal(fault: &Fault) -> String {
    [fault.path(), "\n", &fault.advice()].concat()
}

/// Makes the estimator of this number, or says why not; see [`Core::read`].
#[wasm_bindgen(js_name = createEstimator)]
pub fn create_estimator(estimator: usize, arguments: &[u8]) -> Option<String> {
    let core = match Core::read(arguments, parse_number) {
        Ok(core) => core,
        Err(fault) => return Some(refusal(&fault)),
    };
    ESTIMATORS.with_borrow_mut(|estimators| {
        while estimators.len() <= estimator {
            estimators.push(None);
        }
        if let Some(slot) = estimators.get_mut(estimator) {
            *slot = Some(core);
        }
    });
    None
}

static ARGUMENTS: Table =
    table!(&[Field::new("cart", Kind::Object(&CART), Absent::Fail)], union: None, null_is_absent: false);

/// What is wrong with `{"cart": {...}}`, if something is.
#[wasm_bindgen(js_name = checkCart)]
pub fn check_cart(arguments: &[u8]) -> Option<String> {
    decode(arguments, &ARGUMENTS, Usages::Nobody).err().map(|fault| refusal(&fault))
}

/// Forgets an estimator.
#[wasm_bindgen(js_name = freeEstimator)]
pub fn free_estimator(estimator: usize) {
    ESTIMATORS.with_borrow_mut(|estimators| estimators.get_mut(estimator).map(Option::take));
}

/// The number of a text.
#[wasm_bindgen(js_name = textNumber)]
pub fn text_number(estimator: usize, text: &str) -> u32 {
    with(estimator, |core| core.text(text)).unwrap_or_default()
}

/// The number of a label.
#[wasm_bindgen(js_name = labelNumber)]
pub fn label_number(estimator: usize, key: u32, value: u32) -> u32 {
    with(estimator, |core| core.label(key, value)).unwrap_or_default()
}

/// What a cart would earn.
#[wasm_bindgen]
pub fn estimate(estimator: usize, cart: &[f64]) -> Vec<f64> {
    with(estimator, |core| core.estimate(cart)).unwrap_or_default()
}

/// The time of a date in milliseconds since 1970; NaN if it is none.
#[wasm_bindgen(js_name = timeOf)]
pub fn time_of(date: &str) -> f64 {
    to_rfc3339(date).and_then(|date| moment(&date)).map_or(f64::NAN, |moment| moment.ms)
}

/// The rule that the event of this name would award points by now; -1 for none.
#[wasm_bindgen]
pub fn event(estimator: usize, name: &str, now_ms: f64, zone: &Zone) -> i32 {
    let rule = with(estimator, |core| core.event(name, now_ms, &|at_ms| zone.offset(at_ms))).flatten();
    rule.and_then(|rule| i32::try_from(rule).ok()).unwrap_or(-1)
}

/// How often a rule was used in this window, its limit, and when the next window starts, or NaN.
/// Empty if there is no limit.
#[wasm_bindgen]
pub fn used(estimator: usize, rule: usize, at_ms: f64, zone: &Zone) -> Vec<f64> {
    let used = with(estimator, |core| core.used(rule, at_ms, &|at_ms| zone.offset(at_ms))).flatten();
    used.map(|used| vec![used.used, used.limit, used.resets_at_ms]).unwrap_or_default()
}
