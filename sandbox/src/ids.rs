//! Ids and secrets without randomness: the same seed gives the same ones.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The length of the key that HMAC-SHA256 takes as it is.
const KEY_BYTES: usize = 64;

/// Makes ids and signatures.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ids {
    seed: u64,
    made: u64,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, made: 0 }
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// A UUID of version 4, by its look.
    pub(crate) fn uuid(&mut self) -> String {
        self.made += 1;
        let digest = self.sign("uuid", &self.made.to_be_bytes());
        let text = hex(&digest[..16]);
        // RFC 9562: the version is the 13th digit, the variant the 17th.
        let variant = char::from(b"89ab"[usize::from(digest[8] & 3)]);
        format!("{}-{}-4{}-{variant}{}-{}", &text[..8], &text[8..12], &text[13..16], &text[17..20], &text[20..])
    }

    /// 128 hexadecimal digits, as refresh tokens have.
    pub(crate) fn refresh_token(&mut self) -> String {
        self.made += 1;
        let halves = ["refresh 1", "refresh 2"];
        halves.map(|purpose| hex(&self.sign(purpose, &self.made.to_be_bytes()))).concat()
    }

    /// HMAC-SHA256 under a key for this purpose.
    pub(crate) fn sign(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        self.mac(purpose, message).finalize().into_bytes().into()
    }

    /// Whether a signature is the one that [`Ids::sign`] gives, in constant time.
    pub(crate) fn verify(&self, purpose: &str, message: &[u8], signature: &[u8]) -> bool {
        self.mac(purpose, message).verify_slice(signature).is_ok()
    }

    fn mac(&self, purpose: &str, message: &[u8]) -> Hmac<Sha256> {
        let mut key = [0; KEY_BYTES];
        let digest = Sha256::new().chain_update(self.seed.to_be_bytes()).chain_update(purpose).finalize();
        key[..digest.len()].copy_from_slice(&digest);
        Hmac::<Sha256>::new(&key.into()).chain_update(message)
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
