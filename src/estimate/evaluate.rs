//! The evaluator: what Open Loyalty 3.2.0 does with a purchase, rule by rule.

use super::cart::Cart;
use super::interner::{index, number};
use super::round::{finite, is_cents, to_cents};
use super::rules::{Inclusion, Kind, Rule, Rules};
use super::texts::Texts;

/// A line of the cart.
#[derive(Clone, Copy, Debug)]
struct Line {
    product: usize,
    class: u32,
    gross_value: f64,
    labels: (usize, usize),
    is_delivery: bool,
}

/// A SKU's points.
#[derive(Clone, Copy, Debug)]
struct Product {
    /// The first line of that SKU.
    line: u32,
    points: f64,
    has_entry: bool,
    /// The group and the rule that touched it last.
    touched_by: (u8, u32),
    /// Whether other rules of that group did, too.
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
    depends_on_order: bool,
}

/// What became of a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// The order is worth too little by so much.
    BelowMinimum(f64),
    RewardUnavailable,
    RewardGiven,
    /// It ran, and no line was its business.
    Untouched,
    /// It ran, and changed the points by so much.
    Touched(f64),
}

impl Step {
    /// Whether the server says that the rule was executed.
    pub(super) fn has_run(self) -> bool {
        !matches!(self, Self::BelowMinimum(_) | Self::RewardUnavailable)
    }
}

/// A cart that rules are applied to.
#[derive(Debug)]
pub(super) struct Run<'a> {
    rules: &'a Rules,
    texts: &'a Texts,
    cart: &'a Cart,
    lines: Vec<Line>,
    /// The kinds of all lines' labels.
    kinds: Vec<u32>,
    value: f64,
    value_without_delivery: f64,
    /// By class: the last rule, by count, that lists it.
    marks: Vec<u32>,
    /// The same by kind of label.
    kind_marks: Vec<u32>,
    count: u32,
    products: Vec<Product>,
    /// Whether texts were equal that PHP 7 takes for different.
    pub(super) compared_as_php_8: bool,
}

impl<'a> Run<'a> {
    /// `classes` are those of the lines' SKUs, `deliveries` those of the delivery SKUs.
    pub(super) fn new(rules: &'a Rules, texts: &'a Texts, cart: &'a Cart, classes: &[u32], deliveries: &[u32]) -> Self {
        let mut run = Self {
            rules,
            texts,
            cart,
            lines: Vec::with_capacity(cart.lines.len()),
            kinds: cart.labels.iter().map(|label| texts.kind(*label)).collect(),
            value: 0.0,
            value_without_delivery: 0.0,
            marks: vec![0; texts.classes()],
            kind_marks: vec![0; texts.kinds()],
            count: 1,
            products: Vec::new(),
            compared_as_php_8: false,
        };
        run.mark_classes(deliveries);
        let mut products = vec![0; texts.len()];
        let mut labels_start = 0;
        for (line, class) in cart.lines.iter().zip(classes) {
            let Some(product) = products.get_mut(index(line.sku)) else { continue };
            if *product == 0 {
                run.products.push(Product {
                    line: number(run.lines.len()),
                    points: 0.0,
                    has_entry: false,
                    touched_by: (u8::MAX, 0),
                    is_shared: false,
                    has_fractions: false,
                });
                *product = run.products.len();
            }
            let is_delivery = run.is_marked(*class);
            let labels = (labels_start, index(line.labels_end));
            labels_start = labels.1;
            run.value = finite(run.value + line.gross_value);
            if !is_delivery {
                run.value_without_delivery = finite(run.value_without_delivery + line.gross_value);
            }
            let gross_value = line.gross_value;
            run.lines.push(Line { product: *product - 1, class: *class, gross_value, labels, is_delivery });
        }
        run
    }

    /// No points yet.
    pub(super) fn start(&self) -> Points {
        Points { products: self.products.clone(), ..Points::default() }
    }

    fn mark_classes(&mut self, classes: &[u32]) {
        for class in classes {
            if let Some(mark) = self.marks.get_mut(index(*class)) {
                *mark = self.count;
            }
        }
    }

    fn is_marked(&mut self, class: u32) -> bool {
        let is_marked = self.marks.get(index(class)) == Some(&self.count);
        self.compared_as_php_8 |= is_marked && self.texts.is_of_php_8(class);
        is_marked
    }

    /// Whether the rule whose labels are marked lists one of the line's.
    fn has_marked_label(&mut self, line: Line) -> bool {
        let kinds = self.kinds.get(line.labels.0..line.labels.1).unwrap_or_default();
        let found = kinds.iter().find(|kind| self.kind_marks.get(index(**kind)) == Some(&self.count));
        self.compared_as_php_8 |= found.is_some_and(|kind| self.texts.is_kind_of_php_8(*kind));
        found.is_some()
    }

    /// Applies a rule to the points.
    pub(super) fn apply(&mut self, rule_index: u32, rule: &Rule, points: &mut Points) -> Step {
        let rules = self.rules;
        self.count += 1;
        self.mark_classes(rules.ids(&rule.skus));
        if rule.inclusion != Inclusion::Included {
            for kind in rules.ids(&rule.labels) {
                if let Some(mark) = self.kind_marks.get_mut(index(*kind)) {
                    *mark = self.count;
                }
            }
        }
        let value = if rule.excludes_delivery { self.value_without_delivery } else { self.value };
        if rule.kind == Kind::InstantReward {
            let is_available = self
                .cart
                .available_rewards
                .as_ref()
                .map_or(rule.has_reward, |available| available.contains(&rule_index));
            return if is_available { Step::RewardGiven } else { Step::RewardUnavailable };
        }
        // An order below zero misses a minimum of 0: the server has the text "0.00", which PHP does
        // not call empty.
        if rule.kind == Kind::Points && value < rule.min_order_value {
            return Step::BelowMinimum(missing(rule.min_order_value, value));
        }
        let toucher = (rule.kind.group().unwrap_or(u8::MAX), rule_index);
        let mut added = None;
        for at in 0..self.lines.len() {
            let Some(line) = self.lines.get(at).copied() else { break };
            let (is_factor, amount) = match rule.kind {
                Kind::Points if self.counts(rule, line) => (false, finite(line.gross_value * rule.value)),
                Kind::ProductPurchase if self.is_marked(line.class) => (false, rule.value),
                Kind::MultiplyProducts if self.is_marked(line.class) || self.has_marked_label(line) => {
                    (true, rule.value)
                }
                Kind::MultiplyLabels if self.has_marked_label(line) => (true, self.multiplier(rule, line)),
                _ => continue,
            };
            let change = points.change(line.product, toucher, is_factor, amount);
            added = Some(finite(added.unwrap_or(0.0) + change));
        }
        added.map_or(Step::Untouched, Step::Touched)
    }

    /// Whether a points rule counts the line.
    fn counts(&mut self, rule: &Rule, line: Line) -> bool {
        if self.is_marked(line.class) || (rule.excludes_delivery && line.is_delivery) {
            return false;
        }
        match rule.inclusion {
            Inclusion::Excluded => !self.has_marked_label(line),
            Inclusion::Included => {
                let included = self.rules.ids(&rule.labels);
                let own = self.cart.labels.get(line.labels.0..line.labels.1).unwrap_or_default();
                included.is_empty() || own.iter().any(|label| included.contains(label))
            }
            Inclusion::Neither => true,
        }
    }

    /// All multipliers of the line's labels, multiplied.
    fn multiplier(&self, rule: &Rule, line: Line) -> f64 {
        let own = self.kinds.get(line.labels.0..line.labels.1).unwrap_or_default();
        let listed = self.rules.ids(&rule.labels).iter().zip(self.rules.multipliers(rule));
        let matching =
            listed.flat_map(|(kind, multiplier)| own.iter().filter(move |own| *own == kind).map(move |_| multiplier));
        matching.fold(1.0, |product, multiplier| finite(product * multiplier))
    }
}

/// What to add to `value`, to the cent, to reach `minimum`.
fn missing(minimum: f64, value: f64) -> f64 {
    let missing = to_cents(finite(minimum - value));
    if value + missing < minimum { to_cents(missing + 0.01) } else { missing }
}

impl Points {
    /// Adds to or multiplies a product's points; what that changed.
    fn change(&mut self, product: usize, toucher: (u8, u32), is_factor: bool, amount: f64) -> f64 {
        let at = number(product);
        let Some(product) = self.products.get_mut(product) else { return 0.0 };
        let before = product.points;
        // What is read is rounded, what is kept is not.
        let read = to_cents(before);
        product.points = finite(if is_factor { read * amount } else { read + amount });
        if !product.has_entry {
            product.has_entry = true;
            self.entries.push(at);
        }
        if product.touched_by.0 != toucher.0 {
            product.is_shared = false;
            product.has_fractions = false;
        } else if product.touched_by.1 != toucher.1 {
            product.is_shared = true;
        }
        product.touched_by = toucher;
        // Whole factors and amounts in cents give the same in any order.
        product.has_fractions |= if is_factor { read != 0.0 && amount.fract() != 0.0 } else { !is_cents(amount) };
        self.depends_on_order |= product.is_shared && product.has_fractions;
        product.points - before
    }

    /// Whether rules of one group could have given another result in another order.
    pub(super) fn depends_on_order(&self) -> bool {
        self.depends_on_order
    }

    /// The SKUs that have an entry, each by its first line, with their points.
    pub(super) fn entries(&self) -> impl Iterator<Item = (u32, f64)> {
        let product = |at: &u32| self.products.get(index(*at)).map(|product| (product.line, product.points));
        self.entries.iter().filter_map(product)
    }

    /// The sum, rounded.
    pub(super) fn total(&self) -> f64 {
        to_cents(self.entries().fold(0.0, |sum, (_, points)| finite(sum + points)))
    }
}
