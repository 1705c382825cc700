//! How data crosses: JavaScript writes it into memory before a call, and reads what is there after it. So numbers are
//! all that the functions of this module take and give, and the glue neither allocates nor frees.

use core::cell::{Cell, RefCell};

use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static OUTPUT: RefCell<String> = const { RefCell::new(String::new()) };
    static NUMBERS: RefCell<Vec<f64>> = const { RefCell::new(Vec::new()) };
    static LENGTH: Cell<usize> = const { Cell::new(0) };
}

/// Makes room for so many bytes of the next call, and says where to write them.
#[wasm_bindgen]
pub fn bytes(length: usize) -> usize {
    OUTPUT.take();
    INPUT.with_borrow_mut(|input| {
        *input = vec![0; length];
        input.as_mut_ptr().expose_provenance()
    })
}

/// The same for numbers.
#[wasm_bindgen]
pub fn numbers(length: usize) -> usize {
    NUMBERS.with_borrow_mut(|numbers| {
        numbers.resize(length, 0.0);
        numbers.as_mut_ptr().expose_provenance()
    })
}

/// How many bytes or numbers the last call gave.
#[wasm_bindgen]
pub fn length() -> usize {
    LENGTH.get()
}

/// The bytes that JavaScript wrote.
pub(super) fn input() -> Vec<u8> {
    INPUT.take()
}

/// The same as a text, which it always is.
pub(super) fn input_text() -> String {
    String::from_utf8(input()).unwrap_or_default()
}

/// Gives a text: where it is.
pub(super) fn give(text: String) -> usize {
    LENGTH.set(text.len());
    OUTPUT.with_borrow_mut(|output| {
        *output = text;
        output.as_ptr().expose_provenance()
    })
}

/// Gives the numbers that come of those that JavaScript wrote: where they are.
pub(super) fn give_numbers(answer: impl FnOnce(&[f64]) -> Vec<f64>) -> usize {
    let given = answer(&NUMBERS.take());
    LENGTH.set(given.len());
    NUMBERS.with_borrow_mut(|numbers| {
        *numbers = given;
        numbers.as_ptr().expose_provenance()
    })
}
