//! What Open Loyalty's calls take and give, as Rust types. Their JSON is what JavaScript sees.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An Open Loyalty server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenLoyaltyServer {
    /// Such as `https://loyalty.example.com`.
    pub base_url: String,
    /// `DEFAULT` if `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store_code: Option<String>,
    /// How the server's paths look.
    pub path_style: PathStyle,
}

/// How a server's paths look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PathStyle {
    /// With a store code: 4.x and later.
    #[default]
    Store,
    /// Without: up to 3.x.
    Legacy,
}

/// An Open Loyalty server and a customer's token.
#[derive(Clone, Serialize)]
#[allow(missing_debug_implementations, reason = "it holds a secret")]
pub struct OpenLoyalty {
    /// The server.
    #[serde(flatten)]
    pub server: OpenLoyaltyServer,
    /// The customer's JWT. `None`: the transport is asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// The rules in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EarningRules {
    /// In the server's order, which is undefined.
    pub earning_rules: Vec<EarningRule>,
    /// As configured, lower or upper case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// A way to earn points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the server has that many flags")]
pub struct EarningRule {
    /// A UUID.
    pub earning_rule_id: String,
    /// May be empty.
    pub name: String,
    /// What the shop wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Here always true: the server lists active rules only.
    pub active: bool,
    /// Whether `start_at` and `end_at` are to be ignored.
    pub all_time_active: bool,
    /// RFC 3339, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_at: Option<String>,
    /// RFC 3339, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_at: Option<String>,
    /// Ids of the levels it is for.
    pub levels: Vec<String>,
    /// Ids of the segments it is for.
    pub segments: Vec<String>,
    /// Ids of the points of sale it is for; empty: all.
    pub pos: Vec<String>,
    /// Names by id.
    pub level_names: BTreeMap<String, String>,
    /// Names by id.
    pub segment_names: BTreeMap<String, String>,
    /// Names by id.
    pub pos_names: BTreeMap<String, String>,
    /// Whether the server has a picture of it.
    pub has_photo: bool,
    /// Whether no rule is applied to a purchase after this one.
    pub last_executed_rule: bool,
    /// The customer's own usages; `None` if the token does not say whose it is.
    pub usages: Option<Vec<Usage>>,
    /// What it rewards.
    #[serde(flatten)]
    pub kind: RuleKind,
}

/// What a rule rewards: one of the ten types, or a type of the future.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RuleKind {
    /// One of the ten types.
    Known(KnownRule),
    /// A type that this version does not know.
    Unknown {
        /// Its name.
        r#type: String,
    },
}

/// The ten types of rules. An amount that the server left out is 0, as the server computes with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[expect(missing_docs, reason = "the fields are the server's own and described in index.d.ts")]
pub enum KnownRule {
    /// Points for what was spent.
    Points {
        point_value: f64,
        #[serde(rename = "excludedSKUs")]
        excluded_skus: Vec<String>,
        excluded_labels: Vec<Label>,
        included_labels: Vec<Label>,
        labels_inclusion_type: String,
        exclude_delivery_cost: bool,
        min_order_value: f64,
    },
    /// Points for buying a product.
    ProductPurchase { sku_ids: Vec<String>, points_amount: f64 },
    /// More points for some products.
    MultiplyForProduct { sku_ids: Vec<String>, labels: Vec<Label>, multiplier: f64 },
    /// More points for products with some labels.
    MultiplyByProductLabels { label_multipliers: Vec<LabelMultiplier> },
    /// A reward at once.
    InstantReward { reward_campaign_id: Option<String> },
    /// Points for an event of the server's own.
    Event { event_name: String, points_amount: f64 },
    /// Points for an event that the store reports.
    CustomEvent { event_name: String, points_amount: f64, limit: Option<Limit>, usage_url: Option<String> },
    /// Points for bringing a friend.
    Referral { event_name: String, reward_type: String, points_amount: f64 },
    /// Points for being somewhere.
    Geolocation {
        latitude: Option<f64>,
        longitude: Option<f64>,
        radius: Option<f64>,
        points_amount: f64,
        limit: Option<Limit>,
    },
    /// Points for scanning a code.
    Qrcode { code: Option<String>, points_amount: f64, limit: Option<Limit> },
}

/// A product's label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Its key.
    pub key: String,
    /// Its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// How a label multiplies points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelMultiplier {
    /// The label's key.
    pub key: String,
    /// The label's value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The factor.
    pub multiplier: f64,
}

/// How often a customer can use a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// Whether it is in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// `day`, `week`, `month`, `3 months`, `6 months`, `1 year` or `forever`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Uses in a period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

/// A use of a rule by this customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// RFC 3339.
    pub date: String,
}

/// What an event earned.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Points {
    /// The points booked.
    pub points: f64,
}

/// A customer's balance and level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerStatus {
    /// Points that can be spent.
    pub points: f64,
    /// Points that can't be spent yet.
    pub locked_points: f64,
    /// Points spent.
    pub used_points: f64,
    /// Points that were not spent in time.
    pub expired_points: f64,
    /// All points ever earned.
    pub total_earned_points: f64,
    /// The level's name.
    pub level_name: Option<String>,
    /// The next level's name.
    pub next_level_name: Option<String>,
    /// Points that the next level takes.
    pub points_to_next_level: Option<f64>,
    /// As configured.
    pub currency: Option<String>,
}

/// What a login or refresh gives.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_debug_implementations, reason = "they are secrets")]
pub struct Tokens {
    /// A JWT, good for a day by default.
    pub token: String,
    /// For [`Client::refresh_tokens`](crate::Client::refresh_tokens).
    pub refresh_token: String,
    /// Whether the password is a temporary one.
    pub password_change_needed: bool,
}
