//! How the pages spell what they show: times, numbers, places, addresses, and texts cut to the room
//! there is.

use super::number::grouped;
use crate::model::{Phase, SourceKind};
use crate::report::data::{self, Settled, Standing};
use std::borrow::Cow;

/// Characters of a title, a reference or a note on the page; the whole of it is in the register.
pub(super) const TITLE: usize = 400;
/// Characters of a title in a list of many.
pub(super) const LINE: usize = 200;
/// Characters of a text in the register; the tables hold all of it.
pub(super) const WHOLE: usize = 4_000;

/// What the templates of every page call.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::ref_option,
    reason = "called by templates, with references"
)]
pub(super) trait Say {
    fn date(&self, at: &str) -> String {
        data::day(at).to_owned()
    }

    /// "Search" for "search".
    fn upper(&self, word: &str) -> String {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().collect::<String>() + letters.as_str()
        })
    }

    fn plain(&self, n: &u64) -> String {
        grouped(*n)
    }

    fn maybe(&self, n: &Option<u64>) -> String {
        n.map_or_else(|| "not stated".to_owned(), grouped)
    }

    fn minute(&self, at: &str) -> String {
        data::minute(at)
    }

    fn kind(&self, kind: &Option<SourceKind>) -> &'static str {
        match kind {
            Some(SourceKind::Database) => "Database",
            Some(SourceKind::Register) => "Register",
            Some(SourceKind::Other) => "Other method",
            None => "No longer declared",
        }
    }

    fn interface(&self, interface: &str) -> String {
        match interface {
            "eutils" => "NCBI E-utilities, asked by the program".to_owned(),
            "ctgov" => "ClinicalTrials.gov API v2, asked by the program".to_owned(),
            "europepmc" => "Europe PMC's search service, asked by the program".to_owned(),
            "file" => "Export file, searched and imported by a person".to_owned(),
            other => other.to_owned(),
        }
    }

    fn phase(&self, phase: &Phase) -> &'static str {
        match phase {
            Phase::TitleAbstract => "title and abstract",
            Phase::Retrieval => "retrieval",
            Phase::FullText => "full text",
        }
    }

    fn outcome(&self, settled: &Settled) -> &'static str {
        match (settled.phase, settled.forward) {
            (Phase::TitleAbstract, true) => "forward",
            (Phase::Retrieval, true) => "retrieved",
            (Phase::Retrieval, false) => "not had",
            (Phase::FullText, true) => "included",
            (Phase::TitleAbstract | Phase::FullText, false) => "excluded",
        }
    }

    fn tone(&self, standing: &Standing) -> &'static str {
        match standing {
            Standing::Included => "include",
            Standing::TitleExcluded | Standing::FullTextExcluded => "exclude",
            Standing::TitleAbstract | Standing::Retrieval | Standing::FullText => "unsure",
            Standing::BeforeScreening | Standing::Removed | Standing::NotRetrieved => "",
        }
    }

    fn doi(&self, doi: &str) -> String {
        let mut out = "https://doi.org/".to_owned();
        for part in doi.split_inclusive(['/', '(', ')', ';', ':']) {
            let cut = part.trim_end_matches(['/', '(', ')', ';', ':']);
            out.push_str(&crate::plot::svg::percent_encode(cut));
            out.push_str(part.get(cut.len()..).unwrap_or_default());
        }
        out
    }

    fn pubmed(&self, pmid: &str) -> String {
        format!(
            "https://pubmed.ncbi.nlm.nih.gov/{}/",
            crate::plot::svg::percent_encode(pmid)
        )
    }

    /// A text as long as the page has room for.
    fn cut<'t>(&self, text: &'t str) -> Cow<'t, str> {
        cut(text, TITLE)
    }

    /// The title of a report as long as the page has room for.
    fn title<'r>(&self, report: &'r data::Report) -> Cow<'r, str> {
        cut(report.title(), TITLE)
    }
}

/// A text with at most `most` characters; where some are left out, it says of how many.
pub(super) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    // A character takes at most four bytes: a text this short need not be counted.
    if text.len() <= most {
        return Cow::Borrowed(text);
    }
    match text.char_indices().nth(most) {
        None => Cow::Borrowed(text),
        Some((at, _)) => {
            let kept = text.get(..at).unwrap_or_default().trim_end();
            let n = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
            Cow::Owned(format!("{kept}… ({} characters in all)", grouped(n)))
        }
    }
}
