//! The estimator for Rust code.

mod cart;

use core::fmt;

use serde::Serialize;
use serde_json::Value;

use self::cart::Cart;
use super::{Core, Used};
use crate::scan::Fault;
use crate::scan::syntax::Cursor;

/// Computes what carts would earn, from a list of rules.
#[derive(Debug)]
pub struct Estimator {
    core: Core,
    /// What it was made of.
    arguments: Vec<u8>,
    rules: Vec<Named>,
}

/// What the bits of the assumptions stand for.
const ASSUMPTIONS: [&str; 4] = ["customer", "ruleOrder", "rewards", "deliverySkus"];
/// The reasons of the fates from `BelowMinimum` on.
const REASONS: [&str; 6] =
    ["below_minimum", "no_matching_item", "not_applicable", "stopped", "reward_unavailable", "unknown_type"];
/// How many texts to remember before starting again.
const MOST_TEXTS: usize = 100_000;

/// What a rule is called.
#[derive(Debug)]
struct Named {
    id: String,
    name: String,
    reward_campaign_id: Option<String>,
    points_amount: f64,
}

/// An argument that is not usable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidInput {
    field: String,
    advice: String,
}

/// What a cart would earn.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    /// The points that the server would book.
    pub points: f64,
    /// The points of each SKU, rounded, in the order in which the server computes them.
    pub products: Vec<ProductPoints>,
    /// What each rule did, in the order in which they ran.
    pub rules: Vec<RulePoints>,
    /// The reward campaigns whose rewards are given at once.
    pub rewards: Vec<String>,
    /// The purchase rules that did nothing, in the order of the list.
    pub skipped: Vec<SkippedRule>,
    /// The rule after which no other ran.
    pub stopped_by_rule_id: Option<String>,
    /// What the total rests on: `customer`, `ruleOrder`, `rewards`, `deliverySkus`. Empty: it is exact.
    pub assumptions: Vec<&'static str>,
}

/// A SKU's points.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProductPoints {
    /// The SKU.
    pub sku: String,
    /// Its points.
    pub points: f64,
}

/// What a rule did to a cart.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RulePoints {
    /// The rule's id.
    pub earning_rule_id: String,
    /// Its name.
    pub name: String,
    /// What it added, not rounded. The points of all rules sum to the total before it is rounded.
    pub points: f64,
}

/// A rule that did nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SkippedRule {
    /// The rule's id.
    pub earning_rule_id: String,
    /// `below_minimum`, `no_matching_item`, `not_applicable`, `stopped`, `reward_unavailable` or `unknown_type`.
    pub reason: &'static str,
    /// For `below_minimum`: what the order is short of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<f64>,
}

/// What an event would award.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventPoints {
    /// The points.
    pub points: f64,
    /// The rule that awards them.
    pub earning_rule_id: String,
}

/// What is left of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Remaining {
    /// How often the customer used the rule in this window.
    pub used: f64,
    /// How often the rule can be used in a window.
    pub limit: f64,
    /// How often it can be used yet.
    pub left: f64,
    /// When the next window starts, in milliseconds since 1970; `None` if there is only one.
    pub resets_at_ms: Option<f64>,
}

impl Estimator {
    /// Reads a list of rules as `listEarningRules` returns it, with or without the object around
    /// it, and options, `{"levelId"?: "..." | null, "segmentIds"?: [...]}`. A level or segments left
    /// out are not known; `null` and `[]` are known to be none.
    ///
    /// # Errors
    /// If one of them is not of its documented shape.
    pub fn new(rules: &[u8], options: &[u8]) -> Result<Self, InvalidInput> {
        let below = |field: &'static str| move |fault: Fault| InvalidInput::from(&fault.below(field));
        let rules = whole(rules).map_err(below("rules"))?;
        let options = whole(options).map_err(below("options"))?;
        let arguments = ["{\"rules\":", rules, ",\"options\":", options, "}"].concat().into_bytes();
        let core = Core::read(&arguments, parse_number).map_err(|fault| InvalidInput::from(&fault))?;
        let rules: Value = serde_json::from_str(rules).unwrap_or_default();
        let list = rules.get("earningRules").unwrap_or(&rules);
        let text = |rule: &Value, name: &str| rule.get(name).and_then(Value::as_str).map(str::to_owned);
        let named = |rule: &Value| Named {
            id: text(rule, "earningRuleId").unwrap_or_default(),
            name: text(rule, "name").unwrap_or_default(),
            reward_campaign_id: text(rule, "rewardCampaignId"),
            points_amount: rule.get("pointsAmount").and_then(Value::as_f64).unwrap_or_default(),
        };
        let rules = list.as_array().into_iter().flatten().map(named).collect();
        Ok(Self { core, arguments, rules })
    }

    /// What a cart would earn: `{"items": [{"sku", "grossValue", "labels"?}], "deliverySkus"?,
    /// "availableRewards"?, "posId"?, "at"?}`. Without `at`, the purchase is made at `now_ms`, in
    /// milliseconds since 1970.
    ///
    /// # Errors
    /// If the cart is not of its documented shape.
    pub fn estimate(&mut self, cart: &[u8], now_ms: f64) -> Result<Estimate, InvalidInput> {
        self.forget();
        let rules = &self.rules;
        let find = |id: &str| rules.iter().position(|rule| rule.id == id).map(super::index_to_float);
        let cart = Cart::read(cart, now_ms, &mut self.core, &find).map_err(|fault| InvalidInput::from(&fault))?;
        let mut numbers = self.core.estimate(&cart.numbers).into_iter();
        let mut next = || numbers.next().unwrap_or(-1.0);
        let (points, assumptions, stopped_by, count) = (next(), next(), next(), next());
        let rests_on = |(bit, _): &(usize, &&str)| index(assumptions) >> bit & 1 == 1;
        let mut estimate = Estimate {
            points,
            products: Vec::new(),
            rules: Vec::new(),
            rewards: Vec::new(),
            skipped: Vec::new(),
            stopped_by_rule_id: self.named(stopped_by).map(|rule| rule.id.clone()),
            assumptions: ASSUMPTIONS.iter().enumerate().filter(rests_on).map(|(_, name)| *name).collect(),
        };
        for _ in 0..index(count) {
            let (rule, fate, amount) = (next(), index(next()), next());
            let Some(Named { id, name, reward_campaign_id, .. }) = self.named(rule) else { continue };
            let earning_rule_id = id.clone();
            match fate {
                0 => estimate.rules.push(RulePoints { earning_rule_id, name: name.clone(), points: amount }),
                1 => estimate.rewards.extend(reward_campaign_id.clone()),
                _ => estimate.skipped.push(SkippedRule {
                    earning_rule_id,
                    reason: REASONS.get(fate - 2).copied().unwrap_or_default(),
                    missing: (fate == 2).then_some(amount),
                }),
            }
        }
        while let (Some(line), Some(points)) = (numbers.next(), numbers.next()) {
            let sku = cart.skus.get(index(line)).cloned().unwrap_or_default();
            estimate.products.push(ProductPoints { sku, points });
        }
        Ok(estimate)
    }

    /// Starts again when many different texts came, so that they do not add up for ever.
    fn forget(&mut self) {
        if self.core.texts.len() > MOST_TEXTS.max(self.arguments.len())
            && let Ok(core) = Core::read(&self.arguments, parse_number)
        {
            self.core = core;
        }
    }

    /// What an event would award now. `offset_minutes` says how far the server's clock is ahead of
    /// UTC at a time in milliseconds since 1970, and `None` if that is not known.
    pub fn event(
        &mut self,
        name: &str,
        now_ms: f64,
        offset_minutes: impl Fn(f64) -> Option<f64>,
    ) -> Option<EventPoints> {
        self.forget();
        let rule = self.core.event(name, now_ms, &|at_ms| offset_minutes(at_ms).unwrap_or(f64::NAN))?;
        let Named { id, points_amount, .. } = self.rules.get(rule)?;
        Some(EventPoints { points: *points_amount, earning_rule_id: id.clone() })
    }

    /// What is left of a rule's limit; `None` without a limit or without the customer's own usages.
    pub fn remaining(
        &self,
        earning_rule_id: &str,
        at_ms: f64,
        offset_minutes: impl Fn(f64) -> Option<f64>,
    ) -> Option<Remaining> {
        let rule = self.rules.iter().position(|rule| rule.id == earning_rule_id)?;
        let offset = |at_ms| offset_minutes(at_ms).unwrap_or(f64::NAN);
        let Used { used, limit, resets_at_ms } = self.core.used(rule, at_ms, &offset)?;
        let resets_at_ms = Some(resets_at_ms).filter(|at_ms| !at_ms.is_nan());
        Some(Remaining { used, limit, left: (limit - used).max(0.0), resets_at_ms })
    }

    fn named(&self, rule: f64) -> Option<&Named> {
        (rule >= 0.0).then(|| self.rules.get(index(rule))).flatten()
    }
}

/// A text that is one value and nothing more.
fn whole(json: &[u8]) -> Result<&str, Fault> {
    let mut cursor = Cursor::new(json);
    let start = cursor.mark();
    cursor.shape();
    cursor.skip();
    let value = cursor.since(start);
    cursor.end();
    cursor.take_fault().map_or(Ok(value), Err)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is an index")]
fn index(number: f64) -> usize {
    number as usize
}

fn parse_number(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

impl InvalidInput {
    /// The argument, such as `cart.items[3].grossValue`.
    pub fn field(&self) -> &str {
        &self.field
    }
}

impl From<&Fault> for InvalidInput {
    fn from(fault: &Fault) -> Self {
        Self { field: fault.path().to_owned(), advice: fault.advice() }
    }
}

impl fmt::Display for InvalidInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must be {}", self.field, self.advice)
    }
}

impl core::error::Error for InvalidInput {}
