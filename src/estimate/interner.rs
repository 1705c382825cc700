//! Byte strings by number.

/// Numbers byte strings in the order in which they come. A hash table with open addressing: the
/// standard library's would add its random state and its formatting to the wasm.
#[derive(Debug, Default)]
pub(super) struct Interner {
    bytes: Vec<u8>,
    /// Where each string ends in `bytes`.
    ends: Vec<usize>,
    /// Numbers, [`FREE`] where there is none. As many as a power of two, at most half of them taken.
    slots: Vec<u32>,
}

const FREE: u32 = u32::MAX;

/// A number as an index.
pub(super) fn index(number: u32) -> usize {
    number as usize
}

/// An index as a number.
pub(super) fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

impl Interner {
    /// How many strings have a number.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The string with this number.
    pub(super) fn get(&self, number: u32) -> &[u8] {
        let at = index(number);
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(at).and_then(|end| self.bytes.get(start..*end)).unwrap_or_default()
    }

    /// The string's number; a new one if it has none.
    pub(super) fn number(&mut self, string: &[u8]) -> u32 {
        let len = self.len();
        if self.slots.len() < (len + 1) * 2 {
            let size = (len * 4).next_power_of_two().max(64);
            self.slots.clear();
            self.slots.resize(size, FREE);
            for old in 0..number(len) {
                let slot = self.slot(self.get(old));
                self.slots.get_mut(slot).into_iter().for_each(|free| *free = old);
            }
        }
        let slot = self.slot(string);
        let Some(found) = self.slots.get_mut(slot) else { return FREE };
        if *found == FREE {
            *found = number(len);
            self.bytes.extend_from_slice(string);
            self.ends.push(self.bytes.len());
        }
        *found
    }

    /// The slot that holds the string's number, or is free for it.
    fn slot(&self, string: &[u8]) -> usize {
        // FNV-1a.
        let hash =
            string.iter().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = index(hash) & mask;
        while let Some(number) = self.slots.get(slot)
            && *number != FREE
            && self.get(*number) != string
        {
            slot = (slot + 1) & mask;
        }
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::Interner;

    #[test]
    fn equal_strings_share_a_number() {
        let mut interner = Interner::default();
        let numbers: Vec<u32> = (0..5_000).map(|n: u32| interner.number(n.to_string().as_bytes())).collect();
        assert_eq!(numbers, (0..5_000).collect::<Vec<u32>>());
        assert_eq!((interner.number(b"4711"), interner.get(4711)), (4711, b"4711".as_slice()));
        assert_eq!((interner.number(b""), interner.get(5_000), interner.len()), (5_000, b"".as_slice(), 5_001));
        assert_eq!(interner.get(5_001), b"");
    }
}
