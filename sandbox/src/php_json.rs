//! JSON as PHP writes it: `/` as `\/`, everything outside ASCII as `\uXXXX`, whole floats without a fraction,
//! four blanks of indentation when pretty.

use std::io::{self, Write};

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

/// The compact form, as the framework's own answers use it.
pub(crate) fn compact(value: &impl Serialize) -> Vec<u8> {
    write(value, PhpFormatter(CompactFormatter))
}

/// The pretty form, as the server's controllers answer (Open Loyalty 3.2.0 sets `JSON_PRETTY_PRINT`).
pub(crate) fn pretty(value: &impl Serialize) -> Vec<u8> {
    write(value, PhpFormatter(PrettyFormatter::with_indent(b"    ")))
}

fn write<F: Formatter>(value: &impl Serialize, formatter: F) -> Vec<u8> {
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, formatter);
    match value.serialize(&mut serializer) {
        Ok(()) => text,
        // Writing to memory can't fail, and every map that gets here has text keys.
        Err(_) => Vec::new(),
    }
}

/// A map as PHP knows it: an empty one can't be told from an empty list, so it is written as `[]`.
#[derive(Debug)]
pub(crate) struct PhpMap<'a, V>(pub(crate) Vec<(&'a str, V)>);

impl<V: Serialize> Serialize for PhpMap<'_, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_empty() {
            return serializer.serialize_seq(Some(0))?.end();
        }
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

struct PhpFormatter<F>(F);

impl<F: Formatter> Formatter for PhpFormatter<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut units = [0; 2];
        for character in fragment.chars() {
            match character {
                '/' => writer.write_all(b"\\/")?,
                character if character.is_ascii() => writer.write_all(&[character as u8])?,
                character => {
                    for unit in character.encode_utf16(&mut units) {
                        write!(writer, "\\u{unit:04x}")?;
                    }
                }
            }
        }
        Ok(())
    }

    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        // PHP 7.1 with `serialize_precision = -1`; beyond 15 digits it would turn to an exponent.
        if value.fract() == 0.0 && value.abs() < 1e15 {
            // The addition turns a negative zero into zero.
            return write!(writer, "{:.0}", value + 0.0);
        }
        self.0.write_f64(writer, value)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}
