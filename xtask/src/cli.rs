//! The command line.

use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::prelude::*;

use crate::build;

const HELP: &str = "\
The commands of this repository.

Usage: cargo xtask <command> [options]

Commands:
  build    compile the WebAssembly and assemble the npm package in pkg/

`cargo xtask <command> --help` tells more about one command.
";

const BUILD_HELP: &str = "\
Compiles the WebAssembly and assembles the npm package in pkg/.

Usage: cargo xtask build

Needs Node.js 20.19 or later with npm. Adds the Rust target
wasm32-unknown-unknown if it is missing, and installs binaryen and esbuild
into xtask/npm/. What has not changed since the last run is not done again.
";

/// What was asked for.
pub(crate) enum Command {
    Help(&'static str),
    Build,
}

/// Reads the arguments of this process.
pub(crate) fn parse() -> Result<Command> {
    let mut parser = lexopt::Parser::from_env();
    let Some(first) = parser.next()? else {
        return Ok(Command::Help(HELP));
    };
    match first {
        Short('h') | Long("help") => Ok(Command::Help(HELP)),
        Value(name) => match name.string()?.as_str() {
            "help" => Ok(Command::Help(HELP)),
            "build" => without_options(parser, Command::Build, BUILD_HELP),
            other => bail!("there is no command {other:?}: see `cargo xtask --help`"),
        },
        other => Err(other.unexpected().into()),
    }
}

fn without_options(mut parser: lexopt::Parser, command: Command, help: &'static str) -> Result<Command> {
    match parser.next()? {
        None => Ok(command),
        Some(Short('h') | Long("help")) => Ok(Command::Help(help)),
        Some(other) => Err(other.unexpected().into()),
    }
}

impl Command {
    /// Does what was asked for.
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Help(text) => print!("{text}"),
            Self::Build => build::run()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
