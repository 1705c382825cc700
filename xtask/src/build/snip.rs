//! Cuts the panic machinery out of a compiled module, as the tool wasm-snip did.
//!
//! A panic traps in any case (`panic = "abort"`), nobody sees its message in a store's page, and building that message
//! takes thousands of bytes. The bodies named here become one `unreachable`; `wasm-opt` then removes what only they
//! called. This comes before the bindings are made, while functions still have names.

use std::collections::HashSet;

use anyhow::{Result, bail};
use walrus::ir::{Visitor, dfs_in_order};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module};

use super::reach;

/// Functions that never return, by path without hash. One that ends in `*` stands for all paths that start so.
const NEVER_RETURN: [&str; 17] = [
    "core::panicking::*",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::result::unwrap_failed",
    "core::cell::panic_*",
    "core::cell::lazy::panic_poisoned",
    "core::slice::index::slice_*",
    "core::slice::copy_from_slice_impl::len_mismatch_fail*",
    "core::str::slice_error_fail*",
    "alloc::alloc::handle_alloc_error*",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "std::alloc::rust_oom*",
    "std::panicking::*",
    "__rustc::__rust_alloc_error_handler",
    "__rustc::rust_begin_unwind",
    "<hashbrown::raw::Fallibility>::*",
];

/// What was cut, and what could not be.
#[derive(Debug)]
pub(crate) struct Snipped {
    pub(crate) wasm: Vec<u8>,
    /// Where text is formatted for a reason other than a panic. As long as there is such a place, `core::fmt` stays.
    pub(crate) formatting: Vec<String>,
}

/// Cuts the panic functions, then `core::fmt` if only panics needed it.
pub(crate) fn snip(wasm: &[u8]) -> Result<Snipped> {
    let mut wasm = wasm.to_vec();
    let unused = reach::blank_unreachable(&mut wasm, |symbol| never_returns(&demangled(symbol)))?;
    let mut module = Module::from_buffer(&wasm)?;
    let customs = module.customs.iter().filter(|(_, section)| reach::is_of_linker(section.name()));
    for id in customs.map(|(id, _)| id).collect::<Vec<_>>() {
        module.customs.delete(id);
    }
    let panics = named(&module, never_returns);
    if panics.is_empty() {
        bail!("the compiled WebAssembly names no panic function: was it built with its names?");
    }
    replace(&mut module, &panics);
    // The tables of functions hold on to these.
    let is_unused = |name: &Option<String>| name.as_ref().is_some_and(|name| unused.contains(name));
    let unused = module.funcs.iter_local().filter(|(id, _)| is_unused(&module.funcs.get(*id).name));
    let unused = unused.map(|(id, _)| id).collect();
    replace(&mut module, &unused);
    // What only a panic called goes now, so that it does not count as a caller of `core::fmt`.
    walrus::passes::gc::run(&mut module);

    // The vtables of `Debug` and `Display` hold on to these even when nobody can start a formatting.
    let formats = named(&module, is_formatting);
    let formatting = callers(&module, &formats);
    if formatting.is_empty() {
        replace(&mut module, &formats);
    }
    Ok(Snipped { wasm: module.emit_wasm(), formatting })
}

fn named(module: &Module, wanted: fn(&str) -> bool) -> HashSet<FunctionId> {
    let functions = module.funcs.iter_local();
    functions.filter(|(id, _)| path(module, *id).is_some_and(|path| wanted(&path))).map(|(id, _)| id).collect()
}

/// The path of a function, without the hash that its symbol ends in.
fn path(module: &Module, id: FunctionId) -> Option<String> {
    module.funcs.get(id).name.as_deref().map(demangled)
}

fn demangled(symbol: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(symbol))
}

fn never_returns(path: &str) -> bool {
    NEVER_RETURN.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(prefix) => path.starts_with(prefix),
        None => path == *pattern,
    })
}

/// Whether this is `core::fmt` itself or an implementation of one of its traits. `ToString::to_string` and
/// `alloc::fmt::format` are not: they start a formatting.
fn is_formatting(path: &str) -> bool {
    path.starts_with("core::fmt::") || path.starts_with("<core::fmt::") || path.contains(" as core::fmt::")
}

/// Who outside a set calls what inside it, in words.
fn callers(module: &Module, callees: &HashSet<FunctionId>) -> Vec<String> {
    let outside = module.funcs.iter_local().filter(|(id, _)| !callees.contains(id));
    let calls = outside.filter_map(|(caller, function)| {
        let mut search = Search { callees, found: None };
        dfs_in_order(&mut search, function, function.entry_block());
        let name = |id| path(module, id).unwrap_or_else(|| "a function without a name".into());
        search.found.map(|callee| format!("{} calls {}", name(caller), name(callee)))
    });
    calls.collect()
}

struct Search<'a> {
    callees: &'a HashSet<FunctionId>,
    found: Option<FunctionId>,
}

impl Visitor<'_> for Search<'_> {
    fn visit_function_id(&mut self, function: &FunctionId) {
        if self.callees.contains(function) {
            self.found = Some(*function);
        }
    }
}

fn replace(module: &mut Module, functions: &HashSet<FunctionId>) {
    for id in functions {
        let ty = module.types.get(module.funcs.get(*id).ty());
        let (parameters, results) = (ty.params().to_vec(), ty.results().to_vec());
        let arguments = parameters.iter().map(|parameter| module.locals.add(*parameter)).collect();
        let mut builder = FunctionBuilder::new(&mut module.types, &parameters, &results);
        builder.func_body().unreachable();
        module.funcs.get_mut(*id).kind = FunctionKind::Local(builder.local_func(arguments));
    }
}

#[cfg(test)]
mod tests {
    use super::{is_formatting, never_returns};

    fn path(symbol: &str) -> String {
        format!("{:#}", rustc_demangle::demangle(symbol))
    }

    #[test]
    fn panics_are_known_in_both_manglings() {
        for symbol in [
            "_RNvNtCsgXGp5Oqx2Ny_4core9panicking18panic_bounds_check",
            "_RINvNtCsgXGp5Oqx2Ny_4core9panicking13assert_failedjjEB4_",
            "_ZN4core9panicking9panic_fmt17h32d08ecf9d6f3d69E",
            "_RNvCsfLfy6EI15iL_7___rustc17rust_begin_unwind",
            "_RNvMNtCs86o9dxWySvj_9hashbrown3rawNtB2_11Fallibility17capacity_overflow",
        ] {
            assert!(never_returns(&path(symbol)), "{}", path(symbol));
        }
    }

    #[test]
    fn what_may_return_stays() {
        for symbol in [
            "_ZN12wasm_bindgen9throw_str17h205b2283332279edE",
            "_RNvNtCsgXGp5Oqx2Ny_4core3fmt5write",
            "call_70e093eb562a7e18",
        ] {
            assert!(!never_returns(&path(symbol)), "{}", path(symbol));
        }
    }

    #[test]
    fn formatting_is_known_in_both_manglings() {
        for symbol in [
            "_RNvNtCsgXGp5Oqx2Ny_4core3fmt5write",
            "_RNvMsa_NtCsgXGp5Oqx2Ny_4core3fmtNtB5_9Formatter3pad",
            "_RNvXsq_NtCsgXGp5Oqx2Ny_4core4cellNtB5_11BorrowErrorNtNtB7_3fmt7Display3fmt",
            "_ZN42_$LT$$RF$T$u20$as$u20$core..fmt..Debug$GT$3fmt17h5a2280b66aaefe62E",
        ] {
            assert!(is_formatting(&path(symbol)), "{}", path(symbol));
        }
        assert!(!is_formatting("<T as alloc::string::ToString>::to_string"));
        assert!(!is_formatting("alloc::fmt::format::format_inner"));
    }
}
