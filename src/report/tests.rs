//! The page and the files: whole, the same bytes, nothing of an open vote.

use super::data::{ReportData, ReportInput, Standing, Strategy, Waiting, gather};
use super::fixture::{self, Log, STRATEGY};
use super::{render, write};
use crate::workflow::Workflow;
use std::collections::{BTreeMap, BTreeSet};

const WORKFLOW: &str = r#"
[review]
id = "demo"
title = "Antibodies <b>against</b> CD38 & others"
question = "Does it \"work\" <script>?"
demonstration = true

[review.pico]
population = "Adults"

[criteria]
include = ["Randomised <i>at random</i>."]
exclude = ["A single arm."]

[[source]]
name = "PubMed"
kind = "database"
type = "eutils"
platform = "NCBI"
query = "queries/pubmed.txt"

[[source]]
name = "Embase"
kind = "database"
type = "file"

[[source]]
name = "Web of Science"
kind = "database"
type = "file"

[[source]]
name = "ClinicalTrials.gov"
kind = "register"
type = "file"

[[source]]
name = "Reference lists"
kind = "other"
type = "file"
note = "read by hand"

[[filter.rule]]
name = "not-a-study-report"
box = "automation"
description = "Indexed as an editorial"
publication_type_any = ["Editorial"]

[[screening.reason]]
code = "not-randomised"
text = "Not a randomised trial"
"#;

fn data(log: &Log) -> ReportData {
    let workflow = Workflow::load(WORKFLOW, "workflow.toml").unwrap();
    let waiting = vec![Waiting {
        who: "Reviewer <1>".into(),
        what: vec![
            ("titles to screen".into(), 2),
            ("reports to retrieve".into(), 1),
        ],
    }];
    let strategies = vec![Strategy {
        source: "PubMed".into(),
        path: "queries/pubmed.txt".into(),
        text: crate::strategy::bytes_to_send(STRATEGY),
    }];
    let input = ReportInput {
        workflow: &workflow,
        strategies,
        waiting,
        results: super::Results::default(),
        publication: None,
        history: super::History::default(),
        review: "demo",
    };
    gather(log.store.snapshot().unwrap().read(), &input).unwrap()
}

fn file<'a>(files: &'a [(String, Vec<u8>)], name: &str) -> &'a str {
    let found = files.iter().find(|(known, _)| known == name).unwrap();
    std::str::from_utf8(&found.1).unwrap()
}

/// The values of an attribute, in order.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let open = format!(" {name}=\"");
    html.split(&open)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

fn is(name: &str, extension: &str) -> bool {
    std::path::Path::new(name)
        .extension()
        .is_some_and(|of| of == extension)
}

/// The ids of every page of a report, by file.
fn ids(files: &[(String, Vec<u8>)]) -> BTreeMap<&str, BTreeSet<&str>> {
    let pages = files.iter().filter(|(name, _)| is(name, "html"));
    pages
        .map(|(name, _)| {
            let all = attributes(file(files, name), "id");
            let unique: BTreeSet<&str> = all.iter().copied().collect();
            assert_eq!(all.len(), unique.len(), "an id stands twice in {name}");
            (name.as_str(), unique)
        })
        .collect()
}

/// Every page is well formed, and every link of it leads somewhere.
fn assert_whole(files: &[(String, Vec<u8>)]) {
    let ids = ids(files);
    for (name, unique) in &ids {
        let html = file(files, name);
        for href in attributes(html, "href") {
            if href.starts_with("https://doi.org/") || href.starts_with("https://pubmed.") {
                continue;
            }
            let (to, id) = href.split_once('#').unwrap_or((href, ""));
            let to = if to.is_empty() { name } else { to };
            let leads = match ids.get(to) {
                Some(there) => id.is_empty() || there.contains(id),
                None => id.is_empty() && files.iter().any(|(known, _)| known == to),
            };
            assert!(leads, "{href} in {name} leads nowhere");
        }
        assert_form(html, unique);
    }
}

fn assert_form(html: &str, unique: &BTreeSet<&str>) {
    for reference in attributes(html, "aria-labelledby") {
        assert!(
            reference.split(' ').all(|id| unique.contains(id)),
            "{reference}"
        );
    }
    for never in [
        "<script",
        "<img",
        "<iframe",
        "<link",
        "<b>against",
        "javascript:",
        "@import",
        "url(h",
    ] {
        assert!(!html.contains(never), "{never}");
    }
    assert!(attributes(html, "src").is_empty());
    for tag in [
        "section", "details", "table", "ul", "ol", "li", "dl", "p", "div", "tr", "td", "article",
    ] {
        let opened =
            html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}

/// How many members are listed for the set with this anchor: in the sets' files, in those of its
/// parts where it is made up of others.
fn listed(files: &[(String, Vec<u8>)], anchor: &str) -> u64 {
    let id = format!("id=\"{anchor}\"");
    let pages = files.iter().filter(|(name, _)| name.starts_with("counts-"));
    let pages: Vec<&str> = pages.map(|(name, _)| file(files, name)).collect();
    let at = pages.iter().position(|page| page.contains(&id)).unwrap();
    let (_, rest) = pages[at].split_once(&id).unwrap();
    let own = rest.split("</section>").next().unwrap();
    if own.contains("Made up of") {
        let parts = attributes(own, "href").into_iter();
        return parts
            .map(|href| listed(files, href.split_once('#').unwrap().1))
            .sum();
    }
    let mut n = own.matches("<li>").count() as u64;
    let mut goes_on = own.contains("The rest of this set");
    for page in &pages[at + 1..] {
        if goes_on {
            let first = page.split("<section").nth(1).unwrap();
            let first = first.split("</section>").next().unwrap();
            n += first.matches("<li>").count() as u64;
            goes_on = first.contains("The rest of this set");
        }
    }
    n
}

#[test]
fn the_page_is_whole_and_every_number_opens() {
    let log = fixture::small(false);
    let data = data(&log);
    let files = render(&data).unwrap();
    let html = file(&files, "index.html");
    assert_whole(&files);
    // As many members as the number says, on the page and in the files beside it.
    for set in &data.sets {
        let anchor = super::page::anchor(&set.path);
        assert_eq!(listed(&files, &anchor), set.n, "{}", set.path);
        let id = format!("id=\"{anchor}\"");
        let body = html.split(&id).nth(1).unwrap();
        let body = body.split("</details>").next().unwrap();
        assert_eq!(body.matches("<li>").count() as u64, set.n, "{}", set.path);
    }
    assert!(file(&files, "register-1.html").contains("&#60;img src=x onerror=alert(1)&#62;"));
    assert!(html.contains("AND randomized[tiab] &#60;script&#62;"));
    assert!(!html.contains("# population"), "a comment is not sent");
    assert!(html.contains("Demonstration.") && html.contains("Provisional"));
}

#[test]
fn an_empty_review_has_a_page_too() {
    let log = Log::new(false);
    let files = render(&data(&log)).unwrap();
    let html = file(&files, "index.html");
    assert_whole(&files);
    assert!(html.contains("Nothing has been searched yet"));
    assert!(!html.contains("class=\"stamp"));
}

#[test]
fn the_same_store_gives_the_same_bytes() {
    let once = render(&data(&fixture::small(false))).unwrap();
    let twice = render(&data(&fixture::small(false))).unwrap();
    assert_eq!(once, twice);
}

#[test]
fn nothing_of_an_unsettled_vote_is_in_any_file() {
    let log = fixture::small(false);
    let data = data(&log);
    let reports: Vec<u32> = vec![7, 9, 19];
    for id in reports {
        let report = data.report(crate::model::RecordId(id)).unwrap();
        assert!(matches!(
            report.standing,
            Standing::TitleAbstract | Standing::FullText
        ));
    }
    for (name, bytes) in render(&data).unwrap() {
        let text = String::from_utf8(bytes).unwrap();
        // p7 and p8 cast only votes that are not settled.
        for never in [
            ">p7<",
            ">p8<",
            "secret-reason",
            "only an unsettled vote",
            "note of p7",
            "note of p8",
            "conflict",
        ] {
            assert!(!text.contains(never), "{never} in {name}");
        }
    }
    // Settled votes are there, by pseudonym.
    let files = render(&data).unwrap();
    let page = file(&files, "register-1.html");
    assert!(page.contains("<b>p1</b>") && page.contains("note of p1"));
}

#[test]
fn a_cell_that_a_spreadsheet_would_run_is_made_harmless() {
    let files = render(&data(&fixture::small(false))).unwrap();
    let records = file(&files, "records.csv");
    assert!(records.contains("'=HYPERLINK("));
    for line in [
        "id,report,source,key,title,authors,year,journal,doi,pmid,place\n",
        "r15,r6,Reference lists,ref1,",
    ] {
        assert!(records.contains(line), "{line}");
    }
    assert_eq!(records.lines().count(), 20);
    let mut reader = csv::Reader::from_reader(records.as_bytes());
    for row in reader.records() {
        assert!(
            row.unwrap()
                .iter()
                .all(|cell| !cell.starts_with(['=', '+', '-', '@']))
        );
    }
    assert_eq!(file(&files, "included.csv").lines().count(), 4);
    assert_eq!(file(&files, "excluded-full-text.csv").lines().count(), 4);
    let changed = super::tables::harmless("prisma.csv", "a,b\n=1+1,c\n").unwrap();
    assert_eq!(changed, b"a,b\n'=1+1,c\n");
}

#[test]
fn the_json_files_say_what_the_log_says() {
    let data = data(&fixture::small(false));
    let files = render(&data).unwrap();
    let counts: crate::prisma::Counts = serde_json::from_str(file(&files, "prisma.json")).unwrap();
    assert_eq!(counts, data.counts);
    let log: serde_json::Value = serde_json::from_str(file(&files, "searches.json")).unwrap();
    assert_eq!(log["runs"][0]["new"], 12);
    assert_eq!(
        log["runs"][1]["problems"][0],
        "bad-date line 41: 2024 Sprung"
    );
    assert_eq!(log["runs"][0]["source"]["platform"], "NCBI");
    assert_eq!(log["not_searched"][0]["name"], "Web of Science");
    assert!(
        log["runs"][0]["strategy"]
            .as_str()
            .unwrap()
            .starts_with("(\"Multiple")
    );
    assert!(!file(&files, "prisma.svg").contains("<a "));
}

#[test]
fn a_file_that_holds_the_same_bytes_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let files = render(&data(&fixture::small(false))).unwrap();
    let first = write(folder.path(), files.clone()).unwrap();
    assert_eq!((first.changed.len(), first.unchanged.len()), (14, 0));
    std::fs::write(folder.path().join("records.csv"), "changed").unwrap();
    let again = write(folder.path(), files.clone()).unwrap();
    assert_eq!(again.changed, ["records.csv"]);
    assert_eq!(again.unchanged.len(), 13);
    // A register that became shorter leaves no page of the longer one; what is not ours stays.
    for name in [
        "register-2.html",
        "counts-17.html",
        "excluded.html",
        "register-a.html",
    ] {
        std::fs::write(folder.path().join(name), "old").unwrap();
    }
    let shorter = write(folder.path(), files.clone()).unwrap();
    let want = ["counts-17.html", "excluded.html", "register-2.html"];
    assert_eq!(shorter.removed, want);
    assert!(folder.path().join("register-a.html").exists());
    let blocked = folder.path().join("prisma.svg").join("below");
    assert!(write(&blocked, files).is_err());
}

#[test]
fn included_studies_stand_with_their_reports() {
    let data = data(&fixture::small(false));
    let first = &data.studies[0];
    assert_eq!(first.study.as_ref().unwrap().label, "ICARIA-MM");
    assert_eq!(first.reports.len(), 2);
    assert!(data.studies[1].study.is_none());
    assert_eq!(data.removals.len(), 3);
    assert_eq!(
        data.removals[1].description.as_deref(),
        Some("Indexed as an editorial")
    );
    let reference = data.report(first.reports[0]).unwrap().citation.reference();
    assert_eq!(
        reference,
        "Attal M, Facon T, Moreau P, et al. Trial report number 1. Lancet Haematol 2019; 6:e370-81"
    );
}

/// A report of many records: what people read stays small, the rest is in files that a browser opens.
#[test]
fn a_report_of_many_records_has_a_small_page_and_all_of_them_beside_it() {
    let mut data = data(&fixture::small(false));
    let small = file(&render(&data).unwrap(), "index.html").len();
    let model = data.reports.last().unwrap().clone();
    let last = model.id.0;
    for n in 1..=9_500 {
        let mut report = model.clone();
        report.id = crate::model::RecordId(last + n);
        for record in &mut report.records {
            record.id = report.id;
        }
        data.reports.push(report);
    }
    let ids: Vec<crate::model::RecordId> = data.reports.iter().map(|r| r.id).collect();
    for path in ["screened", "removed.duplicates"] {
        let set = data.sets.iter_mut().find(|set| set.path == path).unwrap();
        let members = ids
            .iter()
            .map(|id| (crate::store::flow::Unit::Report, id.0));
        set.members = members.collect();
        set.n = set.members.len() as u64;
    }
    // A title of three megabytes, as one export had it.
    let first = data.studies[0].reports[0];
    let long = data.reports.iter_mut().find(|r| r.id == first).unwrap();
    long.citation.title = Some("word ".repeat(600_000));
    let files = render(&data).unwrap();
    assert_whole(&files);
    for path in ["screened", "removed.duplicates"] {
        let set = data.sets.iter().find(|set| set.path == path).unwrap();
        assert_eq!(listed(&files, &super::page::anchor(path)), set.n, "{path}");
    }
    let page = file(&files, "index.html");
    assert!(page.len() < small + 8_000, "{} after {small}", page.len());
    assert!(page.contains("(3,000,000 characters in all)"));
    for (name, bytes) in &files {
        let most = if is(name, "csv") { 8 << 20 } else { 1_500_000 };
        assert!(bytes.len() < most, "{name}: {}", bytes.len());
    }
    assert!(
        file(&files, "included.csv").len() > 3_000_000,
        "the table has all of it"
    );
    assert!(files.iter().any(|(name, _)| name == "register-10.html"));
}

#[test]
fn excluded_reports_beyond_what_a_page_holds_are_listed_in_a_file() {
    let mut data = data(&fixture::small(false));
    let one = data.excluded[0].clone();
    data.excluded.resize(300, one);
    let files = render(&data).unwrap();
    assert_whole(&files);
    let all = file(&files, "excluded.html");
    assert_eq!(all.matches("<tr><td class=\"cites\">").count(), 300);
    let page = file(&files, "index.html");
    assert!(page.contains("href=\"excluded.html\""));
    assert!(!page.contains("<tr><td class=\"cites\">"));
}
