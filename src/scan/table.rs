//! The vocabulary of tables: what an object looks like on the wire and in canonical form.

use super::pack::{ABSENT, FAIL, KIND, LEAVE, LIMIT, LIST, NAME, OBJECT, SIMPLE, TEXTS, USAGES, same};

/// An object's fields.
#[derive(Debug)]
pub(crate) struct Table {
    /// The fields, [packed](super::pack::pack): as structures with pointers in them, they would take four times as much of a page's
    /// bytes.
    pub(super) packed: &'static str,
    /// The tables of its fields, in their order.
    pub(super) tables: &'static [Option<&'static Table>],
    /// Set when the fields depend on the value of one of them.
    pub(crate) union: Option<Union>,
    /// Whether `null` means the same as no field at all. PHP servers leave nulls out or send them;
    /// a caller's `null` is a mistake (and is what `JSON.stringify` makes of `NaN`).
    pub(crate) null_is_absent: bool,
}

/// Makes a [`Table`] of a list of fields, packed while it is compiled.
macro_rules! table {
    ($fields:expr, union: $union:expr, null_is_absent: $null_is_absent:expr $(,)?) => {{
        use $crate::scan::pack::{pack, packed_length, packed_text, table_count, tables_of};
        const UNPACKED: &[$crate::scan::Field] = $fields;
        static PACKED: [u8; packed_length(UNPACKED)] = pack(UNPACKED);
        static TABLES: [Option<&$crate::scan::Table>; table_count(UNPACKED)] = tables_of(UNPACKED);
        $crate::scan::Table::new(packed_text(&PACKED), &TABLES, $union, $null_is_absent)
    }};
}
pub(crate) use table;

impl Table {
    pub(crate) const fn new(
        packed: &'static str,
        tables: &'static [Option<&'static Table>],
        union: Option<Union>,
        null_is_absent: bool,
    ) -> Self {
        Self { packed, tables, union, null_is_absent }
    }

    /// The field that is packed at this place.
    pub(super) fn field_at(&self, place: usize) -> Option<Field> {
        let name = place + NAME;
        let (wire, text) = (self.behind_text(name)?, self.behind_text(self.behind_text(name)?)?);
        let (name, wire) = (self.text(name)?, self.text(wire)?);
        let name = name.get(1..name.len().saturating_sub(2))?;
        let absent = match self.code(place + ABSENT)? {
            LEAVE => Absent::Leave,
            FAIL => Absent::Fail,
            USAGES => Absent::Usages,
            _ => Absent::Write(self.text(text)?),
        };
        Some(Field { wire: if wire.is_empty() { name } else { wire }, name, kind: self.kind_at(place), absent })
    }

    /// What the field at this place begins with in the text that is written: `"name":`.
    pub(super) fn name_at(&self, place: usize) -> &'static str {
        self.text(place + NAME).unwrap_or_default()
    }

    /// The place of the field after the one at this place; `None` behind the last one.
    pub(super) fn after(&self, place: usize) -> Option<usize> {
        Some(place + usize::from(self.code(place)?))
    }

    /// The index and place of the field that the text that is read, or with `is_written` the one that is written, calls
    /// so. The search starts at `from`, and ends there too.
    pub(super) fn find(&self, name: &[u8], is_written: bool, from: (usize, usize)) -> Option<(usize, usize)> {
        let packed = self.packed.as_bytes();
        let length = |place: usize| packed.get(place).map_or(0, |length| usize::from(*length));
        let is_at = |place: usize| packed.get(place..place + name.len()) == Some(name);
        let (mut index, mut place) = from;
        loop {
            let own = place + NAME;
            let wire = own + 1 + length(own);
            let is_called_so = if is_written || length(wire) == 0 {
                length(own) == name.len() + 3 && is_at(own + 2)
            } else {
                length(wire) == name.len() && is_at(wire + 1)
            };
            if is_called_so {
                return Some((index, place));
            }
            (index, place) = self.after(place).map_or((0, 0), |next| (index + 1, next));
            if place == from.1 {
                return None;
            }
        }
    }

    fn code(&self, place: usize) -> Option<u8> {
        self.packed.as_bytes().get(place).copied()
    }

    /// The text whose length stands at this place.
    fn text(&self, place: usize) -> Option<&'static str> {
        self.packed.get(place + 1..self.behind_text(place)?)
    }

    fn behind_text(&self, place: usize) -> Option<usize> {
        Some(place + 1 + usize::from(self.code(place)?))
    }

    pub(super) fn kind_at(&self, place: usize) -> Kind {
        self.kind(self.code(place + KIND).unwrap_or(0))
    }

    fn kind(&self, code: u8) -> Kind {
        let index = usize::from(code & 15);
        let table = self.tables.get(index).copied().flatten();
        match (code >> 4, table) {
            (0, _) => SIMPLE.get(index).copied().unwrap_or(Kind::Raw),
            (OBJECT, Some(table)) => Kind::Object(table),
            (LIST, Some(table)) => Kind::List(table),
            (LIMIT, Some(table)) => Kind::Limit(table),
            _ => {
                let (min, max) = TEXTS.get(index).copied().unwrap_or((0, usize::MAX));
                Kind::Text { min, max }
            }
        }
    }
}

/// One field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// Its name in the text that is read.
    pub(crate) wire: &'static str,
    /// Its name in the text that is written.
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) absent: Absent,
}

impl Field {
    pub(crate) const fn new(name: &'static str, kind: Kind, absent: Absent) -> Self {
        Self { wire: name, name, kind, absent }
    }

    pub(crate) const fn renamed(wire: &'static str, name: &'static str, kind: Kind, absent: Absent) -> Self {
        Self { wire, name, kind, absent }
    }
}

/// What to write for a field that did not come.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Absent {
    /// Nothing.
    Leave,
    /// It is essential: the text is refused.
    Fail,
    /// This JSON text.
    Write(&'static str),
    /// The customer's usages are unknown or none: see [`Usages`](super::Usages).
    Usages,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A string of `min..=max` characters.
    Text {
        min: usize,
        max: usize,
    },
    /// A finite number.
    Number,
    /// An integer that a double holds exactly, written as such.
    Integer,
    Bool,
    /// A decimal in a string, such as `"24.90"`: up to 15 digits, and 4 behind the point.
    Decimal,
    /// `2018-01-19T09:45:00+0100` or RFC 3339; written as RFC 3339.
    Date,
    /// A list of strings; also an object with numbered keys, as PHP writes an array with gaps.
    Texts {
        blanks: bool,
    },
    /// An object of strings; also `[]`, as PHP writes an empty one.
    Map,
    /// An object; also `[]`.
    Object(&'static Table),
    /// A list of objects; also an object with numbered keys.
    List(&'static Table),
    /// A usage limit: an object, or `{}` for none, which becomes `null`.
    Limit(&'static Table),
    /// A rule's usages by all customers, of which the customer's own are kept.
    Usages,
    /// Whether it is there at all.
    Presence,
    /// Whatever it is, as it stands.
    Raw,
}

/// A string that the server sends, of any length that fits into the answer.
pub(crate) const TEXT: Kind = Kind::Text { min: 0, max: usize::MAX };
/// The same, but never empty: an id, a token.
pub(crate) const ID: Kind = Kind::Text { min: 1, max: usize::MAX };

/// Fields that depend on the value of a tag field. Bit `i` of a set stands for field `i`.
#[derive(Debug)]
pub(crate) struct Union {
    /// The index of the tag field, whose name is `type`.
    pub(crate) tag: usize,
    /// The fields that every member has.
    pub(crate) common: u64,
    /// The tag's values, and the fields that each adds.
    pub(crate) members: &'static [(&'static str, u64)],
}

/// The set of the named fields, for a [`Union`].
pub(crate) const fn set_of(fields: &[Field], names: &[&str]) -> u64 {
    let mut set = 0;
    let mut n = 0;
    while n < names.len() {
        set |= 1 << index_of(fields, names[n]);
        n += 1;
    }
    set
}

/// The index of the field with this name.
pub(crate) const fn index_of(fields: &[Field], name: &str) -> usize {
    let mut i = 0;
    while !same(fields[i].name, name) {
        i += 1;
    }
    i
}

#[cfg(test)]
mod tests {
    use super::{Absent, Field, Kind, Table};

    static INNER: Table = table!(&[], union: None, null_is_absent: true);

    const FIELDS: &[Field] = &[
        Field::new("raw", Kind::Raw, Absent::Fail),
        Field::renamed("on_the_wire", "number", Kind::Number, Absent::Leave),
        Field::new("integer", Kind::Integer, Absent::Write("0")),
        Field::new("bool", Kind::Bool, Absent::Write("false")),
        Field::new("object", Kind::Object(&INNER), Absent::Leave),
        Field::new("decimal", Kind::Decimal, Absent::Fail),
        Field::new("date", Kind::Date, Absent::Fail),
        Field::new("texts", Kind::Texts { blanks: false }, Absent::Write("[]")),
        Field::new("blanks", Kind::Texts { blanks: true }, Absent::Write("")),
        Field::new("list", Kind::List(&INNER), Absent::Write("[]")),
        Field::new("map", Kind::Map, Absent::Write("{}")),
        Field::new("usages", Kind::Usages, Absent::Usages),
        Field::new("limit", Kind::Limit(&INNER), Absent::Write("null")),
        Field::new("presence", Kind::Presence, Absent::Leave),
        Field::new("text", Kind::Text { min: 0, max: usize::MAX }, Absent::Leave),
        Field::new("token", Kind::Text { min: 1, max: 16_384 }, Absent::Fail),
    ];

    static TABLE: Table = table!(FIELDS, union: None, null_is_absent: false);

    #[test]
    fn what_is_packed_is_read_again() {
        let mut place = 0;
        for (index, field) in FIELDS.iter().enumerate() {
            let unpacked = TABLE.field_at(place);
            assert_eq!(format!("{unpacked:?}"), format!("{:?}", Some(field)));
            assert_eq!(TABLE.name_at(place), format!("\"{}\":", field.name));
            assert_eq!(format!("{:?}", TABLE.kind_at(place)), format!("{:?}", field.kind));
            let next = TABLE.after(place).expect("a field is there");
            for from in [(0, 0), (index, place), (index + 1, next)] {
                assert_eq!(TABLE.find(field.wire.as_bytes(), false, from), Some((index, place)));
                assert_eq!(TABLE.find(field.name.as_bytes(), true, from), Some((index, place)));
            }
            place = next;
        }
        let behind = (FIELDS.len(), place);
        assert_eq!(TABLE.find(b"raw", false, behind), Some((0, 0)));
        for absent in ["on_the_wire", "none", ""] {
            assert_eq!(TABLE.find(absent.as_bytes(), true, behind), None);
        }
        assert!(TABLE.field_at(place).is_none() && TABLE.after(place).is_none());
        assert!(INNER.field_at(0).is_none() && INNER.after(0).is_none());
    }
}
