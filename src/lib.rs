//! A loyalty client for web stores and edge workers.
//!
//! It speaks to the koomalooma Partner API and to the Open Loyalty Customer Earning API, and is
//! published to npm as `earnkit`, compiled to WebAssembly. One call is one request for everything
//! that awards points, and every [`Error`] says whether the award happened ([`Outcome`]).
//!
//! Only `src/wasm/` names JavaScript types. The rest is a [`Client`] over a [`Transport`], runs
//! anywhere and is tested natively.
//!
//! A Rust program on the web turns the feature `fetch` on, for a transport of that name. The features `package` and
//! `gateway` are what the npm package is built with.

mod arguments;
mod call;
mod client;
mod error;
mod estimate;
#[cfg(feature = "gateway")]
mod gateway;
mod gateway_target;
mod http;
mod jwt;
mod koomalooma;
mod open_loyalty;
mod outcome;
mod retry;
mod running;
mod scan;
mod server_error;
mod text;
mod time;
#[cfg(any(not(target_arch = "wasm32"), feature = "fetch"))]
mod typed;
mod url;
#[cfg(target_arch = "wasm32")]
#[cfg_attr(feature = "package", expect(unreachable_pub, reason = "wasm-bindgen exports only what is pub"))]
mod wasm;

#[cfg(all(target_arch = "wasm32", feature = "fetch"))]
pub use wasm::Fetch;

/// koomalooma's data.
#[cfg(any(not(target_arch = "wasm32"), feature = "fetch"))]
pub use koomalooma::types as koomalooma_types;
/// Open Loyalty's data.
#[cfg(any(not(target_arch = "wasm32"), feature = "fetch"))]
pub use open_loyalty::types as open_loyalty_types;
#[cfg(any(not(target_arch = "wasm32"), feature = "fetch"))]
pub use typed::CallOptions;

#[cfg(any(not(target_arch = "wasm32"), feature = "fetch"))]
pub use estimate::{Estimate, Estimator, EventPoints, InvalidInput, ProductPoints, Remaining, RulePoints, SkippedRule};

pub use client::Client;
pub use error::{Code, Error, Operation, Outcome};
pub use http::{Attempt, Failure, Limits, Method, Next, Request, Response, TokenFailure, TokenReason, Transport};
pub use outcome::Cut;
