//! Drawing a [`Diagnostic`]: the line of the file, the span underlined, and what helps.

use crate::workflow::Diagnostic;
use annotate_snippets::renderer::{AnsiColor, Effects, Style};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::ops::Range;

/// The colour of `help`.
const HELP: Style = AnsiColor::Cyan.on_default();
/// Line numbers and rules stand back behind the file's own text.
const MARGIN: Style = Style::new().effects(Effects::DIMMED);

/// Columns before a line of the file: its number, a rule and spaces.
const GUTTER: usize = 8;

/// One problem as text of at most `width` columns, without a line end.
///
/// `source` is the whole text of the file; a span outside it is drawn at its end.
pub fn render(diagnostic: &Diagnostic, source: &str, color: bool, width: usize) -> String {
    draw(Level::ERROR, diagnostic, source, color, width)
}

/// The same for what works and is likely not meant.
pub fn render_warning(diagnostic: &Diagnostic, source: &str, color: bool, width: usize) -> String {
    draw(Level::WARNING, diagnostic, source, color, width)
}

fn draw(
    level: Level<'_>,
    diagnostic: &Diagnostic,
    source: &str,
    color: bool,
    width: usize,
) -> String {
    let renderer = if color {
        Renderer::styled()
            .hyperlink(false)
            .help(HELP)
            .line_num(MARGIN)
            .context(MARGIN)
    } else {
        Renderer::plain()
    };
    let mut snippet = Snippet::source(source)
        .path(diagnostic.file.as_str())
        .annotation(
            AnnotationKind::Primary
                .span(inside(source, &diagnostic.span))
                .label(some(&diagnostic.label)),
        );
    if let Some(context) = &diagnostic.context {
        let span = inside(source, &context.span);
        // A line that only stands by is left out where the line of the problem must be cut.
        let room = line_length(source, diagnostic.span.start) + GUTTER <= width;
        snippet = match (context.label.is_empty(), room) {
            (true, true) => snippet.annotation(AnnotationKind::Visible.span(span)),
            (true, false) => snippet,
            (false, _) => {
                let label = context.label.as_str();
                snippet.annotation(AnnotationKind::Context.span(span).label(label))
            }
        };
    }
    let title = level.primary_title(diagnostic.message.as_str());
    let picture = renderer.term_width(width).render(&[title.element(snippet)]);
    let style = if color { HELP } else { Style::new() };
    let mut lines = vec![picture.trim_end().to_owned()];
    lines.extend(diagnostic.help.iter().map(|help| {
        let help = wrap(help, width, "help: ".len());
        format!("{style}help{style:#}: {help}")
    }));
    lines.join("\n")
}

fn some(label: &str) -> Option<&str> {
    Some(label).filter(|label| !label.is_empty())
}

/// The span moved to what can be drawn: in the source, at characters, not over a line end.
fn inside(source: &str, span: &Range<usize>) -> Range<usize> {
    let start = source.floor_char_boundary(span.start);
    let end = source.ceil_char_boundary(span.end).max(start);
    let shown = source.get(start..end).unwrap_or_default();
    start..start + shown.trim_end_matches(['\r', '\n']).len()
}

/// Characters of the line that holds the byte `at`.
fn line_length(source: &str, at: usize) -> usize {
    let at = source.floor_char_boundary(at);
    let (before, after) = source.split_at_checked(at).unwrap_or((source, ""));
    let left = before.rsplit('\n').next().unwrap_or_default();
    let right = after.split('\n').next().unwrap_or_default();
    left.chars().count() + right.chars().count()
}

/// Breaks `text` between words; every line but the first is set in by `indent`.
fn wrap(text: &str, width: usize, indent: usize) -> String {
    let mut out = String::new();
    let mut column = indent;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > indent && column + 1 + length > width {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if column > indent {
            out.push(' ');
            column += 1;
        }
        out += word;
        column += length;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::Workflow;

    const CASES: &[(&str, &str)] = &[
        (
            "absence_rule",
            "[review]\nid = \"r\"\n\n[[filter.rule]]\npublication_type_absent = \"Randomized Controlled Trial\"\nname = \"rct\"\nbox = \"automation\"\ntitle_any = [\"mice\"]\n",
        ),
        (
            "missing_required",
            "# the review\n[review]\ntitle = \"T\"\n",
        ),
        ("missing_table", "# nothing yet\n"),
        ("empty_file", ""),
        (
            "wrong_type",
            "[review]\nid = \"r\"\ndemonstration = \"true\"\n",
        ),
        (
            "unknown_key_near",
            "[review]\nid = \"r\"\n\n[[source]]\nname = \"Embase\"\nkind = \"database\"\n# searched on 30 June\n\nplattform = \"Embase.com\"\n",
        ),
        ("unknown_key_far", "[review]\nid = \"r\"\nfrobnicate = 1\n"),
        (
            "duplicate_name",
            "[review]\nid = \"r\"\n[[source]]\nname = \"PubMed\"\nkind = \"database\"\n[[source]]\nname = \"PubMed\"\nkind = \"register\"\n",
        ),
        (
            "eutils_without_query",
            "[review]\nid = \"r\"\n[[source]]\nname = \"PubMed\"\nkind = \"database\"\ntype = \"eutils\"\n",
        ),
        (
            "bad_word",
            "[review]\nid = \"r\"\n[[source]]\nname = \"ICTRP\"\nkind = \"registry\"\n",
        ),
        ("syntax", "[review]\nid = anti-cd38\n"),
        ("duplicate_key", "[review]\nid = \"r\"\nid = \"s\"\n"),
        ("unclosed_text", "[review]\nid = \"r\"\ntitle = \"Honey\n"),
        (
            "two_at_once",
            "[review]\nid = \"Anti CD38\"\n[living]\nsearch = \"monthy\"\n",
        ),
        (
            "two_conditions",
            "[review]\nid = \"r\"\n[[filter.rule]]\nname = \"f\"\nbox = \"other\"\ntitle_any = [\"a\"]\nheading_any = [\"b\"]\n",
        ),
        (
            "secret",
            "[review]\nid = \"r\"\n[[source]]\nname = \"PubMed\"\nkind = \"database\"\napi_key = \"0123\"\n",
        ),
        (
            "long_line",
            "[review]\nid = \"r\"\n[criteria]\ninclude = [\"The participants are adults with relapsed or refractory multiple myeloma.\", 7, \"Another arm receives the same backbone regimen without the antibody.\"]\n",
        ),
    ];

    fn drawn(text: &str, color: bool) -> String {
        let found = Workflow::load(text, "workflow.toml").unwrap_err();
        let drawn: Vec<String> = found.iter().map(|d| render(d, text, color, 80)).collect();
        drawn.join("\n\n")
    }

    #[test]
    fn errors_are_drawn_as_the_style_guide_shows() {
        for (name, text) in CASES {
            insta::assert_snapshot!(*name, drawn(text, false));
        }
    }

    #[test]
    fn a_missing_file_is_drawn_with_its_nearest() {
        let text = "[review]\nid = \"r\"\n\n[[source]]\nname = \"PubMed\"\nkind = \"database\"\ntool = \"perennial\"\nquery = \"queries/pubmd.txt\"\n";
        let workflow = Workflow::load(text, "workflow.toml").unwrap();
        let files = ["queries/pubmed.txt".to_owned()];
        let found = workflow.check_files(|_| false, &files).unwrap_err();
        insta::assert_snapshot!("missing_file", render(&found[0], text, false, 80));
    }

    #[test]
    fn colour_changes_no_character() {
        for (name, text) in CASES {
            let coloured = drawn(text, true);
            let mut plain = String::new();
            for part in coloured.split('\u{1b}') {
                plain += match part.split_once('m') {
                    Some((code, rest)) if code.starts_with('[') => rest,
                    _ => part,
                };
            }
            assert_eq!(plain, drawn(text, false), "{name}");
        }
        insta::assert_snapshot!(
            "absence_rule_in_colour",
            drawn(CASES[0].1, true).escape_debug()
        );
    }

    #[test]
    fn any_text_file_can_be_drawn_and_no_span_breaks_it() {
        let csv = "report,phase,reviewer,decision\nr1,fulltext,ana,include\n";
        let found = Diagnostic::new("unknown phase `fulltext`", "decisions.csv", csv, 34..42)
            .label("expected `title-abstract`, `retrieval` or `full-text`")
            .help("did you mean `full-text`?");
        insta::assert_snapshot!("csv", render(&found, csv, false, 80));
        for source in ["", "é", "a\r\n", "\u{1b}[31m\tred\n"] {
            for span in [0..0, 0..1, 1..2, 0..900, 900..901] {
                let found = Diagnostic::new("m", "f", source, span);
                assert!(render(&found, source, false, 20).starts_with("error: m\n"));
            }
        }
    }
}
