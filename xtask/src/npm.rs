//! Node.js, and packages from npm at the versions that a lock file pins.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{capture, stdout_of};
use crate::step::step;
use crate::{fingerprint, lock, workspace};

/// `require()` of an ES module came with this version, and the package relies on it.
const NODE_MINIMUM: (u32, u32) = (20, 19);

/// What `build` needs from npm.
pub(crate) fn build_tools() -> PathBuf {
    workspace::root().join("xtask/npm")
}

/// A `node` command that runs `script`.
pub(crate) fn node(script: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("node");
    command.arg(script);
    command
}

/// Stops with one line unless a `node` of a supported version is on the `PATH`.
pub(crate) fn require_node() -> Result<()> {
    let printed = stdout_of(&mut node("--version"))?;
    let version = printed.trim();
    let mut numbers = version.trim_start_matches('v').split('.').map_while(|part| part.parse::<u32>().ok());
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if found < NODE_MINIMUM {
        bail!("node is {version}: install Node.js {}.{} or later", NODE_MINIMUM.0, NODE_MINIMUM.1);
    }
    Ok(())
}

/// Installs what the lock file in `directory` pins, unless that has been done already.
pub(crate) fn install(directory: &Path) -> Result<()> {
    let _lock = lock::lock("npm")?;
    let modules = directory.join("node_modules");
    // Inside, so that whoever deletes the packages deletes the mark too.
    let mark = modules.join(".installed");
    let wanted = fingerprint::of_files(&[&directory.join("package.json"), &directory.join("package-lock.json")])?;
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let shown = directory.strip_prefix(workspace::root()).unwrap_or(directory).display();
    step(&format!("npm ci in {shown}"), || {
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let arguments = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
        capture(Command::new(npm).args(arguments).current_dir(directory))
    })?;
    fs::write(&mark, wanted).with_context(|| format!("{} could not be written", mark.display()))
}
