//! Reading lists of the scanner's text.

use super::texts::Texts;
use crate::scan::syntax::{Cursor, Shape};
use crate::scan::{Fault, Record, Table, Usages, decode, unquote};

/// Calls `each` with the text of each element of an array.
pub(super) fn elements(
    json: &str,
    what: &'static str,
    each: &mut dyn FnMut(&str) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut cursor = Cursor::new(json.as_bytes());
    if cursor.shape() != Shape::Array {
        return Err(Fault::expected(what));
    }
    cursor.open();
    let mut index = 0;
    while cursor.more(index == 0, b']') {
        cursor.shape();
        let start = cursor.mark();
        cursor.skip();
        each(cursor.since(start)).map_err(|fault| fault.at_index(index))?;
        index += 1;
    }
    cursor.take_fault().map_or(Ok(()), Err)
}

/// Calls `each` with each element of a list of objects.
pub(super) fn objects(
    json: &str,
    table: &'static Table,
    each: &mut dyn FnMut(&Record) -> Result<(), Fault>,
) -> Result<(), Fault> {
    elements(json, "a list of objects", &mut |json| each(&decode(json.as_bytes(), table, Usages::Nobody)?))
}

/// Appends the number of a text.
pub(super) fn text(json: &str, texts: &mut Texts, numbers: &mut Vec<u32>) -> Result<(), Fault> {
    let text = unquote(json).ok_or_else(|| Fault::expected("a string"))?;
    numbers.push(texts.text(&text));
    Ok(())
}

/// Appends the numbers of a list of texts.
pub(super) fn texts(json: &str, texts: &mut Texts, numbers: &mut Vec<u32>) -> Result<(), Fault> {
    elements(json, "a list of strings", &mut |json| text(json, texts, numbers))
}
