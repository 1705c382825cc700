//! Rounding as PHP's `round($x, 2)` does it before PHP 8.4.

/// Rounds to two decimals, halves away from zero, after rounding to 15 significant digits: 1.005
/// becomes 1.01, although the nearest double lies below it.
///
/// What is not finite, or too large to have decimals, stays as it is.
#[inline]
pub(super) fn to_cents(value: f64) -> f64 {
    let scaled = value * 100.0;
    let nearest = (scaled + 0.5).floor();
    // The first rounding moves a value by a few parts in 10^15. This far from a half it decides nothing.
    if scaled.abs() < 1e13 && (scaled - nearest).abs() < 0.45 { nearest / 100.0 } else { near_a_half(value) }
}

#[inline(never)]
fn near_a_half(value: f64) -> f64 {
    let magnitude = value.abs();
    let mut scaled = value * 100.0;
    if (0.01..1e12).contains(&magnitude) {
        // Powers of ten up to 10^22 are exact, and so are their quotients.
        let (mut up, mut down, mut limit) = (1e16, 1e14, 0.1);
        while magnitude >= limit {
            up /= 10.0;
            down /= 10.0;
            limit *= 10.0;
        }
        scaled = half_away_from_zero(value * up) / down;
    } else if scaled.abs() >= 1e15 {
        return value;
    }
    // PHP has a negative zero here, which nobody should see.
    half_away_from_zero(scaled) / 100.0 + 0.0
}

fn half_away_from_zero(value: f64) -> f64 {
    if value < 0.0 { (value - 0.5).ceil() } else { (value + 0.5).floor() }
}

/// Whether a value has two decimals at most, but for the noise of computing it.
pub(super) fn is_cents(value: f64) -> bool {
    let scaled = value * 100.0;
    scaled.abs() < 1e13 && (scaled - (scaled + 0.5).floor()).abs() < 1e-6
}

/// Keeps what overflows at the largest double.
pub(super) fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { f64::MAX.copysign(value) }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "rounding is to the last bit")]
mod tests {
    use super::{finite, half_away_from_zero, is_cents, to_cents};
    use proptest::prelude::*;

    /// The same without a short cut, by the logarithm, as PHP does it.
    fn by_logarithm(value: f64) -> f64 {
        if value == 0.0 || !value.is_finite() {
            return value;
        }
        #[expect(clippy::cast_possible_truncation, reason = "a logarithm is small")]
        let places = 14 - value.abs().log10().floor() as i32;
        let scaled = if places > 2 && places < 17 {
            half_away_from_zero(value * 10f64.powi(places)) / 10f64.powi(places - 2)
        } else if (value * 100.0).abs() < 1e15 {
            value * 100.0
        } else {
            return value;
        };
        half_away_from_zero(scaled) / 100.0
    }

    #[test]
    fn halves_go_away_from_zero_after_fifteen_digits() {
        let cases = [
            (1.005, 1.01),
            (5.055, 5.06),
            (-1.005, -1.01),
            (1.955, 1.96),
            (1.115, 1.12),
            (0.285, 0.29),
            (1.004_999_9, 1.0),
            (0.005, 0.01),
            (-0.005, -0.01),
            (0.004, 0.0),
            (0.0, 0.0),
            (1_234_567.885, 1_234_567.89),
            (99_999_999_999.995, 100_000_000_000.0),
            (1e15 + 0.25, 1e15 + 0.25),
            (f64::MAX, f64::MAX),
            (f64::INFINITY, f64::INFINITY),
        ];
        for (value, rounded) in cases {
            assert_eq!(to_cents(value), rounded, "{value}");
            assert_eq!(by_logarithm(value), rounded, "{value}");
        }
    }

    #[test]
    fn cents_are_recognised_through_noise() {
        assert!(is_cents(0.1 + 0.2) && is_cents(19.99 * 3.0) && is_cents(0.0) && is_cents(-5.0));
        assert!(!is_cents(0.005) && !is_cents(47.06 * 2.3) && !is_cents(1e14));
    }

    #[test]
    fn overflow_stays_at_the_largest_double() {
        assert_eq!((finite(f64::INFINITY), finite(f64::NEG_INFINITY), finite(1.5)), (f64::MAX, f64::MIN, 1.5));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn any_value_rounds_as_by_the_logarithm(value in proptest::num::f64::NORMAL | proptest::num::f64::ZERO) {
            prop_assert_eq!(to_cents(value), by_logarithm(value));
        }

        #[test]
        fn halves_of_a_cent_round_as_by_the_logarithm(cents in -2_000_000_000_i32..2_000_000_000, ulps in -3_i64..=3) {
            let half = (f64::from(cents) + 0.5) / 100.0;
            let value = f64::from_bits(half.to_bits().wrapping_add_signed(ulps));
            prop_assert_eq!(to_cents(value), by_logarithm(value));
        }
    }
}
