//! What of a module its exports can reach, by the relocations that the linker leaves (`--emit-relocs`).
//!
//! The linker keeps what a panic mentions: its message, the path of its source file, the functions that would format
//! it. Once the panics are cut out, nobody asks for these, but in a linked module data is nothing more than numbers. The
//! relocations say which function or datum refers to which.
//!
//! The format: <https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md>.

use std::collections::HashSet;
use std::ops::Range;

use anyhow::{Context, Result};
use wasmparser::{
    ExternalKind, KnownCustom, Linking, Operator, Parser, Payload, RelocationEntry, RelocationType, SymbolInfo,
};

/// Whether a custom section holds this knowledge, which is of no use to anybody else.
pub(crate) fn is_of_linker(section: &str) -> bool {
    section == "linking" || section.starts_with("reloc.")
}

/// A function or a datum.
#[derive(Debug)]
enum Symbol {
    Function {
        index: u32,
        name: String,
    },
    /// Its range in the module.
    Data(Range<usize>),
    Other,
}

#[derive(Debug, Default)]
struct Module {
    imported: u32,
    exported: Vec<u32>,
    /// Where the functions' bodies and the data segments' bytes are in the module.
    bodies: Vec<Range<usize>>,
    segments: Vec<Range<usize>>,
    symbols: Vec<Symbol>,
    /// What is referred to, and where in the module.
    references: Vec<(usize, usize)>,
    /// The constants right before a call, which are its last arguments: where they are, and the function.
    arguments: Vec<(usize, u32)>,
}

/// Overwrites with zeros the data that no export can reach, and names the functions that none can. What `stops` says of
/// a function's symbol: whether it is cut out, so that its own references do not count.
pub(crate) fn blank_unreachable(wasm: &mut [u8], stops: impl Fn(&str) -> bool) -> Result<HashSet<String>> {
    let mut module = read(wasm)?;
    let reached = module.without_arguments_of(&stops).reach(&stops);
    let is_reached = |index: &usize| reached.contains(index);
    let mut unused = HashSet::new();
    let mut blank = vec![false; wasm.len()];
    for (index, symbol) in module.symbols.iter().enumerate() {
        match symbol {
            Symbol::Function { name, .. } if !is_reached(&index) => _ = unused.insert(name.clone()),
            Symbol::Data(range) if !is_reached(&index) => blank[range.clone()].fill(true),
            _ => {}
        }
    }
    for (index, symbol) in module.symbols.iter().enumerate() {
        match symbol {
            Symbol::Function { name, .. } if is_reached(&index) => _ = unused.remove(name),
            Symbol::Data(range) if is_reached(&index) => blank[range.clone()].fill(false),
            _ => {}
        }
    }
    wasm.iter_mut().zip(blank).filter(|(_, blank)| *blank).for_each(|(byte, _)| *byte = 0);
    Ok(unused)
}

fn read(wasm: &[u8]) -> Result<Module> {
    let mut module = Module::default();
    let (mut code, mut data) = (0, 0);
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    module.imported += u32::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export?;
                    module.exported.extend((export.kind == ExternalKind::Func).then_some(export.index));
                }
            }
            Payload::CodeSectionStart { range, .. } => code = range.start,
            Payload::CodeSectionEntry(body) => {
                module.bodies.push(body.range());
                let mut constants = Vec::new();
                for operator in body.get_operators_reader()?.into_iter_with_offsets() {
                    match operator? {
                        // The opcode takes one byte.
                        (Operator::I32Const { .. }, at) => constants.push(at + 1),
                        (Operator::Call { function_index }, _) => {
                            module.arguments.extend(constants.drain(..).map(|at| (at, function_index)));
                        }
                        _ => constants.clear(),
                    }
                }
            }
            Payload::DataSection(segments) => {
                data = segments.range().start;
                for segment in segments {
                    let segment = segment?;
                    module.segments.push(segment.range.end - segment.data.len()..segment.range.end);
                }
            }
            Payload::CustomSection(custom) => match custom.as_known() {
                KnownCustom::Linking(linking) => {
                    for subsection in linking.subsections() {
                        if let Linking::SymbolTable(symbols) = subsection? {
                            for symbol in symbols {
                                let symbol = module.symbol(&symbol?);
                                module.symbols.push(symbol);
                            }
                        }
                    }
                }
                KnownCustom::Reloc(relocations) => {
                    let start = match custom.name() {
                        "reloc.CODE" => code,
                        "reloc.DATA" => data,
                        _ => continue,
                    };
                    for entry in relocations.entries() {
                        let RelocationEntry { ty, offset, index, .. } = entry?;
                        // That one's index is of a type.
                        if ty != RelocationType::TypeIndexLeb {
                            module.references.push((start + offset as usize, index as usize));
                        }
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
    module.references.sort_unstable();
    (!module.references.is_empty()).then_some(module).context("the linker has left no relocations")
}

impl Module {
    fn symbol(&self, symbol: &SymbolInfo<'_>) -> Symbol {
        match symbol {
            SymbolInfo::Func { index, name, .. } => {
                Symbol::Function { index: *index, name: name.unwrap_or_default().to_owned() }
            }
            SymbolInfo::Data { symbol: Some(data), .. } => {
                self.segments.get(data.index as usize).map_or(Symbol::Other, |segment| {
                    let start = segment.start + data.offset as usize;
                    Symbol::Data(start..start + data.size as usize)
                })
            }
            _ => Symbol::Other,
        }
    }

    /// Forgets what is only passed to a function that is cut out.
    fn without_arguments_of(&mut self, stops: &dyn Fn(&str) -> bool) -> &Self {
        let is_cut = |symbol: &&Symbol| matches!(symbol, Symbol::Function { name, .. } if stops(name));
        let cut = self.symbols.iter().filter(is_cut).filter_map(|symbol| match symbol {
            Symbol::Function { index, .. } => Some(*index),
            _ => None,
        });
        let cut: HashSet<u32> = cut.collect();
        let passed = self.arguments.iter().filter(|(_, function)| cut.contains(function)).map(|(at, _)| *at);
        let passed: HashSet<usize> = passed.collect();
        self.references.retain(|(at, _)| !passed.contains(at));
        self
    }

    /// The symbols that the exports can reach.
    fn reach(&self, stops: &dyn Fn(&str) -> bool) -> HashSet<usize> {
        let is_exported =
            |symbol: &Symbol| matches!(symbol, Symbol::Function { index, .. } if self.exported.contains(index));
        let exported = self.symbols.iter().enumerate().filter(|(_, symbol)| is_exported(symbol));
        let mut todo: Vec<usize> = exported.map(|(index, _)| index).collect();
        let mut reached = HashSet::new();
        while let Some(index) = todo.pop() {
            if !reached.insert(index) {
                continue;
            }
            let range = match self.symbols.get(index) {
                Some(Symbol::Function { index, name }) if !stops(name) => {
                    index.checked_sub(self.imported).and_then(|index| self.bodies.get(index as usize)).cloned()
                }
                Some(Symbol::Data(range)) => Some(range.clone()),
                _ => None,
            };
            let range = range.unwrap_or_default();
            let first = self.references.partition_point(|(at, _)| *at < range.start);
            let inside = self.references.iter().skip(first).take_while(|(at, _)| *at < range.end);
            todo.extend(inside.map(|(_, index)| *index));
        }
        reached
    }
}
