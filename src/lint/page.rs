//! Findings as one HTML page, with the arithmetic drawn: what is printed and what is implied, on one
//! axis. No script, nothing from the network.

use super::printed::short;
use super::rule::Found;
use crate::model::finding::{Bar, Finding, Number, Severity};
use crate::model::many;
use std::fmt::Write as _;

/// Text as HTML shows it.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// The word of a severity, with a sign that needs no colour.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "\u{d7} error",
        Severity::Warn => "! warn",
        Severity::Info => "i info",
    }
}

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1d2327;--dim:#54606a;--line:#c9d1d8;--paper:#fff;--bad:#a4161a;--bar:#1f5f8b}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaed;--dim:#a9b4bd;--line:#3c4852;--paper:#14191d;--bad:#ff8b8b;--bar:#7fbde8}}
body{font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:48rem;margin:2rem auto;padding:0 1rem}
h1,h2,p,li,td,th{overflow-wrap:anywhere}h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2.2rem;border-bottom:1px solid var(--line)}
article{margin:1rem 0 1.4rem}.tag{font-weight:600}.error .tag{color:var(--bad)}
p{margin:.3rem 0}.fits,.source{color:var(--dim)}
table{border-collapse:collapse;margin:.5rem 0;font-size:.9rem}th,td{text-align:left;padding:.15rem .8rem .15rem 0;vertical-align:top}
svg{max-width:100%;height:auto;display:block;margin:.5rem 0}svg text{fill:var(--ink);font:13px system-ui,sans-serif}
svg .axis{stroke:var(--dim)}svg .bar{stroke:var(--bar);stroke-width:6}
";

/// The page.
pub fn page(title: &str, found: &Found) -> String {
    let mut out = String::new();
    let heading = if title.is_empty() {
        "Consistency of a review"
    } else {
        title
    };
    let counts = [Severity::Error, Severity::Warn, Severity::Info].map(|s| found.of(s) as u64);
    let checks: u64 = found.checked.values().sum();
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>{0}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n\
         <p>{1}, {2}, {3} for information; {5} by {4}.</p>\n\
         <p>A printed number stands for everything that rounds to it. A finding says that no such values fit \
         together: <em>inconsistent as printed</em>. It does not say which number is wrong, nor why.</p>\n",
        escape(heading),
        many(counts[0], "error", "errors"),
        many(counts[1], "warning", "warnings"),
        counts[2],
        many(found.checked.len() as u64, "rule", "rules"),
        many(checks, "check", "checks"),
    );
    if checks == 0 {
        out.push_str("<p><strong>Nothing was checked</strong>: no numbers stand together that a rule could compare.</p>\n");
    } else if found.findings.is_empty() {
        out.push_str("<p>Nothing was found.</p>\n");
    }
    if !found.notes.is_empty() {
        out.push_str("<section>\n<h2>Not read, or read with a guess</h2>\n<ul>\n");
        for note in &found.notes {
            let _ = writeln!(out, "<li>{}</li>", escape(note));
        }
        out.push_str("</ul>\n</section>\n");
    }
    for (place, findings) in found.by_place() {
        let _ = write!(out, "<section>\n<h2>{}</h2>\n", escape(place));
        for finding in findings {
            article(&mut out, finding);
        }
        out.push_str("</section>\n");
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn article(out: &mut String, finding: &Finding) {
    let _ = write!(
        out,
        "<article class=\"{}\">\n<p><span class=\"tag\">{} {}</span> {}</p>\n",
        finding.severity.as_str(),
        severity(finding.severity),
        finding.rule,
        escape(&finding.message)
    );
    if let Some(fits) = &finding.fits {
        let _ = writeln!(out, "<p class=\"fits\">Would fit: {}</p>", escape(fits));
    }
    if finding.bars.len() > 1 {
        drawing(out, &finding.bars);
    }
    if !finding.numbers.0.is_empty() {
        out.push_str("<table>\n");
        for (name, number) in &finding.numbers.0 {
            let _ = writeln!(
                out,
                "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
                escape(&name.replace('_', " ")),
                escape(&words(number))
            );
        }
        out.push_str("</table>\n");
    }
    if !finding.reference.is_empty() {
        let _ = writeln!(out, "<p class=\"source\">{}</p>", escape(finding.reference));
    }
    out.push_str("</article>\n");
}

fn words(number: &Number) -> String {
    let end = |x: &Option<f64>| x.map_or_else(|| "open".to_owned(), short);
    match number {
        Number::Text(text) => text.clone(),
        Number::Count(n) => n.to_string(),
        Number::Value(x) => short(*x),
        Number::Span([low, high]) => format!("{} to {}", end(low), end(high)),
    }
}

/// Bars on one axis, each with its label and its ends.
fn drawing(out: &mut String, bars: &[Bar]) {
    // An open end is drawn to the edge.
    let ends = || {
        bars.iter()
            .flat_map(|bar| [bar.low, bar.high])
            .filter(|x| x.is_finite())
    };
    let low = ends().fold(f64::INFINITY, f64::min);
    let high = ends().fold(f64::NEG_INFINITY, f64::max);
    if !low.is_finite() || !high.is_finite() {
        return;
    }
    let room = (high - low).max(1e-12);
    let (left, width) = (230.0, 300.0);
    let x = |value: f64| left + width * ((value - low) / room).clamp(0.0, 1.0);
    let height = 26 * bars.len() + 28;
    let label: Vec<String> = bars
        .iter()
        .map(|bar| format!("{} {} to {}", bar.label, short(bar.low), short(bar.high)))
        .collect();
    let _ = writeln!(
        out,
        "<svg viewBox=\"0 0 640 {height}\" width=\"640\" height=\"{height}\" role=\"img\" aria-label=\"{}\">",
        escape(&label.join("; "))
    );
    for (n, bar) in bars.iter().enumerate() {
        let y = 16 + 26 * n;
        // A point is drawn as wide as it can be seen.
        let from = x(bar.low).min(left + width - 3.0);
        let to = x(bar.high).max(from + 3.0);
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"end\">{}</text><line class=\"bar\" x1=\"{from:.1}\" x2=\"{to:.1}\" y1=\"{y}\" y2=\"{y}\"/>",
            left - 12.0,
            y + 4,
            escape(&bar.label)
        );
    }
    let y = 26 * bars.len() + 8;
    let _ = writeln!(
        out,
        "<line class=\"axis\" x1=\"{left}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\"/><text x=\"{left}\" y=\"{}\">{}</text><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n</svg>",
        left + width,
        y + 16,
        short(low),
        left + width,
        y + 16,
        short(high)
    );
}

#[cfg(test)]
mod tests {
    use crate::lint::{check, read};

    #[test]
    fn a_page_shows_place_sentence_and_drawing() {
        let paper = read::from_toml(
            "[[result]]\ntable = \"Table 2\"\nrow = \"age<65\"\nk = 4\ni2 = 53\np_het = 0.06\n",
        )
        .unwrap();
        let page = super::page("A & B", &check(&paper));
        assert!(
            page.contains("<h1>A &amp; B</h1>") && page.contains("<h2>Table 2 / age&lt;65</h2>")
        );
        assert!(page.contains("STAT-I2P") && page.contains("<svg") && page.contains("aria-label="));
    }
}
