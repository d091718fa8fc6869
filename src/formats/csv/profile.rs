//! Whose table a file is, and what each of its columns holds where that is not plain from the name.
//!
//! A vendor is known by two or three columns that nobody else has together; a table of nobody known
//! is read by the names of its columns ([`super::names`]) and by what stands in them
//! ([`super::layout`]). The header rows were taken from the vendors' own exports and, where several
//! generations are about, from each.

use super::names::Role;
use super::people::Split;
use crate::model::cell::unguard;

/// What is special about the rows of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Special {
    None,
    /// Embase.com joins Emtree terms with ", ".
    Emtree,
    /// The accession number is Covidence's own id of the source.
    Covidence,
    /// The PMID is the key; authors end with a full stop.
    Pubmed,
    /// Each row is a trial of a register.
    Trials,
    /// Authors stand without anything between them.
    Glued,
    /// A table that we wrote.
    Own,
}

/// The columns of one vendor or tool.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Profile {
    /// Its name as dialect.
    pub(super) name: &'static str,
    /// Names that stand together in its header row and in no other; any of the sets will do.
    signs: &'static [&'static [&'static str]],
    /// Columns that hold something else than their names say, or nothing for us.
    columns: &'static [(&'static str, Option<Role>)],
    /// What stands between two authors, where that never varies.
    pub(super) split: Option<Split>,
    pub(super) special: Special,
}

const fn plain(name: &'static str, signs: &'static [&'static [&'static str]]) -> Profile {
    with(name, signs, &[])
}

const fn with(
    name: &'static str,
    signs: &'static [&'static [&'static str]],
    columns: &'static [(&'static str, Option<Role>)],
) -> Profile {
    Profile {
        name,
        signs,
        columns,
        split: None,
        special: Special::None,
    }
}

/// A table of nobody known.
pub(super) static GENERIC: Profile = plain("generic", &[]);

/// Every known vendor; the first whose names are all there is taken.
pub(super) static PROFILES: [Profile; 42] = [
    Profile {
        split: Some(Split::Own),
        special: Special::Own,
        ..with(
            "perennial",
            &[&["referencetype", "registry", "authors"]],
            &[
                ("referencetype", Some(Role::Kind)),
                ("headings", Some(Role::Headings)),
                ("othertitles", Some(Role::OtherTitle)),
            ],
        )
    },
    Profile {
        special: Special::Trials,
        ..with(
            "ictrp",
            &[&["trialid", "publictitle"], &["trialid", "scientifictitle"]],
            &[
                ("trialid", Some(Role::Id)),
                ("publictitle", Some(Role::Title)),
                ("scientifictitle", Some(Role::OtherTitle)),
                ("secondaryids", Some(Role::Notes)),
                ("otherrecords", None),
                ("phase", None),
                ("internalnumber", None),
                ("dateregistration3", Some(Role::Year)),
                ("dateregistration", Some(Role::Year)),
                ("description", None),
                ("publicationdate", None),
            ],
        )
    },
    Profile {
        special: Special::Trials,
        ..with(
            "isrctn",
            &[
                &["isrctn", "title"],
                &["isrctn", "publictitle"],
                &["isrctn", "scientifictitle"],
            ],
            &[
                ("isrctn", Some(Role::Id)),
                ("publictitle", Some(Role::Title)),
                ("scientifictitle", Some(Role::OtherTitle)),
                ("secondaryidentifyingnumbers", Some(Role::Notes)),
                ("clinicaltrialsgovnumber", Some(Role::Notes)),
                ("eudractnumber", Some(Role::Notes)),
                ("protocolserialnumber", Some(Role::Notes)),
                ("overallstudystartdate", Some(Role::Year)),
                ("overalltrialstartdate", Some(Role::Year)),
                ("dateassigned", Some(Role::Year)),
                ("dateapplied", Some(Role::Year)),
                ("phase", None),
            ],
        )
    },
    Profile {
        special: Special::Trials,
        ..with(
            "clinicaltrials.gov",
            &[&["nctnumber"]],
            &[
                ("startdate", Some(Role::Year)),
                ("firstposted", Some(Role::Year)),
                ("interventions", None),
                ("id", None),
            ],
        )
    },
    Profile {
        split: Some(Split::Semicolon),
        ..with(
            "cochrane",
            &[&["cochranereviewgroupcode"], &["centralid"]],
            &[("source", Some(Role::Journal))],
        )
    },
    Profile {
        split: Some(Split::Comma),
        special: Special::Emtree,
        ..with(
            "embase.com",
            &[
                &["pui", "authornames"],
                &["sourcetitle", "medlinepmid"],
                &["authornames", "sourcetitle"],
                &["authornames", "embaselink"],
                &["authornames", "originaltitle"],
                &["authornames", "emtreedrugindexterms"],
            ],
            &[("dateofpublication", Some(Role::Year))],
        )
    },
    Profile {
        split: Some(Split::Comma),
        special: Special::Pubmed,
        ..with(
            "pubmed",
            &[&["pmid", "journalbook"]],
            &[
                ("pmid", Some(Role::Pmid)),
                ("createdate", None),
                ("firstauthor", None),
            ],
        )
    },
    Profile {
        special: Special::Pubmed,
        ..with(
            "pubmed (before 2020)",
            &[&["entrezuid", "shortdetails"]],
            &[
                ("entrezuid", Some(Role::Pmid)),
                ("description", Some(Role::Authors)),
                ("details", Some(Role::Source)),
                ("shortdetails", Some(Role::Year)),
                ("type", None),
                ("resource", None),
                ("identifiers", None),
                ("properties", None),
                ("url", None),
            ],
        )
    },
    with(
        "web of science",
        &[
            &["uniquewosid"],
            &["utuniquewosid"],
            &["utuniqueid", "articletitle"],
            &["authorfullnames", "sourcetitle", "articletitle"],
            &["articletitle", "sourcetitle", "publicationtype"],
        ],
        &[
            ("type", None),
            ("conferencetitle", None),
            ("booktitle", None),
            ("earlyaccessdate", Some(Role::Year)),
        ],
    ),
    Profile {
        split: Some(Split::Scopus),
        ..with(
            "scopus",
            &[
                &["eid", "sourcetitle"],
                &["authorsid", "sourcetitle"],
                &["authorfullnames", "sourcetitle", "citedby"],
                &["sourcetitle", "artno", "pagestart"],
            ],
            &[("authorfullnames", None), ("conferencename", None)],
        )
    },
    Profile {
        split: Some(Split::And),
        ..plain("rayyan", &[&["key", "pubmedid", "pmcid"], &["rayyanid"]])
    },
    Profile {
        split: Some(Split::Semicolon),
        special: Special::Covidence,
        ..plain("covidence", &[&["covidence#"], &["covidenceid"]])
    },
    Profile {
        split: Some(Split::Semicolon),
        ..with(
            "zotero",
            &[&["itemtype", "publicationtitle"]],
            &[
                ("type", None),
                ("number", None),
                ("seriestitle", None),
                ("shorttitle", None),
                ("contributor", None),
            ],
        )
    },
    with(
        "ieee",
        &[
            &["documenttitle", "authoraffiliations"],
            &["documenttitle", "dateaddedtoxplore"],
            &["documenttitle", "ieeeterms"],
        ],
        &[
            ("onlinedate", None),
            ("documentidentifier", Some(Role::Type)),
        ],
    ),
    plain("lens", &[&["lensid"]]),
    with(
        "publish or perish",
        &[&["cites", "gsrank"], &["cites", "articleurl", "citesurl"]],
        &[
            ("source", Some(Role::Journal)),
            ("type", None),
            ("articleurl", Some(Role::Url)),
        ],
    ),
    with(
        "dimensions",
        &[
            &["publicationid", "pubyear"],
            &["dimensionsurl"],
            &["pubyear", "sourcetitle", "rank"],
            &["sourcetitleanthologytitle"],
        ],
        &[
            ("sourcetitleanthologytitle", Some(Role::Journal)),
            ("source", None),
        ],
    ),
    with(
        "ebsco",
        &[
            &["plink", "accessionnumber"],
            &["plink", "articletitle"],
            &["longdbname"],
            &["shortdbname"],
            &["plink", "an"],
            &["journaltitle", "articletitle", "doctype"],
        ],
        &[
            ("source", Some(Role::Journal)),
            ("an", Some(Role::Accession)),
            ("id", None),
            ("contributors", Some(Role::Authors)),
            ("date", Some(Role::Year)),
        ],
    ),
    with(
        "openalex",
        &[
            &["idsopenalex"],
            &["openalexid", "displayname"],
            &["displayname", "publicationyear"],
            &["authorshipsauthordisplayname"],
            &["authorshipsrawauthorname"],
            &["primarylocationsourcedisplayname"],
            &["citedbyapiurl"],
            &["abstractinvertedindex"],
        ],
        &[
            ("ab", Some(Role::Abstract)),
            ("so", Some(Role::Journal)),
            ("abstractinvertedindex", None),
            ("type", Some(Role::Type)),
            ("keywordsid", None),
        ],
    ),
    Profile {
        special: Special::Glued,
        split: Some(Split::Whole),
        ..with(
            "springerlink",
            &[&["itemtitle", "itemdoi"], &["itemtitle", "contenttype"]],
            &[("bookseriestitle", None)],
        )
    },
    with(
        "acm",
        &[
            &["articleno", "acmid"],
            &["issuedate", "issueno", "volume", "confloc"],
            &["author", "numpages", "booktitle", "isbn", "confloc"],
        ],
        &[
            ("id", Some(Role::Id)),
            ("booktitle", Some(Role::Journal)),
            ("issuedate", Some(Role::Year)),
            ("description", None),
            ("advisor", None),
            ("number", None),
        ],
    ),
    with(
        "sciencedirect",
        &[
            &["pii", "publicationname"],
            &["pii", "sourcetitle"],
            &["pii", "journal", "title"],
        ],
        &[],
    ),
    with(
        "bvs",
        &[
            &["descriptors", "publicationcountry"],
            &["fulltexturl", "publicationcountry"],
            &["descriptors", "volumenumber"],
        ],
        &[("databaseid", None)],
    ),
    with(
        "proquest",
        &[
            &["storeid", "pubtitle"],
            &["articletype", "pubtitle"],
            &["pubtitle", "findacopy"],
        ],
        &[
            ("articletype", Some(Role::Type)),
            ("entrydate", None),
            ("documenttype", Some(Role::Type)),
        ],
    ),
    with(
        "eric",
        &[&["ericnumber"], &["publicationdateyear", "peerreviewed"]],
        &[
            ("source", Some(Role::Journal)),
            ("description", Some(Role::Abstract)),
            ("descriptors", Some(Role::Headings)),
        ],
    ),
    with(
        "researchrabbit",
        &[
            &["seedyn"],
            &["seed", "title", "pmid", "authors", "year", "abstract"],
        ],
        &[],
    ),
    with(
        "consensus",
        &[&["takeaway", "title"], &["consensuslink"]],
        &[("studytype", None), ("takeaway", None)],
    ),
    with(
        "elicit",
        &[
            &["doilink", "venue"],
            &["abstractsummary"],
            &["filename", "venue", "citationcount"],
        ],
        &[("filename", None), ("summary", None)],
    ),
    with(
        "semantic scholar",
        &[
            &["paperid", "venue"],
            &["corpusid", "title"],
            &["paperid", "externalids"],
        ],
        &[
            ("externalids", None),
            ("tldr", None),
            ("publicationtypes", Some(Role::Type)),
        ],
    ),
    with(
        "eppi-reviewer",
        &[
            &["itemid", "typename"],
            &["itemid", "parenttitle"],
            &["eppiid"],
            &["eppireviewerid"],
            &["itemid", "shorttitle"],
        ],
        &[
            ("eppireviewerid", Some(Role::Id)),
            ("shorttitle", None),
            ("parentauthors", None),
        ],
    ),
    plain(
        "distillersr",
        &[
            &["refid", "title"],
            &["refid", "abstract"],
            &["distillerid"],
        ],
    ),
    plain("sysrev", &[&["articleid", "usercount"], &["sysrevid"]]),
    with(
        "refworks",
        &[
            &["authorsprimary", "titleprimary"],
            &["referencetype", "pubdatefreeform"],
        ],
        &[
            ("titlesecondary", Some(Role::Journal)),
            ("otherpages", Some(Role::PageEnd)),
        ],
    ),
    with(
        "endnote",
        &[
            &["referencetype", "secondarytitle"],
            &["referencetype", "secondaryauthor"],
        ],
        &[
            ("secondarytitle", Some(Role::Journal)),
            ("secondaryauthor", None),
        ],
    ),
    with(
        "jstor",
        &[&["ispartof", "doctype"], &["ispartof", "datepublished"]],
        &[("id", Some(Role::Id))],
    ),
    with(
        "europe pmc",
        &[
            &["authorstring", "journaltitle"],
            &["authorstring", "pubyear"],
            &["extid", "source"],
        ],
        &[
            ("source", None),
            ("id", Some(Role::Id)),
            ("extid", Some(Role::Id)),
        ],
    ),
    with(
        "cinii",
        &[
            &["収録物名", "タイトル"],
            &["刊行物名", "タイトル"],
            &["論文名", "刊行物名"],
        ],
        &[],
    ),
    with(
        "crossref",
        &[
            &["containertitle", "publishedprint"],
            &["containertitle", "referencecount"],
        ],
        &[
            ("published", Some(Role::Year)),
            ("source", None),
            ("created", None),
        ],
    ),
    with(
        "paperpile",
        &[
            &["itemtype", "fulljournal"],
            &["itemtype", "foldersfiltered"],
        ],
        &[],
    ),
    with(
        "cab direct",
        &[
            &["englishitemtitle"],
            &["cabicodes"],
            &["panumber", "title"],
        ],
        &[
            ("englishitemtitle", Some(Role::Title)),
            ("documenttitle", Some(Role::Journal)),
            ("itemtitle", Some(Role::OtherTitle)),
        ],
    ),
    with(
        "asreview",
        &[
            &["asreviewlabel"],
            &["asreviewranking"],
            &["exportedasreviewlabel"],
        ],
        &[],
    ),
    Profile {
        split: Some(Split::Semicolon),
        ..plain(
            "perennial",
            &[&[
                "id", "title", "pmcid", "registry", "abstract", "issn", "url",
            ]],
        )
    },
];

/// Two-letter tags as column names: of Web of Science (also bibliometrix), Ovid, RIS and MEDLINE.
pub(super) static TAGGED: [Profile; 4] = [
    with(
        "ovid",
        &[
            &["ti", "ui", "vn"],
            &["ti", "ui", "yr"],
            &["ti", "ui", "db", "so"],
        ],
        &[
            ("ui", Some(Role::Id)),
            ("ti", Some(Role::Title)),
            ("ot", Some(Role::OtherTitle)),
            ("au", Some(Role::Authors)),
            ("fa", None),
            ("so", Some(Role::Source)),
            ("jn", Some(Role::Journal)),
            ("ja", Some(Role::Journal)),
            ("jx", Some(Role::Journal)),
            ("ab", Some(Role::Abstract)),
            ("yr", Some(Role::Year)),
            ("dp", Some(Role::Year)),
            ("vo", Some(Role::Volume)),
            ("ip", Some(Role::Issue)),
            ("pg", Some(Role::Pages)),
            ("do", Some(Role::Doi)),
            ("di", Some(Role::Doi)),
            ("is", Some(Role::Issn)),
            ("lg", Some(Role::Language)),
            ("la", Some(Role::Language)),
            ("pt", Some(Role::Type)),
            ("kw", Some(Role::Keywords)),
            ("mh", Some(Role::Headings)),
            ("sh", Some(Role::Headings)),
            ("an", Some(Role::Accession)),
            ("xl", Some(Role::Url)),
        ],
    ),
    with(
        "medline",
        &[
            &["pmid", "ti", "jt"],
            &["pmid", "ti", "dp"],
            &["pmid", "ti", "fau"],
        ],
        &[
            ("pmid", Some(Role::Pmid)),
            ("pmc", Some(Role::Pmcid)),
            ("ti", Some(Role::Title)),
            ("tt", Some(Role::OtherTitle)),
            ("fau", Some(Role::Authors)),
            ("au", Some(Role::Authors)),
            ("cn", Some(Role::Authors)),
            ("jt", Some(Role::Journal)),
            ("ta", Some(Role::Journal)),
            ("ab", Some(Role::Abstract)),
            ("dp", Some(Role::Year)),
            ("vi", Some(Role::Volume)),
            ("ip", Some(Role::Issue)),
            ("pg", Some(Role::Pages)),
            ("lid", Some(Role::Doi)),
            ("aid", Some(Role::Doi)),
            ("is", Some(Role::Issn)),
            ("la", Some(Role::Language)),
            ("pt", Some(Role::Type)),
            ("ot", Some(Role::Keywords)),
            ("mh", Some(Role::Headings)),
        ],
    ),
    with(
        "web of science",
        &[
            &["au", "ti", "so"],
            &["ti", "so", "ut"],
            &["ti", "so", "py"],
            &["af", "ti", "py"],
        ],
        &[
            ("ut", Some(Role::Id)),
            ("ti", Some(Role::Title)),
            ("af", Some(Role::Authors)),
            ("au", Some(Role::Authors)),
            ("bf", Some(Role::Authors)),
            ("ba", Some(Role::Authors)),
            ("ca", Some(Role::Authors)),
            ("gp", None),
            ("so", Some(Role::Journal)),
            ("jf", Some(Role::Journal)),
            ("ji", Some(Role::Journal)),
            ("j9", Some(Role::Journal)),
            ("se", None),
            ("py", Some(Role::Year)),
            ("ea", Some(Role::Year)),
            ("ey", Some(Role::Year)),
            ("pd", None),
            ("vl", Some(Role::Volume)),
            ("is", Some(Role::Issue)),
            ("bp", Some(Role::PageStart)),
            ("ep", Some(Role::PageEnd)),
            ("pp", Some(Role::Pages)),
            ("ar", Some(Role::ArticleNumber)),
            ("di", Some(Role::Doi)),
            ("pm", Some(Role::Pmid)),
            ("pmid", Some(Role::Pmid)),
            ("ab", Some(Role::Abstract)),
            ("dt", Some(Role::Type)),
            ("pt", None),
            ("la", Some(Role::Language)),
            ("de", Some(Role::Keywords)),
            ("id", Some(Role::Headings)),
            ("sn", Some(Role::Issn)),
            ("ei", Some(Role::Issn)),
            ("bn", Some(Role::Issn)),
            ("dl", Some(Role::Url)),
        ],
    ),
    with(
        "ris",
        &[
            &["ty", "ti"],
            &["ty", "t1"],
            &["ti", "au", "ab"],
            &["ti", "au", "py"],
        ],
        &[
            ("ty", Some(Role::Type)),
            ("id", Some(Role::Id)),
            ("an", Some(Role::Accession)),
            ("ti", Some(Role::Title)),
            ("t1", Some(Role::Title)),
            ("tt", Some(Role::OtherTitle)),
            ("au", Some(Role::Authors)),
            ("a1", Some(Role::Authors)),
            ("py", Some(Role::Year)),
            ("y1", Some(Role::Year)),
            ("da", Some(Role::Year)),
            ("jf", Some(Role::Journal)),
            ("jo", Some(Role::Journal)),
            ("t2", Some(Role::Journal)),
            ("ja", Some(Role::Journal)),
            ("j2", Some(Role::Journal)),
            ("so", Some(Role::Journal)),
            ("vl", Some(Role::Volume)),
            ("is", Some(Role::Issue)),
            ("sp", Some(Role::PageStart)),
            ("ep", Some(Role::PageEnd)),
            ("do", Some(Role::Doi)),
            ("ab", Some(Role::Abstract)),
            ("n2", Some(Role::Abstract)),
            ("kw", Some(Role::Keywords)),
            ("sn", Some(Role::Issn)),
            ("la", Some(Role::Language)),
            ("ur", Some(Role::Url)),
            ("n1", Some(Role::Notes)),
        ],
    ),
];

impl Profile {
    fn fits(&self, keys: &[String]) -> bool {
        let all = |sign: &&[&str]| sign.iter().all(|name| keys.iter().any(|key| key == name));
        self.signs.iter().any(all)
    }

    /// The profile of a header row, by the keys of its cells.
    pub(super) fn of(keys: &[String]) -> &'static Self {
        let keys = keys.get(..LOOKED_AT).unwrap_or(keys);
        let mut every = TAGGED.iter().chain(&PROFILES);
        every.find(|profile| profile.fits(keys)).unwrap_or(&GENERIC)
    }

    /// A cell without the guard against formulas, in a table that we may have written.
    pub(super) fn bare<'c>(&self, cell: &'c str) -> &'c str {
        let ours = self.special == Special::Own || ["generic", "rayyan"].contains(&self.name);
        if ours { unguard(cell) } else { cell }
    }

    /// What the profile itself says of a column: nothing, that it holds no field, or its role and
    /// how far it is from the first choice.
    #[expect(
        clippy::option_option,
        reason = "not named by the profile, and named as no field, are two answers"
    )]
    pub(super) fn own(&self, key: &str) -> Option<Option<(Role, u8)>> {
        let mut own = (0_u8..).zip(self.columns);
        let (rank, (_, role)) = own.find(|(_, (name, _))| *name == key)?;
        Some(role.map(|role| (role, rank)))
    }
}

/// Columns in which a vendor's names are looked for.
const LOOKED_AT: usize = 2_000;
