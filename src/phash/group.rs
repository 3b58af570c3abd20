//! Near duplicates among many hashes.
//!
//! Two hashes of at most `d` different bits, cut into segments with a radius each, agree in one segment up to its radius if the
//! radii plus one sum up to more than `d`: otherwise every segment would have more differences than its radius, and all
//! together more than `d`. So the hashes are put into buckets by the value of a segment, and only those of the same or a
//! neighboring bucket are compared, for each segment. How many segments are best depends on the hashes, and is computed.

use super::PHash;

/// A wider segment would have more buckets than most libraries have pictures.
const MAX_SEGMENT_WIDTH: u32 = 16;

/// Groups near duplicates: returns the positions in `hashes` of each group.
///
/// Two hashes are linked if they have the same length and differ in at most `max_distance` bits. A group is a connected
/// component of at least two hashes: each is linked to another of its group, not to all of them, so that the first and the
/// last of a chain can be further apart. Hashes that are linked to none are left out. The result is exact.
///
/// Positions in a group ascend, and groups are ordered by their first position.
///
/// Distances up to 8 are usual for near duplicates of 64-bit hashes. For these, 100,000 hashes take a small part of the time
/// that comparing all pairs takes; the longer the distance, the smaller the gain. It never takes more comparisons than all
/// pairs do. Memory is proportional to the number of hashes.
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
        // Equal hashes would all be in one bucket, of every segment.
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

/// A hash that differs from all others, and its number among them.
#[derive(Clone, Copy, Default)]
struct Entry {
    bits: u64,
    index: usize,
}

/// Unites the components of all entries that are at most `distance` apart.
fn unite_near(entries: &[Entry], width: u32, distance: u32, components: &mut Components) {
    let mut best = None;
    let mut best_cost = square(entries.len()) / 2.0;
    let fewest = width.div_ceil(MAX_SEGMENT_WIDTH);
    for count in fewest..=width.min(distance + 1).max(fewest) {
        let segments = segments(width, distance, count);
        // The sizes of buckets need not be known where their number is too much.
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

/// Some consecutive bits of a hash.
struct Segment {
    shift: u32,
    width: u32,
    /// In how many of its bits two hashes that are compared may differ.
    radius: u32,
}

/// Cuts hashes into `count` segments, and returns those that are needed: their radii plus one sum up to the distance plus one.
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

    /// What the buckets of two hashes that are compared may differ in.
    fn differences(&self) -> impl Iterator<Item = usize> {
        let radius = self.radius;
        (0..1 << self.width).filter(move |difference: &usize| difference.count_ones() <= radius)
    }

    /// How many entries each bucket has.
    fn sizes(&self, entries: &[Entry]) -> Vec<usize> {
        let mut sizes = vec![0; 1 << self.width];
        for entry in entries {
            sizes[self.bucket(entry)] += 1;
        }
        sizes
    }

    /// Number of the differences.
    fn neighbors(&self) -> f64 {
        let (mut of_this_many_bits, mut all) = (1.0, 1.0);
        for bits in 0..self.radius.min(self.width) {
            of_this_many_bits *= f64::from(self.width - bits) / f64::from(bits + 1);
            all += of_this_many_bits;
        }
        all
    }

    /// How many pairs of buckets are visited, also empty ones.
    fn visits(&self) -> f64 {
        self.neighbors() * f64::from(1 << self.width) / 2.0
    }

    /// How many pairs of buckets are visited and of entries compared, at most: over all buckets, those that differ in one way
    /// have at most as many pairs as each has with itself.
    fn cost(&self, entries: &[Entry]) -> f64 {
        let pairs: f64 = self.sizes(entries).into_iter().map(square).sum();
        self.visits() + self.neighbors() * pairs / 2.0
    }

    /// Unites what is at most `distance` apart and in buckets that this segment compares.
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
    /// Of each entry another one of its set; of the root of a set itself.
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
            // Halves the way for the next one who asks.
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
        // Once all are connected, nothing more can be.
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
