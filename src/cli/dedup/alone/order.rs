//! The order in which the records of files count, whatever the order of rows and files.
//!
//! A record that has an id of its file stands by that id; one without stands by its content, for the
//! number of its row is not a property of the record. Every tie in the work is broken by this order, so
//! that primary records, queue and relations are the same however the files are sorted.

use super::Row;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// Numbers in names count as numbers: `r9` stands before `r10`.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    loop {
        let digits = |text: &[u8]| text.iter().take_while(|c| c.is_ascii_digit()).count();
        match (digits(left), digits(right)) {
            (0, 0) => {}
            (0, _) | (_, 0) => break,
            (m, n) => {
                let (x, rest_left) = left.split_at(m);
                let (y, rest_right) = right.split_at(n);
                let zeros = |text: &[u8]| text.iter().take_while(|c| **c == b'0').count();
                let (x, y) = (x.get(zeros(x)..), y.get(zeros(y)..));
                let length = |text: Option<&[u8]>| text.map_or(0, <[u8]>::len);
                let order = length(x).cmp(&length(y)).then_with(|| x.cmp(&y));
                if order != Ordering::Equal {
                    return order;
                }
                (left, right) = (rest_left, rest_right);
                continue;
            }
        }
        match (left.split_first(), right.split_first()) {
            (Some((x, rest_left)), Some((y, rest_right))) if x == y => {
                (left, right) = (rest_left, rest_right);
            }
            _ => break,
        }
    }
    // Numbers written otherwise (`01` and `1`) are told apart by how they are written.
    left.cmp(right).then_with(|| a.cmp(b))
}

/// The rows in the order in which they count. `identity` says what a record is, by its place.
pub(super) fn rank(rows: &[Row], files: &[String], identity: impl Fn(usize) -> u64) -> Vec<u32> {
    let compare = |a: &u32, b: &u32| {
        let row = |n: u32| usize::try_from(n).ok().and_then(|n| rows.get(n));
        let (Some(x), Some(y)) = (row(*a), row(*b)) else {
            return a.cmp(b);
        };
        let file = |row: &Row| files.get(row.file).map_or("", String::as_str);
        let of = |n: u32| usize::try_from(n).map_or(0, &identity);
        x.content
            .cmp(&y.content)
            .then_with(|| natural(&x.name, &y.name).then_with(|| natural(file(x), file(y))))
            .then_with(|| of(*a).cmp(&of(*b)))
            .then_with(|| x.completeness.cmp(&y.completeness))
            .then(a.cmp(b))
    };
    let mut order: Vec<u32> = (0..).take(rows.len()).collect();
    if !order.is_sorted_by(|a, b| compare(a, b) != Ordering::Greater) {
        order.sort_unstable_by(compare);
    }
    order
}

/// How files are called: by name; those of one name in several folders are numbered by their paths.
pub(super) fn file_names<'a>(paths: impl Iterator<Item = &'a Path>) -> Vec<String> {
    let name = |path: &Path| {
        path.file_name()
            .map_or_else(String::new, |n| n.to_string_lossy().into_owned())
    };
    let paths: Vec<&Path> = paths.collect();
    let mut order: Vec<usize> = (0..paths.len()).collect();
    order.sort_by_key(|n| paths.get(*n));
    let mut taken = HashSet::new();
    let mut out = vec![String::new(); paths.len()];
    for place in order {
        let Some(base) = paths.get(place).map(|path| name(path)) else {
            continue;
        };
        let numbered = (2..).map(|n| format!("{base} ({n})"));
        let free = std::iter::once(base.clone())
            .chain(numbered)
            .find(|name| !taken.contains(name));
        if let (Some(free), Some(slot)) = (free, out.get_mut(place)) {
            taken.insert(free.clone());
            *slot = free;
        }
    }
    out
}

/// Ids that clash across files carry their file; those that still clash are numbered in `order`.
pub(super) fn name_apart(rows: &mut [Row], files: &[String], order: &[u32]) {
    let clashing = |rows: &[Row]| -> HashSet<String> {
        let mut seen = HashSet::new();
        rows.iter()
            .filter(|row| !seen.insert(row.name.as_str()))
            .map(|row| row.name.clone())
            .collect()
    };
    let found = clashing(rows);
    for row in rows.iter_mut().filter(|row| found.contains(&row.name)) {
        let file = files.get(row.file).map_or("", String::as_str);
        row.name = format!("{file}#{}", row.name);
    }
    loop {
        let found = clashing(rows);
        if found.is_empty() {
            return;
        }
        let mut numbers: HashMap<String, u32> = HashMap::new();
        for place in order {
            let row = usize::try_from(*place).ok().and_then(|n| rows.get_mut(n));
            let Some(row) = row.filter(|row| found.contains(&row.name)) else {
                continue;
            };
            let number = numbers.entry(row.name.clone()).or_default();
            *number += 1;
            row.name = format!("{}#{number}", row.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn names_are_ordered_as_people_count() {
        let mut names = ["r10", "r9", "id_02", "id_2", "id_1", "", "a", "10", "9"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(
            names,
            ["", "9", "10", "a", "id_1", "id_02", "id_2", "r9", "r10"]
        );
    }

    #[test]
    fn files_of_one_name_are_numbered_by_their_paths() {
        let names = |paths: &[&str]| -> Vec<(String, String)> {
            let all: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
            let names = file_names(all.iter().map(PathBuf::as_path));
            let mut pairs: Vec<_> = paths.iter().map(|p| (*p).to_owned()).zip(names).collect();
            pairs.sort();
            pairs
        };
        let forth = names(&["b/x.csv", "a/x.csv", "y.ris"]);
        assert_eq!(forth, names(&["y.ris", "a/x.csv", "b/x.csv"]));
        let called: Vec<&str> = forth.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(called, ["x.csv", "x.csv (2)", "y.ris"]);
    }
}
