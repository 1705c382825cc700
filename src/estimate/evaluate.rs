//! The evaluator: what Open Loyalty 3.2.0 does with a purchase, rule by rule.

use super::interner::{index, number};
use super::round::{finite, is_cents, to_cents};
use super::rules::{Kind, MULTIPLIERS, Rule, Rules, Span};
use super::texts::Texts;

/// A line of the cart.
#[derive(Clone, Debug)]
struct Line {
    product: usize,
    gross_value: f64,
    /// Its keys: the class of the SKU, then each label's number and class.
    keys: Span,
    /// A bit for each key; others may share it.
    key_bits: u32,
    is_delivery: bool,
}

fn bit_of(key: u32) -> u32 {
    1 << (key % 32)
}

/// A SKU's points.
#[derive(Clone, Copy, Debug, Default)]
struct Product {
    /// The first line of that SKU.
    line: usize,
    points: f64,
    has_entry: bool,
    /// The rule of this group that touched it last, by its index from 1 on.
    touched_by: usize,
    /// Whether other rules of the group did, too.
    is_shared: bool,
    /// Whether something was computed in the group that rounding would change.
    has_fractions: bool,
}

/// The points of all SKUs.
#[derive(Clone, Debug, Default)]
pub(super) struct Points {
    products: Vec<Product>,
    /// The products that have an entry, in the order in which they got it.
    entries: Vec<u32>,
    /// Whether rules of one group could have given another result in another order.
    pub(super) depends_on_order: bool,
}

/// What became of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It ran, and changed the points of a line.
    Applied,
    /// It ran, and gave its reward.
    Rewarded,
    BelowMinimum,
    NoMatchingItem,
    NotApplicable,
    Stopped,
    RewardUnavailable,
    UnknownType,
}

/// What became of a rule, and the points that it added, or the amount that the order is short of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) fate: Fate,
    pub(super) amount: f64,
}

impl Step {
    pub(super) fn new(fate: Fate) -> Self {
        Self { fate, amount: 0.0 }
    }

    /// Whether the server says that the rule was executed.
    pub(super) fn has_run(self) -> bool {
        matches!(self.fate, Fate::Applied | Fate::Rewarded | Fate::NoMatchingItem)
    }
}

/// A cart that rules are applied to.
#[derive(Debug)]
pub(super) struct Run<'a> {
    rules: &'a Rules,
    texts: &'a Texts,
    cart: &'a [f64],
    /// Where the instant rewards that can be given stand in the cart; `None`: all can.
    pub(super) rewards: Option<Span>,
    pub(super) knows_deliveries: bool,
    lines: Vec<Line>,
    keys: Vec<u32>,
    value: f64,
    value_without_delivery: f64,
    /// By key: nothing, or [`PRESENT`] if a line has it, or the last rule that lists it.
    marks: Vec<u32>,
    /// Rules applied so far, from [`PRESENT`] on.
    count: u32,
    /// Each SKU of the cart, without points.
    products: Vec<Product>,
    /// Whether texts were equal that PHP 7 takes for different.
    pub(super) compared_as_php_8: bool,
}

const PRESENT: u32 = 1;

impl<'a> Run<'a> {
    /// Reads a cart that comes as numbers: the time in milliseconds since 1970, the point of sale,
    /// the delivery SKUs, the instant rewards that can be given (rules by index), and of each line
    /// the SKU, its gross value and its labels. Lists have their count in front; -1 stands for what
    /// is not given.
    pub(super) fn new(rules: &'a Rules, texts: &'a Texts, cart: &'a [f64]) -> Self {
        let mut run = Self {
            rules,
            texts,
            cart,
            rewards: None,
            knows_deliveries: false,
            lines: Vec::new(),
            keys: Vec::new(),
            value: 0.0,
            value_without_delivery: 0.0,
            marks: vec![0; texts.len()],
            count: PRESENT,
            products: Vec::new(),
            compared_as_php_8: false,
        };
        // By SKU: its product, from 1 on.
        let mut products = vec![0; texts.len()];
        let deliveries = run.list(2);
        let mut at = deliveries.as_ref().map_or(3, |list| list.end);
        run.rewards = run.list(at);
        run.knows_deliveries = deliveries.is_some();
        let deliveries = deliveries.unwrap_or(0..0);
        at = run.rewards.as_ref().map_or(at + 1, |list| list.end);
        while let Some(labels) = run.list(at + 2) {
            let (sku, gross_value) = (run.number_at(at), run.float_at(at + 1));
            let Some(product) = products.get_mut(index(sku)) else { break };
            if *product == 0 {
                run.products.push(Product { line: run.lines.len(), ..Product::default() });
                *product = run.products.len();
            }
            at = labels.end;
            let start = run.keys.len();
            let class = texts.class(sku);
            run.keys.push(class);
            for label in labels {
                let label = run.number_at(label);
                run.keys.extend([label, texts.class(label)]);
            }
            let is_delivery = deliveries.clone().any(|sku| texts.class(run.number_at(sku)) == class);
            run.value = finite(run.value + gross_value);
            if is_delivery {
                run.compared_as_php_8 |= texts.is_of_php_8(class);
            } else {
                run.value_without_delivery = finite(run.value_without_delivery + gross_value);
            }
            let keys = start..run.keys.len();
            let key_bits = run.keys.iter().skip(start).fold(0, |bits, key| bits | bit_of(*key));
            run.lines.push(Line { product: *product - 1, gross_value, keys, key_bits, is_delivery });
        }
        for key in &run.keys {
            run.marks.get_mut(index(*key)).into_iter().for_each(|mark| *mark = PRESENT);
        }
        run
    }

    fn float_at(&self, at: usize) -> f64 {
        self.cart.get(at).copied().unwrap_or(-1.0)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a number that we gave out")]
    fn number_at(&self, at: usize) -> u32 {
        self.float_at(at) as u32
    }

    /// Where the list stands whose count is given here.
    fn list(&self, at: usize) -> Option<Span> {
        (self.float_at(at) >= 0.0).then(|| at + 1..at + 1 + index(self.number_at(at)))
    }

    pub(super) fn at_ms(&self) -> f64 {
        self.float_at(0)
    }

    /// The point of sale.
    pub(super) fn pos(&self) -> Option<u32> {
        (self.float_at(1) >= 0.0).then(|| self.number_at(1))
    }

    /// No points yet.
    pub(super) fn start(&self) -> Points {
        Points { products: self.products.clone(), ..Points::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Marks a key that a rule lists; its bit, if a line has it.
    fn mark(&mut self, key: u32) -> u32 {
        let Some(mark) = self.marks.get_mut(index(key)).filter(|mark| **mark >= PRESENT) else { return 0 };
        *mark = self.count;
        self.compared_as_php_8 |= self.texts.is_of_php_8(key);
        bit_of(key)
    }

    /// Applies a rule to the points.
    pub(super) fn apply(&mut self, at: usize, rule: &Rule, points: &mut Points) -> Step {
        let rules = self.rules;
        if rule.kind == Kind::InstantReward {
            let is_given = |rewards: &Span| rewards.clone().any(|reward| index(self.number_at(reward)) == at);
            let is_available = self.rewards.as_ref().is_none_or(is_given);
            return Step::new(if is_available { Fate::Rewarded } else { Fate::RewardUnavailable });
        }
        let value = if rule.excludes_delivery { self.value_without_delivery } else { self.value };
        // An order below zero misses a minimum of 0: the server has the text "0.00", which PHP does
        // not call empty.
        if rule.kind == Kind::Points && value < rule.min_order_value {
            return Step { fate: Fate::BelowMinimum, amount: missing(rule.min_order_value, value) };
        }
        self.count += 1;
        let mut listed = 0;
        for sku in rules.ids(&rule.skus) {
            listed |= self.mark(*sku);
        }
        let labels = rules.labels(&rule.labels);
        for (label, _) in labels {
            listed |= self.mark(*label);
        }
        let is_factor = rule.kind.group() == MULTIPLIERS;
        let mut step = Step::new(Fate::NoMatchingItem);
        if listed == 0 && rule.kind != Kind::Points {
            return step;
        }
        for line in &self.lines {
            let mut amount = rule.value;
            let (mut has_sku, mut has_label) = (false, false);
            if line.key_bits & listed != 0 {
                for at in line.keys.clone() {
                    let mark = self.keys.get(at).and_then(|key| self.marks.get(index(*key)));
                    let is_marked = mark == Some(&self.count);
                    *(if at == line.keys.start { &mut has_sku } else { &mut has_label }) |= is_marked;
                }
            }
            if rule.kind == Kind::Points {
                if has_sku || has_label != rule.includes_labels || rule.excludes_delivery && line.is_delivery {
                    continue;
                }
                amount *= line.gross_value;
            } else if !has_sku && !has_label {
                continue;
            }
            if rule.kind == Kind::MultiplyLabels {
                amount = 1.0;
                for (label, multiplier) in labels {
                    for at in line.keys.clone() {
                        if self.keys.get(at) == Some(label) {
                            amount = finite(amount * multiplier);
                        }
                    }
                }
            }
            step.fate = Fate::Applied;
            step.amount = finite(step.amount + points.change(line.product, at + 1, is_factor, amount));
        }
        step
    }
}

/// What to add to `value`, to the cent, to reach `minimum`.
fn missing(minimum: f64, value: f64) -> f64 {
    let missing = to_cents(finite(minimum - value));
    if value + missing < minimum { to_cents(missing + 0.01) } else { missing }
}

impl Points {
    /// Starts a group of rules.
    pub(super) fn start_group(&mut self) {
        for product in &mut self.products {
            (product.touched_by, product.is_shared, product.has_fractions) = (0, false, false);
        }
    }

    /// Adds to a product's points, or multiplies them; what that changed.
    fn change(&mut self, at: usize, toucher: usize, is_factor: bool, amount: f64) -> f64 {
        let Some(product) = self.products.get_mut(at) else { return 0.0 };
        let before = product.points;
        // What is read is rounded, what is kept is not.
        let read = to_cents(before);
        product.points = finite(if is_factor { read * amount } else { read + amount });
        if !product.has_entry {
            product.has_entry = true;
            self.entries.push(number(at));
        }
        if product.touched_by != toucher {
            product.is_shared |= product.touched_by != 0;
            product.touched_by = toucher;
        }
        // Whole factors and amounts in cents give the same in any order.
        product.has_fractions |= if is_factor { read != 0.0 && amount.floor() < amount } else { !is_cents(amount) };
        self.depends_on_order |= product.is_shared && product.has_fractions;
        product.points - before
    }

    /// Calls `each` with the first line of each SKU that has an entry, and its points.
    pub(super) fn each(&self, mut each: impl FnMut(usize, f64)) {
        for at in &self.entries {
            if let Some(product) = self.products.get(index(*at)) {
                each(product.line, product.points);
            }
        }
    }

    /// The sum, rounded.
    pub(super) fn total(&self) -> f64 {
        let mut sum = 0.0;
        self.each(|_, points| sum = finite(sum + points));
        to_cents(sum)
    }
}
