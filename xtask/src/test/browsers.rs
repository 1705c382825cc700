//! The browsers that tests drive.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use crate::process::{capture, stdout_of};
use crate::step::step;

/// A browser, or the program that drives it.
pub(crate) struct Browser {
    name: &'static str,
    /// The environment variable that may name the program, and does for the tests.
    pub(crate) variable: &'static str,
    /// Its names on the `PATH`.
    programs: &'static [&'static str],
    /// Programs that it can't do without.
    helpers: &'static [&'static str],
    /// What Debian calls it, and what it needs besides.
    packages: &'static [&'static str],
}

pub(crate) const CHROMIUM: Browser = Browser {
    name: "Chromium",
    variable: "CHROMIUM",
    programs: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"],
    helpers: &[],
    packages: &["chromium"],
};

pub(super) const FIREFOX: Browser = Browser {
    name: "Firefox",
    variable: "FIREFOX",
    programs: &["firefox-esr", "firefox"],
    helpers: &[],
    packages: &["firefox-esr"],
};

pub(super) const WEBKIT: Browser = Browser {
    name: "WebKitGTK's driver",
    variable: "WEBKIT_DRIVER",
    programs: &["WebKitWebDriver"],
    helpers: &["xvfb-run", "xauth"],
    packages: &["webkit2gtk-driver", "xvfb", "xauth"],
};

impl Browser {
    /// The one that the variable names, one on the `PATH`, or one installed now where that needs no question.
    pub(crate) fn find_or_install(&self) -> Result<PathBuf> {
        if let Some(path) = env::var_os(self.variable).map(PathBuf::from) {
            if !path.is_file() {
                bail!("{} is {}, which is not a file", self.variable, path.display());
            }
            return Ok(path);
        }
        if let Some(found) = self.find() {
            return Ok(found);
        }
        if on_path(&["apt-get"]).is_none() || !is_root() {
            return Err(self.missing());
        }
        step(&format!("apt-get install {}", self.packages.join(" ")), || {
            apt_get(&["update"])?;
            apt_get(&[&["install", "-y", "--no-install-recommends"], self.packages].concat())
        })
        .with_context(|| self.missing())?;
        self.find().ok_or_else(|| self.missing())
    }

    fn find(&self) -> Option<PathBuf> {
        let found = on_path(self.programs)?;
        self.helpers.iter().all(|helper| on_path(&[helper]).is_some()).then_some(found)
    }

    fn missing(&self) -> anyhow::Error {
        let Self { name, variable, .. } = self;
        anyhow!("{name} was not found: install it, or give its path in the environment variable {variable}")
    }
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
