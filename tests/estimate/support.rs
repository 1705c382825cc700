//! Estimators over JSON values, and the recorded answers.

use std::fs;
use std::path::Path;

use earnkit::Estimator;
use serde_json::Value;

/// 2018-06-15T12:00:00+02:00, when the recorded rules are in use.
pub(crate) const NOW_MS: f64 = 1_529_056_800_000.0;

/// The recorded answers of one kind.
#[track_caller]
pub(crate) fn recorded(kind: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/estimate/open-loyalty.json");
    let text = fs::read_to_string(path).expect("the recorded answers can be read");
    let answers: Value = serde_json::from_str(&text).expect("they are JSON");
    answers[kind].as_array().expect("the kind exists").clone()
}

#[track_caller]
pub(crate) fn estimator(rules: &Value, options: &Value) -> Estimator {
    Estimator::new(rules.to_string().as_bytes(), options.to_string().as_bytes()).expect("the rules can be read")
}
