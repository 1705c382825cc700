//! What an Open Loyalty 3.2 server would book for a cart, computed from its earning rules.
//!
//! The semantics were recorded from release 3.2.0's own evaluator; `docs/estimating.md` tells them,
//! and `tests/fixtures/estimate/` holds answers. Without I/O and without a clock.
//!
//! # The road through this module
//!
//! [`Core::read`] fills compact rules from the scanner's text. SKUs and labels become numbers, and
//! texts that PHP takes for equal share a class ([`texts`]), so that [`evaluate`] compares integers.
//!
//! A cart is a list of numbers, too, and so is what it earns: strings cost more on their way over
//! the boundary than the whole estimate. Whoever calls gets a number for each text and label once
//! ([`Core::text`], [`Core::label`]), keeps it, and knows what the rules' and lines' indices that
//! come back stand for. [`native`] does that for Rust code, `pkg-template/estimator.js` for
//! JavaScript.

mod cart;
mod customer;
mod doubts;
mod evaluate;
mod input;
mod interner;
mod limits;
#[cfg(any(not(target_arch = "wasm32"), feature = "fetch"))]
mod native;
mod round;
mod rules;
mod texts;

#[cfg(all(target_arch = "wasm32", feature = "package"))]
pub(crate) use cart::CART;
pub(crate) use limits::{Offset, Used};
#[cfg(any(not(target_arch = "wasm32"), feature = "fetch"))]
pub use native::{Estimate, Estimator, EventPoints, InvalidInput, ProductPoints, Remaining, RulePoints, SkippedRule};
pub(crate) use texts::ParseNumber;

use customer::Customer;
use evaluate::{Fate, Run, Step};
use round::to_cents;
use rules::{GROUPS, Kind, Rules};
use texts::Texts;

use crate::scan::{Absent, Fault, Field, Kind as FieldKind, Table, Usages, decode, table};

/// An estimator over a list of rules.
#[derive(Debug)]
pub(crate) struct Core {
    texts: Texts,
    rules: Rules,
}

/// What an estimator is made of.
static ARGUMENTS: Table = table!(&[
    Field::new("rules", FieldKind::Raw, Absent::Fail),
    Field::new("options", FieldKind::Object(&OPTIONS), Absent::Leave),
], union: None, null_is_absent: false);

static OPTIONS: Table = table!(&[
    Field::new("levelId", FieldKind::Raw, Absent::Leave),
    Field::new("segmentIds", FieldKind::Raw, Absent::Leave),
], union: None, null_is_absent: false);

static EARNING_RULES: Table =
    table!(&[Field::new("earningRules", FieldKind::Raw, Absent::Fail)], union: None, null_is_absent: false);

impl Core {
    /// Reads `{"rules": [...] or {"earningRules": [...]}, "options"?: {"levelId"?: "..." or null,
    /// "segmentIds"?: [...]}}`. An option that is left out is not known.
    pub(crate) fn read(arguments: &[u8], parse_number: ParseNumber) -> Result<Self, Fault> {
        let arguments = decode(arguments, &ARGUMENTS, Usages::Nobody)?;
        let mut texts = Texts::new(parse_number);
        let mut customer = Customer::default();
        if let Some(options) = arguments.raw("options") {
            let options = decode(options.as_bytes(), &OPTIONS, Usages::Nobody)?;
            if let Some(json) = options.raw("levelId") {
                let level = customer.level.insert(Vec::new());
                if json != "null" {
                    input::text(json, &mut texts, level).map_err(|fault| fault.below("options.levelId"))?;
                }
            }
            if let Some(json) = options.raw("segmentIds") {
                let segments = customer.segments.insert(Vec::new());
                input::texts(json, &mut texts, segments).map_err(|fault| fault.below("options.segmentIds"))?;
            }
        }
        let rules = arguments.raw("rules").unwrap_or_default();
        let rules = Self::read_rules(rules, &mut texts, &customer).map_err(|fault| fault.below("rules"))?;
        Ok(Self { texts, rules })
    }

    fn read_rules(json: &str, texts: &mut Texts, customer: &Customer) -> Result<Rules, Fault> {
        if !json.starts_with('{') {
            return Rules::read(json, texts, customer);
        }
        let record = decode(json.as_bytes(), &EARNING_RULES, Usages::Nobody)?;
        let list = record.raw("earningRules").unwrap_or_default();
        Rules::read(list, texts, customer).map_err(|fault| fault.below("earningRules"))
    }

    /// The number of a text.
    pub(crate) fn text(&mut self, text: &str) -> u32 {
        self.texts.text(text)
    }

    /// The number of a label, from those of its key and value; `u32::MAX` for no value.
    pub(crate) fn label(&mut self, key: u32, value: u32) -> u32 {
        self.texts.label(key, value)
    }

    /// What a cart would earn. [`Run::new`] tells how it is written.
    ///
    /// The answer: the points; the assumptions as bits, from the lowest on customer, rule order,
    /// rewards and delivery SKUs; the rule that stopped, or -1; how many rules follow; each of
    /// these, in the order in which they ran, with its [`Fate`] and an amount: what it added, or
    /// what the order is short of; and the first line of each SKU and the SKU's points, rounded, in
    /// the order in which the SKUs first got an entry.
    pub(crate) fn estimate(&self, cart: &[f64]) -> Vec<f64> {
        let rules = &self.rules;
        let mut run = Run::new(rules, &self.texts, cart);
        let mut points = run.start();
        let mut steps = vec![Step::new(Fate::NotApplicable); rules.list.len()];
        let mut stop = None;
        let mut answer = Vec::with_capacity(4 + 3 * rules.list.len() + 2 * run.lines.len());
        push(&mut answer, &[0.0; 4]);
        for group in 0..=GROUPS {
            points.start_group();
            for (at, (rule, step)) in rules.list.iter().zip(&mut steps).enumerate() {
                if rule.kind.group() != group {
                    continue;
                }
                if group == GROUPS {
                    if rule.kind != Kind::Unknown {
                        continue;
                    }
                    step.fate = Fate::UnknownType;
                } else if rule.audience.includes && rules.is_open(rule, run.at_ms, run.pos) {
                    step.fate = Fate::Stopped;
                    if stop.is_none() {
                        *step = run.apply(at, rule, &mut points);
                        if step.stops(rule) {
                            stop = Some(at);
                        }
                    }
                }
                push(&mut answer, &[index_to_float(at), f64::from(step.fate as u8), step.amount]);
            }
        }
        let assumptions = doubts::assumptions(rules, &mut run, &steps, stop, &points);
        let stopped_by = stop.map_or(-1.0, index_to_float);
        let head = [points.total(), f64::from(assumptions), stopped_by, index_to_float((answer.len() - 4) / 3)];
        answer.iter_mut().zip(head).for_each(|(to, from)| *to = from);
        points.each(|line, points| push(&mut answer, &[index_to_float(line), to_cents(points)]));
        answer
    }

    /// The rule that the event of this name would award points by now. The server takes the first
    /// of those that give the most, and only then looks at its limit.
    ///
    /// What a customer's token triggers are custom events; rules of the server's own events run where
    /// the server itself says that one happened. So they count only if no custom event has the name.
    pub(crate) fn event(&mut self, name: &str, now_ms: f64, offset: Offset<'_>) -> Option<usize> {
        let name = self.text(name);
        let has = |kind| self.rules.list.iter().any(|rule| rule.event_name == name && rule.kind == kind);
        let kind = if has(Kind::CustomEvent) { Kind::CustomEvent } else { Kind::Event };
        let mut best = None;
        let mut most = 0.0;
        for (at, rule) in self.rules.list.iter().enumerate() {
            let is_it = rule.event_name == name && rule.kind == kind;
            if is_it && rule.value > most && rule.audience.includes && self.rules.is_open(rule, now_ms, None) {
                most = rule.value;
                best = Some(at);
            }
        }
        let is_left = |used: Used| used.used < used.limit;
        best.filter(|at| self.used(*at, now_ms, offset).is_none_or(is_left))
    }

    /// What was used of a rule's limit. Nothing without a limit, or if the usages are not known.
    pub(crate) fn used(&self, rule: usize, at_ms: f64, offset: Offset<'_>) -> Option<Used> {
        let rule = self.rules.list.get(rule)?;
        Some(rule.limit?.used(self.rules.usages(rule.usages.as_ref()?), at_ms, offset))
    }
}

#[inline(never)]
fn push(answer: &mut Vec<f64>, numbers: &[f64]) {
    answer.extend_from_slice(numbers);
}

#[expect(clippy::cast_precision_loss, reason = "a list in memory is shorter")]
fn index_to_float(index: usize) -> f64 {
    index as f64
}
