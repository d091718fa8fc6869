//! The elements of one article or book.

use super::fields::{Article, Author, CommentsCorrection, Heading};
use super::walk::{Walk, Walked, attribute, attribute_is, written};
use crate::formats::values::year_between;
use crate::model::RecordKind;
use quick_xml::events::BytesStart;
use std::fmt::Write as _;

/// `PubmedArticle` or `PubmedBookArticle`, just opened.
pub(super) fn article<'a>(walk: &mut Walk<'a>, start: &BytesStart<'a>) -> Walked<Article> {
    let mut parts = Parts::default();
    if start.name().as_ref() == "PubmedBookArticle" {
        parts.article.kind = RecordKind::Book;
    }
    walk.children(|walk, child| match child.name().as_ref() {
        "MedlineCitation" => parts.citation(walk, child),
        "BookDocument" => parts.book_document(walk),
        "PubmedData" | "PubmedBookData" => parts.pubmed_data(walk),
        _ => walk.skip(),
    })?;
    Ok(parts.finish())
}

/// `MedlineCitation` without its `PubmedArticle`, as old baseline files have it.
pub(super) fn citation_alone<'a>(walk: &mut Walk<'a>, start: &BytesStart<'a>) -> Walked<Article> {
    let mut parts = Parts::default();
    parts.citation(walk, start)?;
    Ok(parts.finish())
}

/// The article, and the values that the end decides between.
#[derive(Default)]
struct Parts {
    article: Article,
    own_doi: Option<String>,
    data_doi: Option<String>,
    book_title: Option<String>,
    book_authors: Vec<Author>,
    page: [Option<String>; 3],
    medline_date: Option<String>,
    season: Option<String>,
    abstract_text: String,
}

impl Parts {
    fn finish(self) -> Article {
        let mut article = self.article;
        article.doi = self.own_doi.or(self.data_doi);
        if article.kind == RecordKind::Book {
            article.title = article.title.or_else(|| self.book_title.clone());
            article.journal = article.journal.or(self.book_title);
        }
        if article.authors.is_empty() {
            article.authors = self.book_authors;
        }
        let [medline, start, end] = self.page;
        article.pages = medline.or_else(|| match (start, end) {
            (Some(start), Some(end)) => Some(format!("{start}-{end}")),
            (Some(page), None) | (None, Some(page)) => Some(page),
            (None, None) => None,
        });
        if let Some(date) = &self.medline_date {
            article.year = article.year.or_else(|| year_between(date, 1500, 2099));
            article.month = article.month.or_else(|| first_month(date));
        }
        article.pubdate_text = self.season.or(self.medline_date);
        article.abstract_text = (!self.abstract_text.is_empty()).then_some(self.abstract_text);
        article.finish();
        article
    }

    fn pmid<'a>(&mut self, walk: &mut Walk<'a>, start: &BytesStart<'a>) -> Walked<()> {
        let version = written(start, "Version")?.and_then(|v| v.trim().parse().ok());
        let text = walk.text()?;
        if self.article.pmid.is_none() {
            self.article.pmid = text;
            self.article.version = version.unwrap_or(1);
        }
        Ok(())
    }

    fn citation<'a>(&mut self, walk: &mut Walk<'a>, start: &BytesStart<'a>) -> Walked<()> {
        self.article.status = attribute(start, "Status")?;
        walk.children(|walk, child| match child.name().as_ref() {
            "PMID" => self.pmid(walk, child),
            "DateCreated" => date(walk, &mut self.article.dates.created),
            "DateCompleted" => date(walk, &mut self.article.dates.completed),
            "DateRevised" => date(walk, &mut self.article.dates.revised),
            "Article" => self.article_element(walk),
            "ChemicalList" => walk.children(|walk, _| {
                walk.children(|walk, part| match part.name().as_ref() {
                    "NameOfSubstance" => walk.add_text(&mut self.article.substances),
                    _ => walk.skip(),
                })
            }),
            "CommentsCorrectionsList" => walk.children(|walk, entry| {
                let found = correction(walk, entry)?;
                self.article.comments_corrections.push(found);
                Ok(())
            }),
            "MeshHeadingList" => walk.children(|walk, _| {
                let heading = heading(walk)?;
                self.article.mesh.push(heading);
                Ok(())
            }),
            "KeywordList" => self.keywords(walk),
            "OtherAbstract" => walk.children(|walk, part| match part.name().as_ref() {
                "AbstractText" => walk.add_text(&mut self.article.other_abstracts),
                _ => walk.skip(),
            }),
            _ => walk.skip(),
        })
    }

    fn keywords(&mut self, walk: &mut Walk<'_>) -> Walked<()> {
        walk.children(|walk, part| match part.name().as_ref() {
            "Keyword" => walk.add_text(&mut self.article.keywords),
            _ => walk.skip(),
        })
    }

    fn article_element(&mut self, walk: &mut Walk<'_>) -> Walked<()> {
        walk.children(|walk, child| match child.name().as_ref() {
            "Journal" => self.journal(walk),
            "PublicationTypeList" => walk.children(|walk, part| match part.name().as_ref() {
                "PublicationType" => walk.add_text(&mut self.article.publication_types),
                _ => walk.skip(),
            }),
            "DataBankList" => walk.children(|walk, _| self.data_bank(walk)),
            _ => self.shared(walk, child),
        })
    }

    /// What an article and a book document both have.
    fn shared<'a>(&mut self, walk: &mut Walk<'a>, child: &BytesStart<'a>) -> Walked<()> {
        match child.name().as_ref() {
            "ArticleTitle" => {
                let first = self.article.title.is_none();
                walk.first_text(&mut self.article.title)?;
                let readable = walk.take_readable().filter(|_| first);
                self.article.readable_title = readable.or(self.article.readable_title.take());
                Ok(())
            }
            "VernacularTitle" => walk.first_text(&mut self.article.vernacular_title),
            "Pagination" => walk.children(|walk, part| {
                let [medline, start, end] = &mut self.page;
                match part.name().as_ref() {
                    "MedlinePgn" => walk.first_text(medline),
                    "StartPage" => walk.first_text(start),
                    "EndPage" => walk.first_text(end),
                    _ => walk.skip(),
                }
            }),
            "ELocationID" => self.location(walk, child),
            "Abstract" => self.abstract_element(walk),
            "AuthorList" => walk.children(|walk, part| match part.name().as_ref() {
                "Author" => {
                    let author = author(walk)?;
                    self.article.authors.extend(author);
                    Ok(())
                }
                _ => walk.skip(),
            }),
            "Language" => walk.add_text(&mut self.article.languages),
            _ => walk.skip(),
        }
    }

    fn location<'a>(&mut self, walk: &mut Walk<'a>, child: &BytesStart<'a>) -> Walked<()> {
        let valid = !attribute_is(child, "ValidYN", "N")?;
        if valid && attribute_is(child, "EIdType", "doi")? {
            walk.first_text(&mut self.own_doi)
        } else {
            walk.skip()
        }
    }

    fn abstract_element(&mut self, walk: &mut Walk<'_>) -> Walked<()> {
        walk.children(|walk, part| {
            if part.name().as_ref() != "AbstractText" {
                return walk.skip();
            }
            let label = attribute(part, "Label")?.filter(|label| label != "UNLABELLED");
            if let Some(text) = walk.text()? {
                let marked = walk.take_readable();
                let readable = &mut self.article.readable_abstract;
                if marked.is_some() && readable.is_none() {
                    *readable = Some(self.abstract_text.clone());
                }
                if let Some(readable) = readable {
                    add_section(readable, label.as_deref(), marked.as_ref().unwrap_or(&text));
                }
                add_section(&mut self.abstract_text, label.as_deref(), &text);
            }
            Ok(())
        })
    }

    fn journal(&mut self, walk: &mut Walk<'_>) -> Walked<()> {
        walk.children(|walk, child| match child.name().as_ref() {
            "ISSN" => walk.first_text(&mut self.article.issn),
            "Title" => walk.first_text(&mut self.article.journal),
            "ISOAbbreviation" => walk.first_text(&mut self.article.journal_abbrev),
            "JournalIssue" => walk.children(|walk, part| match part.name().as_ref() {
                "Volume" => walk.first_text(&mut self.article.volume),
                "Issue" => walk.first_text(&mut self.article.issue),
                "PubDate" => self.publication_date(walk),
                _ => walk.skip(),
            }),
            _ => walk.skip(),
        })
    }

    fn publication_date(&mut self, walk: &mut Walk<'_>) -> Walked<()> {
        let (mut year, mut month) = (None, None);
        walk.children(|walk, part| match part.name().as_ref() {
            "Year" => walk.first_text(&mut year),
            "Month" => walk.first_text(&mut month),
            "Season" => walk.first_text(&mut self.season),
            "MedlineDate" => walk.first_text(&mut self.medline_date),
            _ => walk.skip(),
        })?;
        self.article.year = year.and_then(|y| y.parse().ok());
        self.article.month = month.and_then(|m| month_number(&m));
        Ok(())
    }

    fn data_bank(&mut self, walk: &mut Walk<'_>) -> Walked<()> {
        let mut bank = None;
        let mut accessions = Vec::new();
        walk.children(|walk, part| match part.name().as_ref() {
            "DataBankName" => walk.first_text(&mut bank),
            "AccessionNumberList" => walk.children(|walk, _| walk.add_text(&mut accessions)),
            _ => walk.skip(),
        })?;
        let bank = bank.unwrap_or_default();
        for accession in accessions {
            self.article.registry.push((bank.clone(), accession));
        }
        Ok(())
    }

    fn book_document(&mut self, walk: &mut Walk<'_>) -> Walked<()> {
        self.article.kind = RecordKind::Book;
        walk.children(|walk, child| match child.name().as_ref() {
            "PMID" => self.pmid(walk, child),
            "ArticleIdList" => self.article_ids(walk),
            "Book" => self.book(walk),
            "DateRevised" => date(walk, &mut self.article.dates.revised),
            "PublicationType" => walk.add_text(&mut self.article.publication_types),
            "KeywordList" => self.keywords(walk),
            _ => self.shared(walk, child),
        })
    }

    fn book(&mut self, walk: &mut Walk<'_>) -> Walked<()> {
        walk.children(|walk, child| match child.name().as_ref() {
            "BookTitle" => walk.first_text(&mut self.book_title),
            "PubDate" => self.publication_date(walk),
            "Volume" => walk.first_text(&mut self.article.volume),
            "Isbn" => walk.add_text(&mut self.article.isbn),
            "ELocationID" => self.location(walk, child),
            "AuthorList" => walk.children(|walk, part| match part.name().as_ref() {
                "Author" => {
                    let author = author(walk)?;
                    self.book_authors.extend(author);
                    Ok(())
                }
                _ => walk.skip(),
            }),
            _ => walk.skip(),
        })
    }

    fn pubmed_data(&mut self, walk: &mut Walk<'_>) -> Walked<()> {
        walk.children(|walk, child| match child.name().as_ref() {
            "History" => walk.children(|walk, entry| {
                let status = written(entry, "PubStatus")?;
                let dates = &mut self.article.dates;
                match status.as_deref().map(str::trim) {
                    Some("entrez") => date(walk, &mut dates.entrez),
                    Some("pubmed") => date(walk, &mut dates.pubmed),
                    Some("medline") => date(walk, &mut dates.medline),
                    _ => walk.skip(),
                }
            }),
            "ArticleIdList" => self.article_ids(walk),
            _ => walk.skip(),
        })
    }

    fn article_ids(&mut self, walk: &mut Walk<'_>) -> Walked<()> {
        walk.children(|walk, id| {
            if attribute_is(id, "IdType", "doi")? {
                walk.first_text(&mut self.data_doi)
            } else if attribute_is(id, "IdType", "pmc")? {
                walk.first_text(&mut self.article.pmcid)
            } else {
                walk.skip()
            }
        })
    }
}

/// `LABEL: text` on a line of its own.
fn add_section(out: &mut String, label: Option<&str>, text: &str) {
    if !out.is_empty() {
        out.push('\n');
    }
    if let Some(label) = label {
        out.push_str(label);
        out.push_str(": ");
    }
    out.push_str(text);
}

fn author(walk: &mut Walk<'_>) -> Walked<Option<Author>> {
    let mut author = Author::default();
    walk.children(|walk, part| match part.name().as_ref() {
        "LastName" => walk.first_text(&mut author.last),
        "ForeName" => walk.first_text(&mut author.fore),
        "Initials" => walk.first_text(&mut author.initials),
        "Suffix" => walk.first_text(&mut author.suffix),
        "CollectiveName" => walk.first_text(&mut author.collective),
        _ => walk.skip(),
    })?;
    Ok((author != Author::default()).then_some(author))
}

fn correction<'a>(walk: &mut Walk<'a>, start: &BytesStart<'a>) -> Walked<CommentsCorrection> {
    let kind = attribute(start, "RefType")?.unwrap_or_default();
    let mut pmid = None;
    walk.children(|walk, part| match part.name().as_ref() {
        "PMID" => walk.first_text(&mut pmid),
        _ => walk.skip(),
    })?;
    Ok(CommentsCorrection { kind, pmid })
}

fn heading(walk: &mut Walk<'_>) -> Walked<Heading> {
    let mut heading = Heading::default();
    walk.children(|walk, part| {
        let major = attribute_is(part, "MajorTopicYN", "Y")?;
        match part.name().as_ref() {
            "DescriptorName" => {
                heading.major |= major;
                heading.ui = attribute(part, "UI")?;
                heading.name = walk.text()?.unwrap_or_default();
                Ok(())
            }
            "QualifierName" => {
                heading.major |= major;
                walk.add_text(&mut heading.qualifiers)
            }
            _ => walk.skip(),
        }
    })?;
    Ok(heading)
}

/// `YYYY-MM-DD`, or as much of it as there is.
fn date(walk: &mut Walk<'_>, place: &mut Option<String>) -> Walked<()> {
    let (mut year, mut month, mut day) = (None, None, None);
    walk.children(|walk, part| match part.name().as_ref() {
        "Year" => walk.first_text(&mut year),
        "Month" => walk.first_text(&mut month),
        "Day" => walk.first_text(&mut day),
        _ => walk.skip(),
    })?;
    let Some(mut text) = year else { return Ok(()) };
    if let Some(month) = month.and_then(|m| month_number(&m)) {
        let _ = write!(text, "-{month:02}");
        if let Some(day) = day.and_then(|d| d.parse::<u8>().ok()) {
            let _ = write!(text, "-{day:02}");
        }
    }
    if place.is_none() {
        *place = Some(text);
    }
    Ok(())
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// A month as a number or an English name.
fn month_number(text: &str) -> Option<u8> {
    if let Ok(number) = text.parse::<u8>() {
        return (1..=12).contains(&number).then_some(number);
    }
    let head = text.get(..3)?.to_ascii_lowercase();
    let found = MONTHS.iter().zip(1_u8..).find(|(name, _)| **name == head);
    found.map(|(_, number)| number)
}

/// The first English month name in a free date.
fn first_month(text: &str) -> Option<u8> {
    text.split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| word.len() >= 3)
        .find_map(month_number)
}
