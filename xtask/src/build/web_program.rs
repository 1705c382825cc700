//! The Rust program in tests/web-program/, for Node.js.

use std::path::PathBuf;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::compile;
use crate::step::step;
use crate::workspace;

const NAME: &str = "web_program";

/// Builds the program; the JavaScript to start it by.
pub(crate) fn web_program() -> Result<PathBuf> {
    compile::require_target()?;
    let wasm = compile::compile("earnkit-web-program", &[], "wasm", false)?;
    let folder = workspace::cache().join("web-program");
    step("bind the web program", || {
        let mut bindgen = Bindgen::new();
        bindgen.input_bytes(NAME, wasm).nodejs(true)?.typescript(false).generate(&folder)
    })
    .context("the bindings could not be made")?;
    Ok(folder.join(format!("{NAME}.js")))
}
