//! Characters that steer a terminal or turn the direction of text, made visible.
//!
//! A title, a name or a file can hold an escape sequence that moves the cursor, or a mark that makes
//! `exclude` read as something else (Unicode Technical Report 36, bidirectional text spoofing). The
//! bytes stay as they came; whatever is shown shows these as what they are.

use std::borrow::Cow;

/// Whether a character steers instead of being read: controls but for tab and line ends, marks and
/// overrides of direction, and marks without width that hide.
pub fn steers(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => true,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' => true,
        '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' => true,
        '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        _ => false,
    }
}

/// The text with each such character as its number: `<U+202E>`.
///
/// ```
/// use perennial::model::visible::visible;
/// assert_eq!(visible("a\u{1b}[2Jb\u{202e}c"), "a<U+001B>[2Jb<U+202E>c");
/// assert_eq!(visible("Öl\tund Wasser"), "Öl\tund Wasser");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if steers(c) {
            out.push_str(&format!("<U+{:04X}>", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// The same for a page: with the brackets as a page spells them.
pub fn visible_in_page(html: String) -> String {
    if !html.chars().any(steers) {
        return html;
    }
    let mut out = String::with_capacity(html.len() + 64);
    for c in html.chars() {
        if steers(c) {
            out.push_str(&format!("&lt;U+{:04X}&gt;", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}
