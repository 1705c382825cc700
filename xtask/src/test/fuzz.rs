//! The suite `fuzz`: libFuzzer on each target in fuzz/, for a bounded time.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::not_run::NotRun;
use super::succeed;
use crate::process::{self, capture, stdout_of};
use crate::step::step;
use crate::workspace;

/// For each target. What was found before is tried first: it lies in the corpora.
const SECONDS: u32 = 18;
/// An input that takes longer has hung.
const INPUT_SECONDS: u32 = 20;
/// Ten times what it takes.
const MEMORY_MB: u32 = 512;
const COUNT: &str = "stat::number_of_executed_units:";

/// As `cargo fuzz` has it, but for the address sanitizer, which needs a nightly compiler; the crate denies `unsafe`.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Ccodegen-units=1 \
    -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

fn folder() -> PathBuf {
    workspace::root().join("fuzz")
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = process::cargo();
    command.args(arguments).current_dir(folder());
    command
}

pub(super) fn run() -> Result<()> {
    succeed(&mut cargo(&["fmt", "--check"]))?;
    let targets = targets()?;
    // Its own code is C++.
    let compiler = env::var_os("CXX").unwrap_or_else(|| "c++".into());
    if let Err(error) = capture(Command::new(compiler).arg("--version")) {
        let error = error.context("libFuzzer needs a C++ compiler");
        let mut not_run = NotRun::default();
        for target in &targets {
            not_run.add(target, &error);
        }
        return not_run.into_result();
    }
    let programs = build()?;
    targets.iter().try_for_each(|target| fuzz(target, &programs.join(target)))
}

/// The names of the targets.
fn targets() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder().join("fuzz_targets"))? {
        names.extend(entry?.path().file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    if names.is_empty() {
        bail!("there is no target in fuzz/");
    }
    Ok(names)
}

/// Builds the targets; the folder that they are in.
fn build() -> Result<PathBuf> {
    let host = stdout_of(Command::new("rustc").args(["--print", "host-tuple"]))?;
    let host = host.trim();
    let target_dir = workspace::cache().join("fuzz");
    // With a target, so that the flags are not those of build scripts.
    let mut command = cargo(&["build", "--quiet", "--release", "--locked", "--target", host]);
    command.env("CARGO_TARGET_DIR", &target_dir).env_remove("CARGO_ENCODED_RUSTFLAGS").env("RUSTFLAGS", FLAGS);
    step("compile the targets of libFuzzer", || capture(&mut command))?;
    Ok(target_dir.join(host).join("release"))
}

fn fuzz(target: &str, program: &Path) -> Result<()> {
    let found = workspace::cache().join("fuzz-corpus").join(target);
    fs::create_dir_all(&found).with_context(|| format!("{} could not be made", found.display()))?;
    let mut command = Command::new(program);
    command
        .arg(format!("-max_total_time={SECONDS}"))
        .arg(format!("-timeout={INPUT_SECONDS}"))
        .arg(format!("-rss_limit_mb={MEMORY_MB}"))
        .arg(format!("-dict={}", folder().join("json.dict").display()))
        .arg(format!("-artifact_prefix={}/", workspace::cache().display()))
        .arg("-print_final_stats=1")
        // The first takes in what is found.
        .args([&found, &folder().join("corpus").join(target)])
        .stdin(Stdio::null());
    let output = step(&format!("fuzz {target}"), || capture(&mut command))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let line = |start: &str| said.lines().find_map(|line| line.strip_prefix(start)).map(str::trim);
    let count = line(COUNT).and_then(|count| count.parse::<u64>().ok()).unwrap_or_default();
    println!("  {count} inputs, seed {}", line("INFO: Seed:").unwrap_or("unknown"));
    let committed = fs::read_dir(folder().join("corpus").join(target))?.count();
    if count <= u64::try_from(committed)? {
        bail!("libFuzzer tried no input of its own: {}", said.trim_end());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{folder, targets};

    #[test]
    fn every_target_has_a_corpus_and_is_built() {
        let manifest = std::fs::read_to_string(folder().join("Cargo.toml")).expect("the manifest can be read");
        for target in targets().expect("there are targets") {
            assert!(folder().join("corpus").join(&target).is_dir(), "{target}");
            assert!(manifest.contains(&format!("fuzz_targets/{target}.rs")), "{target}");
        }
    }
}
