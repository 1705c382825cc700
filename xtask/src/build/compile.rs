//! Compiling a crate to WebAssembly.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{self, capture, stdout_of};
use crate::step::step;
use crate::workspace;

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Adds the target to the Rust in use if it is missing.
pub(crate) fn require_target() -> Result<()> {
    if sysroot()?.join("lib/rustlib").join(TARGET).is_dir() {
        return Ok(());
    }
    step(&format!("rustup target add {TARGET}"), || {
        capture(Command::new("rustup").args(["target", "add", TARGET]))
            .with_context(|| format!("the Rust target {TARGET} is missing and could not be added"))
    })?;
    Ok(())
}

/// The module as the linker leaves it, with its relocations if they are wanted.
pub(crate) fn compile(crate_name: &str, features: &[&str], profile: &str, with_relocations: bool) -> Result<Vec<u8>> {
    let mut command = process::cargo();
    command
        .args(["rustc", "--quiet", "--message-format", "json-render-diagnostics"])
        .args(["--profile", profile, "--target", TARGET])
        // One package at a time: together, they would share the union of their dependencies' features.
        .args(["--package", crate_name, "--lib"])
        .args(features.iter().flat_map(|feature| ["--features", feature]))
        // Alone: beside an `rlib`, rustc leaves out the link-time optimization.
        .args(["--crate-type", "cdylib"])
        .args(if with_relocations { &["--", "-C", "link-arg=--emit-relocs"][..] } else { &[] })
        .current_dir(workspace::root())
        .env_remove("RUSTFLAGS")
        .env("CARGO_ENCODED_RUSTFLAGS", path_flags()?);
    let name: Vec<&str> = [crate_name].iter().chain(features).copied().collect();
    let output = step(&format!("compile {} to WebAssembly", name.join(" with ")), || capture(&mut command))?;
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    let path = artefact_path(&String::from_utf8_lossy(&output.stdout))
        .with_context(|| format!("cargo built no WebAssembly from {crate_name}"))?;
    let wasm = fs::read(&path).with_context(|| format!("{} could not be read", path.display()))?;
    refuse_machine_paths(&wasm)?;
    Ok(wasm)
}

/// The last `.wasm` that cargo's messages name.
fn artefact_path(messages: &str) -> Option<PathBuf> {
    let messages = messages.lines().rev().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    messages.filter(|message| message["reason"] == "compiler-artifact").find_map(|message| {
        let files = message["filenames"].as_array()?.iter().filter_map(serde_json::Value::as_str);
        files.map(PathBuf::from).find(|file| file.extension() == Some(OsStr::new("wasm")))
    })
}

/// Flags that keep this machine's paths out of panic locations: the bytes come out the same everywhere.
fn path_flags() -> Result<OsString> {
    let mut flags = OsString::new();
    for prefix in path_prefixes()? {
        if !flags.is_empty() {
            flags.push("\u{1f}");
        }
        flags.push("--remap-path-prefix=");
        flags.push(prefix);
        flags.push("=");
    }
    Ok(flags)
}

/// The folders that sources are compiled from.
fn path_prefixes() -> Result<Vec<PathBuf>> {
    let cargo_home = cargo_home()?;
    let mut prefixes =
        vec![workspace::root().to_owned(), sysroot()?.join("lib/rustlib/src/rust"), cargo_home.join("git/checkouts")];
    let registries = fs::read_dir(cargo_home.join("registry/src")).into_iter().flatten().flatten();
    prefixes.extend(registries.map(|entry| entry.path()));
    Ok(prefixes)
}

fn refuse_machine_paths(wasm: &[u8]) -> Result<()> {
    for path in [workspace::root(), &cargo_home()?, &sysroot()?] {
        let needle = path.as_os_str().as_encoded_bytes();
        if wasm.windows(needle.len()).any(|window| window == needle) {
            bail!("the compiled WebAssembly contains the path {} of this machine", path.display());
        }
    }
    Ok(())
}

fn cargo_home() -> Result<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    home.context("there is no home directory to find cargo's sources in")
}

fn sysroot() -> Result<PathBuf> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let printed = stdout_of(Command::new(rustc).args(["--print", "sysroot"]))?;
    Ok(Path::new(printed.trim()).to_owned())
}
