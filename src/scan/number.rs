//! Numbers as JSON text: whether one is finite, and what it is, without `str::parse::<f64>`
//! (15 KB of wasm for digits that no price has).

/// 2^1024 - 2^970, the least value that rounds to infinity, starts with these digits and has 309 of them.
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
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, ""));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
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
    // Without an exponent it takes 309 digits to overflow.
    if text.len() < 300 && !text.bytes().any(|b| b | 0x20 == b'e') {
        return true;
    }
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
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits =
        |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    is_digits(whole, 15) && is_digits(fraction, 4)
}
