//! Carts as JSON, for Rust code. (JavaScript writes the numbers itself.)

use super::super::cart::{CART, ITEM, LABEL};
use super::super::input::{elements, objects};
use super::super::texts::NO_VALUE;
use super::super::{Core, index_to_float};
use crate::scan::{Fault, Usages, decode, unquote};
use crate::time::moment;

/// A cart as numbers, and the SKUs of its lines.
#[derive(Debug, Default)]
pub(super) struct Cart {
    pub(super) numbers: Vec<f64>,
    pub(super) skus: Vec<String>,
}

impl Cart {
    /// Reads a cart's JSON. `reward` finds the index of a rule.
    pub(super) fn read(
        json: &[u8],
        now_ms: f64,
        core: &mut Core,
        reward: &dyn Fn(&str) -> Option<f64>,
    ) -> Result<Self, Fault> {
        let record = decode(json, &CART, Usages::Nobody).map_err(|fault| fault.below("cart"))?;
        let mut cart = Self::default();
        let at = record.text("at").and_then(|at| moment(&at));
        cart.numbers.push(at.map_or(now_ms, |at| at.ms));
        cart.numbers.push(record.text("posId").map_or(-1.0, |pos| f64::from(core.text(&pos))));
        cart.push_list(record.raw("deliverySkus"), &mut |sku| Some(f64::from(core.text(sku))))?;
        cart.push_list(record.raw("availableRewards"), &mut |id| reward(id))?;
        elements(record.raw("items").unwrap_or_default(), "", &mut |json| cart.push_item(json, core))?;
        Ok(cart)
    }

    fn push_list(&mut self, json: Option<&str>, number: &mut dyn FnMut(&str) -> Option<f64>) -> Result<(), Fault> {
        let count = self.numbers.len();
        self.numbers.push(-1.0);
        let Some(json) = json else { return Ok(()) };
        elements(json, "", &mut |json| {
            self.numbers.extend(number(&unquote(json).unwrap_or_default()));
            Ok(())
        })?;
        self.set_count(count);
        Ok(())
    }

    /// Writes how many numbers follow.
    fn set_count(&mut self, at: usize) {
        let count = index_to_float(self.numbers.len() - at - 1);
        self.numbers.get_mut(at).into_iter().for_each(|number| *number = count);
    }

    fn push_item(&mut self, json: &str, core: &mut Core) -> Result<(), Fault> {
        let item = decode(json.as_bytes(), &ITEM, Usages::Nobody)?;
        let sku = item.text("sku").unwrap_or_default();
        self.numbers.push(f64::from(core.text(&sku)));
        self.numbers.push(core.texts.parse_number(item.raw("grossValue").unwrap_or_default()));
        self.skus.push(sku);
        let count = self.numbers.len();
        self.numbers.push(0.0);
        objects(item.raw("labels").unwrap_or_default(), &LABEL, &mut |label| {
            let key = core.text(&label.text("key").unwrap_or_default());
            let value = label.text("value").map_or(NO_VALUE, |value| core.text(&value));
            self.numbers.push(f64::from(core.label(key, value)));
            Ok(())
        })?;
        self.set_count(count);
        Ok(())
    }
}
