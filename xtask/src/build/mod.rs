//! From the crates to the npm package in `pkg/`.

mod bind;
mod compile;
mod optimize;
mod package;
mod reach;
mod snip;
mod web_program;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use self::bind::{Values, bind};
pub(crate) use self::compile::TARGET;
use self::optimize::Effort;
use self::package::Files;
pub(crate) use self::package::read_folder;
pub(crate) use self::web_program::web_program;
use crate::step::step;
use crate::{fingerprint, lock, npm, process, size, workspace};

/// A WebAssembly module of the package, and the files that it becomes.
struct Artefact {
    /// The crate that is compiled.
    crate_name: &'static str,
    features: &'static [&'static str],
    /// The module, the JavaScript that calls it, and the JavaScript that contains it.
    wasm: &'static str,
    glue: &'static str,
    inline: &'static str,
    /// The same program where there is no WebAssembly.
    javascript: Option<&'static str>,
    /// Cargo's profile for it, in the workspace's `Cargo.toml`.
    profile: &'static str,
    effort: Effort,
    /// Whether a page loads it, so that every byte counts: panics are cut out.
    in_pages: bool,
}

const ARTEFACTS: [Artefact; 3] = [
    Artefact {
        crate_name: "earnkit",
        features: &["package"],
        wasm: "earnkit.wasm",
        glue: "glue.js",
        inline: "inline.js",
        javascript: Some("js/program.js"),
        profile: "wasm",
        effort: Effort::Most,
        in_pages: true,
    },
    Artefact {
        crate_name: "earnkit",
        features: &["gateway"],
        wasm: "gateway.wasm",
        glue: "gateway_glue.js",
        inline: "gateway_inline.js",
        javascript: None,
        profile: "wasm-server",
        effort: Effort::Speed,
        in_pages: false,
    },
    Artefact {
        crate_name: "earnkit-sandbox",
        features: &[],
        wasm: "sandbox.wasm",
        glue: "sandbox_glue.js",
        inline: "sandbox_inline.js",
        javascript: None,
        profile: "wasm",
        effort: Effort::Least,
        in_pages: false,
    },
];

/// The finished module with the names of its functions, for whoever looks into it.
const NAMED: &str = "named.wasm";

/// The sources of the steps after compiling: when they change, these steps are done again.
const RECIPE: [&str; 6] = [
    include_str!("bind.rs"),
    include_str!("mod.rs"),
    include_str!("optimize.rs"),
    include_str!("reach.rs"),
    include_str!("snip.rs"),
    include_str!("../../npm/glue.mjs"),
];

/// Builds everything that is not up to date, and prints the sizes.
pub(crate) fn run() -> Result<()> {
    compile::require_target()?;
    npm::require_node()?;
    npm::install(&npm::build_tools())?;
    let _lock = lock::lock("build")?;
    let mut generated = Files::new();
    for artefact in &ARTEFACTS {
        generated.append(&mut artefact.build()?);
    }
    package::assemble(generated)?;
    size::print_parts()
}

/// The module that pages load as it was before its names were taken out.
pub(crate) fn named_module() -> PathBuf {
    ARTEFACTS[0].cache().join(NAMED)
}

/// Bundles the page in React of the demo's gallery.
pub(crate) fn gallery() -> Result<()> {
    let folder = workspace::root().join("www/gallery/react");
    npm::install(&folder)?;
    process::capture(npm::node(npm::build_tools().join("gallery.mjs")).arg(folder)).map(drop)
}

impl Artefact {
    /// What is kept of it between runs.
    fn cache(&self) -> PathBuf {
        workspace::cache().join(self.wasm.trim_end_matches(".wasm"))
    }

    /// The files that it becomes, from the cache if they were made from what there is now.
    fn build(&self) -> Result<Files> {
        let compiled = compile::compile(self.crate_name, self.features, self.profile, self.in_pages)?;
        let cache = self.cache();
        let (finished, mark) = (cache.join("finished"), cache.join("made-from"));
        let lock = npm::build_tools().join("package-lock.json");
        let tools = fs::read(&lock).with_context(|| format!("{} could not be read", lock.display()))?;
        let parts = [compiled.as_slice(), tools.as_slice()];
        let made_from = fingerprint::of(parts.into_iter().chain(RECIPE.map(str::as_bytes)));
        if fs::read_to_string(&mark).is_ok_and(|mark| mark == made_from) {
            return read_folder(&finished);
        }
        fs::create_dir_all(&cache)?;
        // First, so that what a killed run leaves is not taken for finished.
        fs::write(&mark, "")?;
        let files = step(&format!("bind and optimize {}", self.wasm), || self.finish(compiled, &cache))?;
        package::write_folder(&finished, &files)?;
        fs::write(mark, made_from)?;
        Ok(files)
    }

    fn finish(&self, compiled: Vec<u8>, scratch: &Path) -> Result<Files> {
        let compiled = if self.in_pages { self.snip(&compiled)? } else { compiled };
        let mut files = Files::new();
        let values = if self.in_pages { Values::Numbers } else { Values::References };
        let bound = bind(compiled, values, scratch)?;
        if let Some(program) = self.javascript {
            files.insert(program.into(), optimize::to_javascript(&bound.wasm, scratch)?);
        }
        let named = optimize::optimize(&bound.wasm, self.effort, scratch)?;
        fs::write(scratch.join(NAMED), &named)?;
        let wasm = size::wasm::without_names(&named)?;
        files.insert(self.inline.into(), package::inline(&wasm).into_bytes());
        files.insert(self.wasm.into(), wasm);
        files.insert(self.glue.into(), bound.glue);
        Ok(files)
    }

    fn snip(&self, compiled: &[u8]) -> Result<Vec<u8>> {
        let snipped = snip::snip(compiled)?;
        if !snipped.formatting.is_empty() {
            let calls = snipped.formatting.join("\n    ");
            eprintln!("note: core::fmt, thousands of bytes, stays in {}:\n    {calls}", self.wasm);
        }
        Ok(snipped.wasm)
    }
}
