//! Suggestions for misspelled parameter names.

use super::parameters::PARAMETERS;

/// Returns the known name that is most similar to an unknown one, if any is similar.
pub(super) fn similar_name(unknown: &str) -> Option<&'static str> {
    const LONGEST: usize = 64;
    if unknown.len() > LONGEST {
        return None;
    }
    let names = PARAMETERS.iter().flat_map(|parameter| parameter.names);
    let distances = names
        .chain(&["overlay"])
        .map(|name| (distance(name, unknown), *name));
    let (distance, name) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= name.len().max(unknown.len()) / 2).then_some(name)
}

/// Returns the edit distance, ignoring case: how many letters must be added, removed, replaced or
/// swapped with the next one.
fn distance(known: &str, unknown: &str) -> usize {
    let unknown: Vec<u8> = unknown
        .bytes()
        .map(|byte| byte.to_ascii_lowercase())
        .collect();
    let known: Vec<u8> = known
        .bytes()
        .map(|byte| byte.to_ascii_lowercase())
        .collect();
    // Rows of the distance matrix for the last two letters of the known name.
    let mut before = Vec::new();
    let mut last: Vec<usize> = (0..=unknown.len()).collect();
    for (i, letter) in known.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in unknown.iter().enumerate() {
            let replaced = last[j] + usize::from(letter != other);
            let mut least = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == unknown[j - 1] && known[i - 1] == *other {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[unknown.len()]
}
