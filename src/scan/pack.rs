//! Tables as they are in the wasm: fields as one text, made while it is compiled.

use super::table::{Absent, Field, Kind, Table};

pub(super) const LEAVE: u8 = 0;
pub(super) const FAIL: u8 = 1;
pub(super) const USAGES: u8 = 2;
const WRITE: u8 = 3;

/// What stands in the high half of a kind's code. In the low half stands an index: into [`SIMPLE`], the table's own
/// tables, or [`TEXTS`].
pub(super) const OBJECT: u8 = 1;
pub(super) const LIST: u8 = 2;
pub(super) const LIMIT: u8 = 3;
const TEXT_CODE: u8 = 4;

/// Kinds that say all by themselves, by their codes.
pub(super) const SIMPLE: [Kind; 11] = [
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
pub(super) const TEXTS: [(usize, usize); 7] =
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
        length += NAME + 5 + fields[i].name.len();
        if !same(fields[i].wire, fields[i].name) {
            length += fields[i].wire.len();
        }
        if let Absent::Write(text) = fields[i].absent {
            length += 1 + text.len();
        }
        i += 1;
    }
    length
}

/// Where the parts of a packed field are that are no texts.
pub(super) const KIND: usize = 1;
pub(super) const ABSENT: usize = 2;
pub(super) const NAME: usize = 3;

/// Packs fields: of each, how many bytes it takes; the code of its kind, and of what stands in for it; and three texts,
/// each with its length in front: its name in the text that is written, with quotes and colon; in the text that is
/// read, if it is another; and what stands in for it, if that is a text. All of it is ASCII.
pub(crate) const fn pack<const N: usize>(fields: &[Field]) -> [u8; N] {
    assert!(fields.len() <= 64, "a set of fields has 64 bits");
    let (mut packed, mut at, mut i) = ([0; N], 0, 0);
    let mut tables = 0;
    while i < fields.len() {
        let Field { wire, name, kind, absent } = fields[i];
        let start = at;
        packed[start + KIND] = code_of(kind, tables);
        tables += table_in(kind).is_some() as u8;
        packed[start + ABSENT] = match absent {
            Absent::Leave => LEAVE,
            Absent::Fail => FAIL,
            Absent::Usages => USAGES,
            Absent::Write(_) => WRITE,
        };
        (packed, at) = put(packed, start + NAME + 1, name);
        packed[start + NAME] = ascii(name.len() + 3);
        packed[start + NAME + 1] = b'"';
        packed[at] = b'"';
        packed[at + 1] = b':';
        (packed, at) = put(packed, at + 2, if same(wire, name) { "" } else { wire });
        if let Absent::Write(text) = absent {
            (packed, at) = put(packed, at, text);
        }
        packed[start] = ascii(at - start);
        i += 1;
    }
    packed
}

const fn put<const N: usize>(mut packed: [u8; N], at: usize, text: &str) -> ([u8; N], usize) {
    packed[at] = ascii(text.len());
    let mut i = 0;
    while i < text.len() {
        packed[at + 1 + i] = text.as_bytes()[i];
        i += 1;
    }
    (packed, at + 1 + text.len())
}

#[expect(clippy::cast_possible_truncation, reason = "it is less than 128")]
const fn ascii(length: usize) -> u8 {
    assert!(length < 128, "a length is one ASCII character");
    length as u8
}

/// What was packed, as the text that it is.
pub(crate) const fn packed_text(packed: &[u8]) -> &str {
    match core::str::from_utf8(packed) {
        Ok(text) => text,
        Err(_) => panic!("names are ASCII"),
    }
}

pub(super) const fn same(a: &str, b: &str) -> bool {
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
