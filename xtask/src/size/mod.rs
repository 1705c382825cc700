//! `cargo xtask size`: what the package weighs, what its budgets are, and what grew.

pub(crate) mod wasm;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use self::wasm::Sizes;
use crate::process::stdout_of;
use crate::step::step;
use crate::{build, fingerprint, npm, workspace};

/// The most bytes after brotli that a part of the package may have, and the goal for it.
///
/// A change that needs more raises the budget here, so that a reviewer sees it; one that needs less lowers it.
const BUDGETS: [(&str, usize, usize); 6] = [
    ("eager JavaScript of the main entry", 6_250, 4_000),
    ("together: what a page loads", 39_700, 20_000),
    ("earnkit/js, which loads nothing more", 51_500, 51_500),
    ("earnkit/element, on top of earnkit", 17_500, 17_500),
    ("element.min.js, which loads nothing more", 66_500, 66_500),
    ("eager JavaScript of earnkit/sandbox", 3_200, 3_200),
];

/// How many lines are printed of what changed.
const MOST_LINES: usize = 25;

/// The parts of a report: what is weighed in it.
const RAW: &str = "raw";
const BROTLI: &str = "brotli";
const FILES: &str = "eager JavaScript by file";
const CRATES: &str = "earnkit.wasm by crate";
const FUNCTIONS: &str = "earnkit.wasm by function";

/// Bytes by what they are of, for each part.
type Report = BTreeMap<String, Sizes>;

/// Prints the sizes of the package as it was built.
pub(crate) fn print_parts() -> Result<()> {
    let report = weigh_package()?;
    for (name, brotli) in &report[BROTLI] {
        println!("  {name:<40} {:>11} {:>11} br", bytes(report[RAW][name]), bytes(*brotli));
    }
    Ok(())
}

/// Builds the package and holds it against the budgets and the recorded sizes; with `record`, records its own.
pub(crate) fn run(record: bool) -> Result<()> {
    build::run()?;
    let mut report = weigh_package()?;
    let named = build::named_module();
    let module = fs::read(&named).with_context(|| format!("{} could not be read", named.display()))?;
    let wasm::Breakdown { functions, crates } = wasm::breakdown(&module)?;
    report.extend([(CRATES.to_owned(), crates), (FUNCTIONS.to_owned(), functions)]);

    let recorded = read_recorded()?;
    for part in [BROTLI, FILES, CRATES, FUNCTIONS] {
        let before = recorded.get(part).cloned().unwrap_or_default();
        print_changes(part, &before, &report[part]);
    }
    if record {
        let text = serde_json::to_string_pretty(&report)? + "\n";
        fs::write(records(), text)?;
        println!("\nrecorded in xtask/sizes.json");
    }
    hold_against_budgets(&report[BROTLI])
}

/// What the package weighs. To compress it takes longer than to build it, so that is done once for what there is.
fn weigh_package() -> Result<Report> {
    let (package, tools) = (workspace::package(), npm::build_tools());
    let script = tools.join("sizes.mjs");
    let mut parts: Vec<Vec<u8>> = build::read_folder(&package)?.into_values().collect();
    for path in [&script, &tools.join("package-lock.json")] {
        parts.push(fs::read(path).with_context(|| format!("{} could not be read", path.display()))?);
    }
    let weighed = fingerprint::of(parts);
    let (kept, mark) = (workspace::cache().join("sizes.json"), workspace::cache().join("sizes-of"));
    if fs::read_to_string(&mark).is_ok_and(|mark| mark == weighed)
        && let Ok(text) = fs::read_to_string(&kept)
        && let Ok(report) = serde_json::from_str(&text)
    {
        return Ok(report);
    }
    let printed = step("weigh the package", || stdout_of(npm::node(script).arg(package)))?;
    let report = serde_json::from_str(&printed)?;
    fs::write(kept, printed)?;
    fs::write(mark, weighed)?;
    Ok(report)
}

fn records() -> PathBuf {
    workspace::root().join("xtask/sizes.json")
}

fn read_recorded() -> Result<Report> {
    let text = fs::read_to_string(records()).context("xtask/sizes.json could not be read")?;
    serde_json::from_str(&text).context("xtask/sizes.json is no record of sizes: `cargo xtask size --record` makes one")
}

fn print_changes(part: &str, before: &Sizes, now: &Sizes) {
    let mut changes = changes(before, now);
    changes.sort_by_key(|(_, change)| -change.abs());
    let sum: isize = changes.iter().map(|(_, change)| change).sum();
    if changes.is_empty() {
        println!("\n{part}: as recorded");
        return;
    }
    println!("\n{part}: {sum:+} bytes since the sizes were recorded");
    for (name, change) in changes.iter().take(MOST_LINES) {
        let name: String = name.chars().take(100).collect();
        println!(
            "  {change:>+7} {:>9}  {name}",
            now.get(name.as_str()).map_or_else(|| "gone".to_owned(), |size| bytes(*size))
        );
    }
    if changes.len() > MOST_LINES {
        println!("  and {} smaller ones", changes.len() - MOST_LINES);
    }
}

/// What is not as it was, and by how much.
fn changes<'a>(before: &'a Sizes, now: &'a Sizes) -> Vec<(&'a String, isize)> {
    let names: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let size = |sizes: &Sizes, name| sizes.get(name).map_or(0, |size| isize::try_from(*size).unwrap_or(isize::MAX));
    let changes = names.into_iter().map(|name| (name, size(now, name) - size(before, name)));
    changes.filter(|(_, change)| *change != 0).collect()
}

fn hold_against_budgets(brotli: &Sizes) -> Result<()> {
    println!("\nbudgets, after brotli");
    let mut over = Vec::new();
    for (name, budget, goal) in BUDGETS {
        let size = *brotli.get(name).with_context(|| format!("the package has no part {name:?}"))?;
        let verdict = if size > budget { "  OVER" } else { "" };
        println!("  {name:<40} {:>11} of {:>8}, goal {:>8}{verdict}", bytes(size), bytes(budget), bytes(goal));
        if size > budget {
            over.push(format!("{name} weighs {}, {} more than its budget", bytes(size), bytes(size - budget)));
        }
    }
    if !over.is_empty() {
        bail!("{}", over.join("\n"));
    }
    Ok(())
}

/// A number of bytes with its thousands apart.
fn bytes(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + " B"
}

#[cfg(test)]
mod tests {
    use super::wasm::Sizes;
    use super::{BUDGETS, bytes, changes, hold_against_budgets};

    fn sizes<const N: usize>(sizes: [(&str, usize); N]) -> Sizes {
        sizes.map(|(name, size)| (name.to_owned(), size)).into()
    }

    #[test]
    fn changes_tell_what_came_went_grew_and_shrank() {
        let before = sizes([("gone", 7), ("grown", 5), ("same", 3), ("shrunk", 9)]);
        let now = sizes([("grown", 6), ("new", 2), ("same", 3), ("shrunk", 4)]);
        let changes: Vec<(&str, isize)> =
            changes(&before, &now).into_iter().map(|(name, change)| (name.as_str(), change)).collect();
        assert_eq!(changes, [("gone", -7), ("grown", 1), ("new", 2), ("shrunk", -5)]);
    }

    #[test]
    fn one_byte_over_a_budget_is_refused_by_name() {
        let mut within: Sizes = BUDGETS.iter().map(|(name, budget, _)| ((*name).to_owned(), *budget)).collect();
        hold_against_budgets(&within).expect("a budget can be used up");
        let (name, budget, _) = BUDGETS[0];
        within.insert(name.to_owned(), budget + 1);
        let error = hold_against_budgets(&within).expect_err("that is one byte too many").to_string();
        assert_eq!(error, format!("{name} weighs {}, 1 B more than its budget", bytes(budget + 1)));
        within.remove(name);
        assert!(hold_against_budgets(&within).is_err());
    }

    #[test]
    fn thousands_are_apart() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(bytes), ["0 B", "999 B", "1,000 B", "1,234,567 B"]);
    }
}
