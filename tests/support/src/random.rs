/// SplitMix64: the same numbers in every run.
pub struct Random(pub u64);

impl Random {
    #[expect(clippy::should_implement_trait, reason = "it never ends")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// These bits with up to `changes` of them flipped.
    pub fn near(&mut self, bits: u64, changes: u64) -> u64 {
        let count = self.below(changes + 1);
        (0..count).fold(bits, |bits, _| bits ^ (1 << self.below(64)))
    }
}
