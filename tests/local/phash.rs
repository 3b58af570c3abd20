//! Perceptual hashes: distances, and groups of near duplicates held against all pairs.

use std::collections::{BTreeMap, BTreeSet};

use imagekitio::ErrorKind;
use imagekitio::phash::{PHash, near_duplicates, phash_distance};
use proptest::prelude::*;
use support::Random;

fn hash(digits: &str) -> PHash {
    digits.parse().unwrap()
}

fn hashes(bits: impl IntoIterator<Item = u64>) -> Vec<PHash> {
    bits.into_iter()
        .map(|bits| hash(&format!("{bits:016x}")))
        .collect()
}

/// Groups by comparing all pairs, and passing the smallest position on until nothing changes.
fn by_all_pairs(hashes: &[PHash], max_distance: u32) -> Vec<Vec<usize>> {
    let is_near = |a: PHash, b: PHash| a.distance(&b).is_ok_and(|bits| bits <= max_distance);
    let mut near = Vec::new();
    for (a, hash) in hashes.iter().enumerate() {
        let others = hashes.iter().enumerate().skip(a + 1);
        near.extend(
            others
                .filter(|(_, other)| is_near(*hash, **other))
                .map(|(b, _)| (a, b)),
        );
    }
    let mut first: Vec<usize> = (0..hashes.len()).collect();
    let mut changed = true;
    while changed {
        changed = false;
        for &(a, b) in &near {
            let smaller = first[a].min(first[b]);
            changed |= first[a] != smaller || first[b] != smaller;
            (first[a], first[b]) = (smaller, smaller);
        }
    }
    let mut groups = BTreeMap::<usize, Vec<usize>>::new();
    for (position, first) in first.into_iter().enumerate() {
        groups.entry(first).or_default().push(position);
    }
    groups
        .into_values()
        .filter(|group| group.len() > 1)
        .collect()
}

#[test]
fn documented_distances() {
    for (first, second, distance) in [
        ("f06830ca9f1e3e90", "f06830ca9f1e3e90", 0),
        ("2d5ad3936d2e015b", "2d6ed293db36a4fb", 17),
        ("a4a65595ac94518b", "7838873e791f8400", 37),
        ("33699c96619cc69e", "968e978414fe04ea", 30),
        ("0", "F", 4),
        ("0000000000000000", "ffffffffffffffff", 64),
    ] {
        assert_eq!(phash_distance(first, second).unwrap(), distance);
        let (first, second) = (hash(first), hash(second));
        assert_eq!(first.distance(&second).unwrap(), distance);
        assert_eq!(second.distance(&first).unwrap(), distance);
        let bits = first.to_string().len() as f64 * 4.0;
        let similarity = first.similarity(&second).unwrap();
        assert!((similarity - (1.0 - f64::from(distance) / bits)).abs() < 1e-12);
    }
    assert_eq!(hash("00").similarity(&hash("00")).unwrap(), 1.0);
    assert_eq!(hash("00").similarity(&hash("ff")).unwrap(), 0.0);
}

#[test]
fn a_hash_is_its_digits() {
    assert_eq!(hash("00aB"), hash("00Ab"));
    assert_ne!(hash("ab"), hash("00ab"));
    assert_eq!(hash("00aB").to_string(), "00ab");
    assert_eq!(format!("{:?}", hash("F0")), "PHash(f0)");
    assert_eq!(hash("ffffffffffffffff").to_string(), "ffffffffffffffff");
    let copy = hash("f0");
    let set = BTreeSet::from([copy, copy, hash("00f0"), hash("0f"), hash("F0")]);
    let ordered: Vec<String> = set.iter().map(PHash::to_string).collect();
    assert_eq!(ordered, ["0f", "f0", "00f0"]);
    let missing =
        "phash: the pHash is missing; pass the hexadecimal digits from the file's metadata";
    let long =
        "phash: has 17 digits; at most 16 are allowed, and `phash_distance` compares longer hashes";
    for (digits, message) in [
        ("", missing),
        (
            "0x1f",
            "phash: 'x' is not a hexadecimal digit; a pHash holds only 0-9, a-f and A-F",
        ),
        (
            "+1",
            "phash: '+' is not a hexadecimal digit; a pHash holds only 0-9, a-f and A-F",
        ),
        (
            " 1",
            "phash: ' ' is not a hexadecimal digit; a pHash holds only 0-9, a-f and A-F",
        ),
        (
            "1_0",
            "phash: '_' is not a hexadecimal digit; a pHash holds only 0-9, a-f and A-F",
        ),
        (
            "٣",
            "phash: '٣' is not a hexadecimal digit; a pHash holds only 0-9, a-f and A-F",
        ),
        ("00000000000000000", long),
    ] {
        let error = digits.parse::<PHash>().unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::InvalidInput, message)
        );
    }
    for error in [
        hash("a").distance(&hash("ab")).unwrap_err(),
        hash("a").similarity(&hash("ab")).unwrap_err(),
    ] {
        assert_eq!(
            error.to_string(),
            "other: the hashes have 1 and 2 digits; only hashes of equal length can be compared"
        );
    }
}

#[test]
fn a_group_is_what_is_connected() {
    // Each is one bit from the next; the ends are four apart.
    let chain = hashes([0b0000, 0b0001, 0b0011, 0b0111, 0b1111]);
    assert_eq!(near_duplicates(&chain, 1), [[0, 1, 2, 3, 4]]);
    assert_eq!(near_duplicates(&chain, 0), [[0; 0]; 0]);
    let broken = hashes([0b0000, 0b0001, 0b0111, 0b1111]);
    assert_eq!(near_duplicates(&broken, 1), [[0, 1], [2, 3]]);
    assert_eq!(
        near_duplicates(&hashes([7, 1, 7, 1, 7]), 0),
        [vec![0, 2, 4], vec![1, 3]]
    );
    assert!(near_duplicates(&[], 8).is_empty());
    assert!(near_duplicates(&hashes([5]), 64).is_empty());
    // Lengths are not mixed, not even at the longest distance.
    let mixed = ["0", "00", "1", "01", "000"].map(hash);
    assert_eq!(near_duplicates(&mixed, u32::MAX), [[0, 2], [1, 3]]);
}

/// Enough hashes for every way of cutting them up.
#[test]
fn many_hashes_are_grouped_as_by_all_pairs() {
    let mut random = Random(7);
    let centers: Vec<u64> = (0..200).map(|_| random.next()).collect();
    let spread = |random: &mut Random| random.next();
    let clustered = |random: &mut Random| {
        let center = centers[random.next() as usize % centers.len()];
        random.near(center, 12)
    };
    let half_fixed = |random: &mut Random| random.next() & 0xffff_ffff | 0xabcd_0123_0000_0000;
    let sparse = |random: &mut Random| random.near(0, 9);
    let kinds: [&dyn Fn(&mut Random) -> u64; 4] = [&spread, &clustered, &half_fixed, &sparse];
    for kind in kinds {
        let hashes = hashes((0..1000).map(|_| kind(&mut random)));
        for distance in [0, 1, 2, 3, 4, 6, 8, 11, 16, 25, 40, 64] {
            let groups = near_duplicates(&hashes, distance);
            assert_eq!(
                groups,
                by_all_pairs(&hashes, distance),
                "distance {distance}"
            );
        }
    }
}

proptest! {
    #[test]
    fn any_hashes_are_grouped_as_by_all_pairs(
        digits in prop::collection::vec("[0-9a-f]{1,3}|[0-1]{5}|[0-9a-f]{16}|0{14}[0-9a-f]{2}|[0-9a-f]{2}0{14}", 0..80),
        distance in 0..70u32,
    ) {
        let hashes: Vec<PHash> = digits.iter().map(|digits| hash(digits)).collect();
        prop_assert_eq!(near_duplicates(&hashes, distance), by_all_pairs(&hashes, distance));
    }
}
