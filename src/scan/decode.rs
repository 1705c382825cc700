//! The sink that writes canonical JSON text.

use super::raw_text::RawText;
use super::record::{Record, Slot};
use super::syntax::{Cursor, Shape};
use super::table::{Absent, Field, Table};
use super::usages::Usages;
use super::{Fault, Reason};

/// Decodes the object that `bytes` hold.
pub(crate) fn decode(bytes: &[u8], table: &'static Table, usages: Usages<'_>) -> Result<Record, Fault> {
    let json = Vec::with_capacity(bytes.len() / 2);
    let mut sink = Sink { cursor: Cursor::new(bytes), json, slots: Vec::new(), usages };
    sink.cursor.shape();
    sink.object(table, 0);
    sink.cursor.end();
    match (sink.cursor.take_fault(), String::from_utf8(sink.json)) {
        (None, Ok(json)) => Ok(Record { json, slots: sink.slots, table }),
        (fault, _) => Err(fault.unwrap_or_else(|| Fault::new(Reason::Syntax))),
    }
}

pub(super) struct Sink<'a> {
    pub(super) cursor: Cursor<'a>,
    /// UTF-8. As bytes, because a `String` takes each quote and comma for a character to be encoded.
    pub(super) json: Vec<u8>,
    /// Those of the object that is being read, on top of those of the objects around it.
    slots: Vec<Slot>,
    pub(super) usages: Usages<'a>,
}

impl Sink<'_> {
    /// Reads an object, and gives the set of the fields that came. (Bit `i` of a set stands for field `i`.)
    pub(super) fn nested(&mut self, table: &'static Table) -> u64 {
        let outer = self.slots.len();
        let present = self.object(table, 0);
        self.slots.truncate(outer);
        present
    }

    /// Does that, and leaves the object's slots behind. A mismatch in one of the fields of the set `insisted` stands; in
    /// any other, it is noted at first.
    fn object(&mut self, table: &'static Table, insisted: u64) -> u64 {
        let (start, read, outer) = (self.json.len(), self.cursor.mark(), self.slots.len());
        let (mut present, mut mismatched, mut is_repeated) = (0_u64, 0_u64, false);
        let mut next = (0, 0);
        self.json.push(b'{');
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
                let Some((index, place)) = self.find(table, key, next) else {
                    self.cursor.skip();
                    continue;
                };
                next = (index + 1, table.after(place).unwrap_or(0));
                let bit = 1 << index;
                if present & bit != 0 {
                    // Of duplicate keys the last one wins, as for `JSON.parse`.
                    is_repeated = true;
                    self.slots.retain(|slot| slot.start < start || slot.index != index);
                }
                present &= !bit;
                mismatched &= !bit;
                if shape == Shape::Null && table.null_is_absent {
                    self.cursor.skip();
                    continue;
                }
                let (written, read) = (self.json.len(), self.cursor.mark());
                self.write(table.name_at(place));
                self.value(table.kind_at(place), shape);
                let Some(fault) = self.cursor.take_fault() else {
                    self.end_field(index, written);
                    present |= bit;
                    continue;
                };
                // Which fields count is known only at the end: a tag or a duplicate key may follow.
                if !fault.is_mismatch() || insisted & bit != 0 {
                    self.put_back(fault, table, place);
                    return 0;
                }
                self.json.truncate(written);
                self.cursor.rewind(read);
                self.cursor.skip();
                if let Some(fault) = self.cursor.take_fault() {
                    self.put_back(fault, table, place);
                    return 0;
                }
                mismatched |= bit;
            }
        } else {
            self.cursor.fail(Reason::Expected("an object"));
        }
        if self.cursor.has_failed() {
            return 0;
        }
        let wanted = self.wanted(table, outer);
        if mismatched & wanted != 0 {
            // What is wrong with them is told by another look.
            self.json.truncate(start);
            self.slots.truncate(outer);
            self.cursor.rewind(read);
            return self.object(table, mismatched & wanted);
        }
        if is_repeated || present & !wanted != 0 {
            self.rewrite(start, outer, wanted);
        }
        present &= wanted;
        self.absent(table, wanted & !present);
        self.close(start + 1, b'}');
        present
    }

    /// Ends a field that was written from `start` on.
    fn end_field(&mut self, index: usize, start: usize) {
        self.json.push(b',');
        self.slots.push(Slot { index, start, end: self.json.len() });
    }

    /// The set of fields that count. The object's slots stand behind the `outer` ones.
    fn wanted(&self, table: &Table, outer: usize) -> u64 {
        let Some(union) = &table.union else { return u64::MAX };
        let tag = self.slots.iter().skip(outer).find(|slot| slot.index == union.tag);
        // The slot reads `"type":"points",`.
        let tag = tag.and_then(|tag| self.json.get(tag.start + 8..tag.end - 2)).unwrap_or_default();
        let tag = core::str::from_utf8(tag).unwrap_or_default();
        let tag = RawText { raw: tag, escaped: tag.bytes().any(|byte| byte == b'\\') };
        let own = union.members.iter().find(|(name, _)| tag.is(name)).map_or(0, |(_, set)| *set);
        union.common | own
    }

    /// Writes the object again from its slots, without what was overwritten or does not count.
    fn rewrite(&mut self, start: usize, outer: usize, wanted: u64) {
        let old = self.json.split_off(start);
        self.json.push(b'{');
        for slot in self.slots.split_off(outer) {
            if wanted >> slot.index & 1 == 1 {
                let written = self.json.len();
                self.json.extend_from_slice(old.get(slot.start - start..slot.end - start).unwrap_or_default());
                self.slots.push(Slot { index: slot.index, start: written, end: self.json.len() });
            }
        }
    }

    /// Writes what stands for the fields of the set `missing`.
    fn absent(&mut self, table: &Table, missing: u64) {
        let (mut index, mut place) = (0, 0);
        while let Some(next) = table.after(place) {
            if missing >> index & 1 == 1
                && let Some(field) = table.field_at(place)
            {
                let text = match field.absent {
                    Absent::Leave => "",
                    Absent::Fail => return self.put_back(Fault::new(Reason::Missing), table, place),
                    Absent::Write(text) => text,
                    Absent::Usages if matches!(self.usages, Usages::Of(_)) => "[]",
                    Absent::Usages => "null",
                };
                if !text.is_empty() {
                    let written = self.json.len();
                    self.write(table.name_at(place));
                    self.write(text);
                    self.end_field(index, written);
                }
            }
            (index, place) = (index + 1, next);
        }
    }

    /// Puts a fault back that lies below a field, by its name in the text that is read.
    fn put_back(&mut self, fault: Fault, table: &Table, place: usize) {
        if let Some(Field { wire, name, .. }) = table.field_at(place) {
            self.cursor.put_back(fault.below(if self.usages == Usages::Own { name } else { wire }));
        }
    }

    /// The index and place of the field that `key` names.
    fn find(&self, table: &Table, key: RawText<'_>, from: (usize, usize)) -> Option<(usize, usize)> {
        let is_written = self.usages == Usages::Own;
        if key.escaped {
            table.find(key.decode().as_bytes(), is_written, from)
        } else {
            table.find(key.raw.as_bytes(), is_written, from)
        }
    }

    /// Ends an object or a list whose first element would have been written at `start`.
    pub(super) fn close(&mut self, start: usize, bracket: u8) {
        if self.json.len() > start {
            self.json.pop();
        }
        self.json.push(bracket);
    }

    pub(super) fn write(&mut self, text: &str) {
        self.json.extend_from_slice(text.as_bytes());
    }

    pub(super) fn name(&mut self, name: &str) {
        self.quoted(name);
        self.json.push(b':');
    }

    pub(super) fn quoted(&mut self, text: &str) {
        self.json.push(b'"');
        self.write(text);
        self.json.push(b'"');
    }
}
