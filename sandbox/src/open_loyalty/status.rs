//! What a customer has: points, level, purchases.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::customer::cents;
use super::{OpenLoyalty, answer};
use crate::calendar;
use crate::http::Response;
use crate::php_json::PhpMap;

const MONTH: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The order and the names are the server's; what is `None` is left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status<'a> {
    first_name: &'a str,
    last_name: &'a str,
    customer_id: &'a str,
    points: f64,
    p2p_points: f64,
    total_earned_points: f64,
    used_points: f64,
    expired_points: f64,
    locked_points: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level_condition_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_level: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_level_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_level_condition_value: Option<f64>,
    transactions_amount: f64,
    transactions_amount_without_delivery_costs: f64,
    average_transactions_amount: f64,
    transactions_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    points_to_next_level: Option<f64>,
    currency: &'a str,
    points_expiring_next_month: f64,
    points_expiring_breakdown: PhpMap<'a, f64>,
}

impl OpenLoyalty {
    /// The status of the customer with this id, asked for by a user: only one's own is shown.
    pub(super) fn status(&self, user: usize, customer_id: &str, now: Timestamp) -> Result<Response, Response> {
        let mut users = self.users.iter();
        let asked = users.find(|user| user.id == customer_id);
        let customer = asked.and_then(|user| user.customer.as_ref()).ok_or_else(|| answer::framework(404))?;
        if self.users[user].id != customer_id {
            return Err(answer::framework(403));
        }
        let balance = customer.balance(now);
        let level = customer.level_id.as_ref().and_then(|id| self.levels.iter().find(|level| level.id == *id));
        let next_level = self
            .levels
            .iter()
            .filter(|next| level.is_none_or(|level| next.condition_value > level.condition_value))
            .min_by(|a, b| a.condition_value.total_cmp(&b.condition_value));
        let mut expiring: BTreeMap<String, f64> = BTreeMap::new();
        for transfer in &customer.transfers {
            if let Some((end, points)) = transfer.expiring(now, MONTH) {
                *expiring.entry(calendar::format_day(end)).or_default() += points;
            }
        }
        let amount: f64 = customer.transactions.iter().map(|t| t.gross_value).sum();
        let delivery: f64 = customer.transactions.iter().map(|t| t.delivery_value).sum();
        let count = customer.transactions.len();
        #[expect(clippy::cast_precision_loss, reason = "a customer makes few purchases")]
        let average = if count == 0 { 0.0 } else { amount / count as f64 };
        let breakdown = expiring.iter().map(|(day, points)| (day.as_str(), cents(*points)));
        Ok(answer::ok(&Status {
            first_name: &customer.first_name,
            last_name: &customer.last_name,
            customer_id,
            points: balance.active,
            p2p_points: 0.0,
            total_earned_points: balance.earned,
            used_points: balance.used,
            expired_points: balance.expired,
            locked_points: balance.locked,
            level: level.map(|level| percent(level.reward)),
            level_name: level.map(|level| level.name.as_str()),
            level_condition_value: level.map(|level| level.condition_value),
            next_level: next_level.map(|level| percent(level.reward)),
            next_level_name: next_level.map(|level| level.name.as_str()),
            next_level_condition_value: next_level.map(|level| level.condition_value),
            transactions_amount: cents(amount),
            transactions_amount_without_delivery_costs: cents(amount - delivery),
            average_transactions_amount: cents(average),
            transactions_count: count,
            points_to_next_level: next_level.map(|level| cents((level.condition_value - balance.earned).max(0.0))),
            currency: &self.settings.currency,
            points_expiring_next_month: cents(expiring.values().sum()),
            points_expiring_breakdown: PhpMap(breakdown.collect()),
        }))
    }
}

/// The reward of a level as text, such as `14.00%`.
fn percent(reward: f64) -> String {
    format!("{:.2}%", reward * 100.0)
}
