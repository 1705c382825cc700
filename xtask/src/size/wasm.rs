//! Where the bytes of a module are: by function, and by the crate or module that it comes from.

use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::Result;
use wasmparser::{KnownCustom, Name, Parser, Payload};

/// Bytes by name.
pub(crate) type Sizes = BTreeMap<String, usize>;

/// A module's bytes, before compression.
#[derive(Debug, Default)]
pub(crate) struct Breakdown {
    /// By function, and by section for what is no code.
    pub(crate) functions: Sizes,
    /// The same by crate; this crate's by module.
    pub(crate) crates: Sizes,
}

/// Takes a module apart that has its names.
pub(crate) fn breakdown(wasm: &[u8]) -> Result<Breakdown> {
    let mut bodies = Vec::new();
    let mut names = BTreeMap::new();
    let mut imported = 0;
    let mut breakdown = Breakdown::default();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if let Some((_, range)) = payload.as_section()
            && !matches!(payload, Payload::CodeSectionStart { .. } | Payload::CustomSection(_))
        {
            breakdown.add(&section(&payload), range.len());
        }
        match payload {
            Payload::ImportSection(imports) => {
                let imports = imports.into_imports().collect::<Result<Vec<_>, _>>()?;
                imported = imports.iter().filter(|import| matches!(import.ty, wasmparser::TypeRef::Func(_))).count();
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.range().len()),
            Payload::CustomSection(custom) => {
                if let KnownCustom::Name(section) = custom.as_known() {
                    for name in section {
                        if let Name::Function(functions) = name? {
                            for naming in functions {
                                let naming = naming?;
                                names.insert(naming.index, naming.name.to_owned());
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    for (index, bytes) in bodies.into_iter().enumerate() {
        let name = u32::try_from(imported + index).ok().and_then(|index| names.get(&index));
        breakdown.add(&name.map_or_else(|| "(no name)".to_owned(), |name| path(name)), bytes);
    }
    Ok(breakdown)
}

impl Breakdown {
    fn add(&mut self, name: &str, bytes: usize) {
        *self.functions.entry(name.to_owned()).or_default() += bytes;
        *self.crates.entry(origin(name)).or_default() += bytes;
    }
}

fn section(payload: &Payload<'_>) -> String {
    let name = match payload {
        Payload::DataSection(_) => "data",
        Payload::ImportSection(_) => "imports",
        Payload::ExportSection(_) => "exports",
        _ => "types, tables and the rest",
    };
    format!("({name})")
}

/// A symbol as a path without its hash.
fn path(symbol: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(symbol))
}

/// The crate that a function is of, or for this crate's own its module. What drops a value is of the value's crate.
fn origin(path: &str) -> String {
    if path.starts_with('(') {
        return path.to_owned();
    }
    let path = path.strip_prefix("core::ptr::drop_in_place::").unwrap_or(path);
    let path = path.trim_start_matches(['<', '&', '(', '[', '*']).trim_start_matches("mut ").trim_start_matches("dyn ");
    let mut steps = path.split("::").map(|step| step.split(|c: char| !c.is_alphanumeric() && c != '_').next());
    let first = steps.next().flatten().unwrap_or_default();
    match steps.next().flatten() {
        Some(module) if first == "earnkit" => format!("{first}::{module}"),
        Some(_) => first.to_owned(),
        // An export, or one that the bindings made.
        None => "wasm_bindgen".to_owned(),
    }
}

/// The module without the section that holds its names.
pub(crate) fn without_names(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut kept = Vec::with_capacity(wasm.len());
    let mut end = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        let range: Range<usize> = match &payload {
            Payload::Version { range, .. } => range.clone(),
            other => match other.as_section() {
                Some((_, range)) => range,
                None => continue,
            },
        };
        let is_names = matches!(&payload, Payload::CustomSection(custom) if custom.name() == "name");
        if !is_names {
            kept.extend_from_slice(wasm.get(end..range.end).unwrap_or_default());
        }
        end = range.end;
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn a_function_is_of_its_crate_and_drop_glue_of_its_values() {
        for (path, expected) in [
            ("earnkit::scan::decode::decode", "earnkit::scan"),
            ("<earnkit::call::Call>::prepare", "earnkit::call"),
            ("<earnkit::scan::Fault as core::convert::Into<x>>::into", "earnkit::scan"),
            ("<&mut dyn core::fmt::Write>::x", "core"),
            ("core::ptr::drop_in_place::<earnkit::call::Call>", "earnkit::call"),
            ("core::ptr::drop_in_place::<alloc::boxed::Box<earnkit::call::Call>>", "alloc"),
            ("<talc::base::Talc<x>>::malloc", "talc"),
            ("__wbindgen_malloc", "wasm_bindgen"),
            ("(data)", "(data)"),
        ] {
            assert_eq!(origin(path), expected, "{path}");
        }
    }
}
