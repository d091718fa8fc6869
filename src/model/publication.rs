//! What kind of publication a record describes: the types of reference that RIS and EndNote know.
//!
//! RIS names some fifty of them (Research Information Systems, "RIS format specifications", 2011),
//! EndNote numbers the same ones in its XML. The codes, names and numbers of each format stand in
//! `formats::kind`.

use serde::{Deserialize, Serialize};

/// A kind of publication.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Publication {
    /// An article in a journal.
    #[default]
    JournalArticle,
    /// An article of an electronic journal.
    ElectronicArticle,
    /// An article that is not printed yet.
    InPress,
    /// An abstract alone.
    Abstract,
    /// An article in a magazine.
    MagazineArticle,
    /// An article in a newspaper.
    NewspaperArticle,
    /// A whole journal or issue.
    WholeJournal,
    /// A book.
    Book,
    /// A chapter or section of a book.
    Chapter,
    /// A book of chapters by several authors.
    EditedBook,
    /// An electronic book.
    ElectronicBook,
    /// A chapter of an electronic book.
    ElectronicChapter,
    /// A contribution to a conference, or its proceedings.
    Conference,
    /// A paper given at a conference, as EndNote and Web of Science tell it from proceedings.
    ConferencePaper,
    /// A thesis.
    Thesis,
    /// A report.
    Report,
    /// A document of a government.
    GovernmentDocument,
    /// A work that is not published.
    Unpublished,
    /// A manuscript.
    Manuscript,
    /// A data set.
    Dataset,
    /// A computer program.
    Software,
    /// A page of the web.
    WebPage,
    /// An entry of a blog.
    Blog,
    /// An entry of an encyclopedia.
    Encyclopedia,
    /// An entry of a dictionary.
    Dictionary,
    /// A patent.
    Patent,
    /// A standard.
    Standard,
    /// A book series or serial.
    Serial,
    /// A pamphlet.
    Pamphlet,
    /// A grant.
    Grant,
    /// A letter or message to a person.
    PersonalCommunication,
    /// A message on the internet.
    InternetCommunication,
    /// A statute.
    Statute,
    /// A legal rule or regulation.
    LegalRule,
    /// A case before a court.
    Case,
    /// A bill.
    Bill,
    /// A bill that was not enacted.
    UnenactedBill,
    /// A hearing.
    Hearing,
    /// A catalogue.
    Catalog,
    /// An online database.
    Database,
    /// An aggregated database.
    AggregatedDatabase,
    /// Online multimedia.
    Multimedia,
    /// Audiovisual material.
    Audiovisual,
    /// A film or broadcast.
    Film,
    /// A video.
    Video,
    /// A sound recording.
    Sound,
    /// A slide.
    Slide,
    /// A piece of music.
    Music,
    /// A work of art.
    Artwork,
    /// A map.
    Map,
    /// A chart or table.
    Chart,
    /// A figure.
    Figure,
    /// An equation.
    Equation,
    /// An ancient text.
    AncientText,
    /// A classical work.
    ClassicalWork,
    /// Something else.
    Generic,
    /// An entry of a trial register.
    TrialRegistration,
    /// A preprint.
    Preprint,
}
