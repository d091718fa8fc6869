//! Files that others wrote, out through every output and back in: count, kind, title, authors,
//! year, DOI, PMID and registry numbers are the same.

use super::parsed;
use crate::formats::{Output, Parsed, ProblemKind, database, kind, write_from};
use crate::model::{Publication, Record, RecordKind};

/// What must come back.
fn facts(record: &Record) -> impl PartialEq + std::fmt::Debug + '_ {
    let kind = kind::of(record);
    (
        (kind, record.kind == crate::model::RecordKind::Trial),
        &record.title,
        (&record.authors, record.authors_truncated),
        record.year,
        (&record.doi, &record.pmid, &record.pmcid),
        &record.registry,
        (&record.journal, &record.volume, &record.issue),
        (&record.keywords, &record.other_titles, &record.language),
    )
}

fn there_and_back(source: &Parsed) {
    let file = database(source.format, source.dialect);
    for output in [Output::Ris, Output::Csv, Output::Nbib] {
        let text = write_from(output, &source.records, file);
        let again = parsed(&text);
        assert!(again.is_sound(), "{output}: {:?}\n{text}", again.problems);
        assert!(
            again.problems.is_empty() || !source.problems.is_empty(),
            "{output}: {:?}",
            again.problems
        );
        assert_eq!(again.records.len(), source.records.len(), "{output}");
        for (before, after) in source.records.iter().zip(&again.records) {
            assert_eq!(facts(&after.record), facts(&before.record), "{output}");
        }
    }
}

#[test]
fn ris_of_every_kind() {
    for code in [
        "JOUR", "CONF", "CPAPER", "THES", "RPRT", "CHAP", "BOOK", "GEN", "UNPB", "DATA", "ELEC",
        "EJOUR",
    ] {
        let text =
            format!("TY  - {code}\nTI  - A nap\nAU  - Doe, J\nPY  - 2019\nT2  - Sleep\nER  - \n");
        let source = parsed(&text);
        assert!(
            write_from(Output::Ris, &source.records, None)
                .starts_with(&format!("TY  - {code}\r\n"))
        );
        there_and_back(&source);
    }
}

#[test]
fn records_without_a_pmid_stay_records_in_medline_text() {
    let source = parsed(
        "TY  - THES\nTI  - First\nER  - \nTY  - JOUR\nTI  - Second\nC2  - 31\nDB  - Scopus\nER  - \nTY  - CONF\nTI  - Third\nER  - \n",
    );
    let text = write_from(Output::Nbib, &source.records, None);
    assert!(
        !text.contains("PMID- \n") && text.lines().all(|line| !line.ends_with("- ")),
        "{text}"
    );
    there_and_back(&source);
}

#[test]
fn a_cut_list_of_authors_stays_cut() {
    there_and_back(&parsed(
        "TY  - JOUR\nTI  - A nap\nAU  - Doe, J\nAU  - et al.\nER  - \n",
    ));
}

#[test]
fn a_group_among_the_authors_keeps_its_place() {
    let source = parsed(
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>31</PMID><Article><Journal><JournalIssue>\
         <PubDate><Year>2019</Year></PubDate></JournalIssue><Title>Sleep</Title></Journal><ArticleTitle>A nap.</ArticleTitle>\
         <AuthorList><Author><LastName>Doe</LastName><ForeName>Jan</ForeName><Initials>J</Initials></Author>\
         <Author><CollectiveName>NAP Study Group</CollectiveName></Author>\
         <Author><LastName>Roe</LastName><ForeName>Kim</ForeName><Initials>K</Initials></Author></AuthorList>\
         </Article></MedlineCitation></PubmedArticle></PubmedArticleSet>",
    );
    assert_eq!(source.records[0].record.authors.len(), 3);
    there_and_back(&source);
    let text = write_from(Output::Nbib, &source.records, Some("PubMed"));
    assert!(
        text.contains("CN  - NAP Study Group\n") && text.contains("SO  - Sleep. 2019.\n"),
        "{text}"
    );
}

#[test]
fn bibtex_of_every_kind_says_its_code() {
    let source = parsed(
        "@inproceedings{a, title={A talk}, author={Doe, Jan}, booktitle={Proc}, year={2019}}\n\
         @mastersthesis{b, title={A thesis}, author={Roe, Kim}, year={2018}}\n\
         @techreport{c, title={A report}, author={Poe, Lee}, year={2017}}\n\
         @inbook{d, title={A chapter}, author={Moe, Al}, booktitle={Quiet}, year={2016}}\n\
         @book{e, title={A book}, author={Moe, Al}, isbn={978-0-306-40615-7}, year={2016}}\n\
         @article{f, title={An article}, author={Moe, Al}, journal={Sleep}, year={2016}}\n\
         @misc{g, title={Something}, author={Moe, Al}, year={2016}}\n\
         @nobodyknows{h, title={Anything}, author={Moe, Al}, year={2016}}\n",
    );
    let text = write_from(Output::Ris, &source.records, None);
    let codes: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("TY  - "))
        .collect();
    assert_eq!(
        codes,
        ["CONF", "THES", "RPRT", "CHAP", "BOOK", "JOUR", "GEN", "GEN"]
    );
    there_and_back(&source);
}

#[test]
fn types_of_other_formats_come_through() {
    for (text, want) in [
        (
            "%0 Conference Paper\n%T A nap\n%A Doe, Jan\n%D 2019\n",
            Publication::ConferencePaper,
        ),
        (
            "%0 Thesis\n%T A nap\n%A Doe, Jan\n%D 2019\n%9 Ph.D.\n",
            Publication::Thesis,
        ),
        (
            "PT C\nAU Doe, J\nTI A nap\nSO Sleep\nPY 2019\nER\nEF\n",
            Publication::ConferencePaper,
        ),
        (
            "PT J\nAU Doe, J\nTI A nap\nSO Sleep\nDT Book Chapter\nPY 2019\nER\nEF\n",
            Publication::Chapter,
        ),
        (
            "title,authors,year,document type\nA nap,\"Doe, J.; Roe, K.\",2019,Conference paper\n",
            Publication::Conference,
        ),
        (
            "PMID- 31\nTI  - A nap\nPT  - Academic Dissertation\nDP  - 2019\nSO  - x\n",
            Publication::Thesis,
        ),
    ] {
        let source = parsed(text);
        assert_eq!(kind::of(&source.records[0].record), want, "{text}");
        there_and_back(&source);
    }
}

#[test]
fn a_kind_that_the_types_contradict_comes_back() {
    for text in [
        "TY  - GEN\nTI  - A nap\nM3  - Article\nER  - \n",
        "TY  - SER\nTI  - A nap\nM3  - Conference Paper\nER  - \n",
        "TY  - UNPB\nTI  - A nap\nM3  - Preprint\nER  - \n",
        // CENTRAL's record of a trial is a record of CENTRAL.
        "CENTRAL ID,Author(s),Title,Publication Type,Cochrane Review Group Code\nCN-1,\"NCT01234567,\",A nap,Trial registry record,X\n",
    ] {
        there_and_back(&parsed(text));
    }
}

#[test]
fn registers_of_every_kind_come_back() {
    there_and_back(&parsed(
        "id,title,authors,registry,reference_type\n1,A nap,\"Doe, J\",NCT01234567; ISRCTN12345678; \
         CTRI/2010/091/000123; 2014-002272-88; JPRN-UMIN000012345,Trial register entry\n",
    ));
}

#[test]
fn authors_and_lists_with_signs_of_their_own_come_back() {
    there_and_back(&parsed(
        "TY  - JOUR\nTI  - -omics; a view\nAU  - Research and Development Group\nAU  - Doe; Jan\nKW  - a; b\nKW  - c\n\
         TT  - +1\nPY  - 2019\nER  - \n",
    ));
    there_and_back(&parsed(
        "TY  - JOUR\nTI  - '-omics' of sleep\nAU  - Research and Sleep Group\nER  - \n",
    ));
    there_and_back(&parsed("TY  - JOUR\nTI  - -5\nAU  - Doe, Jan\nER  - \n"));
}

#[test]
fn the_database_and_the_pmid_stand_where_others_look() {
    let nbib = parsed("PMID- 31\nTI  - A nap\nDP  - 2019\nPT  - Journal Article\nSO  - x\n");
    let ris = write_from(
        Output::Ris,
        &nbib.records,
        database(nbib.format, nbib.dialect),
    );
    for line in [
        "AN  - 31",
        "C2  - 31",
        "DB  - PubMed",
        "DP  - NLM",
        "UR  - https://pubmed.ncbi.nlm.nih.gov/31/",
    ] {
        assert!(ris.contains(&format!("{line}\r\n")), "{line}\n{ris}");
    }
    let embase = parsed(
        "TY  - JOUR\nTI  - A nap\nU2  - L2001234567\nC5  - 31\nDB  - Embase\nDB  - Medline\nER  - \n",
    );
    let ris = write_from(Output::Ris, &embase.records, None);
    for line in [
        "AN  - L2001234567",
        "C2  - 31",
        "DB  - Embase",
        "DB  - Medline",
    ] {
        assert!(ris.contains(&format!("{line}\r\n")), "{line}\n{ris}");
    }
    assert!(!ris.contains("DP  - NLM"));
    let csv = write_from(Output::Csv, &embase.records, None);
    assert!(csv.contains(",Embase; Medline,"), "{csv}");
}

#[test]
fn a_list_of_authors_that_is_cut_says_so_whoever_wrote_it() {
    for text in [
        "TY  - JOUR\nTI  - A nap\nAU  - Doe, J\nAU  - et al.,\nER  - \n",
        "PMID- 31\nTI  - A nap\nAU  - Doe J\nAU  - et al,\n",
        "<xml><records><record><ref-type name=\"Journal Article\">17</ref-type><contributors><authors>\
         <author>Doe, J.</author><author>et al.,</author></authors></contributors>\
         <titles><title>A nap</title></titles></record></records></xml>",
        "@article{a, title={A nap}, author={Doe, J and et al.,}}",
        "%0 Journal Article\n%A Doe, J\n%A et al\n%T A nap\n",
    ] {
        let source = parsed(text);
        let record = &source.records[0].record;
        assert_eq!(record.authors.len(), 1, "{text}");
        assert!(record.authors_truncated, "{text}");
        there_and_back(&source);
    }
}

#[test]
fn register_entries_without_authors_are_no_fault_of_their_file() {
    let entry = "TY  - GEN\nTI  - A trial of naps\nPY  - 2020\nM3  - Trial register entry\nDB  - perennial\nER  - \n";
    let mut records = parsed(entry).records;
    records[0].record.kind = RecordKind::Trial;
    let many: Vec<_> = std::iter::repeat_n(records[0].clone(), 12).collect();
    for output in [Output::Ris, Output::Nbib] {
        let again = parsed(&write_from(output, &many, None));
        assert!(
            again
                .problems
                .iter()
                .all(|p| p.kind != ProblemKind::EmptyField),
            "{output}"
        );
    }
}

/// Every file of the folder, which is not part of the project: `PERENNIAL_FILES=FOLDER cargo test -- --ignored`.
#[test]
#[ignore = "needs a folder of export files"]
fn every_file_of_a_folder() {
    let folder = std::env::var("PERENNIAL_FILES").unwrap();
    let mut pending = vec![std::path::PathBuf::from(folder)];
    let (mut files, mut records, mut faults) = (0, 0, 0);
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if !["jsonl", "md", "json"]
                .iter()
                .any(|e| path.extension().is_some_and(|x| x == *e))
                || path.to_string_lossy().contains("_json/")
                    && !path.to_string_lossy().ends_with("jsonl")
            {
                let source = crate::formats::read(&std::fs::read(&path).unwrap(), None);
                let source = match source {
                    Ok(source) if !source.records.is_empty() => source,
                    _ => continue,
                };
                let done = std::panic::catch_unwind(|| there_and_back(&source));
                files += 1;
                records += source.records.len();
                if let Err(panic) = done {
                    faults += 1;
                    let text = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                    let short: String = text.chars().take(1500).collect();
                    eprintln!("!!! {}: {short}", path.display());
                }
            }
        }
    }
    eprintln!("{files} files, {records} records, {faults} that came back otherwise");
    assert!(files > 0 && faults == 0);
}
