//! The gateway's decisions, by name, and lists of rules that never become JavaScript values.

use core::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::gateway::{limit, rules};
use crate::scan::push_integer;

/// How many lists may wait. Each is taken in the turn after it came.
const MOST_LISTS: usize = 256;

thread_local! {
    static LISTS: RefCell<Vec<(u64, String)>> = const { RefCell::new(Vec::new()) };
}

/// A decision on data: both are JSON texts. Nothing for a name or data that only a mistake in the
/// driver sends.
#[wasm_bindgen]
pub fn decide(name: &str, input: &[u8]) -> Option<String> {
    crate::gateway::decide(name, input)
}

/// Takes one request out of a bucket: what is left in it, or less than nothing, and then that many
/// milliseconds until there is one again.
#[wasm_bindgen]
#[expect(clippy::cast_precision_loss, reason = "at most a minute")]
pub fn take_one(left: f64, at_ms: f64, per_minute: f64, now_ms: f64) -> f64 {
    limit::take(left, at_ms, per_minute, now_ms).unwrap_or_else(|delay_ms| -(delay_ms as f64))
}

/// Keeps a list of rules that may cross; gives what stands for it. That is a random number: one that was
/// given before a trap must not find another customer's list after it.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is below 2^53")]
pub(super) fn keep(list: String) -> String {
    let number = (super::random() * 9_007_199_254_740_992.0) as u64;
    LISTS.with_borrow_mut(|lists| {
        if lists.len() == MOST_LISTS {
            lists.remove(0);
        }
        lists.push((number, list));
    });
    let mut json = "{\"kept\":".to_owned();
    push_integer(&mut json, number);
    json.push('}');
    json
}

/// Gives a list that was kept: 16 digits that tell it from others, and its JSON.
#[wasm_bindgen]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is below 2^53")]
pub fn take_rules(number: f64, is_guest: bool) -> Option<Vec<u8>> {
    let list = LISTS.with_borrow_mut(|lists| {
        let at = lists.iter().position(|(kept, _)| *kept == number as u64)?;
        Some(lists.swap_remove(at).1)
    })?;
    let body = if is_guest { rules::for_guests(&list)? } else { list };
    let mut bytes = rules::digest(&body).into_bytes();
    bytes.extend_from_slice(body.as_bytes());
    Some(bytes)
}
