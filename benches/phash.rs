//! How long the grouping of near duplicates takes, against comparing all pairs.
//!
//! Prints `phash/<data>/<count> distance=<d> groups=<n> ms=<n> all_pairs_ms=<n> ratio=<r>`. The
//! baseline compares the 64-bit numbers of each pair and joins the sets of those that are near, and
//! has to find the same groups. The data:
//!
//! - `random`: nothing in common
//! - `clustered`: pictures with up to 20 near copies of each, of up to 6 different bits
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used
)]

use std::hint::black_box;
use std::time::Instant;

use imagekitio::phash::{PHash, near_duplicates};
use support::Random;
use support::bench::median;

const DISTANCE: u32 = 8;

fn clustered(random: &mut Random, count: usize) -> Vec<u64> {
    let mut all = Vec::with_capacity(count);
    while all.len() < count {
        let picture = random.next();
        all.push(picture);
        for _ in 0..random.below(21) {
            all.push(random.near(picture, 6));
        }
    }
    all.truncate(count);
    // Not in the order of the clusters.
    for last in (1..count).rev() {
        all.swap(last, random.below(last as u64 + 1) as usize);
    }
    all
}

fn root(sets: &mut [usize], mut position: usize) -> usize {
    while sets[position] != position {
        sets[position] = sets[sets[position]];
        position = sets[position];
    }
    position
}

fn all_pairs(hashes: &[u64]) -> Vec<Vec<usize>> {
    let mut sets: Vec<usize> = (0..hashes.len()).collect();
    for (a, first) in hashes.iter().enumerate() {
        for (b, second) in hashes.iter().enumerate().skip(a + 1) {
            if (first ^ second).count_ones() <= DISTANCE {
                let (a, b) = (root(&mut sets, a), root(&mut sets, b));
                sets[a.max(b)] = a.min(b);
            }
        }
    }
    let mut groups = vec![Vec::new(); hashes.len()];
    for position in 0..hashes.len() {
        groups[root(&mut sets, position)].push(position);
    }
    groups.retain(|group| group.len() > 1);
    groups
}

fn measured<T>(run: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = run();
    (start.elapsed().as_secs_f64() * 1000.0, result)
}

fn main() {
    for count in [20_000, 100_000] {
        let mut random = Random(count as u64);
        let clustered = clustered(&mut random, count);
        let spread: Vec<u64> = (0..count).map(|_| random.next()).collect();
        for (name, bits) in [("random", spread), ("clustered", clustered)] {
            let hashes: Vec<PHash> = bits
                .iter()
                .map(|bits| format!("{bits:016x}").parse().expect("16 digits"))
                .collect();
            let mut times: Vec<f64> = Vec::new();
            let mut groups = Vec::new();
            for _ in 0..5 {
                let (ms, found) = measured(|| near_duplicates(black_box(&hashes), DISTANCE));
                times.push(ms);
                groups = found;
            }
            let ms = median(times);
            let (all_pairs_ms, expected) = measured(|| all_pairs(black_box(&bits)));
            assert_eq!(groups, expected);
            println!(
                "phash/{name}/{count} distance={DISTANCE} groups={} ms={ms:.1} all_pairs_ms={all_pairs_ms:.1} ratio={:.4}",
                groups.len(),
                ms / all_pairs_ms
            );
        }
    }
}
