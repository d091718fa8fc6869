//! The kinds of publication and what each format calls them.

use crate::model::Publication;

/// One kind: RIS codes (the first is written), EndNote's name and number, and the words of
/// BibTeX, MEDLINE, Crossref, Zotero and the tables of databases without case, blanks and hyphens.
pub(super) struct Row {
    pub(super) kind: Publication,
    pub(super) ris: &'static [&'static str],
    pub(super) name: &'static str,
    pub(super) number: Option<u16>,
    pub(super) words: &'static [&'static str],
}

const fn row(
    kind: Publication,
    ris: &'static [&'static str],
    name: &'static str,
    number: Option<u16>,
    words: &'static [&'static str],
) -> Row {
    Row {
        kind,
        ris,
        name,
        number,
        words,
    }
}

/// Every kind once.
#[rustfmt::skip]
pub(super) const KINDS: [Row; 58] = [
    row(Publication::JournalArticle, &["JOUR"], "Journal Article", Some(17), &["article", "researcharticle", "reviewarticle", "journal", "articlejournal", "ieeejournals", "ieeejournalsmagazines", "ieeeearlyaccess", "ieeeearlyaccessarticles", "articleinpress", "datapaper", "suppperiodical", "j"]),
    row(Publication::ElectronicArticle, &["EJOUR"], "Electronic Article", Some(43), &["ejournal"]),
    row(Publication::InPress, &["INPR"], "In Press Article", None, &[]),
    row(Publication::Abstract, &["ABST"], "Abstract", None, &[]),
    row(Publication::MagazineArticle, &["MGZN"], "Magazine Article", Some(19), &["magazine", "articlemagazine", "ieeemagazines"]),
    row(Publication::NewspaperArticle, &["NEWS"], "Newspaper Article", Some(23), &["newspaper", "articlenewspaper"]),
    row(Publication::WholeJournal, &["JFULL"], "Whole Journal", None, &["journalissue", "journalvolume", "periodical"]),
    row(Publication::Book, &["BOOK"], "Book", Some(6), &["b", "monograph", "mvbook", "books", "manual", "bookwhole"]),
    row(Publication::Chapter, &["CHAP"], "Book Section", Some(5), &["bookchapter", "chapter", "inbook", "incollection", "bookpart", "booktrack", "suppbook", "chapterinbook"]),
    row(Publication::EditedBook, &["EDBOOK"], "Edited Book", Some(28), &["collection", "mvcollection", "bookset"]),
    row(Publication::ElectronicBook, &["EBOOK"], "Electronic Book", Some(44), &["ebook"]),
    row(Publication::ElectronicChapter, &["ECHAP"], "Electronic Book Section", Some(60), &["ebookchapter"]),
    row(Publication::Conference, &["CONF"], "Conference Proceedings", Some(10), &["conferenceabstract", "conferencepaper", "conference", "inproceedings", "proceedings", "proceedingsarticle", "proceedingspaper", "meetingabstract", "congress", "congresses", "conferenceproceeding", "conferencereview", "conferenceposter", "proceedingsseries", "meetingpaper", "paperconference", "ieeeconferences", "ietconferences", "vdeconferences"]),
    row(Publication::ConferencePaper, &["CPAPER"], "Conference Paper", Some(47), &["c"]),
    row(Publication::Thesis, &["THES"], "Thesis", Some(32), &["phdthesis", "mastersthesis", "masterthesis", "doctoralthesis", "bachelorthesis", "dissertation", "academicdissertation", "dissertationthesis", "thesisdissertation", "dissertationsandtheses"]),
    row(Publication::Report, &["RPRT"], "Report", Some(27), &["techreport", "technicalreport", "reportcomponent", "reportseries", "workingpaper"]),
    row(Publication::GovernmentDocument, &["GOVDOC"], "Government Document", Some(46), &["governmentpublication"]),
    row(Publication::Unpublished, &["UNPB", "UNPD"], "Unpublished Work", Some(34), &["unpublished"]),
    row(Publication::Manuscript, &["MANSCPT"], "Manuscript", Some(36), &[]),
    row(Publication::Dataset, &["DATA"], "Dataset", Some(59), &["data"]),
    row(Publication::Software, &["COMP"], "Computer Program", Some(9), &["software", "computersoftware"]),
    row(Publication::WebPage, &["ELEC", "WEB"], "Web Page", Some(12), &["website", "online", "electronic", "www"]),
    row(Publication::Blog, &["BLOG"], "Blog", Some(56), &["blogpost"]),
    row(Publication::Encyclopedia, &["ENCYC"], "Encyclopedia", Some(53), &["encyclopediaarticle", "referenceentry", "inreference", "reference", "entry"]),
    row(Publication::Dictionary, &["DICT"], "Dictionary", Some(52), &["dictionaryentry"]),
    row(Publication::Patent, &["PAT"], "Patent", Some(25), &["p"]),
    row(Publication::Standard, &["STAND", "STD"], "Standard", Some(58), &[]),
    row(Publication::Serial, &["SER"], "Serial", Some(57), &["bookseries", "series", "s"]),
    row(Publication::Pamphlet, &["PAMP"], "Pamphlet", Some(24), &["booklet"]),
    row(Publication::Grant, &["GRANT"], "Grant", Some(54), &[]),
    row(Publication::PersonalCommunication, &["PCOMM"], "Personal Communication", Some(26), &["email"]),
    row(Publication::InternetCommunication, &["ICOMM"], "Internet Communication", None, &["forumpost"]),
    row(Publication::Statute, &["STAT"], "Statute", Some(31), &["legislation"]),
    row(Publication::LegalRule, &["LEGAL"], "Legal Rule or Regulation", Some(50), &[]),
    row(Publication::Case, &["CASE"], "Case", Some(7), &["jurisdiction"]),
    row(Publication::Bill, &["BILL"], "Bill", Some(4), &[]),
    row(Publication::UnenactedBill, &["UNBILL"], "Unenacted Bill", None, &[]),
    row(Publication::Hearing, &["HEAR"], "Hearing", Some(14), &[]),
    row(Publication::Catalog, &["CTLG"], "Catalog", Some(8), &[]),
    row(Publication::Database, &["DBASE"], "Online Database", Some(45), &["database"]),
    row(Publication::AggregatedDatabase, &["AGGR"], "Aggregated Database", Some(55), &[]),
    row(Publication::Multimedia, &["MULTI"], "Online Multimedia", Some(48), &[]),
    row(Publication::Audiovisual, &["ADVS"], "Audiovisual Material", Some(3), &["presentation"]),
    row(Publication::Film, &["MPCT"], "Film or Broadcast", Some(21), &["film", "movie", "tvbroadcast"]),
    row(Publication::Video, &["VIDEO"], "Video", None, &["videorecording"]),
    row(Publication::Sound, &["SOUND"], "Sound Recording", None, &["audio", "audiorecording", "podcast"]),
    row(Publication::Slide, &["SLIDE"], "Slide", None, &[]),
    row(Publication::Music, &["MUSIC"], "Music", Some(61), &[]),
    row(Publication::Artwork, &["ART"], "Artwork", Some(2), &["image"]),
    row(Publication::Map, &["MAP"], "Map", Some(20), &[]),
    row(Publication::Chart, &["CHART"], "Chart or Table", Some(38), &[]),
    row(Publication::Figure, &["FIGURE"], "Figure", Some(37), &[]),
    row(Publication::Equation, &["EQUA"], "Equation", Some(39), &[]),
    row(Publication::AncientText, &["ANCIENT"], "Ancient Text", Some(51), &[]),
    row(Publication::ClassicalWork, &["CLSWK"], "Classical Work", Some(49), &[]),
    row(Publication::Generic, &["GEN"], "Generic", Some(13), &["misc", "miscellaneous", "other", "unknown", "document"]),
    row(Publication::TrialRegistration, &["GEN"], "Trial registry record", None, &["trialregistration", "trialregistryentry", "trialregisterentry", "clinicaltrialregistration", "clinicaltrialregistryrecord"]),
    row(Publication::Preprint, &["UNPB"], "Preprint", None, &["postedcontent"]),
];
