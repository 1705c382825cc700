//! What the shop's own systems do for a customer: report an event, a place or a code. Read from the source of Open
//! Loyalty 3.2.0; a customer's token is refused.

use jiff::Timestamp;
use serde_json::Value;

use super::customer::Role;
use super::rule::{Rule, RuleKind};
use super::{Context, OpenLoyalty, answer, auth};
use crate::http::{Request, Response};

/// Metres in a degree, as the server has it: 60 nautical miles of 1.1515 miles.
const METRES_PER_DEGREE: f64 = 60.0 * 1.1515 * 1609.344;

/// What the shop reports of a customer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Report<'a> {
    Event(&'a str),
    Geolocation,
    Qrcode,
}

impl OpenLoyalty {
    pub(super) fn report(
        &mut self,
        request: &Request,
        report: Report<'_>,
        customer_id: &str,
        context: &mut Context<'_>,
    ) -> Result<Response, Response> {
        let admin = self.authenticate(request, context)?;
        if self.users[admin].role != Role::Admin {
            return Err(answer::framework(403));
        }
        let mut users = self.users.iter();
        let user = users
            .position(|user| user.id == customer_id && user.customer.is_some())
            .ok_or_else(|| answer::framework(404))?;
        match report {
            Report::Event(event_name) => self.trigger_event(user, event_name, context),
            Report::Geolocation => {
                let fields = auth::body_fields(request)?;
                let [latitude, longitude] = ["latitude", "longitude"].map(|name| number(&fields, name));
                let (Some(latitude), Some(longitude)) = (latitude, longitude) else {
                    return Err(answer::invalid_form(&["latitude", "longitude", "earningRuleId"]));
                };
                let only = text(&fields, "earningRuleId");
                let in_range = |rule: &Rule| {
                    only.as_ref().is_none_or(|only| rule.earning_rule_id == *only)
                        && is_in_range(rule, latitude, longitude)
                };
                let paying = self.paying(user, context.now, in_range);
                self.award_all(user, &paying, "geolocation", context)
                    // The blank at the end is the server's.
                    .ok_or_else(|| answer::refused("limit was exceeded "))
            }
            Report::Qrcode => {
                let fields = auth::body_fields(request)?;
                let Some(scanned) = text(&fields, "code") else {
                    return Err(answer::invalid_form(&["code", "earningRuleId"]));
                };
                let has_code = |rule: &Rule| matches!(&rule.kind, RuleKind::Qrcode { code, .. } if *code == scanned);
                let paying = self.paying(user, context.now, has_code);
                self.award_all(user, &paying, "qrcode", context).ok_or_else(|| answer::refused("event does not exist"))
            }
        }
    }

    /// Every rule that pays, in the order of the list. Not recorded: what has used up its limit is passed over.
    fn paying(&self, user: usize, now: Timestamp, pays: impl Fn(&Rule) -> bool) -> Vec<(usize, f64)> {
        let user = &self.users[user];
        let Some(customer) = &user.customer else {
            return Vec::new();
        };
        if !self.settings.statuses_earning.contains(&customer.status) {
            return Vec::new();
        }
        let pos = customer.pos_id.as_deref();
        let applies = |rule: &Rule| {
            rule.is_current(now) && rule.applies_to(customer, pos) && !rule.is_limit_exceeded(&user.id, now)
        };
        let rules = self.rules.iter().enumerate();
        rules
            .filter(|(_, rule)| applies(rule) && pays(rule))
            .filter_map(|(index, rule)| Some((index, rule.kind.points_amount()?)))
            .collect()
    }

    fn award_all(
        &mut self,
        user: usize,
        paying: &[(usize, f64)],
        event_name: &str,
        context: &mut Context<'_>,
    ) -> Option<Response> {
        for &(rule, points) in paying {
            self.award(user, rule, points, event_name, context);
        }
        let points = paying.iter().map(|(_, points)| points).sum();
        (!paying.is_empty()).then(|| answer::points(points))
    }
}

/// The spherical law of cosines, to a hundredth of a metre. Exactly on the spot it may give the arc cosine of
/// more than 1, which is not a number and so in no range.
fn is_in_range(rule: &Rule, latitude: f64, longitude: f64) -> bool {
    let RuleKind::Geolocation { latitude: rule_latitude, longitude: rule_longitude, radius, .. } = &rule.kind else {
        return false;
    };
    let (from, to) = (rule_latitude.to_radians(), latitude.to_radians());
    let across = (rule_longitude - longitude).to_radians();
    let cosine = from.sin() * to.sin() + from.cos() * to.cos() * across.cos();
    let metres = (cosine.acos().to_degrees() * METRES_PER_DEGREE * 100.0).round() / 100.0;
    metres / 1000.0 <= *radius
}

/// A field of the form, which is named `earningRule[...]`, or of the object of this name in JSON.
fn field<'a>(fields: &'a serde_json::Map<String, Value>, name: &str) -> Option<&'a Value> {
    let nested = fields.get("earningRule").and_then(|form| form.get(name));
    nested.or_else(|| fields.get(&format!("earningRule[{name}]")))
}

fn text(fields: &serde_json::Map<String, Value>, name: &str) -> Option<String> {
    let text = field(fields, name)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

fn number(fields: &serde_json::Map<String, Value>, name: &str) -> Option<f64> {
    let value = field(fields, name)?;
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}
