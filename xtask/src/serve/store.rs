//! The sandbox and the file that keeps its state.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use earnkit_sandbox::{Options, Reply, Request, Sandbox};

/// A sandbox whose every change is on disk before it is answered.
#[derive(Debug)]
pub(super) struct Store {
    sandbox: Sandbox,
    path: Option<PathBuf>,
}

impl Store {
    /// The sandbox of this file, or a new one when there is no such file.
    pub(super) fn open(path: Option<PathBuf>) -> Result<Self> {
        let sandbox = match &path {
            Some(path) if path.exists() => {
                let shown = path.display();
                let text = fs::read(path).with_context(|| format!("can't read the state in {shown}"))?;
                serde_json::from_slice(&text)
                    .with_context(|| format!("{shown} is not the state of this version of the sandbox"))?
            }
            _ => Sandbox::new(Options::default(), now_ms()),
        };
        let store = Self { sandbox, path };
        store.save()?;
        Ok(store)
    }

    pub(super) fn handle(&mut self, request: &Request) -> Result<Reply> {
        let reply = self.sandbox.handle(request, now_ms());
        self.save()?;
        Ok(reply)
    }

    pub(super) fn finish(&mut self, sequence: u64, duration_ms: u64) {
        self.sandbox.finish(sequence, duration_ms);
    }

    /// The file is replaced as a whole, so that a crash leaves the old or the new one.
    pub(super) fn save(&self) -> Result<()> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let shown = path.display();
        let text = serde_json::to_vec(&self.sandbox)?;
        let fresh = fresh_path(path);
        fs::write(&fresh, text).with_context(|| format!("can't write the state next to {shown}"))?;
        fs::rename(&fresh, path).with_context(|| format!("can't replace the state in {shown}"))
    }
}

fn fresh_path(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
