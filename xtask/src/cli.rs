//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Error, Result};
use lexopt::prelude::*;

use crate::{build, demo, serve, test};

const HELP: &str = "\
The commands of this repository.

Usage: cargo xtask <command> [options]

Commands:
  demo     build, and open the demo page on a sandbox of its own
  build    compile the WebAssembly and assemble the npm package in pkg/
  serve    run the sandbox: an Open Loyalty and a koomalooma server
  test     run all test suites, or some
  format   format Rust, JavaScript, CSS, JSON and HTML

`cargo xtask <command> --help` tells more about one command.
";

const BUILD_HELP: &str = "\
Compiles the WebAssembly, assembles the npm package in pkg/ and prints sizes.

Usage: cargo xtask build

Needs Node.js 20.19 or later with npm. Adds the Rust target
wasm32-unknown-unknown if it is missing, and installs binaryen and esbuild in
xtask/npm/. What has not changed since the last run is not done again.
";

const DEMO_HELP: &str = "\
Builds the package, starts a sandbox and the demo page, and prints the page's
address. Ctrl-C stops everything; the sandbox forgets.

Usage: cargo xtask demo [--port N]

Options:
  --port N   the page's port; 0 for any free one [default: 8180, or a free one]
";

const SERVE_HELP: &str = "\
Serves the sandbox, an Open Loyalty and a koomalooma server in one, on
127.0.0.1 until Ctrl-C. GET / tells what is where: the accounts, the ledger of
what was booked, the clock, and the faults that can be put in the way.

Usage: cargo xtask serve [--port N] [--state FILE] [--quiet]

Options:
  --port N       the port; 0 for any free one [default: 8181]
  --state FILE   keep the state in this file, and go on from it the next time
  --quiet        print nothing
";

const TEST_HELP: &str = "\
Runs all test suites, or those that are named. A failing suite does not stop
the others. Installs npm packages in tests/js/, and Chromium where apt-get can.

Usage: cargo xtask test [suite...]

Suites:
";

const FORMAT_HELP: &str = "\
Formats Rust with rustfmt, and JavaScript, CSS, JSON and HTML with Biome, which
also applies the safe ones of its fixes.

Usage: cargo xtask format
";

/// What was asked for.
pub(crate) enum Command {
    Help(String),
    Build,
    Demo { port: Option<u16> },
    Serve(serve::Options),
    Test { suites: Vec<String> },
    Format,
}

/// Reads the arguments of this process.
pub(crate) fn parse() -> Result<Command> {
    // As text: the error's message has its cause in it already.
    parse_command().map_err(|error| Error::msg(error.to_string()))
}

type Parsed = Result<Command, lexopt::Error>;

fn parse_command() -> Parsed {
    let mut parser = lexopt::Parser::from_env();
    let Some(first) = parser.next()? else { return Ok(Command::Help(HELP.into())) };
    match first {
        Short('h') | Long("help") => Ok(Command::Help(HELP.into())),
        Value(name) => match name.string()?.as_str() {
            "help" => Ok(Command::Help(HELP.into())),
            "build" => nothing_more(parser, Command::Build, BUILD_HELP),
            "demo" => parse_demo(parser),
            "serve" => parse_serve(parser),
            "test" => parse_test(parser),
            "format" => nothing_more(parser, Command::Format, FORMAT_HELP),
            other => Err(format!("there is no command {other:?}: see `cargo xtask --help`").into()),
        },
        other => Err(other.unexpected()),
    }
}

fn nothing_more(mut parser: lexopt::Parser, command: Command, help: &str) -> Parsed {
    match parser.next()? {
        None => Ok(command),
        Some(Short('h') | Long("help")) => Ok(Command::Help(help.into())),
        Some(other) => Err(other.unexpected()),
    }
}

fn parse_demo(mut parser: lexopt::Parser) -> Parsed {
    let mut port = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help(DEMO_HELP.into())),
            Long("port") => port = Some(parser.value()?.parse()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Demo { port })
}

fn parse_serve(mut parser: lexopt::Parser) -> Parsed {
    let mut options = serve::Options::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help(SERVE_HELP.into())),
            Long("port") => options.port = parser.value()?.parse()?,
            Long("state") => options.state = Some(PathBuf::from(parser.value()?)),
            Long("quiet") => options.quiet = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Serve(options))
}

fn parse_test(mut parser: lexopt::Parser) -> Parsed {
    let mut suites = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help([TEST_HELP, &test::list()].concat())),
            Value(name) => suites.push(name.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Test { suites })
}

impl Command {
    /// Does what was asked for.
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Help(text) => print!("{text}"),
            Self::Build => build::run()?,
            Self::Demo { port } => demo::run(port)?,
            Self::Serve(options) => serve::run(options)?,
            Self::Test { suites } => return test::run(&suites),
            Self::Format => test::format()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
