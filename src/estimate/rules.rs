//! Rules in compact form: what the evaluator needs of them, with texts as numbers. The scanner's
//! second sink.

use core::ops::Range;

use super::customer::{Audience, Customer};
use super::input::{elements, objects};
use super::interner::number;
use super::limits::{Limit, Period};
use super::texts::{NO_VALUE, Texts};
use crate::open_loyalty::tables::{LABEL, LABEL_MULTIPLIER, LIMIT, RULE};
use crate::scan::{Absent, Fault, Field, Kind as FieldKind, Record, Table, Usages, decode};
use crate::time::{Moment, moment};

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Points,
    MultiplyProducts,
    MultiplyLabels,
    InstantReward,
    ProductPurchase,
    Event,
    CustomEvent,
    /// Of the types that a purchase or an event by name does not run.
    Other,
    Unknown,
}

impl Kind {
    fn of(name: &str) -> Self {
        match name {
            "points" => Self::Points,
            "multiply_for_product" => Self::MultiplyProducts,
            "multiply_by_product_labels" => Self::MultiplyLabels,
            "instant_reward" => Self::InstantReward,
            "product_purchase" => Self::ProductPurchase,
            "event" => Self::Event,
            "custom_event" => Self::CustomEvent,
            "referral" | "geolocation" | "qrcode" => Self::Other,
            _ => Self::Unknown,
        }
    }

    /// The group in which the server runs the rule on a purchase. Within a group, it keeps no order.
    pub(super) fn group(self) -> Option<u8> {
        match self {
            Self::Points => Some(0),
            Self::MultiplyProducts | Self::MultiplyLabels | Self::InstantReward => Some(1),
            Self::ProductPurchase => Some(2),
            _ => None,
        }
    }
}

/// Which labels a points rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inclusion {
    Excluded,
    Included,
    Neither,
}

/// A range of [`Rules::ids`], or of another list.
pub(super) type Span = Range<u32>;

/// A rule.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) kind: Kind,
    /// Whether no rule runs after this one did.
    pub(super) is_last: bool,
    pub(super) audience: Audience,
    /// The points of sale that it is for; empty: all.
    pub(super) pos: Span,
    /// When it is in use, in seconds since 1970, both ends included.
    pub(super) window: (f64, f64),
    /// `pointValue`, `multiplier` or `pointsAmount`.
    pub(super) value: f64,
    pub(super) min_order_value: f64,
    pub(super) excludes_delivery: bool,
    pub(super) inclusion: Inclusion,
    /// Classes of SKUs.
    pub(super) skus: Span,
    /// Kinds of labels; for [`Inclusion::Included`] labels.
    pub(super) labels: Span,
    /// The index of the first label's multiplier.
    pub(super) first_multiplier: usize,
    /// Whether there is a reward to give.
    pub(super) has_reward: bool,
    pub(super) event_name: u32,
    pub(super) limit: Option<Limit>,
    /// The customer's own usages, if they are known.
    pub(super) usages: Option<Span>,
}

/// The rules of an estimator.
#[derive(Debug, Default)]
pub(super) struct Rules {
    pub(super) list: Vec<Rule>,
    /// Purchase rules in the order in which they run.
    pub(super) order: Vec<u32>,
    ids: Vec<u32>,
    multipliers: Vec<f64>,
    usages: Vec<Moment>,
}

static USAGE: Table = Table {
    fields: &[
        Field::new("date", FieldKind::Date, Absent::Fail),
        // Only the server's own list has it, and that holds the usages of all customers.
        Field::new("subject", FieldKind::Presence, Absent::Leave),
    ],
    union: None,
    null_is_absent: true,
};

impl Rules {
    pub(super) fn get(&self, rule: u32) -> Option<&Rule> {
        self.list.get(super::interner::index(rule))
    }

    /// The ids of a span.
    pub(super) fn ids(&self, span: &Span) -> &[u32] {
        self.ids.get(range(span)).unwrap_or_default()
    }

    /// The labels' multipliers of a rule.
    pub(super) fn multipliers(&self, rule: &Rule) -> &[f64] {
        self.multipliers.get(rule.first_multiplier..).unwrap_or_default()
    }

    /// The usages of a span.
    pub(super) fn usages(&self, span: &Span) -> &[Moment] {
        self.usages.get(range(span)).unwrap_or_default()
    }

    /// Reads a list of rules in canonical form.
    pub(super) fn read(json: &str, texts: &mut Texts, customer: &Customer) -> Result<Self, Fault> {
        let mut rules = Self::default();
        elements(json, "a list of earning rules", &mut |json| {
            let record = decode(json.as_bytes(), &RULE, Usages::Kept)?;
            let rule = rules.rule(&record, texts, customer)?;
            rules.list.push(rule);
            Ok(())
        })?;
        for group in 0..3 {
            let in_group = |(_, rule): &(usize, &Rule)| rule.kind.group() == Some(group);
            rules.order.extend(rules.list.iter().enumerate().filter(in_group).map(|(index, _)| number(index)));
        }
        Ok(rules)
    }

    fn rule(&mut self, record: &Record, texts: &mut Texts, customer: &Customer) -> Result<Rule, Fault> {
        let kind = Kind::of(&record.text("type").unwrap_or_default());
        let amount = |name: &str| record.raw(name).map(|raw| texts.parse_number(raw));
        let value = amount("pointValue").or(amount("multiplier")).or(amount("pointsAmount")).unwrap_or(0.0);
        let min_order_value = amount("minOrderValue").unwrap_or(0.0);
        let seconds = |name: &str| record.text(name).and_then(|date| moment(&date)).map(|at| (at.ms / 1000.0).floor());
        // The server compares in SQL, where nothing is before or after a missing date.
        let window = if !record.flag("active") {
            (f64::INFINITY, f64::NEG_INFINITY)
        } else if record.flag("allTimeActive") {
            (f64::NEG_INFINITY, f64::INFINITY)
        } else {
            (seconds("startAt").unwrap_or(f64::INFINITY), seconds("endAt").unwrap_or(f64::NEG_INFINITY))
        };
        let inclusion = match record.text("labelsInclusionType").as_deref() {
            Some("exclude_labels") => Inclusion::Excluded,
            Some("include_labels") => Inclusion::Included,
            _ => Inclusion::Neither,
        };
        let first_multiplier = self.multipliers.len();
        let (levels, segments) = (self.texts(record, "levels", texts)?, self.texts(record, "segments", texts)?);
        let audience = customer.audience(self.ids(&levels), self.ids(&segments));
        let skus = if kind == Kind::Points { "excludedSKUs" } else { "skuIds" };
        let skus = self.texts(record, skus, texts)?;
        for sku in self.ids.get_mut(range(&skus)).unwrap_or_default() {
            *sku = texts.class(*sku);
        }
        let labels = match (kind, inclusion) {
            (Kind::Points, Inclusion::Excluded) => self.labels(record, "excludedLabels", texts, true),
            (Kind::Points, Inclusion::Included) => self.labels(record, "includedLabels", texts, false),
            (Kind::MultiplyProducts, _) => self.labels(record, "labels", texts, true),
            (Kind::MultiplyLabels, _) => self.labels(record, "labelMultipliers", texts, true),
            _ => Ok(0..0),
        }?;
        Ok(Rule {
            kind,
            is_last: record.flag("lastExecutedRule"),
            audience,
            pos: self.texts(record, "pos", texts)?,
            window,
            value,
            min_order_value,
            excludes_delivery: record.flag("excludeDeliveryCost"),
            inclusion,
            skus,
            labels,
            first_multiplier,
            has_reward: record.raw("rewardCampaignId").is_some(),
            event_name: texts.text(&record.text("eventName").unwrap_or_default()),
            limit: limit(record)?,
            usages: self.read_usages(record)?,
        })
    }

    fn texts(&mut self, record: &Record, name: &str, texts: &mut Texts) -> Result<Span, Fault> {
        let start = number(self.ids.len());
        super::input::texts(record.raw(name), texts, &mut self.ids)?;
        Ok(start..number(self.ids.len()))
    }

    fn labels(&mut self, record: &Record, name: &str, texts: &mut Texts, loosely: bool) -> Result<Span, Fault> {
        let start = number(self.ids.len());
        let table = if name == "labelMultipliers" { &LABEL_MULTIPLIER } else { &LABEL };
        objects(record.raw(name), table, &mut |label| {
            let key = texts.text(&label.text("key").unwrap_or_default());
            let value = label.text("value").map_or(NO_VALUE, |value| texts.text(&value));
            let number = texts.label(key, value);
            self.ids.push(if loosely { texts.kind(number) } else { number });
            self.multipliers.extend(label.raw("multiplier").map(|raw| texts.parse_number(raw)));
            Ok(())
        })?;
        Ok(start..number(self.ids.len()))
    }

    fn read_usages(&mut self, record: &Record) -> Result<Option<Span>, Fault> {
        let Some(json) = record.raw("usages").filter(|json| *json != "null") else { return Ok(None) };
        let start = number(self.usages.len());
        let mut others = false;
        objects(Some(json), &USAGE, &mut |usage| {
            others |= usage.flag("subject");
            self.usages.extend(usage.text("date").and_then(|date| moment(&date)));
            Ok(())
        })
        .map_err(|fault| fault.below("usages"))?;
        Ok((!others).then_some(start..number(self.usages.len())))
    }
}

fn limit(record: &Record) -> Result<Option<Limit>, Fault> {
    let Some(json) = record.raw("limit").filter(|json| *json != "null") else { return Ok(None) };
    let limit = decode(json.as_bytes(), &LIMIT, Usages::Nobody).map_err(|fault| fault.below("limit"))?;
    let period = limit.text("period").and_then(|name| Period::of(&name));
    let uses = limit.raw("limit").and_then(crate::scan::number::exact);
    Ok(match (limit.flag("active"), period, uses) {
        (true, Some(period), Some(uses)) => Some(Limit { period, uses }),
        _ => None,
    })
}

fn range(span: &Span) -> Range<usize> {
    super::interner::index(span.start)..super::interner::index(span.end)
}
