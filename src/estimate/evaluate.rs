//! The evaluator: what Open Loyalty 3.2.0 does with a purchase, rule by rule.

use super::interner::{index, number};
use super::round::{finite, is_cents, to_cents};
use super::rules::{Kind, MULTIPLIERS, Rule, Rules, Span};
use super::texts::Texts;

/// A line of the cart.
#[derive(Clone, Debug)]
pub(super) struct Line {
    product: usize,
    pub(super) gross_value: f64,
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

    /// Whether no rule runs after this one, which the server says was executed.
    pub(super) fn stops(self, rule: &Rule) -> bool {
        rule.is_last && matches!(self.fate, Fate::Applied | Fate::Rewarded | Fate::NoMatchingItem)
    }

    /// Whether it can make a difference that the rule runs.
    pub(super) fn counts(self, rule: &Rule) -> bool {
        self.fate == Fate::Applied || self.stops(rule)
    }
}

/// A cart that rules are applied to.
#[derive(Debug)]
pub(super) struct Run<'a> {
    rules: &'a Rules,
    texts: &'a Texts,
    pub(super) at_ms: f64,
    /// The point of sale.
    pub(super) pos: Option<u32>,
    /// By rule: whether it is an instant reward that can be given; `None`: all can.
    pub(super) rewards: Option<Vec<bool>>,
    pub(super) knows_deliveries: bool,
    pub(super) lines: Vec<Line>,
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

/// A cart as numbers, read from the front.
struct Numbers<'a>(&'a [f64]);

impl<'a> Numbers<'a> {
    /// The next number; -1 if there is none, or it is not given.
    #[inline(never)]
    fn next(&mut self) -> f64 {
        let Some((first, rest)) = self.0.split_first() else { return -1.0 };
        self.0 = rest;
        *first
    }

    /// The numbers whose count comes next.
    #[inline(never)]
    fn list(&mut self) -> Option<&'a [f64]> {
        let count = self.next();
        let (list, rest) = self.0.split_at_checked(index(number_of(count)))?;
        self.0 = rest;
        (count >= 0.0).then_some(list)
    }
}

/// A number that we gave out.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is one")]
fn number_of(value: f64) -> u32 {
    value as u32
}

/// As many flags, of which those of these numbers are set.
fn flags(count: usize, numbers: impl Iterator<Item = u32>) -> Vec<bool> {
    let mut flags = vec![false; count];
    for number in numbers {
        flags.get_mut(index(number)).into_iter().for_each(|flag| *flag = true);
    }
    flags
}

fn is_set(flags: &[bool], number: u32) -> bool {
    flags.get(index(number)).copied().unwrap_or(false)
}

impl<'a> Run<'a> {
    /// Reads a cart that comes as numbers: the time in milliseconds since 1970, the point of sale,
    /// the delivery SKUs, the instant rewards that can be given (rules by index), and of each line
    /// the SKU, its gross value and its labels. Lists have their count in front; -1 stands for what
    /// is not given.
    pub(super) fn new(rules: &'a Rules, texts: &'a Texts, cart: &'a [f64]) -> Self {
        let size = cart.len();
        let mut cart = Numbers(cart);
        let (at_ms, pos) = (cart.next(), cart.next());
        let (deliveries, rewards) = (cart.list(), cart.list());
        let mut run = Self {
            rules,
            texts,
            at_ms,
            pos: (pos >= 0.0).then(|| number_of(pos)),
            rewards: rewards.map(|given| flags(rules.list.len(), given.iter().map(|rule| number_of(*rule)))),
            knows_deliveries: deliveries.is_some(),
            lines: Vec::with_capacity(size / 3),
            keys: Vec::with_capacity(size),
            value: 0.0,
            value_without_delivery: 0.0,
            marks: vec![0; texts.len()],
            count: PRESENT,
            products: Vec::new(),
            compared_as_php_8: false,
        };
        let deliveries = deliveries.unwrap_or_default().iter().map(|sku| texts.class(number_of(*sku)));
        let deliveries = flags(texts.len(), deliveries);
        // First, the marks number the SKUs as they are written.
        while !cart.0.is_empty() {
            let (sku, gross_value) = (number_of(cart.next()), cart.next());
            let start = run.keys.len();
            let class = texts.class(sku);
            run.keys.push(class);
            for label in cart.list().unwrap_or_default() {
                let label = number_of(*label);
                run.keys.push(label);
                run.keys.push(texts.class(label));
            }
            let Some(product) = run.marks.get_mut(index(sku)) else { break };
            if *product == 0 {
                run.products.push(Product { line: run.lines.len(), ..Product::default() });
                *product = number(run.products.len());
            }
            let product = index(*product) - 1;
            let is_delivery = is_set(&deliveries, class);
            run.value = finite(run.value + gross_value);
            if is_delivery {
                run.compared_as_php_8 |= texts.is_of_php_8(class);
            } else {
                run.value_without_delivery = finite(run.value_without_delivery + gross_value);
            }
            let key_bits = run.keys.iter().skip(start).fold(0, |bits, key| bits | bit_of(*key));
            run.lines.push(Line { product, gross_value, keys: start..run.keys.len(), key_bits, is_delivery });
        }
        run.marks.fill(0);
        for key in &run.keys {
            run.marks.get_mut(index(*key)).into_iter().for_each(|mark| *mark = PRESENT);
        }
        run
    }

    /// No points yet.
    pub(super) fn start(&self) -> Points {
        Points { products: self.products.clone(), ..Points::default() }
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
            let is_available = rule.has_reward && self.rewards.as_ref().is_none_or(|given| is_set(given, number(at)));
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
