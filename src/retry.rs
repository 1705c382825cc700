//! When to try again. Pure: time and randomness are arguments.

use crate::error::Code;
use crate::time;

/// Retries of a read unless the caller says otherwise.
pub(crate) const DEFAULT_RETRIES: u32 = 2;
pub(crate) const BASE_DELAY_MS: f64 = 300.0;
const MAX_DELAY_MS: f64 = 5_000.0;

/// Whether a read that failed so may succeed the next time.
pub(crate) fn is_transient(code: Code, status: Option<u16>) -> bool {
    match code {
        Code::Network | Code::Timeout | Code::RateLimited => true,
        Code::ServerError => matches!(status, Some(500 | 502 | 503 | 504)),
        _ => false,
    }
}

/// How long to wait before retry number `retry` (from 1): what the server asked for, else
/// exponential back-off with full jitter. `random` is in `0.0..1.0`.
pub(crate) fn delay_ms(retry: u32, retry_after_ms: Option<u64>, random: f64) -> f64 {
    match retry_after_ms {
        #[expect(clippy::cast_precision_loss, reason = "no delay that anyone waits for is that long")]
        Some(asked) => asked as f64,
        None => random * (BASE_DELAY_MS * f64::from(1_u32 << retry.saturating_sub(1).min(16))).min(MAX_DELAY_MS),
    }
}

/// Reads a `Retry-After` header: seconds or an HTTP date (RFC 9110, section 10.2.3).
pub(crate) fn retry_after_ms(header: &str, unix_time_ms: f64) -> Option<u64> {
    let header = header.trim_ascii();
    let digit = |seconds: f64, byte: u8| byte.is_ascii_digit().then(|| seconds * 10.0 + f64::from(byte - b'0'));
    let delay_ms = match header.bytes().try_fold(0.0, digit) {
        Some(seconds) if !header.is_empty() => seconds * 1000.0,
        _ => (time::http_date_ms(header)? - unix_time_ms).max(0.0).ceil(),
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and the most is enough")]
    Some(delay_ms as u64)
}

#[cfg(test)]
mod tests {
    use super::{delay_ms, is_transient, retry_after_ms};
    use crate::error::Code;

    #[test]
    fn delays_double_up_to_the_cap_and_are_fully_jittered() {
        let longest: Vec<f64> = (1..=7).map(|retry| delay_ms(retry, None, 1.0)).collect();
        assert_eq!(longest, [300.0, 600.0, 1200.0, 2400.0, 4800.0, 5000.0, 5000.0]);
        assert!(delay_ms(3, None, 0.0).abs() < f64::EPSILON);
        assert!((delay_ms(u32::MAX, None, 0.5) - 2500.0).abs() < f64::EPSILON);
        assert!((delay_ms(1, Some(7000), 0.1) - 7000.0).abs() < f64::EPSILON);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let at = 784_111_770_000.0; // 7 s before the date below
        assert_eq!(retry_after_ms("120", at), Some(120_000));
        assert_eq!(retry_after_ms(" 0 ", at), Some(0));
        assert_eq!(retry_after_ms("Sun, 06 Nov 1994 08:49:37 GMT", at), Some(7_000));
        assert_eq!(retry_after_ms("Sun, 06 Nov 1994 08:49:37 GMT", at + 60_000.0), Some(0));
        assert_eq!(retry_after_ms("99999999999999999999999", at), Some(u64::MAX));
        for text in [
            "",
            "-1",
            "1e9",
            "soon",
            "1.5",
            "Sun, 06 Nov 1994",
            "06 Nov 1994 08:49:37 GMT",
            "Sun, 99 Foo 1994 08:49:37 GMT",
        ] {
            assert_eq!(retry_after_ms(text, at), None, "{text}");
        }
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let transient: Vec<Code> = Code::ALL.iter().copied().filter(|code| is_transient(*code, Some(503))).collect();
        assert_eq!(transient, [Code::Timeout, Code::RateLimited, Code::ServerError, Code::Network]);
        assert!(!is_transient(Code::ServerError, Some(501)));
    }
}
