//! Rules in compact form: what the evaluator needs of them, with texts as numbers. The scanner's
//! second sink.

use core::ops::Range;

use super::customer::{Audience, Customer};
use super::input::{elements, objects, texts};
use super::limits::Limit;
use super::texts::{NO_VALUE, Texts};
use crate::open_loyalty::tables::{LABEL, LABEL_MULTIPLIER, LIMIT, RULE};
use crate::scan::{Absent, Fault, Field, Kind as FieldKind, Record, Table, Usages, decode, table};
use crate::time::{Moment, moment};

/// What a rule does. The known types are in the order of the server's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Points,
    ProductPurchase,
    MultiplyProducts,
    MultiplyLabels,
    InstantReward,
    Event,
    CustomEvent,
    /// Of the types that neither a purchase nor an event by name runs.
    Other,
    Unknown,
}

const KINDS: [Kind; 7] = [
    Kind::Points,
    Kind::ProductPurchase,
    Kind::MultiplyProducts,
    Kind::MultiplyLabels,
    Kind::InstantReward,
    Kind::Event,
    Kind::CustomEvent,
];

/// How many groups of rules a purchase runs, one after the other.
pub(super) const GROUPS: usize = 3;
/// The group whose rules multiply.
pub(super) const MULTIPLIERS: usize = 1;

impl Kind {
    fn of(name: &str) -> Self {
        let members = RULE.union.as_ref().map_or(&[][..], |union| union.members);
        match members.iter().position(|(member, _)| *member == name) {
            Some(index) => KINDS.get(index).copied().unwrap_or(Self::Other),
            None => Self::Unknown,
        }
    }

    /// The group in which the server runs the rule on a purchase. Within a group, it keeps no order.
    pub(super) fn group(self) -> usize {
        match self {
            Self::Points => 0,
            Self::MultiplyProducts | Self::MultiplyLabels | Self::InstantReward => MULTIPLIERS,
            Self::ProductPurchase => 2,
            _ => GROUPS,
        }
    }
}

/// What stands for a list that a rule does not have.
const NO_LIST: &str = "[]";

/// A range of a list.
pub(super) type Span = Range<usize>;

/// A rule.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the server has that many flags")]
pub(super) struct Rule {
    pub(super) kind: Kind,
    /// Whether no rule runs after this one did.
    pub(super) is_last: bool,
    /// Whether there is something that it gives.
    pub(super) has_reward: bool,
    pub(super) audience: Audience,
    /// The points of sale that it is for; empty: all.
    pub(super) pos: Span,
    /// When it is in use, in milliseconds since 1970, both ends included.
    pub(super) window: (f64, f64),
    /// `pointValue`, `multiplier` or `pointsAmount`.
    pub(super) value: f64,
    pub(super) min_order_value: f64,
    pub(super) excludes_delivery: bool,
    /// The classes of its SKUs.
    pub(super) skus: Span,
    /// The classes of its labels, or if it includes labels their numbers.
    pub(super) labels: Span,
    /// Whether a line must have one of the labels, to the letter.
    pub(super) includes_labels: bool,
    pub(super) event_name: u32,
    pub(super) limit: Option<Limit>,
    /// The customer's own usages, if they are known.
    pub(super) usages: Option<Span>,
}

/// The rules of an estimator.
#[derive(Debug, Default)]
pub(super) struct Rules {
    pub(super) list: Vec<Rule>,
    ids: Vec<u32>,
    /// Labels, and by what they multiply.
    labels: Vec<(u32, f64)>,
    usages: Vec<Moment>,
}

static USAGE: Table = table!(&[
        Field::new("date", FieldKind::Date, Absent::Fail),
        // Only the server's own list has it, and that holds the usages of all customers.
        Field::new("subject", FieldKind::Presence, Absent::Leave),
    ],
    union: None,
    null_is_absent: true,);

impl Rules {
    pub(super) fn ids(&self, span: &Span) -> &[u32] {
        self.ids.get(span.clone()).unwrap_or_default()
    }

    pub(super) fn labels(&self, span: &Span) -> &[(u32, f64)] {
        self.labels.get(span.clone()).unwrap_or_default()
    }

    pub(super) fn usages(&self, span: &Span) -> &[Moment] {
        self.usages.get(span.clone()).unwrap_or_default()
    }

    /// Whether a rule is in use at a time and a point of sale.
    pub(super) fn is_open(&self, rule: &Rule, at_ms: f64, pos: Option<u32>) -> bool {
        // The server keeps dates to the second.
        let at_ms = (at_ms / 1000.0).floor() * 1000.0;
        let allowed = self.ids(&rule.pos);
        rule.window.0 <= at_ms
            && at_ms <= rule.window.1
            && (allowed.is_empty() || pos.is_some_and(|pos| allowed.contains(&pos)))
    }

    /// Reads a list of rules in canonical form.
    pub(super) fn read(json: &str, names: &mut Texts, customer: &Customer) -> Result<Self, Fault> {
        let mut rules = Self::default();
        elements(json, "what listEarningRules returned, or the list in it", &mut |json| {
            rules.read_rule(json, names, customer)
        })?;
        Ok(rules)
    }

    #[inline(never)]
    fn read_rule(&mut self, json: &str, names: &mut Texts, customer: &Customer) -> Result<(), Fault> {
        let record = decode(json.as_bytes(), &RULE, Usages::Kept)?;
        // Words of the server's own: there is nothing to unescape.
        let word = |name: &str| {
            let raw = record.raw(name).unwrap_or_default();
            raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default()
        };
        let kind = Kind::of(word("type"));

        let amount = |name: &str| record.raw(name).map_or(0.0, |raw| names.parse_number(raw));
        // Each type has one of them.
        let value = amount("pointValue") + amount("multiplier") + amount("pointsAmount");
        let min_order_value = amount("minOrderValue");
        let time = |name: &str| moment(word(name)).map_or(f64::NAN, |moment| moment.ms);
        let mut window = (time("startAt"), time("endAt"));
        if record.flag("allTimeActive") {
            window = (f64::NEG_INFINITY, f64::INFINITY);
        }
        // The server compares in SQL, where nothing is before or after a missing date; nor is NaN.
        if !record.flag("active") {
            window.0 = f64::NAN;
        }
        let inclusion = word("labelsInclusionType");
        let includes_labels = inclusion == "include_labels";
        let labels = match kind {
            Kind::Points if includes_labels => "includedLabels",
            Kind::Points if inclusion == "exclude_labels" => "excludedLabels",
            Kind::MultiplyProducts => "labels",
            Kind::MultiplyLabels => "labelMultipliers",
            _ => "",
        };
        let labels = self.read_labels(&record, labels, includes_labels, names)?;
        let event_name = names.text(&record.text("eventName").unwrap_or_default());
        let mut lists = [const { 0..0 }; 4];
        let skus = if kind == Kind::Points { "excludedSKUs" } else { "skuIds" };
        for (list, name) in lists.iter_mut().zip(["levels", "segments", "pos", skus]) {
            let start = self.ids.len();
            texts(record.raw(name).unwrap_or(NO_LIST), names, &mut self.ids)?;
            *list = start..self.ids.len();
        }
        let [levels, segments, pos, skus] = lists;
        for sku in self.ids.get_mut(skus.clone()).unwrap_or_default() {
            *sku = names.class(*sku);
        }
        let rule = Rule {
            kind,
            is_last: record.flag("lastExecutedRule"),
            audience: customer.audience(self.ids(&levels), self.ids(&segments)),
            pos,
            window,
            value,
            min_order_value,
            excludes_delivery: record.flag("excludeDeliveryCost"),
            skus,
            has_reward: record.raw("rewardCampaignId").is_some(),
            // Without labels, there is nothing that a line must have.
            includes_labels: includes_labels && !labels.is_empty(),
            labels,
            event_name,
            limit: read_limit(&record)?,
            usages: self.read_usages(&record)?,
        };
        self.list.push(rule);
        Ok(())
    }

    fn read_labels(&mut self, record: &Record, name: &str, exactly: bool, texts: &mut Texts) -> Result<Span, Fault> {
        let start = self.labels.len();
        let table = if name == "labelMultipliers" { &LABEL_MULTIPLIER } else { &LABEL };
        objects(record.raw(name).unwrap_or(NO_LIST), table, &mut |label| {
            let key = texts.text(&label.text("key").unwrap_or_default());
            let value = label.text("value").map_or(NO_VALUE, |value| texts.text(&value));
            let multiplier = label.raw("multiplier").map_or(1.0, |raw| texts.parse_number(raw));
            let label = texts.label(key, value);
            self.labels.push((if exactly { label } else { texts.class(label) }, multiplier));
            Ok(())
        })?;
        Ok(start..self.labels.len())
    }

    fn read_usages(&mut self, record: &Record) -> Result<Option<Span>, Fault> {
        let Some(json) = record.raw("usages").filter(|json| *json != "null") else { return Ok(None) };
        let start = self.usages.len();
        let mut others = false;
        objects(json, &USAGE, &mut |usage| {
            others |= usage.flag("subject");
            // Between quotes.
            let date = usage.raw("date").unwrap_or_default();
            self.usages.extend(moment(date.get(1..date.len().saturating_sub(1)).unwrap_or_default()));
            Ok(())
        })
        .map_err(|fault| fault.below("usages"))?;
        Ok((!others).then_some(start..self.usages.len()))
    }
}

fn read_limit(record: &Record) -> Result<Option<Limit>, Fault> {
    let Some(json) = record.raw("limit").filter(|json| *json != "null") else { return Ok(None) };
    let limit = decode(json.as_bytes(), &LIMIT, Usages::Nobody)?;
    let (uses, period) = (limit.number("limit"), limit.text("period"));
    Ok(Limit::new(uses.filter(|_| limit.flag("active")), &period.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::{Kind, RULE};

    #[test]
    fn each_type_has_its_kind() {
        let kinds = [
            ("points", Kind::Points),
            ("product_purchase", Kind::ProductPurchase),
            ("multiply_for_product", Kind::MultiplyProducts),
            ("multiply_by_product_labels", Kind::MultiplyLabels),
            ("instant_reward", Kind::InstantReward),
            ("event", Kind::Event),
            ("custom_event", Kind::CustomEvent),
            ("referral", Kind::Other),
            ("geolocation", Kind::Other),
            ("qrcode", Kind::Other),
        ];
        assert_eq!(RULE.union.as_ref().map(|union| union.members.len()), Some(kinds.len()));
        for (name, kind) in kinds {
            assert_eq!(Kind::of(name), kind, "{name}");
        }
        assert_eq!(Kind::of("time_travel"), Kind::Unknown);
    }
}
