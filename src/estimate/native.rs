//! The estimator for Rust code.

use core::fmt;

use serde::Serialize;
use serde_json::Value;

use super::{ASSUMPTIONS, Cart, Core, REASONS};
use crate::scan::Fault;

/// Computes what carts would earn, from a list of rules.
#[derive(Debug)]
pub struct Estimator {
    core: Core,
    rules: Vec<Named>,
}

/// How many texts of carts to remember for the next one.
const MOST_TEXTS: usize = 100_000;

/// What a rule is called.
#[derive(Debug)]
struct Named {
    id: String,
    name: String,
    reward_campaign_id: Option<String>,
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
pub struct Limited {
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
    /// it, and options, `{"levelId"?, "segmentIds"?}`.
    ///
    /// # Errors
    /// If one of them is not of its documented shape.
    pub fn new(rules: &[u8], options: &[u8]) -> Result<Self, InvalidInput> {
        let arguments = [b"{\"rules\":", rules, b",\"options\":", options, b"}"].concat();
        let core = Core::read(&arguments, parse_number).map_err(|fault| InvalidInput::from(&fault))?;
        let list: Value = serde_json::from_slice(rules).unwrap_or_default();
        let list = list.get("earningRules").unwrap_or(&list).as_array().cloned().unwrap_or_default();
        let text = |rule: &Value, name: &str| rule.get(name).and_then(Value::as_str).map(str::to_owned);
        let named = |rule: &Value| Named {
            id: text(rule, "earningRuleId").unwrap_or_default(),
            name: text(rule, "name").unwrap_or_default(),
            reward_campaign_id: text(rule, "rewardCampaignId"),
        };
        Ok(Self { core, rules: list.iter().map(named).collect() })
    }

    /// What a cart would earn: `{"items": [{"sku", "grossValue", "labels"?}], "deliverySkus"?,
    /// "availableRewards"?, "posId"?, "at"?}`. Without `at`, the purchase is made at `now_ms`, in
    /// milliseconds since 1970.
    ///
    /// # Errors
    /// If the cart is not of its documented shape.
    pub fn estimate(&mut self, cart: &[u8], now_ms: f64) -> Result<Estimate, InvalidInput> {
        let rules = &self.rules;
        let find = |id: &str| rules.iter().position(|rule| rule.id == id).and_then(|index| u32::try_from(index).ok());
        let cart = Cart::read(cart, &mut self.core.texts, &find).map_err(|fault| InvalidInput::from(&fault))?;
        let booking = self.core.estimate(&cart, now_ms);
        let product =
            |(sku, points): &(u32, f64)| ProductPoints { sku: self.core.texts.get(*sku).to_owned(), points: *points };
        let rule = |(rule, points): &(u32, f64)| RulePoints {
            earning_rule_id: self.id(*rule),
            name: self.named(*rule).map(|rule| rule.name.clone()).unwrap_or_default(),
            points: *points,
        };
        let skipped = |skipped: &super::Skipped| SkippedRule {
            earning_rule_id: self.id(skipped.rule),
            reason: REASONS.get(skipped.reason as usize).copied().unwrap_or_default(),
            missing: (skipped.reason == super::Reason::BelowMinimum).then_some(skipped.missing),
        };
        let rests_on = |(bit, _): &(usize, &&str)| booking.assumptions >> bit & 1 == 1;
        let estimate = Estimate {
            points: booking.points,
            products: booking.products.iter().map(product).collect(),
            rules: booking.rules.iter().map(rule).collect(),
            rewards: booking.rewards.iter().filter_map(|rule| self.named(*rule)?.reward_campaign_id.clone()).collect(),
            skipped: booking.skipped.iter().map(skipped).collect(),
            stopped_by_rule_id: booking.stopped_by.map(|rule| self.id(rule)),
            assumptions: ASSUMPTIONS.iter().enumerate().filter(rests_on).map(|(_, name)| *name).collect(),
        };
        self.core.forget(MOST_TEXTS);
        Ok(estimate)
    }

    /// What an event would award now. `offset_minutes` says how far the server's clock is ahead of
    /// UTC at a time in milliseconds since 1970, and `None` if that is not known.
    pub fn event(
        &mut self,
        name: &str,
        now_ms: f64,
        offset_minutes: impl Fn(f64) -> Option<f64>,
    ) -> Option<EventPoints> {
        let name = self.core.texts.text(name);
        let (points, rule) = self.core.event(name, now_ms, &offset_minutes)?;
        Some(EventPoints { points, earning_rule_id: self.id(rule) })
    }

    /// What is left of a rule's limit; `None` without a limit or without the customer's own usages.
    pub fn remaining(
        &self,
        earning_rule_id: &str,
        at_ms: f64,
        offset_minutes: impl Fn(f64) -> Option<f64>,
    ) -> Option<Limited> {
        let rule = self.rules.iter().position(|rule| rule.id == earning_rule_id)?;
        let remaining = self.core.remaining(u32::try_from(rule).ok()?, at_ms, &offset_minutes)?;
        let super::Remaining { used, limit, left, resets_at_ms } = remaining;
        Some(Limited { used, limit, left, resets_at_ms })
    }

    fn named(&self, rule: u32) -> Option<&Named> {
        self.rules.get(super::index(rule))
    }

    fn id(&self, rule: u32) -> String {
        self.named(rule).map(|rule| rule.id.clone()).unwrap_or_default()
    }
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
