//! Limits of use, in windows of the server's calendar.

use crate::time::{Moment, days_before, month_of};

const DAY_MS: f64 = 86_400_000.0;

/// How often a customer can use a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limit {
    pub(super) uses: f64,
    /// The window, by its index in [`PERIODS`]. None of them rolls.
    period: usize,
}

/// The server's periods, and how many months those from the third on have.
const PERIODS: [(&str, i32); 7] =
    [("day", 0), ("week", 0), ("month", 1), ("3 months", 3), ("6 months", 6), ("1 year", 12), ("forever", 0)];
const DAY: usize = 0;
const WEEK: usize = 1;
const FOREVER: usize = 6;

/// What was used of a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::struct_field_names, reason = "the names of the public result")]
pub(crate) struct Used {
    pub(crate) used: f64,
    pub(crate) limit: f64,
    /// When the next window starts, in milliseconds since 1970; NaN if there is only one.
    pub(crate) resets_at_ms: f64,
}

/// How far the server's clock is ahead of UTC at a time, in minutes; NaN if its time zone is not known.
pub(crate) type Offset<'a> = &'a dyn Fn(f64) -> f64;

impl Limit {
    pub(super) fn new(uses: Option<f64>, period: &str) -> Option<Self> {
        Some(Self { period: PERIODS.iter().position(|(name, _)| *name == period)?, uses: uses? })
    }

    /// The first day of the window that the day is in, and of the next. Days count from 1970-01-01.
    fn window(self, day: i32) -> (i32, i32) {
        match self.period {
            DAY => (day, day + 1),
            WEEK => {
                // 1970-01-01 was a Thursday.
                let monday = day - (day + 3).rem_euclid(7);
                (monday, monday + 7)
            }
            FOREVER => (i32::MIN, i32::MAX),
            period => {
                let months = PERIODS.get(period).map_or(1, |(_, months)| *months);
                let month = month_of(day);
                let first = month - month.checked_rem_euclid(months).unwrap_or(0);
                (days_before(first), days_before(first + months))
            }
        }
    }

    /// Counts the usages in the window that `at_ms` is in.
    ///
    /// Without a time zone, each usage counts by the offset that it was written with, and `at_ms`
    /// by that of the usage nearest to it: the server writes its own.
    pub(super) fn used(self, usages: &[Moment], at_ms: f64, offset: Offset<'_>) -> Used {
        let mut nearest = (f64::INFINITY, 0.0);
        for usage in usages {
            let distance = (usage.ms - at_ms).abs();
            if distance < nearest.0 {
                nearest = (distance, usage.offset_minutes);
            }
        }
        let offset_ms = |at_ms, written| offset_ms(offset, at_ms, written);
        let day = |at_ms: f64, written: f64| to_day((at_ms + offset_ms(at_ms, written)) / DAY_MS);
        let (first, next) = self.window(day(at_ms, nearest.1));
        let mut used = 0.0;
        for usage in usages {
            let day = day(usage.ms, usage.offset_minutes);
            used += f64::from(u8::from(first <= day && day < next));
        }
        let mut resets_at_ms = f64::NAN;
        if self.period != FOREVER {
            // The zone may change its offset that day. Of two midnights the first counts; if there
            // is none, the clock jumps over it at that instant.
            let midnight = f64::from(next) * DAY_MS;
            let before = offset_ms(midnight - DAY_MS, nearest.1);
            let after = offset_ms(midnight + DAY_MS, nearest.1);
            let is_midnight = |offset: f64| (offset_ms(midnight - offset, nearest.1) - offset).abs() < 1.0;
            resets_at_ms = midnight - if !is_midnight(before) && is_midnight(after) { after } else { before };
        }
        Used { used, limit: self.uses, resets_at_ms }
    }
}

#[inline(never)]
fn offset_ms(offset: Offset<'_>, at_ms: f64, written: f64) -> f64 {
    let offset = offset(at_ms);
    (if offset.is_nan() { written } else { offset }) * 60_000.0
}

#[inline(never)]
#[expect(clippy::cast_possible_truncation, reason = "it saturates, far beyond any calendar")]
fn to_day(days: f64) -> i32 {
    days.floor().clamp(-1e8, 1e8) as i32
}
