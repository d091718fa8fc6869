//! Query files: one search strategy each, with comments that are not sent.
//!
//! A line that starts with `# ` or is `#` is a comment. Every other line is sent as it stands, so
//! that the numbered lines of Embase and the Cochrane Library (`#1 ...`) reach the source.

mod check;
pub mod cochrane;
pub mod concepts;
pub mod ctgov;
pub mod embase;
mod foreign;
mod lines;
pub mod ovid;
pub mod pubmed;
mod structure;
#[cfg(test)]
mod tests;
mod tokens;
mod tree;
mod words;
pub mod wos;

pub use check::{Code, Finding, Platform, Severity, check};

use crate::workflow::Diagnostic;

/// Whether a line of a query file is a comment.
pub fn is_comment(line: &str) -> bool {
    line == "#" || line.starts_with("# ")
}

/// What a source is sent: the text without its comments, line by line.
///
/// Line ends become `\n`, and empty lines before, after or left by comments at either end go; what
/// stands between is not touched, so that the search appendix prints the strategy as it was run
/// (PRISMA-S, item 8).
///
/// ```
/// use perennial::strategy::bytes_to_send;
/// let text = "# Embase.com\n#1 cd38:ti,ab\n# the population\n#2 myelom*:ti\n#\n#3 #1 AND #2\n";
/// assert_eq!(bytes_to_send(text), "#1 cd38:ti,ab\n#2 myelom*:ti\n#3 #1 AND #2");
/// ```
pub fn bytes_to_send(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let kept: Vec<&str> = text.lines().filter(|line| !is_comment(line)).collect();
    let blank = |line: &&&str| line.trim().is_empty();
    let lead = kept.iter().take_while(blank).count();
    let trail = kept.iter().rev().take_while(blank).count();
    let until = kept.len().saturating_sub(trail);
    kept.get(lead..until).unwrap_or_default().join("\n")
}

/// [`bytes_to_send`], refused where nothing is left to send or a comment lacks its space.
pub fn strategy(text: &str, file: &str) -> Result<String, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start_matches('\u{feff}').trim_end();
        let after_hash = bare.strip_prefix('#').and_then(|rest| rest.chars().next());
        let numbered = after_hash.is_some_and(|c| c.is_ascii_digit());
        if after_hash.is_some() && !numbered && !is_comment(bare) {
            let span = at..at + line.trim_end().len();
            found.push(
                Diagnostic::new("this line would be sent to the source", file, text, span)
                    .label("neither a comment nor a numbered line")
                    .help("a comment begins with `# `, with a space"),
            );
        }
        at += line.len();
    }
    let sent = bytes_to_send(text);
    if sent.is_empty() {
        found.push(
            Diagnostic::new("the query file holds no strategy", file, text, 0..0)
                .label("every line is empty or a comment")
                .help("write the strategy on lines of its own, without `# ` before it"),
        );
    }
    if found.is_empty() {
        Ok(sent)
    } else {
        Err(found)
    }
}

#[cfg(test)]
mod files {
    use super::*;

    #[test]
    fn only_whole_comment_lines_are_dropped() {
        let text = "\u{feff}# one\r\n\r\n(\"a # b\"[tiab]\r\n # kept\r\n\r\nOR c)\r\n#\r\n# end";
        assert_eq!(bytes_to_send(text), "(\"a # b\"[tiab]\n # kept\n\nOR c)");
        assert_eq!(bytes_to_send(""), "");
        assert_eq!(bytes_to_send("# only\n#\n\n"), "");
    }

    #[test]
    fn a_file_without_a_strategy_is_refused() {
        let found = strategy("# nothing yet\n", "queries/pubmed.txt").unwrap_err();
        assert_eq!(found.len(), 1);
        assert!(found[0].message.contains("holds no strategy"));
    }

    #[test]
    fn a_comment_without_its_space_is_not_sent_unseen() {
        let found = strategy("#PubMed\ncd38[tiab]\n", "q.txt").unwrap_err();
        assert_eq!(
            (found[0].line, found[0].column, found[0].span.clone()),
            (1, 1, 0..7)
        );
        assert_eq!(
            strategy("#1 cd38\n#2 #1\n", "q.txt").unwrap(),
            "#1 cd38\n#2 #1"
        );
    }
}
