//! The suites that cargo runs.

use std::process::Command;

use anyhow::{Result, bail};

use super::succeed;
use crate::build::TARGET;
use crate::{process, workspace};

fn cargo(arguments: &str) -> Command {
    let mut command = process::cargo();
    command.args(arguments.split(' ')).current_dir(workspace::root());
    command
}

pub(super) fn fmt() -> Result<()> {
    succeed(&mut cargo("fmt --all --check"))
}

pub(super) fn format() -> Result<()> {
    succeed(&mut cargo("fmt --all"))
}

pub(super) fn clippy() -> Result<()> {
    succeed(&mut cargo("clippy --quiet --workspace --all-features --all-targets -- -D warnings"))?;
    // All targets but the tests: these are native, as are the typed calls and the crates that they use.
    for name in [
        "earnkit --features package",
        "earnkit --features gateway",
        "earnkit --features fetch",
        "earnkit-sandbox",
        "earnkit-web-program",
    ] {
        let targets = format!("--package {name} --lib --bins --examples --target {TARGET}");
        succeed(&mut cargo(&format!("clippy --quiet {targets} -- -D warnings")))?;
    }
    Ok(())
}

pub(super) fn doc() -> Result<()> {
    succeed(cargo("doc --quiet --workspace --all-features --no-deps").env("RUSTDOCFLAGS", "-D warnings"))
}

pub(super) fn native() -> Result<()> {
    let output = process::tee(&mut cargo("test --workspace --all-features"))?;
    if passed_tests(&output) == 0 {
        bail!("cargo ran no test");
    }
    Ok(())
}

/// The sum over lines like `test result: ok. 12 passed; 0 failed; ...`.
fn passed_tests(output: &str) -> u64 {
    let results = output.lines().filter_map(|line| line.trim().strip_prefix("test result: ok. "));
    results.filter_map(|counts| counts.split(' ').next()?.parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::passed_tests;

    #[test]
    fn passed_tests_are_summed() {
        let output = "running 2 tests\n..\ntest result: ok. 2 passed; 0 failed; 0 ignored\n\n   \
                      Doc-tests earnkit\n\ntest result: ok. 3 passed; 0 failed; 0 ignored\n";
        assert_eq!(passed_tests(output), 5);
        assert_eq!(passed_tests("test result: ok. 0 passed; 0 failed; 0 ignored\n"), 0);
        assert_eq!(passed_tests(""), 0);
    }
}
