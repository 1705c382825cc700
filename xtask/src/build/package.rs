//! The npm package, put together from pkg-template/ and what was generated.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::process::capture;
use crate::{npm, workspace};

/// The files of the package, by path inside it.
pub(crate) type Files = BTreeMap<PathBuf, Vec<u8>>;

/// What stands for the version in pkg-template/package.json.
const VERSION_FIELD: &str = "\"version\": \"0.0.0\"";

/// Makes pkg/ hold the template, the licences and `generated`, and nothing else.
pub(crate) fn assemble(generated: Files) -> Result<()> {
    let root = workspace::root();
    let mut files = read_folder(&root.join("pkg-template"))?;
    stamp_version(&mut files)?;
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        files.insert(licence.into(), read(&root.join(licence))?);
    }
    for (path, contents) in generated {
        if files.insert(path.clone(), contents).is_some() {
            bail!("pkg-template/{} would be overwritten: the build generates a file of that name", path.display());
        }
    }
    let staging = workspace::cache().join("package");
    write_folder(&staging, &files)?;
    capture(npm::node(npm::build_tools().join("ship.mjs")).arg(&staging))?;
    write_folder(&workspace::package(), &read_folder(&staging)?)
}

/// A module that holds `wasm` itself, for where it can neither be fetched nor read from a file.
pub(crate) fn inline(wasm: &[u8]) -> String {
    let text = STANDARD.encode(wasm);
    // What engines have for it takes a millisecond, and a loop in a fresh process ten.
    format!(
        "const text=\"{text}\",{{Buffer}}=globalThis,decode=()=>{{const chars=atob(text),bytes=new Uint8Array(chars.length);\
         for(let i=0;i<bytes.length;i++)bytes[i]=chars.charCodeAt(i);return bytes}};\
         export default Uint8Array.fromBase64?.(text)??Buffer?.from?.(text,\"base64\")??decode();\n"
    )
}

fn stamp_version(files: &mut Files) -> Result<()> {
    let manifest = files.get_mut(Path::new("package.json")).context("pkg-template/package.json is missing")?;
    let text = std::str::from_utf8(manifest).context("pkg-template/package.json is not UTF-8")?;
    if text.matches(VERSION_FIELD).count() != 1 {
        bail!("pkg-template/package.json must contain {VERSION_FIELD} once: the version comes from Cargo.toml");
    }
    *manifest = text.replace(VERSION_FIELD, &format!("\"version\": \"{}\"", workspace::VERSION)).into_bytes();
    Ok(())
}

/// All files in a folder and in the folders in it.
pub(crate) fn read_folder(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    collect(folder, Path::new(""), &mut files)?;
    Ok(files)
}

fn collect(folder: &Path, prefix: &Path, files: &mut Files) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("{} could not be read", folder.display()))? {
        let entry = entry?;
        let (path, name) = (entry.path(), prefix.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            collect(&path, &name, files)?;
        } else {
            files.insert(name, read(&path)?);
        }
    }
    Ok(())
}

/// Writes what differs and removes what does not belong. The folder itself stays, since others link to it.
pub(crate) fn write_folder(folder: &Path, files: &Files) -> Result<()> {
    fs::create_dir_all(folder)?;
    let present = read_folder(folder)?;
    for path in present.keys().filter(|path| !files.contains_key(*path)) {
        fs::remove_file(folder.join(path))?;
    }
    for (path, contents) in files.iter().filter(|(path, contents)| present.get(*path) != Some(*contents)) {
        let target = folder.join(path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&target, contents).with_context(|| format!("{} could not be written", target.display()))?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{} could not be read", path.display()))
}
