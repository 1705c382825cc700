//! Dates as the servers write them.

/// Rewrites `2018-01-19T09:45:00+0100` (PHP's `Y-m-d\TH:i:sO`, which WebKit's `Date` does not read)
/// or any RFC 3339 date and time as RFC 3339. `None` if it is neither.
pub(crate) fn to_rfc3339(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let number = |range: core::ops::Range<usize>| -> Option<u32> {
        bytes
            .get(range)?
            .iter()
            .try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + u32::from(byte - b'0')))
    };
    let literal = |at: usize, byte: u8| bytes.get(at).is_some_and(|found| found.eq_ignore_ascii_case(&byte));
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let punctuated =
        literal(4, b'-') && literal(7, b'-') && literal(10, b'T') && literal(13, b':') && literal(16, b':');
    let exists = day >= 1 && day <= days_in_month(year, month) && hour < 24 && minute < 60 && second < 60;
    if !punctuated || !exists {
        return None;
    }
    let mut at = 19;
    if literal(at, b'.') {
        let digits = bytes.get(at + 1..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        at += 1 + digits;
        if digits == 0 {
            return None;
        }
    }
    let mut date = String::with_capacity(text.len() + 1);
    date.push_str(text.get(..10)?);
    date.push('T');
    date.push_str(text.get(11..at)?);
    match bytes.get(at..)? {
        [b'Z' | b'z'] => date.push('Z'),
        [b'+' | b'-', rest @ ..] => {
            let minutes = if rest.len() == 5 && literal(at + 3, b':') {
                at + 4
            } else if rest.len() == 4 {
                at + 3
            } else {
                return None;
            };
            if number(at + 1..at + 3)? > 23 || number(minutes..minutes + 2)? > 59 {
                return None;
            }
            date.push_str(text.get(at..at + 3)?);
            date.push(':');
            date.push_str(text.get(minutes..)?);
        }
        _ => return None,
    }
    Some(date)
}

fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, for years from 1970 on.
fn days_since_epoch(year: u32, month: u32, day: u32) -> Option<u32> {
    let before = year.checked_sub(1)?;
    let leap_days = |year: u32| year / 4 - year / 100 + year / 400;
    let years = year.checked_sub(1970)? * 365 + leap_days(before) - leap_days(1969);
    Some(years + (1..month).map(|month| days_in_month(year, month)).sum::<u32>() + day - 1)
}

/// Reads an HTTP date (RFC 9110, section 5.6.7, the form that may be sent):
/// `Sun, 06 Nov 1994 08:49:37 GMT`. Milliseconds since 1970.
pub(crate) fn http_date_ms(text: &str) -> Option<f64> {
    const MONTHS: &[&str] = &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split(' ');
    let (weekday, day, month, year, time, zone) =
        (words.next()?, words.next()?, words.next()?, words.next()?, words.next()?, words.next()?);
    let number = |text: &str, length: usize| -> Option<u32> {
        let digits = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.bytes().fold(0, |n, b| n * 10 + u32::from(b - b'0')))
    };
    let month = (1..=12).zip(MONTHS).find(|(_, name)| **name == month)?.0;
    let (day, year) = (number(day, 2)?, number(year, 4)?);
    let (hour, minute, second) = (number(time.get(..2)?, 2)?, number(time.get(3..5)?, 2)?, number(time.get(6..)?, 2)?);
    let is_date = weekday.ends_with(',')
        && zone == "GMT"
        && words.next().is_none()
        && day >= 1
        && day <= days_in_month(year, month);
    if !is_date || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let minutes = (days_since_epoch(year, month, day)? * 24 + hour) * 60 + minute;
    Some((f64::from(minutes) * 60.0 + f64::from(second)) * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::{http_date_ms, to_rfc3339};

    #[test]
    fn http_dates_count_from_1970() {
        assert_eq!(http_date_ms("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0.0));
        assert_eq!(http_date_ms("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777_000.0));
        assert_eq!(http_date_ms("Thu, 29 Feb 2024 23:59:59 GMT"), Some(1_709_251_199_000.0));
        assert_eq!(http_date_ms("Fri, 31 Dec 9999 23:59:59 GMT"), Some(253_402_300_799_000.0));
        assert_eq!(http_date_ms("Wed, 31 Dec 1969 23:59:59 GMT"), None);
    }

    #[track_caller]
    fn becomes(text: &str, expected: &str) {
        assert_eq!(to_rfc3339(text).as_deref(), Some(expected));
    }

    #[track_caller]
    fn is_refused(text: &str) {
        assert_eq!(to_rfc3339(text), None, "{text}");
    }

    #[test]
    fn the_servers_dates_become_rfc_3339() {
        becomes("2018-01-19T09:45:00+0100", "2018-01-19T09:45:00+01:00");
        becomes("2100-01-01T00:59:59-0330", "2100-01-01T00:59:59-03:30");
        becomes("2016-12-31T12:34:56+00:00", "2016-12-31T12:34:56+00:00");
        becomes("2016-02-29t12:34:56.123456z", "2016-02-29T12:34:56.123456Z");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2018-01-19",
            "2018-01-19 09:45:00+0100",
            "2018-13-01T00:00:00Z",
            "2018-02-29T00:00:00Z",
            "2018-01-19T24:00:00Z",
            "2018-01-19T09:45:00",
            "2018-01-19T09:45:00+01",
            "2018-01-19T09:45:00+01:000",
            "2018-01-19T09:45:00+2500",
            "2018-01-19T09:45:00.Z",
            "2018-01-19T09:45:00Z ",
            "+018-01-19T09:45:00Z",
            "2018-01-19T09:45:00+0é0",
        ] {
            is_refused(text);
        }
    }
}
