//! Listing the rules and triggering events.

use jiff::{SignedDuration, Timestamp, Unit};
use serde::Serialize;

use super::customer::Transfer;
use super::rule::{Rule, RuleKind, Usage};
use super::rule_view::RuleView;
use super::{Context, OpenLoyalty, answer};
use crate::http::Response;
use crate::ledger::{Booking, Server};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EarningRules<'a> {
    earning_rules: Vec<RuleView<'a>>,
    currency: &'a str,
}

impl OpenLoyalty {
    /// Every rule that is on and in its window, whatever the customer's level and segments.
    pub(super) fn list_rules(&self, now: Timestamp) -> Response {
        let current = self.rules.iter().filter(|rule| rule.is_current(now));
        answer::ok(&EarningRules {
            earning_rules: current.map(|rule| RuleView { rule, server: self }).collect(),
            currency: &self.settings.currency,
        })
    }

    pub(super) fn trigger_event(
        &mut self,
        user: usize,
        event_name: &str,
        context: &mut Context<'_>,
    ) -> Result<Response, Response> {
        if self.users[user].customer.is_none() {
            return Err(answer::framework(404));
        }
        let now = context.now;
        let unavailable = || answer::refused("event does not exist");
        let (rule, points) = self
            .best_rule(user, now, |rule| match &rule.kind {
                RuleKind::CustomEvent { event_name: name, points_amount, .. } if name == event_name => {
                    Some(*points_amount)
                }
                _ => None,
            })
            .ok_or_else(unavailable)?;
        // Only the winner's limit counts: there is no falling back to a lower rule.
        if self.rules[rule].is_limit_exceeded(&self.users[user].id, now) {
            return Err(answer::refused("limit exceeded"));
        }
        self.award(user, rule, points, event_name, context);
        Ok(answer::points(points))
    }

    /// Books the use of a rule and its points.
    pub(super) fn award(&mut self, user: usize, rule: usize, points: f64, event_name: &str, context: &mut Context<'_>) {
        let now = context.now;
        let customer_id = self.users[user].id.clone();
        self.rules[rule].usages.push(Usage {
            id: context.ids.uuid(),
            date: now.round(Unit::Second).unwrap_or(now),
            customer_id: customer_id.clone(),
        });
        self.add_points(user, points, now);
        let booking = Booking::Event {
            customer_id,
            event_name: event_name.to_owned(),
            earning_rule_id: self.rules[rule].earning_rule_id.clone(),
            points,
        };
        context.ledger.book(now, Server::OpenLoyalty, booking);
    }

    /// Awards an event that the server noticed by itself; says which rule paid how much.
    pub(super) fn award_event(&mut self, user: usize, event_name: &str, now: Timestamp) -> Option<(String, f64)> {
        let (rule, points) = self.best_rule(user, now, |rule| match &rule.kind {
            RuleKind::Event { event_name: name, points_amount } if name == event_name => Some(*points_amount),
            _ => None,
        })?;
        self.add_points(user, points, now);
        Some((self.rules[rule].earning_rule_id.clone(), points))
    }

    /// The first of the rules with the highest amount above zero, of those that apply to this customer.
    fn best_rule(&self, user: usize, now: Timestamp, amount: impl Fn(&Rule) -> Option<f64>) -> Option<(usize, f64)> {
        let customer = self.users[user].customer.as_ref()?;
        if !self.settings.statuses_earning.contains(&customer.status) {
            return None;
        }
        let pos = customer.pos_id.as_deref();
        let mut best: Option<(usize, f64)> = None;
        for (index, rule) in self.rules.iter().enumerate() {
            if !rule.is_current(now) || !rule.applies_to(customer, pos) {
                continue;
            }
            if let Some(points) = amount(rule)
                && points > best.map_or(0.0, |(_, highest)| highest)
            {
                best = Some((index, points));
            }
        }
        best
    }

    /// Adds points and moves the customer up when they suffice for a higher level.
    pub(super) fn add_points(&mut self, user: usize, points: f64, now: Timestamp) {
        let life = SignedDuration::from_hours(24 * self.settings.points_days_active);
        let Some(customer) = self.users[user].customer.as_mut() else {
            return;
        };
        customer.transfers.push(Transfer {
            at: now,
            points,
            used: 0.0,
            locked_until: None,
            expires_at: Some(now + life),
        });
        let earned = customer.balance(now).earned;
        let threshold = |id: &str| {
            let level = self.levels.iter().find(|level| level.id == id);
            level.map(|level| level.condition_value)
        };
        let current = customer.level_id.as_deref().and_then(threshold).unwrap_or(0.0);
        let reached = self
            .levels
            .iter()
            .filter(|level| level.condition_value > current && level.condition_value <= earned)
            .max_by(|a, b| a.condition_value.total_cmp(&b.condition_value));
        if let Some(level) = reached {
            customer.level_id = Some(level.id.clone());
        }
    }
}
