//! The targets of libFuzzer (`fuzz/`) without libFuzzer: on its corpus as it is, on what becomes of that by a few random
//! edits, and on random bytes.

mod support;

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;

use support::targets;

type Target = fn(&[u8]);
const TARGETS: [(&str, Target); 3] =
    [("answers", targets::answers), ("arguments", targets::arguments), ("estimates", targets::estimates)];

/// What means something to one target or another.
const TOKENS: [&str; 26] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "\\udc00",
    "null",
    "true",
    "1e999",
    "-0",
    "1e-400",
    "{}",
    "[]",
    "\"\"",
    "\u{0}",
    "\u{feff}",
    "é",
    "../",
    "//",
    "%2e",
    "__proto__",
];

/// Entries of the corpus that was committed for a target.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the corpus can be read")
        .map(|entry| entry.expect("an entry can be read").path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "the corpus of {target} is empty");
    paths.iter().map(|path| fs::read(path).expect("an entry can be read")).collect()
}

/// A change of some bytes.
#[derive(Clone, Debug)]
enum Edit {
    Insert(Index, &'static str),
    Replace(Index, u8),
    Remove(Index, usize),
    Repeat(Index, usize),
    Splice(Index, Index, Index),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let at = any::<Index>;
    let edit = prop_oneof![
        (at(), prop::sample::select(TOKENS.to_vec())).prop_map(|(at, token)| Edit::Insert(at, token)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Edit::Replace(at, byte)),
        (at(), 1_usize..20).prop_map(|(at, count)| Edit::Remove(at, count)),
        (at(), 1_usize..40).prop_map(|(at, count)| Edit::Repeat(at, count)),
        (at(), at(), at()).prop_map(|(at, entry, from)| Edit::Splice(at, entry, from)),
    ];
    prop::collection::vec(edit, 1..5)
}

fn apply(edit: &Edit, data: &mut Vec<u8>, corpus: &[Vec<u8>]) {
    let place = |at: &Index| at.index(data.len() + 1);
    match edit {
        Edit::Insert(at, token) => {
            let at = place(at);
            data.splice(at..at, token.bytes());
        }
        Edit::Replace(at, byte) => {
            let at = place(at);
            if let Some(old) = data.get_mut(at) {
                *old = *byte;
            }
        }
        Edit::Remove(at, count) => {
            let at = place(at);
            data.drain(at..data.len().min(at + count));
        }
        Edit::Repeat(at, count) => {
            let at = place(at);
            let piece = data[at..data.len().min(at + count)].to_vec();
            data.splice(at..at, piece);
        }
        Edit::Splice(at, entry, from) => {
            data.truncate(place(at));
            let other = entry.get(corpus);
            data.extend(&other[from.index(other.len() + 1)..]);
        }
    }
}

#[test]
fn the_corpus_holds() {
    for (name, target) in TARGETS {
        for data in corpus(name) {
            target(&data);
        }
    }
}

#[test]
fn every_target_of_libfuzzer_is_here() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the targets can be read")
        .filter_map(|entry| entry.ok()?.path().file_stem()?.to_str().map(str::to_owned))
        .collect();
    names.sort();
    assert_eq!(names, TARGETS.map(|(name, _)| name));
}

/// `EARNKIT_FUZZ_FACTOR=100 cargo test --test fuzz` takes a hundred times as many.
fn config() -> ProptestConfig {
    let factor = std::env::var("EARNKIT_FUZZ_FACTOR").ok().and_then(|factor| factor.parse().ok());
    let cases = 2_000 * factor.unwrap_or(1_u32);
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 4_000, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn edited_entries(pick: (Index, Index), edits in edits()) {
        let (name, target) = *pick.0.get(&TARGETS);
        thread_local! {
            static CORPORA: [Vec<Vec<u8>>; 3] = TARGETS.map(|(name, _)| corpus(name));
        }
        let mut data = CORPORA.with(|corpora| {
            let corpus = &corpora[TARGETS.iter().position(|(known, _)| *known == name).expect("it is one of them")];
            let mut data = pick.1.get(corpus).clone();
            for edit in &edits {
                apply(edit, &mut data, corpus);
            }
            data
        });
        target(&data);
        // As a text too, so that bytes which are no UTF-8 are not all that is wrong.
        data = String::from_utf8_lossy(&data).into_owned().into_bytes();
        target(&data);
    }

    #[test]
    fn random_bytes(pick: Index, data in prop::collection::vec(any::<u8>(), 0..200)) {
        pick.get(&TARGETS).1(&data);
    }
}
