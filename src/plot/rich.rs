//! Lines of text with counts in them: runs of one style, broken at spaces.
//!
//! A run that is `solid` is not broken at its spaces (`n = 23`), and runs that touch without a
//! space stay together (`(n = 23):`).

use super::PlotError;
use super::text::{SLACK, Weight, width_or_em};

/// A stretch of text in one style.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// The text of one weight.
    pub text: String,
    /// The weight in which it is set.
    pub weight: Weight,
    /// The path of the count it is, where it is one.
    pub path: Option<String>,
    /// Whether its spaces break no line.
    pub solid: bool,
}

impl Run {
    /// Text in one weight, without italics, above or below the line.
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

/// What stood between a line and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Join {
    /// Nothing: a paragraph begins.
    #[default]
    Begins,
    /// A space, at which a line may break.
    Space,
    /// Nothing: a word is broken here.
    Cut,
}

/// One line: its runs and their width.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// How it continues the line before it.
    pub join: Join,
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

/// A line in the making.
#[derive(Default)]
struct Row {
    join: Join,
    words: Vec<(Word, f64)>,
    width: f64,
}

impl Row {
    fn push(&mut self, word: Word, width: f64, space: f64) {
        self.width += width + if self.words.is_empty() { 0.0 } else { space };
        self.words.push((word, width));
    }

    fn pop(&mut self, space: f64) -> Option<(Word, f64)> {
        let (word, width) = self.words.pop()?;
        self.width -= width + if self.words.is_empty() { 0.0 } else { space };
        Some((word, width))
    }

    /// Whether another word fits behind what is there.
    fn takes(&self, width: f64, space: f64, room: f64) -> bool {
        let gap = if self.words.is_empty() { 0.0 } else { space };
        (self.width + gap + width) * SLACK <= room
    }

    fn line(self, size: f64, space: f64) -> Result<Line, PlotError> {
        let mut line = Line {
            join: self.join,
            ..Line::default()
        };
        for (at, (word, _)) in self.words.into_iter().enumerate() {
            if at > 0 {
                // A space belongs to the text beside it, not to a count.
                let beside = [line.runs.last(), word.first()];
                let text = beside.into_iter().flatten().find(|run| run.path.is_none());
                let gap = Run::new(" ", text.map_or(Weight::Regular, |run| run.weight));
                line.push(gap, space);
            }
            for run in word {
                let width = width_or_em(&run.text, size, run.weight)?;
                line.push(run, width);
            }
        }
        Ok(line)
    }
}

/// Breaks runs into lines: the first at most `first` points wide, the others `rest`, each with
/// [`SLACK`]. A count does not stand alone on the last line where the line above can spare a word.
pub fn wrap(runs: &[Run], size: f64, first: f64, rest: f64) -> Result<Vec<Line>, PlotError> {
    let space = width_or_em(" ", size, Weight::Regular)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut row = Row::default();
    for word in words(runs) {
        let width = word_width(&word, size)?;
        let room = |rows: &[Row]| if rows.is_empty() { first } else { rest };
        if row.takes(width, space, room(&rows)) {
            row.push(word, width, space);
            continue;
        }
        if !row.words.is_empty() {
            rows.push(std::mem::replace(
                &mut row,
                Row {
                    join: Join::Space,
                    ..Row::default()
                },
            ));
        }
        if row.takes(width, space, room(&rows)) {
            row.push(word, width, space);
            continue;
        }
        // Longer than a line: broken wherever a line is full.
        let (mut part, mut wide) = (Word::new(), 0.0);
        for run in word {
            for character in run.text.chars() {
                let text = character.to_string();
                let width = width_or_em(&text, size, run.weight)?;
                if !part.is_empty() && (wide + width) * SLACK > room(&rows) {
                    row.push(std::mem::take(&mut part), wide, space);
                    rows.push(std::mem::replace(
                        &mut row,
                        Row {
                            join: Join::Cut,
                            ..Row::default()
                        },
                    ));
                    wide = 0.0;
                }
                part.push(run.with(text));
                wide += width;
            }
        }
        row.push(part, wide, space);
    }
    if !row.words.is_empty() {
        spare_a_word(rows.last_mut(), &mut row, space, rest);
        rows.push(row);
    }
    rows.into_iter().map(|row| row.line(size, space)).collect()
}

/// Gives a lone count on the last line the word before it, where that leaves no stump above.
fn spare_a_word(above: Option<&mut Row>, last: &mut Row, space: f64, room: f64) {
    let Some(above) = above else { return };
    let alone = last.words.len() == 1;
    let is_count = last
        .words
        .iter()
        .any(|(word, _)| word.iter().any(|run| run.solid));
    if !alone || !is_count || last.join == Join::Cut || above.words.len() < 3 {
        return;
    }
    let Some((word, width)) = above.pop(space) else {
        return;
    };
    if above.width > room / 2.0 && last.takes(width, space, room) {
        let count = last.pop(space);
        last.push(word, width, space);
        if let Some((count, width)) = count {
            last.push(count, width, space);
        }
    } else {
        above.push(word, width, space);
    }
}

/// Breaks a head into lines of about one length: as many as `max` asks for, each no longer than
/// it must be.
pub fn balance(runs: &[Run], size: f64, max: f64) -> Result<Vec<Line>, PlotError> {
    let mut best = wrap(runs, size, max, max)?;
    let mut room = max;
    while room > max / 2.0 {
        room -= size / 2.0;
        let lines = wrap(runs, size, room, room)?;
        if lines.len() > best.len() {
            break;
        }
        best = lines;
    }
    Ok(best)
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

    #[test]
    fn a_count_takes_a_word_along_and_heads_are_balanced() {
        let runs = [
            Run::plain("Records marked as ineligible by automation tools "),
            Run::solid("("),
            Run::count("n = 128", Weight::SemiBold, "removed.automation.total"),
            Run::solid(")"),
        ];
        let texts = |lines: Vec<Line>| lines.iter().map(Line::text).collect::<Vec<_>>();
        let lines = texts(wrap(&runs, 8.0, 205.0, 205.0).unwrap());
        assert_eq!(
            lines,
            [
                "Records marked as ineligible by automation",
                "tools (n = 128)"
            ]
        );
        let head = [Run::new(
            "Identification of new studies via other methods",
            Weight::SemiBold,
        )];
        let lines = texts(balance(&head, 7.5, 172.0).unwrap());
        assert_eq!(
            lines,
            ["Identification of new", "studies via other methods"]
        );
    }
}
