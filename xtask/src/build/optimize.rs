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

/// How long `wasm-opt` may look for bytes to save.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Effort {
    /// Several rounds of everything.
    Most,
    /// For the sandbox: 3 s instead of 18 s, and after compression no byte more.
    Least,
}

/// The same module, smaller.
pub(crate) fn optimize(wasm: &[u8], effort: Effort, scratch: &Path) -> Result<Vec<u8>> {
    let (input, output) = (scratch.join("bound.wasm"), scratch.join("optimized.wasm"));
    fs::write(&input, wasm)?;
    let mut command = npm::node(npm::build_tools().join("node_modules/binaryen/bin/wasm-opt"));
    command.args(match effort {
        Effort::Most => &["-Oz", "--converge"][..],
        Effort::Least => &["-O1"],
    });
    // The section that lists the features has done its duty: engines do not read it.
    command.arg("--strip-target-features").args(FEATURES);
    capture(command.arg(&input).arg("-o").arg(&output))?;
    Ok(fs::read(output)?)
}
