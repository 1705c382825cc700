//! The only place that names JavaScript's types: the npm package's boundary, and `fetch` for Rust programs on the web.

#[cfg(feature = "fetch")]
mod alarm;
#[cfg(feature = "fetch")]
mod fetch;
#[cfg(feature = "package")]
mod package;

#[cfg(feature = "fetch")]
pub use fetch::Fetch;
