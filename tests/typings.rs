//! The typings name exactly the codes, operations and outcomes that exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use earnkit::{Code, Operation, Outcome};

/// The string literals of `export type <name> = ...;`.
#[track_caller]
fn union(name: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg-template/types/errors.d.ts");
    let text = without_comments(&fs::read_to_string(path).expect("the typings can be read"));
    let (_, rest) = text.split_once(&format!("export type {name} =")).expect("the type is declared");
    let (members, _) = rest.split_once(';').expect("the declaration ends");
    members.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

fn without_comments(text: &str) -> String {
    let mut parts = text.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| kept + part.split_once("*/").map_or("", |(_, code)| code))
}

#[track_caller]
fn matches<T: Copy>(name: &str, all: &[T], as_str: impl Fn(T) -> &'static str) {
    let existing: BTreeSet<String> = all.iter().map(|value| as_str(*value).to_owned()).collect();
    assert_eq!(union(name), existing, "{name}");
}

#[test]
fn error_codes_match() {
    matches("ErrorCode", Code::ALL, Code::as_str);
}

#[test]
fn operations_match() {
    // These send nothing, so the client does not know them.
    let local = ["init", "createEstimator", "estimate", "event", "remaining"];
    let declared: BTreeSet<String> =
        union("Operation").into_iter().filter(|name| !local.contains(&name.as_str())).collect();
    let existing: BTreeSet<String> = Operation::ALL.iter().map(|operation| operation.as_str().to_owned()).collect();
    assert_eq!(declared, existing);
}

#[test]
fn outcomes_match() {
    matches("Outcome", Outcome::ALL, Outcome::as_str);
}
