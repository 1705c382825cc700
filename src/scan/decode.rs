//! The sink that writes canonical JSON text.

use super::record::{MAX_FIELDS, Record, Slot};
use super::syntax::{Cursor, RawText, Shape};
use super::table::{Absent, Field, Kind, Table};
use super::{Fault, Reason, number};
use crate::time;

const DECIMAL: &str = "a decimal in a string such as \"24.90\": up to 15 digits, and up to 4 behind the point";

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

/// Decodes the object that `bytes` hold.
pub(crate) fn decode(bytes: &[u8], table: &'static Table, usages: Usages<'_>) -> Result<Record, Fault> {
    let mut cursor = Cursor::new(bytes)?;
    let mut sink = Sink { json: String::with_capacity(bytes.len() / 2), usages };
    cursor.shape()?;
    let slots = sink.object(&mut cursor, table)?;
    cursor.end()?;
    Ok(Record { json: sink.json, slots, table })
}

/// A usage in canonical text.
static OWN_USAGE: Table =
    Table { fields: &[Field::new("date", Kind::Date, Absent::Fail)], union: None, null_is_absent: true };

/// What a list holds.
#[derive(Clone, Copy)]
enum Element {
    Text { blanks: bool },
    Object(&'static Table),
    Usage,
}

struct Sink<'u> {
    json: String,
    usages: Usages<'u>,
}

impl Sink<'_> {
    fn object(&mut self, cursor: &mut Cursor<'_>, table: &'static Table) -> Result<[Slot; MAX_FIELDS], Fault> {
        let mut slots: [Slot; MAX_FIELDS] = [None; MAX_FIELDS];
        let mut doubtful: Vec<(usize, Fault)> = Vec::new();
        let mut untidy = false;
        let mut next = 0;
        let start = self.json.len();
        self.json.push('{');
        // PHP's empty map. A caller writes no PHP.
        if table.null_is_absent && cursor.shape()? == Shape::Array {
            empty_array(cursor)?;
        } else {
            if cursor.shape()? != Shape::Object {
                return Err(Fault::expected("an object"));
            }
            cursor.open()?;
            let mut first = true;
            while let Some(key) = cursor.key(first)? {
                first = false;
                let shape = cursor.shape()?;
                let Some(index) = self.find(table, key, next) else {
                    cursor.skip()?;
                    continue;
                };
                next = index + 1;
                // Of duplicate keys the last one wins, as for `JSON.parse`.
                if let Some(slot) = slots.get_mut(index) {
                    untidy |= slot.take().is_some();
                }
                doubtful.retain(|(other, _)| *other != index);
                if shape == Shape::Null && table.null_is_absent {
                    cursor.null_value()?;
                    continue;
                }
                let (written, read) = (self.json.len(), cursor.mark());
                let Some(field) = table.fields.get(index) else { continue };
                self.name(field.name);
                match self.value(cursor, field.kind, shape) {
                    Ok(()) => {
                        self.json.push(',');
                        if let Some(slot) = slots.get_mut(index) {
                            *slot = Some((written, self.json.len()));
                        }
                    }
                    // Which fields count is known only at the end: a tag or a duplicate key may follow.
                    Err(fault) if fault.is_mismatch() => {
                        self.json.truncate(written);
                        cursor.rewind(read);
                        cursor.skip().map_err(|fault| fault.below(self.spelled(field)))?;
                        doubtful.push((index, fault.below(self.spelled(field))));
                    }
                    Err(fault) => return Err(fault.below(self.spelled(field))),
                }
            }
        }
        let wanted = self.wanted(table, &slots);
        if let Some(at) = doubtful.iter().position(|(index, _)| wanted >> index & 1 == 1) {
            return Err(doubtful.swap_remove(at).1);
        }
        if untidy || slots.iter().enumerate().any(|(index, slot)| slot.is_some() && wanted >> index & 1 == 0) {
            self.rewrite(start, &mut slots, wanted);
        }
        self.absent(table, &mut slots, wanted)?;
        if self.json.len() > start + 1 {
            self.json.pop();
        }
        self.json.push('}');
        Ok(slots)
    }

    /// The set of fields that count.
    fn wanted(&self, table: &Table, slots: &[Slot]) -> u64 {
        let Some(union) = &table.union else { return u64::MAX };
        let tag = slots.get(union.tag).copied().flatten();
        let name = table.fields.get(union.tag).map_or(0, |field| field.name.len());
        // The slot reads `"type":"points",`.
        let tag = tag.and_then(|(start, end)| self.json.get(start + name + 4..end - 2)).unwrap_or_default();
        let tag = RawText { raw: tag, escaped: tag.contains('\\') };
        let own = union.members.iter().find(|(name, _)| tag.is(name)).map_or(0, |(_, set)| *set);
        union.common | own
    }

    /// Writes the object again from its slots, without what was overwritten or does not count.
    fn rewrite(&mut self, start: usize, slots: &mut [Slot], wanted: u64) {
        let old = self.json.split_off(start);
        self.json.push('{');
        for (index, slot) in slots.iter_mut().enumerate() {
            let Some((from, to)) = slot.take() else { continue };
            if wanted >> index & 1 == 1 {
                let written = self.json.len();
                self.json.push_str(old.get(from - start..to - start).unwrap_or_default());
                *slot = Some((written, self.json.len()));
            }
        }
    }

    fn absent(&mut self, table: &Table, slots: &mut [Slot], wanted: u64) -> Result<(), Fault> {
        for (index, (field, slot)) in table.fields.iter().zip(slots).enumerate() {
            if slot.is_some() || wanted >> index & 1 == 0 {
                continue;
            }
            let text = match field.absent {
                Absent::Leave => continue,
                Absent::Fail => return Err(Fault::new(Reason::Missing).below(self.spelled(field))),
                Absent::Write(text) => text,
                Absent::Usages if matches!(self.usages, Usages::Of(_)) => "[]",
                Absent::Usages => "null",
            };
            let written = self.json.len();
            self.name(field.name);
            self.json.push_str(text);
            self.json.push(',');
            *slot = Some((written, self.json.len()));
        }
        Ok(())
    }

    /// A field's name in the text that is read.
    fn spelled(&self, field: &Field) -> &'static str {
        if self.usages == Usages::Own { field.name } else { field.wire }
    }

    /// The index of the field that `key` names. Servers write fields in one order, so the search starts
    /// behind the last one found.
    fn find(&self, table: &Table, key: RawText<'_>, from: usize) -> Option<usize> {
        let is_it = |index: &usize| table.fields.get(*index).is_some_and(|field| key.is(self.spelled(field)));
        (from..table.fields.len()).find(is_it).or_else(|| (0..from).find(is_it))
    }

    fn name(&mut self, name: &str) {
        self.json.push('"');
        self.json.push_str(name);
        self.json.push_str("\":");
    }

    fn quoted(&mut self, text: &str) {
        self.json.push('"');
        self.json.push_str(text);
        self.json.push('"');
    }

    fn value(&mut self, cursor: &mut Cursor<'_>, kind: Kind, shape: Shape) -> Result<(), Fault> {
        match (kind, shape) {
            (Kind::Text { min, max }, Shape::Text) => self.text(cursor, min, max),
            (Kind::Text { .. }, _) => Err(Fault::expected("a string")),
            (Kind::Number, Shape::Number) => {
                self.json.push_str(cursor.number_value()?);
                Ok(())
            }
            (Kind::Number, _) => Err(Fault::expected("a finite number")),
            (Kind::Integer, Shape::Number) => {
                let integer = number::safe_integer(cursor.number_value()?);
                let integer = integer.ok_or_else(|| Fault::expected("a safe integer"))?;
                if integer < 0 {
                    self.json.push('-');
                }
                super::push_integer(&mut self.json, integer.unsigned_abs());
                Ok(())
            }
            (Kind::Integer, _) => Err(Fault::expected("a safe integer")),
            (Kind::Bool, Shape::Bool) => {
                self.json.push_str(if cursor.bool_value()? { "true" } else { "false" });
                Ok(())
            }
            (Kind::Bool, _) => Err(Fault::expected("true or false")),
            (Kind::Decimal, Shape::Text) => {
                let decimal = cursor.text_value()?;
                if !number::is_decimal(decimal.raw) {
                    return Err(Fault::expected(DECIMAL));
                }
                self.quoted(decimal.raw);
                Ok(())
            }
            (Kind::Decimal, _) => Err(Fault::expected(DECIMAL)),
            (Kind::Date, Shape::Text) => {
                let date = cursor.text_value()?.decode();
                let date = time::to_rfc3339(&date).ok_or_else(|| Fault::expected("a date and time"))?;
                self.quoted(&date);
                Ok(())
            }
            (Kind::Date, _) => Err(Fault::expected("a date and time")),
            (Kind::Texts { blanks }, Shape::Array | Shape::Object) => {
                self.list(cursor, shape, Element::Text { blanks })
            }
            (Kind::Texts { .. }, _) => Err(Fault::expected("a list of strings")),
            (Kind::Map, Shape::Array) => {
                self.json.push_str("{}");
                empty_array(cursor)
            }
            (Kind::Map, Shape::Object) => self.map(cursor),
            (Kind::Map, _) => Err(Fault::expected("an object of strings")),
            (Kind::Object(table), _) => self.object(cursor, table).map(drop),
            (Kind::List(table), Shape::Array) => self.list(cursor, shape, Element::Object(table)),
            // As PHP writes a list with gaps. A caller writes no PHP.
            (Kind::List(table), Shape::Object) if table.null_is_absent => {
                self.list(cursor, shape, Element::Object(table))
            }
            (Kind::List(_), _) => Err(Fault::expected("a list of objects")),
            (Kind::Limit(table), _) => {
                let start = self.json.len();
                let slots = self.object(cursor, table)?;
                if slots.iter().all(Option::is_none) {
                    self.json.truncate(start);
                    self.json.push_str("null");
                } else if slots.first() == Some(&None) {
                    // The flag was null, which the server takes for off.
                    self.json.pop();
                    self.json.push_str(",\"active\":false}");
                }
                Ok(())
            }
            (Kind::Usages, _) if self.usages == Usages::Nobody => {
                self.json.push_str("null");
                cursor.skip()
            }
            (Kind::Usages, _) if self.usages == Usages::Kept => self.raw(cursor),
            (Kind::Usages, Shape::Array | Shape::Object) => {
                let of_customers = matches!(self.usages, Usages::Of(_));
                self.list(cursor, shape, if of_customers { Element::Usage } else { Element::Object(&OWN_USAGE) })
            }
            (Kind::Usages, _) => Err(Fault::expected("a list of usages")),
            (Kind::Presence, _) => {
                self.json.push_str("true");
                cursor.skip()
            }
            (Kind::Raw, _) => self.raw(cursor),
        }
    }

    fn raw(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        let start = cursor.mark();
        cursor.skip()?;
        self.json.push_str(cursor.since(start));
        Ok(())
    }

    fn text(&mut self, cursor: &mut Cursor<'_>, min: usize, max: usize) -> Result<(), Fault> {
        let text = cursor.text_value()?;
        if text.raw.len() < min {
            return Err(Fault::expected("a string that is not empty"));
        }
        if text.raw.len() > max && text.decode().chars().count() > max {
            return Err(Fault::new(Reason::TooLong(max)));
        }
        self.quoted(text.raw);
        Ok(())
    }

    /// An array, or an object whose keys are of no interest.
    fn list(&mut self, cursor: &mut Cursor<'_>, shape: Shape, element: Element) -> Result<(), Fault> {
        self.json.push('[');
        let start = self.json.len();
        let mut index = 0;
        cursor.open()?;
        while next_element(cursor, shape, index == 0)? {
            let before = self.json.len();
            self.element(cursor, element).map_err(|fault| fault.at_index(index))?;
            if self.json.len() > before {
                self.json.push(',');
            }
            index += 1;
        }
        if self.json.len() > start {
            self.json.pop();
        }
        self.json.push(']');
        Ok(())
    }

    fn element(&mut self, cursor: &mut Cursor<'_>, element: Element) -> Result<(), Fault> {
        cursor.shape()?;
        match element {
            Element::Text { blanks } => self.listed_text(cursor, blanks),
            Element::Object(table) => self.object(cursor, table).map(drop),
            Element::Usage => self.usage(cursor),
        }
    }

    fn listed_text(&mut self, cursor: &mut Cursor<'_>, blanks: bool) -> Result<(), Fault> {
        if cursor.shape()? != Shape::Text {
            return Err(Fault::expected("a string"));
        }
        let text = cursor.text_value()?;
        if blanks || !text.raw.is_empty() {
            self.quoted(text.raw);
        }
        Ok(())
    }

    fn map(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        self.json.push('{');
        let start = self.json.len();
        let mut first = true;
        cursor.open()?;
        while let Some(key) = cursor.key(first)? {
            first = false;
            let shape = cursor.shape()?;
            // `__proto__` names a map's own prototype for code that copies the map key by key.
            if key.is("__proto__") || shape == Shape::Null {
                cursor.skip()?;
                continue;
            }
            if shape != Shape::Text {
                return Err(Fault::expected("an object of strings"));
            }
            self.name(key.raw);
            self.quoted(cursor.text_value()?.raw);
            self.json.push(',');
        }
        if self.json.len() > start {
            self.json.pop();
        }
        self.json.push('}');
        Ok(())
    }

    /// Of the usages of all customers, the customer's own; the others leave no trace.
    fn usage(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        let Usages::Of(customer) = self.usages else { return cursor.skip() };
        let Some(date) = own_usage(cursor, customer)? else { return Ok(()) };
        let date = time::to_rfc3339(&date.decode());
        let date = date.ok_or_else(|| Fault::expected("a date and time").below("date"))?;
        self.json.push_str("{\"date\":");
        self.quoted(&date);
        self.json.push('}');
        Ok(())
    }
}

/// Reads `{"earningRuleUsageId":{...},"date":...,"subject":{"subjectId":...}}`; its date if it is the customer's.
fn own_usage<'a>(cursor: &mut Cursor<'a>, customer: &str) -> Result<Option<RawText<'a>>, Fault> {
    if cursor.shape()? != Shape::Object {
        cursor.skip()?;
        return Ok(None);
    }
    let mut date = None;
    let mut own = false;
    let mut first = true;
    cursor.open()?;
    while let Some(key) = cursor.key(first)? {
        first = false;
        if key.is("subject") {
            own = is_subject(cursor, customer)?;
            continue;
        }
        let is_date = key.is("date");
        if is_date && cursor.shape()? == Shape::Text {
            date = Some(cursor.text_value()?);
        } else {
            cursor.skip()?;
            date = date.filter(|_| !is_date);
        }
    }
    match date {
        _ if !own => Ok(None),
        Some(date) => Ok(Some(date)),
        None => Err(Fault::new(Reason::Missing).below("date")),
    }
}

fn is_subject(cursor: &mut Cursor<'_>, customer: &str) -> Result<bool, Fault> {
    if cursor.shape()? != Shape::Object {
        cursor.skip()?;
        return Ok(false);
    }
    let mut own = false;
    let mut first = true;
    cursor.open()?;
    while let Some(key) = cursor.key(first)? {
        first = false;
        let is_id = key.is("subjectId");
        if is_id && cursor.shape()? == Shape::Text {
            own = cursor.text_value()?.is(customer);
        } else {
            cursor.skip()?;
            own &= !is_id;
        }
    }
    Ok(own)
}

fn next_element(cursor: &mut Cursor<'_>, shape: Shape, first: bool) -> Result<bool, Fault> {
    if shape == Shape::Object { Ok(cursor.key(first)?.is_some()) } else { cursor.more(first, b']') }
}

/// PHP encodes an empty map as an empty list.
fn empty_array(cursor: &mut Cursor<'_>) -> Result<(), Fault> {
    cursor.open()?;
    if cursor.more(true, b']')? { Err(Fault::expected("an object")) } else { Ok(()) }
}
