//! What an Open Loyalty 3.2 server would book for a cart, computed from its earning rules.
//!
//! The semantics were recorded from release 3.2.0's own evaluator; `docs/estimating.md` tells them,
//! and `tests/fixtures/estimate/` holds answers. Without I/O and without a clock.
//!
//! # The road through this module
//!
//! [`Core::read`] fills compact rules from the scanner's text: SKUs and labels become numbers, the
//! same number for texts that PHP takes for equal ([`texts`]), so that [`evaluate`] compares
//! integers. A cart comes the same way, as JSON ([`Cart::read`]), or as numbers that were handed
//! out before ([`Core::text`], [`Core::label`]): so crosses it the boundary, where strings cost
//! more than the whole estimate. What comes back are indices of rules and numbers of SKUs; whoever
//! handed them in knows what they are called.

mod cart;
mod customer;
mod doubts;
mod evaluate;
mod input;
mod interner;
mod limits;
#[cfg(not(target_arch = "wasm32"))]
mod native;
mod round;
mod rules;
mod texts;

pub(crate) use cart::Cart;
pub(crate) use limits::{Offset, Remaining};
#[cfg(not(target_arch = "wasm32"))]
pub use native::{Estimate, Estimator, EventPoints, InvalidInput, Limited, ProductPoints, RulePoints, SkippedRule};
pub(crate) use texts::ParseNumber;

use customer::{Customer, Level};
use doubts::Candidate;
use evaluate::{Run, Step};
use interner::{index, number};
use round::to_cents;
use rules::{Kind, Rule, Rules};
use texts::{Extent, Texts};

use crate::scan::syntax::{Cursor, Shape};
use crate::scan::table::ID;
use crate::scan::{Absent, Fault, Field, Kind as FieldKind, Table, Usages, decode};
#[cfg(any(target_arch = "wasm32", test))]
use crate::time;

/// An estimator over a list of rules.
#[derive(Debug)]
pub(crate) struct Core {
    texts: Texts,
    rules: Rules,
    /// What the rules and the customer brought.
    own: Extent,
}

/// What a cart would earn. Rules and lines are indices into the lists that were read.
#[derive(Debug, Default)]
pub(crate) struct Booking {
    pub(crate) points: f64,
    /// Each SKU's first line and its points, in the order in which they first got an entry.
    pub(crate) products: Vec<(u32, f64)>,
    /// In the order in which they ran.
    pub(crate) rules: Vec<(u32, f64)>,
    /// The instant rewards that were given.
    pub(crate) rewards: Vec<u32>,
    /// In the order of the list.
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) stopped_by: Option<u32>,
    /// Bit `i` stands for the `i`th of [`ASSUMPTIONS`].
    pub(crate) assumptions: u8,
}

/// A purchase rule that did nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Skipped {
    pub(crate) rule: u32,
    pub(crate) reason: Reason,
    /// For [`Reason::BelowMinimum`].
    pub(crate) missing: f64,
}

/// Why a rule did nothing. The order is that of [`REASONS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    BelowMinimum,
    NoMatchingItem,
    NotApplicable,
    Stopped,
    RewardUnavailable,
    UnknownType,
}

/// The names of [`Reason`]s.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) const REASONS: [&str; 6] =
    ["below_minimum", "no_matching_item", "not_applicable", "stopped", "reward_unavailable", "unknown_type"];

/// What an estimate can rest on.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) const ASSUMPTIONS: [&str; 4] = ["customer", "ruleOrder", "rewards", "deliverySkus"];

static ARGUMENTS: Table = Table {
    fields: &[
        Field::new("rules", FieldKind::Raw, Absent::Fail),
        Field::new("options", FieldKind::Raw, Absent::Write("{}")),
    ],
    union: None,
    null_is_absent: false,
};

static EARNING_RULES: Table =
    Table { fields: &[Field::new("earningRules", FieldKind::Raw, Absent::Fail)], union: None, null_is_absent: false };

static OPTIONS: Table = Table {
    fields: &[
        Field::new("levelId", FieldKind::Raw, Absent::Leave),
        Field::new("segmentIds", FieldKind::Texts { blanks: true }, Absent::Leave),
        Field::new("timeZone", ID, Absent::Leave),
    ],
    union: None,
    null_is_absent: false,
};

#[cfg(any(target_arch = "wasm32", test))]
impl Booking {
    /// The points, the assumptions, the rule that stopped or -1; products, rules and rewards, each
    /// with a count in front; then what was skipped.
    pub(crate) fn to_numbers(&self) -> Vec<f64> {
        let mut numbers = vec![self.points, f64::from(self.assumptions), self.stopped_by.map_or(-1.0, f64::from)];
        for list in [&self.products, &self.rules] {
            numbers.push(f64::from(number(list.len())));
            numbers.extend(list.iter().flat_map(|(index, points)| [f64::from(*index), *points]));
        }
        numbers.push(f64::from(number(self.rewards.len())));
        numbers.extend(self.rewards.iter().copied().map(f64::from));
        for skipped in &self.skipped {
            numbers.extend([f64::from(skipped.rule), f64::from(skipped.reason as u8), skipped.missing]);
        }
        numbers
    }
}

impl Core {
    /// Reads `{"rules": ..., "options"?: ...}`: what `listEarningRules` returned or its list, and
    /// what is known of the customer.
    pub(crate) fn read(arguments: &[u8], parse_number: ParseNumber) -> Result<Self, Fault> {
        let arguments = decode(arguments, &ARGUMENTS, Usages::Nobody)?;
        let mut texts = Texts::new(parse_number);
        let options = arguments.raw("options").unwrap_or_default();
        let customer = read_options(options, &mut texts).map_err(|fault| fault.below("options"))?;
        let rules = arguments.raw("rules").unwrap_or_default();
        let rules = read_rules(rules, &mut texts, &customer).map_err(|fault| fault.below("rules"))?;
        let own = texts.extent();
        Ok(Self { texts, rules, own })
    }

    /// The number of a text, given as JSON.
    #[cfg(any(target_arch = "wasm32", test))]
    pub(crate) fn text(&mut self, json: &str) -> Result<u32, Fault> {
        Ok(self.texts.text(&input::text(json)?))
    }

    /// The number of a label, from those of its key and value; `u32::MAX` for none.
    #[cfg(any(target_arch = "wasm32", test))]
    pub(crate) fn label(&mut self, key: u32, value: u32) -> u32 {
        self.texts.label(key, value)
    }

    /// Fails if a cart's JSON does not have its documented shape.
    #[cfg(any(target_arch = "wasm32", test))]
    pub(crate) fn check(&mut self, json: &[u8]) -> Result<(), Fault> {
        Cart::read(json, &mut self.texts, &|_| None).map(drop)
    }

    /// Forgets the numbers that carts brought. True if there were more than `most`; those that were
    /// handed out are then void.
    pub(crate) fn forget(&mut self, most: usize) -> bool {
        let is_full = self.texts.grown(self.own) > most;
        if is_full {
            self.texts.truncate(self.own);
        }
        is_full
    }

    /// What the cart would earn.
    pub(crate) fn estimate(&mut self, cart: &Cart, now_ms: f64) -> Booking {
        let classes: Vec<u32> = cart.lines.iter().map(|line| self.texts.class(line.sku)).collect();
        let deliveries = cart.delivery_skus.as_deref().unwrap_or_default();
        let deliveries: Vec<u32> = deliveries.iter().map(|sku| self.texts.class(*sku)).collect();
        let rules = &self.rules;
        let seconds = seconds(cart.at_ms.unwrap_or(now_ms));
        let is_open = |rule: &Rule| self.is_open(rule, seconds, cart.pos);

        let mut booking = Booking::default();
        let mut reasons: Vec<Option<(Reason, f64)>> = Vec::with_capacity(rules.list.len());
        reasons.extend(rules.list.iter().map(|rule| match rule.kind {
            Kind::Unknown => Some((Reason::UnknownType, 0.0)),
            _ if rule.kind.group().is_some() => Some((Reason::NotApplicable, 0.0)),
            _ => None,
        }));
        let candidates = rules.order.iter().filter_map(|index| rules.get(*index).map(|rule| (*index, rule)));
        let candidates = candidates.filter(|(_, rule)| is_open(rule));
        let mut candidates: Vec<Candidate<'_>> =
            candidates.map(|(index, rule)| Candidate { index, rule, step: None }).collect();

        let mut run = Run::new(rules, &self.texts, cart, &classes, &deliveries);
        let mut points = run.start();
        let (mut rests_on_rewards, mut rests_on_delivery) = (false, false);
        for candidate in candidates.iter_mut().filter(|candidate| candidate.rule.audience.includes) {
            let Candidate { index: at, rule, .. } = *candidate;
            let reason = if booking.stopped_by.is_some() {
                Some((Reason::Stopped, 0.0))
            } else {
                let step = run.apply(at, rule, &mut points);
                candidate.step = Some(step);
                if rule.is_last && step.has_run() {
                    booking.stopped_by = Some(at);
                }
                rests_on_delivery |= rule.kind == Kind::Points && rule.excludes_delivery;
                match step {
                    Step::BelowMinimum(missing) => Some((Reason::BelowMinimum, missing)),
                    Step::RewardUnavailable => Some((Reason::RewardUnavailable, 0.0)),
                    Step::RewardGiven => {
                        rests_on_rewards = true;
                        booking.rewards.push(at);
                        None
                    }
                    Step::Untouched => Some((Reason::NoMatchingItem, 0.0)),
                    Step::Touched(points) => {
                        booking.rules.push((at, points));
                        None
                    }
                }
            };
            if let Some(of_rule) = reasons.get_mut(index(at)) {
                *of_rule = reason;
            }
        }
        booking.points = points.total();
        booking.products.extend(points.entries().map(|(line, points)| (line, to_cents(points))));
        let skipped = |(index, reason): (usize, &Option<(Reason, f64)>)| {
            reason.map(|(reason, missing)| Skipped { rule: number(index), reason, missing })
        };
        booking.skipped.extend(reasons.iter().enumerate().filter_map(skipped));

        let rests_on_customer = doubts::rests_on_customer(&mut run, &candidates);
        candidates.retain(|candidate| candidate.rule.audience.includes);
        let in_list = rules.list.iter().filter(|rule| rule.audience.includes && is_open(rule));
        let groups: Vec<u8> = in_list.filter_map(|rule| rule.kind.group()).collect();
        let rests_on_order = doubts::rests_on_order(&mut run, &candidates, &groups, &points);
        rests_on_rewards &= cart.available_rewards.is_none();
        rests_on_delivery &= cart.delivery_skus.is_none() && !cart.lines.is_empty();
        let assumptions = [rests_on_customer, rests_on_order, rests_on_rewards, rests_on_delivery];
        booking.assumptions = assumptions.iter().rev().fold(0, |bits, bit| bits << 1 | u8::from(*bit));
        booking
    }

    /// Whether a rule is in use at a time and a point of sale.
    fn is_open(&self, rule: &Rule, seconds: f64, pos: Option<u32>) -> bool {
        let allowed = self.rules.ids(&rule.pos);
        let (from, to) = rule.window;
        from <= seconds && seconds <= to && (allowed.is_empty() || pos.is_some_and(|pos| allowed.contains(&pos)))
    }

    /// What the event with this number's name would award now, and the rule that awards it: of the highest amounts the first.
    /// Nothing if that rule's limit is used up, as the server chooses before it looks at limits.
    pub(crate) fn event(&self, name: u32, now_ms: f64, offset: Offset<'_>) -> Option<(f64, u32)> {
        let of_kind = |kind: Kind| {
            let rules = self.rules.list.iter().enumerate();
            rules.filter(move |(_, rule)| rule.kind == kind && rule.event_name == name)
        };
        let kind = if of_kind(Kind::CustomEvent).next().is_some() { Kind::CustomEvent } else { Kind::Event };
        let is_open = |rule: &Rule| rule.audience.includes && self.is_open(rule, seconds(now_ms), None);
        let open = of_kind(kind).filter(|(_, rule)| is_open(rule));
        let mut best: Option<(usize, &Rule)> = None;
        for (index, rule) in open {
            if rule.value > best.map_or(0.0, |(_, best)| best.value) {
                best = Some((index, rule));
            }
        }
        let (index, rule) = best?;
        let index = number(index);
        let is_used_up = self.remaining(index, now_ms, offset).is_some_and(|remaining| remaining.left <= 0.0);
        (!is_used_up).then(|| (to_cents(rule.value), index))
    }

    /// What is left of a rule's limit. Nothing without a limit, or if the usages are not known.
    pub(crate) fn remaining(&self, rule: u32, at_ms: f64, offset: Offset<'_>) -> Option<Remaining> {
        let rule = self.rules.get(rule)?;
        let usages = self.rules.usages(rule.usages.as_ref()?);
        Some(rule.limit?.remaining(usages, at_ms, offset))
    }
}

/// The time of a date in milliseconds since 1970, from the JSON of its text.
#[cfg(any(target_arch = "wasm32", test))]
pub(crate) fn time_of(json: &[u8]) -> Option<f64> {
    let date = input::text(core::str::from_utf8(json).ok()?).ok()?;
    Some(time::moment(&time::to_rfc3339(&date)?)?.ms)
}

/// The server keeps dates to the second.
fn seconds(ms: f64) -> f64 {
    (ms / 1000.0).floor()
}

fn read_rules(json: &str, texts: &mut Texts, customer: &Customer) -> Result<Rules, Fault> {
    if Cursor::new(json.as_bytes())?.shape()? != Shape::Object {
        return Rules::read(json, texts, customer);
    }
    let record = decode(json.as_bytes(), &EARNING_RULES, Usages::Nobody)?;
    let list = record.raw("earningRules").unwrap_or_default();
    Rules::read(list, texts, customer).map_err(|fault| fault.below("earningRules"))
}

fn read_options(json: &str, texts: &mut Texts) -> Result<Customer, Fault> {
    let record = decode(json.as_bytes(), &OPTIONS, Usages::Nobody)?;
    let level = match record.raw("levelId") {
        None => Level::Unknown,
        Some("null") => Level::None,
        Some(level) => Level::Id(texts.text(&input::text(level).map_err(|fault| fault.below("levelId"))?)),
    };
    let mut customer = Customer { level, segments: None };
    if record.raw("segmentIds").is_some() {
        input::texts(record.raw("segmentIds"), texts, customer.segments.insert(Vec::new()))?;
    }
    Ok(customer)
}
