//! The vocabulary of tables: what an object looks like on the wire and in canonical form.

/// An object's fields.
#[derive(Debug)]
pub(crate) struct Table {
    /// The fields, [packed](pack): as structures with pointers in them, they would take four times as much of a page's
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
        use $crate::scan::table::{pack, packed_length, packed_text, table_count, tables_of};
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

    /// The field that is packed at this place, and the place of the next one.
    pub(super) fn field_at(&self, place: usize) -> Option<(Field, usize)> {
        let code = |place: usize| self.packed.as_bytes().get(place).copied();
        let text = |place: usize| {
            let end = place + 1 + usize::from(code(place)?);
            Some((self.packed.get(place + 1..end)?, end))
        };
        let (wire, place) = text(place)?;
        let (name, place) = text(place)?;
        let kind = self.kind(code(place)?);
        let place = place + 2;
        let (absent, place) = match code(place - 1)? {
            LEAVE => (Absent::Leave, place),
            FAIL => (Absent::Fail, place),
            USAGES => (Absent::Usages, place),
            _ => {
                let (written, place) = text(place)?;
                (Absent::Write(written), place)
            }
        };
        Some((Field { wire, name: if name.is_empty() { wire } else { name }, kind, absent }, place))
    }

    /// The fields, in the order of the table.
    pub(crate) fn fields(&self) -> impl Iterator<Item = Field> {
        let mut next = 0;
        core::iter::from_fn(move || {
            let (field, place) = self.field_at(next)?;
            next = place;
            Some(field)
        })
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

const LEAVE: u8 = 0;
const FAIL: u8 = 1;
const USAGES: u8 = 2;
const WRITE: u8 = 3;

/// What stands in the high half of a kind's code. In the low half stands an index: into [`SIMPLE`], the table's own
/// tables, or [`TEXTS`].
const OBJECT: u8 = 1;
const LIST: u8 = 2;
const LIMIT: u8 = 3;
const TEXT_CODE: u8 = 4;

/// Kinds that say all by themselves, by their codes.
const SIMPLE: [Kind; 11] = [
    Kind::Raw,
    Kind::Number,
    Kind::Integer,
    Kind::Bool,
    Kind::Decimal,
    Kind::Date,
    Kind::Texts { blanks: false },
    Kind::Texts { blanks: true },
    Kind::Map,
    Kind::Usages,
    Kind::Presence,
];

/// The bounds that texts have.
const TEXTS: [(usize, usize); 7] =
    [(0, usize::MAX), (1, usize::MAX), (1, 255), (1, 1000), (1, 2048), (1, 4096), (1, 16_384)];

const fn code_of(kind: Kind, tables_before: u8) -> u8 {
    match kind {
        Kind::Raw => 0,
        Kind::Number => 1,
        Kind::Integer => 2,
        Kind::Bool => 3,
        Kind::Decimal => 4,
        Kind::Date => 5,
        Kind::Texts { blanks: false } => 6,
        Kind::Texts { blanks: true } => 7,
        Kind::Map => 8,
        Kind::Usages => 9,
        Kind::Presence => 10,
        Kind::Object(_) => OBJECT << 4 | tables_before,
        Kind::List(_) => LIST << 4 | tables_before,
        Kind::Limit(_) => LIMIT << 4 | tables_before,
        Kind::Text { min, max } => {
            let mut index = 0;
            // A table with other bounds does not compile.
            while TEXTS[index as usize].0 != min || TEXTS[index as usize].1 != max {
                index += 1;
            }
            TEXT_CODE << 4 | index
        }
    }
}

const fn table_in(kind: Kind) -> Option<&'static Table> {
    match kind {
        Kind::Object(table) | Kind::List(table) | Kind::Limit(table) => Some(table),
        _ => None,
    }
}

/// How many tables the fields name.
pub(crate) const fn table_count(fields: &[Field]) -> usize {
    let (mut count, mut i) = (0, 0);
    while i < fields.len() {
        count += table_in(fields[i].kind).is_some() as usize;
        i += 1;
    }
    count
}

/// The tables that the fields name.
pub(crate) const fn tables_of<const N: usize>(fields: &[Field]) -> [Option<&'static Table>; N] {
    let mut tables = [None; N];
    let (mut count, mut i) = (0, 0);
    while i < fields.len() {
        if let Some(table) = table_in(fields[i].kind) {
            tables[count] = Some(table);
            count += 1;
        }
        i += 1;
    }
    tables
}

/// How many bytes the fields take when they are packed.
pub(crate) const fn packed_length(fields: &[Field]) -> usize {
    let (mut length, mut i) = (0, 0);
    while i < fields.len() {
        length += 4 + fields[i].wire.len();
        if !same(fields[i].wire, fields[i].name) {
            length += fields[i].name.len();
        }
        if let Absent::Write(text) = fields[i].absent {
            length += 1 + text.len();
        }
        i += 1;
    }
    length
}

/// Packs fields: of each, its name in the text that is read and, if it is another, in the text that is written, each
/// with its length in front; the code of its kind; and of what stands in for it, with the text if there is one. All of
/// it is ASCII.
pub(crate) const fn pack<const N: usize>(fields: &[Field]) -> [u8; N] {
    let (mut packed, mut at, mut i) = ([0; N], 0, 0);
    let mut tables = 0;
    while i < fields.len() {
        let Field { wire, name, kind, absent } = fields[i];
        (packed, at) = put(packed, at, wire);
        (packed, at) = put(packed, at, if same(wire, name) { "" } else { name });
        packed[at] = code_of(kind, tables);
        tables += table_in(kind).is_some() as u8;
        packed[at + 1] = match absent {
            Absent::Leave => LEAVE,
            Absent::Fail => FAIL,
            Absent::Usages => USAGES,
            Absent::Write(_) => WRITE,
        };
        at += 2;
        if let Absent::Write(text) = absent {
            (packed, at) = put(packed, at, text);
        }
        i += 1;
    }
    packed
}

const fn put<const N: usize>(mut packed: [u8; N], at: usize, text: &str) -> ([u8; N], usize) {
    assert!(text.len() < 128, "a length is one ASCII character");
    #[expect(clippy::cast_possible_truncation, reason = "it is less than 128")]
    let length = text.len() as u8;
    packed[at] = length;
    let mut i = 0;
    while i < text.len() {
        packed[at + 1 + i] = text.as_bytes()[i];
        i += 1;
    }
    (packed, at + 1 + text.len())
}

/// What was packed, as the text that it is.
pub(crate) const fn packed_text(packed: &[u8]) -> &str {
    match core::str::from_utf8(packed) {
        Ok(text) => text,
        Err(_) => panic!("names are ASCII"),
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
    /// The index of the tag field.
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
        let mut i = 0;
        while !same(fields[i].name, names[n]) {
            i += 1;
        }
        set |= 1 << i;
        n += 1;
    }
    set
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
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
        let unpacked: Vec<Field> = TABLE.fields().collect();
        assert_eq!(format!("{unpacked:?}"), format!("{FIELDS:?}"));
        assert_eq!(INNER.fields().count(), 0);
    }
}
