//! `cargo xtask test`: all suites, or those that are named.

pub(crate) mod browsers;
mod fuzz;
pub(crate) mod javascript;
pub(crate) mod not_run;
mod rust;

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Error, Result, bail};

use self::not_run::NotRun;
use crate::{process, size};

/// One row of the table of suites.
struct Suite {
    name: &'static str,
    about: &'static str,
    run: fn() -> Result<()>,
}

/// In the order in which they run: quick ones first.
const SUITES: &[Suite] = &[
    Suite { name: "fmt", about: "rustfmt changes nothing", run: rust::fmt },
    Suite {
        name: "lint",
        about: "Biome finds nothing to format or to mend in JavaScript, CSS, JSON and HTML",
        run: javascript::lint,
    },
    Suite { name: "clippy", about: "no warning in native and WebAssembly code", run: rust::clippy },
    Suite { name: "doc", about: "rustdoc without warnings", run: rust::doc },
    Suite {
        name: "native",
        about: "the Rust tests of all crates, and the examples in the documentation",
        run: rust::native,
    },
    Suite { name: "fuzz", about: "libFuzzer on answers, arguments, rules and carts, for a minute", run: fuzz::run },
    Suite {
        name: "types",
        about: "the typings, under each TypeScript configuration in tests/types/",
        run: javascript::types,
    },
    Suite { name: "size", about: "the built package within its budgets of bytes", run: || size::run(false) },
    Suite { name: "node", about: "the built package in Node.js, against the sandbox", run: javascript::node },
    Suite {
        name: "hostile",
        about: "the built package when memory runs out, and against servers that mean harm",
        run: javascript::hostile,
    },
    Suite {
        name: "web-program",
        about: "a Rust program on the web that calls over fetch, in Node.js, against the sandbox",
        run: javascript::web_program,
    },
    Suite {
        name: "prism",
        about: "the built package against the vendor's own API description",
        run: javascript::prism,
    },
    Suite {
        name: "packaging",
        about: "what the tarball holds, how a page loads it, and what it says when it can't",
        run: javascript::packaging,
    },
    Suite {
        name: "runtimes",
        about: "the packed package in Node.js, Deno, Bun and Cloudflare's workerd",
        run: javascript::runtimes,
    },
    Suite {
        name: "bundlers",
        about: "the packed package through Vite, webpack, Rollup and esbuild, in Chromium",
        run: javascript::bundlers,
    },
    Suite {
        name: "frameworks",
        about: "the packed package in Next.js, Shopify's MiniOxygen and Vitest",
        run: javascript::frameworks,
    },
    Suite {
        name: "engines",
        about: "the packed package and the demo page in Firefox and WebKit",
        run: javascript::engines,
    },
    Suite {
        name: "element",
        about: "<earnkit-rules> and <earnkit-estimate> in Chromium, Firefox and WebKit",
        run: javascript::element,
    },
    Suite { name: "browser", about: "the demo page in Chromium", run: javascript::browser },
    Suite {
        name: "bench",
        about: "the benchmark of `cargo xtask bench` runs, with tiny counts",
        run: javascript::bench,
    },
    Suite {
        name: "conformance",
        about: "one award under each fault, in every runtime and beside other clients: docs/conformance.md",
        run: javascript::conformance,
    },
    Suite {
        name: "gateway",
        about: "the edge gateway in workerd and in servers' runtimes, over TCP to the sandbox, and behind two browsers",
        run: javascript::gateway,
    },
    Suite {
        name: "soak",
        about: "10,000 awards over a broken line, reconciled one by one; 100,000 calls that leave nothing behind",
        run: javascript::soak,
    },
];

/// Formats what the suites `fmt` and `lint` check.
pub(crate) fn format() -> Result<()> {
    rust::format()?;
    javascript::format()
}

/// One line for each suite.
pub(crate) fn list() -> String {
    let lines: Vec<String> = SUITES.iter().map(|suite| format!("  {:<11} {}\n", suite.name, suite.about)).collect();
    lines.concat()
}

/// Runs the named suites, or all of them; a failing one does not stop the others.
pub(crate) fn run(names: &[String]) -> Result<ExitCode> {
    if let Some(unknown) = names.iter().find(|name| SUITES.iter().all(|suite| suite.name != name.as_str())) {
        bail!("there is no suite {unknown:?}: see `cargo xtask test --help`");
    }
    let wanted = SUITES.iter().filter(|suite| names.is_empty() || names.iter().any(|name| name == suite.name));
    let results: Vec<(&Suite, Duration, Verdict)> = wanted
        .map(|suite| {
            println!("\n== {}: {}", suite.name, suite.about);
            let started = Instant::now();
            let result = (suite.run)();
            let elapsed = started.elapsed();
            if let Err(error) = &result {
                println!("{error:#}");
            }
            let verdict = Verdict::of(result);
            println!("== {} {} in {:.1} s", suite.name, verdict.word(), elapsed.as_secs_f64());
            (suite, elapsed, verdict)
        })
        .collect();

    println!();
    for (suite, elapsed, verdict) in &results {
        println!("  {:<11} {:>7.1} s  {}", suite.name, elapsed.as_secs_f64(), verdict.word());
        if let Verdict::NotRun(not_run) = verdict {
            print!("{}", not_run.brief());
        }
    }
    let count = |is: fn(&Verdict) -> bool| results.iter().filter(|(_, _, verdict)| is(verdict)).count();
    let passed = count(|verdict| matches!(verdict, Verdict::Passed));
    let failed = count(|verdict| matches!(verdict, Verdict::Failed));
    println!("{passed} passed, {failed} failed, {} not run in full", results.len() - passed - failed);
    Ok(if passed == results.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What became of a suite.
enum Verdict {
    Passed,
    /// Something of it can't be run here; the rest passed.
    NotRun(NotRun),
    Failed,
}

impl Verdict {
    fn of(result: Result<()>) -> Self {
        match result.map_err(Error::downcast::<NotRun>) {
            Ok(()) => Self::Passed,
            Err(Ok(not_run)) => Self::NotRun(not_run),
            Err(Err(_)) => Self::Failed,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::NotRun(_) => "NOT RUN IN FULL",
            Self::Failed => "FAILED",
        }
    }
}

/// Runs a command of a suite on this terminal; an error unless it succeeds.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|error| process::explain(command, error))?;
    if !status.success() {
        bail!("{} stopped with {status}", process::name(command));
    }
    Ok(())
}
