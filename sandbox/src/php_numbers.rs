//! Arithmetic and comparison as PHP 7 and 8 have them, where Rust's differ.

/// `round($value, 2)` before PHP 8.4: first to the 15 significant digits that a float surely has, then to the
/// decimals that were asked for; half away from zero.
pub(crate) fn round_to_cents(value: f64) -> f64 {
    if !value.is_finite() || value == 0.0 {
        return value;
    }
    // Digits behind the point that 15 significant ones leave.
    #[expect(clippy::cast_possible_truncation, reason = "the exponent of a finite float")]
    let precise = 14 - value.abs().log10().floor() as i32;
    let scaled = if (3..17).contains(&precise) {
        half_away_from_zero(value * 10_f64.powi(precise)) / 10_f64.powi(precise - 2)
    } else {
        value * 100.0
    };
    if scaled.abs() >= 1e15 {
        return value;
    }
    half_away_from_zero(scaled) / 100.0
}

fn half_away_from_zero(value: f64) -> f64 {
    if value >= 0.0 { (value + 0.5).floor() } else { (value - 0.5).ceil() }
}

/// `$a == $b` of two texts, on PHP 8: numeric ones compare as numbers.
pub(crate) fn loosely_equal(a: &str, b: &str) -> bool {
    match (numeric(a), numeric(b)) {
        (Some(Numeric::Integer(a)), Some(Numeric::Integer(b))) => a == b,
        (Some(Numeric::Overflow(x)), Some(Numeric::Overflow(y))) if same(x, y) => a == b,
        (Some(x), Some(y)) => same(x.float(), y.float()),
        _ => a == b,
    }
}

#[expect(clippy::float_cmp, reason = "so does PHP")]
fn same(a: f64, b: f64) -> bool {
    a == b
}

#[derive(Clone, Copy)]
enum Numeric {
    Integer(i64),
    Float(f64),
    /// An integer that a machine word does not hold.
    Overflow(f64),
}

impl Numeric {
    #[expect(clippy::cast_precision_loss, reason = "as PHP casts")]
    fn float(self) -> f64 {
        match self {
            Self::Integer(value) => value as f64,
            Self::Float(value) | Self::Overflow(value) => value,
        }
    }
}

/// The number that a text is, if the whole of it is one: blanks around it, a sign, a fraction, an exponent.
fn numeric(text: &str) -> Option<Numeric> {
    let blanks = [' ', '\t', '\n', '\r', '\u{b}', '\u{c}'];
    let text = text.trim_matches(blanks);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits_of = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits_of(unsigned);
    let rest = &unsigned[whole..];
    if rest.is_empty() && whole > 0 {
        let float = text.parse().ok()?;
        return Some(text.parse().map_or(Numeric::Overflow(float), Numeric::Integer));
    }
    let after_point = rest.strip_prefix('.');
    let fraction = after_point.map_or(0, digits_of);
    if whole + fraction == 0 {
        return None;
    }
    let rest = after_point.map_or(rest, |rest| &rest[fraction..]);
    let is_number = match rest.strip_prefix(['e', 'E']) {
        None => rest.is_empty(),
        Some(exponent) => {
            let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            !exponent.is_empty() && digits_of(exponent) == exponent.len()
        }
    };
    if is_number { text.parse().ok().map(Numeric::Float) } else { None }
}

#[cfg(test)]
mod tests {
    use super::{loosely_equal, round_to_cents};

    #[test]
    #[expect(clippy::float_cmp, reason = "to the last bit")]
    fn rounds_as_php_does() {
        let cases = [
            (1.005, 1.01),
            (5.055, 5.06),
            (-1.005, -1.01),
            (0.004, 0.0),
            (0.005, 0.01),
            (-0.005, -0.01),
            (1.955, 1.96),
            (1e15, 1e15),
            (123_456_789_012.345, 123_456_789_012.35),
            (0.0, 0.0),
        ];
        for (value, rounded) in cases {
            assert_eq!(round_to_cents(value), rounded, "{value}");
        }
        assert!(round_to_cents(f64::NAN).is_nan());
        assert_eq!(round_to_cents(f64::INFINITY), f64::INFINITY);
    }

    #[test]
    fn compares_as_php_does() {
        let equal = [
            ("1e3", "1000"),
            ("0123", "123.0"),
            (" 12", "12"),
            ("12 ", "12"),
            ("+1", "1"),
            (".5", "0.50"),
            ("1.", "1"),
            ("-0", "0"),
            ("", ""),
            ("abc", "abc"),
            ("9007199254740993", "9007199254740993"),
        ];
        for (a, b) in equal {
            assert!(loosely_equal(a, b) && loosely_equal(b, a), "{a:?} {b:?}");
        }
        let different = [
            ("abc", "ABC"),
            ("12a", "12"),
            ("", "0"),
            (" ", ""),
            ("e3", "0"),
            ("1e", "1"),
            ("0x1A", "26"),
            ("inf", "INF"),
            ("9007199254740993", "9007199254740992"),
            ("99999999999999999998", "99999999999999999999"),
        ];
        for (a, b) in different {
            assert!(!loosely_equal(a, b) && !loosely_equal(b, a), "{a:?} {b:?}");
        }
    }
}
