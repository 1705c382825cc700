//! The command line.

use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::prelude::*;

use crate::{build, serve};

const HELP: &str = "\
The commands of this repository.

Usage: cargo xtask <command> [options]

Commands:
  build    compile the WebAssembly and assemble the npm package in pkg/
  serve    serve the sandbox: an Open Loyalty and a koomalooma to call

`cargo xtask <command> --help` tells more about one command.
";

const BUILD_HELP: &str = "\
Compiles the WebAssembly and assembles the npm package in pkg/.

Usage: cargo xtask build

Needs Node.js 20.19 or later with npm. Adds the Rust target
wasm32-unknown-unknown if it is missing, and installs binaryen and esbuild
into xtask/npm/. What has not changed since the last run is not done again.
";

const SERVE_HELP: &str = "\
Serves the sandbox, an Open Loyalty and a koomalooma server in one, on
127.0.0.1 until Ctrl-C. GET / tells what is where.

Usage: cargo xtask serve [--port N] [--state FILE] [--quiet]

Options:
  --port N      the port; 0 for any free one [default: 8181]
  --state FILE  keep the state in this file, and go on from it the next time
  --quiet       print nothing
";

/// What was asked for.
pub(crate) enum Command {
    Help(&'static str),
    Build,
    Serve(serve::Options),
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
            "serve" => parse_serve(parser),
            "build" => without_options(parser, Command::Build, BUILD_HELP),
            other => bail!("there is no command {other:?}: see `cargo xtask --help`"),
        },
        other => Err(other.unexpected().into()),
    }
}

fn parse_serve(mut parser: lexopt::Parser) -> Result<Command> {
    let mut options = serve::Options::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") => options.port = parser.value()?.parse()?,
            Long("state") => options.state = Some(parser.value()?.into()),
            Long("quiet") => options.quiet = true,
            Short('h') | Long("help") => return Ok(Command::Help(SERVE_HELP)),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Serve(options))
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
            Self::Serve(options) => serve::run(options)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
