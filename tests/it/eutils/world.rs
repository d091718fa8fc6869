//! What the loopback server knows: records by PMID, what they match, when they were revised.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One record.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Words that a strategy may ask for.
    pub(super) topics: Vec<String>,
    /// The day of its last revision.
    pub(super) revised: String,
    /// What its title ends with.
    pub(super) edition: String,
    /// Further XML inside `MedlineCitation`.
    pub(super) extra: String,
    /// Further publication types.
    pub(super) kinds: Vec<String>,
    /// Found, but never returned.
    pub(super) withheld: bool,
    /// Its XML is broken each time.
    pub(super) broken: bool,
}

/// All records.
#[derive(Debug, Default, Clone)]
pub(super) struct World {
    pub(super) entries: BTreeMap<u32, Entry>,
}

impl World {
    /// `n` records of `topic`, from PMID `first` on, `step` apart.
    pub(super) fn of(topic: &str, n: u32, first: u32, step: u32) -> Self {
        let mut world = Self::default();
        for k in 0..n {
            world.add(first + k * step, topic);
        }
        world
    }

    /// Adds a record, or a topic to it.
    pub(super) fn add(&mut self, pmid: u32, topic: &str) -> &mut Entry {
        let entry = self.entries.entry(pmid).or_insert_with(|| Entry {
            topics: Vec::new(),
            revised: "2024/01/15".into(),
            edition: String::new(),
            extra: String::new(),
            kinds: Vec::new(),
            withheld: false,
            broken: false,
        });
        entry.topics.push(topic.to_owned());
        entry
    }

    /// The PMIDs that a term finds, newest first.
    pub(super) fn find(&self, term: &str) -> Vec<u32> {
        let (low, high) = limit(term, "[UID]").map_or((0, u64::MAX), |(low, high)| {
            (low.parse().unwrap(), high.parse().unwrap())
        });
        let since = limit(term, "[lr]").map(|(since, _)| since);
        self.entries
            .iter()
            .rev()
            .filter(|(pmid, entry)| {
                (low..=high).contains(&u64::from(**pmid))
                    && entry
                        .topics
                        .iter()
                        .any(|topic| term.contains(topic.as_str()))
                    && since.as_ref().is_none_or(|since| entry.revised >= *since)
            })
            .map(|(pmid, _)| *pmid)
            .collect()
    }

    /// The XML of one record.
    pub(super) fn xml(&self, pmid: u32) -> Option<String> {
        let entry = self.entries.get(&pmid)?;
        if entry.withheld {
            return None;
        }
        let mut types =
            String::from("<PublicationType UI=\"D016428\">Journal Article</PublicationType>");
        for kind in &entry.kinds {
            write!(types, "<PublicationType UI=\"D0\">{kind}</PublicationType>").unwrap();
        }
        let (year, rest) = entry.revised.split_once('/').unwrap();
        let (month, day) = rest.split_once('/').unwrap();
        let end = if entry.broken {
            "</Titel>"
        } else {
            "</ArticleTitle>"
        };
        Some(format!(
            "<PubmedArticle><MedlineCitation Status=\"MEDLINE\" Owner=\"NLM\"><PMID Version=\"1\">{pmid}</PMID>\
             <DateRevised><Year>{year}</Year><Month>{month}</Month><Day>{day}</Day></DateRevised>\
             <Article PubModel=\"Print\"><Journal><ISSN IssnType=\"Print\">0028-4793</ISSN><JournalIssue>\
             <Volume>{}</Volume><PubDate><Year>2019</Year></PubDate></JournalIssue><Title>Journal {}</Title></Journal>\
             <ArticleTitle>Trial {pmid} of <i>x</i> &amp; y: p&lt;0.05{}{end}\
             <Abstract><AbstractText>Abstract number {pmid}, with \u{3b2}2 in it.</AbstractText></Abstract>\
             <AuthorList CompleteYN=\"Y\"><Author ValidYN=\"Y\"><LastName>Author{pmid}</LastName><ForeName>A</ForeName>\
             <Initials>A</Initials></Author></AuthorList><Language>eng</Language><PublicationTypeList>{types}\
             </PublicationTypeList></Article>{}</MedlineCitation><PubmedData><ArticleIdList>\
             <ArticleId IdType=\"pubmed\">{pmid}</ArticleId><ArticleId IdType=\"doi\">10.1000/{pmid}</ArticleId>\
             </ArticleIdList></PubmedData></PubmedArticle>\n",
            pmid % 90,
            pmid % 7,
            entry.edition,
            entry.extra,
        ))
    }
}

/// `low:high` before a tag.
fn limit(term: &str, tag: &str) -> Option<(String, String)> {
    let (before, _) = term.split_once(tag)?;
    let range = before.trim_end().rsplit([' ', '(']).next()?;
    let (low, high) = range.split_once(':')?;
    Some((low.to_owned(), high.to_owned()))
}
