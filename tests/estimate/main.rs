//! The estimator: against recorded answers of Open Loyalty 3.2.0, by its properties, and on bad input.

mod recorded;
mod support;
