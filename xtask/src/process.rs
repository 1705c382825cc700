//! Child processes, and one clear line when a tool is missing.

use std::env;
use std::io::{BufRead, BufReader, ErrorKind, IsTerminal, stdout};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, anyhow, bail};

/// The cargo that runs this task.
pub(crate) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

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

/// Runs to completion, and both shows and returns what it prints; an error unless it succeeds.
pub(crate) fn tee(command: &mut Command) -> Result<String> {
    if stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| explain(command, error))?;
    let mut text = String::new();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            text.push_str(&line);
            text.push('\n');
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("{} stopped with {status}", name(command));
    }
    Ok(text)
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
        "rustup" => anyhow!("rustup was not found: add the target wasm32-unknown-unknown to your Rust by hand"),
        _ => anyhow!("{name} was not found"),
    }
}

/// The program's name, without its folder.
pub(crate) fn name(command: &Command) -> String {
    let program = Path::new(command.get_program());
    program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned()
}
