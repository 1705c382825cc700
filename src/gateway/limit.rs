//! How often.

use core::net::{IpAddr, Ipv6Addr};

const MINUTE_MS: f64 = 60_000.0;

/// Takes one request out of a bucket that refills evenly: as many as a minute allows at once, and that
/// many in each minute. `left` is what was left in it at `at_ms`. Gives what is left now, or when to
/// come back, in milliseconds, and then the bucket is as it was.
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "the boundary calls it"))]
pub(crate) fn take(left: f64, at_ms: f64, per_minute: f64, now_ms: f64) -> Result<f64, u64> {
    let left = (left + (now_ms - at_ms).max(0.0) * per_minute / MINUTE_MS).min(per_minute);
    if left >= 1.0 {
        return Ok(left - 1.0);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 0 and at most a minute")]
    let delay_ms = ((1.0 - left) * MINUTE_MS / per_minute).ceil() as u64;
    Err(delay_ms)
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
    use super::{network, take};
    use proptest::prelude::*;

    #[test]
    fn a_bucket_gives_a_minutes_worth_at_once_and_then_one_at_a_time() {
        let mut left = 30.0;
        for _ in 0..30 {
            left = take(left, 0.0, 30.0, 0.0).expect("there is one left");
        }
        assert_eq!(take(left, 0.0, 30.0, 0.0), Err(2_000));
        assert_eq!(take(left, 0.0, 30.0, 1_000.0), Err(1_000));
        assert!(take(left, 0.0, 30.0, 2_000.0).is_ok());
        assert_eq!(take(left, 0.0, 30.0, -1_000.0), Err(2_000));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_minute_lets_more_than_twice_its_limit_through(
            steps in prop::collection::vec(0_u32..4_000, 1..300),
            per_minute in 1_u32..60,
        ) {
            let per_minute = f64::from(per_minute);
            let (mut now, mut bucket, mut passed) = (0.0, (per_minute, 0.0), Vec::new());
            for step in steps {
                now += f64::from(step);
                if let Ok(left) = take(bucket.0, bucket.1, per_minute, now) {
                    bucket = (left, now);
                    passed.push(now);
                }
            }
            for from in &passed {
                let count = passed.iter().filter(|at| *at >= from && **at < from + 60_000.0).count();
                prop_assert!(u32::try_from(count).is_ok_and(|count| f64::from(count) <= 2.0 * per_minute));
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
