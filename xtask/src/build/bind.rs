//! The JavaScript side of a module.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use walrus::Module;
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use crate::npm;
use crate::process::capture;

/// The generated glue's own halves of an instantiation, for glue.mjs to put together.
const INSTANTIATION: &str = "\nexport { __wbg_get_imports as imports, __wbg_finalize_init as attach };\n";

/// A module, and the glue that JavaScript calls it through.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) wasm: Vec<u8>,
    pub(crate) glue: Vec<u8>,
}

/// Makes the bindings, with `scratch` as the folder for what is between two tools.
pub(crate) fn bind(wasm: Vec<u8>, scratch: &Path) -> Result<Bound> {
    let mut bindgen = Bindgen::new();
    bindgen
        // The glue's part in the name of every import, so a short one.
        .input_bytes("glue", wasm)
        .web(true)?
        // The entries of the package know where the module is; see pkg-template/.
        .omit_default_module_path(true)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .encode_into(EncodeInto::Always);
    let mut output = bindgen.generate_output().context("the bindings could not be made")?;
    if output.snippets().values().any(|files| !files.is_empty()) || !output.local_modules().is_empty() {
        bail!("a crate brings JavaScript snippets of its own, which the package has no place for");
    }

    let (generated, shipped, names) =
        (scratch.join("generated.js"), scratch.join("shipped.js"), scratch.join("names.json"));
    fs::write(&generated, [output.js(), INSTANTIATION].concat())?;
    capture(npm::node(npm::build_tools().join("glue.mjs")).args([&generated, &shipped, &names]))?;
    rename(output.wasm_mut(), &serde_json::from_slice(&fs::read(names)?)?);
    Ok(Bound { wasm: output.wasm_mut().emit_wasm(), glue: fs::read(shipped)? })
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
