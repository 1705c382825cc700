//! Child processes, and one clear line when a tool is missing.

use std::io::ErrorKind;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, anyhow, bail};

/// Runs to completion with the output kept back, to be shown only on failure.
pub(crate) fn capture(command: &mut Command) -> Result<Output> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| explain(command, error))?;
    if output.status.success() {
        return Ok(output);
    }
    let said = [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat();
    bail!("{} stopped with {}\n{}", name(command), output.status, said.trim_end());
}

/// What the command printed, as text.
pub(crate) fn stdout_of(command: &mut Command) -> Result<String> {
    let output = capture(command)?;
    String::from_utf8(output.stdout).with_context(|| format!("{} printed text that is not UTF-8", name(command)))
}

/// Why a program could not be started, with what to install when it is not there.
pub(crate) fn explain(command: &Command, error: std::io::Error) -> anyhow::Error {
    let name = name(command);
    if error.kind() != ErrorKind::NotFound {
        return anyhow!(error).context(format!("{name} could not be started"));
    }
    match name.as_str() {
        "node" | "npm" | "npm.cmd" => {
            anyhow!("{name} was not found: install Node.js 20.19 or later, which includes npm")
        }
        "rustup" => anyhow!(
            "rustup was not found: install it from https://rustup.rs, or add the target wasm32-unknown-unknown to your Rust by hand"
        ),
        _ => anyhow!("{name} was not found"),
    }
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
