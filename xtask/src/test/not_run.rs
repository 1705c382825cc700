//! Tests that can't be run here: named, explained, and never counted as passed.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Error, Result};

/// What was left out of a suite, and why.
#[derive(Debug, Default)]
pub(crate) struct NotRun(Vec<(String, String)>);

impl NotRun {
    /// Takes out of `tests` those that need what could not be had.
    pub(super) fn leave_out(&mut self, tests: &mut Vec<PathBuf>, why: &Error, needs_it: impl Fn(&Path) -> bool) {
        for test in tests.extract_if(.., |test| needs_it(test)) {
            let name = test.file_name().unwrap_or_default().to_string_lossy();
            let name = name.split('.').next().unwrap_or_default().to_owned();
            self.0.push((name, format!("{why:#}")));
        }
    }

    /// Notes what can't be run.
    pub(crate) fn add(&mut self, name: &str, why: &Error) {
        self.0.push((name.to_owned(), format!("{why:#}")));
    }

    /// The names of what was left out, with commas between them.
    pub(crate) fn names(&self) -> String {
        let names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.join(",")
    }

    /// One line for each of them.
    pub(crate) fn brief(&self) -> String {
        let lines = self.0.iter().map(|(name, why)| {
            let start: Vec<&str> = why.lines().take(3).collect();
            format!("  not run: {name}: {}\n", start.join(" "))
        });
        lines.collect()
    }

    /// An error if anything was left out.
    pub(super) fn into_result(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(self.into()) }
    }
}

impl fmt::Display for NotRun {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, why)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(formatter, "{separator}not run: {name}: {}", why.trim_end())?;
        }
        Ok(())
    }
}

impl std::error::Error for NotRun {}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use anyhow::anyhow;

    use super::NotRun;

    #[test]
    fn what_was_left_out_is_named_and_no_success() {
        let mut tests = ["runtimes/deno.test.mjs", "runtimes/node/node.test.mjs"].map(PathBuf::from).to_vec();
        let mut not_run = NotRun::default();
        not_run.leave_out(&mut tests, &anyhow!("no network"), |test| test.ends_with("deno.test.mjs"));
        assert_eq!(tests, [PathBuf::from("runtimes/node/node.test.mjs")]);
        let error = not_run.into_result().expect_err("something was left out");
        assert_eq!(error.to_string(), "not run: deno: no network");
    }

    #[test]
    fn nothing_left_out_is_a_success() {
        let mut tests = vec![PathBuf::from("deno.test.mjs")];
        let mut not_run = NotRun::default();
        not_run.leave_out(&mut tests, &anyhow!("no network"), |_| false);
        assert!(not_run.into_result().is_ok());
    }
}
