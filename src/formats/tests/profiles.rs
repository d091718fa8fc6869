//! Tables of every vendor and of nobody known; all values are invented.

use super::{parsed, problems, titles};
use crate::formats::ProblemKind::{
    AuthorsUnsplit, ColumnsGuessed, EmptyField, NoTitles, StrayQuote, UnclosedQuote,
};
use crate::formats::{Format, FormatError, How, detect, read};
use crate::model::{Record, RecordKind};

/// The only record of a table of a dialect.
fn one(dialect: &str, text: &str) -> Record {
    let got = parsed(text);
    assert_eq!((got.dialect, got.records.len()), (dialect, 1), "{text}");
    assert!(got.is_whole(), "{text}: {:?}", got.problems);
    got.records[0].record.clone()
}

/// Title, authors, year and journal as they stand in every table below.
fn usual(dialect: &str, text: &str) -> Record {
    let record = one(dialect, text);
    assert_eq!(
        record.title.as_deref(),
        Some("Naps on night duty"),
        "{text}"
    );
    assert_eq!(record.authors.len(), 2, "{text}: {:?}", record.authors);
    assert_eq!(
        (record.year, record.journal.as_deref()),
        (Some(2019), Some("J Test")),
        "{text}"
    );
    record
}

#[test]
fn columns_of_the_vendors_are_known() {
    for (dialect, header, row) in [
        (
            "ieee",
            "Document Title,Authors,Author Affiliations,Publication Title,Date Added To Xplore,Publication_Year,Volume,DOI",
            "Naps on night duty,J. Doe; K. Roe,Oslo,J Test,1 Jan 2020,2019,3,10.1109/a.1",
        ),
        (
            "lens",
            "Lens ID,Title,Date Published,Publication Year,Source Title,Author/s,Abstract,Volume,Issue Number,Start Page,End Page,PMID,DOI",
            "000-1,Naps on night duty,2019-05-01,2019,J Test,Jan Doe; Kim Roe,We looked.,12,3,10,19,30000001,10.1000/a",
        ),
        (
            "lens",
            "Lens ID,Title,Date Published,Source Title,Author/s",
            "000-1,Naps on night duty,2019-05-01,J Test,Jan Doe; Kim Roe",
        ),
        (
            "publish or perish",
            "Cites,Authors,Title,Year,Source,Publisher,ArticleURL,CitesURL,GSRank",
            "1,\"J Doe, K Roe…\",Naps on night duty,2019,J Test,P,https://a.org,,1",
        ),
        (
            "dimensions",
            "Rank,Publication ID,DOI,Title,Source title/Anthology title,PubYear,Authors",
            "500,pub.1,10.1000/a,Naps on night duty,J Test,2019,\"Doe, Jan; Roe, Kim\"",
        ),
        (
            "ebsco",
            "an,title,contributors,doi,publicationDate,pageStart,pageEnd,source,volume,longDBName,plink",
            "123,Naps on night duty,\"Doe, Jan; Roe, Kim\",10.1000/a,20190501,10,19,J Test,3,CINAHL,https://a.org",
        ),
        (
            "ebsco",
            "Article Title,Author,Journal Title,Publication Date,Accession Number,DOI,Doctype,PLink",
            "Naps on night duty,\"Doe, Jan; Roe, Kim\",J Test,20190501,123456789,10.1000/a,Article,https://a.org",
        ),
        (
            "openalex",
            "id,doi,display_name,publication_year,authorships_author_display_name,host_venue.display_name,abstract_inverted_index",
            "https://openalex.org/W1,https://doi.org/10.1000/a,Naps on night duty,2019,Jan Doe|Kim Roe,J Test,{}",
        ),
        (
            "openalex",
            "id,display_name,author,ab,publication_date,so,doi,cited_by_api_url",
            "W1,Naps on night duty,\"['Jan Doe', 'Kim Roe']\",We looked,2019-05-01,J Test,10.1000/a,https://a.org",
        ),
        (
            "acm",
            "type,id,author,title,pages,article_no,acmid,keywords,doi,journal,issue_date,volume,issue_no,year,conf_loc",
            "article,1,Jan Doe and Kim Roe,Naps on night duty,10-19,,1,naps,10.1145/a,J Test,May 2019,3,1,2019,",
        ),
        (
            "web of science",
            "Publication Type,Authors,Author Full Names,Article Title,Source Title,Publication Year,Start Page,End Page,DOI,UT (Unique WOS ID),Pubmed Id",
            "J,\"Doe, J; Roe, K\",\"Doe, Jan; Roe, Kim\",Naps on night duty,J Test,2019,10,19,10.1000/a,WOS:1,30000001",
        ),
        (
            "bvs",
            "ID,Title,Authors,Source,Journal,Database,Publication year,Descriptor(s),Publication country,Fulltext URL,Abstract,Volume number",
            "lil-1,Naps on night duty,\"Doe, Jan; Roe, Kim\",J Test;12(3): 10-19,J Test,LILACS,2019,Sleep,BR,https://a.org,We looked,12",
        ),
        (
            "proquest",
            "Title,Abstract,StoreId,ArticleType,Authors,pubdate,pubtitle,year,volume,issue,digitalObjectIdentifier",
            "Naps on night duty,We looked,1,Article,\"Doe, Jan; Roe, Kim\",2019-05-01,J Test,2019,3,1,10.1000/a",
        ),
        (
            "researchrabbit",
            "Seed? (Y/N),Title,Authors,Year,Journal,DOI,PMID",
            "Y,Naps on night duty,\"Jan Doe, Kim Roe\",2019,J Test,10.1000/a,30000001",
        ),
        (
            "consensus",
            "Title,Takeaway,Authors,Year,Citations,Abstract,Journal,DOI,Consensus Link",
            "Naps on night duty,Naps help,\"J. Doe, K. Roe\",2019,3,We looked,J Test,10.1000/a,https://a.org",
        ),
        (
            "elicit",
            "Title,Authors,DOI,DOI link,Venue,Citation count,Year,Abstract",
            "Naps on night duty,\"Jan Doe, Kim Roe\",10.1000/a,https://doi.org/10.1000/a,J Test,3,2019,We looked",
        ),
        (
            "semantic scholar",
            "paperId,externalIds,title,venue,year,authors",
            "abc,{},Naps on night duty,J Test,2019,\"[{'authorId': '1', 'name': 'Jan Doe'}, {'authorId': '2', 'name': 'Kim Roe'}]\"",
        ),
        (
            "eppi-reviewer",
            "ItemId,TypeName,Title,ParentTitle,ShortTitle,Authors,Year,DOI",
            "1,\"Journal, Article\",Naps on night duty,J Test,Doe (2019),Doe Jan; Roe Kim,2019,10.1000/a",
        ),
        (
            "refworks",
            "Reference Type,\"Authors, Primary\",Title Primary,Periodical Full,Pub Year,Pub Date Free Form,Volume",
            "Journal Article,\"Doe,Jan; Roe,Kim\",Naps on night duty,J Test,2019,May,3",
        ),
        (
            "jstor",
            "id,title,isPartOf,publicationYear,docType,datePublished,creator,pageStart,pageEnd",
            "http://a.org/1,Naps on night duty,J Test,2019,article,2019-05-01,Jan Doe; Kim Roe,10,19",
        ),
        (
            "europe pmc",
            "id,source,pmid,doi,title,authorString,journalTitle,pubYear,pageInfo",
            "1,MED,30000001,10.1000/a,Naps on night duty,\"Doe J, Roe K.\",J Test,2019,10-19",
        ),
        (
            "crossref",
            "container-title,published-print,DOI,title,author,reference-count",
            "J Test,2019-05,10.1000/a,Naps on night duty,\"Doe, Jan; Roe, Kim\",3",
        ),
        (
            "ovid",
            "VN,DB,UI,TI,AU,JN,YR,DO",
            "Ovid,Embase,1,Naps on night duty,\"Doe J., Roe K.\",J Test,2019,10.1000/a",
        ),
        (
            "ris",
            "TY,TI,AU,PY,JO,DO,AB",
            "JOUR,Naps on night duty,\"Doe, Jan; Roe, Kim\",2019,J Test,10.1000/a,We looked",
        ),
        (
            "medline",
            "PMID,TI,FAU,JT,DP,LID",
            "30000001,Naps on night duty,\"Doe, Jan; Roe, Kim\",J Test,2019 May,10.1000/a [doi]",
        ),
        (
            "cinii",
            "タイトル,著者,刊行物名,出版日付",
            "Naps on night duty,Jan Doe; Kim Roe,J Test,2019-05",
        ),
        (
            "eric",
            "ERIC Number,title,author,source,publicationdateyear,description",
            "EJ1,Naps on night duty,\"Doe, Jan; Roe, Kim\",J Test,2019,We looked",
        ),
        (
            "generic",
            "Title,Authors,Journal,Year,DOI,Tags",
            "Naps on night duty,Jan Doe; Kim Roe,J Test,2019,10.1000/a,x",
        ),
    ] {
        usual(dialect, &format!("{header}\n{row}\n"));
    }
}

#[test]
fn web_of_science_writes_tags_as_columns() {
    let table = "PT\tAU\tBA\tAF\tTI\tSO\tLA\tDT\tAB\tDI\tPY\tVL\tBP\tEP\tUT\tPM\n\
        J\tDoe, J; Roe, K\t\tDoe, Jan; Roe, Kim\tNaps on night duty\tJ Test\tEnglish\tArticle\t\"We\" looked.\t10.1000/a\t2019\t12\t10\t19\tWOS:1\t30000001\t\n";
    let record = usual("web of science", table);
    assert_eq!(record.authors, ["Doe, Jan", "Roe, Kim"]);
    assert_eq!(
        (record.source_id.as_deref(), record.pages.as_deref()),
        (Some("WOS:1"), Some("10-19"))
    );
    assert_eq!(record.abstract_text.as_deref(), Some("\"We\" looked."));
    for bytes in [
        format!("\u{feff}{table}").into_bytes(),
        table.replace('\n', "\r\n").into_bytes(),
        table.replace('\n', "\r").into_bytes(),
        [
            vec![0xff, 0xfe],
            table.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ]
        .concat(),
    ] {
        let got = read(&bytes, None).unwrap();
        assert_eq!((got.format, got.records.len()), (Format::Csv, 1));
        assert_eq!(got.records[0].record.title, record.title);
        assert!(got.is_whole());
    }
    // bibliometrix writes the names of its rows without a name for their column.
    let r = "\"AU\",\"TI\",\"SO\",\"PY\",\"DI\"\n\"DOE J, 2019, J TEST\",\"DOE J;ROE K\",\"NAPS ON NIGHT DUTY\",\"J TEST\",2019,\"10.1000/A\"\n\
        \"POE L, 2020, J TEST\",\"POE L\",\"NAPS AGAIN\",\"J TEST\",2020,NA\n";
    let got = parsed(r);
    assert_eq!(titles(&got), ["NAPS ON NIGHT DUTY", "NAPS AGAIN"]);
    assert_eq!(got.records[0].record.authors, ["DOE J", "ROE K"]);
    assert!(
        got.is_whole() && got.problems.is_empty(),
        "{:?}",
        got.problems
    );
    let named = format!("\"\",{r}");
    assert_eq!(
        titles(&parsed(&named)),
        ["NAPS ON NIGHT DUTY", "NAPS AGAIN"]
    );
}

#[test]
fn endnote_writes_tables_with_and_without_a_header() {
    let import = "*Journal Article\nAuthor\tYear\tTitle\tJournal\tVolume\n\
        Doe, Jan//Roe, Kim\t2019\tNaps on night duty\tJ Test\t12\n";
    usual("generic", import);
    let typed = "*Generic\nReference Type\tAuthor\tYear\tTitle\tSecondary Title\n\
        Journal Article\tDoe, Jan//Roe, Kim\t2019\tNaps on night duty\tJ Test\n";
    usual("endnote", typed);
    let bare = "Doe, J.; Roe, K.\t2019\tNaps on night duty and after\tJ Test\t12\n\
        Poe, L.\t2020\tNaps again in the wards\tJ Test\t13\n\
        Poe, L.; Doe, J.\t2021\tAnother look at the naps\tJ Test\t14\n";
    let got = parsed(bare);
    assert_eq!(titles(&got)[0], "Naps on night duty and after");
    assert_eq!(got.records.len(), 3);
    assert_eq!(
        (
            got.records[0].record.year,
            got.records[0].record.authors.len()
        ),
        (Some(2019), 2)
    );
    assert_eq!(problems(&got), [(ColumnsGuessed, None, None)]);
}

#[test]
fn registers_give_trials_with_the_year_of_their_start() {
    for (header, row, dialect) in [
        (
            "Rank,NCT Number,Title,Acronym,Status,Conditions,Start Date,First Posted,URL",
            "1,NCT01234567,A trial,ACRO,Completed,Sleep,\"March 1, 2015\",\"May 6, 2014\",https://a.org",
            "clinicaltrials.gov",
        ),
        (
            "NCT Number,Study Title,Study URL,Start Date",
            "NCT01234567,A trial,https://a.org,2015-03",
            "clinicaltrials.gov",
        ),
        (
            "TrialID,Public title,Scientific title,Date registration,Date registration3,Source Register,web address",
            "NCT01234567,A trial,A longer title,06/05/2014,20150301,CT.gov,https://a.org",
            "ictrp",
        ),
    ] {
        let record = one(dialect, &format!("{header}\n{row}\n"));
        assert_eq!(
            (record.kind, record.year),
            (RecordKind::Trial, Some(2015)),
            "{header}"
        );
        assert_eq!(
            (record.title.as_deref(), record.authors.len()),
            (Some("A trial"), 0)
        );
        assert_eq!(record.registry[0].as_str(), "NCT01234567");
    }
}

#[test]
fn an_unknown_table_is_matched_by_near_names_and_by_content() {
    for table in [
        "Kennung;Titel;Verfasser;Jahr;Zeitschrift\nA-1;Naps on night duty;Doe, Jan;2019;J Test\nA-2;More naps here;Roe, Kim;2020;J Test\n",
        "sep=;\nPaper_Title;Auhtors;PubYear;Journal name\nNaps on night duty;Doe, Jan;2019;J Test\nMore naps here;Roe, Kim;2020;J Test\n",
        "\"Exported, on May 1\"\n\nNúmero|Título|Autores|Año|Revista\n1|Naps on night duty|Doe, Jan|2019|J Test\n2|More naps here|Roe, Kim|2020|J Test\n",
        "题名\t作者\t年\t刊名\nNaps on night duty\tDoe, Jan\t2019\tJ Test\nMore naps here\tRoe, Kim\t2020\tJ Test\n",
    ] {
        let got = parsed(table);
        assert_eq!(
            titles(&got),
            ["Naps on night duty", "More naps here"],
            "{table}"
        );
        let record = &got.records[0].record;
        assert_eq!(
            (record.authors.as_slice(), record.year),
            (&["Doe, Jan".to_owned()][..], Some(2019))
        );
        assert_eq!(record.journal.as_deref(), Some("J Test"));
        assert!(got.is_whole(), "{:?}", got.problems);
    }
    let long = "We looked at naps. ".repeat(20);
    let table = format!(
        "a,b,c,d,e\nx1,10.1000/a,Naps on night duty and after,\"Doe J., Roe K.\",{long}\nx2,10.1000/b,More naps in the wards,Poe L.,{long}\n"
    );
    let got = parsed(&table);
    let record = &got.records[0].record;
    assert_eq!(
        record.title.as_deref(),
        Some("Naps on night duty and after")
    );
    assert_eq!(record.authors, ["Doe J.", "Roe K."]);
    assert!(record.doi.is_some() && record.abstract_text.is_some());
    let how: Vec<_> = got
        .account
        .columns
        .iter()
        .map(|c| (c.field, c.how))
        .collect();
    assert_eq!(how[0], (None, How::Left));
    assert_eq!(how[1], (Some("doi"), How::Content));
    assert_eq!(got.account.not_understood[0].name, "a");
    assert!(got.problems[0].text.contains("`a`") && got.problems[0].kind == ColumnsGuessed);
}

#[test]
fn prose_and_numbers_are_no_table() {
    for text in [
        "First, we slept.\nThen, we woke.\nAt last, we wrote.\n",
        "a,b,c\n1,2,3\n4,5,6\n",
        "name,dose,day\nBo,5,2019\nCy,6,2020\n",
        "Dear all,\n\nthe title, authors and year are missing.\n",
    ] {
        assert_eq!(
            detect(text.as_bytes()),
            Err(FormatError::PlainText),
            "{text}"
        );
    }
}

#[test]
fn what_no_record_has_is_told() {
    let got = parsed("DOI,Year,Authors,Titl of it all\n10.1000/a,2019,\"Doe, Jan\",\n");
    assert_eq!(got.problems[0].kind, NoTitles);
    assert!(!got.is_whole() && got.records[0].record.doi.is_some());
    let got = parsed("Title,Authors,Year,Kennung\nNaps,,2019,x\nMore,,2020,y\n");
    assert_eq!(problems(&got), [(EmptyField, None, None)]);
    assert!(got.is_whole());
    assert_eq!(
        (got.account.filled.title, got.account.filled.authors),
        (2, 0)
    );
    assert_eq!(
        (
            got.account.not_understood[0].name.as_str(),
            got.account.not_understood[0].records
        ),
        ("Kennung", 2)
    );
    let got = parsed(
        "Item Title,Publication Title,Item DOI,Authors,Publication Year,Content Type\nNaps,J,10.1007/a,Jan DoeKim Roe,2019,Article\n",
    );
    assert_eq!(problems(&got), [(AuthorsUnsplit, None, None)]);
    assert_eq!(got.records[0].record.authors, ["Jan DoeKim Roe"]);
}

#[test]
fn a_stray_quote_is_kept_and_told_and_swallows_no_row() {
    let got = parsed(
        "title,abstract,year\n\"On \"night\" duty\",\"We, all\",2019\n\"Second\",\"x\",2020\n",
    );
    assert_eq!(titles(&got), ["On \"night\" duty", "Second"]);
    assert_eq!(problems(&got), [(StrayQuote, Some(2), Some(1))]);
    assert!(got.is_whole());
    let got = parsed("id,title,year\n1,\"Open,2019\n2,\"Second\",2020\n3,\"Third\",2021\n");
    assert_eq!(titles(&got)[1..], ["Second", "Third"]);
    assert_eq!(got.records.len(), 3);
    let got = parsed("id,title\n1,A\n2,\"B\nand more\n");
    assert_eq!(problems(&got), [(UnclosedQuote, Some(3), Some(2))]);
}

#[test]
fn what_programs_make_of_numbers_and_of_nothing_is_undone() {
    let record = one(
        "generic",
        "id,title,authors,year,pmid,doi,pages\n1,Naps,\"Doe, Jan\",2019.0,30000001.0,NA,10 – 19\n",
    );
    assert_eq!((record.year, record.doi.is_some()), (Some(2019), false));
    assert_eq!(record.pmid.unwrap().as_str(), "30000001");
    assert_eq!(record.pages.as_deref(), Some("10-19"));
    let record = one(
        "openalex",
        "id,title,ids.pmid,ids.pmcid,ids.openalex\nW1,Naps,https://pubmed.ncbi.nlm.nih.gov/30000001,https://www.ncbi.nlm.nih.gov/pmc/articles/6000001,W1\n",
    );
    assert_eq!(record.pmid.unwrap().as_str(), "30000001");
    assert_eq!(record.pmcid.unwrap().as_str(), "PMC6000001");
}

#[test]
fn embase_without_a_journal_column_has_its_source() {
    let record = one(
        "embase.com",
        "Title,Author Names,Source,Embase Link\nNaps,\"Doe J.A., Roe K.\",J Test (2019) 12:3 (10-19),https://a.org\n",
    );
    assert_eq!(
        (record.journal.as_deref(), record.year),
        (Some("J Test"), Some(2019))
    );
    assert_eq!(
        (record.volume.as_deref(), record.pages.as_deref()),
        (Some("12"), Some("10-19"))
    );
}

#[test]
fn a_million_columns_take_no_more_than_their_length() {
    let mut table = "title,doi".to_owned();
    table.push_str(&",x".repeat(300_000));
    table.push_str("\nA,10.1000/a");
    table.push_str(&",1".repeat(300_000));
    table.push('\n');
    assert_eq!(titles(&parsed(&table)), ["A"]);
}

#[test]
fn the_reference_lists_every_profile() {
    let page = include_str!("../../../docs/reference/tables.md");
    for dialect in crate::formats::table_dialects() {
        assert!(page.contains(&format!("| {dialect} | ")), "{dialect}");
    }
}
