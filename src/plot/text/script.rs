//! Scripts that the embedded font lacks: how wide their letters usually are, and which way they read.
//!
//! Widths are the greatest of those that common fonts without serifs give a letter (DejaVu Sans, Noto
//! Sans, Noto Naskh, FreeSans), so that what stands beside stays clear. Arabic letters that join the
//! next are narrower than those that do not. A name of a script that reads from the right is put
//! between the Unicode signs that keep it together (UAX 9, isolates), so that its year stands where
//! its readers expect it and the text around it keeps its order.

use super::Weight;
use std::borrow::Cow;

/// How much wider semi-bold letters of these fonts are than regular ones.
const HEAVIER: f64 = 1.18;

/// The usual advance of a character in ems, `next` what follows it.
pub(super) fn advance(c: char, next: impl Iterator<Item = char>, weight: Weight) -> f64 {
    let regular = match u32::from(c) {
        _ if is_mark(c) || is_ignorable(c) => return 0.0,
        0x0590..=0x05FF => hebrew(c),
        0x0600..=0x06FF => {
            let [alone, joined] = arabic(c);
            let mut next = next.skip_while(|c| is_mark(*c));
            if next.next().is_some_and(is_joining) {
                joined
            } else {
                alone
            }
        }
        0x0700..=0x077F | 0x08A0..=0x08FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFF => 0.86,
        // Half-width forms of Katakana and Hangul.
        0xFF61..=0xFFDC => return 0.5,
        // Chinese, Japanese and Korean have one width in every weight.
        0x1100..=0x11FF
        | 0x2E80..=0xD7FF
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFF60
        | 0x20000..=0x3FFFF => {
            return 1.0;
        }
        _ => 1.0,
    };
    match weight {
        Weight::Regular => regular,
        Weight::SemiBold | Weight::Bold => regular * HEAVIER,
    }
}

/// Marks above and below the letter before them.
fn is_mark(c: char) -> bool {
    matches!(
        u32::from(c),
        0x0300..=0x036F
            | 0x0591..=0x05BD
            | 0x05BF
            | 0x05C1..=0x05C2
            | 0x05C4..=0x05C5
            | 0x05C7
            | 0x0610..=0x061A
            | 0x064B..=0x065F
            | 0x0670
            | 0x06D6..=0x06DC
            | 0x06DF..=0x06E4
            | 0x06E7..=0x06E8
            | 0x06EA..=0x06ED
    )
}

/// Whether a character is drawn by no font: it only directs or joins the text around it.
pub fn is_ignorable(c: char) -> bool {
    matches!(
        u32::from(c),
        0x00AD | 0x061C | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF
    )
}

/// Whether the letter before an Arabic letter joins it.
fn is_joining(c: char) -> bool {
    matches!(u32::from(c), 0x0620 | 0x0622..=0x064A | 0x066E..=0x066F | 0x0671..=0x06D3 | 0x06D5)
        && c != '\u{0674}'
}

/// An Arabic letter by itself or at the end, and where it joins the next.
fn arabic(c: char) -> [f64; 2] {
    match c {
        'ء' => [0.47, 0.47],
        'ا' | 'آ' | 'أ' | 'إ' | 'ٱ' => [0.30, 0.30],
        'و' | 'ؤ' => [0.52, 0.52],
        'ى' | 'ي' | 'ئ' | 'ی' => [0.83, 0.37],
        'ب' | 'ت' | 'ث' | 'پ' | 'ٹ' => [1.09, 0.37],
        'ة' | 'ۃ' => [0.54, 0.54],
        'ج' | 'ح' | 'خ' | 'چ' => [0.72, 0.67],
        'د' | 'ذ' | 'ڈ' => [0.53, 0.53],
        'ر' | 'ز' | 'ژ' | 'ڑ' => [0.55, 0.55],
        'س' | 'ش' => [1.27, 0.89],
        'ص' | 'ض' => [1.35, 0.95],
        'ط' | 'ظ' => [0.95, 0.82],
        'ع' | 'غ' => [0.60, 0.60],
        'ف' => [1.10, 0.51],
        'ق' => [0.83, 0.51],
        'ك' | 'ک' | 'گ' => [0.97, 0.55],
        'ل' => [0.76, 0.33],
        'م' => [0.67, 0.58],
        'ن' => [0.76, 0.34],
        'ه' | 'ہ' | 'ھ' => [0.57, 0.57],
        // The tie between letters, signs of punctuation, digits.
        'ـ' => [0.30, 0.30],
        '،' | '؛' | '؟' => [0.55, 0.55],
        '٠'..='٩' | '۰'..='۹' => [0.64, 0.64],
        _ => [0.86, 0.86],
    }
}

fn hebrew(c: char) -> f64 {
    match c {
        'י' => 0.29,
        'ו' | 'ן' | 'ז' => 0.35,
        'נ' => 0.40,
        'ג' => 0.47,
        'ך' | 'כ' | 'ץ' | 'ר' => 0.56,
        'ב' | 'ד' | 'ל' | 'צ' => 0.60,
        'ע' | 'פ' | 'ף' => 0.64,
        'ש' => 0.78,
        'ק' => 0.71,
        'א' | 'ה' | 'ח' | 'ט' | 'ם' | 'מ' | 'ס' | 'ת' => 0.69,
        _ => 0.72,
    }
}

/// Whether a letter belongs to a script that reads from the right.
fn is_from_right(c: char) -> bool {
    matches!(
        u32::from(c),
        0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFC | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF
    ) && !is_mark(c)
        && !matches!(c, '٠'..='٩' | '۰'..='۹')
}

/// The text with its parts that read from the right kept together, each with the numbers and signs that
/// belong to it; other text is as it was.
///
/// ```
/// use perennial::plot::text::directed;
/// assert_eq!(directed("Smith 2018a"), "Smith 2018a");
/// assert_eq!(directed("כהן 2018a"), "\u{2067}כהן 2018a\u{2069}");
/// assert_eq!(directed("כהן ("), "\u{2067}כהן\u{2069} (");
/// assert_eq!(directed("+ כהן 2018a (n = 3)"), "+ \u{2067}כהן 2018a\u{2069} (n = 3)");
/// ```
pub fn directed(text: &str) -> Cow<'_, str> {
    if !text.contains(is_from_right) {
        return Cow::Borrowed(text);
    }
    let other = |c: char| {
        (c.is_alphabetic() && !is_from_right(c)) || matches!(c, '+' | '\u{2190}' | '\u{2192}')
    };
    // A bracket that opens at the end belongs to what stands behind this text.
    if !text.contains(other) && !text.trim_end().ends_with(['(', '[']) {
        return Cow::Owned(format!("\u{2067}{text}\u{2069}"));
    }
    let mut out = String::with_capacity(text.len() + 12);
    let mut rest = text;
    while let Some(begin) = rest.find(is_from_right) {
        let (front, part) = rest.split_at(begin);
        let (part, behind) = part.split_at(reach(part));
        out.push_str(front);
        out.push('\u{2067}');
        out.push_str(part);
        out.push('\u{2069}');
        rest = behind;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// How far a part goes that begins with a letter from the right: through words of such scripts and
/// words that begin with a digit.
fn reach(text: &str) -> usize {
    let mut end = 0;
    let mut at = 0;
    for word in text.split_inclusive(' ') {
        let bare = word.trim_end();
        let first = bare.chars().find(|c| c.is_alphanumeric());
        let own = first.is_some_and(|c| is_from_right(c) || c.is_numeric());
        // A bracket that opens before other words is theirs.
        let opens = bare.starts_with(['(', '[']) && !first.is_some_and(is_from_right);
        if !own || opens {
            break;
        }
        end = at + bare.trim_end_matches([',', ';', ':', '.']).len();
        at += word.len();
        if bare.ends_with([',', ';', ':']) {
            break;
        }
    }
    end.max(text.chars().next().map_or(0, char::len_utf8))
}
