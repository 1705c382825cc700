//! Usages of a rule: those of other customers leave no trace.

use super::Reason;
use super::decode::Sink;
use super::syntax::Shape;
use super::table::{Absent, Field, Kind, Table, table};

/// Whose usages to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Usages<'a> {
    /// Those of the customer with this id.
    Of(&'a str),
    /// The customer is not known, so none can be kept: `null`.
    Nobody,
    /// All, as they stand: the text was decoded before.
    Kept,
    /// All: a gateway has left the customer's own. Its answers are canonical, so they have the fields' own names too.
    Own,
}

/// A usage in canonical text.
pub(super) static OWN_USAGE: Table =
    table!(&[Field::new("date", Kind::Date, Absent::Fail)], union: None, null_is_absent: true);

impl Sink<'_> {
    /// Of the usages of all customers, the customer's own; the others leave no trace. Reads
    /// `{"earningRuleUsageId":{...},"date":...,"subject":{"subjectId":...}}`.
    pub(super) fn usage(&mut self) {
        let Usages::Of(customer) = self.usages else { return self.cursor.skip() };
        let (mut date, mut own) = (None, false);
        if self.cursor.shape() != Shape::Object {
            return self.cursor.skip();
        }
        let mut first = true;
        self.cursor.open();
        while let Some(key) = self.cursor.key(first) {
            first = false;
            if key.is("subject") {
                own = self.is_subject(customer);
                continue;
            }
            let is_date = key.is("date");
            if is_date && self.cursor.shape() == Shape::Text {
                date = Some(self.cursor.text_value());
            } else {
                self.cursor.skip();
                date = date.filter(|_| !is_date);
            }
        }
        if !own || self.cursor.has_failed() {
            return;
        }
        self.write("{\"date\":");
        match date {
            Some(date) => self.date(date),
            None => self.cursor.fail(Reason::Missing),
        }
        if let Some(fault) = self.cursor.take_fault() {
            self.cursor.put_back(fault.below("date"));
        }
        self.json.push(b'}');
    }

    fn is_subject(&mut self, customer: &str) -> bool {
        let mut own = false;
        if self.cursor.shape() != Shape::Object {
            self.cursor.skip();
            return own;
        }
        let mut first = true;
        self.cursor.open();
        while let Some(key) = self.cursor.key(first) {
            first = false;
            let is_id = key.is("subjectId");
            if is_id && self.cursor.shape() == Shape::Text {
                own = self.cursor.text_value().is(customer);
            } else {
                self.cursor.skip();
                own &= !is_id;
            }
        }
        own
    }
}
