//! Small inputs of every format and dialect, typed here, that mutants are made of.

use perennial::formats::Format;

/// Name, format and text of every seed.
pub(crate) const SEEDS: [(&str, Format, &str); 33] = [
    (
        "ris",
        Format::Ris,
        "TY  - JOUR\nTI  - A trial of é\nAU  - Ames, B\nAU  - Bell, C\nKW  - one\ntwo\nPY  - 2019/03//\n\
         JO  - J Test\nSP  - 12\nEP  - 19\nDO  - 10.1000/a\nUR  - http://a.b     U2  - L2029880245\n\
         AB  - IL-6 was\nhigher.\nER  - \n\nTY  - BOOK\nT1  - Another\nY1  - 2020\nER  - \n",
    ),
    (
        "ris of Cochrane",
        Format::Ris,
        "Record #1 of 2\nProvider: John Wiley & Sons, Ltd.\nContent: text/plain; charset=\"UTF-8\"\n\n\
         TY  - JOUR\nAN  - CN-00000001\nTI  - One\nC3  - PUBMED 77\nPY  - 2019\nER  - \n\n\
         Record #2 of 2\nTY  - JOUR\nAN  - CN-00000002\nTI  - Two\nER  - \n",
    ),
    (
        "ris of Ovid",
        Format::Ris,
        "1. \nTY  - JOUR\nID  - 1\nT1  - One\nA1  - Ames B.\nY1  - 2018//\nM1  - (Ames) Town\nER  - \n\n2. \n\
         TY  - JOUR\nID  - 2\nT1  - Two\nER  - \n",
    ),
    (
        "ris with tags behind ER",
        Format::Ris,
        "Provider: JSTOR\nDatabase: JSTOR\n\n1. \nTY  - JOUR\nT1  - One\nER  - \nNL  - J 1\n\nSearch Strategy:\n\
         1     sleep/ (12)\n\n2. \nTY  - JOUR\nT1  - Two\nPMID  - 12\nER  - \nTI  - Three\nER  - \nAB  - x\n",
    ),
    (
        "text of Ovid, tags",
        Format::Text,
        "Database: Embase <1974 to 2021>\nSearch Strategy:\n1     sleep/ (12)\n\n<1. >\nVN  - Ovid Technologies\n\
         DB  - Embase\nUI  - 1\nTI  - One\nSO  - J Nap. 12 (3) (pp 10-19), 2019.\nAU  - Ames B.\n      Bell C.\n\
         AB  - x\ny\n\n<2. >\nVN  - Ovid Technologies\nUI  - 2\nTI  - Two\n",
    ),
    (
        "text of Ovid, labels",
        Format::Text,
        "<1>\nUnique Identifier\n  12\nTitle\n  One\nAuthors\n  Ames B; Bell C.\nLocal Messages\n  x\nSource\n  \
         Nap. 1(2):3-4, 2001.\n\n<2>\nTitle\n  Two\n",
    ),
    (
        "text of Cochrane",
        Format::Text,
        "Record #1 of 2\nID: CN-1\nAU: Ames B\nTI: One\nSO: Nap\nYR: 2019\nPM: PUBMED 12\nXR: EMBASE 1\n\n\
         Record #2 of 2\nID: CN-2\nTI: Two\n",
    ),
    (
        "refworks",
        Format::Refworks,
        "RT Journal Article\nSR 1\nA1 Ames B;Bell C;\nT1 One\nJF Nap\nYR 2019\nvo 3\nOP 1-5\nK1 a;b\nAB x\ny\n\n\
         RT Book\nA1 Dale D\nT1 Two\nSP 1\nOP 9\nDO 10.1000/a\n",
    ),
    (
        "enw between blank lines",
        Format::Enw,
        "%T One\n%0 Journal Article\n%A Ames B\n\n\n%T Two\n%D 2020\n\n%K a\nb\n\n%T Three\n%X x\n",
    ),
    (
        "nbib",
        Format::Nbib,
        "PMID- 1\nOWN - NLM\nTI  - A trial\n      of two lines\nDP  - 2019 Jan\nFAU - Ames, Bo\nAU  - Ames B\n\
         LID - 10.1000/a [doi]\nSI  - ClinicalTrials.gov/NCT01234567\nPT  - Journal Article\nSO  - J. 2019.\n\n\
         PMID- 2\nTI  - B\nCN  - A Group\nSO  - K.\n",
    ),
    (
        "wos",
        Format::Wos,
        "\u{feff}FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Ames, B\n   Bell, C\nTI A trial\n   of two\n\
         SO J TEST\nPY 2020\nDI 10.1000/a\nUT WOS:000000000000001\nER\n\nPT J\nTI B\nUT WOS:2\nER\n\nEF",
    ),
    (
        "csv",
        Format::Csv,
        "id,title,authors,year,doi,abstract\n1,\"A \"\"trial\"\"\nof two\",\"Ames, B; Bell, C\",2019,10.1000/a,x\n\n\
         2,B,,2020,,\"y, z\"\n3,C,Dale D,2021,,\n",
    ),
    (
        "csv of Embase",
        Format::Csv,
        "\"SEARCH QUERY\",\"'myeloma'/exp\"\n------------------------------\n\nTitle,Author Names,Publication Year,\
         DOI,Medline PMID,PUI\nA trial,\"Ames B., Bell C.\",2019,10.1000/x1,77,L2000000001\nB,,2020,,,L2000000002\n",
    ),
    (
        "csv with semicolons",
        Format::Csv,
        "Title;Authors;Year;DOI\n\"A; trial\";Ames, B.;2019;10.1000/a\nB;;2020;\n",
    ),
    (
        "tsv of Web of Science",
        Format::Csv,
        "\u{feff}PT\tAU\tAF\tTI\tSO\tPY\tDI\tUT\tPM\nJ\tAmes, B; Bell, C\tAmes, Bo; Bell, Cy\t\"A\": trial\tJ TEST\t2019\t10.1000/a\t\
         WOS:1\t77\t\nJ\tDale, D\t\tB\tJ TEST\t2020\t\tWOS:2\t\t\n",
    ),
    (
        "csv of IEEE Xplore",
        Format::Csv,
        "\"Document Title\",Authors,\"Author Affiliations\",\"Publication Title\",\"Publication Year\",\"DOI\"\n\"A \"trial\" of\",\
         \"B. Ames; C. Bell\",\"X\",\"J Test\",\"2019\",\"10.1109/A.1\"\n\"B\",\"D. Dale\",\"\",\"J Test\",\"2020\",\"\"\n",
    ),
    (
        "csv of Dimensions",
        Format::Csv,
        "\"About the data: Exported on May 1, 2023. Criteria: ''a''.\"\nRank,Publication ID,DOI,Title,PubYear,Authors\n500,pub.1,\
         10.1000/a,A,2019,\"Ames, Bo; Bell, Cy\"\n500,pub.2,,B,2020,\n",
    ),
    (
        "csv of OpenAlex",
        Format::Csv,
        "id,doi,display_name,publication_year,authorships.author.display_name,ids.pmid\nhttps://openalex.org/W1,\
         https://doi.org/10.1000/a,A trial,2019,Bo Ames|Cy Bell,https://pubmed.ncbi.nlm.nih.gov/77\nW2,,B,2020,\"['D Dale']\",\n",
    ),
    (
        "csv of nobody known",
        Format::Csv,
        "sep=;\nKennung;Arbeitstitl;Wer;Wann\nx1;A trial of many words;\"Ames B., Bell C.\";2019\nx2;Another of them all;\"open;2020\n\
         x3;\"A \"third\" trial here\";Dale D.;2021\n",
    ),
    (
        "tsv",
        Format::Csv,
        "Title\tAuthors\tPublication Year\tDOI\nA\tAmes, B\t2019\t10.1000/a\nB\t\t\t\n",
    ),
    (
        "bib",
        Format::Bib,
        "Scopus\nEXPORT DATE: 1 May 2020\n\n@ARTICLE{a2020,\nauthor={Ames, B. and {C and D}},\ntitle={A {\\'e} \
         \\textless $\\beta$},\nyear=2020,\nnote=\"x {\"} y\" # z\n}\n@comment{x}\n@string{j = \"J Test\"}\n\
         @book(b, title={B}, journal = j)\n",
    ),
    (
        "enw",
        Format::Enw,
        "%0 Journal Article\n%A Ames, B\nBell, C\n%T A trial\n%D 2019\n%R 10.1000/a\n%X text\nmore\n\n%0 Book\n\
         %T B\n%X c\nd\n",
    ),
    (
        "endnote-xml",
        Format::EndnoteXml,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml><records><record><rec-number>1</rec-number>\
         <ref-type name=\"Journal Article\">17</ref-type><contributors><authors><author><style>Ames, B</style>\
         </author></authors></contributors><titles><title><style>A</style> &amp; &#xD; &u;</title></titles>\
         <dates><year>2019</year></dates></record>\n<record><ref-type name=\"Book\">6</ref-type><titles><title>B\
         </title></titles></record></records></xml>",
    ),
    (
        "pubmed-xml",
        Format::PubmedXml,
        "<?xml version=\"1.0\" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC \"-//NLM//DTD PubMedArticle//EN\" \"p.dtd\">\n\
         <PubmedArticleSet><PubmedArticle><MedlineCitation Status=\"MEDLINE\"><PMID Version=\"1\">1</PMID><Article>\
         <ArticleTitle>A &lt; <i>b</i> &#x3b2; &u;</ArticleTitle><Abstract><AbstractText Label=\"AIM\">x</AbstractText>\
         </Abstract><AuthorList><Author><LastName>Ames</LastName></Author></AuthorList></Article></MedlineCitation>\
         </PubmedArticle>\n<PubmedArticle><MedlineCitation><PMID>3</PMID><Article><ArticleTitle>C</ArticleTitle>\
         </Article></MedlineCitation></PubmedArticle>\n<DeleteCitation><PMID>2</PMID></DeleteCitation>\
         </PubmedArticleSet>",
    ),
    (
        "pubmed-xml of books",
        Format::PubmedXml,
        "<PubmedArticleSet>\n<PubmedBookArticle><BookDocument><PMID>9</PMID><Book><BookTitle>Books</BookTitle></Book>\
         <ArticleTitle>A chapter</ArticleTitle></BookDocument></PubmedBookArticle>\n</PubmedArticleSet>\n",
    ),
    (
        "ictrp",
        Format::Ictrp,
        "<Trials_downloaded_from_ICTRP>\n<Trial><TrialID>NCT01234567\n</TrialID><Public_title>A &lt;br&gt;</Public_title>\
         <Date_registration3>20190101</Date_registration3></Trial>\n<Trial>\n<TrialID>ISRCTN1</TrialID>\n</Trial>\n\
         </Trials_downloaded_from_ICTRP>",
    ),
    (
        "ctgov",
        Format::Ctgov,
        "{\"studies\":[{\"protocolSection\":{\"identificationModule\":{\"nctId\":\"NCT01234567\",\"briefTitle\":\"A\"},\
         \"statusModule\":{\"startDateStruct\":{\"date\":\"2019-05\"}}},\"hasResults\":false},\n{\"protocolSection\":\
         {\"identificationModule\":{\"nctId\":\"NCT01234568\"}}}],\"nextPageToken\":\"x\",\"totalCount\":2}",
    ),
    (
        "ctgov, one study",
        Format::Ctgov,
        "{\n \"protocolSection\": {\n  \"identificationModule\": {\n   \"nctId\": \"NCT01234567\",\n   \"briefTitle\": \
         \"A \\u00e9 \\\"b\\\"\"\n  }\n }\n}\n",
    ),
    (
        "crossref",
        Format::Crossref,
        "{\"status\":\"ok\",\"message-type\":\"work-list\",\"message\":{\"total-results\":2,\"items\":[{\"DOI\":\
         \"10.1000/a\",\"title\":[\"A\"],\"author\":[{\"family\":\"Ames\",\"given\":\"B\"}],\"abstract\":\"<jats:p>x < y\
         </jats:p>\",\"issued\":{\"date-parts\":[[2018,3]]}},\n{\"DOI\":\"10.1000/b\"}]}}",
    ),
    (
        "europepmc",
        Format::EuropePmc,
        "{\"version\":\"6.9\",\"hitCount\":2,\"nextCursorMark\":\"x\",\"resultList\":{\"result\":[{\"id\":\"1\",\"source\":\
         \"MED\",\"title\":\"A <i>b</i>\",\"authorString\":\"Ames B, et al.\",\"pubYear\":\"2019\",\"pubTypeList\":\
         {\"pubType\":[\"Review\"]}},\n{\"id\":\"2\",\"abstractText\":\"<h4>X</h4>NCT01234567 < y\"}]}}",
    ),
    (
        "two exports joined",
        Format::Ris,
        "\u{feff}TY  - JOUR\r\nTI  - A\r\nER  - \r\n\r\n\u{feff}TY  - JOUR\r\nTI  - B\r\nER  - \r\n",
    ),
    (
        "ris without ends",
        Format::Ris,
        "TY  - JOUR\nTI  - A\n\nTY  - JOUR\nTI  - B\n\nTI  - C\nER  -\n",
    ),
    (
        "csv, one column",
        Format::Csv,
        "title\nA trial\n\"B, or\n\nnot B\"\n",
    ),
];
