//! The sandbox against what the real servers answered, and against its own promises.
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod control;
mod earning;
mod faults;
mod koomalooma;
mod ordered;
mod recorded_events;
mod recorded_http;
mod recorded_purchases;
mod recorded_rules;
mod reports;
mod status;
mod support;
mod tokens;
mod transactions;
