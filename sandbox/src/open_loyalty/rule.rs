//! Earning rules as the server stores them, and to whom they apply.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::customer::Customer;
use crate::calendar::{self, Period};

/// An earning rule of any type.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the fields are the server's")]
pub struct Rule {
    /// A UUID.
    pub earning_rule_id: String,
    /// May be empty.
    pub name: String,
    /// Left out of the answer when `None`.
    #[serde(default)]
    pub description: Option<String>,
    /// Rules that are switched off are not listed and earn nothing.
    pub active: bool,
    /// Whether `start_at` and `end_at` are ignored.
    pub all_time_active: bool,
    /// Inclusive.
    #[serde(default)]
    pub start_at: Option<Timestamp>,
    /// Inclusive.
    #[serde(default)]
    pub end_at: Option<Timestamp>,
    /// Ids of the levels that the rule is for.
    pub levels: Vec<String>,
    /// Ids of the segments that the rule is for.
    pub segments: Vec<String>,
    /// Ids of the points of sale that the rule is for; empty: all.
    pub pos: Vec<String>,
    /// Whether the shop has set a picture.
    #[serde(default)]
    pub has_photo: bool,
    /// Whether no further rule runs after this one (purchase rules only).
    #[serde(default)]
    pub last_executed_rule: bool,
    /// Every use that any customer made of the rule.
    #[serde(default)]
    pub usages: Vec<Usage>,
    /// The type and its own fields.
    #[serde(flatten)]
    pub kind: RuleKind,
}

/// One use of a rule by one customer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// A UUID.
    pub id: String,
    /// In whole seconds.
    pub date: Timestamp,
    /// Who used the rule.
    pub customer_id: String,
}

/// The type of a rule, with the fields that only this type has.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum RuleKind {
    /// Points for every unit of currency spent.
    Points {
        /// Points per unit of currency.
        point_value: f64,
        /// `[""]` when the admin left the field blank.
        #[serde(rename = "excludedSKUs")]
        excluded_skus: Vec<String>,
        /// Used with `exclude_labels`.
        excluded_labels: Vec<Label>,
        /// Used with `include_labels`.
        included_labels: Vec<Label>,
        /// `none_labels`, `include_labels` or `exclude_labels`.
        labels_inclusion_type: LabelsInclusion,
        /// Whether delivery does not count.
        exclude_delivery_cost: bool,
        /// 0: none.
        min_order_value: f64,
    },
    /// Points for each line with one of these products.
    ProductPurchase {
        /// The products.
        sku_ids: Skus,
        /// Points for a line.
        points_amount: f64,
    },
    /// Multiplies the points of products.
    MultiplyForProduct {
        /// The products.
        sku_ids: Skus,
        /// Or products with one of these labels.
        labels: Vec<Label>,
        /// By how much.
        multiplier: f64,
    },
    /// Multiplies the points of products by their labels.
    MultiplyByProductLabels {
        /// One multiplier a label.
        label_multipliers: Vec<LabelMultiplier>,
    },
    /// Gives a reward at once.
    InstantReward {
        /// The campaign of the reward; left out when `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reward_campaign_id: Option<String>,
    },
    /// Points for something that the server notices by itself.
    Event {
        /// Such as `oloy.account.created`.
        event_name: String,
        /// Points for the event.
        points_amount: f64,
    },
    /// Points for something that the shop reports.
    CustomEvent {
        /// `[a-z0-9_.]+`.
        event_name: String,
        /// Points for the event.
        points_amount: f64,
        /// How often.
        limit: Limit,
    },
    /// Points for bringing friends.
    Referral {
        /// `register`, `first_purchase` or `every_purchase`.
        event_name: String,
        /// `referrer`, `referred` or `both`.
        reward_type: String,
        /// Points for each of them.
        points_amount: f64,
    },
    /// Points for being somewhere.
    Geolocation {
        /// Degrees.
        latitude: f64,
        /// Degrees.
        longitude: f64,
        /// Kilometres.
        radius: f64,
        /// Points for being there.
        points_amount: f64,
        /// How often.
        limit: Limit,
    },
    /// Points for scanning a code.
    Qrcode {
        /// The secret itself.
        code: String,
        /// Points for the scan.
        points_amount: f64,
        /// How often.
        limit: Limit,
    },
    /// A type that this server version does not know yet; listed as it is.
    #[serde(untagged)]
    Future {
        /// Its name.
        #[serde(rename = "type")]
        name: String,
        /// Its own fields.
        #[serde(flatten)]
        fields: BTreeMap<String, Value>,
    },
}

/// A product label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// Such as `color`.
    pub key: String,
    /// Such as `red`; left out when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// A product label with its multiplier.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LabelMultiplier {
    /// Such as `color`.
    pub key: String,
    /// Such as `red`.
    pub value: String,
    /// By how much.
    pub multiplier: f64,
}

/// Which of the two label lists of a points rule is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelsInclusion {
    /// Neither.
    NoneLabels,
    /// `included_labels`.
    IncludeLabels,
    /// `excluded_labels`.
    ExcludeLabels,
}

/// A list of products. PHP writes one with gaps in its keys as an object.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Skus {
    /// Without gaps.
    List(Vec<String>),
    /// With gaps.
    Gaps(BTreeMap<String, String>),
}

/// How often a customer may use a rule: `{}` when never set, `{"active":false}` when switched off.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Limit {
    /// Whether the limit is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// In which calendar window uses are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// How many uses there may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

impl Limit {
    /// A limit in force.
    pub fn per(period: Period, limit: u32) -> Self {
        Self { active: Some(true), period: Some(period), limit: Some(limit) }
    }

    /// A limit that was switched off.
    pub fn off() -> Self {
        Self { active: Some(false), ..Self::default() }
    }
}

impl RuleKind {
    /// What one use of the rule pays; `None` for the types that depend on a purchase, and for referrals.
    pub(crate) fn points_amount(&self) -> Option<f64> {
        match self {
            Self::Event { points_amount, .. }
            | Self::CustomEvent { points_amount, .. }
            | Self::Geolocation { points_amount, .. }
            | Self::Qrcode { points_amount, .. } => Some(*points_amount),
            _ => None,
        }
    }

    pub(crate) fn limit(&self) -> Option<Limit> {
        match self {
            Self::CustomEvent { limit, .. } | Self::Geolocation { limit, .. } | Self::Qrcode { limit, .. } => {
                Some(*limit)
            }
            _ => None,
        }
    }
}

impl Rule {
    /// Whether the rule is on and in its time window: what the list shows. The server compares in SQL, where nothing
    /// is before or after a date that there is not.
    pub fn is_current(&self, at: Timestamp) -> bool {
        let is_within = self.start_at.is_some_and(|start| start <= at) && self.end_at.is_some_and(|end| at <= end);
        self.active && (self.all_time_active || is_within)
    }

    /// Whether this customer earns by it: a level **or** a segment has to match. To a customer who has neither,
    /// every rule applies (Open Loyalty 3.2.0).
    pub fn applies_to(&self, customer: &Customer, pos: Option<&str>) -> bool {
        let has_neither = customer.level_id.is_none() && customer.segments.is_empty();
        let level = customer.level_id.as_ref();
        let matches = level.is_some_and(|level| self.levels.contains(level))
            || customer.segments.iter().any(|id| self.segments.contains(id));
        let here = self.pos.is_empty() || pos.is_some_and(|pos| self.pos.iter().any(|candidate| candidate == pos));
        (has_neither || matches) && here
    }

    /// The uses of one customer in the window of the limit that `now` is in.
    pub fn used(&self, period: Period, customer_id: &str, now: Timestamp) -> usize {
        let window = calendar::window(period, now);
        let within = |date| window.is_none_or(|(first, last)| first <= date && date <= last);
        self.usages.iter().filter(|usage| usage.customer_id == customer_id && within(usage.date)).count()
    }

    /// Whether this customer has used the rule up.
    pub fn is_limit_exceeded(&self, customer_id: &str, now: Timestamp) -> bool {
        match self.kind.limit() {
            Some(Limit { active: Some(true), period: Some(period), limit: Some(limit) }) => {
                self.used(period, customer_id, now) >= limit as usize
            }
            _ => false,
        }
    }
}
