//! The sink's values: each kind as its canonical text.

use super::decode::Sink;
use super::raw_text::RawText;
use super::syntax::Shape;
use super::table::{Kind, Table};
use super::usages::{OWN_USAGE, Usages};
use super::{Reason, number};
use crate::{text, time};

const DECIMAL: &str = "a decimal in a string such as \"24.90\": up to 15 digits, and up to 4 behind the point";
const DATE: &str = "a date and time";

/// What a list holds.
#[derive(Clone, Copy)]
enum Element {
    Text { blanks: bool },
    Object(&'static Table),
    Usage,
}

impl Sink<'_> {
    fn expected(&mut self, what: &'static str) {
        self.cursor.fail(Reason::Expected(what));
    }

    pub(super) fn value(&mut self, kind: Kind, shape: Shape) {
        let is_list = matches!(shape, Shape::Array | Shape::Object);
        let (fits, what) = match kind {
            Kind::Text { .. } => (shape == Shape::Text, "a string"),
            Kind::Number => (shape == Shape::Number, "a finite number"),
            Kind::Integer => (shape == Shape::Number, "a safe integer"),
            Kind::Bool => (shape == Shape::Bool, "true or false"),
            Kind::Decimal => (shape == Shape::Text, DECIMAL),
            Kind::Date => (shape == Shape::Text, DATE),
            Kind::Texts { .. } => (is_list, "a list of strings"),
            Kind::Map => (is_list, "an object of strings"),
            // An object as PHP writes a list with gaps. A caller writes no PHP.
            Kind::List(table) => {
                (shape == Shape::Array || shape == Shape::Object && table.null_is_absent, "a list of objects")
            }
            Kind::Usages => (is_list || matches!(self.usages, Usages::Nobody | Usages::Kept), "a list of usages"),
            Kind::Object(_) | Kind::Limit(_) | Kind::Presence | Kind::Raw => (true, ""),
        };
        if !fits {
            return self.expected(what);
        }
        match kind {
            Kind::Text { min, max } => self.text(min, max),
            Kind::Number => {
                let number = self.cursor.number_value();
                self.write(number);
            }
            Kind::Integer => match number::safe_integer(self.cursor.number_value()) {
                Some(integer) => {
                    if integer < 0 {
                        self.json.push(b'-');
                    }
                    let mut digits = String::new();
                    super::push_integer(&mut digits, integer.unsigned_abs());
                    self.write(&digits);
                }
                None => self.expected(what),
            },
            Kind::Bool => {
                let word = self.cursor.word_value();
                self.write(word);
            }
            Kind::Decimal => {
                let decimal = self.cursor.text_value();
                if !number::is_decimal(decimal.raw) {
                    self.expected(what);
                }
                self.quoted(decimal.raw);
            }
            Kind::Date => {
                let date = self.cursor.text_value();
                self.date(date);
            }
            Kind::Texts { blanks } => self.list(shape, Element::Text { blanks }),
            Kind::Map if shape == Shape::Array => {
                self.write("{}");
                self.empty_array();
            }
            Kind::Map => self.map(),
            Kind::Object(table) => _ = self.nested(table),
            Kind::List(table) => self.list(shape, Element::Object(table)),
            Kind::Limit(table) => self.limit(table),
            Kind::Usages if matches!(self.usages, Usages::Of(_)) => self.list(shape, Element::Usage),
            Kind::Usages if self.usages == Usages::Own => self.list(shape, Element::Object(&OWN_USAGE)),
            Kind::Usages if self.usages == Usages::Nobody => {
                self.write("null");
                self.cursor.skip();
            }
            Kind::Presence => {
                self.write("true");
                self.cursor.skip();
            }
            Kind::Raw | Kind::Usages => {
                let start = self.cursor.mark();
                self.cursor.skip();
                self.write(self.cursor.since(start));
            }
        }
    }

    fn limit(&mut self, table: &'static Table) {
        let start = self.json.len();
        let present = self.nested(table);
        if present == 0 {
            self.json.truncate(start);
            self.write("null");
        } else if present & 1 == 0 {
            // The flag was null, which the server takes for off.
            self.json.pop();
            self.write(",\"active\":false}");
        }
    }

    fn text(&mut self, min: usize, max: usize) {
        let start = self.cursor.mark();
        let text = self.cursor.text_value();
        if text.raw.len() < min {
            self.expected("a string that is not empty");
        }
        if text.raw.len() > max && text::count(&text.decode()) > max {
            self.cursor.fail(Reason::TooLong(max));
        }
        self.write(self.cursor.since(start));
    }

    pub(super) fn date(&mut self, date: RawText<'_>) {
        match time::to_rfc3339(&date.decode()) {
            Some(date) => self.quoted(&date),
            None => self.expected(DATE),
        }
    }

    /// An array, or an object whose keys are of no interest.
    fn list(&mut self, shape: Shape, element: Element) {
        self.json.push(b'[');
        let start = self.json.len();
        let mut index = 0;
        self.cursor.open();
        while self.next_element(shape, index == 0) {
            let before = self.json.len();
            self.element(element);
            if let Some(fault) = self.cursor.take_fault() {
                return self.cursor.put_back(fault.at_index(index));
            }
            if self.json.len() > before {
                self.json.push(b',');
            }
            index += 1;
        }
        self.close(start, b']');
    }

    fn next_element(&mut self, shape: Shape, first: bool) -> bool {
        if shape == Shape::Object { self.cursor.key(first).is_some() } else { self.cursor.more(first, b']') }
    }

    fn element(&mut self, element: Element) {
        let shape = self.cursor.shape();
        match element {
            Element::Text { .. } if shape != Shape::Text => self.expected("a string"),
            Element::Text { blanks } => {
                let text = self.cursor.text_value();
                if blanks || !text.raw.is_empty() {
                    self.quoted(text.raw);
                }
            }
            Element::Object(table) => _ = self.nested(table),
            Element::Usage => self.usage(),
        }
    }

    fn map(&mut self) {
        self.json.push(b'{');
        let start = self.json.len();
        let mut first = true;
        self.cursor.open();
        while let Some(key) = self.cursor.key(first) {
            first = false;
            let shape = self.cursor.shape();
            // `__proto__` names a map's own prototype for code that copies the map key by key.
            if key.is("__proto__") || shape == Shape::Null {
                self.cursor.skip();
            } else if shape == Shape::Text {
                self.name(key.raw);
                let text = self.cursor.text_value();
                self.quoted(text.raw);
                self.json.push(b',');
            } else {
                self.expected("an object of strings");
            }
        }
        self.close(start, b'}');
    }

    /// PHP encodes an empty map as an empty list.
    pub(super) fn empty_array(&mut self) {
        self.cursor.open();
        if self.cursor.more(true, b']') {
            self.expected("an object");
        }
    }
}
