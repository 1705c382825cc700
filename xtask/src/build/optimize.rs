//! `wasm-opt` over a finished module.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

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

/// What `wasm-opt` is to look for, and for how long.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Effort {
    /// Bytes: several rounds of everything.
    Most,
    /// Time: for the gateway, which no page loads.
    Speed,
    /// For the sandbox: 3 s instead of 18 s, and after compression no byte more.
    Least,
}

/// The same module, smaller, with its names.
pub(crate) fn optimize(wasm: &[u8], effort: Effort, scratch: &Path) -> Result<Vec<u8>> {
    let passes = match effort {
        // Without the compiler's own order of blocks and locals, which compresses worse. Nothing of the module lies in
        // the first kilobyte: there the stack would end.
        Effort::Most => {
            &["--low-memory-unused", "--flatten", "--rereloop", "-Oz", "--converge", "--reorder-functions"][..]
        }
        Effort::Speed => &["-O3"],
        Effort::Least => &["-O1"],
    };
    // The section that lists the features has done its duty: engines do not read it.
    run("wasm-opt", wasm, &[passes, &["--debuginfo", "--strip-target-features"]].concat(), scratch)
}

/// The same program as a JavaScript module: `instantiate(imports)` gives the exports, without WebAssembly.
pub(crate) fn to_javascript(wasm: &[u8], scratch: &Path) -> Result<Vec<u8>> {
    const WHAT_JAVASCRIPT_LACKS: [&str; 3] =
        ["--signext-lowering", "--llvm-memory-copy-fill-lowering", "--llvm-nontrapping-fptoint-lowering"];
    /// The glue notices by its detached buffer that memory has grown, which is how WebAssembly leaves it.
    const GROWN: &str = "buffer = newBuffer;";
    const DETACH: &str = "structuredClone(buffer, { transfer: [buffer] });";

    let lowered = run("wasm-opt", wasm, &[&WHAT_JAVASCRIPT_LACKS[..], &["-Oz", "--converge"]].concat(), scratch)?;
    let program = String::from_utf8(run("wasm2js", &lowered, &["-Oz", "--emscripten"], scratch)?)?;
    if program.matches(GROWN).count() != 1 || !program.starts_with("function instantiate(") {
        bail!("wasm2js writes other code than it did: see to it that memory can grow");
    }
    let program = program.replace(GROWN, &[DETACH, GROWN].concat());
    Ok([&program, "\nexport { instantiate };\n"].concat().into_bytes())
}

fn run(tool: &str, input: &[u8], arguments: &[&str], scratch: &Path) -> Result<Vec<u8>> {
    let (from, to) = (scratch.join(format!("{tool}-input.wasm")), scratch.join(format!("{tool}-output")));
    fs::write(&from, input)?;
    let mut command = npm::node(npm::build_tools().join("node_modules/binaryen/bin").join(tool));
    capture(command.arg(&from).args(FEATURES).args(arguments).arg("-o").arg(&to))?;
    Ok(fs::read(to)?)
}
