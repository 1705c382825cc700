//! `wasm-opt` over a finished module.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::npm;
use crate::process::capture;

/// What Rust's default target and the bindings use. Every browser of the last years and all server runtimes have it.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// The same module, smaller.
pub(crate) fn optimize(wasm: &[u8], scratch: &Path) -> Result<Vec<u8>> {
    let (input, output) = (scratch.join("bound.wasm"), scratch.join("optimized.wasm"));
    fs::write(&input, wasm)?;
    let mut command = npm::node(npm::build_tools().join("node_modules/binaryen/bin/wasm-opt"));
    // The section that lists the features has done its duty: engines do not read it.
    command.args(["-Oz", "--converge", "--strip-target-features"]).args(FEATURES);
    capture(command.arg(&input).arg("-o").arg(&output))?;
    Ok(fs::read(output)?)
}
