//! Digests and comparisons of what must not be shown or guessed.

use sha2::{Digest, Sha256};

/// SHA-256 in hexadecimal, cut to `digits`.
pub(crate) fn hex(bytes: &[u8], digits: usize) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let nibbles = Sha256::digest(bytes).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.take(digits).filter_map(|nibble| DIGITS.get(usize::from(nibble))).map(|digit| char::from(*digit)).collect()
}

/// Whether two secrets are the same, in a time that tells neither where they differ nor how long
/// they are: their digests are compared, whole.
pub(crate) fn is_same_secret(a: &str, b: &str) -> bool {
    let (a, b) = (Sha256::digest(a.as_bytes()), Sha256::digest(b.as_bytes()));
    core::hint::black_box(a.iter().zip(b.iter()).fold(0, |difference, (a, b)| difference | (a ^ b))) == 0
}

#[cfg(test)]
mod tests {
    use super::{hex, is_same_secret};
    use proptest::prelude::*;

    #[test]
    fn digests_are_those_of_the_standard() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(b"abc", 64), abc);
        assert_eq!(hex(b"abc", 12), "ba7816bf8f01");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn only_the_same_is_the_same(a in ".{0,20}", b in ".{0,20}") {
            prop_assert!(is_same_secret(&a, &a));
            prop_assert_eq!(is_same_secret(&a, &b), a == b);
            let longer = a.clone() + "x";
            prop_assert!(!is_same_secret(&a, &longer));
        }
    }
}
