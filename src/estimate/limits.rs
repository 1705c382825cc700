//! Limits of use, in windows of the server's calendar.

use crate::time::{Moment, days_before, month_of};

const DAY_MS: f64 = 86_400_000.0;

/// How often a customer can use a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limit {
    pub(super) period: Period,
    pub(super) uses: f64,
}

/// A window of the calendar. None of them rolls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    Day,
    /// Monday to Sunday.
    Week,
    /// So many months, of which a whole number makes a year.
    Months(i32),
    Forever,
}

impl Period {
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Months(1),
            "3 months" => Self::Months(3),
            "6 months" => Self::Months(6),
            "1 year" => Self::Months(12),
            "forever" => Self::Forever,
            _ => return None,
        })
    }

    /// The first day of the window that the day is in, and of the next. Days count from 1970-01-01.
    fn window(self, day: i32) -> Option<(i32, i32)> {
        Some(match self {
            Self::Day => (day, day + 1),
            Self::Week => {
                // 1970-01-01 was a Thursday.
                let monday = day - (day + 3).rem_euclid(7);
                (monday, monday + 7)
            }
            Self::Months(months) => {
                let month = month_of(day);
                let first = month - month.rem_euclid(months);
                (days_before(first), days_before(first + months))
            }
            Self::Forever => return None,
        })
    }
}

/// What is left of a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Remaining {
    pub(crate) used: f64,
    pub(crate) limit: f64,
    pub(crate) left: f64,
    /// When the next window starts, in milliseconds since 1970.
    pub(crate) resets_at_ms: Option<f64>,
}

/// How far the server's clock is ahead of UTC at a time, in minutes, if the time zone is known.
pub(crate) type Offset<'a> = &'a dyn Fn(f64) -> Option<f64>;

impl Limit {
    /// Counts the usages in the window that `at_ms` is in.
    ///
    /// Without a time zone, each usage counts by the offset that it was written with, and `at_ms`
    /// by that of the usage nearest to it: the server writes its own.
    pub(super) fn remaining(self, usages: &[Moment], at_ms: f64, offset: Offset<'_>) -> Remaining {
        let distance = |usage: &Moment| (usage.ms - at_ms).abs();
        let nearest = usages.iter().min_by(|one, other| distance(one).total_cmp(&distance(other)));
        let written = nearest.map_or(0.0, |usage| usage.offset_minutes);
        let offset_ms = |at_ms: f64, written: f64| offset(at_ms).unwrap_or(written) * 60_000.0;
        let day = |at_ms: f64, written: f64| to_day((at_ms + offset_ms(at_ms, written)) / DAY_MS);
        let window = self.period.window(day(at_ms, written));
        let is_inside = |usage: &&Moment| {
            let day = day(usage.ms, usage.offset_minutes);
            window.is_none_or(|(first, next)| first <= day && day < next)
        };
        #[expect(clippy::cast_precision_loss, reason = "a list in memory is shorter")]
        let used = usages.iter().filter(is_inside).count() as f64;
        let resets_at_ms = window.map(|(_, next)| {
            let midnight = f64::from(next) * DAY_MS;
            // The zone may change its offset that day. Of two midnights the first counts; if there
            // is none, the clock jumps over it at that instant.
            let before = midnight - offset_ms(midnight - DAY_MS, written);
            let after = midnight - offset_ms(midnight + DAY_MS, written);
            #[expect(clippy::float_cmp, reason = "milliseconds are whole")]
            let is_midnight = |at_ms: f64| at_ms + offset_ms(at_ms, written) == midnight;
            if is_midnight(before) || !is_midnight(after) { before } else { after }
        });
        Remaining { used, limit: self.uses, left: (self.uses - used).max(0.0), resets_at_ms }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "it saturates, far beyond any calendar")]
fn to_day(days: f64) -> i32 {
    days.floor().clamp(-1e8, 1e8) as i32
}
