//! Numbers as JSON text: whether one is finite, and what it is, without `str::parse::<f64>`
//! (15 KB of wasm for digits that no price has).

use crate::text::split_once;

/// 2^1024 - 2^970, the least value that rounds to infinity, starts with these digits and has 309 of them.
/// What else starts so is taken for infinite too: it would take 289 digits more to tell.
const OVERFLOW_DIGITS: &[u8; 20] = b"17976931348623158079";
const OVERFLOW_LENGTH: i64 = 309;

/// A valid JSON number, taken apart.
struct Parts<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    /// Saturated: ten digits of exponent overflow or vanish whatever stands before them.
    exponent: i64,
}

fn parts(text: &str) -> Parts<'_> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = split_once(text, b'e').or_else(|| split_once(text, b'E')).unwrap_or((text, ""));
    let (whole, fraction) = split_once(mantissa, b'.').unwrap_or((mantissa, ""));
    let (down, digits) = match exponent.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    let size = digits.iter().fold(
        0_i64,
        |size, digit| {
            if size > 1_000_000_000 { size } else { size * 10 + i64::from(digit - b'0') }
        },
    );
    Parts {
        negative,
        whole: whole.as_bytes(),
        fraction: fraction.as_bytes(),
        exponent: if down { -size } else { size },
    }
}

/// Whether the number `text` (valid JSON) is finite as a double.
pub(crate) fn is_finite(text: &str) -> bool {
    let parts = parts(text);
    let mut digits = parts.whole.iter().chain(parts.fraction).copied();
    let zeros = parts.whole.iter().chain(parts.fraction).take_while(|digit| **digit == b'0').count();
    let length = signed(parts.whole.len()) - signed(zeros) + parts.exponent;
    if zeros == parts.whole.len() + parts.fraction.len() || length < OVERFLOW_LENGTH {
        return true;
    }
    if length > OVERFLOW_LENGTH {
        return false;
    }
    let mut rest = digits.by_ref().skip(zeros);
    for limit in OVERFLOW_DIGITS {
        let digit = rest.next().unwrap_or(b'0');
        if digit != *limit {
            return digit < *limit;
        }
    }
    false
}

fn signed(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// The powers of ten that a double holds exactly.
const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// The number's value if one exact operation gives it: at most 15 significant digits and a power of
/// ten within 22 (Clinger's fast path). Prices, points and times are all of this kind.
pub(crate) fn exact(text: &str) -> Option<f64> {
    let parts = parts(text);
    let mut mantissa: u64 = 0;
    let mut significant = 0;
    let mut dropped_zeros: i64 = 0;
    for digit in parts.whole.iter().chain(parts.fraction) {
        if significant > 0 || *digit != b'0' {
            significant += 1;
        }
        if significant > 15 {
            // Zeros past the fifteenth digit only move the point.
            if *digit != b'0' {
                return None;
            }
            dropped_zeros += 1;
            continue;
        }
        mantissa = mantissa * 10 + u64::from(digit - b'0');
    }
    #[expect(clippy::cast_precision_loss, reason = "fifteen digits are exact")]
    let value = mantissa as f64;
    let power = parts.exponent - signed(parts.fraction.len()) + dropped_zeros;
    let scale = EXACT_POWERS.get(usize::try_from(power.unsigned_abs()).ok()?);
    let value = match (mantissa, scale) {
        (0, _) => 0.0,
        (_, None) => return None,
        (_, Some(scale)) if power < 0 => value / scale,
        (_, Some(scale)) => value * scale,
    };
    Some(if parts.negative { -value } else { value })
}

/// The largest integer that a double and JavaScript's `Number.isSafeInteger` hold exactly.
pub(crate) const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// The number as an integer that JavaScript holds exactly, however it is written (`2`, `2.0`, `2e0`).
pub(crate) fn safe_integer(text: &str) -> Option<i64> {
    let parts = parts(text);
    let digits = || parts.whole.iter().chain(parts.fraction);
    let mut left = signed(parts.whole.len()) + parts.exponent;
    let mut value: u64 = 0;
    for digit in digits() {
        if left > 0 {
            value = value * 10 + u64::from(digit - b'0');
            if value > MAX_SAFE_INTEGER {
                return None;
            }
            left -= 1;
        } else if *digit != b'0' {
            return None;
        }
    }
    while left > 0 && value > 0 {
        value *= 10;
        if value > MAX_SAFE_INTEGER {
            return None;
        }
        left -= 1;
    }
    let value = i64::try_from(value).ok()?;
    Some(if parts.negative { -value } else { value })
}

/// Whether a text is `^\d{1,15}(\.\d{1,4})?$`.
pub(crate) fn is_decimal(text: &str) -> bool {
    let (whole, fraction) = split_once(text, b'.').unwrap_or((text, "0"));
    let is_digits =
        |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    is_digits(whole, 15) && is_digits(fraction, 4)
}

#[cfg(test)]
mod tests {
    use super::{MAX_SAFE_INTEGER, exact, is_decimal, is_finite, safe_integer};
    use proptest::prelude::*;

    /// The oracle: the standard library's correctly rounded parser.
    fn parsed(text: &str) -> f64 {
        text.parse().expect("a JSON number is a number of Rust's too")
    }

    /// Numbers of every kind that JSON has.
    fn numbers() -> impl Strategy<Value = String> {
        prop_oneof![
            "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,24})?([eE][+-]?[0-9]{1,3})?",
            "-?(0|[1-9][0-9]{0,7})(\\.[0-9]{1,4})?",
            "-?[1-9][0-9]{13,18}(\\.0{1,3})?",
            "-?[1-9][0-9]{0,2}\\.[0-9]{13,15}",
            "-?0\\.0{0,30}[0-9]{1,18}",
            "-?[1-9][0-9]{0,17}0{0,40}",
            "-?[1-9][0-9]{0,30}(\\.[0-9]{1,20})?[eE]\\+?(29|30|31)[0-9]",
            "-?17976931348623(15[78][0-9]{0,12})(\\.[0-9]{1,3})?[eE](28|29|30)[0-9]",
            any::<f64>().prop_filter("JSON has finite ones only", |n| n.is_finite()).prop_map(|n| format!("{n:e}")),
            any::<f64>().prop_filter("JSON has finite ones only", |n| n.is_finite()).prop_map(|n| n.to_string()),
            any::<i64>().prop_map(|n| n.to_string()),
            (-3_i64..=3).prop_map(|n| (9_007_199_254_740_991 + n).to_string()),
        ]
    }

    /// `2^1024 - 2^970`, the least number that rounds to infinity.
    const OVERFLOW: &str = "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880177904174497792";

    #[test]
    fn the_least_overflow_is_not_finite_however_it_is_written() {
        let below = format!("1797693134862315807{}", "8".repeat(290));
        assert!(parsed(OVERFLOW).is_infinite() && parsed(&below).is_finite());
        for text in [OVERFLOW, &below] {
            assert_eq!(is_finite(text), parsed(text).is_finite(), "{text}");
            for (point, exponent) in [(1, 308), (20, 289), (300, 9)] {
                let moved = format!("-{}.{}e{exponent}", &text[..point], &text[point..]);
                assert_eq!(is_finite(&moved), parsed(&moved).is_finite(), "{moved}");
            }
        }
    }

    #[test]
    fn extreme_exponents_are_understood() {
        for text in ["1e309", "1e999", "-1e99999999999999999999", "0.1e310", "1000e306", "0.000001e+320"] {
            assert!(!is_finite(text), "{text}");
        }
        for text in
            ["0e999", "0.000e99999999999999999999", "-0", "1e-99999999999999999999", "1e308", "0.0001e312", "10e-400"]
        {
            assert!(is_finite(text), "{text}");
        }
        let zeros = "0".repeat(1_000);
        assert!(is_finite(&format!("0.{zeros}1e1000")));
        assert!(is_finite(&format!("0.{zeros}1e1309")));
        assert!(!is_finite(&format!("0.{zeros}1e1310")));
        assert!(is_finite(&format!("1{zeros}e-1000")));
        assert!(!is_finite(&format!("1{zeros}")));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_number_is_finite_when_its_double_is(text in numbers()) {
            let is_too_close_to_tell = text.replace('.', "").contains("17976931348623158079");
            prop_assume!(!is_too_close_to_tell);
            prop_assert_eq!(is_finite(&text), parsed(&text).is_finite(), "{}", text);
        }

        #[test]
        fn an_exact_value_is_the_double_bit_by_bit(text in numbers()) {
            if let Some(value) = exact(&text) {
                prop_assert_eq!(value.to_bits(), parsed(&text).to_bits(), "{}", text);
            }
        }

        #[test]
        fn prices_and_times_are_exact(text in "-?(0|[1-9][0-9]{0,9})(\\.[0-9]{1,5})?") {
            prop_assert!(exact(&text).is_some(), "{}", text);
        }

        #[test]
        fn a_safe_integer_is_the_doubles(text in numbers()) {
            let double = parsed(&text);
            #[expect(clippy::cast_precision_loss, reason = "it is exact")]
            let is_safe = double.fract() == 0.0 && double.abs() <= MAX_SAFE_INTEGER as f64;
            match safe_integer(&text) {
                Some(integer) => {
                    prop_assert!(integer.unsigned_abs() <= MAX_SAFE_INTEGER);
                    #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "both are exact")]
                    let same = integer as f64 == double;
                    prop_assert!(same, "{}", text);
                }
                // What a double has no digits for may round to an integer that was none, or to zero.
                None => prop_assert!(!is_safe || text.len() > 16 || double == 0.0, "{}", text),
            }
        }

        #[test]
        fn integers_are_read_back(integer in -9_007_199_254_740_991_i64..=9_007_199_254_740_991, zeros in 0_usize..20) {
            let text = integer.to_string();
            prop_assert_eq!(safe_integer(&text), Some(integer));
            prop_assert_eq!(safe_integer(&format!("{text}.{}", "0".repeat(zeros + 1))), Some(integer));
            prop_assert_eq!(safe_integer(&format!("{text}{}e-{zeros}", "0".repeat(zeros))), Some(integer));
            prop_assert_eq!(safe_integer(&format!("{text}.5")), None);
        }

        #[test]
        fn decimals_are_digits_with_a_point(text in "[0-9.,+e -]{0,22}") {
            let parts: Vec<&str> = text.split('.').collect();
            let is_digits = |part: &str, most| !part.is_empty() && part.len() <= most && part.chars().all(|c| c.is_ascii_digit());
            let expected = match parts.as_slice() {
                [whole] => is_digits(whole, 15),
                [whole, fraction] => is_digits(whole, 15) && is_digits(fraction, 4),
                _ => false,
            };
            prop_assert_eq!(is_decimal(&text), expected, "{}", text);
        }

        #[test]
        fn any_decimal_is_one(text in "[0-9]{1,15}(\\.[0-9]{1,4})?") {
            prop_assert!(is_decimal(&text));
        }
    }

    #[test]
    fn decimals_have_limits() {
        for text in ["0", "24.90", "000", "999999999999999.9999", "0.0001"] {
            assert!(is_decimal(text), "{text}");
        }
        for text in
            ["", ".", "1.", ".5", "1.23456", "1234567890123456", "1,5", "-1", "+1", "1e3", " 1", "1 ", "1.2.3", "１"]
        {
            assert!(!is_decimal(text), "{text}");
        }
    }
}
