//! What is often taken for an export and cannot be read, and which export to choose instead.
//!
//! Files are known by their first bytes (ZIP, OLE2, PDF, RTF, SQLite), XML by its root element,
//! text by how its lines begin: PubMed's "Summary (text)" and "Abstract (text)", lists of PMIDs or
//! DOIs, ProQuest's and EBSCO's pages. Nothing here reads a record: half of one would be worse.

use super::text::lines;
use std::fmt;

/// A kind of file that is known and not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// A ZIP archive, with the names of some files in it.
    Zip(Vec<String>),
    /// A Word document.
    Word,
    /// A spreadsheet.
    Spreadsheet,
    /// An archive of another kind.
    Archive,
    /// A PDF.
    Pdf,
    /// Rich text.
    Rtf,
    /// An SQLite database, such as a library of EndNote or Zotero.
    Database,
    /// A library of EndNote.
    EndnoteLibrary,
    /// PubMed's "Summary (text)".
    PubmedSummary,
    /// PubMed's "Abstract (text)".
    PubmedAbstract,
    /// A list of PMIDs.
    PmidList,
    /// A list of DOIs.
    DoiList,
    /// ProQuest's text.
    ProquestText,
    /// RDF, as Zotero and others write it.
    Rdf,
    /// MODS.
    Mods,
    /// MARC, in XML or in its own format.
    Marc,
    /// A feed, RSS or Atom.
    Feed,
    /// An answer of E-utilities that holds no records.
    Eutils(String),
    /// The full text of articles, JATS.
    Jats,
    /// A page that shows citations.
    CitationPage,
}

impl Unreadable {
    /// Which export to choose instead.
    pub fn instead(&self) -> &'static str {
        match self {
            Self::Zip(_) | Self::Archive => "unpack it and import the files in it one by one",
            Self::Word | Self::Pdf | Self::Rtf => {
                "choose RIS, or another format for reference managers, where the database asks \
                 for the format of the export"
            }
            Self::Spreadsheet => "save the sheet as CSV in UTF-8 and import that",
            Self::Database | Self::EndnoteLibrary => {
                "open it in its program and export the references as RIS or EndNote XML"
            }
            Self::PubmedSummary | Self::PubmedAbstract | Self::PmidList => {
                "in PubMed choose Save and the format PubMed, which gives an .nbib or .txt file"
            }
            Self::DoiList => "export the records from where the list comes from, as RIS or CSV",
            Self::ProquestText => "in ProQuest choose Save and the format RIS",
            Self::Rdf | Self::Mods => "export the same references as RIS or BibTeX",
            Self::Marc => {
                "export the same records as RIS, or turn them into RIS with a reference manager"
            }
            Self::Feed => "open the search that the feed is of and export its records as RIS",
            Self::Eutils(_) => "ask EFetch for the records themselves, with retmode=xml",
            Self::Jats => "import the citations of these articles, as RIS or PubMed XML",
            Self::CitationPage => {
                "use the page's Export or Cite button and choose RIS, instead of saving the page"
            }
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::Zip(names) if names.iter().any(|name| !name.trim().is_empty()) => {
                return write!(f, "a ZIP archive that holds {}", names.join(", "));
            }
            Self::Zip(_) => "a ZIP archive",
            Self::Word => "a Word document",
            Self::Spreadsheet => "a spreadsheet",
            Self::Archive => "an archive",
            Self::Pdf => "a PDF",
            Self::Rtf => "rich text (RTF)",
            Self::Database => "an SQLite database, as the libraries of EndNote and Zotero are",
            Self::EndnoteLibrary => "a library of EndNote (.enl)",
            Self::PubmedSummary => {
                "PubMed's format Summary (text), in which fields cannot be told apart"
            }
            Self::PubmedAbstract => {
                "PubMed's format Abstract (text), in which fields cannot be told apart"
            }
            Self::PmidList => "a list of PMIDs without the records",
            Self::DoiList => "a list of DOIs without the records",
            Self::ProquestText => "ProQuest's text format",
            Self::Rdf => "RDF, a format of Zotero and of web pages",
            Self::Mods => "MODS XML, a format of library catalogues",
            Self::Marc => "MARC, a format of library catalogues",
            Self::Feed => "a feed (RSS or Atom)",
            Self::Eutils(root) => {
                return write!(f, "an answer of E-utilities (<{root}>) without records");
            }
            Self::Jats => "the full text of articles (JATS XML)",
            Self::CitationPage => "a web page that shows citations",
        };
        f.write_str(what)
    }
}

/// What the first bytes of a file show.
pub(super) fn by_bytes(bytes: &[u8]) -> Option<Unreadable> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(zip(bytes));
    }
    let known: [(&[u8], Unreadable); 9] = [
        (b"%PDF-", Unreadable::Pdf),
        (b"{\\rtf", Unreadable::Rtf),
        (b"SQLite format 3\0", Unreadable::Database),
        (b"7z\xbc\xaf", Unreadable::Archive),
        (b"Rar!", Unreadable::Archive),
        (b"BZh", Unreadable::Archive),
        (b"\xfd7zXZ", Unreadable::Archive),
        (b"\x28\xb5\x2f\xfd", Unreadable::Archive),
        (b"\0\x08EndNote", Unreadable::EndnoteLibrary),
    ];
    let head = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let found = known.into_iter().find(|(magic, _)| head.starts_with(magic));
    if let Some((_, kind)) = found {
        return Some(kind);
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Some(Unreadable::Archive);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Some(ole(bytes));
    }
    if is_marc(bytes) {
        return Some(Unreadable::Marc);
    }
    // Old libraries of EndNote are binary and name the program in their head.
    let head = bytes.get(..4096).unwrap_or(bytes);
    let named = holds(head, b"EndNote") && head.contains(&0);
    (named && head.iter().filter(|b| **b == 0).count() * 10 > head.len())
        .then_some(Unreadable::EndnoteLibrary)
        .filter(|_| !holds_utf16(head))
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// NULs on every other byte are UTF-16 and no binary.
fn holds_utf16(head: &[u8]) -> bool {
    let nul = |offset: usize| {
        head.iter()
            .skip(offset)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd) = (nul(0), nul(1));
    (even * 10 < odd || odd * 10 < even) && even.max(odd) * 4 > head.len()
}

/// The names of a ZIP archive's local headers (APPNOTE 4.3.7) tell what it is.
fn zip(bytes: &[u8]) -> Unreadable {
    let mut names = Vec::new();
    let mut at = 0;
    while names.len() < 12
        && let Some(rest) = bytes.get(at..)
        && rest.starts_with(b"PK\x03\x04")
    {
        let number = |offset: usize, width: usize| {
            let digits = rest.get(offset..offset + width).unwrap_or_default();
            let value = digits
                .iter()
                .rev()
                .fold(0_u64, |n, b| (n << 8) | u64::from(*b));
            usize::try_from(value).unwrap_or(usize::MAX)
        };
        let (packed, name, extra) = (number(18, 4), number(26, 2), number(28, 2));
        let text = String::from_utf8_lossy(rest.get(30..30 + name).unwrap_or_default());
        names.push(text.replace(char::is_control, ""));
        let body = at.saturating_add(30 + name + extra);
        let next = body.saturating_add(packed);
        // Sizes that are not known beforehand stand behind the data: look for the next header.
        let found = bytes.get(next..).filter(|rest| rest.starts_with(b"PK"));
        at = match found {
            Some(_) => next,
            None => {
                let tail = bytes.get(body..).unwrap_or_default();
                let more = tail.windows(4).position(|w| w == b"PK\x03\x04");
                more.map_or(usize::MAX, |more| body + more)
            }
        };
    }
    let starts = |part: &str| names.iter().any(|name| name.starts_with(part));
    if starts("word/") {
        return Unreadable::Word;
    }
    if starts("xl/") {
        return Unreadable::Spreadsheet;
    }
    let head = bytes.get(..200).unwrap_or(bytes);
    if holds(head, b"opendocument.text") {
        return Unreadable::Word;
    }
    if starts("Index/") || holds(head, b"opendocument.spreadsheet") {
        return Unreadable::Spreadsheet;
    }
    if names
        .iter()
        .any(|name| name.to_lowercase().ends_with(".enl"))
    {
        return Unreadable::EndnoteLibrary;
    }
    names.retain(|name| !name.ends_with('/') && !name.starts_with("__MACOSX"));
    names.truncate(3);
    let short = names.iter().map(|name| name.chars().take(60).collect());
    Unreadable::Zip(short.collect())
}

/// The streams of an OLE2 file are named in UTF-16.
fn ole(bytes: &[u8]) -> Unreadable {
    let wide = |name: &str| name.bytes().flat_map(|b| [b, 0]).collect::<Vec<_>>();
    if holds(bytes, &wide("WordDocument")) {
        Unreadable::Word
    } else {
        Unreadable::Spreadsheet
    }
}

/// The leader of MARC (ISO 2709): five digits, and `22` and `4500` in their places.
fn is_marc(bytes: &[u8]) -> bool {
    let digits = |range| {
        bytes
            .get(range)
            .is_some_and(|part: &[u8]| part.iter().all(u8::is_ascii_digit))
    };
    digits(0..5) && bytes.get(10..12) == Some(b"22") && bytes.get(20..24) == Some(b"4500")
}

/// What the root element of XML shows.
pub(super) fn by_root(name: &str) -> Option<Unreadable> {
    let local = name.rsplit(':').next().unwrap_or(name);
    Some(match local {
        "RDF" => Unreadable::Rdf,
        "mods" | "modsCollection" => Unreadable::Mods,
        "collection" => Unreadable::Marc,
        "rss" | "feed" => Unreadable::Feed,
        "eSearchResult" | "eSummaryResult" | "ePostResult" | "eLinkResult" | "eInfoResult" => {
            Unreadable::Eutils(local.to_owned())
        }
        "pmc-articleset" | "article" => Unreadable::Jats,
        "Workbook" => Unreadable::Spreadsheet,
        "wordDocument" | "package" => Unreadable::Word,
        _ => return None,
    })
}

/// What a web page shows, beside being one.
pub(super) fn by_page(text: &str) -> Option<Unreadable> {
    let marks = [
        "citation_title",
        "citation_doi",
        "Z3988",
        "application/x-bibtex",
        "schema.org/ScholarlyArticle",
    ];
    marks
        .iter()
        .any(|mark| text.contains(mark))
        .then_some(Unreadable::CitationPage)
}

/// So many lines are looked at.
const LINES: usize = 400;

/// What the lines of a text show that holds no tag.
pub(super) fn by_lines(text: &str) -> Option<Unreadable> {
    let mut seen = Seen::default();
    for line in lines(text).take(LINES) {
        let line = line.text.trim();
        if !line.is_empty() {
            seen.line(line);
        }
    }
    seen.kind()
}

#[derive(Default)]
struct Seen {
    filled: usize,
    pmids: usize,
    dois: usize,
    /// `PMID: 1234` on a line of its own.
    stated: usize,
    /// `3: Doe J. Naps. J Nap. 2019.`, and `PMID: 1234` in it or below it.
    colons: usize,
    /// `3. J Nap. 2019 Jan;12(3):10-9.`
    points: usize,
    inline: usize,
    proquest: usize,
}

impl Seen {
    fn line(&mut self, line: &str) {
        self.filled += 1;
        let digits = line.trim_end_matches([',', ';']);
        let is_pmid = digits.len() <= 8 && digits.bytes().all(|b| b.is_ascii_digit());
        self.pmids += usize::from(is_pmid && digits.len() >= 4);
        let bare = line
            .trim_start_matches("https://doi.org/")
            .trim_start_matches("doi:");
        let is_doi = bare.trim_start().starts_with("10.")
            && bare.contains('/')
            && !bare.trim().contains(' ');
        self.dois += usize::from(is_doi);
        let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let numbered = number.len() < line.len();
        self.colons += usize::from(numbered && number.starts_with(": "));
        self.points += usize::from(numbered && number.starts_with(". "));
        self.inline += usize::from(line.contains("PMID: ") || line.contains("PMID:"));
        self.stated += usize::from(line.starts_with("PMID: "));
        let proquest = [
            "ProQuest document ID:",
            "Document URL:",
            "Publication info:",
        ];
        self.proquest += usize::from(proquest.iter().any(|start| line.starts_with(start)));
    }

    fn kind(&self) -> Option<Unreadable> {
        if self.filled == 0 {
            None
        } else if self.pmids == self.filled {
            Some(Unreadable::PmidList)
        } else if self.dois == self.filled {
            Some(Unreadable::DoiList)
        } else if self.proquest >= 2 {
            Some(Unreadable::ProquestText)
        } else if self.stated > 0 && self.points > 0 {
            Some(Unreadable::PubmedAbstract)
        } else if self.inline > 0 && (self.colons > 0 || self.points > 0) {
            Some(Unreadable::PubmedSummary)
        } else {
            None
        }
    }
}
