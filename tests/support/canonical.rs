//! What each answer must become, written from the documentation of the data and from nothing else:
//! the oracle of the decoder. An error is the path of the field that breaks the contract.

use earnkit::Operation;
use jiff::civil::DateTime;
use serde_json::{Map, Value, json};

use super::json::Json;

type Canonical = Result<Value, String>;

/// What an answer becomes for the customer of this id; `None` if the token does not say whose it is.
pub(crate) fn answer(operation: Operation, json: &Json, customer_id: Option<&str>) -> Canonical {
    match operation {
        Operation::ListEarningRules => earning_rules(json, customer_id),
        Operation::TriggerEvent => points(json),
        Operation::GetCustomerStatus => status(json),
        Operation::Login | Operation::RefreshTokens => tokens(json),
        Operation::CreateUser => user(json),
        Operation::AssignPoints => commitment(json),
    }
}

/// What stands in for a field that is missing or null.
enum Absence {
    /// The field is essential.
    Fails,
    /// It stays absent.
    Stays,
    Is(Value),
}

use Absence::{Fails, Stays};

fn is(value: impl Into<Value>) -> Absence {
    Absence::Is(value.into())
}

/// An object that is read field by field.
struct Reader<'a> {
    json: &'a Json,
    path: &'a str,
    read: Map<String, Value>,
}

impl<'a> Reader<'a> {
    /// PHP writes an empty object as an empty list.
    fn new(json: &'a Json, path: &'a str) -> Result<Self, String> {
        match json {
            Json::Object(_) => Ok(Self { json, path, read: Map::new() }),
            Json::List(items) if items.is_empty() => Ok(Self { json, path, read: Map::new() }),
            _ => Err(path.to_owned()),
        }
    }

    fn get(&self, key: &str) -> Option<&'a Json> {
        self.json.get(key).filter(|value| **value != Json::Null)
    }

    fn below(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    fn rename(
        &mut self,
        wire: &str,
        name: &str,
        absence: Absence,
        read: impl Fn(&Json, &str) -> Canonical,
    ) -> Result<(), String> {
        let path = self.below(wire);
        let value = match (self.get(wire), absence) {
            (Some(value), _) => read(value, &path)?,
            (None, Absence::Is(value)) => value,
            (None, Stays) => return Ok(()),
            (None, Fails) => return Err(path),
        };
        self.read.insert(name.to_owned(), value);
        Ok(())
    }

    fn take(&mut self, key: &str, absence: Absence, read: impl Fn(&Json, &str) -> Canonical) -> Result<(), String> {
        self.rename(key, key, absence, read)
    }

    fn done(self) -> Value {
        Value::Object(self.read)
    }
}

fn text(json: &Json, path: &str) -> Canonical {
    match json {
        Json::Text(text) => Ok(text.as_str().into()),
        _ => Err(path.to_owned()),
    }
}

/// Ids and tokens: a text that says something.
fn id(json: &Json, path: &str) -> Canonical {
    text(json, path).and_then(|text| if text == "" { Err(path.to_owned()) } else { Ok(text) })
}

fn number(json: &Json, path: &str) -> Canonical {
    match json {
        Json::Number(number) if number.is_finite() => Ok((*number).into()),
        _ => Err(path.to_owned()),
    }
}

/// Any integer that `Number.isSafeInteger` accepts.
fn integer(json: &Json, path: &str) -> Canonical {
    match json {
        Json::Number(number) if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 => Ok((*number).into()),
        _ => Err(path.to_owned()),
    }
}

fn flag(json: &Json, path: &str) -> Canonical {
    match json {
        Json::Bool(flag) => Ok((*flag).into()),
        _ => Err(path.to_owned()),
    }
}

fn date(json: &Json, path: &str) -> Canonical {
    match json {
        Json::Text(text) => rfc3339(text).map(Value::from).ok_or_else(|| path.to_owned()),
        _ => Err(path.to_owned()),
    }
}

/// RFC 3339, also without the colon in the offset (PHP's `O`).
pub(crate) fn rfc3339(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    let (seconds, rest) = upper.split_at_checked(19)?;
    let format = "%Y-%m-%dT%H:%M:%S";
    let parsed = DateTime::strptime(format, seconds).ok()?;
    if parsed.strftime(format).to_string() != seconds {
        return None;
    }
    let digits = rest
        .strip_prefix('.')
        .map_or(0, |rest| rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len());
    let (fraction, offset) = rest.split_at(if digits > 0 { digits + 1 } else { 0 });
    if offset == "Z" {
        return Some(upper);
    }
    let sign = offset.chars().next().filter(|sign| "+-".contains(*sign))?;
    let numbers = offset[1..].replacen(':', "", usize::from(offset.get(3..4) == Some(":")));
    let (hours, minutes) = numbers.split_at_checked(2)?;
    let in_range = |text: &str, end: u8| {
        text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit()) && text.parse().is_ok_and(|n: u8| n < end)
    };
    (in_range(hours, 24) && in_range(minutes, 60)).then(|| format!("{seconds}{fraction}{sign}{hours}:{minutes}"))
}

/// A list, or an object that PHP made of a list with gaps.
fn items<'a>(json: &'a Json, path: &str) -> Result<Vec<&'a Json>, String> {
    match json {
        Json::List(items) => Ok(items.iter().collect()),
        Json::Object(entries) => Ok(entries.iter().map(|(_, value)| value).collect()),
        _ => Err(path.to_owned()),
    }
}

fn list(json: &Json, path: &str, read: impl Fn(&Json, &str) -> Canonical) -> Canonical {
    let items = items(json, path)?.into_iter().enumerate();
    items.map(|(index, item)| read(item, &format!("{path}[{index}]"))).collect()
}

fn texts(json: &Json, path: &str) -> Canonical {
    list(json, path, text)
}

/// The admin panel stores a blank field as one empty SKU.
fn skus(json: &Json, path: &str) -> Canonical {
    let texts = texts(json, path)?;
    Ok(texts.as_array().into_iter().flatten().filter(|text| **text != "").cloned().collect())
}

/// Always an object, and never one with a `__proto__`.
fn map(json: &Json, path: &str) -> Canonical {
    let mut names = Map::new();
    match json {
        Json::List(items) if items.is_empty() => {}
        Json::Object(entries) => {
            for (key, value) in entries.iter().filter(|(key, value)| key != "__proto__" && *value != Json::Null) {
                names.insert(key.clone(), text(value, path)?);
            }
        }
        _ => return Err(path.to_owned()),
    }
    Ok(names.into())
}

fn label(json: &Json, path: &str) -> Canonical {
    let mut label = Reader::new(json, path)?;
    label.take("key", is(""), text)?;
    label.take("value", Stays, text)?;
    Ok(label.done())
}

fn label_multiplier(json: &Json, path: &str) -> Canonical {
    let mut label = Reader::new(json, path)?;
    label.take("key", is(""), text)?;
    label.take("value", Stays, text)?;
    label.take("multiplier", is(0.0), number)?;
    Ok(label.done())
}

/// `null` or `{ active, period?, limit? }`.
fn limit(json: &Json, path: &str) -> Canonical {
    let mut limit = Reader::new(json, path)?;
    limit.take("active", Stays, flag)?;
    limit.take("period", Stays, text)?;
    limit.take("limit", Stays, integer)?;
    if limit.read.is_empty() {
        return Ok(Value::Null);
    }
    limit.read.entry("active").or_insert(Value::Bool(false));
    Ok(limit.done())
}

/// Only the customer's own, and of them only the date.
fn usages(json: &Json, path: &str, customer_id: Option<&str>) -> Canonical {
    let items = items(json, path)?;
    let Some(customer_id) = customer_id else { return Ok(Value::Null) };
    let own = Json::Text(customer_id.to_owned());
    let is_own = |usage: &Json| usage.get("subject").and_then(|subject| subject.get("subjectId")) == Some(&own);
    items
        .into_iter()
        .enumerate()
        .filter(|(_, usage)| is_own(usage))
        .map(|(index, usage)| {
            let path = format!("{path}[{index}].date");
            date(usage.get("date").unwrap_or(&Json::Null), &path).map(|date| json!({ "date": date }))
        })
        .collect()
}

fn rule(json: &Json, path: &str, customer_id: Option<&str>) -> Canonical {
    let mut rule = Reader::new(json, path)?;
    rule.take("earningRuleId", Fails, id)?;
    rule.take("type", Fails, id)?;
    rule.take("name", is(""), text)?;
    rule.take("description", Stays, text)?;
    rule.take("active", is(true), flag)?;
    rule.take("allTimeActive", is(false), flag)?;
    rule.take("startAt", Stays, date)?;
    rule.take("endAt", Stays, date)?;
    for key in ["levels", "segments", "pos"] {
        rule.take(key, is(json!([])), texts)?;
    }
    for key in ["levelNames", "segmentNames", "posNames"] {
        rule.take(key, is(json!({})), map)?;
    }
    rule.take("hasPhoto", is(false), flag)?;
    rule.take("lastExecutedRule", is(false), flag)?;
    let no_usages = if customer_id.is_some() { json!([]) } else { Value::Null };
    rule.take("usages", is(no_usages), |json, path| usages(json, path, customer_id))?;
    rule_kind(&mut rule)?;
    Ok(rule.done())
}

/// The fields that only this type has.
fn rule_kind(rule: &mut Reader<'_>) -> Result<(), String> {
    let labels = |json: &Json, path: &str| list(json, path, label);
    let label_multipliers = |json: &Json, path: &str| list(json, path, label_multiplier);
    let kind = rule.read.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    match kind.as_str() {
        "points" => {
            rule.take("pointValue", is(0.0), number)?;
            rule.take("excludedSKUs", is(json!([])), skus)?;
            rule.take("excludedLabels", is(json!([])), labels)?;
            rule.take("includedLabels", is(json!([])), labels)?;
            rule.take("labelsInclusionType", is("exclude_labels"), text)?;
            rule.take("excludeDeliveryCost", is(false), flag)?;
            rule.take("minOrderValue", is(0.0), number)?;
        }
        "multiply_for_product" => {
            rule.take("skuIds", is(json!([])), texts)?;
            rule.take("labels", is(json!([])), labels)?;
            rule.take("multiplier", is(0.0), number)?;
        }
        "multiply_by_product_labels" => rule.take("labelMultipliers", is(json!([])), label_multipliers)?,
        "instant_reward" => rule.take("rewardCampaignId", Stays, text)?,
        "product_purchase" => rule.take("skuIds", is(json!([])), texts)?,
        "event" | "custom_event" => rule.take("eventName", is(""), text)?,
        "referral" => {
            rule.take("eventName", is(""), text)?;
            rule.take("rewardType", is(""), text)?;
        }
        "geolocation" => {
            for key in ["latitude", "longitude", "radius"] {
                rule.take(key, Stays, number)?;
            }
        }
        "qrcode" => rule.take("code", Stays, text)?,
        _ => {}
    }
    let pays = ["product_purchase", "event", "custom_event", "referral", "geolocation", "qrcode"];
    if pays.contains(&kind.as_str()) {
        rule.take("pointsAmount", is(0.0), number)?;
    }
    if ["custom_event", "geolocation", "qrcode"].contains(&kind.as_str()) {
        rule.take("limit", is(Value::Null), limit)?;
    }
    if kind == "custom_event" {
        rule.take("usageUrl", Stays, text)?;
    }
    Ok(())
}

fn earning_rules(json: &Json, customer_id: Option<&str>) -> Canonical {
    let mut answer = Reader::new(json, "")?;
    let rules = |json: &Json, path: &str| list(json, path, |json, path| rule(json, path, customer_id));
    answer.take("earningRules", Fails, rules)?;
    answer.take("currency", Stays, text)?;
    Ok(answer.done())
}

fn points(json: &Json) -> Canonical {
    let mut answer = Reader::new(json, "")?;
    answer.take("points", Fails, number)?;
    Ok(answer.done())
}

fn status(json: &Json) -> Canonical {
    let mut answer = Reader::new(json, "")?;
    answer.take("points", Fails, number)?;
    for key in ["lockedPoints", "usedPoints", "expiredPoints", "totalEarnedPoints"] {
        answer.take(key, is(0.0), number)?;
    }
    answer.take("pointsToNextLevel", Stays, number)?;
    for key in ["levelName", "nextLevelName", "currency"] {
        answer.take(key, Stays, text)?;
    }
    Ok(answer.done())
}

fn tokens(json: &Json) -> Canonical {
    let mut answer = Reader::new(json, "")?;
    answer.take("token", Fails, id)?;
    answer.rename("refresh_token", "refreshToken", Fails, id)?;
    answer.rename("error", "passwordChangeNeeded", is(false), |_, _| Ok(true.into()))?;
    Ok(answer.done())
}

fn user(json: &Json) -> Canonical {
    let mut answer = Reader::new(json, "")?;
    answer.rename("partner_id", "partnerId", Stays, text)?;
    answer.rename("partner_user_id", "partnerUserId", Fails, id)?;
    answer.rename("user_session_id", "userSessionId", Stays, text)?;
    Ok(answer.done())
}

fn goal(json: &Json, path: &str) -> Canonical {
    let mut goal = Reader::new(json, path)?;
    goal.take("type", Stays, text)?;
    goal.take("value", Stays, text)?;
    Ok(goal.done())
}

fn commitment(json: &Json) -> Canonical {
    let mut answer = Reader::new(json, "")?;
    answer.take("id", Fails, id)?;
    answer.rename("user_id", "userId", Stays, text)?;
    answer.rename("partner_id", "partnerId", Stays, text)?;
    answer.rename("loyalty_units", "loyaltyUnits", Stays, integer)?;
    answer.rename("free_loyalty_units", "freeLoyaltyUnits", Stays, integer)?;
    answer.rename("redeemable_loyalty_units", "redeemableLoyaltyUnits", Stays, integer)?;
    answer.rename("redeemed_loyalty_units", "redeemedLoyaltyUnits", Stays, integer)?;
    answer.rename("loyalty_accumulation_value", "loyaltyAccumulationValue", Stays, text)?;
    answer.take("goal", Stays, goal)?;
    answer.take("redeemed", Stays, flag)?;
    answer.rename("confirmation_status", "confirmationStatus", Stays, text)?;
    answer.rename("promotion_goal_description", "promotionGoalDescription", Stays, text)?;
    answer.rename("promotion_goal_category", "promotionGoalCategory", Stays, text)?;
    answer.rename("created_at", "createdAt", Stays, date)?;
    answer.rename("updated_at", "updatedAt", Stays, date)?;
    Ok(answer.done())
}
