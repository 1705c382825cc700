//! The vocabulary of tables: what an object looks like on the wire and in canonical form.

/// An object's fields.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) fields: &'static [Field],
    /// Set when the fields depend on the value of one of them.
    pub(crate) union: Option<Union>,
    /// Whether `null` means the same as no field at all. PHP servers leave nulls out or send them;
    /// a caller's `null` is a mistake (and is what `JSON.stringify` makes of `NaN`).
    pub(crate) null_is_absent: bool,
}

/// One field.
#[derive(Debug)]
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
