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
