//! Two words that stand in each other's place in two titles: one spelling of the other, a slip of
//! the pen, another word, or what tells two documents apart.
//!
//! Influenza A and B, hypo- and hyperglycaemia, treated and untreated differ by one letter or two
//! and by everything; "randomised" and "randomized" differ by one letter and by nothing.

use super::edit;
use crate::dedup::normalise::text::{GREEK, roman};
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a word says of the word in its place, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pair {
    /// One word, in two spellings.
    Same,
    /// One edit apart, or nearly alike: a misprint, or another word.
    Near,
    /// One side has a letter or digit at its end that the other lacks.
    Marked,
    /// A word that changes what the title says.
    Other,
    /// Another letter, number or the opposite: two documents.
    Apart,
}

/// Words and their opposites, in the singular; any two of one line tell documents apart.
const OPPOSITES: &[&[&str]] = &[
    &["man", "woman"],
    &["male", "female"],
    &["boy", "girl"],
    &["maternal", "paternal"],
    &["mother", "father", "parent"],
    &[
        "child",
        "adult",
        "adolescent",
        "infant",
        "neonate",
        "elderly",
    ],
    &["pediatric", "adult", "neonatal", "geriatric", "adolescent"],
    &["young", "old", "older", "elderly"],
    &["younger", "older"],
    &["acute", "chronic", "subacute"],
    &["early", "late"],
    &["earlier", "later"],
    &["left", "right"],
    &["upper", "lower"],
    &["primary", "secondary", "tertiary"],
    &["high", "low", "moderate"],
    &["higher", "lower"],
    &["highest", "lowest"],
    &["small", "large"],
    &["short", "long"],
    &["with", "without"],
    &["before", "after", "during"],
    &["pre", "post", "peri"],
    &["increase", "decrease"],
    &["increased", "decreased"],
    &["increasing", "decreasing"],
    &["positive", "negative"],
    &["benign", "malignant"],
    &["systolic", "diastolic"],
    &["arterial", "venous"],
    &["artery", "vein"],
    &["atrial", "ventricular"],
    &["morbidity", "mortality"],
    &["vivo", "vitro"],
    &["anterior", "posterior"],
    &["medial", "lateral"],
    &["proximal", "distal"],
    &["dorsal", "ventral"],
    &["superior", "inferior"],
    &["internal", "external"],
    &["inner", "outer"],
    &["inpatient", "outpatient"],
    &["urban", "rural"],
    &["summer", "winter"],
    &["day", "night"],
    &["morning", "evening"],
    &["mild", "moderate", "severe"],
    &["active", "passive"],
    &["partial", "complete", "total"],
    &["unilateral", "bilateral"],
    &["north", "south", "east", "west"],
    &["northern", "southern", "eastern", "western"],
    &["gain", "loss"],
    &["fast", "slow"],
    &["presence", "absence"],
    &["present", "absent"],
    &["efficacy", "safety"],
    &["sensitivity", "specificity"],
    &["sensitive", "resistant", "refractory"],
    &["incidence", "prevalence"],
    &["agonist", "antagonist", "inhibitor"],
    &["activation", "inhibition"],
    &["minor", "major"],
    &["minimum", "maximum"],
    &["minimal", "maximal"],
    &["single", "double", "triple", "dual"],
    &["simple", "complex"],
    &["first", "last"],
    &[
        "oral",
        "intravenous",
        "subcutaneous",
        "intramuscular",
        "topical",
        "inhaled",
    ],
    &[
        "rat", "mouse", "rabbit", "dog", "cat", "pig", "human", "monkey", "sheep", "horse",
        "cattle",
    ],
    &[
        "human", "canine", "feline", "porcine", "bovine", "murine", "ovine", "equine", "simian",
    ],
    &["open", "closed"],
    &["risk", "benefit"],
    &["pro", "con"],
    &["for", "against"],
    &["diagnosis", "treatment", "prevention", "prognosis"],
    &[
        "alpha", "beta", "gamma", "delta", "kappa", "lambda", "epsilon",
    ],
    &["winner", "loser"],
    &["survivor", "nonsurvivor"],
    &["monotherapy", "combination"],
    &["interim", "final"],
    &["spring", "autumn"],
    &["inside", "outside"],
    &["indoor", "outdoor"],
    &["responder", "nonresponder"],
    &["qualitative", "quantitative"],
    &["pharmacokinetic", "pharmacodynamic"],
    &["afferent", "efferent"],
    &["flutter", "fibrillation"],
    &["abduction", "adduction"],
    &["abducted", "adducted"],
    &["macrocytic", "microcytic", "normocytic"],
    // Words that one letter makes another.
    &["insulin", "inulin"],
    &["dysphagia", "dysphasia"],
    &["ureteral", "urethral"],
    &["ureteric", "urethral"],
    &["ureter", "urethra"],
    &["ileum", "ilium"],
    &["ileal", "iliac"],
    &["silicon", "silicone"],
    &["peroneal", "perineal", "peritoneal"],
    &["heparin", "heparan"],
    &["iran", "iraq"],
    &["niger", "nigeria"],
    &["nigerian", "nigerien"],
    &["austria", "australia"],
    &["austrian", "australian"],
    &["slovakia", "slovenia"],
    &["gambia", "zambia"],
    &["mali", "malawi"],
    &["hydralazine", "hydroxyzine"],
    &["cyclosporine", "cycloserine"],
    &["chlorpromazine", "chlorpropamide"],
    &["oral", "aural"],
    &["palpation", "palpitation"],
    &["menarche", "menopause"],
];

/// Beginnings that turn a word into another one.
const FRONTS: &[&str] = &[
    "", "a", "ab", "an", "un", "non", "in", "im", "il", "ir", "dis", "dys", "anti", "pre", "post",
    "peri", "inter", "intra", "extra", "infra", "hyper", "hypo", "normo", "eu", "iso", "sub",
    "supra", "super", "over", "under", "up", "down", "mono", "bi", "tri", "tetra", "poly", "multi",
    "uni", "oligo", "homo", "hetero", "auto", "allo", "xeno", "endo", "exo", "ecto", "macro",
    "micro", "nano", "re", "de", "contra", "ipsi", "ante", "retro", "meth", "nor", "des", "trans",
    "cis", "para", "ortho", "meta", "semi", "hemi", "brady", "tachy", "leuko", "thrombo", "vaso",
    "broncho", "ex", "out", "mal", "pseudo", "proto", "pro", "ad", "neo", "levo", "dextro", "es",
    "apo", "hydroxy", "hydro", "methyl", "acetyl", "deoxy", "desoxy", "oxy", "chloro", "fluoro",
    "bromo", "cyclo", "amino", "nitro", "phospho", "glyco", "lipo", "pachy", "steno", "pan",
    "extra", "supra", "ultra", "cyto", "haemo", "hemo", "neuro", "myo", "osteo", "nephro",
    "cardio",
];

/// Words that turn a title around when they stand on one side alone. "No" may be nitric oxide.
const NEGATIONS: &[&str] = &["without", "not", "non", "un", "never"];

/// Whether a word on one side alone turns the title around.
pub(super) fn negates(word: &str) -> bool {
    NEGATIONS.contains(&word)
}

/// What the two words say of each other.
pub(super) fn compare(a: &str, b: &str) -> Pair {
    if a == b || (a.as_bytes().first() == b.as_bytes().first() && canon(a) == canon(b)) {
        return Pair::Same;
    }
    if a.len().min(b.len()) <= 3 && squash(a) == squash(b) {
        return Pair::Same;
    }
    if let (Some(x), Some(y)) = (staged(a), staged(b)) {
        return if x == y { Pair::Same } else { Pair::Apart };
    }
    let longer = a.len().abs_diff(b.len()) >= 4;
    if longer
        && (ungreek(a).is_some_and(|rest| rest == b) || ungreek(b).is_some_and(|rest| rest == a))
    {
        return Pair::Marked; // "PKCepsilon" lost its last letter
    }
    match (code(a), code(b)) {
        (true, true) => {
            return if unseen(a) == unseen(b) || unseen(&squash(a)) == unseen(&squash(b)) {
                Pair::Same
            } else if lost(a, b) || lost(b, a) {
                Pair::Marked
            } else {
                Pair::Apart
            };
        }
        (true, false) | (false, true) => return one_code(a, b),
        (false, false) => {}
    }
    if opposite(a, b) {
        return Pair::Apart;
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let rest = long.strip_prefix(short).filter(|_| short.len() >= 3);
    if rest.is_some_and(|rest| ["s", "es", "al", "e", "ly", "ally"].contains(&rest)) {
        return Pair::Same;
    }
    let alike = edit::similarity(a, b);
    let slip = short.len() >= 4 && (alike >= 0.75 || one_slip(a, b));
    if slip || rest.is_some() && alike >= 0.6 {
        return Pair::Near;
    }
    Pair::Other
}

/// A number with a letter, as stages and types have it: `iiia` and `3a` are one.
fn staged(word: &str) -> Option<(u32, char)> {
    let letter = word.chars().next_back().filter(char::is_ascii_lowercase)?;
    let number = word.get(..word.len() - 1)?;
    let digits = number.len() <= 2 && number.bytes().all(|b| b.is_ascii_digit());
    let number = match number.parse().ok().filter(|_| digits) {
        Some(number) => number,
        None => roman(number).filter(|_| ('a'..='e').contains(&letter))?,
    };
    Some((number, letter))
}

/// Whether one word may be the other mistyped, misread or inflected: one slip in a long word, behind
/// its first letter, or another ending.
pub(super) fn misprint(a: &str, b: &str) -> bool {
    let slip = a.len().min(b.len()) >= 6 && one_slip(a, b) && !(chemical(a) && chemical(b));
    a.as_bytes().first() == b.as_bytes().first() && (slip || inflected(a, b))
}

/// Whether a word ends as compounds do, where one letter makes another one: nitrate and nitrite.
fn chemical(word: &str) -> bool {
    ["ate", "ite", "ide", "ane", "ene", "yne"]
        .iter()
        .any(|end| word.ends_with(end))
}

/// Whether two words differ by their grammatical endings alone: `effusions` and `effusing`.
fn inflected(a: &str, b: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "", "s", "es", "ed", "e", "ing", "ings", "ion", "ions", "al", "ally", "ic", "ical", "y",
        "ies", "ly", "ment", "ments", "er", "ers", "or", "ors", "ive", "ance", "ence",
    ];
    let shared = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let ending = |word: &str, from: usize| word.get(from..).is_some_and(|t| ENDINGS.contains(&t));
    (5..=shared)
        .rev()
        .take(3)
        .any(|from| ending(a, from) && ending(b, from))
}

/// Whether `short` is `long` without its subscript: `p2x` and `p2x7`, `f` and `f2t`.
fn lost(short: &str, long: &str) -> bool {
    let lettered = short.ends_with(|c: char| c.is_ascii_alphabetic());
    let rest = long.strip_prefix(short);
    lettered && rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The word without the name of a Greek letter at its beginning or end, which fonts and scans lose.
fn ungreek(word: &str) -> Option<&str> {
    let names = GREEK.iter().filter(|name| name.len() >= 4);
    names
        .filter_map(|name| word.strip_suffix(name).or_else(|| word.strip_prefix(name)))
        .find(|rest| !rest.is_empty())
}

/// A word against a letter or number: `b` and `beta`, `rats1` and `rats`.
fn one_code(a: &str, b: &str) -> Pair {
    let (code, word) = if code(a) { (a, b) } else { (b, a) };
    if squash(code) == squash(word) {
        return Pair::Same;
    }
    let letters = code.trim_end_matches(|c: char| c.is_ascii_digit());
    if letters == word && code.len() - letters.len() <= 2 {
        return Pair::Marked;
    }
    // "NK1" and "NKI", "CO2" and "COz" of a scan.
    if code.len() == word.len() && unseen(code) == unseen(word) {
        return Pair::Same;
    }
    Pair::Other
}

/// Whether a word is a letter, a number or both: it names one of several.
pub(super) fn code(word: &str) -> bool {
    let mut chars = word.chars();
    let single = chars.next().is_some() && chars.next().is_none();
    single
        || word.bytes().any(|b| b.is_ascii_digit())
        || roman(word).is_some_and(|n| n > 1)
        || !["via", "id", "ie", "ve"].contains(&word) && staged(word).is_some()
}

/// The word as a scan sees it: one and the letters like it are the same.
fn unseen(word: &str) -> String {
    word.chars()
        .map(|c| match c {
            'i' | 'l' => '1',
            'o' => '0',
            other => other,
        })
        .collect()
}

/// Names of Greek letters by the Latin letter that fonts left of them: `delta9` is `d9`, `micro`
/// and `mu` are `m`.
pub(super) fn squash(word: &str) -> String {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = word.get(stem.len()..).unwrap_or_default();
    let letter = match stem {
        "micro" | "mu" | "u" => Some('m'),
        _ if GREEK.contains(&stem) => stem.chars().next(),
        _ => None,
    };
    letter.map_or_else(|| word.to_owned(), |c| format!("{c}{digits}"))
}

/// Spellings of one word: British and American, and the ways of writing Greek roots.
fn canon(word: &str) -> String {
    let mut out = word.replace("isation", "ization").replace("ising", "izing");
    for (from, to) in [
        ("ised", "ized"),
        ("ises", "izes"),
        ("ise", "ize"),
        ("yse", "yze"),
        ("ysed", "yzed"),
        ("tre", "ter"),
        ("ogue", "og"),
        ("mme", "m"),
    ] {
        if let Some(stem) = out.strip_suffix(from).filter(|stem| stem.len() >= 3) {
            out = format!("{stem}{to}");
            break;
        }
    }
    out.replace("ll", "l")
        .replace("leuc", "leuk")
        .replace("sulph", "sulf")
}

/// Whether one letter is missing, more or another, or two neighbours changed places.
pub(super) fn one_slip(a: &str, b: &str) -> bool {
    let (x, y) = (a.as_bytes(), b.as_bytes());
    if x.len().abs_diff(y.len()) > 1 {
        return false;
    }
    let front = x.iter().zip(y).take_while(|(p, q)| p == q).count();
    let (x, y) = (
        x.get(front..).unwrap_or_default(),
        y.get(front..).unwrap_or_default(),
    );
    let back = x
        .iter()
        .rev()
        .zip(y.iter().rev())
        .take_while(|(p, q)| p == q)
        .count();
    let rest = |t: &[u8]| t.len().saturating_sub(back);
    let (m, n) = (rest(x), rest(y));
    match (x.get(..m), y.get(..n)) {
        (Some([p, q]), Some([r, s])) => p == s && q == r,
        (Some(left), Some(right)) => left.len() <= 1 && right.len() <= 1,
        _ => false,
    }
}

/// Whether the two mean opposite things: by the word, or by its beginning.
pub(super) fn opposite(a: &str, b: &str) -> bool {
    if a == b {
        return false;
    }
    if opposed(a, b) {
        return true;
    }
    let Some(left) = LINES.get(singular(a)) else {
        return false;
    };
    singular(a) != singular(b)
        && LINES
            .get(singular(b))
            .is_some_and(|right| left.iter().any(|line| right.contains(line)))
}

/// Each word of [`OPPOSITES`] with the lines that hold it.
static LINES: LazyLock<HashMap<&'static str, Vec<usize>>> = LazyLock::new(|| {
    let mut lines: HashMap<&'static str, Vec<usize>> = HashMap::new();
    for (line, words) in OPPOSITES.iter().enumerate() {
        for word in *words {
            lines.entry(word).or_default().push(line);
        }
    }
    lines
});

/// A word in the singular, as far as opposites need it.
fn singular(word: &str) -> &str {
    let stem = word
        .strip_suffix('s')
        .filter(|stem| stem.len() >= 3 && !stem.ends_with(['s', 'u', 'i']))
        .unwrap_or(word);
    match stem {
        "men" => "man",
        "women" => "woman",
        "mice" => "mouse",
        "children" | "childhood" => "child",
        "adulthood" => "adult",
        "adolescence" => "adolescent",
        "arterie" => "artery",
        "morbiditie" => "morbidity",
        _ => stem,
    }
}

/// Whether two words differ by their beginning alone: `symptomatic` and `asymptomatic`.
fn opposed(a: &str, b: &str) -> bool {
    let shared = a
        .bytes()
        .rev()
        .zip(b.bytes().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let front = |word: &str, rest: usize| {
        word.len()
            .checked_sub(rest)
            .and_then(|end| word.get(..end))
            .is_some_and(|front| FRONTS.contains(&front))
    };
    (4..=shared)
        .rev()
        .take(4)
        .any(|rest| front(a, rest) && front(b, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_one_word() {
        for (a, b) in [
            ("randomised", "randomized"),
            ("localisation", "localization"),
            ("analyse", "analyze"),
            ("center", "centre"),
            ("electrophysiologic", "electrophysiological"),
            ("signaling", "signalling"),
            ("patient", "patients"),
            ("leucocytes", "leukocytes"),
            ("beta", "b"),
            ("delta9", "d9"),
            ("mu", "micro"),
            ("mu", "m"),
            ("nk1", "nki"),
            ("iiia", "3a"),
        ] {
            assert_eq!(compare(a, b), Pair::Same, "{a} {b}");
            assert_eq!(compare(b, a), Pair::Same, "{b} {a}");
        }
    }

    #[test]
    fn what_tells_apart_does() {
        for (a, b) in [
            ("a", "b"),
            ("d", "e"),
            ("6a", "6b"),
            ("iiia", "iiib"),
            ("ia", "ib"),
            ("ivb", "3b"),
            ("normal", "abnormal"),
            ("2", "3"),
            ("1998", "1999"),
            ("ii", "3"),
            ("treated", "untreated"),
            ("diabetic", "nondiabetic"),
            ("symptomatic", "asymptomatic"),
            ("competent", "incompetent"),
            ("hyperglycemia", "hypoglycemia"),
            ("intravenous", "intervenous"),
            ("pretreatment", "posttreatment"),
            ("men", "women"),
            ("acute", "chronic"),
            ("with", "without"),
            ("alpha", "beta"),
            ("p2x7", "p2x4"),
        ] {
            assert_eq!(compare(a, b), Pair::Apart, "{a} {b}");
            assert_eq!(compare(b, a), Pair::Apart, "{b} {a}");
        }
    }

    #[test]
    fn a_misprint_is_no_other_word() {
        for (a, b) in [
            ("retrospective", "retrospectve"),
            ("effusions", "effusing"),
            ("rhythms", "rythms"),
        ] {
            assert!(misprint(a, b) && misprint(b, a), "{a} {b}");
        }
        for (a, b) in [
            ("kras", "nras"),
            ("prednisone", "prednisolone"),
            ("estradiol", "estriol"),
            ("cefixime", "cefepime"),
        ] {
            assert!(!misprint(a, b) && !misprint(b, a), "{a} {b}");
        }
    }

    #[test]
    fn slips_are_near_and_other_words_are_not() {
        for (a, b) in [
            ("cycle", "cylce"),
            ("ventilatory", "ventiiatory"),
            ("rhythm", "rythm"),
        ] {
            assert_eq!(compare(a, b), Pair::Near, "{a} {b}");
        }
        for (a, b) in [
            ("rats1", "rats"),
            ("pkcepsilon", "pkc"),
            ("p2x7", "p2x"),
            ("delta1", "1"),
            ("kappab", "b"),
        ] {
            assert_eq!(compare(a, b), Pair::Marked, "{a} {b}");
        }
        assert_eq!(compare("rat", "rats"), Pair::Same);
        assert_eq!(compare("rat", "mice"), Pair::Apart);
        for (a, b) in [("fluoxetine", "sertraline"), ("baboon", "cercopithecinae")] {
            assert_eq!(compare(a, b), Pair::Other, "{a} {b}");
        }
    }
}
