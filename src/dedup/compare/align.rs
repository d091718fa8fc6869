//! Two titles word by word, each word in its place: what is missing, more, another, or opposite.

use super::words::{self, Pair};

/// How far two titles may differ for their words to be aligned; more is not a question of wording.
const WIDEST: usize = 48;

/// Nouns behind which a single `a` is a name, not the article.
const NAMED: &[&str] = &[
    "hepatitis",
    "influenza",
    "vitamin",
    "type",
    "group",
    "part",
    "study",
    "phase",
    "cohort",
    "arm",
    "class",
    "grade",
    "stage",
    "level",
    "wave",
    "model",
    "section",
    "series",
    "form",
    "factor",
    "hla",
    "protein",
    "apolipoprotein",
    "hemophilia",
    "haemophilia",
    "streptococcus",
    "toxin",
    "botulinum",
    "ciclosporin",
    "cyclosporin",
    "cyclosporine",
    "immunoglobulin",
    "ig",
    "panel",
    "chapter",
    "volume",
    "experiment",
    "trial",
    "coenzyme",
    "subtype",
    "serotype",
    "genotype",
    "clade",
    "lineage",
    "variant",
    "plan",
    "scheme",
    "regimen",
    "hospital",
    "site",
    "schedule",
    "version",
    "pugh",
    "herpesvirus",
    "virus",
    "receptor",
    "cluster",
    "paper",
    "report",
    "topic",
    "document",
    "appendix",
    "supplement",
    "treatment",
    "domain",
    "subunit",
    "chain",
    "fraction",
    "strain",
    "amphotericin",
    "serum",
    "syndrome",
    "kinase",
    "phospholipase",
    "monoamine",
    "oxidase",
    "concanavalin",
    "sulfadiazine",
    "period",
    "step",
    "sample",
    "case",
    "category",
    "criterion",
];

const STOP: &[&str] = &[
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to",
    "with", "are", "its", "their", "this", "that", "these", "be", "was", "were", "s", "das", "der",
    "die", "und", "de", "la", "le", "les", "des", "et", "el", "en",
];

/// What the wording of two titles shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a finding of its own; no two of them form a state"
)]
pub(super) struct Wording {
    /// A letter, number or opposite stands in the place of another.
    pub(super) apart: bool,
    /// A letter or number stands on one side alone.
    pub(super) marked: bool,
    /// Words that are one slip, or little more, from the word in their place.
    pub(super) near: usize,
    /// One of them is not a slip of the pen: two letters or more, or the first, are others.
    pub(super) loose: bool,
    /// A word stands in the place of another word.
    pub(super) replaced: bool,
    /// A word stands elsewhere.
    pub(super) moved: bool,
    /// Words that one side has more, small words not counted.
    pub(super) extra: usize,
}

impl Wording {
    /// Whether nothing but spelling differs.
    pub(super) fn same(self) -> bool {
        self == Self::default()
    }
}

/// Compares the words of two titles in place.
pub(super) fn compare(a: &str, b: &str) -> Wording {
    let (left, right): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    let front = left.iter().zip(&right).take_while(|(x, y)| x == y).count();
    let back = left
        .iter()
        .skip(front)
        .rev()
        .zip(right.iter().skip(front).rev())
        .take_while(|(x, y)| x == y)
        .count();
    let middle = |words: &[&'_ str]| (front, words.len().saturating_sub(back));
    let ((from, x_end), (_, y_end)) = (middle(&left), middle(&right));
    let x = left.get(from..x_end).unwrap_or_default();
    let y = right.get(from..y_end).unwrap_or_default();
    let mut out = Wording::default();
    if x.is_empty() && y.is_empty() {
        return out;
    }
    if x.len() > WIDEST || y.len() > WIDEST {
        out.replaced = !x.is_empty() && !y.is_empty();
        out.extra = x.len().abs_diff(y.len());
        return out;
    }
    let before = from.checked_sub(1).and_then(|at| left.get(at)).copied();
    let mut rest: (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for (before, x, y) in segments(before, x, y) {
        segment(before, x, y, &mut rest, &mut out);
    }
    moved(rest, &mut out);
    // "Depression in diabetes" and "diabetes in depression": the same words say another thing, unless
    // the whole title was turned around a mark ("A trial: honey for cough").
    if out.moved && !turned(&left, &right) {
        out.replaced = true;
    }
    out
}

/// Whether one list is the other from another word on, round its end.
fn turned(left: &[&str], right: &[&str]) -> bool {
    left.len() == right.len()
        && (1..left.len()).any(|at| {
            let (head, tail) = left.split_at(at);
            right.starts_with(tail) && right.ends_with(head)
        })
}

type Segment<'a, 'b> = (Option<&'a str>, &'b [&'a str], &'b [&'a str]);

/// The stretches between words that both sides have, in order, by their longest common sequence.
fn segments<'a, 'b>(
    before: Option<&'a str>,
    x: &'b [&'a str],
    y: &'b [&'a str],
) -> Vec<Segment<'a, 'b>> {
    let width = y.len() + 1;
    let mut table = vec![0_u16; (x.len() + 1) * width];
    let at = |table: &[u16], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for (i, p) in x.iter().enumerate().rev() {
        for (j, q) in y.iter().enumerate().rev() {
            let value = if p == q {
                at(&table, i + 1, j + 1) + 1
            } else {
                at(&table, i + 1, j).max(at(&table, i, j + 1))
            };
            if let Some(cell) = table.get_mut(i * width + j) {
                *cell = value;
            }
        }
    }
    let mut out = Vec::new();
    let (mut i, mut j, mut from, mut last) = (0, 0, (0, 0), before);
    let mut cut = |i: usize, j: usize, from: (usize, usize), last: Option<&'a str>| {
        let (p, q) = (x.get(from.0..i), y.get(from.1..j));
        if let (Some(p), Some(q)) = (p, q)
            && !(p.is_empty() && q.is_empty())
        {
            out.push((last, p, q));
        }
    };
    while let (Some(p), Some(q)) = (x.get(i), y.get(j)) {
        if p == q && at(&table, i, j) == at(&table, i + 1, j + 1) + 1 {
            cut(i, j, from, last);
            (i, j, last) = (i + 1, j + 1, Some(*p));
            from = (i, j);
        } else if at(&table, i + 1, j) >= at(&table, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    cut(x.len(), y.len(), from, last);
    out
}

/// Judges one stretch; words with nothing in their place go to `rest`.
fn segment<'a>(
    before: Option<&str>,
    x: &[&'a str],
    y: &[&'a str],
    rest: &mut (Vec<&'a str>, Vec<&'a str>),
    out: &mut Wording,
) {
    if x.concat() == y.concat() {
        return; // only the blanks differ
    }
    let opposite = |p: &&str| y.iter().any(|q| words::opposite(p, q));
    if x.iter().any(opposite) {
        out.apart = true;
    }
    let (p, q) = (telling(before, x, y), telling(before, y, x));
    if p.concat() == q.concat() || squashed(&p) == squashed(&q) {
        return;
    }
    if p.len() == q.len() {
        for (a, b) in p.iter().zip(&q) {
            match words::compare(a, b) {
                Pair::Same => {}
                Pair::Near => {
                    out.near += 1;
                    out.loose |= !words::misprint(a, b);
                }
                Pair::Marked => out.marked = true,
                Pair::Apart => out.apart = true,
                Pair::Other => {
                    rest.0.push(a);
                    rest.1.push(b);
                }
            }
        }
        return;
    }
    let negated = |one: &[&str], other: &[&str]| {
        let lost = |w: &&str| words::negates(w) && !other.iter().any(|o| words::one_slip(w, o));
        one.iter().any(lost) && !other.iter().any(|w| words::negates(w)) && !joined(one, other)
    };
    if negated(&p, &q) || negated(&q, &p) {
        out.apart = true;
    }
    let codes = |words: &[&'a str]| -> Vec<&'a str> {
        words.iter().copied().filter(|w| words::code(w)).collect()
    };
    let plain = |words: &[&'a str]| -> Vec<&'a str> {
        words.iter().copied().filter(|w| !words::code(w)).collect()
    };
    let (m, n) = (codes(&p), codes(&q));
    if m != n {
        // As many letters or numbers on both sides name two things; fewer may have been lost.
        let paired = m.len() == n.len()
            && m.iter()
                .zip(&n)
                .any(|(a, b)| words::compare(a, b) == Pair::Apart);
        if paired {
            out.apart = true;
        } else {
            out.marked = true;
        }
    }
    let (a, b) = (plain(&p), plain(&q));
    if a.concat() == b.concat() {
        return;
    }
    rest.0.extend(a);
    rest.1.extend(b);
}

/// Whether "non diabetic" stands on the one side and "nondiabetic" on the other.
fn joined(one: &[&str], other: &[&str]) -> bool {
    one.windows(2).any(|two| {
        let word = two.concat();
        two.first().is_some_and(|first| words::negates(first)) && other.contains(&word.as_str())
    })
}

/// The words of a stretch that may tell something: no small words, and `a` only as a name.
fn telling<'a>(before: Option<&str>, words: &[&'a str], other: &[&str]) -> Vec<&'a str> {
    let lettered = other.iter().any(|w| w.len() == 1 && *w != "a" && *w != "s");
    let mut last = before;
    let mut out = Vec::with_capacity(words.len());
    for word in words {
        let name = *word == "a" && (lettered || last.is_some_and(|noun| NAMED.contains(&noun)));
        if name || !STOP.contains(word) {
            out.push(*word);
        }
        last = Some(word);
    }
    out
}

fn squashed(words: &[&str]) -> String {
    words.iter().map(|w| words::squash(w)).collect()
}

/// Words left over on both sides: moved, spelt alike, glued, or another.
fn moved((mut left, mut right): (Vec<&str>, Vec<&str>), out: &mut Wording) {
    left.retain(|word| {
        let place = right.iter().position(|other| other == word);
        out.moved |= place.is_some();
        place.map(|at| right.remove(at)).is_none()
    });
    let opposite = |p: &&str| right.iter().any(|q| words::opposite(p, q));
    if left.iter().any(opposite) {
        out.apart = true;
    }
    if left.concat() == right.concat() {
        return;
    }
    let (one, other) = (left.concat(), right.concat());
    left.retain(|word| {
        let near = right
            .iter()
            .position(|q| matches!(words::compare(word, q), Pair::Same | Pair::Near));
        match near {
            Some(at) => {
                out.loose |= !words::misprint(word, right.remove(at));
                out.near += 1;
                false
            }
            None => !(word.len() > 3 && other.contains(*word)),
        }
    });
    right.retain(|word| !(word.len() > 3 && one.contains(*word)));
    out.extra = left.len() + right.len();
    if !left.is_empty() && !right.is_empty() {
        out.replaced = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wording_in_two_spellings_is_the_same() {
        for (a, b) in [
            (
                "effects of non diabetic mice",
                "effects of nondiabetic mice",
            ),
            ("the mu opioid receptor", "micro opioid receptor"),
            ("delta 9 thc in rats", "delta9 thc in rats"),
            ("d9 thc in rats", "delta 9 thc in rats"),
            ("a trial in the elderly", "trial in elderly"),
            ("5 ht1a agonists", "5 ht 1a agonists"),
        ] {
            assert!(compare(a, b).same(), "{a} / {b}: {:?}", compare(a, b));
        }
    }

    #[test]
    fn what_tells_two_documents_apart_is_seen_in_its_place() {
        for (a, b) in [
            ("influenza a virus infection", "influenza b virus infection"),
            ("vitamin a in infants", "vitamin d in infants"),
            ("hla a alleles", "hla b alleles"),
            ("human herpesvirus 6a", "human herpesvirus 6b"),
            ("sample disease study a", "sample disease study b"),
            ("outcomes with surgery", "outcomes without surgery"),
            ("outcomes with surgery", "outcomes with and without surgery"),
            (
                "surgery in diabetic patients",
                "surgery in non diabetic patients",
            ),
            ("mortality 1998 2003 in oslo", "mortality 1998 2004 in oslo"),
            (
                "children given steroids in trial x",
                "given steroids in trial x adults",
            ),
        ] {
            assert!(compare(a, b).apart, "{a} / {b}: {:?}", compare(a, b));
        }
    }

    #[test]
    fn a_letter_on_one_side_is_a_mark() {
        assert!(compare("hepatitis a vaccination", "hepatitis vaccination").marked);
        assert!(compare("binding of 3h imipramine", "binding of imipramine").marked);
        assert!(!compare("use of a vaccine", "use of vaccine").marked);
        let slip = compare("each cylce of activity", "each cycle of activity");
        assert_eq!((slip.near, slip.replaced, slip.apart), (1, false, false));
        assert!(compare("trial of fluoxetine", "trial of sertraline").replaced);
    }
}
