//! A record as a reviewer reads it: title, abstract, identifiers, types, sources, relatives.

use crate::model::RecordId;
use crate::screen::card::Card;
use crate::store::Reader;
use crate::store::read::{Person, ReportRow};
use crate::web::problem::Problem;
use crate::web::words::day;
use crate::workflow::Workflow;
use serde::Serialize;

/// Preferences that hold a person's own terms, one on a line.
pub(in crate::web) const GREEN: &str = "highlight-include";
pub(in crate::web) const RED: &str = "highlight-exclude";

/// What is highlighted: terms that speak for a report, and against it.
#[derive(Debug, Clone, Default)]
pub(in crate::web) struct Terms {
    pub(in crate::web) green: String,
    pub(in crate::web) red: String,
    all: Vec<(Vec<char>, bool, bool)>,
}

impl Terms {
    pub(in crate::web) fn of(
        reader: Reader<'_>,
        person: &Person,
        workflow: &Workflow,
    ) -> Result<Self, Problem> {
        let own = |key| {
            reader
                .preference(person.id, key)
                .map(Option::unwrap_or_default)
        };
        let (green, red) = (own(GREEN)?, own(RED)?);
        let team = &workflow.criteria;
        let terms = |text: &str, more: &[String], stands_for: bool| {
            text.split(['\n', ','])
                .map(str::to_owned)
                .chain(more.iter().cloned())
                .filter_map(|term| Self::term(&term, stands_for))
                .collect::<Vec<_>>()
        };
        let mut all = terms(&green, &team.highlight_include, true);
        all.extend(terms(&red, &team.highlight_exclude, false));
        // Of two that begin at one place the longer one is shown.
        all.sort_by_key(|(letters, ..)| std::cmp::Reverse(letters.len()));
        Ok(Self { green, red, all })
    }

    /// A term in small letters, and whether words may go on behind it (`random*`).
    fn term(text: &str, stands_for: bool) -> Option<(Vec<char>, bool, bool)> {
        let text = text.trim().to_lowercase();
        let (text, open) = match text.strip_suffix('*') {
            Some(text) => (text, true),
            None => (text.as_str(), false),
        };
        let letters: Vec<char> = text.chars().collect();
        (letters.len() > 1).then_some((letters, open, stands_for))
    }

    /// A text in pieces, the highlighted ones marked.
    pub(in crate::web) fn mark(&self, text: &str) -> Vec<Piece> {
        let letters: Vec<char> = text.chars().collect();
        // Letter by letter, so that places agree with those of the text.
        let small: Vec<char> = letters
            .iter()
            .map(|c| c.to_lowercase().next().unwrap_or(*c))
            .collect();
        let mut out: Vec<Piece> = Vec::new();
        let (mut at, mut plain) = (0, String::new());
        while let Some(letter) = letters.get(at) {
            let begins = at == 0 || small.get(at - 1).is_none_or(|c| !c.is_alphanumeric());
            let found = begins
                .then(|| self.found(small.get(at..).unwrap_or_default()))
                .flatten();
            match found {
                Some((len, stands_for)) => {
                    if !plain.is_empty() {
                        out.push(Piece::plain(std::mem::take(&mut plain)));
                    }
                    let text: String = letters.iter().skip(at).take(len).collect();
                    out.push(Piece {
                        text,
                        class: if stands_for { "in" } else { "out" },
                    });
                    at += len;
                }
                None => {
                    plain.push(*letter);
                    at += 1;
                }
            }
        }
        if !plain.is_empty() {
            out.push(Piece::plain(plain));
        }
        out
    }

    fn found(&self, rest: &[char]) -> Option<(usize, bool)> {
        self.all.iter().find_map(|(term, open, stands_for)| {
            if !rest.starts_with(term) {
                return None;
            }
            let behind = rest.get(term.len()..).unwrap_or_default();
            let more = behind.iter().take_while(|c| c.is_alphanumeric()).count();
            match (more, open) {
                (0, _) => Some((term.len(), *stands_for)),
                (_, true) => Some((term.len() + more, *stands_for)),
                // A plural is the same word.
                (1, false) if behind.first() == Some(&'s') => Some((term.len() + 1, *stands_for)),
                _ => None,
            }
        })
    }
}

/// A piece of a text; `class` is `in`, `out` or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web) struct Piece {
    pub(in crate::web) text: String,
    pub(in crate::web) class: &'static str,
}

impl Piece {
    fn plain(text: String) -> Self {
        Self { text, class: "" }
    }
}

/// A paragraph of an abstract with the heading that its source gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web) struct Paragraph {
    pub(in crate::web) heading: Option<String>,
    pub(in crate::web) pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Serialize)]
pub(in crate::web) struct Id {
    pub(in crate::web) label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::web) href: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub(in crate::web) struct Related {
    pub(in crate::web) report: RecordId,
    pub(in crate::web) how: String,
    pub(in crate::web) title: String,
}

/// A record as it is read.
#[derive(Debug, Clone, Serialize)]
pub(in crate::web) struct Record {
    pub(in crate::web) report: RecordId,
    pub(in crate::web) title: String,
    #[serde(skip)]
    pub(in crate::web) title_marked: Vec<Piece>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::web) other_titles: Vec<String>,
    pub(in crate::web) authors: Vec<String>,
    #[serde(skip)]
    pub(in crate::web) authors_short: String,
    #[serde(skip)]
    pub(in crate::web) authors_more: bool,
    pub(in crate::web) journal: Option<String>,
    #[serde(skip)]
    pub(in crate::web) cited: String,
    pub(in crate::web) year: Option<u16>,
    pub(in crate::web) ids: Vec<Id>,
    #[serde(rename = "abstract")]
    pub(in crate::web) abstract_text: Option<String>,
    #[serde(skip)]
    pub(in crate::web) paragraphs: Vec<Paragraph>,
    pub(in crate::web) publication_types: Vec<String>,
    pub(in crate::web) keywords: Vec<String>,
    pub(in crate::web) headings: Vec<String>,
    pub(in crate::web) sources: Vec<String>,
    #[serde(skip)]
    pub(in crate::web) asked: String,
    pub(in crate::web) found: Option<String>,
    pub(in crate::web) records: usize,
    pub(in crate::web) language: Option<String>,
    pub(in crate::web) retracted: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::web) related: Vec<Related>,
    pub(in crate::web) publisher: Option<String>,
    pub(in crate::web) full_text: Option<String>,
}

impl Record {
    pub(in crate::web) fn of(
        reader: Reader<'_>,
        card: &Card,
        row: &ReportRow,
        terms: &Terms,
    ) -> Result<Self, Problem> {
        let record = &card.record;
        let title = record
            .title
            .clone()
            .unwrap_or_else(|| "(no title)".to_owned());
        let mut sources: Vec<String> = Vec::new();
        for origin in &card.sources {
            if !sources.contains(&origin.source) {
                sources.push(origin.source.clone());
            }
        }
        let first = reader.record(row.stands)?;
        let found = match first.map(|first| reader.event(first.seq)).transpose()? {
            Some(Some(event)) => Some(day(&event.at).to_owned()),
            _ => None,
        };
        let doi = record.doi.as_ref().map(crate::model::Doi::as_str);
        let link = |url: &str| {
            (url.starts_with("https://") || url.starts_with("http://")).then(|| url.to_owned())
        };
        let publisher = doi
            .map(|doi| {
                format!(
                    "https://doi.org/{}",
                    crate::plot::svg::percent_encode(doi).replace("%2F", "/")
                )
            })
            .or_else(|| record.url.as_deref().and_then(link))
            .or_else(|| {
                let pmid = record.pmid.as_ref()?;
                Some(format!(
                    "https://pubmed.ncbi.nlm.nih.gov/{}/",
                    pmid.as_str()
                ))
            });
        let full_text = record
            .pmcid
            .as_ref()
            .map(|id| format!("https://pmc.ncbi.nlm.nih.gov/articles/{}/", id.as_str()));
        let mut related = Vec::new();
        for (a, b, word, _) in reader.relations_of(card.report)? {
            for record in [a, b] {
                let Some(other) = reader.record(record)? else {
                    continue;
                };
                if other.report != card.report
                    && !related
                        .iter()
                        .any(|one: &Related| one.report == other.report)
                {
                    related.push(Related {
                        report: other.report,
                        how: word.replace('-', " "),
                        title: other.title.unwrap_or_else(|| "(no title)".to_owned()),
                    });
                }
            }
        }
        for one in &card.related {
            if !related.iter().any(|known| known.report == one.report) {
                related.push(Related {
                    report: one.report,
                    how: "same study".to_owned(),
                    title: one.title.clone().unwrap_or_else(|| one.citation.clone()),
                });
            }
        }
        for one in crate::screen::cohorts::sisters(reader, card.report)? {
            if !related.iter().any(|known| known.report == one.report) {
                related.push(Related {
                    report: one.report,
                    how: one.how,
                    title: one.title.unwrap_or_else(|| "(no title)".to_owned()),
                });
            }
        }
        let year = record.year.map(|year| year.to_string());
        let place = [
            record.volume.clone(),
            record.issue.as_ref().map(|issue| format!("({issue})")),
        ];
        let mut cited: String = year.into_iter().collect();
        let volume: String = place.into_iter().flatten().collect();
        if !volume.is_empty() {
            cited.push_str(&format!("; {volume}"));
        }
        if let Some(pages) = &record.pages {
            cited.push_str(&format!(": {pages}"));
        }
        Ok(Self {
            report: card.report,
            title_marked: terms.mark(&title),
            title,
            other_titles: record.other_titles.clone(),
            authors_short: record
                .authors
                .iter()
                .take(4)
                .cloned()
                .collect::<Vec<_>>()
                .join(", "),
            authors_more: record.authors.len() > 4 || record.authors_truncated,
            authors: record.authors.clone(),
            journal: record.journal.clone(),
            cited,
            year: record.year,
            ids: ids(record),
            paragraphs: record
                .abstract_text
                .as_deref()
                .map(|text| paragraphs(text, terms))
                .unwrap_or_default(),
            abstract_text: record.abstract_text.clone(),
            publication_types: record.publication_types.clone(),
            keywords: record.keywords.clone(),
            headings: record.headings.clone(),
            asked: match sources.as_slice() {
                [] => "No source".to_owned(),
                [one] => format!("{one} returned the title only; no other source has this record"),
                several => format!("{} returned the title only", several.join(", ")),
            },
            sources,
            found,
            records: card.sources.len(),
            language: record.language.clone(),
            retracted: record.retracted,
            related,
            publisher,
            full_text,
        })
    }
}

fn ids(record: &crate::model::Record) -> Vec<Id> {
    let mut out = Vec::new();
    if let Some(pmid) = &record.pmid {
        out.push(Id {
            label: format!("PMID {}", pmid.as_str()),
            href: Some(format!(
                "https://pubmed.ncbi.nlm.nih.gov/{}/",
                pmid.as_str()
            )),
        });
    }
    if let Some(doi) = &record.doi {
        let path = crate::plot::svg::percent_encode(doi.as_str()).replace("%2F", "/");
        out.push(Id {
            label: doi.as_str().to_owned(),
            href: Some(format!("https://doi.org/{path}")),
        });
    }
    if let Some(pmcid) = &record.pmcid {
        out.push(Id {
            label: pmcid.as_str().to_owned(),
            href: Some(format!(
                "https://pmc.ncbi.nlm.nih.gov/articles/{}/",
                pmcid.as_str()
            )),
        });
    }
    for number in &record.registry {
        let text = number.as_str();
        out.push(Id {
            label: text.to_owned(),
            href: text
                .starts_with("NCT")
                .then(|| format!("https://clinicaltrials.gov/study/{text}")),
        });
    }
    out
}

/// The paragraphs of an abstract: sections stand on their own lines, `LABEL: text`.
fn paragraphs(text: &str, terms: &Terms) -> Vec<Paragraph> {
    text.lines()
        .flat_map(sections)
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| {
            let label = line.split_once(": ").filter(|(label, rest)| {
                let capitals = !label.chars().any(char::is_lowercase)
                    && label.chars().any(char::is_alphabetic);
                capitals && label.chars().count() <= 60 && !rest.is_empty()
            });
            match label {
                Some((label, rest)) => Paragraph {
                    heading: Some(spoken(label)),
                    pieces: terms.mark(rest),
                },
                None => Paragraph {
                    heading: None,
                    pieces: terms.mark(line),
                },
            }
        })
        .collect()
}

/// The parts of a line that several headings share: exports of many databases run them together.
/// A heading is all in capitals, four letters or more, behind the end of a sentence.
fn sections(line: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut begin = 0;
    for (at, _) in line.match_indices(": ") {
        let before = line.get(begin..at).unwrap_or_default();
        let Some(end) = before.rfind(['.', '?', '!', ')']) else {
            continue;
        };
        let label = before.get(end + 1..).unwrap_or_default();
        let letters = label.chars().filter(|c| c.is_alphabetic()).count();
        let spoken = label
            .chars()
            .all(|c| c.is_uppercase() || " /&,-".contains(c));
        if label.starts_with(' ') && spoken && (4..=50).contains(&letters) {
            out.push(line.get(begin..=begin + end).unwrap_or_default());
            begin += end + 1;
        }
    }
    out.push(line.get(begin..).unwrap_or_default());
    out
}

/// "Background and aims" for "BACKGROUND AND AIMS".
fn spoken(label: &str) -> String {
    let mut letters = label.chars();
    let first: String = letters.next().into_iter().collect();
    format!("{first}{}", letters.as_str().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(green: &[&str], red: &[&str]) -> Terms {
        let mut all: Vec<_> = green.iter().filter_map(|t| Terms::term(t, true)).collect();
        all.extend(red.iter().filter_map(|t| Terms::term(t, false)));
        all.sort_by_key(|(letters, ..)| std::cmp::Reverse(letters.len()));
        Terms {
            all,
            ..Terms::default()
        }
    }

    #[test]
    fn terms_are_marked_as_words() {
        let terms = terms(&["daratumumab", "random*"], &["phase II", "mice"]);
        let pieces =
            terms.mark("Daratumumab-ixazomib in a RANDOMISED phase II study, not phase III");
        let marked: Vec<(&str, &str)> = pieces
            .iter()
            .filter(|piece| !piece.class.is_empty())
            .map(|piece| (piece.text.as_str(), piece.class))
            .collect();
        assert_eq!(
            marked,
            [
                ("Daratumumab", "in"),
                ("RANDOMISED", "in"),
                ("phase II", "out")
            ]
        );
        let whole: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(
            whole,
            "Daratumumab-ixazomib in a RANDOMISED phase II study, not phase III"
        );
        assert_eq!(terms.mark("İstanbul mice").len(), 2);
    }

    #[test]
    fn sections_of_an_abstract_keep_their_headings() {
        let found = paragraphs(
            "BACKGROUND: a\nMETHODS AND AIMS: b: c\nPlain: d\n\n",
            &terms(&[], &[]),
        );
        let heads: Vec<Option<&str>> = found.iter().map(|p| p.heading.as_deref()).collect();
        assert_eq!(heads, [Some("Background"), Some("Methods and aims"), None]);
        let run =
            "AIM: One. METHODS: Two (p < 0.05; HR: 3). RESULTS: Three vs. IL-2: four. DNA: five";
        let found = paragraphs(run, &terms(&[], &[]));
        let heads: Vec<Option<&str>> = found.iter().map(|p| p.heading.as_deref()).collect();
        assert_eq!(heads, [Some("Aim"), Some("Methods"), Some("Results")]);
        let whole: String = found
            .iter()
            .flat_map(|p| &p.pieces)
            .map(|p| p.text.as_str())
            .collect();
        assert_eq!(
            whole,
            "One.Two (p < 0.05; HR: 3).Three vs. IL-2: four. DNA: five"
        );
    }
}
