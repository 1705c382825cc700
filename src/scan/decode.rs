//! The sink that writes canonical JSON text.

use super::record::{MAX_FIELDS, Record, Slot};
use super::syntax::{Cursor, RawText, Shape};
use super::table::{Absent, Field, Kind, Table};
use super::usages::{OWN_USAGE, Usages};
use super::{Fault, Reason, number};
use crate::{text, time};

const DECIMAL: &str = "a decimal in a string such as \"24.90\": up to 15 digits, and up to 4 behind the point";
const DATE: &str = "a date and time";

/// Decodes the object that `bytes` hold.
pub(crate) fn decode(bytes: &[u8], table: &'static Table, usages: Usages<'_>) -> Result<Record, Fault> {
    let mut sink = Sink { cursor: Cursor::new(bytes), json: String::with_capacity(bytes.len() / 2), usages };
    let mut slots = [Slot::NONE; MAX_FIELDS];
    sink.cursor.shape();
    sink.object(table, &mut slots, 0);
    sink.cursor.end();
    match sink.cursor.take_fault() {
        Some(fault) => Err(fault),
        None => Ok(Record { json: sink.json, slots, table }),
    }
}

/// What a list holds.
#[derive(Clone, Copy)]
enum Element {
    Text { blanks: bool },
    Object(&'static Table),
    Usage,
}

pub(super) struct Sink<'a> {
    pub(super) cursor: Cursor<'a>,
    pub(super) json: String,
    pub(super) usages: Usages<'a>,
}

impl Sink<'_> {
    /// Reads an object into empty slots. A mismatch in one of the fields of the set `insisted` stands; in any other,
    /// it is noted at first.
    fn object(&mut self, table: &'static Table, slots: &mut [Slot; MAX_FIELDS], insisted: u64) {
        let (start, read) = (self.json.len(), self.cursor.mark());
        let (mut mismatched, mut untidy) = (0_u64, false);
        let mut next = (0, 0);
        self.json.push('{');
        let shape = self.cursor.shape();
        // PHP's empty map. A caller writes no PHP.
        if table.null_is_absent && shape == Shape::Array {
            self.empty_array();
        } else if shape == Shape::Object {
            self.cursor.open();
            let mut first = true;
            while let Some(key) = self.cursor.key(first) {
                first = false;
                let shape = self.cursor.shape();
                let Some((index, field, place)) = self.find(table, key, next) else {
                    self.cursor.skip();
                    continue;
                };
                next = (index + 1, place);
                let bit = 1 << index;
                let Some(slot) = slots.get_mut(index) else { continue };
                // Of duplicate keys the last one wins, as for `JSON.parse`.
                untidy |= slot.is_some();
                *slot = Slot::NONE;
                mismatched &= !bit;
                if shape == Shape::Null && table.null_is_absent {
                    self.cursor.skip();
                    continue;
                }
                let (written, read) = (self.json.len(), self.cursor.mark());
                self.name(field.name);
                self.value(field.kind, shape);
                match self.cursor.take_fault() {
                    None => {
                        self.json.push(',');
                        *slot = Slot { start: written, end: self.json.len() };
                    }
                    // Which fields count is known only at the end: a tag or a duplicate key may follow.
                    Some(fault) if fault.is_mismatch() && insisted & bit == 0 => {
                        self.json.truncate(written);
                        self.cursor.rewind(read);
                        self.cursor.skip();
                        if let Some(fault) = self.cursor.take_fault() {
                            return self.cursor.put_back(fault.below(self.spelled(field)));
                        }
                        mismatched |= bit;
                    }
                    Some(fault) => return self.cursor.put_back(fault.below(self.spelled(field))),
                }
            }
        } else {
            self.cursor.fail(Reason::Expected("an object"));
        }
        if self.cursor.has_failed() {
            return;
        }
        let wanted = self.wanted(table, slots);
        if mismatched & wanted != 0 {
            // What is wrong with them is told by another look.
            self.json.truncate(start);
            self.cursor.rewind(read);
            slots.fill(Slot::NONE);
            return self.object(table, slots, mismatched & wanted);
        }
        if untidy || slots.iter().enumerate().any(|(index, slot)| slot.is_some() && wanted >> index & 1 == 0) {
            self.rewrite(start, slots, wanted);
        }
        self.absent(table, slots, wanted);
        self.close(start + 1, '}');
    }

    /// The set of fields that count.
    fn wanted(&self, table: &Table, slots: &[Slot]) -> u64 {
        let Some(union) = &table.union else { return u64::MAX };
        let tag = slots.get(union.tag).copied().unwrap_or(Slot::NONE);
        let name = table.fields().nth(union.tag).map_or(0, |field| field.name.len());
        // The slot reads `"type":"points",`.
        let tag = self.json.get(tag.start + name + 4..tag.end.saturating_sub(2)).unwrap_or_default();
        let tag = RawText { raw: tag, escaped: tag.bytes().any(|byte| byte == b'\\') };
        let own = union.members.iter().find(|(name, _)| tag.is(name)).map_or(0, |(_, set)| *set);
        union.common | own
    }

    /// Writes the object again from its slots, without what was overwritten or does not count.
    fn rewrite(&mut self, start: usize, slots: &mut [Slot], wanted: u64) {
        let old = self.json.split_off(start);
        self.json.push('{');
        for (index, slot) in slots.iter_mut().enumerate() {
            let text = old.get(slot.start.wrapping_sub(start)..slot.end.wrapping_sub(start)).unwrap_or_default();
            let written = self.json.len();
            *slot = Slot::NONE;
            if !text.is_empty() && wanted >> index & 1 == 1 {
                self.json.push_str(text);
                *slot = Slot { start: written, end: self.json.len() };
            }
        }
    }

    fn absent(&mut self, table: &Table, slots: &mut [Slot], wanted: u64) {
        for (index, (field, slot)) in table.fields().zip(slots).enumerate() {
            if slot.is_some() || wanted >> index & 1 == 0 {
                continue;
            }
            let text = match field.absent {
                Absent::Leave => continue,
                Absent::Fail => {
                    return self.cursor.put_back(Fault::new(Reason::Missing).below(self.spelled(field)));
                }
                Absent::Write(text) => text,
                Absent::Usages if matches!(self.usages, Usages::Of(_)) => "[]",
                Absent::Usages => "null",
            };
            let written = self.json.len();
            self.name(field.name);
            self.json.push_str(text);
            self.json.push(',');
            *slot = Slot { start: written, end: self.json.len() };
        }
    }

    /// A field's name in the text that is read.
    fn spelled(&self, field: Field) -> &'static str {
        if self.usages == Usages::Own { field.name } else { field.wire }
    }

    /// The field that `key` names, its index, and the place of the next one. Servers write fields in one
    /// order, so the search starts behind the last one found.
    fn find(&self, table: &Table, key: RawText<'_>, behind: (usize, usize)) -> Option<(usize, Field, usize)> {
        let (mut index, mut place) = behind;
        let mut has_wrapped = false;
        loop {
            if has_wrapped && place == behind.1 {
                return None;
            }
            match table.field_at(place) {
                Some((field, next)) if key.is(self.spelled(field)) => return Some((index, field, next)),
                Some((_, next)) => (index, place) = (index + 1, next),
                None if has_wrapped => return None,
                None => (index, place, has_wrapped) = (0, 0, true),
            }
        }
    }

    /// Ends an object or a list whose first element would have been written at `start`.
    fn close(&mut self, start: usize, bracket: char) {
        if self.json.len() > start {
            self.json.pop();
        }
        self.json.push(bracket);
    }

    fn name(&mut self, name: &str) {
        self.quoted(name);
        self.json.push(':');
    }

    fn quoted(&mut self, text: &str) {
        self.json.push('"');
        self.json.push_str(text);
        self.json.push('"');
    }

    fn expected(&mut self, what: &'static str) {
        self.cursor.fail(Reason::Expected(what));
    }

    fn value(&mut self, kind: Kind, shape: Shape) {
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
                self.json.push_str(number);
            }
            Kind::Integer => match number::safe_integer(self.cursor.number_value()) {
                Some(integer) => {
                    if integer < 0 {
                        self.json.push('-');
                    }
                    super::push_integer(&mut self.json, integer.unsigned_abs());
                }
                None => self.expected(what),
            },
            Kind::Bool => {
                let word = self.cursor.word_value();
                self.json.push_str(word);
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
                self.json.push_str("{}");
                self.empty_array();
            }
            Kind::Map => self.map(),
            Kind::Object(table) => self.object(table, &mut [Slot::NONE; MAX_FIELDS], 0),
            Kind::List(table) => self.list(shape, Element::Object(table)),
            Kind::Limit(table) => self.limit(table),
            Kind::Usages if matches!(self.usages, Usages::Of(_)) => self.list(shape, Element::Usage),
            Kind::Usages if self.usages == Usages::Own => self.list(shape, Element::Object(&OWN_USAGE)),
            Kind::Usages if self.usages == Usages::Nobody => {
                self.json.push_str("null");
                self.cursor.skip();
            }
            Kind::Presence => {
                self.json.push_str("true");
                self.cursor.skip();
            }
            Kind::Raw | Kind::Usages => {
                let start = self.cursor.mark();
                self.cursor.skip();
                self.json.push_str(self.cursor.since(start));
            }
        }
    }

    fn limit(&mut self, table: &'static Table) {
        let start = self.json.len();
        let mut slots = [Slot::NONE; MAX_FIELDS];
        self.object(table, &mut slots, 0);
        if !slots.iter().any(Slot::is_some) {
            self.json.truncate(start);
            self.json.push_str("null");
        } else if slots.first().is_some_and(|active| !active.is_some()) {
            // The flag was null, which the server takes for off.
            self.json.pop();
            self.json.push_str(",\"active\":false}");
        }
    }

    fn text(&mut self, min: usize, max: usize) {
        let text = self.cursor.text_value();
        if text.raw.len() < min {
            self.expected("a string that is not empty");
        }
        if text.raw.len() > max && text::count(&text.decode()) > max {
            self.cursor.fail(Reason::TooLong(max));
        }
        self.quoted(text.raw);
    }

    pub(super) fn date(&mut self, date: RawText<'_>) {
        match time::to_rfc3339(&date.decode()) {
            Some(date) => self.quoted(&date),
            None => self.expected(DATE),
        }
    }

    /// An array, or an object whose keys are of no interest.
    fn list(&mut self, shape: Shape, element: Element) {
        self.json.push('[');
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
                self.json.push(',');
            }
            index += 1;
        }
        self.close(start, ']');
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
            Element::Object(table) => self.object(table, &mut [Slot::NONE; MAX_FIELDS], 0),
            Element::Usage => self.usage(),
        }
    }

    fn map(&mut self) {
        self.json.push('{');
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
                self.json.push(',');
            } else {
                self.expected("an object of strings");
            }
        }
        self.close(start, '}');
    }

    /// PHP encodes an empty map as an empty list.
    fn empty_array(&mut self) {
        self.cursor.open();
        if self.cursor.more(true, b']') {
            self.expected("an object");
        }
    }
}
