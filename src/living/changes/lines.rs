//! Which lines of a text went and which came.

/// Lines of `old` that are not in `new` in order, and the reverse: what a longest common
/// subsequence leaves over. Texts beyond 4,000 lines are compared as sets.
pub(super) fn changed(old: &str, new: &str) -> (Vec<String>, Vec<String>) {
    let before: Vec<&str> = old.lines().collect();
    let after: Vec<&str> = new.lines().collect();
    let start = before
        .iter()
        .zip(&after)
        .take_while(|(a, b)| a == b)
        .count();
    let end = before
        .iter()
        .skip(start)
        .rev()
        .zip(after.iter().skip(start).rev())
        .take_while(|(a, b)| a == b)
        .count();
    let a = before.get(start..before.len() - end).unwrap_or_default();
    let b = after.get(start..after.len() - end).unwrap_or_default();
    let text = |lines: Vec<&str>| lines.into_iter().map(str::to_owned).collect();
    if a.len() > 4_000 || b.len() > 4_000 {
        let gone = a.iter().filter(|line| !b.contains(line)).copied().collect();
        let come = b.iter().filter(|line| !a.contains(line)).copied().collect();
        return (text(gone), text(come));
    }
    let (gone, come) = subsequence(a, b);
    (text(gone), text(come))
}

/// What the longest common subsequence of two lists leaves of each.
fn subsequence<'a>(a: &[&'a str], b: &[&'a str]) -> (Vec<&'a str>, Vec<&'a str>) {
    let width = b.len() + 1;
    let mut longest = vec![0_u32; (a.len() + 1) * width];
    let at = |table: &[u32], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for (i, x) in a.iter().enumerate().rev() {
        for (j, y) in b.iter().enumerate().rev() {
            let value = if x == y {
                at(&longest, i + 1, j + 1) + 1
            } else {
                at(&longest, i + 1, j).max(at(&longest, i, j + 1))
            };
            if let Some(place) = longest.get_mut(i * width + j) {
                *place = value;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    loop {
        match (a.get(i), b.get(j)) {
            (None, None) => return (gone, come),
            (Some(x), Some(y)) if x == y => {
                i += 1;
                j += 1;
            }
            (Some(x), _) if j == b.len() || at(&longest, i + 1, j) >= at(&longest, i, j + 1) => {
                gone.push(*x);
                i += 1;
            }
            (_, Some(y)) => {
                come.push(*y);
                j += 1;
            }
            (Some(x), None) => {
                gone.push(*x);
                i += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_named() {
        let (gone, come) = changed("a\nb\nc\nd\n", "a\nc\nx\nd\n");
        assert_eq!(gone, ["b"]);
        assert_eq!(come, ["x"]);
        assert_eq!(changed("a\n", "a\n"), (vec![], vec![]));
        assert_eq!(changed("", "a\nb").1, ["a", "b"]);
    }
}
