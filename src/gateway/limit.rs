//! How often, and how much.

use core::net::{IpAddr, Ipv6Addr};

use serde::{Deserialize, Serialize};

const MINUTE_MS: f64 = 60_000.0;
const DAY_MS: u64 = 24 * 3_600_000;
/// How many keys a customer may have in the ledger.
const MOST_KEYS: u64 = 10_000;
/// How long a key counts.
const KEPT_DAYS: u64 = 30;
/// How long an award is remembered beside others of its event.
const RECENT_MS: u64 = 20 * 60_000;
const MOST_RECENT: usize = 100;

/// A bucket of requests that refills evenly: as many as a minute allows at once, and that many in
/// each minute.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Bucket {
    left: f64,
    at_ms: f64,
}

/// Takes one request out of a bucket. When it is empty: when to come back, in milliseconds.
pub(crate) fn take(bucket: Option<Bucket>, per_minute: f64, now_ms: f64) -> (Bucket, Option<u64>) {
    let refilled =
        bucket.map_or(per_minute, |Bucket { left, at_ms }| left + (now_ms - at_ms).max(0.0) * per_minute / MINUTE_MS);
    let left = refilled.min(per_minute);
    if left >= 1.0 {
        return (Bucket { left: left - 1.0, at_ms: now_ms }, None);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 0 and at most a minute")]
    let delay_ms = ((1.0 - left) * MINUTE_MS / per_minute).ceil() as u64;
    (Bucket { left, at_ms: now_ms }, Some(delay_ms))
}

/// What an address counts as: of IPv6 its /64, since a customer has all of that.
pub(crate) fn network(address: &str) -> String {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_none() => {
            Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).to_string()
        }
        Ok(ip) => ip.to_canonical().to_string(),
        Err(_) => address.chars().take(255).collect(),
    }
}

/// What one ledger has come to: the awards of the last days in sum, and the last ones each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tally {
    pub(super) days: Vec<Day>,
    pub(crate) recent: Vec<Recent>,
    /// From when on none is missing in `recent`.
    #[serde(default)]
    pub(crate) complete_from_ms: u64,
}

/// A day by UTC.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Day {
    number: u64,
    keys: u64,
    points: f64,
}

/// An award that may have left a usage of its event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Recent {
    pub(crate) nonce: String,
    pub(crate) event_name: String,
    pub(crate) since_ms: u64,
    /// When it was known to be booked; `None` as long as that may still come.
    #[serde(default)]
    pub(crate) until_ms: Option<u64>,
}

impl Tally {
    /// Counts an award that is about to be tried; or says when to come back, in milliseconds.
    pub(crate) fn open(&mut self, award: Recent, daily_points: Option<f64>) -> Option<u64> {
        let now_ms = award.since_ms;
        let today = now_ms / DAY_MS;
        self.days.retain(|day| day.number.saturating_add(KEPT_DAYS) > today);
        let keys: u64 = self.days.iter().map(|day| day.keys).sum();
        let has_points = |limit: f64| self.days.iter().any(|day| day.number == today && day.points >= limit);
        if keys >= MOST_KEYS || daily_points.is_some_and(has_points) {
            return Some(DAY_MS - now_ms % DAY_MS);
        }
        self.day(today).keys += 1;
        if !award.event_name.is_empty() {
            self.recent.push(award);
        }
        while let Some(first) = self.recent.first()
            && (self.recent.len() > MOST_RECENT || first.since_ms.saturating_add(RECENT_MS) <= now_ms)
        {
            self.complete_from_ms = self.complete_from_ms.max(first.since_ms.saturating_add(1));
            self.recent.remove(0);
        }
        None
    }

    /// Notes that an award is booked.
    pub(crate) fn book(&mut self, nonce: &str, points: f64, now_ms: u64) {
        self.day(now_ms / DAY_MS).points += points;
        for award in self.recent.iter_mut().filter(|award| award.nonce == nonce) {
            award.until_ms = Some(now_ms);
        }
    }

    /// Notes that an award has left nothing behind.
    pub(crate) fn forget(&mut self, nonce: &str) {
        self.recent.retain(|award| award.nonce != nonce);
    }

    fn day(&mut self, day: u64) -> &mut Day {
        let at = self.days.iter().position(|counted| counted.number == day).unwrap_or_else(|| {
            self.days.push(Day { number: day, keys: 0, points: 0.0 });
            self.days.len() - 1
        });
        &mut self.days[at]
    }
}

#[cfg(test)]
mod tests {
    use super::{Bucket, DAY_MS, Recent, Tally, network, take};
    use proptest::prelude::*;

    #[test]
    fn a_bucket_gives_a_minutes_worth_at_once_and_then_one_at_a_time() {
        let mut bucket: Option<Bucket> = None;
        for _ in 0..30 {
            let (next, delay_ms) = take(bucket, 30.0, 0.0);
            assert_eq!(delay_ms, None);
            bucket = Some(next);
        }
        let (empty, delay_ms) = take(bucket, 30.0, 0.0);
        assert_eq!(delay_ms, Some(2_000));
        assert_eq!(take(Some(empty), 30.0, 2_000.0).1, None);
        assert_eq!(take(Some(empty), 30.0, -1_000.0).1, Some(2_000));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_minute_lets_more_than_twice_its_limit_through(
            steps in prop::collection::vec(0_u32..4_000, 1..300),
            per_minute in 1_u32..60,
        ) {
            let (mut now, mut bucket, mut passed) = (0.0, None, Vec::new());
            for step in steps {
                now += f64::from(step);
                let (next, delay_ms) = take(bucket, f64::from(per_minute), now);
                bucket = Some(next);
                if delay_ms.is_none() {
                    passed.push(now);
                }
            }
            for from in &passed {
                let count = passed.iter().filter(|at| *at >= from && **at < from + 60_000.0).count();
                prop_assert!(count <= 2 * usize::try_from(per_minute).unwrap_or(0));
            }
        }
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::9"));
        assert_ne!(network("2001:db8:1:2::9"), network("2001:db8:1:3::9"));
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
        assert_eq!(network("unix:"), "unix:");
    }

    fn award(nonce: &str, since_ms: u64) -> Recent {
        Recent { nonce: nonce.to_owned(), event_name: "facebook_like".to_owned(), since_ms, until_ms: None }
    }

    #[test]
    fn a_days_points_are_a_limit_until_midnight() {
        let mut tally = Tally::default();
        let noon = 20_000 * DAY_MS + DAY_MS / 2;
        assert_eq!(tally.open(award("1", noon), Some(15.0)), None);
        tally.book("1", 10.0, noon);
        assert_eq!(tally.open(award("2", noon), Some(15.0)), None);
        tally.book("2", 5.0, noon);
        assert_eq!(tally.open(award("3", noon), Some(15.0)), Some(DAY_MS / 2));
        assert_eq!(tally.open(award("3", noon), None), None);
        assert_eq!(tally.open(award("4", noon + DAY_MS / 2), Some(15.0)), None);
    }

    #[test]
    fn what_is_forgotten_of_the_last_awards_is_said() {
        let mut tally = Tally::default();
        for n in 0..150 {
            assert_eq!(tally.open(award(&n.to_string(), 1_000 + n), None), None);
        }
        assert_eq!((tally.recent.len(), tally.complete_from_ms), (100, 1_050));
        assert_eq!(tally.open(award("late", 2_000_000), None), None);
        assert_eq!((tally.recent.len(), tally.complete_from_ms), (1, 1_150));
    }

    #[test]
    fn refused_awards_leave_no_trace_beside_their_key() {
        let mut tally = Tally::default();
        assert_eq!(tally.open(award("1", 0), None), None);
        tally.forget("1");
        assert_eq!(tally.recent, []);
    }
}
