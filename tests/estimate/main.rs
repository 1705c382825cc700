//! The estimator: against recorded answers of Open Loyalty 3.2.0, by its properties, and on bad input.

#![allow(clippy::float_cmp, reason = "the server's amounts are computed to the last bit")]

mod assumptions;
mod events;
mod generate;
mod input;
mod limits;
mod properties;
mod recorded;
mod reference;
mod support;
