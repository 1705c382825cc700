//! A Chromium for the browser tests.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{capture, stdout_of};
use crate::step::step;

const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const MISSING: &str = "Chromium was not found: install it, or give its path in the environment variable CHROMIUM";

/// The one that `CHROMIUM` names, one on the `PATH`, or one installed now where that needs no question.
pub(super) fn find_or_install() -> Result<PathBuf> {
    if let Some(path) = env::var_os("CHROMIUM").map(PathBuf::from) {
        if !path.is_file() {
            bail!("CHROMIUM is {}, which is not a file", path.display());
        }
        return Ok(path);
    }
    if let Some(found) = on_path(&NAMES) {
        return Ok(found);
    }
    if on_path(&["apt-get"]).is_none() || !is_root() {
        bail!(MISSING);
    }
    step("apt-get install chromium", || {
        apt_get(&["update"])?;
        apt_get(&["install", "-y", "--no-install-recommends", "chromium"]).context(MISSING)
    })?;
    on_path(&NAMES).context(MISSING)
}

fn on_path(names: &[&str]) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    let mut candidates = env::split_paths(&folders).flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    candidates.find(|path| path.is_file())
}

fn is_root() -> bool {
    stdout_of(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    // Another installation may hold the lock for a while.
    command.args(["-o", "DPkg::Lock::Timeout=300"]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    capture(&mut command).map(drop)
}
