//! Near duplicates among many hashes.
//!
//! The hashes are cut into segments, and each segment has a radius. If the sum of all radii plus
//! one exceeds `d`, two hashes that differ in at most `d` bits differ in at least one segment by no
//! more than its radius. Otherwise each segment would have more differences than its radius, and
//! all segments together more than `d`. So for each segment, the hashes are put into buckets by the
//! value of the segment, and only hashes in the same bucket or in buckets within the radius are
//! compared. The best number of segments depends on the hashes, and is computed.

use super::PHash;

/// A wider segment would have more buckets than most libraries have pictures.
const MAX_SEGMENT_WIDTH: u32 = 16;

/// Groups near duplicates, and returns the positions in `hashes` of each group.
///
/// Two hashes are linked if they have the same length and differ in at most `max_distance` bits. A
/// group is a connected component of at least two hashes. Each hash is linked to another one of its
/// group, but not to all of them: the ends of a chain can differ in more bits. Hashes without a
/// link are left out. The result is exact.
///
/// Positions in a group ascend, and groups are ordered by their first position.
///
/// Near duplicates of 64-bit hashes usually differ in up to 8 bits. With such a distance, 100,000
/// hashes take a small part of the time that a comparison of all pairs takes. The gain shrinks as
/// the distance grows. The number of comparisons never exceeds the number of pairs. Memory is
/// proportional to the number of hashes.
///
/// ```
/// use imagekitio::phash::{PHash, near_duplicates};
///
/// let hashes: Vec<PHash> = ["0000", "ffff", "0001", "0003", "fffe", "0ff0"]
///     .iter()
///     .map(|digits| digits.parse())
///     .collect::<Result<_, _>>()?;
/// assert_eq!(near_duplicates(&hashes, 1), [vec![0, 2, 3], vec![1, 4]]);
/// # Ok::<(), imagekitio::Error>(())
/// ```
pub fn near_duplicates(hashes: &[PHash], max_distance: u32) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..hashes.len()).collect();
    order.sort_unstable_by_key(|&position| hashes[position]);
    let mut groups = Vec::new();
    for comparable in order.chunk_by(|&a, &b| hashes[a].digits == hashes[b].digits) {
        // Equal hashes share a bucket in every segment.
        let equals: Vec<&[usize]> = comparable
            .chunk_by(|&a, &b| hashes[a] == hashes[b])
            .collect();
        let entries = equals.iter().enumerate().map(|(index, equal)| Entry {
            bits: hashes[equal[0]].bits,
            index,
        });
        let entries: Vec<Entry> = entries.collect();
        let width = hashes[comparable[0]].width();
        let mut components = Components::new(entries.len());
        unite_near(&entries, width, max_distance.min(width), &mut components);

        let mut united = vec![Vec::new(); entries.len()];
        for (index, equal) in equals.into_iter().enumerate() {
            united[components.root(index)].extend_from_slice(equal);
        }
        groups.extend(united.into_iter().filter(|group| group.len() > 1));
    }
    for group in &mut groups {
        group.sort_unstable();
    }
    groups.sort_unstable();
    groups
}

/// A hash that differs from all other entries, and its position among them.
#[derive(Clone, Copy, Default)]
struct Entry {
    bits: u64,
    index: usize,
}

/// Unites the components of all entries that differ in at most `distance` bits.
fn unite_near(entries: &[Entry], width: u32, distance: u32, components: &mut Components) {
    let mut best = None;
    let mut best_cost = square(entries.len()) / 2.0;
    let fewest = width.div_ceil(MAX_SEGMENT_WIDTH);
    for count in fewest..=width.min(distance + 1).max(fewest) {
        let segments = segments(width, distance, count);
        // If there are too many buckets, their sizes don't matter.
        if segments.iter().map(Segment::visits).sum::<f64>() >= best_cost {
            continue;
        }
        let cost = segments.iter().map(|segment| segment.cost(entries)).sum();
        if cost < best_cost {
            (best, best_cost) = (Some(segments), cost);
        }
    }
    match best {
        Some(segments) => {
            for segment in segments {
                segment.unite_near(entries, distance, components);
            }
        }
        None => components.unite_near_within(entries, distance),
    }
}

fn square(count: usize) -> f64 {
    (count as f64).powi(2)
}

/// Consecutive bits of a hash.
struct Segment {
    shift: u32,
    width: u32,
    /// The number of bits of the segment in which compared hashes may differ.
    radius: u32,
}

/// Cuts hashes into `count` segments, and returns those that are needed: the sum of their radii
/// plus one is the distance plus one.
fn segments(width: u32, distance: u32, count: u32) -> Vec<Segment> {
    let share = |total: u32, index: u32| total / count + u32::from(index < total % count);
    let mut shift = 0;
    let mut segments = Vec::new();
    for index in 0..count {
        let width = share(width, index);
        if let Some(radius) = share(distance + 1, index).checked_sub(1) {
            segments.push(Segment {
                shift,
                width,
                radius,
            });
        }
        shift += width;
    }
    segments
}

impl Segment {
    fn bucket(&self, entry: &Entry) -> usize {
        let mask = (1 << self.width) - 1;
        (entry.bits >> self.shift) as usize & mask
    }

    /// Returns the bits in which the buckets of compared hashes may differ.
    fn differences(&self) -> impl Iterator<Item = usize> {
        let radius = self.radius;
        (0..1 << self.width).filter(move |difference: &usize| difference.count_ones() <= radius)
    }

    /// Returns the number of entries in each bucket.
    fn sizes(&self, entries: &[Entry]) -> Vec<usize> {
        let mut sizes = vec![0; 1 << self.width];
        for entry in entries {
            sizes[self.bucket(entry)] += 1;
        }
        sizes
    }

    /// Returns the number of [`differences`](Self::differences).
    fn neighbors(&self) -> f64 {
        let (mut of_this_many_bits, mut all) = (1.0, 1.0);
        for bits in 0..self.radius.min(self.width) {
            of_this_many_bits *= f64::from(self.width - bits) / f64::from(bits + 1);
            all += of_this_many_bits;
        }
        all
    }

    /// Returns the number of pairs of buckets that are visited, including empty buckets.
    fn visits(&self) -> f64 {
        self.neighbors() * f64::from(1 << self.width) / 2.0
    }

    /// Returns an upper limit for the visited pairs of buckets and the compared pairs of entries.
    /// For any one difference, the pairs of entries across buckets don't exceed the pairs within
    /// buckets.
    fn cost(&self, entries: &[Entry]) -> f64 {
        let pairs: f64 = self.sizes(entries).into_iter().map(square).sum();
        self.visits() + self.neighbors() * pairs / 2.0
    }

    /// Unites entries that differ in at most `distance` bits, if this segment compares their
    /// buckets.
    fn unite_near(&self, entries: &[Entry], distance: u32, components: &mut Components) {
        let sizes = self.sizes(entries);
        let mut starts = Vec::with_capacity(sizes.len() + 1);
        starts.push(0);
        for size in sizes {
            starts.push(starts[starts.len() - 1] + size);
        }
        let mut next = starts.clone();
        let mut sorted = vec![Entry::default(); entries.len()];
        for entry in entries {
            let slot = &mut next[self.bucket(entry)];
            sorted[*slot] = *entry;
            *slot += 1;
        }
        let bucket = |index: usize| &sorted[starts[index]..starts[index + 1]];
        for difference in self.differences() {
            for index in 0..1 << self.width {
                let other = index ^ difference;
                if other == index {
                    components.unite_near_within(bucket(index), distance);
                } else if other > index {
                    components.unite_near(bucket(index), bucket(other), distance);
                }
            }
        }
    }
}

/// Sets of connected entries.
struct Components {
    /// For each entry, another entry of its set. For the root of a set, the root itself.
    parents: Vec<usize>,
    count: usize,
}

impl Components {
    fn new(count: usize) -> Self {
        Self {
            parents: (0..count).collect(),
            count,
        }
    }

    fn root(&mut self, mut index: usize) -> usize {
        while self.parents[index] != index {
            // Halves the path to the root.
            self.parents[index] = self.parents[self.parents[index]];
            index = self.parents[index];
        }
        index
    }

    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            self.parents[a.max(b)] = a.min(b);
            self.count -= 1;
        }
    }

    fn unite_near(&mut self, some: &[Entry], others: &[Entry], distance: u32) {
        // Once all entries are connected, the rest changes nothing.
        for entry in some {
            if self.count == 1 {
                return;
            }
            for other in others {
                if (entry.bits ^ other.bits).count_ones() <= distance {
                    self.unite(entry.index, other.index);
                }
            }
        }
    }

    fn unite_near_within(&mut self, entries: &[Entry], distance: u32) {
        for (index, entry) in entries.iter().enumerate() {
            self.unite_near(&[*entry], &entries[index + 1..], distance);
        }
    }
}
