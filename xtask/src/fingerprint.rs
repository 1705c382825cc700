//! Content hashes, by which a second run knows what it need not do again.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// A hash over parts; their borders count, so `["ab"]` and `["a", "b"]` differ.
pub(crate) fn of<T: AsRef<[u8]>>(parts: impl IntoIterator<Item = T>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        let part = part.as_ref();
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A hash over the contents of files.
pub(crate) fn of_files(files: &[&Path]) -> Result<String> {
    let contents = files
        .iter()
        .map(|file| fs::read(file).with_context(|| format!("{} could not be read", file.display())))
        .collect::<Result<Vec<_>>>()?;
    Ok(of(contents))
}
