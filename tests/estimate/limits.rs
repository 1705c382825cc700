//! Limits, against a calendar that is not ours.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::{estimator, rule};

const PERIODS: [&str; 7] = ["day", "week", "month", "3 months", "6 months", "1 year", "forever"];
/// Zones with and without summer time, far from each other; São Paulo's day began at one o'clock.
const ZONES: [&str; 5] =
    ["CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "<-03>3<-02>,M11.1.0/0,M2.3.0/0", "IST-5:30", "UTC0"];

fn zoned(seconds: i64, zone: &TimeZone) -> Zoned {
    Timestamp::from_second(seconds).expect("a time").to_zoned(zone.clone())
}

/// The first days of the window that a day is in, and of the next.
fn window(period: &str, day: Date) -> Option<(Date, Date)> {
    let months = match period {
        "day" => return Some((day, day.tomorrow().expect("a day"))),
        "week" => {
            let monday = if day.weekday() == Weekday::Monday {
                day
            } else {
                day.nth_weekday(-1, Weekday::Monday).expect("a day")
            };
            return Some((monday, monday + 7.days()));
        }
        "month" => 1,
        "3 months" => 3,
        "6 months" => 6,
        "1 year" => 12,
        _ => return None,
    };
    let first = day.first_of_month() - ((day.month() - 1) % months).months();
    Some((first, first + months.months()))
}

fn qr_code(limit: &Value, usages: &[String]) -> Value {
    let usages: Vec<Value> = usages.iter().map(|date| json!({ "date": date })).collect();
    json!([rule("r", "qrcode", &json!({ "limit": limit, "usages": usages }))])
}

fn offset_minutes(zone: &TimeZone) -> impl Fn(f64) -> Option<f64> {
    let zone = zone.clone();
    move |at_ms| {
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs_f64(at_ms / 1000.0);
        Some(f64::from(zone.to_offset(at).seconds()) / 60.0)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn windows_are_those_of_the_calendar_where_the_server_is(
        at in 1_400_000_000_i64..1_900_000_000, ago in vec(-40_000_000_i64..40_000_000, 0..12),
        period in prop::sample::select(PERIODS.to_vec()), zone in prop::sample::select(ZONES.to_vec()), uses in 0_u32..8,
    ) {
        let zone = TimeZone::posix(zone).expect("a zone");
        let usages: Vec<Zoned> = ago.iter().map(|ago| zoned(at - ago, &zone)).collect();
        let written: Vec<String> = usages.iter().map(|usage| usage.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()).collect();
        let limit = json!({ "active": true, "period": period, "limit": uses });
        let estimator = estimator(&qr_code(&limit, &written), &json!({}));
        let at_ms = Timestamp::from_second(at).expect("a time").duration_since(Timestamp::UNIX_EPOCH).as_secs_f64() * 1000.0;
        let remaining = estimator.remaining("r", at_ms, offset_minutes(&zone)).expect("there is a limit");

        let window = window(period, zoned(at, &zone).date());
        let is_inside = |usage: &&Zoned| window.is_none_or(|(first, next)| (first..next).contains(&usage.date()));
        let used = f64::from(u32::try_from(usages.iter().filter(is_inside).count()).expect("a few"));
        prop_assert_eq!(remaining.used, used);
        prop_assert_eq!(remaining.left, (f64::from(uses) - used).max(0.0));
        let resets_at = window.map(|(_, next)| next.to_zoned(zone.clone()).expect("a time").timestamp());
        let resets_at = resets_at.map(|at| at.duration_since(Timestamp::UNIX_EPOCH).as_secs_f64() * 1000.0);
        prop_assert_eq!(remaining.resets_at_ms, resets_at);
    }
}

#[test]
fn without_a_limit_there_is_nothing_left_of_it() {
    for limit in [
        json!(null),
        json!({}),
        json!({ "active": false, "period": "day", "limit": 1 }),
        json!({ "active": true, "period": "fortnight", "limit": 1 }),
        json!({ "active": true, "period": "day" }),
        json!({ "active": true, "limit": 1 }),
    ] {
        let estimator = estimator(&qr_code(&limit, &[]), &json!({}));
        assert_eq!(estimator.remaining("r", 0.0, |_| None), None, "{limit}");
        assert_eq!(estimator.remaining("another", 0.0, |_| None), None);
    }
}

#[test]
fn without_the_customers_own_usages_nobody_knows() {
    let limit = json!({ "active": true, "period": "forever", "limit": 2 });
    let date = "2018-01-19T09:45:00+0100";
    let others = json!([{ "date": date }, { "date": date, "subject": { "subjectId": "somebody" } }]);
    for usages in [json!(null), others] {
        let rules = json!([rule("r", "qrcode", &json!({ "limit": limit, "usages": usages }))]);
        assert_eq!(estimator(&rules, &json!({})).remaining("r", 0.0, |_| None), None, "{usages}");
    }
    let unsaid = json!([rule("r", "qrcode", &json!({ "limit": limit }))]);
    assert_eq!(estimator(&unsaid, &json!({})).remaining("r", 0.0, |_| None), None);
}

#[test]
fn without_a_time_zone_the_offset_of_the_nearest_usage_stands_for_it() {
    let limit = json!({ "active": true, "period": "day", "limit": 2 });
    let usages = ["2018-06-30T23:30:00+02:00", "2018-01-01T00:00:00+01:00"].map(str::to_owned);
    let estimator = estimator(&qr_code(&limit, &usages), &json!({}));
    // 2018-06-30T23:59:59+02:00, and a second later.
    let (evening, midnight) = (1_530_395_999_000.0, 1_530_396_000_000.0);
    let remaining = |at_ms: f64| estimator.remaining("r", at_ms, |_| None).expect("there is a limit");
    assert_eq!((remaining(evening).used, remaining(evening).resets_at_ms), (1.0, Some(midnight)));
    assert_eq!((remaining(midnight).used, remaining(midnight).resets_at_ms), (0.0, Some(midnight + 86_400_000.0)));
}
