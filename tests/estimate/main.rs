//! The estimator: against recorded answers of Open Loyalty 3.2.0, by its properties, and on bad input.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "the recorded doubles are met to the last bit, and times are whole milliseconds"
)]

mod recorded;
mod support;
