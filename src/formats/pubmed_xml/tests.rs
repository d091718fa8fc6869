//! Passing plain text and tags without an event each reads what reading every event reads.

use super::walk::Walk;
use super::{File, whole};
use crate::formats::text::LineCounter;
use crate::formats::{FormatError, Lines, Parsed};
use proptest::prelude::*;

const SEEDS: [&str; 3] = [
    "<PubmedArticleSet>\n<PubmedArticle>\n<MedlineCitation Status=\"M>\" Owner='a\"b'><PMID Version=\"1\"> 7 </PMID>\n \
     <Article><Journal><ISSN/><Title>J &amp; K</Title></Journal><ArticleTitle>A &lt; <i>b</i> 10<sup>6</sup></ArticleTitle>\
     <ELocationID EIdType=\"doi\"/><AuthorList><Author><LastName>B</LastName>\n<Identifier Source=\"x/\">1</Identifier>\
     <AffiliationInfo><Affiliation>X > <b>Y</b>& Z</Affiliation></AffiliationInfo></Author><Author/></AuthorList>\
     </Article></MedlineCitation><PubmedData><ReferenceList><Reference><Citation>C. <!-- d --> 1</Citation><e />\
     </Reference></ReferenceList></PubmedData></PubmedArticle></PubmedArticleSet>\n",
    "<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>1</PMID><Book><Publisher><a><b><c/></b></a></Publisher>\
     <BookTitle>T <![CDATA[<x>]]></BookTitle></Book></BookDocument></PubmedBookArticle><DeleteCitation>\n<PMID>2</PMID>\
     <X>y</X></DeleteCitation></PubmedArticleSet>",
    "<?xml version=\"1.0\"?><PubmedArticleSet><PubmedArticle><MedlineCitation><A><B x=\"1\" y='2'></B ></A><PMID>3\
     </PMID><Article><Abstract><AbstractText Label=\"L\">é &u; <sub>2</sub></AbstractText></Abstract></Article>\
     </MedlineCitation></PubmedArticle></PubmedArticleSet>",
];

fn read(text: &str, glances: bool) -> Result<Parsed, FormatError> {
    let mut walk = Walk::new(text);
    walk.glances = glances;
    let file = File {
        walk,
        counter: LineCounter::new(text),
        records: Vec::new(),
        native: true,
        problems: Vec::new(),
        in_record: None,
        broken_at: None,
        base: 0,
    };
    whole(file, text, Lines::default())
}

fn cases() -> u32 {
    let asked = std::env::var("PERENNIAL_CASES").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(512)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn both_ways_read_the_same(
        seed in 0..SEEDS.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..24_usize, 0..14_usize), 0..5),
    ) {
        const PUT: [&str; 14] = [
            "<", ">", "/", "\"", "'", "&", " ", "</", "/>", "<!--", "-->", "<PMID>", "</PMID>", "\u{e9}",
        ];
        let mut text = SEEDS[seed].to_owned();
        for (at, cut, put) in edits {
            let at = at.index(text.len());
            let at = text.floor_char_boundary(at);
            let to = text.ceil_char_boundary((at + cut / 2).min(text.len()));
            let put = if cut % 2 == 0 { PUT[put] } else { "" };
            text.replace_range(at..to, put);
            if text.is_empty() {
                break;
            }
        }
        let (quick, slow) = (read(&text, true), read(&text, false));
        prop_assert_eq!(quick, slow, "{}", text);
    }
}
