//! The server's calendar: its official image runs with `date.timezone = Europe/Warsaw`.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use serde::{Deserialize, Serialize};

/// The zone in which the server counts days and writes dates.
const ZONE: TimeZone = jiff::tz::get!("Europe/Warsaw");

/// What a limit counts in. Windows are calendar windows, not rolling ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Period {
    /// A calendar day.
    #[serde(rename = "day")]
    Day,
    /// Monday to Sunday.
    #[serde(rename = "week")]
    Week,
    /// A calendar month.
    #[serde(rename = "month")]
    Month,
    /// A calendar quarter.
    #[serde(rename = "3 months")]
    Quarter,
    /// January to June or July to December.
    #[serde(rename = "6 months")]
    HalfYear,
    /// A calendar year.
    #[serde(rename = "1 year")]
    Year,
    /// Since ever.
    #[serde(rename = "forever")]
    Forever,
}

/// `2018-01-19T09:45:00+0100`: no colon in the offset, no fraction.
pub(crate) fn format_date(timestamp: Timestamp) -> String {
    zoned(timestamp).strftime("%Y-%m-%dT%H:%M:%S%z").to_string()
}

/// The calendar day on which something happens, as `2018-01-19`.
pub(crate) fn format_day(timestamp: Timestamp) -> String {
    zoned(timestamp).date().to_string()
}

/// A moment, or a day: that is its first second.
pub(crate) fn parse_purchase_date(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| start_of(text.parse().ok()?))
}

/// The first and the last second of the window that `now` is in; `None` when the window has no ends.
pub(crate) fn window(period: Period, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let today = zoned(now).date();
    let (first, next) = match period {
        Period::Day => (today, today.checked_add(1.day()).ok()?),
        Period::Week => {
            let monday = today.checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days()).ok()?;
            (monday, monday.checked_add(1.week()).ok()?)
        }
        Period::Month => months(today, 1)?,
        Period::Quarter => months(today, 3)?,
        Period::HalfYear => months(today, 6)?,
        Period::Year => months(today, 12)?,
        Period::Forever => return None,
    };
    let last = start_of(next)?.checked_sub(1.second()).ok()?;
    Some((start_of(first)?, last))
}

/// The first days of this and of the next block of so many calendar months.
fn months(today: Date, length: i8) -> Option<(Date, Date)> {
    let month = (today.month() - 1) / length * length + 1;
    let first = Date::new(today.year(), month, 1).ok()?;
    Some((first, first.checked_add(i64::from(length).months()).ok()?))
}

fn start_of(date: Date) -> Option<Timestamp> {
    let midnight = DateTime::from_parts(date, Time::midnight());
    Some(midnight.to_zoned(ZONE).ok()?.timestamp())
}

fn zoned(timestamp: Timestamp) -> Zoned {
    timestamp.to_zoned(ZONE)
}
