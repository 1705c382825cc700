//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Error, Result};
use lexopt::prelude::*;

use crate::{bench, build, demo, serve, size, test};

const HELP: &str = "\
The commands of this repository.

Usage: cargo xtask <command> [options]

Commands:
  demo     build, and open the demo page on a sandbox of its own
  build    compile the WebAssembly and assemble the npm package in pkg/
  size     what the package weighs, its budgets, and what grew
  serve    run the sandbox: an Open Loyalty and a koomalooma server
  test     run all test suites, or some
  bench    measure the package beside other clients
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

const SIZE_HELP: &str = "\
Builds the package and prints what it weighs, and what has changed since the
sizes in xtask/sizes.json were recorded: by part of the package after brotli,
and before compression by file, crate and function. Fails above a budget.

Usage: cargo xtask size [--record]

Options:
  --record   record the sizes as they are now
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
the others. Installs npm packages in tests/js/, and Chromium, Firefox and
WebKitGTK where apt-get can. What can't be installed is listed as not run, and
the run is then no success.

Usage: cargo xtask test [suite...]

Suites:
";

const BENCH_HELP: &str = "\
Builds the package and measures it beside other clients, in Node.js, Chromium
and workerd. Prints tables and writes them into docs/PERFORMANCE.md; with names,
only prints those. What can't be had here is said, and the rest is measured; the
document is then left as it was. Takes about five minutes on a quiet machine.

Usage: cargo xtask bench [table...]

Tables:
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
    Size { record: bool },
    Test { suites: Vec<String> },
    Bench { tables: Vec<String> },
    Format,
}

/// Reads the arguments of this process.
pub(crate) fn parse() -> Result<Command> {
    // As text: the error's message has its cause in it already.
    parse_command(lexopt::Parser::from_env()).map_err(|error| Error::msg(error.to_string()))
}

type Parsed = Result<Command, lexopt::Error>;

fn parse_command(mut parser: lexopt::Parser) -> Parsed {
    let Some(first) = parser.next()? else { return Ok(Command::Help(HELP.into())) };
    match first {
        Short('h') | Long("help") => Ok(Command::Help(HELP.into())),
        Value(name) => match name.string()?.as_str() {
            "help" => Ok(Command::Help(HELP.into())),
            "build" => nothing_more(parser, Command::Build, BUILD_HELP),
            "demo" => parse_demo(parser),
            "serve" => parse_serve(parser),
            "size" => parse_size(parser),
            "test" => Ok(match parse_names(parser)? {
                Some(suites) => Command::Test { suites },
                None => Command::Help([TEST_HELP, &test::list()].concat()),
            }),
            "bench" => Ok(match parse_names(parser)? {
                Some(tables) => Command::Bench { tables },
                None => Command::Help([BENCH_HELP, &bench::list()].concat()),
            }),
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
            Long("port") => port = Some(parse_port(&mut parser)?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Demo { port })
}

fn parse_size(mut parser: lexopt::Parser) -> Parsed {
    let mut record = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help(SIZE_HELP.into())),
            Long("record") => record = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Size { record })
}

fn parse_serve(mut parser: lexopt::Parser) -> Parsed {
    let mut options = serve::Options::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help(SERVE_HELP.into())),
            Long("port") => options.port = parse_port(&mut parser)?,
            Long("state") => options.state = Some(PathBuf::from(parser.value()?)),
            Long("quiet") => options.quiet = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Serve(options))
}

/// The value of `--port`.
fn parse_port(parser: &mut lexopt::Parser) -> Result<u16, lexopt::Error> {
    let value = parser.value()?.string()?;
    value.parse().map_err(|_| format!("--port must be a number from 0 to {}, not {value:?}", u16::MAX).into())
}

/// Names, or nothing where help is asked for.
fn parse_names(mut parser: lexopt::Parser) -> Result<Option<Vec<String>>, lexopt::Error> {
    let mut names = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(None),
            Value(name) => names.push(name.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(names))
}

impl Command {
    /// Does what was asked for.
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Help(text) => print!("{text}"),
            Self::Build => build::run()?,
            Self::Demo { port } => demo::run(port)?,
            Self::Serve(options) => serve::run(options)?,
            Self::Size { record } => size::run(record)?,
            Self::Test { suites } => return test::run(&suites),
            Self::Bench { tables } => bench::run(&tables)?,
            Self::Format => test::format()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, parse_command};

    fn parse(line: &str) -> Result<Command, String> {
        let arguments = std::iter::once("xtask").chain(line.split(' '));
        parse_command(lexopt::Parser::from_iter(arguments)).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn refuses(line: &str, message: &str) {
        assert_eq!(parse(line).err().as_deref(), Some(message), "{line}");
    }

    #[test]
    fn ports_are_read() {
        assert!(matches!(parse("demo"), Ok(Command::Demo { port: None })));
        assert!(matches!(parse("demo --port 0"), Ok(Command::Demo { port: Some(0) })));
        assert!(matches!(parse("serve --port=65535 --quiet"), Ok(Command::Serve(options)) if options.port == 65_535));
    }

    #[test]
    fn a_wrong_port_is_refused_by_name_and_with_its_range() {
        for command in ["serve", "demo"] {
            for port in ["abc", "65536", "-1", "80.5", "0x50"] {
                let message = format!("--port must be a number from 0 to 65535, not {port:?}");
                refuses(&format!("{command} --port {port}"), &message);
            }
            refuses(&format!("{command} --port"), "missing argument for option '--port'");
        }
    }

    #[test]
    fn what_does_not_belong_is_refused_by_name() {
        refuses("build now", "unexpected argument \"now\"");
        refuses("serve --fast", "invalid option '--fast'");
        refuses("bench --fast", "invalid option '--fast'");
        refuses("fly", "there is no command \"fly\": see `cargo xtask --help`");
    }
}
