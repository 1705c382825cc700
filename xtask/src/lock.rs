//! One task at a time where two would write the same files.

use std::fs::{self, File, TryLockError};

use anyhow::Result;

use crate::workspace;

/// Waits until no other process holds the lock of this name. It is released when the file is dropped.
pub(crate) fn lock(name: &str) -> Result<File> {
    let folder = workspace::cache();
    fs::create_dir_all(&folder)?;
    let file = File::create(folder.join(format!("{name}.lock")))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            println!("  waiting for another task ({name})");
            file.lock()?;
        }
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    Ok(file)
}
