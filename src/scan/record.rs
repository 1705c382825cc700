//! What a decoded object holds.

use super::number;
use super::raw_text::RawText;
use super::table::Table;

/// Where a field of an object, by its index in the table, is in the written text: `"name":value,`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) index: usize,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A decoded object: its canonical text, and where its fields stand.
#[derive(Debug)]
pub(crate) struct Record {
    pub(super) json: String,
    pub(super) slots: Vec<Slot>,
    pub(super) table: &'static Table,
}

impl Record {
    /// The canonical text.
    pub(crate) fn into_json(self) -> String {
        self.json
    }

    /// The canonical JSON text of a field.
    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        let (index, _) = self.table.find(name.as_bytes(), true, (0, 0))?;
        let slot = self.slots.iter().find(|slot| slot.index == index)?;
        // Past `"name":`, and without the comma.
        self.json.get(slot.start + name.len() + 3..slot.end - 1)
    }

    /// A string field's value.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        unquote(self.raw(name)?)
    }

    /// A number field's value, cut to 15 digits; `None` if it has more and an exponent too.
    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        let raw = self.raw(name)?;
        // A difference of two times has 17 digits, of which the last ones say nothing.
        let cut = || raw.get(..16).filter(|_| !raw.bytes().any(|b| b | 0x20 == b'e'));
        number::exact(raw).or_else(|| number::exact(cut()?))
    }

    /// An integer field's value, if it fits.
    pub(crate) fn integer<N: TryFrom<i64>>(&self, name: &str) -> Option<N> {
        N::try_from(number::safe_integer(self.raw(name)?)?).ok()
    }

    /// Whether a boolean field is set.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.raw(name) == Some("true")
    }
}

/// The value of a string's JSON text; `None` if it is something else.
pub(crate) fn unquote(json: &str) -> Option<String> {
    let raw = json.strip_prefix('"')?.strip_suffix('"')?;
    Some(RawText { raw, escaped: raw.bytes().any(|byte| byte == b'\\') }.decode())
}
