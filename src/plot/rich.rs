//! Lines of text with counts in them: runs of one style, broken at spaces.
//!
//! A run that is `solid` is not broken at its spaces (`n = 23`), and runs that touch without a
//! space stay together (`(n = 23):`).

use super::PlotError;
use super::text::{SLACK, Weight, width_or_em};

/// A stretch of text in one style.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// The text.
    pub text: String,
    /// Its weight.
    pub weight: Weight,
    /// The path of the count it is, where it is one.
    pub path: Option<String>,
    /// Whether its spaces break no line.
    pub solid: bool,
}

impl Run {
    /// Running text.
    pub fn new(text: impl Into<String>, weight: Weight) -> Self {
        Self {
            text: text.into(),
            weight,
            path: None,
            solid: false,
        }
    }

    /// Text of regular weight.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::new(text, Weight::Regular)
    }

    /// Text that stays together.
    pub fn solid(text: impl Into<String>) -> Self {
        Self {
            solid: true,
            ..Self::plain(text)
        }
    }

    /// A count that opens.
    pub fn count(text: impl Into<String>, weight: Weight, path: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            weight,
            path: Some(path.into()),
            solid: true,
        }
    }

    fn with(&self, text: String) -> Self {
        Self {
            text,
            ..self.clone()
        }
    }

    fn same_style(&self, other: &Self) -> bool {
        self.weight == other.weight && self.path == other.path
    }
}

/// One line: its runs and their width.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// The runs, in order.
    pub runs: Vec<Run>,
    /// Their width in points, in the embedded font.
    pub width: f64,
}

impl Line {
    /// The bare text.
    pub fn text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }

    fn push(&mut self, run: Run, width: f64) {
        self.width += width;
        match self.runs.last_mut() {
            Some(last) if last.same_style(&run) => last.text.push_str(&run.text),
            _ => self.runs.push(run),
        }
    }
}

/// Pieces that stay on one line.
type Word = Vec<Run>;

fn words(runs: &[Run]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut word: Word = Vec::new();
    for run in runs {
        if run.solid {
            word.push(run.clone());
            continue;
        }
        for (at, part) in run.text.split(char::is_whitespace).enumerate() {
            if at > 0 && !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            if !part.is_empty() {
                word.push(run.with(part.to_owned()));
            }
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn word_width(word: &Word, size: f64) -> Result<f64, PlotError> {
    word.iter()
        .map(|run| width_or_em(&run.text, size, run.weight))
        .sum()
}

/// Breaks runs into lines: the first at most `first` points wide, the others `rest`, each with
/// [`SLACK`].
pub fn wrap(runs: &[Run], size: f64, first: f64, rest: f64) -> Result<Vec<Line>, PlotError> {
    let space = width_or_em(" ", size, Weight::Regular)?;
    let mut lines: Vec<Line> = Vec::new();
    let mut line = Line::default();
    for word in words(runs) {
        let wide = word_width(&word, size)?;
        let room = if lines.is_empty() { first } else { rest };
        let gap = if line.runs.is_empty() { 0.0 } else { space };
        if (line.width + gap + wide) * SLACK <= room {
            if gap > 0.0 {
                line.push(Run::plain(" "), gap);
            }
            for run in word {
                let width = width_or_em(&run.text, size, run.weight)?;
                line.push(run, width);
            }
            continue;
        }
        if !line.runs.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for run in word {
            for character in run.text.chars() {
                let text = character.to_string();
                let width = width_or_em(&text, size, run.weight)?;
                let room = if lines.is_empty() { first } else { rest };
                if !line.runs.is_empty() && (line.width + width) * SLACK > room {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(run.with(text), width);
            }
        }
    }
    if !line.runs.is_empty() {
        lines.push(line);
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_stays_in_its_brackets() {
        let runs = [
            Run::plain("Reports excluded "),
            Run::solid("("),
            Run::count("n = 13", Weight::SemiBold, "excluded_full_text.total"),
            Run::solid("):"),
        ];
        for max in [60.0, 80.0, 200.0] {
            let lines = wrap(&runs, 8.0, max, max).unwrap();
            assert!(
                lines.iter().any(|line| line.text().contains("(n = 13):")),
                "{max}"
            );
        }
        let lines = wrap(&runs, 8.0, 200.0, 200.0).unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].runs.len(), 3);
        assert_eq!(lines[0].runs[0].text, "Reports excluded (");
    }
}
