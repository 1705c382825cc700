//! The JavaScript side of a module.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use walrus::{Module, RawCustomSection};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use crate::process::capture;
use crate::{fingerprint, npm};

/// The generated glue's own halves of an instantiation, for glue.mjs to put together.
const INSTANTIATION: &str = "\nexport { __wbg_get_imports as imports, __wbg_finalize_init as attach };\n";

/// A module, and the glue that JavaScript calls it through.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) wasm: Vec<u8>,
    pub(crate) glue: Vec<u8>,
}

/// What crosses between a module and JavaScript.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Values {
    /// JavaScript's values, too.
    References,
    /// Numbers alone, which is all that there is without WebAssembly.
    Numbers,
}

/// Makes the bindings, with `scratch` as the folder for what is between two tools.
pub(crate) fn bind(wasm: Vec<u8>, values: Values, scratch: &Path) -> Result<Bound> {
    // In the name of every import: the glue of one build refuses the module of another, whose short names mean
    // something else.
    let build = fingerprint::of([&wasm])[..8].to_owned();
    let wasm = match values {
        Values::References => wasm,
        Values::Numbers => without_references(&wasm)?,
    };
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes(&build, wasm)
        .web(true)?
        // The entries of the package know where the module is; see pkg-template/.
        .omit_default_module_path(true)
        .typescript(false)
        // Names stay, as the compiler writes them, until the module is finished.
        .demangle(false)
        .remove_producers_section(true)
        .encode_into(EncodeInto::Always);
    let mut output = bindgen.generate_output().context("the bindings could not be made")?;
    if output.snippets().values().any(|files| !files.is_empty()) || !output.local_modules().is_empty() {
        bail!("a crate brings JavaScript snippets of its own, which the package has no place for");
    }

    let (generated, shipped, names) =
        (scratch.join("generated.js"), scratch.join("shipped.js"), scratch.join("names.json"));
    fs::write(&generated, [&without_fast_path(output.js())?, INSTANTIATION].concat())?;
    capture(npm::node(npm::build_tools().join("glue.mjs")).args([&generated, &shipped, &names]))?;
    rename(output.wasm_mut(), &serde_json::from_slice(&fs::read(names)?)?);
    Ok(Bound { wasm: output.wasm_mut().emit_wasm(), glue: fs::read(shipped)? })
}

/// The glue without its fast way to pass a long text into the module: the texts that it passes are header values.
fn without_fast_path(glue: &str) -> Result<String> {
    let parts = || {
        // if (realloc === undefined) { <the slow way> return ptr; } <the fast way> return ptr; }
        let (before, ways) = glue.split_once("if (realloc === undefined) {")?;
        let (slow, ways) = ways.split_once('}')?;
        let (_fast, after) = ways.split_once("return ptr;")?;
        Some([before, slow, after].concat())
    };
    if !glue.contains("function passStringToWasm0(") {
        return Ok(glue.to_owned());
    }
    parts().context("the bindings pass texts in another way than they did")
}

/// The module as if it had been compiled for an engine without reference types, so that the bindings use none.
fn without_references(wasm: &[u8]) -> Result<Vec<u8>> {
    const FEATURES: &str = "target_features";
    const INTRINSIC: (&str, &str) = ("__wbindgen_externref_xform__", "__wbindgen_externref_statics_end");
    /// `JSIDX_RESERVED` in wasm-bindgen's run-time library: where the glue's array begins to be free.
    const FIRST_FREE_INDEX: i32 = 1028;

    let mut module = Module::from_buffer(wasm)?;
    if module.customs.remove_raw(FEATURES).is_none() {
        bail!("the compiled WebAssembly does not list its features");
    }
    // A count of none. Without the section, the features would be guessed.
    module.customs.add(RawCustomSection { name: FEATURES.into(), data: vec![0] });
    // The one intrinsic that the bindings replace only where there are references.
    let function = module.imports.get_func(INTRINSIC.0, INTRINSIC.1)?;
    module.replace_imported_func(function, |(body, _)| {
        body.i32_const(FIRST_FREE_INDEX);
    })?;
    Ok(module.emit_wasm())
}

/// Gives the module's imports and exports the names that the shipped glue has for them.
fn rename(module: &mut Module, names: &HashMap<String, String>) {
    let imports = module.imports.iter_mut().map(|import| &mut import.name);
    let exports = module.exports.iter_mut().map(|export| &mut export.name);
    for name in imports.chain(exports) {
        if let Some(short) = names.get(name) {
            name.clone_from(short);
        }
    }
}
