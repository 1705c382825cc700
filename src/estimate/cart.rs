//! Carts.

use super::input::{elements, objects, text, texts};
use super::interner::number;
use super::texts::{NO_VALUE, Texts};
use crate::scan::table::ID;
use crate::scan::{Absent, Fault, Field, Kind, Table, Usages, decode};
use crate::time::moment;

/// A cart, with texts as numbers.
#[derive(Debug, Default)]
pub(crate) struct Cart {
    pub(crate) lines: Vec<Line>,
    /// The labels of all lines.
    pub(crate) labels: Vec<u32>,
    /// The SKUs that are deliveries, if they are known.
    pub(crate) delivery_skus: Option<Vec<u32>>,
    /// The indices of the instant rewards that can be given; `None`: all.
    pub(crate) available_rewards: Option<Vec<u32>>,
    /// The point of sale.
    pub(crate) pos: Option<u32>,
    /// The purchase date in milliseconds since 1970; `None`: now.
    pub(crate) at_ms: Option<f64>,
}

/// A line of a cart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) sku: u32,
    /// The line's total.
    pub(crate) gross_value: f64,
    /// Where its labels end in [`Cart::labels`]; they start where those of the line before end.
    pub(crate) labels_end: u32,
}

static CART: Table = Table {
    fields: &[
        Field::new("items", Kind::Raw, Absent::Fail),
        Field::new("deliverySkus", Kind::Texts { blanks: true }, Absent::Leave),
        Field::new("availableRewards", Kind::Texts { blanks: true }, Absent::Leave),
        Field::new("posId", ID, Absent::Leave),
        Field::new("at", Kind::Date, Absent::Leave),
    ],
    union: None,
    null_is_absent: true,
};

static ITEM: Table = Table {
    fields: &[
        Field::new("sku", ID, Absent::Fail),
        Field::new("grossValue", Kind::Number, Absent::Fail),
        Field::new("labels", Kind::List(&LABEL), Absent::Write("[]")),
    ],
    union: None,
    null_is_absent: false,
};

static LABEL: Table = Table {
    fields: &[
        Field::new("key", Kind::Text { min: 0, max: usize::MAX }, Absent::Fail),
        Field::new("value", Kind::Text { min: 0, max: usize::MAX }, Absent::Leave),
    ],
    union: None,
    null_is_absent: true,
};

/// Numbers of a message, one by one.
#[cfg(any(target_arch = "wasm32", test))]
struct Numbers<'a>(core::slice::Iter<'a, f64>);

#[cfg(any(target_arch = "wasm32", test))]
impl Numbers<'_> {
    fn float(&mut self) -> f64 {
        self.0.next().copied().unwrap_or(f64::NAN)
    }

    /// Nothing for what is negative.
    fn integer(&mut self) -> Option<u32> {
        let number = self.float();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a number that we gave out")]
        (number >= 0.0).then_some(number as u32)
    }

    /// A count and so many numbers.
    fn list(&mut self) -> Option<Vec<u32>> {
        let count = self.integer()?;
        Some((0..count).map_while(|_| self.integer()).collect())
    }
}

impl Cart {
    /// Reads a cart that comes as numbers: the time in milliseconds since 1970, the point of sale,
    /// the delivery SKUs, the available rewards, and of each line the SKU, its gross value and its
    /// labels. Lists have their count in front; -1 stands for what is not given.
    #[cfg(any(target_arch = "wasm32", test))]
    pub(crate) fn from_numbers(numbers: &[f64]) -> Self {
        let mut numbers = Numbers(numbers.iter());
        let mut cart = Self {
            at_ms: Some(numbers.float()),
            pos: numbers.integer(),
            delivery_skus: numbers.list(),
            available_rewards: numbers.list(),
            ..Self::default()
        };
        while let Some(sku) = numbers.integer() {
            let gross_value = numbers.float();
            cart.labels.extend(numbers.list().unwrap_or_default());
            cart.lines.push(Line { sku, gross_value, labels_end: number(cart.labels.len()) });
        }
        cart
    }

    /// Reads a cart's JSON. `reward` finds the index of a rule.
    pub(crate) fn read(json: &[u8], names: &mut Texts, reward: &dyn Fn(&str) -> Option<u32>) -> Result<Self, Fault> {
        Self::read_fields(json, names, reward).map_err(|fault| fault.below("cart"))
    }

    fn read_fields(json: &[u8], names: &mut Texts, reward: &dyn Fn(&str) -> Option<u32>) -> Result<Self, Fault> {
        let mut cart = Self::default();
        let record = decode(json, &CART, Usages::Nobody)?;
        let read_item = &mut |json: &str| cart.read_item(json.as_bytes(), names);
        elements(record.raw("items").unwrap_or_default(), "a list of objects", read_item)
            .map_err(|fault| fault.below("items"))?;
        if let Some(json) = record.raw("deliverySkus") {
            texts(Some(json), names, cart.delivery_skus.insert(Vec::new()))?;
        }
        if let Some(json) = record.raw("availableRewards") {
            let rewards = cart.available_rewards.insert(Vec::new());
            elements(json, "a list of strings", &mut |json| {
                rewards.extend(reward(&text(json)?));
                Ok(())
            })?;
        }
        cart.pos = record.text("posId").map(|pos| names.text(&pos));
        cart.at_ms = record.text("at").and_then(|at| moment(&at)).map(|at| at.ms);
        Ok(cart)
    }

    fn read_item(&mut self, json: &[u8], names: &mut Texts) -> Result<(), Fault> {
        let item = decode(json, &ITEM, Usages::Nobody)?;
        objects(item.raw("labels"), &LABEL, &mut |label| {
            let key = names.text(&label.text("key").unwrap_or_default());
            let value = label.text("value").map_or(NO_VALUE, |value| names.text(&value));
            self.labels.push(names.label(key, value));
            Ok(())
        })?;
        self.lines.push(Line {
            sku: names.text(&item.text("sku").unwrap_or_default()),
            gross_value: names.parse_number(item.raw("grossValue").unwrap_or_default()),
            labels_end: number(self.labels.len()),
        });
        Ok(())
    }
}
