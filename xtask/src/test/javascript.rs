//! The suites that Node.js runs, on the package as it was built.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::{IsTerminal, stdout};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Error, Result, bail};

use super::browsers::{Browser, CHROMIUM, FIREFOX, WEBKIT};
use super::not_run::NotRun;
use super::succeed;
use crate::{build, npm, workspace};

/// What the names of test files end in.
const TEST: &str = ".test.mjs";
/// Suites whose files wait for browsers and servers of their own most of the time, so that two run at once on two cores,
/// where Node.js would run one after the other.
const TWO_AT_ONCE: &[&str] = &["browser", "element"];
/// Where tests set up projects of their own.
const FRESH: &str = "fresh";

/// The JavaScript tests.
pub(crate) fn folder() -> PathBuf {
    workspace::root().join("tests/js")
}

fn tool(path: &str) -> Command {
    let mut command = npm::node(folder().join("node_modules").join(path));
    command.current_dir(workspace::root());
    command
}

fn biome(command: &str) -> Command {
    let mut biome = tool("@biomejs/biome/bin/biome");
    biome.arg(command);
    if !stdout().is_terminal() {
        // It colours single characters, and takes a pipe for a terminal.
        biome.arg("--colors=off");
    }
    biome
}

pub(super) fn lint() -> Result<()> {
    npm::require_node()?;
    npm::install(&folder())?;
    succeed(biome("ci").arg("--error-on-warnings"))
}

/// Does what the suite `lint` asks for, as far as a machine can.
pub(super) fn format() -> Result<()> {
    npm::require_node()?;
    npm::install(&folder())?;
    succeed(biome("check").arg("--write"))
}

pub(super) fn types() -> Result<()> {
    prepare()?;
    let folder = workspace::root().join("tests/types");
    let projects: Vec<PathBuf> = files(&folder, "tsconfig.", ".json")?
        .into_iter()
        .filter(|path| !path.ends_with("tsconfig.base.json"))
        .collect();
    if projects.is_empty() {
        bail!("there is no TypeScript configuration in tests/types/");
    }
    for project in projects {
        succeed(tool("typescript/bin/tsc").arg("--project").arg(&project))
            .with_context(|| format!("{}", project.strip_prefix(workspace::root()).unwrap_or(&project).display()))?;
    }
    Ok(())
}

pub(super) fn node() -> Result<()> {
    node_tests("node", &[])
}

pub(super) fn hostile() -> Result<()> {
    node_tests("hostile", &[])
}

pub(super) fn web_program() -> Result<()> {
    npm::require_node()?;
    npm::install(&folder())?;
    let program = build::web_program()?;
    run_tests("web-program", &files(&folder().join("web-program"), "", TEST)?, vec![("EARNKIT_WEB_PROGRAM", program)])
}

pub(super) fn prism() -> Result<()> {
    node_tests("prism", &[])
}

pub(super) fn browser() -> Result<()> {
    node_tests_with("browser", &[("", CHROMIUM)], &[("", "www/server")])
}

pub(super) fn packaging() -> Result<()> {
    node_tests("packaging", &[("", CHROMIUM)])
}

pub(super) fn runtimes() -> Result<()> {
    node_tests("runtimes", &[])
}

pub(super) fn bundlers() -> Result<()> {
    node_tests("bundlers", &[("", CHROMIUM)])
}

pub(super) fn frameworks() -> Result<()> {
    node_tests("frameworks", &[("next", CHROMIUM)])
}

pub(super) fn element() -> Result<()> {
    let browsers = [("", CHROMIUM), ("firefox", FIREFOX), ("webkit", WEBKIT)];
    let needs = [("webkit", "tests/js/engines"), ("gallery", "www/gallery/react"), ("lighthouse", "www/server")];
    node_tests_with("element", &browsers, &needs)
}

pub(super) fn engines() -> Result<()> {
    node_tests_with("engines", &[("firefox", FIREFOX), ("webkit", WEBKIT)], &[("", "www/server")])
}

pub(super) fn bench() -> Result<()> {
    in_runtimes("bench", &[("chromium", CHROMIUM)])
}

pub(super) fn conformance() -> Result<()> {
    in_runtimes("conformance", &[("chromium", CHROMIUM), ("firefox", FIREFOX)])
}

/// These tests wait for timeouts, disks and browsers as much as they compute; Node leaves one core of two idle.
const GATEWAY_CONCURRENCY: &[&str] = &["--test-concurrency", "2"];

pub(super) fn gateway() -> Result<()> {
    in_runtimes("gateway", &[("chromium", CHROMIUM), ("firefox", FIREFOX)])
}

pub(super) fn soak() -> Result<()> {
    in_runtimes("soak", &[])
}

/// Runs the tests in a folder of tests/js/ that start runtimes by themselves, and tells them which can't be had here.
fn in_runtimes(name: &str, browsers: &[(&str, Browser)]) -> Result<()> {
    prepare()?;
    let mut not_run = NotRun::default();
    let mut variables = Vec::new();
    for (runtime, browser) in browsers {
        match browser.find_or_install() {
            Ok(path) => variables.push((browser.variable, path)),
            Err(error) => not_run.add(runtime, &error),
        }
    }
    if let Err(error) = npm::install(&folder().join("runtimes")) {
        for runtime in ["bun", "deno", "workerd"] {
            not_run.add(runtime, &error);
        }
    }
    let mut tests = files(&folder().join(name), "", TEST)?;
    install_for(&mut tests, &mut not_run);
    variables.push(("EARNKIT_NOT_RUN", not_run.names().into()));
    if !tests.is_empty() {
        run_tests(name, &tests, variables)?;
    }
    not_run.into_result()
}

/// Installs what the folders of tests pin, and leaves out the tests for which that fails.
fn install_for(tests: &mut Vec<PathBuf>, not_run: &mut NotRun) {
    for project in projects(tests) {
        if let Err(error) = npm::install(&project) {
            not_run.leave_out(tests, &error, |test| test.starts_with(&project));
        }
    }
}

/// Sees to it, once, that the tests find the package as it was built under the name `earnkit`.
pub(crate) fn prepare() -> Result<()> {
    static PREPARED: OnceLock<Result<(), String>> = OnceLock::new();
    let prepared = PREPARED.get_or_init(|| build_and_link().map_err(|error| format!("{error:#}")));
    prepared.clone().map_err(Error::msg)
}

fn build_and_link() -> Result<()> {
    build::run()?;
    let folder = folder();
    npm::install(&folder)?;
    let link = folder.join("node_modules/earnkit");
    if !link.exists() {
        symlink(&workspace::package(), &link).with_context(|| format!("{} could not be linked", link.display()))?;
    }
    Ok(())
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(windows)]
fn symlink(target: &Path, link: &Path) -> std::io::Result<()> {
    std::os::windows::fs::symlink_dir(target, link)
}

/// Runs the tests in a folder of tests/js/ with Node's own runner: all but those for which a browser or the packages
/// that they pin can't be had here. A browser is for the files whose names start so.
fn node_tests(name: &str, browsers: &[(&str, Browser)]) -> Result<()> {
    node_tests_with(name, browsers, &[])
}

/// The same, with folders elsewhere that pin what the files whose names start so need.
fn node_tests_with(name: &str, browsers: &[(&str, Browser)], elsewhere: &[(&str, &str)]) -> Result<()> {
    let mut tests = files(&folder().join(name), "", TEST)?;
    if tests.is_empty() {
        bail!("there is no test in tests/js/{name}/");
    }
    prepare()?;
    let mut not_run = NotRun::default();
    let mut variables = Vec::new();
    for (start, browser) in browsers {
        match browser.find_or_install() {
            Ok(path) => variables.push((browser.variable, path)),
            Err(error) => not_run.leave_out(&mut tests, &error, |test| starts_with(test, start)),
        }
    }
    for (start, project) in elsewhere {
        if let Err(error) = npm::install(&workspace::root().join(project)) {
            not_run.leave_out(&mut tests, &error, |test| starts_with(test, start));
        }
    }
    install_for(&mut tests, &mut not_run);
    if !tests.is_empty() {
        run_tests(name, &tests, variables)?;
    }
    not_run.into_result()
}

fn starts_with(test: &Path, start: &str) -> bool {
    test.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start))
}

/// The folders above tests, up to tests/js/, that pin packages of their own.
fn projects(tests: &[PathBuf]) -> BTreeSet<PathBuf> {
    let root = folder();
    let above = tests.iter().flat_map(|test| test.ancestors().skip(1).take_while(|folder| *folder != root));
    above.filter(|folder| folder.join("package.json").is_file()).map(Path::to_owned).collect()
}

fn run_tests(name: &str, tests: &[PathBuf], variables: Vec<(&str, PathBuf)>) -> Result<()> {
    let report = workspace::cache().join(format!("{name}.tap"));
    let mut command = Command::new("node");
    command
        .arg("--test")
        // For a whole file too: one that hangs must not take the run with it.
        .args(["--test-timeout", "1200000"])
        .args(if name == "gateway" { GATEWAY_CONCURRENCY } else { &[] })
        .args(["--test-reporter", "spec", "--test-reporter-destination", "stdout"])
        .args(["--test-reporter", "tap", "--test-reporter-destination"])
        .arg(&report)
        .args(TWO_AT_ONCE.contains(&name).then_some("--test-concurrency=2"))
        .args(tests)
        .current_dir(folder())
        .env("EARNKIT_XTASK", env::current_exe()?)
        .env("EARNKIT_PKG", workspace::package())
        .envs(variables);
    succeed(&mut command)?;
    let report = fs::read_to_string(&report).with_context(|| format!("{} could not be read", report.display()))?;
    require_full_run(&report)
}

/// Refuses a run that left something out: Node's runner calls it a success.
fn require_full_run(tap: &str) -> Result<()> {
    let count = |name: &str| {
        let value =
            tap.lines().rev().find_map(|line| line.strip_prefix("# ")?.strip_prefix(name)?.trim().parse::<u64>().ok());
        value.with_context(|| format!("node's report has no count of {name}"))
    };
    match (count("pass")?, count("skipped")? + count("todo")?) {
        (0, _) => bail!("node ran no test"),
        (_, 0) => Ok(()),
        (_, skipped) => bail!("{skipped} tests were skipped"),
    }
}

/// The files in a folder, and in the folders in it, whose names start and end so; sorted.
fn files(folder: &Path, start: &str, end: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{} could not be read", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_dir() {
            if name != "node_modules" && name != FRESH {
                found.extend(files(&entry.path(), start, end)?);
            }
        } else if name.to_str().is_some_and(|name| name.starts_with(start) && name.ends_with(end)) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::SUITES;
    use super::{TEST, files, folder, require_full_run};

    #[test]
    fn every_test_file_belongs_to_a_suite() {
        for test in files(&folder(), "", TEST).expect("tests/js can be read") {
            let place = test.strip_prefix(folder()).expect("it is in tests/js");
            let suite = place.components().next().expect("it has a name").as_os_str();
            assert!(SUITES.iter().any(|known| suite == known.name), "no suite runs {}", place.display());
        }
    }

    fn report(pass: u32, skipped: u32) -> String {
        format!(
            "TAP version 13\nok 1 - a\n1..1\n# tests 9\n# suites 0\n# pass {pass}\n# fail 0\n# cancelled 0\n# skipped {skipped}\n# todo 0\n# duration_ms 5\n"
        )
    }

    #[test]
    fn a_run_counts_only_when_it_ran_everything() {
        assert!(require_full_run(&report(9, 0)).is_ok());
        assert_eq!(require_full_run(&report(0, 0)).map_err(|error| error.to_string()), Err("node ran no test".into()));
        assert_eq!(
            require_full_run(&report(8, 1)).map_err(|error| error.to_string()),
            Err("1 tests were skipped".into())
        );
        assert!(require_full_run("").is_err());
    }
}
