//! Earning rules as `GET .../customer/earningRule` shows them.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::rule::{Rule, RuleKind, Usage};
use super::{Named, OpenLoyalty};
use crate::calendar;
use crate::php_json::PhpMap;

macro_rules! entries {
    ($map:expr, $($key:literal => $value:expr,)*) => {{
        $($map.serialize_entry($key, $value)?;)*
    }};
}

/// A rule as the list shows it: the order of the keys is the server's.
pub(crate) struct RuleView<'a> {
    pub(crate) rule: &'a Rule,
    pub(crate) server: &'a OpenLoyalty,
}

impl Serialize for RuleView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rule = self.rule;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("levels", &rule.levels)?;
        map.serialize_entry("segments", &rule.segments)?;
        map.serialize_entry("pos", &rule.pos)?;
        map.serialize_entry("hasPhoto", &rule.has_photo)?;
        map.serialize_entry("earningRuleId", &rule.earning_rule_id)?;
        map.serialize_entry("name", &rule.name)?;
        if let Some(description) = &rule.description {
            map.serialize_entry("description", description)?;
        }
        map.serialize_entry("active", &rule.active)?;
        if let Some(start_at) = rule.start_at {
            map.serialize_entry("startAt", &calendar::format_date(start_at))?;
        }
        if let Some(end_at) = rule.end_at {
            map.serialize_entry("endAt", &calendar::format_date(end_at))?;
        }
        map.serialize_entry("allTimeActive", &rule.all_time_active)?;
        let usages: Vec<_> = rule.usages.iter().map(UsageView::new).collect();
        map.serialize_entry("usages", &usages)?;
        map.serialize_entry("lastExecutedRule", &rule.last_executed_rule)?;
        self.serialize_kind(&mut map)?;
        map.serialize_entry("segmentNames", &names(&rule.segments, &self.server.segments))?;
        map.serialize_entry("levelNames", &names(&rule.levels, &self.server.levels))?;
        map.serialize_entry("posNames", &names(&rule.pos, &self.server.points_of_sale))?;
        map.end()
    }
}

impl RuleView<'_> {
    fn serialize_kind<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match &self.rule.kind {
            RuleKind::Points {
                point_value,
                excluded_skus,
                excluded_labels,
                included_labels,
                labels_inclusion_type,
                exclude_delivery_cost,
                min_order_value,
            } => entries!(map,
                "pointValue" => point_value,
                "excludedLabels" => excluded_labels,
                "includedLabels" => included_labels,
                "labelsInclusionType" => labels_inclusion_type,
                "excludeDeliveryCost" => exclude_delivery_cost,
                "minOrderValue" => min_order_value,
                "type" => "points",
                "excludedSKUs" => excluded_skus,
            ),
            RuleKind::ProductPurchase { sku_ids, points_amount } => entries!(map,
                "skuIds" => sku_ids,
                "pointsAmount" => points_amount,
                "type" => "product_purchase",
            ),
            RuleKind::MultiplyForProduct { sku_ids, labels, multiplier } => entries!(map,
                "skuIds" => sku_ids,
                "labels" => labels,
                "multiplier" => multiplier,
                "type" => "multiply_for_product",
            ),
            RuleKind::MultiplyByProductLabels { label_multipliers } => entries!(map,
                "labelMultipliers" => label_multipliers,
                "type" => "multiply_by_product_labels",
            ),
            _ => return self.serialize_other(map),
        }
        Ok(())
    }

    /// The types without products.
    fn serialize_other<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match &self.rule.kind {
            RuleKind::InstantReward { reward_campaign_id } => {
                if let Some(id) = reward_campaign_id {
                    map.serialize_entry("rewardCampaignId", id)?;
                }
                map.serialize_entry("type", "instant_reward")?;
            }
            RuleKind::Event { event_name, points_amount } => entries!(map,
                "eventName" => event_name,
                "pointsAmount" => points_amount,
                "type" => "event",
            ),
            RuleKind::CustomEvent { event_name, points_amount, limit } => entries!(map,
                "eventName" => event_name,
                "pointsAmount" => points_amount,
                "limit" => limit,
                "type" => "custom_event",
                "usageUrl" => &self.usage_url(event_name),
            ),
            RuleKind::Referral { event_name, reward_type, points_amount } => entries!(map,
                "eventName" => event_name,
                "rewardType" => reward_type,
                "pointsAmount" => points_amount,
                "type" => "referral",
            ),
            RuleKind::Geolocation { latitude, longitude, radius, points_amount, limit } => entries!(map,
                "latitude" => latitude,
                "longitude" => longitude,
                "radius" => radius,
                "pointsAmount" => points_amount,
                "limit" => limit,
                "type" => "geolocation",
            ),
            RuleKind::Qrcode { code, points_amount, limit } => entries!(map,
                "code" => code,
                "pointsAmount" => points_amount,
                "limit" => limit,
                "type" => "qrcode",
            ),
            RuleKind::Future { name, fields } => {
                for (key, value) in fields {
                    map.serialize_entry(key, value)?;
                }
                map.serialize_entry("type", name)?;
            }
            RuleKind::Points { .. }
            | RuleKind::ProductPurchase { .. }
            | RuleKind::MultiplyForProduct { .. }
            | RuleKind::MultiplyByProductLabels { .. } => {}
        }
        Ok(())
    }

    /// The address of an admin route: a customer can't call it.
    fn usage_url(&self, event_name: &str) -> String {
        let base_url = &self.server.settings.base_url;
        format!("{base_url}/api/v1/earnRule/{event_name}/customer/:customerId")
    }
}

/// The names behind ids; what was deleted meanwhile has none.
fn names<'a>(ids: &'a [String], known: &'a [impl Named]) -> PhpMap<'a, &'a str> {
    let name_of = |id: &'a String| {
        let found = known.iter().find(|candidate| candidate.id() == id)?;
        Some((id.as_str(), found.name()))
    };
    PhpMap(ids.iter().filter_map(name_of).collect())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UsageView<'a> {
    earning_rule_usage_id: UsageId<'a>,
    date: String,
    subject: Subject<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UsageId<'a> {
    earning_rule_usage_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Subject<'a> {
    subject_id: &'a str,
}

impl<'a> UsageView<'a> {
    fn new(usage: &'a Usage) -> Self {
        Self {
            earning_rule_usage_id: UsageId { earning_rule_usage_id: &usage.id },
            date: calendar::format_date(usage.date),
            subject: Subject { subject_id: &usage.customer_id },
        }
    }
}
