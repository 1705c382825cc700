//! What a purchase earns: Open Loyalty 3.2.0's point evaluator, surprises included.

use super::rule::{Label, LabelMultiplier, LabelsInclusion, Rule, RuleKind, Skus};
use crate::php_numbers::{loosely_equal, round_to_cents};

/// A line of a purchase.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The product.
    pub sku: String,
    /// The price of the whole line: the quantity does not count.
    pub gross_value: f64,
    /// The labels of the product.
    pub labels: Vec<Label>,
}

/// What a purchase earned, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// The points, rounded to two decimals.
    pub total: f64,
    /// The points of each SKU before the last rounding, in the order in which they first got an entry.
    pub products: Vec<(String, f64)>,
    /// The rules that touched a line, in the order in which they ran.
    pub applied: Vec<String>,
    /// Their names.
    pub comment: String,
    /// The rules that were tried, and whether they count as run.
    pub evaluated: Vec<(String, bool)>,
    /// The rule after which nothing more was tried.
    pub stopped_at: Option<String>,
    /// The instant rewards that were given.
    pub rewards: Vec<String>,
}

/// The setting of a shop that a purchase depends on, besides its rules.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// The SKUs that stand for delivery.
    pub skus: &'a [String],
}

impl Delivery<'_> {
    pub(crate) fn contains(self, sku: &str) -> bool {
        self.skus.iter().any(|delivery| loosely_equal(delivery, sku))
    }
}

/// Evaluates a purchase by rules that all apply to the customer. Types that this version does not know earn nothing.
pub fn evaluate(
    rules: &[&Rule],
    items: &[Item],
    delivery: Delivery<'_>,
    is_reward_available: impl Fn(&Rule) -> bool,
) -> Evaluation {
    let mut purchase = Purchase { items, delivery, points: Points::default() };
    let mut evaluation = Evaluation::default();
    let mut names = Vec::new();
    for rule in in_order(rules) {
        let outcome = purchase.run(rule, &is_reward_available);
        evaluation.evaluated.push((rule.earning_rule_id.clone(), outcome.ran));
        if outcome.gave_reward {
            evaluation.rewards.push(rule.earning_rule_id.clone());
        }
        if outcome.touched {
            evaluation.applied.push(rule.earning_rule_id.clone());
            names.push(rule.name.as_str());
        }
        if outcome.ran && rule.last_executed_rule {
            evaluation.stopped_at = Some(rule.earning_rule_id.clone());
            break;
        }
    }
    evaluation.comment = names.join(", ");
    evaluation.products = purchase.points.0;
    evaluation.total = round_to_cents(evaluation.products.iter().map(|(_, points)| points).sum());
    evaluation
}

/// Points first, then everything that multiplies or gives rewards, then points for products; within a group the
/// order of the list.
fn in_order<'a>(rules: &[&'a Rule]) -> Vec<&'a Rule> {
    let group = |rule: &&Rule| match rule.kind {
        RuleKind::Points { .. } => Some(0),
        RuleKind::MultiplyForProduct { .. }
        | RuleKind::MultiplyByProductLabels { .. }
        | RuleKind::InstantReward { .. } => Some(1),
        RuleKind::ProductPurchase { .. } => Some(2),
        _ => None,
    };
    let mut ordered: Vec<&Rule> = rules.iter().copied().filter(|rule| group(rule).is_some()).collect();
    ordered.sort_by_key(group);
    ordered
}

/// What became of one rule.
#[derive(Clone, Copy, Default)]
struct Outcome {
    /// Whether it counts as run: one that matched nothing does.
    ran: bool,
    /// Whether it touched a line, be it with 0 points.
    touched: bool,
    gave_reward: bool,
}

/// The points of each SKU as it was written, however many lines it is on.
#[derive(Default)]
struct Points(Vec<(String, f64)>);

impl Points {
    /// The entry of a SKU as the server reads it back: rounded.
    fn rounded(&mut self, sku: &str) -> &mut f64 {
        let index = self.0.iter().position(|(known, _)| known == sku);
        let index = index.unwrap_or_else(|| {
            self.0.push((sku.to_owned(), 0.0));
            self.0.len() - 1
        });
        let points = &mut self.0[index].1;
        *points = round_to_cents(*points);
        points
    }

    fn add(&mut self, sku: &str, points: f64) {
        *self.rounded(sku) += points;
    }

    fn multiply(&mut self, sku: &str, multiplier: f64) {
        *self.rounded(sku) *= multiplier;
    }
}

struct Purchase<'a> {
    items: &'a [Item],
    delivery: Delivery<'a>,
    points: Points,
}

impl<'a> Purchase<'a> {
    fn run(&mut self, rule: &Rule, is_reward_available: &impl Fn(&Rule) -> bool) -> Outcome {
        match &rule.kind {
            RuleKind::Points { min_order_value, exclude_delivery_cost, point_value, .. } => {
                let counted: Vec<&Item> = self
                    .items
                    .iter()
                    .filter(|item| !*exclude_delivery_cost || !self.delivery.contains(&item.sku))
                    .collect();
                // A minimum of 0 is none, except for an order of less than nothing.
                if counted.iter().map(|item| item.gross_value).sum::<f64>() < *min_order_value {
                    return Outcome::default();
                }
                let earning = counted.into_iter().filter(|item| earns(item, &rule.kind));
                self.for_each(earning, |points, item| points.add(&item.sku, item.gross_value * point_value))
            }
            RuleKind::ProductPurchase { sku_ids, points_amount } => {
                let bought = self.items.iter().filter(|item| sku_ids.contains(&item.sku));
                self.for_each(bought, |points, item| points.add(&item.sku, *points_amount))
            }
            RuleKind::MultiplyForProduct { sku_ids, labels, multiplier } => {
                let matches = |item: &&Item| {
                    sku_ids.contains(&item.sku)
                        || item.labels.iter().any(|label| labels.iter().any(|wanted| wanted.is_like(label)))
                };
                let matching = self.items.iter().filter(matches);
                self.for_each(matching, |points, item| points.multiply(&item.sku, *multiplier))
            }
            RuleKind::MultiplyByProductLabels { label_multipliers } => {
                let multipliers_of = |item: &Item| {
                    let of_label = |label| label_multipliers.iter().filter(move |wanted| wanted.matches(label));
                    item.labels.iter().flat_map(of_label).map(|wanted| wanted.multiplier).collect::<Vec<f64>>()
                };
                let labelled = self.items.iter().filter(|item| !multipliers_of(item).is_empty());
                self.for_each(labelled, |points, item| {
                    points.multiply(&item.sku, multipliers_of(item).iter().product());
                })
            }
            RuleKind::InstantReward { .. } => {
                let given = is_reward_available(rule);
                Outcome { ran: given, touched: false, gave_reward: given }
            }
            _ => Outcome::default(),
        }
    }

    fn for_each(&mut self, items: impl Iterator<Item = &'a Item>, apply: impl Fn(&mut Points, &Item)) -> Outcome {
        let mut touched = false;
        for item in items {
            apply(&mut self.points, item);
            touched = true;
        }
        Outcome { ran: true, touched, gave_reward: false }
    }
}

/// Whether a points rule counts a line, by its SKU and its labels.
fn earns(item: &Item, rule: &RuleKind) -> bool {
    let RuleKind::Points { excluded_skus, excluded_labels, included_labels, labels_inclusion_type, .. } = rule else {
        return false;
    };
    if excluded_skus.iter().any(|sku| loosely_equal(sku, &item.sku)) {
        return false;
    }
    let mut labels = item.labels.iter();
    match labels_inclusion_type {
        LabelsInclusion::NoneLabels => true,
        // The only comparison that is strict.
        LabelsInclusion::IncludeLabels => {
            included_labels.is_empty() || labels.any(|label| included_labels.contains(label))
        }
        LabelsInclusion::ExcludeLabels => {
            !labels.any(|label| excluded_labels.iter().any(|excluded| excluded.is_like(label)))
        }
    }
}

impl Skus {
    fn contains(&self, sku: &str) -> bool {
        match self {
            Self::List(skus) => skus.iter().any(|known| loosely_equal(known, sku)),
            Self::Gaps(skus) => skus.values().any(|known| loosely_equal(known, sku)),
        }
    }
}

impl LabelMultiplier {
    fn matches(&self, label: &Label) -> bool {
        let value = label.value.as_deref().unwrap_or_default();
        loosely_equal(&self.key, &label.key) && loosely_equal(&self.value, value)
    }
}

impl Label {
    fn is_like(&self, other: &Self) -> bool {
        let [value, other_value] = [self, other].map(|label| label.value.as_deref().unwrap_or_default());
        loosely_equal(&self.key, &other.key) && loosely_equal(value, other_value)
    }
}
