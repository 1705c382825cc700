//! `cargo xtask bench`: the package beside other clients.

use anyhow::{Result, bail};

use crate::test::browsers::CHROMIUM;
use crate::test::javascript::{folder, prepare};
use crate::test::not_run::NotRun;
use crate::{npm, test};

/// The tables, in the order of the document, and what they show.
const TABLES: &[(&str, &str)] = &[
    ("bytes", "what a page loads for the same two calls"),
    ("first-result", "a cold page on a slow phone, until the rules are on the screen"),
    ("cold-start", "a fresh Node.js process and a fresh isolate of workerd, until the first result"),
    ("overhead", "what a call costs beside the request itself"),
    ("decoding", "from an answer's bytes to what the caller gets"),
    ("estimating", "what a cart earns, against plain JavaScript"),
    ("memory", "a large list, decoded a thousand times"),
    ("growth", "time against rules, usages and lines of a cart"),
    ("gateway", "requests through a worker in workerd, beside a pass-through"),
];

/// One line for each table.
pub(crate) fn list() -> String {
    let lines: Vec<String> = TABLES.iter().map(|(name, about)| format!("  {name:<13} {about}\n")).collect();
    lines.concat()
}

/// Measures all tables, or those that are named.
pub(crate) fn run(names: &[String]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| TABLES.iter().all(|(known, _)| known != name)) {
        bail!("there is no table {unknown:?}. There are:\n{}", list());
    }
    prepare()?;
    let mut not_run = NotRun::default();
    let bench = folder().join("bench");
    for (what, folder) in [("workerd", folder().join("runtimes")), ("peers", bench.clone())] {
        if let Err(error) = npm::install(&folder) {
            not_run.add(what, &error);
        }
    }
    let mut command = npm::node(bench.join("run.mjs"));
    match CHROMIUM.find_or_install() {
        Ok(path) => drop(command.env(CHROMIUM.variable, path)),
        Err(error) => not_run.add("chromium", &error),
    }
    print!("{}", not_run.brief());
    test::succeed(command.args(names).env("EARNKIT_NOT_RUN", not_run.names()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{TABLES, folder};

    #[test]
    fn every_table_is_listed_here_and_there() {
        let tables = folder().join("bench/tables");
        let there = fs::read_to_string(tables.join("list.mjs")).expect("the list can be read");
        let modules = there.lines().filter_map(|line| line.split_once("import(\"./")?.1.split_once(".mjs"));
        let names: Vec<&str> = modules.map(|(name, _)| name).collect();
        assert_eq!(names, TABLES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }
}
