//! How often.

use core::net::{IpAddr, Ipv6Addr};

use serde::{Deserialize, Serialize};

const MINUTE_MS: f64 = 60_000.0;

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

#[cfg(test)]
mod tests {
    use super::{Bucket, network, take};
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
}
