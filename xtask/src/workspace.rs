//! Where things are in this repository.

use std::path::{Path, PathBuf};

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// The npm package as `build` leaves it.
pub(crate) fn package() -> PathBuf {
    root().join("pkg")
}

/// What `build` keeps between runs.
pub(crate) fn cache() -> PathBuf {
    target().join("xtask")
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The one version of this repository: all crates inherit it from the root manifest.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
