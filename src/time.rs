//! Dates as the servers write them.

use crate::text;

/// Reads a text of the pattern's length: its numbers, of which there are six at most. In the pattern, each run of `0`
/// stands for a number of as many digits, `?` for any byte, and the rest for itself, in either case.
fn numbers(text: Option<&[u8]>, pattern: &[u8]) -> Option<[u32; 6]> {
    let text = text.filter(|text| text.len() == pattern.len())?;
    let mut numbers = [0; 6];
    let (mut number, mut is_inside) = (0, false);
    for (byte, wanted) in text.iter().zip(pattern) {
        if *wanted == b'0' {
            let slot: &mut u32 = numbers.get_mut(number)?;
            *slot = *slot * 10 + text::digits(&[*byte])?;
        } else if *wanted != b'?' && !byte.eq_ignore_ascii_case(wanted) {
            return None;
        }
        number += usize::from(is_inside && *wanted != b'0');
        is_inside = *wanted == b'0';
    }
    Some(numbers)
}

/// Rewrites `2018-01-19T09:45:00+0100` (PHP's `Y-m-d\TH:i:sO`, which WebKit's `Date` does not read)
/// or any RFC 3339 date and time as RFC 3339. `None` if it is neither.
pub(crate) fn to_rfc3339(text: &str) -> Option<String> {
    const LENGTH: usize = 19;
    let bytes = text.as_bytes();
    let [year, month, day, hour, minute, second] = numbers(bytes.get(..LENGTH), b"0000-00-00T00:00:00")?;
    if !exists(year, month, day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut at = LENGTH;
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        if at == LENGTH + 1 {
            return None;
        }
    }
    let mut date = String::with_capacity(text.len() + 1);
    date.push_str(text.get(..10)?);
    date.push('T');
    date.push_str(text.get(11..at)?);
    if let [b'Z' | b'z'] = bytes.get(at..)? {
        date.push('Z');
        return Some(date);
    }
    let (sign, offset) = bytes.get(at..)?.split_first()?;
    let colon = usize::from(offset.len() == 5);
    let [hours, minutes, ..] = numbers(offset.get(..2), b"00")
        .zip(numbers(offset.get(2 + colon..), b"00"))
        .map(|([hours, ..], [minutes, ..])| [hours, minutes])?;
    if !b"+-".contains(sign) || colon == 1 && offset.get(2) != Some(&b':') || hours > 23 || minutes > 59 {
        return None;
    }
    date.push_str(text.get(at..at + 3)?);
    date.push(':');
    date.push_str(text.get(at + 3 + colon..)?);
    Some(date)
}

/// Whether there is such a day.
fn exists(year: u32, month: u32, day: u32) -> bool {
    let (1..=12, Ok(day)) = (month, i32::try_from(day)) else { return false };
    let month = month_number(year, month);
    day >= 1 && day <= days_before(month + 1) - days_before(month)
}

/// A month's number, counted from January of the year 0.
fn month_number(year: u32, month: u32) -> i32 {
    i32::try_from(year * 12 + month).map_or(0, |month| month - 1)
}

/// Reads an HTTP date (RFC 9110, section 5.6.7, the form that may be sent):
/// `Sun, 06 Nov 1994 08:49:37 GMT`. Milliseconds since 1970.
pub(crate) fn http_date_ms(text: &str) -> Option<f64> {
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let bytes = text.as_bytes();
    let [day, year, hour, minute, second, _] = numbers(Some(bytes), b"???, 00 ??? 0000 00:00:00 GMT")?;
    let name = bytes.get(8..11)?;
    let month = (1..=12).zip(MONTHS.chunks(3)).find(|(_, month)| *month == name)?.0;
    if !exists(year, month, day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = f64::from(days_before(month_number(year, month))) + f64::from(day) - 1.0;
    let seconds = (days * 24.0 + f64::from(hour)) * 3600.0 + f64::from(minute * 60 + second);
    (seconds >= 0.0).then_some(seconds * 1000.0)
}

/// A point in time, and where it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moment {
    /// Milliseconds since 1970.
    pub(crate) ms: f64,
    /// How far the writer's clock is ahead of UTC, in minutes.
    pub(crate) offset_minutes: f64,
}

/// Reads what [`to_rfc3339`] writes, to the millisecond.
pub(crate) fn moment(rfc3339: &str) -> Option<Moment> {
    let mut fields = [0; 9];
    let (mut field, mut length, mut ahead) = (0, 0, 1);
    for byte in rfc3339.bytes() {
        if byte.is_ascii_digit() {
            // Of the fraction, three digits count.
            if field != FRACTION || length < 3 {
                *fields.get_mut(field)? = *fields.get(field)? * 10 + i32::from(byte - b'0');
            }
            length += 1;
        } else {
            if field == FRACTION {
                for _ in length..3 {
                    *fields.get_mut(field)? *= 10;
                }
            }
            // After the seconds, the fraction may be missing; after those, the offset.
            field += if field == FRACTION - 1 && byte != b'.' { 2 } else { 1 };
            length = 0;
            if field > FRACTION && byte == b'-' {
                ahead = -1;
            }
        }
    }
    let [year, month, day, hour, minute, second, ms, offset_hours, offset_minutes] = fields;
    let offset_minutes = (offset_hours * 60 + offset_minutes) * ahead;
    let days = days_before(year * 12 + month - 1) + day - 1;
    let seconds = f64::from(days) * 86_400.0 + f64::from(((hour * 60 + minute) - offset_minutes) * 60 + second);
    (field > 0).then(|| Moment { ms: seconds * 1000.0 + f64::from(ms), offset_minutes: f64::from(offset_minutes) })
}

/// The index of the fraction of a second among the fields of a date.
const FRACTION: usize = 6;

/// Days from 1970-01-01 to the first day of a month of the Gregorian calendar. Months count from
/// January of the year 0.
pub(crate) fn days_before(month: i32) -> i32 {
    // Counted from March, a leap day is the last of its year, and the lengths of months repeat every five.
    let months = month - 2;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12));
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 - 719_468
}

/// The month, counted from January of the year 0, in which the day so many days after 1970-01-01 lies.
pub(crate) fn month_of(day: i32) -> i32 {
    // 400 years are 4,800 months or 146,097 days; by that average the guess is at most one month too late.
    let guess = (i64::from(day) + 719_531) * 4800;
    let guess = i32::try_from(guess.div_euclid(146_097)).unwrap_or(0);
    if days_before(guess) <= day { guess } else { guess - 1 }
}

#[cfg(test)]
mod tests {
    use super::{days_before, http_date_ms, moment, month_of, to_rfc3339};

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

    #[track_caller]
    fn is_at(rfc3339: &str, ms: f64, offset_minutes: f64) {
        let moment = moment(rfc3339).expect("it is a moment");
        assert_eq!((moment.ms, moment.offset_minutes), (ms, offset_minutes), "{rfc3339}");
    }

    #[test]
    fn moments_count_from_1970() {
        is_at("1970-01-01T00:00:00Z", 0.0, 0.0);
        is_at("1969-12-31T23:59:59.999Z", -1.0, 0.0);
        is_at("2018-01-19T09:45:00+01:00", 1_516_351_500_000.0, 60.0);
        is_at("2018-01-19T05:15:00-03:30", 1_516_351_500_000.0, -210.0);
        is_at("2018-01-19T09:45:00.5+01:00", 1_516_351_500_500.0, 60.0);
        is_at("2018-01-19T08:45:00.0019999Z", 1_516_351_500_001.0, 0.0);
        is_at("0000-01-01T00:00:00Z", -62_167_219_200_000.0, 0.0);
        is_at("9999-12-31T23:59:59Z", 253_402_300_799_000.0, 0.0);
    }

    #[test]
    fn each_day_lies_in_its_month() {
        use jiff::civil::{Date, date};
        let first = date(1970, 1, 1);
        for day in (-700_000..2_900_000).step_by(13) {
            let Ok(date) = first.checked_add(jiff::Span::new().days(day)) else { continue };
            let month = month_of(day);
            assert_eq!(
                (month.div_euclid(12), month.rem_euclid(12) + 1),
                (i32::from(date.year()), i32::from(date.month()))
            );
            let start = first.checked_add(jiff::Span::new().days(days_before(month))).expect("it is a date");
            assert_eq!(start, Date::new(date.year(), date.month(), 1).expect("it is a date"));
        }
    }
}
