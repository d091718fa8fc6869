//! Edit distance, sixty-four letters at a time (Myers 1999, doi 10.1145/316542.316550, in the
//! block form of Hyyrö 2003).

/// One block of the pattern: where letters stand in it, and the vertical differences.
struct Block {
    positive: u64,
    negative: u64,
    /// The highest bit in use.
    last: u64,
}

/// How alike two texts are, 0 to 1: one less the share of letters to change.
pub(super) fn similarity(a: &str, b: &str) -> f64 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.is_empty() {
        return 1.0;
    }
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    1.0 - count(distance(short.as_bytes(), long.as_bytes())) / count(long.len())
}

/// Insertions, deletions and replacements of bytes that turn `pattern` into `text`.
fn distance(pattern: &[u8], text: &[u8]) -> usize {
    if pattern.is_empty() {
        return text.len();
    }
    let mut blocks: Vec<Block> = pattern
        .chunks(64)
        .map(|chunk| Block {
            positive: u64::MAX,
            negative: 0,
            last: 1 << (chunk.len() - 1),
        })
        .collect();
    let mut places = vec![[0_u64; 256]; blocks.len()];
    for (table, chunk) in places.iter_mut().zip(pattern.chunks(64)) {
        for (bit, byte) in chunk.iter().enumerate() {
            if let Some(entry) = table.get_mut(usize::from(*byte)) {
                *entry |= 1 << bit;
            }
        }
    }
    let mut distance = pattern.len();
    for byte in text {
        // What enters the first row from above grows by one with each letter of the text.
        let mut carry = 1_i8;
        for (block, table) in blocks.iter_mut().zip(&places) {
            let equal = table.get(usize::from(*byte)).copied().unwrap_or(0);
            carry = block.step(equal, carry);
        }
        match carry {
            1 => distance += 1,
            -1 => distance -= 1,
            _ => {}
        }
    }
    distance
}

impl Block {
    /// Advances by one letter; takes and gives the horizontal difference at the border.
    fn step(&mut self, equal: u64, carry: i8) -> i8 {
        let vertical = equal | self.negative;
        let equal = if carry < 0 { equal | 1 } else { equal };
        let across =
            (((equal & self.positive).wrapping_add(self.positive)) ^ self.positive) | equal;
        let mut up = self.negative | !(across | self.positive);
        let mut down = self.positive & across;
        let out = if up & self.last != 0 {
            1
        } else if down & self.last != 0 {
            -1
        } else {
            0
        };
        up = (up << 1) | u64::from(carry > 0);
        down = (down << 1) | u64::from(carry < 0);
        self.positive = down | !(vertical | up);
        self.negative = up & vertical;
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_distance_is_that_of_the_plain_table(a in "[abc]{0,150}", b in "[abcd]{0,150}") {
            prop_assert_eq!(distance(a.as_bytes(), b.as_bytes()), strsim::levenshtein(&a, &b));
        }
    }

    #[test]
    fn equal_texts_are_alike_and_unlike_ones_are_not() {
        assert!((similarity("kitten", "kitten") - 1.0).abs() < 1e-12);
        assert!((similarity("kitten", "sitting") - 4.0 / 7.0).abs() < 1e-12);
        assert!(similarity("", "abc").abs() < 1e-12);
    }
}
